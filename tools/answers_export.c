#include <string.h>

#include "answers_columns.h"
#include "flags.h"
#include "out_file.h"
#include "output/csv.h"
#include "progress.h"
#include "store/audit_store.h"
#include "store/export_store.h"
#include "stored.h"
#include "survey/column.h"

enum { FLUSH_BYTES = 64 * 1024, WEIGHT_DECIMALS_MAX = 6 };

struct exporting {
  const struct questionnaire *questionnaire;
  struct column_list columns;
  struct out_file file;
  struct text buffer;
  struct csv csv; /* unused for JSONL */
  bool jsonl;
  struct audit_export told; /* to the audit log */
  struct store *primary;    /* that is told, when the answers are read from a standby; or NULL */
  struct progress progress;
  long long rows;
  int failed; /* exit code */
};

/* ---- flags */

static int later(const char *what, const char *now) {
  return cli_fail(EXIT_CODE_USAGE, "this version does not have %s yet; hint: %s", what, now);
}

static int read_format(const struct cli *cli, bool *jsonl) {
  static const char *const to_come[] = {"sav", "dta", "xlsx", "zip"};
  const char *format = cli_value(cli, "format");
  for (size_t i = 0; i < array_length(to_come); i++) {
    if (strcmp(format, to_come[i]) == 0) {
      return later(arena_printf(cli->arena, "the format %s", format), "csv or jsonl");
    }
  }
  *jsonl = strcmp(format, "jsonl") == 0;
  if (!*jsonl && strcmp(format, "csv") != 0) {
    return cli_fail(EXIT_CODE_USAGE, "--format is \"%s\"; hint: csv or jsonl", format);
  }
  return 0;
}

static int read_profile(const struct cli *cli) {
  const char *profile = cli_value(cli, "profile");
  if (strcmp(profile, "anonymised") == 0) {
    return later("the profile anonymised", "internal, for the evaluator alone");
  }
  if (strcmp(profile, "internal") != 0) {
    return cli_fail(EXIT_CODE_USAGE, "--profile is \"%s\"; hint: internal", profile);
  }
  return 0;
}

static int read_dialect(const struct cli *cli, bool jsonl, enum csv_dialect *dialect) {
  const char *name = cli_value(cli, "dialect");
  *dialect = CSV_PLAIN;
  if (name == NULL) {
    return 0;
  }
  if (jsonl) {
    return cli_fail(EXIT_CODE_USAGE, "--dialect is for CSV; hint: leave it out or --format csv");
  }
  if (strcmp(name, "excel") == 0) {
    *dialect = CSV_EXCEL;
  } else if (strcmp(name, "plain") != 0) {
    return cli_fail(EXIT_CODE_USAGE, "--dialect is \"%s\"; hint: plain or excel", name);
  }
  return 0;
}

/* ---- rows */

static void csv_header(struct exporting *exporting) {
  struct csv *csv = &exporting->csv;
  for (size_t i = 0; i < LEADING_COUNT; i++) {
    csv_text(csv, leading_columns[i]);
  }
  for (size_t i = 0; i < exporting->columns.count; i++) {
    csv_text(csv, exporting->columns.items[i].name);
  }
  for (size_t i = 0; i < REVIEW_COUNT; i++) {
    csv_text(csv, review_columns[i]);
  }
  csv_text(csv, trailing_columns[TRAILING_EXTERNAL_ID]);
  csv_end_row(csv);
}

/* In the order of review_columns. */
static void list_marks(const struct quality_flags *flags, int marks[REVIEW_COUNT - 1]) {
  const int values[] = {flags->duplicate,    flags->scale, flags->speed,
                        flags->straightline, flags->empty, flags->burst};
  memcpy(marks, values, sizeof values);
}

/* With no more decimals than it has: 1, 0.5, 0.333333. */
static void csv_weight(struct csv *csv, double weight) {
  if (weight < 0) {
    csv_text(csv, NULL);
    return;
  }
  int decimals = 0;
  double scaled = weight;
  while (decimals < WEIGHT_DECIMALS_MAX && scaled != (double)(long)scaled) {
    scaled *= 10;
    decimals++;
  }
  csv_decimal(csv, weight, decimals);
}

