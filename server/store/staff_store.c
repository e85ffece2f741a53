#include "store/staff_store.h"

#include <string.h>

#include "base/utf8.h"
#include "store/door.h"

enum { EMAIL_MOST = 254 };

/* Everything that a question about one account knows while it works. */
struct change {
  int id;
  bool disable;
  const struct staff_new *new;
  const struct staff_scope *scope;
  struct arena *arena;
};

/* ---- adding */

/* Whether it can be an address at all; that it is one only a letter to it shows. */
static bool is_email(const char *email) {
  size_t length = strlen(email);
  const char *at = strchr(email, '@');
  if (length > EMAIL_MOST || !utf8_valid(email, length) || at == NULL || at == email ||
      at[1] == '\0' || strchr(at + 1, '@') != NULL) {
    return false;
  }
  for (; *email != '\0'; email++) {
    if ((unsigned char)*email <= ' ' || *email == 0x7f) {
      return false;
    }
  }
  return true;
}

static enum store_result insert(struct store *store, struct change *change,
                                const struct scope_parameters *scope) {
  PGresult *rows = NULL;
  const char *name = change->new->name == NULL ? "" : change->new->name;
  enum store_result result = pg_query(store, &rows, STATEMENT_STAFF_INSERT, 5, change->new->email,
                                      name, scope->role, scope->municipality, scope->rounds);
  if (result == STORE_OK && PQntuples(rows) == 0) {
    pg_say(store, "the address has an account; hint: hjemsvar staff invite makes it a new link");
    result = STORE_CONFLICT;
  } else if (result == STORE_OK) {
    change->id = pg_number(rows, 0, 0);
  }
  PQclear(rows);
  return result;
}

static enum store_result add(struct store *store, void *context) {
  struct change *change = context;
  struct scope_parameters scope;
  const char *details = scope_details(&change->new->scope, change->arena);
  if (details == NULL || !scope_write(&change->new->scope, change->arena, &scope)) {
    return pg_no_memory(store);
  }
  enum store_result result = scope_check(store, &change->new->scope, &scope);
  if (result == STORE_OK) {
    result = insert(store, change, &scope);
  }
  return result == STORE_OK ? audit_staff(store, "staff.add", change->id, details) : result;
}

enum store_result staff_add(struct store *store, const struct staff_new *staff, struct arena *arena,
                            int *id, const char **message) {
  struct change change = {.new = staff, .arena = arena};
  enum store_result result = STORE_REFUSED;
  if (is_email(staff->email)) {
    result = pg_transaction(store, "BEGIN", add, &change);
  } else {
    pg_say(store, "that is no e-mail address; hint: write it as name@example.dk");
  }
  *id = change.id;
  if (result != STORE_OK) {
    pg_explain(store, arena, message);
  }
  return result;
}

enum store_result staff_manages_evaluators(struct store *store, int municipality, bool *manages) {
  char code[PG_DECIMAL_MAX];
  pg_decimal(municipality, code);
  PGresult *rows = NULL;
  enum store_result result =
      pg_query(store, &rows, STATEMENT_STAFF_MANAGES, 1, municipality == 0 ? NULL : code);
  *manages = result == STORE_OK && pg_true(rows, 0, 0);
  PQclear(rows);
  return result;
}

/* ---- reading */

static bool read_row(const PGresult *rows, int row, struct arena *arena, struct staff_row *staff) {
  bool good = true;
  staff->id = pg_number(rows, row, 0);
  staff->email = pg_text(rows, row, 1, arena, &good);
  staff->name = pg_text(rows, row, 2, arena, &good);
  good = scope_read(rows, row, 3, arena, &staff->scope) && good;
  staff->municipality_name = pg_text(rows, row, 6, arena, &good);
  staff->created_at = pg_text(rows, row, 7, arena, &good);
  staff->disabled_at = pg_text(rows, row, 8, arena, &good);
  staff->invited_until = pg_text(rows, row, 9, arena, &good);
  staff->signed_in_on = pg_text(rows, row, 10, arena, &good);
  staff->has_password = pg_true(rows, row, 11);
  staff->has_totp = pg_true(rows, row, 12);
  return good;
}

static enum store_result read(struct store *store, const char *id, const char *email,
                              struct arena *arena, struct staff_row **list, size_t *count) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_STAFF_LIST, 2, id, email);
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

enum store_result staff_list(struct store *store, struct arena *arena, struct staff_row **rows,
                             size_t *count) {
  return read(store, NULL, NULL, arena, rows, count);
}

static enum store_result find(struct store *store, const char *id, const char *email,
                              struct arena *arena, struct staff_row *row) {
  struct staff_row *list;
  size_t count;
  enum store_result result = read(store, id, email, arena, &list, &count);
  if (result == STORE_OK && count == 0) {
    pg_say(store, "there is no such account; hint: hjemsvar staff list");
    return STORE_NONE;
  }
  if (result == STORE_OK) {
    *row = list[0];
  }
  return result;
}

