#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void fuzz_fail(const char *what, const char *file, int line, const char *function) {
  (void)fprintf(stderr, "%s:%d: %s: does not hold: %s\n", file, line, function, what);
  abort();
}

/* libFuzzer leaves memory alone; corpora.c has its own. */
__attribute__((weak)) bool fuzz_starved(void) {
  return false;
}

char *fuzz_string(const uint8_t *data, size_t size) {
  size_t length = size == 0 ? 0 : strnlen((const char *)data, size);
  char *string = malloc(length + 1);
  if (string == NULL) {
    return NULL;
  }
  if (length > 0) {
    memcpy(string, data, length);
  }
  string[length] = '\0';
  return string;
}

int fuzz_file(const void *data, size_t size) {
  int fd = memfd_create("input", MFD_CLOEXEC);
  fuzz_require(fd >= 0);
  fuzz_require(write(fd, data, size) == (ssize_t)size);
  fuzz_require(lseek(fd, 0, SEEK_SET) == 0);
  return fd;
}

bool fuzz_next(struct fuzz_piece *rest, uint8_t mark, struct fuzz_piece *piece) {
  if (rest->data == NULL) {
    return false;
  }
  const uint8_t *end = rest->size == 0 ? NULL : memchr(rest->data, mark, rest->size);
  *piece = *rest;
  if (end == NULL) {
    *rest = (struct fuzz_piece){0};
    return true;
  }
  piece->size = (size_t)(end - rest->data);
  rest->data = end + 1;
  rest->size -= piece->size + 1;
  return true;
}

const struct questionnaire *fuzz_questionnaire(const char *path) {
  struct complaints complaints = {0};
  static struct arena *arena;
  if (arena == NULL) {
    arena = arena_new(0);
  }
  fuzz_require(arena != NULL);
  const char *json = questionnaire_read(path, arena);
  if (json == NULL) {
    perror(path);
    abort();
  }
  const struct questionnaire *questionnaire = questionnaire_load(json, arena, &complaints);
  fuzz_require(questionnaire != NULL);
  return questionnaire;
}
