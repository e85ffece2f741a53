#include "survey/linkage_inside.h"

#include <math.h>
#include <stdlib.h>

/* Fewer bits than this are no reason. */
static const double telling_bits = 0.5;

struct ranked {
  struct linkage_reason reason;
  double bits;
  size_t order;
};

struct reasons {
  const struct linkage *linkage;
  const struct linkage_pair *pair;
  struct ranked items[LINKAGE_REASONS_MAX];
  size_t count;
};

static void add(struct reasons *reasons, enum linkage_reason_kind kind, double bits, int question,
                int64_t number, int64_t of) {
  if (reasons->count < LINKAGE_REASONS_MAX) {
    reasons->items[reasons->count] =
        (struct ranked){.reason = {kind, question, number < 0 ? 0 : number, of},
                        .bits = bits,
                        .order = reasons->count};
    reasons->count++;
  }
}

/* Others of all answers. */
static int64_t others(const struct reasons *reasons, uint64_t key) {
  return (int64_t)linkage_counter_find(&reasons->linkage->counter, key) - 2;
}

/* Others of those in the frequencies. */
static int64_t others_of(const struct reasons *reasons, double seen) {
  const struct linkage_pair *pair = reasons->pair;
  return (int64_t)(seen - linkage_pair_counts(reasons->linkage, pair->a, pair->b));
}

static int64_t others_counted(const struct reasons *reasons, uint64_t key) {
  return others_of(reasons, linkage_counter_find(&reasons->linkage->counter, key));
}

static void tell_tags(struct reasons *reasons, const struct linkage_part *part) {
  const struct linkage_record *a = &reasons->linkage->records[reasons->pair->a];
  const struct linkage_record *b = &reasons->linkage->records[reasons->pair->b];
  if (part->level == LINKAGE_UNKNOWN) {
    add(reasons, LINKAGE_REASON_NO_TAGS, -0.1, -1, 0, 0);
    return;
  }
  bool network = a->network >= 0 && a->network == b->network;
  bool device = a->device >= 0 && a->device == b->device;
  if (network) {
    add(reasons, LINKAGE_REASON_NETWORK, part->bits + (device ? 0.1 : 0), -1,
        others(reasons, linkage_key(LINKAGE_KEY_NETWORK, (uint64_t)a->network, 0, 0)), 0);
  }
  if (device) {
    add(reasons, LINKAGE_REASON_DEVICE, part->bits, -1,
        others_counted(reasons, linkage_key(LINKAGE_KEY_DEVICE, (uint64_t)a->device, 0, 0)), 0);
  }
  if (network && device) {
    double foreign =
        linkage_others(reasons->linkage, reasons->pair->a, reasons->pair->b, LINKAGE_KEY_BOTH,
                       LINKAGE_KEY_BOTH_PATTERN, (uint64_t)a->network, (uint64_t)a->device);
    if (foreign >= 1) {
      add(reasons, LINKAGE_REASON_SHARED, -1, -1,
          others(reasons,
                 linkage_key(LINKAGE_KEY_BOTH, (uint64_t)a->network, (uint64_t)a->device, 0)),
          0);
    }
  } else if (network && a->device >= 0 && b->device >= 0) {
    add(reasons, LINKAGE_REASON_OTHER_DEVICE, -1, -1, 0, 0);
  }
}

static void tell_gap(struct reasons *reasons, const struct linkage_part *part) {
  int64_t a = reasons->linkage->records[reasons->pair->a].minute;
  int64_t b = reasons->linkage->records[reasons->pair->b].minute;
  if (part->level != LINKAGE_UNKNOWN && part->bits > telling_bits) {
    add(reasons, LINKAGE_REASON_GAP, part->bits, -1, a > b ? a - b : b - a, 0);
  }
}

static void tell_words(struct reasons *reasons, const struct linkage_part *part, size_t slot) {
  if (part->level == LINKAGE_SAME) {
    size_t at = (size_t)reasons->pair->a * reasons->linkage->plan.words_count + slot;
    add(reasons, LINKAGE_REASON_WORDS, part->bits, part->question,
        others_counted(reasons,
                       linkage_key(LINKAGE_KEY_WORDS, slot, reasons->linkage->words[at].hash, 0)),
        0);
  } else if (part->level == LINKAGE_NEAR) {
    add(reasons, LINKAGE_REASON_WORDS_NEAR, part->bits, part->question, 0, 0);
  }
}

/* Sums over the parts that are told together. */
struct told {
  double household_bits, opinion_bits;
  bool household_differs;
  int64_t opinions, opinions_same;
  size_t words;
};

