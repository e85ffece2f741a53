#include "store/import_store.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "scene.h"

static struct database database;
static struct store *store;
static int target_round;

static void open_depot(void) {
  scene_init(&database);
  target_round = scene_round(&database);
  store = database_open(&database, STORE_AS_WRITER);
}

static void close_depot(void) {
  store_close(store);
  database_clear(&database);
}

TestSuite(import, .init = open_depot, .fini = close_depot);

/* What an import said. */
struct outcome {
  enum store_result result;
  long long inserted, skipped;
  char conflicts[200]; /* "LINE:EXTERNAL_ID " each */
};

static struct import_row plain_row(long line) {
  struct import_row row = {
      .line = line,
      .municipality = SCENE_KOEBENHAVN,
      .language = "da",
      .answers = "{\"q1\":1}",
      .network_tag = -1,
      .device_tag = -1,
      .seconds = -1,
  };
  crypto_random(row.id, sizeof row.id);
  memset(row.digest, 0x11, sizeof row.digest);
  return row;
}

/* The same with an external id and a content. */
static struct import_row known_row(long line, const char *external_id, int content) {
  struct import_row row = plain_row(line);
  row.external_id = external_id;
  memset(row.digest, content, sizeof row.digest);
  return row;
}

static void note_conflict(void *context, long line, const char *external_id) {
  struct outcome *outcome = context;
  size_t length = strlen(outcome->conflicts);
  (void)snprintf(outcome->conflicts + length, sizeof outcome->conflicts - length, "%ld:%s ", line,
                 external_id);
}

static struct outcome import(int round, const struct import_row *rows, size_t count) {
  struct outcome outcome = {0};
  struct import *under_way;
  outcome.result = import_begin(&under_way, store, round);
  cr_assert_eq(outcome.result, STORE_OK, "%s", store_message(store));
  for (size_t i = 0; i < count; i++) {
    cr_assert_eq(import_add(under_way, &rows[i]), STORE_OK, "%s", store_message(store));
  }
  outcome.result =
      import_finish(under_way, note_conflict, &outcome, &outcome.inserted, &outcome.skipped);
  return outcome;
}

static long rows_of(int round) {
  return scene_number(&database, "SELECT count(*) FROM submission WHERE round = %d", round);
}

Test(import, stores_every_byte_of_a_row) {
  struct import_row row = known_row(2, "a\\N\tb\nc\rd\\.", 7);
  row.municipality = SCENE_HELSINGOER;
  row.language = "ar";
  row.answers = "{\"q1\":2,\"q10\":\"tab\\tline\\n\\\\ \\\"æøå\\\" \xf0\x9f\x8e\x88\"}";
  struct outcome outcome = import(target_round, &row, 1);
  cr_assert_eq(outcome.result, STORE_OK, "%s", store_message(store));
  cr_expect_eq(outcome.inserted, 1);
  cr_expect_eq(outcome.skipped, 0);
  scene_expect(&database, row.external_id, "SELECT external_id FROM submission");
  scene_expect(&database, "tab\tline\n\\ \"æøå\" \xf0\x9f\x8e\x88",
               "SELECT answers->>'q10' FROM submission");
  scene_expect(&database, "217 ar 07",
               "SELECT concat_ws(' ', municipality, language,"
               " left(encode(digest, 'hex'), 2)) FROM submission");
  scene_expect(&database, "t",
               "SELECT number IS NULL AND receipt IS NULL AND NOT withdrawn"
               " AND translation IS NULL FROM submission");
  char hex[2 * sizeof row.id + 1];
  for (size_t i = 0; i < sizeof row.id; i++) {
    (void)snprintf(hex + 2 * i, 3, "%02x", row.id[i]);
  }
  scene_expect(&database, hex, "SELECT replace(id::text, '-', '') FROM submission");
}

