/* fingerprint: tells the installation's secret from another.
 *
 * Private to store/. A keyed hash of nothing, stored by migrate and compared by
 * every program at its start. */
#ifndef HJEMSVAR_STORE_FINGERPRINT_H
#define HJEMSVAR_STORE_FINGERPRINT_H

#include "store/store.h"

/* Compares the stored fingerprint with the secret's. STORE_OK with *generation, the
 * one it is of; STORE_NONE: none is stored; STORE_CONFLICT: of another secret. */
must_check enum store_result fingerprint_check(struct store *store, const struct crypto_keys *keys,
                                               int *generation);

/* Stores the one of the current generation, as hjemsvar_owner in a transaction. */
must_check enum store_result fingerprint_store(struct store *store, const struct crypto_keys *keys);

#endif
