#include "survey/linkage_inside.h"

#include <math.h>

static const double strangers_least = 1e-6;

void linkage_sum_add(struct linkage_sum *sum, const struct linkage_part *part) {
  struct linkage_part kept = *part;
  if (kept.level == LINKAGE_UNKNOWN) {
    kept.same = kept.household = kept.strangers = 1;
  }
  double strangers_bits = log2(kept.strangers);
  kept.bits = log2(kept.same) - strangers_bits;
  kept.bits_household = log2(kept.household) - strangers_bits;
  if (kept.level == LINKAGE_VETO) {
    kept.bits = kept.bits_household = 0;
    sum->veto = true;
  }
  sum->strangers_bits += strangers_bits;
  sum->bits += kept.bits;
  sum->bits_household += kept.bits_household;
  if (sum->parts != NULL && sum->count < sum->most) {
    sum->parts[sum->count] = kept;
  }
  sum->count++;
}

static void add_agreement(struct linkage_weighing *weighing, struct linkage_part part,
                          const struct linkage_agreement *same, double strangers_same) {
  bool agree = part.level == LINKAGE_SAME;
  part.same = agree ? same->same : 1 - same->same;
  part.household = agree ? same->household : 1 - same->household;
  part.strangers = agree ? strangers_same : 1 - strangers_same;
  part.strangers = part.strangers > strangers_least ? part.strangers : strangers_least;
  linkage_sum_add(weighing->sum, &part);
}

/* ---- frequencies without the pair */

/* How often others give a code, of which one is known to do so with weight own. */
static double value_share(const struct linkage_weighing *weighing, size_t slot, unsigned char code,
                          double own) {
  const struct linkage_shares *shares = &weighing->linkage->shares[slot];
  const struct linkage_slot *plan = &weighing->linkage->plan.slots[slot];
  unsigned char a = weighing->a[plan->from], b = weighing->b[plan->from];
  double seen = (double)shares->all[code] - (a == code) * weighing->counts_a -
                (b == code) * weighing->counts_b;
  double of =
      (double)shares->all_given - (a != 0) * weighing->counts_a - (b != 0) * weighing->counts_b;
  return linkage_share(seen + own, of + own, 1.0 / plan->options,
                       linkage_constants.value_weight * plan->options);
}

/* ---- who and which household */

unsigned char linkage_excluding(const struct linkage *linkage, size_t slot,
                                const unsigned char *codes) {
  const struct linkage_slot *plan = &linkage->plan.slots[slot];
  const struct question *question = &linkage->plan.questionnaire->questions[plan->question];
  for (size_t i = 0; i < question->different_count; i++) {
    if (question->different[i] + 1 == codes[plan->from]) {
      return codes[plan->from];
    }
  }
  return 0;
}

static bool are_different_people(const struct linkage_weighing *weighing, size_t slot) {
  unsigned char a = linkage_excluding(weighing->linkage, slot, weighing->a);
  unsigned char b = linkage_excluding(weighing->linkage, slot, weighing->b);
  return a != 0 && b != 0 && a != b;
}

static void weigh_once(struct linkage_weighing *weighing, size_t slot) {
  const struct linkage_slot *plan = &weighing->linkage->plan.slots[slot];
  bool respondent = plan->compare == COMPARE_RESPONDENT;
  unsigned char a = weighing->a[plan->from], b = weighing->b[plan->from];
  struct linkage_part part = {.comparison = respondent ? LINKAGE_RESPONDENT : LINKAGE_HOUSEHOLD,
                              .level = LINKAGE_UNKNOWN,
                              .question = plan->question};
  if (a == 0 || b == 0) {
    linkage_sum_add(weighing->sum, &part);
    return;
  }
  if (are_different_people(weighing, slot)) {
    part.level = LINKAGE_VETO;
    part.household = 1;
    part.strangers = 1;
    linkage_sum_add(weighing->sum, &part);
    return;
  }
  part.level = a == b ? LINKAGE_SAME : LINKAGE_DIFFERENT;
  double own = a == b ? linkage_constants.own_weight : 0;
  add_agreement(weighing, part,
                respondent ? &linkage_constants.respondent : &linkage_constants.fact,
                sqrt(value_share(weighing, slot, a, own) * value_share(weighing, slot, b, own)));
}

static double multiset_share(const struct linkage_weighing *weighing, size_t slot, size_t children,
                             uint64_t hash, double pair, bool both) {
  const struct linkage_counter *counter = &weighing->linkage->counter;
  double seen = linkage_counter_find(counter, linkage_key(LINKAGE_KEY_BROOD, slot, children, hash));
  double of = linkage_counter_find(counter, linkage_key(LINKAGE_KEY_BROOD, slot, children, 0));
  double own = both ? linkage_constants.own_weight : 0;
  return linkage_share(seen - pair + own, of - weighing->counts_a - weighing->counts_b + own, 0.5,
                       2 * linkage_constants.fact_weight);
}

/* Which of the children, as a multiset, among families with as many. */
static void weigh_children(struct linkage_weighing *weighing, size_t slot) {
  const struct linkage_slot *plan = &weighing->linkage->plan.slots[slot];
  size_t children = linkage_children(weighing->linkage, weighing->a, (size_t)plan->brood);
  size_t others = linkage_children(weighing->linkage, weighing->b, (size_t)plan->brood);
  struct linkage_part part = {
      .comparison = LINKAGE_CHILDREN, .level = LINKAGE_UNKNOWN, .question = plan->question};
  uint64_t a = linkage_multiset(weighing->a + plan->from, children);
  uint64_t b = linkage_multiset(weighing->b + plan->from, others);
  if (children == 0 || children != others || a == 0 || b == 0) {
    linkage_sum_add(weighing->sum, &part);
    return;
  }
  struct linkage_agreement all = {.same = pow(linkage_constants.fact.same, (double)children),
                                  .household =
                                      pow(linkage_constants.fact.household, (double)children)};
  part.level = a == b ? LINKAGE_SAME : LINKAGE_DIFFERENT;
  double pair = weighing->counts_a + weighing->counts_b;
  add_agreement(
      weighing, part, &all,
      sqrt(
          multiset_share(weighing, slot, children, a, a == b ? pair : weighing->counts_a, a == b) *
          multiset_share(weighing, slot, children, b, a == b ? pair : weighing->counts_b, a == b)));
}

