#include "output/sentence.h"

enum { HOUR = 60, TWO_HOURS = 120, DAY = 24 * HOUR, TWO_DAYS = 2 * DAY };

/* The form of a counting word. */
static const char *counted(struct arena *arena, const json_t *words, const char *key, long long n) {
  const char *form = n == 0 ? "0" : n == 1 ? "1" : "many";
  const char *whole = arena_printf(arena, "%s_%s", key, form);
  const char *number = arena_printf(arena, "%lld", n);
  return whole == NULL || number == NULL
             ? ""
             : words_fill(arena, words_get(words, whole), "n", number, NULL);
}

/* Minutes as people count them. */
static const char *of_gap(struct arena *arena, const json_t *words, int64_t minutes) {
  if (minutes < TWO_HOURS) {
    return counted(arena, words, "reason_gap", minutes);
  }
  bool days = minutes >= TWO_DAYS;
  const char *number = arena_printf(arena, "%lld", (long long)(minutes / (days ? DAY : HOUR)));
  return number == NULL
             ? ""
             : words_fill(arena, words_get(words, days ? "reason_gap_days" : "reason_gap_hours"),
                          "n", number, NULL);
}

/* Whether its word counts. */
static bool counts(enum linkage_reason_kind kind) {
  switch (kind) {
  case LINKAGE_REASON_NETWORK:
  case LINKAGE_REASON_DEVICE:
  case LINKAGE_REASON_SHARED:
  case LINKAGE_REASON_CHILDREN:
  case LINKAGE_REASON_IDENTICAL:
  case LINKAGE_REASON_WORDS:
  case LINKAGE_REASON_LANGUAGE:
    return true;
  case LINKAGE_REASON_GAP:
  case LINKAGE_REASON_RESPONDENT:
  case LINKAGE_REASON_OPINIONS:
  case LINKAGE_REASON_WORDS_NEAR:
  case LINKAGE_REASON_NO_TAGS:
  case LINKAGE_REASON_OTHER_DEVICE:
  case LINKAGE_REASON_OTHER_CHILDREN:
  case LINKAGE_REASON_HOUSEHOLD:
    break;
  }
  return false;
}

const char *sentence_of_reason(struct arena *arena, const json_t *words,
                               const struct questionnaire *questionnaire,
                               const struct linkage_reason *reason) {
  if (reason->kind == LINKAGE_REASON_GAP) {
    return of_gap(arena, words, reason->number);
  }
  const char *key = arena_printf(arena, "reason_%s", reason_name(reason->kind));
  const char *n = arena_printf(arena, "%lld", (long long)reason->number);
  const char *of = arena_printf(arena, "%lld", (long long)reason->of);
  const char *question =
      reason->question < 0
          ? ""
          : arena_printf(arena, "%d", questionnaire->questions[reason->question].number);
  if (key == NULL || n == NULL || of == NULL || question == NULL) {
    return "";
  }
  const char *pattern =
      counts(reason->kind) ? counted(arena, words, key, reason->number) : words_get(words, key);
  return words_fill(arena, pattern, "n", n, "of", of, "question", question, NULL);
}
