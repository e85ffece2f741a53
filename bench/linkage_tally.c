#include "linkage_tally.h"

#include <math.h>

const double tally_edges[TALLY_BINS] = {0.01, 0.05, 0.1, 0.2, 0.3,  0.4, 0.5,
                                        0.6,  0.7,  0.8, 0.9, 0.95, 0.99};
static const char *const methods[METHOD_COUNT] = {"linkage", "network", "identical", "alike"};
static const char *const sharings[SHARING_COUNT] = {"both", "network", "device", "neither"};

void found_add(struct found *found, const struct simulated *a, const struct simulated *b) {
  found->flagged++;
  if (a->person == b->person) {
    found->right++;
    found->of_person[simulated_sharing(a, b)]++;
  } else if (a->household == b->household) {
    found->of_household++;
  } else if (a->tablet && b->tablet) {
    found->of_tablet++;
  }
}

void tally_probability(struct tally *tally, double probability, bool right) {
  size_t i = 0;
  while (i + 1 < TALLY_BINS && probability >= tally_edges[i + 1]) {
    i++;
  }
  tally->bins[i].pairs++;
  tally->bins[i].right += right;
  tally->bins[i].probability += probability;
  tally->squares += (probability - right) * (probability - right);
  tally->listed++;
  tally->listed_right += right;
}

/* ---- shares */

static struct part recall_sharing(const struct tally *tally, const struct found *found,
                                  bool same_relation) {
  struct part part = {0, 0};
  for (size_t i = 0; i < SHARING_COUNT; i++) {
    if (i != SHARING_NEITHER) {
      part.some += found->of_person[i];
      part.all += tally->person_pairs[i] - (same_relation ? tally->other_relation[i] : 0);
    }
  }
  return part;
}

static void found_shares(const struct tally *tally, const struct found *found,
                         struct part shares[SHARES_FOUND]) {
  long all = 0;
  for (size_t i = 0; i < SHARING_COUNT; i++) {
    shares[SHARE_KIND + i] = (struct part){found->of_person[i], tally->person_pairs[i]};
    all += tally->person_pairs[i];
  }
  shares[SHARE_PRECISION] = (struct part){found->right, found->flagged};
  shares[SHARE_RECALL] = (struct part){found->right, all};
  shares[SHARE_RECALL_SHARING] = recall_sharing(tally, found, false);
  shares[SHARE_RECALL_RELATION] = recall_sharing(tally, found, true);
}

static void tally_shares(const struct tally *tally, struct part shares[TALLY_SHARES]) {
  for (size_t i = 0; i < METHOD_COUNT; i++) {
    found_shares(tally, &tally->methods[i], &shares[i * SHARES_FOUND]);
  }
  shares[SHARE_COUPLES] = tally->couples;
  shares[SHARE_SAME_SEX] = tally->same_sex;
  shares[SHARE_TABLET] = tally->tablet_families;
  shares[SHARE_CLUSTERS] = tally->clusters;
}

void tally_municipality(struct tally *tally) {
  struct part shares[TALLY_SHARES];
  tally_shares(tally, shares);
  for (size_t i = 0; i < TALLY_SHARES; i++) {
    struct spread *spread = &tally->spreads[i];
    double some = (double)(shares[i].some - spread->before.some);
    double all = (double)(shares[i].all - spread->before.all);
    spread->some_some += some * some;
    spread->some_all += some * all;
    spread->all_all += all * all;
    spread->before = shares[i];
  }
}

/* Of municipalities drawn whole; 1 where it cannot be told, or is less. */
static double design_effect(const struct spread *spread, const struct part *part,
                            long municipalities) {
  double n = (double)part->all, p = (double)part->some / n;
  if (municipalities < 2 || part->some == 0 || part->some == part->all) {
    return 1;
  }
  double squares = spread->some_some - 2 * p * spread->some_all + p * p * spread->all_all;
  double variance = squares / (n * n) * (double)municipalities / (double)(municipalities - 1);
  return fmax(1, variance / (p * (1 - p) / n));
}

