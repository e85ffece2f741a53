/* sheet_strings: the shared texts of a workbook, on the disk. Private to base/.
 *
 * They go into a temporary file without a name, their places into another; in memory is
 * a cache of 256 KiB for those that return (drop-down texts). At most 256 MiB and 2^24
 * texts. */
#ifndef HJEMSVAR_BASE_SHEET_STRINGS_H
#define HJEMSVAR_BASE_SHEET_STRINGS_H

#include "base/sheet_part.h"

struct strings;

/* Reads the part of that name; "" is a workbook without shared texts. *out is freed by
 * the caller, also after a failure (NULL is possible). */
must_check enum sheet_result strings_load(struct strings **out, const struct package *package,
                                          const char *name);
void strings_free(struct strings *strings);

/* Adds a text to a cell's. SHEET_BROKEN: there is none of that number; SHEET_IO. */
must_check enum sheet_result strings_add(struct strings *strings, const char *number,
                                         struct text *cell);

/* Takes "_x000D_" and its like, which stand for control characters, out of a text:
 * ISO/IEC 29500-1, 22.4.2.4. */
void strings_unescape(struct text *cell, size_t from);

#endif
