#include "survey/linkage_inside.h"

#include <stdlib.h>

/* Members of a cluster that speak for it. Apart from NOBODY, which would make it unsigned. */
enum { LOOKED_AT = 64 };
enum { NOBODY = UINT32_MAX };

/* Union-find (Tarjan 1975). Of an answer: where it hangs, and who follows it in its
 * cluster's list; of a root, which is the cluster's lowest answer: the list's ends. */
struct tree {
  uint32_t parent, next;
  uint32_t first, last;
};

struct forest {
  const struct linkage *linkage;
  struct tree *trees;
  unsigned char *said;            /* of a root, by slot: what no other person says, or 0 */
  struct linkage_counter refused; /* keys of what was not supported */
};

static const double supported_least = 0.5;

static uint32_t root(struct forest *forest, uint32_t answer) {
  struct tree *trees = forest->trees;
  while (trees[answer].parent != answer) {
    trees[answer].parent = trees[trees[answer].parent].parent;
    answer = trees[answer].parent;
  }
  return answer;
}

/* ---- against chaining */

static unsigned char *said_of(const struct forest *forest, uint32_t cluster) {
  return forest->said + (size_t)cluster * forest->linkage->plan.slots_count;
}

/* No two of a cluster are excluded, so that one code stands for all who gave one. */
static bool is_excluded(const struct forest *forest, uint32_t a, uint32_t b) {
  const unsigned char *one = said_of(forest, a), *two = said_of(forest, b);
  for (size_t i = 0; i < forest->linkage->plan.slots_count; i++) {
    if (one[i] != 0 && two[i] != 0 && one[i] != two[i]) {
      return true;
    }
  }
  return false;
}

/* All pairs between the two clusters count, not the best one; of a large cluster those
 * who come first in its list. */
static bool is_supported(const struct forest *forest, uint32_t a, uint32_t b) {
  const struct tree *trees = forest->trees;
  double sum = 0;
  size_t count = 0;
  uint32_t one = trees[a].first;
  for (int i = 0; i < LOOKED_AT && one != NOBODY; i++, one = trees[one].next) {
    uint32_t two = trees[b].first;
    for (int j = 0; j < LOOKED_AT && two != NOBODY; j++, two = trees[two].next) {
      struct linkage_sum weighed = {.parts = NULL};
      linkage_weigh(forest->linkage, one < two ? one : two, one < two ? two : one, &weighed);
      sum += linkage_probability(forest->linkage, &weighed);
      count++;
    }
  }
  return sum / (double)count >= supported_least;
}

/* Of those who speak for a cluster. */
static uint64_t speakers_key(const struct forest *forest, uint32_t cluster) {
  uint64_t key = 0;
  uint32_t one = forest->trees[cluster].first;
  for (int i = 0; i < LOOKED_AT && one != NOBODY; i++, one = forest->trees[one].next) {
    key = linkage_key(LINKAGE_KEY_ORDER, key, one, 0);
  }
  return key;
}

/* Many pairs may lead from one cluster to another: while the same answers speak for both,
 * they are asked once. False when memory is out. */
static bool may_join(struct forest *forest, uint32_t a, uint32_t b, bool *may) {
  *may = a != b && !is_excluded(forest, a, b);
  if (!*may) {
    return true;
  }
  uint64_t key =
      linkage_key(LINKAGE_KEY_REFUSED, speakers_key(forest, a), speakers_key(forest, b), 0);
  *may = linkage_counter_find(&forest->refused, key) == 0 && is_supported(forest, a, b);
  return *may || linkage_counter_add(&forest->refused, key);
}

/* ---- joining */

/* A number that has nothing to do with what was answered, or when. */
static bool comes_before(uint32_t a, uint32_t b) {
  return linkage_key(LINKAGE_KEY_ORDER, a, 0, 0) < linkage_key(LINKAGE_KEY_ORDER, b, 0, 0);
}

