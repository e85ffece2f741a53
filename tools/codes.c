#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "out_file.h"
#include "progress.h"
#include "store/code_store.h"
#include "stored.h"
#include "table.h"

/* The round and, when it was given, the municipality of the command line; 0: all. */
static int read_place(struct cli *cli, int *round, int *municipality) {
  const char *text = cli_value(cli, "municipality");
  *municipality = 0;
  int failed = cli_round(cli_value(cli, "round"), round);
  if (failed == 0 && text != NULL) {
    failed = stored_municipality_code(text, municipality);
  }
  return failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
}

/* ---- make */

struct writing {
  const struct cli *cli;
  struct out_file *file;
  struct progress progress;
};

static bool write_link(void *context, int letter, const char *code) {
  struct writing *writing = context;
  char url[1024];
  int length = snprintf(url, sizeof url, "%s/S/%s\n", writing->cli->config.public_url, code);
  bool written = length > 0 && (size_t)length < sizeof url;
  for (int i = 0; written && i < length; i++) {
    url[i] = url[i] >= 'a' && url[i] <= 'z' ? (char)(url[i] - 'a' + 'A') : url[i];
  }
  written = written && out_file_write(writing->file, url, (size_t)length);
  crypto_wipe(url, sizeof url);
  progress_update(&writing->progress, letter + 1);
  return written;
}

static int make(struct cli *cli, const struct code_batch_new *plan, struct out_file *file,
                struct code_batch *batch) {
  struct writing writing = {.cli = cli, .file = file};
  progress_init(&writing.progress, plan->letters);
  enum store_result result =
      code_batch_make(cli->store, &cli->keys, plan, write_link, &writing, cli->arena, batch);
  progress_clear(&writing.progress);
  if (result == STORE_OK) {
    int failed = out_file_finish(file, cli);
    return failed == 0 ? 0
                       : cli_fail(failed,
                                  "the codes of batch \"%s\" live, but nobody has them; "
                                  "hint: hjemsvar codes cancel --round %d --municipality "
                                  "%d --batch \"%s\"",
                                  batch->name, plan->round, plan->municipality, batch->name);
  }
  bool told = file->failed;
  out_file_abandon(file);
  return told ? EXIT_CODE_IO : stored_batch_failed(cli, result, "making the codes");
}

static int confirm(const struct cli *cli, const struct code_batch *batch) {
  if (cli_has(cli, "yes") || isatty(STDIN_FILENO) == 0) {
    return 0;
  }
  char line[16] = "";
  (void)fprintf(stderr,
                "Cancel the unused codes of batch \"%s\" (%d letter%s, %s)? Letters that are out "
                "and that nobody has answered with stop working. Type yes: ",
                batch->name, batch->letters, batch->letters == 1 ? "" : "s", batch->made_on);
  if (fgets(line, sizeof line, stdin) == NULL || strcmp(line, "yes\n") != 0) {
    return cli_fail(EXIT_CODE_DENIED, "nothing was changed; hint: answer yes, or give --yes");
  }
  return 0;
}

/* Before any file is begun. */
static int confirm_reprint(struct cli *cli, const struct code_batch_new *plan) {
  struct code_batch batch;
  if (plan->reprints == NULL) {
    return 0;
  }
  enum store_result result = code_batch_find(cli->store, plan->round, plan->municipality,
                                             plan->reprints, cli->arena, &batch);
  return result == STORE_OK ? confirm(cli, &batch)
                            : stored_batch_failed(cli, result, "finding the batch");
}

int command_codes_make(struct cli *cli) {
  const char *path = cli_has(cli, "out") ? cli_value(cli, "out") : "-";
  struct code_batch_new plan = {.name = cli_value(cli, "batch"),
                                .reprints = cli_value(cli, "reprint")};
  struct code_batch batch;
  struct out_file file;
  if (!cli_number(cli_value(cli, "letters"), 1, CODE_LETTERS_MAX, &plan.letters)) {
    return cli_fail(EXIT_CODE_USAGE, "--letters is \"%s\"; hint: 1 to %d",
                    cli_value(cli, "letters"), CODE_LETTERS_MAX);
  }
  int failed = read_place(cli, &plan.round, &plan.municipality);
  failed = failed != 0 ? failed : cli_load_keys(cli);
  failed = failed != 0 ? failed : confirm_reprint(cli, &plan);
  failed = failed != 0 ? failed : out_file_open(&file, cli, path, 0600);
  failed = failed != 0 ? failed : make(cli, &plan, &file, &batch);
  if (failed == 0) {
    cli_warn("batch \"%s\": %d code%s of %d use%s; they are shown this once and stored nowhere",
             batch.name, batch.letters, batch.letters == 1 ? "" : "s", batch.uses,
             batch.uses == 1 ? "" : "s");
  }
  return failed;
}

