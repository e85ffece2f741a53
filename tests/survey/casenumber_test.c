#include "survey/casenumber.h"

#include <criterion/criterion.h>

static const struct {
  const char *typed;
  enum casenumber_fault fault;
  const char *read; /* NULL where it is refused */
} cases[] = {
    {"17", CASENUMBER_OK, "17"},
    {"a-17", CASENUMBER_OK, "A-17"},
    {"27.00.00-G01-12-24", CASENUMBER_OK, "27.00.00-G01-12-24"},
    {"Sag/2026_113", CASENUMBER_OK, "SAG/2026_113"},
    {"20260113", CASENUMBER_OK, "20260113"},
    {"9913451234", CASENUMBER_OK, "9913451234"},     /* day 99 */
    {"0199451234", CASENUMBER_OK, "0199451234"},     /* month 99 */
    {"01020312345", CASENUMBER_OK, "01020312345"},   /* eleven digits */
    {"010203-A1234", CASENUMBER_OK, "010203-A1234"}, /* a letter between */
    {"010203--1234", CASENUMBER_OK, "010203--1234"}, /* two marks between */
    {"12345678901234567890123456789012", CASENUMBER_OK, "12345678901234567890123456789012"},
    {"123456789012345678901234567890123", CASENUMBER_SHAPE, NULL},
    {"0102031234", CASENUMBER_CPR, NULL},
    {"010203-1234", CASENUMBER_CPR, NULL},
    {"311299/9999", CASENUMBER_CPR, NULL},
    {"01.02.03-1234", CASENUMBER_CPR, NULL},
    {"A010203-1234", CASENUMBER_CPR, NULL},
    {"2026-010203-1234", CASENUMBER_CPR, NULL},
    {"010203-1234 Bo", CASENUMBER_CPR, NULL},
    {"", CASENUMBER_SHAPE, NULL},
    {"ABC", CASENUMBER_SHAPE, NULL},
    {"Emma", CASENUMBER_SHAPE, NULL},
    {"Emma1", CASENUMBER_SHAPE, NULL},
    {"Bo Li 1", CASENUMBER_SHAPE, NULL},
    {"Åse1", CASENUMBER_SHAPE, NULL},
    {"12\n", CASENUMBER_SHAPE, NULL},
    {"12@x", CASENUMBER_SHAPE, NULL},
};

Test(casenumber, is_read_in_capitals_and_refused_when_it_may_name_somebody) {
  for (size_t i = 0; i < array_length(cases); i++) {
    char read[CASENUMBER_MAX + 1] = "";
    cr_expect_eq(casenumber_read(cases[i].typed, read), cases[i].fault, "%s", cases[i].typed);
    cr_expect_str_eq(read, cases[i].read == NULL ? "" : cases[i].read, "%s", cases[i].typed);
  }
}

Test(casenumber, is_read_where_it_stands) {
  char number[CASENUMBER_MAX + 1] = "x-9";
  cr_expect_eq(casenumber_read(number, number), CASENUMBER_OK);
  cr_expect_str_eq(number, "X-9");
}
