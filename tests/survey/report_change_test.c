#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "report_scene.h"

static struct report_scene *scene;
static json_t *json;

static void end(void) {
  json_decref(json);
  report_scene_free(scene);
}

TestSuite(report_change, .fini = end);

/* "figures/before/bands" */
static const json_t *at(const char *path) {
  const json_t *found = json;
  char *copy = arena_string(scene->arena, path), *rest = copy;
  for (char *name = strsep(&rest, "/"); name != NULL; name = strsep(&rest, "/")) {
    found = json_object_get(found, name);
  }
  return found;
}

static int number(const char *path) {
  const json_t *found = at(path);
  cr_assert(json_is_integer(found), "%s is no number", path);
  return (int)json_integer_value(found);
}

static void expect_counts(const char *path, const char *expected) {
  char *text = json_dumps(at(path), JSON_COMPACT | JSON_ENCODE_ANY);
  cr_expect_str_eq(text, expected, "%s: %s", path, text);
  free(text);
}

/* The shares that Ishøj published, of nine children: eight whose well-being is better and one of
 * whom that was not answered; before 3-4, 7-8 and 9-10 for two, five and two; less for seven. */
static const char *const nine[] = {"wellbeing=1 before=3 after=5 inspired=1 worry=1 interplay=1",
                                   "wellbeing=1 before=4 after=6 inspired=1 worry=1 interplay=1",
                                   "wellbeing=1 before=7 after=3 inspired=1 worry=1 interplay=1",
                                   "wellbeing=1 before=7 after=2 inspired=1 worry=2 interplay=1",
                                   "wellbeing=1 before=8 after=4 inspired=2 worry=1 interplay=2",
                                   "wellbeing=1 before=8 after=5 inspired=1 worry=1",
                                   "wellbeing=1 before=8 after=1 inspired=1 interplay=1",
                                   "wellbeing=1 before=9 after=4 worry=1 interplay=1",
                                   "before=10 after=6 inspired=1 worry=1 interplay=1"};

static void add_nine(enum report_profile profile, int times) {
  scene = report_scene_new(ISHOEJ, profile, 5);
  for (int i = 0; i < times * (int)array_length(nine); i++) {
    report_scene_answer(scene, i % 9 < 5 ? 101 : 217, "da", nine[i % 9]);
  }
}

static void make(void) {
  json = report_scene_json(scene);
}

Test(report_change, gives_the_published_shares_of_nine_forms) {
  add_nine(REPORT_INTERNAL, 1);
  make();
  cr_expect_eq(number("figures/wellbeing/n"), 9, "the base is all forms");
  cr_expect_str_eq(json_string_value(at("figures/wellbeing/unit")), "child");
  expect_counts("figures/wellbeing/counts", "{\"1\":8,\"2\":0,\"none\":1}");
  expect_counts("figures/before/bands",
                "{\"1-2\":0,\"3-4\":2,\"5-6\":0,\"7-8\":5,\"9-10\":2,\"none\":0}");
  expect_counts("figures/after/bands",
                "{\"1-2\":2,\"3-4\":3,\"5-6\":4,\"7-8\":0,\"9-10\":0,\"none\":0}");
  expect_counts("changes/after/counts", "{\"less\":7,\"same\":0,\"more\":2}");
}

Test(report_change, shows_all_of_nine_forms_by_municipality_to_the_evaluator_alone) {
  add_nine(REPORT_INTERNAL, 1);
  make();
  const json_t *rows = at("changes/after/by/municipality");
  cr_expect_eq(json_integer_value(
                   json_object_get(json_object_get(json_array_get(rows, 1), "counts"), "less")),
               3);
}

Test(report_change, publishes_no_distribution_of_nine_forms) {
  static const char *const hidden[] = {"figures/wellbeing/counts", "figures/worry/counts",
                                       "figures/before/counts", "changes/after/counts"};
  static const char *const empty[] = {"figures/wellbeing/by", "figures/before/by",
                                      "changes/after/by"};
  add_nine(REPORT_PUBLISHED, 1);
  make();
  for (size_t i = 0; i < array_length(hidden); i++) {
    cr_expect(json_is_null(at(hidden[i])), "%s", hidden[i]);
  }
  for (size_t i = 0; i < array_length(empty); i++) {
    cr_expect_eq(json_object_size(at(empty[i])), 0, "%s", empty[i]);
  }
  cr_expect_null(at("figures/before/bands"));
  cr_expect_null(at("changes/after/not_answered"));
  cr_expect_eq(number("figures/before/n"), 9);
  cr_expect_float_eq(json_real_value(at("figures/before/mean")), 7.1, 1e-9, "a mean at most");
}

