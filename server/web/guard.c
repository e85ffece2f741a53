#include "web/guard.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"

struct look {
  const char *proxy; /* the header by which a proxy names who is signed in; may be NULL */
  bool bad;
  bool expects;
  int proxies;
  int hosts;
  int lengths;
  uint64_t length;
};

bool guard_target(const char *target) {
  if (target[0] != '/') {
    return false;
  }
  for (const char *at = target; *at != '\0'; at++) {
    unsigned char byte = (unsigned char)*at;
    if (byte <= ' ' || byte == 0x7f || byte == '\\' ||
        (at[0] == '%' && strncmp(at, "%00", 3) == 0)) {
      return false;
    }
  }
  return true;
}

static bool has_parent_segment(const char *path) {
  for (const char *at = path; (at = strstr(at, "..")) != NULL; at += 2) {
    if ((at == path || at[-1] == '/') && (at[2] == '\0' || at[2] == '/')) {
      return true;
    }
  }
  return false;
}

/* RFC 9110, section 5.6.2. */
static bool is_token(const char *name) {
  static const char signs[] = "!#$%&'*+-.^_`|~";
  if (*name == '\0') {
    return false;
  }
  for (; *name != '\0'; name++) {
    bool plain = (*name >= '0' && *name <= '9') || (*name >= 'A' && *name <= 'Z') ||
                 (*name >= 'a' && *name <= 'z');
    if (!plain && strchr(signs, *name) == NULL) {
      return false;
    }
  }
  return true;
}

static bool has_control(const char *value) {
  for (; *value != '\0'; value++) {
    unsigned char byte = (unsigned char)*value;
    if ((byte < ' ' && byte != '\t') || byte == 0x7f) {
      return true;
    }
  }
  return false;
}

/* 1 to 18 digits: no sign, no list, no overflow. */
static bool read_length(const char *value, uint64_t *length) {
  size_t digits = strspn(value, "0123456789");
  if (digits == 0 || digits > 18 || value[digits] != '\0') {
    return false;
  }
  *length = 0;
  for (; *value != '\0'; value++) {
    *length = *length * 10 + (uint64_t)(*value - '0');
  }
  return true;
}

/* libmicrohttpd adds a folded line (obs-fold, RFC 9112 section 5.2) to the name of the
 * header and not to its value, so that a folded "Transfer-Encoding: chunked" is called
 * "Transfer-Encodingchunked" here: what begins so is refused. */
static bool begins(const char *name, const char *with) {
  return strncasecmp(name, with, strlen(with)) == 0;
}

static enum MHD_Result look_at(void *context, enum MHD_ValueKind kind, const char *name,
                               const char *value) {
  (void)kind;
  struct look *look = context;
  if (!is_token(name) || (value != NULL && has_control(value))) {
    look->bad = true;
  }
  if (begins(name, "Transfer-Encoding")) {
    look->bad = true;
  }
  if (strcasecmp(name, "Host") == 0) {
    look->hosts++;
  }
  if (look->proxy != NULL && strcasecmp(name, look->proxy) == 0) {
    look->proxies++;
  }
  look->expects = look->expects || strcasecmp(name, "Expect") == 0;
  if (begins(name, "Content-Length")) {
    look->lengths++;
    if (name[strlen("Content-Length")] != '\0' || value == NULL ||
        !read_length(value, &look->length)) {
      look->bad = true;
    }
  }
  return look->bad ? MHD_NO : MHD_YES;
}

static bool is_text(const char *bytes) {
  return bytes == NULL || utf8_valid(bytes, strlen(bytes));
}

static enum MHD_Result look_at_query(void *context, enum MHD_ValueKind kind, const char *name,
                                     const char *value) {
  (void)kind;
  bool *bad = context;
  *bad = *bad || !is_text(name) || !is_text(value);
  return *bad ? MHD_NO : MHD_YES;
}

bool guard_headers(const struct request *request, const char *method, const char *version,
                   const char *path, uint64_t *length) {
  bool reads = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
  bool newest = strcmp(version, "HTTP/1.1") == 0;
  struct look look = {.proxy = request->listener == LISTENER_CONSOLE
                                   ? request->server->config->console_proxy_header
                                   : NULL};
  *length = 0;
  if ((!reads && strcmp(method, "POST") != 0) || (!newest && strcmp(version, "HTTP/1.0") != 0) ||
      path[0] != '/' || has_parent_segment(path) || !is_text(path)) {
    return false;
  }
  MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, look_at_query, &look.bad);
  if (look.bad) {
    return false;
  }
  MHD_get_connection_values(request->connection, MHD_HEADER_KIND, look_at, &look);
  *length = look.length;
  return !look.bad && look.lengths <= 1 && look.hosts <= 1 && look.proxies <= 1 &&
         (!newest || look.hosts == 1) && (!reads || (look.length == 0 && !look.expects));
}
