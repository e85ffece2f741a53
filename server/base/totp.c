#include "base/totp.h"

#include <liboath/oath.h>
#include <sodium.h>
#include <string.h>

#include "base/base32.h"
#include "base/text.h"

_Static_assert(TOTP_SEALED_BYTES ==
                   crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + TOTP_SECRET_BYTES,
               "nonce, tag, secret");
_Static_assert(CRYPTO_KEY_BYTES == crypto_secretbox_KEYBYTES, "a digest is a key");

enum { RECOVERY_DIGITS = RECOVERY_CODE_CHARACTERS - 1, GROUP = 5 };

void totp_secret_new(unsigned char secret[TOTP_SECRET_BYTES]) {
  crypto_random(secret, TOTP_SECRET_BYTES);
}

/* The same bytes on every machine. */
struct account {
  unsigned char bytes[4];
};

static struct account account_of(int staff) {
  struct account account;
  for (size_t i = 0; i < sizeof account.bytes; i++) {
    account.bytes[i] = (unsigned char)((unsigned)staff >> (8 * i));
  }
  return account;
}

/* The account's own key: a sealed secret that is moved to another row does not open. */
static void seal_key(const struct crypto_keys *keys, int generation, int staff,
                     unsigned char key[CRYPTO_KEY_BYTES]) {
  const struct account account = account_of(staff);
  const struct crypto_part part = {account.bytes, sizeof account.bytes};
  crypto_digest(keys, generation, CRYPTO_FOR_TOTP, &part, 1, key, CRYPTO_KEY_BYTES);
}

void totp_seal(const struct crypto_keys *keys, int staff,
               const unsigned char secret[TOTP_SECRET_BYTES],
               unsigned char sealed[TOTP_SEALED_BYTES]) {
  unsigned char key[CRYPTO_KEY_BYTES];
  seal_key(keys, 0, staff, key);
  crypto_random(sealed, crypto_secretbox_NONCEBYTES);
  (void)crypto_secretbox_easy(sealed + crypto_secretbox_NONCEBYTES, secret, TOTP_SECRET_BYTES,
                              sealed, key);
  sodium_memzero(key, sizeof key);
}

bool totp_open(const struct crypto_keys *keys, int staff,
               const unsigned char sealed[TOTP_SEALED_BYTES],
               unsigned char secret[TOTP_SECRET_BYTES]) {
  bool opened = false;
  for (int generation = 0; generation < keys->generations && !opened; generation++) {
    unsigned char key[CRYPTO_KEY_BYTES];
    seal_key(keys, generation, staff, key);
    opened = crypto_secretbox_open_easy(secret, sealed + crypto_secretbox_NONCEBYTES,
                                        TOTP_SEALED_BYTES - crypto_secretbox_NONCEBYTES, sealed,
                                        key) == 0;
    sodium_memzero(key, sizeof key);
  }
  return opened;
}

/* RFC 4648, section 6: what authenticators read, unlike Crockford's. */
void totp_text(const unsigned char secret[TOTP_SECRET_BYTES], char text[TOTP_TEXT_CHARACTERS + 1]) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  unsigned held = 0, bits = 0;
  for (size_t i = 0; i < TOTP_SECRET_BYTES; i++) {
    held = held << 8 | secret[i];
    for (bits += 8; bits >= 5; bits -= 5) {
      *text++ = digits[held >> (bits - 5) & 31];
    }
  }
  *text = '\0';
}

static void add_percent(struct text *uri, const char *string) {
  static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  for (; *string != '\0'; string++) {
    if (strchr(plain, *string) != NULL) {
      text_add_char(uri, *string);
    } else {
      text_addf(uri, "%%%02X", (unsigned)(unsigned char)*string);
    }
  }
}

const char *totp_uri(struct arena *arena, const unsigned char secret[TOTP_SECRET_BYTES],
                     const char *email) {
  char secret_text[TOTP_TEXT_CHARACTERS + 1];
  struct text uri;
  text_init(&uri);
  totp_text(secret, secret_text);
  text_add(&uri, "otpauth://totp/Hjemsvar:");
  add_percent(&uri, email);
  text_addf(&uri, "?secret=%s&issuer=Hjemsvar&algorithm=SHA1&digits=%d&period=%d", secret_text,
            TOTP_DIGITS, TOTP_STEP_SECONDS);
  const char *kept = uri.failed ? NULL : arena_string(arena, uri.data);
  text_clear(&uri);
  return kept;
}

void totp_code(const unsigned char secret[TOTP_SECRET_BYTES], int64_t step,
               char code[TOTP_DIGITS + 1]) {
  int result = oath_hotp_generate((const char *)secret, TOTP_SECRET_BYTES, (uint64_t)step,
                                  TOTP_DIGITS, false, OATH_HOTP_DYNAMIC_TRUNCATION, code);
  if (result != OATH_OK) {
    code[0] = '\0'; /* equal to nothing that was typed */
  }
}

/* The digits of what was typed, without its spaces. */
static bool read_digits(const char *typed, char digits[TOTP_DIGITS + 1]) {
  size_t count = 0;
  for (; *typed != '\0'; typed++) {
    if (*typed == ' ') {
      continue;
    }
    if (*typed < '0' || *typed > '9' || count == TOTP_DIGITS) {
      return false;
    }
    digits[count++] = *typed;
  }
  digits[count] = '\0';
  return count == TOTP_DIGITS;
}

bool totp_check(const unsigned char secret[TOTP_SECRET_BYTES], const char *code,
                int64_t now_seconds, int64_t *step) {
  char typed[TOTP_DIGITS + 1];
  if (!read_digits(code, typed)) {
    return false;
  }
  bool found = false;
  int64_t now = now_seconds / TOTP_STEP_SECONDS;
  for (int64_t near = now - 1; near <= now + 1; near++) {
    char right[TOTP_DIGITS + 1];
    totp_code(secret, near, right);
    if (sodium_memcmp(typed, right, TOTP_DIGITS) == 0) {
      found = true;
      *step = near;
    }
    sodium_memzero(right, sizeof right);
  }
  return found;
}

/* ---- recovery codes */

void recovery_code_new(char code[RECOVERY_CODE_CHARACTERS + 1]) {
  unsigned char random[RECOVERY_DIGITS];
  crypto_random(random, sizeof random);
  for (size_t i = 0; i < sizeof random; i++) {
    *code++ = base32_digit(random[i] & 31U);
    if (i + 1 == GROUP) {
      *code++ = '-';
    }
  }
  *code = '\0';
  sodium_memzero(random, sizeof random);
}

bool recovery_code_hash(const struct crypto_keys *keys, int generation, int staff, const char *code,
                        unsigned char hash[RECOVERY_HASH_BYTES]) {
  char digits[RECOVERY_DIGITS];
  size_t count = 0;
  for (; *code != '\0'; code++) {
    int value = base32_value(*code);
    if (value < 0 && (*code == ' ' || *code == '-')) {
      continue;
    }
    if (value < 0 || count == sizeof digits) {
      return false;
    }
    digits[count++] = (char)value;
  }
  const struct account account = account_of(staff);
  const struct crypto_part parts[] = {{account.bytes, sizeof account.bytes}, {digits, count}};
  crypto_digest(keys, generation, CRYPTO_FOR_RECOVERY, parts, array_length(parts), hash,
                RECOVERY_HASH_BYTES);
  return count == sizeof digits;
}