/* ---- list */

static json_t *batch_json(const struct code_batch *batch) {
  return json_pack("{s:i, s:i, s:s, s:i, s:i, s:s, s:b, s:s?}", "number", batch->id, "municipality",
                   batch->municipality, "name", batch->name, "letters", batch->letters, "uses",
                   batch->uses, "made_on", batch->made_on, "cancelled", (int)batch->cancelled,
                   "answers", batch->answers);
}

static int print_table(const struct cli *cli, const struct code_batch *rows, size_t count) {
  struct table table;
  table_init(&table, cli->arena,
             (const char *const[]){"NUMBER", "MUNICIPALITY", "BATCH", "LETTERS", "USES", "MADE",
                                   "ANSWERS", "STATE", NULL});
  for (size_t i = 0; i < count; i++) {
    const struct code_batch *row = &rows[i];
    table_row(&table, (const char *const[]){arena_printf(cli->arena, "%d", row->id),
                                            arena_printf(cli->arena, "%d", row->municipality),
                                            row->name, arena_printf(cli->arena, "%d", row->letters),
                                            arena_printf(cli->arena, "%d", row->uses), row->made_on,
                                            row->answers == NULL ? "gone" : row->answers,
                                            row->cancelled ? "unused ones cancelled" : ""});
  }
  return table_print(&table, stdout) ? 0 : cli_fail_memory();
}

int command_codes_list(struct cli *cli) {
  struct code_batch *rows;
  size_t count;
  int round, municipality;
  int failed = read_place(cli, &round, &municipality);
  if (failed != 0) {
    return failed;
  }
  enum store_result result =
      code_batch_list(cli->store, round, municipality, cli->arena, &rows, &count);
  if (result != STORE_OK) {
    return stored_batch_failed(cli, result, "listing the batches");
  }
  if (!cli_has(cli, "json")) {
    return print_table(cli, rows, count);
  }
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) {
    (void)json_array_append_new(list, batch_json(&rows[i]));
  }
  return cli_print_json(list);
}

/* ---- cancel */

/* Which municipality has a batch of the name, when it was not given. */
static int find_municipality(struct cli *cli, int round, const char *name, int *municipality) {
  struct code_batch *rows;
  size_t count;
  enum store_result result = code_batch_list(cli->store, round, 0, cli->arena, &rows, &count);
  if (result != STORE_OK) {
    return stored_batch_failed(cli, result, "listing the batches");
  }
  for (size_t i = 0; i < count; i++) {
    if (strcmp(rows[i].name, name) != 0 || rows[i].municipality == *municipality) {
      continue;
    }
    if (*municipality != 0) {
      return cli_fail(EXIT_CODE_DATA,
                      "several municipalities have a batch \"%s\"; hint: --municipality %d", name,
                      *municipality);
    }
    *municipality = rows[i].municipality;
  }
  return *municipality != 0
             ? 0
             : cli_fail(EXIT_CODE_DATA,
                        "round %d has no batch \"%s\"; hint: hjemsvar codes list --round %d", round,
                        name, round);
}

int command_codes_cancel(struct cli *cli) {
  const char *name = cli_value(cli, "batch");
  struct code_batch batch;
  int round, municipality;
  int failed = read_place(cli, &round, &municipality);
  if (failed == 0 && municipality == 0) {
    failed = find_municipality(cli, round, name, &municipality);
  }
  if (failed != 0) {
    return failed;
  }
  enum store_result result =
      code_batch_find(cli->store, round, municipality, name, cli->arena, &batch);
  if (result != STORE_OK) {
    return stored_batch_failed(cli, result, "finding the batch");
  }
  failed = confirm(cli, &batch);
  if (failed != 0) {
    return failed;
  }
  result = code_batch_cancel(cli->store, round, municipality, name);
  if (result != STORE_OK) {
    return stored_batch_failed(cli, result, "cancelling the batch");
  }
  (void)printf("the unused codes of batch \"%s\" are cancelled\n", batch.name);
  return 0;
}
