/* report_case: forms that are kept until their other half has come, and paired then.
 *
 * Private to survey/. Forms belong together by municipality, case number (casenumber.h) and
 * informant. Where one informant filled in several at start, or several at close, none of them is
 * chosen: the case has no form of that occasion. */
#ifndef HJEMSVAR_SURVEY_REPORT_CASE_H
#define HJEMSVAR_SURVEY_REPORT_CASE_H

#include "survey/report_part.h"

struct kept_form {
  const char *number;
  int groups[REPORT_BYS];
  bool close;
  struct report_form form;
};

struct kept_forms { /* of the report's arena */
  struct kept_form *items;
  size_t count, room;
};

struct kept_case {
  struct report_case shown;
  int groups[REPORT_BYS]; /* of its first form */
};

/* Room for what a form says of scores. False when memory is out. */
must_check bool case_room(struct report_making *making, struct report_form *form);
/* Scores a form, into a form that has room. */
void case_read(const struct report_making *making, const struct answer *answer,
               struct report_form *form);

/* Keeps what a form says; groups are the respondent's. False when memory is out. */
must_check bool case_keep(struct report_making *making, struct kept_forms *forms,
                          const struct answer *answer, const int groups[REPORT_BYS]);

/* Pairs them: cases by municipality, number and informant. NULL when memory is out. */
must_check struct kept_case *case_pair(struct report_making *making, struct kept_forms *forms,
                                       size_t *count);

/* Whether a case has one form of each kind. */
bool case_is_paired(const struct kept_case *kept);

#endif
