#include "survey/definition.h"

#include <string.h>

#include "survey/nearest.h"

static const struct comparison {
  const char *name;
  const char *needs; /* what a question must be for it */
} comparisons[] = {
    [COMPARE_RESPONDENT] = {"respondent", "a choice that does not repeat"},
    [COMPARE_HOUSEHOLD] = {"household", "a choice, count or scale"},
    [COMPARE_OPINION] = {"opinion", "a choice or scale"},
    [COMPARE_WORDS] = {"words", "a free text"},
};

static bool fits(const struct question *question, enum question_compare compare) {
  switch (compare) {
  case COMPARE_NONE:
    return true;
  case COMPARE_RESPONDENT:
    return question->kind == QUESTION_CHOICE && question->each < 0;
  case COMPARE_HOUSEHOLD:
    return question->kind != QUESTION_TEXT;
  case COMPARE_OPINION:
    return question->kind == QUESTION_CHOICE || question->kind == QUESTION_SCALE;
  case COMPARE_WORDS:
    return question->kind == QUESTION_TEXT;
  }
  return false;
}

static void read_as(struct definition *definition, struct spot spot, struct question *question) {
  struct reader *reader = definition->reader;
  const char *name = reader_text(reader, spot);
  if (name == NULL) {
    return;
  }
  struct nearest nearest;
  nearest_init(&nearest, name);
  for (size_t i = COMPARE_RESPONDENT; i < array_length(comparisons); i++) {
    nearest_try(&nearest, comparisons[i].name);
    if (strcmp(comparisons[i].name, name) != 0) {
      continue;
    }
    if (!fits(question, (enum question_compare)i)) {
      reader_complain(reader, spot.path, "this question cannot be compared as \"%s\"; hint: %s can",
                      name, comparisons[i].needs);
      return;
    }
    question->compare = (enum question_compare)i;
    return;
  }
  reader_complain(
      reader, spot.path, "there is no comparison \"%s\"%s", name,
      nearest_hint(reader, &nearest, "; hint: respondent, household, opinion or words"));
}

static void read_code(struct definition *definition, struct spot item,
                      const struct question *question, int *codes, size_t index) {
  struct reader *reader = definition->reader;
  size_t before = reader->complaints->count;
  codes[index] = reader_integer(reader, item, 0, DEFINITION_CODE_MAX);
  if (reader->complaints->count != before) {
    return;
  }
  if (question->choices_count > 0 && !definition_has_code(question, codes[index])) {
    reader_complain(reader, item.path, "this question cannot be answered %d", codes[index]);
  }
  for (size_t i = 0; i < index; i++) {
    if (codes[i] == codes[index]) {
      reader_complain(reader, item.path, "%d stands twice in this list", codes[index]);
      return;
    }
  }
}

static void read_different(struct definition *definition, struct spot spot,
                           struct question *question) {
  struct reader *reader = definition->reader;
  if (spot.value == NULL) {
    return;
  }
  if (question->compare != COMPARE_RESPONDENT) {
    reader_complain(reader, spot.path,
                    "only a respondent has codes of different people; hint: {\"as\": "
                    "\"respondent\", \"different\": [1, 2]}");
    return;
  }
  size_t count = reader_list(reader, spot, 2);
  int *codes = reader_array(reader, count, sizeof *codes);
  for (size_t i = 0; codes != NULL && i < count; i++) {
    read_code(definition, reader_item(reader, spot, i), question, codes, i);
  }
  question->different = codes;
  question->different_count = codes == NULL ? 0 : count;
}

void definition_compare(struct definition *definition, struct spot spot,
                        struct question *question) {
  static const char *const known[] = {"as", "different", NULL};
  struct reader *reader = definition->reader;
  if (spot.value == NULL || !reader_object(reader, spot, "\"compare\"", known)) {
    return;
  }
  size_t before = reader->complaints->count;
  read_as(definition, reader_member(reader, spot, "as"), question);
  if (reader->complaints->count == before) {
    read_different(definition, reader_member(reader, spot, "different"), question);
  }
}
