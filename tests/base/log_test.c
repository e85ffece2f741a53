#include "base/log.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "folder.h"

static struct folder folder;
static char path[FOLDER_PATH_BYTES];
static int saved;

static void setup(void) {
  folder_init(&folder);
  folder_path(&folder, "log", path);
  int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  cr_assert(fd >= 0);
  saved = dup(STDERR_FILENO);
  cr_assert(dup2(fd, STDERR_FILENO) >= 0);
  close(fd);
}

static void teardown(void) {
  folder_clear(&folder);
}

TestSuite(log, .init = setup, .fini = teardown);

/* Gives stderr back and reads what was logged, one object a line. */
static json_t *logged(void) {
  cr_assert(dup2(saved, STDERR_FILENO) >= 0);
  json_t *lines = json_array();
  FILE *file = fopen(path, "re");
  cr_assert_not_null(file);
  char line[8192];
  while (fgets(line, sizeof line, file) != NULL) {
    cr_assert_eq(line[strlen(line) - 1], '\n');
    json_t *object = json_loads(line, 0, NULL);
    cr_assert_not_null(object, "%s", line);
    json_array_append_new(lines, object);
  }
  fclose(file);
  return lines;
}

static const char *member(const json_t *lines, size_t index, const char *key) {
  const char *value = json_string_value(json_object_get(json_array_get(lines, index), key));
  return value == NULL ? "(none)" : value;
}

Test(log, writes_time_level_event_and_fields) {
  log_event(LOG_LEVEL_INFO, "listening", "s:s, s:i", "listener", "console", "port", 8081);
  log_event(LOG_LEVEL_WARNING, "slow", NULL);
  log_event(LOG_LEVEL_ERROR, "stopped", "s:s", "reason", "a \"quote\"\nand æ");
  json_t *lines = logged();
  cr_assert_eq(json_array_size(lines), 3);
  cr_expect_str_eq(member(lines, 0, "level"), "info");
  cr_expect_str_eq(member(lines, 0, "event"), "listening");
  cr_expect_str_eq(member(lines, 0, "listener"), "console");
  cr_expect_eq(json_integer_value(json_object_get(json_array_get(lines, 0), "port")), 8081);
  cr_expect_str_eq(member(lines, 1, "level"), "warning");
  cr_expect_str_eq(member(lines, 2, "level"), "error");
  cr_expect_str_eq(member(lines, 2, "reason"), "a \"quote\"\nand æ");
  json_decref(lines);
}

Test(log, writes_the_time_in_utc_with_milliseconds) {
  log_event(LOG_LEVEL_INFO, "now", NULL);
  json_t *lines = logged();
  const char *pattern = "dddd-dd-ddTdd:dd:dd.dddZ", *time = member(lines, 0, "time");
  cr_assert_eq(strlen(time), strlen(pattern), "%s", time);
  for (size_t i = 0; pattern[i] != '\0'; i++) {
    bool digit = time[i] >= '0' && time[i] <= '9';
    cr_expect(pattern[i] == 'd' ? digit : time[i] == pattern[i], "%s", time);
  }
  json_decref(lines);
}

Test(log, lets_no_field_hide_what_the_line_is) {
  log_event(LOG_LEVEL_ERROR, "real", "s:s, s:s", "event", "other", "level", "info");
  json_t *lines = logged();
  cr_expect_str_eq(member(lines, 0, "event"), "real");
  cr_expect_str_eq(member(lines, 0, "level"), "error");
  json_decref(lines);
}

Test(log, says_which_line_could_not_be_made) {
  log_event(LOG_LEVEL_INFO, "greeting", "s:s", "text", "sm\xF8r");
  log_event(LOG_LEVEL_INFO, "format", "s:", "text");
  json_t *lines = logged();
  cr_assert_eq(json_array_size(lines), 2);
  cr_expect_str_eq(member(lines, 0, "event"), "log_failed");
  cr_expect_str_eq(member(lines, 0, "of"), "greeting");
  cr_expect_str_eq(member(lines, 0, "level"), "error");
  cr_expect_str_eq(member(lines, 1, "of"), "format");
  json_decref(lines);
}

