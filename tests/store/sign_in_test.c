#include "store/session_store.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "crew.h"
#include "store/audit_store.h"
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
TestSuite(second_step, .init = begin, .fini = end, .timeout = 120);

/* As if the last attempt had been so much later that no machine is slow enough. */
static void stop_waiting_clock(void) {
  database_run(&database, "UPDATE sign_in_attempt SET tried_at = now() + interval '1 hour'");
}

static void expect_value(const char *sql, const char *expected) {
  const char *value = database_value(&database, arena, sql);
  cr_expect_str_eq(value, expected, "%s: %s", sql, value);
}

/* ---- attempts */

Test(sign_in, takes_the_same_path_for_an_address_that_nobody_has) {
  (void)crew_add(operator_store, "anne@x.dk", STAFF_MUNICIPALITY, 217, NULL, 0);
  static const char *const addresses[] = {"anne@x.dk", "nobody@x.dk", "", "no address"};
  for (size_t i = 0; i < array_length(addresses); i++) {
    for (int failures = 1; failures <= 5; failures++) {
      if (failures == 5) {
        stop_waiting_clock();
      }
      struct sign_in sign_in = crew_enter(store, addresses[i], NULL, arena);
      cr_expect_eq(sign_in.wait_seconds > 0, failures == 5, "%s: %d failures, %d s", addresses[i],
                   failures - 1, sign_in.wait_seconds);
      cr_expect_eq(sign_in.password_hash != NULL, i == 0 && failures < 5);
      if (failures < 5) {
        cr_assert_eq(sign_in_failed(store, &sign_in), STORE_OK, "%s", store_message(store));
      }
    }
  }
  cr_expect_gt(crew_enter(store, "\xff", NULL, arena).wait_seconds, 0,
               "what is no text counts as no address");
  expect_value("SELECT count(*) FROM sign_in_attempt", "4");
  expect_value("SELECT count(DISTINCT failures) FROM sign_in_attempt", "1");
  expect_value("SELECT count(*) FROM audit WHERE action = 'sign_in.refuse' AND subject <> ''", "4");
  expect_value("SELECT count(*) FROM audit WHERE audit::text ~ 'nobody@|no address'", "0");
}

static void fail_unknown(int times) {
  struct sign_in nobody = {0};
  for (int i = 0; i < times; i++) {
    cr_assert_eq(sign_in_failed(store, &nobody), STORE_OK, "%s", store_message(store));
  }
}

static void expect_told(const char *expected) {
  expect_value(
      "SELECT string_agg(details->>'unknown', ' ' ORDER BY id) FROM audit"
      " WHERE action = 'sign_in.refuse' AND subject = '' AND actor IN ('nobody', 'operator')",
      expected);
}

Test(sign_in, tells_of_addresses_that_nobody_has_once_a_minute_and_counts_them_all) {
  static const char minute[] =
      "UPDATE sign_in_unknown SET told_at = told_at - interval '61 seconds'";
  fail_unknown(1);
  expect_told("1");
  fail_unknown(20);
  expect_told("1");
  database_run(&database, minute);
  fail_unknown(3);
  expect_told("1 21");
  database_run(&database, minute);
  cr_assert_eq(audit_tell_unknown(operator_store), STORE_OK, "%s", store_message(operator_store));
  expect_told("1 21 2");
  cr_assert_eq(audit_tell_unknown(operator_store), STORE_OK);
  expect_told("1 21 2");
  cr_expect_eq(audit_tell_unknown(store), STORE_DENIED, "not the door's");
}

Test(sign_in, slows_down_after_three_failures_and_never_locks_out) {
  static const int waits[] = {0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60};
  for (size_t failures = 1; failures <= array_length(waits); failures++) {
    char sql[128], expected[16];
    struct sign_in sign_in = crew_enter(store, "anne@x.dk", NULL, arena);
    cr_expect_eq(sign_in.wait_seconds, 0, "after %zu failures", failures - 1);
    (void)snprintf(expected, sizeof(expected), "%d", waits[failures - 1]);
    expect_value("SELECT extract(epoch FROM attempt_free_at(a) - tried_at)::int"
                 " FROM sign_in_attempt a",
                 expected);
    stop_waiting_clock();
    cr_expect_gt(crew_enter(store, "ANNE@x.dk", NULL, arena).wait_seconds, 3000, "too early");
    (void)snprintf(sql, sizeof(sql),
                   "UPDATE sign_in_attempt SET tried_at = now() - interval '%d s'",
                   waits[failures - 1]);
    database_run(&database, sql);
  }
  database_run(&database, "UPDATE sign_in_attempt SET tried_at = now() - interval '25 hours'");
  cr_expect_eq(crew_enter(store, "anne@x.dk", NULL, arena).wait_seconds, 0);
  expect_value("SELECT failures FROM sign_in_attempt", "1");
}

