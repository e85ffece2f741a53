/* registration_page: the pages of registration.h. In which order the sheet asks which columns, and
 * in which words, stands in templates/registration/. */
#ifndef HJEMSVAR_WEB_REGISTRATION_PAGE_H
#define HJEMSVAR_WEB_REGISTRATION_PAGE_H

#include "survey/registration.h"
#include "web/pages.h"

struct registration_page {
  const struct pages *pages;
  struct arena *arena;
  const char *municipality;           /* its name; NULL: not known */
  const char *fields[COURSE_COLUMNS]; /* as typed; none is NULL */
  const char *made;                   /* the id of a course that gets none */
  const char *accepted;               /* the warnings that were read before, by name */
  const struct registration *read;    /* what they mean; NULL: not known */
};

/* Each renders a page; false when memory is out. The form names the errors of what was read;
 * the check page asks about its warnings, or says that it could not be sent (busy); the receipt is
 * for what was read. */
must_check bool registration_form(const struct registration_page *page, struct text *out);
must_check bool registration_check(const struct registration_page *page, bool busy,
                                   struct text *out);
must_check bool registration_done(const struct registration_page *page, const char *path,
                                  struct text *out);

/* A heading and a text: the words KIND_title and KIND_text. */
must_check bool registration_message(const struct registration_page *page, const char *kind,
                                     struct text *out);

/* The warnings by name, as the check page's form sends them back: those that were read. A string
 * of the arena, or NULL. */
const char *registration_told(const struct registration *read, struct arena *arena);

/* NULL, or what is wrong with the words: a column that is missing in "order" or stands there
 * twice, a column or choice without words. */
must_check const char *registration_words_check(const json_t *words, struct arena *arena);

#endif
