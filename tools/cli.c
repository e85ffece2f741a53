#include "cli.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum { CONNECT_TIMEOUT_MS = 10000, ROUND_MAX = 2147483647 };

/* ---- saying what went wrong */

static void say(const char *format, va_list arguments) {
  char line[4096];
  (void)vsnprintf(line, sizeof line, format, arguments);
  for (char *c = line; *c != '\0'; c++) {
    if (*c == '\n' || *c == '\r') {
      *c = ' ';
    }
  }
  (void)fprintf(stderr, "hjemsvar: %s\n", line);
}

int cli_fail(enum exit_code code, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say(format, arguments);
  va_end(arguments);
  return (int)code;
}

int cli_fail_memory(void) {
  return cli_fail(EXIT_CODE_INTERNAL, "memory is out; hint: free some and try again");
}

int cli_fail_press(const char *why) {
  return cli_fail(EXIT_CODE_CONFIG,
                  "hjemsvar-press, which sets letters and reports, is of no use: %s; hint: make "
                  "install puts the one of this version where it is found",
                  why);
}

void cli_warn(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say(format, arguments);
  va_end(arguments);
}

/* ---- the words of the command line */

static int usage_failed(const struct cli *cli, const char *what, const char *word) {
  const struct command *command = cli->command;
  bool alone = command->verb == NULL;
  return cli_fail(EXIT_CODE_USAGE, "%s%s%s: %s%s; hint: hjemsvar %s%s%s%s%s", command->noun,
                  alone ? "" : " ", alone ? "" : command->verb, what, word, command->noun,
                  alone ? "" : " ", alone ? "" : command->verb,
                  command->usage[0] == '\0' ? "" : " ", command->usage);
}

static int find_flag(const struct command *command, const char *name, size_t length) {
  for (int i = 0; i < COMMAND_FLAGS_MAX && command->flags[i].name != NULL; i++) {
    if (strlen(command->flags[i].name) == length &&
        memcmp(command->flags[i].name, name, length) == 0) {
      return i;
    }
  }
  return -1;
}

/* Takes the flag at words[0], and its value; used counts the words. */
static int take_flag(struct cli *cli, int count, char **words, int *used) {
  const char *name = words[0] + 2;
  size_t length = strcspn(name, "=");
  int flag = find_flag(cli->command, name, length);
  *used = 1;
  if (flag < 0) {
    return usage_failed(cli, "there is no flag ", words[0]);
  }
  if (cli->values[flag] != NULL) {
    return usage_failed(cli, "given twice: --", cli->command->flags[flag].name);
  }
  if (cli->command->flags[flag].kind == FLAG_SWITCH) {
    if (name[length] == '=') {
      return usage_failed(cli, "takes no value: --", cli->command->flags[flag].name);
    }
    cli->values[flag] = "";
  } else if (name[length] == '=') {
    cli->values[flag] = name + length + 1;
  } else if (count > 1) {
    cli->values[flag] = words[1];
    *used = 2;
  } else {
    return usage_failed(cli, "a value is missing after ", words[0]);
  }
  return 0;
}

static int check_complete(const struct cli *cli) {
  const struct command *command = cli->command;
  if (cli->arguments_count < command->arguments.least) {
    return usage_failed(cli, "an argument is missing", "");
  }
  if (cli->arguments_count > command->arguments.most) {
    return usage_failed(cli, "one argument too many: ", cli->arguments[command->arguments.most]);
  }
  for (size_t i = 0; i < COMMAND_FLAGS_MAX && command->flags[i].name != NULL; i++) {
    if (command->flags[i].kind == FLAG_NEEDED && cli->values[i] == NULL) {
      return usage_failed(cli, "missing: --", command->flags[i].name);
    }
  }
  return 0;
}

int cli_parse(struct cli *cli, int count, char **words) {
  const char **arguments = arena_array(cli->arena, (size_t)count + 1, sizeof *arguments);
  if (arguments == NULL) {
    return cli_fail_memory();
  }
  bool flags_end = false;
  for (int i = 0; i < count;) {
    int used = 1;
    if (!flags_end && strcmp(words[i], "--") == 0) {
      flags_end = true;
    } else if (!flags_end && words[i][0] == '-' && words[i][1] == '-') {
      int failed = take_flag(cli, count - i, words + i, &used);
      if (failed != 0) {
        return failed;
      }
    } else if (!flags_end && words[i][0] == '-' && words[i][1] != '\0') {
      return usage_failed(cli, "there is no flag ", words[i]);
    } else {
      arguments[cli->arguments_count++] = words[i];
    }
    i += used;
  }
  cli->arguments = arguments;
  return check_complete(cli);
}

