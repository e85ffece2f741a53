/* trend_part: what the files of trend share. Private to survey/. */
#ifndef HJEMSVAR_SURVEY_TREND_PART_H
#define HJEMSVAR_SURVEY_TREND_PART_H

#include "survey/trend.h"

/* ---- trend_match.c: whether a question is the same in two rounds */

struct trend_notes {
  struct trend_note *items;
  size_t count, capacity;
};

/* Adds a copy to a list of the arena. False when memory is out. */
must_check bool trend_note_add(struct arena *arena, struct trend_notes *notes,
                               struct trend_note note);

/* Compares a figure of its reference with another round: words that differ are added to changed;
 * what keeps them from being compared, once, to left_out. False when memory is out. */
must_check bool trend_match(const struct report *const *reports, const struct trend_figure *figure,
                            size_t other, struct arena *arena, struct trend_notes *changed,
                            struct trend_notes *left_out);

/* ---- trend_join.c: one table of several */

/* A row for each whole of the tables, in the finest columns that all of them can be told in; those
 * that show no cell have no say in that. question: whose categories they
 * are, which gives their order, or NULL; first: the table whose labels name them. table->rows is
 * of rows whose who and n are filled in already; the cells are set. False when memory is out. */
struct trend_joint {
  const struct report_table *const *tables;
  size_t count, first;
  const struct question *question;
  struct report_row *rows; /* count of them */
};
must_check bool trend_join(const struct trend_joint *joint, struct arena *arena,
                           struct report_table *table, bool *coarser, bool *merged_away);

#endif
