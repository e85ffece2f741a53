/* report: what a round's report shows, internally and when it is published. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "report_scene.h"
#include "survey/report.h"
#include "survey/suppression.h"

static const json_t *at(const json_t *json, const char *path) {
  char copy[200];
  char *rest = copy;
  snprintf(copy, sizeof copy, "%s", path);
  for (char *step = strsep(&rest, "/"); step != NULL; step = strsep(&rest, "/")) {
    json = json_is_array(json) ? json_array_get(json, (size_t)strtol(step, NULL, 10))
                               : json_object_get(json, step);
    cr_assert_not_null(json, "%s of %s", step, path);
  }
  return json;
}

static long whole(const json_t *json, const char *path) {
  const json_t *found = at(json, path);
  return json_is_null(found) ? -1 : (long)json_integer_value(found);
}

Test(report, gives_the_published_means_of_71_answers) {
  struct report_scene *scene = report_scene_new(BILAG8, REPORT_INTERNAL, 5);
  report_scene_published(scene);
  json_t *json = report_scene_json(scene);
  const json_t *q9 = at(json, "figures/q9");
  cr_expect_eq(whole(q9, "n"), 71);
  cr_expect_float_eq(json_real_value(at(q9, "mean")), 606 / 71.0, 1e-9);
  cr_expect_float_eq(json_real_value(at(q9, "mean_turned")), 624 / 71.0, 1e-9);
  cr_expect_float_eq(json_real_value(at(q9, "mean_confirmed")), 606 / 71.0, 1e-9);
  cr_expect_eq(whole(q9, "turned"), 2);
  cr_expect_eq(whole(q9, "counts/1"), 2);
  cr_expect_eq(whole(json, "figures/q7/n"), 71);
  cr_expect_str_eq(json_string_value(at(json, "figures/q5/unit")), "child");
  cr_expect_eq(whole(json, "figures/q5/n"), 71);
  cr_expect_eq(whole(json, "respondents/q1/not_answered"), 71);
  json_decref(json);
  report_scene_free(scene);
}

Test(report, keeps_dont_know_in_the_base_and_what_was_not_answered_out_of_it) {
  struct report_scene *scene = report_scene_new(BILAG8, REPORT_INTERNAL, 5);
  report_scene_answer(scene, 101, "da", "q1=1 q3=2 q4_1=1 q4_2=2 q5_1=1 q5_2=8 q7=8 q8_1=2");
  report_scene_answer(scene, 217, "ar", "q3=1 q4_1=1 q5_1=2");
  json_t *json = report_scene_json(scene);
  cr_expect_eq(whole(json, "figures/q5/n"), 3);
  cr_expect_eq(whole(json, "figures/q5/respondents"), 2);
  cr_expect_eq(whole(json, "figures/q5/counts/8"), 1);
  cr_expect_eq(whole(json, "figures/q7/n"), 1);
  cr_expect_eq(whole(json, "figures/q7/not_answered"), 1);
  cr_expect_eq(whole(json, "figures/q8/n"), 1, "asked of children in daycare alone");
  cr_expect_eq(whole(json, "figures/q8/not_answered"), 1);
  cr_expect_eq(whole(json, "respondents/q3/counts/2"), 1);
  cr_expect_eq(whole(json, "respondents/q4/n"), 3);
  cr_expect_eq(whole(json, "figures/q5/by/municipality/1/counts/1"), 1);
  cr_expect_eq(whole(json, "figures/q5/by/municipality/2/counts/2"), 1);
  cr_expect_str_eq(json_string_value(at(json, "figures/q5/by/language/2/group")), "ar");
  cr_expect_str_eq(json_string_value(at(json, "figures/q5/by/relation/4/group")), "none");
  cr_expect_str_eq(json_string_value(at(json, "figures/q5/by/relation/1/names/0")), "far");
  json_decref(json);
  report_scene_free(scene);
}

Test(report, counts_courses_by_their_own_dates_and_tells_what_was_left_out) {
  struct report_scene *scene = report_scene_new(BILAG8, REPORT_INTERNAL, 5);
  scene->options.closed_from = calendar_day(2022, 1, 1);
  scene->options.closed_to = calendar_day(2022, 9, 30);
  report_scene_course(scene, 101, "2021-12-01 2021-12-11 2022-03-11", "completed", 10, 1500);
  report_scene_course(scene, 101, "2022-01-20 2022-01-10 2022-04-10", "completed", 20, 2000);
  report_scene_course(scene, 217, "- 2022-02-01 2022-01-01", NULL, -1, 700);
  report_scene_course(scene, 217, "2021-01-01 2021-02-01 2021-12-31", "completed", 5, 500);
  report_scene_course(scene, 217, "2022-01-01 2022-02-01 2022-02-05", "interrupted", 1, 100);
  report_scene_course(scene, 217, "2022-01-01 2022-02-01 -", NULL, -1, -1);
  json_t *json = report_scene_json(scene);
  const json_t *courses = at(json, "courses");
  cr_expect_eq(whole(courses, "registered"), 6);
  cr_expect_eq(whole(courses, "closed"), 3);
  cr_expect_eq(whole(courses, "interrupted"), 1);
  cr_expect_str_eq(json_string_value(at(courses, "last_closed")), "2022-04-10");
  cr_expect_eq(whole(courses, "begun/0/counts/2022"), 4);
  cr_expect_eq(whole(courses, "begun/0/counts/2021"), 2);
  cr_expect_eq(whole(courses, "closed_by_year/0/counts/2021"), 1);
  cr_expect_eq(whole(courses, "waiting_days/rows/0/n"), 1);
  cr_expect_float_eq(json_real_value(at(courses, "waiting_days/rows/0/mean")), 10, 1e-9);
  cr_expect_eq(whole(courses, "waiting_days/left_out/visitation_late"), 1);
  cr_expect_eq(whole(courses, "waiting_days/left_out/no_visitation"), 1);
  cr_expect_eq(whole(courses, "waiting_days/left_out/not_closed"), 1);
  cr_expect_eq(whole(courses, "waiting_days/left_out/other_period"), 1);
  cr_expect_eq(whole(courses, "waiting_days/left_out/interrupted"), 1);
  cr_expect_eq(whole(courses, "duration_days/left_out/closed_first"), 1);
  cr_expect_float_eq(json_real_value(at(courses, "duration_days/rows/0/mean")), 90, 1e-9);
  cr_expect_float_eq(json_real_value(at(courses, "hours_per_visit/rows/0/mean")), 1.25, 1e-9,
                     "the mean of 1.5 and 1 hours a visit, not of 35 hours and 30 visits");
  cr_expect_eq(whole(courses, "finder/0/counts/none"), 3);
  cr_expect_eq(whole(json, "coverage/0/closed"), 2);
  json_decref(json);
  report_scene_free(scene);
}

Test(report, leaves_flagged_answers_out_when_asked_to_and_says_how_many) {
  struct report_scene *scene = report_scene_new(BILAG8, REPORT_INTERNAL, 5);
  scene->options.without_flagged = true;
  report_scene_answer(scene, 101, "da", "q3=1 q7=1 q9=9");
  scene->flagged = true;
  report_scene_answer(scene, 101, "da", "q3=1 q7=1 q9=2");
  json_t *json = report_scene_json(scene);
  cr_expect_eq(whole(json, "answers"), 1);
  cr_expect_eq(whole(json, "quality/left_out"), 1);
  cr_expect_float_eq(json_real_value(at(json, "figures/q9/mean")), 9, 1e-9);
  json_decref(json);
  report_scene_free(scene);
}

Test(report, shows_what_flagged_answers_change) {
  struct report_scene *scene = report_scene_new(BILAG8, REPORT_INTERNAL, 5);
  report_scene_answer(scene, 101, "da", "q3=1 q7=1 q9=9");
  scene->flagged = true;
  report_scene_answer(scene, 101, "da", "q3=1 q7=4 q9=1");
  json_t *json = report_scene_json(scene);
  cr_expect_float_eq(json_real_value(at(json, "sensitivity/q9/all/mean")), 5, 1e-9);
  cr_expect_float_eq(json_real_value(at(json, "sensitivity/q9/unflagged/mean")), 9, 1e-9);
  cr_expect_float_eq(json_real_value(at(json, "sensitivity/q7/all/agree")), 0.5, 1e-9);
  cr_expect_eq(whole(json, "quality/flagged"), 1);
  json_decref(json);
  report_scene_free(scene);
}

Test(report, refuses_a_floor_under_three) {
  struct report_scene *scene = report_scene_new(BILAG8, REPORT_PUBLISHED, 2);
  struct report report;
  cr_expect_eq(report_finish(scene->making, &report), REPORT_LOW);
  report_scene_free(scene);
}

Test(report, has_something_to_say_of_every_questionnaire) {
  static const char *const paths[] = {ISHOEJ, SCALES, SIBLINGS, SMALL};
  uint64_t seed = 6;
  for (size_t i = 0; i < array_length(paths); i++) {
    for (int profile = REPORT_INTERNAL; profile <= REPORT_PUBLISHED; profile++) {
      struct report_scene *scene = report_scene_new(paths[i], profile, 5);
      for (int j = 0; j < 60; j++) {
        report_scene_add(scene, j % 3 == 0 ? 217 : 101, "da",
                         support_random_answer(scene->questionnaire, scene->arena, &seed));
      }
      json_t *json = report_scene_json(scene);
      cr_expect_eq(whole(json, "answers"), 60);
      json_decref(json);
      report_scene_free(scene);
    }
  }
}

/* ---- published */