const char *cli_value(const struct cli *cli, const char *flag) {
  int index = find_flag(cli->command, flag, strlen(flag));
  return index < 0 ? NULL : cli->values[index];
}

bool cli_has(const struct cli *cli, const char *flag) {
  return cli_value(cli, flag) != NULL;
}

bool cli_number(const char *text, int least, int most, int *out) {
  long long number = 0;
  size_t length = strlen(text);
  if (length == 0 || length > 10) {
    return false;
  }
  for (size_t i = 0; i < length; i++) {
    if (text[i] < '0' || text[i] > '9') {
      return false;
    }
    number = number * 10 + (text[i] - '0');
  }
  *out = (int)number;
  return number >= least && number <= most;
}

int cli_round(const char *text, int *round) {
  if (!cli_number(text, 1, ROUND_MAX, round)) {
    return cli_fail(EXIT_CODE_USAGE,
                    "\"%s\" is no round; hint: a number, as hjemsvar round list shows it", text);
  }
  return 0;
}

const char *const *cli_split(const struct cli *cli, const char *list, size_t *count) {
  size_t items = 1;
  for (const char *c = list; *c != '\0'; c++) {
    items += *c == ',';
  }
  const char **split = arena_array(cli->arena, items, sizeof *split);
  for (size_t i = 0; split != NULL && i < items; i++) {
    size_t length = strcspn(list, ",");
    size_t lead = strspn(list, " \t");
    lead = lead < length ? lead : length;
    size_t end = length;
    while (end > lead && (list[end - 1] == ' ' || list[end - 1] == '\t')) {
      end--;
    }
    split[i] = arena_copy(cli->arena, list + lead, end - lead);
    if (split[i] == NULL) {
      return NULL;
    }
    list += length + 1;
  }
  *count = items;
  return split;
}

/* ---- the secret and the database */

/* What is wrong with the secret; NULL: nothing. */
static const char *keys_message(const struct cli *cli, enum crypto_result result) {
  const char *which = cli->config.secret_previous_file == NULL
                          ? cli->config.secret_file
                          : "HJEMSVAR_SECRET_FILE or HJEMSVAR_SECRET_PREVIOUS_FILE";
  const char *message = NULL;
  switch (result) {
  case CRYPTO_OK:
    return NULL;
  case CRYPTO_MISSING:
    message = arena_printf(cli->arena, "there is no secret in %s; hint: put the file there", which);
    break;
  case CRYPTO_EXPOSED:
    message = arena_printf(cli->arena, "others may read %s; hint: chmod 600 it", which);
    break;
  case CRYPTO_SHORT:
    message =
        arena_printf(cli->arena, "%s is shorter than 32 bytes; hint: take the right file", which);
    break;
  case CRYPTO_IO:
    message = arena_printf(cli->arena,
                           "%s cannot be read; hint: see that it is a file, and that this user may "
                           "read it",
                           which);
    break;
  }
  return message == NULL ? "the secret could not be read" : message;
}

const char *cli_read_keys(struct cli *cli) {
  if (cli->has_keys) {
    return NULL;
  }
  if (cli->config.secret_file == NULL) {
    return "HJEMSVAR_SECRET_FILE is not set; hint: name the file with the secret of the "
           "installation (at least 32 bytes, mode 0600), the same as the server's";
  }
  enum crypto_result result =
      crypto_keys_load(&cli->keys, cli->config.secret_file, cli->config.secret_previous_file);
  cli->has_keys = result == CRYPTO_OK;
  return keys_message(cli, result);
}

int cli_load_keys(struct cli *cli) {
  const char *message = cli_read_keys(cli);
  return message == NULL ? 0 : cli_fail(EXIT_CODE_CONFIG, "%s", message);
}

enum exit_code cli_store_exit(enum store_result result) {
  switch (result) {
  case STORE_OK:
  case STORE_DUPLICATE:
    return EXIT_CODE_OK;
  case STORE_NONE:
  case STORE_CONFLICT:
  case STORE_REFUSED:
    return EXIT_CODE_DATA;
  case STORE_CLOSED:
  case STORE_DENIED:
    return EXIT_CODE_DENIED;
  case STORE_INCOMPLETE:
    return EXIT_CODE_CONFIG;
  case STORE_BUSY:
  case STORE_DOWN:
    return EXIT_CODE_DOWN;
  case STORE_FAULT:
    return EXIT_CODE_INTERNAL;
  }
  return EXIT_CODE_INTERNAL;
}

