#include "crew.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "store/pg.h"

void crew_hash(unsigned char hash[TOKEN_HASH_BYTES]) {
  char text[TOKEN_CHARACTERS + 1];
  token_new(text, hash);
}

int crew_add(struct store *operator_store, const char *email, enum staff_role role,
             int municipality, const int *rounds, size_t rounds_count) {
  struct arena *arena = arena_new(0);
  struct staff_new new = {.email = email, .scope = {role, municipality, rounds, rounds_count}};
  const char *message = "", *until;
  unsigned char hash[TOKEN_HASH_BYTES];
  int id;
  crew_hash(hash);
  cr_assert_eq(staff_add(operator_store, &new, arena, &id, &message), STORE_OK, "%s", message);
  cr_assert_eq(invitation_make(operator_store, id, hash, arena, &until), STORE_OK);
  cr_assert_eq(invitation_accept(operator_store, hash, CREW_HASH), STORE_OK, "%s",
               store_message(operator_store));
  arena_free(arena);
  return id;
}

struct staff_session crew_session(struct store *store, const char *email, struct arena *arena) {
  struct staff_session session;
  unsigned char hash[TOKEN_HASH_BYTES];
  crew_hash(hash);
  cr_assert_eq(sign_in_trusted(store, email, hash, arena, &session), STORE_OK, "%s: %s", email,
               store_message(store));
  return session;
}

struct sign_in crew_enter(struct store *store, const char *email, const char *device,
                          struct arena *arena) {
  struct sign_in sign_in;
  cr_assert_eq(sign_in_begin(store, database_keys(), email, device, arena, &sign_in), STORE_OK,
               "%s", store_message(store));
  return sign_in;
}

struct staff_session crew_half_session(struct store *store, const char *email,
                                       struct arena *arena) {
  struct staff_session session;
  unsigned char hash[TOKEN_HASH_BYTES];
  crew_hash(hash);
  struct sign_in sign_in = crew_enter(store, email, NULL, arena);
  cr_assert_eq(sign_in_succeeded(store, &sign_in, hash, arena, &session), STORE_OK, "%s",
               store_message(store));
  return session;
}

struct asking {
  const char *sql;
  char *out;
  size_t size;
};

static enum store_result ask(struct store *store, void *context) {
  const struct asking *asking = context;
  PGresult *rows = NULL;
  cr_assert_eq(PQsendQuery(store->connection, asking->sql), 1);
  pg_begin_question(store);
  enum store_result result = pg_finish(store, &rows);
  (void)snprintf(asking->out, asking->size, "%s",
                 PQntuples(rows) > 0 ? PQgetvalue(rows, 0, 0) : "");
  PQclear(rows);
  return result;
}

enum store_result crew_sql(struct store *store, const struct staff_session *session,
                           const char *sql, char *out, size_t size) {
  struct asking asking = {sql, out, size};
  return store_as(store, session, ask, &asking);
}
