/* csv_reader: rows out of a CSV file of either dialect, by libcsv.
 *
 * A stream: one row is in memory at a time. The separator is the first "," or ";"
 * of the first line; ";" makes it Danish Excel's dialect, with or without a byte order
 * mark. Rows may end with LF, CRLF or CR; empty lines are passed over, as are blanks
 * and tabs around a cell that is not quoted. */
#ifndef HJEMSVAR_BASE_CSV_READER_H
#define HJEMSVAR_BASE_CSV_READER_H

#include "base/base.h"

enum {
  CSV_READER_ROW_BYTES = 4 << 20, /* a longer row is a quotation mark left open */
  CSV_READER_CELLS = 4096
};

struct csv_reader_row {
  long line;                /* of the file, from 1, on which the row begins */
  const char *const *cells; /* until the callback returns */
  size_t count;
  bool excel;       /* the separator is ";": cells are still guarded (output/csv.h) */
  long long offset; /* bytes of the file read so far */
};

/* False ends the reading early. */
typedef bool csv_reader_each(void *context, const struct csv_reader_row *row);

enum csv_reader_result {
  CSV_READER_DONE,
  CSV_READER_STOPPED, /* by the callback */
  CSV_READER_QUOTES,  /* a quotation mark in the wrong place, or never closed */
  CSV_READER_LONG,    /* a row over one of the limits */
  CSV_READER_IO,      /* errno tells */
  CSV_READER_MEMORY
};

/* Reads the file behind fd to its end. *line is where it stopped: for
 * CSV_READER_QUOTES and CSV_READER_LONG the line on which the bad row begins. A
 * NUL byte in a cell is handed on as the byte FF, which is no UTF-8 either. */
must_check enum csv_reader_result csv_reader_run(int fd, csv_reader_each *each, void *context,
                                                 long *line);

#endif
