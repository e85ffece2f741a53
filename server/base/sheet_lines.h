/* sheet_lines: a whole sheet in memory, for what is read from one row to another and back.
 *
 * base/sheet.h reads rows one by one; forms are small and refer to each other's rows. */
#ifndef HJEMSVAR_BASE_SHEET_LINES_H
#define HJEMSVAR_BASE_SHEET_LINES_H

#include "base/arena.h"
#include "base/sheet.h"

enum { SHEET_LINES_MAX = 3000 };

struct sheet_line {
  long number;              /* in the workbook, from 1 */
  const char *const *cells; /* UTF-8; "" where nothing stands */
  size_t count;
};

struct sheet_lines {
  const struct sheet_line *rows; /* of the arena, as the cells */
  size_t count;
  const char *others; /* of the arena: the workbook's other sheets as struct sheet_end; or NULL */
};

/* Reads a sheet of a workbook; until_ms and end as sheet_read. A workbook without that sheet has no
 * lines of it. SHEET_UNKNOWN: it is no workbook; SHEET_ROWS: more than SHEET_LINES_MAX;
 * SHEET_MEMORY; else as sheet_read. */
must_check enum sheet_result sheet_lines_read(int fd, const char *name, int64_t until_ms,
                                              struct arena *arena, struct sheet_lines *lines,
                                              struct sheet_end *end);

#endif
