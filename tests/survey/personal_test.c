#include "survey/personal.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

#define TABLE "tests/fixtures/personal.tsv"

static struct arena *arena;
static struct personal_finder *finder;

static void setup(void) {
  arena = arena_new(0);
  finder = personal_new();
  cr_assert(arena != NULL && finder != NULL);
}

static void teardown(void) {
  personal_free(finder);
  arena_free(arena);
}

TestSuite(personal, .init = setup, .fini = teardown);

static const char *const kinds[] = {[PERSONAL_NONE] = "none",
                                    [PERSONAL_CPR] = "cpr",
                                    [PERSONAL_PHONE] = "phone",
                                    [PERSONAL_EMAIL] = "email",
                                    [PERSONAL_FAULT] = "fault"};

/* "KIND FINDING" of the first finding, or "none ". */
static const char *found(const char *text) {
  size_t start = 0;
  size_t length = 0;
  enum personal_kind kind = personal_find(finder, text, &start, &length);
  cr_assert_leq(start + length, strlen(text));
  const char *result = arena_printf(arena, "%s %.*s", kinds[kind], (int)length, text + start);
  cr_assert_not_null(result);
  return result;
}

/* Every finding as "[KIND FINDING]". */
static const char *all_found(const char *text) {
  const char *result = "";
  size_t start = 0;
  size_t length = 0;
  size_t from = 0;
  enum personal_kind kind;
  while ((kind = personal_next(finder, text, from, &start, &length)) != PERSONAL_NONE) {
    cr_assert_neq(kind, PERSONAL_FAULT);
    cr_assert(start >= from && length > 0 && start + length <= strlen(text));
    result = arena_printf(arena, "%s[%s %.*s]", result, kinds[kind], (int)length, text + start);
    cr_assert_not_null(result);
    from = start + length;
  }
  return result;
}

Test(personal, finds_what_stands_in_the_table_and_nothing_else) {
  size_t rows = 0;
  char *rest = support_read(arena, TABLE);
  for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
    if (line[0] == '#' || line[0] == '\0') {
      continue;
    }
    const char *kind = strsep(&line, "\t");
    const char *text = strsep(&line, "\t");
    cr_assert_not_null(text, "%s", kind);
    const char *expected = arena_printf(arena, "%s %s", kind, line == NULL ? "" : line);
    cr_expect_str_eq(found(text), expected, "%s: %s, not %s", text, found(text), expected);
    rows++;
  }
  cr_assert_gt(rows, 140);
}

Test(personal, goes_on_to_the_next_finding) {
  static const char *const cases[][2] = {
      {"", ""},
      {"Tak.", ""},
      {"010222-1234, 22334455 og mor@hjem.dk",
       "[cpr 010222-1234][phone 22334455][email mor@hjem.dk]"},
      {"22334455 33445566 44556677", "[phone 22334455][phone 33445566][phone 44556677]"},
      {"22 33 44 55 66 77 88 99", "[phone 22 33 44 55][phone 66 77 88 99]"},
      {"22 33 44 55-mor@hjem.dk", "[phone 22 33 44 55][email -mor@hjem.dk]"},
      {"mor@hjem.dk22334455", "[email mor@hjem.dk][phone 22334455]"},
      {"linje 1\n22334455\nlinje 3\n010222-1234\n", "[phone 22334455][cpr 010222-1234]"},
      {"22334455\n33445566", "[phone 22334455][phone 33445566]"},
      {"12.3.2022: ٢٢٣٣٤٤٥٥، 010222-١٢٣٤", "[phone ٢٢٣٣٤٤٥٥][cpr 010222-١٢٣٤]"},
      {"æøå👶 22334455 👶", "[phone 22334455]"},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    cr_expect_str_eq(all_found(cases[i][0]), cases[i][1], "%s: %s", cases[i][0],
                     all_found(cases[i][0]));
  }
}

Test(personal, bytes_that_are_no_text_are_read_over) {
  cr_expect_str_eq(all_found("\xFF\xC3 22334455 \xE2\x82 mor@hjem.dk\xF0"),
                   "[phone 22334455][email mor@hjem.dk]");
}

/* A text of the longest comment that any question may have, made of one piece,
 * and a number at its end: the search must get there. */
Test(personal, no_long_comment_hides_a_number_at_its_end) {
  static const char *const pieces[] = {
      "1",     "22",    "1 ",    "22 ",     "2233 ",   "22-",      "2021-",    "+1 ",
      "+",     "00",    "12.3.", "12.3.20", "010222-", "010222 ",  "a",        "a.",
      "a@",    "@a.",   "a@a.",  "a@a.1",   "- ",      "\xD9\xA2", "\xC3\xA6", "a@aaaaaaaaaaaa",
      "(1)./", "450045"};
  for (size_t i = 0; i < array_length(pieces); i++) {
    struct text text;
    text_init(&text);
    while (text.length < QUESTIONNAIRE_TEXT_MAX) {
      text_add(&text, pieces[i]);
    }
    text_add(&text, ", skriv til: mor@hjem.dk");
    cr_assert_not(text.failed);
    size_t start = 0;
    size_t length = 0;
    size_t from = 0;
    enum personal_kind kind;
    while ((kind = personal_next(finder, text.data, from, &start, &length)) != PERSONAL_EMAIL ||
           start + length < text.length) {
      cr_assert(kind != PERSONAL_NONE && kind != PERSONAL_FAULT, "%s: %s", pieces[i], kinds[kind]);
      from = start + length;
    }
    text_clear(&text);
  }
}

Test(personal, nothing_to_free_is_no_fault) {
  personal_free(NULL);
}
