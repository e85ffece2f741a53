#include <string.h>

#include "output/trend_view_part.h"

static bool is_score(const struct trend_figure *figure) {
  return figure->like->question < 0 && figure->rounds_count >= TREND_ROUNDS_LEAST;
}

/* ---- means and raw differences: internal alone */

enum { ALL_CELLS = 4, PAIRED_CELLS = 6 };

static const char *score_name(struct showing *showing, const struct trend_figure *figure) {
  const struct viewing *viewing = trend_of_round(showing, figure->reference);
  return show_words(viewing, &viewing->report->questionnaire->scores[figure->like->score].words);
}

static void mean_rows(struct showing *showing, const struct trend_figure *figure, bool paired,
                      struct view_list *cells) {
  struct viewing *viewing = &showing->viewing;
  const char *name = score_name(showing, figure);
  for (size_t i = 0; i < figure->rounds_count; i++) {
    const struct report_raw *raw = &figure->raws[i];
    const struct view_cell line[] = {show_text_cell(name),
                                     show_text_cell(trend_name(showing, figure->rounds[i])),
                                     show_number_cell(viewing, raw->n),
                                     show_mean_cell(viewing, paired ? raw->start : raw->mean),
                                     show_mean_cell(viewing, raw->close),
                                     show_text_cell(show_signed(viewing, raw->difference, 1))};
    for (size_t j = 0; j < (paired ? PAIRED_CELLS : ALL_CELLS) && raw->n > 0; j++) {
      show_add(viewing, cells, &line[j]);
    }
  }
}

static void mean_table(struct showing *showing, struct view_list *figures) {
  struct viewing *viewing = &showing->viewing;
  bool paired = score_paired(viewing->report->questionnaire);
  const struct view_head heads[PAIRED_CELLS] = {
      {show_word(viewing, "score_head"), VIEW_TEXT},
      {show_word(viewing, "trend_round"), VIEW_TEXT},
      {"N", VIEW_COUNT},
      {show_word(viewing, paired ? "score_mean_start" : "mean"), VIEW_MEAN},
      {show_word(viewing, "score_mean_close"), VIEW_MEAN},
      {show_word(viewing, "score_raw_head"), VIEW_TEXT}};
  struct view_list cells;
  struct view_table table;
  show_table_begin(viewing, &table, &cells, heads, paired ? PAIRED_CELLS : ALL_CELLS);
  for (size_t i = 0; i < showing->trend->figures_count; i++) {
    const struct trend_figure *figure = &showing->trend->figures[i];
    if (is_score(figure) && figure->raws != NULL) {
      mean_rows(showing, figure, paired, &cells);
    }
  }
  show_table_end(&table, &cells);
  if (table.rows > 0) {
    struct view_figure shown =
        show_figure_new(viewing, paired ? "score_raw" : "score_means",
                        show_word(viewing, paired ? "score_raw" : "score_means"), "source_answers");
    shown.table = table;
    show_note(viewing, &shown, paired ? show_word(viewing, "score_raw_note") : "");
    trend_end(showing, &shown, showing->source, figures);
  }
}

/* ---- where bands are from */

/* "Forår, Efterår: Båndene er fra …": rounds with the same limits together, at the first of them.
 */
static void say_norms(struct showing *showing, size_t round, struct view_list *texts) {
  struct viewing *viewing = &showing->viewing;
  const struct trend *trend = showing->trend;
  const struct report_scores *scores = &trend->rounds[round]->scores;
  const char *rounds = "";
  for (size_t i = 0; i < trend->rounds_count; i++) {
    bool same = trend_same_norms(scores, &trend->rounds[i]->scores);
    if (same && i < round) {
      return;
    }
    rounds = same ? show_join(viewing, rounds, trend_name(showing, i)) : rounds;
  }
  const char *norms = scores->norms_title == NULL
                          ? show_word(viewing, "score_norms_none")
                          : show_fill_two(viewing, "score_norms", "title", scores->norms_title,
                                          "source", scores->norms_source);
  const char *text = show_fill_two(viewing, "trend_base", "round", rounds, "n", norms);
  show_add(viewing, texts, &text);
}

static bool is_said(const struct view_list *texts, const char *text) {
  const char *const *items = (const char *const *)(const void *)texts->items;
  bool said = false;
  for (size_t i = 0; i < texts->count && !said; i++) {
    said = strcmp(items[i], text) == 0;
  }
  return said;
}

/* What tables of the norms say of where they are from, each once. */
static void say_sources(struct showing *showing, size_t round, struct view_list *texts) {
  const struct report_scores *scores = &showing->trend->rounds[round]->scores;
  for (size_t i = 0; i < scores->sources_count; i++) {
    if (!is_said(texts, scores->sources[i])) {
      show_add(&showing->viewing, texts, &scores->sources[i]);
    }
  }
}

void trend_show_scores(struct showing *showing, struct view_list *sections) {
  struct view_list figures = {.size = sizeof(struct view_figure)};
  struct view_list texts = {.size = sizeof(const char *)};
  const struct trend *trend = showing->trend;
  bool paired = score_paired(showing->viewing.report->questionnaire);
  const char *const keys[] = {paired ? "score_text" : "score_text_all", "score_bands_note",
                              "score_changes_note"};
  for (size_t i = 0; i < array_length(keys) - !paired; i++) {
    const char *text = show_word(&showing->viewing, keys[i]);
    show_add(&showing->viewing, &texts, &text);
  }
  for (size_t i = 0; i < trend->rounds_count; i++) {
    say_norms(showing, i, &texts);
  }
  for (size_t i = 0; i < trend->rounds_count; i++) {
    say_sources(showing, i, &texts);
  }
  for (size_t i = 0; i < trend->figures_count; i++) {
    if (is_score(&trend->figures[i])) {
      trend_show_answers(showing, &trend->figures[i], &figures);
    }
  }
  mean_table(showing, &figures);
  if (figures.count > 0) {
    show_section_add(&showing->viewing, sections, "scores",
                     show_word(&showing->viewing, paired ? "section_scores" : "section_scores_all"),
                     &texts, &figures);
  }
}
