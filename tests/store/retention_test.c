#include <criterion/criterion.h>
#include <string.h>

#include "crew.h"
#include "database.h"
#include "meanwhile.h"
#include "store/quality_store.h"
#include "store/retention_store.h"
#include "store/round_store.h"

static struct database database;
static struct arena *arena;
static struct store *store;
static int number;

/* Two rounds with ten answers each, the first finalised and due. */
static void begin(void) {
  database_init(&database);
  database_fill_settings(&database);
  arena = arena_new(0);
  store = database_open(&database, STORE_AS_CONSOLE);
  number = database_add_round(&database, "101,217");
  int other = database_add_round(&database, "101,217");
  database_run(&database,
               arena_printf(arena,
                            "INSERT INTO submission (round, id, number, municipality, language,"
                            " received_on, answers) SELECT r, gen_random_uuid(),"
                            " gen_random_uuid(), 217, 'da', '2026-05-17', '{\"q1\": 1}'"
                            " FROM generate_series(1, 10), unnest(ARRAY[%d, %d]) AS r",
                            number, other));
  cr_assert_eq(round_close(store, number), STORE_OK, "%s", store_message(store));
}

static void end(void) {
  store_close(store);
  arena_free(arena);
  database_clear(&database);
}

TestSuite(retention, .init = begin, .fini = end, .timeout = 120);

static void make_due(void) {
  database_run(&database,
               arena_printf(arena,
                            "INSERT INTO quality_run (round, method, answers, traced, fingerprint)"
                            " SELECT %d, %d, 10, 0, quality_fingerprint(%d)",
                            number, QUALITY_METHOD, number));
  cr_assert_eq(round_finalise(store, number), STORE_OK, "%s", store_message(store));
  cr_assert_eq(retention_set(store, number, NULL, 1), STORE_OK, "%s", store_message(store));
  database_run(&database, arena_printf(arena,
                                       "UPDATE round SET finalised_at = now() - interval '2 months'"
                                       " WHERE id = %d",
                                       number));
}

static const char *answers_of(const char *round) {
  return database_value(
      &database, arena,
      arena_printf(arena, "SELECT count(*) FROM submission WHERE round %s %d", round, number));
}

static int archive_with(const char *receipt) {
  struct archive_record record = {
      .round = number,
      .receipt = receipt,
      .profile = "anonymised",
      .sha256 = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
      .bytes = INT64_C(5000000000)};
  cr_assert_eq(archive_begin(store, arena, &record), STORE_OK, "%s", store_message(store));
  cr_assert_eq(archive_insert(store, &record), STORE_OK, "%s", store_message(store));
  return record.id;
}

static int archive(void) {
  return archive_with(NULL);
}

/* Whether a package holds the round. */
static bool held(void) {
  struct retention_row *rows;
  size_t count;
  cr_assert_eq(retention_list(store, arena, &rows, &count), STORE_OK);
  cr_assert_eq(count, 1);
  return rows[0].archive != 0;
}

Test(retention, counts_what_finalising_takes) {
  struct finalise_plan plan;
  cr_assert_eq(finalise_plan_find(store, number, &plan), STORE_OK, "%s", store_message(store));
  cr_expect_eq(plan.answers, 10);
  cr_expect_eq(plan.numbers, 10);
  cr_expect_eq(plan.links, 2);
  cr_expect_eq(plan.traces + plan.receipts + plan.codes + plan.withdrawn, 0);
}

Test(retention, tells_the_exact_counts_to_no_municipality) {
  struct finalise_plan plan;
  struct store *staff = database_open(&database, STORE_AS_STAFF);
  cr_expect_eq(finalise_plan_find(staff, number, &plan), STORE_DENIED);
  store_close(staff);
}

Test(retention, deletes_nothing_that_is_not_due_or_not_finalised) {
  cr_expect_eq(retention_purge(store, number, "because"), STORE_CLOSED);
  cr_expect(strstr(store_message(store), "not past") != NULL, "%s", store_message(store));
  database_run(
      &database,
      arena_printf(arena, "UPDATE round SET retain_until = '2026-01-01' WHERE id = %d", number));
  cr_expect_eq(retention_purge(store, number, "because"), STORE_CLOSED);
  cr_expect(strstr(store_message(store), "not finalised") != NULL, "%s", store_message(store));
  cr_expect_eq(retention_purge(store, 999, "because"), STORE_NONE);
  cr_expect_str_eq(answers_of("="), "10");
}

