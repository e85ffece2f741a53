#include "store/session_store.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "crew.h"
#include "store/audit_store.h"
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

TestSuite(sign_in, .init = begin, .fini = end, .timeout = 120);
TestSuite(session, .init = begin, .fini = end, .timeout = 120);
TestSuite(second_step, .init = begin, .fini = end, .timeout = 120);
TestSuite(api_token, .init = begin, .fini = end, .timeout = 120);

static void expect_value(const char *sql, const char *expected) {
  const char *value = database_value(&database, arena, sql);
  cr_expect_str_eq(value, expected, "%s: %s", sql, value);
}

static struct sign_in enter(const char *email, const char *device) {
  struct sign_in sign_in;
  cr_assert_eq(sign_in_begin(store, database_keys(), email, device, arena, &sign_in), STORE_OK,
               "%s", store_message(store));
  return sign_in;
}

/* ---- attempts */

Test(sign_in, takes_the_same_path_for_an_address_that_nobody_has) {
  (void)crew_add(operator_store, "anne@x.dk", STAFF_MUNICIPALITY, 217, NULL, 0);
  static const char *const addresses[] = {"anne@x.dk", "nobody@x.dk", "", "no address"};
  for (size_t i = 0; i < array_length(addresses); i++) {
    for (int failures = 1; failures <= 5; failures++) {
      struct sign_in sign_in = enter(addresses[i], NULL);
      cr_expect_eq(sign_in.wait_seconds > 0, failures == 5, "%s: %d failures, %d s", addresses[i],
                   failures - 1, sign_in.wait_seconds);
      cr_expect_eq(sign_in.password_hash != NULL, i == 0 && failures < 5);
      if (failures < 5) {
        cr_assert_eq(sign_in_failed(store, &sign_in), STORE_OK, "%s", store_message(store));
      }
    }
  }
  cr_expect_gt(enter("\xff", NULL).wait_seconds, 0, "what is no text counts as no address");
  expect_value("SELECT count(*) FROM sign_in_attempt", "4");
  expect_value("SELECT count(DISTINCT failures) FROM sign_in_attempt", "1");
  expect_value("SELECT count(*) FROM audit WHERE action = 'sign_in.refuse'", "16");
  expect_value("SELECT count(*) FROM audit WHERE action = 'sign_in.refuse' AND subject = ''", "12");
  expect_value("SELECT count(*) FROM audit WHERE audit::text ~ 'nobody@|no address'", "0");
}

Test(sign_in, slows_down_after_three_failures_and_never_locks_out) {
  static const int waits[] = {0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60};
  for (size_t failures = 1; failures <= array_length(waits); failures++) {
    char sql[128], expected[16];
    struct sign_in sign_in = enter("anne@x.dk", NULL);
    cr_expect_eq(sign_in.wait_seconds, 0, "after %zu failures", failures - 1);
    int wait = waits[failures - 1];
    (void)snprintf(expected, sizeof(expected), "%d", wait);
    expect_value("SELECT extract(epoch FROM attempt_free_at(a) - tried_at)::int"
                 " FROM sign_in_attempt a",
                 expected);
    if (wait > 0) {
      (void)snprintf(sql, sizeof(sql),
                     "UPDATE sign_in_attempt SET tried_at = now() - interval '%d s'", wait - 1);
      if (wait > 1) {
        database_run(&database, sql);
      }
      cr_expect_eq(enter("ANNE@x.dk", NULL).wait_seconds, 1, "a second too early");
      (void)snprintf(sql, sizeof(sql),
                     "UPDATE sign_in_attempt SET tried_at = now() - interval '%d s'", wait);
      database_run(&database, sql);
    }
  }
  database_run(&database, "UPDATE sign_in_attempt SET tried_at = now() - interval '25 hours'");
  cr_expect_eq(enter("anne@x.dk", NULL).wait_seconds, 0);
  expect_value("SELECT failures FROM sign_in_attempt", "1");
}

