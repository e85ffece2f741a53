#include <string.h>

#include "output/trend_view_part.h"

static void course_counts(struct showing *showing, struct view_list *figures) {
  struct viewing *viewing = &showing->viewing;
  const struct trend *trend = showing->trend;
  static const char *const keys[] = {"trend_registered", "courses_closed", "coverage_interrupted"};
  struct view_figure figure =
      show_figure_new(viewing, "courses", show_word(viewing, "trend_courses"), "source_courses");
  struct view_head *heads = arena_array(viewing->arena, trend->rounds_count + 1, sizeof *heads);
  struct chart *chart =
      show_chart(viewing, &figure, CHART_BARS, array_length(keys), trend->rounds_count);
  struct view_list cells;
  if (heads == NULL || chart == NULL) {
    viewing->failed = true;
    return;
  }
  heads[0] = (struct view_head){show_word(viewing, "section_courses"), VIEW_TEXT};
  for (size_t i = 0; i < trend->rounds_count; i++) {
    heads[i + 1] = (struct view_head){trend_name(showing, i), VIEW_COUNT};
    *show_row(chart, i) = (struct chart_row){.label = trend_name(showing, i)};
  }
  show_table_begin(viewing, &figure.table, &cells, heads, trend->rounds_count + 1);
  for (size_t j = 0; j < array_length(keys); j++) {
    struct view_cell cell = show_text_cell(show_word(viewing, keys[j]));
    show_series(chart)[j] = (struct chart_series){cell.text, (enum chart_look)(CHART_KIND_1 + j)};
    show_add(viewing, &cells, &cell);
    for (size_t i = 0; i < trend->rounds_count; i++) {
      const struct report_courses *courses = &trend->rounds[i]->courses;
      cell = show_number_cell(viewing, j == 0   ? courses->registered
                                       : j == 1 ? courses->closed
                                                : courses->interrupted);
      *show_cell_at(chart, i, j) = show_chart_cell(&cell, 1);
      show_add(viewing, &cells, &cell);
    }
  }
  show_table_end(&figure.table, &cells);
  trend_end(showing, &figure, showing->source_courses, figures);
}

static int dont_know_of(const struct report_table *table) {
  int found = -1;
  for (size_t i = 0; i < table->columns_count; i++) {
    found = strcmp(table->columns[i].code, "8") == 0 ? (int)i : found;
  }
  return found;
}

static void course_table(struct showing *showing, const struct trend_table *table, bool ordered,
                         struct view_list *figures) {
  struct viewing *viewing = &showing->viewing;
  const char *heads[TREND_ROUNDS_MOST];
  struct view_figure figure;
  for (size_t i = 0; i < showing->trend->rounds_count; i++) {
    heads[i] = trend_name(showing, i); /* weeks are of answers */
  }
  struct view_counts how = {.id = table->name,
                            .title = show_word(viewing, table->name),
                            .source = "source_courses",
                            .stem =
                                ordered ? "agreement_" : show_print(viewing, "%s_", table->name),
                            .rows_stem = "",
                            .ordered = ordered,
                            .apart = ordered ? dont_know_of(&table->table) : -1,
                            .row_head = show_word(viewing, "answers_head")};
  if (show_rounds(viewing, &how, &table->table, heads, &figure)) {
    figure.base = trend_base(viewing, &table->table, table->table.rows, table->table.rows_count);
    if (table->coarser) {
      show_note(viewing, &figure, show_word(viewing, "trend_coarser"));
    }
    trend_note_few(viewing, &table->table, &figure);
    trend_end(showing, &figure, showing->source_courses, figures);
  }
}

static void course_measure(struct showing *showing, size_t index, struct view_list *figures) {
  struct viewing *viewing = &showing->viewing;
  const struct trend *trend = showing->trend;
  struct report_mean *rows = arena_array(viewing->arena, trend->rounds_count, sizeof *rows);
  struct report_measure measure = {.name = trend->rounds[0]->courses.measures[index].name,
                                   .rows = rows,
                                   .rows_count = trend->rounds_count};
  bool some = false;
  viewing->failed = viewing->failed || rows == NULL;
  for (size_t i = 0; rows != NULL && i < trend->rounds_count; i++) {
    const struct report_measure *own = &trend->rounds[i]->courses.measures[index];
    if (own->rows_count > 0) {
      rows[i] = own->rows[0];
    }
    some = some || rows[i].n > 0;
    rows[i].who = trend->names[i];
  }
  if (some) {
    struct view_figure figure = show_measure(viewing, &measure, show_word(viewing, "trend_round"));
    trend_end(showing, &figure, showing->source_courses, figures);
  }
}

void trend_show_courses(struct showing *showing, struct view_list *sections) {
  struct view_list figures = {.size = sizeof(struct view_figure)};
  struct view_list texts = {.size = sizeof(const char *)};
  if (!showing->trend->courses) {
    return;
  }
  course_counts(showing, &figures);
  for (size_t i = 0; i < TREND_TABLES; i++) {
    course_table(showing, &showing->trend->tables[i], i >= 2, &figures);
  }
  for (size_t i = 0; i < REPORT_MEASURES; i++) {
    course_measure(showing, i, &figures);
  }
  const char *text = show_word(&showing->viewing, "trend_courses_text");
  show_add(&showing->viewing, &texts, &text);
  show_section_add(&showing->viewing, sections, "courses",
                   show_word(&showing->viewing, "section_courses"), &texts, &figures);
}
