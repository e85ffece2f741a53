#include "store/export_store.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "scene.h"
#include "store/session_store.h"
#include "store/statement.h"

static struct database database;
static struct store *store;
static int exported_round;

static void open_archive(void) {
  scene_init(&database);
  exported_round = scene_round(&database);
  store = database_open(&database, STORE_AS_EXPORT);
}

static void close_archive(void) {
  store_close(store);
  database_clear(&database);
}

TestSuite(export, .init = open_archive, .fini = close_archive);

/* Answer which, received on a day, with one answer "q1": which. */
static void insert(int round, unsigned which, const char *day) {
  char uuid[40];
  scene_run(&database,
            "INSERT INTO submission (round, id, number, municipality, language, received_on,"
            " answers, digest) VALUES (%d, %s, gen_random_uuid(), 101, 'da', '%s',"
            " '{\"q1\": %u}', '\\x00000000000000000000000000000000')",
            round, scene_uuid(which, uuid), day, which);
}

/* What came out, a line a row. */
struct output {
  size_t rows;
  size_t most; /* rows to take */
  char last_id[40];
  bool ascending;
  char text[2000];
};

static bool collect(void *context, const struct export_row *row) {
  struct output *output = context;
  output->ascending = output->ascending && strcmp(output->last_id, row->response_id) < 0;
  (void)snprintf(output->last_id, sizeof output->last_id, "%s", row->response_id);
  if (output->rows < 10) {
    size_t length = strlen(output->text);
    (void)snprintf(output->text + length, sizeof output->text - length, "%.8s %d %s %s %s %s %s\n",
                   row->response_id, row->municipality, row->municipality_name, row->language,
                   row->received_week, row->answers,
                   row->external_id == NULL ? "-" : row->external_id);
  }
  output->rows++;
  return output->rows < output->most;
}

static enum store_result read_round(struct store *from, int round, struct output *output) {
  const struct export_filter filter = {.round = round};
  return export_rows(from, &filter, collect, NULL, output);
}

static struct output export_all(int round) {
  struct output output = {.most = SIZE_MAX, .ascending = true};
  cr_assert_eq(read_round(store, round, &output), STORE_OK, "%s", store_message(store));
  return output;
}

static struct output export_some(const struct export_filter *filter) {
  struct output output = {.most = SIZE_MAX, .ascending = true};
  long long count = -1;
  cr_assert_eq(export_rows(store, filter, collect, NULL, &output), STORE_OK, "%s",
               store_message(store));
  cr_assert_eq(export_count(store, filter, &count), STORE_OK, "%s", store_message(store));
  cr_expect_eq(count, (long long)output.rows);
  return output;
}

static enum store_result count_round(int round, long long *count) {
  const struct export_filter filter = {.round = round};
  return export_count(store, &filter, count);
}

Test(export, gives_the_answers_of_one_round_by_response_id) {
  int other = scene_round(&database);
  insert(exported_round, 3, "2026-11-18");
  insert(exported_round, 1, "2026-11-16");
  insert(exported_round, 2, "2026-11-22");
  insert(other, 4, "2026-11-18");
  scene_run(&database, "UPDATE submission SET external_id = 'Æ 7', municipality = 217,"
                       " language = 'ar' WHERE answers->>'q1' = '2'");
  struct output output = export_all(exported_round);
  cr_expect_str_eq(output.text, "00000001 101 København da 2026-W47 {\"q1\": 1} -\n"
                                "00000002 217 Helsingør ar 2026-W47 {\"q1\": 2} Æ 7\n"
                                "00000003 101 København da 2026-W47 {\"q1\": 3} -\n");
}

