#include "survey/quality.h"

#include <criterion/criterion.h>

#include "support.h"

static struct arena *arena;

static void setup(void) {
  arena = arena_new(0);
  cr_assert_not_null(arena);
}

static void teardown(void) {
  arena_free(arena);
}

TestSuite(quality, .init = setup, .fini = teardown);

static const struct quality_pace nothing_known = {0, 0};

/* ---- speeding */

#define USUAL "q1=2 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=1 q7=1 q8_1=1 q9=10"

Test(quality, calls_nobody_fast_whose_time_is_not_known) {
  const struct questionnaire *bilag8 = support_load(arena, BILAG8);
  const struct answer *answer = support_answer(bilag8, arena, USUAL);
  cr_expect_eq(quality_speed(answer, -1, &nothing_known), QUALITY_UNKNOWN);
}

Test(quality, flags_who_was_faster_than_the_questions_can_be_skimmed) {
  const struct questionnaire *bilag8 = support_load(arena, BILAG8);
  const struct answer *answer = support_answer(bilag8, arena, USUAL);
  struct quality_load load = quality_load_of(answer);
  cr_expect_gt(load.least, 15, "%g", load.least);
  cr_expect_lt(load.least, 40, "%g", load.least);
  cr_expect_gt(load.ordinary, 60, "three to five minutes, says the questionnaire: %g",
               load.ordinary);
  cr_expect_lt(load.ordinary, 300, "%g", load.ordinary);
  cr_expect_eq(quality_speed(answer, (int)load.least - 1, &nothing_known), QUALITY_FLAGGED);
  cr_expect_eq(quality_speed(answer, (int)load.least + 1, &nothing_known), QUALITY_CLEAR);
}

Test(quality, gives_a_family_with_more_children_more_time) {
  const struct questionnaire *bilag8 = support_load(arena, BILAG8);
  const struct answer *one = support_answer(bilag8, arena, USUAL);
  const struct answer *three =
      support_answer(bilag8, arena, USUAL " q3=3 q4_2=2 q4_3=2 q5_2=1 q5_3=1 q6_2=1 q6_3=1");
  cr_expect_gt(quality_load_of(three).ordinary, quality_load_of(one).ordinary);
}

Test(quality, flags_who_was_three_times_as_fast_as_the_others_of_the_round) {
  const struct questionnaire *bilag8 = support_load(arena, BILAG8);
  const struct answer *answer = support_answer(bilag8, arena, USUAL);
  double ordinary = quality_load_of(answer).ordinary;
  struct quality_pace slow = {.median = 2.4, .known = QUALITY_PACE_LEAST};
  cr_expect_eq(quality_speed(answer, (int)(ordinary * 0.75), &slow), QUALITY_FLAGGED);
  cr_expect_eq(quality_speed(answer, (int)(ordinary * 0.85), &slow), QUALITY_CLEAR);
  slow.known--;
  cr_expect_eq(quality_speed(answer, (int)(ordinary * 0.75), &slow), QUALITY_CLEAR,
               "too few times are known");
}

Test(quality, takes_the_median_of_the_paces) {
  double odd[] = {3, 1, 2}, even[] = {4, 1, 3, 2};
  cr_expect_float_eq(quality_pace_of(odd, 3).median, 2, 1e-12);
  cr_expect_float_eq(quality_pace_of(even, 4).median, 2.5, 1e-12);
  cr_expect_eq(quality_pace_of(even, 4).known, 4);
  cr_expect_eq(quality_pace_of(NULL, 0).known, 0);
}

/* ---- straightlining */

struct line_case {
  const char *values;
  enum quality_mark mark;
};

static void expect_lines(const struct line_case *cases, size_t count, enum quality_mark speed) {
  const struct questionnaire *bilag8 = support_load(arena, BILAG8);
  for (size_t i = 0; i < count; i++) {
    const struct answer *answer = support_answer(bilag8, arena, cases[i].values);
    cr_expect_eq(quality_straightline(answer, speed), cases[i].mark, "%s", cases[i].values);
  }
}

#define ALL(code) "q3=1 q4_1=1 q5_1=" code " q6_1=" code " q7=" code " q8_1=" code

Test(quality, lets_a_satisfied_family_agree_with_everything) {
  static const struct line_case cases[] = {
      {ALL("1"), QUALITY_CLEAR},
      {ALL("1") " q9=10", QUALITY_CLEAR},
      {ALL("2") " q9=7", QUALITY_CLEAR},
      {ALL("5") " q9=1", QUALITY_CLEAR},
      {"q3=3 q4_1=1 q5_1=1 q5_2=1 q5_3=1 q6_1=1 q6_2=1 q6_3=1 q7=1 q8_1=1 q9=9", QUALITY_CLEAR},
  };
  expect_lines(cases, array_length(cases), QUALITY_CLEAR);
}