Test(retention, wants_a_package_that_holds_the_round_or_a_reason) {
  archive(); /* before it was finalised */
  database_run(&database, "UPDATE round_archive SET made_at = now() - interval '3 months'");
  make_due();
  cr_expect_eq(retention_purge(store, number, NULL), STORE_INCOMPLETE);
  cr_expect_str_eq(answers_of("="), "10");
  struct retention_row *rows;
  struct archive_record *records;
  size_t count;
  int id = archive();
  cr_assert_eq(retention_list(store, arena, &rows, &count), STORE_OK);
  cr_assert_eq(count, 1);
  cr_expect_eq(rows[0].archive, id);
  cr_expect_eq(rows[0].answers, 10);
  cr_assert_eq(archive_list(store, number, arena, &records, &count), STORE_OK);
  cr_assert_eq(count, 2);
  cr_expect_not(records[0].holds);
  cr_expect(records[1].holds);
  cr_expect_eq(records[1].bytes, INT64_C(5000000000));
}

Test(retention, deletes_one_round_and_leaves_the_others) {
  make_due();
  archive();
  cr_assert_eq(retention_purge(store, number, NULL), STORE_OK, "%s", store_message(store));
  cr_expect_str_eq(answers_of("="), "0");
  cr_expect_str_eq(answers_of("<>"), "10");
  cr_expect_eq(retention_purge(store, number, NULL), STORE_CLOSED, "twice");
  cr_expect_eq(retention_set(store, number, "2099-01-01", 0), STORE_CLOSED);
}

Test(retention, of_staff_or_nobody_is_not_theirs_to_end) {
  make_due();
  archive();
  struct store *staff = database_open(&database, STORE_AS_STAFF);
  cr_expect_eq(retention_purge(staff, number, NULL), STORE_DENIED);
  store_close(staff);
  cr_expect_str_eq(answers_of("="), "10");
}

/* ---- courses that are written meanwhile */

static const char *course(const char *id) {
  return arena_printf(arena,
                      "INSERT INTO course (round, municipality, course_id, started_on)"
                      " VALUES (%d, 217, '%s', '2026-01-01')",
                      number, id);
}

Test(retention, begins_a_package_when_nobody_is_writing_courses) {
  struct meanwhile meanwhile;
  make_due();
  meanwhile_open(&meanwhile, &database);
  database_run(&database, "BEGIN");
  database_run(&database, course("HX-1"));
  cr_expect(
      meanwhile_waits(&meanwhile, arena_printf(arena, "SELECT round_archive_begin(%d)", number)));
  database_run(&database, "COMMIT");
  const char *moment = meanwhile_end(&meanwhile, arena);
  cr_expect_str_eq(
      database_value(&database, arena,
                     arena_printf(arena, "SELECT changed_at < '%s' FROM course", moment)),
      "t");
  meanwhile_close(&meanwhile);
}

Test(retention, counts_a_course_as_later_that_was_written_by_who_began_before) {
  struct meanwhile meanwhile;
  make_due();
  meanwhile_open(&meanwhile, &database);
  meanwhile_run(&meanwhile, "BEGIN");
  meanwhile_run(&meanwhile, "SELECT now()");
  archive();
  cr_expect(held());
  meanwhile_run(&meanwhile, course("HX-2"));
  meanwhile_run(&meanwhile, "COMMIT");
  meanwhile_close(&meanwhile);
  cr_expect_not(held());
  cr_expect_eq(retention_purge(store, number, NULL), STORE_INCOMPLETE);
}

/* ---- on the console */

Test(retention, rests_on_no_package_that_may_not_have_arrived) {
  make_due();
  (void)archive_with("ABCD2345");
  cr_expect_not(held());
  cr_expect_eq(archive_receive(store, number, "ABCD2346"), STORE_NONE);
  cr_expect_eq(archive_receive(store, number + 1, "ABCD2345"), STORE_NONE);
  cr_assert_eq(archive_receive(store, number, "ABCD2345"), STORE_OK, "%s", store_message(store));
  cr_expect(held());
  cr_expect_eq(archive_receive(store, number, "ABCD2345"), STORE_NONE, "twice");
}

enum who { ADMIN, EVALUATOR, OF_ROUND, OF_217, WHO_COUNT };
static struct staff_session sessions[WHO_COUNT];

