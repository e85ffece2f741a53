#include <stdio.h>
#include <string.h>

#include "definition_file.h"
#include "definition_install.h"
#include "stored.h"
#include "table.h"

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
