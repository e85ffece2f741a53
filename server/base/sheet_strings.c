#include "base/sheet_strings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STRINGS_MAX = 1 << 24, CACHE_SLOTS = 1024, CACHE_BYTES = 248, ESCAPE_BYTES = 7 };

struct cached {
  uint32_t number; /* of the text, from 1; 0: nothing */
  uint32_t length;
  char text[CACHE_BYTES];
};

struct strings {
  FILE *texts;  /* one after the other */
  FILE *places; /* uint64_t each: where a text begins; one more for the end */
  uint64_t count;
  uint64_t bytes;
  struct text text; /* being read */
  struct cached cache[CACHE_SLOTS];
};

/* "_x" and four hexadecimal digits and "_", of a control character. */
static bool is_escape(const char *at) {
  return at[0] == '_' && at[1] == 'x' && at[2] == '0' && at[3] == '0' &&
         (at[4] == '0' || at[4] == '1') && strspn(at + 5, "0123456789abcdefABCDEF") >= 1 &&
         at[5] != '\0' && at[6] == '_';
}

void strings_unescape(struct text *cell, size_t from) {
  if (cell->data == NULL || strstr(cell->data + from, "_x00") == NULL) {
    return;
  }
  char *out = cell->data + from;
  const char *in = out;
  while (*in != '\0') {
    if (is_escape(in)) {
      *out++ = strncmp(in + 4, "09", 2) == 0 ? '\t' : '\n';
      in += ESCAPE_BYTES;
    } else {
      *out++ = *in++;
    }
  }
  *out = '\0';
  cell->length = (size_t)(out - cell->data);
}

static bool write_place(struct strings *strings) {
  return fwrite(&strings->bytes, sizeof strings->bytes, 1, strings->places) == 1;
}

/* Ends the text that was read. */
static bool keep_text(struct strings *strings, struct part *part) {
  strings_unescape(&strings->text, 0);
  size_t length = strings->text.length;
  if (strings->count == STRINGS_MAX) {
    part->fault = SHEET_LARGE;
    return false;
  }
  if (!write_place(strings) ||
      (length > 0 && fwrite(strings->text.data, 1, length, strings->texts) != length)) {
    part->fault = SHEET_IO;
    return false;
  }
  strings->bytes += length;
  strings->count++;
  text_reset(&strings->text);
  return true;
}

/* Phonetic runs (rPh) say how a text is read aloud; they are no part of it. */
static enum sheet_result read_texts(struct strings *strings, const struct package *package,
                                    const char *name) {
  struct part part;
  bool in_text = false, in_phonetic = false;
  bool more = part_open(&part, package, name, PART_STRINGS_MAX);
  while (more && part_next(&part)) {
    if (part_begins(&part, "rPh") || part_ends(&part, "rPh")) {
      in_phonetic = part_begins(&part, "rPh") && !part_is_empty(&part);
    } else if (part_begins(&part, "t") || part_ends(&part, "t")) {
      in_text = part_begins(&part, "t") && !part_is_empty(&part) && !in_phonetic;
    } else if (part_ends(&part, "si") || (part_begins(&part, "si") && part_is_empty(&part))) {
      more = keep_text(strings, &part);
    } else if (in_text) {
      more = part_add_text(&part, &strings->text);
    }
  }
  part_close(&part);
  return part.fault;
}

enum sheet_result strings_load(struct strings **out, const struct package *package,
                               const char *name) {
  struct strings *strings = *out = calloc(1, sizeof *strings);
  if (strings == NULL) {
    return SHEET_MEMORY;
  }
  text_init(&strings->text);
  if (name[0] == '\0') {
    return SHEET_DONE;
  }
  strings->texts = tmpfile();
  strings->places = tmpfile();
  if (strings->texts == NULL || strings->places == NULL) {
    return SHEET_IO;
  }
  enum sheet_result result = read_texts(strings, package, name);
  if (result == SHEET_DONE &&
      (!write_place(strings) || fflush(strings->texts) != 0 || fflush(strings->places) != 0)) {
    result = SHEET_IO;
  }
  return result;
}

void strings_free(struct strings *strings) {
  if (strings == NULL) {
    return;
  }
  if (strings->texts != NULL) {
    (void)fclose(strings->texts);
  }
  if (strings->places != NULL) {
    (void)fclose(strings->places);
  }
  text_clear(&strings->text);
  free(strings);
}

static bool read_at(FILE *file, void *bytes, size_t size, uint64_t place) {
  char *out = bytes;
  while (size > 0) {
    ssize_t got = pread(fileno(file), out, size, (off_t)place);
    if (got <= 0) {
      return false;
    }
    out += got;
    size -= (size_t)got;
    place += (uint64_t)got;
  }
  return true;
}

static enum sheet_result fetch(struct strings *strings, uint32_t number, struct text *cell) {
  uint64_t places[2];
  if (!read_at(strings->places, places, sizeof places, (uint64_t)number * sizeof places[0])) {
    return SHEET_IO;
  }
  size_t length = (size_t)(places[1] - places[0]);
  char *bytes = malloc(length + 1);
  if (bytes == NULL) {
    return SHEET_MEMORY;
  }
  bool good = length == 0 || read_at(strings->texts, bytes, length, places[0]);
  if (good) {
    text_add_bytes(cell, bytes, length);
    struct cached *slot = &strings->cache[number % CACHE_SLOTS];
    if (length <= CACHE_BYTES) {
      slot->number = number + 1;
      slot->length = (uint32_t)length;
      memcpy(slot->text, bytes, length);
    }
  }
  free(bytes);
  return good ? SHEET_DONE : SHEET_IO;
}

enum sheet_result strings_add(struct strings *strings, const char *number, struct text *cell) {
  char *rest;
  unsigned long which = strtoul(number, &rest, 10);
  if (number[0] < '0' || number[0] > '9' || *rest != '\0' || which >= strings->count) {
    return SHEET_BROKEN;
  }
  const struct cached *slot = &strings->cache[which % CACHE_SLOTS];
  enum sheet_result result = SHEET_DONE;
  if (slot->number == which + 1) {
    text_add_bytes(cell, slot->text, slot->length);
  } else {
    result = fetch(strings, (uint32_t)which, cell);
  }
  return cell->failed ? SHEET_MEMORY : result;
}
