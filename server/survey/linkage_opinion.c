#include "survey/linkage_inside.h"

#include <math.h>

enum { ORDERED_MAX = 4 }; /* more children than this are compared as they stand */

/* ---- frequencies without the pair */

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

/* Once, since every comparison asks for several of them. */
void linkage_guess_shares(struct linkage_slot *slot) {
  for (int mood = 0; mood < LINKAGE_MOODS; mood++) {
    for (int code = 0; code < LINKAGE_CODES; code++) {
      slot->guess[mood][code] = class_guess(slot, (unsigned char)mood, (unsigned char)code);
    }
  }
}

/* How often others of a mood give a code. */
static double class_share(const struct linkage_weighing *weighing, size_t slot, unsigned char mood,
                          unsigned char code, double own) {
  const struct linkage_shares *shares = &weighing->linkage->shares[slot];
  const struct linkage_slot *plan = &weighing->linkage->plan.slots[slot];
  unsigned char a = weighing->mood_a == mood ? weighing->a[plan->from] : 0;
  unsigned char b = weighing->mood_b == mood ? weighing->b[plan->from] : 0;
  double seen = (double)shares->count[mood][code] - (a == code) * weighing->counts_a -
                (b == code) * weighing->counts_b;
  double of =
      (double)shares->given[mood] - (a != 0) * weighing->counts_a - (b != 0) * weighing->counts_b;
  return linkage_share(seen + own, of + own, plan->guess[mood][code],
                       linkage_constants.class_weight);
}

static double mood_share(const struct linkage_weighing *weighing, unsigned char mood) {
  const struct linkage *linkage = weighing->linkage;
  double seen = (double)linkage->moods[mood] - (weighing->mood_a == mood) * weighing->counts_a -
                (weighing->mood_b == mood) * weighing->counts_b;
  double of = (double)linkage->counted - linkage->moods[LINKAGE_MOOD_NONE] - weighing->counts_a -
              weighing->counts_b;
  return linkage_share(seen, of, 1.0 / LINKAGE_MOODS,
                       linkage_constants.mood_weight * LINKAGE_MOODS / 2);
}

/* ---- mood, and what is said within it */

static void weigh_mood(struct linkage_weighing *weighing) {
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

static double said_share(const struct linkage_weighing *weighing, const struct said *said,
                         unsigned char code, double own) {
  double share = class_share(weighing, said->slot, said->mood, code, own);
  if (said->first == 0) {
    return share;
  }
  double alike = linkage_share(weighing->linkage->siblings_alike, weighing->linkage->siblings_pairs,
                               linkage_constants.siblings, linkage_constants.siblings_weight);
  return (1 - alike) * share + (said->first == code ? alike : 0);
}

static double near_share(const struct linkage_weighing *weighing, const struct said *said,
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
static double level_share(const struct linkage_weighing *weighing, const struct said *said,
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
static struct linkage_part opinion(const struct linkage_weighing *weighing, size_t slot, size_t i,
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
static double child_bits(const struct linkage_weighing *weighing, size_t brood, size_t i,
                         size_t j) {
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
static double match_children(const struct linkage_weighing *weighing, size_t brood, size_t children,
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

static void weigh_brood(struct linkage_weighing *weighing, size_t brood) {
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

void linkage_weigh_opinions(struct linkage_weighing *weighing) {
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
