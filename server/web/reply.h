/* reply: the one way out. Every answer to a client is queued here, with its status,
 * type, cache rule and the security headers. */
#ifndef HJEMSVAR_WEB_REPLY_H
#define HJEMSVAR_WEB_REPLY_H

#include <jansson.h>
#include <microhttpd.h>

#include "base/text.h"
#include "web/body.h"

struct request;

enum reply_type {
  REPLY_HTML,
  REPLY_JSON,
  REPLY_SVG,
  REPLY_TEXT,
  REPLY_CSV,
  REPLY_PDF,
  REPLY_XLSX,
  REPLY_JSONL,
  REPLY_SAV,
  REPLY_DTA,
  REPLY_ZIP,
  REPLY_PROBLEM /* application/problem+json: RFC 9457 */
};
enum reply_cache {
  REPLY_REVALIDATE, /* private, no-cache: Back returns with what was typed */
  REPLY_NO_STORE,   /* receipt, withdrawal, errors, operations */
  REPLY_FORGET,     /* thank-you: not stored, and the pages before it leave the browser's cache
                       (Clear-Site-Data), so that the next parent's Back does not show them */
  REPLY_CONSOLE     /* not stored; forms tell whence they come */
};

/* Adds type, cache rule and security headers to a response. policy is the
 * content security policy; NULL where nothing inline is served. False when
 * memory is out. */
must_check bool reply_headers(struct MHD_Response *response, enum reply_type type,
                              enum reply_cache cache, const char *policy, enum coding coding);

/* Queues a reply of text, which it empties; compressed where the client takes it. A
 * failed text drops the connection: nothing is promised then. */
enum MHD_Result reply_text(struct request *request, unsigned status, enum reply_type type,
                           enum reply_cache cache, struct text *text);

/* The same for text that is in a coding already. */
enum MHD_Result reply_coded(struct request *request, unsigned status, enum reply_type type,
                            enum reply_cache cache, enum coding coding, struct text *text);

/* Compresses a reply's text in place, as reply_text does, when it is worth it. Gives the
 * coding it is in then. From any thread. */
enum coding reply_pack(struct text *text, bool takes_gzip);

/* Queues a JSON reply, taking over the value (NULL: out of memory, the
 * connection is dropped). */
enum MHD_Result reply_json(struct request *request, unsigned status, json_t *value);

/* Queues what a worker left in the request's work, console or not. */
enum MHD_Result reply_work(struct request *request);

/* Sends the client elsewhere (302). */
enum MHD_Result reply_redirect(struct request *request, const char *location);

/* Queues a response that is shared by many requests. */
enum MHD_Result reply_shared(struct request *request, unsigned status,
                             struct MHD_Response *response);

/* Names what a client may not do, in its language: kind is the stem of two words
 * (kind_title, kind_text), error the name in JSON. */
enum MHD_Result reply_problem(struct request *request, unsigned status, const char *kind,
                              const char *error);

#endif
