/* moment: times and weeks as files write them.
 *
 * What an import says of time is checked here, before the database reads it.
 * Weeks are ISO 8601 weeks in Europe/Copenhagen; summer time is the European
 * Union's rule (directive 2000/84/EC), which Denmark has kept since 1996. */
#ifndef HJEMSVAR_SURVEY_MOMENT_H
#define HJEMSVAR_SURVEY_MOMENT_H

#include "base/base.h"

enum { MOMENT_WEEK_BYTES = 9 }; /* "2026-W47" and a NUL */

/* Reads an ISO 8601 date-time (2026-11-20T14:05, with or without seconds and
 * their fraction, a blank in place of T, and an offset Z, +01:00, +0100 or +01)
 * of the years 1996-2999 and writes the week in which it was in Copenhagen.
 * Without an offset it is Copenhagen's own time. False when it is none, names a
 * day or a time of day that does not exist, or was in a week of another year than these. */
must_check bool moment_parse(const char *text, char week[MOMENT_WEEK_BYTES]);

/* Tells whether one time is later than another, to the minute; both as moment_parse
 * takes them. Of an hour that comes twice the second one is meant. */
must_check bool moment_is_later(const char *text, const char *than);

/* Tells whether text is an ISO week that exists ("2026-W53") or a quarter
 * ("2026-Q4"), of the years 1996-2999. */
must_check bool moment_is_week(const char *text);

#endif