static struct store *open_staff(void) {
  static const char *const emails[WHO_COUNT] = {"admin@x.dk", "evaluator@x.dk", "of-round@x.dk",
                                                "of-217@x.dk"};
  int other = number + 1;
  struct store *staff = database_open(&database, STORE_AS_STAFF);
  (void)crew_add(store, emails[ADMIN], STAFF_ADMIN, 0, NULL, 0);
  (void)crew_add(store, emails[EVALUATOR], STAFF_EVALUATOR, 0, NULL, 0);
  (void)crew_add(store, emails[OF_ROUND], STAFF_EVALUATOR, 0, &other, 1);
  (void)crew_add(store, emails[OF_217], STAFF_EVALUATOR, 217, NULL, 0);
  for (enum who who = 0; who < WHO_COUNT; who++) {
    sessions[who] = crew_session(staff, emails[who], arena);
  }
  return staff;
}

/* What PostgreSQL says to each kind of session. */
static void expect(struct store *staff, const char *sql, const char *const expected[WHO_COUNT]) {
  for (enum who who = 0; who < WHO_COUNT; who++) {
    char value[64];
    enum store_result result = crew_sql(staff, &sessions[who], sql, value, sizeof value);
    const char *seen = result == STORE_OK ? value : result == STORE_DENIED ? "DENIED" : "FAILED";
    cr_expect_str_eq(seen, expected[who], "%s as %d: %s (%s)", sql, (int)who, seen,
                     store_message(staff));
  }
}

Test(retention, lets_a_session_shorten_the_time_to_thirty_days_and_no_further) {
  struct store *staff = open_staff();
  expect(staff, arena_printf(arena, "SELECT round_retain(%d, current_date + 10, NULL)", number),
         (const char *const[]){"soon", "soon", "none", "none"});
  expect(staff, arena_printf(arena, "SELECT round_retain(%d, current_date + 31, NULL)", number),
         (const char *const[]){"set", "set", "none", "none"});
  cr_assert_eq(retention_set(store, number, "2099-01-01", 0), STORE_OK, "the operator");
  database_run(&database,
               arena_printf(arena, "UPDATE round SET retain_until = current_date + 5 WHERE id = %d",
                            number));
  expect(staff, arena_printf(arena, "SELECT round_retain(%d, current_date + 6, NULL)", number),
         (const char *const[]){"set", "set", "none", "none"});
  store_close(staff);
}

static const char *rule(const char *months) {
  return arena_printf(arena,
                      "WITH changed AS (INSERT INTO setting (key, value)"
                      " VALUES ('retention_months', '%s')"
                      " ON CONFLICT (key, round, municipality) DO UPDATE SET value = excluded.value"
                      " RETURNING value) SELECT value FROM changed",
                      months);
}

/* The round was finalised two months ago, and nothing but the rule says how long it is kept. */
Test(retention, lets_a_session_make_a_rule_for_all_rounds_that_ends_none_of_them) {
  make_due();
  struct store *staff = open_staff();
  cr_assert_eq(retention_set(store, number, NULL, 0), STORE_OK, "%s", store_message(store));
  expect(staff, rule("2"), (const char *const[]){"FAILED", "DENIED", "DENIED", "DENIED"});
  expect(staff, rule("4"), (const char *const[]){"4", "DENIED", "DENIED", "DENIED"});
  expect(staff, rule(""), (const char *const[]){"", "DENIED", "DENIED", "DENIED"});
  cr_expect_eq(setting_set(store, "retention_months", "2"), STORE_OK, "the operator");
  expect(staff, rule("3"), (const char *const[]){"3", "DENIED", "DENIED", "DENIED"});
  store_close(staff);
}

Test(retention, is_ended_by_an_admin_with_a_package_and_by_no_evaluator) {
  make_due();
  struct store *staff = open_staff();
  const char *purge = arena_printf(arena, "SELECT round_purge(%d, NULL)", number);
  expect(staff, "SELECT count(*) FROM retention_list()", (const char *const[]){"1", "1", "0", "0"});
  expect(staff, purge, (const char *const[]){"no_archive", "DENIED", "DENIED", "DENIED"});
  expect(staff, arena_printf(arena, "SELECT round_purge(%d, 'because')", number),
         (const char *const[]){"DENIED", "DENIED", "DENIED", "DENIED"});
  expect(staff, arena_printf(arena, "SELECT round_archive_begin(%d) IS NOT NULL", number),
         (const char *const[]){"t", "t", "DENIED", "DENIED"});
  archive();
  cr_expect_str_eq(answers_of("="), "10");
  expect(staff, purge, (const char *const[]){"deleted", "DENIED", "DENIED", "DENIED"});
  cr_expect_str_eq(answers_of("="), "0");
  store_close(staff);
}
