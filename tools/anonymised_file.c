#include <string.h>

#include "anonymised.h"
#include "out_file.h"
#include "output/anonymised.h"

int anonymised_write_file(struct cli *cli, const char *path, const struct text *content) {
  struct out_file file;
  int failed = out_file_open(&file, cli, path, 0600);
  if (failed != 0) {
    return failed;
  }
  if (!out_file_write(&file, content->data, content->length)) {
    out_file_abandon(&file);
    return EXIT_CODE_IO;
  }
  return out_file_finish(&file, cli);
}

void anonymised_hex(const unsigned char digest[RELEASE_DIGEST_BYTES],
                    char out[ANONYMISED_HEX_BYTES]) {
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < RELEASE_DIGEST_BYTES; i++) {
    out[2 * i] = digits[digest[i] >> 4];
    out[2 * i + 1] = digits[digest[i] & 15];
  }
  out[ANONYMISED_HEX_BYTES - 1] = '\0';
}

/* ---- CSV */

static int write_csv(struct anonymising *anonymising, const char *path) {
  if (anonymising->dialect == CSV_EXCEL) {
    text_reset(&anonymising->csv);
    anonymised_csv(anonymising->anonymise, CSV_EXCEL, &anonymising->csv);
    if (anonymising->csv.failed) {
      return cli_fail_memory();
    }
  }
  return anonymised_write_file(anonymising->cli, path, &anonymising->csv);
}

/* ---- the other formats */

static bool to_file(void *context, const char *bytes, size_t size) {
  return out_file_write(context, bytes, size);
}

/* The rows, as often as they are asked for. */
static enum export_result add_rows(struct anonymising *anonymising, struct export *export) {
  enum export_result result = EXPORT_OK;
  do {
    for (size_t i = 0; i < anonymise_rows(anonymising->anonymise) && result == EXPORT_OK; i++) {
      result = export_add_anonymised(export, anonymising->anonymise, i);
    }
  } while (result == EXPORT_OK && export_again(export));
  return result;
}

static int write_rows(struct anonymising *anonymising, struct out_file *file) {
  struct export_trouble trouble = {.what = ""};
  struct export *export = NULL;
  const struct export_options *options = &anonymising->dress.options;
  enum export_result result = export_new(options, to_file, file, &export);
  if (result == EXPORT_OK) {
    (void)add_rows(anonymising, export);
    result = export_finish(export, &trouble);
  }
  export_free(export);
  return answers_options_failed(options, result, &trouble);
}

/* What a package holds besides: the certificate for people and machines, and the comments. */
struct besides {
  struct text page, json, comments;
  struct export_extra extra[3];
};

static int gather_besides(struct anonymising *anonymising, struct besides *besides) {
  struct export_options *options = &anonymising->dress.options;
  int failed = anonymised_paper(anonymising, "certificate.html", &besides->page);
  failed = failed != 0 ? failed : anonymised_paper(anonymising, "certificate.json", &besides->json);
  if (anonymising->comments.wanted) {
    anonymised_comments_csv(&anonymising->comments, CSV_PLAIN, &besides->comments);
  }
  besides->extra[0] = (struct export_extra){"certificate.html", "file_certificate",
                                            besides->page.data, besides->page.length};
  besides->extra[1] = (struct export_extra){"certificate.json", "file_certificate",
                                            besides->json.data, besides->json.length};
  besides->extra[2] = (struct export_extra){"comments.csv", "file_comments", besides->comments.data,
                                            besides->comments.length};
  options->extra = besides->extra;
  options->extra_count = anonymising->comments.wanted ? 3 : 2;
  return failed == 0 && besides->comments.failed ? cli_fail_memory() : failed;
}

static int write_format(struct anonymising *anonymising, const char *path) {
  struct out_file file;
  struct besides besides;
  struct export_options *options = &anonymising->dress.options;
  text_init(&besides.page);
  text_init(&besides.json);
  text_init(&besides.comments);
  options->format = anonymising->format;
  options->anonymised = anonymising->certificate;
  options->release = anonymising->record.id;
  options->shapes = EXPORT_WIDE;
  options->no_comments = true;
  int failed = anonymising->format == EXPORT_ZIP ? gather_besides(anonymising, &besides) : 0;
  failed = failed != 0 ? failed : out_file_open(&file, anonymising->cli, path, 0600);
  if (failed == 0) {
    failed = write_rows(anonymising, &file);
    if (failed == 0) {
      failed = out_file_finish(&file, anonymising->cli);
    } else {
      out_file_abandon(&file);
    }
  }
  text_clear(&besides.page);
  text_clear(&besides.json);
  text_clear(&besides.comments);
  return failed;
}

/* ---- both files */

static int write_comments(struct anonymising *anonymising) {
  struct cli *cli = anonymising->cli;
  struct text csv;
  if (!anonymising->comments.wanted || !cli_has(cli, "comments-out")) {
    return 0;
  }
  text_init(&csv);
  anonymised_comments_csv(&anonymising->comments, anonymising->dialect, &csv);
  int failed = csv.failed ? cli_fail_memory()
                          : anonymised_write_file(cli, cli_value(cli, "comments-out"), &csv);
  text_clear(&csv);
  return failed;
}

int anonymised_write(struct anonymising *anonymising) {
  struct cli *cli = anonymising->cli;
  const char *path = cli_has(cli, "out") ? cli_value(cli, "out") : "-";
  int failed = anonymising->format == EXPORT_CSV ? write_csv(anonymising, path)
                                                 : write_format(anonymising, path);
  return failed != 0 ? failed : write_comments(anonymising);
}