struct rush {
  struct store *store;
  pthread_barrier_t *start;
  bool let_in;
};

static void *rush_in(void *context) {
  struct rush *rush = context;
  struct arena *own = arena_new(0);
  struct sign_in sign_in = {.wait_seconds = 1};
  (void)pthread_barrier_wait(rush->start);
  enum store_result result =
      sign_in_begin(rush->store, database_keys(), "anne@x.dk", NULL, own, &sign_in);
  rush->let_in = result == STORE_OK && sign_in.wait_seconds == 0;
  arena_free(own);
  return NULL;
}

Test(sign_in, lets_no_more_through_when_many_try_at_once) {
  enum { MANY = 16 };
  pthread_t threads[MANY];
  struct rush rushes[MANY];
  pthread_barrier_t start;
  int let_in = 0;
  cr_assert_eq(pthread_barrier_init(&start, NULL, MANY), 0);
  (void)database_keys();
  for (size_t i = 0; i < MANY; i++) {
    rushes[i] = (struct rush){database_open(&database, STORE_AS_STAFF), &start, false};
    cr_assert_eq(pthread_create(&threads[i], NULL, rush_in, &rushes[i]), 0);
  }
  for (size_t i = 0; i < MANY; i++) {
    cr_assert_eq(pthread_join(threads[i], NULL), 0);
    let_in += rushes[i].let_in;
    store_close(rushes[i].store);
  }
  (void)pthread_barrier_destroy(&start);
  cr_expect_eq(let_in, 4);
}

Test(sign_in, from_a_known_browser_waits_for_no_stranger) {
  char device[TOKEN_DEVICE_CHARACTERS + 1];
  token_device_new(database_keys(), "anne@x.dk", device);
  for (int i = 0; i < 4; i++) {
    (void)enter("anne@x.dk", NULL);
  }
  cr_expect_gt(enter("anne@x.dk", NULL).wait_seconds, 0);
  cr_expect_eq(enter("anne@x.dk", device).wait_seconds, 0);
  cr_expect_gt(enter("anne@x.dk", "made up").wait_seconds, 0);
}

Test(sign_in, that_succeeds_forgets_the_failures) {
  (void)crew_add(operator_store, "anne@x.dk", STAFF_MUNICIPALITY, 217, NULL, 0);
  struct staff_session session, found;
  unsigned char hash[TOKEN_HASH_BYTES];
  crew_hash(hash);
  (void)enter("anne@x.dk", NULL);
  struct sign_in sign_in = enter("anne@x.dk", NULL);
  cr_expect_str_eq(sign_in.password_hash, CREW_HASH);
  cr_assert_eq(sign_in_succeeded(store, &sign_in, hash, arena, &session), STORE_OK, "%s",
               store_message(store));
  cr_expect_eq(session.stage, SESSION_COMPLETE);
  expect_value("SELECT count(*) FROM sign_in_attempt", "0");
  cr_assert_eq(session_find(store, hash, arena, &found), STORE_OK);
  cr_expect_str_eq(found.email, "anne@x.dk");
  cr_expect_str_eq(found.municipality_name, "Helsingør");
  cr_expect_eq(found.scope.role, STAFF_MUNICIPALITY);
  expect_value("SELECT actor || ' ' || action || ' ' || (details ->> 'by') FROM audit"
               " ORDER BY id DESC LIMIT 1",
               "staff 1 sign_in.complete password");
  expect_value("SELECT signed_in_on = (now() AT TIME ZONE 'Europe/Copenhagen')::date FROM staff",
               "t");
}

Test(sign_in, with_a_password_that_was_replaced_meanwhile_starts_nothing) {
  (void)crew_add(operator_store, "anne@x.dk", STAFF_MUNICIPALITY, 217, NULL, 0);
  struct staff_session session;
  unsigned char hash[TOKEN_HASH_BYTES];
  crew_hash(hash);
  struct sign_in sign_in = enter("anne@x.dk", NULL);
  database_run(&database, "UPDATE staff_secret SET password_hash = '$argon2id$other'");
  cr_expect_eq(sign_in_succeeded(store, &sign_in, hash, arena, &session), STORE_NONE);
  expect_value("SELECT count(*) FROM staff_session", "0");
}

