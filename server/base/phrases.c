#include "base/phrases.h"

#include <string.h>

#include "base/text.h"

/* Holes are tried at each place of a text: a longer one could take as long as it likes. */
enum { HOLES_MAX = 6, DEPTH_MAX = 2, TEXT_MAX_BYTES = 2000 };

#define HINT "; hint: "

struct hole {
  const char *name, *text;
  size_t name_length, length;
  bool quoted; /* somebody's own word, never a phrase */
};

struct holes {
  struct hole items[HOLES_MAX];
  size_t count;
};

/* The length of the name of the hole that begins at "<"; 0: it is a plain sign. */
static size_t hole_name(const char *at) {
  size_t length = at[0] == '<' ? strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_") : 0;
  return length > 0 && at[1 + length] == '>' ? length : 0;
}

/* Whether the text fits the pattern, each hole holding as little as it can; before is the sign that
 * stands before both. */
static bool fits(const char *pattern, const char *text, char before, struct holes *holes) {
  size_t name;
  for (; (name = hole_name(pattern)) == 0; pattern++, text++) {
    if (*pattern != *text) {
      return false;
    }
    if (*pattern == '\0') {
      return true;
    }
    before = *pattern;
  }
  if (holes->count == HOLES_MAX) {
    return false;
  }
  struct hole *hole = &holes->items[holes->count++];
  *hole = (struct hole){
      .name = pattern + 1, .name_length = name, .text = text, .quoted = before == '"'};
  size_t count = holes->count;
  for (;; hole->length++) {
    holes->count = count;
    if (fits(pattern + name + 2, text + hole->length, '>', holes)) {
      return true;
    }
    if (text[hole->length] == '\0') {
      return false;
    }
  }
}

static const struct hole *find_hole(const struct holes *holes, const char *name, size_t length) {
  for (size_t i = 0; i < holes->count; i++) {
    const struct hole *hole = &holes->items[i];
    if (hole->name_length == length && strncmp(hole->name, name, length) == 0) {
      return hole;
    }
  }
  return NULL;
}

static const char *say(const json_t *phrases, struct arena *arena, const char *text, int depth);

static const char *fill(const json_t *phrases, struct arena *arena, const char *pattern,
                        const struct holes *holes, int depth) {
  struct text out;
  text_init(&out);
  while (*pattern != '\0') {
    size_t name = hole_name(pattern);
    const struct hole *hole = name == 0 ? NULL : find_hole(holes, pattern + 1, name);
    if (hole == NULL) {
      text_add_char(&out, *pattern++);
      continue;
    }
    const char *copy = arena_copy(arena, hole->text, hole->length);
    text_add(&out, copy == NULL ? "" : hole->quoted ? copy : say(phrases, arena, copy, depth + 1));
    pattern += name + 2;
  }
  const char *filled = out.failed || out.data == NULL ? NULL : arena_string(arena, out.data);
  text_clear(&out);
  return filled;
}

static const char *say(const json_t *phrases, struct arena *arena, const char *text, int depth) {
  const char *pattern;
  json_t *other;
  if (depth == DEPTH_MAX || strlen(text) > TEXT_MAX_BYTES) {
    return text;
  }
  json_object_foreach((json_t *)(uintptr_t)phrases, pattern, other) {
    struct holes holes = {.count = 0};
    if (fits(pattern, text, '\0', &holes)) {
      const char *said = fill(phrases, arena, json_string_value(other), &holes, depth);
      return said == NULL ? text : said;
    }
  }
  return text;
}

const char *phrases_say(const json_t *phrases, struct arena *arena, const char *text) {
  return say(phrases, arena, text, 0);
}

struct phrase phrases_split(const json_t *phrases, struct arena *arena, const char *text) {
  const char *hint = strstr(text, HINT);
  const char *what = hint == NULL ? text : arena_copy(arena, text, (size_t)(hint - text));
  return (struct phrase){.text = what == NULL ? text : phrases_say(phrases, arena, what),
                         .hint = hint == NULL ? NULL
                                              : phrases_say(phrases, arena, hint + strlen(HINT))};
}

/* ---- loading */

static bool has_hole(const char *pattern, const char *name, size_t length) {
  for (; *pattern != '\0'; pattern++) {
    if (hole_name(pattern) == length && strncmp(pattern + 1, name, length) == 0) {
      return true;
    }
  }
  return false;
}

static bool holes_are_there(const char *pattern, const char *other) {
  for (; *other != '\0'; other++) {
    size_t name = hole_name(other);
    if (name > 0 && !has_hole(pattern, other + 1, name)) {
      return false;
    }
  }
  return true;
}

json_t *phrases_load(const char *path, struct arena *arena, const char **message) {
  json_error_t error;
  json_t *phrases = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
  const char *pattern;
  json_t *other;
  *message = NULL;
  if (!json_is_object(phrases)) {
    *message = arena_printf(arena, "%s:%d: %s", path, error.line, error.text);
  }
  json_object_foreach(phrases, pattern, other) {
    const char *said = json_string_value(other);
    if (*message == NULL && (said == NULL || said[0] == '\0' || !holes_are_there(pattern, said))) {
      *message = arena_printf(arena, "%s: \"%s\" is not said; hint: a text with the same <holes>",
                              path, pattern);
    }
  }
  if (json_is_object(phrases) && *message == NULL) {
    return phrases;
  }
  *message = *message == NULL ? "out of memory" : *message;
  json_decref(phrases);
  return NULL;
}
