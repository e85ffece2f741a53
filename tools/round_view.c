#include "round_view.h"

#include <stdio.h>
#include <string.h>

#include "round_retention.h"
#include "table.h"

static void print_time(const char *label, const char *time) {
  if (time != NULL) {
    (void)printf("%-15s %s\n", label, time);
  }
}

static void print_strings(const char *label, const char *const *strings, size_t count) {
  (void)printf("%-15s", label);
  for (size_t i = 0; i < count; i++) {
    (void)printf("%s%s", i == 0 ? " " : ", ", strings[i]);
  }
  (void)putchar('\n');
}

void round_view_print(const struct round_row *row) {
  (void)printf("%-15s %d\n%-15s %s\n%-15s %s\n%-15s %s version %d\n", "round", row->id, "title",
               row->title, "state", round_state_name(row->state), "questionnaire",
               row->questionnaire, row->version);
  if (row->personal_of != 0) {
    (void)printf("%-15s personal, of %d\n", "kind", row->personal_of);
  }
  print_time("opens", row->opens_at);
  print_time("closes", row->closes_at);
  print_time("closed", row->closed_at);
  print_time("finalised", row->finalised_at);
  print_strings("languages", row->languages, row->languages_count);
  (void)printf("%-15s %s\n%-15s %s\n%-15s %s\n%-15s %s\n", "drafts",
               row->allow_drafts ? "allowed" : "not allowed", "traces", row->traces ? "on" : "off",
               "confirm", row->confirm_scale ? "on" : "off", "invite", row->invite ? "on" : "off");
  if (row->single_codes) {
    (void)printf("%-15s single, %d answers a letter\n", "codes", row->uses);
  }
  (void)printf("%-15s", "municipalities");
  for (size_t i = 0; i < row->municipalities_count; i++) {
    (void)printf("%s%d", i == 0 ? " " : ", ", row->municipalities[i]);
  }
  (void)putchar('\n');
  round_retention_print(row);
  if (row->missing_settings_count > 0) {
    print_strings("cannot open for", row->missing_settings, row->missing_settings_count);
  }
}

int round_view_table(const struct cli *cli, const struct round_row *rows, size_t count) {
  struct table table;
  table_init(
      &table, cli->arena,
      (const char *const[]){"ROUND", "STATE", "QUESTIONNAIRE", "MUNICIPALITIES", "TITLE", NULL});
  for (size_t i = 0; i < count; i++) {
    const struct round_row *row = &rows[i];
    table_row(&table, (const char *const[]){
                          arena_printf(cli->arena, "%d", row->id), round_state_name(row->state),
                          arena_printf(cli->arena, "%s@%d", row->questionnaire, row->version),
                          arena_printf(cli->arena, "%zu", row->municipalities_count), row->title});
  }
  return table_print(&table, stdout) ? 0 : cli_fail_memory();
}

static json_t *link_json(const struct cli *cli, const struct link_row *row, bool with_answers) {
  json_t *link = json_pack("{s:i, s:s}", "municipality", row->municipality, "name", row->name);
  if (row->code != NULL) {
    const char *url = cli_url(cli, row->code);
    (void)json_object_set_new(link, "code", json_string(row->code));
    (void)json_object_set_new(link, "url", url == NULL ? NULL : json_string(url));
  }
  if (with_answers) {
    (void)json_object_set_new(link, "answers", cli_json_string(row->answers));
  }
  return link;
}

json_t *round_view_links_json(const struct cli *cli, const struct link_row *rows, size_t count,
                              bool with_answers) {
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) {
    (void)json_array_append_new(list, link_json(cli, &rows[i], with_answers));
  }
  return list;
}

int round_view_links(const struct cli *cli, const struct link_row *rows, size_t count,
                     bool with_answers) {
  struct table table;
  table_init(
      &table, cli->arena,
      (const char *const[]){"MUNICIPALITY", "NAME", "LINK", with_answers ? "ANSWERS" : NULL, NULL});
  for (size_t i = 0; i < count; i++) {
    const struct link_row *row = &rows[i];
    table_row(&table, (const char *const[]){
                          arena_printf(cli->arena, "%d", row->municipality), row->name,
                          row->code == NULL ? "none" : cli_url(cli, row->code), row->answers});
  }
  return table_print(&table, stdout) ? 0 : cli_fail_memory();
}

int round_view_find_links(const struct cli *cli, int round, struct link_row **rows, size_t *count) {
  enum store_result result = link_list(cli->store, round, cli->arena, rows, count);
  if (result == STORE_NONE) {
    return cli_fail(EXIT_CODE_DATA, "there is no round %d; hint: hjemsvar round list", round);
  }
  return result == STORE_OK ? 0 : cli_store_failed(cli, result, "listing the links");
}

const char *round_view_whose(const struct round_row *row) {
  bool personal = row->personal_of != 0 && row->missing_settings_count > 0 &&
                  strncmp(row->missing_settings[0], "personal_", 9) == 0;
  return personal ? " --municipality M" : "";
}
