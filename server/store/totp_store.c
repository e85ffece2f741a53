#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/door.h"
#include "store/session_store.h"

enum { HASH_HEX = 2 * TOKEN_HASH_BYTES + 1, KEY_HEX = 2 * CRYPTO_DIGEST_BYTES + 1 };

/* One step of a session that is being completed. */
struct step {
  const struct staff_session *session;
  struct totp_state *state;
  int64_t step;
  const unsigned char *sealed;
  const char *hashes;            /* of recovery codes, a JSON array of hexadecimal */
  const unsigned char *new_hash; /* of the completed session's token */
  const char *by;                /* details of the audit log */
};

/* ---- what a code is compared with */

static bool read_hex(const PGresult *rows, int column, unsigned char *out, size_t size) {
  return !PQgetisnull(rows, 0, column) && pg_unhex(PQgetvalue(rows, 0, column), out, size);
}

static enum store_result find(struct store *store, const struct step *step) {
  char hex[HASH_HEX];
  struct totp_state *state = step->state;
  PGresult *rows = NULL;
  pg_hex(step->session->hash, TOKEN_HASH_BYTES, hex);
  enum store_result result = pg_query(store, &rows, STATEMENT_TOTP_FIND, 1, hex);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    result = STORE_NONE;
  } else if (result == STORE_OK) {
    state->sealed_set = read_hex(rows, 0, state->sealed, sizeof(state->sealed));
    state->pending_set = read_hex(rows, 1, state->pending, sizeof(state->pending));
    state->now_seconds = strtoll(PQgetvalue(rows, 0, 2), NULL, 10);
    state->recovery_left = pg_number(rows, 0, 3);
  }
  PQclear(rows);
  return result;
}

static enum store_result begin(struct store *store, void *context) {
  const struct step *step = context;
  char key[KEY_HEX];
  attempt_key("code", step->session->staff, step->session->device, NULL, key);
  *step->state = (struct totp_state){0};
  enum store_result result = attempt_take(store, key, &step->state->wait_seconds, NULL);
  return result != STORE_OK || step->state->wait_seconds > 0 ? result : find(store, step);
}

enum store_result totp_begin(struct store *store, const struct staff_session *session,
                             struct totp_state *state) {
  struct step step = {.session = session, .state = state};
  return door_transaction(store, begin, &step);
}

/* Whoever still owes a code is nobody yet. While an authenticator is set up the code is of a
 * secret that was just shown: it tells nothing of who acts. */
static enum store_result refuse(struct store *store, void *context) {
  const struct staff_session *session = ((const struct step *)context)->session;
  enum store_result result =
      session->stage == SESSION_NEEDS_CODE ? STORE_OK : door_sign(store, session->staff);
  return result == STORE_OK ? audit_staff(store, "totp.refuse", session->staff, NULL) : result;
}

enum store_result totp_failed(struct store *store, const struct staff_session *session) {
  struct step step = {.session = session};
  return door_transaction(store, refuse, &step);
}

/* ---- completing */

static enum store_result complete(struct store *store, const struct step *step,
                                  const char *action) {
  char number[PG_DECIMAL_MAX], old[HASH_HEX], new[HASH_HEX], key[KEY_HEX];
  int staff = step->session->staff;
  pg_decimal(staff, number);
  pg_hex(step->session->hash, TOKEN_HASH_BYTES, old);
  pg_hex(step->new_hash, TOKEN_HASH_BYTES, new);
  attempt_key("code", staff, step->session->device, NULL, key);
  enum store_result result = pg_ask_one(store, STATEMENT_SESSION_COMPLETE, 2, old, new);
  if (result == STORE_OK) {
    result = pg_ask(store, STATEMENT_ATTEMPT_FORGET, 1, key);
  }
  if (result == STORE_OK) {
    result = pg_ask(store, STATEMENT_STAFF_SIGNED_IN, 1, number);
  }
  if (result == STORE_OK) {
    result = door_sign(store, staff);
  }
  return result == STORE_OK ? audit_staff(store, action, staff, step->by) : result;
}

static void print_step(int64_t step, char out[24]) {
  (void)snprintf(out, 24, "%lld", (long long)step);
}

static enum store_result use_up(struct store *store, const struct step *step) {
  char number[PG_DECIMAL_MAX], at[24];
  pg_decimal(step->session->staff, number);
  print_step(step->step, at);
  enum store_result result = pg_ask_one(store, STATEMENT_TOTP_USE, 2, number, at);
  if (result == STORE_NONE) {
    pg_say(store, "the code was used before");
    return STORE_CONFLICT;
  }
  return result;
}

static enum store_result use(struct store *store, void *context) {
  const struct step *step = context;
  enum store_result result = use_up(store, step);
  return result == STORE_OK ? complete(store, step, "sign_in.complete") : result;
}

enum store_result totp_use(struct store *store, const struct staff_session *session, int64_t at,
                           const unsigned char hash[TOKEN_HASH_BYTES]) {
  struct step step = {
      .session = session, .step = at, .new_hash = hash, .by = "{\"by\":\"authenticator\"}"};
  return door_transaction(store, use, &step);
}

/* ---- recovery codes */

