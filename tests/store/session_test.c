#include "store/session_store.h"

#include <criterion/criterion.h>
#include <string.h>

#include "crew.h"
#include "store/pg.h"
#include "store/round_store.h"

static struct database database;
static struct arena *arena;
static struct store *operator_store, *store;

static void begin(void) {
  database_init(&database);
  database_fill_settings(&database);
  arena = arena_new(0);
  operator_store = database_open(&database, STORE_AS_CONSOLE);
  store = database_open(&database, STORE_AS_STAFF);
}

static void end(void) {
  store_close(store);
  store_close(operator_store);
  arena_free(arena);
  database_clear(&database);
}

TestSuite(session, .init = begin, .fini = end, .timeout = 120);
TestSuite(api_token, .init = begin, .fini = end, .timeout = 120);

static void expect_value(const char *sql, const char *expected) {
  const char *value = database_value(&database, arena, sql);
  cr_expect_str_eq(value, expected, "%s: %s", sql, value);
}

/* ---- sessions */

Test(session, ends_when_it_is_idle_or_old) {
  static const struct {
    const char *change;
    enum store_result expected;
  } cases[] = {
      {"seen_at = now() - interval '29 minutes'", STORE_OK},
      {"seen_at = now() - interval '30 minutes'", STORE_NONE},
      {"started_at = now() - interval '11 hours 59 minutes'", STORE_OK},
      {"started_at = now() - interval '12 hours'", STORE_NONE},
      {"complete = false, started_at = now() - interval '9 minutes'", STORE_OK},
      {"complete = false, started_at = now() - interval '10 minutes'", STORE_NONE},
  };
  (void)crew_add(operator_store, "anne@x.dk", STAFF_ADMIN, 0, NULL, 0);
  for (size_t i = 0; i < array_length(cases); i++) {
    struct staff_session session = crew_session(store, "anne@x.dk", arena), found;
    database_run(&database, arena_printf(arena, "UPDATE staff_session SET %s", cases[i].change));
    cr_expect_eq(session_find(store, session.hash, arena, &found), cases[i].expected, "%s",
                 cases[i].change);
    database_run(&database, "DELETE FROM staff_session");
  }
}

Test(session, that_is_used_is_not_idle) {
  (void)crew_add(operator_store, "anne@x.dk", STAFF_ADMIN, 0, NULL, 0);
  struct staff_session session = crew_session(store, "anne@x.dk", arena), found;
  database_run(&database, "UPDATE staff_session SET seen_at = now() - interval '20 minutes'");
  cr_assert_eq(session_find(store, session.hash, arena, &found), STORE_OK);
  expect_value("SELECT seen_at > now() - interval '1 minute' FROM staff_session", "t");
}

Test(session, ends_alone_or_with_all_of_its_account) {
  (void)crew_add(operator_store, "anne@x.dk", STAFF_ADMIN, 0, NULL, 0);
  (void)crew_add(operator_store, "bo@x.dk", STAFF_ADMIN, 0, NULL, 0);
  struct staff_session a = crew_session(store, "anne@x.dk", arena), found;
  struct staff_session b = crew_session(store, "anne@x.dk", arena);
  struct staff_session c = crew_session(store, "anne@x.dk", arena);
  struct staff_session other = crew_session(store, "bo@x.dk", arena);
  cr_assert_eq(session_end(store, &a), STORE_OK);
  cr_expect_eq(session_end(store, &a), STORE_OK, "twice");
  cr_expect_eq(session_find(store, a.hash, arena, &found), STORE_NONE);
  cr_expect_eq(session_find(store, b.hash, arena, &found), STORE_OK);
  cr_assert_eq(session_end_all(store, &c), STORE_OK);
  cr_expect_eq(session_find(store, b.hash, arena, &found), STORE_NONE);
  cr_expect_eq(session_find(store, c.hash, arena, &found), STORE_NONE);
  cr_expect_eq(session_find(store, other.hash, arena, &found), STORE_OK);
  expect_value("SELECT string_agg(actor || ' ' || action, ', ' ORDER BY id) FROM audit"
               " WHERE action ~ '^session'",
               "staff 1 session.end, staff 1 session.end_all");
}

