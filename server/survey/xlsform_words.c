#include <ctype.h>
#include <string.h>

#include "survey/definition.h"
#include "survey/xlsform_part.h"

/* ---- names */

const char *xlsform_id(struct xlsform_work *work, enum xlsform_part part, size_t row,
                       enum xlsform_key key, const char *name) {
  size_t length = strlen(name);
  char *id = arena_string(work->arena, name);
  for (size_t i = 0; id != NULL && i < length; i++) {
    id[i] = name[i] == '-' || name[i] == '.' ? '_' : (char)tolower((unsigned char)name[i]);
  }
  if (id == NULL) {
    work->failed = true;
    return NULL;
  }
  if (length == 0 || length > 32 || id[0] < 'a' || id[0] > 'z' ||
      id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_")] != '\0') {
    xlsform_refuse(work, part, row, key,
                   "\"%s\" cannot be a name; hint: a letter a-z, then at most 31 of a-z, 0-9, _",
                   name);
    return NULL;
  }
  return id;
}

const char *xlsform_field_id(struct xlsform_work *work, enum xlsform_part part, size_t row,
                             enum xlsform_key key, const char *name) {
  const char *id = xlsform_id(work, part, row, key, name);
  if (id != NULL && definition_reserved(id)) {
    xlsform_refuse(work, part, row, key, "the name \"%s\" is taken; hint: choose another", id);
    return NULL;
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
