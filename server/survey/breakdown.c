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

/* Those of a row of so many columns who answered; at least, where some did for one child alone. */
static struct tally answered(const struct breakdown *breakdown, const struct tally *row,
                             int columns) {
  struct tally all = row[columns];
  if (breakdown->rules->unanswered) {
    all.count -= row[columns - 1].count;
    all.respondents -= row[columns - 1].respondents;
  }
  return all;
}

static bool in_one_category(const struct breakdown *breakdown) {
  const struct tally *whole = breakdown->whole;
  int categories = breakdown->rules->categories;
  int all = answered(breakdown, whole, categories).count;
  for (int i = 0; i < categories - breakdown->rules->unanswered; i++) {
    if (whole[i].count == all) {
      return true;
    }
  }
  return false;
}

static bool has_small_cell(const struct breakdown *breakdown) {
  const struct breakdown_rules *rules = breakdown->rules;
  for (int i = 0; i < rules->categories; i++) {
    int respondents = breakdown->whole[i].respondents;
    bool nobody_missing = rules->unanswered && i == rules->categories - 1 && respondents == 0;
    if (respondents < rules->floor && !nobody_missing) {
      return true;
    }
  }
  return false;
}

static enum breakdown_level level_of(const struct breakdown *breakdown) {
  int respondents = answered(breakdown, breakdown->whole, breakdown->rules->categories).respondents;
  if (respondents < breakdown->rules->floor) {
    return BREAKDOWN_NOTHING;
  }
  if (respondents < BREAKDOWN_GROUP) {
    return BREAKDOWN_MEAN;
  }
  if (respondents < BREAKDOWN_FULL) {
    return BREAKDOWN_MERGED;
  }
  if (in_one_category(breakdown)) {
    return BREAKDOWN_ONE_CATEGORY;
  }
  return breakdown->rules->floored && has_small_cell(breakdown) ? BREAKDOWN_MERGED
                                                                : BREAKDOWN_IN_FULL;
}

int breakdown_most(enum breakdown_level level) {
  return level == BREAKDOWN_IN_FULL ? INT_MAX : level == BREAKDOWN_MERGED ? 1 : 0;
}

/* ---- columns */

/* How merged categories stand in a table: all of them, or the largest and the others. */
struct layout {
  int columns;
  int *column_of; /* per merged category */
};

static int largest_column(const struct breakdown *breakdown) {
  long best = -1;
  int largest = 0, each = breakdown->columns + 1;
  int groups = breakdown->rules->groups > 0 ? breakdown->rules->groups : 1;
  for (int column = 0; column < breakdown->columns; column++) {
    long count = 0;
    for (int group = 0; group < groups; group++) {
      count += breakdown->groups[group * each + column].count;
    }
    largest = count > best ? column : largest;
    best = count > best ? count : best;
  }
  return largest;
}

static bool layout_new(const struct breakdown *breakdown, bool two, struct layout *layout) {
  int largest = largest_column(breakdown);
  layout->columns = two ? 2 : breakdown->columns;
  layout->column_of =
      arena_array(breakdown->arena, (size_t)breakdown->columns, sizeof *layout->column_of);
  for (int i = 0; layout->column_of != NULL && i < breakdown->columns; i++) {
    layout->column_of[i] = !two ? i : i == largest ? 0 : 1;
  }
  return layout->column_of != NULL;
}

