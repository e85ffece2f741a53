/* text: a growing string.
 *
 * Every page, export row and message is put together in one. The first failed
 * allocation makes it `failed`; later additions do nothing, so that a caller
 * checks once, at the end. */
#ifndef HJEMSVAR_BASE_TEXT_H
#define HJEMSVAR_BASE_TEXT_H

#include "base/base.h"

struct text {
  char *data; /* NUL-ended; NULL while empty */
  size_t length;
  size_t capacity;
  bool failed;
};

/* An empty text; nothing is allocated yet. */
void text_init(struct text *text);

/* Frees what the text holds and makes it empty again. */
void text_clear(struct text *text);

/* Empties the text but keeps its memory for reuse. */
void text_reset(struct text *text);

/* Adds a string, length bytes, one byte, or what the format prints. */
void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const char *bytes, size_t length);
void text_add_char(struct text *text, char byte);
void text_addf(struct text *text, const char *format, ...) printf_like(2, 3);

/* Adds a string with & < > " ' escaped for HTML text and quoted attributes. */
void text_add_escaped(struct text *text, const char *string);

/* Gives the string to the caller, who frees it with free(), and empties the
 * text. Returns NULL when the text has failed; never NULL for an empty one. */
must_check char *text_take(struct text *text);

#endif
