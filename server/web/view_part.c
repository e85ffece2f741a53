#include "web/view_part.h"

#include <string.h>

#include "web/accept.h"

const char *view_words(const struct view *view, const struct words *words) {
  return translation_text(view->link->round->questionnaire, view->language->translation, words);
}

const char *view_own(const struct view *view, const char *key) {
  return words_get(view->language->words, key);
}

static const char *isolated(const struct view *view, const char *text) {
  return words_isolated(view->arena, view->language->right_to_left, text);
}

const char *view_setting(const struct view *view, const char *key) {
  return isolated(view, site_setting(view->site, key));
}

void view_add(json_t **object, const char *name, json_t *value) {
  if (*object == NULL || value == NULL || json_object_set_new(*object, name, value) != 0) {
    if (*object == NULL) {
      json_decref(value);
    }
    json_decref(*object);
    *object = NULL;
  }
}

const char *view_child(const struct view *view, int field) {
  const struct questionnaire *questionnaire = view->link->round->questionnaire;
  int child = questionnaire->fields[field].child;
  const char *number = arena_printf(view->arena, "%d", child);
  if (child == 0 || number == NULL) {
    return NULL;
  }
  return words_fill(view->arena, view_words(view, &questionnaire->child), "n", number, NULL);
}

const char *view_label(const struct view *view, const struct question *question, int code) {
  for (size_t i = 0; i < question->choices_count; i++) {
    if (question->choices[i].code == code) {
      return view_words(view, &question->choices[i].words);
    }
  }
  const char *number = arena_printf(view->arena, "%d", code);
  const struct words *end = code == question->min   ? &question->low
                            : code == question->max ? &question->high
                                                    : NULL;
  if (number == NULL) {
    return "";
  }
  if (end == NULL || end->text == NULL) {
    return number;
  }
  return words_fill(view->arena, view_own(view, code == question->min ? "scale_low" : "scale_high"),
                    "n", number, "words", view_words(view, end), NULL);
}

json_t *view_paragraphs(const struct view *view, const struct words *words, size_t count) {
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) {
    if (json_array_append_new(list, json_string(view_words(view, &words[i]))) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static bool hide(json_t *list, const char *name, const char *value) {
  return json_array_append_new(list, json_pack("{s:s, s:s}", "name", name, "value", value)) == 0;
}

static bool hide_field(const struct view *view, json_t *list, size_t field) {
  const char *name = view->link->round->questionnaire->fields[field].name;
  if (view->answer->texts[field] != NULL) {
    return hide(list, name, view->answer->texts[field]);
  }
  if (view->answer->codes[field] == ANSWER_NONE) {
    return true;
  }
  const char *code = arena_printf(view->arena, "%d", view->answer->codes[field]);
  return code != NULL && hide(list, name, code);
}

json_t *view_hidden(const struct view *view, const char *page, int section) {
  const struct questionnaire *questionnaire = view->link->round->questionnaire;
  json_t *list = json_array();
  bool good = list != NULL && hide(list, "page", page) && hide(list, "lang", view->language->code);
  if (good && view->number[0] != '\0') {
    good = hide(list, "submission", view->number);
  }
  if (good && view->asked[0] != '\0') {
    good = hide(list, "asked", view->asked);
  }
  if (good && view->noticed[0] != '\0') {
    good = hide(list, "noticed", view->noticed);
  }
  for (size_t i = 0; good && view->answer != NULL && i < questionnaire->fields_count; i++) {
    const struct field *field = &questionnaire->fields[i];
    bool shown =
        questionnaire->questions[field->question].section == section && field->kind != FIELD_FIRST;
    good = shown || hide_field(view, list, i);
  }
  if (!good) {
    json_decref(list);
    return NULL;
  }
  return list;
}

json_t *view_frame(const struct view *view, const char *title) {
  const char *service = site_setting(view->site, "service_name");
  if (service[0] == '\0') {
    service = view_own(view, "service");
  }
  struct page_frame frame = {
      .words = view->language->words,
      .language = view->language->code,
      .right_to_left = view->language->right_to_left,
      .draft = view->language->draft,
      .header =
          words_fill(view->arena, view_own(view, "header"), "service", isolated(view, service),
                     "name", isolated(view, view->link->municipality_name), NULL),
      .notice = view->link->round->questionnaire->personal
                    ? arena_printf(view->arena, "%d", view->link->round->id)
                    : NULL,
  };
  return pages_frame(view->pages, &frame, title);
}

/* The other languages as the round offers them; the one that the client likes best first. */
json_t *view_switch(const struct view *view) {
  const struct site_round *round = view->link->round;
  json_t *list = json_array();
  int best = 0;
  for (size_t i = 0; i < round->languages_count; i++) {
    const struct site_language *language = &round->languages[i];
    if (language == view->language) {
      continue;
    }
    int weight = accept_language(view->accepted, language->code);
    size_t place = weight > best ? 0 : json_array_size(list);
    best = weight > best ? weight : best;
    if (json_array_insert_new(
            list, place, json_pack("{s:s, s:s}", "lang", language->code, "name", language->name)) !=
        0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}
