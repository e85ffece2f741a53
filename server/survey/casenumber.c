#include "survey/casenumber.h"

#include <string.h>

enum { CPR_DIGITS = 10, LETTERS_IN_A_ROW = 3 };

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_mark(char c) {
  return c != '\0' && strchr("-/._", c) != NULL;
}

static bool has_shape(const char *text) {
  bool digit = false;
  int letters = 0;
  size_t length = 0;
  for (; text[length] != '\0'; length++) {
    char c = text[length];
    letters = is_letter(c) ? letters + 1 : 0;
    digit = digit || is_digit(c);
    if (length == CASENUMBER_MAX || letters > LETTERS_IN_A_ROW ||
        !(is_digit(c) || is_letter(c) || is_mark(c))) {
      return false;
    }
  }
  return digit;
}

/* Whether the ten digits that begin here, with single marks between, may be a CPR number. */
static bool begins_cpr(const char *text) {
  char digits[CPR_DIGITS];
  size_t count = 0;
  while (count < CPR_DIGITS) {
    if (is_mark(*text) && count > 0 && !is_mark(text[1])) {
      text++;
    }
    if (!is_digit(*text)) {
      return false;
    }
    digits[count++] = *text++;
  }
  int day = (digits[0] - '0') * 10 + digits[1] - '0';
  int month = (digits[2] - '0') * 10 + digits[3] - '0';
  return !is_digit(*text) && day >= 1 && day <= 31 && month >= 1 && month <= 12;
}

static bool holds_cpr(const char *text) {
  for (size_t i = 0; text[i] != '\0'; i++) {
    if (is_digit(text[i]) && (i == 0 || !is_digit(text[i - 1])) && begins_cpr(text + i)) {
      return true;
    }
  }
  return false;
}

enum casenumber_fault casenumber_read(const char *text, char out[CASENUMBER_MAX + 1]) {
  if (holds_cpr(text)) {
    return CASENUMBER_CPR;
  }
  if (!has_shape(text)) {
    return CASENUMBER_SHAPE;
  }
  size_t i = 0;
  for (; text[i] != '\0'; i++) {
    out[i] = (char)(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 'a' + 'A' : text[i]);
  }
  out[i] = '\0';
  return CASENUMBER_OK;
}
