/* variable: the variables of a data set: what each is called, what it means, which codes
 * it has and which of them are no answer.
 *
 * All follows from the questionnaire's definition; the few words that are not the
 * questionnaire's own stand in templates/export/words. Two shapes: wide, one row an
 * answer, the columns of column.h; long, one row a child, where what is asked for each
 * child has one variable. A row of the long shape is the n-th of whatever the
 * questionnaire counts; an answer that counts nobody has no such row. */
#ifndef HJEMSVAR_SURVEY_VARIABLE_H
#define HJEMSVAR_SURVEY_VARIABLE_H

#include "survey/anonymise.h"
#include "survey/column.h"
#include "survey/response.h"

enum variable_shape { VARIABLE_WIDE, VARIABLE_LONG };

enum variable_form {
  VARIABLE_CODED,   /* a category: whole numbers with labels */
  VARIABLE_NUMBER,  /* a count or a place on a scale */
  VARIABLE_DECIMAL, /* six decimals at most */
  VARIABLE_TEXT
};

enum variable_role {
  VARIABLE_RESPONSE_ID,
  VARIABLE_MUNICIPALITY_CODE,
  VARIABLE_MUNICIPALITY,
  VARIABLE_LANGUAGE,
  VARIABLE_WEEK,
  VARIABLE_CHILD, /* long only: number of the row within its answer, from 1 */
  VARIABLE_ANSWER,
  VARIABLE_SCORE, /* what answers come to (score.h); never of rows that may be given away: it would
                     give back what was coarsened */
  VARIABLE_FLAG,
  VARIABLE_WEIGHT,
  VARIABLE_EXTERNAL_ID
};

struct variable_code {
  int code;
  const char *label; /* NULL: the number speaks for itself */
  bool valid;        /* false: asked and not answered */
};

struct variable {
  const char *name;     /* [a-z][a-z0-9_]*, at most 32 bytes, unique */
  const char *label;    /* the question or what it is, whole */
  const char *universe; /* of whom it is asked; NULL: of all */
  enum variable_form form;
  enum variable_role role;
  struct column column;            /* VARIABLE_ANSWER; of child 1 in the long shape */
  int repeats;                     /* long: of how many children it is asked; else 0 */
  const struct question *question; /* VARIABLE_ANSWER */
  int child;                       /* wide: of which child; else 0 */
  size_t score;                    /* VARIABLE_SCORE: index in the questionnaire */
  enum response_flag flag;         /* VARIABLE_FLAG */
  const struct variable_code *codes;
  size_t codes_count;
  bool may_be_unasked;  /* there are answers that it is not asked in */
  bool may_be_withheld; /* anonymised: ANONYMISE_WITHHELD may stand there */
  bool free_text;       /* a parent's own words */
};

struct variable_list {
  const struct variable *items; /* NULL: memory is out */
  size_t count;
  enum variable_shape shape;
  bool anonymised;
};

struct variable_municipality {
  int code;
  const char *name;
};

struct variable_options {
  const struct questionnaire *questionnaire;
  const json_t *words; /* templates/export/words/LANGUAGE.json */
  const struct variable_municipality *municipalities;
  size_t municipalities_count;
  bool no_free_text;                              /* leaves parents' own words out */
  const struct anonymise_certificate *anonymised; /* of rows that may be given away: no text, week,
                                                     flag or weight; NULL: all there is */
};

/* The variables of a shape, in the arena; borrows the questionnaire, words and names. */
must_check struct variable_list variable_list_new(const struct variable_options *options,
                                                  enum variable_shape shape, struct arena *arena);

/* Tells whether a questionnaire asks anything for each child: whether there is a long
 * shape. */
bool variable_has_long(const struct questionnaire *questionnaire);

/* How many rows of the long shape an answer has. */
int variable_rows(const struct answer *answer);

enum value_kind {
  VALUE_NONE,         /* not known, or a text that is empty */
  VALUE_NOT_ASKED,    /* the question was not asked */
  VALUE_NOT_ANSWERED, /* asked and not answered; number is the code that says so */
  VALUE_WITHHELD,     /* anonymised: number is ANONYMISE_WITHHELD */
  VALUE_NUMBER,
  VALUE_TEXT
};
struct value {
  enum value_kind kind;
  double number;    /* whole but for VARIABLE_DECIMAL */
  const char *text; /* borrowed from the response, never empty */
};

/* What a response says of a variable; child is the row of the long shape, from 1. */
struct value variable_value(const struct variable *variable, const struct response *response,
                            int child);

/* What a row that may be given away says of the variables of a list made with options->anonymised,
 * the index-th from 0, as anonymise_row has it; values is parallel to the list's items. */
void variable_values_anonymised(const struct variable_list *list, struct anonymise *anonymise,
                                size_t index, struct value *values);

#endif
