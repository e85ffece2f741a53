#include "web/reply.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "web/again.h"
#include "web/api_document.h"
#include "web/body.h"
#include "web/console.h"
#include "web/request.h"
#include "web/work.h"

enum { COMPRESS_FROM_BYTES = 512, COMPRESS_LEVEL = 5 };

static const char *const TYPES[] = {
    [REPLY_HTML] = "text/html; charset=utf-8",
    [REPLY_JSON] = "application/json; charset=utf-8",
    [REPLY_SVG] = "image/svg+xml; charset=utf-8",
    [REPLY_TEXT] = "text/plain; charset=utf-8",
    [REPLY_CSV] = "text/csv; charset=utf-8",
    [REPLY_PDF] = "application/pdf",
    [REPLY_XLSX] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    [REPLY_JSONL] = "application/x-ndjson; charset=utf-8",
    [REPLY_SAV] = "application/x-spss-sav",
    [REPLY_DTA] = "application/x-stata-dta",
    [REPLY_ZIP] = "application/zip",
    [REPLY_PROBLEM] = "application/problem+json",
};

static const char *const CODINGS[] = {[CODING_GZIP] = "gzip", [CODING_BROTLI] = "br"};

static const char *const CACHES[] = {
    [REPLY_REVALIDATE] = "private, no-cache",
    [REPLY_NO_STORE] = "no-store",
    [REPLY_CONSOLE] = "no-store",
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
         add(response, "Referrer-Policy", cache == REPLY_CONSOLE ? "same-origin" : "no-referrer") &&
         add(response, "Cross-Origin-Opener-Policy", "same-origin") &&
         add(response, "Permissions-Policy", "camera=(), geolocation=(), microphone=()");
}

static enum MHD_Result queue(struct request *request, unsigned status,
                             struct MHD_Response *response) {
  request->server->figures.replies[status / 100]++;
  const struct work *work = request->work;
  connection_replying(request->entry, work == NULL ? 0 : work->reply.file_bytes);
  return MHD_queue_response(request->connection, status, response);
}

static bool add_retry_after(unsigned status, int seconds, struct MHD_Response *response) {
  char number[16];
  if (seconds <= 0) {
    return status == MHD_HTTP_SERVICE_UNAVAILABLE ? add(response, "Retry-After", "5")
           : status == MHD_HTTP_TOO_MANY_REQUESTS ? add(response, "Retry-After", "60")
                                                  : true;
  }
  snprintf(number, sizeof number, "%d", seconds);
  return add(response, "Retry-After", number);
}

static bool add_status_headers(struct request *request, unsigned status,
                               struct MHD_Response *response) {
  int seconds = request->work != NULL ? request->work->reply.retry_after_s : request->retry_after_s;
  if (!add_retry_after(status, seconds, response)) {
    return false;
  }
  if (request->allow != NULL && !add(response, "Allow", request->allow)) {
    return false;
  }
  bool close = request->close || request->server->stopping;
  return !close || add(response, "Connection", "close");
}

enum coding reply_pack(struct text *text, bool takes_gzip) {
  struct text packed;
  text_init(&packed);
  if (!takes_gzip || text->failed || text->length < COMPRESS_FROM_BYTES ||
      !body_gzip(text->data, text->length, COMPRESS_LEVEL, &packed)) {
    text_clear(&packed);
    return CODING_NONE;
  }
  text_clear(text);
  *text = packed;
  return CODING_GZIP;
}

enum MHD_Result reply_text(struct request *request, unsigned status, enum reply_type type,
                           enum reply_cache cache, struct text *text) {
  enum coding coding = reply_pack(text, request->takes_gzip);
  return reply_coded(request, status, type, cache, coding, text);
}