/* ---- the whole and its parts */

/* Answers go together: who lives alone has fewer children, who is content is so with
 * everything. Where the whole agrees, strangers agree in it at least as often as
 * others gave just that, two of whom may be the pair's own further repeats;
 * bits_before is the sum before its parts. */
static void weigh_together(struct linkage_weighing *weighing, enum linkage_key what, uint64_t a,
                           uint64_t b, double bits_before) {
  const struct linkage *linkage = weighing->linkage;
  if (a != b) {
    return;
  }
  double pair = weighing->counts_a + weighing->counts_b;
  double seen =
      (double)linkage_counter_find(&linkage->counter, linkage_key(what, a, 0, 0)) - pair - 2;
  double times = seen > 0 ? seen / ((double)linkage->counted - pair) *
                                exp2(bits_before - weighing->sum->strangers_bits)
                          : 0;
  if (times > 1) {
    struct linkage_part part = {.comparison = LINKAGE_TOGETHER,
                                .level = LINKAGE_SAME,
                                .question = -1,
                                .same = 1,
                                .household = 1,
                                .strangers = times};
    linkage_sum_add(weighing->sum, &part);
  }
}

/* ---- words */

static void weigh_words(struct linkage_weighing *weighing, uint32_t first, uint32_t second,
                        size_t slot) {
  const struct linkage *linkage = weighing->linkage;
  const struct linkage_words *a = &linkage->words[first * linkage->plan.words_count + slot];
  const struct linkage_words *b = &linkage->words[second * linkage->plan.words_count + slot];
  struct linkage_part part = {
      .comparison = LINKAGE_WORDS,
      .question = linkage->plan.questionnaire->fields[linkage->plan.words[slot]].question};
  if (a->hash == 0 || b->hash == 0) {
    linkage_sum_add(weighing->sum, &part);
    return;
  }
  /* A short text is written by others too, though none of these few did: as if a
   * text of six characters had been seen with every second one. */
  double length = (a->length + b->length) / 2.0;
  double unseen = exp2(-length / 6), unseen_near = linkage_constants.words_near_unseen;
  double pair = weighing->counts_a + weighing->counts_b;
  double of = (double)linkage->words_given[slot] - pair;
  double least = exp2(-linkage_constants.words_bits);
  const struct linkage_agreement *agreement = &linkage_constants.words_other;
  part.level = LINKAGE_DIFFERENT;
  part.strangers = 1;
  bool same = a->hash == b->hash;
  if (same || linkage_words_alike(linkage, a, b) >= linkage_constants.near_jaccard) {
    double seen = same ? (double)linkage_counter_find(
                             &linkage->counter, linkage_key(LINKAGE_KEY_WORDS, slot, a->hash, 0)) -
                             pair
                       : ((double)a->near + b->near) / 2 - 1;
    agreement = same ? &linkage_constants.words_same : &linkage_constants.words_near;
    part.level = same ? LINKAGE_SAME : LINKAGE_NEAR;
    part.strangers = linkage_share(seen, of, same || unseen > unseen_near ? unseen : unseen_near,
                                   linkage_constants.words_weight);
    part.strangers = part.strangers > least ? part.strangers : least;
  }
  part.same = agreement->same;
  part.household = agreement->household;
  linkage_sum_add(weighing->sum, &part);
}

/* ---- all */

static void weigh_facts(struct linkage_weighing *weighing, enum question_compare compare) {
  const struct linkage_plan *plan = &weighing->linkage->plan;
  for (size_t slot = 0; slot < plan->slots_count; slot++) {
    if (plan->slots[slot].compare == compare) {
      (plan->slots[slot].brood < 0 ? weigh_once : weigh_children)(weighing, slot);
    }
  }
}

void linkage_weigh(const struct linkage *linkage, uint32_t a, uint32_t b, struct linkage_sum *sum) {
  const struct linkage_plan *plan = &linkage->plan;
  struct linkage_weighing weighing = {.linkage = linkage,
                                      .a = linkage_codes(linkage, a),
                                      .b = linkage_codes(linkage, b),
                                      .mood_a = linkage->records[a].mood,
                                      .mood_b = linkage->records[b].mood,
                                      .counts_a = linkage_counts(linkage, a),
                                      .counts_b = linkage_counts(linkage, b),
                                      .sum = sum};
  const struct linkage_record *one = &linkage->records[a], *two = &linkage->records[b];
  sum->crowd = linkage_is_crowd(linkage, a, b);
  weigh_facts(&weighing, COMPARE_RESPONDENT);
  if (sum->veto && sum->parts == NULL) {
    return;
  }
  double respondent_bits = sum->strangers_bits;
  weigh_facts(&weighing, COMPARE_HOUSEHOLD);
  weigh_together(&weighing, LINKAGE_KEY_PATTERN, one->pattern, two->pattern, respondent_bits);
  linkage_weigh_opinions(&weighing);
  weigh_together(&weighing, LINKAGE_KEY_PROFILE, one->profile, two->profile, 0);
  for (size_t slot = 0; slot < plan->words_count; slot++) {
    weigh_words(&weighing, a, b, slot);
  }
  linkage_weigh_traces(linkage, a, b, sum);
}
