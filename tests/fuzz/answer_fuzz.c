/* A parent's answer, field by field as a form gives it: q1=3&q3=1&… with the values as they are.
 * The first byte chooses the questionnaire. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "fuzz.h"
#include "survey/answer.h"
#include "survey/column.h"
#include "survey/routing.h"

enum { FIELDS_MAX = QUESTIONNAIRE_FIELDS_MAX };

static const struct questionnaire *questionnaires[2];

/* What was taken is in the form that is stored, and taking it once more changes nothing. */
static void check_text(struct answer *answer, int field, enum answer_fault fault) {
  char *text = NULL;
  size_t count;
  const char *stored = answer->texts[field];
  if (stored == NULL) {
    return;
  }
  fuzz_require(stored[0] != '\0' && utf8_valid(stored, strlen(stored)));
  fuzz_require((fault == ANSWER_LONG) == (answer_over(answer, field) > 0));
  enum utf8_result result = utf8_normalise(answer->arena, stored, strlen(stored), &text, &count);
  fuzz_require(result == UTF8_OK || (result == UTF8_MEMORY && fuzz_starved()));
  fuzz_require(result != UTF8_OK || strcmp(text, stored) == 0);
}

static void set(struct answer *answer, int field, const struct fuzz_piece *value) {
  const struct questionnaire *questionnaire = answer->questionnaire;
  enum answer_fault fault = answer_set(answer, field, (const char *)value->data, value->size);
  bool given = answer->codes[field] != ANSWER_NONE || answer->texts[field] != NULL;
  switch (fault) {
  case ANSWER_OK:
    break;
  case ANSWER_LONG:
    fuzz_require(questionnaire_is_text(questionnaire, field));
    break;
  case ANSWER_INVALID:
    fuzz_require(!given && !questionnaire_is_text(questionnaire, field));
    break;
  case ANSWER_CASE:
  case ANSWER_CPR:
    fuzz_require(questionnaire->fields[field].question == questionnaire->pairs.case_question);
    fuzz_require(!given);
    break;
  case ANSWER_BYTES:
    fuzz_require(!given && questionnaire_is_text(questionnaire, field));
    break;
  case ANSWER_MEMORY:
    fuzz_require(!given && fuzz_starved());
    break;
  case ANSWER_UNKNOWN:
  case ANSWER_MISSING:
  case ANSWER_UNASKED:
    fuzz_require(!"a fault that answer_set does not have");
  }
  fuzz_require(answer->codes[field] == ANSWER_NONE || !questionnaire_is_text(questionnaire, field));
  check_text(answer, field, fault);
}

static void read_fields(struct answer *answer, struct fuzz_piece rest) {
  struct fuzz_piece pair, name;
  while (fuzz_next(&rest, '&', &pair)) {
    char key[64];
    if (!fuzz_next(&pair, '=', &name) || pair.data == NULL || name.size >= sizeof key) {
      continue;
    }
    memcpy(key, name.data, name.size);
    key[name.size] = '\0';
    int field = questionnaire_field(answer->questionnaire, key);
    if (field >= 0) {
      set(answer, field, &pair);
    }
  }
}

static bool same_values(const struct answer *one, const struct answer *other) {
  for (size_t i = 0; i < one->questionnaire->fields_count; i++) {
    const char *a = one->texts[i], *b = other->texts[i];
    if (one->codes[i] != other->codes[i] || (a == NULL) != (b == NULL) ||
        (a != NULL && strcmp(a, b) != 0)) {
      return false;
    }
  }
  return true;
}

static void check_pruned(struct answer *answer) {
  for (size_t i = 0; i < answer->questionnaire->fields_count; i++) {
    bool given = answer->codes[i] != ANSWER_NONE || answer->texts[i] != NULL;
    fuzz_require(!given || routing_asked(answer, (int)i));
  }
  int sections = (int)answer->questionnaire->sections_count;
  int at = -1;
  do {
    int next = routing_next(answer, at);
    fuzz_require(next > at && next <= sections);
    fuzz_require(routing_back(answer, next) == at);
    at = next;
  } while (at < sections);
}

/* A row of an export, read back. */
static void check_columns(const struct answer *answer, struct arena *arena) {
  struct column_list columns = column_list_new(answer->questionnaire, arena);
  const char **cells = arena_array(arena, columns.count + 1, sizeof *cells);
  struct answer *back = answer_new(answer->questionnaire, arena);
  struct answer_problem problems[4];
  if (columns.items == NULL || cells == NULL || back == NULL) {
    fuzz_require(fuzz_starved());
    return;
  }
  for (size_t i = 0; i < columns.count; i++) {
    struct cell cell = column_cell(answer, &columns.items[i]);
    cells[i] = cell.has_number ? arena_printf(arena, "%d", cell.number) : cell.text;
  }
  size_t count = column_read(back, &columns, cells, problems, array_length(problems));
  if (!fuzz_starved()) {
    fuzz_require(count == 0);
    fuzz_require(same_values(answer, back));
  }
}

static void check_stored(const struct answer *answer, struct arena *arena) {
  char *json = answer_json(answer);
  if (json == NULL) {
    fuzz_require(fuzz_starved());
    return;
  }
  struct answer *back = answer_from_json(answer->questionnaire, arena, json);
  if (back == NULL) {
    fuzz_require(fuzz_starved());
    return;
  }
  char *again = answer_json(back);
  fuzz_require(same_values(answer, back));
  fuzz_require(again != NULL ? strcmp(json, again) == 0 : fuzz_starved());
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  questionnaires[0] = fuzz_questionnaire(FUZZ_BILAG8);
  questionnaires[1] = fuzz_questionnaire(FUZZ_SIBLINGS);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct answer_problem problems[FIELDS_MAX];
  if (size == 0) {
    return 0;
  }
  struct arena *arena = arena_new(0);
  struct answer *answer = arena == NULL ? NULL : answer_new(questionnaires[data[0] % 2], arena);
  if (answer == NULL) {
    fuzz_require(fuzz_starved());
    arena_free(arena);
    return 0;
  }
  read_fields(answer, (struct fuzz_piece){data + 1, size - 1});
  answer_prune(answer);
  check_pruned(answer);
  size_t count = answer_check(answer, problems, array_length(problems));
  fuzz_require(count <= answer->questionnaire->fields_count);
  if (count == 0) {
    check_stored(answer, arena);
    check_columns(answer, arena);
  }
  arena_free(arena);
  return 0;
}