/* The server was too busy to look at the password: nobody can be blamed. */
Test(sign_in, gives_back_an_attempt_that_was_not_looked_at) {
  struct sign_in sign_in;
  for (int before = 0; before < 6; before++) {
    sign_in = crew_enter(store, "anne@x.dk", NULL, arena);
    cr_assert_eq(sign_in.wait_seconds, 0, "after %d failures", before);
    cr_expect_eq(sign_in.number, before + 1);
    cr_assert_eq(sign_in_untried(store, &sign_in), STORE_OK, "%s", store_message(store));
    char expected[16];
    (void)snprintf(expected, sizeof(expected), "%d", before);
    expect_value("SELECT coalesce(max(failures), 0) FROM sign_in_attempt", expected);
    sign_in = crew_enter(store, "anne@x.dk", NULL, arena);
    cr_expect_eq(sign_in.wait_seconds, 0, "again at once, after %d failures", before);
    database_run(&database, "UPDATE sign_in_attempt SET tried_at = now() - interval '2 minutes'");
  }
  expect_value("SELECT count(*) FROM audit WHERE action = 'sign_in.refuse'", "0");
}

Test(sign_in, gives_no_attempt_back_that_others_were_counted_after) {
  struct sign_in slow = crew_enter(store, "anne@x.dk", NULL, arena);
  (void)crew_enter(store, "anne@x.dk", NULL, arena);
  cr_assert_eq(sign_in_untried(store, &slow), STORE_OK);
  expect_value("SELECT failures FROM sign_in_attempt", "2");
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
  enum { MANY = 12 };
  pthread_t threads[MANY];
  struct rush rushes[MANY];
  pthread_barrier_t start;
  int let_in = 0;
  cr_assert_eq(pthread_barrier_init(&start, NULL, MANY), 0);
  (void)crew_enter(store, "anne@x.dk", NULL, arena);
  database_run(&database, "UPDATE sign_in_attempt"
                          " SET failures = 10, tried_at = now() - interval '1 hour'");
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
  cr_expect_eq(let_in, 1);
}

Test(sign_in, from_a_known_browser_waits_for_no_stranger) {
  char device[TOKEN_DEVICE_CHARACTERS + 1];
  token_device_new(database_keys(), "anne@x.dk", device);
  for (int i = 0; i < 4; i++) {
    (void)crew_enter(store, "anne@x.dk", NULL, arena);
  }
  stop_waiting_clock();
  cr_expect_gt(crew_enter(store, "anne@x.dk", NULL, arena).wait_seconds, 0);
  cr_expect_eq(crew_enter(store, "anne@x.dk", device, arena).wait_seconds, 0);
  cr_expect_gt(crew_enter(store, "anne@x.dk", "made up", arena).wait_seconds, 0);
}

Test(sign_in, that_succeeds_forgets_the_failures) {
  (void)crew_add(operator_store, "anne@x.dk", STAFF_MUNICIPALITY, 217, NULL, 0);
  struct staff_session session, found;
  unsigned char hash[TOKEN_HASH_BYTES];
  crew_hash(hash);
  (void)crew_enter(store, "anne@x.dk", NULL, arena);
  struct sign_in sign_in = crew_enter(store, "anne@x.dk", NULL, arena);
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
  struct sign_in sign_in = crew_enter(store, "anne@x.dk", NULL, arena);
  database_run(&database, "UPDATE staff_secret SET password_hash = '$argon2id$other'");
  cr_expect_eq(sign_in_succeeded(store, &sign_in, hash, arena, &session), STORE_NONE);
  expect_value("SELECT count(*) FROM staff_session", "0");
}

/* ---- the second step */

static void enrol(const char *email, const unsigned char secret[TOTP_SECRET_BYTES],
                  const unsigned char codes[RECOVERY_CODES][RECOVERY_HASH_BYTES]) {
  struct staff_session session = crew_half_session(store, email, arena);
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
  cr_expect_eq(crew_half_session(store, "m@x.dk", arena).stage, SESSION_COMPLETE);
  cr_expect_eq(crew_half_session(store, "e@x.dk", arena).stage, SESSION_NEEDS_ENROLMENT);
  cr_expect_eq(crew_half_session(store, "a@x.dk", arena).stage, SESSION_NEEDS_ENROLMENT);
  cr_assert_eq(setting_set(operator_store, "municipality_totp", "on"), STORE_OK);
  cr_expect_eq(crew_half_session(store, "m@x.dk", arena).stage, SESSION_NEEDS_ENROLMENT);
  cr_expect_eq(setting_set(operator_store, "municipality_totp", "perhaps"), STORE_REFUSED);
  cr_assert_eq(setting_set(operator_store, "municipality_totp", "off"), STORE_OK);
  cr_expect_eq(crew_half_session(store, "m@x.dk", arena).stage, SESSION_COMPLETE);
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
  struct staff_session session = crew_half_session(store, "e@x.dk", arena), found;
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
  struct staff_session session = crew_half_session(store, "e@x.dk", arena), found;
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
  session = crew_half_session(store, "e@x.dk", arena);
  cr_expect_eq(totp_use(store, &session, 1001, hash), STORE_CONFLICT, "the same code");
  cr_expect_eq(totp_use(store, &session, 1000, hash), STORE_CONFLICT, "an earlier one");
  expect_value("SELECT string_agg(actor || ' ' || action, ', ' ORDER BY id) FROM audit"
               " WHERE action ~ '^(totp|sign_in)'",
               "staff 1 totp.enrol, staff 1 sign_in.complete, staff 1 sign_in.complete");
}

