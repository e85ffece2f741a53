#include <stdlib.h>
#include <string.h>

#include "output/report_view_part.h"

/* ---- coverage */

static struct view_cell bounds(struct viewing *viewing, const char *key, int least, int most) {
  const char *low = show_count(viewing, least), *high = show_count(viewing, most);
  if (least != most) {
    return show_text_cell(show_fill_two(viewing, key, "least", low, "most", high));
  }
  return show_text_cell(strcmp(key, "between") == 0 ? high : show_percent(viewing, most));
}

static void coverage_row(struct viewing *viewing, const struct report_coverage *row,
                         struct view_list *cells) {
  const struct coverage *coverage = &row->coverage;
  const struct view_cell hidden = show_hidden_cell(viewing, VIEW_TEXT);
  bool known = row->shown && coverage->percent_least >= 0;
  const struct view_cell line[] = {
      show_text_cell(show_name(viewing, &row->who, "")),
      row->shown ? show_number_cell(viewing, row->answers) : hidden,
      row->shown ? show_number_cell(viewing, coverage->closed) : hidden,
      row->shown && coverage->interrupted >= 0 ? show_number_cell(viewing, coverage->interrupted)
                                               : hidden,
      known ? bounds(viewing, "between", coverage->families_least, coverage->families_most)
            : hidden,
      known ? bounds(viewing, "between_percent", coverage->percent_least, coverage->percent_most)
            : hidden,
      row->shown
          ? show_text_cell(show_word_of(viewing, "coverage_", coverage_sign_name(coverage->sign)))
          : hidden};
  for (size_t i = 0; i < array_length(line); i++) {
    show_add(viewing, cells, &line[i]);
  }
}

static void coverage_table(struct viewing *viewing, struct view_figure *figure) {
  const struct report *report = viewing->report;
  const char *families =
      report->questionnaire->per_child ? "coverage_children" : "coverage_families";
  const struct view_head heads[] = {{show_word(viewing, "by_municipality"), VIEW_TEXT},
                                    {show_word(viewing, "answers_head"), VIEW_COUNT},
                                    {show_word(viewing, "coverage_closed"), VIEW_COUNT},
                                    {show_word(viewing, "coverage_interrupted"), VIEW_COUNT},
                                    {show_word(viewing, families), VIEW_TEXT},
                                    {show_word(viewing, "coverage_share"), VIEW_TEXT},
                                    {show_word(viewing, "coverage_sign"), VIEW_TEXT}};
  struct view_list cells;
  show_table_begin(viewing, &figure->table, &cells, heads, array_length(heads));
  for (size_t i = 0; i < report->coverage_count; i++) {
    coverage_row(viewing, &report->coverage[i], &cells);
  }
  show_table_end(&figure->table, &cells);
}

static void coverage_chart(struct viewing *viewing, struct view_figure *figure) {
  const struct report *report = viewing->report;
  struct chart *chart = show_chart(viewing, figure, CHART_BARS, 2, report->coverage_count);
  if (chart == NULL) {
    return;
  }
  show_series(chart)[0] =
      (struct chart_series){show_word(viewing, "coverage_closed"), CHART_KIND_2};
  show_series(chart)[1] = (struct chart_series){show_word(viewing, "answers_head"), CHART_KIND_1};
  for (size_t i = 0; i < report->coverage_count; i++) {
    const struct report_coverage *row = &report->coverage[i];
    const struct report_cell closed = {row->shown, row->coverage.closed};
    const struct report_cell answers = {row->shown, row->answers};
    const struct view_cell cells[] = {show_count_cell(viewing, &closed),
                                      show_count_cell(viewing, &answers)};
    *show_row(chart, i) = (struct chart_row){.label = show_name(viewing, &row->who, "")};
    for (size_t j = 0; j < array_length(cells); j++) {
      *show_cell_at(chart, i, j) = show_chart_cell(&cells[j], 1);
    }
  }
}

