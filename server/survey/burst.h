/* burst: unusually many answers by one link within minutes.
 *
 * A scan statistic with a Poisson bound (J. Naus 1982, doi 10.1080/01621459.1982.10477783, in its
 * simplest form): each window of ten minutes that begins with an answer is held against the rate
 * of the same link before it, after it and over all its days, whichever is highest, so that a busy
 * evening or a large municipality is no burst. A daycare's tablet at a parents' meeting is one, and
 * right: it is a sign to look at, nothing more. */
#ifndef HJEMSVAR_SURVEY_BURST_H
#define HJEMSVAR_SURVEY_BURST_H

#include "base/base.h"

enum {
  BURST_WINDOW_MINUTES = 10,
  BURST_AROUND_MINUTES = 90, /* before and after the window */
  BURST_DAY_MINUTES = 960,   /* of a day on which people are awake */
  BURST_LEAST = 5            /* answers in a window */
};

/* Bound of the chance that a link without bursts has one flagged. */
#define BURST_CHANCE 0.001

/* Marks the answers of one link: burst[i] becomes true when answer i lies in a window whose number
 * of answers would come by chance with a probability below BURST_CHANCE / count. minutes: of
 * arrival, since any day's midnight, -1 where unknown (never marked). False when memory is out. */
must_check bool burst_mark(const int64_t *minutes, size_t count, bool *burst);

/* The probability of at least least events where mean are expected (Poisson). */
double burst_tail(int least, double mean);

#endif
