#include "survey/score.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"
#include "survey/translation.h"

/* What is tried here is the published rule: Goodman (1997), J Child Psychol Psychiatry 38, 581-586,
 * and the scoring instructions of sdqinfo.org for 4-17 years (2014) and its syntax for statistics
 * programs, which rounds floor(0.5 + mean * 5). */

static struct arena *arena;
static const struct questionnaire *sdq;

static void setup(void) {
  arena = arena_new(0);
  sdq = support_load(arena, SDQ);
}

static void teardown(void) {
  arena_free(arena);
}

TestSuite(score, .init = setup, .fini = teardown);

static struct score_reading read_of(const struct questionnaire *questionnaire, const char *values,
                                    const char *id) {
  const char *all = arena_printf(arena, "sag=A1 tid=1 %s", values);
  int index = score_find(questionnaire, id);
  cr_assert_geq(index, 0, "%s", id);
  return score_read(support_answer(questionnaire, arena, all), (size_t)index);
}

static int value_of(const char *values, const char *id) {
  return read_of(sdq, values, id).value;
}

/* Each item of the paper form by itself: which scale it is of, and from which end it counts. */
Test(score, every_item_of_the_sdq_counts_in_its_scale_and_from_its_end) {
  static const char *const scale_of[26] = {
      [1] = "prosocial",      [2] = "hyperactivity",  [3] = "emotional",      [4] = "prosocial",
      [5] = "conduct",        [6] = "peer",           [7] = "conduct",        [8] = "emotional",
      [9] = "prosocial",      [10] = "hyperactivity", [11] = "peer",          [12] = "conduct",
      [13] = "emotional",     [14] = "peer",          [15] = "hyperactivity", [16] = "emotional",
      [17] = "prosocial",     [18] = "conduct",       [19] = "peer",          [20] = "prosocial",
      [21] = "hyperactivity", [22] = "conduct",       [23] = "peer",          [24] = "emotional",
      [25] = "hyperactivity"};
  for (int item = 1; item <= 25; item++) {
    bool reversed = item == 7 || item == 11 || item == 14 || item == 21 || item == 25;
    for (int answer = 0; answer <= 2; answer++) {
      struct text text;
      text_init(&text);
      for (int i = 1; i <= 25; i++) { /* all others at the end that counts nothing */
        bool other = i == 7 || i == 11 || i == 14 || i == 21 || i == 25;
        text_addf(&text, " p%d=%d", i, i == item ? answer : other ? 2 : 0);
      }
      for (size_t i = 0; i < array_length(((const char *[]){"prosocial", "emotional", "conduct",
                                                            "hyperactivity", "peer"}));
           i++) {
        const char *id =
            ((const char *[]){"prosocial", "emotional", "conduct", "hyperactivity", "peer"})[i];
        int expected = strcmp(id, scale_of[item]) != 0 ? 0 : reversed ? 2 - answer : answer;
        cr_expect_eq(value_of(text.data, id), expected, "item %d answered %d in %s", item, answer,
                     id);
      }
      text_clear(&text);
    }
  }
}

Test(score, the_total_is_the_sum_of_the_four_scales_of_difficulties) {
  const char *form = "p1=2 p4=2 p9=2 p17=2 p20=2 p3=1 p8=1 p13=0 p16=2 p24=1 p5=2 p7=0 p12=1 p18=0 "
                     "p22=0 p2=2 p10=2 p15=2 p21=0 p25=0 p6=0 p11=2 p14=1 p19=1 p23=0";
  cr_expect_eq(value_of(form, "prosocial"), 10);
  cr_expect_eq(value_of(form, "emotional"), 5);
  cr_expect_eq(value_of(form, "conduct"), 5);
  cr_expect_eq(value_of(form, "hyperactivity"), 10);
  cr_expect_eq(value_of(form, "peer"), 2);
  cr_expect_eq(value_of(form, "total"), 22, "the prosocial scale is no part of it");
  cr_expect_eq(sdq->scores[score_find(sdq, "total")].max, 40);
}