enum store_result staff_find(struct store *store, int id, struct arena *arena,
                             struct staff_row *row) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(id, number);
  return find(store, number, NULL, arena, row);
}

enum store_result staff_find_email(struct store *store, const char *email, struct arena *arena,
                                   struct staff_row *row) {
  return find(store, NULL, email, arena, row);
}

/* ---- changing */

/* Whether the session may change the account; disabled tells its state. shuts: the change would
 * take an admin away. */
static enum store_result judge(struct store *store, int id, bool shuts, bool *disabled) {
  char number[PG_DECIMAL_MAX];
  pg_decimal(id, number);
  PGresult *rows = NULL;
  /* Two admins who shut each other out at the same moment are judged one after the other. */
  enum store_result result = pg_ask(store, STATEMENT_STAFF_LOCK, 0);
  if (result == STORE_OK) {
    result = pg_query(store, &rows, STATEMENT_STAFF_JUDGE, 1, number);
  }
  if (result == STORE_OK && PQntuples(rows) == 0) {
    pg_say(store, "there is no such account; hint: hjemsvar staff list");
    result = STORE_NONE;
  } else if (result == STORE_OK && !pg_true(rows, 0, 0)) {
    pg_say(store, "this account is not the session's to change");
    result = STORE_DENIED;
  } else if (result == STORE_OK && shuts && pg_true(rows, 0, 2)) {
    pg_say(store, "this is the last admin; hint: make another one first");
    result = STORE_CLOSED;
  } else if (result == STORE_OK) {
    *disabled = pg_true(rows, 0, 1);
  }
  PQclear(rows);
  return result;
}

static enum store_result shut_out(struct store *store, const char *number, bool with_tokens) {
  return pg_ask(store, STATEMENT_STAFF_SHUT_OUT, 2, number, with_tokens ? "true" : "false");
}

static enum store_result set_disabled(struct store *store, void *context) {
  const struct change *change = context;
  char number[PG_DECIMAL_MAX];
  pg_decimal(change->id, number);
  bool disabled = false;
  enum store_result result = judge(store, change->id, change->disable, &disabled);
  if (result != STORE_OK || disabled == change->disable) {
    return result;
  }
  result =
      pg_ask(store, STATEMENT_STAFF_SET_DISABLED, 2, number, change->disable ? "true" : "false");
  if (result == STORE_OK && change->disable) {
    result = shut_out(store, number, true);
  }
  return result == STORE_OK ? audit_staff(store, change->disable ? "staff.disable" : "staff.enable",
                                          change->id, NULL)
                            : result;
}

enum store_result staff_disable(struct store *store, int id) {
  struct change change = {.id = id, .disable = true};
  return pg_transaction(store, "BEGIN", set_disabled, &change);
}

enum store_result staff_enable(struct store *store, int id) {
  struct change change = {.id = id, .disable = false};
  return pg_transaction(store, "BEGIN", set_disabled, &change);
}

static enum store_result set_scope(struct store *store, void *context) {
  const struct change *change = context;
  char number[PG_DECIMAL_MAX];
  pg_decimal(change->id, number);
  struct scope_parameters scope;
  bool disabled;
  const char *details = scope_details(change->scope, change->arena);
  if (details == NULL || !scope_write(change->scope, change->arena, &scope)) {
    return pg_no_memory(store);
  }
  enum store_result result =
      judge(store, change->id, change->scope->role != STAFF_ADMIN, &disabled);
  if (result == STORE_OK) {
    result = scope_check(store, change->scope, &scope);
  }
  if (result == STORE_OK) {
    result = shut_out(store, number, true);
  }
  if (result == STORE_OK) {
    result = pg_ask(store, STATEMENT_STAFF_SET_SCOPE, 4, number, scope.role, scope.municipality,
                    scope.rounds);
  }
  return result == STORE_OK ? audit_staff(store, "staff.set_scope", change->id, details) : result;
}

enum store_result staff_set_scope(struct store *store, int id, const struct staff_scope *scope,
                                  struct arena *arena, const char **message) {
  struct change change = {.id = id, .scope = scope, .arena = arena};
  enum store_result result = pg_transaction(store, "BEGIN", set_scope, &change);
  if (result != STORE_OK) {
    pg_explain(store, arena, message);
  }
  return result;
}

static enum store_result reset_totp(struct store *store, void *context) {
  const struct change *change = context;
  char number[PG_DECIMAL_MAX];
  pg_decimal(change->id, number);
  bool disabled;
  enum store_result result = judge(store, change->id, false, &disabled);
  if (result == STORE_OK) {
    result = pg_ask(store, STATEMENT_STAFF_FORGET_TOTP, 1, number);
  }
  return result == STORE_OK ? audit_staff(store, "staff.reset_totp", change->id, NULL) : result;
}

enum store_result staff_reset_totp(struct store *store, int id) {
  struct change change = {.id = id};
  return pg_transaction(store, "BEGIN", reset_totp, &change);
}
