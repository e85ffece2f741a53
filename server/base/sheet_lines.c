#include "base/sheet_lines.h"

#include <string.h>

struct taking {
  struct arena *arena;
  struct sheet_line *lines;
  size_t count, capacity;
  enum sheet_result stopped; /* SHEET_DONE: it was not */
};

static bool grow(struct taking *taking) {
  if (taking->count < taking->capacity) {
    return true;
  }
  size_t capacity = taking->capacity == 0 ? 64 : taking->capacity * 2;
  struct sheet_line *lines = arena_array(taking->arena, capacity, sizeof *lines);
  if (lines == NULL) {
    return false;
  }
  if (taking->count > 0) {
    memcpy(lines, taking->lines, taking->count * sizeof *lines);
  }
  taking->lines = lines;
  taking->capacity = capacity;
  return true;
}

static bool copy_cells(struct taking *taking, const struct sheet_row *row, const char **cells) {
  for (size_t i = 0; i < row->count; i++) {
    cells[i] = arena_string(taking->arena, row->cells[i].text);
    if (cells[i] == NULL) {
      return false;
    }
  }
  return true;
}

static bool take(void *context, const struct sheet_row *row) {
  struct taking *taking = context;
  if (taking->count == SHEET_LINES_MAX) {
    taking->stopped = SHEET_ROWS;
    return false;
  }
  const char **cells = arena_array(taking->arena, row->count, sizeof *cells);
  if (cells == NULL || !grow(taking) || !copy_cells(taking, row, cells)) {
    taking->stopped = SHEET_MEMORY;
    return false;
  }
  taking->lines[taking->count++] =
      (struct sheet_line){.number = row->number, .cells = cells, .count = row->count};
  return true;
}

enum sheet_result sheet_lines_read(int fd, const char *name, int64_t until_ms, struct arena *arena,
                                   struct sheet_lines *lines, struct sheet_end *end) {
  struct taking taking = {.arena = arena, .stopped = SHEET_DONE};
  *lines = (struct sheet_lines){0};
  enum sheet_result result = sheet_read(fd, name, until_ms, take, &taking, end);
  if (taking.stopped != SHEET_DONE) {
    return taking.stopped;
  }
  if (result == SHEET_NO_SHEET) {
    return SHEET_DONE;
  }
  if (result == SHEET_DONE && !end->workbook) {
    return SHEET_UNKNOWN;
  }
  if (result == SHEET_DONE) {
    *lines = (struct sheet_lines){
        .rows = taking.lines, .count = taking.count, .others = arena_string(arena, end->others)};
    result = lines->others == NULL ? SHEET_MEMORY : SHEET_DONE;
  }
  return result;
}
