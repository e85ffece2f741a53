/* sheet_book: what a workbook says of itself: its sheets, where their parts are, its
 * date system and number formats. Private to base/. */
#ifndef HJEMSVAR_BASE_SHEET_BOOK_H
#define HJEMSVAR_BASE_SHEET_BOOK_H

#include "base/sheet_part.h"

enum sheet_format { FORMAT_NUMBER, FORMAT_DATE, FORMAT_TIME };

struct book {
  bool date1904;                      /* days count from 1904, not 1900 */
  char sheet_name[SHEET_NAME_BYTES];  /* of the sheet that is read */
  char others[SHEET_NAMES_BYTES];     /* the other visible ones, a line each: those that fit */
  char sheet_part[PART_NAME_BYTES];   /* its name in the archive */
  char strings_part[PART_NAME_BYTES]; /* "": there are no shared texts */
  char styles_part[PART_NAME_BYTES];  /* "": no cell has a format */
  unsigned char *formats;             /* enum sheet_format by cell style */
  size_t formats_count;
};

/* Finds the sheet (by name, or the first visible one) and loads the formats. book_clear
 * is due either way. SHEET_DONE, SHEET_NO_SHEET, or why the workbook cannot be read. */
must_check enum sheet_result book_load(struct book *book, const struct package *package,
                                       const char *name);
void book_clear(struct book *book);

/* The format of a cell of that style. */
enum sheet_format book_format(const struct book *book, long style);

/* What a number format code ("dd/mm/yyyy", "[h]:mm", "0.00") makes of a number:
 * ISO/IEC 29500-1, 18.8.30 and 18.8.31. */
enum sheet_format format_read(const char *code);

/* The same for the formats without a code (ids below 164). */
enum sheet_format format_of_id(long id);

/* A cell's number as text, as struct sheet_cell has it for each format; kind is what it
 * is. A date that does not exist is a number. */
enum { FORMAT_TEXT_BYTES = 32 };
enum sheet_kind format_write(double number, enum sheet_format format, bool date1904,
                             char out[FORMAT_TEXT_BYTES]);

#endif
