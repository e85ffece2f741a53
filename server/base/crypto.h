/* crypto: keys and keyed hashes, all by libsodium.
 *
 * Every key but a round's trace key comes from one installation secret by
 * crypto_kdf (BLAKE2b, see libsodium's manual "Key derivation"). The previous
 * secret, if given, is only for reading what it once made. */
#ifndef HJEMSVAR_BASE_CRYPTO_H
#define HJEMSVAR_BASE_CRYPTO_H

#include "base/base.h"

enum {
  CRYPTO_KEY_BYTES = 32,
  CRYPTO_NUMBER_BYTES = 16,      /* a submission number or a random id */
  CRYPTO_DIGEST_BYTES = 16,      /* keyed digest of answers, of a receipt */
  CRYPTO_RECEIPT_BYTES = 10,     /* 80 bits */
  CRYPTO_RECEIPT_CHARACTERS = 16 /* the same in base32, without the NUL */
};

/* What a key is for: the number is its subkey id and never changes. */
enum crypto_purpose {
  CRYPTO_FOR_ANSWERS = 1,      /* digest of canonical answers */
  CRYPTO_FOR_RECEIPT = 2,      /* receipt from round and number */
  CRYPTO_FOR_RECEIPT_HASH = 3, /* what of a receipt is stored */
  CRYPTO_FOR_CODE = 4,         /* single-use codes */
  CRYPTO_FOR_REPLACEMENT = 5,  /* the new number of a replaced answer */
  CRYPTO_FOR_FINGERPRINT = 6,  /* tells two secrets apart */
  CRYPTO_FOR_TOTP = 7,         /* seals the secrets of authenticators */
  CRYPTO_FOR_RECOVERY = 8,     /* recovery codes */
  CRYPTO_FOR_ATTEMPT = 9,      /* under what attempts to sign in are counted */
  CRYPTO_FOR_CSRF = 10,        /* the word in the forms of a session */
  CRYPTO_FOR_DEVICE = 11,      /* a browser that signed in before */
  CRYPTO_FOR_SHEET_LINK = 12   /* links by which home educators register courses */
};

/* Two generations of the installation secret; index 0 is the current one. */
enum { CRYPTO_GENERATIONS = 2 };
struct crypto_keys {
  unsigned char master[CRYPTO_GENERATIONS][CRYPTO_KEY_BYTES];
  int generations; /* 1, or 2 with a previous secret */
};

enum crypto_result {
  CRYPTO_OK,
  CRYPTO_MISSING, /* no such file */
  CRYPTO_EXPOSED, /* others may read it: mode is not 0600 or stricter */
  CRYPTO_SHORT,   /* fewer than 32 bytes */
  CRYPTO_IO
};

/* Prepares libsodium; call once, first. False when the system has no random
 * source. */
must_check bool crypto_init(void);

/* Fills bytes from the system's random source. */
void crypto_random(unsigned char *bytes, size_t size);

/* Overwrites bytes that nobody is to find in memory. */
void crypto_wipe(void *bytes, size_t size);

/* Reads the secret at path (any content, at least 32 bytes) and, when
 * previous_path is not NULL, the one before it. */
must_check enum crypto_result crypto_keys_load(struct crypto_keys *keys, const char *path,
                                               const char *previous_path);

/* Wipes the keys. */
void crypto_keys_clear(struct crypto_keys *keys);

/* One piece of what is hashed. */
struct crypto_part {
  const void *bytes;
  size_t size;
};

/* Keyed BLAKE2b over the parts, each preceded by its length so that no two
 * lists of parts collide. size is 10 to 64 bytes; shorter than 16 is cut from
 * 16. generation is below keys->generations. */
void crypto_digest(const struct crypto_keys *keys, int generation, enum crypto_purpose purpose,
                   const struct crypto_part *parts, size_t count, unsigned char *out, size_t size);

/* BLAKE2b of bytes under a seed that is no secret of the installation: puts things into an order
 * that the seed alone decides. */
enum { CRYPTO_SEED_BYTES = 32, CRYPTO_PLACE_BYTES = 16 };
void crypto_place(const unsigned char seed[CRYPTO_SEED_BYTES], const void *bytes, size_t size,
                  unsigned char out[CRYPTO_PLACE_BYTES]);

/* SHA-256 without a key: for what others recompute. */
enum { CRYPTO_SHA256_BYTES = 32 };
void crypto_sha256(const void *bytes, size_t size, unsigned char out[CRYPTO_SHA256_BYTES]);

/* The same piece by piece: begin, add any number of times, end once. */
struct crypto_sha256 {
  _Alignas(16) unsigned char state[128];
};
void crypto_sha256_begin(struct crypto_sha256 *hash);
void crypto_sha256_add(struct crypto_sha256 *hash, const void *bytes, size_t size);
void crypto_sha256_end(struct crypto_sha256 *hash, unsigned char out[CRYPTO_SHA256_BYTES]);

/* A 16-bit keyed tag of one value under a round's trace key. */
uint16_t crypto_tag(const unsigned char key[CRYPTO_KEY_BYTES], const char *label, const void *bytes,
                    size_t size);

/* Reads the trace key of a round: KEY_DIR/round-N.key, 32 bytes, mode 0600. */
must_check enum crypto_result crypto_round_key_load(const char *key_dir, int round,
                                                    unsigned char key[CRYPTO_KEY_BYTES]);

/* Makes the trace key of a round, creating the folder (0700) if needed; an
 * existing key is kept, also when two programs make one at the same moment.
 * Written to a temporary name, synced, then given its own. */
must_check enum crypto_result crypto_round_key_create(const char *key_dir, int round);

/* Overwrites and deletes the trace key of a round. OK when there is none. */
must_check enum crypto_result crypto_round_key_delete(const char *key_dir, int round);

#endif
