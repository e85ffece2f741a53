#include "survey/breakdown.h"

#include <limits.h>
#include <string.h>

#include "survey/pool.h"

/* One for each group and merged category, and each category of the whole. */
struct tally {
  int count;
  int respondents;
};

struct breakdown {
  struct arena *arena;
  const struct breakdown_rules *rules;
  int columns;          /* merged categories */
  struct tally *whole;  /* per category, then the total */
  struct tally *groups; /* per group: per column, then the total */
  bool *seen;           /* scratch: categories of one respondent */
};

static int merged_of(const struct breakdown_rules *rules, int category) {
  return rules->merged == NULL ? category : rules->merged[category];
}

struct breakdown *breakdown_new(struct arena *arena, const struct breakdown_rules *rules) {
  struct breakdown *breakdown = arena_alloc(arena, sizeof *breakdown);
  if (breakdown == NULL) {
    return NULL;
  }
  int columns = rules->merged == NULL ? rules->categories : rules->merged_count;
  size_t each = (size_t)columns + 1, groups = rules->groups > 0 ? (size_t)rules->groups : 1;
  *breakdown = (struct breakdown){.arena = arena, .rules = rules, .columns = columns};
  breakdown->whole = arena_array(arena, (size_t)rules->categories + 1, sizeof *breakdown->whole);
  breakdown->groups = arena_array(arena, groups * each, sizeof *breakdown->groups);
  breakdown->seen = arena_array(arena, (size_t)rules->categories + 1, sizeof *breakdown->seen);
  bool good = breakdown->whole != NULL && breakdown->groups != NULL && breakdown->seen != NULL;
  return good ? breakdown : NULL;
}

static void count_one(struct tally *tally, bool *seen) {
  tally->count++;
  tally->respondents += !*seen;
  *seen = true;
}

void breakdown_add(struct breakdown *breakdown, int group, const int *categories, size_t count) {
  const struct breakdown_rules *rules = breakdown->rules;
  int columns = breakdown->columns;
  struct tally *row = &breakdown->groups[rules->groups > 0 ? group * (columns + 1) : 0];
  bool *seen = breakdown->seen;
  memset(seen, 0, (size_t)rules->categories + 1);
  for (size_t i = 0; i < count; i++) {
    count_one(&breakdown->whole[categories[i]], &seen[categories[i]]);
    count_one(&breakdown->whole[rules->categories], &seen[rules->categories]);
  }
  memset(seen, 0, (size_t)rules->categories + 1);
  for (size_t i = 0; i < count; i++) {
    int column = merged_of(rules, categories[i]);
    count_one(&row[column], &seen[column]);
    count_one(&row[columns], &seen[rules->categories]);
  }
}

/* ---- the levels */

static bool in_one_category(const struct breakdown *breakdown) {
  const struct tally *whole = breakdown->whole;
  for (int i = 0; i < breakdown->rules->categories; i++) {
    if (whole[i].count == whole[breakdown->rules->categories].count) {
      return true;
    }
  }
  return false;
}

static enum breakdown_level level_of(const struct breakdown *breakdown) {
  int respondents = breakdown->whole[breakdown->rules->categories].respondents;
  if (respondents < breakdown->rules->floor) {
    return BREAKDOWN_NOTHING;
  }
  if (respondents < BREAKDOWN_GROUP) {
    return BREAKDOWN_MEAN;
  }
  if (respondents < BREAKDOWN_FULL) {
    return BREAKDOWN_MERGED;
  }
  return in_one_category(breakdown) ? BREAKDOWN_ONE_CATEGORY : BREAKDOWN_IN_FULL;
}

int breakdown_most(enum breakdown_level level) {
  return level == BREAKDOWN_IN_FULL ? INT_MAX : level == BREAKDOWN_MERGED ? 1 : 0;
}

/* ---- tables */

static bool table_new(const struct breakdown *breakdown, struct suppression_table *table, int rows,
                      int columns) {
  size_t cells = (size_t)rows * ((size_t)columns + 1);
  int *parents = arena_array(breakdown->arena, (size_t)rows, sizeof *parents);
  table->rows = rows;
  table->columns = columns;
  table->floor = breakdown->rules->floor;
  table->parents = parents;
  table->cells = arena_array(breakdown->arena, cells, sizeof *table->cells);
  if (parents == NULL || table->cells == NULL) {
    return false;
  }
  parents[0] = -1;
  return true;
}

static void add_to(const struct suppression_table *table, int row, int column,
                   const struct tally *tally) {
  struct suppression_cell *cell = suppression_cell(table, row, column);
  cell->count += tally->count;
  cell->respondents += tally->respondents;
}

/* A respondent is in one group, so groups' respondents add up to the whole's. */
static void fill(const struct breakdown *breakdown, const struct suppression_table *table,
                 const int *pool_of) {
  int columns = breakdown->columns;
  int groups = breakdown->rules->groups > 0 ? breakdown->rules->groups : 1;
  for (int group = 0; group < groups; group++) {
    for (int column = 0; column <= columns; column++) {
      const struct tally *tally = &breakdown->groups[group * (columns + 1) + column];
      add_to(table, 0, column, tally);
      if (pool_of != NULL) {
        add_to(table, pool_of[group] + 1, column, tally);
      }
    }
  }
}

