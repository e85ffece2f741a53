#include <criterion/criterion.h>
#include <string.h>

#include "database.h"
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
                            " SELECT %d, 1, 10, 0, quality_fingerprint(%d)",
                            number, number));
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

static int archive(void) {
  struct archive_record record = {
      .round = number,
      .profile = "anonymised",
      .sha256 = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
      .bytes = INT64_C(5000000000)};
  cr_assert_eq(archive_begin(store, arena, &record), STORE_OK, "%s", store_message(store));
  cr_assert_eq(archive_insert(store, &record), STORE_OK, "%s", store_message(store));
  return record.id;
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
