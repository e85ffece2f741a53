#include "support.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "survey/routing.h"

char *support_read(struct arena *arena, const char *path) {
  char *text = questionnaire_read(path, arena);
  cr_assert_not_null(text, "cannot read %s", path);
  return text;
}

const char *support_complaints(struct arena *arena, const struct complaints *complaints) {
  const char *all = "";
  for (size_t i = 0; i < complaints->count; i++) {
    const struct complaint *item = &complaints->items[i];
    all = arena_printf(arena, "%s%d %s: %s\n", all, item->line, item->path, item->message);
    cr_assert_not_null(all);
  }
  return all;
}

const struct questionnaire *support_load(struct arena *arena, const char *path) {
  struct complaints complaints = {.count = 0};
  const struct questionnaire *questionnaire =
      questionnaire_load(support_read(arena, path), arena, &complaints);
  cr_assert_not_null(questionnaire, "%s:\n%s", path, support_complaints(arena, &complaints));
  cr_assert_eq(complaints.count, 0);
  return questionnaire;
}

int support_field(const struct questionnaire *questionnaire, const char *name) {
  int field = questionnaire_field(questionnaire, name);
  cr_assert_geq(field, 0, "no field %s", name);
  return field;
}

void support_set(struct answer *answer, const char *name, const char *value) {
  int field = support_field(answer->questionnaire, name);
  enum answer_fault fault = answer_set(answer, field, value, strlen(value));
  cr_assert_eq(fault, ANSWER_OK, "%s=%s: fault %d", name, value, (int)fault);
}

struct answer *support_answer(const struct questionnaire *questionnaire, struct arena *arena,
                              const char *values) {
  struct answer *answer = answer_new(questionnaire, arena);
  cr_assert_not_null(answer);
  while (*values != '\0') {
    size_t length = strcspn(values, " ");
    size_t name = strcspn(values, "=");
    cr_assert_lt(name, length, "%s", values);
    char *field = arena_copy(arena, values, name);
    char *value = arena_copy(arena, values + name + 1, length - name - 1);
    cr_assert(field != NULL && value != NULL);
    support_set(answer, field, value);
    values += length + strspn(values + length, " ");
  }
  return answer;
}

unsigned support_draw(uint64_t *seed, unsigned limit) {
  uint64_t mixed = *seed += 0x9E3779B97F4A7C15u;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
  return (unsigned)((mixed ^ (mixed >> 31)) % limit);
}

static void draw_text(struct answer *answer, int field, int limit, uint64_t *seed) {
  static const char *const pieces[] = {"å", "e", "7", "9", "\"", "\\", "\n", "\t", ";",
                                       ",", "=", "'", "👶", "é",  " ",  "<",  "ع",  "e\u0301"};
  struct text text;
  text_init(&text);
  unsigned pieces_max = limit < 30 ? (unsigned)limit : 30;
  /* A piece may have two code points before it is normalised. */
  for (unsigned i = support_draw(seed, pieces_max / 2 + 1); i > 0; i--) {
    text_add(&text, pieces[support_draw(seed, array_length(pieces))]);
  }
  if (text.length > 0) {
    cr_assert_eq(answer_set(answer, field, text.data, text.length), ANSWER_OK);
  }
  text_clear(&text);
}

static void draw_number(struct answer *answer, int field, uint64_t *seed) {
  const struct question *question =
      &answer->questionnaire->questions[answer->questionnaire->fields[field].question];
  int code =
      question->kind == QUESTION_CHOICE
          ? question->choices[support_draw(seed, (unsigned)question->choices_count)].code
          : question->min + (int)support_draw(seed, (unsigned)(question->max - question->min + 1));
  char digits[16];
  int length = snprintf(digits, sizeof(digits), "%d", code);
  cr_assert_eq(answer_set(answer, field, digits, (size_t)length), ANSWER_OK);
}

static void draw_field(struct answer *answer, int field, uint64_t *seed) {
  const struct field *drawn = &answer->questionnaire->fields[field];
  const struct question *question = &answer->questionnaire->questions[drawn->question];
  if (!questionnaire_is_text(answer->questionnaire, field)) {
    draw_number(answer, field, seed);
  } else if (drawn->kind == FIELD_DESCRIBE) {
    draw_text(answer, field, question->choices[drawn->choice].describe_max, seed);
  } else {
    draw_text(answer, field, question->max_length, seed);
  }
  if (question->needed && question->kind == QUESTION_TEXT && answer->texts[field] == NULL) {
    cr_assert_eq(answer_set(answer, field, "x", 1), ANSWER_OK);
  }
}

struct answer *support_random_answer(const struct questionnaire *questionnaire, struct arena *arena,
                                     uint64_t *seed) {
  struct answer *answer = answer_new(questionnaire, arena);
  cr_assert_not_null(answer);
  for (size_t i = 0; i < questionnaire->fields_count; i++) {
    const struct question *question = &questionnaire->questions[questionnaire->fields[i].question];
    bool needed = question->needed && questionnaire->fields[i].kind == FIELD_VALUE;
    if (routing_asked(answer, (int)i) && (needed || support_draw(seed, 4) > 0)) {
      draw_field(answer, (int)i, seed);
    }
  }
  return answer;
}
