#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "survey/anonymise_part.h"

enum {
  TOUCHED_SHARE = 10, /* at most a tenth of the rows may have single values withheld */
  PART_BYTES = QUESTIONNAIRE_CHILDREN_MAX /* a place needs two */
};

/* Above it hardly anything of what identifies is left. */
static const double loss_most = 0.9;

struct mask {
  uint32_t bits;
  double cost; /* information of what it withholds */
};

/* What becomes of a profile. */
struct fate {
  int64_t class; /* number of its key; -1: not in a class that is large enough yet */
  uint32_t mask;
  size_t lent;
};

struct search {
  struct anonymise *anonymise;
  size_t k;
  struct mask *masks;
  size_t masks_count;
  uint32_t *raw_parts; /* per quasi, per profile: number of its own value */
  struct intern keys;  /* of classes */
  size_t *sums;        /* rows per key */
  size_t sums_room;
  struct intern parts, pairs;
  size_t *part_sums, *pair_sums;
  size_t part_room, pair_room;
  struct fate *fates, *best_fates; /* per profile */
  unsigned char *key;
  double best;
  double losses[ANONYMISE_QUASI_MAX];
  double asked; /* values of all rows that identify nobody and were asked */
  bool failed;  /* memory is out */
};

/* ---- counting by number */

/* Adds rows to a key's sum; the key's number, or -1 when memory is out. */
static int64_t count_key(struct search *search, struct intern *intern, size_t **sums, size_t *room,
                         const void *key, size_t rows) {
  size_t before = intern->count;
  int64_t number = intern_add(intern, key);
  if (number >= 0 && intern->room > *room) {
    size_t *grown = realloc(*sums, intern->room * sizeof *grown);
    if (grown == NULL) {
      search->failed = true;
      return -1;
    }
    *sums = grown;
    *room = intern->room;
  }
  if (number < 0) {
    search->failed = true;
    return -1;
  }
  if (intern->count > before) {
    (*sums)[number] = 0;
  }
  (*sums)[number] += rows;
  return number;
}

static uint32_t all_of(const struct search *search) {
  return (uint32_t)((1U << search->anonymise->quasis_count) - 1);
}

static void see(struct search *search, const int *plan, size_t profile, uint32_t mask,
                struct view *view) {
  const struct anonymise *anonymise = search->anonymise;
  size_t row = anonymise->profiles[profile].row;
  *view = (struct view){.anonymise = anonymise,
                        .plan = plan,
                        .mask = mask,
                        .added = &anonymise->added[row],
                        .raw = &anonymise->values[row * anonymise->columns_count],
                        .out = anonymise->out};
  view_fill(view);
}

/* ---- what a plan loses */

static double lost_values(const struct view *view) {
  const struct anonymise *anonymise = view->anonymise;
  double lost = 0;
  for (size_t i = 0; i < anonymise->columns_count; i++) {
    int question = anonymise->questionnaire->fields[anonymise->columns[i].field].question;
    lost += anonymise->quasi_of[question] < 0 && view->raw[i] != ANONYMISE_EMPTY &&
            view->out[i] == ANONYMISE_WITHHELD;
  }
  return lost;
}

static void count_part(struct search *search, const struct view *view, int quasi, size_t profile,
                       size_t rows) {
  unsigned char part[PART_BYTES] = {0};
  (void)view_part(view, quasi, part);
  int64_t number =
      count_key(search, &search->parts, &search->part_sums, &search->part_room, part, rows);
  size_t profiles = search->anonymise->profiles_count;
  uint32_t pair[2] = {(uint32_t)number, search->raw_parts[(size_t)quasi * profiles + profile]};
  if (number >= 0) {
    (void)count_key(search, &search->pairs, &search->pair_sums, &search->pair_room, pair, rows);
  }
}

/* The information that is missing of one quasi, as a share of what there was. */
static double loss_of_parts(const struct search *search, int quasi) {
  const struct anonymise *anonymise = search->anonymise;
  double bits = 0;
  for (size_t i = 0; i < search->pairs.count; i++) {
    uint32_t pair[2];
    memcpy(pair, &search->pairs.keys[i * sizeof pair], sizeof pair);
    double rows = (double)search->pair_sums[i];
    bits += rows * log2((double)search->part_sums[pair[0]] / rows);
  }
  return anonymise->quasis[quasi].bits > 0 ? bits / anonymise->quasis[quasi].bits : 0;
}

