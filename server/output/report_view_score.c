#include <string.h>

#include "output/report_view_part.h"

enum { ROWS_MAX = 128 };

static const struct report_scores *scores_of(const struct viewing *viewing) {
  return &viewing->report->scores;
}

static const struct score *score_of(const struct viewing *viewing, int index) {
  return &viewing->report->questionnaire->scores[index];
}

static const char *score_name(const struct viewing *viewing, int index) {
  return show_words(viewing, &score_of(viewing, index)->words);
}

/* ---- rows of several figures in one, as long as their columns are the same */

struct gathering {
  struct viewing *viewing;
  struct view_list *figures;
  struct view_counts how;
  const char *note; /* below each, or "" */
  struct report_row rows[ROWS_MAX];
  struct report_table table;
  int parts;
};

static bool same_columns(const struct report_table *a, const struct report_table *b) {
  bool same = a->columns_count == b->columns_count;
  for (size_t i = 0; same && i < a->columns_count; i++) {
    same = strcmp(a->columns[i].code, b->columns[i].code) == 0;
  }
  return same;
}

static void flush(struct gathering *gathering) {
  struct viewing *viewing = gathering->viewing;
  struct view_counts how = gathering->how;
  struct view_figure figure;
  if (gathering->table.rows_count == 0) {
    return;
  }
  if (gathering->parts++ > 0) {
    how.id = show_print(viewing, "%s-%d", how.id, gathering->parts);
  }
  const char *only = gathering->rows[0].who.labels[0].name;
  bool one = gathering->table.rows_count == 1;
  if (one) {
    how.title = show_print(viewing, "%s: %s", how.title, only);
  }
  gathering->table.rows = gathering->rows;
  if (one ? show_whole(viewing, &how, &gathering->table, &figure)
          : show_groups(viewing, &how, &gathering->table, &figure)) {
    figure.base = gathering->rows[0].n.shown
                      ? show_n_unit(viewing, gathering->rows[0].n.count, gathering->table.unit)
                      : "";
    show_note(viewing, &figure, gathering->note);
    show_add(viewing, gathering->figures, &figure);
  }
  gathering->table.rows_count = 0;
}

/* Adds a row of a table under a name. */
static void gather(struct gathering *gathering, const char *name, const struct report_table *table,
                   const struct report_row *row) {
  struct report_label *label = arena_alloc(gathering->viewing->arena, sizeof *label);
  if (label == NULL) {
    gathering->viewing->failed = true;
    return;
  }
  if (gathering->table.rows_count == ROWS_MAX ||
      (gathering->table.rows_count > 0 && !same_columns(&gathering->table, table))) {
    flush(gathering);
  }
  size_t index = gathering->table.rows_count;
  *label = (struct report_label){.code = name, .name = name};
  gathering->table = *table;
  gathering->rows[index] = *row;
  gathering->rows[index].who = (struct report_set){name, label, 1};
  gathering->table.rows_count = index + 1;
}

/* The row of one informant, by the code of the choice; NULL: not shown. */
static const struct report_row *row_of(const struct report_figure *figure, const char *code,
                                       const struct report_table **table) {
  for (size_t i = 0; i < figure->breakdowns_count; i++) {
    *table = &figure->breakdowns[i];
    for (size_t j = 1; strcmp((*table)->by, "relation") == 0 && j < (*table)->rows_count; j++) {
      if (strcmp((*table)->rows[j].who.code, code) == 0) {
        return &(*table)->rows[j];
      }
    }
  }
  return NULL;
}

/* Of all children (code NULL), or of one informant's. */
static void gather_figure(struct gathering *gathering, const char *name,
                          const struct report_figure *figure, const char *code) {
  const struct report_table *table = &figure->whole;
  const struct report_row *row = code != NULL                   ? row_of(figure, code, &table)
                                 : figure->whole.rows_count > 0 ? &figure->whole.rows[0]
                                                                : NULL;
  if (row != NULL) {
    gather(gathering, name, table, row);
  }
}

/* ---- bands and changes */