Test(export, leaves_out_what_was_withdrawn) {
  insert(exported_round, 1, "2026-11-16");
  insert(exported_round, 2, "2026-11-16");
  scene_run(&database, "UPDATE submission SET withdrawn = true, answers = NULL, language = NULL,"
                       " digest = NULL WHERE answers->>'q1' = '1'");
  long long count = 0;
  cr_assert_eq(count_round(exported_round, &count), STORE_OK);
  cr_expect_eq(count, 1);
  cr_expect_eq(export_all(exported_round).rows, 1);
}

Test(export, names_iso_weeks_across_the_turn_of_the_year) {
  static const struct {
    const char *day, *week;
  } cases[] = {
      {"2026-12-31", "2026-W53"}, {"2027-01-03", "2026-W53"}, {"2027-01-04", "2027-W01"},
      {"2024-12-30", "2025-W01"}, {"2026-01-01", "2026-W01"},
  };
  for (unsigned i = 0; i < array_length(cases); i++) {
    int round = scene_round(&database);
    insert(round, 1, cases[i].day);
    struct output output = export_all(round);
    cr_expect_not_null(strstr(output.text, cases[i].week), "%s: %s", cases[i].day, output.text);
  }
}

Test(export, names_only_the_quarter_of_a_finalised_round) {
  insert(exported_round, 1, "2026-12-31");
  insert(exported_round, 2, "2026-07-01");
  scene_run(&database, "UPDATE round SET closed_at = now() WHERE id = %d", exported_round);
  database_settle_flags(&database, exported_round);
  database_finalise(&database, exported_round);
  struct output output = export_all(exported_round);
  cr_expect_eq(output.rows, 2);
  cr_expect_not_null(strstr(output.text, "2026-Q4 {\"q1\": 1} -"), "%s", output.text);
  cr_expect_not_null(strstr(output.text, "2026-Q3 {\"q1\": 2} -"), "%s", output.text);
}

struct reader {
  enum store_result result;
  struct output output;
};

static void *read_all(void *context) {
  struct reader *reader = context;
  reader->output = (struct output){.most = SIZE_MAX, .ascending = true};
  reader->result = read_round(store, exported_round, &reader->output);
  return NULL;
}

/* A snapshot from before would show neither the old rows, which are gone, nor the new ones. */
Test(export, has_the_rows_of_a_round_that_is_being_finalised) {
  struct reader reader;
  pthread_t thread;
  insert(exported_round, 1, "2026-11-16");
  scene_run(&database, "UPDATE round SET closed_at = now() WHERE id = %d", exported_round);
  database_settle_flags(&database, exported_round);
  scene_run(&database, "BEGIN");
  scene_run(&database, "SELECT set_config('app.role', 'operator', true), round_finalise(%d)",
            exported_round);
  cr_assert_eq(pthread_create(&thread, NULL, read_all, &reader), 0);
  scene_run(&database, "DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_locks l JOIN pg_database d"
                       " ON d.oid = l.database AND d.datname = current_database()"
                       " WHERE NOT l.granted AND l.relation = 'submission'::regclass)"
                       " LOOP PERFORM pg_sleep(0.01); END LOOP; END $$");
  scene_run(&database, "COMMIT");
  cr_assert_eq(pthread_join(thread, NULL), 0);
  cr_assert_eq(reader.result, STORE_OK, "%s", store_message(store));
  cr_expect_eq(reader.output.rows, 1);
  cr_expect_not_null(strstr(reader.output.text, "2026-Q4"), "%s", reader.output.text);
}

Test(export, streams_more_than_is_fetched_at_once_in_order) {
  enum { ROWS = 2500 };
  scene_run(&database,
            "INSERT INTO submission (round, id, municipality, language, received_on, answers)"
            " SELECT %d, gen_random_uuid(), 101, 'da', '2026-11-16', '{}'"
            " FROM generate_series(1, %d)",
            exported_round, (int)ROWS);
  struct output output = export_all(exported_round);
  cr_expect_eq(output.rows, ROWS);
  cr_expect(output.ascending);
}

