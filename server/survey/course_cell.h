/* course_cell: dates, numbers and course ids as municipalities type them. Private to
 * survey/. */
#ifndef HJEMSVAR_SURVEY_COURSE_CELL_H
#define HJEMSVAR_SURVEY_COURSE_CELL_H

#include "survey/course.h"

/* Reads a day of 2000-2099: 31-12-2022, 31.12.2022, 31/12 2022, 31/12-22, 31. december
 * 2022, 2022-12-31, each also with a time of day after it. Two digits of a year are of
 * this century. */
must_check bool course_date_parse(const char *text, int *day);

/* Reads hours: 12, 12.5, 12,5, 1.234,5, 12:30 (hours and minutes); the result in
 * hundredths, rounded half up. */
must_check bool course_hours_parse(const char *text, int *hundredths);

/* Reads a whole number; 12,0 and 12.00 are one, too. */
must_check bool course_count_parse(const char *text, int most, int *number);

/* What is wrong with a normalised course id; COURSE_FAULTS: nothing. */
must_check enum course_fault course_id_check(const char *id, size_t characters,
                                             const struct personal_finder *finder);

/* Tells whether a text holds what looks like a CPR number, also one that lost its first
 * zero as a number. */
must_check bool course_holds_cpr(const char *text, const struct personal_finder *finder);

#endif
