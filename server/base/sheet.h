/* sheet: rows of cells out of a CSV file or an Excel workbook (.xlsx), as a stream.
 *
 * What the file is, its first bytes tell, never its name. One row is in memory at a
 * time; whatever the size of the file, a reader holds less than 8 MiB (the texts of a
 * workbook lie in temporary files without a name). Nothing outside the file is ever
 * opened: a workbook with a DOCTYPE or an entity is refused.
 *
 * CSV: "," or ";" by the first line, UTF-8 with or without a mark, quoted line
 * breaks, an Excel line "sep=;" before the header (csv_reader.h).
 * .xlsx: ISO/IEC 29500-1 (SpreadsheetML), transitional or strict: shared and inline
 * texts, dates by number format in both date systems, the cached values of formulas,
 * hidden rows like all others. Read by libzip and libxml2's xmlTextReader. */
#ifndef HJEMSVAR_BASE_SHEET_H
#define HJEMSVAR_BASE_SHEET_H

#include "base/base.h"

enum {
  SHEET_COLUMNS_MAX = 256,    /* that hold anything; formatted empty cells do not count */
  SHEET_ROWS_MAX = 1048576,   /* as in Excel */
  SHEET_CELL_BYTES = 1 << 17, /* 32,767 characters are Excel's own limit */
  SHEET_FILE_BYTES = 64 << 20,
  SHEET_NAME_BYTES = 128,
  SHEET_NAMES_BYTES = 512,
  SHEET_PLACE_BYTES = 16
};

enum sheet_kind {
  SHEET_BLANK,
  SHEET_TEXT,    /* all cells of a CSV file that are not blank */
  SHEET_NUMBER,  /* text: decimal with a point, 15 digits at most, as Excel shows it */
  SHEET_DATE,    /* text: "2022-12-31", or "2022-12-31T14:30" */
  SHEET_TIME,    /* text: hours with a point: "1.5" for 1:30 */
  SHEET_BOOLEAN, /* text: "1" or "0" */
  SHEET_ERROR    /* text: "#N/A", "#REF!" … */
};

struct sheet_cell {
  enum sheet_kind kind;
  const char *text; /* UTF-8; never NULL */
};

struct sheet_row {                /* lives until the callback returns */
  const char *sheet;              /* name of the sheet; NULL for CSV */
  long number;                    /* the row, from 1; for CSV the line of the file */
  const struct sheet_cell *cells; /* the last one is not blank */
  size_t count;                   /* at least 1: rows without content are left out */
  long long done, total;          /* bytes, for a progress bar; total 0: unknown */
};

/* False ends the reading early. */
typedef bool sheet_each(void *context, const struct sheet_row *row);

enum sheet_result {
  SHEET_DONE,
  SHEET_STOPPED,   /* by the callback */
  SHEET_LATE,      /* a workbook that was not unpacked by until_ms */
  SHEET_IO,        /* errno tells */
  SHEET_MEMORY,    /* ours */
  SHEET_XLS,       /* an Excel workbook of before 2007 */
  SHEET_ENCRYPTED, /* a workbook with a password */
  SHEET_ODS,       /* an OpenDocument file */
  SHEET_XLSB,      /* a binary workbook */
  SHEET_UNKNOWN,   /* no sheet of any kind */
  SHEET_UTF16,     /* text in UTF-16 ("Unicode text") */
  SHEET_NOT_UTF8,  /* text in another encoding, such as Windows-1252 */
  SHEET_QUOTES,    /* CSV: a quotation mark in the wrong place, or never closed */
  SHEET_LONG,      /* CSV: a row without an end */
  SHEET_BROKEN,    /* a workbook that is damaged or cut off */
  SHEET_BOMB,      /* a workbook that unpacks out of all proportion */
  SHEET_DOCTYPE,   /* a workbook with a DOCTYPE or an entity */
  SHEET_LARGE,     /* a file or a part of it over its limit */
  SHEET_COLUMNS,   /* content beyond SHEET_COLUMNS_MAX */
  SHEET_ROWS,      /* a row beyond SHEET_ROWS_MAX */
  SHEET_CELL,      /* a cell longer than SHEET_CELL_BYTES */
  SHEET_NO_SHEET   /* no sheet of the name asked for, or none that is visible */
};

/* "done", "encrypted", …: a stable word, for programs. */
const char *sheet_result_name(enum sheet_result result);

/* Where the reading ended. */
struct sheet_end {
  bool workbook;                  /* .xlsx, not CSV */
  char sheet[SHEET_NAME_BYTES];   /* that was read; "" for CSV */
  char others[SHEET_NAMES_BYTES]; /* the visible ones that were not, a line each: those that fit */
  long row;                       /* last row that was begun; 0: none */
  int column;                     /* of the fault, from 0; -1: none */
};

/* Reads the file behind fd from its beginning to its end and calls each for every row
 * that holds anything. name is the sheet wanted, in whatever capitals; NULL takes the first visible
 * one (for CSV it has no meaning). until_ms (base/clock.h; 0: no limit) ends the unpacking of a
 * workbook, whose texts come before its first row. A pipe is copied to a temporary file first. fd
 * stays the caller's; its position moves. */
must_check enum sheet_result sheet_read(int fd, const char *name, int64_t until_ms,
                                        sheet_each *each, void *context, struct sheet_end *end);

/* Writes a place as people see it: column 3 of row 7 is "D7". */
void sheet_place(long row, int column, char out[SHEET_PLACE_BYTES]);

#endif
