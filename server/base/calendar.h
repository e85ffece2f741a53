/* calendar: days of the Gregorian calendar as numbers.
 *
 * Day 0 is 1 January of year 1, a Monday. No clock and no time zone: a day is
 * what stands in a file. */
#ifndef HJEMSVAR_BASE_CALENDAR_H
#define HJEMSVAR_BASE_CALENDAR_H

#include "base/base.h"

enum { CALENDAR_DATE_BYTES = 11 }; /* "2022-12-31" and a NUL */

/* How many days the month (1-12) of a year from 1 has. */
int calendar_month_days(int year, int month);

/* The number of a day that exists. */
int calendar_day(int year, int month, int day);

/* The year that the day (from 0) is in. */
int calendar_year(int day);

/* Reads "2022-12-31"; false when it is no day there is, of the years 1-9999. */
must_check bool calendar_read(const char *text, int *day);

/* Writes the day, of the years 1-9999, as "2022-12-31". */
void calendar_write(int day, char out[CALENDAR_DATE_BYTES]);

#endif