Test(session, survives_its_own_new_password_and_no_other_does) {
  (void)crew_add(operator_store, "anne@x.dk", STAFF_ADMIN, 0, NULL, 0);
  struct staff_session own = crew_session(store, "anne@x.dk", arena), found;
  struct staff_session other = crew_session(store, "anne@x.dk", arena);
  struct sign_in sign_in;
  cr_assert_eq(password_begin(store, &own, arena, &sign_in), STORE_OK, "%s", store_message(store));
  cr_expect_str_eq(sign_in.password_hash, CREW_HASH);
  expect_value("SELECT count(*) FROM sign_in_attempt", "1");
  cr_assert_eq(sign_in_failed(store, &sign_in), STORE_OK, "%s", store_message(store));
  expect_value("SELECT actor || ' ' || subject FROM audit WHERE action = 'sign_in.refuse'",
               "staff 1 staff 1");
  cr_assert_eq(password_replace(store, &own, CREW_HASH "2"), STORE_OK, "%s", store_message(store));
  expect_value("SELECT count(*) FROM sign_in_attempt", "0");
  cr_expect_eq(session_find(store, own.hash, arena, &found), STORE_OK);
  cr_expect_eq(session_find(store, other.hash, arena, &found), STORE_NONE);
  cr_expect_eq(sign_in_begin(store, database_keys(), "anne@x.dk", NULL, arena, &sign_in), STORE_OK);
  cr_expect_str_eq(sign_in.password_hash, CREW_HASH "2");
}

/* ---- working for a session */

struct joined {
  int runs;
  int fail_first;
  enum store_result inner;
};

static enum store_result set_two(struct store *of, void *context) {
  struct joined *joined = context;
  joined->runs++;
  enum store_result result = setting_set(of, "purpose", "within");
  joined->inner = setting_set(of, "controller", " "); /* refused: a round is open */
  if (result == STORE_OK && joined->runs <= joined->fail_first) {
    return pg_command(of, "DO $$BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END$$");
  }
  return result;
}

Test(session, questions_with_a_transaction_of_their_own_join_the_one_of_store_as) {
  (void)crew_add(operator_store, "anne@x.dk", STAFF_ADMIN, 0, NULL, 0);
  (void)database_add_round(&database, "217");
  struct staff_session session = crew_session(store, "anne@x.dk", arena);
  struct joined twice = {.fail_first = 2}, always = {.fail_first = 100};
  cr_assert_eq(store_as(store, &session, set_two, &twice), STORE_OK, "%s", store_message(store));
  cr_expect_eq(twice.runs, 3);
  cr_expect_eq(twice.inner, STORE_CLOSED);
  expect_value("SELECT value FROM setting WHERE key = 'purpose'", "within");
  database_run(&database, "UPDATE setting SET value = 'before' WHERE key = 'purpose'");
  cr_expect_eq(store_as(store, &session, set_two, &always), STORE_BUSY);
  cr_expect_eq(always.runs, 5);
  expect_value("SELECT value FROM setting WHERE key = 'purpose'", "before");
  cr_expect_eq(setting_set(store, "purpose", "nobody"), STORE_DENIED, "nobody works any more");
}

static enum store_result nothing(struct store *of, void *context) {
  (void)of;
  *(bool *)context = true;
  return STORE_OK;
}

static enum store_result nest(struct store *of, void *context) {
  struct staff_session *session = context;
  bool ran = false;
  struct staff_session found;
  cr_expect_eq(store_as(of, session, nothing, &ran), STORE_FAULT);
  cr_expect_eq(session_find(of, session->hash, arena, &found), STORE_FAULT);
  cr_expect_not(ran);
  return STORE_REFUSED;
}

Test(session, gives_back_what_its_work_gives) {
  (void)crew_add(operator_store, "anne@x.dk", STAFF_ADMIN, 0, NULL, 0);
  struct staff_session session = crew_session(store, "anne@x.dk", arena);
  cr_expect_eq(store_as(store, &session, nest, &session), STORE_REFUSED);
  bool ran = false;
  cr_expect_eq(store_as(store, &session, nothing, &ran), STORE_OK);
  cr_expect(ran);
}

