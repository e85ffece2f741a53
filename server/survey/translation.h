/* translation: a questionnaire's words in another language.
 *
 * A translation is a flat JSON file that a non-programmer can edit
 * (templates/translations/bilag8.en.json): which questionnaire and language,
 * the language's own name, its direction, and under "texts" one line for each
 * words id. It never changes codes, order or direction of a scale. */
#ifndef HJEMSVAR_SURVEY_TRANSLATION_H
#define HJEMSVAR_SURVEY_TRANSLATION_H

#include "survey/questionnaire.h"

struct translation {
  const char *questionnaire; /* id of the questionnaire it belongs to */
  const char *language;      /* BCP 47, e.g. "ar" */
  const char *name;          /* in the language itself, e.g. "English" */
  bool right_to_left;
  const char *const *texts; /* parallel to questionnaire->words; never NULL inside */
  unsigned char hash[QUESTIONNAIRE_HASH_BYTES]; /* over its texts, in order of the words */
};

/* Loads a translation of questionnaire from JSON text. Complains of a missing,
 * empty or unknown words id, of a lost or invented {placeholder}, of another
 * questionnaire's file. NULL with complaints when anything is wrong. */
must_check const struct translation *translation_load(const struct questionnaire *questionnaire,
                                                      const char *json, struct arena *arena,
                                                      struct complaints *complaints);

/* The authoritative words as a translation. NULL when memory is out. */
must_check const struct translation *translation_source(const struct questionnaire *questionnaire,
                                                        struct arena *arena);

/* The text of some words (NULL where words->text is NULL). */
const char *translation_text(const struct questionnaire *questionnaire,
                             const struct translation *translation, const struct words *words);

#endif
