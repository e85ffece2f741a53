#include "survey/linkage_inside.h"

#include <math.h>
#include <stdlib.h>

enum {
  SAMPLED_INSIDE = 64,     /* of a larger crowd so many are looked at, evenly */
  SAMPLED_ELSEWHERE = 256, /* and of all others */
  ROUNDS = 100
};

struct member {
  int64_t key; /* network, or network and device; -1: not known */
  uint32_t answer;
};

struct crowds {
  struct linkage *linkage;
  struct member *members; /* by key, then by answer */
  struct linkage_crowd *views;
  bool both; /* network and device */
};

static int64_t key_of(const struct linkage_record *record, bool both) {
  if (record->network < 0 || (both && record->device < 0)) {
    return -1;
  }
  return both ? (int64_t)record->network << 32 | record->device : record->network;
}

static int by_key(const void *a, const void *b) {
  const struct member *left = a;
  const struct member *right = b;
  if (left->key != right->key) {
    return left->key < right->key ? -1 : 1;
  }
  return (left->answer > right->answer) - (left->answer < right->answer);
}

/* How many compared answers differ, LINKAGE_DISTANCES - 1 at most. */
static int distance_of(const struct linkage *linkage, uint32_t a, uint32_t b) {
  const unsigned char *one = linkage_codes(linkage, a), *two = linkage_codes(linkage, b);
  int differ = 0;
  for (size_t i = 0; i < linkage->plan.slots_count; i++) {
    const struct linkage_slot *slot = &linkage->plan.slots[i];
    for (size_t j = 0; slot->compare != COMPARE_NONE && j < slot->repetitions; j++) {
      differ += one[slot->from + j] != two[slot->from + j];
      if (differ == LINKAGE_DISTANCES - 1) {
        return differ;
      }
    }
  }
  return differ;
}

/* How far away answers from elsewhere are, as shares. */
static void look_elsewhere(const struct crowds *crowds, const struct member *self,
                           double shares[LINKAGE_DISTANCES]) {
  const struct linkage *linkage = crowds->linkage;
  const struct linkage_constants *constants = &linkage_constants;
  size_t step = (linkage->count + SAMPLED_ELSEWHERE - 1) / SAMPLED_ELSEWHERE;
  double seen[LINKAGE_DISTANCES] = {0}, all = 0;
  for (size_t i = self->answer % step; i < linkage->count; i += step) {
    if (key_of(&linkage->records[i], crowds->both) != self->key) {
      seen[distance_of(linkage, self->answer, (uint32_t)i)]++;
      all++;
    }
  }
  for (int i = 0; i < LINKAGE_DISTANCES; i++) {
    shares[i] =
        linkage_share(seen[i], all, constants->distance_elsewhere[i], constants->distance_weight);
  }
}

/* Of a mixture of one's own answers and foreign ones, the share of own ones that
 * makes what is seen the most likely (EM); some foreign ones count as seen. */
static void divide(const double seen[LINKAGE_DISTANCES], double all,
                   const double elsewhere[LINKAGE_DISTANCES], struct linkage_crowd *view) {
  const struct linkage_constants *constants = &linkage_constants;
  double own = 0.5;
  for (int round = 0; round < ROUNDS; round++) {
    double sum = 0;
    for (int i = 0; i < LINKAGE_DISTANCES; i++) {
      double here = own * constants->distance_own[i];
      view->foreign_at[i] = (float)(1 - here / (here + (1 - own) * elsewhere[i]));
      sum += seen[i] * (1 - view->foreign_at[i]);
    }
    own = sum / (all + constants->crowd_weight);
  }
}

/* A crowd as one of its members sees it. */
static void look(const struct crowds *crowds, const struct member *members, size_t count,
                 size_t self) {
  struct linkage *linkage = crowds->linkage;
  size_t step = (count + SAMPLED_INSIDE - 1) / SAMPLED_INSIDE;
  double seen[LINKAGE_DISTANCES] = {0}, earlier[LINKAGE_DISTANCES] = {0}, all = 0;
  for (size_t i = self % step; i < count; i += step) {
    if (i != self) {
      int distance = distance_of(linkage, members[self].answer, members[i].answer);
      seen[distance]++;
      earlier[distance] += i < self;
      all++;
    }
  }
  double elsewhere[LINKAGE_DISTANCES], before = 0;
  struct linkage_crowd *view = &crowds->views[members[self].answer];
  look_elsewhere(crowds, &members[self], elsewhere);
  divide(seen, all, elsewhere, view);
  for (int i = 0; i < LINKAGE_DISTANCES; i++) {
    view->foreign += (float)(seen[i] * view->foreign_at[i] * (double)(count - 1) / all);
    before += view->foreign_at[i] < 0.5F ? earlier[i] : 0;
  }
  view->known = true;
  if (crowds->both && before >= linkage_constants.crowd_counted) {
    linkage->records[members[self].answer].uncounted = true;
  }
}

static void look_around(const struct crowds *crowds) {
  size_t count = crowds->linkage->count, from = 0;
  for (size_t to = 1; to <= count; to++) {
    if (to < count && crowds->members[to].key == crowds->members[from].key) {
      continue;
    }
    bool crowded = (double)(to - from) - 2 > linkage_constants.household_answers;
    for (size_t i = from; crowded && crowds->members[from].key >= 0 && i < to; i++) {
      look(crowds, crowds->members + from, to - from, i - from);
    }
    from = to;
  }
}

static bool look_at(struct linkage *linkage, bool both, struct linkage_crowd **views) {
  struct crowds crowds = {.linkage = linkage, .both = both};
  crowds.members = calloc(linkage->count + 1, sizeof *crowds.members);
  crowds.views = *views = calloc(linkage->count + 1, sizeof **views);
  if (crowds.members == NULL || crowds.views == NULL) {
    free(crowds.members);
    return false;
  }
  for (uint32_t i = 0; i < linkage->count; i++) {
    crowds.members[i] = (struct member){key_of(&linkage->records[i], both), i};
  }
  qsort(crowds.members, linkage->count, sizeof *crowds.members, by_key);
  look_around(&crowds);
  free(crowds.members);
  return true;
}

bool linkage_crowds(struct linkage *linkage) {
  return look_at(linkage, false, &linkage->network_crowds) &&
         look_at(linkage, true, &linkage->both_crowds);
}

double linkage_crowd_foreign(const struct linkage *linkage, bool both, uint32_t a, uint32_t b) {
  const struct linkage_crowd *views = both ? linkage->both_crowds : linkage->network_crowds;
  const struct linkage_crowd *by_a = &views[a], *by_b = &views[b];
  if (!by_a->known || !by_b->known) {
    return INFINITY;
  }
  int distance = distance_of(linkage, a, b);
  double foreign = ((double)by_a->foreign - by_a->foreign_at[distance] + by_b->foreign -
                    by_b->foreign_at[distance]) /
                   2;
  return foreign > 0 ? foreign : 0;
}
