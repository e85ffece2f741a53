#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "out_file.h"
#include "output/course_sheet.h"
#include "progress.h"
#include "store/audit_store.h"
#include "store/course_store.h"
#include "stored.h"
#include "survey/coverage.h"
#include "table.h"

enum { FLUSH_BYTES = 64 * 1024 };

static int no_round(int round) {
  return cli_fail(EXIT_CODE_DATA, "there is no round %d; hint: hjemsvar round list", round);
}

/* The round and, if given, the municipality of the flags. */
static int read_flags(struct cli *cli, int *round, int *municipality) {
  int failed = cli_round(cli_value(cli, "round"), round);
  *municipality = 0;
  if (failed == 0 && cli_has(cli, "municipality")) {
    failed = stored_municipality_code(cli_value(cli, "municipality"), municipality);
  }
  return failed;
}

/* ---- a workbook has to be whole before it can be copied out */

static int sheet_failed(void) {
  return cli_fail(EXIT_CODE_IO, "the workbook could not be made; hint: see whether the disk with "
                                "the temporary files is full");
}

/* ---- export */

struct exporting {
  struct out_file file;
  struct text buffer;
  struct csv csv;
  struct course_sheet *sheet; /* NULL: CSV */
  long long courses;
  int failed;
};

/* Before the first course is read, and after the last was written. */
static int tell(struct cli *cli, const char *action, int round, int municipality,
                const char *details) {
  const struct audit_entry entry = {
      .action = action, .round = round, .municipality = municipality, .details = details};
  enum store_result result = details == NULL ? STORE_FAULT : audit_append(cli->store, &entry);
  return result == STORE_OK ? 0 : cli_store_failed(cli, result, "telling the audit log");
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

static bool each_course(void *context, const struct course_row *row) {
  struct exporting *exporting = context;
  exporting->courses++;
  if (exporting->sheet != NULL) {
    course_sheet_add(exporting->sheet, &row->course);
    return true;
  }
  course_csv_row(&exporting->csv, &row->course);
  return exporting->buffer.length < FLUSH_BYTES || flush(exporting);
}

static int list(struct cli *cli, struct exporting *exporting, int round, int municipality) {
  store_set_patience(cli->store, 0);
  enum store_result result = course_list(cli->store, round, municipality, each_course, exporting);
  if (exporting->failed == 0 && result == STORE_NONE) {
    return no_round(round);
  }
  if (exporting->failed == 0 && result != STORE_OK) {
    return cli_store_failed(cli, result, "reading the courses");
  }
  return exporting->failed;
}

static int export_csv(struct cli *cli, struct exporting *exporting, int round, int municipality) {
  const char *dialect = cli_value(cli, "dialect");
  bool excel = dialect != NULL && strcmp(dialect, "excel") == 0;
  csv_begin(&exporting->csv, excel ? CSV_EXCEL : CSV_PLAIN, &exporting->buffer);
  course_csv_header(&exporting->csv);
  int failed = list(cli, exporting, round, municipality);
  return failed != 0 || flush(exporting) ? failed : exporting->failed;
}

static int export_xlsx(struct cli *cli, struct exporting *exporting, int round, int municipality) {
  FILE *file = tmpfile();
  exporting->sheet = file == NULL ? NULL : course_sheet_new(fileno(file), 0);
  if (exporting->sheet == NULL) {
    if (file != NULL) {
      (void)fclose(file);
    }
    return sheet_failed();
  }
  int failed = list(cli, exporting, round, municipality);
  bool made = course_sheet_finish(exporting->sheet);
  if (failed == 0) {
    failed = made ? out_file_copy(&exporting->file, file) : sheet_failed();
  }
  (void)fclose(file);
  return failed;
}

static int check_form(const struct cli *cli, bool *xlsx) {
  const char *format = cli_value(cli, "format"), *dialect = cli_value(cli, "dialect");
  *xlsx = strcmp(format, "xlsx") == 0;
  if (!*xlsx && strcmp(format, "csv") != 0) {
    return cli_fail(EXIT_CODE_USAGE, "--format is \"%s\"; hint: csv or xlsx", format);
  }
  if (dialect != NULL && *xlsx) {
    return cli_fail(EXIT_CODE_USAGE, "--dialect is for CSV; hint: leave it out or --format csv");
  }
  if (dialect != NULL && strcmp(dialect, "excel") != 0 && strcmp(dialect, "plain") != 0) {
    return cli_fail(EXIT_CODE_USAGE, "--dialect is \"%s\"; hint: plain or excel", dialect);
  }
  return 0;
}

static int export(struct cli *cli, struct exporting *exporting, int round, int municipality,
                  bool xlsx) {
  const char *format = arena_printf(cli->arena, "{\"format\":\"%s\"}", xlsx ? "xlsx" : "csv");
  int failed = tell(cli, "course.export", round, municipality, format);
  failed =
      failed != 0 ? failed : (xlsx ? export_xlsx : export_csv)(cli, exporting, round, municipality);
  return failed != 0 ? failed
                     : tell(cli, "course.export_end", round, municipality,
                            arena_printf(cli->arena, "{\"courses\":%lld}", exporting->courses));
}

int command_courses_export(struct cli *cli) {
  struct exporting exporting = {0};
  struct round_row row;
  int round, municipality;
  bool xlsx;
  int failed = check_form(cli, &xlsx);
  failed = failed != 0 ? failed : read_flags(cli, &round, &municipality);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
  failed = failed != 0 ? failed : stored_round(cli, cli_value(cli, "round"), &row);
  if (failed != 0) {
    return failed;
  }
  const char *path = cli_has(cli, "out") ? cli_value(cli, "out") : "-";
  failed = out_file_open(&exporting.file, cli, path, 0600);
  if (failed != 0) {
    return failed;
  }
  text_init(&exporting.buffer);
  failed = export(cli, &exporting, round, municipality, xlsx);
  text_clear(&exporting.buffer);
  if (failed != 0) {
    out_file_abandon(&exporting.file);
    return failed;
  }
  return out_file_finish(&exporting.file, cli);
}

/* ---- template */

static int make_template(struct out_file *out, int municipality) {
  FILE *file = tmpfile();
  struct course_sheet *sheet = file == NULL ? NULL : course_sheet_new(fileno(file), municipality);
  bool made = sheet != NULL && course_sheet_finish(sheet);
  int failed = made ? out_file_copy(out, file) : sheet_failed();
  if (file != NULL) {
    (void)fclose(file);
  }
  return failed;
}

static int find_link(struct cli *cli, int round, int municipality) {
  struct link_row row;
  enum store_result result = link_find(cli->store, round, municipality, cli->arena, &row);
  if (result == STORE_NONE) {
    return cli_fail(EXIT_CODE_DATA, "municipality %d is not in round %d; hint: hjemsvar round show",
                    municipality, round);
  }
  return result == STORE_OK ? 0 : cli_store_failed(cli, result, "finding the municipality");
}

int command_courses_template(struct cli *cli) {
  struct out_file file;
  int round, municipality;
  int failed = read_flags(cli, &round, &municipality);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
  failed = failed != 0 ? failed : find_link(cli, round, municipality);
  failed = failed != 0 ? failed : out_file_open(&file, cli, cli_value(cli, "out"), 0644);
  if (failed != 0) {
    return failed;
  }
  failed = make_template(&file, municipality);
  if (failed != 0) {
    out_file_abandon(&file);
    return failed;
  }
  return out_file_finish(&file, cli);
}

/* ---- delete */

int command_courses_delete(struct cli *cli) {
  int round, municipality;
  int failed = read_flags(cli, &round, &municipality);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
  if (failed != 0) {
    return failed;
  }
  const char *id = cli->arguments[0];
  enum store_result result = course_delete(cli->store, round, municipality, id);
  if (result == STORE_NONE) {
    return cli_fail(EXIT_CODE_DATA,
                    "municipality %d has no course \"%s\" in round %d; hint: hjemsvar courses "
                    "export shows the ids",
                    municipality, id, round);
  }
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "deleting the course");
  }
  if (cli_has(cli, "json")) {
    return cli_print_json(
        json_pack("{s:i, s:i, s:s}", "round", round, "municipality", municipality, "deleted", id));
  }
  (void)printf("round %d, municipality %d: course %s is deleted\n", round, municipality, id);
  return 0;
}

