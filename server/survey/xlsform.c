#include "survey/xlsform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "survey/translation.h"
#include "survey/xlsform_part.h"

const char *xlsform_part_name(enum xlsform_part part) {
  static const char *const names[] = {
      [XLSFORM_SURVEY] = "survey", [XLSFORM_CHOICES] = "choices", [XLSFORM_SETTINGS] = "settings"};
  return names[part];
}

static const char *setting(const struct xlsform_work *work, enum xlsform_key key) {
  return work->sheets[XLSFORM_SETTINGS].count > 1 ? xlsform_cell(work, XLSFORM_SETTINGS, 1, key)
                                                  : "";
}

/* ---- the head of the definition */

/* "forms/visit.xlsx" is called visit. */
static const char *name_of_file(struct xlsform_work *work, const char *file) {
  const char *slash = file == NULL ? NULL : strrchr(file, '/');
  const char *from = slash == NULL ? file : slash + 1;
  const char *point = from == NULL ? NULL : strrchr(from, '.');
  size_t length = point != NULL ? (size_t)(point - from) : from != NULL ? strlen(from) : 0;
  const char *name = arena_copy(work->arena, from == NULL ? "" : from, length);
  work->failed = work->failed || name == NULL;
  return name == NULL ? "" : name;
}

static json_t *title_json(struct xlsform_work *work, const char *name) {
  if (setting(work, KEY_FORM_TITLE)[0] != '\0') {
    return xlsform_words(work, XLSFORM_SETTINGS, 1, KEY_FORM_TITLE, "title");
  }
  if (name[0] == '\0') {
    xlsform_refuse(work, XLSFORM_SETTINGS, 1, KEY_FORM_TITLE,
                   "the form has no title; hint: form_title in the sheet settings");
    return NULL;
  }
  xlsform_note(work, XLSFORM_SETTINGS, 1, KEY_FORM_TITLE,
               "the title is \"%s\", the form's name; form_title in the sheet settings would say "
               "it otherwise",
               name);
  return xlsform_words_alike(work, "title", name);
}

/* Many forms count their versions by the day (2026112201), which is more than a version is
 * here. */
static int version_of(struct xlsform_work *work) {
  const char *cell = setting(work, KEY_VERSION);
  size_t length = strlen(cell);
  if (length > 0 && length < 7 && strspn(cell, "0123456789") == length && cell[0] != '0') {
    return (int)strtol(cell, NULL, 10);
  }
  if (length > 0) {
    xlsform_note(work, XLSFORM_SETTINGS, 1, KEY_VERSION, "it is version 1 here");
  }
  return 1;
}

/* Hyphens may stay in the questionnaire's own name. */
static const char *id_of(struct xlsform_work *work, const char *name) {
  if (name[0] == '\0') {
    xlsform_refuse(work, XLSFORM_SETTINGS, 1, KEY_FORM_ID,
                   "the form has no name; hint: form_id in the sheet settings");
    return NULL;
  }
  char *id = (char *)xlsform_id(work, XLSFORM_SETTINGS, 1, KEY_FORM_ID, name);
  bool in_step = id != NULL && strlen(id) == strlen(name);
  for (size_t i = 0; in_step && id[i] != '\0'; i++) {
    id[i] = name[i] == '-' ? '-' : id[i];
  }
  if (id != NULL && strcmp(id, setting(work, KEY_FORM_ID)) != 0) {
    xlsform_note(work, XLSFORM_SETTINGS, 1, KEY_FORM_ID, "the questionnaire is called \"%s\"", id);
  }
  return id;
}

static bool is_question(const struct xlsform_work *work, const char *id) {
  for (size_t i = 0; i < work->questions_count; i++) {
    if (work->questions[i].id != NULL && strcmp(work->questions[i].id, id) == 0) {
      return true;
    }
  }
  return false;
}

