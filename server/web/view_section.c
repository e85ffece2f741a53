/* view_section: one section of the questionnaire as a page. */
#include <string.h>

#include "survey/routing.h"
#include "web/view_part.h"

struct section_view {
  const struct view *view;
  const struct questionnaire *questionnaire;
  const struct view_problem *problems;
  size_t problems_count;
  bool prototype; /* for the page script: one part a question, with {n} for the child */
};

/* Names of a child's fields end in its number, which a prototype leaves open. */
static const char *name_of(const struct section_view *section, int field) {
  const struct field *of = &section->questionnaire->fields[field];
  if (!section->prototype || of->child == 0) {
    return of->name;
  }
  size_t length = strlen(of->name);
  while (length > 0 && of->name[length - 1] != '_') {
    length--;
  }
  const char *name = arena_printf(section->view->arena, "%.*s{n}", (int)length, of->name);
  return name != NULL ? name : of->name;
}

static const char *child_of(const struct section_view *section, int field) {
  if (section->prototype && section->questionnaire->fields[field].child != 0) {
    return view_words(section->view, &section->questionnaire->child);
  }
  return view_child(section->view, field);
}

static const struct question *question_of(const struct section_view *section, int field) {
  return &section->questionnaire->questions[section->questionnaire->fields[field].question];
}

static bool is_shown(const struct section_view *section, int field) {
  const struct field *of = &section->questionnaire->fields[field];
  if (of->kind != FIELD_VALUE) {
    return false;
  }
  return section->prototype ? of->child <= 1 : routing_asked(section->view->answer, field);
}

static const char *problem_of(const struct section_view *section, int field) {
  for (size_t i = 0; i < section->problems_count; i++) {
    if (section->problems[i].field == field) {
      return section->problems[i].text;
    }
  }
  return NULL;
}

static const char *text_of(const struct section_view *section, int field) {
  const struct answer *answer = section->view->answer;
  const char *text = answer == NULL ? NULL : answer->texts[field];
  return text != NULL ? text : "";
}

/* What is fair to say beside a comment; ours, apart from the questionnaire's words. */
static const char *advice(const struct view *view) {
  return words_fill(view->arena, view_own(view, "comment_advice"), "contact",
                    view_setting(view, "help_contact"), NULL);
}

static json_t *describe_json(const struct section_view *section, int field, int choice,
                             const char *label) {
  const struct question *question = question_of(section, field);
  const char *name = name_of(section, field);
  const char *of = NULL, *max = NULL;
  if (section->prototype) {
    of = arena_printf(section->view->arena, "%d", question->choices[choice].code);
    max = arena_printf(section->view->arena, "%d", question->choices[choice].describe_max);
  }
  return json_pack("{s:s, s:s, s:s, s:s, s:s?, s:s, s:s?, s:s?, s:s?}", "id", name, "name", name,
                   "value", text_of(section, field), "label", label, "asks",
                   view_words(section->view, &question->choices[choice].describe), "advice",
                   advice(section->view), "problem", problem_of(section, field), "of", of, "max",
                   max);
}

/* The text field of an "other, describe" choice. */
static json_t *describe_of(const struct section_view *section, int value_field, int choice,
                           const char *label) {
  const struct questionnaire *questionnaire = section->questionnaire;
  const struct field *of = &questionnaire->fields[value_field];
  for (size_t i = 0; i < questionnaire->fields_count; i++) {
    const struct field *field = &questionnaire->fields[i];
    if (field->kind == FIELD_DESCRIBE && field->question == of->question &&
        field->child == of->child && field->choice == choice) {
      return describe_json(section, (int)i, choice, label);
    }
  }
  return json_null();
}

static json_t *option(const struct section_view *section, int field, int code, int choice,
                      bool divider) {
  const struct view *view = section->view;
  const struct question *question = question_of(section, field);
  const char *name = name_of(section, field);
  const char *id = arena_printf(view->arena, "%s-%d", name, code);
  const char *label = view_label(view, question, code);
  bool checked = view->answer != NULL && view->answer->codes[field] == code;
  if (id == NULL) {
    return NULL;
  }
  json_t *describe = choice < 0 ? json_null() : describe_of(section, field, choice, label);
  return json_pack("{s:b, s:s, s:s, s:i, s:s, s:b, s:o}", "divider", divider, "id", id, "name",
                   name, "value", code, "label", label, "checked", checked, "describe", describe);
}

