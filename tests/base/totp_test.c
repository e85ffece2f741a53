#include "base/totp.h"

#include <criterion/criterion.h>
#include <string.h>

static struct crypto_keys keys, rotated, foreign;
static struct arena *arena;

/* The secret of RFC 6238, appendix B. */
static const unsigned char rfc[TOTP_SECRET_BYTES + 1] = "12345678901234567890";

static void begin(void) {
  cr_assert(crypto_init());
  arena = arena_new(0);
  keys = (struct crypto_keys){.generations = 1};
  memset(keys.master[0], 7, CRYPTO_KEY_BYTES);
  rotated = (struct crypto_keys){.generations = 2};
  memset(rotated.master[0], 8, CRYPTO_KEY_BYTES);
  memcpy(rotated.master[1], keys.master[0], CRYPTO_KEY_BYTES);
  foreign = (struct crypto_keys){.generations = 1};
  memset(foreign.master[0], 9, CRYPTO_KEY_BYTES);
}

static void end(void) {
  arena_free(arena);
}

TestSuite(totp, .init = begin, .fini = end);
TestSuite(recovery_code, .init = begin, .fini = end);

/* RFC 6238, appendix B, the last six of its eight digits. */
static const struct {
  int64_t time;
  const char *code;
} vectors[] = {
    {59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
    {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"},
};

Test(totp, makes_the_codes_of_rfc_6238) {
  for (size_t i = 0; i < array_length(vectors); i++) {
    char code[TOTP_DIGITS + 1];
    totp_code(rfc, vectors[i].time / TOTP_STEP_SECONDS, code);
    cr_expect_str_eq(code, vectors[i].code);
  }
}

Test(totp, takes_the_code_of_the_step_before_and_after_and_says_which) {
  for (int64_t away = -3; away <= 3; away++) {
    int64_t step = -1;
    bool taken = totp_check(rfc, "005924", 1234567890 + away * TOTP_STEP_SECONDS, &step);
    cr_expect_eq(taken, away >= -1 && away <= 1, "%ld steps away", (long)away);
    cr_expect_eq(step, taken ? 1234567890 / TOTP_STEP_SECONDS : -1);
  }
}

Test(totp, takes_six_digits_with_spaces_and_nothing_else) {
  static const struct {
    const char *typed;
    bool taken;
  } cases[] = {
      {"005924", true},   {"005 924", true},       {" 005924 ", true}, {"005925", false},
      {"", false},        {"5924", false},         {"0059240", false}, {"00592a", false},
      {"005-924", false}, {"\uff10\uff10", false}, {"      ", false},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    int64_t step;
    cr_expect_eq(totp_check(rfc, cases[i].typed, 1234567890, &step), cases[i].taken, "\"%s\"",
                 cases[i].typed);
  }
}

Test(totp, shows_its_secret_as_authenticators_read_it) {
  char text[TOTP_TEXT_CHARACTERS + 1];
  totp_text(rfc, text);
  cr_expect_str_eq(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"); /* python: base64.b32encode */
  cr_expect_str_eq(totp_uri(arena, rfc, "anne+ø@example.dk"),
                   "otpauth://totp/Hjemsvar:anne%2B%C3%B8%40example.dk"
                   "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Hjemsvar"
                   "&algorithm=SHA1&digits=6&period=30");
}

Test(totp, secret_opens_for_its_account_and_installation_alone) {
  unsigned char secret[TOTP_SECRET_BYTES], sealed[TOTP_SEALED_BYTES], opened[TOTP_SECRET_BYTES];
  totp_secret_new(secret);
  totp_seal(&keys, 3, secret, sealed);
  cr_assert(totp_open(&keys, 3, sealed, opened));
  cr_expect_arr_eq(opened, secret, sizeof secret);
  cr_expect_not(totp_open(&keys, 4, sealed, opened), "another account");
  cr_expect_not(totp_open(&foreign, 3, sealed, opened), "another installation");
  memset(opened, 0, sizeof opened);
  cr_assert(totp_open(&rotated, 3, sealed, opened), "after a rotation of the secret");
  cr_expect_arr_eq(opened, secret, sizeof secret);
  sealed[TOTP_SEALED_BYTES - 1] ^= 1;
  cr_expect_not(totp_open(&keys, 3, sealed, opened), "changed");
}

Test(recovery_code, is_known_again_however_it_is_typed) {
  static const char *const typed[] = {"7KQ4M-2VXYZ", "7kq4m2vxyz", " 7KQ4M 2VXYZ ", "7kq4m-2vxyz"};
  unsigned char first[RECOVERY_HASH_BYTES], other[RECOVERY_HASH_BYTES];
  cr_assert(recovery_code_hash(&keys, 0, 3, typed[0], first));
  for (size_t i = 1; i < array_length(typed); i++) {
    cr_assert(recovery_code_hash(&keys, 0, 3, typed[i], other), "%s", typed[i]);
    cr_expect_arr_eq(other, first, sizeof first, "%s", typed[i]);
  }
  cr_assert(recovery_code_hash(&rotated, 1, 3, typed[0], other));
  cr_expect_arr_eq(other, first, sizeof first, "with the secret before");
  cr_assert(recovery_code_hash(&keys, 0, 4, typed[0], other));
  cr_expect_arr_neq(other, first, sizeof first, "another account");
  cr_assert(recovery_code_hash(&keys, 0, 3, "7KQ4M-2VXY0", other));
  cr_expect_arr_neq(other, first, sizeof first, "another code");
  cr_expect_not(recovery_code_hash(&keys, 0, 3, "7KQ4M-2VXY", other));
  cr_expect_not(recovery_code_hash(&keys, 0, 3, "7KQ4M-2VXYZZ", other));
  cr_expect_not(recovery_code_hash(&keys, 0, 3, "7KQ4M_2VXYZ", other));
}

Test(recovery_code, is_drawn_anew_each_time) {
  char codes[RECOVERY_CODES][RECOVERY_CODE_CHARACTERS + 1];
  unsigned char hash[RECOVERY_HASH_BYTES];
  for (size_t i = 0; i < RECOVERY_CODES; i++) {
    recovery_code_new(codes[i]);
    cr_expect_eq(strlen(codes[i]), RECOVERY_CODE_CHARACTERS);
    cr_expect(recovery_code_hash(&keys, 0, 1, codes[i], hash), "%s", codes[i]);
    for (size_t j = 0; j < i; j++) {
      cr_expect_str_neq(codes[i], codes[j]);
    }
  }
}
