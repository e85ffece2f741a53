#include <math.h>
#include <string.h>

#include "survey/documentation.h"

enum { ID_MAX = 40, LANGUAGES_MAX = 20 };

/* ---- what a file or a release says */

static const char *copy(struct arena *arena, const json_t *value) {
  const char *text = json_string_value(value);
  return text == NULL ? NULL : arena_string(arena, text);
}

/* {"da": …, "en": …} with Danish first; NULL when something else stands there, or memory is out.
 * Nothing at all is no words. */
static const struct documentation_words *words_of(const json_t *object, struct arena *arena) {
  size_t size = json_object_size(object), count = 0;
  struct documentation_words *words = arena_array(arena, size + 1, sizeof *words);
  const char *language;
  json_t *value;
  if (words == NULL || size > LANGUAGES_MAX || (object != NULL && !json_is_object(object))) {
    return NULL;
  }
  json_object_foreach((json_t *)object, language, value) {
    struct documentation_words one = {arena_string(arena, language), copy(arena, value)};
    if (one.language == NULL || one.text == NULL) {
      return NULL;
    }
    bool first = strcmp(language, "da") == 0;
    words[count] = first ? words[0] : one;
    words[first ? 0 : count] = one;
    count++;
  }
  return words;
}

static bool kind_of(const json_t *value, enum documentation_kind *kind) {
  const char *name = json_string_value(value);
  for (*kind = 0; name != NULL && *kind < DOCUMENTATION_KINDS; (*kind)++) {
    if (strcmp(documentation_kind_name(*kind), name) == 0) {
      return true;
    }
  }
  return false;
}

static bool is_id(const char *id) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz", others[] =
                                                                  "abcdefghijklmnopqrstuvwxyz"
                                                                  "0123456789_";
  return id != NULL && id[0] != '\0' && strchr(letters, id[0]) != NULL && strlen(id) <= ID_MAX &&
         strspn(id, others) == strlen(id);
}

/* What is wrong with a part; NULL: nothing. */
static const char *read_part(const json_t *json, struct arena *arena,
                             struct documentation_part *part) {
  const json_t *title = json_object_get(json, "title");
  part->id = copy(arena, json_object_get(json, "id"));
  part->title = words_of(title, arena);
  part->hint = words_of(json_object_get(json, "hint"), arena);
  if (!is_id(part->id)) {
    return "\"id\" has to be small letters, digits and _, and begin with a letter";
  }
  if (!kind_of(json_object_get(json, "kind"), &part->kind)) {
    return "\"kind\" has to be text, number or reflection";
  }
  if (part->title == NULL || json_object_get(title, "da") == NULL) {
    return "\"title\" has to say it in \"da\" at least";
  }
  if (part->hint == NULL) {
    return "\"hint\" has to be words by language";
  }
  part->least = (int)json_integer_value(json_object_get(json, "least"));
  part->most = (int)json_integer_value(json_object_get(json, "most"));
  part->decimals = (int)json_integer_value(json_object_get(json, "decimals"));
  bool bounded = part->least >= 0 && part->least < part->most &&
                 part->most <= DOCUMENTATION_NUMBER_MAX && part->decimals >= 0 &&
                 part->decimals <= 2;
  return part->kind == DOCUMENTATION_NUMBER && !bounded
             ? "\"least\", \"most\" and \"decimals\" have to be whole numbers that make a range"
             : NULL;
}

const struct documentation_model *documentation_model_read(const json_t *json, struct arena *arena,
                                                           const char **message) {
  const json_t *list = json_object_get(json, "parts");
  size_t count = json_array_size(list);
  struct documentation_model *model = arena_alloc(arena, sizeof *model);
  struct documentation_part *parts = arena_array(arena, count + 1, sizeof *parts);
  *message = "out of memory";
  if (model == NULL || parts == NULL) {
    return NULL;
  }
  if (count == 0 || count > DOCUMENTATION_PARTS_MAX) {
    *message =
        arena_printf(arena, "\"parts\" has to be a list of 1 to %d", DOCUMENTATION_PARTS_MAX);
    return NULL;
  }
  *model = (struct documentation_model){.parts = parts};
  for (size_t i = 0; i < count; i++) {
    const char *wrong = read_part(json_array_get(list, i), arena, &parts[i]);
    if (wrong == NULL && documentation_part_find(model, parts[i].id) != NULL) {
      wrong = "\"id\" stands there twice";
    }
    if (wrong != NULL) {
      *message = arena_printf(arena, "part %zu: %s", i + 1, wrong);
      return NULL;
    }
    model->count++;
  }
  return model;
}

