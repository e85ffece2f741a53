/* paper: the form as a parent sent it: where they are, what they want, what they have
 * answered so far and what is wrong with it. */
#ifndef HJEMSVAR_WEB_PAPER_H
#define HJEMSVAR_WEB_PAPER_H

#include "web/request.h"
#include "web/view.h"

enum paper_action {
  PAPER_NEXT,
  PAPER_BACK,
  PAPER_CHANGE,   /* change:FIELD */
  PAPER_LANGUAGE, /* lang:LANGUAGE */
  PAPER_KEEP,     /* keep:FIELD: a scale asked back stays as it is */
  PAPER_AGAIN,    /* again:FIELD: it is chosen again */
  PAPER_SEND,
  PAPER_REPLACE
};

struct paper {
  struct request *request;
  struct view view; /* made from it */
  enum paper_action action;
  int section; /* where they are; -1 the intro, sections_count the check page */
  int change;  /* PAPER_CHANGE, _KEEP, _AGAIN: the field, or -1 */
  bool has_number;
  unsigned char number[CRYPTO_NUMBER_BYTES];
  struct answer_problem *problems; /* of the whole answer, in field order */
  size_t problems_count;
};

/* Reads the request's form, sets the request's answer (pruned) and language. False when
 * memory is out. */
must_check bool paper_read(struct paper *paper, struct request *request);

/* Draws a submission number for a form that has none. */
void paper_draw_number(struct paper *paper);

/* Whether nothing is wrong with the whole answer, or something with one section. */
bool paper_good(const struct paper *paper);
bool paper_section_bad(const struct paper *paper, int section);

/* The first section with a problem. */
int paper_first_bad(const struct paper *paper);

/* The problems of one section in words, or NULL when memory is out. */
must_check const struct view_problem *paper_problems(const struct paper *paper, int section,
                                                     size_t *count);

/* All problems as JSON: [{"field":…,"message":…}], also a missing number or an action
 * that JSON cannot have. NULL when memory is out. */
must_check json_t *paper_errors(const struct paper *paper);

/* The gentle notice of the section they are in: NULL when all is answered, when it was
 * shown already, or when its questions want none. Tells the view which kind it is. */
const char *paper_notice(struct paper *paper);

/* Whether they came from the check page to change one answer, and the questions asked
 * are still the same. */
bool paper_back_to_check(const struct paper *paper);

/* The id of a section ("intro" and "check" at the ends). */
const char *paper_section_id(const struct paper *paper, int section);

#endif
