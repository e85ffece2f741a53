/* session_store: who is at the console's door, and what the database lets them see.
 *
 * Signing in takes two steps. sign_in_begin gives what the typed password is compared with
 * (nothing, for an address that nobody has: password_verify takes NULL), sign_in_failed or
 * sign_in_succeeded ends it; then a *half* session waits for the code of the authenticator,
 * unless the account needs none. All limits are decided by now() in the database, so that
 * several servers agree. These questions, but for those that say otherwise, are asked outside
 * store_as: they run in transactions of their own, for the door and for nobody's account.
 *
 * Every other question of the console is asked inside store_as, which says to PostgreSQL for
 * whom the transaction works. */
#ifndef HJEMSVAR_STORE_SESSION_STORE_H
#define HJEMSVAR_STORE_SESSION_STORE_H

#include "base/token.h"
#include "base/totp.h"
#include "store/staff_store.h"

enum {
  SESSION_IDLE_MINUTES = 30,
  SESSION_HOURS = 12,
  SESSION_HALF_MINUTES = 10, /* between password and code */
  SIGN_IN_FREE_FAILURES = 3, /* then 1, 2, 4 … seconds */
  SIGN_IN_WAIT_MAX = 60      /* seconds; never a lock-out */
};

enum session_stage {
  SESSION_NEEDS_CODE,      /* the password was right; the authenticator's code is missing */
  SESSION_NEEDS_ENROLMENT, /* the role needs an authenticator and the account has none */
  SESSION_COMPLETE
};

struct staff_session {
  enum session_stage stage;
  unsigned char hash[TOKEN_HASH_BYTES]; /* of the session's or the API's token */
  int staff;                            /* 0: an API token, which belongs to no single person */
  int token;                            /* number of the API token, or 0 */
  const char *email;                    /* "" for a token */
  const char *name;                     /* of the person or the token */
  struct staff_scope scope;
  const char *municipality_name; /* NULL without one */
  const char *ends_at;           /* when it ends at the latest; NULL for a token without an end */
  bool has_totp;
  const char *language; /* in which the console speaks to the account; NULL: none was chosen */
  const char *device;   /* the browser's mark, when token_device_check has found it to be of this
                           address: attempts at the code are then counted for it alone. NULL: none;
                           the caller's, never set here */
};

/* ---- working for a session */

typedef enum store_result store_work(struct store *store, void *context);

/* Runs work in one transaction for a complete session: app.role, app.staff, app.municipality and
 * app.rounds hold for that transaction alone. Questions of this room that run a transaction of
 * their own join it, and what such a question did is undone when it fails. work may be run several
 * times (STORE_BUSY, as pg_transaction: at most five) and must therefore neither reply nor keep
 * state but in context, which it fills anew; anything but STORE_OK undoes all and is given back.
 * STORE_DENIED when the session is not complete. */
must_check enum store_result store_as(struct store *store, const struct staff_session *session,
                                      store_work *work, void *context);

/* The same once, in one snapshot that nothing can be changed in: for what hands rows on and cannot
 * take them back. STORE_BUSY is the caller's. */
must_check enum store_result store_as_reader(struct store *store,
                                             const struct staff_session *session, store_work *work,
                                             void *context);

/* ---- signing in */

struct sign_in {
  int wait_seconds;          /* over 0: too soon after failures; nothing else is set */
  int staff;                 /* 0: nobody; never shown */
  const char *password_hash; /* NULL: nobody, no password yet, or disabled */
  unsigned char key[CRYPTO_DIGEST_BYTES];
  int number;     /* of the attempt, in a row */
  bool signed_in; /* the own password of a session: what fails is told as the account's doing */
};

/* Counts an attempt for the typed address and gives what its password is compared with. The
 * attempts are counted under a keyed hash of the address (and of the browser's mark, when device
 * is one that token_device_new made for it; NULL is none), whether anybody has it or not, so that
 * many at the same moment do not slip through. STORE_OK. */
must_check enum store_result sign_in_begin(struct store *store, const struct crypto_keys *keys,
                                           const char *email, const char *device,
                                           struct arena *arena, struct sign_in *sign_in);

/* The password was wrong: a line of the audit log, which for addresses that nobody has counts those
 * of a minute; the attempt stays counted. */
must_check enum store_result sign_in_failed(struct store *store, const struct sign_in *sign_in);

/* The password was right, or not looked at for want of time: gives the attempt back, with its
 * waiting time, unless another one was counted meanwhile. STORE_OK. */
must_check enum store_result sign_in_untried(struct store *store, const struct sign_in *sign_in);

/* The password was right: forgets the attempts and starts a session under a token's hash; its
 * stage says what is missing. STORE_OK; STORE_NONE: the account was disabled, or got another
 * password, meanwhile. */
must_check enum store_result sign_in_succeeded(struct store *store, const struct sign_in *sign_in,
                                               const unsigned char hash[TOKEN_HASH_BYTES],
                                               struct arena *arena, struct staff_session *session);

/* Starts a complete session for an address that a trusted reverse proxy vouches for. STORE_OK;
 * STORE_NONE: nobody has it, or the account is disabled. */
must_check enum store_result sign_in_trusted(struct store *store, const char *email,
                                             const unsigned char hash[TOKEN_HASH_BYTES],
                                             struct arena *arena, struct staff_session *session);

/* ---- the code of the authenticator */

struct totp_state {
  int wait_seconds; /* over 0: too soon after failures; nothing else is set */
  bool sealed_set;  /* whether there is a secret */
  unsigned char sealed[TOTP_SEALED_BYTES];
  bool pending_set; /* whether one waits for its first code */
  unsigned char pending[TOTP_SEALED_BYTES];
  int64_t now_seconds; /* of the database */
  int recovery_left;   /* recovery codes that are not used */
};

