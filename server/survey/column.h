/* column: the wide columns of exports and imports, one row an answer.
 *
 * The questionnaire's fields in order, each as a column; a confirmed scale is
 * followed by its _first and _check. Not asked: empty. Asked and not answered:
 * 9, or 99 where 9 is a code or number of the question; texts empty. "Don't
 * know" is the valid code of its choice. _first is what the scale was answered
 * at first (the final value when nothing was asked back); _check is 0 not asked
 * back, 1 kept, 2 changed, and empty when the scale was not asked. */
#ifndef HJEMSVAR_SURVEY_COLUMN_H
#define HJEMSVAR_SURVEY_COLUMN_H

#include "survey/answer.h"

enum column_kind { COLUMN_FIELD, COLUMN_CHECK };
struct column {
  const char *name;
  enum column_kind kind;
  int field; /* index; for COLUMN_CHECK the FIELD_FIRST field */
};

struct column_list {
  const struct column *items;
  size_t count;
};

/* The columns of a questionnaire, in order; items is NULL when memory is out. */
must_check struct column_list column_list_new(const struct questionnaire *questionnaire,
                                              struct arena *arena);

/* The code that means "asked and not answered" for a field with codes: 9 or 99. */
int column_unanswered(const struct questionnaire *questionnaire, int field);

/* What stands in a cell: either a text (may be NULL: empty) or a number. */
struct cell {
  bool has_number;
  int number;
  const char *text; /* of the answer's arena */
};
struct cell column_cell(const struct answer *answer, const struct column *column);

/* Reads a row's cells (parallel to columns; NULL or "" is empty) into an answer.
 * Every fault is one problem with the index of the column in place of a field
 * (ANSWER_INVALID, ANSWER_LONG, ANSWER_BYTES, ANSWER_MISSING for a needed question,
 * ANSWER_UNASKED for a value in a question that was not asked). Returns the number
 * of problems; at most most are written. An empty cell in an asked question is
 * read as not answered; _check and _first must agree with each other and the
 * scale, else ANSWER_INVALID. */
size_t column_read(struct answer *answer, const struct column_list *columns,
                   const char *const *cells, struct answer_problem *problems, size_t most);

#endif
