/* coverage: how many of the families have answered, as far as anybody may know.
 *
 * A municipality knows its answers in steps only ("under 5", then steps of 5), and an
 * answer has no course; a family has one parent who answers, or two, where the questionnaire is
 * for parents. So coverage is an interval, not a number, and its caption names period and n. The
 * check behind it is the evaluator's: more answers than the courses can explain means low data
 * quality (VIVE, "Erfaringer med hjemmepædagoger", 2023, Bilag 1). */
#ifndef HJEMSVAR_SURVEY_COVERAGE_H
#define HJEMSVAR_SURVEY_COVERAGE_H

#include "base/base.h"

enum { COVERAGE_STEP = 5, COVERAGE_STEP_SPAN = 9, COVERAGE_PARENTS_MAX = 2 };

/* What a count in steps stands for. */
struct coverage_answers {
  int least, most;
};

/* Reads "under 5" (0 to 8) or a multiple of 5 ("10": 10 to 18). Where the number steps on is
 * drawn for each step, 0 to 4 above the multiple of 5, so that nobody can count by it
 * (docs/decisions/0011). It is of last Monday and counts withdrawn answers until the round is
 * finalised. False when it is no such count. */
must_check bool coverage_answers_parse(const char *step, struct coverage_answers *answers);

/* A count that is known, such as the evaluator's. */
struct coverage_answers coverage_answers_exact(int answers);

enum coverage_sign {
  COVERAGE_PLAUSIBLE,
  COVERAGE_OVER_COURSES, /* more answers than closed courses: both parents of some answered,
                            or families whose course was interrupted */
  COVERAGE_OVER_PARENTS  /* more than a family can give, interrupted courses counted in: somebody
                            answered several times, or courses are not registered */
};

struct coverage {
  struct coverage_answers answers;
  int closed;      /* n: courses closed in the period, interrupted ones not counted */
  int interrupted; /* beside them */
  int most;        /* answers that a course can give (coverage_most) */
  int families_least, families_most; /* of the closed that may have answered */
  int percent_least, percent_most;   /* of closed, rounded down and up; -1: closed is 0 */
  enum coverage_sign sign;
};

/* How many answers a course can give: of each parent one, or one for the child. */
int coverage_most(bool per_child);

/* The bounds for answers and courses of the same period: at least as if every course had given
 * as many answers as it can (most), at most as if one. The sign takes the least number of
 * answers, so that a step never accuses anybody. */
struct coverage coverage_of(struct coverage_answers answers, int closed, int interrupted, int most);

/* "plausible", "over_courses", "over_parents". */
const char *coverage_sign_name(enum coverage_sign sign);

#endif
