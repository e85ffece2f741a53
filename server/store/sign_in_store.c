#include <string.h>

#include "base/utf8.h"
#include "store/door.h"
#include "store/session_store.h"

enum {
  HASH_HEX = 2 * TOKEN_HASH_BYTES + 1,
  KEY_HEX = 2 * CRYPTO_DIGEST_BYTES + 1,
  EMAIL_MOST = 254
};

struct entry {
  const char *email; /* NULL: by the account's number */
  char key[KEY_HEX];
  struct arena *arena;
  struct sign_in *sign_in;
  const unsigned char *hash; /* of the new session's token */
  bool trusted;
  struct staff_session *session;
};

/* ---- beginning */

static enum store_result find_credentials(struct store *store, const struct entry *entry) {
  char number[PG_DECIMAL_MAX];
  bool good = true;
  PGresult *rows = NULL;
  pg_decimal(entry->sign_in->staff, number);
  enum store_result result = pg_query(store, &rows, STATEMENT_CREDENTIALS_FIND, 2, entry->email,
                                      entry->email == NULL ? number : NULL);
  if (result == STORE_OK && PQntuples(rows) > 0) {
    entry->sign_in->staff = pg_number(rows, 0, 0);
    entry->sign_in->password_hash = pg_text(rows, 0, 1, entry->arena, &good);
  }
  PQclear(rows);
  return good ? result : pg_no_memory(store);
}

static enum store_result begin(struct store *store, void *context) {
  const struct entry *entry = context;
  struct sign_in *sign_in = entry->sign_in;
  sign_in->password_hash = NULL;
  if (entry->email != NULL) {
    sign_in->staff = 0;
  }
  enum store_result result =
      attempt_take(store, entry->key, &sign_in->wait_seconds, &sign_in->number);
  if (result != STORE_OK || sign_in->wait_seconds > 0) {
    return result;
  }
  return find_credentials(store, entry);
}

/* The address as it is counted and looked up: what cannot be one is nobody's. */
static const char *lower(struct arena *arena, const char *email) {
  size_t length = strnlen(email, EMAIL_MOST + 1);
  bool good = length <= EMAIL_MOST && utf8_valid(email, length);
  char *copy = arena_copy(arena, email, good ? length : 0);
  for (char *c = copy; c != NULL && *c != '\0'; c++) {
    if (*c >= 'A' && *c <= 'Z') {
      *c = (char)(*c - 'A' + 'a');
    }
  }
  return copy;
}

enum store_result sign_in_begin(struct store *store, const struct crypto_keys *keys,
                                const char *email, const char *device, struct arena *arena,
                                struct sign_in *sign_in) {
  struct entry entry = {.arena = arena, .sign_in = sign_in, .email = lower(arena, email)};
  *sign_in = (struct sign_in){0};
  if (entry.email == NULL) {
    return pg_no_memory(store);
  }
  if (device == NULL || !token_device_check(keys, entry.email, device)) {
    device = "";
  }
  const struct crypto_part parts[] = {{entry.email, strlen(entry.email)}, {device, strlen(device)}};
  crypto_digest(keys, 0, CRYPTO_FOR_ATTEMPT, parts, array_length(parts), sign_in->key,
                sizeof(sign_in->key));
  pg_hex(sign_in->key, sizeof(sign_in->key), entry.key);
  return door_transaction(store, begin, &entry);
}

enum store_result password_begin(struct store *store, const struct staff_session *session,
                                 struct arena *arena, struct sign_in *sign_in) {
  struct entry entry = {.arena = arena, .sign_in = sign_in};
  *sign_in = (struct sign_in){.staff = session->staff, .signed_in = true};
  attempt_key("password", session->staff, NULL, sign_in->key, entry.key);
  return door_transaction(store, begin, &entry);
}

/* ---- ending */

static enum store_result refuse(struct store *store, void *context) {
  const struct sign_in *sign_in = context;
  char number[PG_DECIMAL_MAX];
  pg_decimal(sign_in->staff, number);
  enum store_result result = sign_in->signed_in ? door_sign(store, sign_in->staff) : STORE_OK;
  return result == STORE_OK ? pg_ask(store, STATEMENT_AUDIT_SIGN_IN_REFUSE, 1, number) : result;
}

enum store_result sign_in_failed(struct store *store, const struct sign_in *sign_in) {
  struct sign_in own = *sign_in;
  return door_transaction(store, refuse, &own);
}

