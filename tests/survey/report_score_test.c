#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report_scene.h"

static struct report_scene *scene;
static json_t *json;

static void end(void) {
  json_decref(json);
  report_scene_free(scene);
}

TestSuite(report_score, .fini = end);

/* Eleven children, of whom five forms are by daycare workers and six by parents. Entered by scale:
 * emotional, conduct, hyperactivity, peer, prosocial, impact; then the total where it stands on the
 * form. Changes of the total: 6 better, 4 worse, 1 the same; of impact 6, 3, 2. */
static const struct child {
  int informant, age;
  int start[7], close[7]; /* the seventh: the total as entered, or -1 */
} children[] = {
    {2, 4, {5, 4, 8, 4, 4, 3, -1}, {2, 2, 5, 2, 7, 1, -1}}, /* 21 → 11 */
    {2, 5, {6, 5, 9, 3, 3, 4, -1}, {4, 4, 8, 2, 5, 2, -1}}, /* 23 → 18 */
    {2, 4, {2, 3, 6, 1, 7, 1, -1}, {3, 3, 6, 2, 7, 2, -1}}, /* 12 → 14 */
    {2, 5, {1, 1, 3, 1, 9, 0, -1}, {1, 1, 3, 1, 8, 0, -1}}, /* 6 → 6 */
    {2, 4, {4, 4, 7, 2, 5, 2, -1}, {3, 2, 6, 2, 6, 0, -1}}, /* 17 → 13 */
    {1, 4, {3, 3, 7, 3, 6, 2, -1}, {4, 3, 8, 3, 5, 3, -1}}, /* 16 → 18 */
    {1, 4, {7, 4, 8, 4, 4, 5, -1}, {5, 3, 7, 3, 6, 4, -1}}, /* 23 → 18 */
    {1, 5, {2, 2, 5, 2, 8, 1, 12}, {1, 2, 4, 1, 8, 0, -1}}, /* 12 entered, 11 → 8 */
    {1, 6, {3, 2, 4, 2, 7, 1, -1}, {4, 3, 5, 2, 7, 1, -1}}, /* 11 → 14 */
    {1, 4, {5, 5, 6, 3, 5, 3, -1}, {4, 4, 6, 3, 6, 2, -1}}, /* 19 → 17 */
    {1, 5, {2, 1, 3, 2, 9, 0, -1}, {3, 2, 3, 2, 9, 1, -1}}, /* 8 → 10 */
};

static void add_form(const char *number, int occasion, int informant, int age,
                     const int values[7]) {
  char form[256];
  int length = snprintf(form, sizeof form,
                        "sag=%s tid=%d udfylder=%d alder=%d d_emotional=%d d_conduct=%d "
                        "d_hyperactivity=%d d_peer=%d d_prosocial=%d d_impact=%d",
                        number, occasion, informant, age, values[0], values[1], values[2],
                        values[3], values[4], values[5]);
  if (values[6] >= 0) {
    (void)snprintf(form + length, sizeof form - (size_t)length, " d_total=%d", values[6]);
  }
  report_scene_answer(scene, 101, "da", form);
}

static void begin(enum report_profile profile) {
  struct complaints complaints = {0};
  scene = report_scene_new(SDQ_SUBSCALES, profile, 5);
  report_free(scene->making);
  scene->options.norms = norms_find(".", "sdq-gb", scene->arena, &complaints);
  cr_assert_not_null(scene->options.norms);
  scene->making = report_new(scene->arena, &scene->options);
  cr_assert_not_null(scene->making);
}

static void add_children(int times) {
  char number[16];
  for (int i = 0; i < times * (int)array_length(children); i++) {
    const struct child *child = &children[(size_t)i % array_length(children)];
    (void)snprintf(number, sizeof number, "A-%d", i + 1);
    add_form(number, 1, child->informant, child->age, child->start);
    add_form(number, 2, child->informant, child->age, child->close);
  }
}

static void make(void) {
  json = report_scene_json(scene);
}

static const json_t *at(const char *path) {
  const json_t *found = json;
  char *rest = arena_string(scene->arena, path);
  for (char *name = strsep(&rest, "/"); name != NULL; name = strsep(&rest, "/")) {
    char *end_of = NULL;
    long index = strtol(name, &end_of, 10);
    found = json_is_array(found) && *end_of == '\0' ? json_array_get(found, (size_t)index)
                                                    : json_object_get(found, name);
  }
  return found;
}

