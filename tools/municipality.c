#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "municipality_letter.h"
#include "table.h"

static json_t *municipality_json(const struct municipality_row *row) {
  json_t *object =
      json_pack("{s:i, s:s, s:s, s:s, s:s}", "municipality", row->code, "name", row->name,
                "contact", row->contact, "phone", row->phone, "email", row->email);
  if (row->merged_into != 0) {
    (void)json_object_set_new(object, "merged_into", json_integer(row->merged_into));
  }
  return object;
}

int command_municipality_list(struct cli *cli) {
  struct municipality_row *rows = NULL;
  size_t count = 0;
  int failed = cli_open(cli, STORE_AS_CONSOLE);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = municipality_list(cli->store, cli->arena, &rows, &count);
  if (result != STORE_OK && result != STORE_NONE) {
    return cli_store_failed(cli, result, "listing the municipalities");
  }
  json_t *list = json_array();
  struct table table;
  table_init(&table, cli->arena,
             (const char *const[]){"CODE", "NAME", "CONTACT", "PHONE", "EMAIL", NULL});
  for (size_t i = 0; i < count; i++) {
    const struct municipality_row *row = &rows[i];
    (void)json_array_append_new(list, municipality_json(row));
    table_row(&table, (const char *const[]){arena_printf(cli->arena, "%d", row->code), row->name,
                                            row->contact, row->phone, row->email});
  }
  if (cli_has(cli, "json")) {
    return cli_print_json(list);
  }
  json_decref(list);
  return table_print(&table, stdout) ? 0 : cli_fail_memory();
}

static int open_municipality(struct cli *cli, int *code) {
  int failed = stored_municipality_code(cli->arguments[0], code);
  return failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
}

static int find_failed(const struct cli *cli, enum store_result result, int code) {
  if (result == STORE_NONE) {
    return cli_fail(EXIT_CODE_DATA, "there is no municipality %d; hint: hjemsvar municipality list",
                    code);
  }
  return cli_store_failed(cli, result, "finding the municipality");
}

static int show(const struct cli *cli, int code) {
  struct municipality_row row;
  enum store_result result = municipality_find(cli->store, code, cli->arena, &row);
  if (result != STORE_OK) {
    return find_failed(cli, result, code);
  }
  json_t *object = municipality_json(&row);
  int failed = object == NULL ? cli_fail_memory() : municipality_letter_show(cli, code, object);
  if (failed != 0) {
    json_decref(object);
    return failed;
  }
  if (cli_has(cli, "json")) {
    return cli_print_json(object);
  }
  (void)printf("code     %d\nname     %s\ncontact  %s\nphone    %s\nemail    %s\n", row.code,
               row.name, row.contact, row.phone, row.email);
  if (row.merged_into != 0) {
    (void)printf("merged   into %d\n", row.merged_into);
  }
  municipality_letter_print(object);
  json_decref(object);
  return 0;
}

int command_municipality_show(struct cli *cli) {
  int code;
  int failed = open_municipality(cli, &code);
  return failed != 0 ? failed : show(cli, code);
}

/* One line of text as it is stored; NULL stays NULL. */
static int line_value(const struct cli *cli, const char *flag, const char **value) {
  const char *text = cli_value(cli, flag);
  char *normal;
  size_t points;
  *value = NULL;
  if (text == NULL) {
    return 0;
  }
  enum utf8_result result = utf8_normalise(cli->arena, text, strlen(text), &normal, &points);
  if (result == UTF8_MEMORY) {
    return cli_fail_memory();
  }
  if (result != UTF8_OK || points > 200 || strchr(normal, '\n') != NULL) {
    return cli_fail(EXIT_CODE_USAGE,
                    "--%s cannot be printed in a letter; hint: one line of "
                    "UTF-8, at most 200 characters",
                    flag);
  }
  *value = normal;
  return 0;
}

int command_municipality_set(struct cli *cli) {
  const char *contact, *phone, *email;
  struct municipality_letter letter;
  int code;
  int failed = line_value(cli, "contact", &contact);
  failed = failed != 0 ? failed : line_value(cli, "phone", &phone);
  failed = failed != 0 ? failed : line_value(cli, "email", &email);
  failed = failed != 0 ? failed : municipality_letter_read(cli, &letter);
  failed = failed != 0 ? failed : open_municipality(cli, &code);
  failed = failed != 0 ? failed : municipality_letter_set(cli, code, &letter);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = municipality_set(cli->store, code, contact, phone, email);
  return result == STORE_OK ? show(cli, code) : find_failed(cli, result, code);
}
