/* A connection, byte for byte, to the respondents' listener, the console's or that of operations
 * (the first byte chooses): request line, headers, cookies and body, on the way that every request
 * takes. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fuzz.h"
#include "scene.h"

static struct server *server;

static bool begins(const char *text, const char *with) {
  return strncasecmp(text, with, strlen(with)) == 0;
}

/* What a header of ours may hold: no byte that would end it. */
static void check_head(const char *head, size_t size) {
  for (size_t i = 0; i < size; i++) {
    unsigned char byte = (unsigned char)head[i];
    fuzz_require(byte >= ' ' || byte == '\r' || byte == '\n');
    fuzz_require(byte != '\n' || (i > 0 && head[i - 1] == '\r'));
    fuzz_require(byte != '\r' || (i + 1 < size && head[i + 1] == '\n'));
  }
}

/* Every reply begins as one, and those that are ours have what keeps a page safe. */
static void check_reply(const struct text *reply) {
  if (reply->data == NULL || reply->failed) {
    return;
  }
  fuzz_require(begins(reply->data, "HTTP/1."));
  const char *end = strstr(reply->data, "\r\n\r\n");
  fuzz_require(end != NULL || fuzz_starved());
  if (end == NULL) {
    return;
  }
  size_t size = (size_t)(end - reply->data);
  check_head(reply->data, size);
  char *head = strndup(reply->data, size);
  if (head != NULL && strcasestr(head, "Content-Type:") != NULL) {
    fuzz_require(strcasestr(head, "Content-Security-Policy:") != NULL ||
                 strcasestr(head, "text/html\r\n") != NULL); /* libmicrohttpd's own refusals */
    fuzz_require(strcasestr(head, "X-Content-Type-Options: nosniff") != NULL ||
                 strcasestr(head, "Content-Security-Policy:") == NULL);
  }
  free(head);
}

/* Whoever sends a whole request without a body is answered: of a request line that is none
 * libmicrohttpd says nothing. */
static bool wants_answer(const uint8_t *data, size_t size) {
  const uint8_t *line = size < 16 ? NULL : memmem(data, size, "\r\n", 2);
  if (line == NULL || memmem(data, size, "\r\n\r\n", 4) == NULL || memcmp(data, "GET /", 5) != 0) {
    return false;
  }
  size_t length = (size_t)(line - data);
  for (size_t i = 4; i < length; i++) {
    if (data[i] <= ' ' || data[i] >= 0x7f) {
      return length - i == 9 && memcmp(data + i, " HTTP/1.1", 9) == 0;
    }
  }
  return false;
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  server = scene_new();
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct text reply;
  if (size < 2) {
    return 0;
  }
  enum listener_kind kind = (enum listener_kind)(data[0] % LISTENER_COUNT);
  text_init(&reply);
  server->stopping = kind == LISTENER_OPS; /* there is no writer whose health could be told */
  scene_talk(server, kind, data + 1, size - 1, &reply);
  check_reply(&reply);
  if (!fuzz_starved() && wants_answer(data + 1, size - 1)) {
    fuzz_require(reply.length > 0);
  }
  text_clear(&reply);
  return 0;
}
