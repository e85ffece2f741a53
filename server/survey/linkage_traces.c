#include "survey/linkage_inside.h"

#include <math.h>

static const double tag_chance = 1.0 / 65536; /* two networks with one 16-bit tag */

static void add(struct linkage_sum *sum, enum linkage_comparison comparison,
                enum linkage_level level, struct linkage_agreement agreement, double strangers) {
  struct linkage_part part = {.comparison = comparison,
                              .level = level,
                              .question = -1,
                              .same = agreement.same,
                              .household = agreement.household,
                              .strangers = strangers};
  linkage_sum_add(sum, &part);
}

/* ---- language */

static double language_share(const struct linkage *linkage, int32_t language, uint32_t a,
                             uint32_t b) {
  bool by_a = linkage->records[a].language == language;
  bool by_b = linkage->records[b].language == language;
  double own = by_a && by_b ? linkage_constants.own_weight : 0;
  double seen = (double)linkage->language_counts[language] - by_a * linkage_counts(linkage, a) -
                by_b * linkage_counts(linkage, b);
  return linkage_share(seen + own,
                       (double)linkage->counted - linkage_pair_counts(linkage, a, b) + own, 0.5,
                       2 * linkage_constants.language_weight);
}

static void weigh_language(const struct linkage *linkage, uint32_t a, uint32_t b,
                           struct linkage_sum *sum) {
  struct linkage_agreement agreement = linkage_constants.language;
  int32_t one = linkage->records[a].language, two = linkage->records[b].language;
  if (one < 0 || two < 0) {
    add(sum, LINKAGE_LANGUAGE, LINKAGE_UNKNOWN, agreement, 1);
    return;
  }
  double share = sqrt(language_share(linkage, one, a, b) * language_share(linkage, two, a, b));
  if (one == two) {
    add(sum, LINKAGE_LANGUAGE, LINKAGE_SAME, agreement, share);
    return;
  }
  agreement = (struct linkage_agreement){1 - agreement.same, 1 - agreement.household};
  add(sum, LINKAGE_LANGUAGE, LINKAGE_DIFFERENT, agreement, 1 - share);
}

/* ---- tags */

double linkage_others(const struct linkage *linkage, uint32_t a, uint32_t b, enum linkage_key what,
                      enum linkage_key with_pattern, uint64_t first, uint64_t second) {
  const struct linkage_counter *counter = &linkage->counter;
  uint64_t patterns[] = {linkage->records[a].pattern, linkage->records[b].pattern};
  double others = (double)linkage_counter_find(counter, linkage_key(what, first, second, 0)) - 2;
  double alike = -2, alike_all = 0;
  for (int i = 0; i < (patterns[0] == patterns[1] ? 1 : 2); i++) {
    alike += linkage_counter_find(counter, linkage_key(with_pattern, first, second, patterns[i]));
    alike_all += linkage_counter_find(counter, linkage_key(LINKAGE_KEY_PATTERN, patterns[i], 0, 0));
  }
  /* Those of another household, and as many more as would be alike by chance. */
  double unlike_share = 1 - alike_all / (double)linkage->counted;
  double foreign = (others - alike) / (unlike_share > 0.1 ? unlike_share : 0.1);
  double surely = others - linkage_constants.household_answers;
  foreign = foreign > surely ? foreign : surely;
  /* Of many, no more than their contents tell apart. */
  double by_contents = linkage_crowd_foreign(linkage, what == LINKAGE_KEY_BOTH, a, b);
  foreign = foreign < by_contents ? foreign : by_contents;
  foreign = foreign < others ? foreign : others;
  return foreign > 0 ? foreign : 0;
}

/* What strangers have to do with the tags of a pair. */
struct tag_shares {
  double network, device, both;
  double others; /* foreign ones on the network */
};

static double device_share(const struct linkage *linkage, int32_t device, double pair) {
  double seen = (double)linkage_counter_find(
                    &linkage->counter, linkage_key(LINKAGE_KEY_DEVICE, (uint64_t)device, 0, 0)) -
                pair;
  double of = (double)linkage->with_device - pair;
  return tag_chance + linkage_share(seen, of, linkage_constants.device_weight, 1);
}

