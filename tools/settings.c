#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "stored.h"
#include "table.h"

/* Opens the database for the settings of the installation, or of a municipality. */
static int open_settings(struct cli *cli, int *municipality) {
  const char *typed = cli_value(cli, "municipality");
  int failed = typed == NULL ? 0 : stored_municipality_code(typed, municipality);
  return failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
}

int command_settings_list(struct cli *cli) {
  struct setting_row *rows = NULL;
  size_t count = 0;
  int municipality = 0;
  int failed = open_settings(cli, &municipality);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = notice_list(cli->store, municipality, cli->arena, &rows, &count);
  if (result != STORE_OK && result != STORE_NONE) {
    return cli_store_failed(cli, result, "listing the settings");
  }
  json_t *list = json_array();
  struct table table;
  table_init(&table, cli->arena, (const char *const[]){"KEY", "", "VALUE", NULL});
  for (size_t i = 0; i < count; i++) {
    const struct setting_row *row = &rows[i];
    bool empty = row->value[0] == '\0';
    table_row(&table, (const char *const[]){
                          row->key, row->required ? (empty ? "MISSING" : "required") : "",
                          empty ? arena_printf(cli->arena, "(%s)", row->description) : row->value});
    (void)json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "key", row->key, "value",
                                                row->value, "required", (int)row->required));
  }
  if (cli_has(cli, "json")) {
    return cli_print_json(list);
  }
  json_decref(list);
  return table_print(&table, stdout) ? 0 : cli_fail_memory();
}

static int normalise(const struct cli *cli, const char *typed, char **value) {
  size_t points;
  enum utf8_result result = utf8_normalise(cli->arena, typed, strlen(typed), value, &points);
  if (result == UTF8_MEMORY) {
    return cli_fail_memory();
  }
  if (result != UTF8_OK) {
    return cli_fail(EXIT_CODE_USAGE, "the value is not UTF-8; hint: use a UTF-8 terminal");
  }
  return 0;
}

static int set_failed(const struct cli *cli, enum store_result result, const char *key) {
  if (result == STORE_NONE) {
    return cli_fail(EXIT_CODE_DATA, "there is no setting \"%s\"; hint: hjemsvar settings list%s",
                    key, cli_value(cli, "municipality") == NULL ? "" : " --municipality M");
  }
  if (result == STORE_CLOSED) {
    return cli_fail(EXIT_CODE_DENIED,
                    "%s cannot be empty while a round is open; hint: give it another value, or "
                    "close the round first",
                    key);
  }
  if (result == STORE_REFUSED && strcmp(key, "municipality_totp") == 0) {
    return cli_fail(EXIT_CODE_USAGE, "%s is on or off; hint: hjemsvar settings set %s on", key,
                    key);
  }
  if (result == STORE_REFUSED && strcmp(key, "retention_months") == 0) {
    return cli_fail(EXIT_CODE_USAGE,
                    "%s is a number of months from 1 to 1200, or empty; hint: "
                    "hjemsvar settings set %s 60",
                    key, key);
  }
  if (result == STORE_REFUSED && strcmp(key, "archive_rows") == 0) {
    return cli_fail(EXIT_CODE_USAGE,
                    "%s is internal or anonymised; hint: hjemsvar settings set %s "
                    "anonymised",
                    key, key);
  }
  if (result == STORE_REFUSED && cli_value(cli, "municipality") != NULL) {
    return cli_fail(EXIT_CODE_USAGE, "%s is told to parents; hint: change it, do not empty it",
                    key);
  }
  return cli_store_failed(cli, result, "setting it");
}

int command_settings_set(struct cli *cli) {
  const char *key = cli->arguments[0];
  char *value;
  int municipality = 0;
  int failed = normalise(cli, cli->arguments[1], &value);
  failed = failed != 0 ? failed : open_settings(cli, &municipality);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = notice_set(cli->store, municipality, key, value);
  if (result != STORE_OK && result != STORE_DUPLICATE) {
    return set_failed(cli, result, key);
  }
  if (cli_has(cli, "json")) {
    return cli_print_json(json_pack("{s:s, s:s}", "key", key, "value", value));
  }
  (void)printf("%s %s\n", key, value[0] == '\0' ? "is empty" : "is set");
  return 0;
}
