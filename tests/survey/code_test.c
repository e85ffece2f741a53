#include "survey/code.h"

#include <criterion/criterion.h>
#include <stdbool.h>
#include <string.h>

#include "base/base32.h"
#include "base/crypto.h"

Test(code, gives_the_check_character_of_the_contract) {
  cr_expect_eq(code_check_character("7KQ4M2"), 'V');
}

Test(code, reads_what_people_type_and_scan) {
  static const struct {
    const char *typed, *canonical;
  } cases[] = {
      {"7KQ4M2V", "7KQ4M2V"},     {"7kq4m2v", "7KQ4M2V"},         {"7KQ-4M2V", "7KQ4M2V"},
      {" 7kq 4m2 v ", "7KQ4M2V"}, {"-7-K-Q-4-M-2-V-", "7KQ4M2V"}, {"0000000", "0000000"},
      {"oOo-oOo-0", "0000000"},   {"00000000000", "00000000000"},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    char canonical[CODE_MAX + 1] = "";
    cr_expect_eq(code_parse(cases[i].typed, canonical), CODE_OK, "%s", cases[i].typed);
    cr_expect_str_eq(canonical, cases[i].canonical);
  }
}

Test(code, refuses_what_is_no_code) {
  char spaces[80];
  memset(spaces, ' ', sizeof spaces - 1);
  memcpy(spaces, "7KQ4M2V", 7);
  spaces[sizeof spaces - 1] = '\0';
  const char *const cases[] = {"",
                               "-",
                               "7KQ4M2",
                               "7KQ4M2VV",
                               "7KQ4M2W",
                               "7KQ4MV2",
                               "7KQU4M2V",
                               "7KQ4M2V!",
                               "7KQ\t4M2V",
                               "7KQ4M2V\n",
                               "7KQ4M2\xC3\x86",
                               "0000000000",
                               "000000000000",
                               spaces};
  for (size_t i = 0; i < array_length(cases); i++) {
    char canonical[CODE_MAX + 1] = "x";
    cr_expect_eq(code_parse(cases[i], canonical), CODE_MISTYPED, "\"%s\"", cases[i]);
    cr_expect_str_eq(canonical, "", "nothing of it is used");
  }
  spaces[64] = '\0';
  char canonical[CODE_MAX + 1];
  cr_expect_eq(code_parse(spaces, canonical), CODE_OK, "64 bytes are still read");
}

static void expect_substitutions_found(const char *code) {
  char typed[CODE_MAX + 1], canonical[CODE_MAX + 1];
  for (size_t at = 0; code[at] != '\0'; at++) {
    for (unsigned value = 0; value < 32; value++) {
      strncpy(typed, code, sizeof typed);
      typed[at] = base32_digit(value);
      enum code_result expected = typed[at] == code[at] ? CODE_OK : CODE_MISTYPED;
      cr_assert_eq(code_parse(typed, canonical), expected, "%s for %s", typed, code);
    }
  }
}

Test(code, finds_every_single_mistyped_character) {
  char code[CODE_MAX + 1];
  cr_assert(crypto_init());
  expect_substitutions_found("7KQ4M2V");
  for (int i = 0; i < 50; i++) {
    code_draw(code, CODE_OPEN_CHARACTERS);
    expect_substitutions_found(code);
    code_draw(code, CODE_SINGLE_CHARACTERS);
    expect_substitutions_found(code);
  }
}

Test(code, finds_nearly_every_swap_of_neighbours) {
  char payload[] = "00";
  int missed = 0;
  for (unsigned left = 0; left < 32; left++) {
    for (unsigned right = 0; right < left; right++) {
      payload[0] = base32_digit(left);
      payload[1] = base32_digit(right);
      char one = code_check_character(payload);
      payload[0] = base32_digit(right);
      payload[1] = base32_digit(left);
      missed += one == code_check_character(payload);
    }
  }
  cr_expect_eq(missed, 1, "%d of 496 pairs", missed);
}

Test(code, draws_codes_that_can_be_read) {
  static const size_t lengths[] = {CODE_OPEN_CHARACTERS, CODE_SINGLE_CHARACTERS};
  char code[CODE_MAX + 1], canonical[CODE_MAX + 1];
  cr_assert(crypto_init());
  for (size_t i = 0; i < 2000; i++) {
    size_t length = lengths[i % 2];
    code_draw(code, length);
    cr_assert_eq(strlen(code), length);
    cr_assert_eq(code_parse(code, canonical), CODE_OK, "%s", code);
    cr_assert_str_eq(canonical, code);
  }
}

Test(code, draws_every_digit_at_every_place) {
  bool seen[CODE_OPEN_CHARACTERS][32] = {{false}};
  char code[CODE_MAX + 1];
  cr_assert(crypto_init());
  /* A digit is missed at one place with probability (31/32)^2000 = 10^-27. */
  for (int i = 0; i < 2000; i++) {
    code_draw(code, CODE_OPEN_CHARACTERS);
    for (size_t at = 0; at < CODE_OPEN_CHARACTERS; at++) {
      seen[at][base32_value(code[at])] = true;
    }
  }
  for (size_t at = 0; at < CODE_OPEN_CHARACTERS; at++) {
    for (size_t value = 0; value < 32; value++) {
      cr_expect(seen[at][value], "digit %zu at place %zu", value, at);
    }
  }
}
