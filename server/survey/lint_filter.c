#include "survey/lint_filter.h"

#include "survey/definition.h"

struct lint_answers {
  bool possible[DEFINITION_CODE_MAX + 1]; /* by code */
};

bool lint_filter_init(struct lint_filter *filter, const struct questionnaire *questionnaire,
                      struct arena *arena) {
  filter->questionnaire = questionnaire;
  filter->left = arena_array(arena, questionnaire->questions_count, sizeof *filter->left);
  return filter->left != NULL;
}

static bool holds(const struct filter *filter, int code) {
  for (size_t i = 0; i < filter->codes_count; i++) {
    if (filter->codes[i] == code) {
      return true;
    }
  }
  return false;
}

static void start(struct lint_filter *filter) {
  for (size_t i = 0; i < filter->questionnaire->questions_count; i++) {
    const struct question *question = &filter->questionnaire->questions[i];
    for (int code = 0; code <= DEFINITION_CODE_MAX; code++) {
      filter->left[i].possible[code] =
          question->kind != QUESTION_TEXT && definition_has_code(question, code);
    }
  }
}

/* What must have been answered before a question, back to the beginning: each step leads to an
 * earlier section. */
static void narrow(struct lint_filter *filter, int index) {
  while (index >= 0) {
    const struct question *question = &filter->questionnaire->questions[index];
    if (question->each >= 0) {
      filter->left[question->each].possible[0] = false;
      narrow(filter, question->each);
    }
    int other = question->filter.question;
    for (int code = 0; other >= 0 && code <= DEFINITION_CODE_MAX; code++) {
      bool *possible = &filter->left[other].possible[code];
      *possible = *possible && holds(&question->filter, code);
    }
    index = other;
  }
}

static bool has_left(const struct lint_answers *answers) {
  for (int code = 0; code <= DEFINITION_CODE_MAX; code++) {
    if (answers->possible[code]) {
      return true;
    }
  }
  return false;
}

static bool any_left(const struct lint_filter *filter) {
  for (size_t i = 0; i < filter->questionnaire->questions_count; i++) {
    if (filter->questionnaire->questions[i].kind != QUESTION_TEXT && !has_left(&filter->left[i])) {
      return false;
    }
  }
  return true;
}

bool lint_filter_reached(struct lint_filter *filter, size_t question) {
  start(filter);
  narrow(filter, (int)question);
  return any_left(filter);
}

bool lint_filter_reached_by(struct lint_filter *filter, size_t question, int code) {
  int other = filter->questionnaire->questions[question].filter.question;
  start(filter);
  narrow(filter, (int)question);
  bool possible = filter->left[other].possible[code];
  filter->left[other] = (struct lint_answers){0};
  filter->left[other].possible[code] = possible;
  return any_left(filter);
}

const char *lint_filter_behind(struct lint_filter *filter, size_t question) {
  int other = filter->questionnaire->questions[question].filter.question;
  if (other < 0 || lint_filter_reached(filter, (size_t)other)) {
    return NULL;
  }
  return filter->questionnaire->questions[other].id;
}

bool lint_filter_always(const struct lint_filter *filter, size_t question) {
  const struct filter *own = &filter->questionnaire->questions[question].filter;
  const struct question *other = &filter->questionnaire->questions[own->question];
  for (int code = 0; code <= DEFINITION_CODE_MAX; code++) {
    if (definition_has_code(other, code) && !holds(own, code)) {
      return false;
    }
  }
  return true;
}
