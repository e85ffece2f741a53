#include <jansson.h>
#include <string.h>

#include "survey/answer.h"

/* RFC 8259: quotation mark, reverse solidus and control characters; all else
 * stands as it is, so that there is one way to write a text. */
static void add_json_string(struct text *text, const char *string) {
  text_add_char(text, '"');
  for (; *string != '\0'; string++) {
    unsigned char byte = (unsigned char)*string;
    if (byte == '"' || byte == '\\') {
      text_add_char(text, '\\');
      text_add_char(text, *string);
    } else if (byte == '\n') {
      text_add(text, "\\n");
    } else if (byte < 0x20) {
      text_addf(text, "\\u%04x", (unsigned)byte);
    } else {
      text_add_char(text, *string);
    }
  }
  text_add_char(text, '"');
}

static void add_member(struct text *text, const struct answer *answer, size_t field) {
  text_addf(text, "%s\"%s\":", text->length > 1 ? "," : "",
            answer->questionnaire->fields[field].name);
  if (answer->texts[field] != NULL) {
    add_json_string(text, answer->texts[field]);
  } else {
    text_addf(text, "%d", answer->codes[field]);
  }
}

char *answer_json(const struct answer *answer) {
  struct text text;
  text_init(&text);
  text_add_char(&text, '{');
  for (size_t i = 0; i < answer->questionnaire->fields_count; i++) {
    if (answer->texts[i] != NULL || answer->codes[i] != ANSWER_NONE) {
      add_member(&text, answer, i);
    }
  }
  text_add_char(&text, '}');
  char *json = text.failed ? NULL : arena_copy(answer->arena, text.data, text.length);
  text_clear(&text);
  return json;
}

static bool set_member(struct answer *answer, int field, const json_t *value) {
  if (json_is_string(value)) {
    /* A number in quotation marks is not what was written: the field would take
     * it for a code. */
    enum answer_fault fault =
        answer_set(answer, field, json_string_value(value), json_string_length(value));
    return fault == ANSWER_OK && answer->texts[field] != NULL;
  }
  if (!json_is_integer(value)) {
    return false;
  }
  char digits[24];
  int length = snprintf(digits, sizeof digits, "%lld", (long long)json_integer_value(value));
  enum answer_fault fault = answer_set(answer, field, digits, (size_t)length);
  return fault == ANSWER_OK && answer->codes[field] != ANSWER_NONE;
}

static bool set_members(struct answer *answer, json_t *root) {
  const char *name;
  json_t *value;
  if (!json_is_object(root)) {
    return false;
  }
  json_object_foreach(root, name, value) {
    int field = questionnaire_field(answer->questionnaire, name);
    if (field < 0 || !set_member(answer, field, value)) {
      return false;
    }
  }
  return true;
}

struct answer *answer_from_json(const struct questionnaire *questionnaire, struct arena *arena,
                                const char *json) {
  struct answer *answer = answer_new(questionnaire, arena);
  json_t *root = json_loads(json, JSON_REJECT_DUPLICATES, NULL);
  bool fits = answer != NULL && root != NULL && set_members(answer, root);
  json_decref(root);
  return fits ? answer : NULL;
}
