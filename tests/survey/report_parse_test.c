#include <criterion/criterion.h>
#include <stdlib.h>

#include "report_scene.h"

static struct report_scene *scene;

static void end(void) {
  if (scene != NULL) {
    report_scene_free(scene);
    scene = NULL;
  }
}

TestSuite(report_parse, .fini = end);

static void few(struct report_scene *to) {
  for (int i = 0; i < 12; i++) {
    report_scene_answer(to, i % 2 == 0 ? 101 : 787, i % 3 == 0 ? "ar" : "da",
                        "q1=2 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=2 q7=2 q8_1=8 q9=9");
  }
}

static void nobody(struct report_scene *to) {
  (void)to;
}

/* The JSON of a published report of what was added. */
static json_t *kept_of(void add(struct report_scene *to)) {
  scene = report_scene_new(BILAG8, REPORT_PUBLISHED, 5);
  add(scene);
  json_decref(report_scene_json(scene));
  scene->report.round_title = "Forår <2026>";
  scene->report.round_state = "closed";
  scene->report.controller = "VIVE";
  scene->report.period.closed_from = "2022-01-01";
  scene->report.quality.refreshed_at = "2026-11-22T05:58:30+01:00";
  scene->report.published.override_by = "Bo Lind";
  scene->report.published.override_why = "Rettet";
  json_t *json = report_json(&scene->report);
  char *kept = json_dumps(json, JSON_COMPACT);
  json_decref(json);
  json = report_json_kept(kept, 4, "2026-11-22T06:00:00+01:00");
  free(kept);
  cr_assert_not_null(json);
  return json;
}

Test(report_parse, says_again_all_that_was_kept) {
  void (*const rounds[])(struct report_scene * to) = {report_scene_example, report_scene_published,
                                                      few, nobody};
  for (size_t i = 0; i < array_length(rounds); i++) {
    struct report report;
    json_t *kept = kept_of(rounds[i]);
    cr_assert(report_parse(kept, scene->questionnaire, scene->arena, &report), "round %zu", i);
    json_t *again = report_json(&report);
    char *then = json_dumps(kept, JSON_INDENT(1)), *now = json_dumps(again, JSON_INDENT(1));
    cr_expect_str_eq(now, then, "round %zu", i);
    cr_expect_eq(report.published.number, 4);
    free(then);
    free(now);
    json_decref(kept);
    json_decref(again);
    end();
  }
}

Test(report_parse, knows_the_words_of_choices_and_the_names_of_places) {
  struct report report;
  json_t *kept = kept_of(report_scene_example);
  cr_assert(report_parse(kept, scene->questionnaire, scene->arena, &report));
  cr_expect_eq(report.municipalities_count, 4);
  cr_expect_str_eq(report.municipalities[0].code, "101");
  cr_expect_str_eq(report.municipalities[2].name, "Svendborg");
  const struct report_set *first = &report.figures[0].whole.columns[0];
  const struct question *question = &report.questionnaire->questions[report.figures[0].question];
  cr_expect_eq(first->labels[0].words, &question->choices[0].words);
  json_decref(kept);
}

/* Whatever is put in the place of a part: no report, or one that can be shown. */
static void spoil(const json_t *kept, const char *name, json_t *value) {
  struct report report;
  json_t *spoilt = json_deep_copy(kept);
  (void)json_object_set_new(spoilt, name, value);
  if (report_parse(spoilt, scene->questionnaire, scene->arena, &report)) {
    json_t *shown = report_json(&report);
    cr_expect_not_null(shown, "%s", name);
    json_decref(shown);
  }
  json_decref(spoilt);
}

Test(report_parse, takes_nothing_that_is_no_report) {
  struct report report;
  json_t *kept = kept_of(few), *value;
  const char *name;
  json_object_foreach(kept, name, value) {
    spoil(kept, name, json_null());
    spoil(kept, name, json_integer(3));
    spoil(kept, name, json_string("all"));
    spoil(kept, name, json_pack("[i, {s:n, s:[]}]", 1, "group", "names"));
    spoil(kept, name, json_pack("{s:[{s:s, s:{}}], s:i}", "q9", "group", "+", "counts", "by", 2));
  }
  json_t *nothing = json_object();
  cr_expect_not(report_parse(nothing, scene->questionnaire, scene->arena, &report));
  cr_expect_not(report_parse(NULL, scene->questionnaire, scene->arena, &report));
  cr_expect_null(report_json_kept("[]", 1, ""));
  json_decref(nothing);
  json_decref(kept);
}
