#include "output/wording.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *wording_get(const struct wording *wording, const char *key) {
  return words_get(wording->options->in.words, key);
}

bool wording_is_mirrored(const json_t *words) {
  return strcmp(words_get(words, "direction"), "rtl") == 0;
}

/* ---- the date */

/* The month's name out of "januar februar …". */
static const char *month_name(const struct wording *wording, long month) {
  const char *names = wording_get(wording, "months");
  for (long i = 1; i < month; i++) {
    names += strcspn(names, " ");
    names += strspn(names, " ");
  }
  const char *name = arena_copy(wording->arena, names, strcspn(names, " "));
  return name != NULL ? name : "";
}

const char *wording_date(const struct wording *wording) {
  char *end, day[8], year[8];
  long year_number = strtol(wording->options->today, &end, 10);
  long month = *end == '-' ? strtol(end + 1, &end, 10) : 0;
  long day_number = *end == '-' ? strtol(end + 1, &end, 10) : 0;
  (void)snprintf(day, sizeof day, "%ld", day_number % 100);
  (void)snprintf(year, sizeof year, "%ld", year_number % 10000);
  return words_fill(wording->arena, wording_get(wording, "date"), "day", day, "month",
                    month_name(wording, month), "year", year, NULL);
}

/* ---- sentences */

/* A number's groups keep their order among Arabic words: an isolate (UAX #9). */
const char *wording_phone(const struct wording *wording) {
  const char *phone = wording->options->phone;
  if (wording_is_mirrored(wording->options->in.words)) {
    phone = arena_printf(wording->arena, "\xE2\x81\xA6%s\xE2\x81\xA9", phone);
  }
  return words_fill(wording->arena, wording_get(wording, "phone"), "phone",
                    phone != NULL ? phone : "", NULL);
}

const char *wording_controller(const struct wording *wording) {
  if (wording->options->controller[0] == '\0') {
    return "";
  }
  return words_fill(wording->arena, wording_get(wording, "controller"), "controller",
                    wording->options->controller, NULL);
}

static const char *code_uses(const struct wording *wording) {
  char uses[16];
  (void)snprintf(uses, sizeof uses, "%d", wording->options->uses);
  return words_fill(wording->arena, wording_get(wording, "code_uses"), "uses", uses, NULL);
}

static const char *for_each_child(const struct wording *wording) {
  if (wording->options->uses == 0) {
    return wording_get(wording, "child_open");
  }
  const char *text = arena_printf(wording->arena, "%s %s", wording_get(wording, "child_single"),
                                  code_uses(wording));
  return text != NULL ? text : "";
}

const char *wording_both(const struct wording *wording) {
  if (wording->options->per_child) {
    return for_each_child(wording);
  }
  if (wording->options->uses == 0 || wording->options->uses == 2) {
    return wording_get(wording, wording->options->uses == 2 ? "both_single" : "both_open");
  }
  return code_uses(wording);
}

const char *wording_offer(const struct wording *wording, const struct letter_language *offered) {
  const char *line = words_get(offered->words, "language_line");
  if (!offered->draft) {
    return line;
  }
  line = arena_printf(wording->arena, "%s %s", line, wording_get(wording, "draft_mark"));
  return line != NULL ? line : "";
}

/* ---- addresses */

/* A code in groups, "7KQ4-M2V". */
static void group(const char *code, char grouped[WORDING_GROUPED_BYTES]) {
  size_t length = 0;
  for (size_t i = 0; code[i] != '\0' && length + 2 < WORDING_GROUPED_BYTES; i++) {
    if (i > 0 && i % 4 == 0) {
      grouped[length++] = '-';
    }
    grouped[length++] = code[i];
  }
  grouped[length] = '\0';
}

const char *wording_link(const struct wording *wording, const char *code) {
  const char *link = arena_printf(wording->arena, "%s/S/%s", wording->options->public_url, code);
  return link != NULL ? link : "";
}

const char *wording_qr(const struct wording *wording, const char *code) {
  char *link = arena_printf(wording->arena, "%s/S/%s", wording->options->public_url, code);
  for (char *c = link; c != NULL && *c != '\0'; c++) {
    *c = (char)toupper((unsigned char)*c);
  }
  return link != NULL ? link : "";
}

/* People need not type https://; http:// is no browser's first thought. */
static const char *without_scheme(const char *url) {
  return strncmp(url, "https://", 8) == 0 ? url + 8 : url;
}

const char *wording_printed(const struct wording *wording, const char *code) {
  char grouped[WORDING_GROUPED_BYTES];
  group(code, grouped);
  const char *printed = arena_printf(wording->arena, "%s/S/%s",
                                     without_scheme(wording->options->public_url), grouped);
  return printed != NULL ? printed : "";
}

const char *wording_privacy_link(const struct wording *wording) {
  const char *link = arena_printf(wording->arena, "%s/privacy", wording->options->public_url);
  return link != NULL ? link : "";
}

const char *wording_privacy(const struct wording *wording) {
  return words_fill(wording->arena, wording_get(wording, "privacy"), "link",
                    without_scheme(wording_privacy_link(wording)), NULL);
}

/* ---- checks */

static bool is_blank(const char *text) {
  return text[strspn(text, " \t\r\n")] == '\0';
}

enum letter_result wording_check(const struct letter_options *options,
                                 struct letter_trouble *trouble) {
  const char *missing = is_blank(options->contact) ? "contact"
                        : is_blank(options->phone) ? "phone"
                                                   : NULL;
  if (missing == NULL) {
    return LETTER_OK;
  }
  (void)snprintf(trouble->what, sizeof trouble->what, "%s", missing);
  return LETTER_INCOMPLETE;
}

bool letter_words_hash(const json_t *words, unsigned char hash[LETTER_WORDS_HASH_BYTES]) {
  char *text = json_dumps(words, JSON_COMPACT | JSON_SORT_KEYS);
  bool good =
      text != NULL && crypto_generichash(hash, LETTER_WORDS_HASH_BYTES, (const unsigned char *)text,
                                         strlen(text), NULL, 0) == 0;
  free(text);
  return good;
}
