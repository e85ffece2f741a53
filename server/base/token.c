#include "base/token.h"

#include <sodium.h>
#include <string.h>

#include "base/base32.h"

enum {
  CSRF_BYTES = 16,
  DEVICE_RANDOM_BYTES = 16,
  DEVICE_BYTES = 32, /* the random number and its tag */
  ADDRESS_MOST = 320
};

static void hash_bytes(const unsigned char bytes[TOKEN_BYTES],
                       unsigned char hash[TOKEN_HASH_BYTES]) {
  (void)crypto_generichash(hash, TOKEN_HASH_BYTES, bytes, TOKEN_BYTES, NULL, 0);
}

void token_new(char text[TOKEN_CHARACTERS + 1], unsigned char hash[TOKEN_HASH_BYTES]) {
  unsigned char bytes[TOKEN_BYTES];
  crypto_random(bytes, sizeof bytes);
  base32_encode(bytes, sizeof bytes, text);
  hash_bytes(bytes, hash);
  sodium_memzero(bytes, sizeof bytes);
}

bool token_hash(const char *text, unsigned char hash[TOKEN_HASH_BYTES]) {
  unsigned char bytes[TOKEN_BYTES];
  bool good = base32_decode(text, bytes, sizeof bytes);
  if (good) {
    hash_bytes(bytes, hash);
  }
  sodium_memzero(bytes, sizeof bytes);
  return good;
}

static bool csrf_word(const struct crypto_keys *keys, int generation, const char *text,
                      char csrf[TOKEN_CSRF_CHARACTERS + 1]) {
  unsigned char bytes[TOKEN_BYTES], digest[CSRF_BYTES];
  csrf[0] = '\0';
  if (!base32_decode(text, bytes, sizeof bytes)) {
    return false;
  }
  const struct crypto_part part = {bytes, sizeof bytes};
  crypto_digest(keys, generation, CRYPTO_FOR_CSRF, &part, 1, digest, sizeof digest);
  base32_encode(digest, sizeof digest, csrf);
  sodium_memzero(bytes, sizeof bytes);
  return true;
}

void token_csrf(const struct crypto_keys *keys, const char *text,
                char csrf[TOKEN_CSRF_CHARACTERS + 1]) {
  (void)csrf_word(keys, 0, text, csrf);
}

bool token_csrf_check(const struct crypto_keys *keys, const char *text, const char *csrf) {
  bool good = false;
  if (strlen(csrf) != TOKEN_CSRF_CHARACTERS) {
    return false;
  }
  for (int generation = 0; generation < keys->generations; generation++) {
    char word[TOKEN_CSRF_CHARACTERS + 1];
    good = (csrf_word(keys, generation, text, word) &&
            sodium_memcmp(word, csrf, TOKEN_CSRF_CHARACTERS) == 0) ||
           good;
  }
  return good;
}

static void device_tag(const struct crypto_keys *keys, int generation, const char *email,
                       const unsigned char *random,
                       unsigned char tag[DEVICE_BYTES - DEVICE_RANDOM_BYTES]) {
  char address[ADDRESS_MOST];
  size_t length = strnlen(email, sizeof address);
  for (size_t i = 0; i < length; i++) {
    address[i] = (char)(email[i] >= 'A' && email[i] <= 'Z' ? email[i] - 'A' + 'a' : email[i]);
  }
  const struct crypto_part parts[] = {{random, DEVICE_RANDOM_BYTES}, {address, length}};
  crypto_digest(keys, generation, CRYPTO_FOR_DEVICE, parts, array_length(parts), tag,
                DEVICE_BYTES - DEVICE_RANDOM_BYTES);
}

void token_device_new(const struct crypto_keys *keys, const char *email,
                      char device[TOKEN_DEVICE_CHARACTERS + 1]) {
  unsigned char bytes[DEVICE_BYTES];
  crypto_random(bytes, DEVICE_RANDOM_BYTES);
  device_tag(keys, 0, email, bytes, bytes + DEVICE_RANDOM_BYTES);
  base32_encode(bytes, sizeof bytes, device);
}

bool token_device_check(const struct crypto_keys *keys, const char *email, const char *device) {
  unsigned char bytes[DEVICE_BYTES], tag[DEVICE_BYTES - DEVICE_RANDOM_BYTES];
  bool good = false;
  if (!base32_decode(device, bytes, sizeof bytes)) {
    return false;
  }
  for (int generation = 0; generation < keys->generations; generation++) {
    device_tag(keys, generation, email, bytes, tag);
    good = sodium_memcmp(tag, bytes + DEVICE_RANDOM_BYTES, sizeof tag) == 0 || good;
  }
  return good;
}