/* A datagram is what one write(2) wrote. */
Test(log, writes_a_line_in_one_piece) {
  int sockets[2];
  char line[8192];
  cr_assert_eq(socketpair(AF_UNIX, SOCK_DGRAM, 0, sockets), 0);
  cr_assert(dup2(sockets[0], STDERR_FILENO) >= 0);
  log_event(LOG_LEVEL_INFO, "whole", "s:s", "text", "x");
  ssize_t length = recv(sockets[1], line, sizeof line, MSG_DONTWAIT);
  cr_assert(dup2(saved, STDERR_FILENO) >= 0);
  cr_assert_gt(length, 0);
  cr_expect_eq(line[0], '{');
  cr_expect_eq(line[length - 1], '\n');
  cr_expect_lt(recv(sockets[1], line, sizeof line, MSG_DONTWAIT), 0, "one line, one write");
  close(sockets[0]);
  close(sockets[1]);
}

enum { UNREAD = 50 };

/* What stands in the pipe now, one object a line. */
static json_t *read_all(int pipe_end) {
  char text[128 * 1024];
  json_t *lines = json_array();
  ssize_t length = read(pipe_end, text, sizeof text);
  cr_assert_gt(length, 0);
  for (const char *line = text, *end; line < text + length; line = end + 1) {
    end = memchr(line, '\n', (size_t)(text + length - line));
    cr_assert_not_null(end);
    json_array_append_new(lines, json_loadb(line, (size_t)(end - line), 0, NULL));
  }
  return lines;
}

Test(log, loses_and_counts_what_nobody_reads_and_stops_nobody, .timeout = 30) {
  char filler[3001];
  int ends[2];
  memset(filler, 'x', sizeof filler - 1);
  filler[sizeof filler - 1] = '\0';
  cr_assert_eq(pipe(ends), 0);
  cr_assert(dup2(ends[1], STDERR_FILENO) >= 0);
  for (int i = 0; i < UNREAD; i++) {
    log_event(LOG_LEVEL_INFO, "unread", "s:s", "filler", filler);
  }
  json_t *kept = read_all(ends[0]);
  log_event(LOG_LEVEL_INFO, "read", NULL);
  json_t *later = read_all(ends[0]);
  cr_assert(dup2(saved, STDERR_FILENO) >= 0);
  cr_expect_gt(json_array_size(kept), 5);
  cr_assert_eq(json_array_size(later), 2);
  cr_expect_str_eq(member(later, 0, "event"), "log_lost");
  cr_expect_eq(json_integer_value(json_object_get(json_array_get(later, 0), "lines")),
               UNREAD - json_array_size(kept));
  cr_expect_str_eq(member(later, 1, "event"), "read");
  json_decref(kept);
  json_decref(later);
  close(ends[0]);
  close(ends[1]);
}

enum { THREADS = 4, LINES = 250 };

static void *log_many(void *context) {
  char filler[1001];
  memset(filler, 'x', sizeof filler - 1);
  filler[sizeof filler - 1] = '\0';
  for (int i = 0; i < LINES; i++) {
    log_event(LOG_LEVEL_INFO, "many", "s:s, s:i", "filler", filler, "thread",
              *(const int *)context);
  }
  return NULL;
}

Test(log, keeps_the_lines_of_threads_apart) {
  pthread_t threads[THREADS];
  int numbers[THREADS];
  for (int i = 0; i < THREADS; i++) {
    numbers[i] = i;
    cr_assert_eq(pthread_create(&threads[i], NULL, log_many, &numbers[i]), 0);
  }
  for (int i = 0; i < THREADS; i++) {
    cr_assert_eq(pthread_join(threads[i], NULL), 0);
  }
  json_t *lines = logged();
  cr_assert_eq(json_array_size(lines), THREADS * LINES);
  for (size_t i = 0; i < THREADS * LINES; i++) {
    cr_assert_eq(strlen(member(lines, i, "filler")), 1000);
  }
  json_decref(lines);
}
