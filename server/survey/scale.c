#include "survey/scale.h"

#include "survey/confirm.h"
#include "survey/routing.h"

/* What the parent answered before being asked back, or ANSWER_NONE. */
static int first_of(const struct answer *answer, const struct question *question, size_t value) {
  const struct questionnaire *questionnaire = answer->questionnaire;
  for (size_t i = value; i < value + question->fields_each; i++) {
    if (questionnaire->fields[i].kind == FIELD_FIRST) {
      return answer->codes[i];
    }
  }
  return ANSWER_NONE;
}

static enum scale_sign sign_of(const struct answer *answer, int index, int child, int value) {
  const struct question *question = &answer->questionnaire->questions[index];
  struct confirm_tally tally = confirm_count(answer, index, child);
  if (value == question->min && tally.positive > 0 && tally.negative + tally.neutral == 0) {
    return SCALE_REVERSED;
  }
  if (value == question->max && tally.negative > 0 && tally.positive + tally.neutral == 0) {
    return SCALE_MIRRORED;
  }
  return SCALE_PLAUSIBLE;
}

bool scale_read(const struct answer *answer, int index, int child, struct scale_reading *reading) {
  const struct question *question = &answer->questionnaire->questions[index];
  if (question->kind != QUESTION_SCALE) {
    return false;
  }
  size_t value = questionnaire_value(answer->questionnaire, index, child);
  if (answer->codes[value] == ANSWER_NONE || !routing_asked(answer, (int)value)) {
    return false;
  }
  int first = first_of(answer, question, value);
  reading->final = answer->codes[value];
  reading->first = first == ANSWER_NONE ? reading->final : first;
  reading->asked = first != ANSWER_NONE;
  reading->sign = reading->asked ? SCALE_PLAUSIBLE : sign_of(answer, index, child, reading->first);
  reading->turned = reading->sign == SCALE_REVERSED ? question->max : reading->first;
  return true;
}

bool scale_judge(const struct answer *answer, enum scale_sign *sign) {
  const struct questionnaire *questionnaire = answer->questionnaire;
  bool found = false;
  *sign = SCALE_PLAUSIBLE;
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    const struct question *question = &questionnaire->questions[i];
    int last = question->each < 0 ? 0 : routing_children(answer, question->each);
    struct scale_reading reading;
    for (int child = question->each < 0 ? 0 : 1;
         question->confirm_against_count > 0 && child <= last; child++) {
      if (!scale_read(answer, (int)i, child, &reading)) {
        continue;
      }
      found = true;
      if (reading.sign != SCALE_PLAUSIBLE && *sign != SCALE_REVERSED) {
        *sign = reading.sign;
      }
    }
  }
  return found;
}
