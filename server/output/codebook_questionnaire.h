/* codebook_questionnaire: what the variables of a questionnaire will be, before there is any
 * answer. */
#ifndef HJEMSVAR_OUTPUT_CODEBOOK_QUESTIONNAIRE_H
#define HJEMSVAR_OUTPUT_CODEBOOK_QUESTIONNAIRE_H

#include "base/text.h"
#include "survey/questionnaire.h"

/* Adds DDI-Codebook 2.5 as an export has it, without files, counts and dates; words are
 * templates/export/words. False when memory is out. */
must_check bool codebook_questionnaire_ddi(const struct questionnaire *questionnaire,
                                           const json_t *words, struct text *out);

#endif
