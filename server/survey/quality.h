/* quality: signs, in a single answer, of somebody who did not read the questions.
 *
 * Speeding, straightlining, nothing answered. Each is a flag for a person to look at, with a
 * formula in docs/data-quality.md; none proves anything, and nothing is taken away. What is
 * looked at follows from the questionnaire's definition: an *opinion* is a scale, a free text,
 * a choice that is compared as one, or a choice of a list with at least three codes besides "don't
 * know" that two questions or more share (a battery, such as the degrees of agreement). The other
 * signs: scale.h, burst.h, person.h. */
#ifndef HJEMSVAR_SURVEY_QUALITY_H
#define HJEMSVAR_SURVEY_QUALITY_H

#include "survey/answer.h"

/* A flag's value; QUALITY_UNKNOWN: what it is judged by is not known. */
enum quality_mark { QUALITY_UNKNOWN = -1, QUALITY_CLEAR = 0, QUALITY_FLAGGED = 1 };

/* ---- speeding */

/* How long an answer takes, from the words of the questions that were asked (a repeated question
 * is read once) and the number of values given, in seconds. */
struct quality_load {
  double ordinary; /* 4 words a second (silent reading, Brysbaert 2019, doi
                      10.1016/j.jml.2019.104047: 238 a minute), 2 seconds a value */
  double least;    /* 10 words a second (scanning, Carver 1990), half a second a value */
};
struct quality_load quality_load_of(const struct answer *answer);

/* The pace of a round: the median of seconds / ordinary over the answers whose time is known. */
struct quality_pace {
  double median;
  size_t known;
};
enum { QUALITY_PACE_LEAST = 20 /* known times, for the median to count */ };
/* Sorts ratios. */
struct quality_pace quality_pace_of(double *ratios, size_t count);

/* seconds: -1 when not known. Flagged when below `least`, or when the pace is known well enough and
 * seconds / ordinary is below a third of its median (a speed index in the manner of Rossmann
 * 2010). */
must_check enum quality_mark quality_speed(const struct answer *answer, int seconds,
                                           const struct quality_pace *pace);

/* ---- straightlining */

enum { QUALITY_LINE_LEAST = 4 /* answers to the battery */ };

/* Whether the answers to a battery are all the same code, at least QUALITY_LINE_LEAST of them to at
 * least three questions, *and* there is a second sign that they were not thought about: the code is
 * the middle one or "don't know"; or an answer to a scale that is held against the battery says the
 * opposite (and is not what scale.h calls reversed or mirrored, which is another mistake); or the
 * answer is flagged for its speed. Families who are satisfied with everything say "strongly agree"
 * throughout and are not flagged. QUALITY_UNKNOWN: too few answers to any battery. */
must_check enum quality_mark quality_straightline(const struct answer *answer,
                                                  enum quality_mark speed);

/* ---- nothing answered */

/* Flagged when not one of the opinions asked was answered; "don't know" is an answer. Of a
 * questionnaire without opinions all questions are looked at that need not be answered. */
must_check enum quality_mark quality_empty(const struct answer *answer);

/* ---- what the definition says */

/* A question of a battery: its choices have at least three codes besides "don't know" and are those
 * of another question, too. */
bool quality_in_battery(const struct questionnaire *questionnaire, int question);

#endif
