#include <string.h>

#include "output/report_view_part.h"
#include "survey/confirm.h"
#include "survey/quality.h"

/* ---- with and without what is flagged */

static double value_of(const struct report_sensitive *figure, const char *key) {
  return strcmp(key, "sensitivity_agree") == 0    ? 100 * figure->agree
         : strcmp(key, "sensitivity_turned") == 0 ? figure->turned_mean
         : strcmp(key, "sensitivity_final") == 0  ? figure->confirmed_mean
                                                  : figure->mean;
}

/* What the share is of: the words of all answers that agree, "enig eller meget enig". */
static const char *agreeing(struct viewing *viewing, const struct question *question) {
  const char *list = "";
  for (size_t i = 0; i < question->choices_count; i++) {
    const struct choice *choice = &question->choices[i];
    if (confirm_positive(question, choice->code)) {
      const char *name = show_words(viewing, &choice->words);
      list = list[0] == '\0' ? name : show_fill_two(viewing, "or", "a", list, "b", name);
    }
  }
  return list;
}

/* The weighted base has a decimal. */
static struct view_cell base_cell(struct viewing *viewing, const struct report_sensitive *figure,
                                  bool weighted) {
  return weighted ? show_mean_cell(viewing, figure->base) : show_number_cell(viewing, figure->n);
}

static void sensitivity_row(struct viewing *viewing, const struct report_sensitivity *row,
                            const char *key, struct view_list *cells) {
  const struct question *question = &viewing->report->questionnaire->questions[row->question];
  bool share = !row->scale;
  struct view_cell cell = show_text_cell(words_fill(
      viewing->arena, show_word(viewing, key), "n", show_print(viewing, "%d", question->number),
      "unit", show_unit(viewing, row->unit), "answers", agreeing(viewing, question), NULL));
  show_add(viewing, cells, &cell);
  for (int base = 0; base < SENSITIVITY_BASES; base++) {
    const struct report_sensitive *figure = &row->figures[base];
    bool shown = row->shown && figure->base > 0;
    double value = shown ? value_of(figure, key) : 0;
    cell = !shown  ? show_hidden_cell(viewing, share ? VIEW_PERCENT : VIEW_MEAN)
           : share ? show_percent_cell(viewing, value)
                   : show_mean_cell(viewing, value);
    show_add(viewing, cells, &cell);
    cell = shown ? base_cell(viewing, figure, base == SENSITIVITY_WEIGHTED)
                 : show_hidden_cell(viewing, VIEW_COUNT);
    show_add(viewing, cells, &cell);
  }
}

static void sensitivity_table(struct viewing *viewing, struct view_figure *figure) {
  static const char *const means[] = {"sensitivity_first", "sensitivity_turned",
                                      "sensitivity_final"};
  static const char *const one[] = {"sensitivity_mean"};
  const struct report *report = viewing->report;
  const char *n = show_word(viewing, "sensitivity_n");
  const struct view_head heads[] = {{show_word(viewing, "sensitivity_what"), VIEW_TEXT},
                                    {show_word(viewing, "sensitivity_all"), VIEW_MEAN},
                                    {n, VIEW_COUNT},
                                    {show_word(viewing, "sensitivity_unflagged"), VIEW_MEAN},
                                    {n, VIEW_COUNT},
                                    {show_word(viewing, "sensitivity_weighted"), VIEW_MEAN},
                                    {n, VIEW_MEAN}};
  struct view_list cells;
  show_table_begin(viewing, &figure->table, &cells, heads, array_length(heads));
  for (size_t i = 0; i < report->sensitivity_count; i++) {
    const struct report_sensitivity *row = &report->sensitivity[i];
    bool asked_back = report->questionnaire->questions[row->question].confirm_against_count > 0;
    for (size_t j = 0; row->scale && j < (asked_back ? array_length(means) : 1); j++) {
      sensitivity_row(viewing, row, asked_back ? means[j] : one[j], &cells);
    }
    if (!row->scale) {
      sensitivity_row(viewing, row, "sensitivity_agree", &cells);
    }
  }
  show_table_end(&figure->table, &cells);
}