static void expect(const char *path, const char *expected) {
  char *text = json_dumps(at(path), JSON_COMPACT | JSON_ENCODE_ANY);
  cr_expect_str_eq(text == NULL ? "nothing" : text, expected, "%s: %s", path, text);
  free(text);
}

Test(report_score, gives_the_changes_of_eleven_children) {
  begin(REPORT_INTERNAL);
  add_children(1);
  make();
  expect("scores/scales/total/change/n", "11");
  expect("scores/scales/total/change/counts", "{\"better\":6,\"same\":1,\"worse\":4,\"none\":0}");
  expect("scores/scales/impact/change/counts", "{\"better\":6,\"same\":2,\"worse\":3,\"none\":0}");
  expect("scores/forms/paired", "11");
  expect("scores/scales/total/change/by/relation/1/group", "\"1\"");
  expect("scores/scales/total/change/by/relation/1/n", "6");
  expect("scores/scales/total/change/by/relation/2/n", "5");
}

Test(report_score, counts_bands_at_start_and_close_by_informant) {
  begin(REPORT_INTERNAL);
  add_children(1);
  make();
  /* Daycare 11, 15, 18 and parents 13, 16, 19 are the last of their bands. */
  expect("scores/scales/total/start/counts",
         "{\"average\":4,\"raised\":2,\"high\":2,\"very_high\":3,\"none\":0}");
  expect("scores/scales/total/close/counts",
         "{\"average\":4,\"raised\":3,\"high\":4,\"very_high\":0,\"none\":0}");
  expect("scores/scales/total/start/by/relation/2/counts",
         "{\"average\":1,\"raised\":1,\"high\":1,\"very_high\":2,\"none\":0}");
  expect("scores/norms/title", "\"SDQ, Storbritannien, den nyere inddeling i fire bånd\"");
}

Test(report_score, signs_every_change_so_that_plus_is_better) {
  begin(REPORT_INTERNAL);
  add_children(1);
  make();
  expect("scores/cases/0/case", "\"A-1\"");
  expect("scores/cases/0/change",
         "{\"prosocial\":3,\"emotional\":3,\"conduct\":2,\"hyperactivity\":3,\"peer\":2,"
         "\"total\":10,\"impact\":2}");
  expect("scores/scales/prosocial/better", "\"higher\"");
  cr_expect_float_eq(json_real_value(at("scores/scales/total/raw/difference")), (168 - 147) / 11.0,
                     1e-9);
}

Test(report_score, tells_an_entered_total_that_is_not_the_sum_and_counts_it_as_entered) {
  begin(REPORT_INTERNAL);
  add_children(1);
  make();
  const json_t *cases = at("scores/cases");
  int told = 0;
  for (size_t i = 0; i < json_array_size(cases); i++) {
    const json_t *form = json_object_get(json_array_get(cases, i), "start");
    const json_t *total = json_object_get(json_object_get(form, "scores"), "total");
    if (json_object_get(total, "sum") != NULL) {
      told++;
      cr_expect_eq(json_integer_value(json_object_get(total, "value")), 12);
      cr_expect_eq(json_integer_value(json_object_get(total, "sum")), 11);
    }
  }
  cr_expect_eq(told, 1);
}

Test(report_score, leaves_out_forms_without_their_other_half_and_says_how_many) {
  begin(REPORT_INTERNAL);
  add_children(1);
  add_form("B-1", 1, 1, 4, children[0].start);
  add_form("B-2", 2, 1, 4, children[0].close);
  add_form("B-3", 2, 1, 4, children[0].close);
  make();
  expect("scores/forms/start_only", "1");
  expect("scores/forms/close_only", "2");
  expect("scores/scales/total/change/n", "11");
  expect("answers", "25");
}

/* Neither the first nor the last is chosen. */
Test(report_score, chooses_neither_of_two_starts_of_one_case) {
  begin(REPORT_INTERNAL);
  add_children(1);
  add_form("A-1", 1, 2, 4, children[1].start);
  make();
  expect("scores/forms/doubled", "1");
  expect("scores/forms/paired", "10");
  expect("scores/scales/total/change/n", "10");
  expect("scores/cases/0/starts", "2");
  expect("scores/cases/0/start", "null");
}

