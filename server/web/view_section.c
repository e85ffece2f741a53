/* view_section: one section of the questionnaire as a page. */
#include <string.h>

#include "survey/routing.h"
#include "web/view_part.h"

struct section_view {
  const struct view *view;
  const struct questionnaire *questionnaire;
  const struct view_problem *problems;
  size_t problems_count;
};

static const char *problem_of(const struct section_view *section, int field) {
  for (size_t i = 0; i < section->problems_count; i++) {
    if (section->problems[i].field == field)
      return section->problems[i].text;
  }
  return NULL;
}

static const char *text_of(const struct section_view *section, int field) {
  const struct answer *answer = section->view->answer;
  const char *text = answer == NULL ? NULL : answer->texts[field];
  return text != NULL ? text : "";
}

/* The text field of an "other, describe" choice. */
static json_t *describe_of(const struct section_view *section, int value_field, int choice,
                           const char *label) {
  const struct questionnaire *questionnaire = section->questionnaire;
  const struct field *of = &questionnaire->fields[value_field];
  for (size_t i = 0; i < questionnaire->fields_count; i++) {
    const struct field *field = &questionnaire->fields[i];
    if (field->kind == FIELD_DESCRIBE && field->question == of->question &&
        field->child == of->child && field->choice == choice)
      return json_pack("{s:s, s:s, s:s, s:s, s:s?}", "id", field->name, "name", field->name,
                       "value", text_of(section, (int)i), "label", label, "problem",
                       problem_of(section, (int)i));
  }
  return json_null();
}

static json_t *option(const struct section_view *section, int field, int code, int choice,
                      bool divider) {
  const struct view *view = section->view;
  const struct question *question =
      &section->questionnaire->questions[section->questionnaire->fields[field].question];
  const char *name = section->questionnaire->fields[field].name;
  const char *id = arena_printf(view->arena, "%s-%d", name, code);
  const char *label = view_label(view, question, code);
  bool checked = view->answer != NULL && view->answer->codes[field] == code;
  if (id == NULL)
    return NULL;
  json_t *describe = choice < 0 ? json_null() : describe_of(section, field, choice, label);
  return json_pack("{s:b, s:s, s:s, s:i, s:s, s:b, s:o}", "divider", divider, "id", id, "name",
                   name, "value", code, "label", label, "checked", checked, "describe", describe);
}

static json_t *options(const struct section_view *section, int field) {
  const struct question *question =
      &section->questionnaire->questions[section->questionnaire->fields[field].question];
  json_t *list = json_array();
  bool good = list != NULL;
  for (size_t i = 0; good && i < question->choices_count; i++)
    good = json_array_append_new(list, option(section, field, question->choices[i].code, (int)i,
                                              question->choices[i].dont_know)) == 0;
  if (question->kind == QUESTION_COUNT || question->kind == QUESTION_SCALE) {
    for (int code = question->min; good && code <= question->max; code++)
      good = json_array_append_new(list, option(section, field, code, -1, false)) == 0;
  }
  if (!good) {
    json_decref(list);
    return NULL;
  }
  return list;
}

/* What a screen reader reads with the group: its hint and its problem. */
static const char *described_by(const struct section_view *section, const char *name,
                                const char *hint, const char *problem) {
  if (hint == NULL && problem == NULL)
    return NULL;
  return arena_printf(section->view->arena, "%s%s%s%s%s", hint != NULL ? name : "",
                      hint != NULL ? "-hint" : "", hint != NULL && problem != NULL ? " " : "",
                      problem != NULL ? name : "", problem != NULL ? "-problem" : "");
}

static json_t *choices_part(const struct section_view *section, int field, const char *hint) {
  const char *name = section->questionnaire->fields[field].name;
  const char *problem = problem_of(section, field);
  const char *child = view_child(section->view, field);
  return json_pack("{s:{s:s, s:s?, s:s?, s:s?, s:s?, s:o}, s:n}", "choices", "id", name, "child",
                   child, "describedby", described_by(section, name, hint, problem), "problem",
                   problem, "hint", hint, "options", options(section, field), "area");
}

static json_t *area_part(const struct section_view *section, int field, const char *hint) {
  const struct view *view = section->view;
  const struct field *of = &section->questionnaire->fields[field];
  const char *max =
      arena_printf(view->arena, "%d", section->questionnaire->questions[of->question].max_length);
  const char *limit =
      max == NULL ? "" : words_fill(view->arena, view_own(view, "characters"), "max", max, NULL);
  return json_pack("{s:{s:s, s:s, s:s, s:s?, s:s, s:s?, s:s?}, s:n}", "area", "id", of->name,
                   "name", of->name, "value", text_of(section, field), "child",
                   view_child(view, field), "limit", limit, "problem", problem_of(section, field),
                   "hint", hint, "choices");
}