void show_sensitivity(struct viewing *viewing, struct view_list *sections) {
  struct view_list figures = {.size = sizeof(struct view_figure)};
  struct view_list texts = {.size = sizeof(const char *)};
  if (viewing->report->sensitivity_count == 0) {
    return;
  }
  const char *text = show_word(viewing, "sensitivity_text");
  struct view_figure figure =
      show_figure_new(viewing, "sensitivity", show_word(viewing, "sensitivity"), "source_answers");
  sensitivity_table(viewing, &figure);
  show_add(viewing, &texts, &text);
  show_add(viewing, &figures, &figure);
  show_section_add(viewing, sections, "sensitivity", show_word(viewing, "section_sensitivity"),
                   &texts, &figures);
}

/* ---- what is flagged */

static void count_row(struct viewing *viewing, const char *name, const struct view_cell *count,
                      struct view_list *cells) {
  const struct view_cell head = show_text_cell(name);
  show_add(viewing, cells, &head);
  show_add(viewing, cells, count);
}

/* Whether answers to the questionnaire can carry a flag at all. */
static bool may_be_flagged(const struct questionnaire *questionnaire, int flag) {
  bool asked_back = false, battery = false;
  for (int i = 0; i < (int)questionnaire->questions_count; i++) {
    asked_back = asked_back || questionnaire->questions[i].confirm_against_count > 0;
    battery = battery || quality_in_battery(questionnaire, i);
  }
  return flag == FLAG_SCALE ? asked_back : flag != FLAG_STRAIGHTLINE || battery;
}

static void flag_rows(struct viewing *viewing, struct view_list *cells) {
  const struct report_quality *quality = &viewing->report->quality;
  for (int flag = 0; flag < FLAG_COUNT; flag++) {
    if (!may_be_flagged(viewing->report->questionnaire, flag)) {
      continue;
    }
    struct view_cell count = show_count_cell(viewing, &quality->flags[flag]);
    const char *name = response_flag_name((enum response_flag)flag);
    count_row(viewing, show_word_of(viewing, "quality_", name), &count, cells);
    if (flag == FLAG_SCALE) {
      count = show_count_cell(viewing, &quality->mirrored);
      count_row(viewing, show_word(viewing, "quality_mirrored"), &count, cells);
    }
  }
}

static void quality_table(struct viewing *viewing, struct view_figure *figure) {
  const struct report_quality *quality = &viewing->report->quality;
  const struct view_head heads[] = {{show_word(viewing, "quality_sign"), VIEW_TEXT},
                                    {show_word(viewing, "answers_head"), VIEW_COUNT}};
  struct view_cell answers = show_count_cell(viewing, &quality->answers);
  struct view_cell flagged = show_count_cell(viewing, &quality->flagged);
  struct view_cell out = show_count_cell(viewing, &quality->left_out);
  struct view_cell weight = quality->weight < 0 ? show_hidden_cell(viewing, VIEW_MEAN)
                                                : show_mean_cell(viewing, quality->weight);
  struct view_list cells;
  show_table_begin(viewing, &figure->table, &cells, heads, array_length(heads));
  count_row(viewing, show_word(viewing, "quality_answers"), &answers, &cells);
  count_row(viewing, show_word(viewing, "quality_flagged"), &flagged, &cells);
  flag_rows(viewing, &cells);
  count_row(viewing, show_word(viewing, "quality_left_out"), &out, &cells);
  count_row(viewing, show_word(viewing, "quality_weight"), &weight, &cells);
  show_table_end(&figure->table, &cells);
}

static void refreshed(struct viewing *viewing, struct view_figure *figure) {
  const struct report_quality *quality = &viewing->report->quality;
  if (quality->refreshed_at != NULL) {
    show_note(
        viewing, figure,
        show_fill(viewing, "quality_refreshed", "day", show_day(viewing, quality->refreshed_at)));
  }
  if (quality->stale) {
    show_note(viewing, figure, show_word(viewing, "quality_stale"));
  }
}

void show_quality(struct viewing *viewing, struct view_list *sections) {
  const struct report_quality *quality = &viewing->report->quality;
  struct view_list figures = {.size = sizeof(struct view_figure)};
  struct view_list texts = {.size = sizeof(const char *)};
  const char *text = show_word(viewing, quality->known ? "quality_text" : "quality_unknown");
  show_add(viewing, &texts, &text);
  if (quality->known) {
    struct view_figure figure =
        show_figure_new(viewing, "quality", show_word(viewing, "quality"), "source_answers");
    quality_table(viewing, &figure);
    refreshed(viewing, &figure);
    show_add(viewing, &figures, &figure);
  }
  show_section_add(viewing, sections, "quality", show_word(viewing, "section_quality"), &texts,
                   &figures);
}