Test(report, publishes_nothing_of_four_answers) {
  struct report_scene *scene = report_scene_new(BILAG8, REPORT_PUBLISHED, 5);
  for (int i = 0; i < 4; i++) {
    report_scene_answer(scene, 101, "da", "q1=1 q2=2 q3=1 q4_1=1 q5_1=1 q7=2 q9=9");
  }
  json_t *json = report_scene_json(scene);
  char *text = json_dumps(json, 0);
  cr_expect(json_is_null(at(json, "answers")));
  cr_expect(json_is_null(at(json, "figures/q9/n")));
  cr_expect_null(json_object_get(at(json, "figures/q9"), "mean"));
  cr_expect(json_is_null(at(json, "figures/q7/counts")));
  cr_expect(json_is_null(at(json, "respondents/q1/counts")));
  cr_expect(json_is_null(at(json, "quality/flagged")));
  cr_expect_null(strstr(text, "4,"), "%s", text);
  free(text);
  json_decref(json);
  report_scene_free(scene);
}

Test(report, puts_rare_categories_of_who_answered_together) {
  struct report_scene *scene = report_scene_new(BILAG8, REPORT_PUBLISHED, 5);
  for (int i = 0; i < 40; i++) {
    report_scene_answer(scene, 101, "da",
                        i < 10   ? "q1=1 q2=1 q3=1 q7=1"
                        : i < 12 ? "q1=3 q2=2 q3=3 q7=2"
                        : i < 18 ? "q1=2 q2=2 q3=2 q7=2"
                                 : "q1=2 q2=2 q3=1 q7=2");
  }
  json_t *json = report_scene_json(scene);
  cr_expect_eq(whole(json, "respondents/q1/counts/1+3"), 12, "two are too few to stand alone");
  cr_expect_eq(whole(json, "respondents/q1/counts/2"), 28);
  cr_expect_eq(whole(json, "respondents/q2/counts/1"), 10);
  cr_expect_eq(whole(json, "respondents/q3/counts/1"), 32);
  cr_expect_eq(whole(json, "respondents/q3/counts/2+3+4+5+6"), 8);
  json_decref(json);
  report_scene_free(scene);
}

