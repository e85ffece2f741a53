#include <string.h>

#include "base/calendar.h"
#include "survey/report_part.h"

enum { YEARS = COURSE_YEAR_LAST - COURSE_YEAR_FIRST + 1, CATEGORIES_MAX = 16, DONT_KNOW = 8 };

/* Counts of courses by municipality and category. */
struct sheet_table {
  struct report_label *labels;
  size_t categories;
  struct report_tally *tallies; /* per municipality: per category, then the total */
};

struct report_sheet {
  struct sheet_table begun, closed, finder, reasons, goal, development;
  int registered, closed_count, interrupted, undated;
  int first_closed, last_closed; /* -1: none */
  int *unclosed_of;              /* by municipality: interrupted or running */
};

/* ---- beginning */

static bool tallies_new(const struct report_making *making, struct sheet_table *table) {
  size_t groups = making->groups[REPORT_BY_MUNICIPALITY].count;
  table->tallies =
      arena_array(making->arena, groups * (table->categories + 1), sizeof *table->tallies);
  return table->tallies != NULL;
}

static bool years_new(const struct report_making *making, struct sheet_table *table) {
  table->categories = YEARS;
  table->labels = arena_array(making->arena, YEARS, sizeof *table->labels);
  for (int i = 0; table->labels != NULL && i < YEARS; i++) {
    table->labels[i].code = arena_printf(making->arena, "%d", COURSE_YEAR_FIRST + i);
    if (table->labels[i].code == NULL) {
      return false;
    }
  }
  return table->labels != NULL && tallies_new(making, table);
}

/* The choices of a column, and "none" where a course without one is counted. */
static bool choices_new(const struct report_making *making, enum course_column column, bool none,
                        struct sheet_table *table) {
  const struct course_choice *choices = course_choices(column, &table->categories);
  table->labels = arena_array(making->arena, table->categories + 1, sizeof *table->labels);
  for (size_t i = 0; table->labels != NULL && i < table->categories; i++) {
    table->labels[i].code = choices[i].code;
  }
  if (table->labels != NULL && none) {
    table->labels[table->categories++].code = "none";
  }
  return table->labels != NULL && tallies_new(making, table);
}

bool report_sheet_new(struct report_making *making) {
  struct report_sheet *sheet = arena_alloc(making->arena, sizeof *sheet);
  making->sheet = sheet;
  bool good = sheet != NULL && years_new(making, &sheet->begun) &&
              years_new(making, &sheet->closed) &&
              choices_new(making, COURSE_REFERRED_BY, true, &sheet->finder) &&
              choices_new(making, COURSE_INTERRUPTED_REASON, true, &sheet->reasons) &&
              choices_new(making, COURSE_GOAL_AGREEMENT, false, &sheet->goal) &&
              choices_new(making, COURSE_DEVELOPMENT_AGREEMENT, false, &sheet->development);
  if (good) {
    sheet->first_closed = sheet->last_closed = -1;
    sheet->unclosed_of = arena_array(making->arena, making->groups[REPORT_BY_MUNICIPALITY].count,
                                     sizeof *sheet->unclosed_of);
  }
  return good && sheet->unclosed_of != NULL;
}

/* ---- adding */

static void count_in(struct sheet_table *table, int municipality, size_t category) {
  struct report_tally *row = &table->tallies[(size_t)municipality * (table->categories + 1)];
  row[category].count++;
  row[category].respondents++;
  row[table->categories].count++;
  row[table->categories].respondents++;
}

static void count_year(struct sheet_table *table, int municipality, int day) {
  if (day >= 0) {
    count_in(table, municipality, (size_t)(calendar_year(day) - COURSE_YEAR_FIRST));
  }
}

/* A code that is none of the labels is the last, "none"; without one nothing is counted. */
static void count_code(struct sheet_table *table, int municipality, const char *code) {
  size_t last = table->categories - 1, found = table->categories;
  for (size_t i = 0; i < table->categories; i++) {
    found = code != NULL && strcmp(table->labels[i].code, code) == 0 ? i : found;
  }
  if (found == table->categories && strcmp(table->labels[last].code, "none") == 0) {
    found = last;
  }
  if (found < table->categories) {
    count_in(table, municipality, found);
  }
}

