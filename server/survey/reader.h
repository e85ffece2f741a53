/* reader: reads values out of a JSON file and complains of what is wrong.
 *
 * Private to survey/: the definition of a questionnaire and its translations
 * are read through it. A spot is a value together with its JSON path; every
 * function takes one that may be missing (value NULL), complains at its path,
 * and goes on, so that all faults are found in one go. */
#ifndef HJEMSVAR_SURVEY_READER_H
#define HJEMSVAR_SURVEY_READER_H

#include <jansson.h>

#include "survey/questionnaire.h"

struct reader {
  const char *json; /* the file's text, for lines */
  struct arena *arena;
  struct complaints *complaints;
  size_t before;   /* complaints that were there before this file */
  bool memory_out; /* an allocation failed; what was read is worthless */
};

struct spot {
  json_t *value;    /* borrowed; NULL: not there */
  const char *path; /* of the arena */
};

/* Starts reading. */
void reader_init(struct reader *reader, const char *json, struct arena *arena,
                 struct complaints *complaints);

/* Parses the text; a byte order mark is skipped. NULL with a complaint. The
 * caller owns the result. */
must_check json_t *reader_parse(struct reader *reader);

/* Tells whether nothing was wrong so far. */
bool reader_clean(const struct reader *reader);

/* Sorts this file's complaints by line, complains of memory if it is out, and
 * tells whether nothing was wrong. */
must_check bool reader_finish(struct reader *reader);

/* Complains at a path; after a hundred complaints it is silent. */
void reader_complain(struct reader *reader, const char *path, const char *format, ...)
    printf_like(3, 4);

/* Zeroed memory and printed strings of the arena; NULL sets memory_out. */
must_check void *reader_array(struct reader *reader, size_t count, size_t size);
must_check char *reader_printf(struct reader *reader, const char *format, ...) printf_like(2, 3);
must_check const char *reader_string(struct reader *reader, const char *string);

/* Checks that the spot is an object and holds no keys but the NULL-ended known
 * ones. what names such an object: "a question of kind text". */
must_check bool reader_object(struct reader *reader, struct spot spot, const char *what,
                              const char *const *known);

/* A member or an element; the result's value is NULL when there is none. */
struct spot reader_member(struct reader *reader, struct spot spot, const char *key);
struct spot reader_item(struct reader *reader, struct spot spot, size_t index);

/* The length of a list; 0 with a complaint when it is none or has fewer than
 * least elements. A missing list is a complaint only when least > 0. */
size_t reader_list(struct reader *reader, struct spot spot, size_t least);

/* A string that is there; NULL with a complaint. */
must_check const char *reader_text(struct reader *reader, struct spot spot);

/* A string of [a-z][a-z0-9_]{0,31}, with '-' too if dashes. NULL with a
 * complaint. */
must_check const char *reader_name(struct reader *reader, struct spot spot, bool dashes);

/* A BCP 47 language tag: "da", "pt-BR". NULL with a complaint. */
must_check const char *reader_language(struct reader *reader, struct spot spot);

/* An integer from min to max; min with a complaint. */
int reader_integer(struct reader *reader, struct spot spot, int min, int max);

/* A boolean; otherwise when it is missing. */
bool reader_boolean(struct reader *reader, struct spot spot, bool otherwise);

/* A text that respondents read: not empty, without control characters. NULL
 * with a complaint. */
must_check const char *reader_words_text(struct reader *reader, struct spot spot);

/* {"source": "…"} or {"ours": "…"}. Without text when it is missing or wrong. */
struct words reader_words(struct reader *reader, struct spot spot, const char *id);

/* The next {placeholder} at or after *text: its length with the braces, and
 * *text moved to its beginning; 0 when there is none. */
size_t reader_placeholder(const char **text);

#endif
