#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "scene.h"
#include "store/course_file.h"
#include "store/session_store.h"

static struct database database;
static struct store *operator_store, *staff_store;
static struct arena *arena;
static int target_round;

static void begin(void) {
  scene_init(&database);
  target_round = scene_round(&database);
  operator_store = database_open(&database, STORE_AS_CONSOLE);
  staff_store = database_open(&database, STORE_AS_STAFF);
  arena = arena_new(0);
}

static void end(void) {
  arena_free(arena);
  store_close(operator_store);
  store_close(staff_store);
  database_clear(&database);
}

TestSuite(course_store, .init = begin, .fini = end);

static struct staff_session session_of(enum staff_role role, int municipality) {
  return (struct staff_session){.stage = SESSION_COMPLETE,
                                .email = "",
                                .name = "",
                                .scope = {.role = role, .municipality = municipality}};
}

/* ---- files */

struct outcome {
  struct course_file_result result;
  char told[400];
  long rows[8];
  size_t told_count;
};

static void note(void *context, const struct course_problem *problem) {
  struct outcome *outcome = context;
  size_t length = strlen(outcome->told);
  (void)snprintf(outcome->told + length, sizeof outcome->told - length, "%s%s",
                 length == 0 ? "" : " ", course_fault_name(problem->fault));
  if (outcome->told_count < array_length(outcome->rows)) {
    outcome->rows[outcome->told_count++] = problem->row;
  }
}

/* The columns are course_id, municipality_code and visits. */
static int text_fd(const char *rows) {
  FILE *file = tmpfile();
  cr_assert_not_null(file);
  (void)fprintf(file,
                "course_id,municipality_code,visits,referred_by,visitation_on,started_on,"
                "closed_on,outcome,interrupted_reason,hours_total,goal_agreement,"
                "development_agreement\n%s",
                rows);
  (void)fflush(file);
  int fd = dup(fileno(file));
  (void)fclose(file);
  return fd;
}

static struct outcome import_from(struct store *store, const char *rows, int municipality,
                                  bool preview) {
  struct outcome outcome = {.told = ""};
  const struct course_file file = {.fd = text_fd(rows),
                                   .round = target_round,
                                   .municipality = municipality,
                                   .preview = preview,
                                   .tell = note,
                                   .context = &outcome};
  course_file_import(store, &file, arena, &outcome.result);
  (void)close(file.fd);
  return outcome;
}

static struct outcome import(const char *rows) {
  return import_from(operator_store, rows, 0, false);
}

static void expect_counts(const struct outcome *outcome, int fresh, int changed, int unchanged) {
  const struct course_counts *counts = &outcome->result.counts;
  cr_expect_eq(outcome->result.state, COURSE_FILE_GOOD, "state %d, %s: %s", outcome->result.state,
               outcome->told, store_message(operator_store));
  cr_expect(counts->fresh == fresh && counts->changed == changed && counts->unchanged == unchanged,
            "%lld %lld %lld", counts->fresh, counts->changed, counts->unchanged);
}

Test(course_store, stores_every_column_of_a_row) {
  struct outcome outcome =
      import("B\\N-2,217,14,dagtilbud,2022-01-10,2022-01-17,2022-06-30,afsluttet,,\"21,5\",1,8\n");
  expect_counts(&outcome, 1, 0, 0);
  scene_expect(&database,
               "217|B\\N-2|14|daycare|2022-01-10|2022-01-17|2022-06-30|completed|-|21.50|1|8",
               "SELECT concat_ws('|', municipality, course_id, visits, referred_by, visitation_on,"
               " started_on, closed_on, outcome, coalesce(interrupted_reason, '-'), hours_total,"
               " goal_agreement, development_agreement) FROM course");
}

Test(course_store, changes_nothing_when_the_same_comes_again) {
  static const char rows[] = "1,217,3,,,,,,,,,\n2,217,,daycare,,,,,,\"1,5\",,\n1,101,3,,,,,,,,,\n";
  struct outcome first = import(rows);
  expect_counts(&first, 3, 0, 0);
  scene_run(&database, "UPDATE course SET changed_at = '2020-01-01'");
  struct outcome again = import(rows);
  expect_counts(&again, 0, 0, 3);
  cr_expect_eq(
      scene_number(&database, "SELECT count(*) FROM course WHERE changed_at < '2021-01-01'"), 3,
      "an unchanged row is not touched");
  struct outcome third =
      import("1,217,4,,,,,,,,,\n2,217,,daycare,,,,,,\"1,50\",,\n3,217,,,,,,,,,,\n");
  expect_counts(&third, 1, 1, 1);
  cr_expect_eq(scene_number(&database, "SELECT count(*) FROM course"), 4,
               "what is not in the sheet stays");
  scene_expect(&database, "4",
               "SELECT visits FROM course WHERE municipality = 217 AND course_id = '1'");
}

