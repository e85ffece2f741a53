#include "survey/coverage.h"

#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 8 };

bool coverage_answers_parse(const char *step, struct coverage_answers *answers) {
  if (strcmp(step, "under 5") == 0) {
    *answers = (struct coverage_answers){0, COVERAGE_STEP_SPAN - 1};
    return true;
  }
  size_t digits = strspn(step, "0123456789");
  if (digits == 0 || digits > DIGITS_MAX || step[digits] != '\0') {
    return false;
  }
  int count = (int)strtol(step, NULL, 10);
  *answers = (struct coverage_answers){count, count + COVERAGE_STEP_SPAN - 1};
  return count >= COVERAGE_STEP && count % COVERAGE_STEP == 0;
}

struct coverage_answers coverage_answers_exact(int answers) {
  return (struct coverage_answers){answers, answers};
}

static int least_of(int a, int b) {
  return a < b ? a : b;
}

int coverage_most(bool per_child) {
  return per_child ? 1 : COVERAGE_PARENTS_MAX;
}

static enum coverage_sign sign_of(const struct coverage *coverage, int most) {
  long explained = (long)most * ((long)coverage->closed + coverage->interrupted);
  if (coverage->answers.least > explained) {
    return COVERAGE_OVER_PARENTS;
  }
  return coverage->answers.least > coverage->closed ? COVERAGE_OVER_COURSES : COVERAGE_PLAUSIBLE;
}

struct coverage coverage_of(struct coverage_answers answers, int closed, int interrupted,
                            int most) {
  struct coverage coverage = {
      .answers = answers,
      .closed = closed,
      .interrupted = interrupted,
      .most = most,
      .families_least = least_of((answers.least + most - 1) / most, closed),
      .families_most = least_of(answers.most, closed),
      .percent_least = -1,
      .percent_most = -1,
  };
  if (closed > 0) {
    coverage.percent_least = (int)((long)coverage.families_least * 100 / closed);
    coverage.percent_most = (int)(((long)coverage.families_most * 100 + closed - 1) / closed);
  }
  coverage.sign = sign_of(&coverage, most);
  return coverage;
}

const char *coverage_sign_name(enum coverage_sign sign) {
  static const char *const names[] = {[COVERAGE_PLAUSIBLE] = "plausible",
                                      [COVERAGE_OVER_COURSES] = "over_courses",
                                      [COVERAGE_OVER_PARENTS] = "over_parents"};
  return names[sign];
}
