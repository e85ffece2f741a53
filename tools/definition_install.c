#include "definition_install.h"

#include <stdio.h>

#include "definition_file.h"
#include "stored.h"

static void add_report(json_t *report, const struct questionnaire *questionnaire,
                       const char *language, enum store_result result) {
  (void)json_array_append_new(report,
                              json_pack("{s:s, s:i, s:s, s:s}", "questionnaire", questionnaire->id,
                                        "version", questionnaire->version, "language", language,
                                        "result", result == STORE_OK ? "added" : "unchanged"));
}

void definition_install_print(const json_t *report) {
  size_t i;
  json_t *entry;
  json_array_foreach(report, i, entry) {
    (void)printf("%s version %d, %s: %s\n",
                 json_string_value(json_object_get(entry, "questionnaire")),
                 (int)json_integer_value(json_object_get(entry, "version")),
                 json_string_value(json_object_get(entry, "language")),
                 json_string_value(json_object_get(entry, "result")));
  }
}

static int install_definition(const struct cli *cli, const char *path, const char *json,
                              const struct questionnaire *questionnaire, json_t *report) {
  enum store_result result = questionnaire_insert(cli->store, questionnaire, json);
  if (result == STORE_CONFLICT) {
    return cli_fail(EXIT_CODE_DATA,
                    "%s: a round uses %s version %d, and the file differs from it; hint: raise "
                    "\"version\" in the file",
                    path, questionnaire->id, questionnaire->version);
  }
  if (result != STORE_OK && result != STORE_DUPLICATE) {
    return cli_store_failed(cli, result, "storing the questionnaire");
  }
  add_report(report, questionnaire, questionnaire->language, result);
  return 0;
}

static int install_translation(const struct cli *cli, const char *path, const char *json,
                               const struct questionnaire *questionnaire, json_t *report) {
  const struct translation *translation;
  int failed = definition_file_load_translation(cli, path, json, questionnaire, &translation);
  if (failed != 0) {
    return failed;
  }
  enum store_result result =
      translation_insert(cli->store, questionnaire->id, questionnaire->version, translation, json);
  if (result != STORE_OK && result != STORE_DUPLICATE) {
    return cli_store_failed(cli, result, "storing the translation");
  }
  add_report(report, questionnaire, translation->language, result);
  return 0;
}

/* The first failure is what counts, but all files are tried. */
static int install_translations(const struct cli *cli, const char *path,
                                const struct questionnaire *questionnaire, json_t *report) {
  struct file_list files = definition_file_translations(cli->arena, path, questionnaire->id);
  if (files.paths == NULL) {
    return cli_fail_memory();
  }
  int first_failure = 0;
  for (size_t i = 0; i < files.count; i++) {
    const char *json;
    int failed = definition_file_read(cli, files.paths[i], &json);
    if (failed == 0) {
      failed = install_translation(cli, files.paths[i], json, questionnaire, report);
    }
    first_failure = first_failure == 0 ? failed : first_failure;
  }
  return first_failure;
}

static int install_with_translations(const struct cli *cli, const char *path, const char *json,
                                     json_t *report) {
  const struct questionnaire *questionnaire;
  int failed = definition_file_load(cli, path, json, &questionnaire);
  if (failed == 0) {
    failed = install_definition(cli, path, json, questionnaire, report);
  }
  return failed != 0 ? failed : install_translations(cli, path, questionnaire, report);
}

int definition_install(const struct cli *cli, const char *path, json_t *report) {
  const char *json;
  int failed = definition_file_read(cli, path, &json);
  return failed != 0 ? failed : install_with_translations(cli, path, json, report);
}

int definition_install_any(const struct cli *cli, const char *path, json_t *report) {
  const char *json, *id;
  int failed = definition_file_read(cli, path, &json);
  if (failed != 0) {
    return failed;
  }
  if (!definition_file_is_translation(cli, json, &id)) {
    return install_with_translations(cli, path, json, report);
  }
  struct questionnaire_row row;
  const struct questionnaire *questionnaire;
  failed = stored_questionnaire(cli, id, 0, &row, &questionnaire);
  return failed != 0 ? failed : install_translation(cli, path, json, questionnaire, report);
}
