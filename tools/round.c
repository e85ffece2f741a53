#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "flags.h"
#include "round_finalise.h"
#include "round_key.h"
#include "round_retention.h"
#include "round_view.h"
#include "store/code_store.h"
#include "store/round_json.h"
#include "stored.h"

/* ---- flags that create and set have in common */

/* -1: not given. */
static int switch_value(const struct cli *cli, const char *flag, int *value) {
  const char *text = cli_value(cli, flag);
  *value = -1;
  if (text == NULL) {
    return 0;
  }
  if (strcmp(text, "on") != 0 && strcmp(text, "off") != 0) {
    return cli_fail(EXIT_CODE_USAGE, "--%s is \"%s\"; hint: on or off", flag, text);
  }
  *value = strcmp(text, "on") == 0;
  return 0;
}

static int languages_value(const struct cli *cli, const char *const **languages, size_t *count) {
  const char *text = cli_value(cli, "languages");
  if (text == NULL) {
    return 0;
  }
  *languages = cli_split(cli, text, count);
  if (*languages == NULL) {
    return cli_fail_memory();
  }
  for (size_t i = 0; i < *count; i++) {
    if ((*languages)[i][0] == '\0') {
      return cli_fail(EXIT_CODE_USAGE, "--languages \"%s\" has an empty place; hint: da,en", text);
    }
  }
  return 0;
}

static int municipalities_value(const struct cli *cli, struct round_new *round) {
  size_t count;
  const char *const *items = cli_split(cli, cli_value(cli, "municipality"), &count);
  int *codes = items == NULL ? NULL : arena_array(cli->arena, count, sizeof *codes);
  if (codes == NULL) {
    return cli_fail_memory();
  }
  for (size_t i = 0; i < count; i++) {
    int failed = stored_municipality_code(items[i], &codes[i]);
    if (failed != 0) {
      return failed;
    }
  }
  round->municipalities = codes;
  round->municipalities_count = count;
  return 0;
}

/* ID or ID@VERSION. */
static int questionnaire_flag(const struct cli *cli, struct round_new *round) {
  const char *text = cli_value(cli, "questionnaire");
  const char *at = strchr(text, '@');
  if (at == NULL) {
    round->questionnaire = text;
    return 0;
  }
  round->questionnaire = arena_copy(cli->arena, text, (size_t)(at - text));
  if (round->questionnaire == NULL) {
    return cli_fail_memory();
  }
  if (!cli_number(at + 1, 1, 1000000, &round->version)) {
    return cli_fail(EXIT_CODE_USAGE, "--questionnaire is \"%s\"; hint: bilag8 or bilag8@1", text);
  }
  return 0;
}

static int codes_value(const struct cli *cli, struct round_new *round) {
  const char *codes = cli_value(cli, "codes"), *uses = cli_value(cli, "uses");
  round->single_codes = codes != NULL && strcmp(codes, "single") == 0;
  if (codes != NULL && !round->single_codes && strcmp(codes, "open") != 0) {
    return cli_fail(EXIT_CODE_USAGE, "--codes is \"%s\"; hint: open or single", codes);
  }
  if (uses != NULL && !round->single_codes) {
    return cli_fail(EXIT_CODE_USAGE, "--uses is for codes of letters; hint: --codes single");
  }
  if (uses != NULL && !cli_number(uses, 1, CODE_USES_MAX, &round->uses)) {
    return cli_fail(EXIT_CODE_USAGE, "--uses is \"%s\"; hint: 1 to %d answers a letter", uses,
                    CODE_USES_MAX);
  }
  return 0;
}

static int given_time(const struct cli *cli, const char *flag, const char **time) {
  *time = cli_value(cli, flag);
  if (*time != NULL && (*time)[0] == '\0') {
    return cli_fail(EXIT_CODE_USAGE,
                    "--%s is empty; hint: 2026-11-20 or 2026-11-20T08:00, Danish time", flag);
  }
  return 0;
}

/* ---- create */

