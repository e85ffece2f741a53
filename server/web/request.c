#include "web/request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "web/accept.h"
#include "web/console_gate.h"
#include "web/crowd.h"
#include "web/guard.h"
#include "web/lookup.h"
#include "web/regulars.h"
#include "web/reply.h"
#include "web/route.h"
#include "web/work.h"

enum {
  ARENA_MAX_BYTES = 8 * 1024 * 1024,
  DECODER_FILE_BYTES = 16 * 1024,
  UPLOADS_AT_ONCE = 8, /* each may take UPLOAD_MAX_BYTES of the temporary folder */
  UPLOADS_STRANGE = 2  /* of these from who is not known to be signed in */
};

void *request_begin(void *context, const char *uri, struct MHD_Connection *connection) {
  struct listener *listener = context;
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  struct request *request = calloc(1, sizeof *request);
  if (request == NULL || info == NULL || info->socket_context == NULL) {
    free(request);
    return NULL;
  }
  request->server = listener->server;
  request->listener = listener->kind;
  upload_init(&request->upload);
  text_init(&request->own_page);
  text_init(&request->body);
  request->connection = connection;
  request->entry = info->socket_context;
  request->arena = arena_new(ARENA_MAX_BYTES);
  request->uri_bad = uri == NULL || !guard_target(uri);
  request->target =
      request->arena == NULL ? NULL : arena_string(request->arena, uri != NULL ? uri : "");
  if (request->target == NULL) {
    arena_free(request->arena);
    free(request);
    return NULL;
  }
  request_abandon(request->entry->untold);
  request->entry->untold = request;
  return request;
}

const char *request_header(const struct request *request, const char *name) {
  return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *request_cookie(const char *header, const char *name, struct arena *arena) {
  size_t length = strlen(name);
  for (const char *at = header; at != NULL && *at != '\0'; at += strspn(at, ";")) {
    at += strspn(at, " \t");
    size_t whole = strcspn(at, ";");
    if (whole > length && strncmp(at, name, length) == 0 && at[length] == '=') {
      return arena_copy(arena, at + length + 1, whole - length - 1);
    }
    at += whole;
  }
  return NULL;
}

const char *request_language(const struct request *request) {
  return request->language != NULL ? request->language->code : "da";
}

json_t *request_words(const struct request *request) {
  if (request->language != NULL) {
    return request->language->words;
  }
  return words_of(request->server->pages.words, "da");
}

/* The languages a client can be answered in stand in the round; without one, in
 * Danish. A language asked for that is not offered is passed over. */
static void find_link(struct request *request) {
  bool coded = request->parameters_count > 0 && strcmp(request->parameters[0].name, "code") == 0;
  const char *segment = coded ? request->parameters[0].value : NULL;
  if (segment == NULL || request->site == NULL || request->listener != LISTENER_RESPONDENTS) {
    return;
  }
  char typed[64];
  size_t length = strlen(segment);
  if (length >= sizeof typed) {
    return;
  }
  memcpy(typed, segment, length);
  typed[length] = '\0';
  if (code_parse(typed, request->code) != CODE_OK) {
    request->code[0] = '\0';
    return;
  }
  request->single = strlen(request->code) == CODE_SINGLE_CHARACTERS;
  if (!request->single) {
    request->link = site_find(request->site, request->code);
  }
  if (request->link != NULL) {
    request_choose_language(request);
  }
}

void request_choose_language(struct request *request) {
  const char *asked =
      MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, "lang");
  request->language = asked == NULL ? NULL : site_language(request->link->round, asked);
  if (request->language == NULL) {
    request->language = &request->link->round->languages[0];
  }
}

static enum MHD_Result refuse(struct request *request, unsigned status, const char *kind,
                              const char *error) {
  request->close = true;
  return reply_problem(request, status, kind, error);
}

static bool has_type(const struct request *request, const char *wanted) {
  const char *type = request_header(request, "Content-Type");
  size_t length = strlen(wanted);
  return type != NULL && strncasecmp(type, wanted, length) == 0 &&
         strchr("; \t", type[length]) != NULL;
}

/* One of the few files that may come in at a time; else the refusal. Strangers, who may take two
 * minutes for theirs and be sent away in the end, do not get all places. */
static bool admit_file(struct request *request, enum MHD_Result *refused) {
  struct server *server = request->server;
  bool strange = !regulars_know(request);
  if (server->uploads == UPLOADS_AT_ONCE ||
      (strange && server->uploads_strange == UPLOADS_STRANGE)) {
    *refused = refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE, "busy", "busy");
    return false;
  }
  server->uploads++;
  server->uploads_strange += strange;
  request->uploads = true;
  request->strange = strange;
  connection_uploading(request->entry);
  return true;
}