/* A question for all the children it is asked for. */
static json_t *question_json(const struct section_view *section, const struct question *question) {
  const struct view *view = section->view;
  const char *hint = view_words(view, &question->hint);
  bool repeated = question->each >= 0;
  json_t *parts = json_array();
  bool good = parts != NULL;
  for (size_t i = 0; good && i < question->fields_count; i++) {
    int field = (int)(question->first_field + i);
    if (section->questionnaire->fields[field].kind != FIELD_VALUE ||
        !routing_asked(view->answer, field))
      continue;
    const char *own = repeated ? NULL : hint;
    json_t *part = question->kind == QUESTION_TEXT ? area_part(section, field, own)
                                                   : choices_part(section, field, own);
    good = json_array_append_new(parts, part) == 0;
  }
  if (!good) {
    json_decref(parts);
    return NULL;
  }
  if (json_array_size(parts) == 0)
    return parts;
  return json_pack("{s:i, s:s, s:s?, s:b, s:o}", "number", question->number, "text",
                   view_words(view, &question->words), "hint", hint, "repeated", repeated, "parts",
                   parts);
}

static json_t *questions_json(const struct section_view *section, int index) {
  const struct section *of = &section->questionnaire->sections[index];
  json_t *list = json_array();
  for (size_t i = 0; list != NULL && i < of->questions_count; i++) {
    json_t *question =
        question_json(section, &section->questionnaire->questions[of->first_question + i]);
    if (json_is_array(question)) { /* asked for nobody */
      json_decref(question);
    } else if (json_array_append_new(list, question) != 0) {
      json_decref(list);
      list = NULL;
    }
  }
  return list;
}

static const char *progress(const struct view *view, int index) {
  const struct questionnaire *questionnaire = view->link->round->questionnaire;
  const struct section *section = &questionnaire->sections[index];
  const struct question *first = &questionnaire->questions[section->first_question];
  const struct question *last = first + section->questions_count - 1;
  const char *from = arena_printf(view->arena, "%d", first->number);
  const char *to = arena_printf(view->arena, "%d", last->number);
  const char *total = arena_printf(view->arena, "%zu", questionnaire->questions_count);
  if (from == NULL || to == NULL || total == NULL)
    return "";
  return words_fill(view->arena, view_own(view, first == last ? "progress_one" : "progress_many"),
                    "first", from, "last", to, "total", total, NULL);
}

/* Where a link in the summary leads: the field itself, or its first option. */
static const char *target_of(const struct section_view *section, int field) {
  const struct field *of = &section->questionnaire->fields[field];
  const struct question *question = &section->questionnaire->questions[of->question];
  if (of->kind == FIELD_DESCRIBE || question->kind == QUESTION_TEXT)
    return of->name;
  int first = question->choices_count > 0 ? question->choices[0].code : question->min;
  return arena_printf(section->view->arena, "%s-%d", of->name, first);
}

static json_t *summary(const struct section_view *section) {
  if (section->problems_count == 0)
    return json_null();
  json_t *items = json_array();
  for (size_t i = 0; items != NULL && i < section->problems_count; i++) {
    const struct view_problem *problem = &section->problems[i];
    if (json_array_append_new(items,
                              json_pack("{s:s, s:s}", "target", target_of(section, problem->field),
                                        "text", problem->text)) != 0) {
      json_decref(items);
      items = NULL;
    }
  }
  return json_pack("{s:s, s:o}", "title", view_own(section->view, "problems_title"), "items",
                   items);
}

bool view_section(const struct view *view, int section, const struct view_problem *problems,
                  size_t problems_count, const char *notice, struct text *out) {
  const struct questionnaire *questionnaire = view->link->round->questionnaire;
  const struct section *of = &questionnaire->sections[section];
  struct section_view sectioned = {view, questionnaire, problems, problems_count};
  const char *heading = progress(view, section);
  const char *title = problems_count == 0 ? heading
                                          : words_fill(view->arena, view_own(view, "title_error"),
                                                       "title", heading, NULL);
  json_t *data = view_frame(view, title);
  view_add(&data, "problems", summary(&sectioned));
  view_add(&data, "notice",
           notice == NULL
               ? json_null()
               : json_pack("{s:s, s:s}", "title", view_own(view, "notice_title"), "text", notice));
  view_add(&data, "progress", json_string(heading));
  view_add(&data, "heading", json_string(view_words(view, &questionnaire->title)));
  view_add(&data, "intro", view_paragraphs(view, of->intro, of->intro_count));
  view_add(&data, "questions", questions_json(&sectioned, section));
  view_add(&data, "hidden", view_hidden(view, of->id, section));
  view_add(&data, "switch", view_switch(view));
  return pages_render(view->pages, PAGE_SECTION, data, out);
}