Test(course_store, previews_with_the_same_counts_and_stores_nothing) {
  struct outcome stored = import("1,217,3,,,,,,,,,\n");
  expect_counts(&stored, 1, 0, 0);
  static const char rows[] = "1,217,4,,,,,,,,,\n2,217,,,,,,,,,,\n";
  struct outcome preview = import_from(operator_store, rows, 0, true);
  expect_counts(&preview, 1, 1, 0);
  cr_expect_eq(scene_number(&database, "SELECT sum(visits) FROM course"), 3);
  struct outcome after = import(rows);
  expect_counts(&after, 1, 1, 0);
}

Test(course_store, stores_all_rows_or_none) {
  struct outcome outcome = import("1,217,3,,,,,,,,,\n2,217,many,,,,,,,,,\n1,217,,,,,,,,,,\n");
  cr_expect_eq(outcome.result.state, COURSE_FILE_FAULTY);
  cr_expect_str_eq(outcome.told, "no_number id_twice");
  cr_expect(outcome.rows[0] == 3 && outcome.rows[1] == 4);
  cr_expect_eq(outcome.result.errors, 2);
  cr_expect_eq(scene_number(&database, "SELECT count(*) FROM course"), 0);
  struct outcome one_bad = import("1,217,3,,,,,,,,,\n2,217,many,,,,,,,,,\n3,217,4,,,,,,,,,\n");
  cr_expect_eq(one_bad.result.state, COURSE_FILE_FAULTY);
  cr_expect_eq(scene_number(&database, "SELECT count(*) FROM course"), 0);
  struct outcome good = import("1,217,3,,,,,,,,,\n");
  expect_counts(&good, 1, 0, 0);
}

Test(course_store, tells_when_there_is_no_such_round) {
  target_round = 4711;
  struct outcome outcome = import("1,217,3,,,,,,,,,\n");
  cr_expect_eq(outcome.result.state, COURSE_FILE_NO_STORE);
  cr_expect_eq(outcome.result.store_result, STORE_NONE);
}

Test(course_store, refuses_a_cpr_number_in_the_database_too) {
  static const struct {
    const char *id;
    bool good;
  } cases[] = {{"17", true},          {"311222-1234", false},
               {"3112221234", false}, {"x 311222 1234", false},
               {"991222-1234", true}, {"13112221234", true}};
  for (size_t i = 0; i < array_length(cases); i++) {
    char sql[256];
    (void)snprintf(sql, sizeof sql,
                   "INSERT INTO course (round, municipality, course_id) VALUES (%d, 217, '%s')",
                   target_round, cases[i].id);
    PGresult *result = PQexec(database.admin, sql);
    cr_expect_eq(PQresultStatus(result) == PGRES_COMMAND_OK, cases[i].good, "%s", cases[i].id);
    PQclear(result);
  }
}

/* ---- sessions */

struct errand {
  const char *rows;
  int municipality;
  struct outcome outcome;
  int seen;
  struct course_summary *summaries;
  size_t summaries_count;
  const struct course *course; /* to be added past the rules */
  enum store_result result;
};

static enum store_result import_work(struct store *store, void *context) {
  struct errand *errand = context;
  errand->outcome = import_from(store, errand->rows, errand->municipality, false);
  return errand->outcome.result.state == COURSE_FILE_NO_STORE ? errand->outcome.result.store_result
                                                              : STORE_OK;
}

static struct errand import_as(enum staff_role role, int municipality, const char *rows) {
  struct errand errand = {.rows = rows};
  struct staff_session session = session_of(role, municipality);
  errand.result = store_as(staff_store, &session, import_work, &errand);
  return errand;
}

