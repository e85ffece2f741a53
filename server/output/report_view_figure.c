#include <string.h>

#include "output/report_view_part.h"

/* Percent as the share of a row that charts are drawn with. */
#define WHOLE 100.0

/* ---- figures and their tables */

struct view_figure show_figure_new(struct viewing *viewing, const char *id, const char *title,
                                   const char *source) {
  const struct report *report = viewing->report;
  const char *number = show_print(viewing, "%d", ++viewing->figures);
  return (struct view_figure){.id = id,
                              .number = show_fill(viewing, "figure", "n", number),
                              .title = title,
                              .base = "",
                              .period = viewing->period,
                              .source =
                                  show_fill_two(viewing, source, "questionnaire",
                                                show_words(viewing, &report->questionnaire->title),
                                                "round", report->round_title)};
}

void show_note(struct viewing *viewing, struct view_figure *figure, const char *text) {
  const char **notes = (const char **)figure->notes;
  if (text[0] == '\0' || figure->notes_count == VIEW_NOTES_MAX) {
    return;
  }
  if (notes == NULL) {
    notes = arena_array(viewing->arena, VIEW_NOTES_MAX, sizeof *notes);
    figure->notes = notes;
    viewing->failed = viewing->failed || notes == NULL;
  }
  if (notes != NULL) {
    notes[figure->notes_count++] = text;
  }
}

void show_table_begin(struct viewing *viewing, struct view_table *table, struct view_list *cells,
                      const struct view_head *heads, size_t columns) {
  struct view_head *copy = arena_array(viewing->arena, columns, sizeof *copy);
  *cells = (struct view_list){.size = sizeof(struct view_cell)};
  viewing->failed = viewing->failed || copy == NULL;
  if (copy != NULL) {
    memcpy(copy, heads, columns * sizeof *copy);
  }
  *table = (struct view_table){.heads = copy, .columns = copy == NULL ? 0 : columns};
}

void show_table_end(struct view_table *table, const struct view_list *cells) {
  table->cells = (const struct view_cell *)(const void *)cells->items;
  table->rows = table->columns == 0 ? 0 : cells->count / table->columns;
}

/* ---- charts */

struct chart *show_chart(struct viewing *viewing, struct view_figure *figure, enum chart_kind kind,
                         size_t series, size_t rows) {
  struct chart *chart = arena_alloc(viewing->arena, sizeof *chart);
  struct chart_series *all_series = arena_array(viewing->arena, series + 1, sizeof *all_series);
  struct chart_row *all_rows = arena_array(viewing->arena, rows + 1, sizeof *all_rows);
  struct chart_cell *cells = arena_array(viewing->arena, series * rows + 1, sizeof *cells);
  if (chart == NULL || all_series == NULL || all_rows == NULL || cells == NULL) {
    viewing->failed = true;
    return NULL;
  }
  *chart = (struct chart){.kind = kind,
                          .id = show_print(viewing, "chart-%s", figure->id),
                          .language = show_word(viewing, "lang"),
                          .title = figure->title,
                          .description = show_word(viewing, "describe_table"),
                          .hidden = show_word(viewing, "name_hidden"),
                          .series = all_series,
                          .series_count = series,
                          .rows = all_rows,
                          .rows_count = rows,
                          .cells = cells};
  figure->chart = chart;
  return chart;
}

/* What a chart of ours points to is ours to fill in. */
struct chart_series *show_series(const struct chart *chart) {
  return (struct chart_series *)chart->series;
}

struct chart_row *show_row(const struct chart *chart, size_t row) {
  return (struct chart_row *)&chart->rows[row];
}

struct chart_cell *show_cell_at(const struct chart *chart, size_t row, size_t series) {
  return (struct chart_cell *)&chart->cells[row * chart->series_count + series];
}

