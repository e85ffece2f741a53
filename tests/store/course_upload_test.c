#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crew.h"
#include "scene.h"
#include "store/course_file.h"
#include "store/course_upload.h"

/* What the console does with courses besides reading files: pages of them, single ones from a
 * form, and what is kept between a preview and its storing. */

static struct database database;
static struct store *operator_store, *store;
static struct arena *arena;
static struct staff_session own, colleague, neighbour, admin;
static int target_round;

static void begin(void) {
  scene_init(&database);
  target_round = scene_round(&database);
  arena = arena_new(0);
  operator_store = database_open(&database, STORE_AS_CONSOLE);
  store = database_open(&database, STORE_AS_STAFF);
  (void)crew_add(operator_store, "own@x.dk", STAFF_MUNICIPALITY, 217, NULL, 0);
  (void)crew_add(operator_store, "colleague@x.dk", STAFF_MUNICIPALITY, 217, NULL, 0);
  (void)crew_add(operator_store, "neighbour@x.dk", STAFF_MUNICIPALITY, 101, NULL, 0);
  (void)crew_add(operator_store, "admin@x.dk", STAFF_ADMIN, 0, NULL, 0);
  own = crew_session(store, "own@x.dk", arena);
  colleague = crew_session(store, "colleague@x.dk", arena);
  neighbour = crew_session(store, "neighbour@x.dk", arena);
  admin = crew_session(store, "admin@x.dk", arena);
}

static void end(void) {
  store_close(store);
  store_close(operator_store);
  arena_free(arena);
  database_clear(&database);
}

TestSuite(course_upload, .init = begin, .fini = end, .timeout = 120);

/* ---- between preview and storing */

struct kept {
  const char *courses;
  long long id;
  const char *wanted; /* to be taken */
  char taken[64];
};

static enum store_result keep_work(struct store *on, void *context) {
  struct kept *kept = context;
  return course_upload_keep(on, target_round, 217, kept->courses, &kept->id);
}

static enum store_result take_work(struct store *on, void *context) {
  struct kept *kept = context;
  FILE *file = tmpfile();
  cr_assert_not_null(file);
  enum store_result result = course_upload_take(on, target_round, 217, kept->wanted, fileno(file));
  ssize_t length = pread(fileno(file), kept->taken, sizeof kept->taken - 1, 0);
  kept->taken[length < 0 ? 0 : length] = '\0';
  (void)fclose(file);
  return result;
}

static const char *keep(const struct staff_session *session, const char *courses) {
  struct kept kept = {.courses = courses};
  cr_assert_eq(store_as(store, session, keep_work, &kept), STORE_OK, "%s", store_message(store));
  return arena_printf(arena, "%lld", kept.id);
}

static enum store_result take(const struct staff_session *session, const char *id,
                              struct kept *kept) {
  *kept = (struct kept){.wanted = id};
  return store_as(store, session, take_work, kept);
}

Test(course_upload, gives_back_what_was_kept_once_and_to_nobody_else) {
  struct kept kept;
  const char *id = keep(&own, "course_id\næ \\x41\n");
  cr_expect_eq(take(&colleague, id, &kept), STORE_NONE);
  cr_expect_eq(take(&neighbour, id, &kept), STORE_NONE);
  cr_expect_eq(take(&admin, id, &kept), STORE_NONE);
  cr_expect_eq(take(&own, id, &kept), STORE_OK, "%s", store_message(store));
  cr_expect_str_eq(kept.taken, "course_id\næ \\x41\n");
  cr_expect_eq(take(&own, id, &kept), STORE_NONE, "it is gone");
  static const char *const wrong[] = {"", "x", "1x", "-1", "99999999999999999999"};
  for (size_t i = 0; i < array_length(wrong); i++) {
    cr_expect_eq(take(&own, wrong[i], &kept), STORE_NONE, "%s", wrong[i]);
  }
}

Test(course_upload, keeps_one_sheet_of_each_account) {
  struct kept kept;
  const char *first = keep(&own, "first");
  const char *of_colleague = keep(&colleague, "other");
  const char *second = keep(&own, "second");
  cr_expect_eq(take(&own, first, &kept), STORE_NONE, "another was looked at since");
  cr_expect_eq(take(&own, second, &kept), STORE_OK);
  cr_expect_str_eq(kept.taken, "second");
  cr_expect_eq(take(&colleague, of_colleague, &kept), STORE_OK);
}

