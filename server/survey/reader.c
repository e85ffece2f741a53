#include "survey/reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/jsonplace.h"
#include "base/utf8.h"
#include "survey/nearest.h"

/* Each complaint looks its line up by walking the file: without a limit a large
 * broken file would keep a program busy for minutes, and nobody reads on. */
enum { READER_COMPLAINTS_MAX = 100, READER_NAME_MAX = 32 };

static char *print(struct arena *arena, const char *format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  int length = vsnprintf(NULL, 0, format, arguments);
  char *string = length < 0 ? NULL : arena_alloc(arena, (size_t)length + 1);
  if (string != NULL) {
    vsnprintf(string, (size_t)length + 1, format, again);
  }
  va_end(again);
  return string;
}

static bool complaints_grow(struct complaints *complaints, struct arena *arena) {
  if (complaints->count < complaints->capacity) {
    return true;
  }
  size_t capacity = complaints->capacity == 0 ? 8 : complaints->capacity * 2;
  struct complaint *items = arena_array(arena, capacity, sizeof *items);
  if (items == NULL) {
    return false;
  }
  if (complaints->count > 0) {
    memcpy(items, complaints->items, complaints->count * sizeof *items);
  }
  complaints->items = items;
  complaints->capacity = capacity;
  return true;
}

static bool complaints_append(struct complaints *complaints, struct arena *arena, int line,
                              const char *path, const char *message) {
  const char *kept = arena_string(arena, path);
  if (kept == NULL || message == NULL || !complaints_grow(complaints, arena)) {
    return false;
  }
  complaints->items[complaints->count++] =
      (struct complaint){.line = line, .path = kept, .message = message};
  return true;
}

void complaints_add(struct complaints *complaints, struct arena *arena, int line, const char *path,
                    const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const char *message = print(arena, format, arguments);
  va_end(arguments);
  (void)complaints_append(complaints, arena, line, path, message);
}

void reader_init(struct reader *reader, const char *json, struct arena *arena,
                 struct complaints *complaints) {
  static const char mark[] = "\xEF\xBB\xBF";
  if (strncmp(json, mark, sizeof mark - 1) == 0) {
    json += sizeof mark - 1;
  }
  *reader = (struct reader){
      .json = json, .arena = arena, .complaints = complaints, .before = complaints->count};
}

static const char *syntax_hint(enum json_error_code code) {
  if (code == json_error_duplicate_key) {
    return "each name stands only once between { and }";
  }
  if (code == json_error_invalid_utf8) {
    return "save the file as UTF-8";
  }
  return "a comma, quotation mark or bracket is missing or too many, here or just before";
}

/* Jansson ends by what it had read, which may be a part of a character. */
static const char *syntax_fault(json_error_t *error) {
  char *near = strstr(error->text, " near '");
  if (near != NULL && !utf8_valid(error->text, strlen(error->text))) {
    *near = '\0';
  }
  return error->text;
}

json_t *reader_parse(struct reader *reader) {
  json_error_t error;
  if (reader->json[strspn(reader->json, " \t\r\n")] == '\0') {
    complaints_add(reader->complaints, reader->arena, 1, "$",
                   "the file is empty; hint: is it the right one?");
    reader->memory_out = reader_clean(reader);
    return NULL;
  }
  json_t *root = json_loads(reader->json, JSON_REJECT_DUPLICATES, &error);
  if (root != NULL) {
    return root;
  }
  if (json_error_code(&error) != json_error_out_of_memory) {
    complaints_add(reader->complaints, reader->arena, error.line > 0 ? error.line : 1, "$",
                   "not JSON: %s (column %d); hint: %s", syntax_fault(&error), error.column,
                   syntax_hint(json_error_code(&error)));
  }
  reader->memory_out = reader_clean(reader);
  return NULL;
}

bool reader_clean(const struct reader *reader) {
  return reader->complaints->count == reader->before && !reader->memory_out;
}

bool reader_finish(struct reader *reader) {
  struct complaint *items = reader->complaints->items;
  for (size_t i = reader->before + 1; i < reader->complaints->count; i++) {
    struct complaint moved = items[i];
    size_t to = i;
    for (; to > reader->before && items[to - 1].line > moved.line; to--) {
      items[to] = items[to - 1];
    }
    items[to] = moved;
  }
  if (reader->memory_out) {
    complaints_add(reader->complaints, reader->arena, 0, "$", "out of memory");
  }
  return reader_clean(reader);
}

void reader_complain(struct reader *reader, const char *path, const char *format, ...) {
  if (reader->complaints->count - reader->before >= READER_COMPLAINTS_MAX) {
    return;
  }
  if (path == NULL) {
    path = "$";
  }
  va_list arguments;
  va_start(arguments, format);
  const char *message = print(reader->arena, format, arguments);
  va_end(arguments);
  int line = jsonplace_line(reader->json, path);
  if (!complaints_append(reader->complaints, reader->arena, line, path, message)) {
    reader->memory_out = true;
  }
}

