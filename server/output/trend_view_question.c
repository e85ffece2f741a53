#include <string.h>

#include "output/trend_view_part.h"

/* ---- words that changed */

/* "Svar 3" of "choice 3", the upper end of a scale, the question itself. */
static const char *part_name(struct viewing *viewing, const struct trend_note *note) {
  if (strcmp(note->why, "end") == 0 && note->what != NULL) {
    return show_word_of(viewing, "trend_change_end_", note->what);
  }
  const char *space = note->what == NULL ? NULL : strchr(note->what, ' ');
  return words_fill(viewing->arena, show_word_of(viewing, "trend_change_", note->why), "n",
                    space == NULL ? "" : space + 1, NULL);
}

/* Yes and no of "don't know" are program words. */
static const char *wording(struct viewing *viewing, const struct trend_note *note,
                           const char *text) {
  if (text == NULL) {
    return show_word(viewing, "trend_no_words");
  }
  return strcmp(note->why, "dont_know") == 0 ? show_word_of(viewing, "trend_", text)
                                             : show_fill(viewing, "trend_quoted", "text", text);
}

static bool is_alike(const char *a, const char *b) {
  return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Rounds with the same other words are told together, at the first of them. */
static const char *rounds_alike(struct showing *showing, const struct trend_note *notes,
                                size_t count, size_t index) {
  const char *rounds = "";
  const struct trend_note *note = &notes[index];
  for (size_t i = 0; i < count; i++) {
    const struct trend_note *other = &notes[i];
    bool alike = strcmp(note->why, other->why) == 0 && is_alike(note->what, other->what) &&
                 is_alike(note->theirs, other->theirs);
    if (alike && i < index) {
      return NULL;
    }
    if (alike) {
      rounds = show_join(&showing->viewing, rounds, trend_name(showing, other->round));
    }
  }
  return rounds;
}

static void note_changes(struct showing *showing, const struct trend_figure *figure,
                         struct view_figure *shown) {
  struct viewing *viewing = &showing->viewing;
  for (size_t i = 0; i < figure->changed_count; i++) {
    const struct trend_note *note = &figure->changed[i];
    const char *rounds = rounds_alike(showing, figure->changed, figure->changed_count, i);
    if (rounds != NULL) {
      show_note(viewing, shown,
                words_fill(viewing->arena, show_word(viewing, "trend_changed"), "what",
                           part_name(viewing, note), "rounds", rounds, "theirs",
                           wording(viewing, note, note->theirs), "reference",
                           trend_name(showing, figure->reference), "ours",
                           wording(viewing, note, note->ours), NULL));
    }
  }
}

static void note_left_out(struct showing *showing, const struct trend_figure *figure,
                          struct view_figure *shown) {
  struct viewing *viewing = &showing->viewing;
  for (size_t i = 0; i < figure->left_out_count; i++) {
    const struct trend_note *note = &figure->left_out[i];
    show_note(viewing, shown,
              show_fill_two(viewing, "trend_not_in", "round", trend_name(showing, note->round),
                            "why", show_word_of(viewing, "trend_why_", note->why)));
  }
}

/* ---- one question */

static struct view_counts counts_of(struct showing *showing, const struct trend_figure *figure,
                                    const char *id, const char *title) {
  struct viewing *viewing = &showing->viewing;
  int question = figure->like->question;
  bool score = question < 0, banded = trend_is_banded(figure);
  const struct questionnaire *asked =
      trend_of_round(showing, figure->reference)->report->questionnaire;
  struct view_counts how = {.id = id,
                            .title = title,
                            .source = "source_answers",
                            .stem = banded  ? show_band_stem(&asked->scores[figure->like->score])
                                    : score ? "score_"
                                            : "change_",
                            .ordered = true,
                            .apart = -1,
                            .unanswered = score};
  if (!score && figure->like->before < 0) {
    how = show_counts_of(viewing, &viewing->report->questionnaire->questions[question],
                         &figure->table, id, title);
  }
  how.rows_stem = "";
  how.row_head = show_word(viewing, banded  ? "band_head"
                                    : score ? "score_change_head"
                                            : "answers_head");
  return how;
}

static const char *const *heads_of(struct showing *showing, const size_t *rounds, size_t count) {
  const char **heads = arena_array(showing->viewing.arena, count + 1, sizeof *heads);
  showing->viewing.failed = showing->viewing.failed || heads == NULL;
  for (size_t i = 0; heads != NULL && i < count; i++) {
    heads[i] = showing->heads[rounds[i]];
  }
  return heads;
}

/* The figure of its answers, or one that says that there are none. */
static struct view_figure answers_of(struct showing *showing, const struct trend_figure *figure,
                                     const char *id, const char *title) {
  struct viewing *viewing = &showing->viewing;
  struct view_figure shown;
  const char *const *heads = heads_of(showing, figure->rounds, figure->rounds_count);
  if (figure->table.rows_count > 0 && heads != NULL) {
    struct view_counts how = counts_of(showing, figure, id, title);
    if (show_rounds(viewing, &how, &figure->table, heads, &shown)) {
      return shown;
    }
  }
  shown = show_figure_new(viewing, id, title, "source_answers");
  show_note(viewing, &shown, show_word(viewing, figure->merged_away ? "trend_merged" : "nothing"));
  return shown;
}

static bool is_merged(const struct showing *showing, const struct trend_figure *figure) {
  bool merged = false;
  for (size_t i = 0; i < figure->table.rows_count && !merged; i++) {
    for (size_t j = 0; j < figure->table.columns_count; j++) {
      merged = merged || !figure->table.rows[i].cells[j].shown;
    }
  }
  return merged && showing->viewing.report->profile == REPORT_PUBLISHED;
}

/* "after", "after-change", "score-total-start". */
static const char *id_of(struct showing *showing, const struct trend_figure *figure) {
  const char *id = trend_id(showing->trend, figure);
  return figure->like->question < 0
             ? show_print(&showing->viewing, "score-%s-%s", id, figure->member)
         : figure->like->before < 0 ? id
                                    : show_print(&showing->viewing, "%s-change", id);
}

void trend_show_answers(struct showing *showing, const struct trend_figure *figure,
                        struct view_list *figures) {
  struct viewing *viewing = trend_of_round(showing, figure->reference);
  const char *id = id_of(showing, figure);
  const char *title = trend_title(showing, figure);
  if (figure->changed_count > 0) {
    title = show_fill(viewing, "trend_marked", "title", title);
  }
  struct view_figure shown = answers_of(showing, figure, id, title);
  shown.base = trend_base(viewing, &figure->table, figure->table.rows, figure->table.rows_count);
  note_changes(showing, figure, &shown);
  if (figure->coarser && !figure->merged_away) {
    show_note(viewing, &shown, show_word(viewing, "trend_coarser"));
  }
  if (is_merged(showing, figure)) {
    show_note(viewing, &shown, show_word(viewing, "trend_hidden"));
  }
  trend_note_few(viewing, &figure->table, &shown);
  note_left_out(showing, figure, &shown);
  trend_end(showing, &shown, showing->source, figures);
}

static void show_ratings(struct showing *showing, const struct trend_figure *figure,
                         struct view_list *figures) {
  struct viewing *viewing = trend_of_round(showing, figure->reference);
  const struct report_ratings ratings = {
      .by = "round", .rows = figure->ratings, .rows_count = figure->rounds_count};
  struct view_list own = {.size = sizeof(struct view_figure)};
  if (figure->ratings == NULL) {
    return;
  }
  show_means(viewing, figure->like, &ratings, &own);
  for (size_t i = 0; i < own.count; i++) {
    struct view_figure shown = ((const struct view_figure *)(const void *)own.items)[i];
    note_changes(showing, figure, &shown);
    trend_end(showing, &shown, showing->source, figures);
  }
}

void trend_show_questions(struct showing *showing, const char *member, const char *title,
                          struct view_list *sections) {
  struct view_list figures = {.size = sizeof(struct view_figure)};
  struct view_list texts = {.size = sizeof(const char *)};
  for (size_t i = 0; i < showing->trend->figures_count; i++) {
    const struct trend_figure *figure = &showing->trend->figures[i];
    if (strcmp(figure->member, member) == 0 && figure->rounds_count >= TREND_ROUNDS_LEAST) {
      trend_show_answers(showing, figure, &figures);
      show_ratings(showing, figure, &figures);
    }
  }
  if (figures.count > 0) {
    show_section_add(&showing->viewing, sections, member, show_word(&showing->viewing, title),
                     &texts, &figures);
  }
}

/* ---- what is not compared */

static void left_out_rows(struct showing *showing, struct view_list *cells) {
  for (size_t i = 0; i < showing->trend->figures_count; i++) {
    const struct trend_figure *figure = &showing->trend->figures[i];
    for (size_t j = 0; j < figure->left_out_count; j++) {
      const struct trend_note *note = &figure->left_out[j];
      struct viewing *viewing = trend_of_round(showing, figure->reference);
      const struct view_cell line[] = {
          show_text_cell(trend_title(showing, figure)),
          show_text_cell(trend_name(showing, note->round)),
          show_text_cell(show_word_of(viewing, "trend_why_", note->why)),
          show_text_cell(note->theirs == NULL ? "" : note->theirs),
          show_text_cell(note->ours == NULL ? ""
                                            : show_fill_two(viewing, "trend_ours", "round",
                                                            trend_name(showing, figure->reference),
                                                            "text", note->ours))};
      for (size_t k = 0; k < array_length(line); k++) {
        show_add(viewing, cells, &line[k]);
      }
    }
  }
}

void trend_show_left_out(struct showing *showing, struct view_list *sections) {
  struct viewing *viewing = &showing->viewing;
  const struct view_head heads[] = {{show_word(viewing, "question_head"), VIEW_TEXT},
                                    {show_word(viewing, "trend_round"), VIEW_TEXT},
                                    {show_word(viewing, "trend_why"), VIEW_TEXT},
                                    {show_word(viewing, "trend_theirs_head"), VIEW_TEXT},
                                    {show_word(viewing, "trend_ours_head"), VIEW_TEXT}};
  struct view_list figures = {.size = sizeof(struct view_figure)};
  struct view_list texts = {.size = sizeof(const char *)}, cells;
  struct view_table table;
  show_table_begin(viewing, &table, &cells, heads, array_length(heads));
  left_out_rows(showing, &cells);
  show_table_end(&table, &cells);
  if (table.rows > 0) {
    struct view_figure figure = show_figure_new(
        viewing, "left-out", show_word(viewing, "trend_left_out"), "source_answers");
    const char *text = show_word(viewing, "trend_left_out_text");
    const char *scores = show_word(viewing, "trend_left_out_scores");
    figure.table = table;
    trend_end(showing, &figure, showing->source, &figures);
    show_add(viewing, &texts, &text);
    if (viewing->report->scores.told) {
      show_add(viewing, &texts, &scores);
    }
    show_section_add(viewing, sections, "left-out", show_word(viewing, "section_trend_left_out"),
                     &texts, &figures);
  }
}
