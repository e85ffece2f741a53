/* answer: one parent's answers to one questionnaire.
 *
 * An answer holds what was given, field by field; what is asked follows from
 * it by routing alone (routing.h). Forms, stored JSON and CSV all come through
 * here, so that nothing is accepted by one door and refused by another. */
#ifndef HJEMSVAR_SURVEY_ANSWER_H
#define HJEMSVAR_SURVEY_ANSWER_H

#include "survey/questionnaire.h"

struct answer {
  const struct questionnaire *questionnaire; /* borrowed */
  struct arena *arena;                       /* borrowed; texts live there */
  int *codes;                                /* per field: the code, or ANSWER_NONE */
  const char **texts;                        /* per field: the text, or NULL */
};
enum { ANSWER_NONE = -1 };

enum answer_fault {
  ANSWER_OK,
  ANSWER_UNKNOWN, /* no such field */
  ANSWER_INVALID, /* not one of the question's codes or numbers */
  ANSWER_LONG,    /* a text over its limit; it is kept, so that a page can give it back */
  ANSWER_BYTES,   /* not UTF-8 */
  ANSWER_MISSING, /* needed and not given */
  ANSWER_UNASKED, /* given, but the question was not asked */
  ANSWER_CASE,    /* no case number, or one that may be a name (casenumber.h) */
  ANSWER_CPR,     /* a case number that may be a CPR number */
  ANSWER_MEMORY
};

/* One fault of one field. */
struct answer_problem {
  int field; /* index */
  enum answer_fault fault;
  int over; /* ANSWER_LONG: code points above the limit */
};

/* An answer without any values. NULL when memory is out. */
must_check struct answer *answer_new(const struct questionnaire *questionnaire,
                                     struct arena *arena);

/* Sets a field from what was typed or posted. Empty (after trimming) takes the
 * value away. Numbers are plain decimal without sign or leading zero. On
 * ANSWER_INVALID, ANSWER_BYTES, ANSWER_CASE and ANSWER_CPR the field is left without a value. A
 * case number is kept as it is compared. */
must_check enum answer_fault answer_set(struct answer *answer, int field, const char *bytes,
                                        size_t length);

/* Code points of a text above its limit; 0 for all else. */
int answer_over(const struct answer *answer, int field);

/* Takes away every value whose question is not asked (routing_asked). A
 * FIELD_FIRST value goes when its scale is unanswered. */
void answer_prune(struct answer *answer);

/* Checks a pruned answer as a whole: needed questions missing, texts too long.
 * Writes at most most problems in field order and returns how many there are. */
size_t answer_check(const struct answer *answer, struct answer_problem *problems, size_t most);

/* The canonical form: a JSON object with a member for each given field in field
 * order, numbers as numbers, no white space. Equal answers give equal bytes. A
 * string of the answer's arena, or NULL when memory is out. */
must_check char *answer_json(const struct answer *answer);

/* Reads the canonical form or the JSONB that it became. NULL when it is not
 * JSON or does not fit the questionnaire, or memory is out. */
must_check struct answer *answer_from_json(const struct questionnaire *questionnaire,
                                           struct arena *arena, const char *json);

#endif
