#include "survey/scale.h"

#include <criterion/criterion.h>

#include "support.h"
#include "survey/sensitivity.h"

static struct arena *arena;

static void setup(void) {
  arena = arena_new(0);
  cr_assert_not_null(arena);
}

static void teardown(void) {
  arena_free(arena);
}

TestSuite(scale, .init = setup, .fini = teardown);

Test(scale, finds_who_was_positive_throughout_and_gave_the_lowest_rating) {
  static const struct {
    const char *values;
    enum scale_sign sign;
    int first, turned, final;
  } cases[] = {
      {"q7=1 q9=1", SCALE_REVERSED, 1, 10, 1},
      {"q3=2 q5_1=1 q5_2=2 q6_1=8 q9=1", SCALE_REVERSED, 1, 10, 1},
      /* the evaluator's rule is the lowest value, not the lowest two */
      {"q7=1 q9=2", SCALE_PLAUSIBLE, 2, 2, 2},
      {"q7=3 q9=1", SCALE_PLAUSIBLE, 1, 1, 1},
      {"q3=1 q5_1=1 q7=4 q9=1", SCALE_PLAUSIBLE, 1, 1, 1},
      {"q7=8 q9=1", SCALE_PLAUSIBLE, 1, 1, 1},
      {"q9=1", SCALE_PLAUSIBLE, 1, 1, 1},
      {"q7=1 q9=10", SCALE_PLAUSIBLE, 10, 10, 10},
      /* the mirror image is never turned */
      {"q7=5 q9=10", SCALE_MIRRORED, 10, 10, 10},
      {"q7=5 q9=9", SCALE_PLAUSIBLE, 9, 9, 9},
      {"q7=3 q9=10", SCALE_PLAUSIBLE, 10, 10, 10},
      /* whoever was asked on the phone is never turned: kept, and changed */
      {"q7=1 q9=1 q9_first=1", SCALE_PLAUSIBLE, 1, 1, 1},
      {"q7=1 q9=10 q9_first=1", SCALE_PLAUSIBLE, 1, 1, 10},
      {"q7=5 q9=1 q9_first=10", SCALE_PLAUSIBLE, 10, 10, 1},
  };
  const struct questionnaire *bilag8 = support_load(arena, BILAG8);
  int q9 = questionnaire_question(bilag8, "q9");
  for (size_t i = 0; i < array_length(cases); i++) {
    const struct answer *answer = support_answer(bilag8, arena, cases[i].values);
    struct scale_reading reading;
    enum scale_sign sign;
    cr_assert(scale_read(answer, q9, 0, &reading), "%s", cases[i].values);
    cr_expect_eq(reading.sign, cases[i].sign, "%s", cases[i].values);
    cr_expect_eq(reading.first, cases[i].first, "%s", cases[i].values);
    cr_expect_eq(reading.turned, cases[i].turned, "%s", cases[i].values);
    cr_expect_eq(reading.final, cases[i].final, "%s", cases[i].values);
    cr_expect(scale_judge(answer, &sign));
    cr_expect_eq(sign, cases[i].sign, "%s", cases[i].values);
  }
}

Test(scale, says_nothing_of_a_scale_that_was_not_answered_or_is_none) {
  const struct questionnaire *bilag8 = support_load(arena, BILAG8);
  const struct answer *answer = support_answer(bilag8, arena, "q7=1");
  struct scale_reading reading;
  enum scale_sign sign;
  cr_expect_not(scale_read(answer, questionnaire_question(bilag8, "q9"), 0, &reading));
  cr_expect_not(scale_read(answer, questionnaire_question(bilag8, "q7"), 0, &reading));
  cr_expect_not(scale_judge(answer, &sign));
}

Test(scale, is_read_for_each_child_where_it_repeats) {
  const struct questionnaire *scales = support_load(arena, SCALES);
  int sleep = questionnaire_question(scales, "sleep");
  const struct answer *answer =
      support_answer(scales, arena, "children=2 calm_1=1 sleep_1=9 calm_2=1 sleep_2=0");
  struct scale_reading reading;
  enum scale_sign sign;
  cr_assert(scale_read(answer, sleep, 1, &reading));
  cr_expect_eq(reading.sign, SCALE_PLAUSIBLE);
  cr_assert(scale_read(answer, sleep, 2, &reading));
  cr_expect_eq(reading.sign, SCALE_REVERSED);
  cr_expect_eq(reading.turned, 10);
  cr_expect(scale_judge(answer, &sign));
  cr_expect_eq(sign, SCALE_REVERSED);
}

