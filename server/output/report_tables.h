/* report_tables: the tables of a report as a workbook, for the analyst's own documents.
 *
 * A sheet for each figure after one of contents; numbers are numbers, as exact as they are known
 * and shown as in the report, so that Excel writes them in its own language. What is hidden is the
 * same mark as in the report. */
#ifndef HJEMSVAR_OUTPUT_REPORT_TABLES_H
#define HJEMSVAR_OUTPUT_REPORT_TABLES_H

#include "output/report_view.h"

/* Writes the workbook into a descriptor, which stays the caller's; scratch is a folder for
 * temporary files, or NULL. False when memory or room is out. */
must_check bool report_tables(const struct report_view *view, int fd, const char *scratch);

#endif
