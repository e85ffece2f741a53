#include "base/token.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <string.h>

static struct crypto_keys keys, rotated;

static void begin(void) {
  cr_assert(crypto_init());
  keys = (struct crypto_keys){.generations = 1};
  memset(keys.master[0], 7, CRYPTO_KEY_BYTES);
  rotated = (struct crypto_keys){.generations = 2};
  memset(rotated.master[0], 8, CRYPTO_KEY_BYTES);
  memcpy(rotated.master[1], keys.master[0], CRYPTO_KEY_BYTES);
}

TestSuite(token, .init = begin);

Test(token, is_found_by_the_hash_of_its_text) {
  char text[TOKEN_CHARACTERS + 1], other[TOKEN_CHARACTERS + 1];
  unsigned char hash[TOKEN_HASH_BYTES], again[TOKEN_HASH_BYTES];
  token_new(text, hash);
  cr_expect_eq(strlen(text), TOKEN_CHARACTERS);
  cr_assert(token_hash(text, again));
  cr_expect_arr_eq(again, hash, sizeof hash);
  token_new(other, again);
  cr_expect_str_neq(other, text);
  cr_expect_arr_neq(again, hash, sizeof hash);
  for (char *c = text; *c != '\0'; c++) {
    *c = (char)tolower((unsigned char)*c);
  }
  cr_assert(token_hash(text, again));
  cr_expect_arr_eq(again, hash, sizeof hash, "in lower case");
}

Test(token, is_not_read_from_anything_else) {
  static const char *const cases[] = {"", "x", "../../etc/passwd", "0000000000000000000000000000",
                                      "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"};
  unsigned char hash[TOKEN_HASH_BYTES];
  for (size_t i = 0; i < array_length(cases); i++) {
    cr_expect_not(token_hash(cases[i], hash), "%s", cases[i]);
  }
}

Test(token, has_a_word_for_forms_that_fits_no_other_token) {
  char mine[TOKEN_CHARACTERS + 1], other[TOKEN_CHARACTERS + 1];
  char csrf[TOKEN_CSRF_CHARACTERS + 1];
  unsigned char hash[TOKEN_HASH_BYTES];
  token_new(mine, hash);
  token_new(other, hash);
  token_csrf(&keys, mine, csrf);
  cr_expect_eq(strlen(csrf), TOKEN_CSRF_CHARACTERS);
  cr_expect(token_csrf_check(&keys, mine, csrf));
  cr_expect(token_csrf_check(&rotated, mine, csrf), "a form from before a rotation");
  cr_expect_not(token_csrf_check(&keys, other, csrf));
  cr_expect_not(token_csrf_check(&keys, mine, ""));
  cr_expect_not(token_csrf_check(&keys, "", ""));
  token_csrf(&keys, "no token", csrf);
  cr_expect_str_eq(csrf, "");
}

Test(token, of_a_browser_is_good_for_one_address) {
  char device[TOKEN_DEVICE_CHARACTERS + 1];
  token_device_new(&keys, "Anne@Example.dk", device);
  cr_expect(token_device_check(&keys, "anne@example.DK", device));
  cr_expect(token_device_check(&rotated, "anne@example.dk", device));
  cr_expect_not(token_device_check(&keys, "bo@example.dk", device));
  cr_expect_not(token_device_check(&keys, "anne@example.dk", ""));
  device[3] = device[3] == '0' ? '1' : '0';
  cr_expect_not(token_device_check(&keys, "anne@example.dk", device));
}