/* Lists that a question refers to by name. One that is called as a question stands in each. */
static json_t *shared_lists(struct xlsform_work *work) {
  json_t *lists = json_object();
  work->failed = work->failed || lists == NULL;
  for (size_t i = 0; lists != NULL && i < work->questions_count; i++) {
    const struct xlsform_question *question = &work->questions[i];
    const char *name = json_string_value(json_object_get(question->json, "choices"));
    if (name != NULL && is_question(work, name)) {
      xlsform_put(work, question->json, "choices",
                  xlsform_choices(work, question->list, question->id));
    } else if (name != NULL && json_object_get(lists, name) == NULL) {
      xlsform_set(work, lists, name, xlsform_choices(work, question->list, name));
    }
  }
  return lists;
}

/* The number of a child goes behind its name, unless the label says where. */
static json_t *child_json(struct xlsform_work *work) {
  json_t *child = work->child_json;
  work->child_json = NULL;
  const char *whose = json_object_get(child, "ours") != NULL ? "ours" : "source";
  const char *text = json_string_value(json_object_get(child, whose));
  if (text != NULL && strstr(text, "{n}") == NULL) {
    xlsform_set(work, child, whose, json_sprintf("%s {n}", text));
  }
  for (size_t i = 1; i < work->languages_count; i++) {
    json_t *texts = work->languages[i].texts;
    text = json_string_value(json_object_get(texts, "child"));
    if (text != NULL && strstr(text, "{n}") == NULL) {
      xlsform_set(work, texts, "child", json_sprintf("%s {n}", text));
    }
  }
  return child;
}

static void read_invitation(struct xlsform_work *work, json_t *object) {
  struct xlsform_condition condition;
  const char *why = xlsform_condition_read(work, setting(work, KEY_INVITE_UNLESS), &condition);
  if (why != NULL) {
    xlsform_refuse(work, XLSFORM_SETTINGS, 1, KEY_INVITE_UNLESS, "%s", why);
  } else if (condition.question != NULL) {
    xlsform_set(work, object, "invite_unless", xlsform_condition_json(&condition));
  }
}

static void set_list(struct xlsform_work *work, json_t *object, const char *key, json_t **list) {
  if (json_array_size(*list) > 0 || json_object_size(*list) > 0) {
    xlsform_set(work, object, key, *list);
  } else {
    json_decref(*list);
  }
  *list = NULL;
}

static json_t *definition_json(struct xlsform_work *work, const char *file) {
  const char *said = setting(work, KEY_FORM_ID);
  const char *name = said[0] != '\0' ? said : name_of_file(work, file);
  const char *id = id_of(work, name), *source = setting(work, KEY_SOURCE);
  const struct xlsform_language *language = &work->languages[0];
  json_t *lists = shared_lists(work);
  json_t *object = json_object();
  if (id != NULL) {
    xlsform_set(work, object, "id", json_string(id));
  }
  xlsform_set(work, object, "version", json_integer(version_of(work)));
  xlsform_set(work, object, "language", json_string(language->code));
  if (language->name[0] != '\0' && strcmp(language->name, language->code) != 0) {
    xlsform_set(work, object, "language_name", json_string(language->name));
  }
  if (source[0] != '\0') {
    xlsform_set(work, object, "source", json_string(source));
  }
  xlsform_put(work, object, "title", title_json(work, name));
  set_list(work, object, "intro", &work->intro);
  set_list(work, object, "thanks", &work->thanks);
  xlsform_put(work, object, "child", child_json(work));
  read_invitation(work, object);
  if (setting(work, KEY_IDENTIFYING)[0] != '\0') {
    xlsform_set(work, object, "identifying", json_incref(work->identifying));
  } else {
    set_list(work, object, "identifying", &work->identifying);
  }
  if (setting(work, KEY_UNIT)[0] != '\0') {
    xlsform_set(work, object, "unit", json_string(setting(work, KEY_UNIT)));
  }
  if (xlsform_yes(setting(work, KEY_COUNT_UNANSWERED))) {
    xlsform_set(work, object, "count_unanswered", json_true());
  }
  set_list(work, object, "choices", &lists);
  xlsform_set(work, object, "sections", work->sections);
  work->sections = NULL;
  return object;
}

/* ---- translations */

