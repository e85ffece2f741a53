/* confirm: a scale that was read upside down.
 *
 * Some parents take the best end of a scale for the worst. A scale that is
 * "confirmed" (questionnaire.h) is held against other answers of the same parent,
 * in both directions; when it contradicts all of them, the page asks back once,
 * and nothing is ever changed here. */
#ifndef HJEMSVAR_SURVEY_CONFIRM_H
#define HJEMSVAR_SURVEY_CONFIRM_H

#include "survey/answer.h"

enum confirm_side {
  CONFIRM_NO,
  CONFIRM_LOW, /* one of the two lowest steps, although all else is positive */
  CONFIRM_HIGH /* one of the two highest steps, although all else is negative */
};

/* Tells whether a code of a question is positive or negative. Choices without
 * "don't know", by their codes: the lower half is positive, the upper half negative
 * ("strongly agree" is 1). Scales: the upper half is positive, the lower half
 * negative. A middle one, "don't know" and other kinds of question are neither. */
must_check bool confirm_positive(const struct question *question, int code);
must_check bool confirm_negative(const struct question *question, int code);

/* Holds a scale against the questions of its confirm_against. CONFIRM_LOW or
 * CONFIRM_HIGH only when at least one of them is asked and answered (for any child;
 * "don't know" is no answer here) and not one of the answers says otherwise or is
 * neutral. A scale that repeats is held, for the given child, against the answers
 * for the same child; child is not looked at for other scales. CONFIRM_NO for
 * questions that are no such scale. A pure function of the answer; index is the
 * question's. */
must_check enum confirm_side confirm_child(const struct answer *answer, int index, int child);

/* What the questions of a scale's confirm_against were answered with: for all children, or
 * for the scale's own child where both repeat over the same count. "Don't know", what was not
 * asked and what was not answered is in none. All zero for questions that are no such scale. */
struct confirm_tally {
  int positive, negative, neutral;
};
must_check struct confirm_tally confirm_count(const struct answer *answer, int index, int child);

#endif
