#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "output/export_package.h"

enum { DAYS_A_WEEK = 7, MONTHS_A_QUARTER = 3, YEAR_WITHOUT = 2000 };

/* ISO 8601: week 1 holds 4 January. Day 0 of calendar.h is a Monday. */
static int monday(int year, int week) {
  int fourth = calendar_day(year, 1, 4);
  return fourth - fourth % DAYS_A_WEEK + (week - 1) * DAYS_A_WEEK;
}

int export_day(const char *week) {
  char *rest;
  int year = (int)strtol(week, &rest, 10);
  if (strncmp(rest, "-W", 2) == 0) {
    return monday(year, (int)strtol(rest + 2, NULL, 10));
  }
  if (strncmp(rest, "-Q", 2) == 0) {
    return calendar_day(year, ((int)strtol(rest + 2, NULL, 10) - 1) * MONTHS_A_QUARTER + 1, 1);
  }
  return calendar_day(YEAR_WITHOUT, 1, 1);
}
