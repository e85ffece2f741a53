#include "base/calendar.h"

#include <stdio.h>
#include <stdlib.h>

int calendar_month_days(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : days[month - 1];
}

int calendar_day(int year, int month, int day) {
  int past = year - 1;
  int number = past * 365 + past / 4 - past / 100 + past / 400;
  for (int m = 1; m < month; m++) {
    number += calendar_month_days(year, m);
  }
  return number + day - 1;
}

int calendar_year(int day) {
  int year = day / 366 + 1;
  while (calendar_day(year + 1, 1, 1) <= day) {
    year++;
  }
  return year;
}

void calendar_write(int day, char out[CALENDAR_DATE_BYTES]) {
  int year = calendar_year(day), month = 1;
  int rest = day - calendar_day(year, 1, 1);
  while (rest >= calendar_month_days(year, month)) {
    rest -= calendar_month_days(year, month);
    month++;
  }
  (void)snprintf(out, CALENDAR_DATE_BYTES, "%04u-%02u-%02u", (unsigned)year % 10000U,
                 (unsigned)month % 100U, (unsigned)(rest + 1) % 100U);
}

bool calendar_read(const char *text, int *day) {
  static const char form[] = "dddd-dd-dd";
  for (size_t i = 0; i < sizeof form; i++) {
    bool digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == 'd' ? !digit : text[i] != form[i]) {
      return false;
    }
  }
  int year = (int)strtol(text, NULL, 10), month = (int)strtol(text + 5, NULL, 10);
  int number = (int)strtol(text + 8, NULL, 10);
  if (year < 1 || month < 1 || month > 12 || number < 1 ||
      number > calendar_month_days(year, month)) {
    return false;
  }
  *day = calendar_day(year, month, number);
  return true;
}