static void csv_row(struct exporting *exporting, const struct export_row *row,
                    const struct answer *answer) {
  struct csv *csv = &exporting->csv;
  csv_text(csv, row->response_id);
  csv_integer(csv, row->municipality);
  csv_text(csv, row->municipality_name);
  csv_text(csv, row->language);
  csv_text(csv, row->received_week);
  for (size_t i = 0; i < exporting->columns.count; i++) {
    struct cell cell = column_cell(answer, &exporting->columns.items[i]);
    if (cell.has_number) {
      csv_integer(csv, cell.number);
    } else {
      csv_text(csv, cell.text);
    }
  }
  int marks[REVIEW_COUNT - 1];
  list_marks(&row->flags, marks);
  for (size_t i = 0; i < REVIEW_COUNT - 1; i++) {
    if (marks[i] < 0) {
      csv_text(csv, NULL);
    } else {
      csv_integer(csv, marks[i]);
    }
  }
  csv_weight(csv, row->flags.weight);
  csv_text(csv, row->external_id);
  csv_end_row(csv);
}

static json_t *cell_json(const struct cell *cell) {
  return cell->has_number ? json_integer(cell->number) : cli_json_string(cell->text);
}

static json_t *row_json(const struct exporting *exporting, const struct export_row *row,
                        const struct answer *answer) {
  json_t *object = json_object();
  int failed = 0;
  failed |= json_object_set_new(object, leading_columns[LEADING_RESPONSE_ID],
                                json_string(row->response_id));
  failed |= json_object_set_new(object, leading_columns[LEADING_MUNICIPALITY_CODE],
                                json_integer(row->municipality));
  failed |= json_object_set_new(object, leading_columns[LEADING_MUNICIPALITY],
                                json_string(row->municipality_name));
  failed |= json_object_set_new(object, leading_columns[LEADING_LANGUAGE],
                                cli_json_string(row->language));
  failed |= json_object_set_new(object, leading_columns[LEADING_RECEIVED_WEEK],
                                json_string(row->received_week));
  for (size_t i = 0; i < exporting->columns.count; i++) {
    struct cell cell = column_cell(answer, &exporting->columns.items[i]);
    failed |= json_object_set_new(object, exporting->columns.items[i].name, cell_json(&cell));
  }
  int marks[REVIEW_COUNT - 1];
  list_marks(&row->flags, marks);
  for (size_t i = 0; i < REVIEW_COUNT - 1; i++) {
    failed |= json_object_set_new(object, review_columns[i],
                                  marks[i] < 0 ? json_null() : json_integer(marks[i]));
  }
  failed |= json_object_set_new(object, review_columns[REVIEW_COUNT - 1],
                                row->flags.weight < 0 ? json_null() : json_real(row->flags.weight));
  failed |= json_object_set_new(object, trailing_columns[TRAILING_EXTERNAL_ID],
                                cli_json_string(row->external_id));
  if (failed != 0) {
    json_decref(object);
    return NULL;
  }
  return object;
}

static int add_to_text(const char *bytes, size_t size, void *text) {
  text_add_bytes(text, bytes, size);
  return 0;
}

static bool jsonl_row(struct exporting *exporting, const struct export_row *row,
                      const struct answer *answer) {
  json_t *object = row_json(exporting, row, answer);
  bool done = object != NULL &&
              json_dump_callback(object, add_to_text, &exporting->buffer, JSON_COMPACT) == 0;
  text_add_char(&exporting->buffer, '\n');
  json_decref(object);
  return done;
}

static bool flush(struct exporting *exporting) {
  if (exporting->buffer.failed) {
    exporting->failed = cli_fail_memory();
  } else if (!out_file_write(&exporting->file, exporting->buffer.data, exporting->buffer.length)) {
    exporting->failed = EXIT_CODE_IO;
  }
  text_reset(&exporting->buffer);
  return exporting->failed == 0;
}

static void write_row(struct exporting *exporting, const struct export_row *row,
                      struct arena *arena) {
  const struct answer *answer = answer_from_json(exporting->questionnaire, arena, row->answers);
  if (answer == NULL) {
    exporting->failed =
        cli_fail(EXIT_CODE_INTERNAL, "answer %s does not fit its questionnaire; hint: report this",
                 row->response_id);
  } else if (!exporting->jsonl) {
    csv_row(exporting, row, answer);
  } else if (!jsonl_row(exporting, row, answer)) {
    exporting->failed = cli_fail_memory();
  }
}

