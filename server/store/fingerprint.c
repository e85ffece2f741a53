#include "store/fingerprint.h"

#include <string.h>

#include "store/pg.h"

enum { FINGERPRINT_CHARACTERS = 2 * CRYPTO_DIGEST_BYTES };

static void make(const struct crypto_keys *keys, int generation,
                 char out[FINGERPRINT_CHARACTERS + 1]) {
  unsigned char digest[CRYPTO_DIGEST_BYTES];
  crypto_digest(keys, generation, CRYPTO_FOR_FINGERPRINT, NULL, 0, digest, sizeof(digest));
  pg_hex(digest, sizeof(digest), out);
}

static enum store_result compare(struct store *store, const struct crypto_keys *keys,
                                 const char *stored, int *generation) {
  for (*generation = 0; *generation < keys->generations; ++*generation) {
    char own[FINGERPRINT_CHARACTERS + 1];
    make(keys, *generation, own);
    if (strcmp(own, stored) == 0) {
      return STORE_OK;
    }
  }
  pg_say(store, "the database belongs to another secret; hint: HJEMSVAR_SECRET_FILE names the "
                "file it was migrated with, HJEMSVAR_SECRET_PREVIOUS_FILE that of before a "
                "rotation");
  return STORE_CONFLICT;
}

enum store_result fingerprint_check(struct store *store, const struct crypto_keys *keys,
                                    int *generation) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_FINGERPRINT_FIND, 0);
  if (result != STORE_OK) {
    return result;
  }
  if (PQntuples(rows) == 0 || PQgetisnull(rows, 0, 0)) {
    pg_say(store, "the database knows no secret yet; hint: run hjemsvar migrate");
    result = STORE_NONE;
  } else {
    result = compare(store, keys, PQgetvalue(rows, 0, 0), generation);
  }
  PQclear(rows);
  return result;
}

enum store_result fingerprint_store(struct store *store, const struct crypto_keys *keys) {
  char own[FINGERPRINT_CHARACTERS + 1];
  make(keys, 0, own);
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_FINGERPRINT_SET, 1, own);
  PQclear(rows);
  return result;
}