Test(import, dates_by_time_then_week_then_today) {
  static const struct {
    const char *submitted_at, *received_week, *day;
  } cases[] = {
      {NULL, "2026-W47", "2026-11-16"},
      {NULL, "2026-W53", "2026-12-28"},
      {NULL, "2027-W01", "2027-01-04"},
      {NULL, "2020-W01", "2019-12-30"},
      {NULL, "2026-Q4", "2026-10-01"},
      {NULL, "2026-Q1", "2026-01-01"},
      {"2026-07-01T23:30:00", NULL, "2026-07-01"},
      {"2026-07-01T23:30:00Z", NULL, "2026-07-02"},
      {"2026-01-01T00:30:00+02:00", NULL, "2025-12-31"},
      {"2026-03-05 08:00", "2026-W47", "2026-03-05"},
  };
  for (unsigned i = 0; i < array_length(cases); i++) {
    int round = scene_round(&database);
    struct import_row row = plain_row(1);
    row.submitted_at = cases[i].submitted_at;
    row.received_week = cases[i].received_week;
    cr_assert_eq(import(round, &row, 1).result, STORE_OK, "case %u", i);
    scene_expect(&database, cases[i].day, "SELECT received_on FROM submission WHERE round = %d",
                 round);
  }
  struct import_row row = plain_row(1);
  cr_assert_eq(import(target_round, &row, 1).result, STORE_OK);
  scene_expect(&database, "t",
               "SELECT received_on = (now() AT TIME ZONE 'Europe/Copenhagen')::date"
               " FROM submission WHERE round = %d",
               target_round);
}

Test(import, skips_what_is_there_already_and_counts_it) {
  struct import_row first[] = {known_row(1, "a", 1), known_row(2, "b", 2)};
  cr_assert_eq(import(target_round, first, array_length(first)).inserted, 2);
  struct import_row again[] = {known_row(1, "a", 1), known_row(2, "c", 3), known_row(3, "c", 3),
                               plain_row(4), plain_row(5)};
  struct outcome outcome = import(target_round, again, array_length(again));
  cr_expect_eq(outcome.result, STORE_OK);
  cr_expect_eq(outcome.inserted, 3, "c once and the two without an id");
  cr_expect_eq(outcome.skipped, 2);
  cr_expect_eq(rows_of(target_round), 5);
}

Test(import, tells_every_conflict_by_line_and_stores_nothing) {
  struct import_row first[] = {known_row(1, "a", 1), known_row(2, "b", 2)};
  cr_assert_eq(import(target_round, first, array_length(first)).inserted, 2);
  struct import_row again[] = {known_row(9, "c", 4), known_row(2, "b", 9),  known_row(3, "a", 1),
                               known_row(4, "c", 3), known_row(12, "a", 2), known_row(5, "d", 5)};
  struct outcome outcome = import(target_round, again, array_length(again));
  cr_expect_eq(outcome.result, STORE_CONFLICT);
  cr_expect_str_eq(outcome.conflicts, "2:b 9:c 12:a ");
  cr_expect_eq(outcome.inserted, 0);
  cr_expect_eq(rows_of(target_round), 2);
}

Test(import, keeps_external_ids_of_two_rounds_apart) {
  int other = scene_round(&database);
  struct import_row here = known_row(1, "a", 1), there = known_row(1, "a", 2);
  cr_expect_eq(import(target_round, &here, 1).result, STORE_OK);
  cr_expect_eq(import(other, &there, 1).result, STORE_OK);
}

Test(import, stores_all_rows_or_none) {
  struct import_row rows[] = {plain_row(1), plain_row(2), plain_row(3)};
  rows[2].answers = "{\"q1\":";
  cr_expect_eq(import(target_round, rows, array_length(rows)).result, STORE_REFUSED);
  cr_expect_eq(rows_of(target_round), 0);
  rows[2] = plain_row(3);
  rows[2].municipality = 479;
  cr_expect_eq(import(target_round, rows, array_length(rows)).result, STORE_REFUSED);
  cr_expect_eq(rows_of(target_round), 0);
  rows[2] = plain_row(3);
  cr_expect_eq(import(target_round, rows, array_length(rows)).result, STORE_OK);
  cr_expect_eq(rows_of(target_round), 3);
}

Test(import, leaves_nothing_when_abandoned) {
  struct import *under_way;
  struct import_row row = plain_row(1);
  cr_assert_eq(import_begin(&under_way, store, target_round), STORE_OK);
  cr_assert_eq(import_add(under_way, &row), STORE_OK);
  import_abandon(under_way);
  import_abandon(NULL);
  cr_expect_eq(rows_of(target_round), 0);
  cr_expect_eq(import(target_round, &row, 1).inserted, 1);
}

Test(import, takes_more_than_is_sent_at_once_in_no_order_of_the_file) {
  enum { ROWS = 5000 };
  struct import_row *rows = calloc(ROWS, sizeof *rows);
  char(*ids)[24] = calloc(ROWS, sizeof *ids);
  for (long i = 0; i < ROWS; i++) {
    (void)snprintf(ids[i], sizeof ids[i], "%ld", i);
    rows[i] = known_row(i + 2, ids[i], 1);
  }
  struct outcome outcome = import(target_round, rows, ROWS);
  cr_expect_eq(outcome.inserted, ROWS);
  cr_expect_eq(rows_of(target_round), ROWS);
  scene_expect(&database, "t",
               "SELECT array_agg(id ORDER BY ctid) = array_agg(id ORDER BY id)"
               " FROM submission_%d",
               target_round);
  free(ids);
  free(rows);
}

