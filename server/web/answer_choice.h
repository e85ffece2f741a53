/* answer_choice: which answers of a round somebody who is signed in asked for: of which
 * municipalities, in which languages, from which weeks.
 *
 * Shared by export_job.c and report_job.c, so that a filter means the same in a file of answers and
 * in a report, on the console and in the API. */
#ifndef HJEMSVAR_WEB_ANSWER_CHOICE_H
#define HJEMSVAR_WEB_ANSWER_CHOICE_H

#include "output/documentation_file.h"
#include "store/export_store.h"
#include "store/round_store.h"
#include "web/work.h"

struct answer_choice {
  struct export_filter filter;            /* of the round in the path */
  const char *municipalities, *languages; /* the lists as they were asked for; NULL: all */
  const char
      *field;      /* NULL, or the first that is wrong: "municipality", "language", "from", "to" */
  const char *why; /* a key for words: "municipality" (no code), "municipality_round" (not in the
                      round, or not in scope), "language", "week", "week_order",
                      "week_finalised" (a finalised round has quarters), "week_open" (no other
                      has) */
};

/* Reads municipality and language (lists with ","), from and to. Nothing is asked of the
 * database. */
void answer_choice_read(struct answer_choice *choice, struct work *work, work_value *value);

/* Compares it with the round, and with what the session may see. The round is as the session finds
 * it. */
void answer_choice_check(struct answer_choice *choice, const struct work *work,
                         const struct round_row *round);

/* Whether the filter takes what is of a municipality. */
bool answer_choice_takes(const struct export_filter *filter, int municipality);

/* What the municipalities that the filter takes say of their own work, as far as the session sees
 * them (documentation_list). Of the work's arena. */
must_check enum store_result answer_choice_documentation(struct store *store,
                                                         const struct work *work,
                                                         const struct export_filter *filter,
                                                         struct documentation_set *set);

#endif