Test(course_store, lets_a_municipality_import_its_own_and_no_other) {
  struct errand own = import_as(STAFF_MUNICIPALITY, 217, "1,217,3,,,,,,,,,\n2,,,,,,,,,,,\n");
  cr_expect_eq(own.result, STORE_OK, "%s", store_message(staff_store));
  cr_expect_eq(own.outcome.result.counts.fresh, 2);
  cr_expect_eq(scene_number(&database, "SELECT count(*) FROM course WHERE municipality = 217"), 2);
  struct errand other = import_as(STAFF_MUNICIPALITY, 217, "3,217,3,,,,,,,,,\n1,101,3,,,,,,,,,\n");
  cr_expect_eq(other.outcome.result.state, COURSE_FILE_FAULTY);
  cr_expect_str_eq(other.outcome.told, "not_in_round");
  cr_expect_eq(scene_number(&database, "SELECT count(*) FROM course"), 2);
}

static enum store_result two_files(struct store *store, void *context) {
  struct errand *errand = context;
  (void)import_from(store, "1,217,3,,,,,,,,,\n", 0, false);
  (void)import_from(store, "no sheet", 0, false);
  return import_work(store, errand);
}

Test(course_store, takes_several_files_in_one_transaction_of_a_session) {
  struct errand errand = {.rows = "1,217,3,,,,,,,,,\n1,101,,,,,,,,,,\n"};
  struct staff_session session = session_of(STAFF_ADMIN, 0);
  cr_expect_eq(store_as(staff_store, &session, two_files, &errand), STORE_OK, "%s",
               store_message(staff_store));
  cr_expect(errand.outcome.result.counts.fresh == 1 && errand.outcome.result.counts.unchanged == 1);
  cr_expect_eq(scene_number(&database, "SELECT count(*) FROM course"), 2);
}

static enum course_source_end one_course(void *context, struct course_import *import) {
  const struct errand *errand = context;
  return course_import_add(import, 2, errand->course) == STORE_OK ? COURSE_SOURCE_GOOD
                                                                  : COURSE_SOURCE_STOPPED;
}

static void no_twice(void *context, long row, long first_row) {
  (void)context;
  (void)row;
  (void)first_row;
}

static enum store_result raw_work(struct store *store, void *context) {
  struct errand *errand = context;
  struct course_counts counts;
  const struct course_import_work work = {
      .round = target_round, .source = one_course, .twice = no_twice, .context = errand};
  return course_import(store, &work, &counts);
}

/* Past the rules: row-level security alone. */
Test(course_store, is_refused_by_the_database_for_another_municipality) {
  static const struct {
    enum staff_role role;
    int municipality;
    enum store_result result;
  } cases[] = {
      {STAFF_MUNICIPALITY, 101, STORE_DENIED},
      {STAFF_EVALUATOR, 101, STORE_DENIED},
      {STAFF_MUNICIPALITY, 217, STORE_OK},
      {STAFF_EVALUATOR, 0, STORE_OK},
      {STAFF_ADMIN, 0, STORE_OK},
  };
  const struct course course = {.municipality = 217,
                                .id = "1",
                                .visitation_on = -1,
                                .started_on = -1,
                                .closed_on = -1,
                                .visits = -1,
                                .hours_hundredths = -1};
  for (size_t i = 0; i < array_length(cases); i++) {
    struct errand errand = {.course = &course};
    struct staff_session session = session_of(cases[i].role, cases[i].municipality);
    enum store_result result = store_as(staff_store, &session, raw_work, &errand);
    cr_expect_eq(result, cases[i].result, "case %zu: %d %s", i, result, store_message(staff_store));
  }
  struct errand errand = {.course = &course};
  cr_expect_eq(raw_work(staff_store, &errand), STORE_DENIED, "outside store_as: for nobody");
}

static bool count_course(void *context, const struct course_row *row) {
  (void)row;
  ++*(int *)context;
  return true;
}

static enum store_result look_work(struct store *store, void *context) {
  struct errand *errand = context;
  errand->seen = 0;
  enum store_result result = course_list(store, target_round, 0, count_course, &errand->seen);
  if (result == STORE_OK) { /* the cursor is closed, so twice in one transaction */
    errand->seen = 0;
    result = course_list(store, target_round, 0, count_course, &errand->seen);
  }
  if (result == STORE_OK) {
    result = course_summarise(store, target_round, NULL, NULL, arena, &errand->summaries,
                              &errand->summaries_count);
  }
  return result;
}