void *reader_array(struct reader *reader, size_t count, size_t size) {
  /* An empty list is a valid one: it must not look like memory running out. */
  void *array = arena_array(reader->arena, count == 0 ? 1 : count, size);
  if (array == NULL) {
    reader->memory_out = true;
  }
  return array;
}

char *reader_printf(struct reader *reader, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *string = print(reader->arena, format, arguments);
  va_end(arguments);
  if (string == NULL) {
    reader->memory_out = true;
  }
  return string;
}

const char *reader_string(struct reader *reader, const char *string) {
  const char *copy = arena_string(reader->arena, string);
  if (copy == NULL) {
    reader->memory_out = true;
  }
  return copy;
}

static const char *type_name(const json_t *value) {
  switch (json_typeof(value)) {
  case JSON_OBJECT:
    return "an object";
  case JSON_ARRAY:
    return "a list";
  case JSON_STRING:
    return "a string";
  case JSON_INTEGER:
    return "a whole number";
  case JSON_REAL:
    return "a number with a decimal point";
  case JSON_TRUE:
  case JSON_FALSE:
    return "true or false";
  case JSON_NULL:
    return "null";
  }
  return "unknown";
}

static void complain_missing(struct reader *reader, struct spot spot) {
  const char *dot = spot.path == NULL ? NULL : strrchr(spot.path, '.');
  reader_complain(reader, spot.path, "\"%s\" is missing", dot == NULL ? "$" : dot + 1);
}

static void complain_type(struct reader *reader, struct spot spot, const char *wanted) {
  if (spot.value == NULL) {
    complain_missing(reader, spot);
  } else {
    reader_complain(reader, spot.path, "must be %s, but is %s", wanted, type_name(spot.value));
  }
}

static void complain_key(struct reader *reader, struct spot spot, const char *what, const char *key,
                         const char *const *known) {
  struct nearest nearest;
  nearest_init(&nearest, key);
  struct text list;
  text_init(&list);
  text_add(&list, "; hint: it has ");
  for (size_t i = 0; known[i] != NULL; i++) {
    nearest_try(&nearest, known[i]);
    text_addf(&list, "%s%s", i == 0 ? "" : ", ", known[i]);
  }
  const char *otherwise = list.failed ? "" : reader_string(reader, list.data);
  reader_complain(reader, reader_member(reader, spot, key).path, "unknown key \"%s\" in %s%s", key,
                  what, nearest_hint(reader, &nearest, otherwise == NULL ? "" : otherwise));
  text_clear(&list);
}

bool reader_object(struct reader *reader, struct spot spot, const char *what,
                   const char *const *known) {
  if (!json_is_object(spot.value)) {
    complain_type(reader, spot, "an object in { }");
    return false;
  }
  const char *key;
  json_t *value;
  json_object_foreach(spot.value, key, value) {
    size_t i = 0;
    while (known[i] != NULL && strcmp(known[i], key) != 0) {
      i++;
    }
    if (known[i] == NULL) {
      complain_key(reader, spot, what, key, known);
    }
  }
  return true;
}

struct spot reader_member(struct reader *reader, struct spot spot, const char *key) {
  return (struct spot){.value = json_object_get(spot.value, key),
                       .path = reader_printf(reader, "%s.%s", spot.path, key)};
}

struct spot reader_item(struct reader *reader, struct spot spot, size_t index) {
  return (struct spot){.value = json_array_get(spot.value, index),
                       .path = reader_printf(reader, "%s[%zu]", spot.path, index)};
}

size_t reader_list(struct reader *reader, struct spot spot, size_t least) {
  if (spot.value == NULL && least == 0) {
    return 0;
  }
  if (!json_is_array(spot.value)) {
    complain_type(reader, spot, "a list in [ ]");
    return 0;
  }
  size_t count = json_array_size(spot.value);
  if (count < least) {
    reader_complain(reader, spot.path, "the list is too short; hint: it needs at least %zu", least);
  }
  return count;
}

const char *reader_text(struct reader *reader, struct spot spot) {
  if (!json_is_string(spot.value)) {
    complain_type(reader, spot, "a string in quotation marks");
    return NULL;
  }
  return reader_string(reader, json_string_value(spot.value));
}

const char *reader_name(struct reader *reader, struct spot spot, bool dashes) {
  const char *name = reader_text(reader, spot);
  if (name == NULL) {
    return NULL;
  }
  size_t length = strspn(name, dashes ? "abcdefghijklmnopqrstuvwxyz0123456789_-"
                                      : "abcdefghijklmnopqrstuvwxyz0123456789_");
  if (name[length] == '\0' && length >= 1 && length <= READER_NAME_MAX &&
      strspn(name, "abcdefghijklmnopqrstuvwxyz") >= 1) {
    return name;
  }
  reader_complain(reader, spot.path,
                  "\"%s\" cannot be a name here; hint: a small letter a-z, then at most %d of a-z, "
                  "0-9, _%s",
                  name, READER_NAME_MAX - 1, dashes ? " and -" : "");
  return NULL;
}

