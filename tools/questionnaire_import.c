#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sheet.h"
#include "cli.h"
#include "out_file.h"
#include "survey/xlsform.h"

/* ---- the workbook */

struct taking {
  struct arena *arena;
  struct xlsform_row *rows;
  size_t count, capacity;
  bool failed;
};

static bool grow(struct taking *taking) {
  if (taking->count < taking->capacity) {
    return true;
  }
  size_t capacity = taking->capacity == 0 ? 64 : taking->capacity * 2;
  struct xlsform_row *rows = arena_array(taking->arena, capacity, sizeof *rows);
  if (rows == NULL) {
    return false;
  }
  if (taking->count > 0) {
    memcpy(rows, taking->rows, taking->count * sizeof *rows);
  }
  taking->rows = rows;
  taking->capacity = capacity;
  return true;
}

static bool take_row(void *context, const struct sheet_row *row) {
  struct taking *taking = context;
  const char **cells = arena_array(taking->arena, row->count, sizeof *cells);
  taking->failed = cells == NULL || !grow(taking);
  for (size_t i = 0; !taking->failed && i < row->count; i++) {
    cells[i] = arena_string(taking->arena, row->cells[i].text);
    taking->failed = cells[i] == NULL;
  }
  if (taking->failed) {
    return false;
  }
  taking->rows[taking->count++] =
      (struct xlsform_row){.number = row->number, .cells = cells, .count = row->count};
  return true;
}

static int unreadable(const char *path, enum sheet_result result) {
  if (result == SHEET_IO) {
    return cli_fail(EXIT_CODE_IO, "%s cannot be read: %s; hint: see that the file is there", path,
                    strerror(errno));
  }
  return cli_fail(EXIT_CODE_DATA,
                  "%s cannot be read (%s); hint: an Excel workbook (.xlsx) without a password, "
                  "as forms are written in",
                  path, sheet_result_name(result));
}

static int read_sheet(const struct cli *cli, const char *path, int fd, enum xlsform_part part,
                      struct xlsform_sheet *sheet) {
  struct taking taking = {.arena = cli->arena};
  struct sheet_end end;
  enum sheet_result result = sheet_read(fd, xlsform_part_name(part), 0, take_row, &taking, &end);
  if (taking.failed || result == SHEET_MEMORY) {
    return cli_fail_memory();
  }
  if (result == SHEET_DONE && !end.workbook) {
    result = SHEET_UNKNOWN;
  }
  if (result != SHEET_DONE && result != SHEET_NO_SHEET) {
    return unreadable(path, result);
  }
  *sheet = (struct xlsform_sheet){.rows = taking.rows, .count = taking.count};
  return 0;
}

static int read_book(const struct cli *cli, const char *path,
                     struct xlsform_sheet sheets[XLSFORM_PARTS]) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  int failed = fd < 0 ? unreadable(path, SHEET_IO) : 0;
  for (int part = 0; failed == 0 && part < XLSFORM_PARTS; part++) {
    failed = read_sheet(cli, path, fd, (enum xlsform_part)part, &sheets[part]);
  }
  if (fd >= 0) {
    (void)close(fd);
  }
  return failed;
}

/* ---- what was not taken as it stands */

enum { PLACE_BYTES = 32 };

static void remark_place(const struct xlsform_remark *remark, char place[PLACE_BYTES]) {
  place[0] = '\0';
  if (remark->row > 0 && remark->column >= 0) {
    sheet_place(remark->row, remark->column, place);
  } else if (remark->row > 0) {
    (void)snprintf(place, PLACE_BYTES, "%ld", remark->row);
  }
}

/* "form.xlsx: survey!D7 (relevant): why; hint: how". */
static void tell_remark(const char *path, const struct xlsform_remark *remark) {
  char place[PLACE_BYTES];
  remark_place(remark, place);
  (void)fprintf(stderr, "%s: %s%s%s%s%s%s: %s%s\n", path, xlsform_part_name(remark->part),
                place[0] == '\0' ? "" : "!", place, remark->heading[0] == '\0' ? "" : " (",
                remark->heading, remark->heading[0] == '\0' ? "" : ")",
                remark->refused ? "" : "note: ", remark->message);
}

