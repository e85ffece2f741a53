/* book: what all workbooks share that are written by libxlsxwriter.
 *
 * Private to output/. */
#ifndef HJEMSVAR_OUTPUT_BOOK_H
#define HJEMSVAR_OUTPUT_BOOK_H

#include <xlsxwriter.h>

#include "base/text.h"

/* Opens a workbook that is written to a descriptor when it is closed. Each row goes to a temporary
 * file as the next one begins, in scratch (NULL: the library's own choice), so rows are written in
 * order. NULL when memory is out. The descriptor stays the caller's. */
must_check lxw_workbook *book_open(int fd, const char *scratch);

/* Frees a workbook without writing it: closing packs all that is in it. */
void book_drop(lxw_workbook *book);

/* Readers take "_x0041_" for an A (ISO/IEC 29500-1, 22.9.2.19): such an underscore is written as
 * the escape of itself, which libxlsxwriter 1.1.4 does not do. The text itself, or out; NULL when
 * memory is out. */
must_check const char *book_escape(struct text *out, const char *text);

#endif