static void gather_bands_of(struct gathering *gathering, bool higher, const char *code) {
  struct viewing *viewing = gathering->viewing;
  for (size_t i = 0; i < scores_of(viewing)->count; i++) {
    const struct report_score *item = &scores_of(viewing)->items[i];
    const char *name = score_name(viewing, item->score);
    if (score_of(viewing, item->score)->higher_is_better == higher) {
      gather_figure(gathering, name, &item->all, code);
      gather_figure(gathering, show_fill(viewing, "score_at_start", "score", name), &item->start,
                    code);
      gather_figure(gathering, show_fill(viewing, "score_at_close", "score", name), &item->close,
                    code);
    }
  }
  flush(gathering);
}

static void gather_bands(struct gathering *gathering, const char *code) {
  gather_bands_of(gathering, false, code);
}

static void gather_bands_higher(struct gathering *gathering, const char *code) {
  gather_bands_of(gathering, true, code);
}

const char *show_band_stem(const struct score *score) {
  return score->higher_is_better ? "band_higher_" : "band_";
}

static void gather_changes(struct gathering *gathering, const char *code) {
  struct viewing *viewing = gathering->viewing;
  for (size_t i = 0; i < scores_of(viewing)->count; i++) {
    const struct report_score *item = &scores_of(viewing)->items[i];
    gather_figure(gathering, score_name(viewing, item->score), &item->change, code);
  }
  flush(gathering);
}

static struct view_counts counts_of(struct viewing *viewing, const char *id, const char *title,
                                    const char *stem, bool ordered) {
  return (struct view_counts){.id = id,
                              .title = title,
                              .source = "source_answers",
                              .stem = stem,
                              .rows_stem = "",
                              .ordered = ordered,
                              .apart = -1,
                              .unanswered = true,
                              .row_head = show_word(viewing, "score_head")};
}

typedef void gather_rows(struct gathering *gathering, const char *code);

/* All children's, then each informant's. */
static void by_informant(struct viewing *viewing, const char *key, const char *stem,
                         const char *note, gather_rows *each, struct view_list *figures) {
  int relation = report_relation(viewing->report->questionnaire);
  const struct question *question =
      relation < 0 ? NULL : &viewing->report->questionnaire->questions[relation];
  struct gathering gathering = {.viewing = viewing,
                                .figures = figures,
                                .how = counts_of(viewing, key, show_word(viewing, key), stem, true),
                                .note = note};
  each(&gathering, NULL);
  for (size_t i = 0; question != NULL && i < question->choices_count; i++) {
    const struct choice *choice = &question->choices[i];
    const char *code = show_print(viewing, "%d", choice->code);
    gathering.parts = 0;
    gathering.how.id = show_print(viewing, "%s-%s", key, code);
    gathering.how.title =
        show_fill_two(viewing, "score_of_informant", "what", show_word(viewing, key), "informant",
                      show_words(viewing, &choice->words));
    each(&gathering, code);
  }
}

/* ---- numbers with their sign */

const char *show_signed(struct viewing *viewing, double value, int decimals) {
  const char *text = show_decimal(viewing, value, decimals);
  return value > 0 && strspn(text, "0,.") != strlen(text) ? show_print(viewing, "+%s", text) : text;
}

/* "↑ +5" */
static const char *change_text(struct viewing *viewing, int change) {
  const char *key = change > 0 ? "score_up" : change < 0 ? "score_down" : "score_level";
  return show_fill(viewing, key, "n", show_signed(viewing, change, 0));
}

static void add_text(struct viewing *viewing, struct view_list *cells, const char *text) {
  struct view_cell cell = show_text_cell(text);
  show_add(viewing, cells, &cell);
}

/* ---- means, and raw differences of pairs */

