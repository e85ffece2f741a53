#include "base/csv_reader.h"

#include <csv.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

enum { CHUNK_BYTES = 64 * 1024 };

struct reader {
  struct csv_parser parser;
  csv_reader_each *each;
  void *context;
  bool excel;
  struct text bytes; /* the cells of the row, each NUL-ended */
  size_t offsets[CSV_READER_CELLS];
  const char *cells[CSV_READER_CELLS];
  size_t count;
  long line; /* being read */
  long row_line;
  bool row_begun;
  bool after_cr; /* the byte before was CR: an LF now is the same line end */
  size_t row_bytes;
  long long offset;
  enum csv_reader_result result;
};

static bool is_going_on(const struct reader *reader) {
  return reader->result == CSV_READER_DONE;
}

static void take_cell(void *bytes, size_t length, void *context) {
  struct reader *reader = context;
  if (!is_going_on(reader)) {
    return;
  }
  if (reader->count == CSV_READER_CELLS) {
    reader->result = CSV_READER_LONG;
    return;
  }
  size_t offset = reader->bytes.length;
  text_add_bytes(&reader->bytes, bytes, length);
  text_add_char(&reader->bytes, '\0');
  if (reader->bytes.failed) {
    reader->result = CSV_READER_MEMORY;
    return;
  }
  for (char *nul; (nul = memchr(reader->bytes.data + offset, '\0', length)) != NULL;) {
    *nul = '\xFF';
  }
  reader->offsets[reader->count++] = offset;
}

static void take_row(int end, void *context) {
  struct reader *reader = context;
  (void)end;
  reader->row_begun = false;
  reader->row_bytes = 0;
  if (reader->count > 0 && is_going_on(reader)) {
    for (size_t i = 0; i < reader->count; i++) {
      reader->cells[i] = reader->bytes.data + reader->offsets[i];
    }
    const struct csv_reader_row row = {.line = reader->row_line,
                                       .cells = reader->cells,
                                       .count = reader->count,
                                       .excel = reader->excel,
                                       .offset = reader->offset};
    if (!reader->each(reader->context, &row)) {
      reader->result = CSV_READER_STOPPED;
    }
  }
  reader->count = 0;
  text_reset(&reader->bytes);
}

/* Feeds at most one line, so that the line of each row is known. */
static void feed_line(struct reader *reader, const char *bytes, size_t length) {
  if (!reader->row_begun) {
    reader->row_begun = true;
    reader->row_line = reader->line;
  }
  reader->row_bytes += length;
  reader->offset += (long long)length;
  size_t parsed = csv_parse(&reader->parser, bytes, length, take_cell, take_row, reader);
  if (parsed != length && is_going_on(reader)) {
    reader->result =
        csv_error(&reader->parser) == CSV_EPARSE ? CSV_READER_QUOTES : CSV_READER_MEMORY;
  }
  if (reader->row_bytes > CSV_READER_ROW_BYTES && is_going_on(reader)) {
    reader->result = CSV_READER_LONG;
  }
  char last = bytes[length - 1];
  bool same_end = last == '\n' && reader->after_cr && length == 1;
  reader->line += (last == '\n' || last == '\r') && !same_end;
  reader->after_cr = last == '\r';
}

static void feed(struct reader *reader, const char *bytes, size_t length) {
  while (length > 0 && is_going_on(reader)) {
    size_t piece = 0;
    while (piece < length && bytes[piece] != '\n' && bytes[piece] != '\r') {
      piece++;
    }
    piece += piece < length;
    feed_line(reader, bytes, piece);
    bytes += piece;
    length -= piece;
  }
}

/* Fills the chunk as far as the file goes; -1 and errno. */
static ssize_t read_chunk(int fd, char *chunk) {
  size_t filled = 0;
  while (filled < CHUNK_BYTES) {
    ssize_t got = read(fd, chunk + filled, CHUNK_BYTES - filled);
    if (got == 0) {
      break;
    }
    if (got < 0 && errno != EINTR) {
      return -1;
    }
    filled += got > 0 ? (size_t)got : 0;
  }
  return (ssize_t)filled;
}

/* Takes off the byte order mark and finds the separator. */
static size_t begin(struct reader *reader, const char *chunk, size_t length) {
  static const char mark[] = "\xEF\xBB\xBF";
  size_t skipped = 0;
  if (length >= sizeof mark - 1 && memcmp(chunk, mark, sizeof mark - 1) == 0) {
    skipped = sizeof mark - 1;
  }
  for (size_t i = skipped; i < length && chunk[i] != '\n' && chunk[i] != '\r'; i++) {
    if (chunk[i] == ',' || chunk[i] == ';') {
      reader->excel = chunk[i] == ';';
      break;
    }
  }
  csv_set_delim(&reader->parser, reader->excel ? ';' : ',');
  csv_set_blk_size(&reader->parser, CHUNK_BYTES); /* 128 by default: slow for a long cell */
  reader->offset = (long long)skipped;
  return skipped;
}

static void read_all(struct reader *reader, int fd, char *chunk) {
  bool first = true;
  while (is_going_on(reader)) {
    ssize_t length = read_chunk(fd, chunk);
    if (length < 0) {
      reader->result = CSV_READER_IO;
      return;
    }
    if (length == 0) {
      break;
    }
    size_t skipped = first ? begin(reader, chunk, (size_t)length) : 0;
    feed(reader, chunk + skipped, (size_t)length - skipped);
    first = false;
  }
  if (is_going_on(reader) && csv_fini(&reader->parser, take_cell, take_row, reader) != 0 &&
      is_going_on(reader)) {
    reader->result = CSV_READER_QUOTES;
  }
}

enum csv_reader_result csv_reader_run(int fd, csv_reader_each *each, void *context, long *line) {
  struct reader *reader = calloc(1, sizeof *reader);
  char *chunk = malloc(CHUNK_BYTES);
  enum csv_reader_result result = CSV_READER_MEMORY;
  *line = 1;
  if (reader != NULL && chunk != NULL &&
      csv_init(&reader->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) == 0) {
    reader->each = each;
    reader->context = context;
    reader->line = 1;
    reader->row_line = 1;
    text_init(&reader->bytes);
    read_all(reader, fd, chunk);
    csv_free(&reader->parser);
    text_clear(&reader->bytes);
    result = reader->result;
    *line = reader->row_line;
  }
  free(chunk);
  free(reader);
  return result;
}