static void count_closed(struct report_making *making, int municipality,
                         const struct course *course) {
  struct report_sheet *sheet = making->sheet;
  sheet->closed_count++;
  making->closed_of[municipality]++;
  count_code(&sheet->finder, municipality, course->referred_by);
  count_code(&sheet->goal, municipality, course->goal_agreement);
  count_code(&sheet->development, municipality, course->development_agreement);
}

static void count_interrupted(struct report_making *making, int municipality,
                              const struct course *course) {
  making->sheet->interrupted++;
  making->sheet->undated += course->closed_on < 0;
  making->interrupted_of[municipality] += course->closed_on >= 0;
  count_code(&making->sheet->reasons, municipality, course->interrupted_reason);
}

bool report_sheet_add(struct report_making *making, int municipality, const struct course *course) {
  struct report_sheet *sheet = making->sheet;
  const struct report_options *options = making->options;
  int day = course->closed_on;
  bool interrupted = course->outcome != NULL && strcmp(course->outcome, "interrupted") == 0;
  bool inside = day >= 0 && (options->closed_from < 0 || day >= options->closed_from) &&
                (options->closed_to < 0 || day <= options->closed_to);
  sheet->registered++;
  sheet->unclosed_of[municipality] += interrupted || day < 0;
  count_year(&sheet->begun, municipality, course->started_on);
  count_year(&sheet->closed, municipality, interrupted ? -1 : day);
  if (inside) {
    sheet->first_closed =
        sheet->first_closed < 0 || day < sheet->first_closed ? day : sheet->first_closed;
    sheet->last_closed = day > sheet->last_closed ? day : sheet->last_closed;
  }
  if (interrupted && (inside || day < 0)) {
    count_interrupted(making, municipality, course);
  } else if (inside) {
    count_closed(making, municipality, course);
  }
  return report_measures_add(making, municipality, course, inside, interrupted);
}

/* ---- tables */

/* Years from the first to the last that has a course. */
static bool trim_years(const struct report_making *making, struct sheet_table *table) {
  size_t groups = making->groups[REPORT_BY_MUNICIPALITY].count, first = YEARS, last = 0;
  for (size_t i = 0; i < groups * (YEARS + 1); i++) {
    size_t year = i % (YEARS + 1);
    if (year < YEARS && table->tallies[i].count > 0) {
      first = year < first ? year : first;
      last = year > last ? year : last;
    }
  }
  struct sheet_table trimmed = {.labels = table->labels + (first < YEARS ? first : 0),
                                .categories = first < YEARS ? last - first + 1 : 0};
  if (!tallies_new(making, &trimmed)) {
    return false;
  }
  for (size_t i = 0; i < groups; i++) {
    const struct report_tally *from = &table->tallies[i * (YEARS + 1)];
    struct report_tally *to = &trimmed.tallies[i * (trimmed.categories + 1)];
    for (size_t j = 0; j < trimmed.categories; j++) {
      to[j] = from[first + j];
    }
    to[trimmed.categories] = from[YEARS];
  }
  *table = trimmed;
  return true;
}

static int total_of(const struct sheet_table *table, size_t group) {
  return table->tallies[group * (table->categories + 1) + table->categories].count;
}

static void fill_row(const struct sheet_table *table, size_t group,
                     const struct suppression_table *hidden, int row) {
  const struct report_tally *tallies = &table->tallies[group * (table->categories + 1)];
  for (int i = 0; i <= hidden->columns; i++) {
    struct suppression_cell *cell = suppression_cell(hidden, row, i);
    cell->count += tallies[i].count;
    cell->respondents += tallies[i].respondents;
    cell->open = i == hidden->columns;
  }
}