static bool each_row(void *context, const struct export_row *row) {
  struct exporting *exporting = context;
  struct arena *arena = arena_new(0);
  if (arena == NULL) {
    exporting->failed = cli_fail_memory();
    return false;
  }
  write_row(exporting, row, arena);
  arena_free(arena);
  progress_update(&exporting->progress, ++exporting->rows);
  if (exporting->failed == 0 && exporting->buffer.length >= FLUSH_BYTES) {
    (void)flush(exporting);
  }
  return exporting->failed == 0;
}

/* ---- the whole */

/* Before the first answer is read, and after the last was written. */
static int tell(struct cli *cli, struct exporting *exporting, long long rows) {
  struct store *store = exporting->primary != NULL ? exporting->primary : cli->store;
  exporting->told.rows = rows;
  enum store_result result = audit_export(store, &exporting->told);
  return result == STORE_OK ? 0 : cli_store_said(store, result, "telling the audit log");
}

static int stream(struct cli *cli, struct exporting *exporting, int round) {
  if (!exporting->jsonl) {
    csv_header(exporting);
  }
  exporting->failed = tell(cli, exporting, -1);
  if (exporting->failed != 0) {
    return exporting->failed;
  }
  store_set_patience(cli->store, 0);
  enum store_result result = export_rows(cli->store, round, each_row, exporting);
  progress_clear(&exporting->progress);
  if (exporting->failed == 0 && result != STORE_OK) {
    exporting->failed = cli_store_failed(cli, result, "reading the answers");
  }
  return exporting->failed != 0 || !flush(exporting) ? exporting->failed
                                                     : tell(cli, exporting, exporting->rows);
}

static int count_rows(struct cli *cli, struct exporting *exporting, int round) {
  long long rows = 0;
  enum store_result result = export_count(cli->store, round, &rows);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "counting the answers");
  }
  progress_init(&exporting->progress, rows);
  return 0;
}

static int export_to(struct cli *cli, struct exporting *exporting, int round,
                     enum csv_dialect dialect) {
  const char *path = cli_has(cli, "out") ? cli_value(cli, "out") : "-";
  int failed = out_file_open(&exporting->file, cli, path, 0600);
  if (failed != 0) {
    return failed;
  }
  text_init(&exporting->buffer);
  if (!exporting->jsonl) {
    csv_begin(&exporting->csv, dialect, &exporting->buffer);
  }
  failed = stream(cli, exporting, round);
  text_clear(&exporting->buffer);
  if (failed != 0) {
    out_file_abandon(&exporting->file);
    return failed;
  }
  return out_file_finish(&exporting->file, cli);
}

int command_answers_export(struct cli *cli) {
  struct exporting exporting = {0};
  struct round_row round;
  struct questionnaire_row row;
  struct quality_run run;
  enum csv_dialect dialect = CSV_PLAIN;
  int failed = read_format(cli, &exporting.jsonl);
  failed = failed != 0 ? failed : read_profile(cli);
  failed = failed != 0 ? failed : read_dialect(cli, exporting.jsonl, &dialect);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
  failed = failed != 0 ? failed : stored_round(cli, cli_value(cli, "round"), &round);
  if (failed == 0) {
    failed = stored_questionnaire(cli, round.questionnaire, round.version, &row,
                                  &exporting.questionnaire);
  }
  failed = failed != 0 ? failed
                       : flags_fresh(cli, &round, exporting.questionnaire, FLAGS_IF_QUICK, &run);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_EXPORT);
  failed = failed != 0 ? failed : count_rows(cli, &exporting, round.id);
  if (failed != 0) {
    return failed;
  }
  exporting.told = (struct audit_export){
      .round = round.id, .format = cli_value(cli, "format"), .profile = cli_value(cli, "profile")};
  exporting.columns = column_list_new(exporting.questionnaire, cli->arena);
  if (exporting.columns.items == NULL) {
    return cli_fail_memory();
  }
  if (store_is_standby(cli->store)) {
    failed = cli_open_primary(cli, STORE_AS_EXPORT, &exporting.primary);
  }
  failed = failed != 0 ? failed : export_to(cli, &exporting, round.id, dialect);
  store_close(exporting.primary);
  if (failed == 0) {
    flags_tell_time(&run);
  }
  return failed;
}
