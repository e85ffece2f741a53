/* A questionnaire's definition, and the same bytes as a translation of one that is there. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "fuzz.h"
#include "survey/column.h"
#include "survey/difference.h"
#include "survey/lint.h"
#include "survey/translation.h"

static const struct questionnaire *small;

static void check_complaints(const struct complaints *complaints) {
  for (size_t i = 0; i < complaints->count; i++) {
    const struct complaint *complaint = &complaints->items[i];
    fuzz_require(complaint->line >= 0 && complaint->path != NULL && complaint->message != NULL);
    fuzz_require(utf8_valid(complaint->message, strlen(complaint->message)));
  }
}

static void check_question(const struct questionnaire *questionnaire, size_t index) {
  const struct question *question = &questionnaire->questions[index];
  fuzz_require(question->first_field + question->fields_count <= questionnaire->fields_count);
  fuzz_require(question->filter.question < (int)index && question->each < (int)index);
  fuzz_require(questionnaire_question(questionnaire, question->id) == (int)index);
  fuzz_require(question->section >= 0 && question->section < (int)questionnaire->sections_count);
  fuzz_require(question->kind != QUESTION_CHOICE || question->choices_count > 0);
  fuzz_require(question->min <= question->max);
}

static void check_fields(const struct questionnaire *questionnaire) {
  fuzz_require(questionnaire->fields_count <= QUESTIONNAIRE_FIELDS_MAX);
  for (size_t i = 0; i < questionnaire->fields_count; i++) {
    const struct field *field = &questionnaire->fields[i];
    fuzz_require(questionnaire_field(questionnaire, field->name) == (int)i);
    fuzz_require(strlen(field->name) <= 64);
  }
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    check_question(questionnaire, i);
  }
}

/* What else is made of one that was taken. */
static void check_use(const struct questionnaire *questionnaire, const char *json,
                      struct arena *arena) {
  struct complaints complaints = {0};
  const struct questionnaire *again = questionnaire_load(json, arena, &complaints);
  const struct translation *source = translation_source(questionnaire, arena);
  struct column_list columns = column_list_new(questionnaire, arena);
  if (again == NULL || source == NULL || columns.items == NULL) {
    fuzz_require(fuzz_starved());
    return;
  }
  fuzz_require(memcmp(questionnaire->hash, again->hash, sizeof again->hash) == 0);
  struct lint lint = {0};
  struct difference_list differences = {0};
  lint_definition(&lint, questionnaire, json, arena);
  fuzz_require(!lint.failed || fuzz_starved());
  fuzz_require(difference_find(questionnaire, again, arena, &differences) || fuzz_starved());
  fuzz_require(differences.count == 0 || fuzz_starved());
  for (size_t i = 0; i < questionnaire->words_count; i++) {
    fuzz_require(source->texts[i] != NULL);
    fuzz_require(translation_text(questionnaire, source, questionnaire->words[i]) != NULL);
  }
}

static void check_translation(const char *json, struct arena *arena) {
  struct complaints complaints = {0};
  const struct translation *translation = translation_load(small, json, arena, &complaints);
  fuzz_require((translation == NULL) == (complaints.count > 0) || fuzz_starved());
  check_complaints(&complaints);
  for (size_t i = 0; translation != NULL && i < small->words_count; i++) {
    fuzz_require(translation->texts[i] != NULL && translation->texts[i][0] != '\0');
  }
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  small = fuzz_questionnaire("tests/fixtures/questionnaires/good/small.json");
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct complaints complaints = {0};
  struct arena *arena = arena_new(0);
  char *json = fuzz_string(data, size);
  if (arena == NULL || json == NULL) {
    free(json);
    arena_free(arena);
    return 0;
  }
  const struct questionnaire *questionnaire = questionnaire_load(json, arena, &complaints);
  fuzz_require((questionnaire == NULL) == (complaints.count > 0) || fuzz_starved());
  check_complaints(&complaints);
  if (questionnaire != NULL) {
    check_fields(questionnaire);
    check_use(questionnaire, json, arena);
  }
  check_translation(json, arena);
  free(json);
  arena_free(arena);
  return 0;
}