static int read_new(const struct cli *cli, struct round_new *round) {
  int traces, confirm, invite;
  int failed = codes_value(cli, round);
  failed = failed != 0 ? failed : questionnaire_flag(cli, round);
  failed = failed != 0 ? failed : municipalities_value(cli, round);
  failed = failed != 0 ? failed : given_time(cli, "opens", &round->opens_at);
  failed = failed != 0 ? failed : given_time(cli, "closes", &round->closes_at);
  failed = failed != 0 ? failed : languages_value(cli, &round->languages, &round->languages_count);
  failed = failed != 0 ? failed : switch_value(cli, "traces", &traces);
  failed = failed != 0 ? failed : switch_value(cli, "confirm", &confirm);
  failed = failed != 0 ? failed : switch_value(cli, "invite", &invite);
  if (failed != 0) {
    return failed;
  }
  round->title = cli_value(cli, "title");
  round->allow_drafts = cli_has(cli, "allow-drafts");
  round->traces = traces != 0;
  round->no_confirm_scale = confirm == 0;
  round->invite = invite == 1;
  return 0;
}

/* Fixes the version and, when no languages are named, the authoritative one. */
static int complete_new(struct cli *cli, struct round_new *round) {
  struct questionnaire_row row;
  const struct questionnaire *questionnaire;
  int failed =
      stored_questionnaire(cli, round->questionnaire, round->version, &row, &questionnaire);
  if (failed != 0) {
    return failed;
  }
  round->version = row.version;
  if (round->languages == NULL) {
    const char **languages = arena_array(cli->arena, 1, sizeof *languages);
    if (languages == NULL) {
      return cli_fail_memory();
    }
    languages[0] = questionnaire->language;
    round->languages = languages;
    round->languages_count = 1;
  }
  return 0;
}

static int refused(const struct cli *cli, enum store_result result, const char *message,
                   const char *doing) {
  if (message == NULL || message[0] == '\0') {
    return cli_store_failed(cli, result, doing);
  }
  return cli_fail(cli_store_exit(result), "%s: %s", doing, message);
}

static int tell_missing(const struct round_row *row) {
  if (row->missing_settings_count == 0) {
    return 0;
  }
  struct text names;
  text_init(&names);
  for (size_t i = 0; i < row->missing_settings_count; i++) {
    text_addf(&names, "%s%s", i == 0 ? "" : ", ", row->missing_settings[i]);
  }
  int code = cli_fail(
      EXIT_CODE_CONFIG,
      "round %d cannot open while these settings are empty: %s; hint: hjemsvar "
      "settings set %s \"...\"%s, and so on; it opens by itself when all are filled "
      "in",
      row->id, names.failed ? "?" : names.data, row->missing_settings[0], round_view_whose(row));
  text_clear(&names);
  return code;
}

static int print_created(const struct cli *cli, int id) {
  struct link_row *links;
  size_t count;
  int failed = round_view_find_links(cli, id, &links, &count);
  if (failed != 0) {
    return failed;
  }
  if (cli_has(cli, "json")) {
    return cli_print_json(json_pack("{s:i, s:o}", "round", id, "links",
                                    round_view_links_json(cli, links, count, false)));
  }
  (void)printf("round %d created\n", id);
  return round_view_links(cli, links, count, false);
}

/* The key is there before a server can see the round. When the connection is lost it is
 * unknown whether the round is there: a key too many does no harm, one that lacks does. */
static int store_new(struct cli *cli, struct round_new *round, int *id) {
  struct round_key_making making = {.cli = cli};
  const char *message = NULL;
  if (round->traces) {
    round->ready = round_key_making_ready;
    round->ready_context = &making;
  }
  enum store_result result = round_create(cli->store, round, cli->arena, id, &message);
  round->ready = NULL; /* what it points to ends here */
  round->ready_context = NULL;
  if (result == STORE_OK) {
    return 0;
  }
  if (result != STORE_DOWN) {
    round_key_making_undo(&making);
  }
  return making.failed != 0 ? making.failed : refused(cli, result, message, "creating the round");
}

