/* staff_store: the accounts of staff, and their invitations.
 *
 * Asked by the command line as the operator (STORE_AS_CONSOLE) and by the console inside
 * store_as (session_store.h), where row-level security shows an evaluator the accounts of
 * municipalities and a municipality its own account only. Passwords and sealed secrets lie in
 * a table of their own that these questions never read. Every change writes its line of the
 * audit log in the same transaction. Strings that come back live in the arena given. */
#ifndef HJEMSVAR_STORE_STAFF_STORE_H
#define HJEMSVAR_STORE_STAFF_STORE_H

#include "base/token.h"
#include "store/store.h"

enum staff_role { STAFF_ADMIN, STAFF_EVALUATOR, STAFF_MUNICIPALITY };
const char *staff_role_name(enum staff_role role); /* "admin", "evaluator", "municipality" */
must_check bool staff_role_read(const char *name, enum staff_role *role);

/* What an account, or an API token, reaches. Admins reach all. An evaluator may be confined
 * to rounds or to one municipality; a municipality has one and no rounds. */
struct staff_scope {
  enum staff_role role;
  int municipality;  /* 0: all */
  const int *rounds; /* none: all */
  size_t rounds_count;
};

struct staff_row {
  int id;
  const char *email; /* as it was given; compared without case */
  const char *name;  /* "" when not given */
  struct staff_scope scope;
  const char *municipality_name; /* NULL without one */
  const char *created_at;        /* ISO 8601 with Copenhagen offset, as all times here */
  const char *disabled_at;       /* NULL: enabled */
  const char *invited_until;     /* of the invitation that is open, or NULL */
  const char *signed_in_on;      /* the day of the last sign-in, or NULL */
  bool has_password;             /* an invitation was accepted */
  bool has_totp;
};

struct staff_new {
  const char *email;
  const char *name; /* NULL: none */
  struct staff_scope scope;
};

/* Adds an account without a password: it needs an invitation. STORE_OK; STORE_CONFLICT: the
 * address has an account; STORE_REFUSED: no address, no such municipality or round, or a scope
 * that does not fit the role; STORE_DENIED: the session may not make such an account. message
 * says which and how to mend it. */
must_check enum store_result staff_add(struct store *store, const struct staff_new *staff,
                                       struct arena *arena, int *id, const char **message);

/* Whether the session may make evaluators of a municipality (0: of all). */
must_check enum store_result staff_manages_evaluators(struct store *store, int municipality,
                                                      bool *manages);

/* The accounts that the session sees, by address. */
must_check enum store_result staff_list(struct store *store, struct arena *arena,
                                        struct staff_row **rows, size_t *count);
/* One of them, by number, or by address without regard to case. STORE_NONE: there is none, or it
 * is not the session's to see. */
must_check enum store_result staff_find(struct store *store, int id, struct arena *arena,
                                        struct staff_row *row);
must_check enum store_result staff_find_email(struct store *store, const char *email,
                                              struct arena *arena, struct staff_row *row);

/* Disabling ends the sessions, the invitation and the API tokens that the account made;
 * enabling brings none of them back. STORE_OK, also when nothing changed; STORE_NONE; STORE_DENIED:
 * not the session's to change; STORE_CLOSED: it is the last enabled admin who can sign in (an
 * operator may). */
must_check enum store_result staff_disable(struct store *store, int id);
must_check enum store_result staff_enable(struct store *store, int id);

/* Gives an account another role or scope; ends its sessions and its API tokens. Results as
 * staff_add and staff_disable. */
must_check enum store_result staff_set_scope(struct store *store, int id,
                                             const struct staff_scope *scope, struct arena *arena,
                                             const char **message);

/* Takes the authenticator and the recovery codes off an account whose owner has lost both, and
 * ends its sessions; at the next sign-in it gets a new one. STORE_OK, STORE_NONE, STORE_DENIED. */
must_check enum store_result staff_reset_totp(struct store *store, int id);

enum { INVITATION_DAYS = 7 };

/* Makes an invitation for an account, for 7 days, in place of an earlier one, and ends its
 * sessions; a password that it has works on until the invitation is accepted. *until is when it
 * ends. STORE_OK; STORE_NONE; STORE_CLOSED: the account is disabled; STORE_DENIED. */
must_check enum store_result invitation_make(struct store *store, int staff,
                                             const unsigned char hash[TOKEN_HASH_BYTES],
                                             struct arena *arena, const char **until);

/* Whom an invitation is for. Asked outside store_as, for nobody is signed in yet. STORE_OK;
 * STORE_NONE: unknown, over, or the account is disabled; STORE_CONFLICT: it was accepted. */
must_check enum store_result invitation_find(struct store *store,
                                             const unsigned char hash[TOKEN_HASH_BYTES],
                                             struct arena *arena, struct staff_row *row);

/* Accepts an invitation: stores the password's hash and uses the invitation up, in one
 * transaction; an authenticator that the account has stays. Results as invitation_find; of two at
 * the same moment one gets STORE_CONFLICT. */
must_check enum store_result invitation_accept(struct store *store,
                                               const unsigned char hash[TOKEN_HASH_BYTES],
                                               const char *password_hash);

#endif
