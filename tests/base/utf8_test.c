#include "base/utf8.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static struct arena *arena;

static void setup(void) {
  arena = arena_new(0);
  cr_assert_not_null(arena);
}

static void teardown(void) {
  arena_free(arena);
}

TestSuite(utf8, .init = setup, .fini = teardown);

static const struct {
  const char *typed, *stored;
  size_t count;
} cases[] = {
    {"", "", 0},
    {"Tak for hjælpen", "Tak for hjælpen", 15},
    {"  begge ender\t\n", "begge ender", 11},
    {" \r\n\t ", "", 0},
    {"en\r\nto\rtre\nfire", "en\nto\ntre\nfire", 14},
    {"\r\r\n\n|", "|", 1},
    {"a\r\r\n\nb", "a\n\n\nb", 5},
    {"tab\tinde", "tab\tinde", 8},
    {"a\x01\x1f\x7f\x62", "ab", 2},
    {"a\xC2\x85\xC2\x9F\x62", "ab", 2},                          /* C1 controls */
    {"\xC2\xA0\xE2\x80\x83x\xE2\x80\xA9", "x", 1},               /* no-break and em space, PS */
    {"e\xCC\x81", "\xC3\xA9", 1},                                /* e + acute */
    {"A\xCC\x8A", "\xC3\x85", 1},                                /* A + ring */
    {"\xE2\x84\xAB", "\xC3\x85", 1},                             /* Angstrom sign */
    {"d\xCC\x87\xCC\xA3", "\xE1\xB8\x8D\xCC\x87", 2},            /* dot above, dot below */
    {"\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "\xED\x95\x9C", 1}, /* Hangul jamo */
    {"\xE0\xA5\x98", "\xE0\xA4\x95\xE0\xA4\xBC", 2},             /* composition exclusion */
    {"e\x01\xCC\x81", "\xC3\xA9", 1},                            /* a control between */
    {"\xD8\xB4\xD9\x83\xD8\xB1\xD8\xA7", "\xD8\xB4\xD9\x83\xD8\xB1\xD8\xA7", 4},
    {"\xF0\x9F\x91\xB6", "\xF0\x9F\x91\xB6", 1},
};

Test(utf8, brings_what_is_typed_into_one_form) {
  for (size_t i = 0; i < array_length(cases); i++) {
    char *out = NULL;
    size_t count = 99;
    cr_assert_eq(utf8_normalise(arena, cases[i].typed, strlen(cases[i].typed), &out, &count),
                 UTF8_OK, "case %zu", i);
    cr_expect_str_eq(out, cases[i].stored, "case %zu: \"%s\"", i, out);
    cr_expect_eq(count, cases[i].count, "case %zu: %zu", i, count);
  }
}

Test(utf8, leaves_what_it_has_stored_as_it_is) {
  for (size_t i = 0; i < array_length(cases); i++) {
    char *out = NULL;
    size_t count = 99;
    const char *stored = cases[i].stored;
    cr_assert_eq(utf8_normalise(arena, stored, strlen(stored), &out, &count), UTF8_OK);
    cr_expect_str_eq(out, stored, "case %zu", i);
  }
}

Test(utf8, refuses_what_is_no_utf8) {
  static const struct {
    const char *bytes;
    size_t length;
  } bad[] = {
      {"\xff", 1},
      {"\xC0\x80", 2},         /* overlong NUL */
      {"\xC3", 1},             /* cut */
      {"\xED\xA0\x80", 3},     /* surrogate */
      {"\xF4\x90\x80\x80", 4}, /* beyond U+10FFFF */
      {"\x80", 1},             /* continuation alone */
      {"a\0b", 3},             /* NUL inside */
      {"\0", 1},               /* NUL alone */
      {"sm\xF8rrebr\xF8"
       "d",
       9}, /* Latin-1 */
  };
  for (size_t i = 0; i < array_length(bad); i++) {
    char *out = NULL;
    size_t count;
    cr_expect_not(utf8_valid(bad[i].bytes, bad[i].length), "case %zu", i);
    cr_expect_eq(utf8_normalise(arena, bad[i].bytes, bad[i].length, &out, &count), UTF8_INVALID,
                 "case %zu", i);
  }
  cr_expect(utf8_valid("", 0));
  cr_expect(utf8_valid("sm\xC3\xB8r\xFF", 5));
}

/* Our own ordering of marks against utf8proc's, over texts of letters and marks
 * of many classes. */
Test(utf8, agrees_with_utf8proc_on_texts_full_of_marks) {
  static const int points[] = {'a',    'e',    0x41,   0xE5,   0x1E69,  0x0301, 0x0323, 0x0327,
                               0x0344, 0x0345, 0x0F73, 0x0F71, 0x0F72,  0x05B0, 0x05B8, 0x064B,
                               0x0651, 0x0315, 0x1100, 0x1161, 0x11A8,  0xAC00, 0x0958, 0x212B,
                               0x0628, 0x302A, 0x3099, 0x304B, 0x1D165, 0x1D15E};
  unsigned seed = 1;
  for (int round = 0; round < 3000; round++) {
    utf8proc_uint8_t typed[512];
    size_t length = 0;
    typed[length++] = 'x';
    for (int i = 0; i < 60; i++) {
      seed = seed * 1103515245U + 12345U;
      length +=
          (size_t)utf8proc_encode_char(points[(seed >> 16) % array_length(points)], typed + length);
    }
    typed[length] = '\0';
    utf8proc_uint8_t *expected = utf8proc_NFC(typed);
    char *out = NULL;
    size_t count;
    cr_assert_eq(utf8_normalise(arena, (const char *)typed, length, &out, &count), UTF8_OK);
    cr_assert_str_eq(out, (const char *)expected, "round %d", round);
    free(expected);
  }
}

Test(utf8, orders_a_field_full_of_marks) {
  enum { PAIRS = 12000 };
  char *typed = arena_alloc(arena, PAIRS * 4 + 2);
  cr_assert_not_null(typed);
  typed[0] = 'x';
  for (size_t i = 0; i < PAIRS; i++) {
    memcpy(typed + 1 + 4 * i, "\xCC\x81\xCC\xA7", 4); /* class 230, class 202 */
  }
  char *out = NULL;
  size_t count;
  cr_assert_eq(utf8_normalise(arena, typed, PAIRS * 4 + 1, &out, &count), UTF8_OK);
  cr_expect_eq(count, 2 * PAIRS + 1);
  cr_expect_eq(strncmp(out, "x\xCC\xA7\xCC\xA7", 5), 0);
  cr_expect_str_eq(out + PAIRS * 4 + 1 - 4, "\xCC\x81\xCC\x81");
}

Test(utf8, says_when_memory_is_out) {
  struct arena *small = arena_new(64);
  cr_assert_not_null(small);
  char *out = NULL;
  size_t count;
  cr_expect_eq(utf8_normalise(small, "en længere tekst end der er plads til", 38, &out, &count),
               UTF8_MEMORY);
  arena_free(small);
}
