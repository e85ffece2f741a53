#include "base/crypto.h"

#include <sodium.h>
#include <string.h>

#include "base/secret_file.h"

/* Changing it would change every key. */
static const char kdf_context[crypto_kdf_CONTEXTBYTES + 1] = "hjemsvar";

_Static_assert(CRYPTO_KEY_BYTES == crypto_kdf_KEYBYTES, "a master key is a key for crypto_kdf");

bool crypto_init(void) {
  return sodium_init() >= 0;
}

void crypto_random(unsigned char *bytes, size_t size) {
  randombytes_buf(bytes, size);
}

void crypto_wipe(void *bytes, size_t size) {
  sodium_memzero(bytes, size);
}

enum crypto_result crypto_keys_load(struct crypto_keys *keys, const char *path,
                                    const char *previous_path) {
  *keys = (struct crypto_keys){.generations = 1};
  enum crypto_result result = secret_file_hash(path, keys->master[0]);
  if (result == CRYPTO_OK && previous_path != NULL) {
    keys->generations = 2;
    result = secret_file_hash(previous_path, keys->master[1]);
  }
  if (result != CRYPTO_OK) {
    crypto_keys_clear(keys);
  }
  return result;
}

void crypto_keys_clear(struct crypto_keys *keys) {
  sodium_memzero(keys, sizeof *keys);
}

static void hash_part(crypto_generichash_state *state, const void *bytes, size_t size) {
  unsigned char length[8];
  for (size_t i = 0; i < sizeof length; i++) {
    length[i] = (unsigned char)((uint64_t)size >> (8 * i));
  }
  (void)crypto_generichash_update(state, length, sizeof length);
  if (size > 0) {
    (void)crypto_generichash_update(state, bytes, size);
  }
}

static void hash_parts(const unsigned char key[CRYPTO_KEY_BYTES], const struct crypto_part *parts,
                       size_t count, unsigned char *out, size_t size) {
  unsigned char whole[crypto_generichash_BYTES_MAX];
  size_t whole_size = size < crypto_generichash_BYTES_MIN ? crypto_generichash_BYTES_MIN : size;
  crypto_generichash_state state;
  (void)crypto_generichash_init(&state, key, CRYPTO_KEY_BYTES, whole_size);
  for (size_t i = 0; i < count; i++) {
    hash_part(&state, parts[i].bytes, parts[i].size);
  }
  (void)crypto_generichash_final(&state, whole, whole_size);
  memcpy(out, whole, size);
  sodium_memzero(&state, sizeof state);
  sodium_memzero(whole, sizeof whole);
}

void crypto_digest(const struct crypto_keys *keys, int generation, enum crypto_purpose purpose,
                   const struct crypto_part *parts, size_t count, unsigned char *out, size_t size) {
  unsigned char key[CRYPTO_KEY_BYTES];
  (void)crypto_kdf_derive_from_key(key, sizeof key, (uint64_t)purpose, kdf_context,
                                   keys->master[generation]);
  hash_parts(key, parts, count, out, size);
  sodium_memzero(key, sizeof key);
}

void crypto_place(const unsigned char seed[CRYPTO_SEED_BYTES], const void *bytes, size_t size,
                  unsigned char out[CRYPTO_PLACE_BYTES]) {
  struct crypto_part part = {bytes, size};
  hash_parts(seed, &part, 1, out, CRYPTO_PLACE_BYTES);
}

void crypto_sha256(const void *bytes, size_t size, unsigned char out[CRYPTO_SHA256_BYTES]) {
  (void)crypto_hash_sha256(out, bytes, size);
}

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof((struct crypto_sha256){0}.state),
               "libsodium's state fits");

void crypto_sha256_begin(struct crypto_sha256 *hash) {
  (void)crypto_hash_sha256_init((crypto_hash_sha256_state *)(void *)hash->state);
}

void crypto_sha256_add(struct crypto_sha256 *hash, const void *bytes, size_t size) {
  (void)crypto_hash_sha256_update((crypto_hash_sha256_state *)(void *)hash->state, bytes, size);
}

void crypto_sha256_end(struct crypto_sha256 *hash, unsigned char out[CRYPTO_SHA256_BYTES]) {
  (void)crypto_hash_sha256_final((crypto_hash_sha256_state *)(void *)hash->state, out);
}

uint16_t crypto_tag(const unsigned char key[CRYPTO_KEY_BYTES], const char *label, const void *bytes,
                    size_t size) {
  const struct crypto_part parts[] = {{label, strlen(label)}, {bytes, size}};
  unsigned char hash[16];
  hash_parts(key, parts, array_length(parts), hash, sizeof hash);
  return (uint16_t)(hash[0] << 8 | hash[1]);
}
