/* course_sheet: registration sheets for people: a template to fill in, and what is
 * stored, as Excel workbooks or as CSV.
 *
 * Workbooks (by libxlsxwriter) have Danish headings and texts and real drop-downs; both
 * forms can be imported again. They are written to a descriptor of a regular file, which
 * may have no name. */
#ifndef HJEMSVAR_OUTPUT_COURSE_SHEET_H
#define HJEMSVAR_OUTPUT_COURSE_SHEET_H

#include "output/csv.h"
#include "survey/course.h"

enum { COURSE_SHEET_ROWS = 500 /* of a template, with drop-downs */ };

struct course_sheet;

/* Begins a workbook behind fd, which is empty: the sheet "Forløb" with headings and
 * drop-downs and a sheet "Vejledning" that explains each column. municipality and its
 * name fill the first column of a template's rows (0: they stay empty). NULL when memory
 * is out. Ended by course_sheet_finish. */
must_check struct course_sheet *course_sheet_new(int fd, int municipality);

/* Adds a course as the next row. */
void course_sheet_add(struct course_sheet *sheet, const struct course *course);

/* Writes the workbook and frees. False when that failed: errno, or memory was out. */
must_check bool course_sheet_finish(struct course_sheet *sheet);

/* The same as CSV: English names and stored codes. */
void course_csv_header(struct csv *csv);
void course_csv_row(struct csv *csv, const struct course *course);

#endif