/* ---- summary */

static json_t *coverage_json(const struct course_summary *row) {
  struct coverage coverage = course_coverage(row);
  json_t *object =
      json_pack("{s:s, s:i, s:i, s:i, s:i, s:i, s:s}", "answers", row->answers, "answers_least",
                coverage.answers.least, "answers_most", coverage.answers.most, "n", coverage.closed,
                "families_least", coverage.families_least, "families_most", coverage.families_most,
                "sign", coverage_sign_name(coverage.sign));
  if (coverage.closed > 0) {
    (void)json_object_set_new(object, "percent_least", json_integer(coverage.percent_least));
    (void)json_object_set_new(object, "percent_most", json_integer(coverage.percent_most));
  }
  return object;
}

static json_t *summary_json(const struct course_summary *row) {
  json_t *quarters = json_array();
  for (size_t i = 0; i < row->quarters_count; i++) {
    const struct course_quarter *quarter = &row->quarters[i];
    (void)json_array_append_new(quarters,
                                json_pack("{s:s, s:i, s:i}", "quarter", quarter->quarter, "closed",
                                          quarter->closed, "interrupted", quarter->interrupted));
  }
  return json_pack("{s:i, s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:s?, s:s?, s:o, s:o}",
                   "municipality", row->municipality, "name", row->name, "courses", row->courses,
                   "running", row->running, "closed", row->closed, "interrupted", row->interrupted,
                   "interrupted_undated", row->interrupted_undated, "visitation_late",
                   row->visitation_late, "closed_first", row->closed_first, "first_closed",
                   row->first_closed, "last_closed", row->last_closed, "quarters", quarters,
                   "coverage", coverage_json(row));
}