Test(quality, flags_the_same_answer_throughout_only_with_a_second_sign) {
  static const struct line_case cases[] = {
      /* neutral or "don't know" throughout */
      {ALL("3"), QUALITY_FLAGGED},
      {ALL("8"), QUALITY_FLAGGED},
      {ALL("3") " q9=8", QUALITY_FLAGGED},
      /* contradicted by the overall rating */
      {ALL("1") " q9=3", QUALITY_FLAGGED},
      {ALL("5") " q9=8", QUALITY_FLAGGED},
      /* a scale read upside down, and whoever was asked, are another matter */
      {ALL("1") " q9=1", QUALITY_CLEAR},
      {ALL("5") " q9=10", QUALITY_CLEAR},
      {ALL("1") " q9=3 q9_first=3", QUALITY_CLEAR},
      /* not the same throughout */
      {"q3=1 q4_1=1 q5_1=3 q6_1=3 q7=3 q8_1=4", QUALITY_CLEAR},
      /* too few answers, or to too few questions */
      {"q3=1 q4_1=2 q5_1=3 q6_1=3 q7=3", QUALITY_UNKNOWN},
      {"q3=2 q5_1=3 q5_2=3 q6_1=3 q6_2=3", QUALITY_UNKNOWN},
      {"", QUALITY_UNKNOWN},
      /* what is not asked does not count */
      {"q3=1 q4_1=2 q5_1=3 q6_1=3 q7=3 q8_1=3", QUALITY_UNKNOWN},
  };
  expect_lines(cases, array_length(cases), QUALITY_CLEAR);
}

Test(quality, takes_speed_for_a_second_sign) {
  static const struct line_case cases[] = {
      {ALL("1") " q9=10", QUALITY_FLAGGED},
      {"q3=1 q4_1=1 q5_1=1 q6_1=1 q7=1 q8_1=2 q9=10", QUALITY_CLEAR},
  };
  expect_lines(cases, array_length(cases), QUALITY_FLAGGED);
}

Test(quality, knows_a_battery_from_other_choices) {
  const struct questionnaire *bilag8 = support_load(arena, BILAG8);
  static const struct {
    const char *id;
    bool battery;
  } cases[] = {{"q1", false}, {"q2", false}, {"q4", false}, {"q5", true},
               {"q7", true},  {"q8", true},  {"q9", false}, {"q10", false}};
  for (size_t i = 0; i < array_length(cases); i++) {
    cr_expect_eq(quality_in_battery(bilag8, questionnaire_question(bilag8, cases[i].id)),
                 cases[i].battery, "%s", cases[i].id);
  }
}

/* ---- nothing answered */

Test(quality, flags_who_answered_nothing_of_what_is_evaluated) {
  static const struct line_case cases[] = {
      {"", QUALITY_FLAGGED},
      {"q3=1", QUALITY_FLAGGED},
      {"q1=1 q2=2 q3=2 q4_1=1 q4_2=2", QUALITY_FLAGGED},
      {"q3=1 q7=8", QUALITY_CLEAR},
      {"q3=1 q9=1", QUALITY_CLEAR},
      {"q3=1 q10=Tak", QUALITY_CLEAR},
      /* not asked any more */
      {"q3=1 q4_1=2 q8_1=1", QUALITY_FLAGGED},
  };
  const struct questionnaire *bilag8 = support_load(arena, BILAG8);
  for (size_t i = 0; i < array_length(cases); i++) {
    const struct answer *answer = support_answer(bilag8, arena, cases[i].values);
    cr_expect_eq(quality_empty(answer), cases[i].mark, "%s", cases[i].values);
  }
}

Test(quality, works_with_any_questionnaire) {
  static const char *const files[] = {BILAG8, ISHOEJ, SCALES, SIBLINGS, SMALL};
  uint64_t seed = 7;
  for (size_t i = 0; i < array_length(files); i++) {
    const struct questionnaire *questionnaire = support_load(arena, files[i]);
    cr_expect_eq(quality_empty(support_answer(questionnaire, arena, "")), QUALITY_FLAGGED, "%s",
                 files[i]);
    for (int n = 0; n < 200; n++) {
      const struct answer *answer = support_random_answer(questionnaire, arena, &seed);
      struct quality_load load = quality_load_of(answer);
      cr_expect(load.least < load.ordinary || load.ordinary == 0);
      cr_expect_eq(quality_speed(answer, 100000, &nothing_known), QUALITY_CLEAR);
      cr_expect_neq(quality_straightline(answer, QUALITY_UNKNOWN), (enum quality_mark)2);
    }
  }
}
