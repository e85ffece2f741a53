#include "store/release_store.h"

#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "store/round_json.h"
#include "stored.h"
#include "table.h"

/* What --release wants: the command that shows it again. */
static const char *shown_by(const struct release_record *record) {
  return strcmp(record->kind, "rows") == 0 ? "answers export" : "report";
}

static int print(const struct cli *cli, const struct release_record *records, size_t count) {
  static const char *const headings[] = {"RELEASE",  "KIND",       "MADE", "FLOOR",
                                         "OVERRIDE", "AGAIN WITH", NULL};
  struct table table;
  table_init(&table, cli->arena, headings);
  for (size_t i = 0; i < count; i++) {
    const struct release_record *record = &records[i];
    const char *cells[] = {arena_printf(cli->arena, "%d", record->id),
                           record->kind,
                           record->made_at,
                           arena_printf(cli->arena, "%d", record->floor),
                           record->override_by,
                           shown_by(record),
                           NULL};
    table_row(&table, cells);
  }
  return table_print(&table, stdout) ? 0 : cli_fail_memory();
}

int command_release_list(struct cli *cli) {
  struct round_row round;
  struct release_record *records = NULL;
  size_t count = 0;
  int failed = cli_open(cli, STORE_AS_CONSOLE);
  failed = failed != 0 ? failed : stored_round(cli, cli_value(cli, "round"), &round);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = release_list(cli->store, round.id, cli->arena, &records, &count);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "listing the releases");
  }
  return cli_has(cli, "json") ? cli_print_json(round_json_releases(records, count))
                              : print(cli, records, count);
}
