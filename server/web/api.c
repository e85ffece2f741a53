#include "web/api.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"

/* ---- errors */

static void send_problem(struct work *work, const struct api_problem *problem) {
  struct text text;
  text_init(&text);
  api_problem_text(console_document(work->console), problem, &text);
  work_text(work, problem->status, REPLY_PROBLEM, &text);
}

void api_fail(struct work *work, unsigned status, const char *name) {
  send_problem(work, &(struct api_problem){.status = status, .name = name});
}

void api_refuse(struct work *work, unsigned status, const char *name, const char *message) {
  send_problem(work, &(struct api_problem){
                         .status = status,
                         .name = name,
                         .message = message == NULL || message[0] == '\0' ? NULL : message});
}

static json_t *error_json(const struct work *work, const char *field, const char *code) {
  return json_pack("{s:s, s:s, s:s}", "field", field, "code", code, "message",
                   api_document_field(console_document(work->console), code));
}

void api_invalid_list(struct work *work, const char *name, json_t *errors) {
  send_problem(work, &(struct api_problem){
                         .status = MHD_HTTP_UNPROCESSABLE_CONTENT, .name = name, .errors = errors});
}

void api_invalid(struct work *work, const char *field, const char *code) {
  json_t *errors = json_pack("[o]", error_json(work, field, code));
  api_invalid_list(work, "invalid", errors);
  json_decref(errors);
}

/* ---- what was sent */

bool api_fields_begin(struct api_fields *fields, struct work *work) {
  const struct text *body = &work->body;
  *fields = (struct api_fields){.work = work, .asked = json_object(), .errors = json_array()};
  fields->failed = fields->asked == NULL || fields->errors == NULL;
  fields->body =
      body->length == 0 ? NULL : json_loadb(body->data, body->length, JSON_REJECT_DUPLICATES, NULL);
  if (json_is_object(fields->body)) {
    return true;
  }
  api_fail(work, MHD_HTTP_BAD_REQUEST, "not_json");
  return false;
}

void api_field_error(struct api_fields *fields, const char *field, const char *code) {
  fields->failed =
      json_array_append_new(fields->errors, error_json(fields->work, field, code)) != 0 ||
      fields->failed;
}

static json_t *ask(struct api_fields *fields, const char *name) {
  json_t *value = json_object_get(fields->body, name);
  fields->failed = json_object_set_new(fields->asked, name, json_true()) != 0 || fields->failed;
  return json_is_null(value) ? NULL : value;
}

/* A NUL inside would hide what follows it. */
static const char *text_of(const json_t *value) {
  const char *text = json_string_value(value);
  return text != NULL && strlen(text) == json_string_length(value) ? text : NULL;
}

const char *api_text(struct api_fields *fields, const char *name) {
  const json_t *value = ask(fields, name);
  const char *text = text_of(value);
  if (value != NULL && text == NULL) {
    api_field_error(fields, name, "text");
  }
  return text;
}

int api_switch(struct api_fields *fields, const char *name) {
  const json_t *value = ask(fields, name);
  if (value == NULL) {
    return -1;
  }
  if (!json_is_boolean(value)) {
    api_field_error(fields, name, "boolean");
    return -1;
  }
  return json_is_true(value);
}

static int number_of(const json_t *value) {
  json_int_t number = json_integer_value(value);
  return number < 1 || number > INT_MAX ? 0 : (int)number;
}

int api_number(struct api_fields *fields, const char *name) {
  const json_t *value = ask(fields, name);
  int number = number_of(value);
  if (value != NULL && number == 0) {
    api_field_error(fields, name, "number");
  }
  return number;
}

bool api_texts(struct api_fields *fields, const char *name, const char *const **items,
               size_t *count) {
  const json_t *list = ask(fields, name);
  *count = json_array_size(list);
  const char **texts = arena_array(fields->work->arena, *count + 1, sizeof *texts);
  bool good = json_is_array(list) && texts != NULL && *count > 0;
  for (size_t i = 0; good && i < *count; i++) {
    texts[i] = text_of(json_array_get(list, i));
    good = texts[i] != NULL && texts[i][0] != '\0';
  }
  if (list != NULL && !good) {
    api_field_error(fields, name, "texts");
  }
  *items = good ? texts : NULL;
  return good;
}

bool api_numbers(struct api_fields *fields, const char *name, const int **items, size_t *count) {
  const json_t *list = ask(fields, name);
  *count = json_array_size(list);
  int *numbers = arena_array(fields->work->arena, *count + 1, sizeof *numbers);
  bool good = json_is_array(list) && numbers != NULL && *count > 0;
  for (size_t i = 0; good && i < *count; i++) {
    numbers[i] = number_of(json_array_get(list, i));
    good = numbers[i] != 0;
  }
  if (list != NULL && !good) {
    api_field_error(fields, name, "numbers");
  }
  *items = good ? numbers : NULL;
  return good;
}

bool api_fields_settle(struct api_fields *fields) {
  const char *name;
  json_t *value;
  json_object_foreach(fields->body, name, value) {
    if (json_object_get(fields->asked, name) == NULL) {
      api_field_error(fields, name, "unknown");
    }
  }
  if (fields->failed) {
    console_fail(fields->work, STORE_FAULT);
    return false;
  }
  if (json_array_size(fields->errors) > 0) {
    api_invalid_list(fields->work, "invalid", fields->errors);
    return false;
  }
  return true;
}

void api_fields_end(struct api_fields *fields) {
  json_decref(fields->body);
  json_decref(fields->asked);
  json_decref(fields->errors);
  *fields = (struct api_fields){.work = NULL};
}

/* ---- what several answers show */

int api_query_number(struct work *work, const char *name, int most, int fallback) {
  const char *text = work_query(work, name);
  if (text == NULL) {
    return fallback;
  }
  size_t digits = strspn(text, "0123456789");
  long number = digits == 0 || digits > 9 ? 0 : strtol(text, NULL, 10);
  if (text[digits] != '\0' || number < 1 || number > most) {
    api_invalid(work, name, "number");
    return 0;
  }
  return (int)number;
}

/* ---- the document */

void api_openapi(struct work *work) {
  struct text text;
  text_init(&text);
  text_add(&text, api_document_text(console_document(work->console)));
  work_text(work, MHD_HTTP_OK, REPLY_JSON, &text);
}
