/* sheet_file: the two forms of a sheet. Private to base/: sheet.c looks at the first
 * bytes and hands the file, at its beginning, to one of them. */
#ifndef HJEMSVAR_BASE_SHEET_FILE_H
#define HJEMSVAR_BASE_SHEET_FILE_H

#include "base/sheet.h"

must_check enum sheet_result sheet_csv_read(int fd, sheet_each *each, void *context,
                                            struct sheet_end *end);

must_check enum sheet_result sheet_xlsx_read(int fd, const char *name, int64_t until_ms,
                                             sheet_each *each, void *context,
                                             struct sheet_end *end);

#endif