Test(course_store, shows_a_session_its_own_alone) {
  struct outcome outcome = import("1,217,3,,,,,,,,,\n1,101,3,,,,,,,,,\n2,101,,,,,,,,,,\n");
  expect_counts(&outcome, 3, 0, 0);
  static const struct {
    enum staff_role role;
    int municipality, seen;
    size_t municipalities;
  } cases[] = {{STAFF_MUNICIPALITY, 217, 1, 1},
               {STAFF_MUNICIPALITY, 101, 2, 1},
               {STAFF_EVALUATOR, 101, 2, 1},
               {STAFF_EVALUATOR, 0, 3, 2},
               {STAFF_ADMIN, 0, 3, 2}};
  for (size_t i = 0; i < array_length(cases); i++) {
    struct errand errand = {0};
    struct staff_session session = session_of(cases[i].role, cases[i].municipality);
    cr_assert_eq(store_as(staff_store, &session, look_work, &errand), STORE_OK, "%s",
                 store_message(staff_store));
    cr_expect_eq(errand.seen, cases[i].seen, "case %zu: %d", i, errand.seen);
    cr_expect_eq(errand.summaries_count, cases[i].municipalities);
  }
  struct errand nobody = {0};
  cr_expect_eq(look_work(staff_store, &nobody), STORE_NONE);
  cr_expect_eq(nobody.seen, 0);
}

static enum store_result delete_work(struct store *store, void *context) {
  (void)context;
  return course_delete(store, target_round, 217, "1");
}

Test(course_store, deletes_one_course_for_those_who_see_it) {
  struct outcome outcome = import("1,217,3,,,,,,,,,\n2,217,3,,,,,,,,,\n");
  expect_counts(&outcome, 2, 0, 0);
  struct staff_session other = session_of(STAFF_MUNICIPALITY, 101);
  cr_expect_eq(store_as(staff_store, &other, delete_work, NULL), STORE_NONE);
  struct staff_session own = session_of(STAFF_MUNICIPALITY, 217);
  cr_expect_eq(store_as(staff_store, &own, delete_work, NULL), STORE_OK);
  scene_expect(&database, "2", "SELECT string_agg(course_id, ' ') FROM course");
}

/* ---- the summary */

Test(course_store, sums_up_by_quarter_with_interrupted_ones_beside) {
  struct outcome outcome = import("1,217,,,,2022-01-01,2022-03-31,afsluttet,,,,\n"
                                  "2,217,,,2022-02-01,2022-01-01,2022-04-01,,,,,\n"
                                  "3,217,,,,2022-01-01,2022-06-30,afbrudt,,,,\n"
                                  "4,217,,,,2022-07-02,2022-07-01,afsluttet,,,,\n"
                                  "5,217,,,,2022-01-01,,,,,,\n"
                                  "6,217,,,,,,afbrudt,,,,\n");
  expect_counts(&outcome, 6, 0, 0);
  struct course_summary *rows;
  size_t count;
  cr_assert_eq(course_summarise(operator_store, target_round, NULL, NULL, arena, &rows, &count),
               STORE_OK);
  cr_assert_eq(count, 2);
  cr_expect(rows[0].municipality == 101 && rows[0].courses == 0 && rows[0].quarters_count == 0);
  const struct course_summary *row = &rows[1];
  cr_expect_str_eq(row->name, "Helsingør");
  cr_expect_str_eq(row->answers, "under 5");
  cr_expect(row->courses == 6 && row->running == 1 && row->closed == 3 && row->interrupted == 2 &&
            row->interrupted_undated == 1);
  cr_expect(row->visitation_late == 1 && row->closed_first == 1);
  cr_expect_str_eq(row->first_closed, "2022-03-31");
  cr_expect_str_eq(row->last_closed, "2022-07-01");
  cr_assert_eq(row->quarters_count, 3);
  static const struct course_quarter expected[] = {
      {"2022-Q1", 1, 0}, {"2022-Q2", 1, 1}, {"2022-Q3", 1, 0}};
  for (size_t i = 0; i < array_length(expected); i++) {
    cr_expect_str_eq(row->quarters[i].quarter, expected[i].quarter);
    cr_expect_eq(row->quarters[i].closed, expected[i].closed);
    cr_expect_eq(row->quarters[i].interrupted, expected[i].interrupted);
  }
  cr_assert_eq(course_summarise(operator_store, target_round, "2022-04-01", "2022-06-30", arena,
                                &rows, &count),
               STORE_OK);
  cr_expect(rows[1].closed == 1 && rows[1].interrupted == 2 && rows[1].quarters_count == 1);
  cr_expect_eq(course_summarise(operator_store, 4711, NULL, NULL, arena, &rows, &count),
               STORE_NONE);
}
