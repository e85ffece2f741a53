#include "survey/linkage_inside.h"

#include <math.h>
#include <stdlib.h>

static const double listed_least = 0.01;
enum { ROUNDS = 30 };

/* ---- candidates, each once */

static int by_answers(const void *a, const void *b) {
  const struct linkage_candidate *left = a;
  const struct linkage_candidate *right = b;
  if (left->a != right->a) {
    return left->a < right->a ? -1 : 1;
  }
  return (left->b > right->b) - (left->b < right->b);
}

static void keep_each_once(struct linkage *linkage) {
  struct linkage_candidate *candidates = linkage->candidates;
  size_t kept = 0;
  if (linkage->candidates_count == 0) {
    return;
  }
  qsort(candidates, linkage->candidates_count, sizeof *candidates, by_answers);
  for (size_t i = 0; i < linkage->candidates_count; i++) {
    if (kept == 0 || by_answers(&candidates[kept - 1], &candidates[i]) != 0) {
      candidates[kept++] = candidates[i];
    }
  }
  linkage->candidates_count = kept;
}

/* ---- how many repeats there are */

static double expected_repeats(const struct linkage *linkage, double same) {
  double household = linkage->prior.household, sum = 0;
  for (size_t i = 0; i < linkage->candidates_count; i++) {
    const struct linkage_candidate *candidate = &linkage->candidates[i];
    if (linkage_is_crowd(linkage, candidate->a, candidate->b)) {
      continue;
    }
    double here = same * exp2(candidate->bits);
    sum += here / (here + household * exp2(candidate->bits_household) + 1 - same - household);
  }
  return sum;
}

/* EM (Dempster, Laird & Rubin 1977) for the share of repeats alone, which starts
 * at what is assumed and only goes down: where nobody repeats, fewer may be
 * flagged, but no crowd of look-alikes makes itself more likely. */
static void learn(struct linkage *linkage) {
  const struct linkage_constants *constants = &linkage_constants;
  double assumed = linkage->options.repeats, repeats = assumed;
  double answers = (double)linkage->counted;
  for (int i = 0; i < ROUNDS; i++) {
    double expected = expected_repeats(linkage, linkage_share_of_pairs(repeats, linkage->count));
    double weight = answers / (answers + constants->estimate_weight);
    repeats = weight * expected / answers + (1 - weight) * assumed;
    repeats = repeats > assumed ? assumed : repeats;
  }
  linkage->prior.same = linkage_share_of_pairs(repeats, linkage->count);
}

/* ---- pairs */

static int by_probability(const void *a, const void *b) {
  const struct linkage_pair *left = a;
  const struct linkage_pair *right = b;
  if (left->probability > right->probability || left->probability < right->probability) {
    return left->probability > right->probability ? -1 : 1;
  }
  if (left->a != right->a) {
    return left->a < right->a ? -1 : 1;
  }
  return (left->b > right->b) - (left->b < right->b);
}

bool linkage_list_pairs(struct linkage *linkage) {
  keep_each_once(linkage);
  if (linkage->options.estimate && linkage->count > 1) {
    learn(linkage);
  }
  linkage->pairs = calloc(linkage->candidates_count + 1, sizeof *linkage->pairs);
  if (linkage->pairs == NULL) {
    return false;
  }
  for (size_t i = 0; i < linkage->candidates_count; i++) {
    const struct linkage_candidate *candidate = &linkage->candidates[i];
    struct linkage_pair pair = linkage_judge(linkage, candidate->a, candidate->b);
    if (pair.probability >= listed_least) {
      linkage->pairs[linkage->pairs_count++] = pair;
    }
  }
  qsort(linkage->pairs, linkage->pairs_count, sizeof *linkage->pairs, by_probability);
  free(linkage->candidates);
  linkage->candidates = NULL;
  return true;
}
