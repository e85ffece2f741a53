#include "survey/confirm.h"

#include <criterion/criterion.h>

#include "support.h"
#include "survey/routing.h"

static struct arena *arena;

static void setup(void) {
  arena = arena_new(0);
  cr_assert_not_null(arena);
}

static void teardown(void) {
  arena_free(arena);
}

TestSuite(confirm, .init = setup, .fini = teardown);

/* What is given, and how it is judged. */
struct scene {
  const char *values;
  enum confirm_side side;
};

static int find(const struct questionnaire *questionnaire, const char *id) {
  int question = questionnaire_question(questionnaire, id);
  cr_assert_geq(question, 0, "%s", id);
  return question;
}

/* Of the scale, or of the first child whose scale contradicts. */
static enum confirm_side side_of(const struct answer *answer, int index) {
  const struct question *scale = &answer->questionnaire->questions[index];
  int first = scale->each < 0 ? 0 : 1;
  int last = scale->each < 0 ? 0 : routing_children(answer, scale->each);
  enum confirm_side side = CONFIRM_NO;
  for (int child = first; child <= last && side == CONFIRM_NO; child++) {
    side = confirm_child(answer, index, child);
  }
  return side;
}

static void expect(const char *path, const char *id, const struct scene *scenes, size_t count) {
  const struct questionnaire *questionnaire = support_load(arena, path);
  int question = find(questionnaire, id);
  for (size_t i = 0; i < count; i++) {
    const struct answer *answer = support_answer(questionnaire, arena, scenes[i].values);
    cr_expect_eq(side_of(answer, question), scenes[i].side, "%s", scenes[i].values);
  }
}

Test(confirm, asks_bilag_8_back_when_all_else_says_the_opposite) {
  static const struct scene scenes[] = {
      {"", CONFIRM_NO},
      {"q9=1", CONFIRM_NO},
      {"q7=1", CONFIRM_NO},
      {"q7=1 q9=1", CONFIRM_LOW},
      {"q7=2 q9=2", CONFIRM_LOW},
      {"q7=1 q9=3", CONFIRM_NO},
      {"q7=1 q9=9", CONFIRM_NO},
      {"q7=1 q9=10", CONFIRM_NO},
      {"q7=5 q9=10", CONFIRM_HIGH},
      {"q7=4 q9=9", CONFIRM_HIGH},
      {"q7=4 q9=8", CONFIRM_NO},
      {"q7=5 q9=1", CONFIRM_NO},
      {"q7=5 q9=2", CONFIRM_NO},
      /* neutral alone, neutral among them, "don't know" alone, "don't know" among them */
      {"q7=3 q9=1", CONFIRM_NO},
      {"q7=3 q9=10", CONFIRM_NO},
      {"q3=1 q5_1=1 q6_1=3 q7=1 q9=1", CONFIRM_NO},
      {"q3=1 q5_1=5 q6_1=3 q7=5 q9=10", CONFIRM_NO},
      {"q7=8 q9=1", CONFIRM_NO},
      {"q7=8 q9=10", CONFIRM_NO},
      {"q3=1 q5_1=8 q6_1=8 q7=1 q9=1", CONFIRM_LOW},
      {"q3=1 q5_1=8 q6_1=8 q7=5 q9=10", CONFIRM_HIGH},
      /* mixed */
      {"q3=1 q5_1=1 q7=4 q9=1", CONFIRM_NO},
      {"q3=1 q5_1=1 q7=4 q9=10", CONFIRM_NO},
      /* more children: all of them count, also without question 7 */
      {"q3=2 q5_1=1 q5_2=2 q9=2", CONFIRM_LOW},
      {"q3=2 q5_1=1 q5_2=4 q9=2", CONFIRM_NO},
      {"q3=2 q5_1=1 q6_2=3 q9=2", CONFIRM_NO},
      {"q3=2 q5_1=1 q6_2=8 q9=2", CONFIRM_LOW},
      {"q3=2 q5_2=5 q9=9", CONFIRM_HIGH},
      {"q3=6 q5_6=5 q7=5 q9=9", CONFIRM_HIGH},
      {"q3=6 q5_6=1 q7=5 q9=9", CONFIRM_NO},
      /* what was answered and then not asked any more does not count */
      {"q3=1 q5_1=1 q5_2=5 q9=1", CONFIRM_LOW},
      {"q3=1 q4_1=1 q8_1=1 q9=1", CONFIRM_LOW},
      {"q3=1 q4_1=2 q8_1=1 q9=1", CONFIRM_NO},
      {"q3=1 q4_1=2 q8_1=5 q7=1 q9=1", CONFIRM_LOW},
      /* answers to questions that it is not held against */
      {"q1=1 q2=1 q3=1 q4_1=1 q9=1", CONFIRM_NO},
  };
  expect(BILAG8, "q9", scenes, array_length(scenes));
}