/* "A score of 4 based on 3 completed items can be scaled up to a score of 7 (6.67 rounded up)" */
Test(score, a_scale_with_holes_is_scaled_up_from_three_items_on) {
  static const struct {
    const char *form;
    int expected;
  } cases[] = {
      {"p3=2 p8=1 p13=1", 7},              /* 6.67 */
      {"p3=1 p8=0 p13=0", 2},              /* 1.67 */
      {"p3=1 p8=1 p13=1 p16=0", 4},        /* 3.75 */
      {"p3=1 p8=0 p13=0 p16=1", 3},        /* 2.5 is rounded up */
      {"p3=0 p8=0 p13=0 p16=2", 3},        /* 2.5 */
      {"p3=0 p8=0 p13=0", 0},              /* nothing at all */
      {"p3=2 p8=2 p13=2 p16=2 p24=2", 10}, /* whole */
      {"p3=2 p8=2", SCORE_UNKNOWN},        /* two are too few */
      {"p5=2", SCORE_UNKNOWN},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    cr_expect_eq(value_of(cases[i].form, "emotional"), cases[i].expected, "%s", cases[i].form);
  }
}

Test(score, a_reversed_item_is_turned_before_holes_are_filled) {
  cr_expect_eq(value_of("p11=2 p14=2 p6=1", "peer"), 2, "1.67: two that count nothing, and one");
}

Test(score, the_total_is_missing_when_one_of_its_scales_is) {
  const char *three = "p3=1 p8=1 p13=1 p5=1 p12=1 p18=1 p2=1 p10=1 p15=1";
  cr_expect_eq(value_of(three, "total"), SCORE_UNKNOWN);
  cr_expect_eq(value_of(arena_printf(arena, "%s p6=1 p19=1 p23=1", three), "total"), 20);
  cr_expect_eq(value_of(arena_printf(arena, "%s p6=1 p19=1", three), "total"), SCORE_UNKNOWN);
  cr_expect_eq(value_of(three, "prosocial"), SCORE_UNKNOWN, "it has no part in that");
}

/* "Not at all" and "only a little" count nothing. */
Test(score, impact_is_the_sum_of_what_burdens_the_child) {
  cr_expect_eq(value_of("udfylder=1 f_samlet=1 f_ked=0 f_hjem=1 f_venner=2 f_laering=3 f_fritid=2",
                        "impact"),
               4);
  cr_expect_eq(value_of("udfylder=1 f_samlet=3 f_ked=3 f_hjem=3 f_venner=3 f_laering=3 f_fritid=3",
                        "impact"),
               10, "a parent's form goes to ten");
  cr_expect_eq(value_of("udfylder=2 d_samlet=2 d_ked=3 d_venner=3 d_laering=3", "impact"), 6,
               "a daycare's to six");
}

Test(score, impact_is_nothing_where_there_are_no_difficulties) {
  cr_expect_eq(value_of("udfylder=1 f_samlet=0", "impact"), 0);
  cr_expect_eq(value_of("udfylder=2 d_samlet=0", "impact"), 0);
}

Test(score, impact_is_missing_when_anything_of_it_is) {
  cr_expect_eq(value_of("udfylder=1 f_samlet=1 f_ked=3 f_hjem=1 f_venner=2 f_laering=3", "impact"),
               SCORE_UNKNOWN);
  cr_expect_eq(value_of("udfylder=1", "impact"), SCORE_UNKNOWN, "nobody said whether there are");
  cr_expect_eq(value_of("udfylder=2 d_samlet=1", "impact"), SCORE_UNKNOWN);
}