Test(import, keeps_traces_where_the_round_does_and_there_is_something_to_keep) {
  struct import_row rows[] = {plain_row(1), plain_row(2), plain_row(3)};
  rows[1].network_tag = 0;
  rows[1].device_tag = 65535;
  rows[1].seconds = 240;
  rows[1].submitted_at = "2026-11-16T10:20:59";
  rows[2].seconds = 0;
  cr_assert_eq(import(target_round, rows, array_length(rows)).result, STORE_OK);
  scene_expect(&database, "2", "SELECT count(*) FROM submission_trace");
  scene_expect(&database, "0 65535 240 2026-11-16 09:20:00",
               "SELECT concat_ws(' ', network, device, seconds, arrived_at AT TIME ZONE 'UTC')"
               " FROM submission_trace WHERE network IS NOT NULL");
  scene_expect(&database, "t",
               "SELECT device IS NULL AND seconds = 0 AND arrived_at IS NULL"
               " FROM submission_trace WHERE network IS NULL");
  int untraced = scene_round(&database);
  scene_run(&database, "UPDATE round SET traces = false WHERE id = %d", untraced);
  crypto_random(rows[1].id, sizeof rows[1].id);
  cr_assert_eq(import(untraced, &rows[1], 1).inserted, 1);
  scene_expect(&database, "2", "SELECT count(*) FROM submission_trace");
}

Test(import, is_for_every_state_but_finalised) {
  struct import_row row = plain_row(1);
  scene_run(&database, "UPDATE round SET opens_at = now() + interval '1 day'");
  cr_expect_eq(import(target_round, &row, 1).result, STORE_OK, "scheduled");
  scene_run(&database, "UPDATE round SET opens_at = now() - interval '3 days',"
                       " closed_at = now() - interval '2 days'");
  row = plain_row(1);
  cr_expect_eq(import(target_round, &row, 1).result, STORE_OK, "closed");
  database_settle_flags(&database, target_round);
  database_finalise(&database, target_round);
  struct import *under_way;
  cr_expect_eq(import_begin(&under_way, store, target_round), STORE_CLOSED);
  cr_expect_eq(import_begin(&under_way, store, 4711), STORE_NONE);
  cr_expect_null(under_way);
  cr_expect_eq(rows_of(target_round), 2);
}

Test(import, stores_nothing_in_a_round_that_is_finalised_meanwhile) {
  struct import *under_way;
  struct import_row row = plain_row(1);
  struct outcome outcome = {0};
  row.seconds = 240;
  scene_run(&database, "UPDATE round SET closed_at = now() - interval '2 hours'");
  cr_assert_eq(import_begin(&under_way, store, target_round), STORE_OK);
  cr_assert_eq(import_add(under_way, &row), STORE_OK);
  database_finalise(&database, target_round);
  cr_expect_eq(
      import_finish(under_way, note_conflict, &outcome, &outcome.inserted, &outcome.skipped),
      STORE_CLOSED);
  cr_expect_eq(rows_of(target_round), 0);
}

Test(import, takes_again_what_was_withdrawn) {
  struct import_row row = known_row(1, "a", 1);
  cr_assert_eq(import(target_round, &row, 1).inserted, 1);
  scene_run(&database, "UPDATE submission SET withdrawn = true, answers = NULL, language = NULL,"
                       " digest = NULL, external_id = NULL");
  row = known_row(1, "a", 2);
  cr_expect_eq(import(target_round, &row, 1).inserted, 1);
}

Test(import, says_down_when_the_connection_is_lost) {
  struct import *under_way;
  struct import_row row = plain_row(1);
  struct outcome outcome = {0};
  cr_assert_eq(import_begin(&under_way, store, target_round), STORE_OK);
  scene_run(&database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
                       " datname = current_database() AND pid <> pg_backend_pid()");
  enum store_result result = import_add(under_way, &row);
  cr_expect(result == STORE_OK || result == STORE_DOWN);
  cr_expect_eq(
      import_finish(under_way, note_conflict, &outcome, &outcome.inserted, &outcome.skipped),
      STORE_DOWN);
  cr_expect_eq(rows_of(target_round), 0);
}
