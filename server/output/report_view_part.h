/* report_view_part: what the files of report_view share while a view is made.
 *
 * Private to output/; their functions begin with show_. A failed allocation makes the view
 * `failed`; what is made after it is empty and thrown away. */
#ifndef HJEMSVAR_OUTPUT_REPORT_VIEW_PART_H
#define HJEMSVAR_OUTPUT_REPORT_VIEW_PART_H

#include "output/report_view.h"

enum { VIEW_NOTES_MAX = 64 };

struct viewing {
  const struct report *report;
  const struct translation *translation;
  const json_t *words;
  struct arena *arena;
  bool failed;
  int figures; /* so far: their numbers */
  const char *answers_period, *courses_period, *period;
};

/* A list that grows in the arena. */
struct view_list {
  char *items;
  size_t count, capacity, size;
};
/* Adds a copy of an item of list->size bytes. */
void show_add(struct viewing *viewing, struct view_list *list, const void *item);

/* ---- words and numbers; strings of the arena, "" when memory is out */

const char *show_word(const struct viewing *viewing, const char *key);
/* A word whose key is made of a stem and an ending; the ending itself where there is none. */
const char *show_word_of(struct viewing *viewing, const char *stem, const char *ending);
const char *show_fill(struct viewing *viewing, const char *key, const char *name,
                      const char *value);
const char *show_fill_two(struct viewing *viewing, const char *key, const char *name,
                          const char *value, const char *other, const char *other_value);
const char *show_print(struct viewing *viewing, const char *format, ...) printf_like(2, 3);

const char *show_count(struct viewing *viewing, long long count);              /* "1.234" */
const char *show_decimal(struct viewing *viewing, double value, int decimals); /* "8,5" */
const char *show_signed(struct viewing *viewing, double value, int decimals);  /* "+3", "−2" */
const char *show_percent(struct viewing *viewing, double percent);             /* "58 %" */
const char *show_day(struct viewing *viewing, const char *iso);                /* "30.9.2026" */
const char *show_week(struct viewing *viewing, const char *iso);               /* "uge 47 i …" */

/* Joined by commas. */
const char *show_join(struct viewing *viewing, const char *so_far, const char *more);

/* What a set is called: its words, names, or the word STEMcode. */
const char *show_name(struct viewing *viewing, const struct report_set *set, const char *stem);

/* The stem of the words for the bands of a score: the worst of one where more is better is not
 * "very high". */
const char *show_band_stem(const struct score *score);

/* Words of the questionnaire in the reader's language; "" without. */
const char *show_words(const struct viewing *viewing, const struct words *words);

/* ---- cells */

struct view_cell show_text_cell(const char *text);
struct view_cell show_hidden_cell(const struct viewing *viewing, enum view_form form);
struct view_cell show_count_cell(struct viewing *viewing, const struct report_cell *cell);
struct view_cell show_number_cell(struct viewing *viewing, long long count);
struct view_cell show_percent_cell(struct viewing *viewing, double percent); /* below 0: hidden */
struct view_cell show_mean_cell(struct viewing *viewing, double mean);
struct view_cell show_both_cell(struct viewing *viewing, const struct report_cell *cell,
                                double percent);
struct chart_cell show_chart_cell(const struct view_cell *cell, double scale);

/* ---- figures */

/* A figure with its number, period and source (a key of the words). */
struct view_figure show_figure_new(struct viewing *viewing, const char *id, const char *title,
                                   const char *source);
void show_note(struct viewing *viewing, struct view_figure *figure, const char *text);

/* A table that is filled cell by cell, row by row. */
void show_table_begin(struct viewing *viewing, struct view_table *table, struct view_list *cells,
                      const struct view_head *heads, size_t columns);
void show_table_end(struct view_table *table, const struct view_list *cells);

/* A chart of a figure with its description; cells NULL: the caller fills rows and cells in. */
struct chart *show_chart(struct viewing *viewing, struct view_figure *figure, enum chart_kind kind,
                         size_t series, size_t rows);
struct chart_series *show_series(const struct chart *chart);
struct chart_row *show_row(const struct chart *chart, size_t row);
struct chart_cell *show_cell_at(const struct chart *chart, size_t row, size_t series);

/* How a table of counts is shown. */
struct view_counts {
  const char *id, *title, *source;
  const char *stem;      /* of the words for program codes of columns: "finder_" */
  const char *rows_stem; /* of rows: "language_" */
  bool scale;            /* of a rating: columns stand upright */
  bool ordered;          /* of agreement: looks of a scale */
  int apart;             /* column that is set off ("don't know"), or -1 */
  bool unanswered;       /* the last column is "not answered": set off, too */
  const char *axis;      /* or NULL */
  const char *row_head;  /* of a breakdown */
};

/* The whole: a bar or column for each category, with counts and shares. Nothing to show: false. */
must_check bool show_whole(struct viewing *viewing, const struct view_counts *how,
                           const struct report_table *table, struct view_figure *figure);
/* Groups: a stacked bar for each, or a small picture of a rating. */
must_check bool show_groups(struct viewing *viewing, const struct view_counts *how,
                            const struct report_table *table, struct view_figure *figure);

/* Rounds: drawn as groups are, and a table with a column under a head for each of them. */
must_check bool show_rounds(struct viewing *viewing, const struct view_counts *how,
                            const struct report_table *table, const char *const *heads,
                            struct view_figure *figure);

/* How a table of a question's answers is shown. */
struct view_counts show_counts_of(struct viewing *viewing, const struct question *question,
                                  const struct report_table *table, const char *id,
                                  const char *title);

/* Means of a scale, a row for each group, with a N of its own. */
void show_means(struct viewing *viewing, const struct report_figure *figure,
                const struct report_ratings *ratings, struct view_list *figures);

/* Mean, least and greatest of courses; the rows are whatever row_head says. */
struct view_figure show_measure(struct viewing *viewing, const struct report_measure *measure,
                                const char *row_head);

/* "N = 80 børn" of a count; "N = ·" where it is not shown. */
const char *show_n(struct viewing *viewing, const struct report_cell *n);
const char *show_n_unit(struct viewing *viewing, int n, enum report_unit unit);
const char *show_unit(const struct viewing *viewing, enum report_unit unit);

/* "1 er slet ikke, 10 er helt" of a scale; NULL where it has no words. */
const char *show_ends(struct viewing *viewing, const struct question *question);

/* ---- the sections; each adds itself where it has something */

void show_scores(struct viewing *viewing, struct view_list *sections);
void show_changes(struct viewing *viewing, struct view_list *sections);
void show_opinions(struct viewing *viewing, struct view_list *sections);
void show_respondents(struct viewing *viewing, struct view_list *sections);
void show_coverage(struct viewing *viewing, struct view_list *sections);
void show_courses(struct viewing *viewing, struct view_list *sections);
void show_sensitivity(struct viewing *viewing, struct view_list *sections);
void show_quality(struct viewing *viewing, struct view_list *sections);
void show_documentation(struct viewing *viewing, struct view_list *sections);

/* Adds a section of figures (a list of struct view_figure) and texts (const char *). */
void show_section_add(struct viewing *viewing, struct view_list *sections, const char *id,
                      const char *title, const struct view_list *texts,
                      const struct view_list *figures);

/* The last section: how the figures came about, a paragraph for each of the words. */
void show_method(struct viewing *viewing, struct view_list *sections, const char *const *keys,
                 size_t count);

#endif
