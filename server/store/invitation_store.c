#include "store/door.h"
#include "store/staff_store.h"

enum { HASH_HEX = 2 * TOKEN_HASH_BYTES + 1 };

struct invitation {
  char hash[HASH_HEX];
  int staff;
  const char *password_hash;
  struct arena *arena;
  const char *until;
  struct staff_row *row;
};

/* ---- making */

static enum store_result check_account(struct store *store, int staff) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(staff, number);
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_STAFF_JUDGE, 1, number);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    pg_say(store, "there is no such account; hint: hjemsvar staff list");
    result = STORE_NONE;
  } else if (result == STORE_OK && !pg_true(rows, 0, 0)) {
    pg_say(store, "this account is not the session's to change");
    result = STORE_DENIED;
  } else if (result == STORE_OK && pg_true(rows, 0, 1)) {
    pg_say(store, "the account is disabled; hint: enable it first");
    result = STORE_CLOSED;
  }
  PQclear(rows);
  return result;
}

static enum store_result insert(struct store *store, struct invitation *invitation,
                                const char *number) {
  PGresult *rows = NULL;
  bool good = true;
  enum store_result result =
      pg_query(store, &rows, STATEMENT_INVITATION_INSERT, 2, invitation->hash, number);
  if (result == STORE_OK) {
    invitation->until = pg_text(rows, 0, 0, invitation->arena, &good);
  }
  PQclear(rows);
  return good ? result : pg_no_memory(store);
}

static enum store_result make(struct store *store, void *context) {
  struct invitation *invitation = context;
  char number[PG_DECIMAL_MAX];
  pg_decimal(invitation->staff, number);
  enum store_result result = check_account(store, invitation->staff);
  if (result == STORE_OK) {
    result = pg_ask(store, STATEMENT_INVITATION_DROP, 1, number);
  }
  if (result == STORE_OK) {
    result = insert(store, invitation, number);
  }
  if (result == STORE_OK) {
    result = pg_ask(store, STATEMENT_STAFF_SHUT_OUT, 2, number, "false");
  }
  return result == STORE_OK ? audit_staff(store, "invitation.make", invitation->staff, NULL)
                            : result;
}

enum store_result invitation_make(struct store *store, int staff,
                                  const unsigned char hash[TOKEN_HASH_BYTES], struct arena *arena,
                                  const char **until) {
  struct invitation invitation = {.staff = staff, .arena = arena};
  pg_hex(hash, TOKEN_HASH_BYTES, invitation.hash);
  enum store_result result = pg_transaction(store, "BEGIN", make, &invitation);
  *until = invitation.until;
  return result;
}

/* ---- finding and accepting */

static enum store_result find_staff(struct store *store, struct invitation *invitation) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_INVITATION_FIND, 1, invitation->hash);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    pg_say(store, "there is no such invitation, or it is over");
    result = STORE_NONE;
  } else if (result == STORE_OK && pg_true(rows, 0, 1)) {
    pg_say(store, "the invitation was accepted before");
    result = STORE_CONFLICT;
  } else if (result == STORE_OK) {
    invitation->staff = pg_number(rows, 0, 0);
  }
  PQclear(rows);
  return result;
}

static enum store_result find(struct store *store, void *context) {
  struct invitation *invitation = context;
  enum store_result result = find_staff(store, invitation);
  return result == STORE_OK
             ? staff_find(store, invitation->staff, invitation->arena, invitation->row)
             : result;
}

enum store_result invitation_find(struct store *store, const unsigned char hash[TOKEN_HASH_BYTES],
                                  struct arena *arena, struct staff_row *row) {
  struct invitation invitation = {.arena = arena, .row = row};
  pg_hex(hash, TOKEN_HASH_BYTES, invitation.hash);
  return door_transaction(store, find, &invitation);
}

/* The row of the invitation is locked by its use: of two one finds it used. */
static enum store_result use(struct store *store, struct invitation *invitation) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_INVITATION_USE, 1, invitation->hash);
  bool used = result == STORE_OK && PQntuples(rows) == 1;
  if (used) {
    invitation->staff = pg_number(rows, 0, 0);
  }
  PQclear(rows);
  if (result != STORE_OK || used) {
    return result;
  }
  result = find_staff(store, invitation);
  return result == STORE_OK ? STORE_BUSY : result;
}

static enum store_result accept(struct store *store, void *context) {
  struct invitation *invitation = context;
  char number[PG_DECIMAL_MAX];
  enum store_result result = use(store, invitation);
  pg_decimal(invitation->staff, number);
  if (result == STORE_OK) {
    result = pg_ask(store, STATEMENT_PASSWORD_SET, 2, number, invitation->password_hash);
  }
  if (result == STORE_OK) {
    result = pg_ask(store, STATEMENT_SESSION_DROP_OTHERS, 2, number, NULL);
  }
  if (result == STORE_OK) {
    result = door_sign(store, invitation->staff);
  }
  return result == STORE_OK ? audit_staff(store, "invitation.accept", invitation->staff, NULL)
                            : result;
}

enum store_result invitation_accept(struct store *store, const unsigned char hash[TOKEN_HASH_BYTES],
                                    const char *password_hash) {
  struct invitation invitation = {.password_hash = password_hash};
  pg_hex(hash, TOKEN_HASH_BYTES, invitation.hash);
  return door_transaction(store, accept, &invitation);
}