static const char *direction_of(const char *language) {
  static const char *const right_to_left[] = {"ar", "fa", "he", "ur", "ps", "ckb", "yi", "dv"};
  size_t length = strcspn(language, "-");
  for (size_t i = 0; i < array_length(right_to_left); i++) {
    if (strlen(right_to_left[i]) == length && strncmp(right_to_left[i], language, length) == 0) {
      return "rtl";
    }
  }
  return "ltr";
}

static bool take_translations(struct xlsform_work *work) {
  struct xlsform *form = work->form;
  const char *id = json_string_value(json_object_get(form->definition, "id"));
  form->translations =
      arena_array(work->arena, work->languages_count + 1, sizeof *form->translations);
  for (size_t i = 1; form->translations != NULL && i < work->languages_count; i++) {
    struct xlsform_language *language = &work->languages[i];
    form->translations[form->translations_count++] = (struct xlsform_translation){
        .language = language->code,
        .json = json_pack("{s:s, s:s, s:s, s:s, s:O}", "questionnaire", id, "language",
                          language->code, "name", language->name, "direction",
                          direction_of(language->code), "texts", language->texts)};
  }
  return form->translations != NULL;
}

/* ---- what only the loader can see */

/* The row of the question that a complaint is about; 0: none. */
static size_t row_of(const struct xlsform_work *work, const char *path) {
  for (size_t i = 0; i < work->questions_count; i++) {
    size_t length = strlen(work->questions[i].path);
    if (length > 0 && strncmp(work->questions[i].path, path, length) == 0 &&
        (path[length] == '\0' || path[length] == '.')) {
      return work->questions[i].row;
    }
  }
  return work->sheets[XLSFORM_SURVEY].count;
}

static void tell(struct xlsform_work *work, const struct complaints *complaints,
                 const char *language) {
  for (size_t i = 0; i < complaints->count; i++) {
    const struct complaint *complaint = &complaints->items[i];
    xlsform_refuse(work, XLSFORM_SURVEY,
                   language == NULL ? row_of(work, complaint->path)
                                    : work->sheets[XLSFORM_SURVEY].count,
                   KEY_OTHER, "%s%s%s (%s)", language == NULL ? "" : language,
                   language == NULL ? "" : ": ", complaint->message, complaint->path);
  }
  work->failed = work->failed || complaints->count == 0;
}

static void check_loads(struct xlsform_work *work) {
  struct xlsform *form = work->form;
  struct complaints complaints = {0};
  char *json = json_dumps(form->definition, JSON_INDENT(2));
  const struct questionnaire *questionnaire =
      json == NULL ? NULL : questionnaire_load(json, work->arena, &complaints);
  free(json);
  if (questionnaire == NULL) {
    tell(work, &complaints, NULL);
    return;
  }
  for (size_t i = 0; i < form->translations_count; i++) {
    complaints = (struct complaints){0};
    json = json_dumps(form->translations[i].json, JSON_INDENT(2));
    if (json == NULL || translation_load(questionnaire, json, work->arena, &complaints) == NULL) {
      tell(work, &complaints, form->translations[i].language);
    }
    free(json);
  }
}

static bool any_refused(const struct xlsform *form) {
  for (size_t i = 0; i < form->remarks_count; i++) {
    if (form->remarks[i].refused) {
      return true;
    }
  }
  return false;
}

/* ---- other sheets */

static bool is_part(const char *name, size_t length) {
  bool found = false;
  for (int part = 0; part < XLSFORM_PARTS && !found; part++) {
    const char *known = xlsform_part_name((enum xlsform_part)part);
    found = strlen(known) == length && strncasecmp(name, known, length) == 0;
  }
  return found;
}

/* Once for all: how many, and the first by its name. */
static void tell_sheets(struct xlsform_work *work) {
  const char *at = work->sheets[XLSFORM_SURVEY].others, *first = NULL;
  size_t more = 0;
  for (size_t length; at != NULL && *at != '\0'; at += length + 1) {
    length = strcspn(at, "\n");
    if (is_part(at, length)) {
      continue;
    }
    more += first == NULL ? 0 : 1;
    first = first == NULL ? arena_copy(work->arena, at, length) : first;
  }
  if (first != NULL && more == 0) {
    xlsform_note(work, XLSFORM_SURVEY, work->sheets[XLSFORM_SURVEY].count, KEY_OTHER,
                 "the sheet \"%s\" is no part of a form and is left out", first);
  } else if (first != NULL) {
    xlsform_note(work, XLSFORM_SURVEY, work->sheets[XLSFORM_SURVEY].count, KEY_OTHER,
                 "the sheet \"%s\" and %zu more are no part of a form and are left out", first,
                 more);
  }
}

