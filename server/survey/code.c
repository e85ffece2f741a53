#include "survey/code.h"

#include <string.h>

#include "base/base32.h"
#include "base/crypto.h"

enum { TYPED_MAX_BYTES = 64, BASE = 32, DRAW_MAX_CHARACTERS = CODE_MAX - 1 };

char code_check_character(const char *payload) {
  unsigned sum = 0, factor = 2;
  for (size_t i = strlen(payload); i-- > 0;) {
    unsigned product = (unsigned)base32_value(payload[i]) * factor;
    sum += product / BASE + product % BASE;
    factor = 3 - factor;
  }
  return base32_digit((BASE - sum % BASE) % BASE);
}

/* The digits of what was typed in canonical form; 0 when a character is none or
 * there are too many. */
static size_t read_digits(const char *typed, char canonical[CODE_MAX + 1]) {
  size_t count = 0;
  for (size_t i = 0; typed[i] != '\0'; i++) {
    if (i == TYPED_MAX_BYTES) {
      return 0;
    }
    if (typed[i] == '-' || typed[i] == ' ') {
      continue;
    }
    int value = base32_value(typed[i]);
    if (value < 0 || count == CODE_MAX) {
      return 0;
    }
    canonical[count++] = base32_digit((unsigned)value);
  }
  canonical[count] = '\0';
  return count;
}

enum code_result code_parse(const char *typed, char canonical[CODE_MAX + 1]) {
  char digits[CODE_MAX + 1], payload[CODE_MAX + 1];
  canonical[0] = '\0';
  size_t count = read_digits(typed, digits);
  if (count != CODE_OPEN_CHARACTERS && count != CODE_SINGLE_CHARACTERS) {
    return CODE_MISTYPED;
  }
  memcpy(payload, digits, count - 1);
  payload[count - 1] = '\0';
  if (code_check_character(payload) != digits[count - 1]) {
    return CODE_MISTYPED;
  }
  memcpy(canonical, digits, count + 1);
  return CODE_OK;
}

void code_draw(char *canonical, size_t characters) {
  unsigned char random[DRAW_MAX_CHARACTERS];
  size_t payload = characters - 1;
  crypto_random(random, payload);
  for (size_t i = 0; i < payload; i++) {
    /* 256 is a multiple of 32: every digit is equally likely. */
    canonical[i] = base32_digit(random[i] % BASE);
  }
  canonical[payload] = '\0';
  canonical[payload] = code_check_character(canonical);
  canonical[characters] = '\0';
}
