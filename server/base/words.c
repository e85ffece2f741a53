#include "base/words.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define REFERENCE "da"

struct words_set {
  json_t *languages; /* language → object of strings */
};

const char *words_get(const json_t *words, const char *key) {
  const char *word = json_string_value(json_object_get(words, key));
  return word != NULL ? word : "";
}

bool words_has(const struct words_set *set, const char *language) {
  return json_object_get(set->languages, language) != NULL;
}

static int compare_names(const void *left, const void *right) {
  return strcmp(*(const char *const *)left, *(const char *const *)right);
}

const char *const *words_languages(const struct words_set *set, struct arena *arena,
                                   size_t *count) {
  const char **languages =
      arena_array(arena, json_object_size(set->languages) + 1, sizeof *languages);
  const char *language;
  json_t *words;
  *count = 0;
  json_object_foreach(set->languages, language, words) {
    if (languages != NULL) {
      languages[(*count)++] = language;
    }
  }
  if (languages != NULL) {
    qsort(languages, *count, sizeof *languages, compare_names);
  }
  return languages;
}

json_t *words_of(const struct words_set *set, const char *language) {
  json_t *words = json_object_get(set->languages, language);
  return words != NULL ? words : json_object_get(set->languages, REFERENCE);
}

void words_set_free(struct words_set *set) {
  if (set == NULL) {
    return;
  }
  json_decref(set->languages);
  free(set);
}

/* Every key of one must be a string key of the other. */
static const char *compare(const char *folder, const char *language, json_t *words,
                           json_t *reference, struct arena *arena) {
  const char *key;
  json_t *value;
  json_object_foreach(reference, key, value) {
    if (!json_is_string(json_object_get(words, key))) {
      return arena_printf(arena, "%s/%s.json: \"%s\" is missing; hint: add the text", folder,
                          language, key);
    }
  }
  json_object_foreach(words, key, value) {
    if (!json_is_string(json_object_get(reference, key))) {
      return arena_printf(arena,
                          "%s/%s.json: \"%s\" is not among the words of " REFERENCE
                          ".json; hint: take it out",
                          folder, language, key);
    }
  }
  return NULL;
}

static const char *load_file(struct words_set *set, const char *folder, const char *name,
                             struct arena *arena) {
  size_t length = strlen(name);
  if (length <= 5 || strcmp(name + length - 5, ".json") != 0) {
    return NULL;
  }
  const char *path = arena_printf(arena, "%s/%s", folder, name);
  const char *language = arena_copy(arena, name, length - 5);
  if (path == NULL || language == NULL) {
    return "out of memory";
  }
  json_error_t error;
  json_t *words = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
  if (!json_is_object(words)) {
    json_decref(words);
    return arena_printf(arena, "%s:%d: %s", path, error.line, error.text);
  }
  return json_object_set_new(set->languages, language, words) == 0 ? NULL : "out of memory";
}

static const char *check_all(const struct words_set *set, const char *folder, struct arena *arena) {
  json_t *reference = json_object_get(set->languages, REFERENCE);
  if (reference == NULL) {
    return arena_printf(arena, "%s/" REFERENCE ".json is missing", folder);
  }
  const char *language;
  json_t *words;
  json_object_foreach(set->languages, language, words) {
    const char *message = compare(folder, language, words, reference, arena);
    if (message != NULL) {
      return message;
    }
  }
  return NULL;
}

struct words_set *words_set_load(const char *folder, struct arena *arena, const char **message) {
  struct words_set *set = calloc(1, sizeof *set);
  DIR *directory = opendir(folder);
  *message = NULL;
  if (set != NULL) {
    set->languages = json_object();
  }
  if (set == NULL || set->languages == NULL) {
    *message = "out of memory";
  } else if (directory == NULL) {
    *message = arena_printf(arena, "%s cannot be read; hint: set HJEMSVAR_SHARE_DIR", folder);
  }
  if (directory == NULL && *message == NULL) {
    *message = "out of memory";
  }
  for (struct dirent *entry; *message == NULL && (entry = readdir(directory)) != NULL;) {
    *message = load_file(set, folder, entry->d_name, arena);
  }
  if (directory != NULL) {
    closedir(directory);
  }
  if (*message == NULL) {
    *message = check_all(set, folder, arena);
  }
  if (*message == NULL) {
    return set;
  }
  words_set_free(set);
  return NULL;
}

/* Adds the value of the placeholder that begins after "{", if the list has it. */
static const char *fill_one(struct text *out, const char *rest, va_list pairs) {
  for (const char *name; (name = va_arg(pairs, const char *)) != NULL;) {
    const char *value = va_arg(pairs, const char *);
    size_t length = strlen(name);
    if (strncmp(rest, name, length) == 0 && rest[length] == '}') {
      text_add(out, value);
      return rest + length + 1;
    }
  }
  text_add_char(out, '{');
  return rest;
}

const char *words_fill(struct arena *arena, const char *pattern, ...) {
  struct text out;
  text_init(&out);
  for (const char *rest = pattern; *rest != '\0';) {
    size_t plain = strcspn(rest, "{");
    text_add_bytes(&out, rest, plain);
    rest += plain;
    if (*rest == '\0') {
      break;
    }
    va_list pairs;
    va_start(pairs, pattern);
    rest = fill_one(&out, rest + 1, pairs);
    va_end(pairs);
  }
  char *filled = out.failed || out.data == NULL ? NULL : arena_string(arena, out.data);
  text_clear(&out);
  return filled != NULL ? filled : pattern;
}

const char *words_isolated(struct arena *arena, bool right_to_left, const char *value) {
  const char *isolated = right_to_left ? arena_printf(arena, "\u2068%s\u2069", value) : NULL;
  return isolated != NULL ? isolated : value;
}