static double loss_of_quasi(struct search *search, const int *plan, const struct fate *fates,
                            int quasi) {
  const struct anonymise *anonymise = search->anonymise;
  intern_reset(&search->parts);
  intern_reset(&search->pairs);
  for (size_t i = 0; i < anonymise->profiles_count; i++) {
    struct view view;
    size_t rows = anonymise->profiles[i].rows;
    size_t lent = fates == NULL ? 0 : fates[i].lent;
    if (lent < rows) {
      see(search, plan, i, fates == NULL ? 0 : fates[i].mask, &view);
      count_part(search, &view, quasi, i, rows - lent);
    }
    if (lent > 0) {
      see(search, plan, i, all_of(search), &view);
      count_part(search, &view, quasi, i, lent);
    }
  }
  return loss_of_parts(search, quasi);
}

static double lost_share(struct search *search, const int *plan, const struct fate *fates) {
  const struct anonymise *anonymise = search->anonymise;
  double lost = 0;
  for (size_t i = 0; i < anonymise->profiles_count; i++) {
    struct view view;
    size_t rows = anonymise->profiles[i].rows;
    see(search, plan, i, fates == NULL ? 0 : fates[i].mask, &view);
    lost += lost_values(&view) * (double)rows;
  }
  return search->asked > 0 ? lost / search->asked : 0;
}

/* Of all that identifies: the information lost as a share of what there was. A column that tells
 * more counts more. */
static double loss_of_all(const struct search *search, const double *losses) {
  const struct anonymise *anonymise = search->anonymise;
  double lost = 0, bits = 0;
  for (int i = 0; i < anonymise->quasis_count; i++) {
    lost += losses[i] * anonymise->quasis[i].bits;
    bits += anonymise->quasis[i].bits;
  }
  return bits > 0 ? lost / bits : 0;
}

/* That, and the share of other answers that is lost with it. fates NULL: without anything withheld
 * besides, which is never more. */
static double loss_of(struct search *search, const int *plan, const struct fate *fates,
                      double *losses) {
  for (int i = 0; i < search->anonymise->quasis_count; i++) {
    losses[i] = loss_of_quasi(search, plan, fates, i);
  }
  return loss_of_all(search, losses) + lost_share(search, plan, fates);
}

/* ---- classes of a plan */

/* Settles profiles without a class that are enough together when a mask's values are withheld. */
static void settle(struct search *search, const int *plan, uint32_t mask) {
  const struct anonymise *anonymise = search->anonymise;
  struct fate *fates = search->fates;
  for (size_t i = 0; i < anonymise->profiles_count && !search->failed; i++) {
    if (fates[i].class >= 0 && fates[i].mask != UINT32_MAX) {
      continue;
    }
    struct view view;
    see(search, plan, i, mask, &view);
    view_key(&view, search->key);
    fates[i].class = count_key(search, &search->keys, &search->sums, &search->sums_room,
                               search->key, anonymise->profiles[i].rows);
    fates[i].mask = UINT32_MAX; /* not settled yet */
  }
  if (search->failed) {
    return;
  }
  /* Judged before any is taken away again. */
  for (size_t i = 0; i < anonymise->profiles_count; i++) {
    if (fates[i].mask == UINT32_MAX && search->sums[fates[i].class] >= search->k) {
      fates[i].mask = mask;
    }
  }
  for (size_t i = 0; i < anonymise->profiles_count; i++) {
    if (fates[i].mask == UINT32_MAX) {
      search->sums[fates[i].class] -= anonymise->profiles[i].rows;
      fates[i].class = -1;
    }
  }
}

/* Takes rows of the class that can spare most, to be withheld as a whole with those that fit
 * nowhere. The number taken. */
