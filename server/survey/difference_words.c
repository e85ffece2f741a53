#include "survey/difference_words.h"

#include <string.h>

static const struct {
  const char *name;
  const char *text;
  bool breaks;
} kinds[] = {
    [DIFFERENCE_LANGUAGE] = {"language", "asked in another language", true},
    [DIFFERENCE_QUESTION_REMOVED] = {"question_removed", "no longer asked", true},
    [DIFFERENCE_QUESTION_RENAMED] = {"question_renamed", "has another name, and so its columns",
                                     true},
    [DIFFERENCE_KIND] = {"kind", "is another kind of question", true},
    [DIFFERENCE_TEXT] = {"text", "asks in other words", true},
    [DIFFERENCE_CODE_MEANING] = {"code_meaning", "the code stands for other words", true},
    [DIFFERENCE_CHOICE_ADDED] = {"choice_added", "a choice more", true},
    [DIFFERENCE_CHOICE_REMOVED] = {"choice_removed", "a choice less", true},
    [DIFFERENCE_CHOICE_ORDER] = {"choice_order", "choices stand in another order", true},
    [DIFFERENCE_DONT_KNOW] = {"dont_know", "\"don't know\" or not", true},
    [DIFFERENCE_RANGE] = {"range", "other numbers", true},
    [DIFFERENCE_END] = {"end", "the end of the scale says something else", true},
    [DIFFERENCE_FILTER] = {"filter", "others are asked", true},
    [DIFFERENCE_EACH] = {"each", "asked for each child, or once", true},
    [DIFFERENCE_UNIT] = {"unit", "an answer is of another one", true},
    [DIFFERENCE_SCORE] = {"score", "is worked out otherwise", true},
    [DIFFERENCE_PAIRS] = {"pairs", "answers are paired otherwise, or not", true},
    [DIFFERENCE_QUESTION_ADDED] = {"question_added", "new", false},
    [DIFFERENCE_QUESTION_MOVED] = {"question_moved", "stands after questions that it stood before",
                                   false},
    [DIFFERENCE_HINT] = {"hint", "another hint", false},
    [DIFFERENCE_LENGTH] = {"length", "longer or shorter texts fit", false},
    [DIFFERENCE_DESCRIBE] = {"describe", "opens another text field, or none", false},
    [DIFFERENCE_NEEDED] = {"needed", "must be answered, or need not", false},
    [DIFFERENCE_NOTICE] = {"notice", "leaving it gives a notice, or none", false},
    [DIFFERENCE_CONFIRM] = {"confirm", "asked back for other reasons", false},
    [DIFFERENCE_COMPARE] = {"compare", "repeats are looked for in another way", false},
    [DIFFERENCE_IDENTIFYING] = {"identifying", "coarsened in anonymised files, or not", false},
    [DIFFERENCE_INVITE] = {"invite", "others are invited", false},
    [DIFFERENCE_REPORT] = {"report", "the report tells it otherwise", false},
    [DIFFERENCE_AROUND] = {"around", "other words around the questions", false},
    [DIFFERENCE_VERSION] = {"version", "changed, but its version is the same: raise it", false},
};

const char *difference_kind_name(enum difference_kind kind) {
  return kinds[kind].name;
}

const char *difference_kind_text(enum difference_kind kind) {
  return kinds[kind].text;
}

bool difference_breaks(enum difference_kind kind) {
  return kinds[kind].breaks;
}

const char *difference_kind_of(const struct question *question) {
  switch (question->kind) {
  case QUESTION_CHOICE:
    return "choice";
  case QUESTION_COUNT:
    return "count";
  case QUESTION_SCALE:
    return "scale";
  case QUESTION_TEXT:
    return "text";
  }
  return NULL;
}

static const char *join(struct arena *arena, const char *list, const char *item) {
  if (list == NULL || item == NULL) {
    return NULL;
  }
  return arena_printf(arena, "%s%s%s", list, list[0] == '\0' ? "" : ", ", item);
}

