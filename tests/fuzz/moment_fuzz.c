/* Times, weeks, days, hours and numbers as files have them. */
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "fuzz.h"
#include "survey/course_cell.h"
#include "survey/moment.h"

static void check_moment(const char *text) {
  char week[MOMENT_WEEK_BYTES];
  if (moment_parse(text, week)) {
    fuzz_require(strlen(week) == MOMENT_WEEK_BYTES - 1 && moment_is_week(week));
    fuzz_require(!moment_is_later(text, text));
  } else {
    fuzz_require(!moment_is_week(text) || strlen(text) <= 8);
  }
}

static void check_day(const char *text) {
  char written[CALENDAR_DATE_BYTES];
  int day, back;
  if (calendar_read(text, &day)) {
    calendar_write(day, written);
    fuzz_require(strcmp(written, text) == 0);
  }
  if (course_date_parse(text, &day)) {
    fuzz_require(calendar_year(day) >= COURSE_YEAR_FIRST && calendar_year(day) <= COURSE_YEAR_LAST);
    calendar_write(day, written);
    fuzz_require(course_date_parse(written, &back) && back == day);
  }
}

static void check_numbers(const char *text) {
  int number;
  if (course_hours_parse(text, &number)) {
    fuzz_require(number >= 0 && number <= COURSE_HOURS_MAX * 100);
  }
  if (course_count_parse(text, COURSE_VISITS_MAX, &number)) {
    fuzz_require(number >= 0 && number <= COURSE_VISITS_MAX);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *text = fuzz_string(data, size);
  if (text != NULL) {
    check_moment(text);
    check_day(text);
    check_numbers(text);
  }
  free(text);
  return 0;
}
