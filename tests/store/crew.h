/* crew: accounts of staff for one test, and what they do. Every function fails the test when the
 * database refuses. */
#ifndef HJEMSVAR_TESTS_STORE_CREW_H
#define HJEMSVAR_TESTS_STORE_CREW_H

#include "database.h"
#include "store/session_store.h"

/* The stored text of every password here: no hash is ever computed by these tests. */
#define CREW_HASH "$argon2id$v=19$m=8,t=1,p=1$crew"

/* Adds an account that has a password; its number. */
int crew_add(struct store *operator_store, const char *email, enum staff_role role,
             int municipality, const int *rounds, size_t rounds_count);

/* A complete session of an account, as if a proxy vouched for it; the hash is of a new token. */
struct staff_session crew_session(struct store *store, const char *email, struct arena *arena);

/* Counts an attempt to sign in, and gives what it is compared with. */
struct sign_in crew_enter(struct store *store, const char *email, const char *device,
                          struct arena *arena);

/* The session of an account right after its password. */
struct staff_session crew_half_session(struct store *store, const char *email, struct arena *arena);

/* Runs SQL inside store_as; the result, and the first value in out ("" for none). */
enum store_result crew_sql(struct store *store, const struct staff_session *session,
                           const char *sql, char *out, size_t size);

/* A fresh token's hash. */
void crew_hash(unsigned char hash[TOKEN_HASH_BYTES]);

#endif