void show_coverage(struct viewing *viewing, struct view_list *sections) {
  struct view_list figures = {.size = sizeof(struct view_figure)};
  struct view_list texts = {.size = sizeof(const char *)};
  bool per_child = viewing->report->questionnaire->per_child;
  if (viewing->report->coverage_count == 0 || viewing->report->courses.registered == 0 ||
      viewing->report->questionnaire->personal) {
    return;
  }
  const char *text = show_word(viewing, per_child ? "coverage_text_child" : "coverage_text");
  struct view_figure figure =
      show_figure_new(viewing, "coverage", show_word(viewing, "coverage"), "source_both");
  coverage_chart(viewing, &figure);
  coverage_table(viewing, &figure);
  show_add(viewing, &texts, &text);
  show_add(viewing, &figures, &figure);
  show_section_add(viewing, sections, "coverage", show_word(viewing, "section_coverage"), &texts,
                   &figures);
}

/* ---- begun and closed by year */

/* The column of a year, or -1. */
static int year_of(const struct report_table *table, const char *code) {
  for (size_t i = 0; i < table->columns_count; i++) {
    if (strcmp(table->columns[i].code, code) == 0) {
      return (int)i;
    }
  }
  return -1;
}

/* The years of both tables in order; codes that are no year ("none") stand last. */
static size_t years_of(struct viewing *viewing, const struct report_table *const tables[2],
                       const struct report_set ***years) {
  size_t count = 0;
  size_t most = tables[0]->columns_count + tables[1]->columns_count;
  const struct report_set **list =
      arena_array(viewing->arena, most + 1, sizeof(const struct report_set *));
  *years = list;
  viewing->failed = viewing->failed || list == NULL;
  for (size_t i = 0; list != NULL && i < 2; i++) {
    for (size_t j = 0; j < tables[i]->columns_count; j++) {
      const struct report_set *set = &tables[i]->columns[j];
      if (i == 1 && year_of(tables[0], set->code) >= 0) {
        continue;
      }
      size_t at = count++;
      for (; at > 0 && strcmp(list[at - 1]->code, set->code) > 0; at--) {
        list[at] = list[at - 1];
      }
      list[at] = set;
    }
  }
  return count;
}

static struct view_cell year_cell(struct viewing *viewing, const struct report_table *table,
                                  const char *code) {
  int column = year_of(table, code);
  if (table->rows_count == 0) {
    return show_hidden_cell(viewing, VIEW_COUNT);
  }
  return column < 0 ? show_number_cell(viewing, 0)
                    : show_count_cell(viewing, &table->rows[0].cells[column]);
}

static void years_figure(struct viewing *viewing, struct view_list *figures) {
  const struct report_courses *courses = &viewing->report->courses;
  const struct report_table *const tables[2] = {&courses->begun, &courses->closed_by_year};
  const struct report_set **years;
  size_t count = years_of(viewing, tables, &years);
  if (count == 0 || viewing->failed) {
    return;
  }
  struct view_figure figure =
      show_figure_new(viewing, "years", show_word(viewing, "courses_years"), "source_courses");
  const struct view_head heads[] = {{show_word(viewing, "year"), VIEW_TEXT},
                                    {show_word(viewing, "courses_begun"), VIEW_COUNT},
                                    {show_word(viewing, "courses_closed"), VIEW_COUNT}};
  struct chart *chart = show_chart(viewing, &figure, CHART_COLUMNS, 2, count);
  struct view_list cells;
  show_table_begin(viewing, &figure.table, &cells, heads, array_length(heads));
  for (size_t i = 0; chart != NULL && i < count; i++) {
    struct view_cell cell = show_text_cell(show_name(viewing, years[i], "finder_"));
    show_row(chart, i)->label = cell.text;
    show_add(viewing, &cells, &cell);
    for (size_t j = 0; j < 2; j++) {
      cell = year_cell(viewing, tables[j], years[i]->code);
      show_add(viewing, &cells, &cell);
      *show_cell_at(chart, i, j) = show_chart_cell(&cell, 1);
      show_series(chart)[j] =
          (struct chart_series){heads[j + 1].name, j == 0 ? CHART_KIND_1 : CHART_KIND_2};
    }
  }
  show_table_end(&figure.table, &cells);
  show_note(viewing, &figure, show_word(viewing, "courses_years_by"));
  show_add(viewing, figures, &figure);
}

/* ---- tables of counts */

struct course_table {
  const struct report_table *whole, *groups;
  const char *id, *stem;
  bool ordered;
};

static int column_of(const struct report_table *table, const char *code) {
  int column = year_of(table, code);
  return column >= 0 && column == (int)table->columns_count - 1 ? column : -1;
}