static void tell_part(struct reasons *reasons, const struct linkage_part *part, struct told *told) {
  switch (part->comparison) {
  case LINKAGE_RESPONDENT:
    if (part->level == LINKAGE_SAME) {
      add(reasons, LINKAGE_REASON_RESPONDENT, part->bits, part->question, 0, 0);
    }
    break;
  case LINKAGE_HOUSEHOLD:
  case LINKAGE_CHILDREN:
    told->household_bits += part->bits;
    told->household_differs = told->household_differs || part->level == LINKAGE_DIFFERENT;
    break;
  case LINKAGE_OPINION:
    told->opinions += part->level != LINKAGE_UNKNOWN;
    told->opinions_same += part->level == LINKAGE_SAME;
    told->opinion_bits += part->bits;
    break;
  case LINKAGE_MOOD:
  case LINKAGE_ORDER:
  case LINKAGE_TOGETHER:
    told->opinion_bits += part->bits;
    break;
  case LINKAGE_WORDS:
    tell_words(reasons, part, told->words++);
    break;
  case LINKAGE_LANGUAGE:
    if (part->level == LINKAGE_SAME && part->bits > telling_bits) {
      int32_t language = reasons->linkage->records[reasons->pair->a].language;
      add(reasons, LINKAGE_REASON_LANGUAGE, part->bits, -1,
          others_of(reasons, reasons->linkage->language_counts[language]), 0);
    }
    break;
  case LINKAGE_TAGS:
    tell_tags(reasons, part);
    break;
  case LINKAGE_GAP:
    tell_gap(reasons, part);
    break;
  case LINKAGE_CAP:
    break;
  }
}

static void tell_sums(struct reasons *reasons, const struct told *told,
                      const struct linkage_sum *sum) {
  const struct linkage *linkage = reasons->linkage;
  const struct linkage_record *a = &linkage->records[reasons->pair->a];
  const struct linkage_record *b = &linkage->records[reasons->pair->b];
  if (told->household_differs) {
    add(reasons, LINKAGE_REASON_OTHER_CHILDREN, -2, -1, 0, 0);
  } else if (a->pattern == b->pattern) {
    add(reasons, LINKAGE_REASON_CHILDREN, told->household_bits, -1,
        others_counted(reasons, linkage_key(LINKAGE_KEY_PATTERN, a->pattern, 0, 0)), 0);
  }
  if (told->opinions > 0 && a->profile == b->profile) {
    add(reasons, LINKAGE_REASON_IDENTICAL, told->opinion_bits, -1,
        others_counted(reasons, linkage_key(LINKAGE_KEY_PROFILE, a->profile, 0, 0)), 0);
  } else if (told->opinions > 0) {
    add(reasons, LINKAGE_REASON_OPINIONS, told->opinion_bits, -1, told->opinions_same,
        told->opinions);
  }
  struct linkage_prior prior = linkage_prior_of(linkage, sum);
  double household = prior.household * exp2(sum->bits_household);
  double same = prior.same * exp2(sum->bits);
  double rest = 1 - prior.same - prior.household;
  double percent = 100 * household / (same + household + rest);
  if (percent >= 5) {
    add(reasons, LINKAGE_REASON_HOUSEHOLD, -3, -1, (int64_t)(percent + 0.5), 0);
  }
}

static int by_bits(const void *a, const void *b) {
  const struct ranked *left = a;
  const struct ranked *right = b;
  if (left->bits > right->bits || left->bits < right->bits) {
    return left->bits > right->bits ? -1 : 1;
  }
  return (left->order > right->order) - (left->order < right->order);
}

size_t linkage_reasons(const struct linkage *linkage, const struct linkage_pair *pair,
                       struct linkage_reason *reasons, size_t most) {
  struct reasons found = {.linkage = linkage, .pair = pair};
  struct linkage_part parts[LINKAGE_PARTS_MAX];
  struct linkage_sum sum = {.parts = parts, .most = LINKAGE_PARTS_MAX};
  struct told told = {.words = 0};
  linkage_weigh(linkage, pair->a, pair->b, &sum);
  size_t count = sum.count < LINKAGE_PARTS_MAX ? sum.count : LINKAGE_PARTS_MAX;
  for (size_t i = 0; i < count; i++) {
    tell_part(&found, &parts[i], &told);
  }
  tell_sums(&found, &told, &sum);
  qsort(found.items, found.count, sizeof *found.items, by_bits);
  for (size_t i = 0; i < found.count && i < most; i++) {
    reasons[i] = found.items[i].reason;
  }
  return found.count;
}
