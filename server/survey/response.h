/* response: one answer with what is known around it, as exports and reports take it.
 *
 * The store hands them over one by one; nothing here says how they are stored. */
#ifndef HJEMSVAR_SURVEY_RESPONSE_H
#define HJEMSVAR_SURVEY_RESPONSE_H

#include "survey/answer.h"

/* What the review of data quality says of an answer: 0 no, 1 yes (scale: 2 the mirror
 * image), RESPONSE_UNKNOWN while nobody has looked or what it is judged by is not known. */
enum { RESPONSE_UNKNOWN = -1 };
enum response_flag {
  FLAG_DUPLICATE,
  FLAG_SCALE,
  FLAG_SPEED,
  FLAG_STRAIGHTLINE,
  FLAG_EMPTY,
  FLAG_BURST,
  FLAG_COUNT
};

struct response { /* strings are borrowed */
  const char *id; /* UUID text */
  int municipality;
  const char *municipality_name;
  const char *language;
  const char *week; /* "2026-W47"; of a finalised round the quarter, "2026-Q4" */
  struct answer *answer;
  int flags[FLAG_COUNT];
  double weight; /* 1, or less where one person answered several times; below 0: not known */
  const char *external_id; /* or NULL */
  const char *reviewed;    /* JSON: by field the marks of a reviewer (comment.h), null where the
                              text is kept apart, false where it stays; NULL: none */
};

/* Tells whether any flag is set. */
bool response_flagged(const struct response *response);

/* The name of a flag's column: "flag_duplicate" … */
const char *response_flag_name(enum response_flag flag);

#endif
