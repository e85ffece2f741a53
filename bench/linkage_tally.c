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

/* A share with its interval after E. B. Wilson (JASA 22, 1927); null without a base. */
static json_t *share_json(long some, long all) {
  static const double z = 1.959963984540054;
  if (all == 0) {
    return json_pack("{s:I, s:I, s:n}", "some", (json_int_t)some, "all", (json_int_t)all, "share");
  }
  double n = (double)all, p = (double)some / n;
  double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  double half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return json_pack("{s:I, s:I, s:f, s:f, s:f}", "some", (json_int_t)some, "all", (json_int_t)all,
                   "share", p, "low", some == 0 ? 0.0 : fmax(0, middle - half), "high",
                   some == all ? 1.0 : fmin(1, middle + half));
}

static json_t *part_json(const struct part *part) {
  return share_json(part->some, part->all);
}

static json_t *found_json(const struct tally *tally, const struct found *found) {
  json_t *kinds = json_object();
  long all = 0, sharing = 0, sharing_found = 0, sharing_vetoed = 0;
  for (size_t i = 0; i < SHARING_COUNT; i++) {
    long pairs = tally->person_pairs[i];
    (void)json_object_set_new(kinds, sharings[i], share_json(found->of_person[i], pairs));
    all += pairs;
    sharing += i == SHARING_NEITHER ? 0 : pairs;
    sharing_found += i == SHARING_NEITHER ? 0 : found->of_person[i];
    sharing_vetoed += i == SHARING_NEITHER ? 0 : tally->other_relation[i];
  }
  long strangers = found->flagged - found->right - found->of_household - found->of_tablet;
  return json_pack("{s:o, s:o, s:o, s:o, s:o, s:{s:I, s:I, s:I}}", "precision",
                   share_json(found->right, found->flagged), "recall",
                   share_json(found->right, all), "recall_sharing",
                   share_json(sharing_found, sharing), "recall_sharing_relation",
                   share_json(sharing_found, sharing - sharing_vetoed), "kinds", kinds, "false",
                   "household", (json_int_t)found->of_household, "tablet",
                   (json_int_t)found->of_tablet, "strangers", (json_int_t)strangers);
}

static json_t *bins_json(const struct tally *tally) {
  json_t *bins = json_array();
  for (size_t i = 0; i < TALLY_BINS; i++) {
    const struct bin *bin = &tally->bins[i];
    double mean = bin->pairs == 0 ? 0 : bin->probability / (double)bin->pairs;
    (void)json_array_append_new(bins,
                                json_pack("{s:f, s:f, s:f, s:o}", "from", tally_edges[i], "to",
                                          i + 1 < TALLY_BINS ? tally_edges[i + 1] : 1.0, "mean",
                                          mean, "observed", share_json(bin->right, bin->pairs)));
  }
  return bins;
}

static json_t *methods_json(const struct tally *tally) {
  json_t *object = json_object();
  for (size_t i = 0; i < METHOD_COUNT; i++) {
    (void)json_object_set_new(object, methods[i], found_json(tally, &tally->methods[i]));
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
      "couples", part_json(&tally->couples), "same_sex", part_json(&tally->same_sex),
      "tablet_families", part_json(&tally->tablet_families), "clusters",
      part_json(&tally->clusters), "bins", bins_json(tally), "listed", "brier", brier, "pairs",
      (json_int_t)tally->listed, "true", (json_int_t)tally->listed_right);
}
