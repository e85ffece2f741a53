#include "answers_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "answers_filter.h"
#include "stored.h"

/* ---- flags */

static int read_format(const struct cli *cli, struct export_options *options) {
  const char *format = cli_value(cli, "format");
  if (!export_format_parse(format, &options->format)) {
    return cli_fail(EXIT_CODE_USAGE, "--format is \"%s\"; hint: csv, jsonl, sav, dta, xlsx or zip",
                    format);
  }
  return 0;
}

static int read_profile(const struct cli *cli) {
  const char *profile = cli_value(cli, "profile");
  if (strcmp(profile, "internal") != 0) {
    return cli_fail(EXIT_CODE_USAGE, "--profile is \"%s\"; hint: internal or anonymised", profile);
  }
  return 0;
}

static int read_dialect(const struct cli *cli, struct export_options *options) {
  const char *name = cli_value(cli, "dialect");
  options->dialect = CSV_PLAIN;
  if (name == NULL) {
    return 0;
  }
  if (options->format != EXPORT_CSV) {
    return cli_fail(EXIT_CODE_USAGE, "--dialect is for CSV; hint: leave it out or --format csv");
  }
  if (strcmp(name, "excel") == 0) {
    options->dialect = CSV_EXCEL;
  } else if (strcmp(name, "plain") != 0) {
    return cli_fail(EXIT_CODE_USAGE, "--dialect is \"%s\"; hint: plain or excel", name);
  }
  return 0;
}

static int read_shape(const struct cli *cli, struct export_options *options) {
  const char *shape = cli_value(cli, "shape");
  if (shape == NULL) {
    options->shapes = options->format == EXPORT_ZIP ? EXPORT_BOTH : EXPORT_WIDE;
  } else if (strcmp(shape, "wide") == 0) {
    options->shapes = EXPORT_WIDE;
  } else if (strcmp(shape, "long") == 0) {
    options->shapes = EXPORT_LONG;
  } else {
    return cli_fail(EXIT_CODE_USAGE,
                    "--shape is \"%s\"; hint: wide (a row an answer) or long (a row a child)",
                    shape);
  }
  return 0;
}

static int read_comments(const struct cli *cli, struct export_options *options) {
  const char *comments = cli_value(cli, "comments");
  options->no_comments = comments != NULL && strcmp(comments, "none") == 0;
  if (comments != NULL && !options->no_comments && strcmp(comments, "masked") != 0) {
    return cli_fail(EXIT_CODE_USAGE,
                    "--comments is \"%s\"; hint: masked (numbers and addresses are taken out) or "
                    "none",
                    comments);
  }
  return 0;
}

int answers_options_read(struct cli *cli, struct answers_options *export) {
  struct export_options *options = &export->options;
  int failed = read_format(cli, options);
  failed = failed != 0 ? failed : read_profile(cli);
  failed = failed != 0 ? failed : read_dialect(cli, options);
  failed = failed != 0 ? failed : read_shape(cli, options);
  failed = failed != 0 ? failed : read_comments(cli, options);
  failed = failed != 0 ? failed : answers_filter_read(cli, &export->filter);
  options->only_municipalities = cli_value(cli, "municipality");
  options->only_languages = cli_value(cli, "language");
  options->from = export->filter.from;
  options->to = export->filter.to;
  options->without_flagged = cli_has(cli, "without-flagged");
  options->weighted = cli_has(cli, "weighted");
  return failed;
}

/* ---- what the database and the templates know */

static int name_municipalities(struct cli *cli, struct export_options *options,
                               const struct round_row *round) {
  struct municipality_row *rows = NULL;
  size_t count = 0;
  enum store_result result = municipality_list(cli->store, cli->arena, &rows, &count);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "listing the municipalities");
  }
  struct variable_municipality *names =
      arena_array(cli->arena, round->municipalities_count, sizeof *names);
  if (names == NULL) {
    return cli_fail_memory();
  }
  for (size_t i = 0; i < count; i++) {
    if (answers_filter_in_round(round, rows[i].code)) {
      names[options->municipalities_count++] =
          (struct variable_municipality){.code = rows[i].code, .name = rows[i].name};
    }
  }
  options->municipalities = names;
  return 0;
}

static int find_controller(struct cli *cli, struct export_options *options,
                           const struct round_row *round) {
  struct setting_row *rows = NULL;
  size_t count = 0;
  enum store_result result =
      setting_list_for(cli->store, round->personal_of, cli->arena, &rows, &count);
  options->controller = "";
  for (size_t i = 0; result == STORE_OK && i < count; i++) {
    if (strcmp(rows[i].key, "controller") == 0) {
      options->controller = rows[i].value;
    }
  }
  return result == STORE_OK ? 0 : cli_store_failed(cli, result, "reading the settings");
}

