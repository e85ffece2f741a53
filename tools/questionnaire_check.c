#include <stdio.h>
#include <string.h>

#include "definition_file.h"
#include "norms_file.h"
#include "survey/lint.h"

/* No database: files alone. */

struct checking {
  const struct questionnaire *questionnaire;
  const struct norms *norms; /* the file is these, and no questionnaire */
  json_t *languages;
  json_t *warnings; /* {"file","line","path","kind","message"}; line is left out where there is
                       none */
};

static int add_warnings(struct checking *checking, const char *path, const struct lint *lint) {
  for (size_t i = 0; i < lint->count; i++) {
    const struct lint_warning *warning = &lint->items[i];
    json_t *object = json_pack("{s:s, s:s, s:s, s:s}", "kind", lint_kind_name(warning->kind),
                               "file", path, "path", warning->path, "message", warning->message);
    if (warning->line > 0) {
      (void)json_object_set_new(object, "line", json_integer(warning->line));
    }
    if (json_array_append_new(checking->warnings, object) != 0) {
      return cli_fail_memory();
    }
  }
  return lint->failed ? cli_fail_memory() : 0;
}

static int check_translation(const struct cli *cli, const char *path, struct checking *checking) {
  const char *json;
  const struct translation *translation;
  int failed = definition_file_read(cli, path, &json);
  if (failed == 0) {
    failed =
        definition_file_load_translation(cli, path, json, checking->questionnaire, &translation);
  }
  if (failed != 0) {
    return failed;
  }
  struct lint lint = {0};
  (void)json_array_append_new(checking->languages, json_string(translation->language));
  lint_translation(&lint, checking->questionnaire, translation, cli->arena);
  return add_warnings(checking, path, &lint);
}

static int check_translations(const struct cli *cli, const char *const *paths, size_t count,
                              struct checking *checking) {
  int first_failure = 0;
  for (size_t i = 0; i < count; i++) {
    int failed = check_translation(cli, paths[i], checking);
    first_failure = first_failure == 0 ? failed : first_failure;
  }
  return first_failure;
}

/* The languages that pages have words in: the files of templates/words. False when memory is
 * out. */
static bool list_pages(const struct cli *cli, struct file_list *list) {
  const char *folder = arena_printf(cli->arena, "%s/templates/words", cli->config.share_dir);
  *list = definition_file_list(cli->arena, folder == NULL ? "" : folder, "");
  for (size_t i = 0; list->paths != NULL && i < list->count; i++) {
    const char *name = strrchr(list->paths[i], '/') + 1;
    list->paths[i] = arena_copy(cli->arena, name, strlen(name) - strlen(".json"));
    if (list->paths[i] == NULL) {
      return false;
    }
  }
  return list->paths != NULL;
}

/* Without templates there is nothing to compare with. */
static int check_languages(const struct cli *cli, const char *path, struct checking *checking) {
  struct file_list pages;
  struct lint lint = {0};
  size_t count = json_array_size(checking->languages);
  const char **languages = arena_array(cli->arena, count + 1, sizeof *languages);
  if (languages == NULL || !list_pages(cli, &pages)) {
    return cli_fail_memory();
  }
  for (size_t i = 0; i < count; i++) {
    languages[i] = json_string_value(json_array_get(checking->languages, i));
  }
  if (pages.count > 0) {
    lint_languages(&lint, languages, count, pages.paths, pages.count, cli->arena);
  }
  return add_warnings(checking, path, &lint);
}

static int check_definition(const struct cli *cli, const char *path, const char *json,
                            struct checking *checking) {
  struct lint lint = {0};
  lint_definition(&lint, checking->questionnaire, json, cli->arena);
  int failed = add_warnings(checking, path, &lint);
  if (failed != 0) {
    return failed;
  }
  struct file_list files = {.paths = (const char **)cli->arguments + 1,
                            .count = cli->arguments_count - 1};
  if (files.count == 0) {
    files = definition_file_translations(cli->arena, path, checking->questionnaire->id);
  }
  if (files.paths == NULL) {
    return cli_fail_memory();
  }
  failed = check_translations(cli, files.paths, files.count, checking);
  return failed != 0 ? failed : check_languages(cli, path, checking);
}

/* The file alone: a translation finds its definition, a definition the
 * translations beside it. */
static int check_files(const struct cli *cli, struct checking *checking) {
  const char *path = cli->arguments[0], *json, *id;
  int failed = definition_file_read(cli, path, &json);
  if (failed != 0) {
    return failed;
  }
  if (norms_file_is(json)) {
    return norms_file_load(cli, path, NULL, &checking->norms);
  }
  bool translation = definition_file_is_translation(cli, json, &id);
  failed = translation ? definition_file_find(cli, path, id, &checking->questionnaire)
                       : definition_file_load(cli, path, json, &checking->questionnaire);
  if (failed != 0) {
    return failed;
  }
  (void)json_array_append_new(checking->languages, json_string(checking->questionnaire->language));
  failed = norms_file_check(cli, path, checking->questionnaire);
  if (failed != 0) {
    return failed;
  }
  return translation ? check_translations(cli, cli->arguments, cli->arguments_count, checking)
                     : check_definition(cli, path, json, checking);
}

