#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "courses_report.h"
#include "stored.h"

struct importing {
  struct cli *cli;
  struct courses_report report;
  struct course_file file;
  struct course_file_result result;
};

static void show_progress(void *context, long long done, long long total) {
  struct courses_report *report = context;
  report->progress.total = total;
  progress_update(&report->progress, done);
}

/* ---- what was found, for machines */

static json_t *ignored_json(const struct course_layout *layout) {
  json_t *list = json_array();
  for (size_t i = 0; i < layout->ignored_count; i++) {
    char place[SHEET_PLACE_BYTES];
    sheet_place(layout->row, layout->ignored[i].place, place);
    (void)json_array_append_new(
        list, json_pack("{s:s, s:s}", "cell", place, "heading", layout->ignored[i].heading));
  }
  return list;
}

static json_t *columns_json(const struct course_layout *layout) {
  json_t *object = json_object();
  for (enum course_column column = 0; layout->row > 0 && column < COURSE_COLUMNS; column++) {
    char place[SHEET_PLACE_BYTES];
    if (layout->places[column] >= 0) {
      sheet_place(layout->row, layout->places[column], place);
      (void)json_object_set_new(object, course_column_name(column), json_string(place));
    }
  }
  return object;
}

static const char *state_name(const struct importing *importing) {
  switch (importing->result.state) {
  case COURSE_FILE_GOOD:
    return importing->file.preview ? "preview" : "stored";
  case COURSE_FILE_FAULTY:
  case COURSE_FILE_LONG:
  case COURSE_FILE_NO_READ:
  case COURSE_FILE_NO_STORE:
    return "refused";
  }
  return "refused";
}

static int print_json(struct importing *importing) {
  const struct course_file_result *result = &importing->result;
  json_t *problems = importing->report.problems;
  importing->report.problems = NULL;
  return cli_print_json(json_pack(
      "{s:i, s:s, s:s?, s:s?, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o}", "round",
      importing->file.round, "state", state_name(importing), "sheet",
      result->end.workbook ? result->end.sheet : NULL, "unreadable",
      result->state == COURSE_FILE_NO_READ ? sheet_result_name(result->sheet_result) : NULL,
      "courses", (json_int_t)result->courses, "new", (json_int_t)result->counts.fresh, "changed",
      (json_int_t)result->counts.changed, "unchanged", (json_int_t)result->counts.unchanged,
      "errors", (json_int_t)result->errors, "warnings", (json_int_t)result->warnings, "columns",
      columns_json(&result->layout), "ignored", ignored_json(&result->layout), "problems",
      problems));
}

/* ---- what was found, for people */

static void print_ignored(const struct course_layout *layout) {
  for (size_t i = 0; i < layout->ignored_count; i++) {
    char place[SHEET_PLACE_BYTES];
    sheet_place(layout->row, layout->ignored[i].place, place);
    (void)printf("not stored: %s \"%s\"\n", place, layout->ignored[i].heading);
  }
}

static int print_good(struct importing *importing) {
  const struct course_file_result *result = &importing->result;
  if (importing->report.problems != NULL) {
    return print_json(importing);
  }
  const char *verb = importing->file.preview ? "would be " : "";
  print_ignored(&result->layout);
  (void)printf("round %d: %lld course%s read: %lld %snew, %lld changed, %lld as before%s\n",
               importing->file.round, result->courses, result->courses == 1 ? "" : "s",
               result->counts.fresh, verb, result->counts.changed, result->counts.unchanged,
               importing->file.preview ? "; nothing was stored" : "");
  return 0;
}

static int refuse(struct importing *importing) {
  const struct course_file_result *result = &importing->result;
  const char *file = importing->report.file;
  if (importing->report.problems != NULL) {
    int failed = print_json(importing);
    return failed != 0 ? failed : EXIT_CODE_DATA;
  }
  print_ignored(&result->layout);
  if (result->errors == 0) {
    return cli_fail(EXIT_CODE_DATA,
                    "%s holds no courses, nothing was stored; hint: a row a course "
                    "below the headings",
                    file);
  }
  return cli_fail(EXIT_CODE_DATA,
                  "%s: %lld error%s, nothing was stored; hint: mend %s and import "
                  "the file again",
                  file, result->errors, result->errors == 1 ? "" : "s",
                  result->errors == 1 ? "it" : "them");
}

static int unreadable(struct importing *importing) {
  const struct course_file_result *result = &importing->result;
  int code = courses_unreadable(&importing->report, result->sheet_result, &result->end);
  if (code == EXIT_CODE_DATA && importing->report.problems != NULL) {
    int failed = print_json(importing);
    return failed != 0 ? failed : code;
  }
  return code;
}

static int not_stored(const struct importing *importing) {
  enum store_result result = importing->result.store_result;
  if (result == STORE_NONE) {
    return cli_fail(EXIT_CODE_DATA,
                    "there is no round %d with municipalities; hint: hjemsvar "
                    "round list",
                    importing->file.round);
  }
  return cli_store_failed(importing->cli, result, "storing the courses");
}

static int end(struct importing *importing) {
  progress_clear(&importing->report.progress);
  courses_report_end(&importing->report);
  switch (importing->result.state) {
  case COURSE_FILE_GOOD:
    return print_good(importing);
  case COURSE_FILE_FAULTY:
  case COURSE_FILE_LONG: /* there is no limit here */
    return refuse(importing);
  case COURSE_FILE_NO_READ:
    return unreadable(importing);
  case COURSE_FILE_NO_STORE:
    return not_stored(importing);
  }
  return EXIT_CODE_INTERNAL;
}

/* ---- the command */

static int open_input(const char *path, int *fd) {
  *fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  if (*fd < 0) {
    return cli_fail(EXIT_CODE_IO, "%s cannot be read: %s; hint: see that the file is there", path,
                    strerror(errno));
  }
  return 0;
}

static int prepare(struct importing *importing) {
  struct cli *cli = importing->cli;
  struct course_file *file = &importing->file;
  int failed = cli_round(cli_value(cli, "round"), &file->round);
  if (failed == 0 && cli_has(cli, "municipality")) {
    failed = stored_municipality_code(cli_value(cli, "municipality"), &file->municipality);
  }
  failed = failed != 0 ? failed : open_input(cli->arguments[0], &file->fd);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
  file->sheet = cli_value(cli, "sheet");
  file->preview = cli_has(cli, "dry-run");
  file->tell = courses_report_take;
  file->progress = show_progress;
  file->context = &importing->report;
  importing->report.cli = cli;
  importing->report.file = strcmp(cli->arguments[0], "-") == 0 ? "stdin" : cli->arguments[0];
  importing->report.problems = cli_has(cli, "json") ? json_array() : NULL;
  progress_init(&importing->report.progress, 0);
  return failed;
}

int command_courses_import(struct cli *cli) {
  struct importing importing = {.cli = cli, .file = {.fd = -1}};
  int failed = prepare(&importing);
  if (failed == 0) {
    course_file_import(cli->store, &importing.file, cli->arena, &importing.result);
    failed = end(&importing);
  }
  json_decref(importing.report.problems);
  if (importing.file.fd > STDIN_FILENO) {
    (void)close(importing.file.fd);
  }
  return failed;
}
