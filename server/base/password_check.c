#include "base/password.h"

#include <crack.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utf8proc.h>

#include "base/text.h"

enum {
  WORD_LEAST = 4, /* shorter words of a name are in many good passwords */
  REST_LEAST = 8, /* what a password must hold besides a word that is known */
  TYPED_MOST = 4 * PASSWORD_MOST_BYTES
};

/* cracklib keeps its dictionary's state in the process. */
static pthread_mutex_t cracklib = PTHREAD_MUTEX_INITIALIZER;

/* NFKC, or with case folded too; to be freed. NULL when it is no UTF-8. */
static char *map(const char *typed, bool fold) {
  utf8proc_uint8_t *text = NULL;
  utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT;
  if (fold) {
    options |= UTF8PROC_CASEFOLD;
  }
  utf8proc_ssize_t size =
      utf8proc_map((const utf8proc_uint8_t *)typed, (utf8proc_ssize_t)strnlen(typed, TYPED_MOST),
                   &text, options);
  return size < 0 ? NULL : (char *)text;
}

static void drop(char *text) {
  if (text != NULL) {
    sodium_memzero(text, strlen(text));
    free(text);
  }
}

static size_t characters(const char *text) {
  size_t count = 0;
  for (; *text != '\0'; text++) {
    count += ((unsigned char)*text & 0xc0) != 0x80;
  }
  return count;
}

static bool has_control(const char *text) {
  for (; *text != '\0'; text++) {
    if ((unsigned char)*text < ' ' || *text == 0x7f) {
      return true;
    }
  }
  return false;
}

/* ---- what is known of the owner */

/* Takes every occurrence of the word out of the text; tells whether there was one. */
static bool take_out(char *text, const char *word, size_t length) {
  bool found = false;
  char *at = text;
  while (*at != '\0') {
    if (strncmp(at, word, length) == 0) {
      memmove(at, at + length, strlen(at + length) + 1);
      found = true;
    } else {
      at++;
    }
  }
  return found;
}

/* The whole string, then its words. */
static bool take_out_words(char *text, const char *owner) {
  static const char separators[] = " @.-_,+'";
  bool found = strlen(owner) >= WORD_LEAST && take_out(text, owner, strlen(owner));
  while (*owner != '\0') {
    size_t length = strcspn(owner, separators);
    if (length >= WORD_LEAST && take_out(text, owner, length)) {
      found = true;
    }
    owner += length;
    owner += strspn(owner, separators);
  }
  return found;
}

static bool names_owner(const char *folded, const char *const *owner, size_t count) {
  char rest[TYPED_MOST + 1];
  if (strlen(folded) > TYPED_MOST) {
    return false;
  }
  memcpy(rest, folded, strlen(folded) + 1);
  bool found = false;
  for (size_t i = 0; i < count; i++) {
    char *known = owner[i] == NULL ? NULL : map(owner[i], true);
    if (known != NULL && take_out_words(rest, known)) {
      found = true;
    }
    free(known);
  }
  bool named = found && characters(rest) < REST_LEAST;
  sodium_memzero(rest, sizeof rest);
  return named;
}

/* ---- what everybody chooses */

static bool listed(const char *text) {
  (void)pthread_mutex_lock(&cracklib);
  bool found = FascistCheckUser(text, NULL, NULL, NULL) != NULL;
  (void)pthread_mutex_unlock(&cracklib);
  return found;
}

static bool is_letter(char byte) {
  return (byte >= 'a' && byte <= 'z') || ((unsigned char)byte & 0x80) != 0;
}

/* Cuts off the digits and signs that people put before and after a word. */
static void cut_ends(char *text) {
  size_t length = strlen(text), lead = 0;
  while (length > 0 && !is_letter(text[length - 1])) {
    length--;
  }
  while (lead < length && !is_letter(text[lead])) {
    lead++;
  }
  memmove(text, text + lead, length - lead);
  text[length - lead] = '\0';
}

/* Shortens a text that is the same thing several times to the thing. */
static void cut_repeats(char *text) {
  size_t length = strlen(text);
  for (size_t unit = 1; unit <= length / 2; unit++) {
    if (length % unit == 0 && memcmp(text, text + unit, length - unit) == 0) {
      text[unit] = '\0';
      return;
    }
  }
}

/* Puts the letters back that people write as digits and signs. */
static void put_letters(char *text) {
  static const char signs[] = "0134579@$!", letters[] = "oleastgasi";
  for (; *text != '\0'; text++) {
    const char *sign = strchr(signs, *text);
    if (sign != NULL) {
      *text = letters[sign - signs];
    }
  }
}

/* cracklib looks up the whole; a listed word with a year or "123!" after it is as common, and
 * so is one written twice, or as P@ssw0rd. */
static bool common(const char *folded) {
  char core[TYPED_MOST + 1];
  if (listed(folded)) {
    return true;
  }
  memcpy(core, folded, strlen(folded) + 1);
  cut_ends(core);
  cut_repeats(core);
  bool found = characters(core) < REST_LEAST || listed(core);
  put_letters(core);
  found = found || listed(core);
  sodium_memzero(core, sizeof core);
  return found;
}

static bool list_readable(void) {
  struct text path;
  text_init(&path);
  text_addf(&path, "%s.pwd", GetDefaultCracklibDict());
  bool readable = !path.failed && access(path.data, R_OK) == 0;
  text_clear(&path);
  return readable;
}

static enum password_flaw judge(const char *text, const char *folded, const char *const *owner,
                                size_t count) {
  if (strlen(text) > PASSWORD_MOST_BYTES || strlen(folded) > TYPED_MOST) {
    return PASSWORD_LONG;
  }
  if (has_control(text)) {
    return PASSWORD_UNREADABLE;
  }
  if (characters(text) < PASSWORD_LEAST_CHARACTERS) {
    return PASSWORD_SHORT;
  }
  if (names_owner(folded, owner, count)) {
    return PASSWORD_NAMES_YOU;
  }
  if (!list_readable()) {
    return PASSWORD_UNCHECKED;
  }
  return common(folded) ? PASSWORD_COMMON : PASSWORD_FINE;
}

enum password_flaw password_check(const char *password, const char *const *owner, size_t count) {
  if (strnlen(password, TYPED_MOST) == TYPED_MOST) {
    return PASSWORD_LONG;
  }
  char *text = map(password, false), *folded = map(password, true);
  enum password_flaw flaw =
      text == NULL || folded == NULL ? PASSWORD_UNREADABLE : judge(text, folded, owner, count);
  drop(text);
  drop(folded);
  return flaw;
}

const char *password_flaw_name(enum password_flaw flaw) {
  switch (flaw) {
  case PASSWORD_FINE:
    return "fine";
  case PASSWORD_UNREADABLE:
    return "unreadable";
  case PASSWORD_SHORT:
    return "short";
  case PASSWORD_LONG:
    return "long";
  case PASSWORD_NAMES_YOU:
    return "names_you";
  case PASSWORD_COMMON:
    return "common";
  case PASSWORD_UNCHECKED:
    return "unchecked";
  }
  return "";
}
