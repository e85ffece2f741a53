#include "web/reply.h"

#include <stdlib.h>
#include <string.h>

#include "web/body.h"
#include "web/request.h"
#include "web/server.h"

enum { COMPRESS_FROM_BYTES = 512, COMPRESS_LEVEL = 5 };

static const char *const TYPES[] = {
    [REPLY_HTML] = "text/html; charset=utf-8",
    [REPLY_JSON] = "application/json; charset=utf-8",
    [REPLY_SVG] = "image/svg+xml; charset=utf-8",
    [REPLY_TEXT] = "text/plain; charset=utf-8",
};

static const char *const CODINGS[] = {[CODING_GZIP] = "gzip", [CODING_BROTLI] = "br"};

static const char *const CACHES[] = {
    [REPLY_REVALIDATE] = "private, no-cache",
    [REPLY_NO_STORE] = "no-store",
    [REPLY_FORGET] = "no-store",
};

static const char BARE_POLICY[] =
    "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

static bool add(struct MHD_Response *response, const char *name, const char *value) {
  return MHD_add_response_header(response, name, value) == MHD_YES;
}

bool reply_headers(struct MHD_Response *response, enum reply_type type, enum reply_cache cache,
                   const char *policy, enum coding coding) {
  return add(response, "Content-Type", TYPES[type]) &&
         add(response, "Cache-Control", CACHES[cache]) &&
         (cache != REPLY_FORGET || add(response, "Clear-Site-Data", "\"cache\"")) &&
         add(response, "Vary", "Accept, Accept-Encoding") &&
         (coding == CODING_NONE || add(response, "Content-Encoding", CODINGS[coding])) &&
         add(response, "Content-Security-Policy", policy != NULL ? policy : BARE_POLICY) &&
         add(response, "X-Content-Type-Options", "nosniff") &&
         add(response, "X-Frame-Options", "DENY") &&
         add(response, "Referrer-Policy", "no-referrer") &&
         add(response, "Cross-Origin-Opener-Policy", "same-origin") &&
         add(response, "Permissions-Policy", "camera=(), geolocation=(), microphone=()");
}

static enum MHD_Result queue(struct request *request, unsigned status,
                             struct MHD_Response *response) {
  request->server->figures.replies[status / 100]++;
  connection_replying(request->entry);
  return MHD_queue_response(request->connection, status, response);
}

static bool add_status_headers(struct request *request, unsigned status,
                               struct MHD_Response *response) {
  if (status == MHD_HTTP_SERVICE_UNAVAILABLE && !add(response, "Retry-After", "5")) {
    return false;
  }
  if (request->allow != NULL && !add(response, "Allow", request->allow)) {
    return false;
  }
  bool close = request->close || request->server->stopping;
  return !close || add(response, "Connection", "close");
}

enum MHD_Result reply_text(struct request *request, unsigned status, enum reply_type type,
                           enum reply_cache cache, struct text *text) {
  struct text packed;
  text_init(&packed);
  bool gzip = request->takes_gzip && !text->failed && text->length >= COMPRESS_FROM_BYTES &&
              body_gzip(text->data, text->length, COMPRESS_LEVEL, &packed);
  size_t length = gzip ? packed.length : text->length;
  char *bytes = text_take(gzip ? &packed : text);
  text_clear(text);
  text_clear(&packed);
  if (bytes == NULL) {
    return MHD_NO; /* out of memory: the connection is dropped, nothing is promised */
  }
  struct MHD_Response *response =
      MHD_create_response_from_buffer(length, bytes, MHD_RESPMEM_MUST_FREE);
  if (response == NULL) {
    free(bytes);
    return MHD_NO;
  }
  const char *policy = type == REPLY_HTML ? request->server->pages.policy : NULL;
  enum MHD_Result result = MHD_NO;
  if (reply_headers(response, type, cache, policy, gzip ? CODING_GZIP : CODING_NONE) &&
      add_status_headers(request, status, response)) {
    result = queue(request, status, response);
  }
  MHD_destroy_response(response);
  return result;
}

enum MHD_Result reply_json(struct request *request, unsigned status, json_t *value) {
  struct text text;
  text_init(&text);
  char *json = value == NULL ? NULL : json_dumps(value, JSON_COMPACT);
  json_decref(value);
  if (json == NULL) {
    return MHD_NO;
  }
  text_add(&text, json);
  text_add_char(&text, '\n');
  free(json);
  return reply_text(request, status, REPLY_JSON, REPLY_NO_STORE, &text);
}

enum MHD_Result reply_redirect(struct request *request, const char *location) {
  struct MHD_Response *response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
  if (response == NULL) {
    return MHD_NO;
  }
  enum MHD_Result result = MHD_NO;
  if (reply_headers(response, REPLY_TEXT, REPLY_NO_STORE, NULL, CODING_NONE) &&
      add(response, "Location", location) &&
      add_status_headers(request, MHD_HTTP_FOUND, response)) {
    result = queue(request, MHD_HTTP_FOUND, response);
  }
  MHD_destroy_response(response);
  return result;
}

enum MHD_Result reply_shared(struct request *request, unsigned status,
                             struct MHD_Response *response) {
  return queue(request, status, response);
}

static const char *word(const struct request *request, const char *kind, const char *part) {
  const char *key = arena_printf(request->arena, "%s_%s", kind, part);
  return key == NULL ? "" : words_get(request_words(request), key);
}

enum MHD_Result reply_problem(struct request *request, unsigned status, const char *kind,
                              const char *error) {
  if (request->wants_json) {
    return reply_json(request, status, json_pack("{s:s}", "error", error));
  }
  struct page_frame frame = {.words = request_words(request),
                             .language = request_language(request),
                             .right_to_left =
                                 request->language != NULL && request->language->right_to_left,
                             .header = words_get(request_words(request), "service")};
  const char *title = word(request, kind, "title");
  json_t *data = pages_frame(&request->server->pages, &frame, title);
  struct text page;
  text_init(&page);
  if (data != NULL &&
      (json_object_set_new(data, "heading", json_string(title)) != 0 ||
       json_object_set_new(data, "text", json_string(word(request, kind, "text"))) != 0)) {
    json_decref(data);
    data = NULL;
  }
  if (!pages_render(&request->server->pages, PAGE_MESSAGE, data, &page)) {
    text_clear(&page);
    return MHD_NO;
  }
  return reply_text(request, status, REPLY_HTML, REPLY_NO_STORE, &page);
}
