#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "database.h"
#include "store/pg.h"
#include "store/round_store.h"

static struct database database;
static struct arena *arena;
static struct store *store;
static int number;

/* Thirty answers, the first two withdrawn, with all that could link them. */
static void begin(void) {
  database_init(&database);
  database_fill_settings(&database);
  arena = arena_new(0);
  store = database_open(&database, STORE_AS_CONSOLE);
  number = database_add_round(&database, "101,217");
  database_run(&database, "SET synchronous_commit = off");
  for (int i = 0; i < 30; i++) {
    database_run(
        &database,
        arena_printf(arena,
                     "WITH answer AS (INSERT INTO submission (round, id, number, municipality,"
                     " language, received_on, answers, digest, receipt, external_id)"
                     " VALUES (%d, gen_random_uuid(), gen_random_uuid(), 217, 'da',"
                     "  date '2026-05-17' + %d, '{\"q1\": %d}', decode(md5('%d'), 'hex'),"
                     "  decode(md5('r%d'), 'hex'), 'external %d') RETURNING round, id)"
                     " INSERT INTO submission_trace (round, submission, network, arrived_at)"
                     " SELECT round, id, %d, date_trunc('minute', now()) FROM answer",
                     number, i, i, i, i, i, i));
  }
  database_run(&database, "UPDATE submission SET withdrawn = true, answers = NULL,"
                          " language = NULL, digest = NULL WHERE external_id IN"
                          " ('external 0', 'external 1')");
}

static void end(void) {
  store_close(store);
  arena_free(arena);
  database_clear(&database);
}

TestSuite(finalise, .init = begin, .fini = end, .timeout = 120);

static void expect_value(const char *sql, const char *expected) {
  const char *value = database_value(&database, arena, sql);
  cr_expect_str_eq(value, expected, "%s: %s", sql, value);
}

static void close_and_finalise(void) {
  cr_assert_eq(round_close(store, number), STORE_OK, "%s", store_message(store));
  cr_assert_eq(round_finalise(store, number), STORE_OK, "%s", store_message(store));
}

Test(finalise, leaves_nothing_that_links_an_answer_to_anybody) {
  close_and_finalise();
  expect_value("SELECT count(*) FROM submission", "28");
  expect_value("SELECT count(*) FROM submission WHERE withdrawn OR num_nonnulls(number, digest,"
               " receipt, external_id) > 0",
               "0");
  expect_value("SELECT string_agg(DISTINCT received_on::text, ',') FROM submission", "2026-04-01");
  expect_value("SELECT sum((answers->>'q1')::integer) FROM submission", "434");
  expect_value("SELECT count(*) FROM submission_trace", "0");
  expect_value(arena_printf(arena,
                            "SELECT string_agg(relname, ',') FROM pg_class WHERE relkind = 'r'"
                            " AND relname ~ '^submission.*_%d$'",
                            number),
               arena_printf(arena, "submission_final_%d", number));
  expect_value("SELECT count(*) FROM link WHERE code IS NOT NULL", "0");
}

Test(finalise, puts_the_rows_in_the_order_of_their_random_ids) {
  close_and_finalise();
  expect_value("SELECT bool_and(later) FROM (SELECT id > lag(id) OVER (ORDER BY ctid) AS later"
               " FROM submission) AS pairs",
               "t");
  expect_value("SELECT count(DISTINCT xmin::text) FROM submission", "1");
}

Test(finalise, leaves_no_statistics_of_what_is_gone) {
  database_run(&database, "ANALYZE");
  close_and_finalise();
  expect_value("SELECT string_agg(tablename || '.' || attname, ', ') FROM pg_stats"
               " WHERE tablename LIKE 'submission%' AND null_frac < 1 AND attname IN ('number',"
               " 'digest', 'receipt', 'external_id', 'network', 'device', 'arrived_at')",
               "");
}

Test(finalise, never_has_answers_or_what_links_them_in_statistics) {
  static const char sampled[] =
      "SELECT string_agg(tablename || '.' || attname, ', ') FROM pg_stats"
      " WHERE tablename LIKE 'submission%' AND attname IN ('number', 'digest', 'receipt',"
      " 'external_id', 'answers', 'network', 'device', 'seconds', 'submission', 'arrived_at')";
  database_run(&database, "ANALYZE");
  expect_value(sampled, "");
  expect_value(arena_printf(arena,
                            "SELECT count(*) > 0 FROM pg_stats"
                            " WHERE tablename = 'submission_%d'",
                            number),
               "t");
  close_and_finalise();
  database_run(&database, "ANALYZE");
  expect_value(sampled, "");
}