/* Counts an attempt at a code, for the account or, with the mark of a browser that it knows, for
 * both together, and gives what it is compared with. */
must_check enum store_result totp_begin(struct store *store, const struct staff_session *session,
                                        struct totp_state *state);

/* The code was wrong: a line of the audit log. */
must_check enum store_result totp_failed(struct store *store, const struct staff_session *session);

/* The code of that step was right: uses the step up and completes the session under a new token's
 * hash. STORE_OK; STORE_CONFLICT: that step, or a later one, was used; STORE_NONE: the session is
 * over. */
must_check enum store_result totp_use(struct store *store, const struct staff_session *session,
                                      int64_t step, const unsigned char hash[TOKEN_HASH_BYTES]);

/* A recovery code in place of the authenticator's: uses it up and completes the session. hashes: of
 * each generation of the secret, from recovery_code_hash. STORE_OK; STORE_NONE: no such code, or it
 * was used, or the session is over. */
must_check enum store_result recovery_use(struct store *store, const struct staff_session *session,
                                          const unsigned char hashes[][RECOVERY_HASH_BYTES],
                                          int count, const unsigned char hash[TOKEN_HASH_BYTES]);

/* Keeps a sealed secret until the first code from it is typed; an authenticator that the account
 * has goes on working. STORE_OK, STORE_NONE. Also of a half session that needs enrolment. */
must_check enum store_result totp_offer(struct store *store, const struct staff_session *session,
                                        const unsigned char sealed[TOTP_SEALED_BYTES]);

/* The first code was right: the pending secret takes the place of the one before, the recovery
 * codes are those given, and the session is complete, under a new token's hash. STORE_OK;
 * STORE_NONE: nothing is pending, or the session is over. */
must_check enum store_result
totp_enrol(struct store *store, const struct staff_session *session, int64_t step,
           const unsigned char codes[RECOVERY_CODES][RECOVERY_HASH_BYTES],
           const unsigned char hash[TOKEN_HASH_BYTES]);

/* New recovery codes in place of the old ones, for a complete session that has just shown the code
 * of that step; its attempts are forgotten. STORE_OK; STORE_CONFLICT: that step, or a later one,
 * was used; STORE_DENIED: the session is not complete. */
must_check enum store_result
recovery_renew(struct store *store, const struct staff_session *session, int64_t step,
               const unsigned char codes[RECOVERY_CODES][RECOVERY_HASH_BYTES]);

/* ---- sessions */

/* Finds a session that is neither idle nor over and marks it as used. STORE_OK; STORE_NONE. */
must_check enum store_result session_find(struct store *store,
                                          const unsigned char hash[TOKEN_HASH_BYTES],
                                          struct arena *arena, struct staff_session *session);

/* Signs out: this session, or all of the account's (of the session's own). STORE_OK, also when
 * there is none. */
must_check enum store_result session_end(struct store *store, const struct staff_session *session);
must_check enum store_result session_end_all(struct store *store,
                                             const struct staff_session *session);

/* Keeps the language in which the console speaks to the account ("da"), on every computer.
 * STORE_OK; STORE_REFUSED: not the name of a language; STORE_DENIED: the session is not complete.
 */
must_check enum store_result session_speak(struct store *store, const struct staff_session *session,
                                           const char *language);

/* What the account's own password is compared with, as sign_in_begin: counted under the account.
 * Then a new one, which ends all other sessions of the account. */
must_check enum store_result password_begin(struct store *store,
                                            const struct staff_session *session,
                                            struct arena *arena, struct sign_in *sign_in);
must_check enum store_result password_replace(struct store *store,
                                              const struct staff_session *session,
                                              const char *password_hash);

/* ---- machines: tokens of the API. Made, listed and revoked inside store_as or by the operator,
 * found outside. */

struct api_token_row {
  int id;
  const char *name;
  struct staff_scope scope;
  const char *made_by; /* a name or an address; "" for the operator */
  const char *created_at;
  const char *expires_at; /* NULL: never */
  const char *revoked_at; /* NULL: it was not */
  const char *used_on;    /* the day it was used last, or NULL */
};

struct api_token_new {
  const char *name;
  struct staff_scope scope; /* within the session's own */
  int days;                 /* until it ends; 0: never */
};

/* STORE_OK; STORE_REFUSED: no name, or a scope that does not fit the role; STORE_DENIED: the scope
 * reaches further than the session's. message as staff_add. */
must_check enum store_result api_token_add(struct store *store, const struct api_token_new *token,
                                           const unsigned char hash[TOKEN_HASH_BYTES],
                                           struct arena *arena, int *id, const char **message);
/* Those that the session may see: an admin and the operator all, others their own. */
must_check enum store_result api_token_list(struct store *store, struct arena *arena,
                                            struct api_token_row **rows, size_t *count);
/* STORE_OK, also when it was revoked before; STORE_NONE. */
must_check enum store_result api_token_revoke(struct store *store, int id);
/* The session of a token that is neither revoked nor over, nor made by an account that is disabled.
 * STORE_OK; STORE_NONE. */
must_check enum store_result api_token_find(struct store *store,
                                            const unsigned char hash[TOKEN_HASH_BYTES],
                                            struct arena *arena, struct staff_session *session);

/* ---- sweeping */

struct sweep_counts {
  int sessions, invitations, attempts, uploads;
};
/* Deletes sessions that are over, invitations that are over for 30 days or accepted, attempts
 * older than a day and sheets and questionnaires that nobody stored (course_upload.h,
 * draft_store.h: uploads), and tells the audit log in
 * the same transaction, also of what audit_tell_unknown tells; dry: counts them only. By the
 * operator. */
must_check enum store_result session_sweep(struct store *store, bool dry,
                                           struct sweep_counts *counts);

#endif