static void mean_row(struct viewing *viewing, const struct report_score *item, size_t columns,
                     struct view_list *cells) {
  const struct report_raw *raw = &item->raw;
  bool paired = score_paired(viewing->report->questionnaire);
  const struct view_cell line[] = {
      show_text_cell(score_name(viewing, item->score)), show_number_cell(viewing, raw->n),
      show_mean_cell(viewing, paired ? raw->start : raw->mean), show_mean_cell(viewing, raw->close),
      show_text_cell(show_signed(viewing, raw->difference, 1))};
  for (size_t i = 0; i < columns && raw->n > 0; i++) {
    show_add(viewing, cells, &line[i]);
  }
}

static void mean_table(struct viewing *viewing, struct view_list *figures) {
  enum { OF_ALL = 3, OF_PAIRS = 5 };
  const struct report_scores *scores = scores_of(viewing);
  bool paired = score_paired(viewing->report->questionnaire);
  const char *key = paired ? "score_raw" : "score_means";
  size_t columns = paired ? OF_PAIRS : OF_ALL;
  const struct view_head heads[OF_PAIRS] = {
      {show_word(viewing, "score_head"), VIEW_TEXT},
      {"N", VIEW_COUNT},
      {show_word(viewing, paired ? "score_mean_start" : "mean"), VIEW_MEAN},
      {show_word(viewing, "score_mean_close"), VIEW_MEAN},
      {show_word(viewing, "score_raw_head"), VIEW_TEXT}};
  struct view_list cells;
  struct view_table table;
  show_table_begin(viewing, &table, &cells, heads, columns);
  for (size_t i = 0; i < scores->count; i++) {
    mean_row(viewing, &scores->items[i], columns, &cells);
  }
  show_table_end(&table, &cells);
  if (table.rows > 0) {
    struct view_figure figure =
        show_figure_new(viewing, key, show_word(viewing, key), "source_answers");
    figure.table = table;
    show_note(viewing, &figure, paired ? show_word(viewing, "score_raw_note") : "");
    show_add(viewing, figures, &figure);
  }
}

/* ---- child by child: internal alone, where there are cases */

static const char *number_name(struct viewing *viewing, const struct report_case *one) {
  return viewing->report->municipalities_count > 1
             ? show_print(viewing, "%s, %s", show_name(viewing, &one->municipality, ""),
                          one->number)
             : one->number;
}

/* "A-1", and which form it lacks. */
static const char *case_name(struct viewing *viewing, const struct report_case *one) {
  const char *number = number_name(viewing, one);
  bool doubled = one->starts > 1 || one->closes > 1;
  if (!doubled && one->starts == 1 && one->closes == 1) {
    return number;
  }
  return show_print(viewing, "%s (%s)", number,
                    show_word(viewing, doubled            ? "score_doubled"
                                       : one->closes == 0 ? "score_start_only"
                                                          : "score_close_only"));
}

static const char *change_cell(struct viewing *viewing, const struct report_case *one, int score) {
  if (!one->start.there || !one->close.there) {
    return "";
  }
  int start = one->start.scores[score].value, close = one->close.scores[score].value;
  return start == SCORE_UNKNOWN || close == SCORE_UNKNOWN
             ? show_word(viewing, "score_unknown")
             : change_text(viewing, score_change(score_of(viewing, score), start, close));
}

static const char *value_text(struct viewing *viewing, const struct report_form *form, int score) {
  return !form->there || form->scores[score].value == SCORE_UNKNOWN
             ? show_word(viewing, "score_unknown")
             : show_count(viewing, form->scores[score].value);
}

static const char *value_cell(struct viewing *viewing, const struct report_case *one, int score) {
  return show_fill_two(viewing, "score_values", "start", value_text(viewing, &one->start, score),
                       "close", value_text(viewing, &one->close, score));
}

static const char *band_text(struct viewing *viewing, const struct report_form *form, int score) {
  return !form->there || form->bands[score] == NORMS_NONE
             ? show_word(viewing, "band_none")
             : show_word_of(viewing, show_band_stem(score_of(viewing, score)),
                            scores_of(viewing)->bands[form->bands[score]]);
}

static const char *band_cell(struct viewing *viewing, const struct report_case *one, int score) {
  return show_fill_two(viewing, "score_values", "start", band_text(viewing, &one->start, score),
                       "close", band_text(viewing, &one->close, score));
}

