#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "import_read.h"
#include "stored.h"

struct importing {
  struct cli *cli;
  struct import_rules rules;
  struct import_layout layout;
  unsigned char trace_key[CRYPTO_KEY_BYTES];
  bool has_header;
  struct import *import;
  struct import_report report;
  struct progress progress;
  long long nameless; /* rows without external_id */
  int failed;         /* exit code */
};

/* ---- rows */

static void take_header(struct importing *importing, const struct csv_reader_row *row) {
  importing->has_header = true;
  if (!import_layout_read(&importing->layout, importing->rules.questionnaire, importing->cli->arena,
                          row, &importing->report)) {
    importing->failed = cli_fail_memory();
  } else if (importing->report.faults > 0) {
    importing->failed = EXIT_CODE_DATA; /* no row can be judged without its columns */
  }
}

static void add_row(struct importing *importing, const struct import_row *row) {
  enum store_result result = import_add(importing->import, row);
  if (result != STORE_OK) {
    progress_clear(&importing->progress);
    importing->failed = cli_store_failed(importing->cli, result, "storing the answers");
  }
}

static void take_row(struct importing *importing, const struct csv_reader_row *row) {
  struct import_row out = {0};
  struct arena *arena = arena_new(0);
  enum import_read_result result = IMPORT_READ_MEMORY;
  if (arena != NULL) {
    result = import_read(&importing->rules, row, arena, &importing->report, &out);
  }
  if (result == IMPORT_READ_MEMORY) {
    importing->failed = cli_fail_memory();
  } else if (result == IMPORT_READ_OK) {
    importing->nameless += out.external_id == NULL;
    add_row(importing, &out);
  }
  arena_free(arena);
}

static bool each_row(void *context, const struct csv_reader_row *row) {
  struct importing *importing = context;
  if (importing->has_header) {
    take_row(importing, row);
  } else {
    take_header(importing, row);
  }
  progress_update(&importing->progress, row->offset);
  return importing->failed == 0;
}

static void import_conflicts(void *context, long line, const char *external_id) {
  struct importing *importing = context;
  import_report_add(&importing->report, line, trailing_columns[TRAILING_EXTERNAL_ID],
                    "%s is there already with other content; hint: an id stands for one answer",
                    external_id);
}

/* ---- the file */

static int read_failed(struct importing *importing, enum csv_reader_result result, long line) {
  switch (result) {
  case CSV_READER_DONE:
  case CSV_READER_STOPPED:
    return importing->failed;
  case CSV_READER_QUOTES:
    import_report_add(&importing->report, line, NULL,
                      "a quotation mark stands in the wrong place or is never closed, and the rest "
                      "of the file cannot be read; hint: see this row and the one before");
    return 0;
  case CSV_READER_LONG:
    import_report_add(&importing->report, line, NULL,
                      "the row does not end, and the rest of the file cannot be read; hint: look "
                      "for a quotation mark that is not closed");
    return 0;
  case CSV_READER_IO:
    return cli_fail(EXIT_CODE_IO, "%s cannot be read: %s; hint: see that it is a file",
                    importing->report.file, strerror(errno));
  case CSV_READER_MEMORY:
    return cli_fail_memory();
  }
  return EXIT_CODE_INTERNAL;
}

static int read_file(struct importing *importing, int fd) {
  struct stat status;
  long line;
  bool sized = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
  progress_init(&importing->progress, sized ? status.st_size : 0);
  enum csv_reader_result result = csv_reader_run(fd, each_row, importing, &line);
  progress_clear(&importing->progress);
  int failed = read_failed(importing, result, line);
  if (failed == 0 && !importing->has_header && importing->report.faults == 0) {
    return cli_fail(EXIT_CODE_DATA, "%s is empty; hint: the first line names the columns",
                    importing->report.file);
  }
  return failed;
}

static int bad_rows(const struct importing *importing) {
  import_report_end(&importing->report);
  return cli_fail(EXIT_CODE_DATA,
                  "%s: %lld row%s wrong, nothing was imported; hint: mend %s and "
                  "import the file again",
                  importing->report.file, importing->report.bad_rows,
                  importing->report.bad_rows == 1 ? " is" : "s are",
                  importing->report.bad_rows == 1 ? "it" : "them");
}

static int print_result(const struct cli *cli, int round, long long inserted, long long skipped) {
  if (cli_has(cli, "json")) {
    return cli_print_json(json_pack("{s:i, s:I, s:I}", "round", round, "stored",
                                    (json_int_t)inserted, "skipped", (json_int_t)skipped));
  }
  (void)printf("round %d: %lld row%s stored, %lld skipped (same external_id, same content)\n",
               round, inserted, inserted == 1 ? "" : "s", skipped);
  return 0;
}

static void warn_nameless(const struct importing *importing) {
  if (importing->nameless > 0) {
    bool one = importing->nameless == 1;
    cli_warn("%lld row%s no external_id: importing this file again would store %s again",
             importing->nameless, one ? " has" : "s have", one ? "it" : "them");
  }
}