/* ---- all of it */

static void begin(struct xlsform_work *work) {
  work->sections = json_array();
  work->intro = json_array();
  work->thanks = json_array();
  work->identifying = json_array();
  work->field_ids = json_object();
  work->list_ids = json_object();
  work->section_ids = json_object();
  work->failed = work->sections == NULL || work->intro == NULL || work->thanks == NULL ||
                 work->identifying == NULL || work->field_ids == NULL || work->list_ids == NULL ||
                 work->section_ids == NULL;
}

static void clear(struct xlsform_work *work) {
  json_decref(work->sections);
  json_decref(work->intro);
  json_decref(work->thanks);
  json_decref(work->identifying);
  json_decref(work->child_json);
  json_decref(work->field_ids);
  json_decref(work->list_ids);
  json_decref(work->section_ids);
  for (size_t i = 0; i < work->languages_count; i++) {
    json_decref(work->languages[i].texts);
  }
}

static void drop(struct xlsform *form) {
  json_decref(form->definition);
  form->definition = NULL;
  for (size_t i = 0; i < form->translations_count; i++) {
    json_decref(form->translations[i].json);
  }
  form->translations_count = 0;
}

bool xlsform_read(const struct sheet_lines sheets[XLSFORM_PARTS], const char *language,
                  const char *file, struct arena *arena, struct xlsform *form) {
  *form = (struct xlsform){0};
  struct xlsform_work *work = arena_alloc(arena, sizeof *work);
  if (work == NULL) {
    return false;
  }
  *work = (struct xlsform_work){.sheets = sheets, .arena = arena, .form = form};
  begin(work);
  if (sheets[XLSFORM_SURVEY].count < 2) {
    xlsform_refuse(work, XLSFORM_SURVEY, 0, KEY_OTHER,
                   "there is no sheet \"survey\" with rows; hint: is it an XLSForm?");
  } else if (!work->failed) {
    xlsform_headings(work, language);
    xlsform_lists(work);
    xlsform_rows(work);
    tell_sheets(work);
    form->definition = definition_json(work, file);
    work->failed = work->failed || form->definition == NULL;
  }
  work->failed = work->failed || form->memory_out;
  if (!work->failed && !any_refused(form)) {
    work->failed = !take_translations(work);
    check_loads(work);
  }
  if (work->failed || any_refused(form)) {
    drop(form);
  }
  bool failed = work->failed;
  clear(work);
  return !failed;
}

void xlsform_clear(struct xlsform *form) {
  drop(form);
}

/* ---- remarks */

void xlsform_place(const struct xlsform_remark *remark, char place[XLSFORM_PLACE_BYTES]) {
  place[0] = '\0';
  if (remark->row > 0 && remark->column >= 0) {
    sheet_place(remark->row, remark->column, place);
  } else if (remark->row > 0) {
    (void)snprintf(place, XLSFORM_PLACE_BYTES, "%ld", remark->row);
  }
}

json_t *xlsform_remarks(const struct xlsform *form) {
  json_t *list = json_array();
  bool good = list != NULL;
  for (size_t i = 0; good && i < form->remarks_count; i++) {
    const struct xlsform_remark *remark = &form->remarks[i];
    char place[XLSFORM_PLACE_BYTES];
    xlsform_place(remark, place);
    good = json_array_append_new(list, json_pack("{s:b, s:s, s:I, s:s, s:s, s:s}", "refused",
                                                 (int)remark->refused, "sheet",
                                                 xlsform_part_name(remark->part), "row",
                                                 (json_int_t)remark->row, "cell", place, "heading",
                                                 remark->heading, "message", remark->message)) == 0;
  }
  if (!good) {
    json_decref(list);
    return NULL;
  }
  return list;
}
