#include "survey/pool.h"

enum { POOLED = -1 };

/* The smallest group outside the pool, the earlier of two; -1: none. */
static long smallest(const int *sizes, size_t count, const int *indices) {
  long found = -1;
  for (size_t i = 0; i < count; i++) {
    if (indices[i] != POOLED && (found < 0 || sizes[i] < sizes[found])) {
      found = (long)i;
    }
  }
  return found;
}

/* Gives those that stand alone their numbers and the pool, if there is one, the last. */
static size_t number(size_t count, int *indices) {
  int pools = 0;
  bool pooled = false;
  for (size_t i = 0; i < count; i++) {
    if (indices[i] == POOLED) {
      pooled = true;
    } else {
      indices[i] = pools++;
    }
  }
  for (size_t i = 0; i < count; i++) {
    indices[i] = indices[i] == POOLED ? pools : indices[i];
  }
  return (size_t)pools + pooled;
}

size_t pool_small(const int *sizes, size_t count, int least, const bool *forced, int *indices) {
  long pooled = 0;
  int members = 0; /* that are somebody */
  for (size_t i = 0; i < count; i++) {
    bool in = sizes[i] < least || (forced != NULL && forced[i]);
    indices[i] = in ? POOLED : 0;
    pooled += in ? sizes[i] : 0;
    members += in && sizes[i] > 0;
  }
  for (size_t i = 0; i < count && members == 0; i++) {
    indices[i] = 0; /* only groups of nobody are small: they hide nothing */
  }
  while (members > 0 && (pooled < least || members < 2)) {
    long next = smallest(sizes, count, indices);
    if (next < 0) {
      break;
    }
    indices[next] = POOLED;
    pooled += sizes[next];
    members++;
  }
  return number(count, indices);
}