static json_t *share_json(const struct part *part, double effect) {
  static const double z = 1.959963984540054;
  long some = part->some, all = part->all;
  if (all == 0) {
    return json_pack("{s:I, s:I, s:n}", "some", (json_int_t)some, "all", (json_int_t)all, "share");
  }
  double n = (double)all / effect, p = (double)some / (double)all;
  double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  double half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return json_pack("{s:I, s:I, s:f, s:f, s:f, s:f}", "some", (json_int_t)some, "all",
                   (json_int_t)all, "share", p, "design_effect", effect, "low",
                   some == 0 ? 0.0 : fmax(0, middle - half), "high",
                   some == all ? 1.0 : fmin(1, middle + half));
}

static json_t *spread_json(const struct tally *tally, size_t index) {
  const struct spread *spread = &tally->spreads[index];
  return share_json(&spread->before, design_effect(spread, &spread->before, tally->municipalities));
}

static json_t *found_json(const struct tally *tally, size_t method) {
  json_t *kinds = json_object();
  const struct found *found = &tally->methods[method];
  size_t first = method * SHARES_FOUND;
  for (size_t i = 0; i < SHARING_COUNT; i++) {
    (void)json_object_set_new(kinds, sharings[i], spread_json(tally, first + SHARE_KIND + i));
  }
  long strangers = found->flagged - found->right - found->of_household - found->of_tablet;
  return json_pack("{s:o, s:o, s:o, s:o, s:o, s:{s:I, s:I, s:I}}", "precision",
                   spread_json(tally, first + SHARE_PRECISION), "recall",
                   spread_json(tally, first + SHARE_RECALL), "recall_sharing",
                   spread_json(tally, first + SHARE_RECALL_SHARING), "recall_sharing_relation",
                   spread_json(tally, first + SHARE_RECALL_RELATION), "kinds", kinds, "false",
                   "household", (json_int_t)found->of_household, "tablet",
                   (json_int_t)found->of_tablet, "strangers", (json_int_t)strangers);
}

/* ---- JSON */

static json_t *bins_json(const struct tally *tally) {
  json_t *bins = json_array();
  for (size_t i = 0; i < TALLY_BINS; i++) {
    const struct bin *bin = &tally->bins[i];
    struct part right = {bin->right, bin->pairs};
    double mean = bin->pairs == 0 ? 0 : bin->probability / (double)bin->pairs;
    (void)json_array_append_new(bins, json_pack("{s:f, s:f, s:f, s:o}", "from", tally_edges[i],
                                                "to", i + 1 < TALLY_BINS ? tally_edges[i + 1] : 1.0,
                                                "mean", mean, "observed", share_json(&right, 1)));
  }
  return bins;
}

static json_t *methods_json(const struct tally *tally) {
  json_t *object = json_object();
  for (size_t i = 0; i < METHOD_COUNT; i++) {
    (void)json_object_set_new(object, methods[i], found_json(tally, i));
  }
  return object;
}

json_t *tally_json(const struct tally *tally) {
  long true_pairs = 0, vetoed = 0;
  for (size_t i = 0; i < SHARING_COUNT; i++) {
    true_pairs += tally->person_pairs[i];
    vetoed += tally->other_relation[i];
  }
  double brier = tally->listed == 0 ? 0 : tally->squares / (double)tally->listed;
  return json_pack(
      "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:{s:f, s:I, s:I}}",
      "municipalities", (json_int_t)tally->municipalities, "with_tablet",
      (json_int_t)tally->with_tablet, "answers", (json_int_t)tally->answers, "respondents",
      (json_int_t)tally->respondents, "pairs", (json_int_t)tally->pairs, "true_pairs",
      (json_int_t)true_pairs, "vetoed", (json_int_t)vetoed, "methods", methods_json(tally),
      "couples", spread_json(tally, SHARE_COUPLES), "same_sex", spread_json(tally, SHARE_SAME_SEX),
      "tablet_families", spread_json(tally, SHARE_TABLET), "clusters",
      spread_json(tally, SHARE_CLUSTERS), "bins", bins_json(tally), "listed", "brier", brier,
      "pairs", (json_int_t)tally->listed, "true", (json_int_t)tally->listed_right);
}