static void n_of(struct viewing *viewing, const struct report_table *table,
                 struct view_figure *figure) {
  if (table->rows[0].n.shown) {
    figure->base = show_n_unit(viewing, table->rows[0].n.count, REPORT_COURSE);
  }
}

static void groups(struct viewing *viewing, const struct course_table *course, const char *key,
                   struct view_list *figures) {
  struct view_figure figure;
  int apart = column_of(course->groups, "8");
  struct view_counts how = {.id = show_print(viewing, "%s-municipality", course->id),
                            .title = show_word(viewing, key),
                            .source = "source_courses",
                            .stem = course->stem,
                            .rows_stem = "",
                            .ordered = course->ordered,
                            .apart = apart,
                            .row_head = show_word(viewing, "by_municipality")};
  if (show_groups(viewing, &how, course->groups, &figure)) {
    n_of(viewing, course->groups, &figure);
    show_add(viewing, figures, &figure);
  }
}

static void whole_and_groups(struct viewing *viewing, const struct course_table *course,
                             struct view_list *figures) {
  struct view_figure figure;
  struct view_counts how = {.id = course->id,
                            .title = show_word(viewing, course->id),
                            .source = "source_courses",
                            .stem = course->stem,
                            .rows_stem = "",
                            .apart = column_of(course->whole, course->ordered ? "8" : "none")};
  if (!show_whole(viewing, &how, course->whole, &figure)) {
    return;
  }
  n_of(viewing, course->whole, &figure);
  show_add(viewing, figures, &figure);
  groups(viewing, course, show_print(viewing, "%s_by_municipality", course->id), figures);
}

/* ---- mean, least and greatest */

static const char *left_out(struct viewing *viewing, const struct report_measure *measure) {
  const char *list = "";
  for (size_t i = 0; i < measure->left_out_count; i++) {
    const struct report_left_out *out = &measure->left_out[i];
    list = show_join(viewing, list,
                     words_fill(viewing->arena, show_word_of(viewing, "left_", out->why), "n",
                                show_count(viewing, out->count), NULL));
  }
  return list[0] == '\0' ? "" : show_fill(viewing, "left_out", "list", list);
}

static struct view_cell extreme(struct viewing *viewing, const struct report_mean *row,
                                double value, bool decimal) {
  if (row->n == 0 || !row->extremes) {
    return show_hidden_cell(viewing, VIEW_MEAN);
  }
  struct view_cell cell = show_mean_cell(viewing, value);
  cell.text = show_decimal(viewing, value, decimal ? 1 : 0);
  return cell;
}

enum { MEASURE_CELLS = 5 };

static void measure_cells(struct viewing *viewing, const struct report_mean *row, bool decimal,
                          struct view_cell line[MEASURE_CELLS]) {
  bool shown = row->n > 0;
  line[0] = show_text_cell(show_name(viewing, &row->who, ""));
  line[1] = shown ? show_number_cell(viewing, row->n) : show_hidden_cell(viewing, VIEW_COUNT);
  line[2] = shown ? show_mean_cell(viewing, row->mean) : show_hidden_cell(viewing, VIEW_MEAN);
  line[3] = extreme(viewing, row, row->least, decimal);
  line[4] = extreme(viewing, row, row->most, decimal);
}

static void measure_rows(struct viewing *viewing, const struct report_measure *measure,
                         const char *row_head, struct view_figure *figure) {
  static const size_t column_of_part[] = {3, 2, 4}; /* least, mean, greatest */
  bool decimal = strcmp(measure->name, "hours_per_visit") == 0;
  const struct view_head heads[MEASURE_CELLS] = {{row_head, VIEW_TEXT},
                                                 {"N", VIEW_COUNT},
                                                 {show_word(viewing, "mean"), VIEW_MEAN},
                                                 {show_word(viewing, "least"), VIEW_MEAN},
                                                 {show_word(viewing, "greatest"), VIEW_MEAN}};
  struct chart *chart = show_chart(viewing, figure, CHART_RANGES, 3, measure->rows_count);
  struct view_list cells;
  show_table_begin(viewing, &figure->table, &cells, heads, MEASURE_CELLS);
  for (size_t i = 0; chart != NULL && i < measure->rows_count; i++) {
    struct view_cell line[MEASURE_CELLS];
    measure_cells(viewing, &measure->rows[i], decimal, line);
    const struct report_cell n = {measure->rows[i].n > 0, measure->rows[i].n};
    *show_row(chart, i) = (struct chart_row){.label = line[0].text, .note = show_n(viewing, &n)};
    for (size_t j = 0; j < 3; j++) {
      *show_cell_at(chart, i, j) = show_chart_cell(&line[column_of_part[j]], 1);
      show_series(chart)[j] = (struct chart_series){heads[column_of_part[j]].name, CHART_KIND_1};
    }
    for (size_t j = 0; j < MEASURE_CELLS; j++) {
      show_add(viewing, &cells, &line[j]);
    }
  }
  if (chart != NULL) {
    chart->axis = show_word(viewing, "measure_axis");
  }
  show_table_end(&figure->table, &cells);
}