static bool has_type_of(const struct request *request, enum route_body body) {
  static const char *const sheets[] = {
      "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      "application/octet-stream"};
  bool found = body == ROUTE_JSON && has_type(request, "application/json");
  for (size_t i = 0; body == ROUTE_SHEET && i < array_length(sheets); i++) {
    found = found || has_type(request, sheets[i]);
  }
  return found || body == ROUTE_NOTHING;
}

/* Nothing is unpacked here: a packed body would be read as what it is not (RFC 9110, 8.4). */
static bool is_coded(const struct request *request) {
  const char *coding = request_header(request, "Content-Encoding");
  return coding != NULL && strcasecmp(coding, "identity") != 0;
}

/* A body that is kept as it comes. */
static enum MHD_Result expect_raw(struct request *request, uint64_t length) {
  const struct route *route = request->route;
  enum MHD_Result refused = MHD_NO;
  if (!has_type_of(request, route->body)) {
    return refuse(request, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "form", "unsupported_media_type");
  }
  request->body_max_bytes = route->body == ROUTE_SHEET ? UPLOAD_MAX_BYTES : route->body_max_bytes;
  if (length > request->body_max_bytes) {
    return refuse(request, MHD_HTTP_CONTENT_TOO_LARGE, "large", "too_large");
  }
  if (route->body != ROUTE_SHEET) {
    return MHD_YES;
  }
  if (!admit_file(request, &refused)) {
    return refused;
  }
  return upload_begin(&request->upload, "", "")
             ? MHD_YES
             : refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE, "busy", "busy");
}

/* What a body may be, from its headers: the decoder for it, or a refusal. */
static enum MHD_Result expect_body(struct request *request, uint64_t length) {
  const struct route *route = request->route;
  enum MHD_Result refused = MHD_NO;
  if (is_coded(request)) {
    return refuse(request, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "form", "unsupported_media_type");
  }
  if (route->body != ROUTE_FORM) {
    return expect_raw(request, length);
  }
  bool file = route->takes_file && has_type(request, "multipart/form-data");
  if (!file && !has_type(request, "application/x-www-form-urlencoded")) {
    return refuse(request, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "form", "unsupported_media_type");
  }
  request->body_max_bytes = route->body_max_bytes + (file ? UPLOAD_MAX_BYTES : 0);
  if (length > request->body_max_bytes) {
    return refuse(request, MHD_HTTP_CONTENT_TOO_LARGE, "large", "too_large");
  }
  if (file) {
    if (!admit_file(request, &refused)) {
      return refused;
    }
    request->form.upload = &request->upload;
  }
  request->decoder = MHD_create_post_processor(
      request->connection, file ? DECODER_FILE_BYTES : 1024, form_take, &request->form);
  /* There is none for a form that does not say where its parts end, either. */
  return request->decoder != NULL ? MHD_YES
                                  : refuse(request, MHD_HTTP_BAD_REQUEST, "bad", "bad_request");
}

/* Decides on the headers alone; errors are answered now, since libmicrohttpd takes a
 * reply only in the first call or after the whole body. */
static enum MHD_Result begin(struct request *request, struct listener *listener, const char *url,
                             const char *method, const char *version) {
  uint64_t length;
  struct route_match match = {0};
  const char *accept = request_header(request, "Accept");
  listener->server->figures.requests[listener->kind]++;
  request->stage = REQUEST_BODY;
  request->heads = strcmp(method, "HEAD") == 0;
  request->site = site_hold(request->server->site);
  request->wants_json = accept != NULL && strstr(accept, "application/json") != NULL;
  const char *codings = request_header(request, "Accept-Encoding");
  request->takes_gzip = accept_coding(codings, "gzip");
  request->takes_brotli = accept_coding(codings, "br");
  connection_headers_done(request->entry);
  if (request->uri_bad || !guard_headers(request, method, version, url, &length)) {
    listener->server->figures.refused++;
    return refuse(request, MHD_HTTP_BAD_REQUEST, "bad", "bad_request");
  }
  request->path = arena_string(request->arena, url);
  enum route_result found = route_find(listener->kind, method, url, request->arena, &match);
  request->route = match.route;
  request->allow = match.allow;
  memcpy(request->parameters, match.parameters, sizeof request->parameters);
  request->parameters_count = match.count;
  find_link(request);
  if (found == ROUTE_MISSING) {
    return refuse(request, MHD_HTTP_NOT_FOUND, "missing", "not_found");
  }
  if (found == ROUTE_METHOD) {
    return refuse(request, MHD_HTTP_METHOD_NOT_ALLOWED, "method", "method_not_allowed");
  }
  if (request->route->api && !request->route->sends_file && accept != NULL &&
      !accept_media(accept, "application", "json")) {
    return refuse(request, MHD_HTTP_NOT_ACCEPTABLE, "bad", "not_acceptable");
  }
  if (strcmp(method, "POST") != 0) {
    return MHD_YES;
  }
  return expect_body(request, length);
}

