#include "simulate.h"

#include "simulate_comment.h"

#include <stdlib.h>
#include <string.h>

enum { STREAM_MUNICIPALITY = 1, STREAM_ORDER = 0x4f52444552 };

static const double alone_is_father = 0.085, alone_is_other = 0.03; /* one parent answers */
static const double two_mothers = 0.7;                              /* of same-sex couples */
static const double partner_uses_phone = 0.10; /* the first one's, handed over */
static const double partner_uses_tablet = 0.20, partner_speaks_alike = 0.90;
static const double repeats_again[] = {0.60, 0.25, 0.15}; /* once, twice, thrice */
static const double sharing_shares[SHARING_COUNT] = {0.70, 0.10, 0.10, 0.10}; /* of a repeat */
static const double fates[] = {0.40, 0.30, 0.30}; /* kept, reworded, dropped */
static const double language_shares[] = {0.88, 0.05, 0.04, 0.03};
static const char *const languages[] = {"da", "en", "ar", "uk"};

struct simulate_options simulate_defaults(void) {
  return (struct simulate_options){
      .seed = 1,
      .municipalities = 4,
      .answers = 100,
      .two_parents = 0.60,
      .both_answer = 0.50,
      .same_sex = 0.05,
      .repeats = 0.06,
      .change = 0.15,
      .what = GIVEN_CHANGE_ALL,
      .tablets = 0.15,
      .tablet_families = 0.25,
  };
}

struct making {
  const struct simulate_options *options;
  struct simulation *simulation;
  struct chance chance;
  struct place_serials serials;
  uint32_t municipality, households, persons;
  bool has_tablet;
  place_key tablet, tablet_network;
  bool memory_out;
};

/* ---- one answer */

static bool is_full(const struct making *making) {
  return making->simulation->count >= (making->municipality + 1) * making->options->answers;
}

/* A household whose last answers no longer fit leaves them out. */
static void keep(struct making *making, const struct simulated *answer) {
  if (!is_full(making)) {
    making->simulation->items[making->simulation->count++] = *answer;
  }
}

static const char *draw_language(struct chance *chance) {
  return languages[chance_pick(chance, language_shares, array_length(language_shares))];
}

static const char *draw_comment(struct making *making, const char *language) {
  return comment_new(&making->chance, language, making->simulation->arena, &making->memory_out);
}

static int draw_seconds(struct chance *chance) {
  return 70 + (int)chance_below(chance, 200) + (int)chance_below(chance, 200);
}

/* ---- repeats */

static void share_place(struct making *making, const struct simulated *first, place_key home,
                        enum sharing sharing, struct simulated *again) {
  struct chance *chance = &making->chance;
  bool network = sharing == SHARING_BOTH || sharing == SHARING_NETWORK;
  bool device = sharing == SHARING_BOTH || sharing == SHARING_DEVICE;
  if (!network) {
    again->network = place_network_other(chance, &making->serials, home, first->network);
  }
  if (!device) {
    again->device = place_device_other(chance, first->device);
  }
  again->tablet = first->tablet && network && device;
}

static void repeat_comment(struct making *making, struct simulated *again) {
  static const enum comment_fate kinds[] = {COMMENT_KEPT, COMMENT_REWORDED, COMMENT_DROPPED};
  if (again->given.comment == NULL) {
    return;
  }
  again->fate = kinds[chance_pick(&making->chance, fates, array_length(fates))];
  if (again->fate == COMMENT_REWORDED) {
    again->given.comment = comment_reworded(&making->chance, again->given.comment,
                                            making->simulation->arena, &making->memory_out);
  } else if (again->fate == COMMENT_DROPPED) {
    again->given.comment = NULL;
  }
}

/* Each repeat is one of the first answer, in place, answers and words. */
static void add_repeat(struct making *making, const struct simulated *first, place_key home,
                       int repeat, enum sharing sharing) {
  struct chance *chance = &making->chance;
  struct simulated again = *first;
  again.repeat = repeat;
  share_place(making, first, home, sharing, &again);
  again.minute = place_time_repeat(chance, first->minute);
  again.seconds = draw_seconds(chance) / 2;
  again.given = given_again(chance, &first->given, making->options->change, making->options->what);
  repeat_comment(making, &again);
  keep(making, &again);
}

static void add_repeats(struct making *making, const struct simulated *first, place_key home) {
  struct chance *chance = &making->chance;
  if (!chance_hit(chance, making->options->repeats)) {
    return;
  }
  int repeats = 1 + (int)chance_pick(chance, repeats_again, array_length(repeats_again));
  for (int i = 1; i <= repeats; i++) {
    add_repeat(making, first, home, i,
               (enum sharing)chance_pick(chance, sharing_shares, array_length(sharing_shares)));
  }
}

/* ---- households */

static enum relation draw_relation(struct chance *chance) {
  double share = chance_share(chance);
  if (share < alone_is_father) {
    return RELATION_FATHER;
  }
  return share < alone_is_father + alone_is_other ? RELATION_OTHER : RELATION_MOTHER;
}

static void on_tablet(struct making *making, struct simulated *answer) {
  answer->tablet = true;
  answer->network = making->tablet_network;
  answer->device = making->tablet;
}