Test(report, shows_one_breakdown_where_the_whole_is_not_in_full) {
  struct report_scene *scene = report_scene_new(BILAG8, REPORT_PUBLISHED, 5);
  for (int i = 0; i < 28; i++) {
    report_scene_answer(scene, i % 2 == 0 ? 101 : 217, i < 14 ? "da" : "ar",
                        i % 4 < 2 ? "q1=1 q3=1 q7=1 q9=9" : "q1=2 q3=1 q7=4 q9=4");
  }
  json_t *json = report_scene_json(scene);
  cr_expect_str_eq(json_string_value(at(json, "figures/q7/level")), "merged");
  cr_expect_eq(json_object_size(at(json, "figures/q7/by")), 1);
  cr_expect_eq(json_object_size(at(json, "figures/q9/means_by")), 1);
  cr_expect(json_is_null(at(json, "figures/q9/counts")), "a mean or a distribution, not both");
  json_decref(json);
  report_scene_free(scene);
}

Test(report, gives_no_means_by_municipality_that_tell_what_each_parent_gave) {
  static const char *const low[] = {"q3=1 q9=1", "q3=1 q9=1", "q3=1 q9=2",
                                    "q3=1 q9=5", "q3=1 q9=5", "q3=1 q9=6"};
  for (int apart = 0; apart < 2; apart++) {
    struct report_scene *scene = report_scene_new(BILAG8, REPORT_PUBLISHED, 5);
    for (int i = 0; i < 46; i++) {
      /* the lowest ratings are one municipality's, or of all three */
      report_scene_answer(scene,
                          i < 6    ? 217
                          : i < 26 ? 101
                                   : 787,
                          "da",
                          apart == 1   ? i < 6   ? low[i]
                                         : i % 2 ? "q3=1 q9=8"
                                                 : "q3=1 q9=10"
                          : i % 8 == 5 ? low[i / 8]
                          : i % 2      ? "q3=1 q9=8"
                                       : "q3=1 q9=10");
    }
    json_t *json = report_scene_json(scene);
    cr_expect_eq(whole(json, "figures/q9/counts/1"), 2);
    const json_t *rows = json_object_get(at(json, "figures/q9/means_by"), "municipality");
    cr_expect_eq(json_array_size(rows), apart == 1 ? 0 : 5, "the whole and four");
    json_decref(json);
    report_scene_free(scene);
  }
}

