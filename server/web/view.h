/* view: what a parent sees, made from a questionnaire and the answers so far.
 *
 * Each function renders one page into text and returns false when memory is out. All
 * state travels in the pages' hidden fields; nothing is remembered here. */
#ifndef HJEMSVAR_WEB_VIEW_H
#define HJEMSVAR_WEB_VIEW_H

#include "survey/answer.h"
#include "web/pages.h"
#include "web/site.h"

/* What all pages of one parent's questionnaire share. */
struct view {
  const struct pages *pages;
  const struct site *site;
  const struct site_link *link;
  const struct site_language *language;
  struct arena *arena;
  const char *accepted; /* the client's Accept-Language, or NULL: orders the switch, no more */
  /* the form so far; answer may be NULL: nothing typed yet */
  const struct answer *answer;
  const char *number;  /* submission number, 26 characters, or "" */
  const char *asked;   /* routing_signature at the check page that a change came from, or "" */
  const char *noticed; /* section that the gentle notice was shown for, or "" */
  bool personal;       /* the notice is of a comment that names someone */
};

struct view_problem {
  int field;
  const char *text; /* for people */
};

must_check bool view_intro(const struct view *view, struct text *out);

/* One section; with problems (first shown in a summary) or the gentle notice, whose
 * text is notice (NULL: none). */
must_check bool view_section(const struct view *view, int section,
                             const struct view_problem *problems, size_t problems_count,
                             const char *notice, struct text *out);

/* The check page. message is the stem of two words (message_title, message_text) set
 * above it, or NULL; the button sends action and says the word button. */
must_check bool view_check(const struct view *view, const char *message, const char *action,
                           const char *button, struct text *out);

must_check bool view_thanks(const struct view *view, const char *receipt, struct text *out);

/* How a field is called in messages: "5 (Barn 2)". */
const char *view_field_name(const struct view *view, int field);

#endif
