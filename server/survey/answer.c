#include "survey/answer.h"

#include <string.h>

#include "base/utf8.h"
#include "survey/casenumber.h"
#include "survey/routing.h"

struct answer *answer_new(const struct questionnaire *questionnaire, struct arena *arena) {
  struct answer *answer = arena_alloc(arena, sizeof *answer);
  if (answer == NULL) {
    return NULL;
  }
  *answer =
      (struct answer){.questionnaire = questionnaire,
                      .arena = arena,
                      .codes = arena_array(arena, questionnaire->fields_count, sizeof(int)),
                      .texts = arena_array(arena, questionnaire->fields_count, sizeof(char *))};
  if (answer->codes == NULL || answer->texts == NULL) {
    return NULL;
  }
  for (size_t i = 0; i < questionnaire->fields_count; i++) {
    answer->codes[i] = ANSWER_NONE;
  }
  return answer;
}

/* The limit of a text field in code points. */
static int text_limit(const struct questionnaire *questionnaire, int field) {
  const struct field *asked = &questionnaire->fields[field];
  const struct question *question = &questionnaire->questions[asked->question];
  if (asked->kind == FIELD_DESCRIBE) {
    return question->choices[asked->choice].describe_max;
  }
  return question->max_length;
}

static bool code_fits(const struct questionnaire *questionnaire, int field, int code) {
  const struct question *question =
      &questionnaire->questions[questionnaire->fields[field].question];
  if (question->kind != QUESTION_CHOICE) {
    return code >= question->min && code <= question->max;
  }
  for (size_t i = 0; i < question->choices_count; i++) {
    if (question->choices[i].code == code) {
      return true;
    }
  }
  return false;
}

/* Codes have two digits at most. -1 when the bytes are no plain number. */
static int parse_code(const char *bytes, size_t length) {
  if (length < 1 || length > 2 || (length == 2 && bytes[0] == '0')) {
    return -1;
  }
  int code = 0;
  for (size_t i = 0; i < length; i++) {
    if (bytes[i] < '0' || bytes[i] > '9') {
      return -1;
    }
    code = code * 10 + (bytes[i] - '0');
  }
  return code;
}

static bool is_blank(const char *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (bytes[i] == '\0' || strchr(" \t\r\n", bytes[i]) == NULL) {
      return false;
    }
  }
  return true;
}

static enum answer_fault set_code(struct answer *answer, int field, const char *bytes,
                                  size_t length) {
  answer->codes[field] = ANSWER_NONE;
  if (is_blank(bytes, length)) {
    return ANSWER_OK;
  }
  int code = parse_code(bytes, length);
  if (code < 0 || !code_fits(answer->questionnaire, field, code)) {
    return ANSWER_INVALID;
  }
  answer->codes[field] = code;
  return ANSWER_OK;
}

static bool is_case(const struct questionnaire *questionnaire, int field) {
  return questionnaire->fields[field].question == questionnaire->pairs.case_question;
}

static enum answer_fault set_case(struct answer *answer, int field, const char *text) {
  char *number = arena_alloc(answer->arena, CASENUMBER_MAX + 1);
  if (number == NULL) {
    return ANSWER_MEMORY;
  }
  switch (casenumber_read(text, number)) {
  case CASENUMBER_SHAPE:
    return ANSWER_CASE;
  case CASENUMBER_CPR:
    return ANSWER_CPR;
  case CASENUMBER_OK:
    break;
  }
  answer->texts[field] = number;
  return ANSWER_OK;
}

static enum answer_fault set_text(struct answer *answer, int field, const char *bytes,
                                  size_t length) {
  char *text = NULL;
  size_t count = 0;
  answer->texts[field] = NULL;
  switch (utf8_normalise(answer->arena, bytes, length, &text, &count)) {
  case UTF8_INVALID:
    return ANSWER_BYTES;
  case UTF8_MEMORY:
    return ANSWER_MEMORY;
  case UTF8_OK:
    break;
  }
  if (count == 0) {
    return ANSWER_OK;
  }
  if (is_case(answer->questionnaire, field)) {
    enum answer_fault fault = set_case(answer, field, text);
    if (fault != ANSWER_OK) {
      return fault;
    }
  } else {
    answer->texts[field] = text;
  }
  return count > (size_t)text_limit(answer->questionnaire, field) ? ANSWER_LONG : ANSWER_OK;
}

enum answer_fault answer_set(struct answer *answer, int field, const char *bytes, size_t length) {
  if (field < 0 || (size_t)field >= answer->questionnaire->fields_count) {
    return ANSWER_UNKNOWN;
  }
  return questionnaire_is_text(answer->questionnaire, field)
             ? set_text(answer, field, bytes, length)
             : set_code(answer, field, bytes, length);
}

void answer_prune(struct answer *answer) {
  /* What is not asked decides nothing, so one pass is enough in any order. */
  for (size_t i = 0; i < answer->questionnaire->fields_count; i++) {
    bool given = answer->codes[i] != ANSWER_NONE || answer->texts[i] != NULL;
    if (!given || routing_asked(answer, (int)i)) {
      continue;
    }
    answer->codes[i] = ANSWER_NONE;
    answer->texts[i] = NULL;
  }
}

static int count_points(const char *text) {
  int count = 0;
  for (; *text != '\0'; text++) {
    count += ((unsigned char)*text & 0xC0) != 0x80;
  }
  return count;
}

int answer_over(const struct answer *answer, int field) {
  if (answer->texts[field] == NULL) {
    return 0;
  }
  int over = count_points(answer->texts[field]) - text_limit(answer->questionnaire, field);
  return over > 0 ? over : 0;
}

static struct answer_problem check_field(const struct answer *answer, int field) {
  struct answer_problem problem = {.field = field, .fault = ANSWER_OK};
  const struct field *checked = &answer->questionnaire->fields[field];
  int over = answer_over(answer, field);
  if (over > 0) {
    problem = (struct answer_problem){.field = field, .fault = ANSWER_LONG, .over = over};
  } else if (checked->kind == FIELD_VALUE && answer->codes[field] == ANSWER_NONE &&
             answer->texts[field] == NULL &&
             answer->questionnaire->questions[checked->question].needed &&
             routing_asked(answer, field)) {
    problem.fault = ANSWER_MISSING;
  }
  return problem;
}

size_t answer_check(const struct answer *answer, struct answer_problem *problems, size_t most) {
  size_t count = 0;
  for (size_t i = 0; i < answer->questionnaire->fields_count; i++) {
    struct answer_problem problem = check_field(answer, (int)i);
    if (problem.fault == ANSWER_OK) {
      continue;
    }
    if (count < most) {
      problems[count] = problem;
    }
    count++;
  }
  return count;
}