/* ---- the second step */

static struct staff_session half_session(const char *email) {
  struct staff_session session;
  unsigned char hash[TOKEN_HASH_BYTES];
  crew_hash(hash);
  struct sign_in sign_in = enter(email, NULL);
  cr_assert_eq(sign_in_succeeded(store, &sign_in, hash, arena, &session), STORE_OK, "%s",
               store_message(store));
  return session;
}

static void enrol(const char *email, const unsigned char secret[TOTP_SECRET_BYTES],
                  const unsigned char codes[RECOVERY_CODES][RECOVERY_HASH_BYTES]) {
  struct staff_session session = half_session(email);
  unsigned char sealed[TOTP_SEALED_BYTES], hash[TOKEN_HASH_BYTES];
  cr_assert_eq(session.stage, SESSION_NEEDS_ENROLMENT);
  totp_seal(database_keys(), session.staff, secret, sealed);
  cr_assert_eq(totp_offer(store, &session, sealed), STORE_OK, "%s", store_message(store));
  crew_hash(hash);
  cr_assert_eq(totp_enrol(store, &session, 1000, codes, hash), STORE_OK, "%s",
               store_message(store));
}

static void make_codes(unsigned char codes[RECOVERY_CODES][RECOVERY_HASH_BYTES]) {
  for (size_t i = 0; i < RECOVERY_CODES; i++) {
    memset(codes[i], (int)i + 1, RECOVERY_HASH_BYTES);
  }
}

Test(second_step, is_for_evaluators_and_admins_and_for_municipalities_by_a_setting) {
  (void)crew_add(operator_store, "m@x.dk", STAFF_MUNICIPALITY, 217, NULL, 0);
  (void)crew_add(operator_store, "e@x.dk", STAFF_EVALUATOR, 0, NULL, 0);
  (void)crew_add(operator_store, "a@x.dk", STAFF_ADMIN, 0, NULL, 0);
  cr_expect_eq(half_session("m@x.dk").stage, SESSION_COMPLETE);
  cr_expect_eq(half_session("e@x.dk").stage, SESSION_NEEDS_ENROLMENT);
  cr_expect_eq(half_session("a@x.dk").stage, SESSION_NEEDS_ENROLMENT);
  cr_assert_eq(setting_set(operator_store, "municipality_totp", "on"), STORE_OK);
  cr_expect_eq(half_session("m@x.dk").stage, SESSION_NEEDS_ENROLMENT);
  cr_expect_eq(setting_set(operator_store, "municipality_totp", "perhaps"), STORE_REFUSED);
  cr_assert_eq(setting_set(operator_store, "municipality_totp", "off"), STORE_OK);
  cr_expect_eq(half_session("m@x.dk").stage, SESSION_COMPLETE);
}

static enum store_result nothing(struct store *of, void *context) {
  (void)of;
  *(bool *)context = true;
  return STORE_OK;
}

Test(second_step, opens_nothing_before_it_is_done) {
  unsigned char secret[TOTP_SECRET_BYTES] = "12345678901234567890", sealed[TOTP_SEALED_BYTES];
  unsigned char codes[RECOVERY_CODES][RECOVERY_HASH_BYTES], hash[TOKEN_HASH_BYTES];
  bool ran = false;
  make_codes(codes);
  (void)crew_add(operator_store, "e@x.dk", STAFF_EVALUATOR, 0, NULL, 0);
  enrol("e@x.dk", secret, codes);
  struct staff_session session = half_session("e@x.dk"), found;
  cr_expect_eq(session.stage, SESSION_NEEDS_CODE);
  cr_expect_eq(store_as(store, &session, nothing, &ran), STORE_DENIED);
  cr_expect_not(ran);
  cr_expect_eq(password_replace(store, &session, "$argon2id$x"), STORE_DENIED);
  /* Whoever has the password alone gets no authenticator of their own. */
  totp_seal(database_keys(), session.staff, secret, sealed);
  crew_hash(hash);
  cr_expect_eq(totp_offer(store, &session, sealed), STORE_NONE);
  cr_expect_eq(totp_enrol(store, &session, 1, codes, hash), STORE_NONE);
  cr_expect_eq(session_find(store, hash, arena, &found), STORE_NONE);
}

