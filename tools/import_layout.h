/* import_layout: which column of a file stands where. */
#ifndef HJEMSVAR_TOOLS_IMPORT_LAYOUT_H
#define HJEMSVAR_TOOLS_IMPORT_LAYOUT_H

#include "answers_columns.h"
#include "base/csv_reader.h"
#include "import_report.h"
#include "survey/column.h"

struct import_layout {
  const struct questionnaire *questionnaire;
  struct column_list columns; /* the questionnaire's */
  size_t cells;               /* of the header, and so of each row */
  /* place in the file, or -1 */
  int leading[LEADING_COUNT];
  int trailing[TRAILING_COUNT];
  int *own; /* parallel to columns.items */
};

/* Reads the header. Unknown, doubled and missing columns are told to report. False when
 * memory is out. */
must_check bool import_layout_read(struct import_layout *layout,
                                   const struct questionnaire *questionnaire, struct arena *arena,
                                   const struct csv_reader_row *header,
                                   struct import_report *report);

#endif
