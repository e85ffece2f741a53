/* csv: rows for R and Python, and rows for Danish Excel.
 *
 * CSV_PLAIN is RFC 4180 in UTF-8 without a mark, LF-free cells quoted only when
 * they must be, CRLF row ends, byte-faithful. CSV_EXCEL is what Danish Excel
 * opens by a double click: UTF-8 with a byte order mark, ";" and a decimal comma;
 * a text cell that begins with = + - @ TAB or CR gets a leading ' so that it is
 * never run as a formula (OWASP, "CSV Injection"); csv_excel_unguard takes it off. */
#ifndef HJEMSVAR_OUTPUT_CSV_H
#define HJEMSVAR_OUTPUT_CSV_H

#include "base/text.h"

enum csv_dialect { CSV_PLAIN, CSV_EXCEL };

struct csv {
  enum csv_dialect dialect;
  struct text *out; /* borrowed; rows are added to it */
  size_t cells;     /* in the row so far */
  bool empty;       /* all of them */
};

/* Begins a file: writes the mark where the dialect has one. */
void csv_begin(struct csv *csv, enum csv_dialect dialect, struct text *out);

/* Adds a cell; NULL is an empty one. A text cell that is empty and the only one
 * of its row is quoted, so that the row is not lost. */
void csv_text(struct csv *csv, const char *text);
void csv_integer(struct csv *csv, long long number);
/* A decimal number with so many decimals, with the dialect's mark. */
void csv_decimal(struct csv *csv, double number, int decimals);

/* Ends the row. */
void csv_end_row(struct csv *csv);

/* Takes off the guard of a cell read from an Excel file: a leading ' that
 * stands before one of the guarded characters, or before another '. (A text
 * cell that begins with ' and then a guarded character is written with a second
 * ', so that reading is exact.) */
const char *csv_excel_unguard(const char *cell);

#endif
