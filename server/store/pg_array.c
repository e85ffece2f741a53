#include "store/pg_array.h"

#include <arpa/inet.h>
#include <limits.h>
#include <string.h>

enum { LENGTH_OFFSET = 12 };

static void add_word(struct pg_array *array, uint32_t value) {
  uint32_t word = htonl(value);
  text_add_bytes(&array->bytes, (const char *)&word, sizeof word);
}

void pg_array_begin(struct pg_array *array, enum pg_type type) {
  text_reset(&array->bytes);
  array->count = 0;
  add_word(array, 1); /* dimensions */
  add_word(array, 1); /* there may be NULLs */
  add_word(array, (uint32_t)type);
  add_word(array, 0); /* the length, known at the end */
  add_word(array, 1); /* lower bound */
}

void pg_array_add(struct pg_array *array, const void *bytes, size_t size) {
  if (size > INT_MAX) {
    array->bytes.failed = true;
    return;
  }
  add_word(array, (uint32_t)size);
  text_add_bytes(&array->bytes, bytes, size);
  array->count++;
}

void pg_array_add_string(struct pg_array *array, const char *string) {
  pg_array_add(array, string, strlen(string));
}

void pg_array_add_bool(struct pg_array *array, bool value) {
  unsigned char byte = value ? 1 : 0;
  pg_array_add(array, &byte, sizeof byte);
}

void pg_array_add_int2(struct pg_array *array, int value) {
  uint16_t word = htons((uint16_t)value);
  pg_array_add(array, &word, sizeof word);
}

void pg_array_add_int4(struct pg_array *array, int value) {
  uint32_t word = htonl((uint32_t)value);
  pg_array_add(array, &word, sizeof word);
}

void pg_array_add_null(struct pg_array *array) {
  add_word(array, UINT32_MAX);
  array->count++;
}

void pg_array_clear(struct pg_array *array) {
  text_clear(&array->bytes);
}

/* An empty array is one without dimensions; nobody here sends one. */
static bool complete(struct pg_array *array) {
  if (array->bytes.failed || array->bytes.length > INT_MAX || array->count == 0) {
    return false;
  }
  uint32_t length = htonl(array->count);
  memcpy(array->bytes.data + LENGTH_OFFSET, &length, sizeof length);
  return true;
}

enum store_result pg_array_run(struct store *store, enum statement statement,
                               struct pg_array *arrays, int count, PGresult **result) {
  const char *values[PG_ARRAYS_MAX];
  int lengths[PG_ARRAYS_MAX];
  int formats[PG_ARRAYS_MAX];
  *result = NULL;
  if (count > PG_ARRAYS_MAX) {
    return STORE_FAULT;
  }
  for (int i = 0; i < count; i++) {
    if (!complete(&arrays[i])) {
      pg_say(store, "an array of the statement cannot be made");
      return STORE_FAULT;
    }
    values[i] = arrays[i].bytes.data;
    lengths[i] = (int)arrays[i].bytes.length;
    formats[i] = 1;
  }
  struct pg_parameters parameters = {count, values, lengths, formats};
  return pg_run(store, statement, &parameters, result);
}