static struct tag_shares tag_shares(const struct linkage *linkage, uint32_t a, uint32_t b) {
  const struct linkage_record *one = &linkage->records[a], *two = &linkage->records[b];
  struct tag_shares shares = {.network = 1, .device = 1, .both = 1};
  bool network = one->network >= 0 && one->network == two->network;
  bool device = one->device >= 0 && one->device == two->device;
  if (network) {
    shares.others = linkage_others(linkage, a, b, LINKAGE_KEY_NETWORK, LINKAGE_KEY_NETWORK_PATTERN,
                                   (uint64_t)one->network, 0);
    shares.network = tag_chance + linkage_share(shares.others, (double)linkage->with_network - 2,
                                                linkage_constants.network_weight, 1);
  }
  if (device) {
    shares.device = device_share(linkage, one->device, linkage_pair_counts(linkage, a, b));
  }
  if (network && device) {
    double others = linkage_others(linkage, a, b, LINKAGE_KEY_BOTH, LINKAGE_KEY_BOTH_PATTERN,
                                   (uint64_t)one->network, (uint64_t)one->device);
    shares.both = shares.network * linkage_share(others, shares.others, shares.device,
                                                 linkage_constants.within_network_weight);
  }
  return shares;
}

/* The tags alone bring a pair, of which nothing else is known, to `odds` at most. */
static void cap(const struct linkage *linkage, double same, double strangers, double odds,
                struct linkage_sum *sum) {
  double prior = linkage->assumed.same / (1 - linkage->assumed.same - linkage->assumed.household);
  double over = prior * same / strangers / odds;
  if (over > 1) {
    add(sum, LINKAGE_CAP, LINKAGE_SAME, (struct linkage_agreement){1 / over, 1 / over}, 1);
  }
}

static void weigh_one_tag(const struct linkage *linkage, bool agree, enum linkage_level level,
                          struct linkage_agreement agreement, double share,
                          struct linkage_sum *sum) {
  if (!agree) {
    agreement = (struct linkage_agreement){1 - agreement.same, 1 - agreement.household};
    add(sum, LINKAGE_TAGS, LINKAGE_DIFFERENT, agreement, 1);
    return;
  }
  add(sum, LINKAGE_TAGS, level, agreement, share);
  double most = linkage_constants.capped_one;
  cap(linkage, agreement.same, share, most / (1 - most), sum);
}

static void weigh_both_tags(const struct linkage *linkage, bool network, bool device,
                            const struct tag_shares *shares, struct linkage_sum *sum) {
  const struct linkage_constants *constants = &linkage_constants;
  double most = constants->capped_one;
  if (network && device) {
    double threshold = linkage->options.threshold;
    add(sum, LINKAGE_TAGS, LINKAGE_SAME, constants->tags_both, shares->both);
    cap(linkage, constants->tags_both.same, shares->both,
        constants->capped_both * threshold / (1 - threshold), sum);
  } else if (network) {
    add(sum, LINKAGE_TAGS, LINKAGE_NETWORK, constants->tags_network, shares->network);
    cap(linkage, constants->tags_network.same, shares->network, most / (1 - most), sum);
  } else if (device) {
    add(sum, LINKAGE_TAGS, LINKAGE_DEVICE, constants->tags_device, shares->device);
    cap(linkage, constants->tags_device.same, shares->device, most / (1 - most), sum);
  } else {
    add(sum, LINKAGE_TAGS, LINKAGE_DIFFERENT, constants->tags_neither, 1);
  }
}

static void weigh_tags(const struct linkage *linkage, const struct linkage_record *a,
                       const struct linkage_record *b, const struct tag_shares *shares,
                       struct linkage_sum *sum) {
  bool networks = a->network >= 0 && b->network >= 0;
  bool devices = a->device >= 0 && b->device >= 0;
  if (networks && devices) {
    weigh_both_tags(linkage, a->network == b->network, a->device == b->device, shares, sum);
  } else if (networks) {
    weigh_one_tag(linkage, a->network == b->network, LINKAGE_NETWORK, linkage_constants.network,
                  shares->network, sum);
  } else if (devices) {
    weigh_one_tag(linkage, a->device == b->device, LINKAGE_DEVICE, linkage_constants.device,
                  shares->device, sum);
  } else {
    add(sum, LINKAGE_TAGS, LINKAGE_UNKNOWN, linkage_constants.network, 1);
  }
}

/* ---- gap */

enum { GAP_LEVELS = 6 };
static const int64_t gap_limits[GAP_LEVELS] = {10, 180, 1440, 10080, 80640, INT64_MAX / 4};

