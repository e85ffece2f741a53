/* score: what a form's answers come to, by the rules of its questionnaire ("scores" of the
 * definition; docs/questionnaires.md).
 *
 * A score of items is the mean of what the answered ones count for, times the number that was
 * asked, rounded half up; it is not known when fewer than the score's least were answered, or
 * none was asked. "Don't know" is no answer here. A sum is known when all its parts are.
 *
 * For the SDQ that is the published rule: Goodman R, "The Strengths and Difficulties
 * Questionnaire: a research note", J Child Psychol Psychiatry 38 (1997) 581-586, and the scoring
 * instructions of sdqinfo.org (4-17 years, 2014): at least 3 of 5 items, scaled up in proportion,
 * "4 of three items is 7 (6.67 rounded up)"; the total is not known when one of its scales is not.
 * Impact: the sum of distress and impairment, "not at all" and "only a little" 0, "quite a lot" 1,
 * "a great deal" 2; 0 where the form says that there are no difficulties. */
#ifndef HJEMSVAR_SURVEY_SCORE_H
#define HJEMSVAR_SURVEY_SCORE_H

#include "survey/answer.h"

enum { SCORE_UNKNOWN = -1 };

struct score_reading {
  int value; /* as entered, where it was; or SCORE_UNKNOWN */
  int sum;   /* a sum: of its parts, or SCORE_UNKNOWN; else the value */
};

/* The index-th score of a pruned answer. */
struct score_reading score_read(const struct answer *answer, size_t index);

/* Whether somebody entered a total that is not the sum of its parts. */
bool score_differs(const struct score_reading *reading);

/* What a code counts for, before it is reversed; false: for nothing. */
must_check bool score_value_of(const struct score *score, int code, int *value);

/* How a score changed, so that plus is better; both are known. */
int score_change(const struct score *score, int start, int close);

/* The name of a score's column in exports, "score_total"; NULL when memory is out. */
must_check const char *score_column(const struct score *score, struct arena *arena);

/* Index of a score by its id, or -1. */
int score_find(const struct questionnaire *questionnaire, const char *id);

/* Whether a score is another one, or is made of it. */
bool score_has_part(const struct questionnaire *questionnaire, int index, int part);

/* Whether an answer to the question feeds a score, by itself or by a part. */
bool score_feeds(const struct questionnaire *questionnaire, int index, int question);

/* Whether a report tells scores of forms that are paired; otherwise it tells those of all forms. */
bool score_paired(const struct questionnaire *questionnaire);

/* Whether a question is told by the scores of a report and is no figure of its own: forms are
 * paired, and it feeds a score, pairs forms or finds a norm. */
bool score_uses(const struct questionnaire *questionnaire, int question);

#endif