static size_t lend(struct search *search, size_t needed) {
  const struct anonymise *anonymise = search->anonymise;
  int64_t richest = -1;
  for (size_t i = 0; i < anonymise->profiles_count; i++) {
    int64_t class = search->fates[i].class;
    if (class >= 0 && (richest < 0 || search->sums[class] > search->sums[richest])) {
      richest = class;
    }
  }
  size_t spare = richest < 0 ? 0 : search->sums[richest] - search->k;
  size_t taken = 0;
  for (size_t i = 0; i < anonymise->profiles_count && taken < needed; i++) {
    struct fate *fate = &search->fates[i];
    size_t most = anonymise->profiles[i].rows - fate->lent;
    if (fate->class != richest || most == 0) {
      continue;
    }
    most = most < spare - taken ? most : spare - taken;
    most = most < needed - taken ? most : needed - taken;
    fate->lent += most;
    taken += most;
  }
  if (taken > 0) {
    search->sums[richest] -= taken;
  }
  return taken;
}

/* Withholds all of the profiles that are left, and of as many more as that takes. */
static bool withhold_rest(struct search *search) {
  const struct anonymise *anonymise = search->anonymise;
  size_t left = 0;
  for (size_t i = 0; i < anonymise->profiles_count; i++) {
    left += search->fates[i].class < 0 ? anonymise->profiles[i].rows : 0;
  }
  while (left > 0 && left < search->k) {
    size_t taken = lend(search, search->k - left);
    if (taken == 0) {
      return false;
    }
    left += taken;
  }
  for (size_t i = 0; i < anonymise->profiles_count; i++) {
    if (search->fates[i].class < 0) {
      search->fates[i].mask = all_of(search);
    }
  }
  return true;
}

static size_t touched(const struct search *search) {
  size_t count = 0;
  for (size_t i = 0; i < search->anonymise->profiles_count; i++) {
    const struct fate *fate = &search->fates[i];
    count += fate->mask != 0 ? search->anonymise->profiles[i].rows : fate->lent;
  }
  return count;
}

/* Tells whether the plan gives classes of k with few values withheld besides. */
static bool classify(struct search *search, const int *plan) {
  const struct anonymise *anonymise = search->anonymise;
  intern_reset(&search->keys);
  for (size_t i = 0; i < anonymise->profiles_count; i++) {
    search->fates[i] = (struct fate){.class = -1};
  }
  settle(search, plan, 0);
  for (size_t i = 0; i < search->masks_count && !search->failed; i++) {
    settle(search, plan, search->masks[i].bits);
  }
  size_t most = anonymise->rows / TOUCHED_SHARE;
  return !search->failed && withhold_rest(search) &&
         touched(search) <= (most > search->k ? most : search->k);
}

/* ---- all plans */

static void try_plan(struct search *search, const int *plan) {
  struct anonymise *anonymise = search->anonymise;
  double losses[ANONYMISE_QUASI_MAX];
  if (loss_of(search, plan, NULL, losses) >= search->best || search->failed ||
      !classify(search, plan)) {
    return;
  }
  double loss = loss_of(search, plan, search->fates, losses);
  if (search->failed || loss >= search->best) {
    return;
  }
  search->best = loss;
  memcpy(anonymise->plan, plan, sizeof anonymise->plan);
  memcpy(search->losses, losses, sizeof losses);
  memcpy(search->best_fates, search->fates, anonymise->profiles_count * sizeof *search->fates);
}

/* Counts through the levels like the wheels of a counter. */
static bool next_plan(const struct anonymise *anonymise, int *plan) {
  for (int i = anonymise->quasis_count - 1; i >= 0; i--) {
    if (++plan[i] < anonymise->quasis[i].levels_count) {
      return true;
    }
    plan[i] = 0;
  }
  return false;
}

/* ---- preparing */

static int compare_masks(const void *a, const void *b) {
  const struct mask *one = a, *other = b;
  if (one->cost != other->cost) {
    return one->cost < other->cost ? -1 : 1;
  }
  return one->bits < other->bits ? -1 : one->bits > other->bits;
}

static bool make_masks(struct search *search) {
  const struct anonymise *anonymise = search->anonymise;
  search->masks_count = all_of(search);
  search->masks = calloc(search->masks_count, sizeof *search->masks);
  if (search->masks == NULL) {
    return false;
  }
  for (uint32_t bits = 1; bits <= search->masks_count; bits++) {
    struct mask *mask = &search->masks[bits - 1];
    mask->bits = bits;
    for (int i = 0; i < anonymise->quasis_count; i++) {
      mask->cost += (bits >> i & 1) != 0 ? anonymise->quasis[i].bits : 0;
    }
  }
  qsort(search->masks, search->masks_count, sizeof *search->masks, compare_masks);
  return true;
}

