#include <stdio.h>
#include <string.h>

#include "definition_file.h"
#include "definition_install.h"
#include "stored.h"
#include "table.h"

/* ---- check: no database */

struct checking {
  const struct questionnaire *questionnaire;
  json_t *languages;
};

static int check_translation(const struct cli *cli, const char *path, struct checking *checking) {
  const char *json;
  const struct translation *translation;
  int failed = definition_file_read(cli, path, &json);
  if (failed == 0) {
    failed =
        definition_file_load_translation(cli, path, json, checking->questionnaire, &translation);
  }
  if (failed == 0) {
    (void)json_array_append_new(checking->languages, json_string(translation->language));
  }
  return failed;
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

/* The file alone: a translation finds its definition, a definition the
 * translations beside it. */
static int check_files(const struct cli *cli, struct checking *checking) {
  const char *path = cli->arguments[0], *json, *id;
  int failed = definition_file_read(cli, path, &json);
  if (failed != 0) {
    return failed;
  }
  bool translation = definition_file_is_translation(cli, json, &id);
  failed = translation ? definition_file_find(cli, path, id, &checking->questionnaire)
                       : definition_file_load(cli, path, json, &checking->questionnaire);
  if (failed != 0) {
    return failed;
  }
  (void)json_array_append_new(checking->languages, json_string(checking->questionnaire->language));
  if (translation) {
    return check_translations(cli, cli->arguments, cli->arguments_count, checking);
  }
  if (cli->arguments_count > 1) {
    return check_translations(cli, cli->arguments + 1, cli->arguments_count - 1, checking);
  }
  struct file_list files =
      definition_file_translations(cli->arena, path, checking->questionnaire->id);
  return files.paths == NULL ? cli_fail_memory()
                             : check_translations(cli, files.paths, files.count, checking);
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

static int print_check(const struct cli *cli, const struct checking *checking) {
  const struct questionnaire *questionnaire = checking->questionnaire;
  int ours, source;
  json_t *list = words_of_ours(questionnaire, &ours, &source);
  if (cli_has(cli, "json")) {
    json_t *object =
        json_pack("{s:s, s:i, s:i, s:i, s:{s:i, s:i}, s:O}", "id", questionnaire->id, "version",
                  questionnaire->version, "questions", (int)questionnaire->questions_count,
                  "sections", (int)questionnaire->sections_count, "words", "source", source, "ours",
                  ours, "languages", checking->languages);
    if (cli_has(cli, "ours")) {
      (void)json_object_set(object, "ours", list);
    }
    json_decref(list);
    return cli_print_json(object);
  }
  (void)printf("%s version %d: %zu questions, %zu sections, %d words of the source, %d of ours, "
               "languages ",
               questionnaire->id, questionnaire->version, questionnaire->questions_count,
               questionnaire->sections_count, source, ours);
  print_languages(checking->languages);
  (void)putchar('\n');
  if (cli_has(cli, "ours")) {
    print_ours(list);
  }
  json_decref(list);
  return 0;
}

int command_questionnaire_check(struct cli *cli) {
  struct checking checking = {.languages = json_array()};
  int failed = check_files(cli, &checking);
  if (failed == 0) {
    failed = print_check(cli, &checking);
  }
  json_decref(checking.languages);
  return failed;
}

/* ---- add, approve */

int command_questionnaire_add(struct cli *cli) {
  json_t *report = json_array();
  int failed = cli_open(cli, STORE_AS_CONSOLE);
  if (failed == 0) {
    failed = definition_install_any(cli, cli->arguments[0], report);
  }
  if (failed == 0 && cli_has(cli, "json")) {
    return cli_print_json(report);
  }
  definition_install_print(report);
  json_decref(report);
  return failed;
}

static int version_flag(const struct cli *cli, int *version) {
  const char *text = cli_value(cli, "version");
  *version = 0;
  if (text != NULL && !cli_number(text, 1, 1000000, version)) {
    return cli_fail(EXIT_CODE_USAGE, "\"%s\" is no version; hint: a number from 1", text);
  }
  return 0;
}

/* Opens the database and finds what ID and --version name. */
static int open_named(struct cli *cli, struct questionnaire_row *row,
                      const struct questionnaire **questionnaire) {
  int version;
  int failed = version_flag(cli, &version);
  if (failed == 0) {
    failed = cli_open(cli, STORE_AS_CONSOLE);
  }
  return failed != 0 ? failed
                     : stored_questionnaire(cli, cli->arguments[0], version, row, questionnaire);
}

int command_questionnaire_approve(struct cli *cli) {
  struct questionnaire_row row;
  const struct questionnaire *questionnaire;
  const char *language = cli_value(cli, "language");
  int failed = open_named(cli, &row, &questionnaire);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = translation_approve(cli->store, row.id, row.version, language, NULL);
  if (result == STORE_NONE) {
    return cli_fail(EXIT_CODE_DATA,
                    "%s version %d has no translation \"%s\"; hint: hjemsvar questionnaire show %s",
                    row.id, row.version, language, row.id);
  }
  if (result != STORE_OK && result != STORE_DUPLICATE) {
    return cli_store_failed(cli, result, "approving the translation");
  }
  if (cli_has(cli, "json")) {
    return cli_print_json(json_pack("{s:s, s:i, s:s, s:b}", "questionnaire", row.id, "version",
                                    row.version, "language", language, "approved", 1));
  }
  (void)printf("%s version %d, %s: approved\n", row.id, row.version, language);
  return 0;
}

/* ---- list, show */

int command_questionnaire_list(struct cli *cli) {
  struct questionnaire_row *rows;
  size_t count;
  int failed = cli_open(cli, STORE_AS_CONSOLE);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = questionnaire_list(cli->store, cli->arena, &rows, &count);
  if (result != STORE_OK && result != STORE_NONE) {
    return cli_store_failed(cli, result, "listing the questionnaires");
  }
  json_t *list = json_array();
  struct table table;
  table_init(&table, cli->arena, (const char *const[]){"ID", "VERSION", "USED", NULL});
  for (size_t i = 0; result == STORE_OK && i < count; i++) {
    table_row(&table,
              (const char *const[]){rows[i].id, arena_printf(cli->arena, "%d", rows[i].version),
                                    rows[i].used ? "yes" : "no"});
    (void)json_array_append_new(list, json_pack("{s:s, s:i, s:b}", "id", rows[i].id, "version",
                                                rows[i].version, "used", (int)rows[i].used));
  }
  if (cli_has(cli, "json")) {
    return cli_print_json(list);
  }
  json_decref(list);
  return table_print(&table, stdout) ? 0 : cli_fail_memory();
}

static json_t *translations_json(const struct translation_row *rows, size_t count) {
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) {
    (void)json_array_append_new(list,
                                json_pack("{s:s, s:s, s:b}", "language", rows[i].language, "name",
                                          rows[i].name, "approved", (int)rows[i].approved));
  }
  return list;
}

static int show_json(const struct questionnaire_row *row, json_t *translations) {
  json_t *definition = json_loads(row->definition, 0, NULL);
  return cli_print_json(json_pack("{s:s, s:i, s:b, s:o, s:o}", "id", row->id, "version",
                                  row->version, "used", (int)row->used, "translations",
                                  translations, "definition", definition));
}

static void print_question(const struct questionnaire *questionnaire,
                           const struct question *question) {
  const struct field *first = &questionnaire->fields[question->first_field];
  const struct field *last = first + question->fields_count - 1;
  (void)printf("  %d. %s\n     %s%s%s\n", question->number, question->words.text, first->name,
               question->fields_count > 1 ? " ... " : "",
               question->fields_count > 1 ? last->name : "");
}

static void show_text(const struct questionnaire_row *row,
                      const struct questionnaire *questionnaire, const json_t *translations) {
  (void)printf("%s version %d%s: %s\n", row->id, row->version, row->used ? ", in use" : "",
               questionnaire->title.text);
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    const struct question *question = &questionnaire->questions[i];
    if (i == questionnaire->sections[question->section].first_question) {
      (void)printf("section %s\n", questionnaire->sections[question->section].id);
    }
    print_question(questionnaire, question);
  }
  (void)printf("languages\n  %s: authoritative\n", questionnaire->language);
  size_t i;
  json_t *entry;
  json_array_foreach(translations, i, entry) {
    (void)printf("  %s: %s\n", json_string_value(json_object_get(entry, "language")),
                 json_is_true(json_object_get(entry, "approved")) ? "approved" : "draft");
  }
}

int command_questionnaire_show(struct cli *cli) {
  struct questionnaire_row row;
  const struct questionnaire *questionnaire;
  struct translation_row *rows;
  size_t count = 0;
  int failed = open_named(cli, &row, &questionnaire);
  if (failed != 0) {
    return failed;
  }
  enum store_result result =
      translation_list(cli->store, row.id, row.version, cli->arena, &rows, &count);
  if (result != STORE_OK && result != STORE_NONE) {
    return cli_store_failed(cli, result, "listing the translations");
  }
  json_t *translations = translations_json(rows, result == STORE_OK ? count : 0);
  if (cli_has(cli, "json")) {
    return show_json(&row, translations);
  }
  show_text(&row, questionnaire, translations);
  json_decref(translations);
  return 0;
}