/* A line of the plan that has the words, or NULL. */
static const char *planned(const PGresult *plan, const char *words) {
  for (int i = 0; i < PQntuples(plan); i++) {
    if (strstr(PQgetvalue(plan, i, 0), words) != NULL) {
      return PQgetvalue(plan, i, 0);
    }
  }
  return NULL;
}

Test(export, finds_new_flags_by_their_keys_before_anybody_has_counted_them) {
  char explain[4000], round[16];
  const char *parameters[5] = {round};
  (void)snprintf(round, sizeof round, "%d", exported_round);
  (void)snprintf(explain, sizeof explain, "EXPLAIN %s",
                 statement_find(STATEMENT_EXPORT_DECLARE)->text);
  scene_run(&database,
            "INSERT INTO submission (round, id, municipality, language, received_on, answers)"
            " SELECT %d, gen_random_uuid(), 101, 'da', '2026-11-16', '{}'"
            " FROM generate_series(1, 5000)",
            exported_round);
  scene_run(&database, "ANALYZE submission");
  scene_run(&database,
            "INSERT INTO flag (round, submission, municipality, duplicate, empty, weight)"
            " SELECT round, id, municipality, 0, 0, 1 FROM submission");
  scene_run(&database, "BEGIN");
  scene_run(&database, "SET LOCAL enable_sort = off");
  scene_run(&database, "SET LOCAL app.role = 'operator'");
  scene_run(&database, "SET LOCAL ROLE hjemsvar_export");
  PGresult *plan = PQexecParams(database.admin, explain, array_length(parameters), NULL, parameters,
                                NULL, NULL, 0);
  cr_assert_eq(PQresultStatus(plan), PGRES_TUPLES_OK, "%s", PQerrorMessage(database.admin));
  /* The 98 municipalities may be joined as the database likes: PostgreSQL 17 compares them all. */
  const char *flags = planned(plan, "submission = s.id");
  cr_assert_not_null(flags);
  cr_expect_not_null(strstr(flags, "Cond: "), "%s", flags);
  PQclear(plan);
  scene_run(&database, "ROLLBACK");
}

Test(export, ends_when_told_and_can_begin_again) {
  for (unsigned i = 1; i <= 5; i++) {
    insert(exported_round, i, "2026-11-16");
  }
  struct output output = {.most = 2, .ascending = true};
  cr_expect_eq(read_round(store, exported_round, &output), STORE_OK);
  cr_expect_eq(output.rows, 2);
  cr_expect_eq(export_all(exported_round).rows, 5);
}

Test(export, gives_nothing_for_a_round_without_answers_and_says_so_when_there_is_none) {
  struct output output = export_all(exported_round);
  cr_expect_eq(output.rows, 0);
  long long count;
  cr_expect_eq(count_round(4711, &count), STORE_NONE);
  cr_expect_eq(read_round(store, 4711, &output), STORE_NONE);
}

Test(export, is_not_for_the_role_that_writes) {
  struct store *writer = database_open(&database, STORE_AS_WRITER);
  struct output output = {.most = SIZE_MAX};
  insert(exported_round, 1, "2026-11-16");
  cr_expect_eq(read_round(writer, exported_round, &output), STORE_DENIED);
  cr_expect_eq(output.rows, 0);
  store_close(writer);
}

/* The first run takes no rows of the second one. */
struct twice {
  struct output runs[2];
  size_t run;
};

static bool collect_twice(void *context, const struct export_row *row) {
  struct twice *twice = context;
  return collect(&twice->runs[twice->run], row);
}

static bool insert_and_again(void *context) {
  struct twice *twice = context;
  if (++twice->run == 2) {
    return false;
  }
  insert(exported_round, 900, "2026-11-18");
  return true;
}