static const char *coverage_text(const struct cli *cli, const struct course_summary *row) {
  struct coverage coverage = course_coverage(row);
  if (coverage.closed == 0) {
    return coverage.sign == COVERAGE_PLAUSIBLE ? "" : "more answers than courses";
  }
  const char *sign = coverage.sign == COVERAGE_OVER_PARENTS ? ", more answers than courses can give"
                     : coverage.sign == COVERAGE_OVER_COURSES ? ", more answers than courses"
                                                              : "";
  return arena_printf(cli->arena, "%d-%d %% of %d%s", coverage.percent_least, coverage.percent_most,
                      coverage.closed, sign);
}

static void add_quarters(struct cli *cli, struct table *table, const struct course_summary *row) {
  for (size_t i = 0; i < row->quarters_count; i++) {
    const struct course_quarter *quarter = &row->quarters[i];
    table_row(table,
              (const char *const[]){"", quarter->quarter, "", "",
                                    arena_printf(cli->arena, "%d", quarter->closed),
                                    arena_printf(cli->arena, "%d", quarter->interrupted), "", ""});
  }
}

static int print_table(struct cli *cli, const struct course_summary *rows, size_t count) {
  struct table table;
  table_init(&table, cli->arena,
             (const char *const[]){"CODE", "NAME", "COURSES", "RUNNING", "CLOSED", "INTERRUPTED",
                                   "ANSWERS", "COVERAGE", NULL});
  for (size_t i = 0; i < count; i++) {
    const struct course_summary *row = &rows[i];
    table_row(&table, (const char *const[]){arena_printf(cli->arena, "%d", row->municipality),
                                            row->name, arena_printf(cli->arena, "%d", row->courses),
                                            arena_printf(cli->arena, "%d", row->running),
                                            arena_printf(cli->arena, "%d", row->closed),
                                            arena_printf(cli->arena, "%d", row->interrupted),
                                            row->answers, coverage_text(cli, row)});
    add_quarters(cli, &table, row);
  }
  return table_print(&table, stdout) ? 0 : cli_fail_memory();
}

static int check_day(const struct cli *cli, const char *flag) {
  const char *day = cli_value(cli, flag);
  if (day == NULL) {
    return 0;
  }
  size_t digits = strspn(day, "0123456789-");
  if (digits != 10 || day[10] != '\0' || day[4] != '-' || day[7] != '-') {
    return cli_fail(EXIT_CODE_USAGE, "--%s is \"%s\"; hint: a day as 2022-09-30", flag, day);
  }
  return 0;
}

int command_courses_summary(struct cli *cli) {
  struct course_summary *rows = NULL;
  size_t count = 0;
  int round;
  int failed = cli_round(cli_value(cli, "round"), &round);
  failed = failed != 0 ? failed : check_day(cli, "from");
  failed = failed != 0 ? failed : check_day(cli, "to");
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = course_summarise(cli->store, round, cli_value(cli, "from"),
                                              cli_value(cli, "to"), cli->arena, &rows, &count);
  if (result == STORE_NONE) {
    return no_round(round);
  }
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "summing up the courses");
  }
  if (!cli_has(cli, "json")) {
    return print_table(cli, rows, count);
  }
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) {
    (void)json_array_append_new(list, summary_json(&rows[i]));
  }
  return cli_print_json(json_pack("{s:i, s:s?, s:s?, s:o}", "round", round, "from",
                                  cli_value(cli, "from"), "to", cli_value(cli, "to"),
                                  "municipalities", list));
}