static enum suppression_result publish_whole(const struct breakdown *breakdown,
                                             struct breakdown_published *published) {
  bool full = published->level == BREAKDOWN_IN_FULL;
  int columns = full ? breakdown->rules->categories : breakdown->columns;
  struct suppression_table *whole = &published->whole;
  if (!table_new(breakdown, whole, 1, columns)) {
    return SUPPRESSION_MEMORY;
  }
  if (!full) {
    fill(breakdown, whole, NULL);
    return suppression_hide(whole);
  }
  for (int column = 0; column <= columns; column++) {
    add_to(whole, 0, column, &breakdown->whole[column]);
    suppression_cell(whole, 0, column)->open = true;
  }
  return suppression_hide(whole);
}

/* ---- the breakdown */

static bool pool(const struct breakdown *breakdown, struct breakdown_published *published) {
  size_t groups = (size_t)breakdown->rules->groups;
  int *sizes = arena_array(breakdown->arena, groups, sizeof *sizes);
  int *pool_of = arena_array(breakdown->arena, groups, sizeof *pool_of);
  if (sizes == NULL || pool_of == NULL) {
    return false;
  }
  for (size_t i = 0; i < groups; i++) {
    size_t total = i * ((size_t)breakdown->columns + 1) + (size_t)breakdown->columns;
    sizes[i] = breakdown->groups[total].respondents;
  }
  int floor = breakdown->rules->floor;
  int least = floor > BREAKDOWN_GROUP ? floor : BREAKDOWN_GROUP;
  published->pools = (int)pool_small(sizes, groups, least, NULL, pool_of);
  published->pool_of = pool_of;
  return true;
}

/* Where the whole is not shown in full, its cells may have to be hidden for the groups' sake. */
static void hide_in_whole(const struct breakdown_published *published) {
  const struct suppression_table *table = &published->table;
  for (int column = 0; column <= table->columns; column++) {
    *suppression_cell(&published->whole, 0, column) = *suppression_cell(table, 0, column);
  }
}

static enum suppression_result publish_groups(const struct breakdown *breakdown,
                                              struct breakdown_published *published) {
  if (!pool(breakdown, published)) {
    return SUPPRESSION_MEMORY;
  }
  if (published->pools < 2) {
    published->pools = 0;
    return SUPPRESSION_OK;
  }
  struct suppression_table *table = &published->table;
  if (!table_new(breakdown, table, published->pools + 1, breakdown->columns)) {
    return SUPPRESSION_MEMORY;
  }
  fill(breakdown, table, published->pool_of);
  for (int row = 0; row < table->rows; row++) {
    suppression_cell(table, row, table->columns)->open = true;
  }
  for (int column = 0; column < table->columns; column++) {
    struct suppression_cell *cell = suppression_cell(table, 0, column);
    cell->open = published->level == BREAKDOWN_IN_FULL;
  }
  enum suppression_result result = suppression_hide(table);
  if (result == SUPPRESSION_OK && published->level != BREAKDOWN_IN_FULL) {
    hide_in_whole(published);
  }
  return result;
}

enum suppression_result breakdown_publish(const struct breakdown *breakdown,
                                          struct breakdown_published *published) {
  const struct tally *total = &breakdown->whole[breakdown->rules->categories];
  *published = (struct breakdown_published){.level = level_of(breakdown)};
  if (breakdown->rules->floor < SUPPRESSION_FLOOR_LEAST) {
    return SUPPRESSION_LOW;
  }
  if (published->level == BREAKDOWN_NOTHING) {
    return SUPPRESSION_OK;
  }
  published->respondents = total->respondents;
  published->units = total->count;
  if (breakdown_most(published->level) == 0) {
    return SUPPRESSION_OK;
  }
  enum suppression_result result = publish_whole(breakdown, published);
  if (result != SUPPRESSION_OK || breakdown->rules->groups == 0) {
    return result;
  }
  return publish_groups(breakdown, published);
}

/* ---- merged categories */

/* How many choices are in order, and how many of them have a lower code. */
static int rank(const struct question *question, size_t choice, int *ordered) {
  int below = 0;
  *ordered = 0;
  for (size_t i = 0; i < question->choices_count; i++) {
    const struct choice *other = &question->choices[i];
    *ordered += !other->dont_know;
    below += !other->dont_know && other->code < question->choices[choice].code;
  }
  return below;
}

int breakdown_merge(const struct question *question, int *merged) {
  enum { LOWER, MIDDLE, UPPER, APART, KINDS };
  int number[KINDS] = {-1, -1, -1, -1}, count = 0;
  for (size_t i = 0; i < question->choices_count; i++) {
    int ordered, below = rank(question, i, &ordered);
    int kind = question->choices[i].dont_know ? APART
               : 2 * below + 1 < ordered      ? LOWER
               : 2 * below + 1 > ordered      ? UPPER
                                              : MIDDLE;
    if (number[kind] < 0) {
      number[kind] = count++;
    }
    merged[i] = number[kind];
  }
  return count;
}
