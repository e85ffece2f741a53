/* console_form: what the pages of a personal round's forms have in common. */
#ifndef HJEMSVAR_WEB_CONSOLE_FORM_H
#define HJEMSVAR_WEB_CONSOLE_FORM_H

#include "store/form_store.h"
#include "store/round_store.h"
#include "web/work.h"

struct form_page {
  struct work *work;
  struct round_row row;
  const struct questionnaire *questionnaire;
  struct form_row *forms; /* those of the round, as form_list */
  size_t forms_count;
};

/* The round of the path with its questionnaire and forms. False when the work is answered: an
 * anonymous round has none. */
must_check bool console_form_load(struct form_page *page, struct work *work);

/* "/rounds/3/municipalities/101": the municipality's page. */
const char *console_form_home(const struct work *work);

/* "/rounds/3/municipalities/101/forms" and what follows. */
const char *console_form_path(const struct work *work, const char *rest);

/* What a choice of the questionnaire says; "" without one of that code. */
const char *console_form_choice(const struct form_page *page, int question, int code);

/* A word about case numbers, with how long this questionnaire's may be in place of {max}. */
const char *console_form_case(const struct form_page *page, const char *word);

/* "A-17, ved start, en forælder". */
const char *console_form_name(const struct form_page *page, const struct form_row *form);

#endif