/* ---- versions */

static json_t *words_json(const struct documentation_words *words) {
  json_t *object = json_object();
  for (const struct documentation_words *at = words; object != NULL && at->language != NULL; at++) {
    if (json_object_set_new(object, at->language, json_string(at->text)) != 0) {
      json_decref(object);
      return NULL;
    }
  }
  return object;
}

static json_t *number_json(int hundredths) {
  return hundredths < 0          ? json_null()
         : hundredths % 100 == 0 ? json_integer(hundredths / 100)
                                 : json_real(hundredths / 100.0);
}

static json_t *version_json(const struct documentation_version *version) {
  const struct documentation_part *part = version->part;
  bool holds = version->valid_to == NULL;
  return json_pack("{s:i, s:s, s:s, s:s, s:o, s:i, s:s, s:s?, s:b, s:b, s:s, s:o, s:s, s:s?, s:b}",
                   "municipality", version->municipality, "name", version->name, "part", part->id,
                   "kind", documentation_kind_name(part->kind), "title", words_json(part->title),
                   "version", version->number, "valid_from", version->valid_from, "valid_to",
                   version->valid_to, "holds", holds, "corrected", documentation_corrected(version),
                   "text", version->text, "number", number_json(version->hundredths), "why",
                   version->why, "written_at", version->written_at, "erased", version->erased);
}

json_t *documentation_json(const struct documentation_version *versions, size_t count) {
  json_t *list = json_array();
  for (size_t i = 0; list != NULL && i < count; i++) {
    if (json_array_append_new(list, version_json(&versions[i])) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static const struct documentation_part *parse_part(const json_t *json, struct arena *arena) {
  struct documentation_part *part = arena_alloc(arena, sizeof *part);
  if (part != NULL) {
    part->id = copy(arena, json_object_get(json, "part"));
    part->title = words_of(json_object_get(json, "title"), arena);
    part->hint = words_of(NULL, arena);
  }
  return part == NULL || part->id == NULL || part->title == NULL || part->hint == NULL ||
                 !kind_of(json_object_get(json, "kind"), &part->kind)
             ? NULL
             : part;
}

static bool parse_version(const json_t *json, struct arena *arena,
                          struct documentation_version *version) {
  const json_t *number = json_object_get(json, "number"), *to = json_object_get(json, "valid_to");
  *version = (struct documentation_version){
      .municipality = (int)json_integer_value(json_object_get(json, "municipality")),
      .name = copy(arena, json_object_get(json, "name")),
      .part = parse_part(json, arena),
      .number = (int)json_integer_value(json_object_get(json, "version")),
      .valid_from = copy(arena, json_object_get(json, "valid_from")),
      .valid_to = copy(arena, to),
      .text = copy(arena, json_object_get(json, "text")),
      .hundredths = json_is_number(number) ? (int)lround(json_number_value(number) * 100) : -1,
      .why = copy(arena, json_object_get(json, "why")),
      .written_at = copy(arena, json_object_get(json, "written_at")),
      .erased = json_is_true(json_object_get(json, "erased"))};
  return version->name != NULL && version->part != NULL && version->valid_from != NULL &&
         version->text != NULL && version->why != NULL &&
         (version->valid_to != NULL || !json_is_string(to));
}

bool documentation_parse(const json_t *json, struct arena *arena,
                         const struct documentation_version **versions, size_t *count) {
  size_t size = json_array_size(json);
  struct documentation_version *list = arena_array(arena, size + 1, sizeof *list);
  bool good = list != NULL;
  *versions = list;
  for (*count = 0; good && *count < size; (*count)++) {
    good = parse_version(json_array_get(json, *count), arena, &list[*count]);
  }
  return good;
}
