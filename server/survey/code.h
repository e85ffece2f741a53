/* code: the letters and digits of a link.
 *
 * Crockford base 32 and a check character within the same 32: Luhn mod 32,
 * factor 2 on the rightmost payload character, the base-32 digits of each
 * product summed, check = -sum mod 32 ("7KQ4M2" gives V). Source: the Luhn mod N
 * algorithm (ISO/IEC 7812-1 for N = 10, generalised). It finds every single
 * mistyped character and nearly every swap of neighbours. */
#ifndef HJEMSVAR_SURVEY_CODE_H
#define HJEMSVAR_SURVEY_CODE_H

#include "base/base.h"

enum {
  CODE_OPEN_CHARACTERS = 7,    /* 6 + 1: an open link */
  CODE_SINGLE_CHARACTERS = 11, /* 10 + 1: a single-use code */
  CODE_MAX = CODE_SINGLE_CHARACTERS
};

enum code_result {
  CODE_OK,
  CODE_MISTYPED /* a character that is no digit, a wrong length or check */
};

/* Reads what a person typed or scanned (case, hyphens, spaces and I L O as in
 * base32.h) into canonical upper case with a NUL. At most 64 bytes are read. */
must_check enum code_result code_parse(const char *typed, char canonical[CODE_MAX + 1]);

/* The check character of a payload of base-32 digits. */
char code_check_character(const char *payload);

/* Draws a random code of characters in all (7 or 11). */
void code_draw(char *canonical, size_t characters);

#endif
