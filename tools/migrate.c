#include <stdio.h>

#include "definition_file.h"
#include "definition_install.h"
#include "store/audit_store.h"

/* The statements are for psql; they go to stdout, so that they can be piped. */
static int print_sql(const char *sql, const char *message) {
  (void)fputs(sql, stdout);
  return cli_fail(EXIT_CODE_DENIED,
                  "%s; hint: let a superuser run the statements printed above on this database, "
                  "then run hjemsvar migrate again",
                  message == NULL ? "the login may not create roles" : message);
}

static int migrate_schema(struct cli *cli, int *applied) {
  const char *sql = NULL, *message = NULL;
  int failed = cli_open(cli, STORE_AS_LOGIN);
  if (failed != 0) {
    return failed;
  }
  store_set_patience(cli->store, 0);
  enum store_result result = store_migrate(cli->store, cli->config.share_dir, &cli->keys,
                                           cli->arena, applied, &sql, &message);
  if (result == STORE_OK) {
    return 0;
  }
  if (result == STORE_DENIED && sql != NULL) {
    return print_sql(sql, message);
  }
  if (message == NULL || message[0] == '\0') {
    return cli_store_failed(cli, result, "migrating");
  }
  enum exit_code code = cli_store_exit(result);
  return cli_fail(result == STORE_CONFLICT ? EXIT_CODE_CONFIG : code, "migrating: %s", message);
}

static int load_templates(struct cli *cli, json_t *report) {
  int failed = cli_open(cli, STORE_AS_CONSOLE);
  if (failed != 0) {
    return failed;
  }
  const char *folder =
      arena_printf(cli->arena, "%s/templates/questionnaires", cli->config.share_dir);
  struct file_list files = {0};
  if (folder != NULL) {
    files = definition_file_list(cli->arena, folder, "");
  }
  if (files.paths == NULL) {
    return cli_fail_memory();
  }
  int first_failure = 0;
  for (size_t i = 0; i < files.count; i++) {
    failed = definition_install(cli, files.paths[i], report);
    first_failure = first_failure == 0 ? failed : first_failure;
  }
  return first_failure;
}

static int tell(struct cli *cli, int applied) {
  const struct audit_entry entry = {.action = "installation.migrate",
                                    .details =
                                        arena_printf(cli->arena, "{\"migrations\":%d}", applied)};
  int failed = cli_open(cli, STORE_AS_CONSOLE);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = audit_append(cli->store, &entry);
  return result == STORE_OK ? 0 : cli_store_failed(cli, result, "telling the audit log");
}

int command_migrate(struct cli *cli) {
  int applied = 0;
  int failed = migrate_schema(cli, &applied);
  if (failed != 0) {
    return failed;
  }
  failed = applied == 0 ? 0 : tell(cli, applied);
  json_t *report = failed == 0 ? json_array() : NULL;
  if (failed != 0) {
    return failed;
  }
  if (report == NULL) {
    return cli_fail_memory();
  }
  failed = load_templates(cli, report);
  if (cli_has(cli, "json")) {
    int unprinted =
        cli_print_json(json_pack("{s:i, s:o}", "migrations", applied, "questionnaires", report));
    return failed != 0 ? failed : unprinted;
  }
  (void)printf("%d migration%s applied\n", applied, applied == 1 ? "" : "s");
  definition_install_print(report);
  json_decref(report);
  return failed;
}
