#include <string.h>
#include <sys/stat.h>

#include "base/csv_reader.h"
#include "base/sheet_file.h"
#include "base/utf8.h"

struct reading {
  sheet_each *each;
  void *context;
  struct sheet_end *end;
  struct sheet_cell cells[SHEET_COLUMNS_MAX];
  long long total;
  bool begun;
  enum sheet_result result;
};

static bool fail(struct reading *reading, enum sheet_result result, size_t column) {
  reading->result = result;
  reading->end->column = (int)column;
  return false;
}

/* Excel writes its separator into the first line when told to: "sep=;". */
static bool is_separator_line(const struct csv_reader_row *row) {
  return row->count <= 2 && strcmp(row->cells[0], "sep=") == 0;
}

static bool take_cell(struct reading *reading, const char *cell, size_t column) {
  size_t length = strlen(cell);
  if (length == 0) {
    return true;
  }
  if (column >= SHEET_COLUMNS_MAX) {
    return fail(reading, SHEET_COLUMNS, column);
  }
  if (!utf8_valid(cell, length)) {
    return fail(reading, SHEET_NOT_UTF8, column);
  }
  if (length > SHEET_CELL_BYTES) {
    return fail(reading, SHEET_CELL, column);
  }
  reading->cells[column] = (struct sheet_cell){.kind = SHEET_TEXT, .text = cell};
  return true;
}

static bool take_cells(struct reading *reading, const struct csv_reader_row *row, size_t *count) {
  *count = 0;
  for (size_t i = 0; i < row->count; i++) {
    if (i < SHEET_COLUMNS_MAX) {
      reading->cells[i] = (struct sheet_cell){.kind = SHEET_BLANK, .text = ""};
    }
    if (!take_cell(reading, row->cells[i], i)) {
      return false;
    }
    *count = row->cells[i][0] == '\0' ? *count : i + 1;
  }
  return true;
}

static bool take_row(void *context, const struct csv_reader_row *row) {
  struct reading *reading = context;
  bool first = !reading->begun;
  struct sheet_row out = {
      .number = row->line, .cells = reading->cells, .done = row->offset, .total = reading->total};
  reading->begun = true;
  reading->end->row = row->line;
  if (first && is_separator_line(row)) {
    return true;
  }
  if (row->line > SHEET_ROWS_MAX) {
    reading->result = SHEET_ROWS;
    return false;
  }
  if (!take_cells(reading, row, &out.count)) {
    return false;
  }
  return out.count == 0 || reading->each(reading->context, &out);
}

static enum sheet_result translate(enum csv_reader_result result) {
  switch (result) {
  case CSV_READER_DONE:
    return SHEET_DONE;
  case CSV_READER_STOPPED:
    return SHEET_STOPPED;
  case CSV_READER_QUOTES:
    return SHEET_QUOTES;
  case CSV_READER_LONG:
    return SHEET_LONG;
  case CSV_READER_IO:
    return SHEET_IO;
  case CSV_READER_MEMORY:
    return SHEET_MEMORY;
  }
  return SHEET_BROKEN;
}

enum sheet_result sheet_csv_read(int fd, sheet_each *each, void *context, struct sheet_end *end) {
  struct reading reading = {.each = each, .context = context, .end = end};
  struct stat status;
  long line;
  reading.total = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) ? status.st_size : 0;
  enum csv_reader_result result = csv_reader_run(fd, take_row, &reading, &line);
  if (result != CSV_READER_DONE && result != CSV_READER_STOPPED) {
    end->row = line;
  }
  return reading.result != SHEET_DONE ? reading.result : translate(result);
}
