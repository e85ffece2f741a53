#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "store/staff_store.h"
#include "stored.h"
#include "table.h"

/* ---- what the command line says */

static int read_role(const char *word, enum staff_role *role) {
  if (!staff_role_read(word, role)) {
    return cli_fail(EXIT_CODE_USAGE,
                    "\"%s\" is no role; hint: --role admin, evaluator or municipality", word);
  }
  return 0;
}

static int read_rounds(const struct cli *cli, const char *list, struct staff_scope *scope) {
  size_t count;
  const char *const *words = cli_split(cli, list, &count);
  int *rounds = arena_array(cli->arena, count, sizeof *rounds);
  if (words == NULL || rounds == NULL) {
    return cli_fail_memory();
  }
  for (size_t i = 0; i < count; i++) {
    int failed = cli_round(words[i], &rounds[i]);
    if (failed != 0) {
      return failed;
    }
  }
  scope->rounds = rounds;
  scope->rounds_count = count;
  return 0;
}

static int read_scope(const struct cli *cli, struct staff_scope *scope) {
  *scope = (struct staff_scope){0};
  const char *municipality = cli_value(cli, "municipality"), *rounds = cli_value(cli, "rounds");
  int failed = read_role(cli_value(cli, "role"), &scope->role);
  if (failed == 0 && municipality != NULL) {
    failed = stored_municipality_code(municipality, &scope->municipality);
  }
  if (failed == 0 && rounds != NULL) {
    failed = read_rounds(cli, rounds, scope);
  }
  return failed;
}

static int read_name(const struct cli *cli, const char **name) {
  const char *typed = cli_value(cli, "name");
  char *normal = NULL;
  size_t points;
  *name = "";
  if (typed == NULL) {
    return 0;
  }
  enum utf8_result result = utf8_normalise(cli->arena, typed, strlen(typed), &normal, &points);
  if (result == UTF8_MEMORY) {
    return cli_fail_memory();
  }
  if (result != UTF8_OK) {
    return cli_fail(EXIT_CODE_USAGE, "the name is not UTF-8; hint: use a UTF-8 terminal");
  }
  *name = normal;
  return 0;
}

/* Opens the database and finds the account that the first argument names. */
static int open_account(struct cli *cli, struct staff_row *row) {
  const char *email = cli->arguments[0];
  int failed = cli_open(cli, STORE_AS_CONSOLE);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = staff_find_email(cli->store, email, cli->arena, row);
  if (result == STORE_NONE) {
    return cli_fail(EXIT_CODE_DATA, "nobody has the address \"%s\"; hint: hjemsvar staff list",
                    email);
  }
  return result == STORE_OK ? 0 : cli_store_failed(cli, result, "finding the account");
}

/* ---- the link */

/* Makes an invitation and prints its link: here and nowhere else. */
static int invite(const struct cli *cli, int staff, const char *email) {
  char token[TOKEN_CHARACTERS + 1];
  unsigned char hash[TOKEN_HASH_BYTES];
  const char *until = NULL;
  token_new(token, hash);
  enum store_result result = invitation_make(cli->store, staff, hash, cli->arena, &until);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "making the link");
  }
  const char *url = arena_printf(cli->arena, "%s/invitation/%s", cli->config.console_url, token);
  if (url == NULL) {
    return cli_fail_memory();
  }
  if (cli_has(cli, "json")) {
    return cli_print_json(json_pack("{s:i, s:s, s:s, s:s}", "staff", staff, "email", email, "url",
                                    url, "until", until));
  }
  (void)printf("%s\nThis link is for %s alone. It works once, until %s, and is not shown again.\n",
               url, email, until);
  return 0;
}

int command_staff_add(struct cli *cli) {
  struct staff_new new = {.email = cli_value(cli, "email")};
  const char *message = NULL;
  int id = 0;
  int failed = read_scope(cli, &new.scope);
  failed = failed != 0 ? failed : read_name(cli, &new.name);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = staff_add(cli->store, &new, cli->arena, &id, &message);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "adding the account");
  }
  return invite(cli, id, new.email);
}

int command_staff_invite(struct cli *cli) {
  struct staff_row row;
  int failed = open_account(cli, &row);
  return failed != 0 ? failed : invite(cli, row.id, row.email);
}