int command_round_create(struct cli *cli) {
  struct round_new round = {0};
  struct round_row row;
  int id = 0;
  int failed = read_new(cli, &round);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
  failed = failed != 0 ? failed : complete_new(cli, &round);
  failed = failed != 0 ? failed : store_new(cli, &round, &id);
  failed = failed != 0 ? failed : print_created(cli, id);
  if (failed == 0 && round_find(cli->store, id, cli->arena, &row) == STORE_OK) {
    failed = tell_missing(&row);
  }
  return failed;
}

/* ---- set, list, show */

static int print_round(const struct cli *cli, const struct round_row *row) {
  if (cli_has(cli, "json")) {
    return cli_print_json(round_json(row));
  }
  round_view_print(row);
  return 0;
}

/* Opens the database and finds the round of the first argument. */
static int open_round(struct cli *cli, struct round_row *row) {
  int failed = cli_open(cli, STORE_AS_CONSOLE);
  return failed != 0 ? failed : stored_round(cli, cli->arguments[0], row);
}

static int read_change(const struct cli *cli, struct round_change *change) {
  bool allow = cli_has(cli, "allow-drafts"), forbid = cli_has(cli, "no-allow-drafts");
  if (allow && forbid) {
    return cli_fail(EXIT_CODE_USAGE,
                    "--allow-drafts and --no-allow-drafts exclude each other; hint: give one");
  }
  *change = (struct round_change){.title = cli_value(cli, "title"),
                                  .opens_at = cli_value(cli, "opens"),
                                  .closes_at = cli_value(cli, "closes"),
                                  .allow_drafts = -1};
  if (allow || forbid) {
    change->allow_drafts = allow;
  }
  int failed = languages_value(cli, &change->languages, &change->languages_count);
  failed = failed != 0 ? failed : switch_value(cli, "confirm", &change->confirm_scale);
  failed = failed != 0 ? failed : switch_value(cli, "invite", &change->invite);
  return failed != 0 ? failed : switch_value(cli, "traces", &change->traces);
}

int command_round_set(struct cli *cli) {
  struct round_change change = {0};
  struct round_retention retention;
  struct round_row row;
  int failed = read_change(cli, &change);
  failed = failed != 0 ? failed : round_retention_read(cli, &retention);
  failed = failed != 0 ? failed : open_round(cli, &row);
  if (failed == 0 && change.traces == 1 && row.state != ROUND_FINALISED) {
    failed = round_key_make(cli, row.id);
  }
  if (failed != 0) {
    return failed;
  }
  const char *message = NULL;
  enum store_result result = round_retention_alone(cli)
                                 ? STORE_OK
                                 : round_set(cli->store, row.id, &change, cli->arena, &message);
  if (result != STORE_OK) {
    return refused(cli, result, message, "changing the round");
  }
  failed = round_retention_set(cli, row.id, &retention);
  failed = failed != 0 ? failed : stored_round(cli, cli->arguments[0], &row);
  return failed != 0 ? failed : print_round(cli, &row);
}

int command_round_list(struct cli *cli) {
  struct round_row *rows = NULL;
  size_t count = 0;
  int failed = cli_open(cli, STORE_AS_CONSOLE);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = round_list(cli->store, cli->arena, &rows, &count);
  if (result != STORE_OK && result != STORE_NONE) {
    return cli_store_failed(cli, result, "listing the rounds");
  }
  if (!cli_has(cli, "json")) {
    return round_view_table(cli, rows, count);
  }
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) {
    (void)json_array_append_new(list, round_json(&rows[i]));
  }
  return cli_print_json(list);
}

int command_round_show(struct cli *cli) {
  struct round_row row;
  int failed = open_round(cli, &row);
  return failed != 0 ? failed : print_round(cli, &row);
}

/* ---- close, reopen, finalise */

static int print_state(const struct cli *cli) {
  struct round_row row;
  int failed = stored_round(cli, cli->arguments[0], &row);
  if (failed != 0) {
    return failed;
  }
  if (cli_has(cli, "json")) {
    return cli_print_json(round_json(&row));
  }
  (void)printf("round %d is %s\n", row.id, round_state_name(row.state));
  return 0;
}

