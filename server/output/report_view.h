/* report_view: a report as it is read: sections of figures, each with its table, its N and its
 * source, in the words and numbers of one language.
 *
 * The page, the PDF, the workbook and the pictures are drawn from it, so that all of them say the
 * same. Nothing here decides what may be seen (survey/report.h does): a cell that is not shown
 * becomes the mark "·", whatever is behind it. Words come from templates/report_words, what a
 * questionnaire says from its own words, letter for letter. */
#ifndef HJEMSVAR_OUTPUT_REPORT_VIEW_H
#define HJEMSVAR_OUTPUT_REPORT_VIEW_H

#include "base/words.h"
#include "output/chart.h"
#include "survey/report.h"
#include "survey/translation.h"

enum view_form {
  VIEW_TEXT,
  VIEW_COUNT,
  VIEW_PERCENT, /* value from 0 to 100 */
  VIEW_BOTH,    /* a count, and its share in percent */
  VIEW_MEAN     /* shown with one decimal */
};

struct view_cell {
  const char *text; /* as shown: "58 %", "8,5", "·" */
  enum view_form form;
  bool hidden;
  double value; /* of numbers that are not hidden: unrounded */
  double share; /* VIEW_BOTH: from 0 to 100; -1: not known */
};

struct view_head {
  const char *name;
  enum view_form form; /* of the cells below it, where they are not hidden */
};

struct view_table {
  const struct view_head *heads; /* the first is of the rows' names */
  size_t columns;
  const struct view_cell *cells; /* row by row */
  size_t rows;
  size_t names; /* so many of the first columns say what a row is, on every part of a table that no
                   page is wide enough for; 0: the first */
};

struct view_figure {
  const char *id;     /* "glad", "glad-municipality": unique, for links, files and sheets */
  const char *number; /* "Figur 3" */
  const char *title;
  const struct chart *chart; /* NULL: the table alone */
  struct view_table table;
  const char *base;   /* "N = 80 børn …" */
  const char *period; /* answers by week, courses by closing date */
  const char *source;
  const char *const *notes; /* sentences */
  size_t notes_count;
};

struct view_passage { /* somebody's own words */
  const char *who;    /* whose these and the next are; NULL: the same as before */
  const char *title;
  const char *when; /* since when, and why; "" */
  const char *const *texts;
  size_t texts_count;
};

struct view_section {
  const char *id;
  const char *title;
  const char *const *texts;
  size_t texts_count;
  const struct view_figure *figures;
  size_t figures_count;
  const struct view_passage *passages; /* after the figures */
  size_t passages_count;
};

struct view_fact {
  const char *name, *value;
};

struct report_view {
  const char *language; /* "da", "en" */
  const char *title;
  const char *kind, *kind_text; /* of which profile, and what that means */
  const char *author;           /* may be "" */
  const char *made_at;          /* ISO date-time */
  const json_t *words;          /* borrowed */
  const struct view_fact *facts;
  size_t facts_count;
  const struct view_section *sections;
  size_t sections_count;
  size_t figures_count; /* of all sections */
};

/* Puts a report into the words of a language (of templates/report_words). Questions are in the
 * translation's words, or the questionnaire's own where it is NULL. Everything is of the arena, or
 * borrowed from the arguments. NULL when memory is out. */
must_check const struct report_view *report_view_new(const struct report *report,
                                                     const struct translation *translation,
                                                     const json_t *words, struct arena *arena);

#endif
