#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAPACITY_MIN_BYTES = 64 };

void text_init(struct text *text) {
  *text = (struct text){0};
}

void text_clear(struct text *text) {
  free(text->data);
  text_init(text);
}

void text_reset(struct text *text) {
  text->length = 0;
  text->failed = false;
  if (text->data != NULL) {
    text->data[0] = '\0';
  }
}

/* Makes room for more bytes and a NUL. */
static bool reserve(struct text *text, size_t more) {
  if (text->failed) {
    return false;
  }
  if (text->capacity - text->length > more) {
    return true;
  }
  size_t needed;
  if (__builtin_add_overflow(text->length, more, &needed) || needed >= SIZE_MAX / 2) {
    text->failed = true;
    return false;
  }
  size_t capacity = text->capacity == 0 ? CAPACITY_MIN_BYTES : text->capacity;
  while (capacity <= needed) {
    capacity *= 2;
  }
  char *data = realloc(text->data, capacity);
  if (data == NULL) {
    text->failed = true;
    return false;
  }
  text->data = data;
  text->capacity = capacity;
  return true;
}

void text_add(struct text *text, const char *string) {
  text_add_bytes(text, string, strlen(string));
}

void text_add_bytes(struct text *text, const char *bytes, size_t length) {
  if (length == 0 || !reserve(text, length)) {
    return;
  }
  memcpy(text->data + text->length, bytes, length);
  text->length += length;
  text->data[text->length] = '\0';
}

void text_add_char(struct text *text, char byte) {
  text_add_bytes(text, &byte, 1);
}

void text_addf(struct text *text, const char *format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  int length = vsnprintf(NULL, 0, format, arguments);
  if (length < 0) {
    text->failed = true;
  } else if (reserve(text, (size_t)length)) {
    (void)vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
    text->length += (size_t)length;
  }
  va_end(again);
  va_end(arguments);
}

static const char *entity(char byte) {
  switch (byte) {
  case '&':
    return "&amp;";
  case '<':
    return "&lt;";
  case '>':
    return "&gt;";
  case '"':
    return "&quot;";
  default:
    return "&#39;";
  }
}

void text_add_escaped(struct text *text, const char *string) {
  for (;;) {
    size_t plain = strcspn(string, "&<>\"'");
    text_add_bytes(text, string, plain);
    string += plain;
    if (*string == '\0') {
      return;
    }
    text_add(text, entity(*string));
    string++;
  }
}

char *text_take(struct text *text) {
  char *taken = NULL;
  if (!text->failed) {
    taken = text->data != NULL ? text->data : calloc(1, 1);
    text->data = NULL;
  }
  text_clear(text);
  return taken;
}
