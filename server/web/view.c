#include "web/view.h"

#include <stdlib.h>
#include <string.h>

#include "survey/confirm.h"
#include "survey/routing.h"
#include "web/view_part.h"

const char *view_field_name(const struct view *view, int field) {
  const struct questionnaire *questionnaire = view->link->round->questionnaire;
  int number = questionnaire->questions[questionnaire->fields[field].question].number;
  const char *child = view_child(view, field);
  const char *name = child == NULL ? arena_printf(view->arena, "%d", number)
                                   : arena_printf(view->arena, "%d (%s)", number, child);
  return name != NULL ? name : "";
}

/* What is fair to tell before the first question. */
static json_t *fair(const struct view *view) {
  bool personal = view->link->round->questionnaire->personal;
  const char *lines[] = {
      words_fill(view->arena,
                 view_own(view, personal ? "fair_personal_controller" : "fair_controller"),
                 "controller", view_setting(view, "controller"), "name",
                 view->link->municipality_name, NULL),
      view_own(view, personal ? "fair_personal_voluntary" : "fair_voluntary"),
      view_own(view, personal ? "fair_personal_known" : "fair_municipality"),
      words_fill(view->arena, view_own(view, "fair_help"), "contact",
                 view_setting(view, "help_contact"), NULL),
  };
  json_t *list = json_array();
  for (size_t i = 0; i < array_length(lines); i++) {
    if (json_array_append_new(list, json_string(lines[i])) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static json_t *language_links(const struct view *view) {
  const struct site_round *round = view->link->round;
  json_t *list = json_array();
  for (size_t i = 0; i < round->languages_count; i++) {
    const struct site_language *language = &round->languages[i];
    const char *href = arena_printf(view->arena, "/S/%s?lang=%s", view->link->code, language->code);
    if (language != view->language &&
        (href == NULL ||
         json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "href", href, "lang",
                                               language->code, "name", language->name)) != 0)) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

/* "<" could end the script element that the words stand in. */
static const char *script_safe(const struct view *view, const char *json) {
  struct text text;
  text_init(&text);
  for (; *json != '\0'; json++) {
    if (*json == '<') {
      text_add(&text, "\\u003c");
    } else {
      text_add_char(&text, *json);
    }
  }
  const char *safe = text.failed ? NULL : arena_string(view->arena, text.data);
  text_clear(&text);
  return safe;
}

/* Our own words that the page script says. */
static const char *script_words(const struct view *view) {
  static const char *const keys[] = {
      "change",          "unanswered",     "question_of_child", "describe_label",
      "title_error",     "problems_title", "problem_missing",   "problem_long",
      "problem_cpr",     "notice_title",   "notice_text",       "sending",
      "busy_title",      "busy_text",      "busy_button",       "offline_title",
      "offline_text",    "already_title",  "already_text",      "already_button",
      "withdrawn_title", "withdrawn_text", "closed_title",      "closed_text",
      "scheduled_title", "scheduled_text", "fault_title",       "fault_text",
      "confirm_title",   "confirm_text",   "confirm_keep",      "confirm_again",
      "confirm_first",   "personal_title", "personal_cpr",      "personal_phone",
      "personal_email"};
  json_t *words = json_object();
  const char *child = view_words(view, &view->link->round->questionnaire->child);
  bool good = words != NULL &&
              json_object_set_new(words, "child", json_string(child == NULL ? "" : child)) == 0;
  for (size_t i = 0; good && i < array_length(keys); i++) {
    good = json_object_set_new(words, keys[i], json_string(view_own(view, keys[i]))) == 0;
  }
  char *text = good ? json_dumps(words, JSON_COMPACT) : NULL;
  json_decref(words);
  const char *kept = text != NULL ? script_safe(view, text) : NULL;
  free(text);
  return kept;
}

/* The other parent's invitation, a setting of the round; with the answer that forbids it,
 * "alone 1", for the script. */
static json_t *invite_json(const struct view *view) {
  const struct questionnaire *questionnaire = view->link->round->questionnaire;
  const struct filter *unless = &questionnaire->invite_unless;
  if (!view->link->round->invite || questionnaire->per_child) {
    return json_null();
  }
  if (view->answer != NULL) {
    return routing_may_invite(view->answer) ? json_pack("{s:n}", "unless") : json_null();
  }
  const char *text = unless->question < 0 ? NULL : questionnaire->questions[unless->question].id;
  for (size_t i = 0; text != NULL && i < unless->codes_count; i++) {
    text = arena_printf(view->arena, "%s %d", text, unless->codes[i]);
  }
  return json_pack("{s:s?}", "unless", text);
}

static json_t *thanks_json(const struct view *view) {
  const struct questionnaire *questionnaire = view->link->round->questionnaire;
  json_t *data = json_object();
  view_add(&data, "heading", json_string(view_own(view, "thanks_title")));
  view_add(&data, "thanks",
           view_paragraphs(view, questionnaire->thanks, questionnaire->thanks_count));
  view_add(&data, "receipt", json_string("-"));
  return data;
}

bool view_intro(const struct view *view, struct text *out) {
  const struct questionnaire *questionnaire = view->link->round->questionnaire;
  const char *title = view_words(view, &questionnaire->title);
  json_t *data = view_frame(view, title);
  view_add(&data, "languages", view->answer == NULL ? language_links(view) : json_null());
  view_add(&data, "heading", json_string(title));
  view_add(&data, "intro", view_paragraphs(view, questionnaire->intro, questionnaire->intro_count));
  view_add(&data, "fair", fair(view));
  view_add(&data, "code", json_string(view->link->code));
  view_add(&data, "hidden", view_hidden(view, "intro", -1));
  view_add(&data, "sections", view_prototypes(view));
  view_add(&data, "items", json_array());
  view_add(&data, "confirm", json_null());
  view_add(&data, "message", json_null());
  view_add(&data, "action", json_string("send"));
  view_add(&data, "button", json_string(view_own(view, "send")));
  view_add(&data, "thanks", thanks_json(view));
  view_add(&data, "invite", invite_json(view));
  view_add(&data, "html_trusted_words", json_string(script_words(view)));
  view_add(&data, "html_trusted_script", json_string(view->pages->script));
  return pages_render(view->pages, PAGE_INTRO, data, out);
}

/* One line of the check page. */
static json_t *item(const struct view *view, int index) {
  const struct questionnaire *questionnaire = view->link->round->questionnaire;
  const struct field *field = &questionnaire->fields[index];
  const struct question *question = &questionnaire->questions[field->question];
  const char *label =
      arena_printf(view->arena, "%d. %s", question->number, view_words(view, &question->words));
  const char *value = view->answer->texts[index];
  if (value == NULL && view->answer->codes[index] != ANSWER_NONE) {
    value = view_label(view, question, view->answer->codes[index]);
  }
  if (value == NULL) {
    value = view_own(view, "unanswered");
  }
  if (label == NULL) {
    return NULL;
  }
  if (field->kind == FIELD_DESCRIBE) {
    const char *asks = view_words(view, &question->choices[field->choice].describe);
    label = asks != NULL ? asks : view_own(view, "describe_label");
  }
  const char *child = view_child(view, index);
  if (child != NULL) {
    label = words_fill(view->arena, view_own(view, "question_of_child"), "question", label, "child",
                       child, NULL);
  }
  return json_pack("{s:s, s:s, s:s}", "id", field->name, "label", label, "value", value);
}

static json_t *items(const struct view *view) {
  const struct questionnaire *questionnaire = view->link->round->questionnaire;
  json_t *list = json_array();
  for (size_t i = 0; list != NULL && i < questionnaire->fields_count; i++) {
    if (questionnaire->fields[i].kind == FIELD_FIRST || !routing_asked(view->answer, (int)i)) {
      continue;
    }
    if (json_array_append_new(list, item(view, (int)i)) != 0) {
      json_decref(list);
      list = NULL;
    }
  }
  return list;
}

static json_t *message_json(const struct view *view, const char *kind) {
  if (kind == NULL) {
    return json_null();
  }
  const char *title = arena_printf(view->arena, "%s_title", kind);
  const char *text = arena_printf(view->arena, "%s_text", kind);
  if (title == NULL || text == NULL) {
    return NULL;
  }
  return json_pack("{s:s, s:s, s:b}", "title", view_own(view, title), "text", view_own(view, text),
                   "bad", 1);
}

/* The field of a scale that is to be asked back, or -1. */
static int confirm_field(const struct view *view) {
  const struct questionnaire *questionnaire = view->link->round->questionnaire;
  for (size_t i = 0; view->link->round->confirm_scale && i < questionnaire->fields_count; i++) {
    const struct field *field = &questionnaire->fields[i];
    bool first =
        i + 1 < questionnaire->fields_count && questionnaire->fields[i + 1].kind == FIELD_FIRST;
    if (field->kind == FIELD_VALUE && first && view->answer->codes[i + 1] == ANSWER_NONE &&
        routing_asked(view->answer, (int)i) &&
        confirm_child(view->answer, field->question, field->child) != CONFIRM_NO) {
      return (int)i;
    }
  }
  return -1;
}

/* A scale that contradicts all else is asked back, once. */
static json_t *confirm_json(const struct view *view) {
  const struct questionnaire *questionnaire = view->link->round->questionnaire;
  int field = confirm_field(view);
  if (field < 0) {
    return json_null();
  }
  const char *value = arena_printf(view->arena, "%d", view->answer->codes[field]);
  const char *max = arena_printf(
      view->arena, "%d", questionnaire->questions[questionnaire->fields[field].question].max);
  if (value == NULL || max == NULL) {
    return NULL;
  }
  return json_pack(
      "{s:s, s:s, s:s, s:s, s:s}", "id", questionnaire->fields[field].name, "title",
      words_fill(view->arena, view_own(view, "confirm_title"), "n", value, "max", max, NULL),
      "text", view_own(view, "confirm_text"), "keep",
      words_fill(view->arena, view_own(view, "confirm_keep"), "n", value, NULL), "again",
      view_own(view, "confirm_again"));
}

bool view_check(const struct view *view, const char *message, const char *action,
                const char *button, struct text *out) {
  const char *title = view_own(view, "check_title");
  json_t *notice = message_json(view, message);
  const char *full = title;
  if (json_is_object(notice)) {
    full = words_fill(view->arena, view_own(view, "title_error"), "title",
                      words_get(notice, "title"), NULL);
  }
  json_t *data = view_frame(view, full);
  view_add(&data, "message", notice);
  view_add(&data, "heading", json_string(title));
  view_add(&data, "items", items(view));
  view_add(&data, "hidden", view_hidden(view, "check", -1));
  json_t *confirm = confirm_json(view);
  bool asks = json_is_object(confirm);
  view_add(&data, "confirm", confirm);
  view_add(&data, "action", json_string(action));
  view_add(&data, "button", asks ? json_null() : json_string(view_own(view, button)));
  view_add(&data, "switch", view_switch(view));
  return pages_render(view->pages, PAGE_CHECK, data, out);
}

bool view_thanks(const struct view *view, const char *receipt, struct text *out) {
  const struct questionnaire *questionnaire = view->link->round->questionnaire;
  const char *title = view_own(view, "thanks_title");
  json_t *data = view_frame(view, title);
  view_add(&data, "heading", json_string(title));
  view_add(&data, "thanks",
           view_paragraphs(view, questionnaire->thanks, questionnaire->thanks_count));
  view_add(&data, "receipt", json_string(receipt));
  view_add(&data, "invite", invite_json(view));
  view_add(&data, "code", json_string(view->link->code));
  return pages_render(view->pages, PAGE_THANKS, data, out);
}