Test(confirm, asks_the_other_questions_of_bilag_8_never_back) {
  const struct questionnaire *bilag8 = support_load(arena, BILAG8);
  const struct answer *answer =
      support_answer(bilag8, arena, "q1=1 q2=1 q3=1 q4_1=1 q5_1=1 q6_1=1 q7=1 q8_1=1 q9=1");
  for (int i = 0; i < (int)bilag8->questions_count; i++) {
    bool confirmed = i == find(bilag8, "q9");
    cr_expect_eq(side_of(answer, i), confirmed ? CONFIRM_LOW : CONFIRM_NO, "%s",
                 bilag8->questions[i].id);
  }
}

Test(confirm, knows_which_answers_are_positive) {
  static const struct {
    const char *id;
    int code;
    char leaning;
  } cases[] = {
      {"q5", 1, '+'}, {"q5", 2, '+'},  {"q5", 3, ' '}, {"q5", 4, '-'},  {"q5", 5, '-'},
      {"q5", 8, ' '}, {"q5", 6, ' '},  {"q5", 0, ' '}, {"q2", 1, '+'},  {"q2", 2, '-'},
      {"q1", 1, '+'}, {"q1", 2, ' '},  {"q1", 3, '-'}, {"q9", 1, '-'},  {"q9", 5, '-'},
      {"q9", 6, '+'}, {"q9", 10, '+'}, {"q9", 0, ' '}, {"q9", 11, ' '}, {"q3", 1, ' '},
      {"q3", 6, ' '}, {"q10", 1, ' '},
  };
  const struct questionnaire *bilag8 = support_load(arena, BILAG8);
  for (size_t i = 0; i < array_length(cases); i++) {
    const struct question *question = &bilag8->questions[find(bilag8, cases[i].id)];
    cr_expect_eq(confirm_positive(question, cases[i].code), cases[i].leaning == '+', "%s=%d",
                 cases[i].id, cases[i].code);
    cr_expect_eq(confirm_negative(question, cases[i].code), cases[i].leaning == '-', "%s=%d",
                 cases[i].id, cases[i].code);
  }
}

Test(confirm, a_scale_may_be_held_against_a_scale_and_a_short_one_has_a_middle) {
  static const struct scene mood[] = {
      {"before=6 mood=1", CONFIRM_NO},   {"before=7 mood=1", CONFIRM_LOW},
      {"before=7 mood=2", CONFIRM_NO},   {"before=7 mood=3", CONFIRM_NO},
      {"before=5 mood=3", CONFIRM_HIGH}, {"before=5 mood=2", CONFIRM_NO},
      {"before=5 mood=1", CONFIRM_NO},
  };
  expect(SCALES, "mood", mood, array_length(mood));
}

Test(confirm, a_scale_of_each_child_is_held_against_the_answers_for_that_child) {
  static const struct scene sleep[] = {
      {"children=2 calm_1=1 calm_2=2 sleep_1=10 sleep_2=0", CONFIRM_NO},
      {"children=2 calm_1=1 calm_2=2 sleep_1=10 sleep_2=9", CONFIRM_HIGH},
      {"children=2 calm_1=1 calm_2=2 sleep_1=1 sleep_2=9", CONFIRM_LOW},
      {"children=1 calm_1=1 calm_2=2 sleep_1=10 sleep_2=9", CONFIRM_NO},
      {"calm_1=1 sleep_1=0", CONFIRM_NO},
  };
  expect(SCALES, "sleep", sleep, array_length(sleep));
  const struct questionnaire *questionnaire = support_load(arena, SCALES);
  int question = find(questionnaire, "sleep");
  const struct answer *answer = support_answer(
      questionnaire, arena, "children=2 calm_1=1 calm_2=2 sleep_1=1 sleep_first_1=1 sleep_2=9");
  cr_expect_eq(confirm_child(answer, question, 1), CONFIRM_LOW);
  cr_expect_eq(confirm_child(answer, question, 2), CONFIRM_HIGH);
}