/* The first LOOKED_AT of a list are those with the smallest keys, ascending: of all
 * members a random sample, however they came together (bottom-k, Cohen & Kaplan 2007).
 * The others follow in any order, so that joining costs the same for any size. */
static void join_lists(struct tree *trees, struct tree *low, struct tree *high) {
  uint32_t one = low->first, two = high->first;
  uint32_t *at = &low->first;
  for (int i = 0; i < LOOKED_AT && one != NOBODY && two != NOBODY; i++) {
    uint32_t *taken = comes_before(one, two) ? &one : &two;
    *at = *taken;
    at = &trees[*taken].next;
    *taken = *at;
  }
  *at = one == NOBODY ? two : one;
  if (one != NOBODY && two != NOBODY) {
    trees[low->last].next = two;
  }
  low->last = two != NOBODY ? high->last : low->last;
}

static void join(struct forest *forest, uint32_t a, uint32_t b) {
  uint32_t low = a < b ? a : b, high = a < b ? b : a;
  forest->trees[high].parent = low;
  join_lists(forest->trees, &forest->trees[low], &forest->trees[high]);
  unsigned char *said = said_of(forest, low), *others = said_of(forest, high);
  for (size_t i = 0; i < forest->linkage->plan.slots_count; i++) {
    said[i] = said[i] != 0 ? said[i] : others[i];
  }
}

static int by_number(const void *a, const void *b) {
  uint32_t left = *(const uint32_t *)a;
  uint32_t right = *(const uint32_t *)b;
  return (left > right) - (left < right);
}

/* The root of a cluster is its first answer, so clusters come in that order. */
static void write_clusters(struct linkage *linkage, const struct forest *forest) {
  const struct tree *trees = forest->trees;
  size_t at = 0;
  linkage->clusters[0] = 0;
  for (uint32_t i = 0; i < linkage->count; i++) {
    if (trees[i].parent != i || trees[i].first == trees[i].last) {
      continue;
    }
    size_t from = at;
    for (uint32_t member = trees[i].first; member != NOBODY; member = trees[member].next) {
      linkage->members[at++] = member;
      linkage->cluster_of[member] = (uint32_t)linkage->clusters_count + 1;
    }
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

static void plant(struct forest *forest) {
  const struct linkage *linkage = forest->linkage;
  for (uint32_t i = 0; i < linkage->count; i++) {
    forest->trees[i] = (struct tree){.parent = i, .next = NOBODY, .first = i, .last = i};
    for (size_t slot = 0; slot < linkage->plan.slots_count; slot++) {
      said_of(forest, i)[slot] = linkage_excluding(linkage, slot, linkage_codes(linkage, i));
    }
  }
}

static bool join_pairs(const struct linkage *linkage, struct forest *forest) {
  for (size_t i = 0; i < linkage->pairs_count; i++) {
    const struct linkage_pair *pair = &linkage->pairs[i];
    if (pair->probability < threshold_of(linkage, pair)) {
      continue;
    }
    uint32_t a = root(forest, pair->a), b = root(forest, pair->b);
    bool may;
    if (!may_join(forest, a, b, &may)) {
      return false;
    }
    if (may) {
      join(forest, a, b);
    }
  }
  return true;
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
                          .trees = calloc(count, sizeof *forest.trees),
                          .said = calloc(count, linkage->plan.slots_count + 1)};
  linkage->members = calloc(count, sizeof *linkage->members);
  linkage->clusters = calloc(count, sizeof *linkage->clusters);
  linkage->cluster_of = calloc(count, sizeof *linkage->cluster_of);
  bool done = forest.trees != NULL && forest.said != NULL && linkage->members != NULL &&
              linkage->clusters != NULL && linkage->cluster_of != NULL;
  if (done) {
    plant(&forest);
    done = join_pairs(linkage, &forest);
  }
  if (done) {
    write_clusters(linkage, &forest);
    mark_pairs(linkage);
  }
  free(forest.trees);
  free(forest.said);
  linkage_counter_clear(&forest.refused);
  return done;
}
