#include "web/request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/log.h"
#include "web/accept.h"
#include "web/console_gate.h"
#include "web/crowd.h"
#include "web/guard.h"
#include "web/handover.h"
#include "web/lookup.h"
#include "web/reply.h"
#include "web/route.h"
#include "web/work.h"

enum {
  ARENA_MAX_BYTES = 8 * 1024 * 1024,
  DECODER_FILE_BYTES = 16 * 1024,
  UPLOADS_AT_ONCE = 8 /* each may take UPLOAD_MAX_BYTES of the temporary folder */
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
  const char *segment = request->parameters_count > 0 ? request->parameters[0].value : NULL;
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

/* One of the few files that may come in at a time; else the refusal. */
static bool admit_file(struct request *request, enum MHD_Result *refused) {
  if (request->server->uploads == UPLOADS_AT_ONCE) {
    *refused = refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE, "busy", "busy");
    return false;
  }
  request->server->uploads++;
  request->uploads = true;
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

static void wait_for_it(struct request *request) {
  request->stage = REQUEST_WAITING;
  connection_waiting(request->entry);
  MHD_suspend_connection(request->connection);
}

/* Enqueueing first is safe: a finished job comes back through the loop, which is this
 * thread. */
/* What a writer would have said, had it stored or withdrawn something. */
static void drop(struct request *request) {
  request->job.result = request->job.kind == WRITER_WITHDRAW ? WRITER_WITHDRAWN : WRITER_STORED;
  wait_for_it(request);
  handover_jobs(request->server->handover, &request->job);
}

bool request_queue(struct request *request) {
  request->job.context = request;
  int64_t patience_ms = clock_now_ms() + WRITER_PATIENCE_MS;
  if (request->answer_by_ms != 0 && request->answer_by_ms < patience_ms) {
    request->job.deadline_ms = request->answer_by_ms;
  }
  if (request->server->preview) {
    drop(request);
    return true;
  }
  /* The writer is gone before the last replies are. */
  if (request->server->writer == NULL || !writer_enqueue(request->server->writer, &request->job)) {
    return false;
  }
  wait_for_it(request);
  return true;
}

bool request_send(struct request *request, struct work *work) {
  struct server *server = request->server;
  work->request = request;
  struct worker_pool *pool = server->pools[work->pool];
  if (pool == NULL || !worker_pool_queue(pool, work)) {
    work_free(work);
    return false;
  }
  work->older = server->works;
  if (server->works != NULL) {
    server->works->newer = work;
  }
  server->works = work;
  request->work = work;
  wait_for_it(request);
  return true;
}

static void resume(struct request *request) {
  request->stage = REQUEST_DONE;
  MHD_resume_connection(request->connection);
}

void request_worked(struct server *server, struct work *work) {
  struct request *request = work->request;
  if (work->newer != NULL) {
    work->newer->older = work->older;
  } else {
    server->works = work->older;
  }
  if (work->older != NULL) {
    work->older->newer = work->newer;
  }
  work->older = work->newer = NULL;
  if (request == NULL || work->expired) {
    work_free(work);
    work = NULL;
  }
  if (request != NULL) {
    request->work = work;
    request->work_late = work == NULL;
    resume(request);
  }
}

/* Told once until all have come back. What may take longer than a page is stuck as much later. */
static void note_stuck(struct server *server, const struct work *oldest, int64_t now_ms) {
  int64_t most_ms = (int64_t)server->config->work_max_s * 1000;
  bool stuck = oldest != NULL && now_ms - oldest->stuck_ms > most_ms;
  if (stuck && !server->stuck) {
    log_event(LOG_LEVEL_ERROR, "work_stuck", "s:s, s:I, s:s", "route", oldest->route->pattern,
              "seconds", (json_int_t)((now_ms - oldest->queued_ms) / 1000), "hint",
              "a worker does not come back; if it stays so, start the server anew");
  } else if (server->stuck && !stuck) {
    log_event(LOG_LEVEL_INFO, "work_unstuck", NULL);
  }
  server->stuck = stuck;
}

void request_abandon_late(struct server *server) {
  int64_t now_ms = clock_now_ms();
  const struct work *oldest = NULL;
  for (struct work *work = server->works; work != NULL; work = work->older) {
    oldest = oldest == NULL || work->stuck_ms <= oldest->stuck_ms ? work : oldest;
    if (work->request != NULL && work->abandon_ms <= now_ms) {
      work->request->work = NULL;
      work->request->work_late = true;
      resume(work->request);
      work->request = NULL;
    }
  }
  note_stuck(server, oldest, now_ms);
}

void request_hurry(struct server *server, enum server_pool pool, int64_t deadline_ms) {
  worker_pool_hurry(server->pools[pool], deadline_ms);
  for (struct work *work = server->works; work != NULL; work = work->older) {
    if (work->pool == pool && work->abandon_ms > deadline_ms + WORKER_LATE_MS) {
      work->abandon_ms = deadline_ms + WORKER_LATE_MS;
    }
  }
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
