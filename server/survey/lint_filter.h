/* lint_filter: which answers can lead to a question. Private to lint.
 *
 * A question is reached when its filter holds, its count is at least one, and the same is true
 * of the questions that these look at. Each of them leaves some answers of an earlier question;
 * where none is left, nobody gets there. */
#ifndef HJEMSVAR_SURVEY_LINT_FILTER_H
#define HJEMSVAR_SURVEY_LINT_FILTER_H

#include "survey/questionnaire.h"

struct lint_filter {
  const struct questionnaire *questionnaire;
  struct lint_answers *left; /* per question, while one is looked at; of the arena */
};

/* False when memory is out. */
must_check bool lint_filter_init(struct lint_filter *filter,
                                 const struct questionnaire *questionnaire, struct arena *arena);

/* Whether anybody can be asked a question. */
bool lint_filter_reached(struct lint_filter *filter, size_t question);

/* Whether anybody gets there by this code of its filter. */
bool lint_filter_reached_by(struct lint_filter *filter, size_t question, int code);

/* The id of the question that its filter looks at, when nobody is asked that one; else NULL. */
const char *lint_filter_behind(struct lint_filter *filter, size_t question);

/* Whether its filter holds for every answer that can be given. */
bool lint_filter_always(const struct lint_filter *filter, size_t question);

#endif