static json_t *with_flagged(int flagged, int flagged_against) {
  struct report_scene *scene = report_scene_new(BILAG8, REPORT_PUBLISHED, 5);
  for (int i = 0; i < 60; i++) {
    bool against = i < 40 ? i < 20 : i < 40 + flagged_against;
    scene->flagged = i >= 40 && i < 40 + flagged;
    report_scene_answer(scene, 101, "da", against ? "q3=1 q7=4 q9=4" : "q3=1 q7=1 q9=9");
  }
  json_t *json = report_scene_json(scene);
  report_scene_free(scene);
  return json;
}

Test(report, publishes_what_flagged_answers_change_only_where_they_are_a_group) {
  json_t *json = with_flagged(12, 6);
  cr_expect_eq(whole(json, "sensitivity/q9/all/n"), 60);
  cr_expect_eq(whole(json, "sensitivity/q9/unflagged/n"), 48);
  cr_expect_float_eq(json_real_value(at(json, "sensitivity/q7/all/agree")), 0.57, 1e-9);
  json_decref(json);
  json = with_flagged(12, 3);
  cr_expect(json_is_null(at(json, "sensitivity/q7/all")), "three of the flagged disagree");
  json_decref(json);
  json = with_flagged(9, 5);
  cr_expect(json_is_null(at(json, "sensitivity/q9/all")), "nine are no group");
  json_decref(json);
}

enum { ATTACK_CELLS_MAX = 64, ATTACK_ROWS_MAX = 8 };

static bool is_in(const char *set, const char *code) {
  size_t length = strlen(code);
  for (; set != NULL; set = strchr(set, '+') == NULL ? NULL : strchr(set, '+') + 1) {
    if (strncmp(set, code, length) == 0 && (set[length] == '+' || set[length] == '\0')) {
      return true;
    }
  }
  return false;
}

/* What really stands there, by the internal report. */
static int true_count(const json_t *rows, const char *group, const char *column) {
  int count = 0;
  for (size_t i = 0; i < json_array_size(rows); i++) {
    const json_t *row = json_array_get(rows, i);
    json_t *value;
    const char *key;
    if (is_in(group, json_string_value(json_object_get(row, "group")))) {
      json_object_foreach(json_object_get(row, "counts"), key, value) {
        count += column == NULL || is_in(column, key) ? (int)json_integer_value(value) : 0;
      }
    }
  }
  return count;
}

/* What the sums say of each hidden cell; how many there are. A column of which the whole is shown
 * to have nobody tells that of every row. */
