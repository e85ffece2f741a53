#include "output/report_view_part.h"

/* ---- scales in bands: one, or before and after beside each other */

static const struct report_figure *figure_of(const struct report *report, int question) {
  for (size_t i = 0; i < report->figures_count; i++) {
    if (report->figures[i].question == question) {
      return &report->figures[i];
    }
  }
  return NULL;
}

static const char *number_of(struct viewing *viewing, int question) {
  return show_print(viewing, "%d", viewing->report->questionnaire->questions[question].number);
}

/* Adds a row of a scale's bands; nothing where they are not shown. */
static void add_bands(struct viewing *viewing, int index, struct report_row rows[2],
                      struct report_table *table) {
  const struct report *report = viewing->report;
  const struct question *question = &report->questionnaire->questions[index];
  const struct report_figure *figure = figure_of(report, index);
  struct report_label *label = arena_alloc(viewing->arena, sizeof *label);
  struct report_table bands;
  if (label == NULL ||
      (figure != NULL && !report_bands(viewing->arena, report->questionnaire, figure, &bands))) {
    viewing->failed = true;
    return;
  }
  if (figure == NULL || bands.rows_count == 0) {
    return;
  }
  *label = (struct report_label){.code = question->id,
                                 .name = show_fill_two(viewing, "question", "n",
                                                       number_of(viewing, index), "text",
                                                       show_words(viewing, &question->words))};
  table->unit = bands.unit;
  table->columns = bands.columns;
  table->columns_count = bands.columns_count;
  rows[table->rows_count] = bands.rows[0];
  rows[table->rows_count++].who = (struct report_set){question->id, label, 1};
}

static bool is_before(const struct questionnaire *questionnaire, int index) {
  bool before = false;
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    before = before || questionnaire->questions[i].before == index;
  }
  return before;
}

static void bands(struct viewing *viewing, int index, struct view_list *figures) {
  const struct questionnaire *questionnaire = viewing->report->questionnaire;
  const struct question *question = &questionnaire->questions[index];
  struct report_row rows[2];
  struct report_table table = {.rows = rows};
  struct view_figure figure;
  if (question->bands_count == 0 || is_before(questionnaire, index)) {
    return;
  }
  if (question->before >= 0) {
    add_bands(viewing, question->before, rows, &table);
  }
  add_bands(viewing, index, rows, &table);
  struct view_counts how = {
      .id = show_print(viewing, "%s-bands", question->id),
      .title = question->before < 0
                   ? show_fill(viewing, "bands", "n", number_of(viewing, index))
                   : show_fill_two(viewing, "bands_before", "n", number_of(viewing, index),
                                   "before", number_of(viewing, question->before)),
      .source = "source_answers",
      .stem = "answer_",
      .rows_stem = "",
      .ordered = true,
      .apart = -1,
      .unanswered = questionnaire->count_unanswered,
      .row_head = show_word(viewing, "question_head")};
  if (table.rows_count == 2 ? show_groups(viewing, &how, &table, &figure)
                            : show_whole(viewing, &how, &table, &figure)) {
    figure.base = show_n_unit(viewing, rows[table.rows_count - 1].n.count, table.unit);
    show_note(viewing, &figure, show_ends(viewing, question));
    show_add(viewing, figures, &figure);
  }
}

/* ---- less, the same, more */

static struct view_counts change_counts(struct viewing *viewing, const struct report_figure *change,
                                        const struct report_table *table) {
  const char *id = viewing->report->questionnaire->questions[change->question].id;
  const char *by = table->by;
  return (struct view_counts){
      .id = show_print(viewing, "%s-change%s%s", id, by == NULL ? "" : "-", by == NULL ? "" : by),
      .title = show_fill_two(
          viewing, by == NULL ? "change" : show_print(viewing, "change_by_%s", by), "n",
          number_of(viewing, change->question), "before", number_of(viewing, change->before)),
      .source = "source_answers",
      .stem = "change_",
      .rows_stem = by == NULL ? "" : show_print(viewing, "%s_", by),
      .ordered = true,
      .apart = -1,
      .row_head = by == NULL ? "" : show_word_of(viewing, "by_", by)};
}

static void end_change(struct viewing *viewing, const struct report_figure *change,
                       struct view_figure *figure, struct view_list *figures) {
  figure->base = change->n == 0 ? "" : show_n_unit(viewing, change->n, change->unit);
  if (change->level == REPORT_MERGED) {
    show_note(viewing, figure, show_word(viewing, "merged"));
  }
  show_add(viewing, figures, figure);
}

static void change(struct viewing *viewing, const struct report_figure *change,
                   struct view_list *figures) {
  struct view_figure figure;
  struct view_counts how = change_counts(viewing, change, &change->whole);
  if (!show_whole(viewing, &how, &change->whole, &figure)) {
    figure = show_figure_new(viewing, how.id, how.title, how.source);
    show_note(viewing, &figure, show_word(viewing, "nothing"));
  }
  if (change->not_answered > 0) {
    show_note(
        viewing, &figure,
        show_fill(viewing, "change_not_answered", "n", show_count(viewing, change->not_answered)));
  }
  end_change(viewing, change, &figure, figures);
  for (size_t i = 0; i < change->breakdowns_count; i++) {
    how = change_counts(viewing, change, &change->breakdowns[i]);
    if (show_groups(viewing, &how, &change->breakdowns[i], &figure)) {
      end_change(viewing, change, &figure, figures);
    }
  }
}

/* ---- the section */

void show_changes(struct viewing *viewing, struct view_list *sections) {
  const struct report *report = viewing->report;
  struct view_list figures = {.size = sizeof(struct view_figure)};
  struct view_list texts = {.size = sizeof(const char *)};
  for (size_t i = 0; i < report->questionnaire->questions_count; i++) {
    bands(viewing, (int)i, &figures);
  }
  for (size_t i = 0; i < report->changes_count; i++) {
    change(viewing, &report->changes[i], &figures);
  }
  if (figures.count > 0) {
    const char *key = report->changes_count > 0 ? "section_changes" : "section_bands";
    show_section_add(viewing, sections, "changes", show_word(viewing, key), &texts, &figures);
  }
}