static bool tell_columns(const struct breakdown *breakdown, const struct layout *layout,
                         struct breakdown_published *published) {
  size_t categories = (size_t)breakdown->rules->categories;
  int *column_of = arena_array(breakdown->arena, categories, sizeof *column_of);
  for (size_t i = 0; column_of != NULL && i < categories; i++) {
    column_of[i] = layout->column_of[merged_of(breakdown->rules, (int)i)];
  }
  published->column_of = column_of;
  return column_of != NULL;
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

/* Adds a category to those that are put together. Their respondents add up where each gave one
 * answer; a parent of two may be in both, so that all that is known is that they are not fewer than
 * those of the larger one. */
static void put_together(struct tally *tally, const struct tally *other, bool one_each) {
  int larger = other->respondents > tally->respondents ? other->respondents : tally->respondents;
  tally->count += other->count;
  tally->respondents = one_each ? tally->respondents + other->respondents : larger;
}

static void add_group(const struct breakdown *breakdown, const struct layout *layout, int group,
                      const struct suppression_table *table, int row) {
  int columns = breakdown->columns;
  const struct tally *tallies = &breakdown->groups[(size_t)group * ((size_t)columns + 1)];
  bool one_each = tallies[columns].count == tallies[columns].respondents;
  for (int column = 0; column < layout->columns; column++) {
    struct tally tally = {0, 0};
    for (int i = 0; i < columns; i++) {
      if (layout->column_of[i] == column) {
        put_together(&tally, &tallies[i], one_each);
      }
    }
    add_to(table, row, column, &tally);
  }
  add_to(table, row, layout->columns, &tallies[columns]);
}

/* A respondent is in one group, so groups' respondents add up to the whole's. */
static void fill(const struct breakdown *breakdown, const struct layout *layout,
                 const struct suppression_table *table, const int *pool_of) {
  int groups = breakdown->rules->groups > 0 ? breakdown->rules->groups : 1;
  for (int group = 0; group < groups; group++) {
    add_group(breakdown, layout, group, table, 0);
    if (pool_of != NULL) {
      add_group(breakdown, layout, group, table, pool_of[group] + 1);
    }
  }
}

static enum suppression_result publish_whole(const struct breakdown *breakdown,
                                             const struct layout *layout,
                                             struct breakdown_published *published) {
  bool full = published->level == BREAKDOWN_IN_FULL;
  int columns = full ? breakdown->rules->categories : layout->columns;
  struct suppression_table *whole = &published->whole;
  if (!table_new(breakdown, whole, 1, columns)) {
    return SUPPRESSION_MEMORY;
  }
  if (!full) {
    fill(breakdown, layout, whole, NULL);
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
    const struct tally *row = &breakdown->groups[i * ((size_t)breakdown->columns + 1)];
    sizes[i] = answered(breakdown, row, breakdown->columns).respondents;
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

static enum suppression_result publish_table(const struct breakdown *breakdown,
                                             const struct layout *layout,
                                             struct breakdown_published *published) {
  struct suppression_table *table = &published->table;
  if (!table_new(breakdown, table, published->pools + 1, layout->columns)) {
    return SUPPRESSION_MEMORY;
  }
  fill(breakdown, layout, table, published->pool_of);
  for (int row = 0; row < table->rows; row++) {
    suppression_cell(table, row, table->columns)->open = true;
  }
  for (int column = 0; column < table->columns; column++) {
    struct suppression_cell *cell = suppression_cell(table, 0, column);
    cell->open = published->level == BREAKDOWN_IN_FULL;
  }
  return suppression_hide(table);
}

static long visible(const struct suppression_table *table) {
  long count = 0;
  for (int row = 1; row < table->rows; row++) {
    for (int column = 0; column < table->columns; column++) {
      const struct suppression_cell *cell = suppression_cell(table, row, column);
      count += cell->hidden ? 0 : cell->count;
    }
  }
  return count;
}

/* By all merged categories, or by the largest and the others where more stays visible so. */
static enum suppression_result choose(const struct breakdown *breakdown, struct layout *layout,
                                      struct breakdown_published *published) {
  enum suppression_result result = publish_table(breakdown, layout, published);
  if (result != SUPPRESSION_OK || layout->columns <= 2) {
    return result;
  }
  struct suppression_table finer = published->table;
  struct layout two;
  if (!layout_new(breakdown, true, &two)) {
    return SUPPRESSION_MEMORY;
  }
  result = publish_table(breakdown, &two, published);
  if (result == SUPPRESSION_OK && visible(&published->table) <= visible(&finer)) {
    published->table = finer;
  } else {
    *layout = two;
  }
  return result;
}

static enum suppression_result publish_groups(const struct breakdown *breakdown,
                                              struct layout *layout,
                                              struct breakdown_published *published) {
  if (!pool(breakdown, published)) {
    return SUPPRESSION_MEMORY;
  }
  if (published->pools < 2) {
    published->pools = 0;
    return SUPPRESSION_OK;
  }
  return choose(breakdown, layout, published);
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
  struct layout layout;
  enum suppression_result result = SUPPRESSION_OK;
  if (!layout_new(breakdown, false, &layout)) {
    return SUPPRESSION_MEMORY;
  }
  if (breakdown->rules->groups > 0) {
    result = publish_groups(breakdown, &layout, published);
  }
  if (result == SUPPRESSION_OK) {
    result = publish_whole(breakdown, &layout, published);
  }
  if (result == SUPPRESSION_OK && published->pools > 0 && published->level != BREAKDOWN_IN_FULL) {
    hide_in_whole(published);
  }
  return result == SUPPRESSION_OK && !tell_columns(breakdown, &layout, published)
             ? SUPPRESSION_MEMORY
             : result;
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
