#include "survey/translation.h"

#include <string.h>

#include "survey/definition.h"
#include "survey/nearest.h"

static const char *find_unmatched(const char *text, const char *other, size_t *length) {
  for (const char *at = text; (*length = reader_placeholder(&at)) > 0; at += *length) {
    const char *match = other;
    size_t size;
    while ((size = reader_placeholder(&match)) > 0 &&
           (size != *length || strncmp(match, at, size) != 0)) {
      match += size;
    }
    if (size == 0) {
      return at;
    }
  }
  return NULL;
}

static void check_placeholders(struct reader *reader, struct spot spot, const char *text,
                               const char *source) {
  size_t length;
  const char *lost = find_unmatched(source, text, &length);
  if (lost != NULL) {
    reader_complain(reader, spot.path,
                    "%.*s is lost; hint: keep it as it is, it is filled in later", (int)length,
                    lost);
  }
  const char *invented = find_unmatched(text, source, &length);
  if (invented != NULL) {
    reader_complain(reader, spot.path, "nothing fills in %.*s; hint: the source says \"%s\"",
                    (int)length, invented, source);
  }
}

static const char *read_one(struct reader *reader, struct spot texts, const struct words *words) {
  struct spot spot = reader_member(reader, texts, words->id);
  if (spot.value == NULL) {
    reader_complain(reader, texts.path, "\"%s\" is missing; hint: the source says \"%s\"",
                    words->id, words->text);
    return NULL;
  }
  const char *text = reader_words_text(reader, spot);
  if (text != NULL) {
    check_placeholders(reader, spot, text, words->text);
  }
  return text;
}

static bool is_known(const struct questionnaire *questionnaire, const char *id,
                     struct nearest *nearest) {
  for (size_t i = 0; i < questionnaire->words_count; i++) {
    if (strcmp(questionnaire->words[i]->id, id) == 0) {
      return true;
    }
    nearest_try(nearest, questionnaire->words[i]->id);
  }
  return false;
}

static void check_unknown(struct reader *reader, const struct questionnaire *questionnaire,
                          struct spot texts) {
  const char *id;
  json_t *value;
  json_object_foreach(texts.value, id, value) {
    struct nearest nearest;
    nearest_init(&nearest, id);
    if (!is_known(questionnaire, id, &nearest)) {
      reader_complain(reader, reader_member(reader, texts, id).path,
                      "the questionnaire has no text \"%s\"%s", id,
                      nearest_hint(reader, &nearest, "; hint: take it out"));
    }
  }
}

static const char *const *read_texts(struct reader *reader,
                                     const struct questionnaire *questionnaire, struct spot texts) {
  if (!json_is_object(texts.value)) {
    reader_complain(reader, texts.path, "\"texts\" must be an object with one text for each id");
    return NULL;
  }
  const char **read = reader_array(reader, questionnaire->words_count, sizeof *read);
  for (size_t i = 0; read != NULL && i < questionnaire->words_count; i++) {
    read[i] = read_one(reader, texts, questionnaire->words[i]);
  }
  check_unknown(reader, questionnaire, texts);
  return read;
}

static void check_questionnaire(struct reader *reader, const struct questionnaire *questionnaire,
                                struct spot spot, struct translation *translation) {
  translation->questionnaire = reader_text(reader, spot);
  if (translation->questionnaire != NULL &&
      strcmp(translation->questionnaire, questionnaire->id) != 0) {
    reader_complain(reader, spot.path, "a translation of \"%s\", not of \"%s\"",
                    translation->questionnaire, questionnaire->id);
  }
}

static void check_language(struct reader *reader, const struct questionnaire *questionnaire,
                           struct spot spot, struct translation *translation) {
  translation->language = reader_language(reader, spot);
  if (translation->language != NULL &&
      strcmp(translation->language, questionnaire->language) == 0) {
    reader_complain(reader, spot.path,
                    "\"%s\" is the questionnaire's own language; hint: its words are changed in "
                    "the definition, with a new version",
                    translation->language);
  }
}

static bool read_direction(struct reader *reader, struct spot spot) {
  const char *direction = reader_text(reader, spot);
  bool right_to_left = direction != NULL && strcmp(direction, "rtl") == 0;
  if (direction != NULL && !right_to_left && strcmp(direction, "ltr") != 0) {
    reader_complain(reader, spot.path,
                    "\"%s\" is no direction; hint: \"ltr\" (left to right) or \"rtl\"", direction);
  }
  return right_to_left;
}

static bool hash_texts(const struct questionnaire *questionnaire, struct translation *translation) {
  struct text text;
  text_init(&text);
  canonical_string(&text, "translation 1");
  for (size_t i = 0; i < questionnaire->words_count; i++) {
    canonical_string(&text, translation->texts[i]);
  }
  bool done = canonical_hash(&text, translation->hash);
  text_clear(&text);
  return done;
}

static void read_translation(struct reader *reader, const struct questionnaire *questionnaire,
                             struct spot root, struct translation *translation) {
  static const char *const known[] = {"questionnaire", "language", "name", "direction",
                                      "texts",         "$schema",  NULL};
  if (!reader_object(reader, root, "a translation", known)) {
    return;
  }
  check_questionnaire(reader, questionnaire, reader_member(reader, root, "questionnaire"),
                      translation);
  check_language(reader, questionnaire, reader_member(reader, root, "language"), translation);
  translation->name = reader_words_text(reader, reader_member(reader, root, "name"));
  translation->right_to_left = read_direction(reader, reader_member(reader, root, "direction"));
  /* Of another questionnaire's file every single text would be a complaint. */
  if (translation->questionnaire != NULL &&
      strcmp(translation->questionnaire, questionnaire->id) == 0) {
    translation->texts = read_texts(reader, questionnaire, reader_member(reader, root, "texts"));
  }
  if (reader_clean(reader) && !hash_texts(questionnaire, translation)) {
    reader->memory_out = true;
  }
}

const struct translation *translation_load(const struct questionnaire *questionnaire,
                                           const char *json, struct arena *arena,
                                           struct complaints *complaints) {
  struct reader reader;
  reader_init(&reader, json, arena, complaints);
  struct translation *translation = reader_array(&reader, 1, sizeof *translation);
  json_t *root = translation == NULL ? NULL : reader_parse(&reader);
  if (root != NULL) {
    read_translation(&reader, questionnaire, (struct spot){.value = root, .path = "$"},
                     translation);
  }
  json_decref(root);
  return reader_finish(&reader) ? translation : NULL;
}

const struct translation *translation_source(const struct questionnaire *questionnaire,
                                             struct arena *arena) {
  struct translation *translation = arena_alloc(arena, sizeof *translation);
  const char **texts = arena_array(arena, questionnaire->words_count, sizeof *texts);
  if (translation == NULL || texts == NULL) {
    return NULL;
  }
  for (size_t i = 0; i < questionnaire->words_count; i++) {
    texts[i] = questionnaire->words[i]->text;
  }
  *translation = (struct translation){.questionnaire = questionnaire->id,
                                      .language = questionnaire->language,
                                      .name = questionnaire->language_name,
                                      .texts = texts};
  return hash_texts(questionnaire, translation) ? translation : NULL;
}

const char *translation_text(const struct questionnaire *questionnaire,
                             const struct translation *translation, const struct words *words) {
  if (words->text == NULL || words->index < 0 ||
      (size_t)words->index >= questionnaire->words_count) {
    return NULL;
  }
  return translation->texts[words->index];
}
