#include "survey/confirm.h"

#include "survey/routing.h"

/* The steps at each end of a scale that count as its end. */
enum { END_STEPS = 2 };

enum leaning { NEITHER, POSITIVE, NEGATIVE };

/* Where a code stands among the valid ones, from 0, and how many there are. */
static bool choice_rank(const struct question *question, int code, int *rank, int *count) {
  bool found = false;
  *rank = 0;
  *count = 0;
  for (size_t i = 0; i < question->choices_count; i++) {
    const struct choice *choice = &question->choices[i];
    if (choice->dont_know) {
      continue;
    }
    *count += 1;
    *rank += choice->code < code ? 1 : 0;
    found = found || choice->code == code;
  }
  return found;
}

static enum leaning leaning(const struct question *question, int code) {
  int rank = code - question->min;
  int count = question->max - question->min + 1;
  if (question->kind == QUESTION_CHOICE) {
    if (!choice_rank(question, code, &rank, &count)) {
      return NEITHER;
    }
    rank = count - 1 - rank;
  } else if (question->kind != QUESTION_SCALE || rank < 0 || rank >= count) {
    return NEITHER;
  }
  int doubled = 2 * rank + 1;
  return doubled == count ? NEITHER : doubled > count ? POSITIVE : NEGATIVE;
}

bool confirm_positive(const struct question *question, int code) {
  return leaning(question, code) == POSITIVE;
}

bool confirm_negative(const struct question *question, int code) {
  return leaning(question, code) == NEGATIVE;
}

static bool is_dont_know(const struct question *question, int code) {
  for (size_t i = 0; i < question->choices_count; i++) {
    if (question->choices[i].code == code) {
      return question->choices[i].dont_know;
    }
  }
  return false;
}

static void count_child(const struct answer *answer, int index, int child,
                        struct confirm_tally *tally) {
  const struct question *question = &answer->questionnaire->questions[index];
  size_t field = questionnaire_value(answer->questionnaire, index, child);
  int code = answer->codes[field];
  if (code == ANSWER_NONE || !routing_asked(answer, (int)field) || is_dont_know(question, code)) {
    return;
  }
  switch (leaning(question, code)) {
  case POSITIVE:
    tally->positive++;
    break;
  case NEGATIVE:
    tally->negative++;
    break;
  case NEITHER:
    tally->neutral++;
    break;
  }
}

/* A question's answers: for the scale's own child where both repeat over the same
 * count, else for all children. */
static void count_question(const struct answer *answer, const struct question *scale, int child,
                           int index, struct confirm_tally *tally) {
  const struct question *question = &answer->questionnaire->questions[index];
  if (question->each < 0 || question->each == scale->each) {
    count_child(answer, index, child, tally);
    return;
  }
  int children = routing_children(answer, question->each);
  for (int other = 1; other <= children; other++) {
    count_child(answer, index, other, tally);
  }
}

struct confirm_tally confirm_count(const struct answer *answer, int index, int child) {
  const struct question *scale = &answer->questionnaire->questions[index];
  struct confirm_tally tally = {0};
  for (size_t i = 0; i < scale->confirm_against_count; i++) {
    count_question(answer, scale, child, scale->confirm_against[i], &tally);
  }
  return tally;
}

enum confirm_side confirm_child(const struct answer *answer, int index, int child) {
  const struct question *scale = &answer->questionnaire->questions[index];
  if (scale->kind != QUESTION_SCALE || scale->confirm_against_count == 0) {
    return CONFIRM_NO;
  }
  size_t field = questionnaire_value(answer->questionnaire, index, child);
  int value = answer->codes[field];
  if (value == ANSWER_NONE || !routing_asked(answer, (int)field)) {
    return CONFIRM_NO;
  }
  struct confirm_tally tally = confirm_count(answer, index, child);
  /* On a short scale two steps from an end may be past the middle. */
  if (value < scale->min + END_STEPS && confirm_negative(scale, value) && tally.positive > 0 &&
      tally.negative + tally.neutral == 0) {
    return CONFIRM_LOW;
  }
  if (value > scale->max - END_STEPS && confirm_positive(scale, value) && tally.negative > 0 &&
      tally.positive + tally.neutral == 0) {
    return CONFIRM_HIGH;
  }
  return CONFIRM_NO;
}
