#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sheet_lines.h"
#include "cli.h"
#include "out_file.h"
#include "survey/xlsform.h"

/* ---- the workbook */

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

static int read_book(const struct cli *cli, const char *path,
                     struct sheet_lines sheets[XLSFORM_PARTS]) {
  struct sheet_end end;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  enum sheet_result result = fd < 0 ? SHEET_IO : SHEET_DONE;
  for (int part = 0; result == SHEET_DONE && part < XLSFORM_PARTS; part++) {
    result = sheet_lines_read(fd, xlsform_part_name((enum xlsform_part)part), 0, cli->arena,
                              &sheets[part], &end);
  }
  int failed = result == SHEET_DONE     ? 0
               : result == SHEET_MEMORY ? cli_fail_memory()
                                        : unreadable(path, result);
  if (fd >= 0) {
    (void)close(fd);
  }
  return failed;
}

/* ---- what was not taken as it stands */

/* "form.xlsx: survey!D7 (relevant): why; hint: how". */
static void tell_remark(const char *path, const struct xlsform_remark *remark) {
  char place[XLSFORM_PLACE_BYTES];
  xlsform_place(remark, place);
  (void)fprintf(stderr, "%s: %s%s%s%s%s%s: %s%s\n", path, xlsform_part_name(remark->part),
                place[0] == '\0' ? "" : "!", place, remark->heading[0] == '\0' ? "" : " (",
                remark->heading, remark->heading[0] == '\0' ? "" : ")",
                remark->refused ? "" : "note: ", remark->message);
}

/* Of a form that is refused, what was taken otherwise is not told: it is looked at again anyway. */
static size_t tell_remarks(const char *path, const struct xlsform *form) {
  size_t refused = 0;
  for (size_t i = 0; i < form->remarks_count; i++) {
    refused += form->remarks[i].refused;
  }
  for (size_t i = 0; i < form->remarks_count; i++) {
    if (refused == 0 || form->remarks[i].refused) {
      tell_remark(path, &form->remarks[i]);
    }
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
        json_pack("{s:O, s:o}", "written", written, "remarks", xlsform_remarks(form)));
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
          cli_print_json(json_pack("{s:[], s:o}", "written", "remarks", xlsform_remarks(form)));
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
  struct sheet_lines sheets[XLSFORM_PARTS] = {0};
  struct xlsform form;
  int failed = strcmp(cli_value(cli, "out"), "-") == 0
                   ? cli_fail(EXIT_CODE_USAGE, "--out needs a name; hint: translations are written "
                                               "beside the definition")
                   : read_book(cli, cli->arguments[0], sheets);
  if (failed != 0) {
    return failed;
  }
  bool read =
      xlsform_read(sheets, cli_value(cli, "language"), cli->arguments[0], cli->arena, &form);
  failed = read ? finish(cli, &form) : cli_fail_memory();
  xlsform_clear(&form);
  return failed;
}
