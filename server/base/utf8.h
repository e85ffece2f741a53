/* utf8: what people type, brought into one form.
 *
 * Normalisation is Unicode NFC by utf8proc (UAX #15). */
#ifndef HJEMSVAR_BASE_UTF8_H
#define HJEMSVAR_BASE_UTF8_H

#include "base/arena.h"

enum utf8_result {
  UTF8_OK,
  UTF8_INVALID, /* not UTF-8, or a NUL inside */
  UTF8_MEMORY
};

/* Brings typed text into the form that is stored: CRLF and CR become LF,
 * control characters other than LF and TAB are taken out, white space at both
 * ends is trimmed, the rest is NFC. *out is a string of the arena, possibly
 * empty; *count its length in code points. The function is idempotent. */
must_check enum utf8_result utf8_normalise(struct arena *arena, const char *bytes, size_t length,
                                           char **out, size_t *count);

/* Tells whether length bytes are UTF-8 without a NUL. */
must_check bool utf8_valid(const char *bytes, size_t length);

#endif
