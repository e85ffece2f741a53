/* base32: Crockford's base 32.
 *
 * Source: Douglas Crockford, "Base 32" (crockford.com/base32.html): digits
 * 0-9 A-H J K M N P-T V-Z; when read, I and L are 1, O is 0, case and hyphens
 * do not matter. */
#ifndef HJEMSVAR_BASE_BASE32_H
#define HJEMSVAR_BASE_BASE32_H

#include "base/base.h"

/* The digit of a value 0-31. */
char base32_digit(unsigned value);

/* The value of a digit, 0-31, or -1 when it is none (also for '-'). */
int base32_value(char digit);

/* Writes size bytes as ceil(size * 8 / 5) digits and a NUL, most significant
 * bit first, the last digit filled up with zero bits. out has room for them. */
void base32_encode(const unsigned char *bytes, size_t size, char *out);

/* Reads exactly size bytes from text; hyphens are skipped. False when a
 * character is no digit, there are too many or too few digits, or the fill
 * bits are not zero. */
must_check bool base32_decode(const char *text, unsigned char *bytes, size_t size);

#endif