Test(finalise, sweeps_the_codes_out_of_the_table_of_links) {
  close_and_finalise();
  cr_expect_eq(round_sweep(store), STORE_OK, "%s", store_message(store));
  expect_value("SELECT vacuum_count FROM pg_stat_user_tables WHERE relname = 'link'", "1");
  struct round_row row;
  cr_expect_eq(round_find(store, number, arena, &row), STORE_OK, "the role is the console's");
  cr_expect_eq(pg_command(store, "SELECT answers FROM submission"), STORE_DENIED);
}

Test(finalise, refuses_an_answer_that_comes_late_with_its_number) {
  close_and_finalise();
  struct store *writer = database_open(&database, STORE_AS_WRITER);
  const char *sql = arena_printf(arena,
                                 "INSERT INTO submission (round, id, number, municipality,"
                                 " language, received_on, answers) VALUES (%d, gen_random_uuid(),"
                                 " gen_random_uuid(), 217, 'da', current_date, '{}')",
                                 number);
  cr_expect_eq(pg_command(writer, sql), STORE_REFUSED, "%s", store_message(writer));
  cr_expect_eq(pg_command(writer, arena_printf(arena,
                                               "INSERT INTO submission_trace (round, submission,"
                                               " arrived_at) VALUES (%d, gen_random_uuid(),"
                                               " date_trunc('minute', now()))",
                                               number)),
               STORE_REFUSED);
  store_close(writer);
}

Test(finalise, is_for_good) {
  close_and_finalise();
  struct round_row row;
  struct round_change change = {.allow_drafts = -1, .traces = -1, .title = "Other"};
  const char *message;
  cr_assert_eq(round_find(store, number, arena, &row), STORE_OK);
  cr_expect_eq(row.state, ROUND_FINALISED);
  cr_expect_not_null(row.finalised_at);
  cr_expect_eq(round_reopen(store, number), STORE_CLOSED);
  cr_expect_eq(round_close(store, number), STORE_CLOSED);
  cr_expect_eq(round_finalise(store, number), STORE_CLOSED);
  cr_expect_eq(round_set(store, number, &change, arena, &message), STORE_CLOSED);
  cr_expect_eq(round_finalise(store, number + 1), STORE_NONE);
}

Test(finalise, keeps_what_each_role_may_and_may_not) {
  close_and_finalise();
  struct store *reader = database_open(&database, STORE_AS_EXPORT);
  cr_expect_eq(pg_command(reader, "SELECT answers FROM submission"), STORE_OK);
  store_close(reader);
  struct store *writer = database_open(&database, STORE_AS_WRITER);
  cr_expect_eq(pg_command(writer, "SELECT answers FROM submission"), STORE_DENIED);
  store_close(writer);
  expect_value("SELECT count(*) FROM pg_class c, aclexplode(c.relacl) a WHERE c.relispartition"
               " AND a.grantee <> c.relowner",
               "0");
  struct link_row link;
  cr_assert_eq(link_find(store, number, 217, arena, &link), STORE_OK);
  cr_expect_null(link.code);
  /* Where the step begins is nobody's to know. */
  cr_expect(strcmp(link.answers, "25") == 0 || strcmp(link.answers, "20") == 0, "%s", link.answers);
}

Test(finalise, goes_on_while_another_round_is_exported) {
  int other = database_add_round(&database, "101");
  struct store *reader = database_open(&database, STORE_AS_EXPORT);
  cr_assert_eq(pg_command(reader, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"), STORE_OK);
  cr_assert_eq(pg_command(reader, arena_printf(arena,
                                               "SELECT count(*) FROM submission s"
                                               " JOIN municipality m ON m.code = s.municipality"
                                               " WHERE round = %d",
                                               other)),
               STORE_OK);
  cr_assert_eq(round_close(store, number), STORE_OK);
  cr_expect_eq(round_finalise(store, number), STORE_BUSY);
  cr_expect_not_null(strstr(store_message(store), "hint:"), "%s", store_message(store));
  cr_assert_eq(pg_command(reader, "COMMIT"), STORE_OK);
  cr_expect_eq(round_finalise(store, number), STORE_OK, "%s", store_message(store));
  store_close(reader);
}

Test(finalise, of_one_round_leaves_another_as_it_is) {
  int other = database_add_round(&database, "101");
  database_run(&database,
               arena_printf(arena,
                            "INSERT INTO submission (round, id, number, municipality, language,"
                            " received_on, answers) VALUES (%d, gen_random_uuid(),"
                            " gen_random_uuid(), 101, 'da', date '2026-05-17', '{}')",
                            other));
  close_and_finalise();
  expect_value(arena_printf(arena,
                            "SELECT count(number) || ' ' || min(received_on) FROM submission"
                            " WHERE round = %d",
                            other),
               "1 2026-05-17");
  expect_value(arena_printf(arena, "SELECT count(code) FROM link WHERE round = %d", other), "1");
}
