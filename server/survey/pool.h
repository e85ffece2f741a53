/* pool: small groups put together, so that something can be said of them at all.
 *
 * Private to survey/. One pool takes in the smallest groups until it is large enough itself;
 * the others stand alone. Each group is in exactly one pool, so nothing is left over that could
 * be worked out from the total. */
#ifndef HJEMSVAR_SURVEY_POOL_H
#define HJEMSVAR_SURVEY_POOL_H

#include "base/base.h"

/* Gives each group (of sizes from 0) the index of its pool, from 0 to the count returned: first
 * the groups that stand alone in their order, the pool last. Pooled are groups smaller than
 * least and those that forced (per group, or NULL) names, and as many of the smallest others as
 * the pool needs for least and for a second group. Groups of nobody are in the pool when there
 * is one, else alone. One pool in all: nothing can be told apart. indices has room for count. */
size_t pool_small(const int *sizes, size_t count, int least, const bool *forced, int *indices);

#endif
