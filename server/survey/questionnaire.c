#include "survey/questionnaire.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "survey/definition.h"

enum { FILE_MAX_BYTES = 1024 * 1024 };

static void build(struct definition *definition, json_t *root) {
  definition_read(definition, (struct spot){.value = root, .path = "$"});
  definition_link(definition);
  /* Names of fields follow from ids: with a wrong id they would only be noise. */
  if (reader_clean(definition->reader)) {
    definition_finish(definition);
  }
}

const struct questionnaire *questionnaire_load(const char *json, struct arena *arena,
                                               struct complaints *complaints) {
  struct reader reader;
  struct definition definition = {.reader = &reader};
  reader_init(&reader, json, arena, complaints);
  definition.questionnaire = reader_array(&reader, 1, sizeof *definition.questionnaire);
  json_t *root = definition.questionnaire == NULL ? NULL : reader_parse(&reader);
  if (root != NULL) {
    build(&definition, root);
  }
  json_decref(root);
  return reader_finish(&reader) ? definition.questionnaire : NULL;
}

static bool read_all(FILE *file, struct text *text) {
  char chunk[4096];
  size_t length;
  while (!text->failed && (length = fread(chunk, 1, sizeof chunk, file)) > 0) {
    text_add_bytes(text, chunk, length);
    if (text->length > FILE_MAX_BYTES) {
      errno = EFBIG;
      return false;
    }
    if (memchr(chunk, '\0', length) != NULL) {
      /* What follows a NUL would be read over in silence. */
      errno = EILSEQ;
      return false;
    }
  }
  return !ferror(file);
}

char *questionnaire_read(const char *path, struct arena *arena) {
  FILE *file = fopen(path, "re");
  if (file == NULL) {
    return NULL;
  }
  struct text text;
  text_init(&text);
  char *json = NULL;
  if (read_all(file, &text)) {
    json = text.failed ? NULL : arena_copy(arena, text.length == 0 ? "" : text.data, text.length);
    if (json == NULL) {
      errno = ENOMEM;
    }
  }
  int fault = errno;
  text_clear(&text);
  fclose(file);
  errno = fault;
  return json;
}

int questionnaire_question(const struct questionnaire *questionnaire, const char *id) {
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    if (strcmp(questionnaire->questions[i].id, id) == 0) {
      return (int)i;
    }
  }
  return -1;
}

size_t questionnaire_value(const struct questionnaire *questionnaire, int question, int child) {
  const struct question *asked = &questionnaire->questions[question];
  return asked->first_field + (asked->each < 0 ? 0 : (size_t)(child - 1) * asked->fields_each);
}

bool questionnaire_in_children(const struct questionnaire *questionnaire, int question) {
  return questionnaire->per_child || questionnaire->questions[question].each >= 0;
}

bool questionnaire_is_text(const struct questionnaire *questionnaire, int field) {
  const struct field *asked = &questionnaire->fields[field];
  return asked->kind == FIELD_DESCRIBE ||
         questionnaire->questions[asked->question].kind == QUESTION_TEXT;
}

int questionnaire_field(const struct questionnaire *questionnaire, const char *name) {
  size_t low = 0;
  size_t high = questionnaire->fields_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int field = questionnaire->fields_by_name[middle];
    int order = strcmp(name, questionnaire->fields[field].name);
    if (order == 0) {
      return field;
    }
    if (order < 0) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return -1;
}
