#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sheet_book.h"
#include "base/sheet_file.h"
#include "base/sheet_strings.h"

enum { PARTS_MAX = 4096, REFERENCE_BYTES = 16, TYPE_BYTES = 12, EXCEL_COLUMNS = 16384 };

/* A workbook on its way. */
struct reading {
  struct package package;
  struct book book;
  struct strings *strings;
  struct part part; /* the sheet's */
  sheet_each *each;
  void *context;
  struct sheet_end *end;
  long row;   /* being read, from 1 */
  int column; /* being read, from 0 */
  enum sheet_format format;
  char type[TYPE_BYTES]; /* "s", "str", "inlineStr", "b", "e", "d", "n" or "" */
  bool in_cell, in_value, in_inline, in_phonetic;
  struct text value; /* of the cell */
  struct text bytes; /* of the row's cells, each NUL-ended */
  size_t offsets[SHEET_COLUMNS_MAX];
  struct sheet_cell cells[SHEET_COLUMNS_MAX];
  size_t count; /* of cells, the last one not blank */
  bool stopped;
};

static bool fail(struct reading *reading, enum sheet_result fault) {
  reading->part.fault = fault;
  reading->end->column = reading->in_cell ? reading->column : -1;
  return false;
}

/* ---- cells */

/* "AB12": column 27; -1 when it is none. */
static int reference_column(const char *reference) {
  int column = 0;
  while (*reference >= 'A' && *reference <= 'Z' && column <= EXCEL_COLUMNS) {
    column = column * 26 + (*reference++ - 'A' + 1);
  }
  return column > EXCEL_COLUMNS ? -1 : column - 1;
}

static bool begin_cell(struct reading *reading) {
  char reference[REFERENCE_BYTES];
  struct part *part = &reading->part;
  int before = reading->column;
  if (part_attribute(part, "r", reference, sizeof reference)) {
    reading->column = reference_column(reference);
  } else {
    reading->column++;
  }
  reading->in_cell = true;
  if (reading->column <= before) {
    return fail(reading, SHEET_BROKEN);
  }
  reading->format = book_format(&reading->book, part_number(part, "s", 0));
  (void)!part_attribute(part, "t", reading->type, sizeof reading->type);
  text_reset(&reading->value);
  return true;
}

static bool is_type(const struct reading *reading, const char *type) {
  return strcmp(reading->type, type) == 0;
}

/* A date as ISO 8601 in the cell itself: without seconds or zone, midnight left out. */
static enum sheet_kind write_iso_date(const char *value, char out[FORMAT_TEXT_BYTES]) {
  size_t length = strlen(value) >= 16 && value[10] == 'T' ? 16 : 10;
  if (length == 16 && strncmp(value + 10, "T00:00", 6) == 0) {
    length = 10;
  }
  if (strlen(value) < length) {
    length = strlen(value);
  }
  memcpy(out, value, length);
  out[length] = '\0';
  return SHEET_DATE;
}

static enum sheet_kind write_number(const struct reading *reading, char out[FORMAT_TEXT_BYTES]) {
  const char *value = reading->value.data;
  char *rest;
  double number = strtod(value, &rest);
  if (rest == value || rest[strspn(rest, " \t\r\n")] != '\0') {
    out[0] = '\0';
    return SHEET_ERROR;
  }
  return format_write(number, reading->format, reading->book.date1904, out);
}

/* Puts the cell's value into the row. */
static bool keep_cell(struct reading *reading, enum sheet_kind kind, const char *text,
                      size_t length) {
  if (reading->column >= SHEET_COLUMNS_MAX) {
    return fail(reading, SHEET_COLUMNS);
  }
  for (; reading->count <= (size_t)reading->column; reading->count++) {
    reading->cells[reading->count] = (struct sheet_cell){.kind = SHEET_BLANK, .text = ""};
  }
  reading->cells[reading->column].kind = kind;
  reading->offsets[reading->column] = reading->bytes.length;
  text_add_bytes(&reading->bytes, text, length);
  text_add_char(&reading->bytes, '\0');
  return !reading->bytes.failed || fail(reading, SHEET_MEMORY);
}

static bool keep_text(struct reading *reading) {
  strings_unescape(&reading->value, 0);
  return reading->value.length == 0 ||
         keep_cell(reading, SHEET_TEXT, reading->value.data, reading->value.length);
}

static bool keep_shared(struct reading *reading) {
  char number[FORMAT_TEXT_BYTES];
  if (reading->value.length >= sizeof number) {
    return fail(reading, SHEET_BROKEN);
  }
  memcpy(number, reading->value.data, reading->value.length + 1);
  text_reset(&reading->value);
  enum sheet_result result = strings_add(reading->strings, number, &reading->value);
  if (result != SHEET_DONE) {
    return fail(reading, result);
  }
  return reading->value.length == 0 ||
         keep_cell(reading, SHEET_TEXT, reading->value.data, reading->value.length);
}

static bool end_cell(struct reading *reading) {
  char out[FORMAT_TEXT_BYTES];
  if (reading->value.length == 0) {
    return true;
  }
  if (is_type(reading, "s")) {
    return keep_shared(reading);
  }
  if (is_type(reading, "str") || is_type(reading, "inlineStr")) {
    return keep_text(reading);
  }
  if (is_type(reading, "b") || is_type(reading, "e")) {
    return keep_cell(reading, is_type(reading, "b") ? SHEET_BOOLEAN : SHEET_ERROR,
                     reading->value.data, reading->value.length);
  }
  enum sheet_kind kind =
      is_type(reading, "d") ? write_iso_date(reading->value.data, out) : write_number(reading, out);
  return keep_cell(reading, kind, out, strlen(out));
}

/* ---- rows */