Test(course_upload, is_refused_for_another_municipality_when_empty_and_when_too_large) {
  struct kept kept = {.courses = "x"};
  cr_expect_eq(store_as(store, &neighbour, keep_work, &kept), STORE_DENIED);
  kept.courses = "";
  cr_expect_eq(store_as(store, &own, keep_work, &kept), STORE_REFUSED);
  char *large = malloc(COURSE_UPLOAD_MAX_BYTES + 2);
  cr_assert_not_null(large);
  memset(large, 'x', COURSE_UPLOAD_MAX_BYTES + 1);
  large[COURSE_UPLOAD_MAX_BYTES + 1] = '\0';
  kept.courses = large;
  cr_expect_eq(store_as(store, &own, keep_work, &kept), STORE_REFUSED);
  large[COURSE_UPLOAD_MAX_BYTES] = '\0';
  cr_expect_eq(store_as(store, &own, keep_work, &kept), STORE_OK, "%s", store_message(store));
  free(large);
}

Test(course_upload, ends_after_an_hour_and_is_swept_by_the_operator_alone) {
  struct kept kept;
  int count = 0;
  const char *old = keep(&own, "old");
  (void)keep(&colleague, "new");
  scene_run(&database,
            "UPDATE course_upload SET created_at = now() - interval '61 minutes' WHERE id = %s",
            old);
  cr_expect_eq(take(&own, old, &kept), STORE_NONE);
  cr_expect_eq(course_upload_sweep(store, false, &count), STORE_DENIED);
  cr_expect_eq(course_upload_sweep(operator_store, true, &count), STORE_OK);
  cr_expect_eq(count, 1);
  cr_expect_eq(course_upload_sweep(operator_store, false, &count), STORE_OK);
  cr_expect_eq(count, 1);
  cr_expect_eq(scene_number(&database, "SELECT count(*) FROM course_upload"), 1);
}

Test(course_upload, is_seen_by_its_account_alone_whatever_is_asked) {
  char value[32];
  (void)keep(&own, "x");
  const struct {
    const struct staff_session *session;
    const char *seen;
  } cases[] = {{&own, "1"}, {&colleague, "0"}, {&neighbour, "0"}, {&admin, "0"}};
  for (size_t i = 0; i < array_length(cases); i++) {
    cr_expect_eq(crew_sql(store, cases[i].session, "SELECT count(*) FROM course_upload", value,
                          sizeof value),
                 STORE_OK);
    cr_expect_str_eq(value, cases[i].seen, "case %zu", i);
  }
  cr_expect_eq(crew_sql(store, &own, "UPDATE course_upload SET courses = 'y'", value, sizeof value),
               STORE_DENIED);
}

/* ---- pages, and single courses */

struct looking {
  const char *after;
  struct course_row *rows, row;
  size_t count;
  long long total;
};

static enum store_result page_work(struct store *on, void *context) {
  struct looking *looking = context;
  return course_page(on, target_round, 217, looking->after, 2, arena, &looking->rows,
                     &looking->count, &looking->total);
}

static enum store_result find_work(struct store *on, void *context) {
  struct looking *looking = context;
  return course_find(on, target_round, 217, looking->after, arena, &looking->row);
}

Test(course_upload, shows_courses_page_by_page_to_those_who_may_see_them) {
  scene_run(&database,
            "INSERT INTO course (round, municipality, course_id, outcome, hours_total) VALUES"
            " (%d, 217, '1', NULL, NULL), (%d, 217, '2', 'completed', 1.5), (%d, 217, '3', NULL,"
            " NULL), (%d, 101, '9', NULL, NULL)",
            target_round, target_round, target_round, target_round);
  struct looking looking = {.after = ""};
  cr_assert_eq(store_as(store, &own, page_work, &looking), STORE_OK, "%s", store_message(store));
  cr_expect(looking.count == 2 && looking.total == 3);
  cr_expect_str_eq(looking.rows[0].course.id, "1");
  cr_expect_str_eq(looking.rows[1].course.outcome, "completed");
  cr_expect_eq(looking.rows[1].course.hours_hundredths, 150);
  looking.after = "2";
  cr_assert_eq(store_as(store, &own, page_work, &looking), STORE_OK);
  cr_expect_eq(looking.count, 1);
  cr_expect_str_eq(looking.rows[0].course.id, "3");
  cr_assert_eq(store_as(store, &own, find_work, &looking), STORE_OK);
  cr_expect_str_eq(looking.row.course.id, "2");
  looking.after = "9";
  cr_expect_eq(store_as(store, &own, find_work, &looking), STORE_NONE);
  looking.after = "2";
  cr_expect_eq(store_as(store, &neighbour, find_work, &looking), STORE_NONE);
  cr_assert_eq(store_as(store, &neighbour, page_work, &looking), STORE_OK);
  cr_expect(looking.count == 0 && looking.total == 0);
}

/* ---- a form, and limits */

struct outcome {
  struct course_file file;
  struct course_file_result result;
  char told[200];
  int good;
};

