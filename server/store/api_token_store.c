#include <stdio.h>

#include "store/door.h"
#include "store/session_store.h"

struct making {
  const struct api_token_new *token;
  const unsigned char *hash;
  struct arena *arena;
  int id;
};

struct revoking {
  int id;
};

static enum store_result note(struct store *store, const char *action, int id,
                              const char *municipality, const char *details) {
  char subject[32];
  (void)snprintf(subject, sizeof(subject), "token %d", id);
  return pg_ask(store, STATEMENT_AUDIT_APPEND, 5, action, subject, NULL, municipality, details);
}

static enum store_result insert(struct store *store, struct making *making,
                                const struct scope_parameters *scope) {
  const struct api_token_new *token = making->token;
  char hex[2 * TOKEN_HASH_BYTES + 1], days[PG_DECIMAL_MAX];
  pg_hex(making->hash, TOKEN_HASH_BYTES, hex);
  pg_decimal(token->days, days);
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(store, &rows, STATEMENT_API_TOKEN_INSERT, 6, hex, token->name, scope->role,
               scope->municipality, scope->rounds, token->days == 0 ? NULL : days);
  if (result == STORE_OK) {
    making->id = pg_number(rows, 0, 0);
  } else if (result == STORE_DENIED) {
    pg_say(store, "a token reaches no further than who makes it, and makes no other");
  }
  PQclear(rows);
  return result;
}

static enum store_result make(struct store *store, void *context) {
  struct making *making = context;
  struct scope_parameters scope;
  const char *details = scope_details(&making->token->scope, making->arena);
  if (details == NULL || !scope_write(&making->token->scope, making->arena, &scope)) {
    return pg_no_memory(store);
  }
  enum store_result result = scope_check(store, &making->token->scope, &scope);
  if (result == STORE_OK) {
    result = insert(store, making, &scope);
  }
  return result == STORE_OK ? note(store, "token.add", making->id, scope.municipality, details)
                            : result;
}

enum store_result api_token_add(struct store *store, const struct api_token_new *token,
                                const unsigned char hash[TOKEN_HASH_BYTES], struct arena *arena,
                                int *id, const char **message) {
  struct making making = {.token = token, .hash = hash, .arena = arena};
  enum store_result result = STORE_REFUSED;
  if (token->name == NULL || token->name[0] == '\0' || token->days < 0) {
    pg_say(store, "a token needs a name and days of at least 0; hint: name what it is for");
  } else {
    result = pg_transaction(store, "BEGIN", make, &making);
  }
  *id = making.id;
  if (result != STORE_OK) {
    pg_explain(store, arena, message);
  }
  return result;
}

static bool read_row(const PGresult *rows, int row, struct arena *arena,
                     struct api_token_row *token) {
  bool good = true;
  token->id = pg_number(rows, row, 0);
  token->name = pg_text(rows, row, 1, arena, &good);
  good = scope_read(rows, row, 2, arena, &token->scope) && good;
  token->made_by = pg_text(rows, row, 5, arena, &good);
  token->created_at = pg_text(rows, row, 6, arena, &good);
  token->expires_at = pg_text(rows, row, 7, arena, &good);
  token->revoked_at = pg_text(rows, row, 8, arena, &good);
  token->used_on = pg_text(rows, row, 9, arena, &good);
  return good;
}

enum store_result api_token_list(struct store *store, struct arena *arena,
                                 struct api_token_row **list, size_t *count) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_API_TOKEN_LIST, 0);
  if (result != STORE_OK) {
    return result;
  }
  *count = (size_t)PQntuples(rows);
  *list = arena_array(arena, *count + 1, sizeof(**list));
  bool good = *list != NULL;
  for (int i = 0; i < PQntuples(rows) && good; i++) {
    good = read_row(rows, i, arena, &(*list)[i]);
  }
  PQclear(rows);
  return good ? STORE_OK : pg_no_memory(store);
}

static enum store_result revoke(struct store *store, void *context) {
  const struct revoking *revoking = context;
  char number[PG_DECIMAL_MAX], municipality[PG_DECIMAL_MAX] = "0";
  pg_decimal(revoking->id, number);
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_API_TOKEN_REVOKE, 1, number);
  bool found = result == STORE_OK && PQntuples(rows) > 0;
  if (found) {
    pg_decimal(pg_number(rows, 0, 0), municipality);
  }
  PQclear(rows);
  if (result != STORE_OK || !found) {
    return result == STORE_OK ? STORE_NONE : result;
  }
  return note(store, "token.revoke", revoking->id, municipality[0] == '0' ? NULL : municipality,
              NULL);
}

enum store_result api_token_revoke(struct store *store, int id) {
  struct revoking revoking = {.id = id};
  return pg_transaction(store, "BEGIN", revoke, &revoking);
}
