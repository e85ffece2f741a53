/* A parent's comment: what is found in it, masked, marked by a reviewer and shown. The first byte
 * chooses the words that are marked. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "survey/comment.h"

static struct personal_finder *finder;

static const struct mask_words words = {.cpr = "[cpr-nummer]",
                                        .phone = "[telefonnummer]",
                                        .email = "[e-mail]",
                                        .marked = "[udeladt]",
                                        .apart = "[holdt tilbage]"};

/* Findings follow each other and end. */
static void check_findings(const char *text) {
  size_t from = 0, start = 0, length = 0, end = strlen(text);
  for (;;) {
    enum personal_kind kind = personal_next(finder, text, from, &start, &length);
    if (kind == PERSONAL_FAULT) {
      fuzz_require(fuzz_starved());
      return;
    }
    if (kind == PERSONAL_NONE) {
      return;
    }
    fuzz_require(start >= from && length > 0 && start + length <= end);
    from = start + length;
  }
}

static bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

/* The last byte of ٠-٩ (D9 A0-A9) and ۰-۹ (DB B0-B9), or what could be one: no number begins behind
 * a digit, in whatever script. */
static bool ends_digit(char byte) {
  unsigned char last = (unsigned char)byte;
  return is_digit(byte) || (last >= 0xa0 && last <= 0xb9);
}

static bool begins_digit(char byte) {
  unsigned char first = (unsigned char)byte;
  return is_digit(byte) || first == 0xd9 || first == 0xdb;
}

static int two(const char *at) {
  return (at[0] - '0') * 10 + at[1] - '0';
}

/* A CPR number as most people write it, found without the patterns of personal.c. */
static bool has_plain_cpr(const char *text) {
  for (const char *at = text; *at != '\0'; at++) {
    size_t digits = 0;
    while (digits < 6 && is_digit(at[digits])) {
      digits++;
    }
    if (digits < 6 || (at > text && ends_digit(at[-1]))) {
      continue;
    }
    const char *rest = at + 6 + (at[6] == '-');
    bool four = is_digit(rest[0]) && is_digit(rest[1]) && is_digit(rest[2]) && is_digit(rest[3]);
    int day = two(at), month = two(at + 2);
    if (four && !begins_digit(rest[4]) && day >= 1 && day <= 31 && month >= 1 && month <= 12) {
      return true;
    }
  }
  return false;
}

static void check_masked(struct arena *arena, const char *text) {
  long long findings = 0, again = 0;
  const char *masked = mask_text(finder, &words, arena, text, &findings);
  if (masked == NULL) {
    fuzz_require(fuzz_starved());
    return;
  }
  fuzz_require((findings == 0) == (masked == text));
  fuzz_require(!has_plain_cpr(masked));
  const char *twice = mask_text(finder, &words, arena, masked, &again);
  fuzz_require(twice != NULL ? again == 0 && strcmp(masked, twice) == 0 : fuzz_starved());
}

/* The pieces are the whole text, in order. */
static size_t check_pieces(const struct comment *comment) {
  size_t at = 0, words_count = 0;
  for (size_t i = 0; i < comment->count; i++) {
    fuzz_require(comment->pieces[i].start == at && comment->pieces[i].length > 0);
    at += comment->pieces[i].length;
    words_count += comment->pieces[i].kind == COMMENT_WORD;
  }
  fuzz_require(at == strlen(comment->text));
  return words_count;
}

static void mark_some(struct comment *comment, uint8_t chosen, size_t count) {
  for (size_t i = 0; i < 8; i++) {
    if ((chosen >> i & 1) != 0) {
      fuzz_require(comment_mark_word(comment, i + 1) == (i < count));
    }
  }
}

static void check_marked(struct arena *arena, const char *text, uint8_t chosen) {
  struct comment comment, back;
  size_t start, length;
  if (!comment_split(finder, arena, text, &comment)) {
    fuzz_require(fuzz_starved());
    return;
  }
  mark_some(&comment, chosen, check_pieces(&comment));
  const char *marks = comment_marks(&comment, arena);
  const char *shown = comment_shown(&comment, &words, arena);
  bool split = comment_split(finder, arena, text, &back);
  if (marks == NULL || shown == NULL || !split || !comment_mark(&back, marks)) {
    fuzz_require(fuzz_starved());
    return;
  }
  for (size_t i = 0; i < comment.count; i++) {
    fuzz_require(comment.pieces[i].marked == back.pieces[i].marked);
  }
  /* A sum without its "kr.", if that is marked, looks like a phone number. */
  enum personal_kind left =
      strcmp(marks, "[]") == 0 ? personal_find(finder, shown, &start, &length) : PERSONAL_NONE;
  fuzz_require(left == PERSONAL_NONE || (left == PERSONAL_FAULT && fuzz_starved()));
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  finder = personal_new();
  fuzz_require(finder != NULL);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) {
    return 0;
  }
  struct arena *arena = arena_new(0);
  char *text = fuzz_string(data + 1, size - 1);
  if (arena != NULL && text != NULL) {
    check_findings(text);
    check_masked(arena, text);
    check_marked(arena, text, data[0]);
  }
  free(text);
  arena_free(arena);
  return 0;
}
