/* phrases: what a program says in English, as others read it.
 *
 * Checks of definitions and forms speak English to programs and the command line. A file
 * (templates/check_words/da.json) has each sentence in another language, found by the English one
 * with holes: {"code <code> stands twice in this list": "koden <code> står to gange i listen"}.
 * Pure but for the file. */
#ifndef HJEMSVAR_BASE_PHRASES_H
#define HJEMSVAR_BASE_PHRASES_H

#include <jansson.h>

#include "base/arena.h"

/* A sentence and, apart from it, how to mend what it tells. */
struct phrase {
  const char *text;
  const char *hint; /* NULL: none */
};

/* Loads a file, a JSON object of strings: English to another language. A hole of the latter must be
 * one of the former. NULL and a message of the arena when it is not so. The caller's. */
must_check json_t *phrases_load(const char *path, struct arena *arena, const char **message);

/* A sentence in the language of phrases; what stands in its holes is translated, too, when it is a
 * phrase itself and not in quotation marks. The first pattern of the file that fits counts; text
 * itself when none does, it has more than 2,000 bytes, or memory is out. phrases may be NULL. */
const char *phrases_say(const json_t *phrases, struct arena *arena, const char *text);

/* The same for "what is wrong; hint: how to mend it", each part for itself. */
struct phrase phrases_split(const json_t *phrases, struct arena *arena, const char *text);

#endif