/* Whether what a pool's total leaves beside another one may be known. */
static bool leaves_enough(const struct report_making *making, const int *rest, const int *pool_of,
                          size_t pools) {
  bool enough = true;
  for (size_t pool = 0; pool < pools && enough; pool++) {
    int left = 0;
    for (size_t i = 0; i < making->groups[REPORT_BY_MUNICIPALITY].count; i++) {
      left += pool_of[i] == (int)pool ? rest[i] : 0;
    }
    enough = left >= making->options->floor;
  }
  return enough;
}

/* Small municipalities are pooled, so that every row's total may be shown; then cells are hidden.
 * rest: what the totals would tell beside those of closed courses, or NULL. */
static bool table_hide(struct report_making *making, const struct sheet_table *table,
                       const int *rest, struct report_table *out) {
  const struct report_groups *groups = &making->groups[REPORT_BY_MUNICIPALITY];
  int total = 0, *sizes = arena_array(making->arena, groups->count + 1, sizeof *sizes);
  int *pool_of = arena_array(making->arena, groups->count + 1, sizeof *pool_of);
  for (size_t i = 0; sizes != NULL && i < groups->count; i++) {
    sizes[i] = total_of(table, i);
    total += sizes[i];
  }
  if (sizes == NULL || pool_of == NULL) {
    return false;
  }
  if (total < report_least_group(making) || table->categories == 0) {
    return true;
  }
  size_t pools = report_pool(sizes, groups->count, report_least_group(making), NULL, pool_of);
  pools = pools < 2 || (rest != NULL && !leaves_enough(making, rest, pool_of, pools)) ? 0 : pools;
  struct suppression_table hidden = {
      .rows = (int)pools + 1, .columns = (int)table->categories, .floor = making->options->floor};
  int *parents = arena_array(making->arena, pools + 1, sizeof *parents);
  hidden.cells =
      arena_array(making->arena, (pools + 1) * (table->categories + 1), sizeof *hidden.cells);
  hidden.parents = parents;
  if (parents == NULL || hidden.cells == NULL) {
    return false;
  }
  parents[0] = -1;
  for (size_t i = 0; i < groups->count; i++) {
    fill_row(table, i, &hidden, 0);
    if (pools > 0) {
      fill_row(table, i, &hidden, pool_of[i] + 1);
    }
  }
  return suppression_hide(&hidden) == SUPPRESSION_OK &&
         report_table_hidden(making->arena, groups, pool_of, &hidden, out);
}

static bool table_begin(struct report_making *making, const struct sheet_table *table,
                        struct report_table *out) {
  *out = (struct report_table){.unit = REPORT_COURSE, .columns_count = table->categories};
  out->columns = report_columns_merged(making->arena, table->labels, table->categories, NULL,
                                       table->categories);
  return out->columns != NULL;
}

static bool table_finish(struct report_making *making, const struct sheet_table *table,
                         const int *rest, struct report_table *out) {
  const struct report_groups *groups = &making->groups[REPORT_BY_MUNICIPALITY];
  if (!table_begin(making, table, out)) {
    return false;
  }
  return making->options->profile == REPORT_INTERNAL
             ? report_table_exact(making->arena, groups, groups->count < 2, table->tallies, out)
             : table_hide(making, table, rest, out);
}

/* ---- what the municipality says of a course: an opinion like a parent's */

static int merge_agreement(const struct sheet_table *table, int *merged) {
  struct choice choices[CATEGORIES_MAX] = {{0}};
  struct question question = {
      .kind = QUESTION_CHOICE, .choices = choices, .choices_count = table->categories};
  for (size_t i = 0; i < table->categories; i++) {
    const char *code = table->labels[i].code;
    choices[i].code = code[0] - '0';
    choices[i].dont_know = choices[i].code == DONT_KNOW;
  }
  return breakdown_merge(&question, merged);
}

static struct breakdown *opinion_sum(struct report_making *making, const struct sheet_table *table,
                                     const struct breakdown_rules *rules) {
  struct breakdown *breakdown = breakdown_new(making->arena, rules);
  for (int group = 0; breakdown != NULL && group < rules->groups; group++) {
    for (int i = 0; i < rules->categories; i++) {
      int count = table->tallies[(size_t)group * (table->categories + 1) + (size_t)i].count;
      for (; count > 0; count--) {
        breakdown_add(breakdown, group, &i, 1);
      }
    }
  }
  return breakdown;
}