/* The numbers of a chart of one series, in a sentence. */
static const char *describe(struct viewing *viewing, const char *key, const struct chart *chart) {
  const char *values = "";
  for (size_t i = 0; i < chart->rows_count; i++) {
    values = show_join(viewing, values,
                       show_fill_two(viewing, "describe", "label", chart->rows[i].label, "value",
                                     chart->cells[i].label));
  }
  return show_fill(viewing, key, "values", values);
}

/* ---- the whole of a question or of the courses */

static bool is_apart(const struct view_counts *how, const struct report_table *table,
                     size_t column) {
  bool unanswered = how->unanswered && column + 1 == table->columns_count;
  return unanswered ||
         (how->apart >= 0 && (size_t)how->apart == column && table->columns_count > 1);
}

/* How many columns of a table are drawn: below the numbers of a scale there is no room for "not
 * answered", which the table says. */
static size_t drawn(const struct view_counts *how, const struct report_table *table) {
  return table->columns_count - (how->scale && how->unanswered ? 1 : 0);
}

static void whole_chart(struct viewing *viewing, const struct view_counts *how,
                        const struct report_table *table, struct view_figure *figure) {
  const struct report_row *row = &table->rows[0];
  struct chart *chart =
      show_chart(viewing, figure, how->scale ? CHART_COLUMNS : CHART_BARS, 1, drawn(how, table));
  if (chart == NULL) {
    return;
  }
  *show_series(chart) = (struct chart_series){show_word(viewing, "share"), CHART_KIND_1};
  for (size_t i = 0; i < drawn(how, table); i++) {
    struct view_cell cell = show_both_cell(viewing, &row->cells[i], report_percent(row, i));
    double percent = report_percent(row, i);
    *show_row(chart, i) =
        (struct chart_row){.label = show_name(viewing, &table->columns[i], how->stem),
                           .apart = is_apart(how, table, i)};
    *show_cell_at(chart, i, 0) = (struct chart_cell){
        .value = percent < 0 ? 0 : percent,
        .label =
            how->scale && !cell.hidden && percent >= 0 ? show_percent(viewing, percent) : cell.text,
        .hidden = cell.hidden || percent < 0};
  }
  chart->axis = how->axis;
  chart->most = how->scale ? 0 : WHOLE; /* so that lying bars of two figures can be compared */
  chart->description = describe(viewing, how->scale ? "describe_columns" : "describe_bars", chart);
}

static void whole_table(struct viewing *viewing, const struct view_counts *how,
                        const struct report_table *table, struct view_figure *figure) {
  const struct report_row *row = &table->rows[0];
  const struct view_head heads[] = {{show_word(viewing, "answers_head"), VIEW_TEXT},
                                    {show_word(viewing, "count"), VIEW_COUNT},
                                    {show_word(viewing, "share"), VIEW_PERCENT}};
  struct view_list cells;
  show_table_begin(viewing, &figure->table, &cells, heads, array_length(heads));
  for (size_t i = 0; i < table->columns_count; i++) {
    const struct view_cell line[] = {
        show_text_cell(show_name(viewing, &table->columns[i], how->stem)),
        show_count_cell(viewing, &row->cells[i]),
        show_percent_cell(viewing, report_percent(row, i))};
    for (size_t j = 0; j < array_length(line); j++) {
      show_add(viewing, &cells, &line[j]);
    }
  }
  const struct view_cell total[] = {
      show_text_cell(show_word(viewing, "total")), show_count_cell(viewing, &row->n),
      show_percent_cell(viewing, row->n.shown && row->n.count > 0 ? WHOLE : -1)};
  for (size_t i = 0; i < array_length(total); i++) {
    show_add(viewing, &cells, &total[i]);
  }
  show_table_end(&figure->table, &cells);
}

bool show_whole(struct viewing *viewing, const struct view_counts *how,
                const struct report_table *table, struct view_figure *figure) {
  if (table->rows_count == 0 || table->columns_count == 0) {
    return false;
  }
  *figure = show_figure_new(viewing, how->id, how->title, how->source);
  whole_chart(viewing, how, table, figure);
  whole_table(viewing, how, table, figure);
  return true;
}

