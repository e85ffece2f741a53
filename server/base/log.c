#include "base/log.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

enum { TIME_BYTES = 48, FORMAT_BYTES = 512, LOST_BYTES = 160 };

static const char *level_name(enum log_level level) {
  switch (level) {
  case LOG_LEVEL_INFO:
    return "info";
  case LOG_LEVEL_WARNING:
    return "warning";
  case LOG_LEVEL_ERROR:
    return "error";
  }
  return "error";
}

static void print_time(char out[TIME_BYTES]) {
  struct timespec now;
  struct tm utc;
  char second[24];
  (void)clock_gettime(CLOCK_REALTIME, &now);
  (void)gmtime_r(&now.tv_sec, &utc);
  (void)strftime(second, sizeof second, "%Y-%m-%dT%H:%M:%S", &utc);
  (void)snprintf(out, TIME_BYTES, "%s.%03ldZ", second, now.tv_nsec / 1000000);
}

/* The fields as an object; NULL when the format or a value is bad. */
static json_t *pack_fields(const char *fields, va_list arguments) {
  char format[FORMAT_BYTES];
  int length = snprintf(format, sizeof format, "{%s}", fields);
  if (length < 0 || (size_t)length >= sizeof format) {
    return NULL;
  }
  json_error_t error;
  return json_vpack_ex(&error, 0, format, arguments);
}

static json_t *new_line(enum log_level level, const char *event) {
  char time_text[TIME_BYTES];
  print_time(time_text);
  return json_pack("{s:s, s:s, s:s}", "time", time_text, "level", level_name(level), "event",
                   event);
}

/* The process has one log, whoever writes into it: between looking for room and writing, no other
 * thread may take it. */
static struct {
  pthread_mutex_t mutex;
  unsigned long lost; /* lines that found no room, not told of yet */
} writing = {.mutex = PTHREAD_MUTEX_INITIALIZER};

/* One write(2), so that lines of several threads never mix. A pipe with any room takes PIPE_BUF
 * bytes at once (pipe(7)), which is more than a line has. False: there is no room. */
static bool write_line(const char *line, size_t length) {
  struct pollfd log = {.fd = STDERR_FILENO, .events = POLLOUT};
  if (poll(&log, 1, 0) == 0) {
    return false;
  }
  while (write(STDERR_FILENO, line, length) < 0 && errno == EINTR) {
  }
  return true;
}

static bool tell_lost(void) {
  char time_text[TIME_BYTES], line[LOST_BYTES];
  print_time(time_text);
  int length = snprintf(line, sizeof line,
                        "{\"time\":\"%s\",\"level\":\"%s\",\"event\":\"log_lost\",\"lines\":%lu}\n",
                        time_text, level_name(LOG_LEVEL_WARNING), writing.lost);
  return write_line(line, (size_t)length);
}

/* What a log that nobody reads does not take is lost, and counted: it must not stop the server. */
static void put_line(const char *line, size_t length) {
  (void)pthread_mutex_lock(&writing.mutex);
  if (writing.lost > 0 && tell_lost()) {
    writing.lost = 0;
  }
  if (writing.lost > 0 || !write_line(line, length)) {
    writing.lost++;
  }
  (void)pthread_mutex_unlock(&writing.mutex);
}

static void print_object(const json_t *object) {
  char *json = json_dumps(object, JSON_COMPACT);
  struct text line;
  text_init(&line);
  if (json != NULL) {
    text_add(&line, json);
    text_add_char(&line, '\n');
  }
  if (json != NULL && !line.failed) {
    put_line(line.data, line.length);
  }
  text_clear(&line);
  free(json);
}

void log_event(enum log_level level, const char *event, const char *fields, ...) {
  json_t *line = new_line(level, event);
  json_t *given = NULL;
  bool failed = line == NULL;
  if (!failed && fields != NULL) {
    va_list arguments;
    va_start(arguments, fields);
    given = pack_fields(fields, arguments);
    va_end(arguments);
    failed = given == NULL || json_object_update_missing(line, given) != 0;
  }
  if (failed) {
    json_decref(line);
    line = new_line(LOG_LEVEL_ERROR, "log_failed");
    if (line != NULL) {
      (void)json_object_set_new(line, "of", json_string(event));
    }
  }
  if (line != NULL) {
    print_object(line);
  }
  json_decref(given);
  json_decref(line);
}