static int load_words(struct cli *cli, struct answers_options *export) {
  const char *message = NULL;
  const char *folder = arena_printf(cli->arena, "%s/templates/export", cli->config.share_dir);
  const char *words = arena_printf(cli->arena, "%s/templates/export/words", cli->config.share_dir);
  if (folder == NULL || words == NULL) {
    return cli_fail_memory();
  }
  export->words = words_set_load(words, cli->arena, &message);
  if (export->words != NULL) {
    export->templates = template_set_load(folder, cli->arena, &message);
  }
  if (export->templates == NULL) {
    return cli_fail(EXIT_CODE_CONFIG, "%s", message);
  }
  export->options.words = words_of(export->words, export->options.questionnaire->language);
  export->options.codebook = template_find(export->templates, "codebook");
  export->options.documentation_page = template_find(export->templates, "documentation");
  return 0;
}

int answers_options_dress(struct cli *cli, struct answers_options *export,
                          const struct round_row *round) {
  struct export_options *options = &export->options;
  const char *scratch = getenv("TMPDIR");
  options->round = round->id;
  options->round_title = arena_string(cli->arena, round->title);
  options->scratch = scratch != NULL && scratch[0] != '\0' ? scratch : "/var/tmp";
  int failed =
      options->round_title == NULL ? cli_fail_memory() : name_municipalities(cli, options, round);
  failed = failed != 0 ? failed : find_controller(cli, options, round);
  return failed != 0 ? failed : load_words(cli, export);
}

int answers_options_gather(struct cli *cli, struct answers_options *export) {
  struct export_options *options = &export->options;
  struct round_row round;
  struct questionnaire_row row;
  int failed = stored_round(cli, cli_value(cli, "round"), &round);
  if (failed == 0) {
    export->filter.round = round.id;
    failed = answers_filter_check(&export->filter, &round);
  }
  failed = failed != 0 ? failed : stored_kept(&round);
  if (failed == 0) {
    failed = stored_questionnaire(cli, round.questionnaire, round.version, &row,
                                  &options->questionnaire);
  }
  failed = failed != 0 ? failed : answers_options_dress(cli, export, &round);
  if (failed == 0 && options->format == EXPORT_ZIP) {
    failed = answers_filter_documentation(cli, &export->filter, &options->documentation);
  }
  failed = failed != 0
               ? failed
               : flags_fresh(cli, &round, options->questionnaire, FLAGS_IF_QUICK, &export->run);
  options->flags_method = failed == 0 ? export->run.method : 0;
  return failed;
}

void answers_options_clear(struct answers_options *export) {
  template_set_free(export->templates);
  words_set_free(export->words);
  export->templates = NULL;
  export->words = NULL;
}

/* ---- what can be wrong */

int answers_options_failed(const struct export_options *options, enum export_result result,
                           const struct export_trouble *trouble) {
  switch (result) {
  case EXPORT_OK:
    return 0;
  case EXPORT_STOPPED:
    return EXIT_CODE_IO; /* told by out_file */
  case EXPORT_SCRATCH:
    return cli_fail(EXIT_CODE_IO,
                    "the file could not be built in %s: %s; hint: set TMPDIR to a folder with "
                    "room for several times the CSV",
                    options->scratch, strerror(errno));
  case EXPORT_LARGE:
    return cli_fail(EXIT_CODE_DATA, "an Excel sheet holds 1,048,575 rows and a heading, and these "
                                    "are more; hint: csv, or filter by municipality or week");
  case EXPORT_DAMAGED:
    return cli_fail(EXIT_CODE_INTERNAL,
                    "the .%s read back is not what was written, so it is not given out; hint: "
                    "report this, and see whether the disk is full",
                    trouble->what);
  case EXPORT_FONT:
    return cli_fail(EXIT_CODE_CONFIG,
                    "the codebook cannot be set: no installed font has %s; hint: install the "
                    "package fonts-noto-core",
                    trouble->what);
  case EXPORT_PROGRAM:
    return cli_fail_press(trouble->what);
  case EXPORT_NO_LONG:
    return cli_fail(EXIT_CODE_USAGE, "this questionnaire asks nothing for each child, so there is "
                                     "no long shape; hint: --shape wide");
  case EXPORT_MEMORY:
    return cli_fail_memory();
  }
  return EXIT_CODE_INTERNAL;
}
