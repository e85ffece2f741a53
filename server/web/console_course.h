/* console_course: what the pages of the registration sheet share: addresses, and courses
 * and their problems in words. */
#ifndef HJEMSVAR_WEB_CONSOLE_COURSE_H
#define HJEMSVAR_WEB_CONSOLE_COURSE_H

#include "store/course_file.h"
#include "web/work.h"

enum {
  CONSOLE_COURSE_ROWS_MAX = 20000, /* of a file: what fits into WORKER_PATIENCE_MS with room
                                      to spare (docs/courses.md) */
  CONSOLE_COURSE_PAGE = 100        /* of the list */
};

/* "/rounds/1/municipalities/217/courses" and what comes after it. */
const char *console_course_path(const struct work *work, const char *rest);

/* A word of a column ("column_started_on") or of what was chosen in it; "" for NULL. */
const char *console_course_column(const struct work *work, enum course_column column);
const char *console_course_choice(const struct work *work, enum course_column column,
                                  const char *code);

/* A day as "31-12-2022", hours as "12,5", a number; "" for none (-1). */
const char *console_course_day(const struct work *work, int day);
const char *console_course_hours(const struct work *work, int hundredths);
const char *console_course_number(const struct work *work, int number);

/* What is wrong and what to do, and where: "Forløb, celle D7", "Linje 3". */
const char *console_course_fault(const struct work *work, const struct course_problem *problem);
const char *console_course_place(const struct work *work, const struct course_problem *problem);

/* "1 forløb", "7 forløb": the word STEM_one, or STEM with {n}. */
const char *console_course_count(const struct work *work, const char *stem, long long count);

/* A row of a table of courses. NULL when memory is out. */
must_check json_t *console_course_row(const struct work *work, const struct course_row *row);

/* Adds a line to the audit log, inside the transaction that it tells of. It never names a
 * course. details: a JSON object or NULL. */
must_check enum store_result console_course_note(struct store *store, const struct work *work,
                                                 const char *action, const char *details);

/* The list of courses with something wrong at the field "find"; or without the sheet that was to
 * wait. */
void console_course_not_found(struct work *work);
void console_course_no_sheet(struct work *work);

/* The number of a sheet that waits, as it was sent; 0: none. */
int console_course_sheet(const char *typed);

#endif
