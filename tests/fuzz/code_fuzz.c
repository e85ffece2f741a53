/* What people type off a letter and what a browser sends back: codes, receipts, tokens, one-time
 * and recovery codes. */
#include <stdlib.h>
#include <string.h>

#include "base/base32.h"
#include "base/token.h"
#include "base/totp.h"
#include "fuzz.h"
#include "survey/code.h"

enum { BYTES_MAX = 64 };

static const struct crypto_keys keys = {.generations = 2};

static void check_code(const char *typed) {
  char canonical[CODE_MAX + 1], again[CODE_MAX + 1];
  if (code_parse(typed, canonical) != CODE_OK) {
    fuzz_require(canonical[0] == '\0');
    return;
  }
  size_t length = strlen(canonical);
  fuzz_require(length == CODE_OPEN_CHARACTERS || length == CODE_SINGLE_CHARACTERS);
  fuzz_require(code_parse(canonical, again) == CODE_OK && strcmp(canonical, again) == 0);
  for (size_t i = 0; i < length; i++) {
    char wrong[CODE_MAX + 1];
    memcpy(wrong, canonical, sizeof wrong);
    for (unsigned digit = 0; digit < 32; digit++) {
      wrong[i] = base32_digit(digit);
      bool same = wrong[i] == canonical[i];
      fuzz_require((code_parse(wrong, again) == CODE_OK) == same);
    }
  }
}

static void check_bytes(const uint8_t *data, size_t size) {
  char text[BYTES_MAX * 8 / 5 + 2];
  unsigned char back[BYTES_MAX];
  size = size > BYTES_MAX ? BYTES_MAX : size;
  base32_encode(data, size, text);
  fuzz_require(base32_decode(text, back, size));
  fuzz_require(size == 0 || memcmp(data, back, size) == 0);
}

static void check_text(const char *typed) {
  static const size_t sizes[] = {CRYPTO_RECEIPT_BYTES, CRYPTO_NUMBER_BYTES, TOKEN_BYTES};
  for (size_t i = 0; i < array_length(sizes); i++) {
    unsigned char bytes[BYTES_MAX], again[BYTES_MAX];
    char text[BYTES_MAX * 8 / 5 + 2];
    if (base32_decode(typed, bytes, sizes[i])) {
      base32_encode(bytes, sizes[i], text);
      fuzz_require(base32_decode(text, again, sizes[i]));
      fuzz_require(memcmp(bytes, again, sizes[i]) == 0);
    }
  }
}

static void check_token(const char *typed) {
  unsigned char hash[TOKEN_HASH_BYTES];
  char csrf[TOKEN_CSRF_CHARACTERS + 1];
  token_csrf(&keys, typed, csrf);
  bool token = token_hash(typed, hash);
  fuzz_require(token == (csrf[0] != '\0'));
  fuzz_require(!token || token_csrf_check(&keys, typed, csrf));
  fuzz_require(token || !token_csrf_check(&keys, typed, ""));
  fuzz_require(!token_csrf_check(&keys, typed, typed));
  fuzz_require(!token_device_check(&keys, "bo@example.org", typed));
}

static void check_second_step(const char *typed) {
  static const unsigned char secret[TOTP_SECRET_BYTES] = "a secret of 20 byte";
  unsigned char hash[RECOVERY_HASH_BYTES], again[RECOVERY_HASH_BYTES];
  int64_t step;
  if (totp_check(secret, typed, 1700000000, &step)) {
    fuzz_require(step >= 1700000000 / TOTP_STEP_SECONDS - 1);
    fuzz_require(step <= 1700000000 / TOTP_STEP_SECONDS + 1);
  }
  bool one = recovery_code_hash(&keys, 0, 1, typed, hash);
  fuzz_require(one == recovery_code_hash(&keys, 0, 1, typed, again));
  fuzz_require(!one || memcmp(hash, again, sizeof hash) == 0);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  fuzz_require(crypto_init());
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *typed = fuzz_string(data, size);
  if (typed == NULL) {
    return 0;
  }
  check_code(typed);
  check_bytes(data, size);
  check_text(typed);
  check_token(typed);
  check_second_step(typed);
  free(typed);
  return 0;
}