static const char *numbers(const int *values, size_t count, struct arena *arena) {
  const char *list = "";
  for (size_t i = 0; i < count; i++) {
    list = join(arena, list, arena_printf(arena, "%d", values[i]));
  }
  return list;
}

const char *difference_filter(const struct questionnaire *questionnaire,
                              const struct filter *filter, struct arena *arena) {
  if (filter->question < 0) {
    return NULL;
  }
  const char *codes = numbers(filter->codes, filter->codes_count, arena);
  return codes == NULL ? NULL
                       : arena_printf(arena, "\"%s\" is %s",
                                      questionnaire->questions[filter->question].id, codes);
}

const char *difference_codes(const struct question *question, struct arena *arena) {
  const char *list = "";
  for (size_t i = 0; i < question->choices_count; i++) {
    list = join(arena, list, arena_printf(arena, "%d", question->choices[i].code));
  }
  return list;
}

const char *difference_confirm(const struct questionnaire *questionnaire,
                               const struct question *question, struct arena *arena) {
  const char *list = "";
  for (size_t i = 0; i < question->confirm_against_count; i++) {
    list = join(arena, list, questionnaire->questions[question->confirm_against[i]].id);
  }
  return question->confirm_against_count == 0 ? NULL : list;
}

const char *difference_compare(const struct question *question, struct arena *arena) {
  static const char *const names[] = {[COMPARE_NONE] = NULL,
                                      [COMPARE_RESPONDENT] = "respondent",
                                      [COMPARE_HOUSEHOLD] = "household",
                                      [COMPARE_OPINION] = "opinion",
                                      [COMPARE_WORDS] = "words"};
  const char *name = names[question->compare];
  if (question->different_count == 0) {
    return name;
  }
  const char *codes = numbers(question->different, question->different_count, arena);
  return codes == NULL ? NULL : arena_printf(arena, "%s, different %s", name, codes);
}

const char *difference_report(const struct questionnaire *questionnaire,
                              const struct question *question, struct arena *arena) {
  const char *list =
      question->before < 0
          ? ""
          : arena_printf(arena, "before %s", questionnaire->questions[question->before].id);
  for (size_t i = 0; i < question->bands_count; i++) {
    list = join(arena, list,
                arena_printf(arena, "%d-%d", question->bands[i].from, question->bands[i].to));
  }
  return list == NULL || list[0] == '\0' ? NULL : list;
}

static const char *score_of_items(const struct questionnaire *questionnaire,
                                  const struct score *score, struct arena *arena) {
  const char *list = "";
  for (size_t i = 0; i < score->items_count; i++) {
    list = join(arena, list,
                arena_printf(arena, "%s%s", questionnaire->questions[score->items[i].question].id,
                             score->items[i].reversed ? " reversed" : ""));
  }
  for (size_t i = 0; i < score->values_count; i++) {
    list = join(arena, list,
                arena_printf(arena, "%d is %d", score->values[i].code, score->values[i].value));
  }
  list = join(arena, list,
              score->least == 0 ? "least all" : arena_printf(arena, "least %d", score->least));
  for (size_t i = 0; i < score->zero_if_count; i++) {
    const char *filter = difference_filter(questionnaire, &score->zero_if[i], arena);
    list = join(arena, list, filter == NULL ? NULL : arena_printf(arena, "0 %s", filter));
  }
  return list;
}

const char *difference_score(const struct questionnaire *questionnaire, const struct score *score,
                             struct arena *arena) {
  const char *list = "";
  if (score->items_count > 0) {
    list = score_of_items(questionnaire, score, arena);
  }
  for (size_t i = 0; i < score->of_count; i++) {
    list = join(arena, list, questionnaire->scores[score->of[i]].id);
  }
  if (score->entered >= 0) {
    list = join(arena, list,
                arena_printf(arena, "entered %s", questionnaire->questions[score->entered].id));
  }
  return join(arena, list, score->higher_is_better ? "higher is better" : "lower is better");
}
