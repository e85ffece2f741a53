#include "starve.h"

#include <errno.h>
#include <jansson.h>
#include <stddef.h>
#include <string.h>

/* The program's own malloc comes before the sanitizer's in the order in which libraries look for
 * it, and hands on to the sanitizer's, which goes on finding what it finds. */
void *__interceptor_malloc(size_t size);
void *__interceptor_calloc(size_t count, size_t size);
void *__interceptor_realloc(void *old, size_t size);
void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *old, size_t size);

static struct {
  bool on, all, happened;
  long left;
} starving;

static bool fails(void) {
  if (!starving.on || (--starving.left != 0 && !(starving.all && starving.left < 0))) {
    return false;
  }
  starving.happened = true;
  errno = ENOMEM;
  return true;
}

void *malloc(size_t size) {
  return fails() ? NULL : __interceptor_malloc(size);
}

void *calloc(size_t count, size_t size) {
  return fails() ? NULL : __interceptor_calloc(count, size);
}

void *realloc(void *old, size_t size) {
  return fails() ? NULL : __interceptor_realloc(old, size);
}

/* Jansson's reader (2.14) is not made for this: it passes over that it had no room for a byte, and
 * then reads another text or ends the program by an assertion. Here it fails as a whole. */
json_t *__real_json_loadb(const char *bytes, size_t size, size_t flags, json_error_t *error);
json_t *__wrap_json_loads(const char *text, size_t flags, json_error_t *error);
json_t *__wrap_json_loadb(const char *bytes, size_t size, size_t flags, json_error_t *error);

json_t *__wrap_json_loads(const char *text, size_t flags, json_error_t *error) {
  return __wrap_json_loadb(text, strlen(text), flags, error);
}

json_t *__wrap_json_loadb(const char *bytes, size_t size, size_t flags, json_error_t *error) {
  bool on = starving.on;
  if (fails()) {
    if (error != NULL) {
      *error = (json_error_t){.line = -1, .column = -1};
    }
    return NULL;
  }
  starving.on = false;
  json_t *json = __real_json_loadb(bytes, size, flags, error);
  starving.on = on;
  return json;
}

void starve_begin(long nth, bool all) {
  starving.left = nth;
  starving.all = all;
  starving.happened = false;
  starving.on = true;
}

bool starve_end(void) {
  starving.on = false;
  return starving.happened;
}

bool starve_happened(void) {
  return starving.happened;
}
