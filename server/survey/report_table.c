#include <stdlib.h>
#include <string.h>

#include "survey/pool.h"
#include "survey/report_part.h"

double report_percent(const struct report_row *row, size_t column) {
  const struct report_cell *cell = &row->cells[column];
  return cell->shown && row->n.shown && row->n.count > 0 ? 100.0 * cell->count / row->n.count : -1;
}

struct report_cell report_cell_of(const struct report_options *options, int count) {
  bool shown = options->profile == REPORT_INTERNAL || count >= options->floor;
  return (struct report_cell){.shown = shown, .count = shown ? count : 0};
}

/* ---- sets */

struct report_set report_set_whole(void) {
  return (struct report_set){.code = "all"};
}

static bool is_member(const int *index_of, size_t label, int wanted) {
  return (index_of == NULL ? (int)label : index_of[label]) == wanted;
}

struct report_set report_set_of(struct arena *arena, const struct report_label *labels,
                                size_t count, const int *index_of, int wanted, const bool *skip) {
  struct report_set set = {.code = ""};
  struct report_label *members = NULL;
  for (size_t i = 0; i < count; i++) {
    set.labels_count += is_member(index_of, i, wanted) && (skip == NULL || !skip[i]);
  }
  members = arena_array(arena, set.labels_count + 1, sizeof *members);
  set.labels = members;
  for (size_t i = 0, at = 0; members != NULL && i < count; i++) {
    if (is_member(index_of, i, wanted) && (skip == NULL || !skip[i])) {
      members[at++] = labels[i];
      set.code = at == 1 || set.code == NULL
                     ? labels[i].code
                     : arena_printf(arena, "%s+%s", set.code, labels[i].code);
    }
  }
  if (members == NULL) {
    set.code = NULL;
  }
  return set;
}

const bool *report_skipped(struct arena *arena, const struct report_groups *groups) {
  bool *skip = arena_array(arena, groups->count + 1, sizeof *skip);
  for (size_t i = groups->always; skip != NULL && i < groups->count; i++) {
    skip[i] = !groups->met[i];
  }
  return skip;
}

const struct report_set *report_columns_merged(struct arena *arena,
                                               const struct report_label *labels, size_t count,
                                               const int *column_of, size_t columns_count) {
  struct report_set *columns = arena_array(arena, columns_count + 1, sizeof *columns);
  for (size_t i = 0; columns != NULL && i < columns_count; i++) {
    columns[i] = report_set_of(arena, labels, count, column_of, (int)i, NULL);
    if (columns[i].code == NULL) {
      return NULL;
    }
  }
  return columns;
}

/* ---- exact tables */

static bool fill_exact(struct arena *arena, const struct report_tally *tallies, size_t groups,
                       int group, const struct report_table *table, struct report_row *row) {
  size_t columns = table->columns_count;
  struct report_cell *cells = arena_array(arena, columns + 1, sizeof *cells);
  row->cells = cells;
  row->respondents = 0;
  for (size_t i = 0; cells != NULL && i < groups; i++) {
    const struct report_tally *tally = &tallies[i * (columns + 1)];
    if (group != REPORT_WHOLE && (size_t)group != i) {
      continue;
    }
    for (size_t j = 0; j < columns; j++) {
      cells[j].shown = true;
      cells[j].count += tally[j].count;
    }
    row->n.count += tally[columns].count;
    row->respondents += tally[columns].respondents;
  }
  row->n.shown = true;
  row->people = row->respondents;
  return cells != NULL;
}

bool report_table_exact(struct arena *arena, const struct report_groups *groups, bool whole_only,
                        const struct report_tally *tallies, struct report_table *table) {
  const bool *skip = report_skipped(arena, groups);
  struct report_row *rows = arena_array(arena, groups->count + 1, sizeof *rows);
  if (skip == NULL || rows == NULL) {
    return false;
  }
  rows[0].who = report_set_whole();
  bool good = fill_exact(arena, tallies, groups->count, REPORT_WHOLE, table, &rows[0]);
  table->rows = rows;
  table->rows_count = 1;
  table->by = whole_only ? NULL : groups->by;
  for (size_t i = 0; i < groups->count && good && !whole_only; i++) {
    if (!skip[i]) {
      struct report_row *row = &rows[table->rows_count++];
      row->who = report_set_of(arena, groups->labels, groups->count, NULL, (int)i, NULL);
      good = row->who.code != NULL && fill_exact(arena, tallies, groups->count, (int)i, table, row);
    }
  }
  return good;
}

/* ---- pools */

/* Numbers the pools that are left from 0. */
static size_t renumber(size_t pools, size_t count, int *pool_of) {
  size_t kept = 0;
  for (size_t pool = 0; pool < pools; pool++) {
    bool used = false;
    for (size_t i = 0; i < count; i++) {
      if (pool_of[i] == (int)pool) {
        pool_of[i] = (int)kept;
        used = true;
      }
    }
    kept += used;
  }
  return kept;
}

