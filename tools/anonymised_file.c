#include <string.h>

#include "anonymised.h"
#include "base/version.h"
#include "base/words.h"
#include "out_file.h"

/* Writes a file that is whole or not there. */
static int write_file(struct cli *cli, const char *path, const struct text *content) {
  return content->failed ? cli_fail_memory() : out_file_text(cli, path, 0600, content);
}

/* ---- the certificate */

struct paper {
  struct certificate certificate;
  struct words_set *set;
  struct template_set *templates;
  const json_t *words;
};

static int load_paper(struct cli *cli, struct paper *paper, const char *language) {
  const char *message = NULL;
  const char *folder = arena_printf(cli->arena, "%s/templates/certificate", cli->config.share_dir);
  const char *words =
      arena_printf(cli->arena, "%s/templates/certificate/words", cli->config.share_dir);
  if (folder == NULL || words == NULL) {
    return cli_fail_memory();
  }
  paper->set = words_set_load(words, cli->arena, &message);
  paper->templates = paper->set == NULL ? NULL : template_set_load(folder, cli->arena, &message);
  if (paper->templates == NULL) {
    return cli_fail(EXIT_CODE_CONFIG, "%s", message == NULL ? "out of memory" : message);
  }
  paper->words = words_of(paper->set, language);
  return 0;
}

static int fill_paper(const struct anonymising *anonymising, struct paper *paper) {
  const struct release_record *record = &anonymising->record;
  const struct questionnaire *questionnaire = anonymising->questionnaire;
  struct arena *arena = anonymising->cli->arena;
  paper->certificate = (struct certificate){
      .release = record->id,
      .round = record->round,
      .round_title = anonymising->round.title,
      .questionnaire = arena_printf(arena, "%s %d", questionnaire->id, questionnaire->version),
      .made_at = record->made_at,
      .program = "Hjemsvar " VERSION_TEXT,
      .override_by = record->override_by,
      .override_why = record->override_why};
  bool done = anonymised_certify(&anonymising->made, &paper->certificate) &&
              paper->certificate.questionnaire != NULL;
  return done ? load_paper(anonymising->cli, paper, questionnaire->language) : cli_fail_memory();
}

static bool ends_with(const char *path, const char *ending) {
  size_t length = strlen(path), tail = strlen(ending);
  return length >= tail && strcmp(path + length - tail, ending) == 0;
}

static int write_paper(struct cli *cli, const struct paper *paper) {
  const char *path = cli_value(cli, "certificate");
  struct text text;
  bool done;
  if (path == NULL) {
    return 0;
  }
  text_init(&text);
  if (ends_with(path, ".json")) {
    done = certificate_document(&paper->certificate, &text);
  } else if (ends_with(path, ".html")) {
    done = certificate_html(&paper->certificate, paper->words,
                            template_find(paper->templates, "certificate"), &text);
  } else {
    done = certificate_text(&paper->certificate, paper->words, &text);
  }
  int failed = done ? write_file(cli, path, &text) : cli_fail_memory();
  text_clear(&text);
  return failed;
}

/* ---- rows and comments */

static bool to_file(void *context, const char *bytes, size_t size) {
  return out_file_write(context, bytes, size);
}

static int write_rows(struct anonymising *anonymising, const struct paper *paper) {
  struct cli *cli = anonymising->cli;
  struct export_options *options = &anonymising->dress.options;
  const struct anonymised_file what = {.options = options,
                                       .certificate = &paper->certificate,
                                       .certificate_words = paper->words,
                                       .certificate_page =
                                           template_find(paper->templates, "certificate")};
  struct export_trouble trouble;
  struct out_file file;
  options->format = anonymising->format;
  options->dialect = anonymising->dialect;
  int failed = out_file_open(&file, cli, cli_has(cli, "out") ? cli_value(cli, "out") : "-", 0600);
  if (failed != 0) {
    return failed;
  }
  enum export_result result = anonymised_write(&anonymising->made, &what, to_file, &file, &trouble);
  failed = answers_options_failed(options, result, &trouble);
  if (failed != 0) {
    out_file_abandon(&file);
    return failed;
  }
  return out_file_finish(&file, cli);
}

static int write_comments(struct anonymising *anonymising) {
  struct cli *cli = anonymising->cli;
  struct text csv;
  if (!anonymising->options.comments || !cli_has(cli, "comments-out")) {
    return 0;
  }
  text_init(&csv);
  anonymised_comments_csv(&anonymising->made, anonymising->dialect, &csv);
  int failed = write_file(cli, cli_value(cli, "comments-out"), &csv);
  text_clear(&csv);
  return failed;
}

int anonymised_deliver(struct anonymising *anonymising) {
  struct paper paper = {.set = NULL};
  int failed = fill_paper(anonymising, &paper);
  failed = failed != 0 ? failed : write_rows(anonymising, &paper);
  failed = failed != 0 ? failed : write_comments(anonymising);
  failed = failed != 0 ? failed : write_paper(anonymising->cli, &paper);
  template_set_free(paper.templates);
  words_set_free(paper.set);
  return failed;
}