static struct simulated first_of(struct making *making, const struct family *family,
                                 enum relation relation, place_key home) {
  struct chance *chance = &making->chance;
  struct simulated first = {.municipality = making->municipality,
                            .household = making->households,
                            .person = making->persons++};
  first.language = draw_language(chance);
  first.network = place_network(chance, &making->serials, home);
  first.device = place_device(chance);
  first.minute = place_time_first(chance);
  first.seconds = draw_seconds(chance);
  first.given = given_new(chance, family, relation);
  first.given.comment = draw_comment(making, first.language);
  first.tablet_family = making->has_tablet && chance_hit(chance, making->options->tablet_families);
  if (first.tablet_family) {
    on_tablet(making, &first);
    first.minute = place_time_tablet(chance);
  }
  return first;
}

static void add_partner(struct making *making, const struct family *family,
                        const struct simulated *first, enum relation relation, place_key home) {
  struct chance *chance = &making->chance;
  struct simulated second = first_of(making, family, relation, home);
  second.couple = first->couple;
  second.tablet_family = first->tablet_family;
  if (chance_hit(chance, partner_speaks_alike)) {
    second.language = first->language;
    second.given.comment = draw_comment(making, second.language);
  }
  second.minute = place_time_partner(chance, first->minute);
  second.tablet = false;
  second.network = place_network(chance, &making->serials, home);
  second.device = place_device(chance);
  if (chance_hit(chance, partner_uses_phone) && !first->tablet) {
    second.device = first->device;
  }
  if (first->tablet && chance_hit(chance, partner_uses_tablet)) {
    on_tablet(making, &second);
    second.minute = first->minute + 4 + chance_below(chance, 8);
  }
  keep(making, &second);
  add_repeats(making, &second, home);
}

static enum relation couple_first(struct chance *chance, enum couple couple) {
  switch (couple) {
  case COUPLE_NONE:
    return draw_relation(chance);
  case COUPLE_MIXED:
    return chance_hit(chance, 0.65) ? RELATION_MOTHER : RELATION_FATHER;
  case COUPLE_SAME_SEX:
    return chance_hit(chance, two_mothers) ? RELATION_MOTHER : RELATION_FATHER;
  }
  return RELATION_OTHER;
}

static void add_household(struct making *making) {
  const struct simulate_options *options = making->options;
  struct chance *chance = &making->chance;
  bool two = chance_hit(chance, options->two_parents);
  bool both = two && chance_hit(chance, options->both_answer);
  bool same = both && chance_hit(chance, options->same_sex);
  enum couple couple = same ? COUPLE_SAME_SEX : both ? COUPLE_MIXED : COUPLE_NONE;
  struct family family = family_new(chance, two);
  place_key home = place_network_home(chance, &making->serials);
  enum relation relation = couple_first(chance, couple);
  struct simulated first = first_of(making, &family, relation, home);
  first.couple = couple;
  keep(making, &first);
  if (making->simulation->count == making->municipality * options->answers + 1 &&
      options->many > 1) {
    for (int i = 1; i < (int)options->many; i++) {
      add_repeat(making, &first, home, i, SHARING_BOTH);
    }
  } else {
    add_repeats(making, &first, home);
  }
  if (both) {
    enum relation other = relation == RELATION_MOTHER ? RELATION_FATHER : RELATION_MOTHER;
    add_partner(making, &family, &first, same ? relation : other, home);
  }
  making->households++;
}

/* ---- municipalities */

static void shuffle(struct simulated *items, size_t count, uint64_t seed, uint64_t stream) {
  struct chance chance;
  chance_init(&chance, seed, STREAM_ORDER + stream);
  for (size_t i = count; i > 1; i--) {
    size_t j = chance_below(&chance, (uint32_t)i);
    struct simulated item = items[i - 1];
    items[i - 1] = items[j];
    items[j] = item;
  }
}

static void add_municipality(struct making *making) {
  const struct simulate_options *options = making->options;
  struct simulation *simulation = making->simulation;
  size_t from = simulation->count;
  chance_init(&making->chance, options->seed, STREAM_MUNICIPALITY + making->municipality);
  making->has_tablet = chance_hit(&making->chance, options->tablets);
  making->tablet = place_tablet(&making->chance);
  making->tablet_network = place_network_own(&making->serials);
  simulation->has_tablet[making->municipality] = making->has_tablet;
  while (!is_full(making) && !making->memory_out) {
    add_household(making);
  }
  shuffle(simulation->items + from, simulation->count - from, options->seed, making->municipality);
  making->municipality++;
}

struct simulation *simulation_new(const struct simulate_options *options) {
  struct simulation *simulation = calloc(1, sizeof *simulation);
  if (simulation == NULL) {
    return NULL;
  }
  size_t count = options->municipalities * options->answers;
  simulation->arena = arena_new(0);
  simulation->items = calloc(count + 1, sizeof *simulation->items);
  simulation->has_tablet = calloc(options->municipalities + 1, sizeof *simulation->has_tablet);
  struct making making = {.options = options, .simulation = simulation};
  making.memory_out =
      simulation->arena == NULL || simulation->items == NULL || simulation->has_tablet == NULL;
  while (!making.memory_out && making.municipality < options->municipalities) {
    add_municipality(&making);
  }
  if (making.memory_out) {
    simulation_free(simulation);
    return NULL;
  }
  return simulation;
}

void simulation_free(struct simulation *simulation) {
  if (simulation != NULL) {
    arena_free(simulation->arena);
    free(simulation->items);
    free(simulation->has_tablet);
    free(simulation);
  }
}

enum sharing simulated_sharing(const struct simulated *a, const struct simulated *b) {
  if (a->network == b->network) {
    return a->device == b->device ? SHARING_BOTH : SHARING_NETWORK;
  }
  return a->device == b->device ? SHARING_DEVICE : SHARING_NEITHER;
}
