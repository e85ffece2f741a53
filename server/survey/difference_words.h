/* difference_words: parts of a question as text that can be compared and read. Private to
 * difference. Strings of the arena, NULL for what is not there (or when memory is out). */
#ifndef HJEMSVAR_SURVEY_DIFFERENCE_WORDS_H
#define HJEMSVAR_SURVEY_DIFFERENCE_WORDS_H

#include "survey/difference.h"

/* "choice", "count", "scale" or "text". */
const char *difference_kind_of(const struct question *question);

/* "only if "daycare" is 1, 2". */
const char *difference_filter(const struct questionnaire *questionnaire,
                              const struct filter *filter, struct arena *arena);

/* "1, 2, 8": the codes in the order of the page. */
const char *difference_codes(const struct question *question, struct arena *arena);

/* "against glad, overall". */
const char *difference_confirm(const struct questionnaire *questionnaire,
                               const struct question *question, struct arena *arena);

/* "respondent, different 1, 2". */
const char *difference_compare(const struct question *question, struct arena *arena);

/* "p3, p8, p7 reversed, least 3, lower is better". */
const char *difference_score(const struct questionnaire *questionnaire, const struct score *score,
                             struct arena *arena);

/* "before earlier, 1-2, 3-4": what of a scale is for the report. */
const char *difference_report(const struct questionnaire *questionnaire,
                              const struct question *question, struct arena *arena);

#endif
