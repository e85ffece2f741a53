#include <sodium.h>

#include "base/password.h"

/* In a file of its own, so that the server of the end-to-end tests can be linked with another. */
const struct password_cost password_cost = {.passes = crypto_pwhash_OPSLIMIT_MODERATE,
                                            .memory_bytes = crypto_pwhash_MEMLIMIT_MODERATE};
