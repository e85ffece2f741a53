#include <string.h>

#include "output/report_view_part.h"

struct asking {
  struct viewing *viewing;
  const struct report_figure *figure;
  const struct question *question;
  const char *number; /* as printed */
  struct view_list *figures;
};

static struct asking asking_of(struct viewing *viewing, const struct report_figure *figure,
                               struct view_list *figures) {
  const struct question *question = &viewing->report->questionnaire->questions[figure->question];
  return (struct asking){.viewing = viewing,
                         .figure = figure,
                         .question = question,
                         .number = show_print(viewing, "%d", question->number),
                         .figures = figures};
}

/* ---- what is said beneath a figure */

static const char *base_of(const struct asking *asking) {
  struct viewing *viewing = asking->viewing;
  const struct report_figure *figure = asking->figure;
  if (asking->question->each >= 0 && figure->respondents > 0) {
    return show_fill_two(viewing, "n_child", "n", show_count(viewing, figure->n), "respondents",
                         show_count(viewing, figure->respondents));
  }
  return figure->n == 0 ? "" : show_n_unit(viewing, figure->n, figure->unit);
}

static void end_figure(const struct asking *asking, struct view_figure *figure) {
  struct viewing *viewing = asking->viewing;
  figure->base = base_of(asking);
  if (asking->figure->level == REPORT_MERGED) {
    show_note(viewing, figure, show_word(viewing, "merged"));
  }
  show_add(viewing, asking->figures, figure);
}

/* ---- how it is counted */

const char *show_ends(struct viewing *viewing, const struct question *question) {
  const char *low = show_words(viewing, &question->low),
             *high = show_words(viewing, &question->high);
  if (low[0] == '\0' || high[0] == '\0') {
    return NULL;
  }
  return words_fill(viewing->arena, show_word(viewing, "scale_axis"), "low",
                    show_print(viewing, "%d", question->min), "low_text", low, "high",
                    show_print(viewing, "%d", question->max), "high_text", high, NULL);
}

static bool is_dont_know(const struct report_set *set, const struct question *question) {
  for (size_t i = 0; set->labels_count == 1 && i < question->choices_count; i++) {
    if (question->choices[i].dont_know && set->labels[0].words == &question->choices[i].words) {
      return true;
    }
  }
  return false;
}

static int dont_know_of(const struct report_table *table, const struct question *question) {
  for (size_t i = 0; i < table->columns_count; i++) {
    if (is_dont_know(&table->columns[i], question)) {
      return (int)i;
    }
  }
  return -1;
}

/* Whether the last column is of those who did not answer. */
static bool has_unanswered(const struct report_table *table) {
  const struct report_set *last = &table->columns[table->columns_count - 1];
  return table->columns_count > 0 && strcmp(last->code, "none") == 0;
}

struct view_counts show_counts_of(struct viewing *viewing, const struct question *question,
                                  const struct report_table *table, const char *id,
                                  const char *title) {
  bool scale = question->kind == QUESTION_SCALE;
  return (struct view_counts){
      .id = id,
      .title = title,
      .source = "source_answers",
      .stem = "answer_",
      .rows_stem = table->by == NULL ? "" : show_print(viewing, "%s_", table->by),
      .scale = scale || question->kind == QUESTION_COUNT,
      .ordered = question->compare == COMPARE_OPINION,
      .apart = dont_know_of(table, question),
      .unanswered = has_unanswered(table),
      .axis = scale ? show_ends(viewing, question) : NULL,
      .row_head = table->by == NULL ? "" : show_word_of(viewing, "by_", table->by)};
}

static struct view_counts counts_of(const struct asking *asking, const struct report_table *table,
                                    const char *id, const char *title) {
  return show_counts_of(asking->viewing, asking->question, table, id, title);
}

