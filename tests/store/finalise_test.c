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
  database_settle_flags(&database, number);
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
  database_settle_flags(&database, number);
  cr_expect_eq(round_finalise(store, number), STORE_CONFLICT);
  cr_expect_not_null(strstr(store_message(store), "hint:"), "%s", store_message(store));
  cr_assert_eq(pg_command(reader, "COMMIT"), STORE_OK);
  cr_expect_eq(round_finalise(store, number), STORE_OK, "%s", store_message(store));
  store_close(reader);
}

static void *try_to_finalise(void *result) {
  *(enum store_result *)result = round_finalise(store, number);
  return NULL;
}

/* Who waits for the whole table has every parent's answer wait behind. */
Test(finalise, stands_in_no_parents_way_beside_an_export) {
  static const char waits[] = "SELECT count(*) FROM pg_locks l JOIN pg_database d"
                              " ON d.oid = l.database AND d.datname = current_database()"
                              " WHERE NOT l.granted AND l.relation = 'submission'::regclass";
  enum store_result result = STORE_OK;
  pthread_t finaliser;
  struct store *reader = database_open(&database, STORE_AS_EXPORT);
  cr_assert_eq(pg_command(reader, "BEGIN"), STORE_OK);
  cr_assert_eq(pg_command(reader, "SELECT count(*) FROM submission"), STORE_OK);
  cr_assert_eq(round_close(store, number), STORE_OK);
  database_settle_flags(&database, number);
  cr_assert_eq(pthread_create(&finaliser, NULL, try_to_finalise, &result), 0);
  while (pthread_tryjoin_np(finaliser, NULL) != 0) {
    expect_value(waits, "0");
  }
  cr_expect_eq(result, STORE_CONFLICT);
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

Test(finalise, waits_for_flags_of_the_answers_as_they_are) {
  cr_assert_eq(round_close(store, number), STORE_OK);
  cr_expect_eq(round_finalise(store, number), STORE_INCOMPLETE, "flags were never made");
  cr_expect_not_null(strstr(store_message(store), "hint:"), "%s", store_message(store));
  database_settle_flags(&database, number);
  database_run(&database, arena_printf(arena,
                                       "INSERT INTO submission (round, id, number, municipality,"
                                       " language, received_on, answers) VALUES (%d,"
                                       " gen_random_uuid(), gen_random_uuid(), 101, 'da',"
                                       " date '2026-05-17', '{}')",
                                       number));
  cr_expect_eq(round_finalise(store, number), STORE_INCOMPLETE, "one came after them");
  expect_value("SELECT count(number) FROM submission", "31");
  expect_value("SELECT count(code) FROM link", "2");
  database_settle_flags(&database, number);
  cr_expect_eq(round_finalise(store, number), STORE_OK, "%s", store_message(store));
}

/* ---- what flags and weights tell */

/* Adds a municipality to the round whose answers are of groups of these sizes ("{1,1,3}": two who
 * answered once and one who did three times), flagged and weighed as a refresh does it. */
static void add_groups(int municipality, const char *sizes) {
  database_run(
      &database,
      arena_printf(arena,
                   "INSERT INTO link (round, municipality, code) VALUES (%1$d, %2$d, lpad('%2$d',"
                   " 7, '0'));"
                   "WITH answer AS (INSERT INTO submission (round, id, number, municipality,"
                   "  language, received_on, answers)"
                   "  SELECT %1$d, gen_random_uuid(), gen_random_uuid(), %2$d, 'da',"
                   "   date '2026-05-17', jsonb_build_object('q1', size)"
                   "  FROM unnest('%3$s'::integer[]) AS size, generate_series(1, size)"
                   "  RETURNING id, municipality, (answers ->> 'q1')::integer AS size)"
                   " INSERT INTO flag (round, submission, municipality, duplicate, empty, weight)"
                   " SELECT %1$d, id, municipality, (size > 1)::integer, 0, 1.0 / size FROM answer",
                   number, municipality, sizes));
}

/* Of each municipality and flag its answers, and their weight: "0 2x1 1 3x0.3333". */
static const char *kept(int municipality) {
  return database_value(
      &database, arena,
      arena_printf(arena,
                   "SELECT string_agg(concat_ws(' ', coalesce(flag, '-'), n || 'x' || weight), ' '"
                   "  ORDER BY flag, weight) FROM (SELECT flag_duplicate::text AS flag,"
                   "   round(weight::numeric, 4)::float8 AS weight, count(*) AS n FROM submission"
                   "   WHERE municipality = %d GROUP BY 1, 2) AS row",
                   municipality));
}

Test(finalise, keeps_flags_and_weights_that_tell_no_group_from_another) {
  static const struct {
    int municipality;
    const char *sizes, *kept, *why;
  } cases[] = {
      {147, "{1,1,1,1,1,1}", "0 6x1", "nobody answered twice"},
      {151, "{1,1,2,3}", "0 2x1 1 5x0.4", "two groups share alike"},
      {153, "{2,2,2,9,1}", "0 1x1 1 15x0.2667", "four of them, too"},
      {155, "{1,1,1,1,1,1,1,3}", "- 10x0.8", "a group alone is not named"},
      {157, "{1,1,1,6}", "- 9x0.6667", "a group larger than half counts as one of half"},
      {159, "{5}", "- 5x0.8", "nor that all are one person's"},
      {161, "{2,1,1}", "- 4x1", "nothing is told of four answers"},
      {163, "{1,1,1,1}", "- 4x1", "whatever they are"},
      {165, "{2}", "- 2x1", "nor of two"},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    add_groups(cases[i].municipality, cases[i].sizes);
  }
  close_and_finalise();
  for (size_t i = 0; i < array_length(cases); i++) {
    const char *seen = kept(cases[i].municipality);
    cr_expect_str_eq(seen, cases[i].kept, "%s: %s, not %s", cases[i].why, seen, cases[i].kept);
  }
}

Test(finalise, keeps_no_speed_that_tells_one_group_from_another) {
  add_groups(147, "{1,1,1,1,1,1}");
  add_groups(151, "{1,1,2,3}");
  add_groups(155, "{1,1,1,1,1,1,1,3}");
  database_run(&database, "UPDATE flag SET speed = 0, burst = 1");
  close_and_finalise();
  expect_value(
      "SELECT string_agg(concat_ws(' ', municipality, flag, n), ', ' ORDER BY municipality,"
      " flag) FROM (SELECT municipality, flag_duplicate AS flag, count(flag_speed) AS n"
      "  FROM submission GROUP BY 1, 2) AS row WHERE municipality <> 217",
      "147 0 6, 151 0 2, 151 1 0, 155 0");
  expect_value("SELECT count(flag_burst) FROM submission", "0");
}

Test(finalise, keeps_the_weight_that_a_municipality_has_as_a_whole) {
  add_groups(151, "{1,1,2,3}");
  add_groups(155, "{1,1,1,1,1,1,1,3}");
  close_and_finalise();
  expect_value("SELECT string_agg(weight::text, ' ' ORDER BY municipality) FROM (SELECT"
               " municipality, round(sum(weight)::numeric, 6)::float8 AS weight FROM submission"
               " WHERE municipality IN (151, 155) GROUP BY municipality) AS sums",
               "4 8");
}

Test(finalise, leaves_no_sums_with_and_without_what_was_flagged) {
  int other = database_add_round(&database, "101");
  database_run(&database, arena_printf(arena,
                                       "INSERT INTO quality_figure VALUES (%d, NULL, '{}'),"
                                       " (%d, 217, '{}'), (%d, NULL, '{}')",
                                       number, number, other));
  close_and_finalise();
  expect_value("SELECT string_agg(round::text, ' ') FROM quality_figure",
               arena_printf(arena, "%d", other));
}