Test(second_step, completes_the_session_under_a_new_token) {
  unsigned char secret[TOTP_SECRET_BYTES] = "12345678901234567890", opened[TOTP_SECRET_BYTES];
  unsigned char codes[RECOVERY_CODES][RECOVERY_HASH_BYTES], hash[TOKEN_HASH_BYTES];
  struct totp_state state;
  make_codes(codes);
  (void)crew_add(operator_store, "e@x.dk", STAFF_EVALUATOR, 0, NULL, 0);
  enrol("e@x.dk", secret, codes);
  struct staff_session session = half_session("e@x.dk"), found;
  cr_assert_eq(totp_begin(store, &session, &state), STORE_OK, "%s", store_message(store));
  cr_assert(state.sealed_set);
  cr_expect_not(state.pending_set);
  cr_expect_eq(state.recovery_left, RECOVERY_CODES);
  cr_expect_gt(state.now_seconds, 1700000000);
  cr_assert(totp_open(database_keys(), session.staff, state.sealed, opened));
  cr_expect_arr_eq(opened, secret, sizeof(opened));
  crew_hash(hash);
  cr_assert_eq(totp_use(store, &session, 1001, hash), STORE_OK, "%s", store_message(store));
  cr_expect_eq(session_find(store, session.hash, arena, &found), STORE_NONE, "the half one");
  cr_assert_eq(session_find(store, hash, arena, &found), STORE_OK);
  cr_expect_eq(found.stage, SESSION_COMPLETE);
  session = half_session("e@x.dk");
  cr_expect_eq(totp_use(store, &session, 1001, hash), STORE_CONFLICT, "the same code");
  cr_expect_eq(totp_use(store, &session, 1000, hash), STORE_CONFLICT, "an earlier one");
  expect_value("SELECT count(*) FROM audit WHERE details = '{\"by\":\"authenticator\"}'", "1");
}

Test(second_step, slows_down_too) {
  struct totp_state state;
  unsigned char secret[TOTP_SECRET_BYTES] = {0};
  unsigned char codes[RECOVERY_CODES][RECOVERY_HASH_BYTES];
  make_codes(codes);
  (void)crew_add(operator_store, "e@x.dk", STAFF_EVALUATOR, 0, NULL, 0);
  enrol("e@x.dk", secret, codes);
  struct staff_session session = half_session("e@x.dk");
  for (int i = 0; i < 4; i++) {
    cr_assert_eq(totp_begin(store, &session, &state), STORE_OK);
    cr_expect_eq(state.wait_seconds, 0);
    cr_assert_eq(totp_failed(store, &session), STORE_OK);
  }
  session = half_session("e@x.dk");
  cr_assert_eq(totp_begin(store, &session, &state), STORE_OK);
  cr_expect_eq(state.wait_seconds, 1, "another session of the account");
  cr_expect_not(state.sealed_set);
  expect_value("SELECT count(*) FROM audit WHERE action = 'totp.refuse' AND subject = 'staff 1'",
               "4");
}

struct racer {
  struct store *store;
  struct staff_session session;
  unsigned char hash[TOKEN_HASH_BYTES];
  const unsigned char (*codes)[RECOVERY_HASH_BYTES]; /* NULL: the authenticator's code */
  pthread_barrier_t *start;
  enum store_result result;
};