static void note(void *context, const struct course_problem *problem) {
  struct outcome *outcome = context;
  size_t length = strlen(outcome->told);
  (void)snprintf(outcome->told + length, sizeof outcome->told - length, "%s%s@%s",
                 length == 0 ? "" : " ", course_fault_name(problem->fault),
                 problem->column == COURSE_COLUMNS ? "" : course_column_name(problem->column));
}

static void note_good(void *context, const struct course *course) {
  struct outcome *outcome = context;
  outcome->good += course->id[0] != '\0';
}

static enum store_result import_work(struct store *on, void *context) {
  struct outcome *outcome = context;
  outcome->told[0] = '\0';
  outcome->good = 0;
  outcome->file.round = target_round;
  outcome->file.tell = note;
  outcome->file.good = note_good;
  outcome->file.context = outcome;
  course_file_import(on, &outcome->file, arena, &outcome->result);
  return outcome->result.state == COURSE_FILE_NO_STORE ? outcome->result.store_result : STORE_OK;
}

static struct outcome save(const char *municipality, const char *id, const char *started,
                           const char *closed, const char *outcome_code, const char *hours) {
  const char *fields[COURSE_COLUMNS] = {municipality, id, "daycare", "",    started, closed,
                                        outcome_code, "", "",        hours, "",      "8"};
  struct outcome outcome = {.file = {.fd = -1, .fields = fields, .municipality = 217}};
  cr_assert_eq(store_as(store, &own, import_work, &outcome), STORE_OK, "%s", store_message(store));
  outcome.file.fields = NULL;
  return outcome;
}

Test(course_upload, takes_a_form_by_the_rules_of_a_sheet) {
  struct outcome good = save("217", " 7 ", "1/2 2022", "2022-03-01", "Afsluttet", "12,5");
  cr_expect_eq(good.result.state, COURSE_FILE_GOOD, "%s", good.told);
  cr_expect_eq(good.result.counts.fresh, 1);
  scene_expect(&database, "7 daycare 2022-02-01 2022-03-01 completed 12.50 8",
               "SELECT concat_ws(' ', course_id, referred_by, started_on, closed_on, outcome,"
               " hours_total, development_agreement) FROM course");
  struct outcome bad = save("217", "010222-1234", "12/31/2022", "", "ja", "many");
  cr_expect_eq(bad.result.state, COURSE_FILE_FAULTY);
  cr_expect_str_eq(bad.told,
                   "id_cpr@course_id no_date@started_on no_choice@outcome no_number@hours_total");
  struct outcome other = save("101", "8", "", "", "", "");
  cr_expect_eq(other.result.state, COURSE_FILE_FAULTY);
  cr_expect_str_eq(other.told, "not_in_round@municipality_code");
  struct outcome empty = save("217", " ", "1/2 2022", "", "", "");
  cr_expect_str_eq(empty.told, "empty@course_id");
  struct outcome warned = save("217", "8", "1/2 2022", "1/2 2022", "", "");
  cr_expect_eq(warned.result.state, COURSE_FILE_GOOD);
  cr_expect_str_eq(warned.told, "no_days@closed_on");
  cr_expect_eq(scene_number(&database, "SELECT count(*) FROM course"), 2);
}

static struct outcome import(const char *text, long long courses_max, int64_t until_ms) {
  FILE *file = tmpfile();
  cr_assert_not_null(file);
  (void)fputs(text, file);
  (void)fflush(file);
  struct outcome outcome = {.file = {.fd = fileno(file),
                                     .municipality = 217,
                                     .courses_max = courses_max,
                                     .until_ms = until_ms}};
  cr_assert_eq(store_as(store, &own, import_work, &outcome), STORE_OK, "%s", store_message(store));
  (void)fclose(file);
  return outcome;
}

Test(course_upload, stores_nothing_of_a_file_over_its_limit) {
  static const char three[] = "course_id,visits\n1,3\n2,bad\n3,3\n";
  struct outcome over = import(three, 2, 0);
  cr_expect_eq(over.result.state, COURSE_FILE_LONG);
  struct outcome late = import("course_id,visits\n1,3\n", 0, 1);
  cr_expect_eq(late.result.state, COURSE_FILE_LONG);
  cr_expect_eq(scene_number(&database, "SELECT count(*) FROM course"), 0);
  struct outcome faulty = import(three, 3, 0);
  cr_expect_eq(faulty.result.state, COURSE_FILE_FAULTY);
  cr_expect_eq(faulty.good, 2);
  struct outcome fits = import("course_id,visits\n1,3\n2,4\n", 2, 0);
  cr_expect_eq(fits.result.state, COURSE_FILE_GOOD);
  cr_expect_eq(fits.good, 2);
  cr_expect_eq(fits.result.counts.fresh, 2);
}