static int attack_table(const char *name, const json_t *rows, const json_t *known, int floor) {
  struct suppression_cell cells[ATTACK_CELLS_MAX];
  int parents[ATTACK_ROWS_MAX], hidden = 0;
  struct suppression_table table = {
      .rows = (int)json_array_size(rows),
      .columns = (int)json_object_size(at(json_array_get(rows, 0), "counts")),
      .floor = floor,
      .parents = parents,
      .cells = cells};
  cr_assert_leq(table.rows * (table.columns + 1), ATTACK_CELLS_MAX);
  for (int row = 0; row < table.rows; row++) {
    json_t *object = json_array_get(rows, (size_t)row), *value;
    const char *key, *group = json_string_value(at(object, "group"));
    int column = 0;
    parents[row] = row == 0 ? -1 : 0;
    json_object_foreach(json_object_get(object, "counts"), key, value) {
      int count = true_count(known, group, key);
      cr_expect(json_is_null(value) || json_integer_value(value) == count, "%s %s", name, key);
      *suppression_cell(&table, row, column++) = (struct suppression_cell){
          .count = count, .respondents = count, .hidden = json_is_null(value)};
    }
    int total = true_count(known, group, NULL);
    cr_expect_eq(json_integer_value(at(object, "n")), total, "%s %s", name, group);
    *suppression_cell(&table, row, column) =
        (struct suppression_cell){.count = total, .respondents = total};
  }
  cr_assert_eq(suppression_audit(&table), SUPPRESSION_OK);
  for (int i = 0; i < table.rows * (table.columns + 1); i++) {
    const struct suppression_cell *whole = &cells[i % (table.columns + 1)];
    if (cells[i].hidden && (whole->hidden || whole->count > 0)) {
      hidden++;
      cr_expect_lt(cells[i].least, cells[i].most, "cell %d of %s: %d", i, name, cells[i].least);
    }
  }
  return hidden;
}

Test(report, leaves_no_hidden_cell_of_four_municipalities_to_be_worked_out) {
  struct report_scene *scene = report_scene_new(BILAG8, REPORT_PUBLISHED, 5);
  struct report_scene *truth = report_scene_new(BILAG8, REPORT_INTERNAL, 5);
  report_scene_example(scene);
  report_scene_example(truth);
  json_t *json = report_scene_json(scene), *known = report_scene_json(truth);
  int hidden = 0;
  static const char *const figures[] = {"q5", "q6", "q7", "q8"};
  for (size_t i = 0; i < array_length(figures); i++) {
    const json_t *by = at(at(at(json, "figures"), figures[i]), "by");
    const json_t *all = at(at(at(known, "figures"), figures[i]), "by");
    hidden += attack_table(figures[i], at(by, "municipality"), at(all, "municipality"), 5);
    hidden += attack_table(figures[i], at(by, "relation"), at(all, "relation"), 5);
  }
  static const char *const courses[] = {"begun", "closed_by_year", "finder"};
  for (size_t i = 0; i < array_length(courses); i++) {
    hidden += attack_table(courses[i], at(at(json, "courses"), courses[i]),
                           at(at(known, "courses"), courses[i]), 5);
  }
  cr_expect_gt(hidden, 10);
  cr_expect_eq(json_array_size(at(json, "courses/reasons")), 0, "eight interruptions");
  cr_expect_eq(json_array_size(at(json, "courses/begun")), 1,
               "begun less closed by municipality would be those that were interrupted");
  json_decref(json);
  json_decref(known);
  report_scene_free(scene);
  report_scene_free(truth);
}

Test(report, tells_nothing_of_a_municipality_with_answers_and_no_courses) {
  struct report_scene *scene = report_scene_new(BILAG8, REPORT_PUBLISHED, 5);
  for (int i = 0; i < 30; i++) {
    int municipality = i < 3 ? 479 : i < 15 ? 217 : 101;
    report_scene_answer(scene, municipality, "da", "q3=1 q7=1 q9=9");
    if (municipality != 479) {
      report_scene_course(scene, municipality, "- - 2022-03-01", "completed", 9, 900);
    }
  }
  json_t *json = report_scene_json(scene);
  cr_assert_eq(json_array_size(at(json, "coverage")), 2);
  cr_expect_str_eq(json_string_value(at(json, "coverage/1/group")), "217+479+787");
  cr_expect_eq(whole(json, "coverage/1/answers"), 15, "of these 3 without a course");
  json_decref(json);
  report_scene_free(scene);
}