/* ---- groups */

/* "Don't know" has the last look, and "not answered" where there is no such; what lies between
 * begins at both ends, so that four merged categories are for, neither, against and don't know. */
static enum chart_look look_of(const struct view_counts *how, const struct report_table *table,
                               size_t column) {
  static const enum chart_look scales[][5] = {
      {CHART_SCALE_1},
      {CHART_SCALE_1, CHART_SCALE_4},
      {CHART_SCALE_1, CHART_SCALE_3, CHART_SCALE_5},
      {CHART_SCALE_1, CHART_SCALE_2, CHART_SCALE_4, CHART_SCALE_5},
      {CHART_SCALE_1, CHART_SCALE_2, CHART_SCALE_3, CHART_SCALE_4, CHART_SCALE_5}};
  if (how->unanswered && how->apart >= 0 && column + 1 == table->columns_count) {
    return CHART_KIND_6;
  }
  if (is_apart(how, table, column)) {
    return CHART_SCALE_UNSURE;
  }
  size_t count = table->columns_count - (how->apart >= 0 ? 1 : 0) - (how->unanswered ? 1 : 0);
  if (how->ordered && count >= 1 && count <= array_length(scales) && column < count) {
    return scales[count - 1][column];
  }
  return (enum chart_look)(CHART_KIND_1 + column % (CHART_HIDDEN - CHART_KIND_1));
}

static void name_series(struct viewing *viewing, const struct view_counts *how,
                        const struct report_table *table, const struct chart *chart) {
  for (size_t i = 0; i < drawn(how, table); i++) {
    show_series(chart)[i] =
        (struct chart_series){show_name(viewing, &table->columns[i], how->stem),
                              how->scale ? CHART_KIND_1 : look_of(how, table, i)};
  }
}

static void group_chart(struct viewing *viewing, const struct view_counts *how,
                        const struct report_table *table, struct view_figure *figure) {
  struct chart *chart = show_chart(viewing, figure, how->scale ? CHART_PANELS : CHART_STACKED,
                                   drawn(how, table), table->rows_count);
  if (chart == NULL) {
    return;
  }
  name_series(viewing, how, table, chart);
  for (size_t i = 0; i < table->rows_count; i++) {
    const struct report_row *row = &table->rows[i];
    *show_row(chart, i) = (struct chart_row){.label = show_name(viewing, &row->who, how->rows_stem),
                                             .note = show_n(viewing, &row->n)};
    for (size_t j = 0; j < drawn(how, table); j++) {
      double percent = report_percent(row, j);
      struct view_cell cell = show_percent_cell(viewing, percent);
      *show_cell_at(chart, i, j) = show_chart_cell(&cell, WHOLE);
    }
  }
  chart->axis = how->axis;
}

static void group_table(struct viewing *viewing, const struct view_counts *how,
                        const struct report_table *table, struct view_figure *figure) {
  size_t columns = table->columns_count + 2;
  struct view_head *heads = arena_array(viewing->arena, columns, sizeof *heads);
  struct view_list cells;
  if (heads == NULL) {
    viewing->failed = true;
    return;
  }
  heads[0] = (struct view_head){how->row_head, VIEW_TEXT};
  heads[1] = (struct view_head){"N", VIEW_COUNT};
  for (size_t i = 0; i < table->columns_count; i++) {
    heads[i + 2] = (struct view_head){show_name(viewing, &table->columns[i], how->stem), VIEW_BOTH};
  }
  show_table_begin(viewing, &figure->table, &cells, heads, columns);
  for (size_t i = 0; i < table->rows_count; i++) {
    const struct report_row *row = &table->rows[i];
    struct view_cell cell = show_text_cell(show_name(viewing, &row->who, how->rows_stem));
    show_add(viewing, &cells, &cell);
    cell = show_count_cell(viewing, &row->n);
    show_add(viewing, &cells, &cell);
    for (size_t j = 0; j < table->columns_count; j++) {
      cell = show_both_cell(viewing, &row->cells[j], report_percent(row, j));
      show_add(viewing, &cells, &cell);
    }
  }
  show_table_end(&figure->table, &cells);
}