/* A parent's and a daycare's forms of one child are two pairs, and no doubles. */
Test(report_score, tells_how_many_children_two_informants_know) {
  begin(REPORT_INTERNAL);
  add_children(1);
  add_form("a-1", 1, 1, 4, children[5].start);
  add_form("A-1", 2, 1, 4, children[5].close);
  make();
  expect("scores/forms/paired", "12");
  expect("scores/forms/doubled", "0");
  expect("scores/forms/several_informants", "1");
}

Test(report_score, an_incomplete_form_is_counted_and_has_no_band) {
  static const int values[7] = {2, 2, 2, 2, 8, 1, -1};
  begin(REPORT_INTERNAL);
  add_children(1);
  report_scene_answer(scene, 101, "da",
                      "sag=C-1 tid=1 udfylder=1 alder=4 d_emotional=2 d_conduct=2 d_peer=1 "
                      "d_impact=2");
  add_form("C-1", 2, 1, 4, values);
  add_form("C-2", 1, 1, 1, values);
  add_form("C-2", 2, 1, 1, values);
  make();
  expect("scores/scales/total/change/counts", "{\"better\":6,\"same\":2,\"worse\":4,\"none\":1}");
  expect("scores/scales/total/start/counts/none", "2");
  expect("scores/scales/total/close/counts/none", "1");
  expect("scores/scales/total/raw/n", "12");
  expect("scores/scales/emotional/change/n", "13");
}

Test(report_score, has_no_figures_of_what_feeds_a_score) {
  begin(REPORT_INTERNAL);
  add_children(1);
  make();
  expect("figures", "{}");
  expect("respondents", "{}");
  expect("sensitivity", "{}");
  expect("coverage/0/answers", "null");
}

/* What is published is read by everybody, and eleven children are a small group. */
Test(report_score, publishes_no_child_no_mean_and_no_small_cell) {
  begin(REPORT_PUBLISHED);
  add_children(1);
  make();
  char *text = json_dumps(json, 0);
  cr_expect_null(strstr(text, "A-1"), "a case number");
  free(text);
  expect("scores/cases", "nothing");
  expect("scores/forms", "nothing");
  expect("scores/scales/total/raw", "null");
  expect("scores/scales/total/change/by/relation", "nothing");
  const char *score, *code;
  json_t *scale, *count;
  json_object_foreach((json_t *)at("scores/scales"), score, scale) {
    static const char *const kinds[] = {"start", "close", "change"};
    for (size_t i = 0; i < array_length(kinds); i++) {
      json_t *counts = json_object_get(json_object_get(scale, kinds[i]), "counts");
      json_object_foreach(counts, code, count) {
        cr_expect(json_is_null(count) || json_integer_value(count) >= 5, "%s %s %s: %d", score,
                  kinds[i], code, (int)json_integer_value(count));
      }
    }
  }
}

Test(report_score, a_release_says_again_what_was_published) {
  begin(REPORT_PUBLISHED);
  add_children(4);
  json_decref(report_scene_json(scene));
  scene->report.round_title = "SDQ";
  scene->report.round_state = "closed";
  scene->report.controller = "";
  json = report_json(&scene->report);
  expect("scores/scales/total/change/counts", "{\"better\":24,\"same\":4,\"worse\":16,\"none\":0}");
  json_object_set_new(json_object_get(json, "release"), "number", json_integer(3));
  struct report report;
  cr_assert(report_parse(json, scene->questionnaire, scene->arena, &report));
  json_t *again = report_json(&report);
  char *then = json_dumps(json, JSON_INDENT(1)), *now = json_dumps(again, JSON_INDENT(1));
  cr_expect_str_eq(now, then);
  free(then);
  free(now);
  json_decref(again);
}

Test(report_score, margins_of_scores_are_compared_with_earlier_releases) {
  struct release release;
  begin(REPORT_PUBLISHED);
  add_children(4);
  make();
  cr_assert(report_release(&scene->report, scene->arena, &release));
  bool found = false;
  for (size_t i = 0; i < release.margins_count; i++) {
    found = found || strcmp(release.margins[i].what, "score_total.change=better") == 0;
  }
  cr_expect(found);
}

Test(report_score, without_norms_there_are_changes_and_no_bands) {
  scene = report_scene_new(SDQ_SUBSCALES, REPORT_INTERNAL, 5);
  add_children(1);
  make();
  expect("scores/norms", "null");
  expect("scores/scales/total/start", "nothing");
  expect("scores/scales/total/change/n", "11");
}
