/* A form from elsewhere: three sheets with a mark between them, rows as lines, cells between
 * tabs. */
#include <string.h>

#include "base/utf8.h"
#include "fuzz.h"
#include "survey/xlsform.h"

enum { SHEET_MARK = 0x1E, ROWS_MAX = 200, CELLS_MAX = 32 };

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  return 0;
}

static bool read_row(struct arena *arena, struct fuzz_piece line, struct sheet_line *row) {
  struct fuzz_piece cell;
  const char **cells = arena_array(arena, CELLS_MAX, sizeof *cells);
  row->cells = cells;
  while (cells != NULL && row->count < CELLS_MAX && fuzz_next(&line, '\t', &cell)) {
    cells[row->count] = arena_copy(arena, (const char *)cell.data, cell.size);
    if (cells[row->count++] == NULL) {
      return false;
    }
  }
  return cells != NULL;
}

static bool read_sheet(struct arena *arena, struct fuzz_piece text, struct sheet_lines *sheet) {
  struct fuzz_piece line;
  struct sheet_line *rows = arena_array(arena, ROWS_MAX, sizeof *rows);
  sheet->rows = rows;
  while (rows != NULL && sheet->count < ROWS_MAX && fuzz_next(&text, '\n', &line)) {
    rows[sheet->count].number = (long)sheet->count + 1;
    if (!read_row(arena, line, &rows[sheet->count++])) {
      return false;
    }
  }
  return rows != NULL;
}

static bool check_remarks(const struct xlsform *form) {
  bool refused = false;
  for (size_t i = 0; i < form->remarks_count; i++) {
    const struct xlsform_remark *remark = &form->remarks[i];
    fuzz_require(remark->message != NULL && remark->heading != NULL && remark->row >= 0);
    fuzz_require(remark->column >= -1 && remark->column < CELLS_MAX);
    refused = refused || remark->refused;
  }
  return refused;
}

static void check_form(const struct xlsform *form, struct arena *arena) {
  struct complaints complaints = {0};
  bool refused = check_remarks(form);
  fuzz_require((form->definition == NULL) == refused);
  if (form->definition == NULL) {
    return;
  }
  char *json = json_dumps(form->definition, 0);
  fuzz_require((json != NULL && questionnaire_load(json, arena, &complaints) != NULL) ||
               fuzz_starved());
  free(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct fuzz_piece rest = {.data = data, .size = size}, piece;
  struct sheet_lines sheets[XLSFORM_PARTS] = {0};
  struct xlsform form;
  struct arena *arena = arena_new(0);
  bool read = arena != NULL && utf8_valid((const char *)data, size);
  for (int part = 0; read && part < XLSFORM_PARTS && fuzz_next(&rest, SHEET_MARK, &piece); part++) {
    read = read_sheet(arena, piece, &sheets[part]);
  }
  if (read) {
    if (xlsform_read(sheets, NULL, "form.xlsx", arena, &form)) {
      check_form(&form, arena);
    } else {
      fuzz_require(fuzz_starved());
    }
    xlsform_clear(&form);
  }
  arena_free(arena);
  return 0;
}