static bool opinion_columns(struct report_making *making, const struct sheet_table *table,
                            const int *column_of, struct report_table *out) {
  out->columns = report_columns_merged(making->arena, table->labels, table->categories, column_of,
                                       out->columns_count);
  return out->columns != NULL;
}

static bool opinion_hide(struct report_making *making, const struct sheet_table *table,
                         struct report_opinion *opinion) {
  const struct report_groups *groups = &making->groups[REPORT_BY_MUNICIPALITY];
  int merged[CATEGORIES_MAX];
  struct breakdown_rules rules = {.floor = making->options->floor,
                                  .categories = (int)table->categories,
                                  .merged = merged,
                                  .merged_count = merge_agreement(table, merged),
                                  .groups = (int)groups->count};
  struct breakdown *breakdown = opinion_sum(making, table, &rules);
  struct breakdown_published published;
  if (breakdown == NULL || breakdown_publish(breakdown, &published) != SUPPRESSION_OK) {
    return false;
  }
  if (breakdown_most(published.level) == 0) {
    return true;
  }
  opinion->whole.columns_count = (size_t)published.whole.columns;
  bool good = (published.level == BREAKDOWN_IN_FULL ||
               opinion_columns(making, table, published.column_of, &opinion->whole)) &&
              report_table_hidden(making->arena, groups, NULL, &published.whole, &opinion->whole);
  if (good && published.pools > 0) {
    opinion->groups.columns_count = (size_t)published.table.columns;
    good = opinion_columns(making, table, published.column_of, &opinion->groups) &&
           report_table_hidden(making->arena, groups, published.pool_of, &published.table,
                               &opinion->groups);
  }
  return good;
}

static bool opinion_finish(struct report_making *making, const struct sheet_table *table,
                           struct report_opinion *opinion) {
  const struct report_groups *groups = &making->groups[REPORT_BY_MUNICIPALITY];
  if (!table_begin(making, table, &opinion->whole) ||
      !table_begin(making, table, &opinion->groups)) {
    return false;
  }
  if (making->options->profile == REPORT_PUBLISHED) {
    return opinion_hide(making, table, opinion);
  }
  return report_table_exact(making->arena, groups, true, table->tallies, &opinion->whole) &&
         (groups->count < 2 ||
          report_table_exact(making->arena, groups, false, table->tallies, &opinion->groups));
}

/* ---- the whole */

static bool tell_day(struct arena *arena, int day, const char **out) {
  char text[CALENDAR_DATE_BYTES];
  if (day < 0) {
    return true;
  }
  calendar_write(day, text);
  *out = arena_string(arena, text);
  return *out != NULL;
}

bool report_sheet_finish(struct report_making *making, struct report *report) {
  struct report_sheet *sheet = making->sheet;
  struct report_courses *courses = &report->courses;
  *courses = (struct report_courses){.registered = sheet->registered,
                                     .closed = sheet->closed_count,
                                     .interrupted = sheet->interrupted,
                                     .interrupted_undated = sheet->undated};
  bool good = trim_years(making, &sheet->begun) && trim_years(making, &sheet->closed) &&
              tell_day(making->arena, sheet->first_closed, &courses->first_closed) &&
              tell_day(making->arena, sheet->last_closed, &courses->last_closed) &&
              /* those that were begun and not closed are interrupted or running */
              table_finish(making, &sheet->begun, sheet->unclosed_of, &courses->begun) &&
              table_finish(making, &sheet->closed, NULL, &courses->closed_by_year) &&
              table_finish(making, &sheet->finder, NULL, &courses->finder) &&
              table_finish(making, &sheet->reasons, NULL, &courses->reasons) &&
              opinion_finish(making, &sheet->goal, &courses->goal) &&
              opinion_finish(making, &sheet->development, &courses->development);
  return good && report_measures_finish(making, courses->measures);
}
