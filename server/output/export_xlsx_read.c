#include <errno.h>
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "output/export_file.h"

/* base/sheet.h reads what strangers send and stops at 64 MiB; this is our own file of any
 * size, read for the one sheet that holds the data. */

enum { PIECE_BYTES = 64 * 1024, REFERENCE_BYTES = 16, ESCAPE_BYTES = 7 /* _x000A_ */ };

static const char data_part[] = "xl/worksheets/sheet1.xml";

struct reading {
  const struct export_options *options;
  struct export_sum *sum;
  struct text value;
  char reference[REFERENCE_BYTES];
  bool inline_text; /* the cell holds a text */
  bool in_value;
  size_t columns; /* of the heading */
  size_t next;    /* column that is due */
  bool broken;
};

/* ---- cells */

/* "AB12" is column 27, counted from 0. */
static size_t column_of(const char *reference) {
  size_t column = 0;
  for (; *reference >= 'A' && *reference <= 'Z'; reference++) {
    column = column * 26 + (size_t)(*reference - 'A') + 1;
  }
  return column - 1;
}

static int hexadecimal(char digit) {
  return digit >= '0' && digit <= '9'   ? digit - '0'
         : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10
         : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
                                        : -1;
}

/* The character that _xHHHH_ stands for (ISO/IEC 29500-1, 22.9.2.19), or -1. Those we write
 * are single bytes. */
static int escaped(const char *text) {
  int code = 0;
  if (strncmp(text, "_x", 2) != 0 || strnlen(text, ESCAPE_BYTES) < ESCAPE_BYTES ||
      text[ESCAPE_BYTES - 1] != '_') {
    return -1;
  }
  for (size_t i = 2; i < ESCAPE_BYTES - 1; i++) {
    int digit = hexadecimal(text[i]);
    if (digit < 0) {
      return -1;
    }
    code = code * 16 + digit;
  }
  return code < 0x80 ? code : -1;
}

static void unescape(struct text *text) {
  size_t kept = 0;
  for (size_t i = 0; i < text->length;) {
    int code = escaped(text->data + i);
    text->data[kept++] = code < 0 ? text->data[i] : (char)code;
    i += code < 0 ? 1 : ESCAPE_BYTES;
  }
  text->length = kept;
  if (text->data != NULL) {
    text->data[kept] = '\0';
  }
}

static void skip_to(struct reading *reading, size_t column) {
  for (; reading->next < column; reading->next++) {
    export_sum_missing(reading->sum, '.');
  }
}

static void end_cell(struct reading *reading) {
  if (reading->value.length == 0) {
    return;
  }
  size_t column = column_of(reading->reference);
  reading->broken = reading->broken || column < reading->next;
  skip_to(reading, column);
  if (reading->inline_text) {
    unescape(&reading->value);
    export_sum_text(reading->sum, reading->value.data, reading->value.length);
  } else {
    export_sum_number(reading->sum, strtod(reading->value.data, NULL));
  }
  reading->next++;
}

static void end_row(struct reading *reading) {
  if (reading->columns == 0) {
    reading->columns = reading->next;
  }
  skip_to(reading, reading->columns);
  reading->next = 0;
  export_sum_row(reading->sum);
}

/* ---- XML */

static bool is(const xmlChar *name, const char *wanted) {
  return strcmp((const char *)name, wanted) == 0;
}

/* attributes: five pointers each; the value lies between the fourth and the fifth. */
static void begin_cell(struct reading *reading, int count, const xmlChar **attributes) {
  reading->inline_text = false;
  text_reset(&reading->value);
  for (int i = 0; i < count; i++) {
    const char *value = (const char *)attributes[i * 5 + 3];
    size_t size = (size_t)((const char *)attributes[i * 5 + 4] - value);
    if (is(attributes[(size_t)i * 5], "r") && size < sizeof reading->reference) {
      memcpy(reading->reference, value, size);
      reading->reference[size] = '\0';
    } else if (is(attributes[(size_t)i * 5], "t")) {
      reading->inline_text = size == strlen("inlineStr");
    }
  }
}

static void start_element(void *context, const xmlChar *name, const xmlChar *prefix,
                          const xmlChar *uri, int namespaces, const xmlChar **bound, int count,
                          int defaulted, const xmlChar **attributes) {
  struct reading *reading = context;
  (void)prefix, (void)uri, (void)namespaces, (void)bound, (void)defaulted;
  if (is(name, "c")) {
    begin_cell(reading, count, attributes);
  }
  reading->in_value = is(name, "v") || is(name, "t");
}

static void end_element(void *context, const xmlChar *name, const xmlChar *prefix,
                        const xmlChar *uri) {
  struct reading *reading = context;
  (void)prefix, (void)uri;
  reading->in_value = false;
  if (is(name, "c")) {
    end_cell(reading);
  } else if (is(name, "row")) {
    end_row(reading);
  }
}

static void characters(void *context, const xmlChar *text, int length) {
  struct reading *reading = context;
  if (reading->in_value) {
    text_add_bytes(&reading->value, (const char *)text, (size_t)length);
  }
}

/* ---- the archive */

static enum export_result parse(zip_file_t *part, struct reading *reading) {
  static const size_t piece_bytes = PIECE_BYTES;
  xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC,
                           .startElementNs = start_element,
                           .endElementNs = end_element,
                           .characters = characters};
  char *piece = malloc(piece_bytes);
  xmlParserCtxtPtr parser = xmlCreatePushParserCtxt(&handler, reading, NULL, 0, NULL);
  zip_int64_t got = piece == NULL || parser == NULL ? 0 : zip_fread(part, piece, piece_bytes);
  bool good = true, wanted = true;
  while (good && wanted && got > 0) {
    good = xmlParseChunk(parser, piece, (int)got, 0) == 0;
    wanted = export_wanted(reading->options);
    got = good ? zip_fread(part, piece, piece_bytes) : 0;
  }
  good = good && got == 0 && parser != NULL && xmlParseChunk(parser, NULL, 0, 1) == 0;
  enum export_result result = piece == NULL || parser == NULL || reading->value.failed
                                  ? EXPORT_MEMORY
                              : !wanted                  ? EXPORT_STOPPED
                              : good && !reading->broken ? EXPORT_OK
                                                         : EXPORT_DAMAGED;
  xmlFreeParserCtxt(parser);
  free(piece);
  return result;
}

enum export_result export_xlsx_sum(const struct export_file *file, struct export_sum *sum) {
  struct reading reading = {.options = file->options, .sum = sum};
  int code = 0, own = dup(fileno(file->file));
  zip_t *zip = own < 0 ? NULL : zip_fdopen(own, 0, &code);
  if (zip == NULL) {
    if (own >= 0) {
      (void)close(own);
    }
    return own < 0 ? EXPORT_SCRATCH : EXPORT_DAMAGED;
  }
  text_init(&reading.value);
  zip_file_t *part = zip_fopen(zip, data_part, 0);
  enum export_result result = part == NULL ? EXPORT_DAMAGED : parse(part, &reading);
  if (part != NULL) {
    (void)zip_fclose(part);
  }
  zip_discard(zip);
  text_clear(&reading.value);
  return result;
}