/* The published figures: 71 answers, mean 8.5; 8.8 after the few were turned round. */
static void add_published(struct sensitivity *sensitivity, const struct questionnaire *bilag8) {
  for (int i = 0; i < 71; i++) {
    const char *values = i < 2    ? "q3=1 q5_1=1 q6_1=1 q7=1 q9=1"
                         : i < 54 ? "q3=1 q5_1=1 q7=2 q9=9"
                                  : "q3=2 q5_1=2 q5_2=3 q7=4 q9=8";
    sensitivity_add(sensitivity, support_answer(bilag8, arena, values), i < 2, i < 2 ? 0.5 : 1);
  }
}

Test(scale, gives_the_published_means_before_and_after_turning) {
  const struct questionnaire *bilag8 = support_load(arena, BILAG8);
  struct sensitivity *sensitivity = sensitivity_new(bilag8);
  cr_assert_not_null(sensitivity);
  add_published(sensitivity, bilag8);
  struct sensitivity_sum sum =
      sensitivity_of(sensitivity, questionnaire_question(bilag8, "q9"), SENSITIVITY_ALL);
  cr_expect_eq(sum.answers, 71);
  cr_expect_float_eq(sum.first / sum.weight, 8.5352, 0.00005);
  cr_expect_float_eq(sum.turned / sum.weight, 8.7887, 0.00005);
  cr_expect_float_eq(sum.final / sum.weight, 8.5352, 0.00005);
  cr_expect_eq(sum.reversed, 2);
  sensitivity_free(sensitivity);
}

Test(scale, keeps_what_is_flagged_out_of_one_base_and_weighs_another) {
  const struct questionnaire *bilag8 = support_load(arena, BILAG8);
  struct sensitivity *sensitivity = sensitivity_new(bilag8);
  cr_assert_not_null(sensitivity);
  add_published(sensitivity, bilag8);
  int q9 = questionnaire_question(bilag8, "q9"), q5 = questionnaire_question(bilag8, "q5");
  struct sensitivity_sum sum = sensitivity_of(sensitivity, q9, SENSITIVITY_UNFLAGGED);
  cr_expect_eq(sum.answers, 69);
  cr_expect_float_eq(sum.first / sum.weight, 604 / 69.0, 1e-9);
  sum = sensitivity_of(sensitivity, q9, SENSITIVITY_WEIGHTED);
  cr_expect_eq(sum.answers, 71);
  cr_expect_float_eq(sum.weight, 70, 1e-9);
  cr_expect_float_eq(sum.first / sum.weight, 605 / 70.0, 1e-9);
  /* in children, "neither" among them */
  sum = sensitivity_of(sensitivity, q5, SENSITIVITY_ALL);
  cr_expect_eq(sum.answers, 54 + 2 * 17);
  cr_expect_float_eq(sum.positive, 54 + 17, 1e-9);
  json_t *json = sensitivity_json(sensitivity);
  cr_assert_not_null(json);
  json_t *all = json_object_get(json_object_get(json, "q9"), "all");
  cr_expect_float_eq(json_real_value(json_object_get(all, "mean")), 606 / 71.0, 1e-9);
  cr_expect_eq(json_integer_value(json_object_get(all, "turned")), 2);
  cr_expect_str_eq(json_string_value(json_object_get(json_object_get(json, "q5"), "unit")),
                   "child");
  cr_expect_null(json_object_get(json, "q4"), "no figure of question 4");
  json_decref(json);
  sensitivity_free(sensitivity);
}

Test(scale, has_no_mean_where_nobody_answered) {
  struct sensitivity *sensitivity = sensitivity_new(support_load(arena, BILAG8));
  cr_assert_not_null(sensitivity);
  json_t *json = sensitivity_json(sensitivity);
  json_t *all = json_object_get(json_object_get(json, "q9"), "all");
  cr_expect(json_is_null(json_object_get(all, "mean")));
  cr_expect_eq(json_integer_value(json_object_get(all, "n")), 0);
  json_decref(json);
  sensitivity_free(sensitivity);
}
