#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report_scene.h"
#include "survey/trend.h"

static struct report_scene *scene;
static json_t *json;
static struct report_scene *earlier; /* another round, for a comparison */

static void end(void) {
  json_decref(json);
  report_scene_free(scene);
  if (earlier != NULL) {
    report_scene_free(earlier);
  }
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

static void take_norms(void) {
  struct complaints complaints = {0};
  report_free(scene->making);
  scene->options.norms = norms_find(".", "sdq-gb", scene->arena, &complaints);
  cr_assert_not_null(scene->options.norms);
  scene->making = report_new(scene->arena, &scene->options);
  cr_assert_not_null(scene->making);
}

static void begin(enum report_profile profile) {
  scene = report_scene_new(SDQ_SUBSCALES, profile, 5);
  take_norms();
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

Test(report_score, gives_no_band_to_a_child_whose_age_nobody_knows) {
  struct arena *arena = arena_new(0);
  struct complaints complaints = {0};
  const char *text = support_read(arena, SDQ_SUBSCALES);
  const char *last = strstr(text, "{\"code\": 7, \"text\": {\"ours\": \"7 år eller ældre\"}}");
  cr_assert_not_null(last);
  const char *asked = arena_printf(
      arena, "%.*s{\"code\": 8, \"kind\": \"dont_know\", \"text\": {\"ours\": \"ved ikke\"}}, %s",
      (int)(last - text), text, last);
  scene = report_scene_of(questionnaire_load(asked, arena, &complaints), REPORT_INTERNAL, 5);
  take_norms();
  add_form("A-1", 1, 1, 8, children[0].start);
  add_form("A-1", 2, 1, 7, children[0].close);
  make();
  expect("scores/scales/total/start/counts",
         "{\"average\":0,\"raised\":0,\"high\":0,\"very_high\":0,\"none\":1}");
  expect("scores/scales/total/close/counts",
         "{\"average\":1,\"raised\":0,\"high\":0,\"very_high\":0,\"none\":0}");
  expect("scores/cases/0/start/age", "null");
  arena_free(arena);
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

/* What everybody reads of known children's health has no small cell however many they are. */
Test(report_score, publishes_no_small_cell_of_thirty_children_and_more_either) {
  begin(REPORT_PUBLISHED);
  add_children(3);
  make();
  expect("scores/scales/total/start/n", "33");
  expect("scores/scales/total/start/level", "\"in_full\"");
  expect("scores/scales/total/start/counts/very_high", "9");
  expect("scores/scales/total/close/level", "\"merged\"");
  expect("scores/scales/total/change/level", "\"merged\"");
  expect("scores/scales/total/change/counts", "{\"better\":18,\"same+worse+none\":15}");
}

Test(report_score, a_release_says_again_what_was_published) {
  begin(REPORT_PUBLISHED);
  add_children(4);
  json_decref(report_scene_json(scene));
  scene->report.round_title = "SDQ";
  scene->report.round_state = "closed";
  scene->report.controller = "";
  json = report_json(&scene->report);
  expect("scores/scales/total/change/counts", "{\"better\":24,\"same+worse+none\":20}");
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

/* ---- forms that are not paired */

static struct arena *definitions;

static const char *put(const char *text, const char *from, const char *to) {
  const char *at = strstr(text, from);
  cr_assert_not_null(at, "%s is not in it", from);
  return arena_printf(definitions, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static const struct questionnaire *load(const char *text) {
  struct complaints complaints = {0};
  const struct questionnaire *questionnaire = questionnaire_load(text, definitions, &complaints);
  cr_assert_not_null(questionnaire, "%s", support_complaints(definitions, &complaints));
  return questionnaire;
}

static void close_definitions(void) {
  arena_free(definitions);
}

/* The same items in an anonymous round. */
static const struct questionnaire *anonymous(void) {
  const char *text = put(support_read(definitions, SDQ_SUBSCALES), "\"kind\": \"personal\",", "");
  return load(put(
      text, "\"pairs\": {\"case\": \"sag\", \"occasion\": \"tid\", \"informant\": \"udfylder\"},",
      ""));
}

static void begin_anonymous(enum report_profile profile, int times) {
  definitions = arena_new(0);
  scene = report_scene_of(anonymous(), profile, 5);
  take_norms();
  add_children(times);
  make();
  close_definitions();
}

Test(report_score, tells_the_bands_and_the_mean_of_all_forms_of_an_anonymous_round) {
  begin_anonymous(REPORT_INTERNAL, 1);
  expect("scores/scales/total/all/n", "22");
  expect("scores/scales/total/all/unit", "\"child\"");
  expect("scores/scales/total/all/counts",
         "{\"average\":8,\"raised\":5,\"high\":6,\"very_high\":3,\"none\":0}");
  expect("scores/scales/total/raw/n", "22");
  cr_expect_float_eq(json_real_value(at("scores/scales/total/raw/mean")), (168 + 147) / 22.0, 1e-9);
  expect("scores/scales/total/change", "nothing");
  expect("scores/cases", "nothing");
  expect("figures/d_peer/n", "22");
}

/* Means of the parts are published of few: bands beside them would tell who is where. */
Test(report_score, publishes_bands_of_all_forms_in_full_or_not_at_all) {
  static const struct {
    int times;
    const char *level, *by;
  } cases[] = {{1, "\"nothing\"", "{}"}, {2, "\"in_full\"", "{}"}};
  for (size_t i = 0; i < array_length(cases); i++) {
    begin_anonymous(REPORT_PUBLISHED, cases[i].times);
    expect("scores/scales/total/all/level", cases[i].level);
    expect("scores/scales/total/all/by", cases[i].by);
    expect("scores/scales/total/raw", "null");
    if (i == 0) {
      expect("scores/scales/total/all/counts", "null");
      expect("scores/scales/total/all/n", "null");
      end();
      json = NULL;
    }
  }
}

/* ---- rounds beside each other */

static struct trend trend;

/* Two rounds of these definitions; children twice in the later one. */
static void compare(const struct questionnaire *old, const struct questionnaire *fresh,
                    enum report_profile profile) {
  static const struct report *reports[2];
  scene = report_scene_of(old, profile, 5);
  take_norms();
  add_children(3);
  make();
  json_decref(json);
  earlier = scene;
  scene = report_scene_of(fresh, profile, 5);
  take_norms();
  add_children(1);
  make();
  earlier->report.round = 3;
  earlier->report.round_title = "Forår";
  scene->report.round = 7;
  scene->report.round_title = "Efterår";
  reports[0] = &earlier->report;
  reports[1] = &scene->report;
  cr_assert_eq(trend_make(reports, 2, scene->arena, &trend), TREND_OK);
}

static const struct trend_figure *find(const char *score, const char *member) {
  for (size_t i = 0; i < trend.figures_count; i++) {
    const struct trend_figure *figure = &trend.figures[i];
    if (strcmp(figure->member, member) == 0 && strcmp(trend_id(&trend, figure), score) == 0) {
      return figure;
    }
  }
  cr_assert_fail("no %s of %s", member, score);
  return NULL;
}

static void expect_left_out(const char *score, const char *member, const char *why) {
  const struct trend_figure *figure = find(score, member);
  cr_assert_eq(figure->left_out_count, why == NULL ? 0 : 1, "%s %s", score, member);
  cr_expect_eq(figure->table.rows_count, why == NULL ? 2 : 0);
  if (why != NULL) {
    cr_expect_str_eq(figure->left_out[0].why, why);
  }
}

Test(report_score, scores_of_two_rounds_stand_beside_each_other) {
  definitions = arena_new(0);
  const struct questionnaire *sdq = support_load(definitions, SDQ_SUBSCALES);
  compare(sdq, sdq, REPORT_INTERNAL);
  const struct trend_figure *figure = find("total", "change");
  cr_assert_eq(figure->table.rows_count, 2);
  cr_assert_eq(figure->table.columns_count, 4);
  cr_expect_eq(figure->table.rows[0].cells[0].count, 18);
  cr_expect_eq(figure->table.rows[1].cells[0].count, 6, "better");
  cr_expect_eq(figure->table.rows[1].n.count, 11);
  cr_assert_not_null(figure->raws);
  cr_expect_float_eq(figure->raws[1].difference, (168 - 147) / 11.0, 1e-9);
  figure = find("total", "start");
  cr_assert_eq(figure->table.columns_count, 5);
  cr_expect_str_eq(figure->table.columns[3].code, "very_high");
  cr_expect_eq(figure->table.rows[1].cells[3].count, 3);
  cr_expect_null(figure->raws);
  json_t *told = trend_json(&trend);
  const json_t *rounds = json_object_get(
      json_object_get(json_object_get(json_object_get(told, "scores"), "change"), "total"),
      "rounds");
  const json_t *counts = json_object_get(json_array_get(rounds, 1), "counts");
  cr_expect_eq(json_integer_value(json_object_get(counts, "better")), 6);
  const json_t *raw = json_object_get(json_array_get(rounds, 1), "raw");
  cr_expect_eq(json_integer_value(json_object_get(raw, "n")), 11);
  json_decref(told);
  close_definitions();
}

/* A total is made of what its parts are made of. */
Test(report_score, a_round_that_works_a_score_out_otherwise_is_left_out_of_it) {
  definitions = arena_new(0);
  const char *text = support_read(definitions, SDQ_SUBSCALES);
  const char *later = put(put(text, "\"version\": 1", "\"version\": 2"), "\"items\": [\"d_peer\"]",
                          "\"items\": [\"d_peer\"], \"least\": 1");
  later = put(later, "\"items\": [\"d_peer\"], \"least\": 1, \"better\": \"lower\"",
              "\"items\": [\"d_peer\"], \"reversed\": [\"d_peer\"], \"better\": \"lower\"");
  compare(load(text), load(later), REPORT_INTERNAL);
  expect_left_out("peer", "change", "score");
  expect_left_out("total", "start", "score");
  expect_left_out("total", "change", "score");
  expect_left_out("emotional", "change", NULL);
  close_definitions();
}

Test(report_score, bands_of_other_limits_are_not_compared_and_changes_are) {
  definitions = arena_new(0);
  const struct questionnaire *sdq = support_load(definitions, SDQ_SUBSCALES);
  compare(sdq, sdq, REPORT_INTERNAL);
  const struct report *reports[] = {&earlier->report, &scene->report};
  earlier->report.scores.norms_title = "SDQ, Danmark";
  cr_assert_eq(trend_make(reports, 2, scene->arena, &trend), TREND_OK);
  expect_left_out("total", "start", "norms");
  cr_expect_str_eq(find("total", "close")->left_out[0].theirs, "SDQ, Danmark");
  expect_left_out("total", "change", NULL);
  close_definitions();
}

Test(report_score, an_item_in_other_words_marks_its_score) {
  definitions = arena_new(0);
  const char *text = support_read(definitions, SDQ_SUBSCALES);
  const char *later = put(put(text, "\"version\": 1", "\"version\": 2"),
                          "\"text\": {\"ours\": \"Vanskeligheder med andre børn\"}",
                          "\"text\": {\"ours\": \"Problemer med andre børn\"}");
  compare(load(text), load(later), REPORT_INTERNAL);
  cr_expect_eq(find("total", "change")->changed_count, 1);
  cr_expect_str_eq(find("peer", "start")->changed[0].ours, "Problemer med andre børn");
  cr_expect_eq(find("emotional", "change")->changed_count, 0);
  close_definitions();
}

/* Every cell is a sum of cells that the round's own report shows. */
static void expect_no_more(const struct report_table *joint, size_t row,
                           const struct report_table *own, const char *what) {
  for (size_t i = 0; i < joint->columns_count; i++) {
    const struct report_cell *cell = &joint->rows[row].cells[i];
    int sum = 0;
    bool shown = own->rows_count > 0;
    for (size_t j = 0; j < own->columns_count; j++) {
      bool part = false;
      for (size_t k = 0; k < joint->columns[i].labels_count; k++) {
        part =
            part || strcmp(joint->columns[i].labels[k].code, own->columns[j].labels[0].code) == 0;
      }
      shown = shown && (!part || own->rows[0].cells[j].shown);
      sum += part ? own->rows[0].cells[j].count : 0;
    }
    cr_expect(!cell->shown || (shown && cell->count == sum), "%s %s", what, joint->columns[i].code);
  }
}

Test(report_score, published_rounds_tell_no_more_than_their_own_reports) {
  definitions = arena_new(0);
  const struct questionnaire *sdq = support_load(definitions, SDQ_SUBSCALES);
  compare(sdq, sdq, REPORT_PUBLISHED);
  size_t shown = 0;
  for (size_t i = 0; i < trend.figures_count; i++) {
    const struct trend_figure *figure = &trend.figures[i];
    cr_expect_null(figure->raws, "a mean of children is told");
    for (size_t round = 0; round < 2 && figure->table.rows_count > 0; round++) {
      const struct report_score *own = &trend.rounds[round]->scores.items[figure->like->score];
      bool start = strcmp(figure->member, "start") == 0;
      expect_no_more(&figure->table, round,
                     start                                  ? &own->start.whole
                     : strcmp(figure->member, "close") == 0 ? &own->close.whole
                                                            : &own->change.whole,
                     trend_id(&trend, figure));
      shown++;
    }
  }
  cr_expect_gt(shown, 10);
  close_definitions();
}

Test(report_score, scores_of_anonymous_rounds_stand_beside_each_other) {
  definitions = arena_new(0);
  const struct questionnaire *questionnaire = anonymous();
  compare(questionnaire, questionnaire, REPORT_INTERNAL);
  const struct trend_figure *figure = find("total", "all");
  cr_assert_eq(figure->table.rows_count, 2);
  cr_expect_eq(figure->table.rows[1].cells[3].count, 3, "very high");
  cr_expect_float_eq(figure->raws[1].mean, (168 + 147) / 22.0, 1e-9);
  close_definitions();
}