static void whole(const struct asking *asking) {
  struct viewing *viewing = asking->viewing;
  struct view_figure figure;
  const char *title = show_fill_two(viewing, "question", "n", asking->number, "text",
                                    show_words(viewing, &asking->question->words));
  struct view_counts how = counts_of(asking, &asking->figure->whole, asking->question->id, title);
  if (!show_whole(viewing, &how, &asking->figure->whole, &figure)) {
    figure = show_figure_new(viewing, how.id, title, how.source);
    show_note(viewing, &figure, show_word(viewing, "nothing"));
  }
  if (asking->figure->not_answered > 0) {
    show_note(viewing, &figure,
              show_fill(viewing, "n_not_answered", "n",
                        show_count(viewing, asking->figure->not_answered)));
  }
  end_figure(asking, &figure);
}

static void groups(const struct asking *asking, const struct report_table *table) {
  struct viewing *viewing = asking->viewing;
  struct view_figure figure;
  const char *id = show_print(viewing, "%s-%s", asking->question->id, table->by);
  const char *title = words_fill(viewing->arena, show_word_of(viewing, "question_by_", table->by),
                                 "n", asking->number, NULL);
  struct view_counts how = counts_of(asking, table, id, title);
  if (show_groups(viewing, &how, table, &figure)) {
    end_figure(asking, &figure);
  }
}

/* ---- means of a scale */

static struct view_cell mean_or_hidden(struct viewing *viewing, bool shown, double mean) {
  return shown ? show_mean_cell(viewing, mean) : show_hidden_cell(viewing, VIEW_MEAN);
}

/* Of a scale that is not asked back there is one mean. */
enum { RATING_CELLS = 6, RATING_CELLS_ONE = 3 };

static size_t rating_cells(const struct asking *asking) {
  return asking->question->confirm_against_count > 0 ? RATING_CELLS : RATING_CELLS_ONE;
}

static void rating_row(const struct asking *asking, const struct report_rating *rating,
                       const char *stem, struct view_list *cells) {
  struct viewing *viewing = asking->viewing;
  bool shown = rating->n > 0, others = shown && rating->others;
  const struct view_cell line[RATING_CELLS] = {
      show_text_cell(show_name(viewing, &rating->who, stem)),
      shown ? show_number_cell(viewing, rating->n) : show_hidden_cell(viewing, VIEW_COUNT),
      mean_or_hidden(viewing, shown, rating->mean),
      mean_or_hidden(viewing, others, rating->turned_mean),
      mean_or_hidden(viewing, others, rating->confirmed_mean),
      others ? show_count_cell(viewing, &rating->turned) : show_hidden_cell(viewing, VIEW_COUNT)};
  for (size_t i = 0; i < rating_cells(asking); i++) {
    show_add(viewing, cells, &line[i]);
  }
}

static const char *mean_name(const struct asking *asking) {
  return show_word(asking->viewing,
                   rating_cells(asking) == RATING_CELLS_ONE ? "mean" : "mean_first");
}

static void ratings_table(const struct asking *asking, const struct report_ratings *ratings,
                          struct view_figure *figure) {
  struct viewing *viewing = asking->viewing;
  const char *by = ratings->by == NULL ? "" : ratings->by;
  const struct view_head heads[RATING_CELLS] = {
      {ratings->by == NULL ? show_word(viewing, "group") : show_word_of(viewing, "by_", by),
       VIEW_TEXT},
      {"N", VIEW_COUNT},
      {mean_name(asking), VIEW_MEAN},
      {show_word(viewing, "mean_turned"), VIEW_MEAN},
      {show_word(viewing, "mean_confirmed"), VIEW_MEAN},
      {show_word(viewing, "turned"), VIEW_COUNT}};
  struct view_list cells;
  show_table_begin(viewing, &figure->table, &cells, heads, rating_cells(asking));
  for (size_t i = 0; i < ratings->rows_count; i++) {
    rating_row(asking, &ratings->rows[i], show_print(viewing, "%s_", by), &cells);
  }
  show_table_end(&figure->table, &cells);
}

