#include "survey/coverage.h"

#include <criterion/criterion.h>

Test(coverage, reads_the_steps_that_a_municipality_may_know) {
  static const struct {
    const char *step;
    bool good;
    int least, most;
  } cases[] = {
      {"under 5", true, 0, 8}, {"5", true, 5, 13},         {"10", true, 10, 18},
      {"70", true, 70, 78},    {"7", false, 0, 0},         {"0", false, 0, 0},
      {"", false, 0, 0},       {"over 5", false, 0, 0},    {"5 ", false, 0, 0},
      {"-5", false, 0, 0},     {"999999999", false, 0, 0},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    struct coverage_answers answers = {0, 0};
    cr_expect_eq(coverage_answers_parse(cases[i].step, &answers), cases[i].good, "%s",
                 cases[i].step);
    if (cases[i].good) {
      cr_expect_eq(answers.least, cases[i].least);
      cr_expect_eq(answers.most, cases[i].most);
    }
  }
}

/* The evaluation's own numbers: 71 answers, 90 families; København closed 42 courses,
 * Thisted 32, Svendborg 6, Helsingør 5. */
Test(coverage, gives_bounds_for_one_or_two_parents_a_family) {
  static const struct {
    const char *what;
    struct coverage_answers answers;
    int closed, interrupted;
    int families_least, families_most, percent_least, percent_most;
    enum coverage_sign sign;
  } cases[] = {
      {"71 of 90", {71, 71}, 90, 0, 36, 71, 40, 79, COVERAGE_PLAUSIBLE},
      {"the same in steps", {70, 78}, 90, 0, 35, 78, 38, 87, COVERAGE_PLAUSIBLE},
      {"under 5 of 10", {0, 8}, 10, 0, 0, 8, 0, 80, COVERAGE_PLAUSIBLE},
      {"5-13 of 6", {5, 13}, 6, 1, 3, 6, 50, 100, COVERAGE_PLAUSIBLE},
      {"30-38 of 32", {30, 38}, 32, 0, 15, 32, 46, 100, COVERAGE_PLAUSIBLE},
      {"45-53 of 42: only both parents explain it",
       {45, 53},
       42,
       0,
       23,
       42,
       54,
       100,
       COVERAGE_OVER_COURSES},
      {"10-18 of 5: two parents each", {10, 18}, 5, 0, 5, 5, 100, 100, COVERAGE_OVER_COURSES},
      {"15-23 of 5", {15, 23}, 5, 0, 5, 5, 100, 100, COVERAGE_OVER_PARENTS},
      {"the same, three were interrupted", {15, 23}, 5, 3, 5, 5, 100, 100, COVERAGE_OVER_COURSES},
      {"a step accuses nobody", {10, 18}, 6, 0, 5, 6, 83, 100, COVERAGE_OVER_COURSES},
      {"no courses, under 5", {0, 8}, 0, 0, 0, 0, -1, -1, COVERAGE_PLAUSIBLE},
      {"no courses, 5-13", {5, 13}, 0, 0, 0, 0, -1, -1, COVERAGE_OVER_PARENTS},
      {"no courses closed, three interrupted", {5, 13}, 0, 3, 0, 0, -1, -1, COVERAGE_OVER_COURSES},
      {"one family", {0, 8}, 1, 0, 0, 1, 0, 100, COVERAGE_PLAUSIBLE},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    struct coverage coverage =
        coverage_of(cases[i].answers, cases[i].closed, cases[i].interrupted, COVERAGE_PARENTS_MAX);
    cr_expect_eq(coverage.families_least, cases[i].families_least, "%s: %d", cases[i].what,
                 coverage.families_least);
    cr_expect_eq(coverage.families_most, cases[i].families_most, "%s: %d", cases[i].what,
                 coverage.families_most);
    cr_expect_eq(coverage.percent_least, cases[i].percent_least, "%s: %d", cases[i].what,
                 coverage.percent_least);
    cr_expect_eq(coverage.percent_most, cases[i].percent_most, "%s: %d", cases[i].what,
                 coverage.percent_most);
    cr_expect_eq(coverage.sign, cases[i].sign, "%s: %s", cases[i].what,
                 coverage_sign_name(coverage.sign));
    cr_expect_eq(coverage.closed, cases[i].closed, "the caption's n");
  }
}