static void *race(void *context) {
  struct racer *racer = context;
  (void)pthread_barrier_wait(racer->start);
  racer->result = racer->codes == NULL
                      ? totp_use(racer->store, &racer->session, 2000, racer->hash)
                      : recovery_use(racer->store, &racer->session, racer->codes, 1, racer->hash);
  return NULL;
}

/* Several servers get the same code at the same moment, each for a session of its own. */
static int count_completed(const unsigned char (*codes)[RECOVERY_HASH_BYTES]) {
  enum { RACERS = 6 };
  pthread_t threads[RACERS];
  static struct racer racers[RACERS];
  pthread_barrier_t start;
  int completed = 0;
  cr_assert_eq(pthread_barrier_init(&start, NULL, RACERS), 0);
  for (size_t i = 0; i < RACERS; i++) {
    racers[i] = (struct racer){.store = database_open(&database, STORE_AS_STAFF),
                               .session = half_session("e@x.dk"),
                               .codes = codes,
                               .start = &start};
    crew_hash(racers[i].hash);
    cr_assert_eq(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
  }
  for (size_t i = 0; i < RACERS; i++) {
    cr_assert_eq(pthread_join(threads[i], NULL), 0);
    completed += racers[i].result == STORE_OK;
    cr_expect(racers[i].result == STORE_OK ||
              racers[i].result == (codes == NULL ? STORE_CONFLICT : STORE_NONE));
    store_close(racers[i].store);
  }
  (void)pthread_barrier_destroy(&start);
  return completed;
}

Test(second_step, takes_a_code_once_also_over_several_servers) {
  unsigned char secret[TOTP_SECRET_BYTES] = {0};
  unsigned char codes[RECOVERY_CODES][RECOVERY_HASH_BYTES];
  make_codes(codes);
  (void)crew_add(operator_store, "e@x.dk", STAFF_EVALUATOR, 0, NULL, 0);
  enrol("e@x.dk", secret, codes);
  cr_expect_eq(count_completed(NULL), 1);
  cr_expect_eq(count_completed(codes), 1);
  expect_value("SELECT count(*) FROM staff_session WHERE complete", "3"); /* and the enrolled one */
  expect_value("SELECT count(*) FROM recovery_code WHERE used_at IS NOT NULL", "1");
}

Test(second_step, of_whoever_lost_the_phone_is_a_recovery_code) {
  unsigned char secret[TOTP_SECRET_BYTES] = {0}, hash[TOKEN_HASH_BYTES];
  unsigned char codes[RECOVERY_CODES][RECOVERY_HASH_BYTES], wrong[2][RECOVERY_HASH_BYTES] = {{0}};
  struct staff_session found;
  make_codes(codes);
  int id = crew_add(operator_store, "e@x.dk", STAFF_EVALUATOR, 0, NULL, 0);
  enrol("e@x.dk", secret, codes);
  struct staff_session session = half_session("e@x.dk");
  crew_hash(hash);
  cr_expect_eq(recovery_use(store, &session, wrong, 2, hash), STORE_NONE);
  memcpy(wrong[1], codes[3], RECOVERY_HASH_BYTES); /* made with the secret before */
  cr_assert_eq(recovery_use(store, &session, wrong, 2, hash), STORE_OK, "%s", store_message(store));
  cr_expect_eq(session_find(store, hash, arena, &found), STORE_OK);
  session = half_session("e@x.dk");
  cr_expect_eq(recovery_use(store, &session, wrong, 2, hash), STORE_NONE, "a second time");
  cr_assert_eq(staff_reset_totp(operator_store, id), STORE_OK);
  cr_expect_eq(session_find(store, hash, arena, &found), STORE_NONE);
  cr_expect_eq(half_session("e@x.dk").stage, SESSION_NEEDS_ENROLMENT);
  expect_value("SELECT count(*) FROM recovery_code", "0");
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
  (void)enter("bo@x.dk", NULL);
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
