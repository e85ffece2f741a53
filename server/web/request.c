#include "web/request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "web/accept.h"
#include "web/guard.h"
#include "web/reply.h"
#include "web/route.h"
#include "web/server.h"

enum { ARENA_MAX_BYTES = 8 * 1024 * 1024 };

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
  request->connection = connection;
  request->entry = info->socket_context;
  request->arena = arena_new(ARENA_MAX_BYTES);
  request->uri_bad = uri == NULL || !guard_target(uri);
  if (request->arena == NULL) {
    free(request);
    return NULL;
  }
  return request;
}

const char *request_header(const struct request *request, const char *name) {
  return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
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
static void find_link(struct request *request, const char *segment) {
  if (segment == NULL || request->site == NULL) {
    return;
  }
  char typed[64];
  size_t length = strcspn(segment, "/");
  if (length >= sizeof typed) {
    return;
  }
  memcpy(typed, segment, length);
  typed[length] = '\0';
  if (code_parse(typed, request->code) != CODE_OK) {
    request->code[0] = '\0';
    return;
  }
  request->link = site_find(request->site, request->code);
  if (request->link == NULL) {
    return;
  }
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

static bool is_urlencoded(const struct request *request) {
  const char *type = request_header(request, "Content-Type");
  static const char wanted[] = "application/x-www-form-urlencoded";
  return type != NULL && strncasecmp(type, wanted, sizeof wanted - 1) == 0 &&
         strchr("; \t", type[sizeof wanted - 1]) != NULL;
}

/* Decides on the headers alone; errors are answered now, since libmicrohttpd takes a
 * reply only in the first call or after the whole body. */
static enum MHD_Result begin(struct request *request, struct listener *listener, const char *url,
                             const char *method, const char *version) {
  uint64_t length;
  const char *segment = NULL;
  const char *accept = request_header(request, "Accept");
  listener->server->figures.requests[listener->kind]++;
  request->stage = REQUEST_BODY;
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
  enum route_result found = route_find(listener->kind, method, url, request->arena, &request->route,
                                       &segment, &request->allow);
  find_link(request, segment);
  if (found == ROUTE_MISSING) {
    return refuse(request, MHD_HTTP_NOT_FOUND, "missing", "not_found");
  }
  if (found == ROUTE_METHOD) {
    return refuse(request, MHD_HTTP_METHOD_NOT_ALLOWED, "method", "method_not_allowed");
  }
  if (strcmp(method, "POST") != 0) {
    return MHD_YES;
  }
  if (!is_urlencoded(request)) {
    return refuse(request, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "form", "unsupported_media_type");
  }
  if (length > request->route->body_max_bytes) {
    return refuse(request, MHD_HTTP_CONTENT_TOO_LARGE, "large", "too_large");
  }
  request->decoder =
      MHD_create_post_processor(request->connection, 1024, form_take, &request->form);
  return request->decoder != NULL ? MHD_YES : MHD_NO;
}

static enum MHD_Result take_body(struct request *request, const char *data, size_t *size) {
  request->body_bytes += *size;
  if (request->decoder == NULL || request->body_bytes > request->route->body_max_bytes) {
    request->form.bad = true;
  } else if (!request->form.bad && MHD_post_process(request->decoder, data, *size) != MHD_YES) {
    request->form.bad = true;
  }
  *size = 0;
  return MHD_YES;
}

static enum MHD_Result complete(struct request *request) {
  /* The last value comes out when the decoder ends. */
  if (request->decoder != NULL && MHD_destroy_post_processor(request->decoder) != MHD_YES) {
    request->form.bad = true;
  }
  request->decoder = NULL;
  if (request->form.bad) {
    return refuse(request, MHD_HTTP_BAD_REQUEST, "bad", "bad_request");
  }
  return request->route->handle(request);
}

enum MHD_Result request_handle(void *context, struct MHD_Connection *connection, const char *url,
                               const char *method, const char *version, const char *upload_data,
                               size_t *upload_data_size, void **con_cls) {
  (void)connection;
  struct request *request = *con_cls;
  if (request == NULL) {
    return MHD_NO;
  }
  switch (request->stage) {
  case REQUEST_NEW:
    return begin(request, context, url, method, version);
  case REQUEST_BODY:
    return *upload_data_size > 0 ? take_body(request, upload_data, upload_data_size)
                                 : complete(request);
  case REQUEST_WAITING:
    return MHD_YES;
  case REQUEST_DONE:
    return request->route->finish(request);
  }
  return MHD_NO;
}

/* Enqueueing first is safe: a finished job comes back through the loop, which is this
 * thread. */
bool request_queue(struct request *request) {
  request->job.context = request;
  /* The writer is gone before the last replies are. */
  if (request->server->writer == NULL || !writer_enqueue(request->server->writer, &request->job)) {
    return false;
  }
  request->stage = REQUEST_WAITING;
  connection_waiting(request->entry);
  MHD_suspend_connection(request->connection);
  return true;
}

void request_end(void *context, struct MHD_Connection *connection, void **con_cls,
                 enum MHD_RequestTerminationCode code) {
  (void)context, (void)connection, (void)code;
  struct request *request = *con_cls;
  *con_cls = NULL;
  if (request == NULL) {
    return;
  }
  if (request->decoder != NULL) {
    MHD_destroy_post_processor(request->decoder);
  }
  form_clear(&request->form);
  site_release(request->site);
  connection_reply_done(request->entry);
  arena_free(request->arena);
  free(request);
}
