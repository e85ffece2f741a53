#include "survey/linkage_inside.h"

#include <stdlib.h>

/* Union-find (Tarjan 1975), with the members of each cluster in a ring. */
struct forest {
  const struct linkage *linkage;
  uint32_t *parent;
  uint32_t *next;
};

static const double supported_least = 0.5;

static uint32_t root(struct forest *forest, uint32_t answer) {
  while (forest->parent[answer] != answer) {
    forest->parent[answer] = forest->parent[forest->parent[answer]];
    answer = forest->parent[answer];
  }
  return answer;
}

/* Against chaining: all pairs between the two clusters count, not the best one. */
static bool is_supported(const struct forest *forest, uint32_t a, uint32_t b) {
  double sum = 0;
  size_t count = 0;
  uint32_t one = a;
  do {
    uint32_t two = b;
    do {
      struct linkage_sum weighed = {.parts = NULL};
      linkage_weigh(forest->linkage, one < two ? one : two, one < two ? two : one, &weighed);
      if (weighed.veto) {
        return false;
      }
      sum += linkage_probability(forest->linkage, &weighed);
      count++;
      two = forest->next[two];
    } while (two != b);
    one = forest->next[one];
  } while (one != a);
  return sum / (double)count >= supported_least;
}

static void join(struct forest *forest, uint32_t a, uint32_t b) {
  uint32_t low = a < b ? a : b, high = a < b ? b : a;
  uint32_t after = forest->next[low];
  forest->parent[high] = low;
  forest->next[low] = forest->next[high];
  forest->next[high] = after;
}

static int by_number(const void *a, const void *b) {
  uint32_t left = *(const uint32_t *)a;
  uint32_t right = *(const uint32_t *)b;
  return (left > right) - (left < right);
}

/* The root of a cluster is its first answer, so clusters come in that order. */
static void write_clusters(struct linkage *linkage, struct forest *forest) {
  size_t at = 0;
  linkage->clusters[0] = 0;
  for (uint32_t i = 0; i < linkage->count; i++) {
    if (forest->parent[i] != i || forest->next[i] == i) {
      continue;
    }
    size_t from = at;
    uint32_t member = i;
    do {
      linkage->members[at++] = member;
      linkage->cluster_of[member] = (uint32_t)linkage->clusters_count + 1;
      member = forest->next[member];
    } while (member != i);
    qsort(linkage->members + from, at - from, sizeof *linkage->members, by_number);
    linkage->clusters[++linkage->clusters_count] = at;
  }
}

/* Where no tag is known of one of the two, or where so many share both that this says
 * little, content speaks alone, and answers hang together more than their moods tell: a
 * quarter of the doubt is allowed. */
static double threshold_of(const struct linkage *linkage, const struct linkage_pair *pair) {
  const struct linkage_record *a = &linkage->records[pair->a], *b = &linkage->records[pair->b];
  bool networks = a->network >= 0 && b->network >= 0, devices = a->device >= 0 && b->device >= 0;
  bool both = networks && devices && a->network == b->network && a->device == b->device;
  bool tell = both ? linkage_tag_bits(linkage, pair->a, pair->b) >= linkage_constants.telling_bits
                   : networks || devices;
  double threshold = linkage->options.threshold;
  return tell ? threshold : 1 - (1 - threshold) / 4;
}

static void join_pairs(struct linkage *linkage, struct forest *forest) {
  for (uint32_t i = 0; i < linkage->count; i++) {
    forest->parent[i] = i;
    forest->next[i] = i;
  }
  for (size_t i = 0; i < linkage->pairs_count; i++) {
    const struct linkage_pair *pair = &linkage->pairs[i];
    if (pair->probability < threshold_of(linkage, pair)) {
      continue;
    }
    uint32_t a = root(forest, pair->a), b = root(forest, pair->b);
    if (a != b && is_supported(forest, a, b)) {
      join(forest, a, b);
    }
  }
}

static void mark_pairs(struct linkage *linkage) {
  for (size_t i = 0; i < linkage->pairs_count; i++) {
    struct linkage_pair *pair = &linkage->pairs[i];
    pair->flagged = linkage->cluster_of[pair->a] != 0 &&
                    linkage->cluster_of[pair->a] == linkage->cluster_of[pair->b];
  }
}

bool linkage_cluster_pairs(struct linkage *linkage) {
  size_t count = linkage->count + 1;
  struct forest forest = {.linkage = linkage,
                          .parent = calloc(count, sizeof *forest.parent),
                          .next = calloc(count, sizeof *forest.next)};
  linkage->members = calloc(count, sizeof *linkage->members);
  linkage->clusters = calloc(count, sizeof *linkage->clusters);
  linkage->cluster_of = calloc(count, sizeof *linkage->cluster_of);
  bool done = forest.parent != NULL && forest.next != NULL && linkage->members != NULL &&
              linkage->clusters != NULL && linkage->cluster_of != NULL;
  if (done) {
    join_pairs(linkage, &forest);
    write_clusters(linkage, &forest);
    mark_pairs(linkage);
  }
  free(forest.parent);
  free(forest.next);
  return done;
}
