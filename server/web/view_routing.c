/* view_routing: the routing of one question, for the script of the page. The rules are those
 * of survey/routing and survey/confirm; here they are only written down. */
#include "survey/confirm.h"
#include "web/view_part.h"

/* Codes of a question that a test accepts, "1 2"; "" for none. */
static const char *codes_that(const struct view *view, const struct question *question,
                              bool (*test)(const struct question *, int)) {
  const char *list = "";
  for (size_t i = 0; list != NULL && i < question->choices_count; i++) {
    int code = question->choices[i].code;
    if (test(question, code)) {
      list = arena_printf(view->arena, "%s%s%d", list, list[0] == '\0' ? "" : " ", code);
    }
  }
  return list;
}

static bool is_unknown(const struct question *question, int code) {
  for (size_t i = 0; i < question->choices_count; i++) {
    if (question->choices[i].code == code) {
      return question->choices[i].dont_know;
    }
  }
  return false;
}

/* "q4_{n} 1": the field that is looked at and the codes that let the question be asked. */
static const char *condition(const struct view *view, const struct question *question) {
  const struct questionnaire *questionnaire = view->link->round->questionnaire;
  if (question->filter.question < 0) {
    return NULL;
  }
  const struct question *of = &questionnaire->questions[question->filter.question];
  const char *text = arena_printf(view->arena, "%s%s", of->id, of->each >= 0 ? "_{n}" : "");
  for (size_t i = 0; text != NULL && i < question->filter.codes_count; i++) {
    text = arena_printf(view->arena, "%s %d", text, question->filter.codes[i]);
  }
  return text;
}

static const char *ids_of(const struct view *view, const int *questions, size_t count) {
  const char *list = "";
  for (size_t i = 0; list != NULL && i < count; i++) {
    list = arena_printf(view->arena, "%s%s%s", list, i == 0 ? "" : " ",
                        view->link->round->questionnaire->questions[questions[i]].id);
  }
  return list;
}

/* Whether some scale is checked against the answers to a question. */
static bool is_agreement(const struct view *view, const struct question *question) {
  const struct questionnaire *questionnaire = view->link->round->questionnaire;
  int index = (int)(question - questionnaire->questions);
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    const struct question *scale = &questionnaire->questions[i];
    for (size_t j = 0; j < scale->confirm_against_count; j++) {
      if (scale->confirm_against[j] == index) {
        return true;
      }
    }
  }
  return false;
}

json_t *view_routing(const struct view *view, const struct question *question) {
  const struct questionnaire *questionnaire = view->link->round->questionnaire;
  bool agreement = is_agreement(view, question);
  bool confirmed = question->confirm_against_count > 0 && view->link->round->confirm_scale;
  const char *first = NULL, *low = NULL, *high = NULL;
  if (confirmed) {
    first =
        arena_printf(view->arena, "%s_first%s", question->id, question->each >= 0 ? "_{n}" : "");
    low = arena_printf(view->arena, "%d %d", question->min, question->min + 1);
    high = arena_printf(view->arena, "%d %d", question->max - 1, question->max);
  }
  return json_pack(
      "{s:s, s:s?, s:s?, s:b, s:b, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?}", "q", question->id,
      "each", question->each < 0 ? NULL : questionnaire->questions[question->each].id, "if",
      condition(view, question), "need", question->needed, "quiet", !question->notice, "plus",
      agreement ? codes_that(view, question, confirm_positive) : NULL, "minus",
      agreement ? codes_that(view, question, confirm_negative) : NULL, "unknown",
      agreement ? codes_that(view, question, is_unknown) : NULL, "confirm",
      confirmed ? ids_of(view, question->confirm_against, question->confirm_against_count) : NULL,
      "first", first, "low", low, "high", high);
}
