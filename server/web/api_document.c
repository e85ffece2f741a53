#include "web/api_document.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/crypto.h"
#include "base/log.h"

enum { UUID_BYTES = 37, STATUS_FAULT = 500 };

struct api_document {
  char *text;
  json_t *problems, *field_errors; /* of the document: the rest of it is only given out */
};

static json_t *words_in(const json_t *json, const char *part) {
  return json_incref(json_object_get(json_object_get(json, "components"), part));
}

struct api_document *api_document_load(const char *share_dir, struct arena *arena,
                                       const char **message) {
  json_error_t error;
  const char *path = arena_printf(arena, "%s/docs/openapi.json", share_dir);
  struct api_document *document = calloc(1, sizeof *document);
  *message = "out of memory";
  if (path == NULL || document == NULL) {
    free(document);
    return NULL;
  }
  json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
  document->problems = words_in(json, "x-problems");
  document->field_errors = words_in(json, "x-field-errors");
  if (json == NULL) {
    *message = arena_printf(arena, "%s:%d: %s", path, error.line, error.text);
  } else if (document->problems == NULL || document->field_errors == NULL) {
    *message = arena_printf(arena, "%s: components lack x-problems or x-field-errors", path);
  } else {
    document->text = json_dumps(json, JSON_INDENT(2));
  }
  json_decref(json);
  if (document->text != NULL) {
    *message = NULL;
    return document;
  }
  api_document_free(document);
  return NULL;
}

void api_document_free(struct api_document *document) {
  if (document != NULL) {
    json_decref(document->problems);
    json_decref(document->field_errors);
    free(document->text);
    free(document);
  }
}

const char *api_document_text(const struct api_document *document) {
  return document->text;
}

const char *api_document_field(const struct api_document *document, const char *code) {
  const char *words = json_string_value(json_object_get(document->field_errors, code));
  return words == NULL ? code : words;
}

const char *api_document_detail(const struct api_document *document, const char *name) {
  const char *detail =
      json_string_value(json_object_get(json_object_get(document->problems, name), "detail"));
  return detail == NULL ? "" : detail;
}

/* Random, as RFC 9562 wants version 4. */
static void make_uuid(char uuid[UUID_BYTES]) {
  unsigned char random[16];
  crypto_random(random, sizeof random);
  random[6] = (unsigned char)((random[6] & 0x0f) | 0x40);
  random[8] = (unsigned char)((random[8] & 0x3f) | 0x80);
  size_t at = 0;
  for (size_t i = 0; i < sizeof random; i++) {
    const char *dash = i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "";
    at += (size_t)snprintf(uuid + at, UUID_BYTES - at, "%s%02x", dash, random[i]);
  }
}

static json_t *problem_json(const struct api_document *document, const struct api_problem *problem,
                            const char *uuid) {
  const json_t *words = json_object_get(document->problems, problem->name);
  const char *title = json_string_value(json_object_get(words, "title"));
  const char *detail = json_string_value(json_object_get(words, "detail"));
  json_t *type = json_sprintf("%s/openapi.json#/components/x-problems/%s", API_ROOT, problem->name);
  json_t *json =
      json_pack("{s:o, s:s, s:i, s:s, s:o}", "type", type, "title",
                title == NULL ? problem->name : title, "status", (int)problem->status, "detail",
                problem->message != NULL ? problem->message
                : detail != NULL         ? detail
                                         : problem->name,
                "instance", json_sprintf("urn:uuid:%s", uuid));
  if (json != NULL && problem->errors != NULL &&
      json_object_set(json, "errors", problem->errors) != 0) {
    json_decref(json);
    return NULL;
  }
  return json;
}

void api_problem_text(const struct api_document *document, const struct api_problem *problem,
                      struct text *out) {
  char uuid[UUID_BYTES];
  make_uuid(uuid);
  if (problem->status == STATUS_FAULT) {
    log_event(LOG_LEVEL_ERROR, "api_fault", "s:s, s:s", "instance", uuid, "problem", problem->name);
  }
  json_t *json = problem_json(document, problem, uuid);
  char *string = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
  json_decref(json);
  if (string == NULL) {
    out->failed = true;
    return;
  }
  text_add(out, string);
  text_add_char(out, '\n');
  free(string);
}
