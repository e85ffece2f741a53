#include "survey/linkage_inside.h"

#include <stdlib.h>

static bool is_compared_code(const struct question *question) {
  return question->compare != COMPARE_NONE && question->compare != COMPARE_WORDS;
}

static bool is_counted_over(const struct questionnaire *questionnaire, size_t index) {
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    const struct question *question = &questionnaire->questions[i];
    if (question->each == (int)index && is_compared_code(question)) {
      return true;
    }
  }
  return false;
}

/* Choices in the order of their codes without "don't know", scales from their
 * positive end: as confirm.h reads them. */
static void rank_codes(const struct question *question, struct linkage_slot *slot) {
  for (size_t i = 0; i < LINKAGE_CODES; i++) {
    slot->rank[i] = -1;
  }
  if (question->kind != QUESTION_CHOICE) {
    slot->options = question->max - question->min + 1;
    for (int code = question->max; code >= question->min; code--) {
      slot->code[slot->ranks] = (unsigned char)(code + 1);
      slot->rank[code + 1] = (short)slot->ranks++;
    }
    return;
  }
  slot->options = (int)question->choices_count;
  for (int code = 0; code < LINKAGE_CODES - 1; code++) {
    for (size_t i = 0; i < question->choices_count; i++) {
      if (question->choices[i].code == code && !question->choices[i].dont_know) {
        slot->code[slot->ranks] = (unsigned char)(code + 1);
        slot->rank[code + 1] = (short)slot->ranks++;
      }
    }
  }
}

static int find_brood(struct linkage_plan *plan, int question) {
  for (size_t i = 0; i < plan->broods_count; i++) {
    if (plan->broods[i].question == question) {
      return (int)i;
    }
  }
  return -1;
}

/* A count stands before what repeats over it, so its brood is known by then. */
static void add_slot(struct linkage_plan *plan, size_t index) {
  const struct question *question = &plan->questionnaire->questions[index];
  struct linkage_slot *slot = &plan->slots[plan->slots_count];
  *slot = (struct linkage_slot){.question = (int)index,
                                .compare = question->compare,
                                .brood = question->each < 0 ? -1 : find_brood(plan, question->each),
                                .from = plan->codes_count,
                                .repetitions = 1};
  if (slot->brood >= 0) {
    slot->repetitions = (size_t)plan->questionnaire->questions[question->each].max;
  }
  rank_codes(question, slot);
  linkage_guess_shares(slot);
  if (is_counted_over(plan->questionnaire, index)) {
    plan->broods[plan->broods_count++] =
        (struct linkage_brood){.question = (int)index, .count_slot = plan->slots_count};
  }
  plan->codes_count += slot->repetitions;
  plan->slots_count++;
}

static void add_words(struct linkage_plan *plan, const struct question *question) {
  size_t first = question->first_field;
  for (size_t i = 0; i < question->fields_count && plan->words_count < LINKAGE_WORDS_MAX; i++) {
    plan->words[plan->words_count++] = (int)(first + i);
  }
}

bool linkage_plan_init(struct linkage_plan *plan, const struct questionnaire *questionnaire) {
  *plan = (struct linkage_plan){.questionnaire = questionnaire};
  plan->slots = calloc(questionnaire->questions_count + 1, sizeof *plan->slots);
  if (plan->slots == NULL) {
    return false;
  }
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    const struct question *question = &questionnaire->questions[i];
    if (is_compared_code(question) || is_counted_over(questionnaire, i)) {
      add_slot(plan, i);
    } else if (question->compare == COMPARE_WORDS) {
      add_words(plan, question);
    }
  }
  return true;
}

void linkage_plan_clear(struct linkage_plan *plan) {
  free(plan->slots);
  plan->slots = NULL;
}