Test(second_step, tells_a_wrong_code_as_nobodys_until_the_authenticator_is_being_set_up) {
  unsigned char secret[TOTP_SECRET_BYTES] = {0};
  unsigned char codes[RECOVERY_CODES][RECOVERY_HASH_BYTES];
  make_codes(codes);
  (void)crew_add(operator_store, "e@x.dk", STAFF_EVALUATOR, 0, NULL, 0);
  struct staff_session session = crew_half_session(store, "e@x.dk", arena);
  cr_assert_eq(totp_failed(store, &session), STORE_OK);
  enrol("e@x.dk", secret, codes);
  session = crew_half_session(store, "e@x.dk", arena);
  cr_assert_eq(totp_failed(store, &session), STORE_OK);
  session.stage = SESSION_COMPLETE;
  cr_assert_eq(totp_failed(store, &session), STORE_OK);
  expect_value("SELECT string_agg(actor, ', ' ORDER BY id) FROM audit WHERE action = 'totp.refuse'",
               "staff 1, nobody, staff 1");
}

Test(second_step, slows_down_too) {
  struct totp_state state;
  unsigned char secret[TOTP_SECRET_BYTES] = {0};
  unsigned char codes[RECOVERY_CODES][RECOVERY_HASH_BYTES];
  make_codes(codes);
  (void)crew_add(operator_store, "e@x.dk", STAFF_EVALUATOR, 0, NULL, 0);
  enrol("e@x.dk", secret, codes);
  struct staff_session session = crew_half_session(store, "e@x.dk", arena);
  for (int i = 0; i < 4; i++) {
    cr_assert_eq(totp_begin(store, &session, &state), STORE_OK);
    cr_expect_eq(state.wait_seconds, 0);
    cr_assert_eq(totp_failed(store, &session), STORE_OK);
  }
  stop_waiting_clock();
  session = crew_half_session(store, "e@x.dk", arena);
  cr_assert_eq(totp_begin(store, &session, &state), STORE_OK);
  cr_expect_gt(state.wait_seconds, 0, "another session of the account");
  cr_expect_not(state.sealed_set);
  expect_value("SELECT count(*) FROM audit WHERE action = 'totp.refuse' AND subject = 'staff 1'",
               "4");
}

Test(second_step, does_not_make_a_browser_that_it_knows_wait_for_strangers) {
  struct totp_state state;
  unsigned char secret[TOTP_SECRET_BYTES] = {0};
  unsigned char codes[RECOVERY_CODES][RECOVERY_HASH_BYTES], hash[TOKEN_HASH_BYTES];
  make_codes(codes);
  (void)crew_add(operator_store, "e@x.dk", STAFF_EVALUATOR, 0, NULL, 0);
  enrol("e@x.dk", secret, codes);
  struct staff_session stranger = crew_half_session(store, "e@x.dk", arena);
  struct staff_session owner = crew_half_session(store, "e@x.dk", arena);
  owner.device = "MARK";
  for (int i = 0; i < 4; i++) {
    cr_assert_eq(totp_begin(store, &stranger, &state), STORE_OK);
  }
  stop_waiting_clock();
  cr_assert_eq(totp_begin(store, &stranger, &state), STORE_OK);
  cr_expect_gt(state.wait_seconds, 0);
  cr_assert_eq(totp_begin(store, &owner, &state), STORE_OK);
  cr_expect_eq(state.wait_seconds, 0);
  /* And their own success forgives nobody else. */
  crew_hash(hash);
  cr_assert_eq(totp_use(store, &owner, 1001, hash), STORE_OK, "%s", store_message(store));
  cr_assert_eq(totp_begin(store, &stranger, &state), STORE_OK);
  cr_expect_gt(state.wait_seconds, 0);
  expect_value("SELECT count(*) FROM sign_in_attempt", "1");
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
                               .session = crew_half_session(store, "e@x.dk", arena),
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
  struct staff_session session = crew_half_session(store, "e@x.dk", arena);
  crew_hash(hash);
  cr_expect_eq(recovery_use(store, &session, wrong, 2, hash), STORE_NONE);
  memcpy(wrong[1], codes[3], RECOVERY_HASH_BYTES); /* made with the secret before */
  cr_assert_eq(recovery_use(store, &session, wrong, 2, hash), STORE_OK, "%s", store_message(store));
  cr_expect_eq(session_find(store, hash, arena, &found), STORE_OK);
  session = crew_half_session(store, "e@x.dk", arena);
  cr_expect_eq(recovery_use(store, &session, wrong, 2, hash), STORE_NONE, "a second time");
  cr_assert_eq(staff_reset_totp(operator_store, id), STORE_OK);
  cr_expect_eq(session_find(store, hash, arena, &found), STORE_NONE);
  cr_expect_eq(crew_half_session(store, "e@x.dk", arena).stage, SESSION_NEEDS_ENROLMENT);
  expect_value("SELECT count(*) FROM recovery_code", "0");
}
