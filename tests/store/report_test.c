#include <criterion/criterion.h>
#include <string.h>

#include "scene.h"
#include "store/report_store.h"

static struct database database;
static struct store *store;
static int number;

static void begin(void) {
  scene_init(&database);
  number = scene_round(&database);
  store = database_open(&database, STORE_AS_EXPORT);
  scene_run(&database,
            "INSERT INTO submission (round, id, number, municipality, language, received_on,"
            " answers, digest) SELECT %d, gen_random_uuid(), gen_random_uuid(), 101, 'da',"
            " '2026-11-18', '{}', '\\x00000000000000000000000000000000' FROM generate_series(1, 3);"
            "INSERT INTO course (round, municipality, course_id, closed_on, hours_total)"
            " VALUES (%d, 101, 'A1', '2022-12-31', 12.5), (%d, 101, 'A2', NULL, NULL)",
            number, number, number);
}

static void end(void) {
  store_close(store);
  database_clear(&database);
}

TestSuite(report_store, .init = begin, .fini = end);

struct seen {
  int answers, courses;
  int hours;
  bool more;         /* another answer and course come while it reads */
  int most;          /* answers to take */
  bool course_first; /* a course came before the last answer */
};

static bool see_answer(void *context, const struct export_row *row) {
  struct seen *seen = context;
  cr_expect_eq(row->municipality, 101);
  if (seen->answers++ == 0 && seen->more) {
    scene_run(&database,
              "INSERT INTO submission (round, id, number, municipality, language, received_on,"
              " answers, digest) VALUES (%d, gen_random_uuid(), gen_random_uuid(), 101, 'da',"
              " '2026-11-18', '{}', '\\x00000000000000000000000000000000');"
              "INSERT INTO course (round, municipality, course_id) VALUES (%d, 101, 'A3')",
              number, number);
  }
  seen->course_first = seen->course_first || seen->courses > 0;
  return seen->answers < seen->most;
}

static bool see_course(void *context, const struct course_row *row) {
  struct seen *seen = context;
  seen->courses++;
  seen->hours = row->course.hours_hundredths > 0 ? row->course.hours_hundredths : seen->hours;
  return true;
}

Test(report_store, gives_the_answers_and_then_the_courses) {
  struct seen seen = {.most = 100};
  const struct export_filter filter = {.round = number};
  cr_assert_eq(report_rows(store, &filter, see_answer, see_course, &seen), STORE_OK, "%s",
               store_message(store));
  cr_expect_eq(seen.answers, 3);
  cr_expect_eq(seen.courses, 2);
  cr_expect_eq(seen.hours, 1250);
  cr_expect(!seen.course_first);
}

Test(report_store, shows_courses_as_they_were_when_the_first_answer_was_read) {
  struct seen seen = {.most = 100, .more = true};
  const struct export_filter filter = {.round = number};
  cr_assert_eq(report_rows(store, &filter, see_answer, see_course, &seen), STORE_OK);
  cr_expect_eq(seen.answers, 3);
  cr_expect_eq(seen.courses, 2);
  cr_assert_eq(report_rows(store, &filter, see_answer, see_course, &seen), STORE_OK,
               "the connection is free again: %s", store_message(store));
  cr_expect_eq(seen.answers, 3 + 4);
  cr_expect_eq(seen.courses, 2 + 3);
}

Test(report_store, takes_the_courses_of_a_round_whose_answers_are_filtered_away) {
  struct seen seen = {.most = 100};
  const struct export_filter filter = {.round = number, .to = "2020-W01"};
  cr_assert_eq(report_rows(store, &filter, see_answer, see_course, &seen), STORE_OK);
  cr_expect_eq(seen.answers, 0);
  cr_expect_eq(seen.courses, 2);
}

Test(report_store, ends_when_it_is_told_to_and_knows_no_other_round) {
  struct seen seen = {.most = 1};
  struct export_filter filter = {.round = number};
  cr_assert_eq(report_rows(store, &filter, see_answer, see_course, &seen), STORE_OK);
  cr_expect_eq(seen.answers, 1);
  cr_expect_eq(seen.courses, 0);
  filter.round = number + 1;
  cr_expect_eq(report_rows(store, &filter, see_answer, see_course, &seen), STORE_NONE);
}
