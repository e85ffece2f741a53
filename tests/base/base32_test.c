#include "base/base32.h"

#include <criterion/criterion.h>
#include <string.h>

Test(base32, reads_every_digit_that_it_writes) {
  for (unsigned value = 0; value < 32; value++) {
    cr_expect_eq(base32_value(base32_digit(value)), (int)value);
  }
}

Test(base32, reads_what_people_mistake) {
  static const struct {
    char digit;
    int value;
  } cases[] = {{'I', 1},  {'i', 1},  {'L', 1},  {'l', 1},  {'O', 0},   {'o', 0},
               {'a', 10}, {'z', 31}, {'U', -1}, {'u', -1}, {'-', -1},  {' ', -1},
               {'@', -1}, {'[', -1}, {'`', -1}, {'{', -1}, {'\0', -1}, {'\xc3', -1}};
  for (size_t i = 0; i < array_length(cases); i++) {
    cr_expect_eq(base32_value(cases[i].digit), cases[i].value, "digit %d", cases[i].digit);
  }
}

static const struct {
  const char *bytes;
  size_t size;
  const char *text;
} pairs[] = {
    {"", 0, ""},
    {"f", 1, "CR"},
    {"fo", 2, "CSQG"},
    {"foo", 3, "CSQPY"},
    {"foob", 4, "CSQPYRG"},
    {"fooba", 5, "CSQPYRK1"},
    {"foobar", 6, "CSQPYRK1E8"},
    {"\0\0\0\0\0\0\0\0\0\0", 10, "0000000000000000"},
    {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 16,
     "ZZZZZZZZZZZZZZZZZZZZZZZZZW"},
};

Test(base32, writes_and_reads_the_same_bytes) {
  for (size_t i = 0; i < array_length(pairs); i++) {
    char text[32];
    unsigned char bytes[16];
    base32_encode((const unsigned char *)pairs[i].bytes, pairs[i].size, text);
    cr_expect_str_eq(text, pairs[i].text);
    cr_assert(base32_decode(pairs[i].text, bytes, pairs[i].size));
    cr_expect_eq(memcmp(bytes, pairs[i].bytes, pairs[i].size), 0);
  }
}

Test(base32, skips_hyphens_and_case) {
  unsigned char bytes[6];
  cr_assert(base32_decode("csq-pyr-kle8-", bytes, sizeof bytes));
  cr_expect_arr_eq(bytes, "foobar", 6);
}

Test(base32, refuses_what_is_not_exactly_the_bytes) {
  static const char *const cases[] = {
      "CSQPYRK1E",   /* too short */
      "CSQPYRK1E80", /* too long */
      "CSQPYRK1E9",  /* fill bits that are not zero */
      "CSQPYRK1EU",  /* no digit */
      "CSQPYRK1E 8", /* a space is none either */
      "",
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    unsigned char bytes[6];
    cr_expect_not(base32_decode(cases[i], bytes, sizeof bytes), "%s", cases[i]);
  }
}
