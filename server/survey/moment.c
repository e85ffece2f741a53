#include "survey/moment.h"

#include <stdio.h>
#include <string.h>

#include "base/calendar.h"

enum {
  YEAR_FIRST = 1996,
  YEAR_LAST = 2999,
  MINUTES_A_DAY = 24 * 60,
  SUNDAY = 6 /* Monday is 0 */
};

struct reading {
  const char *rest;
  bool failed;
};

static int read_digits(struct reading *reading, int digits) {
  int number = 0;
  for (int i = 0; i < digits && !reading->failed; i++) {
    if (*reading->rest < '0' || *reading->rest > '9') {
      reading->failed = true;
      return 0;
    }
    number = number * 10 + (*reading->rest++ - '0');
  }
  return number;
}

static bool read_one_of(struct reading *reading, const char *characters) {
  if (reading->failed || *reading->rest == '\0' || strchr(characters, *reading->rest) == NULL) {
    return false;
  }
  reading->rest++;
  return true;
}

static void need_one_of(struct reading *reading, const char *characters) {
  if (!read_one_of(reading, characters)) {
    reading->failed = true;
  }
}

static int read_between(struct reading *reading, int digits, int least, int most) {
  int number = read_digits(reading, digits);
  if (number < least || number > most) {
    reading->failed = true;
  }
  return number;
}

static int weekday(int number) {
  return number % 7;
}

/* ISO 8601: a week belongs to the year that its Thursday is in. */
static int iso_week(int number, int *year) {
  int thursday = number - weekday(number) + 3;
  *year = calendar_year(thursday);
  return (thursday - calendar_day(*year, 1, 1)) / 7 + 1;
}

/* Minutes since year 1, UTC, at which summer time begins (month 3) or ends (10):
 * the last Sunday at 01:00 UTC. */
static int64_t summer_border(int year, int month) {
  int last = calendar_day(year, month, 31);
  int back = (weekday(last) - SUNDAY + 7) % 7;
  return (int64_t)(last - back) * MINUTES_A_DAY + 60;
}

static int copenhagen_offset(int64_t utc_minutes) {
  int year = calendar_year((int)(utc_minutes / MINUTES_A_DAY));
  bool summer = utc_minutes >= summer_border(year, 3) && utc_minutes < summer_border(year, 10);
  return summer ? 120 : 60;
}

static int read_date(struct reading *reading) {
  int year = read_between(reading, 4, YEAR_FIRST, YEAR_LAST);
  need_one_of(reading, "-");
  int month = read_between(reading, 2, 1, 12);
  need_one_of(reading, "-");
  if (reading->failed) {
    return 0;
  }
  int day = read_between(reading, 2, 1, calendar_month_days(year, month));
  return calendar_day(year, month, day);
}

/* Minutes since midnight; seconds are checked and left out. */
static int read_clock(struct reading *reading) {
  int hour = read_between(reading, 2, 0, 23);
  need_one_of(reading, ":");
  int minute = read_between(reading, 2, 0, 59);
  if (read_one_of(reading, ":")) {
    (void)read_between(reading, 2, 0, 59);
    if (read_one_of(reading, ".")) {
      (void)read_digits(reading, 1);
      reading->rest += strspn(reading->rest, "0123456789");
    }
  }
  return hour * 60 + minute;
}

/* Tells whether there is an offset; minutes east of UTC. */
static bool read_offset(struct reading *reading, int *minutes) {
  *minutes = 0;
  if (read_one_of(reading, "Z")) {
    return true;
  }
  bool west = *reading->rest == '-';
  if (!read_one_of(reading, "+-")) {
    return false;
  }
  int hours = read_between(reading, 2, 0, 14);
  int more = 0;
  if (*reading->rest != '\0') {
    (void)read_one_of(reading, ":");
    more = read_between(reading, 2, 0, 59);
  }
  *minutes = (west ? -1 : 1) * (hours * 60 + more);
  return true;
}

/* Minutes since year 1, UTC, or -1. */
static int64_t read_moment(const char *text) {
  struct reading reading = {.rest = text};
  int64_t local = (int64_t)read_date(&reading) * MINUTES_A_DAY;
  need_one_of(&reading, "T ");
  local += read_clock(&reading);
  int offset;
  bool has_offset = !reading.failed && read_offset(&reading, &offset);
  if (reading.failed || *reading.rest != '\0') {
    return -1;
  }
  if (has_offset) {
    return local - offset;
  }
  int64_t winter = local - 60;
  int64_t utc = winter - (copenhagen_offset(winter) == 120 ? 60 : 0);
  return utc + copenhagen_offset(utc) == local ? utc : -1;
}

bool moment_parse(const char *text, char week[MOMENT_WEEK_BYTES]) {
  int64_t utc = read_moment(text);
  if (utc < 0) {
    return false;
  }
  int year;
  int of_year = iso_week((int)((utc + copenhagen_offset(utc)) / MINUTES_A_DAY), &year);
  (void)snprintf(week, MOMENT_WEEK_BYTES, "%04u-W%02u", (unsigned)year % 10000U,
                 (unsigned)of_year % 100U);
  return year >= YEAR_FIRST && year <= YEAR_LAST;
}

bool moment_is_later(const char *text, const char *than) {
  return read_moment(text) > read_moment(than);
}

bool moment_is_week(const char *text) {
  struct reading reading = {.rest = text};
  int year = read_between(&reading, 4, YEAR_FIRST, YEAR_LAST);
  need_one_of(&reading, "-");
  if (reading.failed) {
    return false;
  }
  if (read_one_of(&reading, "Q")) {
    (void)read_between(&reading, 1, 1, 4);
  } else {
    /* 28 December is always in the last week of its year. */
    int last_year;
    int weeks = iso_week(calendar_day(year, 12, 28), &last_year);
    need_one_of(&reading, "W");
    (void)read_between(&reading, 2, 1, weeks);
  }
  return !reading.failed && *reading.rest == '\0';
}