Test(session, sweep_takes_away_what_is_over) {
  int id = crew_add(operator_store, "anne@x.dk", STAFF_ADMIN, 0, NULL, 0);
  (void)crew_session(store, "anne@x.dk", arena);
  struct sweep_counts counts;
  unsigned char hash[TOKEN_HASH_BYTES];
  const char *until;
  crew_hash(hash);
  cr_assert_eq(invitation_make(operator_store, id, hash, arena, &until), STORE_OK);
  (void)crew_session(store, "anne@x.dk", arena);
  (void)crew_enter(store, "bo@x.dk", NULL, arena);
  cr_assert_eq(session_sweep(operator_store, true, &counts), STORE_OK);
  cr_expect_eq(counts.sessions + counts.attempts, 0);
  cr_expect_eq(counts.invitations, 1, "the accepted one");
  database_run(&database, "UPDATE staff_session SET seen_at = now() - interval '1 hour';"
                          "UPDATE sign_in_attempt SET tried_at = now() - interval '2 days';"
                          "UPDATE invitation SET expires_at = now() - interval '31 days'");
  cr_assert_eq(session_sweep(operator_store, true, &counts), STORE_OK);
  cr_expect_eq(counts.sessions, 1);
  cr_expect_eq(counts.attempts, 1);
  cr_expect_eq(counts.invitations, 2);
  expect_value("SELECT count(*) FROM staff_session", "1");
  cr_assert_eq(session_sweep(operator_store, false, &counts), STORE_OK);
  expect_value("SELECT (SELECT count(*) FROM staff_session) + (SELECT count(*) FROM invitation)"
               " + (SELECT count(*) FROM sign_in_attempt)",
               "0");
  expect_value("SELECT string_agg(action || details, ',') FROM audit WHERE actor = 'operator'"
               " AND action !~ '^(staff|invitation)[.]'",
               "installation.purge{\"uploads\": 0, \"attempts\": 1, \"sessions\": 1, "
               "\"invitations\": 2}");
}

Test(session, sweep_is_undone_when_it_cannot_be_told) {
  (void)crew_add(operator_store, "anne@x.dk", STAFF_ADMIN, 0, NULL, 0);
  (void)crew_session(store, "anne@x.dk", arena);
  struct sweep_counts counts;
  database_run(&database, "UPDATE staff_session SET seen_at = now() - interval '1 hour';"
                          "ALTER TABLE audit RENAME TO audit_away");
  cr_expect_neq(session_sweep(operator_store, false, &counts), STORE_OK);
  expect_value("SELECT count(*) FROM staff_session", "1");
}

/* ---- tokens of the API */

struct token_errand {
  struct api_token_new new;
  unsigned char hash[TOKEN_HASH_BYTES];
  int id;
};

static enum store_result add_token(struct store *of, void *context) {
  struct token_errand *errand = context;
  const char *message;
  return api_token_add(of, &errand->new, errand->hash, arena, &errand->id, &message);
}

static enum store_result make_token(const struct staff_session *session, struct staff_scope scope,
                                    struct token_errand *errand) {
  *errand = (struct token_errand){.new = {.name = "nightly export", .scope = scope, .days = 30}};
  crew_hash(errand->hash);
  return store_as(store, session, add_token, errand);
}

Test(api_token, reaches_no_further_than_who_made_it) {
  int round = database_add_round(&database, "101,217");
  int other = database_add_round(&database, "101");
  const int one[] = {round}, both[] = {round, other};
  (void)crew_add(operator_store, "a@x.dk", STAFF_ADMIN, 0, NULL, 0);
  (void)crew_add(operator_store, "e@x.dk", STAFF_EVALUATOR, 0, NULL, 0);
  (void)crew_add(operator_store, "r@x.dk", STAFF_EVALUATOR, 0, one, 1);
  (void)crew_add(operator_store, "m@x.dk", STAFF_MUNICIPALITY, 217, NULL, 0);
  const struct {
    const char *email;
    struct staff_scope scope;
    enum store_result expected;
  } cases[] = {
      {"a@x.dk", {STAFF_ADMIN, 0, NULL, 0}, STORE_OK},
      {"a@x.dk", {STAFF_MUNICIPALITY, 101, NULL, 0}, STORE_OK},
      {"e@x.dk", {STAFF_ADMIN, 0, NULL, 0}, STORE_DENIED},
      {"e@x.dk", {STAFF_EVALUATOR, 0, NULL, 0}, STORE_OK},
      {"e@x.dk", {STAFF_EVALUATOR, 101, both, 2}, STORE_OK},
      {"r@x.dk", {STAFF_EVALUATOR, 0, NULL, 0}, STORE_DENIED},
      {"r@x.dk", {STAFF_EVALUATOR, 0, both, 2}, STORE_DENIED},
      {"r@x.dk", {STAFF_EVALUATOR, 0, one, 1}, STORE_OK},
      {"r@x.dk", {STAFF_MUNICIPALITY, 217, NULL, 0}, STORE_DENIED},
      {"m@x.dk", {STAFF_MUNICIPALITY, 217, NULL, 0}, STORE_OK},
      {"m@x.dk", {STAFF_MUNICIPALITY, 101, NULL, 0}, STORE_DENIED},
      {"m@x.dk", {STAFF_EVALUATOR, 217, NULL, 0}, STORE_DENIED},
      {"a@x.dk", {STAFF_MUNICIPALITY, 0, NULL, 0}, STORE_REFUSED},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    struct staff_session session = crew_session(store, cases[i].email, arena);
    struct token_errand errand;
    cr_expect_eq(make_token(&session, cases[i].scope, &errand), cases[i].expected, "case %zu: %s",
                 i, store_message(store));
  }
  expect_value("SELECT string_agg(details::text, ' ' ORDER BY id) FROM audit"
               " WHERE action = 'token.add' AND actor_name IN ('a@x.dk', 'm@x.dk')",
               "{\"role\": \"admin\"} {\"role\": \"municipality\", \"municipality\": 101}"
               " {\"role\": \"municipality\", \"municipality\": 217}");
}

