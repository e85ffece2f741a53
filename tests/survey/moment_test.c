#include "survey/moment.h"

#include <criterion/criterion.h>

Test(moment, is_of_the_year_that_its_week_is_in) {
  char week[MOMENT_WEEK_BYTES];
  cr_expect(moment_parse("1996-01-01T00:00", week));
  cr_expect_not(moment_parse("1996-01-01T00:00+14:00", week), "1995 in Copenhagen");
  cr_expect(moment_parse("2999-12-29T12:00Z", week));
  cr_expect_not(moment_parse("2999-12-31T12:00Z", week), "week 1 of 3000");
}

Test(moment, finds_the_week_in_copenhagen) {
  static const struct {
    const char *text, *week;
  } cases[] = {
      {"2026-11-20T14:05", "2026-W47"},
      {"2026-11-20 14:05:59", "2026-W47"},
      {"2026-11-20T14:05:59.123456", "2026-W47"},
      {"2026-11-20T14:05:59.5+01", "2026-W47"},
      {"2024-02-29T00:00", "2024-W09"},
      /* a week belongs to the year of its Thursday */
      {"2021-01-03T23:59", "2020-W53"},
      {"2021-01-04T00:00", "2021-W01"},
      {"2024-12-30T00:00", "2025-W01"},
      {"2000-01-01T12:00", "1999-W52"},
      /* Monday in Copenhagen begins on Sunday in UTC */
      {"2026-11-22T22:59Z", "2026-W47"},
      {"2026-11-22T23:00Z", "2026-W48"},
      {"2026-11-22T23:00", "2026-W47"},
      {"2026-06-28T21:59Z", "2026-W26"},
      {"2026-06-28T22:00Z", "2026-W27"},
      {"2026-06-28T23:59+02:00", "2026-W26"},
      {"2026-06-28T18:00-0400", "2026-W27"},
      /* the Sundays on which the clocks change: 29 March, 25 October 2026 */
      {"2026-03-29T01:59", "2026-W13"},
      {"2026-03-29T03:00", "2026-W13"},
      {"2026-03-29T02:30+01:00", "2026-W13"},
      {"2026-10-25T02:30", "2026-W43"},
      {"2026-03-29T21:59Z", "2026-W13"},
      {"2026-03-29T22:00Z", "2026-W14"},
      {"2026-10-25T22:59Z", "2026-W43"},
      {"2026-10-25T23:00Z", "2026-W44"},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    char week[MOMENT_WEEK_BYTES] = "";
    cr_expect(moment_parse(cases[i].text, week), "%s is a time", cases[i].text);
    cr_expect_str_eq(week, cases[i].week, "%s gives %s", cases[i].text, week);
  }
}

Test(moment, refuses_what_is_no_time) {
  static const char *const cases[] = {
      "",
      "2026-11-20",
      "2026-11-20T",
      "2026-11-20T14",
      "2026-11-20T1405",
      "2026-11-20T24:00",
      "2026-11-20T14:60",
      "2026-11-20T14:05:60",
      "2026-11-20T14:05:",
      "2026-11-20T14:05:00.",
      "2026-11-20T14:05:00,5",
      "2026-11-20T14:05+15:00",
      "2026-11-20T14:05+01:60",
      "2026-11-20T14:05+1",
      "2026-11-20T14:05 Z",
      "2026-11-20T14:05Z ",
      " 2026-11-20T14:05",
      "2026-11-31T14:05",
      "2026-02-29T14:05",
      "2100-02-29T14:05",
      "2026-13-01T14:05",
      "2026-00-01T14:05",
      "2026-01-00T14:05",
      "1995-12-31T14:05",
      "3000-01-01T00:00",
      "20-11-2026 14:05",
      /* the hour that summer time skips */
      "2026-03-29T02:00",
      "2026-03-29 02:59:59",
      "2026/11/20T14:05",
      "now",
      "infinity",
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    char week[MOMENT_WEEK_BYTES];
    cr_expect_not(moment_parse(cases[i], week), "\"%s\" is no time", cases[i]);
  }
}

Test(moment, tells_the_later_of_two) {
  static const struct {
    const char *text, *than;
    bool later;
  } cases[] = {
      {"2026-11-20T14:06", "2026-11-20T14:05", true},
      {"2026-11-20T14:05", "2026-11-20T14:05", false},
      {"2026-11-20T14:05", "2026-11-20T13:05Z", false},
      {"2026-11-20T14:05", "2026-11-20T13:04Z", true},
      {"2026-06-20T14:05", "2026-06-20T12:04Z", true},
      {"2030-01-01T00:00", "2026-11-20T14:05:59+01:00", true},
      {"2025-12-31T23:59", "2026-01-01T00:00", false},
      {"2026-10-25T03:00", "2026-10-25T02:30", true},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    cr_expect_eq(moment_is_later(cases[i].text, cases[i].than), cases[i].later, "%s and %s",
                 cases[i].text, cases[i].than);
  }
}

Test(moment, knows_which_weeks_and_quarters_there_are) {
  static const char *const good[] = {"2026-W01", "2026-W53", "2020-W53",
                                     "2025-W52", "2026-Q1",  "2026-Q4"};
  static const char *const bad[] = {"",        "2026-W00", "2025-W53", "2026-W54", "2026-W1",
                                    "2026W47", "2026-w47", "2026-Q0",  "2026-Q5",  "2026-W47 ",
                                    "26-W47",  "2026-",    "2026-47",  "1995-W01", "2026-Q11"};
  for (size_t i = 0; i < array_length(good); i++) {
    cr_expect(moment_is_week(good[i]), "%s is one", good[i]);
  }
  for (size_t i = 0; i < array_length(bad); i++) {
    cr_expect_not(moment_is_week(bad[i]), "\"%s\" is none", bad[i]);
  }
}