/* Means of groups beside each other; the scale begins at its least value, but bars at nothing. */
static void ratings_chart(const struct asking *asking, const struct report_ratings *ratings,
                          struct view_figure *figure) {
  struct viewing *viewing = asking->viewing;
  struct chart *chart = show_chart(viewing, figure, CHART_BARS, 1, ratings->rows_count);
  if (chart == NULL) {
    return;
  }
  *show_series(chart) = (struct chart_series){mean_name(asking), CHART_KIND_1};
  for (size_t i = 0; i < ratings->rows_count; i++) {
    const struct report_rating *rating = &ratings->rows[i];
    const struct report_cell n = {.shown = rating->n > 0, .count = rating->n};
    struct view_cell cell = mean_or_hidden(viewing, rating->n > 0, rating->mean);
    *show_row(chart, i) = (struct chart_row){
        .label = show_name(viewing, &rating->who, show_print(viewing, "%s_", ratings->by)),
        .note = show_n(viewing, &n)};
    *show_cell_at(chart, i, 0) = show_chart_cell(&cell, 1);
  }
  chart->most = asking->question->max;
  chart->axis = show_ends(viewing, asking->question);
}

/* Where N has those who did not answer as well, a mean is of fewer. */
static const char *mean_base(const struct asking *asking, const struct report_ratings *ratings) {
  struct viewing *viewing = asking->viewing;
  int rated = ratings->rows[0].n;
  if (!viewing->report->questionnaire->count_unanswered) {
    return base_of(asking);
  }
  return rated == 0 ? "" : show_n_unit(viewing, rated, asking->figure->unit);
}

static void means(const struct asking *asking, const struct report_ratings *ratings,
                  const char *base) {
  struct viewing *viewing = asking->viewing;
  const char *by = ratings->by;
  if (ratings->rows_count == 0) {
    return;
  }
  bool one = rating_cells(asking) == RATING_CELLS_ONE;
  const char *pattern = by != NULL ? show_word_of(viewing, "means_by_", by)
                                   : show_word(viewing, one ? "question_mean" : "question_means");
  const char *id = show_print(viewing, "%s-means%s%s", asking->question->id, by == NULL ? "" : "-",
                              by == NULL ? "" : by);
  struct view_figure figure =
      show_figure_new(viewing, id, words_fill(viewing->arena, pattern, "n", asking->number, NULL),
                      "source_answers");
  if (by != NULL) {
    ratings_chart(asking, ratings, &figure);
  }
  ratings_table(asking, ratings, &figure);
  show_note(viewing, &figure, one ? "" : show_word(viewing, "means_text"));
  figure.base = base;
  show_add(viewing, asking->figures, &figure);
}

void show_means(struct viewing *viewing, const struct report_figure *figure,
                const struct report_ratings *ratings, struct view_list *figures) {
  struct asking asking = asking_of(viewing, figure, figures);
  means(&asking, ratings, "");
}

static void one_question(struct viewing *viewing, const struct report_figure *figure,
                         struct view_list *figures) {
  struct asking asking = asking_of(viewing, figure, figures);
  whole(&asking);
  for (size_t i = 0; i < figure->ratings_count && figure->ratings[i].by == NULL; i++) {
    means(&asking, &figure->ratings[i], mean_base(&asking, &figure->ratings[i]));
  }
  for (size_t i = 0; i < figure->breakdowns_count; i++) {
    groups(&asking, &figure->breakdowns[i]);
  }
  for (size_t i = 0; i < figure->ratings_count; i++) {
    if (figure->ratings[i].by != NULL) {
      means(&asking, &figure->ratings[i], mean_base(&asking, &figure->ratings[i]));
    }
  }
}

/* ---- all that have the same answers, beside each other */

static const char *text_of(const struct report_set *set) {
  const struct words *words = set->labels_count == 1 ? set->labels[0].words : NULL;
  return words != NULL && words->text != NULL ? words->text : set->code;
}

static bool same_columns(const struct report_table *a, const struct report_table *b) {
  bool same = a->columns_count == b->columns_count;
  for (size_t i = 0; same && i < a->columns_count; i++) {
    same = strcmp(text_of(&a->columns[i]), text_of(&b->columns[i])) == 0;
  }
  return same;
}

