#include <criterion/criterion.h>
#include <string.h>

#include "database.h"
#include "store/pg.h"
#include "store/release_store.h"

static struct database database;
static struct arena *arena;
static struct store *store;
static int number;

static void begin(void) {
  database_init(&database);
  database_fill_settings(&database);
  number = database_add_round(&database, "101,217");
  arena = arena_new(0);
  store = database_open(&database, STORE_AS_CONSOLE);
}

static void end(void) {
  store_close(store);
  arena_free(arena);
  database_clear(&database);
}

TestSuite(release_store, .init = begin, .fini = end, .timeout = 120);

static struct release_record rows_of_round(void) {
  struct release_record record = {.round = number,
                                  .kind = "rows",
                                  .floor = 5,
                                  .options = "{\"language\": true}",
                                  .content = "{\"margins\": []}",
                                  .certificate = "{\"k\": 5}",
                                  .has_seed = true};
  memset(record.seed, 7, sizeof record.seed);
  memset(record.digest, 9, sizeof record.digest);
  return record;
}

Test(release_store, gives_a_release_back_as_it_was_stored) {
  struct release_record record = rows_of_round(), found;
  record.override_by = "Bo Lind";
  record.override_why = "en prøve";
  int id = 0;
  cr_assert_eq(release_insert(store, &record, 0, &id), STORE_OK, "%s", store_message(store));
  cr_assert_eq(release_find(store, id, arena, &found), STORE_OK, "%s", store_message(store));
  cr_expect_eq(found.id, id);
  cr_expect_eq(found.round, number);
  cr_expect_str_eq(found.kind, "rows");
  cr_expect_str_eq(found.options, "{\"language\": true}");
  cr_expect_str_eq(found.certificate, "{\"k\": 5}");
  cr_expect_str_eq(found.override_why, "en prøve");
  cr_expect_arr_eq(found.seed, record.seed, sizeof found.seed);
  cr_expect_arr_eq(found.digest, record.digest, sizeof found.digest);
  cr_expect_eq(release_find(store, id + 1, arena, &found), STORE_NONE);
}

Test(release_store, keeps_a_report_byte_for_byte) {
  static const char report[] = "{\"b\": 1,  \"a\": 0.30000000000000004}";
  struct release_record record = rows_of_round(), found;
  record.kind = "tables";
  record.has_seed = false;
  record.certificate = NULL;
  record.report = report;
  int id = 0;
  cr_assert_eq(release_insert(store, &record, 0, &id), STORE_OK, "%s", store_message(store));
  cr_assert_eq(release_find(store, id, arena, &found), STORE_OK);
  cr_expect_str_eq(found.report, report);
  struct release_record rows = rows_of_round();
  rows.report = report;
  cr_expect_eq(release_insert(store, &rows, id, &id), STORE_REFUSED, "rows are no report");
}

Test(release_store, is_not_stored_when_another_came_first) {
  struct release_record record = rows_of_round(), *records;
  int first = 0, second = 0;
  size_t count = 0;
  cr_assert_eq(release_insert(store, &record, 0, &first), STORE_OK);
  cr_expect_eq(release_insert(store, &record, 0, &second), STORE_CONFLICT);
  cr_assert_eq(release_insert(store, &record, first, &second), STORE_OK);
  cr_assert_eq(release_list(store, number, arena, &records, &count), STORE_OK);
  cr_assert_eq(count, 2);
  cr_expect_eq(records[0].id, first);
  cr_expect_eq(records[1].id, second);
}

Test(release_store, refuses_what_is_not_whole) {
  int id = 0;
  struct release_record low = rows_of_round(), seedless = rows_of_round(),
                        nameless = rows_of_round();
  low.floor = 2;
  seedless.has_seed = false;
  nameless.override_why = "uden navn";
  cr_expect_eq(release_insert(store, &low, 0, &id), STORE_REFUSED);
  cr_expect_eq(release_insert(store, &seedless, 0, &id), STORE_REFUSED);
  cr_expect_eq(release_insert(store, &nameless, 0, &id), STORE_REFUSED);
}

static struct store *open_for(const char *role, const char *municipality, const char *rounds) {
  struct store *staff = database_open(&database, STORE_AS_STAFF);
  char sql[256];
  (void)snprintf(sql, sizeof sql,
                 "SELECT set_config('app.role', '%s', false),"
                 " set_config('app.municipality', '%s', false),"
                 " set_config('app.rounds', '%s', false)",
                 role, municipality, rounds);
  cr_assert_eq(pg_command(staff, sql), STORE_OK);
  return staff;
}

Test(release_store, is_seen_and_made_by_those_who_run_the_round_alone) {
  static const struct {
    const char *role, *municipality, *rounds;
    bool may;
  } cases[] = {
      {"evaluator", "", "", true},
      {"evaluator", "101", "", false},
      {"evaluator", "", "{9999}", false},
      {"municipality", "101", "", false},
      {"admin", "", "", true},
  };
  struct release_record record = rows_of_round(), *records;
  int latest = 0;
  cr_assert_eq(release_insert(store, &record, 0, &latest), STORE_OK);
  for (size_t i = 0; i < array_length(cases); i++) {
    struct store *staff = open_for(cases[i].role, cases[i].municipality, cases[i].rounds);
    size_t count = 0;
    int id = 0;
    cr_assert_eq(release_list(staff, number, arena, &records, &count), STORE_OK);
    cr_expect_eq(count > 0, cases[i].may, "case %zu", i);
    enum store_result result = release_insert(staff, &record, cases[i].may ? latest : 0, &id);
    cr_expect_eq(result, cases[i].may ? STORE_OK : STORE_DENIED, "case %zu: %d", i, (int)result);
    latest = cases[i].may ? id : latest;
    store_close(staff);
  }
}

Test(release_store, is_never_changed_or_deleted) {
  cr_expect_eq(pg_command(store, "DELETE FROM release"), STORE_DENIED);
  cr_expect_eq(pg_command(store, "UPDATE release SET floor = 3"), STORE_DENIED);
  struct store *export = database_open(&database, STORE_AS_EXPORT);
  cr_expect_eq(pg_command(export, "SELECT FROM release"), STORE_DENIED);
  store_close(export);
}
