#include "import_report.h"

#include <stdarg.h>
#include <stdio.h>

void import_report_add(struct import_report *report, long line, const char *column,
                       const char *format, ...) {
  report->bad_rows += line != report->last_line;
  report->last_line = line;
  if (++report->faults > IMPORT_REPORT_MAX) {
    return;
  }
  va_list arguments;
  va_start(arguments, format);
  progress_clear(report->progress);
  (void)fprintf(stderr, "%s:%ld: ", report->file, line);
  if (column != NULL) {
    (void)fprintf(stderr, "%s: ", column);
  }
  (void)vfprintf(stderr, format, arguments);
  (void)fputc('\n', stderr);
  va_end(arguments);
}

void import_report_end(const struct import_report *report) {
  if (report->faults > IMPORT_REPORT_MAX) {
    (void)fprintf(stderr, "%s: %lld more like these\n", report->file,
                  report->faults - IMPORT_REPORT_MAX);
  }
}