static int attack_report(const json_t *json, const json_t *known, int floor) {
  static const char *const courses[] = {"begun", "closed_by_year", "finder", "reasons"};
  const char *id, *by;
  json_t *figure, *rows;
  int hidden = 0;
  json_object_foreach(json_object_get(json, "figures"), id, figure) {
    json_object_foreach(json_object_get(figure, "by"), by, rows) {
      hidden += attack_table(id, rows, at(at(at(at(known, "figures"), id), "by"), by), floor);
    }
  }
  for (size_t i = 0; i < array_length(courses); i++) {
    rows = json_object_get(json_object_get(json, "courses"), courses[i]);
    if (json_array_size(rows) > 0) {
      hidden += attack_table(courses[i], rows, at(at(known, "courses"), courses[i]), floor);
    }
  }
  return hidden;
}

static void fill_with(struct report_scene *scene, uint64_t seed) {
  static const int codes[] = {101, 217, 479, 787};
  static const char *const days[] = {"2021-11-01 2021-12-01 2022-03-01", "- 2022-01-03 2022-06-30",
                                     "2022-02-01 2022-02-05 2023-01-15"};
  int answers = 10 + (int)support_draw(&seed, 40), courses = (int)support_draw(&seed, 60);
  for (int i = 0; i < answers; i++) {
    unsigned place = support_draw(&seed, 7);
    report_scene_add(scene, codes[place < 4 ? place : 0], support_draw(&seed, 4) == 0 ? "ar" : "da",
                     support_random_answer(scene->questionnaire, scene->arena, &seed));
  }
  for (int i = 0; i < courses; i++) {
    unsigned place = support_draw(&seed, 8);
    report_scene_course(scene, codes[place < 4 ? place : 3], days[support_draw(&seed, 3)],
                        support_draw(&seed, 5) == 0 ? "interrupted" : "completed",
                        (int)support_draw(&seed, 20), (int)support_draw(&seed, 4000));
  }
}

Test(report, leaves_no_hidden_cell_of_many_drawn_rounds_to_be_worked_out) {
  int hidden = 0;
  for (uint64_t seed = 1; seed <= 30; seed++) {
    int floor = seed % 3 == 0 ? 3 : 5;
    struct report_scene *scene = report_scene_new(BILAG8, REPORT_PUBLISHED, floor);
    struct report_scene *truth = report_scene_new(BILAG8, REPORT_INTERNAL, floor);
    fill_with(scene, seed);
    fill_with(truth, seed);
    json_t *json = report_scene_json(scene), *known = report_scene_json(truth);
    hidden += attack_report(json, known, floor);
    json_decref(json);
    json_decref(known);
    report_scene_free(scene);
    report_scene_free(truth);
  }
  cr_expect_gt(hidden, 250, "%d", hidden);
}

/* ---- releases */

Test(report, may_be_published_again_but_not_with_two_answers_more) {
  struct report_scene *scene[3];
  struct release releases[3];
  for (int i = 0; i < 3; i++) {
    scene[i] = report_scene_new(BILAG8, REPORT_PUBLISHED, 5);
    report_scene_example(scene[i]);
    for (int j = 0; i == 2 && j < 2; j++) {
      report_scene_answer(scene[i], 101, "da", "q1=1 q2=2 q3=1 q4_1=1 q5_1=1 q7=2 q9=9");
    }
    cr_assert_eq(report_finish(scene[i]->making, &scene[i]->report), REPORT_OK);
    scene[i]->report.all_municipalities = true;
    cr_assert(report_release(&scene[i]->report, scene[i]->arena, &releases[i]));
    releases[i].number = i + 1;
  }
  const struct release *earlier = &releases[0];
  struct release_verdict again = release_compare(&releases[1], &earlier, 1);
  struct release_verdict changed = release_compare(&releases[2], &earlier, 1);
  cr_expect_eq(again.reason, RELEASE_ALLOWED);
  cr_expect_eq(changed.reason, RELEASE_CHANGED);
  cr_expect_eq(changed.difference, 2);
  for (int i = 0; i < 3; i++) {
    report_scene_free(scene[i]);
  }
}
