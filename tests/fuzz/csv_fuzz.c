/* Cells that are written as CSV, for programs or for Excel, and read back. The first byte chooses;
 * cells end with US, rows with RS (1F and 1E). */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv_reader.h"
#include "fuzz.h"
#include "output/csv.h"

enum { CELLS = 4, ROWS_MAX = 64 };

struct table {
  char *cells[ROWS_MAX][CELLS]; /* NULL: none */
  size_t rows;
  size_t read;
  bool excel;
};

static bool fill(struct table *table, struct fuzz_piece rest) {
  struct fuzz_piece row, cell;
  bool good = true;
  while (table->rows < ROWS_MAX && fuzz_next(&rest, 0x1e, &row)) {
    char **cells = table->cells[table->rows++];
    for (size_t i = 0; i < CELLS && fuzz_next(&row, 0x1f, &cell); i++) {
      cells[i] = fuzz_string(cell.data, cell.size);
      good = good && cells[i] != NULL;
    }
  }
  return good;
}

static void clear(struct table *table) {
  for (size_t i = 0; i < ROWS_MAX; i++) {
    for (size_t j = 0; j < CELLS; j++) {
      free(table->cells[i][j]);
    }
  }
}

/* With headings, as every file has them: they say what stands between cells. */
static void write_table(const struct table *table, struct text *out) {
  static const char *const headings[CELLS] = {"a", "b", "c", "d"};
  struct csv csv;
  csv_begin(&csv, table->excel ? CSV_EXCEL : CSV_PLAIN, out);
  for (size_t j = 0; j < CELLS; j++) {
    csv_text(&csv, headings[j]);
  }
  csv_end_row(&csv);
  for (size_t i = 0; i < table->rows; i++) {
    for (size_t j = 0; j < CELLS; j++) {
      csv_text(&csv, table->cells[i][j]);
    }
    csv_end_row(&csv);
  }
}

/* Nothing in a file for Excel is a formula when it is opened. */
static void check_cell(const struct csv_reader_row *row, const char *cell, const char *written) {
  if (row->excel) {
    fuzz_require(cell[0] == '\0' || strchr("=+-@\t\r", cell[0]) == NULL);
    cell = csv_excel_unguard(cell);
  }
  fuzz_require(strcmp(cell, written == NULL ? "" : written) == 0);
}

static bool take(void *context, const struct csv_reader_row *row) {
  struct table *table = context;
  fuzz_require(row->count == CELLS && row->excel == table->excel);
  if (table->read++ == 0) {
    return true;
  }
  fuzz_require(table->read <= table->rows + 1);
  for (size_t j = 0; j < CELLS; j++) {
    check_cell(row, row->cells[j], table->cells[table->read - 2][j]);
  }
  return true;
}

static void check_read(struct table *table, const struct text *file) {
  long line = 0;
  int fd = fuzz_file(file->data, file->length);
  enum csv_reader_result result = csv_reader_run(fd, take, table, &line);
  (void)close(fd);
  if (result == CSV_READER_DONE) {
    fuzz_require(table->read == table->rows + 1);
  } else {
    fuzz_require(result == CSV_READER_MEMORY && fuzz_starved());
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) {
    return 0;
  }
  struct table *table = calloc(1, sizeof *table);
  if (table == NULL) {
    return 0;
  }
  struct text file;
  text_init(&file);
  table->excel = data[0] % 2 == 1;
  if (fill(table, (struct fuzz_piece){data + 1, size - 1})) {
    write_table(table, &file);
    if (!file.failed) {
      check_read(table, &file);
    }
  }
  text_clear(&file);
  clear(table);
  free(table);
  return 0;
}
