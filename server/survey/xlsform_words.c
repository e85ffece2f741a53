#include <ctype.h>
#include <string.h>

#include "survey/definition.h"
#include "survey/xlsform_part.h"

/* ---- names */

enum { ID_MAX = 32, ID_CUT = 24 }; /* what is cut leaves place for a child's number */

/* What is no letter a-z, digit or "_" becomes "_", also a letter of several bytes. */
static size_t plain_id(char *id, const char *name) {
  size_t to = 0;
  for (size_t i = 0; name[i] != '\0'; i++) {
    unsigned char byte = (unsigned char)name[i];
    bool plain = byte < 0x80 && (isalnum(byte) || byte == '_');
    if (plain || (byte & 0xC0) != 0x80) {
      id[to++] = plain ? (char)tolower(byte) : '_';
    }
  }
  id[to] = '\0';
  return to;
}

const char *xlsform_id(struct xlsform_work *work, enum xlsform_part part, size_t row,
                       enum xlsform_key key, const char *name) {
  char *id = arena_alloc(work->arena, strlen(name) + 1);
  size_t length = id == NULL ? 0 : plain_id(id, name);
  if (id != NULL && length == 0) {
    xlsform_refuse(work, part, row, key, "it has no name; hint: fill in the name");
    return NULL;
  }
  if (id != NULL && (id[0] < 'a' || id[0] > 'z')) { /* a name begins with a letter */
    id = arena_printf(work->arena, "%s%s", id[0] == '_' ? "q" : "q_", id);
  }
  if (id != NULL && strlen(id) > ID_MAX) {
    id = arena_copy(work->arena, id, ID_CUT);
  }
  work->failed = work->failed || id == NULL;
  return id;
}

const char *xlsform_unlike(struct xlsform_work *work, json_t *taken, const char *id) {
  const char *unlike = id;
  for (int i = 2; unlike != NULL && json_object_get(taken, unlike) != NULL; i++) {
    unlike = arena_printf(work->arena, "%.28s_%d", id, i);
  }
  if (unlike == NULL || json_object_set_new(taken, unlike, json_true()) != 0) {
    work->failed = true;
    return NULL;
  }
  return unlike;
}

const char *xlsform_field_id(struct xlsform_work *work, enum xlsform_part part, size_t row,
                             enum xlsform_key key, const char *name, json_t *taken) {
  const char *id = xlsform_id(work, part, row, key, name);
  if (id != NULL && definition_reserved(id)) {
    id = arena_printf(work->arena, "q_%s", id);
  }
  return id == NULL ? NULL : xlsform_unlike(work, taken, id);
}

const char *xlsform_column_id(struct xlsform_work *work, size_t row, const char *name) {
  const char *id = xlsform_field_id(work, XLSFORM_SURVEY, row, KEY_NAME, name, work->field_ids);
  if (id != NULL && strcmp(id, name) != 0) {
    xlsform_note(work, XLSFORM_SURVEY, row, KEY_NAME, "its column is called \"%s\"", id);
  }
  return id;
}

/* ---- words */

/* Whether the row says that a word of it is ours: "label hint". */
static bool is_ours(const struct xlsform_work *work, enum xlsform_part part, size_t row,
                    const char *word) {
  const char *list = xlsform_cell(work, part, row, KEY_OURS);
  size_t length = strlen(word);
  for (const char *at = list; (at = strstr(at, word)) != NULL; at += length) {
    bool begins = at == list || at[-1] == ' ';
    if (begins && (at[length] == '\0' || at[length] == ' ')) {
      return true;
    }
  }
  return false;
}

static const char *word_of(enum xlsform_key key) {
  static const char *const names[] = {[KEY_LABEL] = "label",
                                      [KEY_HINT] = "hint",
                                      [KEY_LOW] = "low",
                                      [KEY_HIGH] = "high",
                                      [KEY_FORM_TITLE] = "form_title"};
  return names[key];
}

/* A form has one title as a rule, whatever languages its questions speak. */
static const char *title_in(struct xlsform_work *work, size_t row, const char *title,
                            const struct xlsform_language *language) {
  xlsform_note(work, XLSFORM_SETTINGS, row, KEY_FORM_TITLE,
               "in %s the title is \"%s\", too; form_title::%s (%s) would say it otherwise",
               language->name, title, language->name, language->code);
  return title;
}

static void translate(struct xlsform_work *work, enum xlsform_part part, size_t row,
                      enum xlsform_key key, const char *id, const char *first) {
  for (size_t i = 1; i < work->languages_count; i++) {
    const char *text = xlsform_cell_in(work, part, row, key, i);
    if (text[0] == '\0' && key == KEY_FORM_TITLE) {
      text = title_in(work, row, first, &work->languages[i]);
    }
    if (text[0] == '\0') {
      xlsform_refuse(work, part, row, key,
                     "it has no words in %s; hint: fill them in, or take that language out of "
                     "every heading",
                     work->languages[i].name);
      continue;
    }
    xlsform_set(work, work->languages[i].texts, id, json_string(text));
  }
}

json_t *xlsform_words(struct xlsform_work *work, enum xlsform_part part, size_t row,
                      enum xlsform_key key, const char *id) {
  const char *text = xlsform_cell(work, part, row, key);
  work->failed = work->failed || id == NULL;
  if (text[0] == '\0' || id == NULL) {
    return NULL;
  }
  if (strstr(text, "${") != NULL) {
    xlsform_refuse(work, part, row, key,
                   "an earlier answer is put into a text; hint: write the text without ${…}");
  }
  translate(work, part, row, key, id, text);
  bool ours = is_ours(work, part, row, word_of(key));
  json_t *words = json_pack("{s:s}", ours ? "ours" : "source", text);
  work->failed = work->failed || words == NULL;
  return words;
}

json_t *xlsform_words_alike(struct xlsform_work *work, const char *id, const char *text) {
  for (size_t i = 1; i < work->languages_count; i++) {
    xlsform_set(work, work->languages[i].texts, id, json_string(text));
  }
  json_t *words = json_pack("{s:s}", "source", text);
  work->failed = work->failed || words == NULL;
  return words;
}

json_t *xlsform_words_needed(struct xlsform_work *work, enum xlsform_part part, size_t row,
                             enum xlsform_key key, const char *id) {
  json_t *words = xlsform_words(work, part, row, key, id);
  if (words == NULL && !work->failed) {
    xlsform_refuse(work, part, row, key, "it has no words%s%s; hint: fill in the label",
                   work->languages_count > 1 ? " in " : "",
                   work->languages_count > 1 ? work->languages[0].name : "");
  }
  return words;
}

void xlsform_set(struct xlsform_work *work, json_t *object, const char *key, json_t *value) {
  if (json_object_set_new(object, key, value) != 0) {
    work->failed = true;
  }
}

void xlsform_put(struct xlsform_work *work, json_t *object, const char *key, json_t *value) {
  if (value != NULL) {
    xlsform_set(work, object, key, value);
  }
}

void xlsform_append(struct xlsform_work *work, json_t *array, json_t *value) {
  if (json_array_append_new(array, value) != 0) {
    work->failed = true;
  }
}