static json_t *remarks_json(const struct xlsform *form) {
  json_t *list = json_array();
  for (size_t i = 0; i < form->remarks_count; i++) {
    const struct xlsform_remark *remark = &form->remarks[i];
    char place[PLACE_BYTES];
    remark_place(remark, place);
    (void)json_array_append_new(
        list, json_pack("{s:b, s:s, s:I, s:s, s:s, s:s}", "refused", (int)remark->refused, "sheet",
                        xlsform_part_name(remark->part), "row", (json_int_t)remark->row, "cell",
                        place, "heading", remark->heading, "message", remark->message));
  }
  return list;
}

static size_t tell_remarks(const char *path, const struct xlsform *form) {
  size_t refused = 0;
  for (size_t i = 0; i < form->remarks_count; i++) {
    tell_remark(path, &form->remarks[i]);
    refused += form->remarks[i].refused;
  }
  return refused;
}

/* ---- what is written */

static int write_json(const struct cli *cli, const char *path, const json_t *json) {
  struct out_file file;
  char *text = json_dumps(json, JSON_INDENT(2));
  if (text == NULL) {
    return cli_fail_memory();
  }
  int failed = out_file_open(&file, cli, path, 0644);
  if (failed == 0) {
    (void)(out_file_write(&file, text, strlen(text)) && out_file_write(&file, "\n", 1));
    failed = out_file_finish(&file, cli);
  }
  free(text);
  return failed;
}

/* "form.json" and "en" give "form.en.json", as templates/translations names them. */
static const char *translation_path(const struct cli *cli, const char *out, const char *language) {
  size_t length = strlen(out);
  static const char ending[] = ".json";
  bool ends = length > strlen(ending) && strcmp(out + length - strlen(ending), ending) == 0;
  return arena_printf(cli->arena, "%.*s.%s.json", (int)(length - (ends ? strlen(ending) : 0)), out,
                      language);
}

static int write_all(const struct cli *cli, const struct xlsform *form, json_t *written) {
  const char *out = cli_value(cli, "out");
  int failed = write_json(cli, out, form->definition);
  (void)json_array_append_new(written, json_string(out));
  for (size_t i = 0; failed == 0 && i < form->translations_count; i++) {
    const char *path = translation_path(cli, out, form->translations[i].language);
    failed = path == NULL ? cli_fail_memory() : write_json(cli, path, form->translations[i].json);
    (void)json_array_append_new(written, json_string(path));
  }
  return failed;
}

static int tell_written(const struct cli *cli, const struct xlsform *form, json_t *written) {
  if (cli_has(cli, "json")) {
    return cli_print_json(
        json_pack("{s:O, s:o}", "written", written, "remarks", remarks_json(form)));
  }
  size_t i;
  json_t *path;
  json_array_foreach(written, i, path) {
    (void)printf("%s\n", json_string_value(path));
  }
  (void)printf("hint: hjemsvar questionnaire check %s\n", cli_value(cli, "out"));
  return 0;
}

static int finish(const struct cli *cli, const struct xlsform *form) {
  size_t refused = tell_remarks(cli->arguments[0], form);
  if (refused > 0) {
    if (cli_has(cli, "json")) {
      int failed =
          cli_print_json(json_pack("{s:[], s:o}", "written", "remarks", remarks_json(form)));
      return failed != 0 ? failed : EXIT_CODE_DATA;
    }
    return cli_fail(EXIT_CODE_DATA,
                    "%s: %zu refused, nothing was written; hint: mend %s in the "
                    "workbook and import it again",
                    cli->arguments[0], refused, refused == 1 ? "it" : "them");
  }
  json_t *written = json_array();
  int failed = write_all(cli, form, written);
  if (failed == 0) {
    failed = tell_written(cli, form, written);
  }
  json_decref(written);
  return failed;
}

int command_questionnaire_import(struct cli *cli) {
  struct xlsform_sheet sheets[XLSFORM_PARTS] = {0};
  struct xlsform form;
  int failed = strcmp(cli_value(cli, "out"), "-") == 0
                   ? cli_fail(EXIT_CODE_USAGE, "--out needs a name; hint: translations are written "
                                               "beside the definition")
                   : read_book(cli, cli->arguments[0], sheets);
  if (failed != 0) {
    return failed;
  }
  bool read = xlsform_read(sheets, cli_value(cli, "language"), cli->arena, &form);
  failed = read ? finish(cli, &form) : cli_fail_memory();
  xlsform_clear(&form);
  return failed;
}