enum MHD_Result reply_coded(struct request *request, unsigned status, enum reply_type type,
                            enum reply_cache cache, enum coding coding, struct text *text) {
  size_t length = text->length;
  char *bytes = text_take(text);
  text_clear(text);
  if (bytes == NULL) {
    return MHD_NO; /* out of memory: the connection is dropped, nothing is promised */
  }
  struct MHD_Response *response =
      MHD_create_response_from_buffer(length, bytes, MHD_RESPMEM_MUST_FREE);
  if (response == NULL) {
    free(bytes);
    return MHD_NO;
  }
  const char *policy = type != REPLY_HTML       ? NULL
                       : cache == REPLY_CONSOLE ? console_policy(request->server->console)
                                                : request->server->pages.policy;
  enum MHD_Result result = MHD_NO;
  if (reply_headers(response, type, cache, policy, coding) &&
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

/* RFC 6266 with RFC 8187: browsers that know filename* take it. */
static bool add_filename(struct request *request, struct MHD_Response *response, const char *name) {
  struct text text;
  text_init(&text);
  text_add(&text, "attachment; filename=\"");
  for (const char *at = name; *at != '\0'; at++) {
    bool plain = *at > ' ' && *at < 0x7f && strchr("\"\\%/", *at) == NULL;
    text_add_char(&text, (char)(plain ? *at : '_'));
  }
  text_add(&text, "\"; filename*=UTF-8''");
  for (const char *at = name; *at != '\0'; at++) {
    bool plain = (*at >= '0' && *at <= '9') || (*at >= 'A' && *at <= 'Z') ||
                 (*at >= 'a' && *at <= 'z') || *at == '-' || *at == '.' || *at == '_';
    if (plain) {
      text_add_char(&text, *at);
    } else {
      text_addf(&text, "%%%02X", (unsigned char)*at);
    }
  }
  const char *value = text.failed ? NULL : arena_string(request->arena, text.data);
  text_clear(&text);
  return value != NULL && add(response, "Content-Disposition", value);
}

/* The response of a reply's file or text, which it takes over. */
static struct MHD_Response *work_response(struct work_reply *reply) {
  struct stat status;
  if (reply->fd >= 0) {
    if (fstat(reply->fd, &status) != 0) {
      return NULL;
    }
    reply->file_bytes = (uint64_t)status.st_size;
    struct MHD_Response *response =
        MHD_create_response_from_fd64((uint64_t)status.st_size, reply->fd);
    reply->fd = response != NULL ? -1 : reply->fd;
    return response;
  }
  size_t length = reply->text.length;
  char *bytes = text_take(&reply->text);
  struct MHD_Response *response =
      bytes == NULL ? NULL : MHD_create_response_from_buffer(length, bytes, MHD_RESPMEM_MUST_FREE);
  if (response == NULL) {
    free(bytes);
  }
  return response;
}

static bool add_cookies(struct MHD_Response *response, const struct work_reply *reply) {
  bool good = true;
  for (size_t i = 0; good && i < array_length(reply->cookies) && reply->cookies[i] != NULL; i++) {
    good = add(response, "Set-Cookie", reply->cookies[i]);
  }
  return good;
}

/* Not compressed: a page that holds a session's token and what somebody else sent would
 * tell the token by its length (BREACH). */
enum MHD_Result reply_work(struct request *request) {
  struct work_reply *reply = &request->work->reply;
  if (reply->status == 0) {
    return reply_problem(request, MHD_HTTP_INTERNAL_SERVER_ERROR, "fault", "fault");
  }
  struct MHD_Response *response = work_response(reply);
  if (response == NULL) {
    return MHD_NO;
  }
  enum reply_cache cache = request->listener == LISTENER_CONSOLE ? REPLY_CONSOLE : REPLY_NO_STORE;
  enum MHD_Result result = MHD_NO;
  if (reply_headers(response, reply->type, cache, reply->policy, CODING_NONE) &&
      (reply->location == NULL || add(response, "Location", reply->location)) &&
      add_cookies(response, reply) &&
      (!reply->authenticate || add(response, "WWW-Authenticate", "Bearer")) &&
      (reply->filename == NULL || add_filename(request, response, reply->filename)) &&
      add_status_headers(request, reply->status, response)) {
    result = queue(request, reply->status, response);
  }
  MHD_destroy_response(response);
  return result;
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

/* As console_language, as far as it is known without the account. */
static const char *console_reader(const struct request *request) {
  const char *asked =
      MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, "lang");
  return asked != NULL ? asked
                       : request_cookie(request_header(request, "Cookie"), CONSOLE_LANGUAGE_COOKIE,
                                        request->arena);
}

static json_t *again(const struct request *request, unsigned status) {
  return again_json(request->route, status, request_header(request, "Sec-Fetch-Site"),
                    request->path, &request->form);
}

static enum MHD_Result console_problem(struct request *request, unsigned status, const char *kind) {
  struct text page;
  text_init(&page);
  if (!console_plain(request->server->console, kind, console_reader(request),
                     again(request, status), &page)) {
    text_clear(&page);
    return MHD_NO;
  }
  return reply_text(request, status, REPLY_HTML, REPLY_CONSOLE, &page);
}

/* Also where nothing stands in the route table. */
static bool is_api(const struct request *request) {
  static const char prefix[] = "/api/";
  return request->listener == LISTENER_CONSOLE && request->path != NULL &&
         strncmp(request->path, prefix, sizeof prefix - 1) == 0;
}

static enum MHD_Result api_problem(struct request *request, unsigned status, const char *error) {
  struct text text;
  text_init(&text);
  api_problem_text(console_document(request->server->console),
                   &(struct api_problem){.status = status, .name = error}, &text);
  return reply_text(request, status, REPLY_PROBLEM, REPLY_NO_STORE, &text);
}

/* The page of a message to a parent; NULL when memory is out. */
static json_t *problem_data(struct request *request, unsigned status, const char *kind) {
  struct page_frame frame = {.words = request_words(request),
                             .language = request_language(request),
                             .right_to_left =
                                 request->language != NULL && request->language->right_to_left,
                             .header = words_get(request_words(request), "service")};
  const char *title = word(request, kind, "title");
  json_t *data = pages_frame(&request->server->pages, &frame, title);
  json_t *typed = again(request, status);
  if (data != NULL &&
      (json_object_set_new(data, "heading", json_string(title)) != 0 ||
       json_object_set_new(data, "text", json_string(word(request, kind, "text"))) != 0 ||
       (typed != NULL && json_object_set(data, "again", typed) != 0))) {
    json_decref(data);
    data = NULL;
  }
  json_decref(typed);
  return data;
}

enum MHD_Result reply_problem(struct request *request, unsigned status, const char *kind,
                              const char *error) {
  if (is_api(request)) {
    return api_problem(request, status, error);
  }
  if (request->wants_json) {
    return reply_json(request, status, json_pack("{s:s}", "error", error));
  }
  if (request->listener == LISTENER_CONSOLE) {
    return console_problem(request, status, kind);
  }
  json_t *data = problem_data(request, status, kind);
  struct text page;
  text_init(&page);
  if (!pages_render(&request->server->pages, PAGE_MESSAGE, data, &page)) {
    text_clear(&page);
    return MHD_NO;
  }
  return reply_text(request, status, REPLY_HTML, REPLY_NO_STORE, &page);
}
