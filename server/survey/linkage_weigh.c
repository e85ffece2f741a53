#include "survey/linkage_inside.h"

#include <math.h>

enum { ORDERED_MAX = 4 }; /* more children than this are compared as they stand */

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

/* Two answers and what is the same for all their comparisons. */
struct weighing {
  const struct linkage *linkage;
  const unsigned char *a, *b; /* codes */
  unsigned char mood_a, mood_b;
  struct linkage_sum *sum;
};

static void add_agreement(struct weighing *weighing, struct linkage_part part,
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
static double value_share(const struct weighing *weighing, size_t slot, unsigned char code,
                          double own) {
  const struct linkage_shares *shares = &weighing->linkage->shares[slot];
  const struct linkage_slot *plan = &weighing->linkage->plan.slots[slot];
  unsigned char a = weighing->a[plan->from], b = weighing->b[plan->from];
  double seen = (double)shares->all[code] - (a == code) - (b == code);
  double of = (double)shares->all_given - (a != 0) - (b != 0);
  return linkage_share(seen + own, of + own, 1.0 / plan->options,
                       linkage_constants.value_weight * plan->options);
}

/* What to expect of a mood before anything is counted: steps away from the most
 * positive end as so many throws of a coin, most of the time. */
static double class_guess(const struct linkage_slot *plan, unsigned char mood, unsigned char code) {
  static const double steps[LINKAGE_MOODS] = {0, 0.06, 0.19, 0.37, 0.65};
  double uniform = 1.0 / plan->options;
  int rank = plan->rank[code];
  double away = steps[mood], share = 1;
  for (int i = 1; i <= rank; i++) {
    share *= (double)(plan->ranks - i) / i * away;
  }
  share = rank < 0 ? 0 : share * pow(1 - away, plan->ranks - 1 - rank);
  return (1 - linkage_constants.class_uniform) * share + linkage_constants.class_uniform * uniform;
}

/* How often others of a mood give a code. */
static double class_share(const struct weighing *weighing, size_t slot, unsigned char mood,
                          unsigned char code, double own) {
  const struct linkage_shares *shares = &weighing->linkage->shares[slot];
  const struct linkage_slot *plan = &weighing->linkage->plan.slots[slot];
  unsigned char a = weighing->mood_a == mood ? weighing->a[plan->from] : 0;
  unsigned char b = weighing->mood_b == mood ? weighing->b[plan->from] : 0;
  double seen = (double)shares->count[mood][code] - (a == code) - (b == code);
  double of = (double)shares->given[mood] - (a != 0) - (b != 0);
  return linkage_share(seen + own, of + own, class_guess(plan, mood, code),
                       linkage_constants.class_weight);
}

static double mood_share(const struct weighing *weighing, unsigned char mood) {
  const struct linkage *linkage = weighing->linkage;
  double seen =
      (double)linkage->moods[mood] - (weighing->mood_a == mood) - (weighing->mood_b == mood);
  double of = (double)linkage->count - linkage->moods[LINKAGE_MOOD_NONE] - 2;
  return linkage_share(seen, of, 1.0 / LINKAGE_MOODS,
                       linkage_constants.mood_weight * LINKAGE_MOODS / 2);
}

/* ---- who and which household */

static bool are_different_people(const struct question *question, unsigned char a,
                                 unsigned char b) {
  bool has_a = false, has_b = false;
  for (size_t i = 0; i < question->different_count; i++) {
    has_a = has_a || question->different[i] + 1 == a;
    has_b = has_b || question->different[i] + 1 == b;
  }
  return a != b && has_a && has_b;
}

static void weigh_once(struct weighing *weighing, size_t slot) {
  const struct linkage_slot *plan = &weighing->linkage->plan.slots[slot];
  const struct question *question =
      &weighing->linkage->plan.questionnaire->questions[plan->question];
  bool respondent = plan->compare == COMPARE_RESPONDENT;
  unsigned char a = weighing->a[plan->from], b = weighing->b[plan->from];
  struct linkage_part part = {.comparison = respondent ? LINKAGE_RESPONDENT : LINKAGE_HOUSEHOLD,
                              .level = LINKAGE_UNKNOWN,
                              .question = plan->question};
  if (a == 0 || b == 0) {
    linkage_sum_add(weighing->sum, &part);
    return;
  }
  if (are_different_people(question, a, b)) {
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

static double multiset_share(const struct weighing *weighing, size_t slot, size_t children,
                             uint64_t hash, bool both) {
  const struct linkage_counter *counter = &weighing->linkage->counter;
  double seen = linkage_counter_find(counter, linkage_key(LINKAGE_KEY_BROOD, slot, children, hash));
  double of = linkage_counter_find(counter, linkage_key(LINKAGE_KEY_BROOD, slot, children, 0));
  double own = both ? linkage_constants.own_weight : 0;
  return linkage_share(seen - (both ? 2 : 1) + own, of - 2 + own, 0.5,
                       2 * linkage_constants.fact_weight);
}

/* Which of the children, as a multiset, among families with as many. */
static void weigh_children(struct weighing *weighing, size_t slot) {
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
  add_agreement(weighing, part, &all,
                sqrt(multiset_share(weighing, slot, children, a, a == b) *
                     multiset_share(weighing, slot, children, b, a == b)));
}

/* ---- opinions */

static void weigh_mood(struct weighing *weighing) {
  struct linkage_part part = {.comparison = LINKAGE_MOOD, .question = -1, .same = 1};
  if (weighing->mood_a == LINKAGE_MOOD_NONE || weighing->mood_b == LINKAGE_MOOD_NONE) {
    linkage_sum_add(weighing->sum, &part);
    return;
  }
  bool same = weighing->mood_a == weighing->mood_b;
  part.level = same ? LINKAGE_SAME : LINKAGE_DIFFERENT;
  part.strangers =
      sqrt(mood_share(weighing, weighing->mood_a) * mood_share(weighing, weighing->mood_b));
  part.household = (1 - linkage_constants.household_mood) * part.strangers +
                   (same ? linkage_constants.household_mood : 0);
  linkage_sum_add(weighing->sum, &part);
}

/* A value of one child; `first` is what the same parent said of the first child,
 * 0 for the first child itself: siblings are often judged alike. */
struct said {
  size_t slot;
  unsigned char mood;
  unsigned char first;
};

static double said_share(const struct weighing *weighing, const struct said *said,
                         unsigned char code, double own) {
  double share = class_share(weighing, said->slot, said->mood, code, own);
  if (said->first == 0) {
    return share;
  }
  double alike = linkage_share(weighing->linkage->siblings_alike, weighing->linkage->siblings_pairs,
                               linkage_constants.siblings, linkage_constants.siblings_weight);
  return (1 - alike) * share + (said->first == code ? alike : 0);
}

static double near_share(const struct weighing *weighing, const struct said *said,
                         unsigned char code) {
  const struct linkage_slot *plan = &weighing->linkage->plan.slots[said->slot];
  int rank = plan->rank[code];
  double share = 0;
  if (rank > 0) {
    share += said_share(weighing, said, plan->code[rank - 1], 0);
  }
  if (rank >= 0 && rank + 1 < plan->ranks) {
    share += said_share(weighing, said, plan->code[rank + 1], 0);
  }
  return share;
}

/* How often a stranger of that mood is at this level from code. */
static double level_share(const struct weighing *weighing, const struct said *said,
                          unsigned char code, enum linkage_level level) {
  if (level == LINKAGE_SAME) {
    return said_share(weighing, said, code, linkage_constants.own_weight);
  }
  double same = said_share(weighing, said, code, 0);
  double near = near_share(weighing, said, code);
  double share = level == LINKAGE_NEAR ? near : 1 - same - near;
  return share > 0.01 ? share : 0.01;
}

static enum linkage_level opinion_level(const struct linkage_slot *plan, unsigned char a,
                                        unsigned char b) {
  if (a == 0 || b == 0) {
    return LINKAGE_UNKNOWN;
  }
  if (a == b) {
    return LINKAGE_SAME;
  }
  int gap = plan->rank[a] - plan->rank[b];
  bool near = plan->rank[a] >= 0 && plan->rank[b] >= 0 && (gap == 1 || gap == -1);
  return near ? LINKAGE_NEAR : LINKAGE_DIFFERENT;
}

/* Child i of the first answer and child j of the second, from 0. */
static struct linkage_part opinion(const struct weighing *weighing, size_t slot, size_t i,
                                   size_t j) {
  const struct linkage_slot *plan = &weighing->linkage->plan.slots[slot];
  unsigned char a = weighing->a[plan->from + i], b = weighing->b[plan->from + j];
  struct linkage_part part = {.comparison = LINKAGE_OPINION,
                              .level = opinion_level(plan, a, b),
                              .question = plan->question,
                              .child = plan->brood < 0 ? 0 : (int)i + 1,
                              .same = 1,
                              .household = 1,
                              .strangers = 1};
  if (part.level == LINKAGE_UNKNOWN) {
    return part;
  }
  struct said by_a = {slot, weighing->mood_a, i == 0 ? 0 : weighing->a[plan->from]};
  struct said by_b = {slot, weighing->mood_b, j == 0 ? 0 : weighing->b[plan->from]};
  part.strangers = sqrt(level_share(weighing, &by_a, b, part.level) *
                        level_share(weighing, &by_b, a, part.level));
  const struct linkage_agreement *agreement =
      part.level == LINKAGE_SAME   ? &linkage_constants.opinion_same
      : part.level == LINKAGE_NEAR ? &linkage_constants.opinion_near
                                   : &linkage_constants.opinion_far;
  part.same = agreement->same;
  part.household = (1 - linkage_constants.household_copy) * part.strangers +
                   (part.level == LINKAGE_SAME ? linkage_constants.household_copy : 0);
  return part;
}

/* ---- which child is which */

/* Bits of all opinions of a child, with what tells children apart besides. */
static double child_bits(const struct weighing *weighing, size_t brood, size_t i, size_t j) {
  const struct linkage_plan *plan = &weighing->linkage->plan;
  double bits = 0;
  for (size_t slot = 0; slot < plan->slots_count; slot++) {
    if (plan->slots[slot].brood != (int)brood) {
      continue;
    }
    if (plan->slots[slot].compare == COMPARE_OPINION) {
      struct linkage_part part = opinion(weighing, slot, i, j);
      bits += log2(part.same / part.strangers);
    } else {
      size_t from = plan->slots[slot].from;
      bits += weighing->a[from + i] == weighing->b[from + j] ? 1 : -1;
    }
  }
  return bits;
}

struct matching {
  size_t children;
  double bits[ORDERED_MAX][ORDERED_MAX];
  size_t best[ORDERED_MAX];
  double best_bits;
};

static void try_orders(struct matching *matching, size_t *order, size_t from, double bits) {
  if (from == matching->children) {
    if (bits > matching->best_bits + 1e-9) {
      matching->best_bits = bits;
      for (size_t i = 0; i < matching->children; i++) {
        matching->best[i] = order[i];
      }
    }
    return;
  }
  for (size_t i = from; i < matching->children; i++) {
    size_t child = order[i];
    order[i] = order[from];
    order[from] = child;
    try_orders(matching, order, from + 1, bits + matching->bits[from][child]);
    order[from] = order[i];
    order[i] = child;
  }
}

/* The order of the second's children that fits best; another one than theirs has
 * to make up for having been chosen among all. Returns the orders there are, or 1
 * when theirs stands. */
static double match_children(const struct weighing *weighing, size_t brood, size_t children,
                             size_t order[QUESTIONNAIRE_CHILDREN_MAX]) {
  for (size_t i = 0; i < QUESTIONNAIRE_CHILDREN_MAX; i++) {
    order[i] = i;
  }
  if (children < 2 || children > ORDERED_MAX) {
    return 1;
  }
  struct matching matching = {.children = children};
  double orders = 1, theirs = 0;
  for (size_t i = 0; i < children; i++) {
    orders *= (double)(i + 1);
    for (size_t j = 0; j < children; j++) {
      matching.bits[i][j] = child_bits(weighing, brood, i, j);
    }
    theirs += matching.bits[i][i];
  }
  matching.best_bits = theirs + log2(orders);
  size_t tried[ORDERED_MAX] = {0, 1, 2, 3};
  for (size_t i = 0; i < children; i++) {
    matching.best[i] = i;
  }
  try_orders(&matching, tried, 0, 0);
  bool moved = false;
  for (size_t i = 0; i < children; i++) {
    order[i] = matching.best[i];
    moved = moved || order[i] != i;
  }
  return moved ? orders : 1;
}

static void weigh_brood(struct weighing *weighing, size_t brood) {
  const struct linkage_plan *plan = &weighing->linkage->plan;
  size_t children = linkage_children(weighing->linkage, weighing->a, brood);
  size_t others = linkage_children(weighing->linkage, weighing->b, brood);
  size_t compared = children < others ? children : others;
  size_t order[QUESTIONNAIRE_CHILDREN_MAX];
  double orders = match_children(weighing, brood, children == others ? children : 0, order);
  if (orders > 1) {
    struct linkage_part part = {.comparison = LINKAGE_ORDER,
                                .level = LINKAGE_DIFFERENT,
                                .question = plan->broods[brood].question,
                                .same = 1 / orders,
                                .household = 1 / orders,
                                .strangers = 1};
    linkage_sum_add(weighing->sum, &part);
  }
  for (size_t slot = 0; slot < plan->slots_count; slot++) {
    bool here =
        plan->slots[slot].brood == (int)brood && plan->slots[slot].compare == COMPARE_OPINION;
    for (size_t i = 0; here && i < compared; i++) {
      struct linkage_part part = opinion(weighing, slot, i, order[i]);
      if (part.level != LINKAGE_UNKNOWN) {
        linkage_sum_add(weighing->sum, &part);
      }
    }
  }
}

static void weigh_opinions(struct weighing *weighing) {
  const struct linkage_plan *plan = &weighing->linkage->plan;
  weigh_mood(weighing);
  if (weighing->mood_a == LINKAGE_MOOD_NONE || weighing->mood_b == LINKAGE_MOOD_NONE) {
    return;
  }
  for (size_t brood = 0; brood < plan->broods_count; brood++) {
    weigh_brood(weighing, brood);
  }
  for (size_t slot = 0; slot < plan->slots_count; slot++) {
    if (plan->slots[slot].compare == COMPARE_OPINION && plan->slots[slot].brood < 0) {
      struct linkage_part part = opinion(weighing, slot, 0, 0);
      linkage_sum_add(weighing->sum, &part);
    }
  }
}

/* ---- the whole and its parts */

/* Answers go together: who lives alone has fewer children, who is content is so with
 * everything. Where the whole agrees, strangers agree in it at least as often as
 * others gave just that, two of whom may be the pair's own further repeats;
 * bits_before is the sum before its parts. */
static void weigh_together(struct weighing *weighing, enum linkage_key what, uint64_t a, uint64_t b,
                           double bits_before) {
  const struct linkage *linkage = weighing->linkage;
  if (a != b) {
    return;
  }
  double seen = (double)linkage_counter_find(&linkage->counter, linkage_key(what, a, 0, 0)) - 4;
  double times = seen > 0 ? seen / ((double)linkage->count - 2) *
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

static void weigh_words(struct weighing *weighing, uint32_t first, uint32_t second, size_t slot) {
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
  double of = (double)linkage->words_given[slot] - 2;
  double least = exp2(-linkage_constants.words_bits);
  const struct linkage_agreement *agreement = &linkage_constants.words_other;
  part.level = LINKAGE_DIFFERENT;
  part.strangers = 1;
  bool same = a->hash == b->hash;
  if (same || linkage_words_alike(linkage, a, b) >= linkage_constants.near_jaccard) {
    double seen = same ? (double)linkage_counter_find(
                             &linkage->counter, linkage_key(LINKAGE_KEY_WORDS, slot, a->hash, 0)) -
                             2
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

static void weigh_facts(struct weighing *weighing, enum question_compare compare) {
  const struct linkage_plan *plan = &weighing->linkage->plan;
  for (size_t slot = 0; slot < plan->slots_count; slot++) {
    if (plan->slots[slot].compare == compare) {
      (plan->slots[slot].brood < 0 ? weigh_once : weigh_children)(weighing, slot);
    }
  }
}

void linkage_weigh(const struct linkage *linkage, uint32_t a, uint32_t b, struct linkage_sum *sum) {
  const struct linkage_plan *plan = &linkage->plan;
  struct weighing weighing = {.linkage = linkage,
                              .a = linkage_codes(linkage, a),
                              .b = linkage_codes(linkage, b),
                              .mood_a = linkage->records[a].mood,
                              .mood_b = linkage->records[b].mood,
                              .sum = sum};
  const struct linkage_record *one = &linkage->records[a], *two = &linkage->records[b];
  weigh_facts(&weighing, COMPARE_RESPONDENT);
  if (sum->veto && sum->parts == NULL) {
    return;
  }
  double respondent_bits = sum->strangers_bits;
  weigh_facts(&weighing, COMPARE_HOUSEHOLD);
  weigh_together(&weighing, LINKAGE_KEY_PATTERN, one->pattern, two->pattern, respondent_bits);
  weigh_opinions(&weighing);
  weigh_together(&weighing, LINKAGE_KEY_PROFILE, one->profile, two->profile, 0);
  for (size_t slot = 0; slot < plan->words_count; slot++) {
    weigh_words(&weighing, a, b, slot);
  }
  linkage_weigh_traces(linkage, a, b, sum);
}
