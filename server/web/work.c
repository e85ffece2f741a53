#include "web/work.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "web/request.h"
#include "web/server.h"

enum { ARENA_MAX_BYTES = 64 * 1024 * 1024 };

static const char *copy(struct work *work, const char *string, bool *good) {
  if (string == NULL) {
    return NULL;
  }
  const char *copied = arena_string(work->arena, string);
  *good = *good && copied != NULL;
  return copied;
}

/* A list of names and values that MHD gives one by one. */
struct list_copy {
  struct work *work;
  struct request_value *list;
  size_t *count;
  size_t most;
  bool good;
};

static enum MHD_Result copy_value(void *context, enum MHD_ValueKind kind, const char *name,
                                  const char *value) {
  (void)kind;
  struct list_copy *out = context;
  if (*out->count < out->most && name != NULL) {
    out->list[(*out->count)++] = (struct request_value){
        copy(out->work, name, &out->good), copy(out->work, value != NULL ? value : "", &out->good)};
  }
  return out->good ? MHD_YES : MHD_NO;
}

static bool copy_list(struct work *work, const struct request *request, enum MHD_ValueKind kind,
                      struct request_value *list, size_t *count, size_t most) {
  struct list_copy out = {work, list, count, most, true};
  MHD_get_connection_values(request->connection, kind, copy_value, &out);
  return out.good;
}

/* Believed only when the proxy itself is connected here (config.h). */
const char *work_proxy_user(const struct request *request) {
  const struct config *config = request->server->config;
  if (config->console_proxy_header == NULL || request->listener != LISTENER_CONSOLE) {
    return NULL;
  }
  const char *user = request_header(request, config->console_proxy_header);
  if (user == NULL) {
    return NULL;
  }
  if (!config_trusts(config, request->entry->address)) {
    request_distrust(request);
    return NULL;
  }
  return user;
}

static bool copy_request(struct work *work, struct request *request) {
  bool good = true;
  work->config = request->server->config;
  work->keys = request->server->keys;
  work->pages = &request->server->pages;
  work->console = request->server->console;
  work->route = request->route;
  work->posts = strcmp(request->route->method, "POST") == 0;
  work->heads = request->heads;
  work->path = copy(work, request->path, &good);
  const char *mark = strchr(request->target, '?');
  work->query_string = copy(work, mark != NULL ? mark + 1 : "", &good);
  for (size_t i = 0; i < request->parameters_count; i++) {
    work->parameters[i] = (struct request_value){request->parameters[i].name,
                                                 copy(work, request->parameters[i].value, &good)};
  }
  work->parameters_count = request->parameters_count;
  good = good && copy_list(work, request, MHD_GET_ARGUMENT_KIND, work->query, &work->query_count,
                           WORK_QUERY_MAX);
  work->cookies = copy(work, request_header(request, "Cookie"), &good);
  work->wants_json = request->wants_json;
  work->authorization = copy(work, request_header(request, "Authorization"), &good);
  work->origin = copy(work, request_header(request, "Origin"), &good);
  work->fetch_site = copy(work, request_header(request, "Sec-Fetch-Site"), &good);
  work->host = copy(work, request_header(request, "Host"), &good);
  work->proxy_user = copy(work, work_proxy_user(request), &good);
  return good;
}

struct work *work_new(struct request *request, route_work *run) {
  struct work *work = calloc(1, sizeof *work);
  if (work == NULL) {
    return NULL;
  }
  work->reply.fd = work->upload.fd = -1;
  work->run = run;
  work->pool = request->route->pool;
  work->arena = arena_new(ARENA_MAX_BYTES);
  if (work->arena == NULL || !copy_request(work, request)) {
    work_free(work);
    return NULL;
  }
  work->form = request->form;
  work->form.upload = NULL;
  request->form = (struct form){0};
  work->upload = request->upload;
  upload_init(&request->upload);
  work->body = request->body;
  text_init(&request->body);
  return work;
}

static void clear_reply(struct work *work) {
  struct work_reply old = work->reply;
  text_clear(&work->reply.text);
  if (work->reply.fd >= 0) {
    close(work->reply.fd);
  }
  work->reply = (struct work_reply){.fd = -1};
  memcpy(work->reply.cookies, old.cookies, sizeof old.cookies);
}

void work_free(struct work *work) {
  if (work == NULL) {
    return;
  }
  clear_reply(work);
  form_clear(&work->form);
  upload_clear(&work->upload);
  text_clear(&work->body);
  site_release(work->site);
  arena_free(work->arena);
  free(work);
}

static const char *find(const struct request_value *list, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(list[i].name, name) == 0) {
      return list[i].value;
    }
  }
  return NULL;
}

const char *work_parameter(const struct work *work, const char *name) {
  const char *value = find(work->parameters, work->parameters_count, name);
  return value != NULL ? value : "";
}

int work_number(const struct work *work, const char *name) {
  const char *value = work_parameter(work, name);
  size_t digits = strspn(value, "0123456789");
  if (digits == 0 || digits > 10 || value[0] == '0' || value[digits] != '\0') {
    return 0;
  }
  long long number = strtoll(value, NULL, 10);
  return number <= INT_MAX ? (int)number : 0;
}

const char *work_cookie(const struct work *work, const char *name) {
  return request_cookie(work->cookies, name, work->arena);
}

const char *work_query(const struct work *work, const char *name) {
  return find(work->query, work->query_count, name);
}

const char *work_field(const struct work *work, const char *name) {
  return form_value(&work->form, name);
}

struct store *work_store(struct work *work, enum store_role role) {
  return worker_store(work->worker, role);
}

bool work_in_time(const struct work *work) {
  return worker_in_time(work->worker);
}

void work_text(struct work *work, unsigned status, enum reply_type type, struct text *text) {
  clear_reply(work);
  work->reply.status = status;
  work->reply.type = type;
  work->reply.text = *text;
  text_init(text);
}

void work_json(struct work *work, unsigned status, json_t *value) {
  struct text text;
  text_init(&text);
  char *json = value == NULL ? NULL : json_dumps(value, JSON_COMPACT);
  json_decref(value);
  if (json == NULL) {
    text.failed = true;
  } else {
    text_add(&text, json);
    text_add_char(&text, '\n');
  }
  free(json);
  work_text(work, status, REPLY_JSON, &text);
}

void work_set_cookie(struct work *work, const char *line) {
  for (size_t i = 0; i < array_length(work->reply.cookies); i++) {
    if (work->reply.cookies[i] == NULL) {
      work->reply.cookies[i] = line;
      return;
    }
  }
}

void work_redirect(struct work *work, const char *location) {
  clear_reply(work);
  work->reply.status = 303;
  work->reply.type = REPLY_TEXT;
  work->reply.location = location;
}

void work_file(struct work *work, enum reply_type type, int fd, const char *name) {
  clear_reply(work);
  work->reply.status = 200;
  work->reply.type = type;
  work->reply.fd = fd;
  work->reply.filename = name;
}

int work_temporary(void) {
  return upload_temporary();
}

bool work_write(int fd, const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t written = write(fd, bytes, size);
    if (written < 0 && errno != EINTR) {
      return false;
    }
    bytes += written > 0 ? written : 0;
    size -= written > 0 ? (size_t)written : 0;
  }
  return true;
}
