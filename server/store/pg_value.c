#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/pg.h"

void pg_explain(const struct store *store, struct arena *arena, const char **message) {
  if (message == NULL) {
    return;
  }
  *message = arena_string(arena, store->message);
  if (*message == NULL) {
    *message = "out of memory";
  }
}

const char *pg_text(const PGresult *result, int row, int column, struct arena *arena, bool *good) {
  if (PQgetisnull(result, row, column)) {
    return NULL;
  }
  const char *text =
      arena_copy(arena, PQgetvalue(result, row, column), (size_t)PQgetlength(result, row, column));
  if (text == NULL) {
    *good = false;
  }
  return text;
}

int pg_number(const PGresult *result, int row, int column) {
  return (int)strtol(PQgetvalue(result, row, column), NULL, 10);
}

bool pg_true(const PGresult *result, int row, int column) {
  return strcmp(PQgetvalue(result, row, column), "t") == 0;
}

enum store_result pg_no_memory(struct store *store) {
  pg_say(store, "out of memory");
  return STORE_FAULT;
}

static json_t *read_array(const PGresult *result, int row, int column) {
  return json_loadb(PQgetvalue(result, row, column), (size_t)PQgetlength(result, row, column), 0,
                    NULL);
}

bool pg_strings(const PGresult *result, int row, int column, struct arena *arena,
                const char *const **items, size_t *count) {
  json_t *array = read_array(result, row, column), *item;
  const char **strings = arena_array(arena, json_array_size(array) + 1, sizeof(strings[0]));
  bool good = array != NULL && strings != NULL;
  size_t i;
  *count = 0;
  *items = strings;
  json_array_foreach(array, i, item) {
    if (good) {
      strings[i] = arena_string(arena, json_string_value(item));
      good = strings[i] != NULL;
      *count = i + 1;
    }
  }
  json_decref(array);
  return good;
}

bool pg_numbers(const PGresult *result, int row, int column, struct arena *arena, const int **items,
                size_t *count) {
  json_t *array = read_array(result, row, column), *item;
  int *numbers = arena_array(arena, json_array_size(array) + 1, sizeof(numbers[0]));
  bool good = array != NULL && numbers != NULL;
  size_t i;
  *count = 0;
  *items = numbers;
  json_array_foreach(array, i, item) {
    if (good) {
      numbers[i] = (int)json_integer_value(item);
      *count = i + 1;
    }
  }
  json_decref(array);
  return good;
}

/* Takes the array. */
static const char *dump(json_t *array, struct arena *arena) {
  char *json = json_dumps(array, JSON_COMPACT);
  const char *kept = json == NULL ? NULL : arena_string(arena, json);
  free(json);
  json_decref(array);
  return kept;
}

const char *pg_strings_json(const char *const *items, size_t count, struct arena *arena) {
  json_t *array = json_array();
  for (size_t i = 0; i < count; i++) {
    /* A string that is not UTF-8 becomes the word null, which no list holds. */
    json_t *item = json_string(items[i]);
    (void)json_array_append_new(array, item == NULL ? json_string("null") : item);
  }
  return dump(array, arena);
}

const char *pg_numbers_json(const int *items, size_t count, struct arena *arena) {
  json_t *array = json_array();
  for (size_t i = 0; i < count; i++) {
    (void)json_array_append_new(array, json_integer(items[i]));
  }
  return dump(array, arena);
}

void pg_decimal(int number, char out[PG_DECIMAL_MAX]) {
  (void)snprintf(out, PG_DECIMAL_MAX, "%d", number);
}

void pg_hex(const unsigned char *bytes, size_t size, char *out) {
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < size; i++) {
    *out++ = digits[bytes[i] >> 4];
    *out++ = digits[bytes[i] & 15];
  }
  *out = '\0';
}

static int half_byte(char digit) {
  if (digit >= '0' && digit <= '9') {
    return digit - '0';
  }
  return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

bool pg_unhex(const char *hex, unsigned char *bytes, size_t size) {
  if (strlen(hex) != 2 * size) {
    return false;
  }
  for (size_t i = 0; i < size; i++) {
    int high = half_byte(hex[2 * i]), low = half_byte(hex[2 * i + 1]);
    if (high < 0 || low < 0) {
      return false;
    }
    bytes[i] = (unsigned char)(high * 16 + low);
  }
  return true;
}