static enum store_result list_tokens(struct store *of, void *context) {
  struct api_token_row *rows;
  return api_token_list(of, arena, &rows, context);
}

static enum store_result revoke_token(struct store *of, void *context) {
  return api_token_revoke(of, *(int *)context);
}

Test(api_token, is_seen_and_revoked_by_its_maker_and_admins) {
  (void)crew_add(operator_store, "a@x.dk", STAFF_ADMIN, 0, NULL, 0);
  (void)crew_add(operator_store, "e@x.dk", STAFF_EVALUATOR, 0, NULL, 0);
  (void)crew_add(operator_store, "m@x.dk", STAFF_MUNICIPALITY, 217, NULL, 0);
  struct staff_session a = crew_session(store, "a@x.dk", arena), found;
  struct staff_session e = crew_session(store, "e@x.dk", arena);
  struct staff_session m = crew_session(store, "m@x.dk", arena);
  struct token_errand mine, evaluators;
  struct staff_scope scope = {.role = STAFF_MUNICIPALITY, .municipality = 217};
  size_t count;
  cr_assert_eq(make_token(&m, scope, &mine), STORE_OK);
  cr_assert_eq(make_token(&e, (struct staff_scope){.role = STAFF_EVALUATOR}, &evaluators),
               STORE_OK);
  cr_assert_eq(store_as(store, &m, list_tokens, &count), STORE_OK);
  cr_expect_eq(count, 1);
  cr_assert_eq(store_as(store, &a, list_tokens, &count), STORE_OK);
  cr_expect_eq(count, 2);
  cr_expect_eq(store_as(store, &m, revoke_token, &evaluators.id), STORE_NONE);
  cr_assert_eq(api_token_find(store, evaluators.hash, arena, &found), STORE_OK);
  cr_expect_eq(store_as(store, &a, revoke_token, &evaluators.id), STORE_OK);
  cr_expect_eq(api_token_find(store, evaluators.hash, arena, &found), STORE_NONE);
  cr_expect_eq(store_as(store, &m, revoke_token, &mine.id), STORE_OK);
  cr_expect_eq(store_as(store, &m, revoke_token, &mine.id), STORE_OK, "twice");
}

Test(api_token, works_in_its_own_name_until_it_is_over) {
  (void)crew_add(operator_store, "m@x.dk", STAFF_MUNICIPALITY, 217, NULL, 0);
  struct staff_session m = crew_session(store, "m@x.dk", arena), token;
  struct token_errand errand, child;
  struct staff_scope scope = {.role = STAFF_MUNICIPALITY, .municipality = 217};
  char value[64];
  cr_assert_eq(make_token(&m, scope, &errand), STORE_OK);
  cr_assert_eq(api_token_find(store, errand.hash, arena, &token), STORE_OK, "%s",
               store_message(store));
  cr_expect_eq(token.stage, SESSION_COMPLETE);
  cr_expect_eq(token.staff, 0);
  cr_expect_eq(token.token, errand.id);
  cr_expect_eq(token.scope.municipality, 217);
  cr_assert_eq(crew_sql(store, &token, "SELECT session_actor()", value, sizeof(value)), STORE_OK);
  cr_expect_str_eq(value, "token 1");
  cr_expect_eq(make_token(&token, scope, &child), STORE_DENIED, "a token makes a token");
  expect_value("SELECT used_on = (now() AT TIME ZONE 'Europe/Copenhagen')::date FROM api_token",
               "t");
  database_run(&database, "UPDATE api_token SET expires_at = now()");
  cr_expect_eq(api_token_find(store, errand.hash, arena, &token), STORE_NONE);
}