/* Length and type were looked at before; what does not fit all the same is refused in the end. */
static void take_raw(struct request *request, const char *data, size_t size) {
  if (request->body_bytes > request->body_max_bytes) {
    request->form.bad = true;
  } else if (request->route->body == ROUTE_SHEET) {
    request->form.bad = !upload_add(&request->upload, data, size) || request->form.bad;
  } else {
    text_add_bytes(&request->body, data, size);
    request->form.bad = request->body.failed || request->form.bad;
  }
}

static enum MHD_Result take_body(struct request *request, const char *data, size_t *size) {
  request->body_bytes += *size;
  if (request->route->body != ROUTE_FORM) {
    take_raw(request, data, *size);
  } else if (request->decoder == NULL || request->body_bytes > request->body_max_bytes) {
    request->form.bad = true;
  } else if (!request->form.bad && MHD_post_process(request->decoder, data, *size) != MHD_YES) {
    request->form.bad = true;
  }
  *size = 0;
  return MHD_YES;
}

static enum MHD_Result dispatch(struct request *request) {
  const struct route *route = request->route;
  bool done = true;
  if (lookup_wanted(request)) {
    enum MHD_Result result = lookup_begin(request, &done);
    if (!done) {
      return result;
    }
  }
  if (route->kind != ROUTE_BLOCKING) {
    return route->handle(request);
  }
  enum MHD_Result refused;
  bool ahead = false;
  if (route->pool == POOL_DOOR && !crowd_admit(request, &ahead, &refused)) {
    return refused;
  }
  struct work *work =
      work_new(request, request->listener == LISTENER_CONSOLE ? console_enter : route->work);
  if (work != NULL) {
    work->ahead = ahead;
    if (request_send(request, work)) {
      return MHD_YES;
    }
  }
  crowd_settle(request);
  return reply_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, "later", "busy");
}

static enum MHD_Result finish(struct request *request) {
  if (request->looking) {
    bool done;
    enum MHD_Result result = lookup_finish(request, &done);
    return done ? dispatch(request) : result;
  }
  crowd_settle(request);
  regulars_note(request);
  if (request->route->finish != NULL) {
    return request->route->finish(request);
  }
  return request->work_late ? reply_problem(request, MHD_HTTP_SERVICE_UNAVAILABLE, "later", "busy")
                            : reply_work(request);
}

static enum MHD_Result complete(struct request *request) {
  /* The last value comes out when the decoder ends. */
  if (request->decoder != NULL && MHD_destroy_post_processor(request->decoder) != MHD_YES) {
    request->form.bad = true;
  }
  request->decoder = NULL;
  if (request->form.bad ||
      (request->listener == LISTENER_CONSOLE && !form_is_text(&request->form))) {
    return refuse(request, MHD_HTTP_BAD_REQUEST, "bad", "bad_request");
  }
  upload_end(&request->upload);
  if (request->upload.too_large) {
    return refuse(request, MHD_HTTP_CONTENT_TOO_LARGE, "large", "too_large");
  }
  return dispatch(request);
}

enum MHD_Result request_handle(void *context, struct MHD_Connection *connection, const char *url,
                               const char *method, const char *version, const char *upload_data,
                               size_t *upload_data_size, void **con_cls) {
  (void)connection;
  struct request *request = *con_cls;
  if (request == NULL) {
    return MHD_NO;
  }
  request->entry->untold = NULL;
  switch (request->stage) {
  case REQUEST_NEW:
    return begin(request, context, url, method, version);
  case REQUEST_BODY:
    return *upload_data_size > 0 ? take_body(request, upload_data, upload_data_size)
                                 : complete(request);
  case REQUEST_WAITING:
    return MHD_YES;
  case REQUEST_DONE:
    return finish(request);
  }
  return MHD_NO;
}

void request_distrust(const struct request *request) {
  if (!request->server->distrusted) {
    request->server->distrusted = true;
    log_event(LOG_LEVEL_WARNING, "proxy_header_ignored", "s:s", "hint",
              "somebody who is not in HJEMSVAR_TRUSTED_PROXIES sent the header of "
              "HJEMSVAR_CONSOLE_PROXY_HEADER");
  }
}

void request_abandon(struct request *request) {
  if (request == NULL) {
    return;
  }
  if (request->decoder != NULL) {
    MHD_destroy_post_processor(request->decoder);
  }
  if (request->work != NULL && request->stage == REQUEST_WAITING) {
    request->work->request = NULL; /* the worker still has it */
  } else {
    work_free(request->work);
  }
  request->server->uploads -= request->uploads;
  request->server->uploads_strange -= request->strange;
  form_clear(&request->form);
  upload_clear(&request->upload);
  text_clear(&request->body);
  text_clear(&request->own_page);
  site_release(request->site);
  arena_free(request->arena);
  free(request);
}

void request_end(void *context, struct MHD_Connection *connection, void **con_cls,
                 enum MHD_RequestTerminationCode code) {
  (void)context, (void)connection, (void)code;
  struct request *request = *con_cls;
  *con_cls = NULL;
  if (request != NULL) {
    request->entry->untold = NULL;
    connection_reply_done(request->entry);
    request_abandon(request);
  }
}
