/* person: which answers are probably of one person, and what each then weighs.
 *
 * Pairs come from linkage.h, decisions from a reviewer, who has the last word: answers that
 * were decided to be of one person are joined whatever the figures say, and two that were
 * decided to be of two people are never in one group, not even by way of a third.
 * Nothing is taken away: weights are 1 / answers of the person (Sarracino & Mikucka 2017,
 * doi 10.18148/srm/2017.v11i1.7149). Answers are numbered from 0. */
#ifndef HJEMSVAR_SURVEY_PERSON_H
#define HJEMSVAR_SURVEY_PERSON_H

#include "base/base.h"

enum person_verdict {
  PERSON_SAME,
  PERSON_DIFFERENT,
  PERSON_UNDECIDED /* looked at: as if nothing had been decided */
};

#define PERSON_BOTH UINT32_MAX

struct person_decision {
  uint32_t a, b;
  enum person_verdict verdict;
  uint32_t counts; /* PERSON_SAME: which of the two counts, or PERSON_BOTH */
};

struct person_pair {
  uint32_t a, b;
};

/* Groups count answers: person[i] becomes the smallest number of the group that i is in (i itself
 * when it stands alone). Decided pairs are joined first, in their order, then the likely ones, best
 * first; what would bring two together that are decided to be different is not joined. decisions
 * hold at most one a pair. False when memory is out. */
must_check bool persons_find(size_t count, const struct person_decision *decisions,
                             size_t decisions_count, const struct person_pair *likely,
                             size_t likely_count, uint32_t *person);

/* Makes one group of those of two answers, where person[i] leads from i to a smaller number of its
 * group, at last to itself; at first each is i. False when they were one before. */
bool persons_tie(uint32_t *person, uint32_t a, uint32_t b);

/* Weighs them: 1 for whoever stands alone; in a group the weights add up to 1, in equal shares of
 * those that no decision puts aside in favour of another (0), of all when every one of them is. */
must_check bool persons_weigh(size_t count, const uint32_t *person,
                              const struct person_decision *decisions, size_t decisions_count,
                              double *weight);

#endif