static int state_failed(const struct cli *cli, enum store_result result,
                        const struct round_row *row, const char *what, const char *hint) {
  if (result == STORE_CLOSED) {
    return cli_fail(EXIT_CODE_DENIED, "round %d is %s and cannot be %s; hint: %s", row->id,
                    round_state_name(row->state), what, hint);
  }
  return cli_store_failed(cli, result, "changing the round's state");
}

int command_round_close(struct cli *cli) {
  struct round_row row;
  int failed = open_round(cli, &row);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = round_close(cli->store, row.id);
  return result == STORE_OK
             ? print_state(cli)
             : state_failed(cli, result, &row, "closed", "only a scheduled or open round can be");
}

int command_round_reopen(struct cli *cli) {
  struct round_row row;
  int failed = open_round(cli, &row);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = round_reopen(cli->store, row.id);
  return result == STORE_OK
             ? print_state(cli)
             : state_failed(cli, result, &row, "opened again", "only a closed round can be");
}

/* Once finalised, nothing is left to make flags of; they become columns of the answers. */
static int make_last_flags(struct cli *cli, const struct round_row *row) {
  struct questionnaire_row stored;
  const struct questionnaire *questionnaire;
  struct quality_run run;
  int failed = stored_questionnaire(cli, row->questionnaire, row->version, &stored, &questionnaire);
  failed = failed != 0 ? failed : flags_fresh(cli, row, questionnaire, FLAGS_IF_STALE, &run);
  return failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
}

/* A key that an earlier try left behind goes now. */
static int finalised_before(const struct cli *cli, const struct round_row *row) {
  int failed = round_key_delete(cli, row->id);
  (void)!round_sweep(cli->store);
  return failed != 0
             ? failed
             : cli_fail(EXIT_CODE_DENIED,
                        "round %d is finalised already; hint: nothing is left to do", row->id);
}

/* More than a refresh is needed only while answers or decisions come. */
enum { FINALISE_TRIES = 5 };

/* Who answers or decides between the flags and the end is looked at, too. */
static int finalise_with_flags(struct cli *cli, const struct round_row *row) {
  enum store_result result = STORE_INCOMPLETE;
  for (int tries = 0; tries < FINALISE_TRIES && result == STORE_INCOMPLETE; tries++) {
    int failed = make_last_flags(cli, row);
    if (failed != 0) {
      return failed;
    }
    store_set_patience(cli->store, 0);
    result = round_finalise(cli->store, row->id);
  }
  if (result == STORE_INCOMPLETE) {
    return cli_fail(EXIT_CODE_DOWN,
                    "answers or decisions keep coming to round %d, and each has to be looked at; "
                    "hint: try again when they have ended",
                    row->id);
  }
  if (result == STORE_CONFLICT) {
    return cli_fail(EXIT_CODE_DOWN, "round %d is not finalised: %s", row->id,
                    store_message(cli->store));
  }
  return result == STORE_OK ? 0 : state_failed(cli, result, row, "finalised", "close it first");
}

int command_round_finalise(struct cli *cli) {
  struct round_row row;
  int failed = open_round(cli, &row);
  if (failed != 0) {
    return failed;
  }
  if (row.state == ROUND_FINALISED) {
    return finalised_before(cli, &row);
  }
  if (row.state != ROUND_CLOSED) {
    return state_failed(cli, STORE_CLOSED, &row, "finalised", "close it first");
  }
  failed = round_finalise_tell(cli, &row);
  if (failed != 0 || cli_has(cli, "dry-run")) {
    return failed;
  }
  failed = round_finalise_ask(cli, &row);
  if (failed != 0) {
    return failed;
  }
  failed = finalise_with_flags(cli, &row);
  if (failed != 0) {
    return failed;
  }
  int unkeyed = round_key_delete(cli, row.id);
  (void)!round_sweep(cli->store); /* autovacuum does it else */
  failed = print_state(cli);
  return unkeyed != 0 ? unkeyed : failed;
}