static int finish(struct importing *importing, int round) {
  long long inserted = 0, skipped = 0;
  struct import *import = importing->import;
  importing->import = NULL;
  enum store_result result =
      import_finish(import, import_conflicts, importing, &inserted, &skipped);
  if (result == STORE_CONFLICT) {
    return bad_rows(importing);
  }
  if (result == STORE_CLOSED) {
    return cli_fail(EXIT_CODE_DENIED,
                    "round %d was finalised meanwhile, nothing was imported; "
                    "hint: make a new round",
                    round);
  }
  if (result != STORE_OK) {
    return cli_store_failed(importing->cli, result, "storing the answers");
  }
  warn_nameless(importing);
  return print_result(importing->cli, round, inserted, skipped);
}

/* The good rows of a bad file: their ids may be taken. */
static int compare_rest(struct importing *importing) {
  struct import *import = importing->import;
  importing->import = NULL;
  enum store_result result = import_compare(import, import_conflicts, importing);
  return result == STORE_OK || result == STORE_CONFLICT
             ? bad_rows(importing)
             : cli_store_failed(importing->cli, result, "comparing external ids");
}

static int import_file(struct importing *importing, int fd, int round) {
  enum store_result result = import_begin(&importing->import, importing->cli->store, round);
  if (result == STORE_CLOSED) {
    return cli_fail(EXIT_CODE_DENIED,
                    "round %d is finalised and takes no answers; hint: make a new round", round);
  }
  if (result != STORE_OK) {
    return cli_store_failed(importing->cli, result, "beginning the import");
  }
  int failed = read_file(importing, fd);
  if (importing->report.faults > 0 && (failed == 0 || failed == EXIT_CODE_DATA)) {
    return compare_rest(importing);
  }
  return failed != 0 ? failed : finish(importing, round);
}

/* ---- what the rows are checked against */

static int load_languages(struct importing *importing, const struct questionnaire_row *row) {
  const struct cli *cli = importing->cli;
  struct translation_row *rows = NULL;
  size_t count = 0;
  enum store_result result =
      translation_list(cli->store, row->id, row->version, cli->arena, &rows, &count);
  if (result != STORE_OK && result != STORE_NONE) {
    return cli_store_failed(cli, result, "listing the translations");
  }
  const char **languages = arena_array(cli->arena, count + 1, sizeof *languages);
  if (languages == NULL) {
    return cli_fail_memory();
  }
  languages[0] = importing->rules.questionnaire->language;
  for (size_t i = 0; i < count; i++) {
    languages[i + 1] = rows[i].language;
  }
  importing->rules.languages = languages;
  importing->rules.languages_count = count + 1;
  return 0;
}

static void load_trace_key(struct importing *importing, const struct round_row *round) {
  const char *folder = importing->cli->config.key_dir;
  importing->rules.traces = round->traces;
  if (!round->traces) {
    return;
  }
  if (crypto_round_key_load(folder, round->id, importing->trace_key) == CRYPTO_OK) {
    importing->rules.trace_key = importing->trace_key;
  } else {
    cli_warn("the trace key of round %d is not in %s, so network and device are not kept; hint: "
             "set HJEMSVAR_KEY_DIR to the servers' folder",
             round->id, folder);
  }
}

static int prepare(struct importing *importing, struct round_row *round) {
  struct cli *cli = importing->cli;
  struct questionnaire_row row;
  int failed = cli_open(cli, STORE_AS_CONSOLE);
  failed = failed != 0 ? failed : stored_round(cli, cli_value(cli, "round"), round);
  if (failed == 0) {
    failed = stored_questionnaire(cli, round->questionnaire, round->version, &row,
                                  &importing->rules.questionnaire);
  }
  failed = failed != 0 ? failed : load_languages(importing, &row);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_WRITER);
  if (failed != 0) {
    return failed;
  }
  store_set_patience(cli->store, 0);
  enum store_result result = import_latest(cli->store, cli->arena, &importing->rules.latest);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "asking the database for the time");
  }
  load_trace_key(importing, round);
  importing->rules.layout = &importing->layout;
  importing->rules.keys = &cli->keys;
  importing->rules.municipalities = round->municipalities;
  importing->rules.municipalities_count = round->municipalities_count;
  return 0;
}

static int open_input(const char *path, int *fd) {
  *fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  if (*fd < 0) {
    return cli_fail(EXIT_CODE_IO, "%s cannot be read: %s; hint: see that the file is there", path,
                    strerror(errno));
  }
  return 0;
}

int command_answers_import(struct cli *cli) {
  const char *path = cli->arguments[0];
  struct importing importing = {.cli = cli};
  struct round_row round;
  int fd = -1;
  importing.report.file = strcmp(path, "-") == 0 ? "stdin" : path;
  importing.report.progress = &importing.progress;
  int failed = open_input(path, &fd);
  failed = failed != 0 ? failed : prepare(&importing, &round);
  failed = failed != 0 ? failed : import_file(&importing, fd, round.id);
  import_abandon(importing.import);
  explicit_bzero(importing.trace_key, sizeof importing.trace_key);
  if (fd > STDIN_FILENO) {
    (void)close(fd);
  }
  return failed;
}