static bool is_language(const char *tag) {
  size_t length = strspn(tag, "abcdefghijklmnopqrstuvwxyz");
  if (length < 2 || length > 3) {
    return false;
  }
  for (tag += length; *tag == '-'; tag += length) {
    tag++;
    length = strspn(tag, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
    if (length < 2 || length > 8) {
      return false;
    }
  }
  return *tag == '\0';
}

const char *reader_language(struct reader *reader, struct spot spot) {
  const char *tag = reader_text(reader, spot);
  if (tag == NULL || is_language(tag)) {
    return tag;
  }
  reader_complain(reader, spot.path,
                  "\"%s\" is no language; hint: write its code, as da, en or pt-BR", tag);
  return NULL;
}

int reader_integer(struct reader *reader, struct spot spot, int min, int max) {
  if (!json_is_integer(spot.value)) {
    complain_type(reader, spot, "a whole number");
    return min;
  }
  json_int_t value = json_integer_value(spot.value);
  if (value >= min && value <= max) {
    return (int)value;
  }
  reader_complain(reader, spot.path, "%lld is out of range; hint: %d to %d", (long long)value, min,
                  max);
  return min;
}

bool reader_boolean(struct reader *reader, struct spot spot, bool otherwise) {
  if (spot.value == NULL) {
    return otherwise;
  }
  if (!json_is_boolean(spot.value)) {
    complain_type(reader, spot, "true or false");
  }
  return json_is_true(spot.value);
}

/* U+0000-001F, U+007F and U+0080-009F, the last two bytes in UTF-8. */
static bool has_control(const char *text) {
  const unsigned char *byte = (const unsigned char *)text;
  for (; *byte != '\0'; byte++) {
    if (*byte < 0x20 || *byte == 0x7F || (byte[0] == 0xC2 && byte[1] >= 0x80 && byte[1] < 0xA0)) {
      return true;
    }
  }
  return false;
}

const char *reader_words_text(struct reader *reader, struct spot spot) {
  const char *text = reader_text(reader, spot);
  if (text == NULL) {
    return NULL;
  }
  if (text[strspn(text, " \t\r\n")] == '\0') {
    reader_complain(reader, spot.path, "the text is empty");
    return NULL;
  }
  if (has_control(text)) {
    reader_complain(reader, spot.path,
                    "the text holds a line break or another control character; hint: a paragraph "
                    "is a text of its own");
    return NULL;
  }
  return text;
}

size_t reader_placeholder(const char **text) {
  for (const char *open = strchr(*text, '{'); open != NULL; open = strchr(open + 1, '{')) {
    size_t inside = strcspn(open + 1, "{}");
    if (open[1 + inside] == '}') {
      *text = open;
      return inside + 2;
    }
  }
  return 0;
}

/* Only the name of a child has a hole, for its number. */
static void check_placeholders(struct reader *reader, const char *path, const struct words *words) {
  bool child = words->id != NULL && strcmp(words->id, "child") == 0;
  int numbers = 0;
  size_t length;
  for (const char *at = words->text; (length = reader_placeholder(&at)) > 0; at += length) {
    if (child && length == 3 && strncmp(at, "{n}", 3) == 0) {
      numbers++;
    } else {
      reader_complain(reader, path,
                      "nothing fills in %.*s here; hint: only \"child\" has a placeholder, {n}",
                      (int)length, at);
    }
  }
  if (child && numbers != 1) {
    reader_complain(reader, path,
                    "the child's number must stand here once; hint: write {n} where it goes");
  }
}

struct words reader_words(struct reader *reader, struct spot spot, const char *id) {
  static const char *const known[] = {"source", "ours", NULL};
  struct words words = {.id = id, .index = -1};
  if (spot.value == NULL) {
    complain_missing(reader, spot);
    return words;
  }
  if (json_is_string(spot.value)) {
    reader_complain(reader, spot.path,
                    "it is not said whose words these are; hint: write {\"source\": \"…\"} for "
                    "the source's words or {\"ours\": \"…\"} for your own");
    return words;
  }
  if (!reader_object(reader, spot, "a text", known)) {
    return words;
  }
  struct spot source = reader_member(reader, spot, "source");
  struct spot ours = reader_member(reader, spot, "ours");
  words.ours = source.value == NULL;
  if ((source.value == NULL) == (ours.value == NULL)) {
    reader_complain(reader, spot.path, "a text has either \"source\" or \"ours\"");
  } else {
    words.text = reader_words_text(reader, words.ours ? ours : source);
  }
  if (words.text != NULL) {
    check_placeholders(reader, spot.path, &words);
  }
  return words;
}