/* ---- listing */

static json_t *scope_json(const struct staff_scope *scope) {
  json_t *rounds = json_array();
  for (size_t i = 0; i < scope->rounds_count; i++) {
    (void)json_array_append_new(rounds, json_integer(scope->rounds[i]));
  }
  return json_pack("{s:s, s:o, s:o}", "role", staff_role_name(scope->role), "municipality",
                   scope->municipality == 0 ? json_null() : json_integer(scope->municipality),
                   "rounds", rounds);
}

static json_t *row_json(const struct staff_row *row) {
  json_t *object = scope_json(&row->scope);
  (void)json_object_set_new(object, "staff", json_integer(row->id));
  (void)json_object_set_new(object, "email", cli_json_string(row->email));
  (void)json_object_set_new(object, "name", cli_json_string(row->name));
  (void)json_object_set_new(object, "created_at", cli_json_string(row->created_at));
  (void)json_object_set_new(object, "disabled_at", cli_json_string(row->disabled_at));
  (void)json_object_set_new(object, "invited_until", cli_json_string(row->invited_until));
  (void)json_object_set_new(object, "signed_in_on", cli_json_string(row->signed_in_on));
  (void)json_object_set_new(object, "has_password", json_boolean(row->has_password));
  (void)json_object_set_new(object, "has_totp", json_boolean(row->has_totp));
  return object;
}

static const char *state_of(const struct staff_row *row) {
  if (row->disabled_at != NULL) {
    return "disabled";
  }
  if (row->invited_until != NULL) {
    return row->has_password ? "invited anew" : "invited";
  }
  return row->has_password ? "active" : "no invitation";
}

static const char *reach_of(const struct cli *cli, const struct staff_scope *scope,
                            const char *municipality) {
  const char *reach = municipality == NULL ? "all" : municipality;
  for (size_t i = 0; i < scope->rounds_count && reach != NULL; i++) {
    reach = arena_printf(cli->arena, "%s%s%d", reach, i == 0 ? ", round " : ",", scope->rounds[i]);
  }
  return reach;
}

int command_staff_list(struct cli *cli) {
  struct staff_row *rows = NULL;
  size_t count = 0;
  int failed = cli_open(cli, STORE_AS_CONSOLE);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = staff_list(cli->store, cli->arena, &rows, &count);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "listing the accounts");
  }
  json_t *list = json_array();
  struct table table;
  table_init(
      &table, cli->arena,
      (const char *const[]){"ACCOUNT", "EMAIL", "NAME", "ROLE", "REACHES", "STATE", "LAST", NULL});
  for (size_t i = 0; i < count; i++) {
    const struct staff_row *row = &rows[i];
    (void)json_array_append_new(list, row_json(row));
    table_row(&table, (const char *const[]){arena_printf(cli->arena, "%d", row->id), row->email,
                                            row->name, staff_role_name(row->scope.role),
                                            reach_of(cli, &row->scope, row->municipality_name),
                                            state_of(row), row->signed_in_on});
  }
  if (cli_has(cli, "json")) {
    return cli_print_json(list);
  }
  json_decref(list);
  return table_print(&table, stdout) ? 0 : cli_fail_memory();
}

/* ---- changing */

static int change(struct cli *cli, enum store_result (*change_one)(struct store *store, int id),
                  const char *doing, const char *done) {
  struct staff_row row;
  int failed = open_account(cli, &row);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = change_one(cli->store, row.id);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, doing);
  }
  if (cli_has(cli, "json")) {
    return cli_print_json(json_pack("{s:i, s:s}", "staff", row.id, "email", row.email));
  }
  (void)printf("%s %s\n", row.email, done);
  return 0;
}

int command_staff_disable(struct cli *cli) {
  return change(cli, staff_disable, "disabling the account", "is disabled and signed out");
}

int command_staff_enable(struct cli *cli) {
  return change(cli, staff_enable, "enabling the account",
                "is enabled; hint: hjemsvar staff invite makes a link for a new password");
}

int command_staff_reset_totp(struct cli *cli) {
  return change(cli, staff_reset_totp, "taking the authenticator off",
                "has no authenticator; the next sign-in sets one up");
}