/* Whether a question can stand in an overview; those of one list stand in one. */
static bool is_comparable(const struct report *report, const struct report_figure *figure) {
  return report->questionnaire->questions[figure->question].kind == QUESTION_CHOICE &&
         figure->level == REPORT_IN_FULL && figure->whole.rows_count == 1;
}

static bool is_listed(const struct report *report, size_t first, size_t index) {
  return is_comparable(report, &report->figures[index]) &&
         same_columns(&report->figures[first].whole, &report->figures[index].whole);
}

static bool is_first_listed(const struct report *report, size_t index) {
  bool earlier = false;
  for (size_t i = 0; i < index && !earlier; i++) {
    earlier = is_listed(report, index, i);
  }
  return !earlier && is_comparable(report, &report->figures[index]);
}

/* A table of which each row is a question; its rows are borrowed. */
static void gather(struct viewing *viewing, size_t first, struct report_table *table) {
  const struct report *report = viewing->report;
  struct report_row *rows = arena_array(viewing->arena, report->figures_count + 1, sizeof *rows);
  *table = report->figures[first].whole;
  table->rows = rows;
  table->rows_count = 0;
  for (size_t i = first; rows != NULL && i < report->figures_count; i++) {
    struct report_label *label = arena_alloc(viewing->arena, sizeof *label);
    if (label == NULL) {
      break;
    }
    if (!is_listed(report, first, i)) {
      continue;
    }
    const struct question *question =
        &report->questionnaire->questions[report->figures[i].question];
    *label = (struct report_label){
        .code = question->id,
        .name = show_fill_two(viewing, "question", "n", show_print(viewing, "%d", question->number),
                              "text", show_words(viewing, &question->words))};
    rows[table->rows_count] = report->figures[i].whole.rows[0];
    rows[table->rows_count++].who = (struct report_set){question->id, label, 1};
  }
}

/* One for each list of answers that two questions or more have. */
static void overviews(struct viewing *viewing, struct view_list *figures) {
  const struct report *report = viewing->report;
  for (size_t i = 0; i < report->figures_count; i++) {
    struct report_table table;
    struct view_figure figure;
    if (!is_first_listed(report, i)) {
      continue;
    }
    gather(viewing, i, &table);
    const struct asking asking = asking_of(viewing, &report->figures[i], figures);
    const char *id =
        figures->count == 0 ? "overview" : show_print(viewing, "overview-%zu", figures->count + 1);
    struct view_counts how = counts_of(&asking, &table, id, show_word(viewing, "overview"));
    how.row_head = show_word(viewing, "question_head");
    if (show_groups(viewing, &how, &table, &figure)) {
      figure.base = show_word(viewing, "overview_n");
      show_add(viewing, figures, &figure);
    }
  }
}

/* ---- sections */

void show_opinions(struct viewing *viewing, struct view_list *sections) {
  const struct report *report = viewing->report;
  struct view_list figures = {.size = sizeof(struct view_figure)};
  struct view_list texts = {.size = sizeof(const char *)};
  overviews(viewing, &figures);
  if (figures.count > 0) {
    show_section_add(viewing, sections, "overview", show_word(viewing, "section_overview"), &texts,
                     &figures);
    figures = (struct view_list){.size = sizeof(struct view_figure)};
  }
  for (size_t i = 0; i < report->figures_count; i++) {
    one_question(viewing, &report->figures[i], &figures);
  }
  if (figures.count > 0) {
    show_section_add(viewing, sections, "answers", show_word(viewing, "section_opinions"), &texts,
                     &figures);
  }
}

void show_respondents(struct viewing *viewing, struct view_list *sections) {
  const struct report *report = viewing->report;
  struct view_list figures = {.size = sizeof(struct view_figure)};
  struct view_list texts = {.size = sizeof(const char *)};
  for (size_t i = 0; i < report->respondents_count; i++) {
    one_question(viewing, &report->respondents[i], &figures);
  }
  if (figures.count > 0) {
    show_section_add(viewing, sections, "respondents", show_word(viewing, "section_respondents"),
                     &texts, &figures);
  }
}
