/* sentence: what the checks of quality found, in the reader's words.
 *
 * The words are those of templates/console_words, so that page and command line say the same. A
 * word that counts comes in three forms: KEY_0, KEY_1 and KEY_many with {n}. */
#ifndef HJEMSVAR_OUTPUT_SENTENCE_H
#define HJEMSVAR_OUTPUT_SENTENCE_H

#include "base/words.h"
#include "survey/reason.h"

/* A reason, without a capital or a full stop; a question is named by its number. A string of the
 * arena; "" when memory is out. */
const char *sentence_of_reason(struct arena *arena, const json_t *words,
                               const struct questionnaire *questionnaire,
                               const struct linkage_reason *reason);

#endif