/* Hashes as a JSON array; room for all generations, or for all codes. */
enum { HASHES_ROOM = 4 + RECOVERY_CODES * (2 * RECOVERY_HASH_BYTES + 3) };

static void print_hashes(const unsigned char hashes[][RECOVERY_HASH_BYTES], int count,
                         char out[HASHES_ROOM]) {
  char *at = out;
  *at++ = '[';
  for (int i = 0; i < count && i < RECOVERY_CODES; i++) {
    if (i > 0) {
      *at++ = ',';
    }
    *at++ = '"';
    pg_hex(hashes[i], RECOVERY_HASH_BYTES, at);
    at += strlen(at);
    *at++ = '"';
  }
  *at++ = ']';
  *at = '\0';
}

static enum store_result recover(struct store *store, void *context) {
  const struct step *step = context;
  char number[PG_DECIMAL_MAX];
  pg_decimal(step->session->staff, number);
  enum store_result result = pg_ask_one(store, STATEMENT_RECOVERY_USE, 2, number, step->hashes);
  return result == STORE_OK ? complete(store, step, "sign_in.complete") : result;
}

enum store_result recovery_use(struct store *store, const struct staff_session *session,
                               const unsigned char hashes[][RECOVERY_HASH_BYTES], int count,
                               const unsigned char hash[TOKEN_HASH_BYTES]) {
  char list[HASHES_ROOM];
  print_hashes(hashes, count, list);
  struct step step = {
      .session = session, .hashes = list, .new_hash = hash, .by = "{\"by\":\"recovery code\"}"};
  return door_transaction(store, recover, &step);
}

static enum store_result replace_codes(struct store *store, const struct step *step) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(step->session->staff, number);
  enum store_result result = pg_ask(store, STATEMENT_RECOVERY_DROP, 1, number);
  return result == STORE_OK ? pg_ask(store, STATEMENT_RECOVERY_INSERT, 2, number, step->hashes)
                            : result;
}

static enum store_result renew(struct store *store, void *context) {
  const struct step *step = context;
  char key[KEY_HEX];
  int staff = step->session->staff;
  attempt_key("code", staff, step->session->device, NULL, key);
  enum store_result result = use_up(store, step);
  if (result == STORE_OK) {
    result = pg_ask(store, STATEMENT_ATTEMPT_FORGET, 1, key);
  }
  if (result == STORE_OK) {
    result = replace_codes(store, step);
  }
  if (result == STORE_OK) {
    result = door_sign(store, staff);
  }
  return result == STORE_OK ? audit_staff(store, "recovery.renew", staff, NULL) : result;
}

enum store_result recovery_renew(struct store *store, const struct staff_session *session,
                                 int64_t at,
                                 const unsigned char codes[RECOVERY_CODES][RECOVERY_HASH_BYTES]) {
  char list[HASHES_ROOM];
  if (session->stage != SESSION_COMPLETE || session->staff == 0) {
    pg_say(store, "the session is not complete");
    return STORE_DENIED;
  }
  print_hashes(codes, RECOVERY_CODES, list);
  struct step step = {.session = session, .step = at, .hashes = list};
  return door_transaction(store, renew, &step);
}

/* ---- a new authenticator */

static enum store_result offer(struct store *store, void *context) {
  const struct step *step = context;
  char hex[HASH_HEX], sealed[2 * TOTP_SEALED_BYTES + 1];
  pg_hex(step->session->hash, TOKEN_HASH_BYTES, hex);
  pg_hex(step->sealed, TOTP_SEALED_BYTES, sealed);
  return pg_ask_one(store, STATEMENT_TOTP_OFFER, 2, hex, sealed);
}

enum store_result totp_offer(struct store *store, const struct staff_session *session,
                             const unsigned char sealed[TOTP_SEALED_BYTES]) {
  struct step step = {.session = session, .sealed = sealed};
  return door_transaction(store, offer, &step);
}

static enum store_result enrol(struct store *store, void *context) {
  const struct step *step = context;
  char hex[HASH_HEX], at[24];
  pg_hex(step->session->hash, TOKEN_HASH_BYTES, hex);
  print_step(step->step, at);
  enum store_result result = pg_ask_one(store, STATEMENT_TOTP_ENROL, 2, hex, at);
  if (result == STORE_OK) {
    result = replace_codes(store, step);
  }
  if (result == STORE_OK) {
    result = complete(store, step, "totp.enrol");
  }
  return result == STORE_OK && step->session->stage == SESSION_NEEDS_ENROLMENT
             ? audit_staff(store, "sign_in.complete", step->session->staff,
                           "{\"by\":\"authenticator\"}")
             : result;
}

enum store_result totp_enrol(struct store *store, const struct staff_session *session, int64_t at,
                             const unsigned char codes[RECOVERY_CODES][RECOVERY_HASH_BYTES],
                             const unsigned char hash[TOKEN_HASH_BYTES]) {
  char list[HASHES_ROOM];
  print_hashes(codes, RECOVERY_CODES, list);
  struct step step = {.session = session, .step = at, .hashes = list, .new_hash = hash};
  return door_transaction(store, enrol, &step);
}
