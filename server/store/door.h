/* door: transactions in which nobody is signed in yet, and what the files about accounts
 * share. Private to store/. */
#ifndef HJEMSVAR_STORE_DOOR_H
#define HJEMSVAR_STORE_DOOR_H

#include "store/pg.h"
#include "store/session_store.h"

/* Runs work in a transaction of the console's door (app.role = 'door'). Not inside store_as:
 * STORE_FAULT. */
must_check enum store_result door_transaction(struct store *store, pg_work *work, void *context);

/* From here on the audit log names this account as the one that acts: it has proven itself. */
must_check enum store_result door_sign(struct store *store, int staff);

/* Adds a row about an account to the audit log; staff 0, which nobody has, asks the database the
 * same question. details: a JSON object or NULL. */
must_check enum store_result audit_staff(struct store *store, const char *action, int staff,
                                         const char *details);

/* Asks a statement that gives nothing of interest. */
must_check enum store_result pg_ask(struct store *store, enum statement statement, int count, ...);

/* The same; STORE_NONE when it gives no row. */
must_check enum store_result pg_ask_one(struct store *store, enum statement statement, int count,
                                        ...);

/* Reads the three columns of a scope: role, municipality (0: none), rounds. */
must_check bool scope_read(const PGresult *rows, int row, int column, struct arena *arena,
                           struct staff_scope *scope);

/* A scope as parameters of a statement: strings of the arena. False when memory is out. */
struct scope_parameters {
  const char *role;
  const char *municipality; /* NULL: none */
  const char *rounds;       /* a JSON array */
};
must_check bool scope_write(const struct staff_scope *scope, struct arena *arena,
                            struct scope_parameters *parameters);

/* Checks that the scope fits its role and that what it names exists. STORE_REFUSED with the
 * message. */
must_check enum store_result scope_check(struct store *store, const struct staff_scope *scope,
                                         const struct scope_parameters *parameters);

/* A scope for the audit log: a JSON object of the arena, NULL when memory is out. */
const char *scope_details(const struct staff_scope *scope, struct arena *arena);

/* Under what attempts at the second step, or at the own password, of an account are counted, with
 * the mark of a browser or NULL: the key (bytes may be NULL) and its hexadecimal digits. */
void attempt_key(const char *what, int staff, const char *device, unsigned char *bytes,
                 char hex[2 * CRYPTO_DIGEST_BYTES + 1]);

/* Counts an attempt; *wait is 0, and *number (may be NULL) which one in a row it is, or the seconds
 * that are left. */
must_check enum store_result attempt_take(struct store *store, const char *key, int *wait,
                                          int *number);

/* Reads a session by the hexadecimal hash of its token, in a transaction of the door. STORE_NONE.
 */
must_check enum store_result session_read(struct store *store, enum statement statement,
                                          const unsigned char hash[TOKEN_HASH_BYTES],
                                          struct arena *arena, struct staff_session *session);

#endif