Test(export, gives_the_same_rows_twice_though_answers_arrive_in_between) {
  struct twice twice = {
      .runs = {{.most = SIZE_MAX, .ascending = true}, {.most = SIZE_MAX, .ascending = true}}};
  const struct export_filter filter = {.round = exported_round};
  insert(exported_round, 1, "2026-11-16");
  insert(exported_round, 2, "2026-11-22");
  cr_assert_eq(export_rows(store, &filter, collect_twice, insert_and_again, &twice), STORE_OK, "%s",
               store_message(store));
  cr_expect_eq(twice.runs[0].rows, 2);
  cr_expect_str_eq(twice.runs[1].text, twice.runs[0].text);
}

Test(export, takes_only_the_municipalities_languages_and_weeks_asked_for) {
  static const int helsingoer[] = {217}, koebenhavn[] = {101};
  static const char *const danish[] = {"da"}, *const arabic[] = {"ar"};
  insert(exported_round, 1, "2026-11-15");
  insert(exported_round, 2, "2026-11-16");
  insert(exported_round, 3, "2026-11-23");
  const struct {
    struct export_filter filter;
    size_t rows;
  } cases[] = {
      {{.municipalities = koebenhavn, .municipalities_count = 1}, 3},
      {{.municipalities = helsingoer, .municipalities_count = 1}, 0},
      {{.languages = danish, .languages_count = 1}, 3},
      {{.languages = arabic, .languages_count = 1}, 0},
      {{.from = "2026-W47"}, 2},
      {{.to = "2026-W47"}, 2},
      {{.from = "2026-W47", .to = "2026-W47"}, 1},
      {{.from = "2026-W49"}, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct export_filter filter = cases[i].filter;
    filter.round = exported_round;
    cr_expect_eq(export_some(&filter).rows, cases[i].rows, "case %zu", i);
  }
}

/* ---- for whom a transaction works */

static enum store_result read_as(struct store *from, void *context) {
  return read_round(from, exported_round, context);
}

/* How many answers of the round somebody reads. */
static size_t seen_by(struct store *exporter, enum staff_role role, int municipality,
                      const int *rounds, size_t rounds_count) {
  const struct staff_session session = {.stage = SESSION_COMPLETE,
                                        .staff = 1,
                                        .scope = {.role = role,
                                                  .municipality = municipality,
                                                  .rounds = rounds,
                                                  .rounds_count = rounds_count}};
  struct output output = {.most = SIZE_MAX, .ascending = true};
  cr_assert_eq(store_as_reader(exporter, &session, read_as, &output), STORE_OK, "%s",
               store_message(exporter));
  return output.rows;
}

Test(export, reads_for_a_session_what_lies_in_its_scope_and_nothing_for_a_municipality) {
  const int other_round = exported_round + 1;
  struct store *exporter = database_open(&database, STORE_AS_EXPORTER);
  struct output output = {.most = SIZE_MAX, .ascending = true};
  insert(exported_round, 1, "2026-11-16");
  insert(exported_round, 2, "2026-11-17");
  cr_expect_eq(seen_by(exporter, STAFF_ADMIN, 0, NULL, 0), 2);
  cr_expect_eq(seen_by(exporter, STAFF_EVALUATOR, 0, NULL, 0), 2);
  cr_expect_eq(seen_by(exporter, STAFF_EVALUATOR, 0, &exported_round, 1), 2);
  cr_expect_eq(seen_by(exporter, STAFF_EVALUATOR, SCENE_KOEBENHAVN, NULL, 0), 2);
  cr_expect_eq(seen_by(exporter, STAFF_EVALUATOR, SCENE_HELSINGOER, NULL, 0), 0);
  cr_expect_eq(seen_by(exporter, STAFF_EVALUATOR, 0, &other_round, 1), 0);
  cr_expect_eq(seen_by(exporter, STAFF_MUNICIPALITY, SCENE_KOEBENHAVN, NULL, 0), 0);
  cr_expect_eq(read_round(exporter, exported_round, &output), STORE_OK);
  cr_expect_eq(output.rows, 0, "nobody said for whom");
  store_close(exporter);
}