static json_t *options(const struct section_view *section, int field) {
  const struct question *question = question_of(section, field);
  json_t *list = json_array();
  bool good = list != NULL;
  for (size_t i = 0; good && i < question->choices_count; i++) {
    good = json_array_append_new(list, option(section, field, question->choices[i].code, (int)i,
                                              question->choices[i].dont_know)) == 0;
  }
  if (question->kind == QUESTION_COUNT || question->kind == QUESTION_SCALE) {
    for (int code = question->min; good && code <= question->max; code++) {
      good = json_array_append_new(list, option(section, field, code, -1, false)) == 0;
    }
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
  if (hint == NULL && problem == NULL) {
    return NULL;
  }
  return arena_printf(section->view->arena, "%s%s%s%s%s", hint != NULL ? name : "",
                      hint != NULL ? "-hint" : "", hint != NULL && problem != NULL ? " " : "",
                      problem != NULL ? name : "", problem != NULL ? "-problem" : "");
}

static json_t *choices_part(const struct section_view *section, int field, const char *hint) {
  const char *name = name_of(section, field);
  const char *problem = problem_of(section, field);
  const char *child = child_of(section, field);
  return json_pack("{s:{s:s, s:s?, s:s?, s:s?, s:s?, s:o}, s:n}", "choices", "id", name, "child",
                   child, "describedby", described_by(section, name, hint, problem), "problem",
                   problem, "hint", hint, "options", options(section, field), "area");
}

static json_t *area_part(const struct section_view *section, int field, const char *hint) {
  const struct view *view = section->view;
  const char *name = name_of(section, field);
  const char *max = arena_printf(view->arena, "%d", question_of(section, field)->max_length);
  const char *limit =
      max == NULL ? "" : words_fill(view->arena, view_own(view, "characters"), "max", max, NULL);
  const struct field *of = &section->questionnaire->fields[field];
  bool is_case = of->question == section->questionnaire->pairs.case_question;
  return json_pack("{s:{s:s, s:s, s:s, s:s?, s:s, s:s?, s:s?, s:s?, s:s?, s:b}, s:n}", "area", "id",
                   name, "name", name, "value", text_of(section, field), "child",
                   child_of(section, field), "limit", limit, "problem", problem_of(section, field),
                   "hint", hint, "advice", is_case ? NULL : advice(view), "max",
                   section->prototype ? max : NULL, "case", is_case, "choices");
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
    if (!is_shown(section, field)) {
      continue;
    }
    const char *own = repeated ? NULL : hint;
    json_t *part = question->kind == QUESTION_TEXT ? area_part(section, field, own)
                                                   : choices_part(section, field, own);
    good = json_array_append_new(parts, part) == 0;
  }
  if (!good) {
    json_decref(parts);
    return NULL;
  }
  if (json_array_size(parts) == 0) {
    return parts;
  }
  json_t *data = section->prototype ? view_routing(view, question) : json_null();
  return json_pack("{s:i, s:s, s:s?, s:b, s:o, s:o}", "number", question->number, "text",
                   view_words(view, &question->words), "hint", hint, "repeated", repeated, "parts",
                   parts, "data", data);
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

static const char *progress_text(const struct view *view, int index) {
  const struct questionnaire *questionnaire = view->link->round->questionnaire;
  const struct section *section = &questionnaire->sections[index];
  const struct question *first = &questionnaire->questions[section->first_question];
  const struct question *last = first + section->questions_count - 1;
  const char *from = arena_printf(view->arena, "%d", first->number);
  const char *to = arena_printf(view->arena, "%d", last->number);
  const char *total = arena_printf(view->arena, "%zu", questionnaire->questions_count);
  if (from == NULL || to == NULL || total == NULL) {
    return "";
  }
  return words_fill(view->arena, view_own(view, first == last ? "progress_one" : "progress_many"),
                    "first", from, "last", to, "total", total, NULL);
}

/* A section's questions and how far it is on the way. */
static void add_section(const struct section_view *section, int index, json_t **data) {
  const struct view *view = section->view;
  const struct questionnaire *questionnaire = section->questionnaire;
  const struct section *of = &questionnaire->sections[index];
  size_t last = of->first_question + of->questions_count - 1;
  view_add(data, "progress", json_string(progress_text(view, index)));
  view_add(data, "place", json_integer(questionnaire->questions[last].number));
  view_add(data, "total", json_integer((json_int_t)questionnaire->questions_count));
  view_add(data, "intro", view_paragraphs(view, of->intro, of->intro_count));
  view_add(data, "questions", questions_json(section, index));
}

json_t *view_prototypes(const struct view *view) {
  const struct questionnaire *questionnaire = view->link->round->questionnaire;
  struct section_view section = {.view = view, .questionnaire = questionnaire, .prototype = true};
  json_t *list = json_array();
  for (size_t i = 0; list != NULL && i < questionnaire->sections_count; i++) {
    json_t *data = json_pack("{s:s}", "id", questionnaire->sections[i].id);
    add_section(&section, (int)i, &data);
    if (json_array_append_new(list, data) != 0) {
      json_decref(list);
      list = NULL;
    }
  }
  return list;
}

/* Where a link in the summary leads: the field itself, or its first option. */
static const char *target_of(const struct section_view *section, int field) {
  const struct field *of = &section->questionnaire->fields[field];
  const struct question *question = &section->questionnaire->questions[of->question];
  if (of->kind == FIELD_DESCRIBE || question->kind == QUESTION_TEXT) {
    return of->name;
  }
  int first = question->choices_count > 0 ? question->choices[0].code : question->min;
  return arena_printf(section->view->arena, "%s-%d", of->name, first);
}

static json_t *summary(const struct section_view *section) {
  if (section->problems_count == 0) {
    return json_null();
  }
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
  struct section_view sectioned = {view, questionnaire, problems, problems_count, false};
  const char *heading = progress_text(view, section);
  const char *title = problems_count == 0 ? heading
                                          : words_fill(view->arena, view_own(view, "title_error"),
                                                       "title", heading, NULL);
  json_t *data = view_frame(view, title);
  view_add(&data, "problems", summary(&sectioned));
  view_add(&data, "notice",
           notice == NULL
               ? json_null()
               : json_pack("{s:s, s:s}", "title",
                           view_own(view, view->personal ? "personal_title" : "notice_title"),
                           "text", notice));
  add_section(&sectioned, section, &data);
  view_add(&data, "hidden", view_hidden(view, questionnaire->sections[section].id, section));
  view_add(&data, "switch", view_switch(view));
  return pages_render(view->pages, PAGE_SECTION, data, out);
}
