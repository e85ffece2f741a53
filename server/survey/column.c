#include "survey/column.h"

#include "survey/definition.h"
#include "survey/routing.h"

static const struct question *question_of(const struct questionnaire *questionnaire, int field) {
  return &questionnaire->questions[questionnaire->fields[field].question];
}

static const char *check_name(const struct questionnaire *questionnaire, int field,
                              struct arena *arena) {
  const char *id = question_of(questionnaire, field)->id;
  int child = questionnaire->fields[field].child;
  return child == 0 ? arena_printf(arena, "%s_check", id)
                    : arena_printf(arena, "%s_check_%d", id, child);
}

struct column_list column_list_new(const struct questionnaire *questionnaire, struct arena *arena) {
  struct column_list list = {.items = NULL};
  struct column *items = arena_array(arena, questionnaire->fields_count * 2, sizeof *items);
  if (items == NULL) {
    return list;
  }
  for (size_t i = 0; i < questionnaire->fields_count; i++) {
    const struct field *field = &questionnaire->fields[i];
    items[list.count++] =
        (struct column){.name = field->name, .kind = COLUMN_FIELD, .field = (int)i};
    if (field->kind != FIELD_FIRST) {
      continue;
    }
    const char *name = check_name(questionnaire, (int)i, arena);
    if (name == NULL) {
      return (struct column_list){.items = NULL};
    }
    items[list.count++] = (struct column){.name = name, .kind = COLUMN_CHECK, .field = (int)i};
  }
  list.items = items;
  return list;
}

int column_unanswered(const struct questionnaire *questionnaire, int field) {
  const struct question *question = question_of(questionnaire, field);
  bool taken = question->kind != QUESTION_CHOICE && question->min <= DEFINITION_UNANSWERED &&
               question->max >= DEFINITION_UNANSWERED;
  for (size_t i = 0; i < question->choices_count; i++) {
    taken = taken || question->choices[i].code == DEFINITION_UNANSWERED;
  }
  return taken ? DEFINITION_UNANSWERED_LONG : DEFINITION_UNANSWERED;
}

/* The scale that a FIELD_FIRST field belongs to stands right before it. */
static int scale_of(int first) {
  return first - 1;
}

static struct cell number_cell(int number) {
  return (struct cell){.has_number = true, .number = number};
}

static struct cell check_cell(const struct answer *answer, int first) {
  if (!routing_asked(answer, scale_of(first))) {
    return (struct cell){.has_number = false};
  }
  if (answer->codes[first] == ANSWER_NONE) {
    return number_cell(0);
  }
  return number_cell(answer->codes[first] == answer->codes[scale_of(first)] ? 1 : 2);
}

struct cell column_cell(const struct answer *answer, const struct column *column) {
  const struct questionnaire *questionnaire = answer->questionnaire;
  int field = column->field;
  if (column->kind == COLUMN_CHECK) {
    return check_cell(answer, field);
  }
  bool first = questionnaire->fields[field].kind == FIELD_FIRST;
  if (!routing_asked(answer, first ? scale_of(field) : field)) {
    return (struct cell){.has_number = false};
  }
  if (questionnaire_is_text(questionnaire, field)) {
    return (struct cell){.text = answer->texts[field]};
  }
  int code = answer->codes[field];
  if (first && code == ANSWER_NONE) {
    code = answer->codes[scale_of(field)];
  }
  return number_cell(code == ANSWER_NONE ? column_unanswered(questionnaire, field) : code);
}
