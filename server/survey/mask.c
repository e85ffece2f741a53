#include "survey/mask.h"

#include <string.h>

const char *mask_word(const struct mask_words *words, enum personal_kind kind) {
  switch (kind) {
  case PERSONAL_CPR:
    return words->cpr;
  case PERSONAL_PHONE:
    return words->phone;
  case PERSONAL_EMAIL:
    return words->email;
  case PERSONAL_NONE:
  case PERSONAL_FAULT:
    break;
  }
  return "";
}

/* Adds the text up to its end with each finding replaced. */
static enum personal_kind replace_all(const struct personal_finder *finder,
                                      const struct mask_words *words, const char *text,
                                      struct text *out, long long *findings) {
  size_t from = 0, start = 0, length = 0;
  enum personal_kind kind = personal_next(finder, text, 0, &start, &length);
  while (kind != PERSONAL_NONE && kind != PERSONAL_FAULT) {
    text_add_bytes(out, text + from, start - from);
    text_add(out, mask_word(words, kind));
    from = start + length;
    (*findings)++;
    kind = personal_next(finder, text, from, &start, &length);
  }
  text_add(out, text + from);
  return kind;
}

const char *mask_text(const struct personal_finder *finder, const struct mask_words *words,
                      struct arena *arena, const char *text, long long *findings) {
  size_t start, length;
  enum personal_kind first = personal_find(finder, text, &start, &length);
  if (first == PERSONAL_NONE || first == PERSONAL_FAULT) {
    return first == PERSONAL_NONE ? text : NULL;
  }
  struct text out;
  text_init(&out);
  enum personal_kind last = replace_all(finder, words, text, &out, findings);
  const char *masked =
      out.failed || last == PERSONAL_FAULT ? NULL : arena_copy(arena, out.data, out.length);
  text_clear(&out);
  return masked;
}

/* A case number may look like a phone number, and pairs answers only as it is. */
static bool is_masked(const struct answer *answer, size_t field) {
  const struct questionnaire *questionnaire = answer->questionnaire;
  return answer->texts[field] != NULL &&
         questionnaire->fields[field].question != questionnaire->pairs.case_question;
}

bool mask_answer(const struct personal_finder *finder, const struct mask_words *words,
                 struct answer *answer, long long *findings) {
  for (size_t i = 0; i < answer->questionnaire->fields_count; i++) {
    if (!is_masked(answer, i)) {
      continue;
    }
    answer->texts[i] = mask_text(finder, words, answer->arena, answer->texts[i], findings);
    if (answer->texts[i] == NULL) {
      return false;
    }
  }
  return true;
}
