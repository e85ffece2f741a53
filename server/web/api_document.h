/* api_document: what the API says of itself (docs/openapi.json, OpenAPI 3.1), loaded once and
 * read-only afterwards, and its errors as problem details (RFC 9457).
 *
 * The words of every error stand in the document: under components.x-problems by the error's name
 * (title, detail), under components.x-field-errors by the code of what is wrong with a field. The
 * type of a problem leads to its place there. Thread-safe. */
#ifndef HJEMSVAR_WEB_API_DOCUMENT_H
#define HJEMSVAR_WEB_API_DOCUMENT_H

#include <jansson.h>

#include "base/arena.h"
#include "base/text.h"

#define API_ROOT "/api/v1"

struct api_document;

/* Loads share_dir/docs/openapi.json. NULL and a message of the arena when it cannot be read. */
must_check struct api_document *api_document_load(const char *share_dir, struct arena *arena,
                                                  const char **message);
void api_document_free(struct api_document *document);

/* The document as it is served; borrowed. */
const char *api_document_text(const struct api_document *document);

/* The words of what is wrong with a field ("week"); the code itself when there are none. */
const char *api_document_field(const struct api_document *document, const char *code);

/* The detail of a problem, in which {n} may stand for a number; "" when there is none. */
const char *api_document_detail(const struct api_document *document, const char *name);

struct api_problem {
  unsigned status;
  const char *name;    /* "not_found" */
  const char *message; /* NULL, or what the store said: takes the place of the usual detail */
  json_t *errors;      /* NULL, or [{"field":…,"code":…,"message":…}]; borrowed */
};

/* Adds {"type","title","status","detail","instance","errors"} to out: instance is a random
 * urn:uuid that names nobody and nothing; of a 500 it stands in the log, too. out->failed tells
 * that memory was out. */
void api_problem_text(const struct api_document *document, const struct api_problem *problem,
                      struct text *out);

#endif