size_t report_pool(const int *sizes, size_t count, int least, const bool *forced, int *pool_of) {
  size_t pools = pool_small(sizes, count, least, forced, pool_of), smallest = count;
  for (size_t i = 0; i < count; i++) {
    if (sizes[i] > 0 && (smallest == count || sizes[i] < sizes[smallest])) {
      smallest = i;
    }
  }
  for (size_t i = 0; i < count && smallest < count; i++) {
    pool_of[i] = sizes[i] == 0 ? pool_of[smallest] : pool_of[i];
  }
  return renumber(pools, count, pool_of);
}

/* ---- tables with hidden cells */

/* A group of nobody that stands alone is not told from one that is not shown. */
static bool fill_hidden(struct arena *arena, const struct suppression_table *hidden, int index,
                        struct report_row *row) {
  const struct suppression_cell *total = suppression_cell(hidden, index, hidden->columns);
  struct report_cell *cells = arena_array(arena, (size_t)hidden->columns + 1, sizeof *cells);
  bool shown = !total->hidden && total->count > 0;
  row->cells = cells;
  row->n = (struct report_cell){.shown = shown, .count = shown ? total->count : 0};
  row->respondents = shown && index == 0 ? total->respondents : -1;
  row->people = total->respondents;
  for (int i = 0; cells != NULL && i < hidden->columns; i++) {
    const struct suppression_cell *cell = suppression_cell(hidden, index, i);
    bool visible = shown && !cell->hidden;
    cells[i] = (struct report_cell){.shown = visible, .count = visible ? cell->count : 0};
  }
  return cells != NULL;
}

bool report_table_hidden(struct arena *arena, const struct report_groups *groups,
                         const int *pool_of, const struct suppression_table *hidden,
                         struct report_table *table) {
  const bool *skip = report_skipped(arena, groups);
  struct report_row *rows = arena_array(arena, (size_t)hidden->rows + 1, sizeof *rows);
  bool good = skip != NULL && rows != NULL;
  table->by = hidden->rows > 1 ? groups->by : NULL;
  table->rows = rows;
  table->rows_count = 0;
  for (int i = 0; good && i < hidden->rows; i++) {
    struct report_row *row = &rows[table->rows_count];
    row->who = i == 0 ? report_set_whole()
                      : report_set_of(arena, groups->labels, groups->count, pool_of, i - 1, skip);
    if (i > 0 && row->who.labels_count == 0) {
      good = row->who.code != NULL;
      continue; /* a group that nobody met */
    }
    table->rows_count++;
    good = row->who.code != NULL && fill_hidden(arena, hidden, i, row);
  }
  return good;
}

/* ---- bands of a scale */

/* The band of a column of the whole; the last is of those who did not answer. */
static size_t band_of(const struct question *question, const struct report_set *column) {
  int value = (int)strtol(column->code, NULL, 10);
  size_t band = 0;
  while (band < question->bands_count && value > question->bands[band].to) {
    band++;
  }
  return column->code[0] < '0' || column->code[0] > '9' ? question->bands_count : band;
}

static bool name_bands(struct arena *arena, const struct question *question, bool none,
                       struct report_table *bands) {
  struct report_label *labels = arena_array(arena, question->bands_count + 1, sizeof *labels);
  for (size_t i = 0; labels != NULL && i < question->bands_count; i++) {
    labels[i].code = arena_printf(arena, "%d-%d", question->bands[i].from, question->bands[i].to);
    if (labels[i].code == NULL) {
      return false;
    }
  }
  if (labels == NULL) {
    return false;
  }
  labels[question->bands_count].code = "none";
  bands->columns_count = question->bands_count + none;
  bands->columns =
      report_columns_merged(arena, labels, bands->columns_count, NULL, bands->columns_count);
  return bands->columns != NULL;
}

bool report_bands(struct arena *arena, const struct questionnaire *questionnaire,
                  const struct report_figure *figure, struct report_table *bands) {
  const struct question *question = &questionnaire->questions[figure->question];
  const struct report_table *whole = &figure->whole;
  *bands = (struct report_table){.unit = figure->unit};
  if (figure->before >= 0 || question->bands_count == 0 || whole->rows_count == 0) {
    return true;
  }
  bool none = band_of(question, &whole->columns[whole->columns_count - 1]) == question->bands_count;
  struct report_row *row = arena_alloc(arena, sizeof *row);
  struct report_cell *cells = arena_array(arena, question->bands_count + 1, sizeof *cells);
  if (row == NULL || cells == NULL || !name_bands(arena, question, none, bands)) {
    return false;
  }
  for (size_t i = 0; i < whole->columns_count; i++) {
    struct report_cell *cell = &cells[band_of(question, &whole->columns[i])];
    *cell =
        (struct report_cell){.shown = true, .count = cell->count + whole->rows[0].cells[i].count};
  }
  *row = whole->rows[0];
  row->cells = cells;
  bands->rows = row;
  bands->rows_count = 1;
  return true;
}
