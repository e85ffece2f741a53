#include <stdio.h>
#include <string.h>

#include "survey/column.h"
#include "survey/routing.h"

/* A row being read, column by column: what a question's asking depends on always
 * stands to its left. */
struct row {
  struct answer *answer;
  const struct column_list *columns;
  const char *const *cells;
  struct answer_problem *problems;
  size_t most;
  size_t count;
  /* Per field: its value is unknown because of a fault. What hangs on it is not
   * judged, so that one mistyped number of children is one problem. */
  bool faulty[QUESTIONNAIRE_FIELDS_MAX];
};

static void add_problem(struct row *row, size_t column, enum answer_fault fault) {
  int field = row->columns->items[column].field;
  int over = fault == ANSWER_LONG ? answer_over(row->answer, field) : 0;
  if (row->count < row->most) {
    row->problems[row->count] =
        (struct answer_problem){.field = (int)column, .fault = fault, .over = over};
  }
  row->count++;
  if (fault != ANSWER_UNASKED) {
    row->faulty[field] = true;
  }
}

static const char *cell_of(const struct row *row, size_t column) {
  const char *cell = row->cells[column];
  return cell == NULL || cell[strspn(cell, " \t\r\n")] == '\0' ? NULL : cell;
}

static bool says_unanswered(const struct row *row, int field, const char *cell) {
  char code[16];
  snprintf(code, sizeof code, "%d", column_unanswered(row->answer->questionnaire, field));
  return strcmp(cell, code) == 0;
}

static bool has_value(const struct answer *answer, int field) {
  return answer->codes[field] != ANSWER_NONE || answer->texts[field] != NULL;
}

/* Tells whether a fault further left leaves open whether a field is asked. */
static bool in_doubt(const struct row *row, const struct field *field) {
  const struct questionnaire *questionnaire = row->answer->questionnaire;
  const struct question *question = &questionnaire->questions[field->question];
  if (field->kind != FIELD_VALUE &&
      row->faulty[questionnaire_value(questionnaire, field->question, field->child)]) {
    return true;
  }
  if (question->each >= 0 && row->faulty[questionnaire_value(questionnaire, question->each, 0)]) {
    return true;
  }
  return question->filter.question >= 0 &&
         row->faulty[questionnaire_value(questionnaire, question->filter.question, field->child)];
}

static void read_asked(struct row *row, size_t column, const char *cell) {
  struct answer *answer = row->answer;
  int index = row->columns->items[column].field;
  const struct field *field = &answer->questionnaire->fields[index];
  bool coded = !questionnaire_is_text(answer->questionnaire, index);
  enum answer_fault fault = ANSWER_OK;
  if (cell != NULL && !(coded && says_unanswered(row, index, cell))) {
    fault = answer_set(answer, index, cell, strlen(cell));
  }
  if (fault == ANSWER_OK && field->kind == FIELD_VALUE && !has_value(answer, index) &&
      answer->questionnaire->questions[field->question].needed) {
    fault = ANSWER_MISSING;
  }
  if (fault != ANSWER_OK) {
    add_problem(row, column, fault);
  }
}

static void read_value(struct row *row, size_t column) {
  int index = row->columns->items[column].field;
  const struct field *field = &row->answer->questionnaire->fields[index];
  const char *cell = cell_of(row, column);
  if (in_doubt(row, field)) {
    row->faulty[index] = true;
  } else if (routing_asked(row->answer, index)) {
    read_asked(row, column, cell);
  } else if (cell != NULL) {
    add_problem(row, column, ANSWER_UNASKED);
  }
}

/* Reads what a scale was answered at first; whether it was asked back at all is
 * said by the check column, which comes next. */
static void read_first(struct row *row, size_t column) {
  int index = row->columns->items[column].field;
  int scale = index - 1;
  const char *cell = cell_of(row, column);
  enum answer_fault fault = ANSWER_OK;
  if (in_doubt(row, &row->answer->questionnaire->fields[index])) {
    row->faulty[index] = true;
  } else if (cell == NULL) {
    return;
  } else if (!routing_asked(row->answer, scale)) {
    fault = ANSWER_UNASKED;
  } else if (row->answer->codes[scale] == ANSWER_NONE) {
    fault = says_unanswered(row, index, cell) ? ANSWER_OK : ANSWER_INVALID;
  } else {
    fault = answer_set(row->answer, index, cell, strlen(cell));
  }
  if (fault != ANSWER_OK) {
    add_problem(row, column, fault);
  }
}

/* Takes away the first answer when nothing was asked back; false when check,
 * first and scale contradict each other. */
static bool settle_first(struct answer *answer, int first, const char *check) {
  int before = answer->codes[first];
  int now = answer->codes[first - 1];
  if (check == NULL || strcmp(check, "0") == 0) {
    answer->codes[first] = ANSWER_NONE;
    return before == ANSWER_NONE || before == now;
  }
  if (strcmp(check, "1") == 0) {
    return now != ANSWER_NONE && before == now;
  }
  if (strcmp(check, "2") == 0) {
    return now != ANSWER_NONE && before != ANSWER_NONE && before != now;
  }
  return false;
}

static void read_check(struct row *row, size_t column) {
  int first = row->columns->items[column].field;
  const char *cell = cell_of(row, column);
  enum answer_fault fault = ANSWER_OK;
  if (row->faulty[first]) {
    row->answer->codes[first] = ANSWER_NONE;
  } else if (!routing_asked(row->answer, first - 1)) {
    fault = cell == NULL ? ANSWER_OK : ANSWER_UNASKED;
  } else if (!settle_first(row->answer, first, cell)) {
    fault = ANSWER_INVALID;
  }
  if (fault != ANSWER_OK) {
    add_problem(row, column, fault);
  }
  if (fault == ANSWER_INVALID) {
    row->answer->codes[first] = ANSWER_NONE;
  }
}

size_t column_read(struct answer *answer, const struct column_list *columns,
                   const char *const *cells, struct answer_problem *problems, size_t most) {
  struct row row = {
      .answer = answer, .columns = columns, .cells = cells, .problems = problems, .most = most};
  for (size_t i = 0; i < columns->count; i++) {
    const struct column *column = &columns->items[i];
    if (column->kind == COLUMN_CHECK) {
      read_check(&row, i);
    } else if (answer->questionnaire->fields[column->field].kind == FIELD_FIRST) {
      read_first(&row, i);
    } else {
      read_value(&row, i);
    }
  }
  return row.count;
}