typedef const char *case_text(struct viewing *viewing, const struct report_case *one, int score);

/* A row for each case, a column for each score. */
static void case_table(struct viewing *viewing, const char *key, case_text *text, const char *note,
                       struct view_list *figures) {
  enum { BEFORE = 2 };
  const struct report_scores *scores = scores_of(viewing);
  size_t columns = BEFORE + scores->count;
  struct view_head *heads = arena_array(viewing->arena, columns, sizeof *heads);
  struct view_list cells;
  if (heads == NULL) {
    viewing->failed = true;
    return;
  }
  heads[0] = (struct view_head){show_word(viewing, "score_case"), VIEW_TEXT};
  heads[1] = (struct view_head){show_word(viewing, "by_relation"), VIEW_TEXT};
  for (size_t i = 0; i < scores->count; i++) {
    heads[BEFORE + i] = (struct view_head){score_name(viewing, scores->items[i].score), VIEW_TEXT};
  }
  struct view_figure figure =
      show_figure_new(viewing, key, show_word(viewing, key), "source_answers");
  show_table_begin(viewing, &figure.table, &cells, heads, columns);
  for (size_t i = 0; i < scores->cases_count; i++) {
    const struct report_case *one = &scores->cases[i];
    add_text(viewing, &cells, case_name(viewing, one));
    add_text(viewing, &cells, show_name(viewing, &one->informant, "relation_"));
    for (size_t j = 0; j < scores->count; j++) {
      add_text(viewing, &cells, text(viewing, one, scores->items[j].score));
    }
  }
  show_table_end(&figure.table, &cells);
  figure.table.names = BEFORE;
  show_note(viewing, &figure, note);
  show_note(viewing, &figure, show_word(viewing, "score_cases_note"));
  show_add(viewing, figures, &figure);
}

/* ---- totals that are not the sum of their parts */

static void differing_form(struct viewing *viewing, const struct report_case *one,
                           const struct report_form *form, const char *occasion,
                           struct view_list *cells) {
  for (size_t i = 0; form->there && i < viewing->report->questionnaire->scores_count; i++) {
    if (score_differs(&form->scores[i])) {
      add_text(viewing, cells, number_name(viewing, one));
      add_text(viewing, cells, show_name(viewing, &one->informant, "relation_"));
      add_text(viewing, cells, show_fill(viewing, occasion, "score", score_name(viewing, (int)i)));
      const struct view_cell numbers[] = {show_number_cell(viewing, form->scores[i].value),
                                          show_number_cell(viewing, form->scores[i].sum)};
      show_add(viewing, cells, &numbers[0]);
      show_add(viewing, cells, &numbers[1]);
    }
  }
}

static void differing_table(struct viewing *viewing, struct view_list *figures) {
  const struct report_scores *scores = scores_of(viewing);
  const struct view_head heads[] = {{show_word(viewing, "score_case"), VIEW_TEXT},
                                    {show_word(viewing, "by_relation"), VIEW_TEXT},
                                    {show_word(viewing, "score_head"), VIEW_TEXT},
                                    {show_word(viewing, "score_entered"), VIEW_COUNT},
                                    {show_word(viewing, "score_sum"), VIEW_COUNT}};
  struct view_list cells;
  struct view_table table;
  show_table_begin(viewing, &table, &cells, heads, array_length(heads));
  for (size_t i = 0; i < scores->cases_count; i++) {
    const struct report_case *one = &scores->cases[i];
    differing_form(viewing, one, &one->start, "score_at_start", &cells);
    differing_form(viewing, one, &one->close, "score_at_close", &cells);
  }
  show_table_end(&table, &cells);
  if (table.rows > 0) {
    struct view_figure figure = show_figure_new(
        viewing, "score_differing", show_word(viewing, "score_differing"), "source_answers");
    figure.table = table;
    show_note(viewing, &figure, show_word(viewing, "score_differing_note"));
    show_add(viewing, figures, &figure);
  }
}

/* ---- the section */