static bool begin_row(struct reading *reading) {
  long row = part_number(&reading->part, "r", reading->row + 1);
  if (row <= reading->row) {
    return fail(reading, SHEET_BROKEN);
  }
  reading->row = reading->end->row = row;
  reading->column = -1;
  reading->count = 0;
  text_reset(&reading->bytes);
  return row <= SHEET_ROWS_MAX || fail(reading, SHEET_ROWS);
}

static bool end_row(struct reading *reading) {
  if (reading->count == 0) {
    return true;
  }
  for (size_t i = 0; i < reading->count; i++) {
    if (reading->cells[i].kind != SHEET_BLANK) {
      reading->cells[i].text = reading->bytes.data + reading->offsets[i];
    }
  }
  const struct sheet_row row = {.sheet = reading->book.sheet_name,
                                .number = reading->row,
                                .cells = reading->cells,
                                .count = reading->count,
                                .done = (long long)reading->part.bytes,
                                .total = (long long)reading->part.size};
  reading->stopped = !reading->each(reading->context, &row);
  return !reading->stopped;
}

/* ---- the sheet */

static bool take_begin(struct reading *reading) {
  const struct part *part = &reading->part;
  bool empty = part_is_empty(part);
  if (part_begins(part, "row")) {
    return begin_row(reading);
  }
  if (part_begins(part, "c")) {
    bool good = begin_cell(reading);
    reading->in_cell = reading->in_cell && !(good && empty);
    return good;
  }
  if (part_begins(part, "is")) {
    reading->in_inline = reading->in_cell && !empty;
  } else if (part_begins(part, "rPh")) {
    reading->in_phonetic = !empty;
  } else if (part_begins(part, "v") || (part_begins(part, "t") && reading->in_inline)) {
    reading->in_value = reading->in_cell && !reading->in_phonetic && !empty;
  }
  return true;
}

static bool take_end(struct reading *reading) {
  const struct part *part = &reading->part;
  if (part_ends(part, "c")) {
    bool good = end_cell(reading);
    reading->in_cell = reading->in_cell && !good;
    return good;
  }
  if (part_ends(part, "row")) {
    return end_row(reading);
  }
  if (part_ends(part, "v") || part_ends(part, "t")) {
    reading->in_value = false;
  } else if (part_ends(part, "is")) {
    reading->in_inline = false;
  } else if (part_ends(part, "rPh")) {
    reading->in_phonetic = false;
  }
  return true;
}

static bool take_node(struct reading *reading) {
  switch (xmlTextReaderNodeType(reading->part.reader)) {
  case XML_READER_TYPE_ELEMENT:
    return take_begin(reading);
  case XML_READER_TYPE_END_ELEMENT:
    return take_end(reading);
  default:
    return !reading->in_value || part_add_text(&reading->part, &reading->value) ||
           fail(reading, reading->part.fault);
  }
}

static enum sheet_result read_sheet(struct reading *reading) {
  struct part *part = &reading->part;
  bool more = part_open(part, &reading->package, reading->book.sheet_part, PART_SHEET_MAX);
  while (more && part_next(part)) {
    more = take_node(reading);
  }
  part_close(part);
  return reading->stopped ? SHEET_STOPPED : part->fault;
}

static enum sheet_result read_book(struct reading *reading, const char *name) {
  enum sheet_result result = book_load(&reading->book, &reading->package, name);
  memcpy(reading->end->others, reading->book.others, sizeof reading->end->others);
  if (result == SHEET_DONE) {
    memcpy(reading->end->sheet, reading->book.sheet_name, sizeof reading->end->sheet);
    result = strings_load(&reading->strings, &reading->package, reading->book.strings_part);
  }
  if (result == SHEET_DONE) {
    result = read_sheet(reading);
  }
  strings_free(reading->strings);
  book_clear(&reading->book);
  text_clear(&reading->value);
  text_clear(&reading->bytes);
  return result;
}

/* ---- the archive */

static bool has(zip_t *zip, const char *name) {
  return zip_name_locate(zip, name, ZIP_FL_NOCASE) >= 0;
}

static enum sheet_result judge(zip_t *zip) {
  if (zip_get_num_entries(zip, 0) > PARTS_MAX) {
    return SHEET_LARGE;
  }
  if (has(zip, "xl/workbook.bin")) {
    return SHEET_XLSB;
  }
  if (has(zip, "mimetype") && has(zip, "content.xml")) {
    return SHEET_ODS;
  }
  return has(zip, "_rels/.rels") ? SHEET_DONE : SHEET_UNKNOWN;
}

static enum sheet_result open_zip(int fd, zip_t **zip) {
  int code = 0;
  int own = dup(fd);
  *zip = own < 0 ? NULL : zip_fdopen(own, 0, &code);
  if (*zip != NULL) {
    return SHEET_DONE;
  }
  if (own >= 0) {
    (void)close(own);
  }
  return own < 0 ? SHEET_IO : code == ZIP_ER_MEMORY ? SHEET_MEMORY : SHEET_BROKEN;
}

enum sheet_result sheet_xlsx_read(int fd, const char *name, int64_t until_ms, sheet_each *each,
                                  void *context, struct sheet_end *end) {
  struct reading *reading = calloc(1, sizeof *reading);
  if (reading == NULL) {
    return SHEET_MEMORY;
  }
  reading->package.until_ms = until_ms;
  reading->each = each;
  reading->context = context;
  reading->end = end;
  xmlInitParser();
  enum sheet_result result = open_zip(fd, &reading->package.zip);
  if (result == SHEET_DONE) {
    result = judge(reading->package.zip);
    result = result == SHEET_DONE ? read_book(reading, name) : result;
    zip_discard(reading->package.zip);
  }
  free(reading);
  return result;
}