/* What to do about it, where the result alone tells. */
static const char *store_hint(enum store_result result) {
  switch (result) {
  case STORE_DOWN:
    return "; hint: see that PostgreSQL runs and HJEMSVAR_DATABASE_URL leads to it";
  case STORE_BUSY:
    return "; hint: others were writing the same; try again";
  case STORE_DENIED:
    return "; hint: run hjemsvar migrate, which makes the roles and names the rights that lack";
  case STORE_REFUSED:
    return "; hint: see that what was given is right";
  case STORE_FAULT:
    return "; hint: this is a fault of the program; please report it";
  case STORE_OK:
  case STORE_NONE:
  case STORE_DUPLICATE:
  case STORE_CONFLICT:
  case STORE_CLOSED:
  case STORE_INCOMPLETE:
    return "";
  }
  return "";
}

static int store_failed(enum store_result result, const char *doing, const char *message) {
  if (message == NULL || message[0] == '\0') {
    message = "the database did not say why";
  }
  const char *hint = strstr(message, "hint:") == NULL ? store_hint(result) : "";
  return cli_fail(cli_store_exit(result), "%s: %s%s", doing, message, hint);
}

int cli_store_said(const struct store *store, enum store_result result, const char *doing) {
  return store_failed(result, doing, store_message(store));
}

int cli_store_failed(const struct cli *cli, enum store_result result, const char *doing) {
  return cli_store_said(cli->store, result, doing);
}

static int check_installation(struct cli *cli) {
  const char *message = NULL;
  enum store_result result =
      store_check(cli->store, cli->config.share_dir, &cli->keys, cli->arena, &message);
  if (result == STORE_OK) {
    cli->checked = true;
    return 0;
  }
  if (result == STORE_NONE || result == STORE_CONFLICT) {
    const char *hint = "";
    if (message == NULL || strstr(message, "hint:") == NULL) {
      hint = result == STORE_NONE ? "; hint: run hjemsvar migrate"
                                  : "; hint: use the secret and the version of the servers";
    }
    return cli_fail(EXIT_CODE_CONFIG, "%s%s",
                    message == NULL ? "this is not the installation's database" : message, hint);
  }
  return store_failed(result, "looking at the database", message);
}

int cli_open(struct cli *cli, enum store_role role) {
  int failed = cli_load_keys(cli);
  if (failed != 0) {
    return failed;
  }
  if (cli->config.database_missing != NULL) {
    return cli_fail(EXIT_CODE_CONFIG, "%s", cli->config.database_missing);
  }
  store_close(cli->store);
  cli->store = NULL;
  const char *message = NULL;
  enum store_result result = store_open(&cli->store, cli->config.database_url, role,
                                        clock_now_ms() + CONNECT_TIMEOUT_MS, cli->arena, &message);
  if (result == STORE_REFUSED) {
    return cli_fail(EXIT_CODE_CONFIG,
                    "HJEMSVAR_DATABASE_URL cannot be read%s%s; hint: it is a connection string of "
                    "libpq, such as \"host=/run/postgresql dbname=hjemsvar\"",
                    message == NULL ? "" : ": ", message == NULL ? "" : message);
  }
  if (result != STORE_OK) {
    return store_failed(result, "connecting to the database", message);
  }
  return cli->checked || role == STORE_AS_LOGIN ? 0 : check_installation(cli);
}

int cli_open_primary(const struct cli *cli, enum store_role role, struct store **primary) {
  const char *message = NULL;
  enum store_result result =
      store_open_primary(primary, cli->config.database_url, role,
                         clock_now_ms() + CONNECT_TIMEOUT_MS, cli->arena, &message);
  if (result == STORE_DOWN) {
    return cli_fail(EXIT_CODE_DOWN,
                    "this server is a standby, and the primary, whose audit log is told first, "
                    "cannot be reached: %s; hint: name both in HJEMSVAR_DATABASE_URL, "
                    "host=standby,primary",
                    message == NULL ? "no answer" : message);
  }
  return result == STORE_OK ? 0 : store_failed(result, "connecting to the primary", message);
}

void cli_clear(struct cli *cli) {
  store_close(cli->store);
  cli->store = NULL;
  crypto_keys_clear(&cli->keys);
}

/* ---- results */

int cli_print_json(json_t *value) {
  if (value == NULL) {
    return cli_fail_memory();
  }
  int failed = json_dumpf(value, stdout, JSON_COMPACT);
  json_decref(value);
  if (failed != 0 || putchar('\n') == EOF) {
    return cli_fail(EXIT_CODE_IO, "writing to stdout failed");
  }
  return 0;
}

json_t *cli_json_string(const char *string) {
  return string == NULL ? json_null() : json_string(string);
}

const char *cli_url(const struct cli *cli, const char *code) {
  char *url = arena_printf(cli->arena, "%s/S/%s", cli->config.public_url, code);
  for (char *c = url; c != NULL && *c != '\0'; c++) {
    *c = (char)toupper((unsigned char)*c);
  }
  return url;
}