Test(score, an_entered_total_counts_as_entered_and_tells_that_it_is_no_sum) {
  const struct questionnaire *by_scale = support_load(arena, SDQ_SUBSCALES);
  const char *scales = "d_emotional=3 d_conduct=2 d_hyperactivity=6 d_peer=1 d_prosocial=9";
  struct score_reading sum = read_of(by_scale, scales, "total");
  cr_expect_eq(sum.value, 12);
  cr_expect_not(score_differs(&sum));
  struct score_reading same =
      read_of(by_scale, arena_printf(arena, "%s d_total=12", scales), "total");
  cr_expect_not(score_differs(&same));
  struct score_reading other =
      read_of(by_scale, arena_printf(arena, "%s d_total=14", scales), "total");
  cr_expect_eq(other.value, 14, "it is not mended");
  cr_expect_eq(other.sum, 12);
  cr_expect(score_differs(&other));
  struct score_reading alone = read_of(by_scale, "d_emotional=3 d_total=14", "total");
  cr_expect_eq(alone.value, 14, "a total without its parts");
  cr_expect_not(score_differs(&alone), "there is nothing to hold it against");
}

Test(score, plus_is_better_in_every_column) {
  const struct score *good = &sdq->scores[score_find(sdq, "prosocial")];
  const struct score *bad = &sdq->scores[score_find(sdq, "total")];
  cr_expect_eq(score_change(good, 4, 9), 5, "more strength");
  cr_expect_eq(score_change(bad, 20, 9), 11, "fewer difficulties");
  cr_expect_eq(score_change(bad, 9, 20), -11);
}

Test(score, dont_know_is_no_answer_and_answers_without_scores_have_none) {
  const struct questionnaire *plain = support_load(arena, BILAG8);
  cr_expect_eq(plain->scores_count, 0);
  cr_expect_not(score_uses(plain, 0));
  const struct questionnaire *small = support_load(arena, SCORES);
  cr_expect_not(score_uses(small, 0), "without pairs an item is a figure as any");
  cr_expect(score_uses(sdq, questionnaire_question(sdq, "p7")));
  cr_expect(score_uses(sdq, questionnaire_question(sdq, "alder")));
  cr_expect(score_uses(sdq, questionnaire_question(sdq, "d_samlet")));
}

/* A text for each id, as for any questionnaire. */
Test(score, licensed_words_come_as_a_translation) {
  json_t *texts = json_object();
  for (size_t i = 0; i < sdq->words_count; i++) {
    json_object_set_new(texts, sdq->words[i]->id, json_string("Licensed words"));
  }
  json_t *file = json_pack("{s:s, s:s, s:s, s:s, s:o}", "questionnaire", "sdq", "language", "en",
                           "name", "English", "direction", "ltr", "texts", texts);
  char *json = json_dumps(file, 0);
  struct complaints complaints = {0};
  const struct translation *translation = translation_load(sdq, json, arena, &complaints);
  cr_assert_not_null(translation, "%s", support_complaints(arena, &complaints));
  const struct question *item = &sdq->questions[questionnaire_question(sdq, "p7")];
  cr_expect_str_eq(translation_text(sdq, translation, &item->words), "Licensed words");
  cr_expect_str_eq(translation_text(sdq, translation, &sdq->scores[0].words), "Licensed words");
  free(json);
  json_decref(file);
}

Test(score, a_changed_rule_is_another_version_and_other_norms_are_not) {
  char *json = support_read(arena, SDQ);
  struct complaints complaints = {0};
  char *least = strstr(json, "\"least\": 3");
  cr_assert_not_null(least);
  least[strlen("\"least\": ")] = '4';
  const struct questionnaire *other = questionnaire_load(json, arena, &complaints);
  cr_assert_not_null(other);
  cr_expect_neq(memcmp(other->hash, sdq->hash, sizeof other->hash), 0);
  least[strlen("\"least\": ")] = '3';
  char *norms = strstr(json, "sdq-gb");
  cr_assert_not_null(norms);
  norms[strlen("sdq-g")] = 'k';
  other = questionnaire_load(json, arena, &complaints);
  cr_assert_not_null(other);
  cr_expect_eq(memcmp(other->hash, sdq->hash, sizeof other->hash), 0);
}
