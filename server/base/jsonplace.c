#include "base/jsonplace.h"

#include <string.h>

struct cursor {
  const char *at;
  int line;
};

static void advance(struct cursor *cursor) {
  if (*cursor->at == '\n') {
    cursor->line++;
  }
  if (*cursor->at != '\0') {
    cursor->at++;
  }
}

static void skip_space(struct cursor *cursor) {
  while (*cursor->at != '\0' && strchr(" \t\r\n", *cursor->at) != NULL) {
    advance(cursor);
  }
}

static void skip_string(struct cursor *cursor) {
  advance(cursor);
  while (*cursor->at != '\0' && *cursor->at != '"') {
    if (*cursor->at == '\\') {
      advance(cursor);
    }
    advance(cursor);
  }
  advance(cursor);
}

static void skip_scalar(struct cursor *cursor) {
  while (*cursor->at != '\0' && strchr(",]} \t\r\n", *cursor->at) == NULL) {
    advance(cursor);
  }
}

static void skip_value(struct cursor *cursor) {
  size_t depth = 0;
  do {
    skip_space(cursor);
    if (*cursor->at == '"') {
      skip_string(cursor);
    } else if (*cursor->at == '{' || *cursor->at == '[') {
      depth++;
      advance(cursor);
    } else if (*cursor->at == '}' || *cursor->at == ']') {
      depth--;
      advance(cursor);
    } else if (*cursor->at == ',' || *cursor->at == ':') {
      advance(cursor);
    } else {
      skip_scalar(cursor);
    }
  } while (depth > 0 && *cursor->at != '\0');
}

static unsigned read_hex4(const char **at) {
  static const char digits[] = "0123456789abcdefABCDEF";
  unsigned value = 0;
  for (int i = 0; i < 4 && **at != '\0'; i++, (*at)++) {
    const char *found = strchr(digits, **at);
    unsigned digit = found == NULL ? 0 : (unsigned)(found - digits);
    value = value * 16 + (digit < 16 ? digit : digit - 6);
  }
  return value;
}

/* The code point of an escape \uXXXX or of a pair of them. */
static unsigned read_unicode_escape(const char **at) {
  unsigned point = read_hex4(at);
  if (point >= 0xD800 && point < 0xDC00 && (*at)[0] == '\\' && (*at)[1] == 'u') {
    *at += 2;
    point = 0x10000 + ((point - 0xD800) << 10) + (read_hex4(at) - 0xDC00);
  }
  return point;
}

static size_t encode(unsigned point, char out[4]) {
  if (point < 0x80) {
    out[0] = (char)point;
    return 1;
  }
  size_t size = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  static const unsigned char marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
  for (size_t i = size - 1; i > 0; i--) {
    out[i] = (char)(0x80 | (point & 0x3F));
    point >>= 6;
  }
  out[0] = (char)(marks[size] | point);
  return size;
}

/* Reads one byte or escape inside a string into UTF-8; its size. */
static size_t read_character(const char **at, char out[4]) {
  static const char escapes[] = "b\bf\fn\nr\rt\t";
  char byte = *(*at)++;
  if (byte != '\\' || **at == '\0') {
    out[0] = byte;
    return 1;
  }
  byte = *(*at)++;
  if (byte == 'u') {
    return encode(read_unicode_escape(at), out);
  }
  out[0] = byte;
  for (size_t i = 0; escapes[i] != '\0'; i += 2) {
    if (escapes[i] == byte) {
      out[0] = escapes[i + 1];
    }
  }
  return 1;
}

/* How much of path the key (at its opening quote) takes up; 0 when the path goes
 * elsewhere. Keys may hold dots: the whole key must stand there. */
static size_t match_key(const char *key, const char *path) {
  const char *rest = path;
  key++;
  while (*key != '\0' && *key != '"') {
    char bytes[4];
    size_t size = read_character(&key, bytes);
    if (strncmp(rest, bytes, size) != 0) {
      return 0;
    }
    rest += size;
  }
  return *rest == '\0' || *rest == '.' || *rest == '[' ? (size_t)(rest - path) : 0;
}

/* Goes from an object to the member that takes up most of path. */
static size_t enter_object(struct cursor *cursor, const char *path) {
  struct cursor found = *cursor;
  size_t taken = 0;
  advance(cursor);
  skip_space(cursor);
  while (*cursor->at == '"') {
    size_t match = match_key(cursor->at, path);
    skip_string(cursor);
    skip_space(cursor);
    advance(cursor); /* the colon */
    skip_space(cursor);
    if (match > taken) {
      taken = match;
      found = *cursor;
    }
    skip_value(cursor);
    skip_space(cursor);
    if (*cursor->at == ',') {
      advance(cursor);
    }
    skip_space(cursor);
  }
  *cursor = found;
  return taken;
}

/* Goes from an array to its element index; false when it has too few. */
static bool enter_array(struct cursor *cursor, size_t index) {
  struct cursor begin = *cursor;
  advance(cursor);
  skip_space(cursor);
  while (*cursor->at != ']' && *cursor->at != '\0') {
    if (index-- == 0) {
      return true;
    }
    skip_value(cursor);
    skip_space(cursor);
    if (*cursor->at == ',') {
      advance(cursor);
    }
    skip_space(cursor);
  }
  *cursor = begin;
  return false;
}

/* Takes one step of the path; how much of it that was, 0 when it leads nowhere. */
static size_t step(struct cursor *cursor, const char *path) {
  if (*path == '.' && *cursor->at == '{') {
    size_t taken = enter_object(cursor, path + 1);
    return taken == 0 ? 0 : taken + 1;
  }
  if (*path != '[' || *cursor->at != '[') {
    return 0;
  }
  size_t index = 0, length = 1;
  for (; path[length] >= '0' && path[length] <= '9' && index < SIZE_MAX / 16; length++) {
    index = index * 10 + (size_t)(path[length] - '0');
  }
  if (path[length] != ']' || length == 1 || !enter_array(cursor, index)) {
    return 0;
  }
  return length + 1;
}

int jsonplace_line(const char *source, const char *path) {
  struct cursor cursor = {.at = source, .line = 1};
  skip_space(&cursor);
  if (*path == '$') {
    path++;
  }
  for (size_t taken; *path != '\0' && (taken = step(&cursor, path)) > 0;) {
    path += taken;
  }
  return cursor.line;
}
