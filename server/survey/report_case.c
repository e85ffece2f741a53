#include "survey/report_case.h"

#include <stdlib.h>
#include <string.h>

#include "survey/casenumber.h"

/* ---- what a form says */

static int code_of(const struct answer *answer, int question) {
  return question < 0 ? ANSWER_NONE
                      : answer->codes[questionnaire_value(answer->questionnaire, question, 0)];
}

static const char *number_of(struct arena *arena, const struct answer *answer) {
  const struct questionnaire *questionnaire = answer->questionnaire;
  size_t field = questionnaire_value(questionnaire, questionnaire->pairs.case_question, 0);
  const char *text = answer->texts[field] == NULL ? "" : answer->texts[field];
  char number[CASENUMBER_MAX + 1];
  return arena_string(arena, casenumber_read(text, number) == CASENUMBER_OK ? number : text);
}

static bool is_close(const struct answer *answer) {
  int occasion = answer->questionnaire->pairs.occasion;
  const struct question *question = &answer->questionnaire->questions[occasion];
  return code_of(answer, occasion) == question->choices[1].code;
}

/* In years; ANSWER_NONE: nobody said, or nobody knew. */
static int age_of(const struct answer *answer) {
  int index = answer->questionnaire->norms.age, code = code_of(answer, index);
  const struct question *question = index < 0 ? NULL : &answer->questionnaire->questions[index];
  for (size_t i = 0; question != NULL && i < question->choices_count; i++) {
    if (question->choices[i].code == code && question->choices[i].dont_know) {
      return ANSWER_NONE;
    }
  }
  return code;
}

/* What the norms call who filled the form in, or NULL. */
static const char *informant_of(const struct answer *answer) {
  const struct score_norms *norms = &answer->questionnaire->norms;
  if (norms->informant < 0) {
    return NULL;
  }
  const struct question *question = &answer->questionnaire->questions[norms->informant];
  for (size_t i = 0; i < question->choices_count; i++) {
    if (question->choices[i].code == code_of(answer, norms->informant)) {
      return norms->called[i];
    }
  }
  return NULL;
}

bool case_room(struct report_making *making, struct report_form *form) {
  size_t count = making->options->questionnaire->scores_count;
  form->scores = arena_array(making->arena, count + 1, sizeof *form->scores);
  form->bands = arena_array(making->arena, count + 1, sizeof *form->bands);
  return form->scores != NULL && form->bands != NULL;
}

void case_read(const struct report_making *making, const struct answer *answer,
               struct report_form *form) {
  const struct questionnaire *questionnaire = answer->questionnaire;
  const struct norms *norms = making->options->norms;
  form->there = true;
  form->age = age_of(answer);
  form->table = norms == NULL ? NULL : norms_table(norms, informant_of(answer), form->age);
  for (size_t i = 0; i < questionnaire->scores_count; i++) {
    form->scores[i] = score_read(answer, i);
    form->bands[i] =
        form->table == NULL || form->scores[i].value == SCORE_UNKNOWN
            ? NORMS_NONE
            : norms_band(norms, form->table, questionnaire->scores[i].id, form->scores[i].value);
  }
}

bool case_keep(struct report_making *making, struct kept_forms *forms, const struct answer *answer,
               const int groups[REPORT_BYS]) {
  if (forms->count == forms->room) {
    size_t room = forms->room == 0 ? 64 : 2 * forms->room;
    struct kept_form *items = arena_array(making->arena, room, sizeof *items);
    if (items == NULL) {
      return false;
    }
    if (forms->count > 0) {
      memcpy(items, forms->items, forms->count * sizeof *items);
    }
    forms->items = items;
    forms->room = room;
  }
  struct kept_form *kept = &forms->items[forms->count++];
  *kept = (struct kept_form){.number = number_of(making->arena, answer), .close = is_close(answer)};
  memcpy(kept->groups, groups, sizeof kept->groups);
  bool good = kept->number != NULL && case_room(making, &kept->form);
  if (good) {
    case_read(making, answer, &kept->form);
  }
  return good;
}

/* ---- pairs */

/* Those of one case stand together. */
static int by_case(const void *a, const void *b) {
  const struct kept_form *x = a, *y = b;
  int order = x->groups[REPORT_BY_MUNICIPALITY] - y->groups[REPORT_BY_MUNICIPALITY];
  order = order != 0 ? order : strcmp(x->number, y->number);
  return order != 0 ? order : x->groups[REPORT_BY_RELATION] - y->groups[REPORT_BY_RELATION];
}

static struct report_set one_of(struct report_making *making, enum report_by by, int group) {
  const struct report_groups *groups = &making->groups[by];
  return report_set_of(making->arena, groups->labels, groups->count, NULL, group, NULL);
}

static bool begin_case(struct report_making *making, const struct kept_form *first,
                       struct kept_case *kept) {
  *kept = (struct kept_case){.shown = {.number = first->number}};
  memcpy(kept->groups, first->groups, sizeof kept->groups);
  kept->shown.municipality =
      one_of(making, REPORT_BY_MUNICIPALITY, first->groups[REPORT_BY_MUNICIPALITY]);
  kept->shown.informant = one_of(making, REPORT_BY_RELATION, first->groups[REPORT_BY_RELATION]);
  return kept->shown.municipality.code != NULL && kept->shown.informant.code != NULL;
}

/* The second of a kind takes the first away, too. */
static void join(struct report_case *shown, const struct kept_form *form) {
  int *forms = form->close ? &shown->closes : &shown->starts;
  struct report_form *place = form->close ? &shown->close : &shown->start;
  *place = *forms == 0 ? form->form : (struct report_form){.there = false};
  (*forms)++;
}

struct kept_case *case_pair(struct report_making *making, struct kept_forms *forms, size_t *count) {
  struct kept_case *cases = arena_array(making->arena, forms->count + 1, sizeof *cases);
  *count = 0;
  if (cases == NULL || forms->count == 0) {
    return cases;
  }
  qsort(forms->items, forms->count, sizeof *forms->items, by_case);
  for (size_t i = 0; i < forms->count; i++) {
    const struct kept_form *form = &forms->items[i];
    bool first = i == 0 || by_case(form - 1, form) != 0;
    if (first && !begin_case(making, form, &cases[(*count)++])) {
      return NULL;
    }
    join(&cases[*count - 1].shown, form);
  }
  return cases;
}

bool case_is_paired(const struct kept_case *kept) {
  return kept->shown.start.there && kept->shown.close.there;
}
