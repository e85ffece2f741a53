#include <string.h>

#include "answers_anonymised.h"
#include "answers_options.h"
#include "out_file.h"
#include "progress.h"
#include "store/audit_store.h"

struct exporting {
  struct cli *cli;
  struct answers_options options;
  struct export *export;
  struct out_file file;
  struct audit_export told; /* to the audit log */
  struct store *primary;    /* that is told, when the answers are read from a standby; or NULL */
  struct progress progress;
  long long rows;     /* of all readings */
  long long expected; /* of all readings */
  int failed;         /* exit code */
};

/* ---- rows */

static void take_row(struct exporting *exporting, const struct export_row *row,
                     struct arena *arena) {
  static const struct export_trouble none;
  struct response response;
  if (!export_response(row, exporting->options.options.questionnaire, arena, &response)) {
    exporting->failed =
        cli_fail(EXIT_CODE_INTERNAL, "answer %s does not fit its questionnaire; hint: report this",
                 row->response_id);
    return;
  }
  enum export_result result = export_add(exporting->export, &response);
  if (result != EXPORT_OK) {
    exporting->failed = answers_options_failed(&exporting->options.options, result, &none);
  }
}

static bool each_row(void *context, const struct export_row *row) {
  struct exporting *exporting = context;
  struct arena *arena = arena_new(0);
  if (arena == NULL) {
    exporting->failed = cli_fail_memory();
    return false;
  }
  take_row(exporting, row, arena);
  arena_free(arena);
  progress_update(&exporting->progress, ++exporting->rows);
  return exporting->failed == 0;
}

static bool again(void *context) {
  struct exporting *exporting = context;
  return exporting->failed == 0 && export_again(exporting->export);
}

static void show_part(void *context, double part) {
  struct exporting *exporting = context;
  double rest = part * (double)exporting->expected;
  progress_update(&exporting->progress, exporting->expected + (long long)rest);
}

static bool to_file(void *context, const char *bytes, size_t size) {
  struct exporting *exporting = context;
  return out_file_write(&exporting->file, bytes, size);
}

/* ---- the whole */

/* Before the first answer is read, and after the last was written. */
static int tell(struct exporting *exporting, long long rows) {
  struct cli *cli = exporting->cli;
  struct store *store = exporting->primary != NULL ? exporting->primary : cli->store;
  exporting->told.rows = rows;
  enum store_result result = audit_export(store, &exporting->told);
  return result == STORE_OK ? 0 : cli_store_said(store, result, "telling the audit log");
}

static int stream(struct exporting *exporting) {
  struct cli *cli = exporting->cli;
  struct export_trouble trouble = {.what = ""};
  store_set_patience(cli->store, 0);
  enum store_result result =
      export_rows(cli->store, &exporting->options.filter, each_row, again, exporting);
  if (exporting->failed != 0 || result != STORE_OK) {
    progress_clear(&exporting->progress);
    return exporting->failed != 0 ? exporting->failed
                                  : cli_store_failed(cli, result, "reading the answers");
  }
  enum export_result finished = export_finish(exporting->export, &trouble);
  progress_clear(&exporting->progress);
  return finished == EXPORT_OK
             ? tell(exporting, export_counts(exporting->export).answers)
             : answers_options_failed(&exporting->options.options, finished, &trouble);
}

static int count_rows(struct exporting *exporting) {
  long long rows = 0;
  bool once = exporting->options.options.format <= EXPORT_JSONL;
  enum store_result result = export_count(exporting->cli->store, &exporting->options.filter, &rows);
  if (result != STORE_OK) {
    return cli_store_failed(exporting->cli, result, "counting the answers");
  }
  /* What comes after the rows takes about as long as they do. */
  exporting->expected = once ? rows : rows * 2;
  progress_init(&exporting->progress, once ? rows : rows * 4);
  return 0;
}

static int make(struct exporting *exporting) {
  static const struct export_trouble none;
  exporting->options.options.progress = show_part;
  exporting->options.options.progress_context = exporting;
  enum export_result made =
      export_new(&exporting->options.options, to_file, exporting, &exporting->export);
  int failed = made == EXPORT_OK ? stream(exporting)
                                 : answers_options_failed(&exporting->options.options, made, &none);
  export_free(exporting->export);
  return failed;
}

static int export_to(struct exporting *exporting) {
  struct cli *cli = exporting->cli;
  const char *path = cli_has(cli, "out") ? cli_value(cli, "out") : "-";
  int failed = out_file_open(&exporting->file, cli, path, 0600);
  if (failed != 0) {
    return failed;
  }
  failed = tell(exporting, -1);
  failed = failed != 0 ? failed : make(exporting);
  if (failed != 0) {
    out_file_abandon(&exporting->file);
    return failed;
  }
  return out_file_finish(&exporting->file, cli);
}

/* The log lies with the primary, whatever the answers are read from. */
static int reach_log(struct exporting *exporting) {
  struct cli *cli = exporting->cli;
  exporting->told = (struct audit_export){.round = exporting->options.filter.round,
                                          .format = cli_value(cli, "format"),
                                          .profile = cli_value(cli, "profile")};
  return store_is_standby(cli->store) ? cli_open_primary(cli, STORE_AS_EXPORT, &exporting->primary)
                                      : 0;
}

int command_answers_export(struct cli *cli) {
  struct exporting exporting = {.cli = cli};
  if (strcmp(cli_value(cli, "profile"), "anonymised") == 0) {
    return answers_anonymised(cli);
  }
  static const char *const others[] = {"k",           "release",      "with",        "certificate",
                                       "override-by", "override-why", "comments-out"};
  for (size_t i = 0; i < array_length(others); i++) {
    if (cli_has(cli, others[i])) {
      return cli_fail(EXIT_CODE_USAGE, "--%s is for --profile anonymised; hint: leave it out",
                      others[i]);
    }
  }
  int failed = answers_options_read(cli, &exporting.options);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
  failed = failed != 0 ? failed : answers_options_gather(cli, &exporting.options);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_EXPORT);
  failed = failed != 0 ? failed : count_rows(&exporting);
  failed = failed != 0 ? failed : reach_log(&exporting);
  failed = failed != 0 ? failed : export_to(&exporting);
  store_close(exporting.primary);
  if (failed == 0) {
    flags_tell_time(&exporting.options.run);
  }
  answers_options_clear(&exporting.options);
  return failed;
}