static void say(struct viewing *viewing, struct view_list *texts, const char *text) {
  show_add(viewing, texts, &text);
}

static void say_count(struct viewing *viewing, struct view_list *texts, const char *key,
                      int count) {
  if (count > 0) {
    say(viewing, texts, show_fill(viewing, key, "n", show_count(viewing, count)));
  }
}

static void say_pairs(struct viewing *viewing, struct view_list *texts) {
  const struct report_scores *scores = scores_of(viewing);
  say(viewing, texts, show_word(viewing, "score_text"));
  if (scores->paired >= 0) {
    say(viewing, texts,
        words_fill(viewing->arena, show_word(viewing, "score_pairs"), "starts",
                   show_count(viewing, scores->starts), "closes",
                   show_count(viewing, scores->closes), "paired",
                   show_count(viewing, scores->paired), NULL));
  }
  say_count(viewing, texts, "score_pairs_start_only", scores->start_only);
  say_count(viewing, texts, "score_pairs_close_only", scores->close_only);
  say_count(viewing, texts, "score_pairs_doubled", scores->doubled);
  say_count(viewing, texts, "score_pairs_informants", scores->informants);
}

static void say_norms(struct viewing *viewing, struct view_list *texts) {
  const struct report_scores *scores = scores_of(viewing);
  if (scores->norms_title == NULL) {
    say(viewing, texts, show_word(viewing, "score_norms_none"));
    return;
  }
  say(viewing, texts,
      show_fill_two(viewing, "score_norms", "title", scores->norms_title, "source",
                    scores->norms_source));
  for (size_t i = 0; i < scores->sources_count; i++) {
    say(viewing, texts, scores->sources[i]);
  }
}

static void show_pairs(struct viewing *viewing, struct view_list *figures) {
  by_informant(viewing, "score_bands", "band_", show_word(viewing, "score_bands_note"),
               gather_bands, figures);
  by_informant(viewing, "score_bands_higher", "band_higher_",
               show_word(viewing, "score_bands_note"), gather_bands_higher, figures);
  by_informant(viewing, "score_changes", "score_", show_word(viewing, "score_changes_note"),
               gather_changes, figures);
  mean_table(viewing, figures);
  differing_table(viewing, figures);
  if (scores_of(viewing)->cases_count > 0) {
    case_table(viewing, "score_cases", change_cell, show_word(viewing, "score_cases_signs"),
               figures);
    case_table(viewing, "score_cases_values", value_cell, "", figures);
    if (scores_of(viewing)->norms_title != NULL) {
      case_table(viewing, "score_cases_bands", band_cell, "", figures);
    }
  }
}

static void show_all(struct viewing *viewing, struct view_list *figures) {
  bool banded = scores_of(viewing)->norms_title != NULL;
  const char *note = banded ? show_word(viewing, "score_bands_note") : "";
  by_informant(viewing, banded ? "score_bands_all" : "score_known", "band_", note, gather_bands,
               figures);
  by_informant(viewing, banded ? "score_bands_all_higher" : "score_known_higher", "band_higher_",
               note, gather_bands_higher, figures);
  mean_table(viewing, figures);
}

void show_scores(struct viewing *viewing, struct view_list *sections) {
  bool paired = score_paired(viewing->report->questionnaire);
  struct view_list figures = {.size = sizeof(struct view_figure)};
  struct view_list texts = {.size = sizeof(const char *)};
  if (!scores_of(viewing)->told) {
    return;
  }
  if (paired) {
    say_pairs(viewing, &texts);
  } else {
    say(viewing, &texts, show_word(viewing, "score_text_all"));
  }
  say_norms(viewing, &texts);
  if (paired) {
    show_pairs(viewing, &figures);
  } else {
    show_all(viewing, &figures);
  }
  if (figures.count == 0) {
    say(viewing, &texts, show_word(viewing, "nothing"));
  }
  show_section_add(viewing, sections, "scores",
                   show_word(viewing, paired ? "section_scores" : "section_scores_all"), &texts,
                   &figures);
}