struct view_figure show_measure(struct viewing *viewing, const struct report_measure *measure,
                                const char *row_head) {
  struct view_figure figure =
      show_figure_new(viewing, show_print(viewing, "%s", measure->name),
                      show_word_of(viewing, "measure_", measure->name), "source_courses");
  measure_rows(viewing, measure, row_head, &figure);
  if (strcmp(measure->name, "hours_per_visit") == 0) {
    show_note(viewing, &figure, show_word(viewing, "measure_hours_text"));
  }
  return figure;
}

static void measure(struct viewing *viewing, const struct report_measure *measure,
                    struct view_list *figures) {
  if (measure->rows_count == 0) {
    return;
  }
  struct view_figure figure = show_measure(viewing, measure, show_word(viewing, "by_municipality"));
  if (measure->rows[0].n > 0) {
    figure.base = show_n_unit(viewing, measure->rows[0].n, REPORT_COURSE);
  }
  show_note(viewing, &figure, left_out(viewing, measure));
  show_add(viewing, figures, &figure);
}

/* ---- the section */

static const char *counts_text(struct viewing *viewing) {
  const struct report_courses *courses = &viewing->report->courses;
  const char *text = words_fill(viewing->arena, show_word(viewing, "courses_counts"), "registered",
                                show_count(viewing, courses->registered), "closed",
                                show_count(viewing, courses->closed), "interrupted",
                                show_count(viewing, courses->interrupted), NULL);
  if (courses->interrupted_undated == 0) {
    return text;
  }
  return show_print(viewing, "%s %s", text,
                    show_fill(viewing, "courses_undated", "n",
                              show_count(viewing, courses->interrupted_undated)));
}

void show_courses(struct viewing *viewing, struct view_list *sections) {
  const struct report_courses *courses = &viewing->report->courses;
  const struct course_table begun = {&courses->begun, &courses->begun, "begun", "finder_", false};
  const struct course_table closed = {&courses->closed_by_year, &courses->closed_by_year, "closed",
                                      "finder_", false};
  const struct course_table tables[] = {
      {&courses->finder, &courses->finder, "finder", "finder_", false},
      {&courses->reasons, &courses->reasons, "reasons", "reasons_", false},
      {&courses->goal.whole, &courses->goal.groups, "goal", "agreement_", true},
      {&courses->development.whole, &courses->development.groups, "development", "agreement_",
       true}};
  struct view_list figures = {.size = sizeof(struct view_figure)};
  struct view_list texts = {.size = sizeof(const char *)};
  const char *text = counts_text(viewing);
  years_figure(viewing, &figures);
  groups(viewing, &begun, "courses_begun_by_municipality", &figures);
  groups(viewing, &closed, "courses_closed_by_municipality", &figures);
  for (size_t i = 0; i < 2; i++) {
    whole_and_groups(viewing, &tables[i], &figures);
  }
  for (size_t i = 0; i < REPORT_MEASURES; i++) {
    measure(viewing, &courses->measures[i], &figures);
  }
  for (size_t i = 2; i < array_length(tables); i++) {
    whole_and_groups(viewing, &tables[i], &figures);
  }
  if (figures.count > 0 && courses->registered > 0) {
    show_add(viewing, &texts, &text);
    show_section_add(viewing, sections, "courses", show_word(viewing, "section_courses"), &texts,
                     &figures);
  }
}