/* Numbers the values as they were answered, and sums up their information. */
static bool number_raw(struct search *search) {
  struct anonymise *anonymise = search->anonymise;
  static const int plan[ANONYMISE_QUASI_MAX] = {0};
  for (int quasi = 0; quasi < anonymise->quasis_count; quasi++) {
    intern_reset(&search->parts);
    for (size_t i = 0; i < anonymise->profiles_count; i++) {
      struct view view;
      unsigned char part[PART_BYTES] = {0};
      see(search, plan, i, 0, &view);
      (void)view_part(&view, quasi, part);
      int64_t number = count_key(search, &search->parts, &search->part_sums, &search->part_room,
                                 part, anonymise->profiles[i].rows);
      search->raw_parts[(size_t)quasi * anonymise->profiles_count + i] = (uint32_t)number;
    }
    double bits = 0;
    for (size_t i = 0; i < search->parts.count && !search->failed; i++) {
      double rows = (double)search->part_sums[i];
      bits += rows * log2((double)anonymise->rows / rows);
    }
    anonymise->quasis[quasi].bits = bits;
  }
  return !search->failed;
}

static void count_asked(struct search *search) {
  const struct anonymise *anonymise = search->anonymise;
  for (size_t i = 0; i < anonymise->profiles_count; i++) {
    const signed char *raw =
        &anonymise->values[anonymise->profiles[i].row * anonymise->columns_count];
    for (size_t j = 0; j < anonymise->columns_count; j++) {
      int question = anonymise->questionnaire->fields[anonymise->columns[j].field].question;
      bool counts = anonymise->quasi_of[question] < 0 && raw[j] != ANONYMISE_EMPTY;
      search->asked += counts ? (double)anonymise->profiles[i].rows : 0;
    }
  }
}

static bool begin(struct search *search) {
  const struct anonymise *anonymise = search->anonymise;
  size_t profiles = anonymise->profiles_count;
  intern_init(&search->keys, anonymise->key_size);
  intern_init(&search->parts, PART_BYTES);
  intern_init(&search->pairs, 2 * sizeof(uint32_t));
  search->raw_parts = calloc((size_t)anonymise->quasis_count * profiles, sizeof *search->raw_parts);
  search->fates = calloc(profiles, sizeof *search->fates);
  search->best_fates = calloc(profiles, sizeof *search->best_fates);
  search->key = calloc(1, anonymise->key_size);
  if (search->raw_parts == NULL || search->fates == NULL || search->best_fates == NULL ||
      search->key == NULL || !number_raw(search) || !make_masks(search)) {
    return false;
  }
  count_asked(search);
  return true;
}

static void clear(struct search *search) {
  intern_clear(&search->keys);
  intern_clear(&search->parts);
  intern_clear(&search->pairs);
  free(search->masks);
  free(search->raw_parts);
  free(search->sums);
  free(search->part_sums);
  free(search->pair_sums);
  free(search->fates);
  free(search->best_fates);
  free(search->key);
}

static enum anonymise_result finish(struct search *search) {
  struct anonymise *anonymise = search->anonymise;
  if (search->failed) {
    return ANONYMISE_MEMORY;
  }
  memcpy(anonymise->losses, search->losses, sizeof anonymise->losses);
  anonymise->loss = loss_of_all(search, search->losses);
  for (size_t i = 0; i < anonymise->profiles_count; i++) {
    anonymise->profiles[i].mask = search->best_fates[i].mask;
    anonymise->profiles[i].lent = search->best_fates[i].lent;
  }
  return anonymise->loss > loss_most ? ANONYMISE_LOST : ANONYMISE_OK;
}

enum anonymise_result search_run(struct anonymise *anonymise, int k) {
  struct search search = {.anonymise = anonymise, .k = (size_t)k, .best = INFINITY};
  enum anonymise_result result = ANONYMISE_MEMORY;
  if (levels_make(anonymise, k) && begin(&search)) {
    int plan[ANONYMISE_QUASI_MAX] = {0};
    anonymise->combinations = 0;
    do {
      try_plan(&search, plan);
      anonymise->combinations++;
    } while (!search.failed && next_plan(anonymise, plan));
    result = finish(&search);
  }
  clear(&search);
  return result;
}
