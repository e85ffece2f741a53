#include "report_draw.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "output/report_page.h"
#include "store/questionnaire_store.h"

struct drawing {
  const struct report_drawn *drawn;
  struct words_set *words;
  struct template_set *templates;
  const struct template *page;
  const struct translation **translations; /* NULL: the questionnaire's own words */
};

/* ---- words and templates */

static const char *language_of(const struct cli *cli) {
  return cli_has(cli, "in") ? cli_value(cli, "in") : "da";
}

static int load_words(const struct cli *cli, struct words_set **words) {
  const char *message = NULL;
  const char *folder = arena_printf(cli->arena, "%s/templates/report_words", cli->config.share_dir);
  *words = folder == NULL ? NULL : words_set_load(folder, cli->arena, &message);
  if (*words == NULL) {
    return cli_fail(EXIT_CODE_CONFIG, "%s", message == NULL ? "out of memory" : message);
  }
  return words_has(*words, language_of(cli))
             ? 0
             : cli_fail(EXIT_CODE_USAGE, "--in is \"%s\"; hint: da or en", language_of(cli));
}

int report_draw_check(const struct cli *cli) {
  struct words_set *words = NULL;
  int failed = cli_has(cli, "in") ? load_words(cli, &words) : 0;
  words_set_free(words);
  return failed;
}

static int load_page(struct drawing *drawing) {
  const struct cli *cli = drawing->drawn->cli;
  const char *message = NULL;
  const char *folder = arena_printf(cli->arena, "%s/templates/report", cli->config.share_dir);
  drawing->templates = folder == NULL ? NULL : template_set_load(folder, cli->arena, &message);
  if (drawing->templates == NULL) {
    return cli_fail(EXIT_CODE_CONFIG, "%s", message == NULL ? "out of memory" : message);
  }
  drawing->page = template_find(drawing->templates, "report");
  json_t *sample = report_page_sample(words_of(drawing->words, language_of(cli)));
  message = drawing->page == NULL ? "templates/report/report.html is missing"
            : sample == NULL      ? "out of memory"
                                  : template_check(drawing->page, sample, cli->arena);
  json_decref(sample);
  return message == NULL ? 0 : cli_fail(EXIT_CODE_CONFIG, "%s", message);
}

/* Questions are translated by a translation that somebody has approved; else they stand as they
 * were asked. */
static int load_translation(const struct cli *cli, const struct questionnaire *questionnaire,
                            const struct translation **translation) {
  struct translation_row row;
  struct complaints complaints = {0};
  if (strcmp(language_of(cli), questionnaire->language) == 0) {
    return 0;
  }
  enum store_result result = translation_find(cli->store, questionnaire->id, questionnaire->version,
                                              language_of(cli), cli->arena, &row);
  if (result == STORE_NONE || (result == STORE_OK && !row.approved)) {
    cli_warn("no approved translation of %s to \"%s\": its questions stand in \"%s\"; hint: "
             "hjemsvar questionnaire approve %s --language %s",
             questionnaire->id, language_of(cli), questionnaire->language, questionnaire->id,
             language_of(cli));
    return 0;
  }
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "reading the translation");
  }
  *translation = translation_load(questionnaire, row.texts, cli->arena, &complaints);
  return *translation != NULL ? 0
                              : cli_fail(EXIT_CODE_INTERNAL, "the stored translation "
                                                             "cannot be loaded");
}

/* Rounds of one version have one. */
static int load_translations(struct drawing *drawing) {
  const struct report_drawn *drawn = drawing->drawn;
  int failed = 0;
  drawing->translations =
      arena_array(drawn->cli->arena, drawn->questionnaires_count + 1, sizeof(void *));
  if (drawing->translations == NULL) {
    return cli_fail_memory();
  }
  for (size_t i = 0; i < drawn->questionnaires_count && failed == 0; i++) {
    size_t same = 0;
    while (drawn->questionnaires[same]->version != drawn->questionnaires[i]->version) {
      same++;
    }
    if (same == i) {
      failed = load_translation(drawn->cli, drawn->questionnaires[i], &drawing->translations[i]);
    } else {
      drawing->translations[i] = drawing->translations[same];
    }
  }
  return failed;
}

/* ---- drawing */

static bool keep(void *context, const char *bytes, size_t size) {
  struct text *out = context;
  text_add_bytes(out, bytes, size);
  return !out->failed;
}

static int draw_failed(enum report_file_result result, const struct report_file *file,
                       const struct letter_trouble *trouble) {
  switch (result) {
  case REPORT_FILE_OK:
    return 0;
  case REPORT_FILE_FONT:
    return cli_fail(EXIT_CODE_CONFIG,
                    "the report cannot be set: no installed font has %s; hint: install the package "
                    "fonts-noto-core",
                    trouble->what);
  case REPORT_FILE_PROGRAM:
    return cli_fail_press(trouble->what);
  case REPORT_FILE_SCRATCH:
    return cli_fail(EXIT_CODE_IO,
                    "the file could not be built in %s: %s; hint: set TMPDIR to another folder",
                    file->scratch, strerror(errno));
  case REPORT_FILE_STOPPED:
  case REPORT_FILE_MEMORY:
    return cli_fail_memory();
  }
  return EXIT_CODE_INTERNAL;
}

static int draw_file(const struct drawing *drawing, enum report_file_format format,
                     struct text *out) {
  const struct report_drawn *drawn = drawing->drawn;
  const struct cli *cli = drawn->cli;
  const char *scratch = getenv("TMPDIR");
  const struct report_file file = {
      .view = drawn->view(drawn->what, drawing->translations,
                          words_of(drawing->words, language_of(cli)), cli->arena),
      .page = drawing->page,
      .scratch = scratch != NULL && scratch[0] != '\0' ? scratch : "/var/tmp",
      .arena = cli->arena};
  struct letter_trouble trouble;
  if (file.view == NULL) {
    return cli_fail_memory();
  }
  return draw_failed(report_file(&file, format, keep, out, &trouble), &file, &trouble);
}

int report_draw(const struct report_drawn *drawn, enum report_file_format format,
                struct text *out) {
  struct drawing drawing = {.drawn = drawn};
  int failed = load_words(drawn->cli, &drawing.words);
  failed = failed != 0 ? failed : load_page(&drawing);
  failed = failed != 0 ? failed : load_translations(&drawing);
  failed = failed != 0 ? failed : draw_file(&drawing, format, out);
  template_set_free(drawing.templates);
  words_set_free(drawing.words);
  return failed;
}