Test(report_change, publishes_a_large_round_in_full) {
  add_nine(REPORT_PUBLISHED, 5);
  make();
  expect_counts("figures/wellbeing/level", "\"one_category\"");
  expect_counts("figures/worry/counts", "{\"1\":35,\"2\":5,\"none\":5}");
  expect_counts("changes/after/counts", "{\"less\":35,\"same\":0,\"more\":10}");
  cr_expect_eq(number("figures/before/bands/7-8"), 25);
}

/* Forty forms of which three say anything are three answers. */
Test(report_change, does_not_count_silence_as_a_group_large_enough) {
  scene = report_scene_new(ISHOEJ, REPORT_PUBLISHED, 5);
  for (int i = 0; i < 40; i++) {
    report_scene_answer(scene, 101, "da", i < 3 ? "wellbeing=1 before=3 after=2" : "inspired=1");
  }
  make();
  cr_expect(json_is_null(at("figures/wellbeing/counts")));
  cr_expect(json_is_null(at("figures/wellbeing/n")));
  cr_expect(json_is_null(at("figures/before/counts")));
  cr_expect(json_is_null(at("figures/before/n")));
  cr_expect(json_is_null(at("changes/after/counts")));
}

Test(report_change, says_how_many_left_one_of_the_scales_empty) {
  scene = report_scene_new(ISHOEJ, REPORT_INTERNAL, 5);
  report_scene_answer(scene, 101, "da", "before=4 after=4");
  report_scene_answer(scene, 101, "da", "before=4");
  report_scene_answer(scene, 101, "da", "after=4");
  report_scene_answer(scene, 101, "da", "worry=1");
  make();
  expect_counts("changes/after/counts", "{\"less\":0,\"same\":1,\"more\":0}");
  cr_expect_eq(number("changes/after/n"), 1);
  cr_expect_eq(number("changes/after/not_answered"), 3);
  cr_expect_eq(number("figures/before/counts/none"), 2);
  cr_expect_eq(number("figures/before/n"), 4);
  cr_expect_eq(number("figures/before/rated"), 2);
  cr_expect_float_eq(json_real_value(at("figures/before/mean")), 4, 1e-9);
}

Test(report_change, has_one_mean_of_a_scale_that_nobody_is_asked_back_about) {
  add_nine(REPORT_INTERNAL, 1);
  make();
  cr_expect(json_is_real(at("figures/after/mean")));
  cr_expect_null(at("figures/after/mean_turned"));
  cr_expect_null(at("figures/after/mean_confirmed"));
}

Test(report_change, compares_answers_with_courses_one_to_one) {
  add_nine(REPORT_INTERNAL, 1);
  for (int i = 0; i < 6; i++) {
    report_scene_course(scene, 101, "2026-01-01 2026-02-01 2026-06-01", "completed", 10, 1000);
  }
  make();
  const json_t *row = json_array_get(at("coverage"), 0);
  char *text = json_dumps(json_object_get(row, "families"), JSON_COMPACT);
  cr_expect_str_eq(text, "[5,5]", "one form for each child: %s", text);
  free(text);
}

Test(report_change, is_said_again_as_it_was_released) {
  struct report again;
  add_nine(REPORT_PUBLISHED, 5);
  report_scene_answer(scene, 101, "da", "worry=2"); /* who left the scales empty */
  json_decref(report_scene_json(scene));
  scene->report.round_title = "Efterår";
  scene->report.round_state = "closed";
  scene->report.controller = "Ishøj Kommune";
  json_t *first = report_json(&scene->report);
  char *then = json_dumps(first, JSON_INDENT(1));
  json = report_json_kept(then, 1, "2026-11-22T06:00:00+01:00");
  free(then);
  json_decref(first);
  cr_assert(report_parse(json, scene->questionnaire, scene->arena, &again));
  json_t *second = report_json(&again);
  then = json_dumps(json, JSON_INDENT(1));
  char *now = json_dumps(second, JSON_INDENT(1));
  cr_expect_str_eq(now, then);
  free(then);
  free(now);
  json_decref(second);
}

/* Two releases of a round are compared by their margins: a change is one, too. */
Test(report_change, tells_a_release_whom_it_counts) {
  static const char *const wanted[] = {"worry=none", "before=rated", "after-before",
                                       "after-before=less"};
  struct release release;
  add_nine(REPORT_PUBLISHED, 5);
  make();
  cr_assert(report_release(&scene->report, scene->arena, &release));
  for (size_t i = 0; i < array_length(wanted); i++) {
    bool found = false;
    for (size_t j = 0; j < release.margins_count; j++) {
      found = found || strcmp(release.margins[j].what, wanted[i]) == 0;
    }
    cr_expect(found, "%s", wanted[i]);
  }
}
