/* reason: why two answers look alike, as it is stored.
 *
 * linkage.h gives reasons as numbers; here they get names that last, so that a page or the command
 * line makes a sentence of them in the reader's language (output/sentence.h). */
#ifndef HJEMSVAR_SURVEY_REASON_H
#define HJEMSVAR_SURVEY_REASON_H

#include "survey/linkage.h"

/* "network", "device", … */
const char *reason_name(enum linkage_reason_kind kind);

/* Reasons as an array of {"kind":"words","question":"comment","number":0,"of":0}; question is left
 * out where there is none. NULL when memory is out. */
must_check json_t *reasons_json(const struct questionnaire *questionnaire,
                                const struct linkage_reason *reasons, size_t count);

/* The opposite, at most most; what is unknown is left out. Returns how many were read. */
size_t reasons_read(const struct questionnaire *questionnaire, const char *json,
                    struct linkage_reason *reasons, size_t most);

#endif