bool show_groups(struct viewing *viewing, const struct view_counts *how,
                 const struct report_table *table, struct view_figure *figure) {
  if (table->rows_count < 2 || table->columns_count == 0) {
    return false;
  }
  *figure = show_figure_new(viewing, how->id, how->title, how->source);
  group_chart(viewing, how, table, figure);
  group_table(viewing, how, table, figure);
  return true;
}

/* ---- rounds: the same with a column for each */

static void turned_row(struct viewing *viewing, const struct report_table *table, size_t column,
                       struct view_list *cells) {
  for (size_t i = 0; i < table->rows_count; i++) {
    const struct report_row *row = &table->rows[i];
    struct view_cell cell =
        show_both_cell(viewing, &row->cells[column], report_percent(row, column));
    show_add(viewing, cells, &cell);
  }
}

static void turned_table(struct viewing *viewing, const struct view_counts *how,
                         const struct report_table *table, const char *const *heads,
                         struct view_figure *figure) {
  size_t columns = table->rows_count + 1;
  struct view_head *all = arena_array(viewing->arena, columns, sizeof *all);
  struct view_list cells;
  if (all == NULL) {
    viewing->failed = true;
    return;
  }
  all[0] = (struct view_head){how->row_head, VIEW_TEXT};
  for (size_t i = 0; i < table->rows_count; i++) {
    all[i + 1] = (struct view_head){heads[i], VIEW_BOTH};
  }
  show_table_begin(viewing, &figure->table, &cells, all, columns);
  for (size_t i = 0; i < table->columns_count; i++) {
    struct view_cell cell = show_text_cell(show_name(viewing, &table->columns[i], how->stem));
    show_add(viewing, &cells, &cell);
    turned_row(viewing, table, i, &cells);
  }
  struct view_cell cell = show_text_cell(show_word(viewing, "total"));
  show_add(viewing, &cells, &cell);
  for (size_t i = 0; i < table->rows_count; i++) {
    const struct report_cell *n = &table->rows[i].n;
    cell = show_both_cell(viewing, n, n->shown && n->count > 0 ? WHOLE : -1);
    show_add(viewing, &cells, &cell);
  }
  show_table_end(&figure->table, &cells);
}

bool show_rounds(struct viewing *viewing, const struct view_counts *how,
                 const struct report_table *table, const char *const *heads,
                 struct view_figure *figure) {
  if (table->rows_count < 2 || table->columns_count == 0) {
    return false;
  }
  *figure = show_figure_new(viewing, how->id, how->title, how->source);
  group_chart(viewing, how, table, figure);
  turned_table(viewing, how, table, heads, figure);
  return true;
}

/* ---- sections */

void show_section_add(struct viewing *viewing, struct view_list *sections, const char *id,
                      const char *title, const struct view_list *texts,
                      const struct view_list *figures) {
  const struct view_section section = {.id = id,
                                       .title = title,
                                       .texts = (const char *const *)(const void *)texts->items,
                                       .texts_count = texts->count,
                                       .figures =
                                           (const struct view_figure *)(const void *)figures->items,
                                       .figures_count = figures->count};
  show_add(viewing, sections, &section);
}

void show_method(struct viewing *viewing, struct view_list *sections, const char *const *keys,
                 size_t count) {
  struct view_list figures = {.size = sizeof(struct view_figure)};
  struct view_list texts = {.size = sizeof(const char *)};
  for (size_t i = 0; i < count; i++) {
    const char *text = show_word(viewing, keys[i]);
    show_add(viewing, &texts, &text);
  }
  show_section_add(viewing, sections, "method", show_word(viewing, "section_method"), &texts,
                   &figures);
}
