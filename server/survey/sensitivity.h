/* sensitivity: what the headline figures would be with and without what is flagged.
 *
 * The headline figures are unweighted, and nothing is removed from them. Beside them stand the
 * same figures without the answers that carry any flag, and with each answer weighted by 1 /
 * answers of its person, so that a reader sees whether it matters. Figures: of each scale its three
 * means (scale.h); of each question of a battery (quality.h) the share that agrees, "don't know" in
 * the base. A question that repeats is counted in children, else in respondents. */
#ifndef HJEMSVAR_SURVEY_SENSITIVITY_H
#define HJEMSVAR_SURVEY_SENSITIVITY_H

#include "survey/answer.h"

enum sensitivity_base {
  SENSITIVITY_ALL,
  SENSITIVITY_UNFLAGGED, /* without answers with any flag */
  SENSITIVITY_WEIGHTED,  /* all, weighted */
  SENSITIVITY_BASES
};

struct sensitivity_sum {
  long answers;                /* given: children or respondents, unweighted */
  double weight;               /* of them; the base of the figures */
  double first, turned, final; /* scales: weighted sums of the three readings */
  long reversed;               /* of these, candidates that were turned */
  double positive;             /* batteries: weight of those who agree */
};

struct sensitivity; /* of one questionnaire */

/* The questionnaire is borrowed. NULL when memory is out. */
must_check struct sensitivity *sensitivity_new(const struct questionnaire *questionnaire);
void sensitivity_free(struct sensitivity *sensitivity);

/* Counts an answer in. */
void sensitivity_add(struct sensitivity *sensitivity, const struct answer *answer, bool flagged,
                     double weight);

/* The sums of a question; all zero for a question that is neither scale nor battery. */
struct sensitivity_sum sensitivity_of(const struct sensitivity *sensitivity, int question,
                                      enum sensitivity_base base);

/* All of it: {"overall":{"kind":"scale","unit":"respondent","all":{"n":71,"base":71.0,"mean":8.53…,
 * "mean_turned":8.78…,"turned":2,"mean_confirmed":…},"unflagged":{…},"weighted":{…}},
 * "glad":{"kind":"choice","unit":"child","all":{"n":80,"base":80.0,"agree":0.85},…}}, in the
 * questionnaire's order. Means and shares are null where there is nobody; a scale that nobody is
 * asked back about has "mean" alone. NULL when memory is out. */
must_check json_t *sensitivity_json(const struct sensitivity *sensitivity);

#endif
