/* chance: random numbers that are the same on every machine.
 *
 * xoshiro256** (D. Blackman and S. Vigna, "Scrambled linear pseudorandom number
 * generators", ACM TOMS 47, 2021), seeded by splitmix64. Integers and plain
 * arithmetic only, so that a seed gives the same file everywhere. For
 * simulations; never for keys. */
#ifndef HJEMSVAR_BENCH_CHANCE_H
#define HJEMSVAR_BENCH_CHANCE_H

#include "base/base.h"

struct chance {
  uint64_t state[4];
};

/* Streams of one seed are independent of each other. */
void chance_init(struct chance *chance, uint64_t seed, uint64_t stream);

/* A whole number from 0 to bound - 1; bound is at least 1. */
uint32_t chance_below(struct chance *chance, uint32_t bound);

/* A number in [0, 1). */
double chance_share(struct chance *chance);

/* True with this probability. */
bool chance_hit(struct chance *chance, double probability);

/* Nearly standard normal, within [-6, 6]: the sum of twelve uniform numbers less
 * six. */
double chance_normal(struct chance *chance);

/* An index, drawn by weights that need not add up to 1. */
size_t chance_pick(struct chance *chance, const double *weights, size_t count);

/* An index below count, k with a weight of 1 / (k + 1): Zipf's law. */
size_t chance_zipf(struct chance *chance, size_t count);

/* A number from least to most (both at least 1), each doubling as likely as the
 * next. */
int64_t chance_scattered(struct chance *chance, int64_t least, int64_t most);

#endif
