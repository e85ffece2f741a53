/* scale: a scale that was read upside down, after the fact.
 *
 * confirm.h is about the page, which asks back while the parent is there. Here are the
 * answers that nobody was asked back about: imported ones, and those of rounds that do not
 * ask. The rule is the evaluator's (VIVE, "Erfaringer med hjemmepædagoger", 2023, Bilag 1):
 * parents who were positive about everything and gave the lowest rating of all had read the
 * scale upside down. Nothing is changed: the caller reports three means side by side. */
#ifndef HJEMSVAR_SURVEY_SCALE_H
#define HJEMSVAR_SURVEY_SCALE_H

#include "survey/answer.h"

enum scale_sign {
  SCALE_PLAUSIBLE,
  SCALE_REVERSED, /* a candidate: the lowest value, at least one of the questions that the scale is
                     held against was answered, and all of those answers are positive */
  SCALE_MIRRORED  /* the mirror image: the highest value, and all of them are negative */
};

/* What one parent made of one scale (of one child, where it repeats). */
struct scale_reading {
  int first;            /* as answered at first: what `mean` counts */
  int turned;           /* the same, but the highest value for a candidate: `mean_turned` */
  int final;            /* what was left standing: `mean_confirmed` */
  bool asked;           /* the page asked back: they have said themselves what they meant */
  enum scale_sign sign; /* of what was answered at first; plausible, and nothing turned, when asked
                         */
};

/* Reads a scale. False when it is no scale, not asked or not answered. child is not looked at when
 * the question does not repeat. A scale that is held against nothing is always plausible. */
must_check bool scale_read(const struct answer *answer, int question, int child,
                           struct scale_reading *reading);

/* The worst sign of all confirmed scales of an answer, for its flag: reversed before mirrored.
 * False when none of them is answered. */
must_check bool scale_judge(const struct answer *answer, enum scale_sign *sign);

#endif
