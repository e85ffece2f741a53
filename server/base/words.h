/* words: what pages and letters say in our own words, per language.
 *
 * The words stand in FOLDER/LANGUAGE.json (templates/words, templates/letters), flat
 * files that a translator edits; Danish is the reference that the others must match.
 * What a questionnaire says is not here but in its definition. */
#ifndef HJEMSVAR_BASE_WORDS_H
#define HJEMSVAR_BASE_WORDS_H

#include <jansson.h>

#include "base/arena.h"

struct words_set;

/* Loads all files of a folder. NULL and a message (of the arena) when one is
 * broken, lacks a key, has one too many, or da.json is missing. */
must_check struct words_set *words_set_load(const char *folder, struct arena *arena,
                                            const char **message);
void words_set_free(struct words_set *set);

/* The words of a language, or the Danish ones when there are none: a JSON object
 * of strings, borrowed from the set. Never NULL. */
json_t *words_of(const struct words_set *set, const char *language);

/* Tells whether a language has words of its own. */
bool words_has(const struct words_set *set, const char *language);

/* All languages that have, in order, in the arena; NULL when memory is out. */
must_check const char *const *words_languages(const struct words_set *set, struct arena *arena,
                                              size_t *count);

/* One word by key, never NULL. */
const char *words_get(const json_t *words, const char *key);

/* A word with its {placeholders} filled: pairs of name and value, ended by NULL. A
 * string of the arena; the unfilled word when memory is out. */
const char *words_fill(struct arena *arena, const char *pattern, ...) __attribute__((sentinel));

/* Text of somebody else's, set apart from the writing around it (Unicode Bidirectional
 * Algorithm, isolates), so that a phone number keeps its order in a line that runs from right to
 * left. A string of the arena; the value itself elsewhere, and when memory is out. */
const char *words_isolated(struct arena *arena, bool right_to_left, const char *value);

#endif
