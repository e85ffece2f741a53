#include "survey/routing.h"

static bool filter_holds(const struct answer *answer, const struct filter *filter, int child);

/* Ends, because a filter and a count stand in an earlier section than what
 * depends on them. */
static bool question_asked(const struct answer *answer, int index, int child) {
  const struct question *question = &answer->questionnaire->questions[index];
  if (question->each >= 0 && child > routing_children(answer, question->each)) {
    return false;
  }
  return question->filter.question < 0 || filter_holds(answer, &question->filter, child);
}

static bool filter_holds(const struct answer *answer, const struct filter *filter, int child) {
  size_t field = questionnaire_value(answer->questionnaire, filter->question, child);
  int code = answer->codes[field];
  if (code == ANSWER_NONE) {
    return false;
  }
  for (size_t i = 0; i < filter->codes_count; i++) {
    if (filter->codes[i] == code) {
      return question_asked(answer, filter->question, child);
    }
  }
  return false;
}

bool routing_asked(const struct answer *answer, int field) {
  const struct field *asked = &answer->questionnaire->fields[field];
  const struct question *question = &answer->questionnaire->questions[asked->question];
  if (asked->kind != FIELD_VALUE) {
    int code =
        answer->codes[questionnaire_value(answer->questionnaire, asked->question, asked->child)];
    if (code == ANSWER_NONE ||
        (asked->kind == FIELD_DESCRIBE && question->choices[asked->choice].code != code)) {
      return false;
    }
  }
  return question_asked(answer, asked->question, asked->child);
}

int routing_children(const struct answer *answer, int count_question) {
  const struct question *question = &answer->questionnaire->questions[count_question];
  int count = answer->codes[question->first_field];
  return count != ANSWER_NONE && question_asked(answer, count_question, 0) ? count : 0;
}

static bool any_child_asked(const struct answer *answer, int index) {
  const struct question *question = &answer->questionnaire->questions[index];
  int children = question->each < 0 ? 0 : routing_children(answer, question->each);
  int first = question->each < 0 ? 0 : 1;
  for (int child = first; child <= children; child++) {
    if (question_asked(answer, index, child)) {
      return true;
    }
  }
  return false;
}

bool routing_section_asked(const struct answer *answer, int section) {
  const struct section *asked = &answer->questionnaire->sections[section];
  for (size_t i = 0; i < asked->questions_count; i++) {
    if (any_child_asked(answer, (int)(asked->first_question + i))) {
      return true;
    }
  }
  return false;
}

int routing_next(const struct answer *answer, int section) {
  int count = (int)answer->questionnaire->sections_count;
  do {
    section++;
  } while (section < count && !routing_section_asked(answer, section));
  return section < count ? section : count;
}

int routing_back(const struct answer *answer, int section) {
  do {
    section--;
  } while (section >= 0 && !routing_section_asked(answer, section));
  return section;
}

bool routing_may_invite(const struct answer *answer) {
  const struct filter *unless = &answer->questionnaire->invite_unless;
  return !answer->questionnaire->per_child &&
         (unless->question < 0 || !filter_holds(answer, unless, 0));
}

/* FNV-1a, 32 bits (G. Fowler, L. C. Noll, K.-P. Vo), over the indices. */
uint32_t routing_signature(const struct answer *answer) {
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < answer->questionnaire->fields_count; i++) {
    if (answer->questionnaire->fields[i].kind != FIELD_VALUE || !routing_asked(answer, (int)i)) {
      continue;
    }
    hash = (hash ^ (uint32_t)(i & 0xFF)) * 16777619u;
    hash = (hash ^ (uint32_t)(i >> 8)) * 16777619u;
  }
  return hash;
}
