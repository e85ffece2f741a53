/* import_report: what is wrong with a file, row by row, on stderr.
 *
 * FILE:LINE: COLUMN: what. The first thousand are told, the rest counted. What a
 * parent answered is never in a message. */
#ifndef HJEMSVAR_TOOLS_IMPORT_REPORT_H
#define HJEMSVAR_TOOLS_IMPORT_REPORT_H

#include "base/base.h"
#include "progress.h"

enum { IMPORT_REPORT_MAX = 1000 };

struct import_report {
  const char *file;
  const struct progress *progress; /* taken away before a line is told */
  long long faults;
  long long bad_rows;
  long last_line; /* of the last fault */
};

/* Tells of a fault; column NULL: of the whole row. */
void import_report_add(struct import_report *report, long line, const char *column,
                       const char *format, ...) printf_like(4, 5);

/* Says how many faults were not told, if any. */
void import_report_end(const struct import_report *report);

#endif