static json_t *words_of_ours(const struct questionnaire *questionnaire, int *ours, int *source) {
  json_t *list = json_array();
  *ours = 0;
  *source = 0;
  for (size_t i = 0; i < questionnaire->words_count; i++) {
    const struct words *words = questionnaire->words[i];
    if (words->text == NULL) {
      continue;
    }
    if (words->ours) {
      (void)json_array_append_new(list,
                                  json_pack("{s:s, s:s}", "id", words->id, "text", words->text));
    }
    *(words->ours ? ours : source) += 1;
  }
  return list;
}

static void print_languages(const json_t *languages) {
  for (size_t i = 0; i < json_array_size(languages); i++) {
    (void)printf("%s%s", i == 0 ? "" : ", ", json_string_value(json_array_get(languages, i)));
  }
}

static void print_ours(const json_t *list) {
  size_t i;
  json_t *words;
  json_array_foreach(list, i, words) {
    (void)printf("%s: %s\n", json_string_value(json_object_get(words, "id")),
                 json_string_value(json_object_get(words, "text")));
  }
}

static void tell_warnings(const json_t *warnings) {
  size_t i;
  json_t *warning;
  json_array_foreach(warnings, i, warning) {
    const json_t *line = json_object_get(warning, "line");
    (void)fprintf(stderr, "%s:", json_string_value(json_object_get(warning, "file")));
    if (line != NULL) {
      (void)fprintf(stderr, "%d:", (int)json_integer_value(line));
    }
    (void)fprintf(stderr, " %s: warning: %s\n", json_string_value(json_object_get(warning, "path")),
                  json_string_value(json_object_get(warning, "message")));
  }
}

static json_t *reading_json(struct lint_reading reading) {
  return json_pack("{s:i, s:i, s:i}", "words", reading.words, "seconds", reading.seconds,
                   "seconds_slow", reading.slow);
}

static void print_reading(const struct questionnaire *questionnaire) {
  struct lint_reading one = lint_reading(questionnaire, false);
  struct lint_reading most = lint_reading(questionnaire, true);
  (void)printf("to read: %d words, %d:%02d minutes at %d words a minute, %d:%02d at %d", one.words,
               one.seconds / 60, one.seconds % 60, LINT_WORDS_A_MINUTE, one.slow / 60,
               one.slow % 60, LINT_WORDS_A_MINUTE_SLOW);
  if (most.words != one.words) {
    (void)printf("; with most children %d words, %d:%02d", most.words, most.seconds / 60,
                 most.seconds % 60);
  }
  (void)putchar('\n');
}

static int print_json(const struct cli *cli, const struct checking *checking, json_t *list,
                      int ours, int source) {
  const struct questionnaire *questionnaire = checking->questionnaire;
  json_t *object = json_pack(
      "{s:s, s:i, s:i, s:i, s:{s:i, s:i}, s:O, s:{s:o, s:o}, s:O}", "id", questionnaire->id,
      "version", questionnaire->version, "questions", (int)questionnaire->questions_count,
      "sections", (int)questionnaire->sections_count, "words", "source", source, "ours", ours,
      "languages", checking->languages, "reading", "one_child",
      reading_json(lint_reading(questionnaire, false)), "most_children",
      reading_json(lint_reading(questionnaire, true)), "warnings", checking->warnings);
  if (cli_has(cli, "ours")) {
    (void)json_object_set(object, "ours", list);
  }
  return cli_print_json(object);
}

static int print_norms(const struct cli *cli, const struct norms *norms) {
  if (cli_has(cli, "json")) {
    return cli_print_json(json_pack("{s:s, s:s, s:i, s:i}", "norms", norms->name, "country",
                                    norms->country, "bands", (int)norms->bands_count, "tables",
                                    (int)norms->tables_count));
  }
  (void)printf("norms %s (%s): %zu bands, %zu tables\n", norms->name, norms->country,
               norms->bands_count, norms->tables_count);
  return 0;
}

static int print_check(const struct cli *cli, const struct checking *checking) {
  const struct questionnaire *questionnaire = checking->questionnaire;
  int ours, source, failed = 0;
  json_t *list = words_of_ours(questionnaire, &ours, &source);
  if (cli_has(cli, "json")) {
    failed = print_json(cli, checking, list, ours, source);
    json_decref(list);
    return failed;
  }
  (void)printf("%s version %d: %zu questions, %zu sections, %d texts of the source, %d of ours, "
               "languages ",
               questionnaire->id, questionnaire->version, questionnaire->questions_count,
               questionnaire->sections_count, source, ours);
  print_languages(checking->languages);
  (void)putchar('\n');
  print_reading(questionnaire);
  if (cli_has(cli, "ours")) {
    print_ours(list);
  }
  json_decref(list);
  return failed;
}

int command_questionnaire_check(struct cli *cli) {
  struct checking checking = {.languages = json_array(), .warnings = json_array()};
  int failed = check_files(cli, &checking);
  if (failed == 0) {
    tell_warnings(checking.warnings);
    failed =
        checking.norms != NULL ? print_norms(cli, checking.norms) : print_check(cli, &checking);
  }
  size_t warnings = json_array_size(checking.warnings);
  if (failed == 0 && warnings > 0 && cli_has(cli, "strict")) {
    failed = cli_fail(EXIT_CODE_DATA, "%zu warning%s; hint: without --strict they are only told",
                      warnings, warnings == 1 ? "" : "s");
  }
  json_decref(checking.warnings);
  json_decref(checking.languages);
  return failed;
}
