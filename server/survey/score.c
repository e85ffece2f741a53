#include "survey/score.h"

#include <string.h>

#include "survey/routing.h"

bool score_value_of(const struct score *score, int code, int *value) {
  *value = code;
  for (size_t i = 0; i < score->values_count; i++) {
    if (score->values[i].code == code) {
      *value = score->values[i].value;
      return true;
    }
  }
  return score->values_count == 0;
}

/* ---- items */

static int code_of(const struct answer *answer, int question) {
  return answer->codes[questionnaire_value(answer->questionnaire, question, 0)];
}

static bool was_asked(const struct answer *answer, int question) {
  return routing_asked(answer, (int)questionnaire_value(answer->questionnaire, question, 0));
}

static bool says_nothing(const struct question *question, int code) {
  for (size_t i = 0; i < question->choices_count; i++) {
    if (question->choices[i].code == code) {
      return question->choices[i].dont_know;
    }
  }
  return code == ANSWER_NONE;
}

static bool item_value(const struct answer *answer, const struct score *score,
                       const struct score_item *item, int *value) {
  const struct question *question = &answer->questionnaire->questions[item->question];
  int code = code_of(answer, item->question);
  if (says_nothing(question, code) || !score_value_of(score, code, value)) {
    return false;
  }
  *value = item->reversed ? item->low + item->high - *value : *value;
  return true;
}

static bool is_zero(const struct answer *answer, const struct score *score) {
  for (size_t i = 0; i < score->zero_if_count; i++) {
    const struct filter *filter = &score->zero_if[i];
    for (size_t j = 0; j < filter->codes_count; j++) {
      if (was_asked(answer, filter->question) &&
          code_of(answer, filter->question) == filter->codes[j]) {
        return true;
      }
    }
  }
  return false;
}

static int read_items(const struct answer *answer, const struct score *score) {
  int asked = 0, answered = 0, sum = 0, value;
  if (is_zero(answer, score)) {
    return 0;
  }
  for (size_t i = 0; i < score->items_count; i++) {
    if (was_asked(answer, score->items[i].question)) {
      asked++;
      if (item_value(answer, score, &score->items[i], &value)) {
        answered++;
        sum += value;
      }
    }
  }
  int least = score->least > 0 ? score->least : asked;
  if (answered == 0 || answered < least) {
    return SCORE_UNKNOWN;
  }
  return (2 * sum * asked + answered) / (2 * answered); /* rounded half up; nothing is negative */
}

/* ---- sums */

static int read_sum(const struct answer *answer, const struct score *score) {
  int sum = 0;
  for (size_t i = 0; i < score->of_count; i++) {
    int part = score_read(answer, (size_t)score->of[i]).value;
    if (part == SCORE_UNKNOWN) {
      return SCORE_UNKNOWN;
    }
    sum += part;
  }
  return sum;
}

struct score_reading score_read(const struct answer *answer, size_t index) {
  const struct score *score = &answer->questionnaire->scores[index];
  int value = score->items_count > 0 ? read_items(answer, score) : read_sum(answer, score);
  struct score_reading reading = {.value = value, .sum = value};
  if (score->entered >= 0 && was_asked(answer, score->entered)) {
    int entered = code_of(answer, score->entered);
    reading.value = entered == ANSWER_NONE ? value : entered;
  }
  return reading;
}

bool score_differs(const struct score_reading *reading) {
  return reading->sum != SCORE_UNKNOWN && reading->value != reading->sum;
}

int score_change(const struct score *score, int start, int close) {
  return score->higher_is_better ? close - start : start - close;
}

/* ---- the questionnaire */

const char *score_column(const struct score *score, struct arena *arena) {
  return arena_printf(arena, "score_%s", score->id);
}

int score_find(const struct questionnaire *questionnaire, const char *id) {
  for (size_t i = 0; i < questionnaire->scores_count; i++) {
    if (strcmp(questionnaire->scores[i].id, id) == 0) {
      return (int)i;
    }
  }
  return -1;
}

bool score_has_part(const struct questionnaire *questionnaire, int index, int part) {
  const struct score *score = &questionnaire->scores[index];
  bool found = index == part;
  for (size_t i = 0; i < score->of_count && !found; i++) {
    found = score_has_part(questionnaire, score->of[i], part);
  }
  return found;
}

bool score_feeds(const struct questionnaire *questionnaire, int index, int question) {
  const struct score *score = &questionnaire->scores[index];
  bool found = score->entered == question;
  for (size_t i = 0; i < score->items_count; i++) {
    found = found || score->items[i].question == question;
  }
  for (size_t i = 0; i < score->zero_if_count; i++) {
    found = found || score->zero_if[i].question == question;
  }
  for (size_t i = 0; i < score->of_count && !found; i++) {
    found = score_feeds(questionnaire, score->of[i], question);
  }
  return found;
}

bool score_paired(const struct questionnaire *questionnaire) {
  return questionnaire->scores_count > 0 && questionnaire->pairs.case_question >= 0;
}

bool score_uses(const struct questionnaire *questionnaire, int question) {
  const struct score_norms *norms = &questionnaire->norms;
  const struct pairs *pairs = &questionnaire->pairs;
  if (!score_paired(questionnaire)) {
    return false;
  }
  bool used = question == pairs->case_question || question == pairs->occasion ||
              question == pairs->informant || question == norms->age ||
              question == norms->informant;
  for (size_t i = 0; i < questionnaire->scores_count && !used; i++) {
    used = score_feeds(questionnaire, (int)i, question);
  }
  return used;
}
