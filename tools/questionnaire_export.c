#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/words.h"
#include "definition_file.h"
#include "out_file.h"
#include "output/codebook_questionnaire.h"
#include "output/xlsform_book.h"

struct exporting {
  const struct cli *cli;
  const struct questionnaire *questionnaire;
  const struct translation **languages;
  size_t languages_count;
};

/* ---- what is exported: files, as check takes them */

static int load_translations(struct exporting *exporting, struct file_list files) {
  const struct cli *cli = exporting->cli;
  exporting->languages = arena_array(cli->arena, files.count + 1, sizeof(struct translation *));
  int failed = exporting->languages == NULL ? cli_fail_memory() : 0;
  for (size_t i = 0; failed == 0 && i < files.count; i++) {
    const char *json;
    failed = definition_file_read(cli, files.paths[i], &json);
    if (failed == 0) {
      failed = definition_file_load_translation(cli, files.paths[i], json, exporting->questionnaire,
                                                &exporting->languages[i]);
    }
    exporting->languages_count = i + 1;
  }
  return failed;
}

static int load(struct exporting *exporting) {
  const struct cli *cli = exporting->cli;
  const char *path = cli->arguments[0], *json;
  int failed = definition_file_read(cli, path, &json);
  if (failed == 0) {
    failed = definition_file_load(cli, path, json, &exporting->questionnaire);
  }
  if (failed != 0) {
    return failed;
  }
  struct file_list files = {.paths = (const char **)cli->arguments + 1,
                            .count = cli->arguments_count - 1};
  if (files.count == 0) {
    files = definition_file_translations(cli->arena, path, exporting->questionnaire->id);
  }
  return files.paths == NULL ? cli_fail_memory() : load_translations(exporting, files);
}

/* ---- formats */

/* The library packs a workbook into a file that can be read. */
static int write_xlsform(const struct exporting *exporting, struct out_file *out) {
  if (exporting->questionnaire->personal) {
    return cli_fail(EXIT_CODE_DATA, "a form of known children would come back as an anonymous one; "
                                    "hint: keep the definition itself, or --format ddi");
  }
  if (exporting->questionnaire->scores_count > 0) {
    cli_warn("scores have no place in a form of XLSForm; hint: keep the definition, too");
  }
  FILE *file = tmpfile();
  if (file == NULL || !xlsform_book_write(fileno(file), exporting->questionnaire,
                                          exporting->languages, exporting->languages_count)) {
    int error = errno;
    if (file != NULL) {
      (void)fclose(file);
    }
    return cli_fail(EXIT_CODE_CREATE, "the workbook cannot be made: %s; hint: is there room in %s?",
                    strerror(error), P_tmpdir);
  }
  int failed = out_file_copy(out, file);
  (void)fclose(file);
  return failed;
}

static int write_ddi(const struct exporting *exporting, struct out_file *out) {
  const struct cli *cli = exporting->cli;
  const char *message = NULL;
  const char *folder = arena_printf(cli->arena, "%s/templates/export/words", cli->config.share_dir);
  struct words_set *words = folder == NULL ? NULL : words_set_load(folder, cli->arena, &message);
  if (words == NULL) {
    return cli_fail(EXIT_CODE_CONFIG, "%s; hint: HJEMSVAR_SHARE_DIR leads to the templates",
                    message == NULL ? "out of memory" : message);
  }
  struct text text;
  text_init(&text);
  bool done = codebook_questionnaire_ddi(
      exporting->questionnaire, words_of(words, exporting->questionnaire->language), &text);
  int failed = done && out_file_write(out, text.data, text.length) ? 0
               : done                                              ? EXIT_CODE_IO
                                                                   : cli_fail_memory();
  text_clear(&text);
  words_set_free(words);
  return failed;
}

static const struct format {
  const char *name;
  int (*write)(const struct exporting *exporting, struct out_file *out);
} formats[] = {{"xlsform", write_xlsform}, {"ddi", write_ddi}};

static const struct format *find_format(const char *name) {
  for (size_t i = 0; i < array_length(formats); i++) {
    if (strcmp(formats[i].name, name) == 0) {
      return &formats[i];
    }
  }
  return NULL;
}

int command_questionnaire_export(struct cli *cli) {
  struct exporting exporting = {.cli = cli};
  struct out_file out;
  const struct format *format = find_format(cli_value(cli, "format"));
  int failed = format == NULL
                   ? cli_fail(EXIT_CODE_USAGE, "there is no format \"%s\"; hint: xlsform or ddi",
                              cli_value(cli, "format"))
                   : load(&exporting);
  if (failed == 0) {
    failed = out_file_open(&out, cli, cli_value(cli, "out"), 0644);
  }
  if (failed != 0) {
    return failed;
  }
  failed = format->write(&exporting, &out);
  if (failed != 0) {
    out_file_abandon(&out);
    return failed;
  }
  return out_file_finish(&out, cli);
}
