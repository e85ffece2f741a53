/* spread: mean, least and greatest by group, as they may be published.
 *
 * For the days, visits and hours of courses by municipality, and for the mean of a scale by
 * group. A mean stands for at least SPREAD_MEAN values, least and greatest, which are single
 * values, for at least SPREAD_EXTREMES. Smaller groups are pooled; the pool stands for its
 * members. A group of which all values but one at most are the same is pooled on as well: its
 * mean would tell whoever gave the other one what all the rest said. Pools divide the whole, so
 * that the total gives nothing further away. Means are rounded to one decimal. */
#ifndef HJEMSVAR_SURVEY_SPREAD_H
#define HJEMSVAR_SURVEY_SPREAD_H

#include "base/arena.h"

enum { SPREAD_MEAN = 5, SPREAD_EXTREMES = 10 };

struct spread_value {
  int group; /* from 0 */
  double value;
};

struct spread_row {
  int n; /* 0: nothing is shown */
  double mean;
  bool extremes; /* least and most are shown */
  double least, most;
};

struct spread {
  struct spread_row whole;
  int pools;          /* 0: no groups can be told apart */
  const int *pool_of; /* per group */
  const struct spread_row *rows;
};

/* Decides what is shown of values (in any order) of so many groups; least is SPREAD_MEAN,
 * SPREAD_EXTREMES or more and how many values a group needs. Everything is of the arena. False
 * when memory is out. */
must_check bool spread_publish(struct arena *arena, const struct spread_value *values, size_t count,
                               int groups, int least, struct spread *spread);

#endif
