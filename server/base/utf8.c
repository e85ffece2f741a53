#include "base/utf8.h"

#include <string.h>
#include <utf8proc.h>

/* The most code points that one decomposes to canonically is 4; see UAX #15,
 * "Maximum Expansion". */
enum { DECOMPOSED_MAX = 4, CLASSES = 256 };

struct code_points {
  utf8proc_int32_t *items;
  size_t count;
};

bool utf8_valid(const char *bytes, size_t length) {
  const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)bytes;
  while (length > 0) {
    utf8proc_int32_t point;
    utf8proc_ssize_t size = utf8proc_iterate(at, (utf8proc_ssize_t)length, &point);
    if (size <= 0 || point == 0) {
      return false;
    }
    at += size;
    length -= (size_t)size;
  }
  return true;
}

static bool is_space(utf8proc_int32_t point) {
  utf8proc_category_t category = utf8proc_category(point);
  return point == '\n' || point == '\t' || category == UTF8PROC_CATEGORY_ZS ||
         category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

/* Reads valid UTF-8, with line ends made LF and control characters left out. */
static void read_points(const char *bytes, size_t length, struct code_points *out) {
  const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)bytes;
  const utf8proc_uint8_t *end = at + length;
  while (at < end) {
    utf8proc_int32_t point;
    at += utf8proc_iterate(at, end - at, &point);
    if (point == '\r') {
      if (at < end && *at == '\n') {
        continue;
      }
      point = '\n';
    }
    if (point == '\n' || point == '\t' || utf8proc_category(point) != UTF8PROC_CATEGORY_CC) {
      out->items[out->count++] = point;
    }
  }
}

static void trim(struct code_points *points) {
  while (points->count > 0 && is_space(points->items[points->count - 1])) {
    points->count--;
  }
  while (points->count > 0 && is_space(points->items[0])) {
    points->items++;
    points->count--;
  }
}

static bool decompose(struct arena *arena, struct code_points *points) {
  struct code_points whole = {
      .items = arena_array(arena, points->count * DECOMPOSED_MAX + 1, sizeof *whole.items)};
  if (whole.items == NULL) {
    return false;
  }
  for (size_t i = 0; i < points->count; i++) {
    int boundary = 0;
    utf8proc_ssize_t size =
        utf8proc_decompose_char(points->items[i], whole.items + whole.count, DECOMPOSED_MAX,
                                UTF8PROC_DECOMPOSE | UTF8PROC_STABLE, &boundary);
    whole.count += (size_t)size;
  }
  *points = whole;
  return true;
}

static unsigned combining_class(utf8proc_int32_t point) {
  return (unsigned)utf8proc_get_property(point)->combining_class;
}

/* Sorts a run of combining marks by class, keeping the order within a class. */
static void sort_run(utf8proc_int32_t *run, size_t count, utf8proc_int32_t *spare) {
  size_t starts[CLASSES + 1] = {0};
  for (size_t i = 0; i < count; i++) {
    starts[combining_class(run[i]) + 1]++;
  }
  for (size_t class = 0; class < CLASSES; class ++) {
    starts[class + 1] += starts[class];
  }
  for (size_t i = 0; i < count; i++) {
    spare[starts[combining_class(run[i])]++] = run[i];
  }
  memcpy(run, spare, count * sizeof *run);
}

/* utf8proc_map() would do all of NFC, but its ordering of marks takes time that
 * is quadratic in their number: a field full of them would stop the server. */
static bool order_marks(struct arena *arena, struct code_points *points) {
  utf8proc_int32_t *spare = NULL;
  size_t i = 0;
  while (i < points->count) {
    size_t begin = i;
    bool sorted = true;
    unsigned class, last = 0;
    while (i < points->count && (class = combining_class(points->items[i])) != 0) {
      sorted = sorted && class >= last;
      last = class;
      i++;
    }
    if (!sorted) {
      if (spare == NULL) {
        spare = arena_array(arena, points->count, sizeof *spare);
      }
      if (spare == NULL) {
        return false;
      }
      sort_run(points->items + begin, i - begin, spare);
    }
    i += i == begin;
  }
  return true;
}

static bool is_ascii(const struct code_points *points) {
  for (size_t i = 0; i < points->count; i++) {
    if (points->items[i] >= 0x80) {
      return false;
    }
  }
  return true;
}

static bool compose(struct arena *arena, struct code_points *points) {
  if (is_ascii(points)) {
    return true;
  }
  if (!decompose(arena, points) || !order_marks(arena, points)) {
    return false;
  }
  utf8proc_ssize_t count = utf8proc_normalize_utf32(points->items, (utf8proc_ssize_t)points->count,
                                                    UTF8PROC_COMPOSE | UTF8PROC_STABLE);
  if (count < 0) {
    return false;
  }
  points->count = (size_t)count;
  return true;
}

static char *encode(struct arena *arena, const struct code_points *points) {
  size_t length = 0;
  utf8proc_uint8_t bytes[4];
  for (size_t i = 0; i < points->count; i++) {
    length += (size_t)utf8proc_encode_char(points->items[i], bytes);
  }
  char *out = arena_alloc(arena, length + 1);
  if (out == NULL) {
    return NULL;
  }
  char *at = out;
  for (size_t i = 0; i < points->count; i++) {
    at += utf8proc_encode_char(points->items[i], (utf8proc_uint8_t *)at);
  }
  return out;
}

enum utf8_result utf8_normalise(struct arena *arena, const char *bytes, size_t length, char **out,
                                size_t *count) {
  if (!utf8_valid(bytes, length)) {
    return UTF8_INVALID;
  }
  struct code_points points = {.items = arena_array(arena, length + 1, sizeof *points.items)};
  if (points.items == NULL) {
    return UTF8_MEMORY;
  }
  read_points(bytes, length, &points);
  trim(&points);
  if (!compose(arena, &points)) {
    return UTF8_MEMORY;
  }
  *out = encode(arena, &points);
  *count = points.count;
  return *out == NULL ? UTF8_MEMORY : UTF8_OK;
}