static size_t count_below(const int64_t *sorted, size_t count, int64_t value) {
  size_t from = 0;
  while (count > 0) {
    size_t half = count / 2;
    if (sorted[from + half] < value) {
      from += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return from;
}

/* Answers of a sorted list that arrived at a level's distance from `minute`. */
static double count_level(const int64_t *sorted, size_t count, int64_t base, int64_t minute,
                          int level) {
  int64_t counts[2];
  for (int i = 0; i < 2; i++) {
    int64_t limit = i == 1 ? gap_limits[level] : level == 0 ? -1 : gap_limits[level - 1];
    int64_t reach = LINKAGE_MINUTES_MAX;
    limit = limit < reach ? limit : reach;
    int64_t low = minute - limit > 0 ? minute - limit : 0;
    int64_t high = minute + limit < reach ? minute + limit : reach;
    counts[i] = limit < 0 ? 0
                          : (int64_t)count_below(sorted, count, base + high + 1) -
                                (int64_t)count_below(sorted, count, base + low);
  }
  return (double)(counts[1] - counts[0]);
}

/* How often strangers are so far apart, before anything is counted: answers spread
 * over the time there is, but people sleep, so that they are nearer than that. */
static double gap_guess(const struct linkage *linkage, int level) {
  size_t count = linkage->with_minute;
  double time = count == 0 ? 0 : (double)(linkage->minutes[count - 1] - linkage->minutes[0]);
  double low = level == 0 ? 0 : (double)gap_limits[level - 1];
  double high = (double)gap_limits[level];
  double crowding = linkage_constants.gap_crowding;
  double below = 1 - exp(-2 * crowding * low / (time + 1440));
  double share = 1 - exp(-2 * crowding * high / (time + 1440)) - below;
  return share > 1e-6 ? share : 1e-6;
}

static double gap_share(const struct linkage *linkage, const struct linkage_record *a,
                        const struct linkage_record *b, int level,
                        const struct tag_shares *shares) {
  double pair = (a->uncounted ? 0 : 1) + (b->uncounted ? 0 : 1);
  /* Either of the two is at its own place (level 0) and at the other's. */
  double own = level == 0 ? 2 : 1;
  double seen = (count_level(linkage->minutes, linkage->with_minute, 0, a->minute, level) +
                 count_level(linkage->minutes, linkage->with_minute, 0, b->minute, level)) /
                    2 -
                own * pair / 2;
  /* As if the guess had been made from one such arrival. */
  double guess = gap_guess(linkage, level);
  double share = linkage_share(seen, (double)linkage->with_minute - pair, guess, 1 / guess);
  if (a->network < 0 || a->network != b->network || shares->others <= 0) {
    return share;
  }
  int64_t base = (int64_t)a->network << 40;
  const int64_t *sorted = linkage->minutes_by_network;
  double here = (count_level(sorted, linkage->with_both, base, a->minute, level) +
                 count_level(sorted, linkage->with_both, base, b->minute, level)) /
                    2 -
                own;
  double all =
      (double)linkage_counter_find(&linkage->counter,
                                   linkage_key(LINKAGE_KEY_NETWORK, (uint64_t)a->network, 0, 0)) -
      2;
  here = all > 0 && here > 0 ? here / all : 0;
  /* Those who share a place come there together, as a household does. */
  double local =
      linkage_share(here * shares->others, shares->others, linkage_constants.gap[level].household,
                    linkage_constants.gap_weight);
  double place = shares->others / (shares->others + 1);
  return place * local + (1 - place) * share;
}

static void weigh_gap(const struct linkage *linkage, const struct linkage_record *a,
                      const struct linkage_record *b, const struct tag_shares *shares,
                      struct linkage_sum *sum) {
  if (a->minute < 0 || b->minute < 0) {
    add(sum, LINKAGE_GAP, LINKAGE_UNKNOWN, linkage_constants.gap[0], 1);
    return;
  }
  int64_t gap = a->minute > b->minute ? a->minute - b->minute : b->minute - a->minute;
  int level = 0;
  while (level < GAP_LEVELS - 1 && gap > gap_limits[level]) {
    level++;
  }
  add(sum, LINKAGE_GAP, (enum linkage_level)(LINKAGE_MINUTES + level), linkage_constants.gap[level],
      gap_share(linkage, a, b, level, shares));
}

void linkage_weigh_traces(const struct linkage *linkage, uint32_t a, uint32_t b,
                          struct linkage_sum *sum) {
  const struct linkage_record *one = &linkage->records[a], *two = &linkage->records[b];
  struct tag_shares shares = tag_shares(linkage, a, b);
  weigh_language(linkage, a, b, sum);
  weigh_gap(linkage, one, two, &shares, sum);
  weigh_tags(linkage, one, two, &shares, sum);
}

double linkage_tag_bits(const struct linkage *linkage, uint32_t a, uint32_t b) {
  struct linkage_sum sum = {.parts = NULL};
  struct tag_shares shares = tag_shares(linkage, a, b);
  weigh_tags(linkage, &linkage->records[a], &linkage->records[b], &shares, &sum);
  return sum.bits;
}