static enum store_result give_back(struct store *store, void *context) {
  const struct sign_in *sign_in = context;
  char key[KEY_HEX], number[PG_DECIMAL_MAX];
  pg_hex(sign_in->key, sizeof(sign_in->key), key);
  pg_decimal(sign_in->number, number);
  return pg_ask(store, STATEMENT_ATTEMPT_GIVE_BACK, 2, key, number);
}

enum store_result sign_in_untried(struct store *store, const struct sign_in *sign_in) {
  struct sign_in own = *sign_in;
  return door_transaction(store, give_back, &own);
}

static enum store_result start(struct store *store, const struct entry *entry) {
  char number[PG_DECIMAL_MAX], hex[HASH_HEX];
  pg_decimal(entry->sign_in->staff, number);
  pg_hex(entry->hash, TOKEN_HASH_BYTES, hex);
  enum store_result result =
      pg_ask_one(store, STATEMENT_SESSION_START, 4, hex, number, entry->sign_in->password_hash,
                 entry->trusted ? "true" : "false");
  if (result == STORE_OK) {
    result = session_read(store, STATEMENT_SESSION_FIND, entry->hash, entry->arena, entry->session);
  }
  if (result != STORE_OK || entry->session->stage != SESSION_COMPLETE) {
    return result;
  }
  result = pg_ask(store, STATEMENT_STAFF_SIGNED_IN, 1, number);
  if (result == STORE_OK) {
    result = door_sign(store, entry->sign_in->staff);
  }
  return result == STORE_OK
             ? audit_staff(store, "sign_in.complete", entry->sign_in->staff,
                           entry->trusted ? "{\"by\":\"proxy\"}" : "{\"by\":\"password\"}")
             : result;
}

static enum store_result succeed(struct store *store, void *context) {
  const struct entry *entry = context;
  enum store_result result = pg_ask(store, STATEMENT_ATTEMPT_FORGET, 1, entry->key);
  return result == STORE_OK ? start(store, entry) : result;
}

enum store_result sign_in_succeeded(struct store *store, const struct sign_in *sign_in,
                                    const unsigned char hash[TOKEN_HASH_BYTES], struct arena *arena,
                                    struct staff_session *session) {
  struct sign_in own = *sign_in;
  struct entry entry = {.sign_in = &own, .hash = hash, .arena = arena, .session = session};
  pg_hex(own.key, sizeof(own.key), entry.key);
  return door_transaction(store, succeed, &entry);
}

static enum store_result trust(struct store *store, void *context) {
  const struct entry *entry = context;
  enum store_result result = find_credentials(store, entry);
  if (result == STORE_OK && entry->sign_in->staff == 0) {
    result = STORE_NONE;
  }
  return result == STORE_OK ? start(store, entry) : result;
}

enum store_result sign_in_trusted(struct store *store, const char *email,
                                  const unsigned char hash[TOKEN_HASH_BYTES], struct arena *arena,
                                  struct staff_session *session) {
  struct sign_in found = {0};
  struct entry entry = {.sign_in = &found,
                        .hash = hash,
                        .arena = arena,
                        .session = session,
                        .trusted = true,
                        .email = lower(arena, email)};
  return entry.email == NULL ? pg_no_memory(store) : door_transaction(store, trust, &entry);
}

/* ---- the own password */

static enum store_result replace(struct store *store, void *context) {
  const struct entry *entry = context;
  const struct staff_session *session = entry->session;
  char number[PG_DECIMAL_MAX], hex[HASH_HEX];
  pg_decimal(session->staff, number);
  pg_hex(session->hash, TOKEN_HASH_BYTES, hex);
  enum store_result result =
      pg_ask(store, STATEMENT_PASSWORD_SET, 2, number, entry->sign_in->password_hash);
  if (result == STORE_OK) {
    result = pg_ask(store, STATEMENT_ATTEMPT_FORGET, 1, entry->key);
  }
  if (result == STORE_OK) {
    result = pg_ask(store, STATEMENT_SESSION_DROP_OTHERS, 2, number, hex);
  }
  if (result == STORE_OK) {
    result = door_sign(store, session->staff);
  }
  return result == STORE_OK ? audit_staff(store, "password.replace", session->staff, NULL) : result;
}

enum store_result password_replace(struct store *store, const struct staff_session *session,
                                   const char *password_hash) {
  struct staff_session own = *session;
  struct sign_in new = {.password_hash = password_hash};
  struct entry entry = {.session = &own, .sign_in = &new};
  if (session->stage != SESSION_COMPLETE || session->staff == 0) {
    pg_say(store, "the session is not complete");
    return STORE_DENIED;
  }
  attempt_key("password", session->staff, NULL, NULL, entry.key);
  return door_transaction(store, replace, &entry);
}
