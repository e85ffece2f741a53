#include "store/door.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARAMETERS_MAX = 8, MUNICIPALITY_LEAST = 100, MUNICIPALITY_MOST = 999 };

enum store_result door_transaction(struct store *store, pg_work *work, void *context) {
  if (store->within) {
    pg_say(store, "the door's questions are asked outside store_as");
    return STORE_FAULT;
  }
  return pg_transaction(store, "BEGIN; SET LOCAL app.role = 'door'", work, context);
}

enum store_result door_sign(struct store *store, int staff) {
  char sql[64];
  (void)snprintf(sql, sizeof(sql), "SET LOCAL app.staff = '%d'", staff);
  return pg_command(store, sql);
}

static enum store_result ask(struct store *store, enum statement statement, int count,
                             va_list arguments, int *rows_count) {
  const char *values[PARAMETERS_MAX];
  struct pg_parameters parameters = {.count = count, .values = values};
  for (int i = 0; i < count && i < PARAMETERS_MAX; i++) {
    values[i] = va_arg(arguments, const char *);
  }
  PGresult *rows = NULL;
  enum store_result result = pg_run(store, statement, &parameters, &rows);
  *rows_count = PQntuples(rows);
  PQclear(rows);
  return result;
}

enum store_result pg_ask(struct store *store, enum statement statement, int count, ...) {
  va_list arguments;
  int rows;
  va_start(arguments, count);
  enum store_result result = ask(store, statement, count, arguments, &rows);
  va_end(arguments);
  return result;
}

enum store_result pg_ask_one(struct store *store, enum statement statement, int count, ...) {
  va_list arguments;
  int rows;
  va_start(arguments, count);
  enum store_result result = ask(store, statement, count, arguments, &rows);
  va_end(arguments);
  return result == STORE_OK && rows == 0 ? STORE_NONE : result;
}

enum store_result audit_staff(struct store *store, const char *action, int staff,
                              const char *details) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(staff, number);
  return pg_ask(store, STATEMENT_AUDIT_STAFF, 3, action, number, details);
}

/* ---- scopes */

static const char *const role_names[] = {
    [STAFF_ADMIN] = "admin",
    [STAFF_EVALUATOR] = "evaluator",
    [STAFF_MUNICIPALITY] = "municipality",
};

const char *staff_role_name(enum staff_role role) {
  return role_names[role];
}

bool staff_role_read(const char *name, enum staff_role *role) {
  for (size_t i = 0; i < array_length(role_names); i++) {
    if (strcmp(name, role_names[i]) == 0) {
      *role = (enum staff_role)i;
      return true;
    }
  }
  return false;
}

bool scope_read(const PGresult *rows, int row, int column, struct arena *arena,
                struct staff_scope *scope) {
  scope->municipality = pg_number(rows, row, column + 1);
  return staff_role_read(PQgetvalue(rows, row, column), &scope->role) &&
         pg_numbers(rows, row, column + 2, arena, &scope->rounds, &scope->rounds_count);
}

bool scope_write(const struct staff_scope *scope, struct arena *arena,
                 struct scope_parameters *parameters) {
  parameters->role = staff_role_name(scope->role);
  parameters->municipality =
      scope->municipality == 0 ? NULL : arena_printf(arena, "%d", scope->municipality);
  parameters->rounds = pg_numbers_json(scope->rounds, scope->rounds_count, arena);
  return parameters->rounds != NULL &&
         (scope->municipality == 0) == (parameters->municipality == NULL);
}

static const char *misfit(const struct staff_scope *scope) {
  switch (scope->role) {
  case STAFF_ADMIN:
    return scope->municipality != 0 || scope->rounds_count > 0
               ? "an admin reaches all; hint: leave municipality and rounds out"
               : NULL;
  case STAFF_EVALUATOR:
    return NULL;
  case STAFF_MUNICIPALITY:
    if (scope->municipality == 0) {
      return "an account of a municipality needs one; hint: name its code, such as 217";
    }
    return scope->rounds_count > 0
               ? "a municipality takes part in rounds by their links; hint: leave rounds out"
               : NULL;
  }
  return "there is no such role";
}

static enum store_result refuse(struct store *store, const char *why) {
  pg_say(store, "%s", why);
  return STORE_REFUSED;
}

enum store_result scope_check(struct store *store, const struct staff_scope *scope,
                              const struct scope_parameters *parameters) {
  const char *wrong = misfit(scope);
  if (wrong != NULL) {
    return refuse(store, wrong);
  }
  if (scope->municipality != 0 &&
      (scope->municipality < MUNICIPALITY_LEAST || scope->municipality > MUNICIPALITY_MOST)) {
    return refuse(store, "there is no such municipality; hint: hjemsvar municipality list");
  }
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_STAFF_SCOPE_CHECK, 2,
                                      parameters->municipality, parameters->rounds);
  if (result == STORE_OK && !pg_true(rows, 0, 0)) {
    result = refuse(store, "there is no such municipality; hint: hjemsvar municipality list");
  } else if (result == STORE_OK && !PQgetisnull(rows, 0, 1)) {
    pg_say(store, "there is no round %.100s; hint: hjemsvar round list", PQgetvalue(rows, 0, 1));
    result = STORE_REFUSED;
  }
  PQclear(rows);
  return result;
}

const char *scope_details(const struct staff_scope *scope, struct arena *arena) {
  json_t *details = json_pack("{s:s}", "role", staff_role_name(scope->role));
  json_t *rounds = json_array();
  for (size_t i = 0; i < scope->rounds_count; i++) {
    (void)json_array_append_new(rounds, json_integer(scope->rounds[i]));
  }
  if (scope->municipality != 0) {
    (void)json_object_set_new(details, "municipality", json_integer(scope->municipality));
  }
  if (scope->rounds_count > 0) {
    (void)json_object_set(details, "rounds", rounds);
  }
  json_decref(rounds);
  char *json = json_dumps(details, JSON_COMPACT);
  json_decref(details);
  const char *kept = json == NULL ? NULL : arena_string(arena, json);
  free(json);
  return kept;
}

/* ---- attempts */

void attempt_key(const char *what, int staff, const char *device, unsigned char *bytes,
                 char hex[2 * CRYPTO_DIGEST_BYTES + 1]) {
  char text[32 + TOKEN_DEVICE_CHARACTERS];
  unsigned char hash[CRYPTO_SHA256_BYTES];
  (void)snprintf(text, sizeof(text), "%s %d%s%s", what, staff, device != NULL ? " " : "",
                 device != NULL ? device : "");
  crypto_sha256(text, strlen(text), hash);
  pg_hex(hash, CRYPTO_DIGEST_BYTES, hex);
  if (bytes != NULL) {
    memcpy(bytes, hash, CRYPTO_DIGEST_BYTES);
  }
}

static enum store_result ask_number(struct store *store, enum statement statement, const char *key,
                                    int *number, bool *found) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, statement, 1, key);
  *found = result == STORE_OK && PQntuples(rows) > 0;
  *number = *found ? pg_number(rows, 0, 0) : 0;
  PQclear(rows);
  return result;
}

enum store_result attempt_take(struct store *store, const char *key, int *wait, int *number) {
  int taken;
  bool found;
  *wait = 0;
  enum store_result result = ask_number(store, STATEMENT_ATTEMPT_TAKE, key, &taken, &found);
  if (number != NULL) {
    *number = taken;
  }
  if (result != STORE_OK || found) {
    return result;
  }
  result = ask_number(store, STATEMENT_ATTEMPT_WAIT, key, wait, &found);
  *wait = found ? *wait : 1;
  return result;
}
