/* cli: what every command needs: its flags, the database, a way to fail.
 *
 * Results go to stdout, all else to stderr. A failure is one line:
 * "hjemsvar: what went wrong; hint: how to mend it". */
#ifndef HJEMSVAR_TOOLS_CLI_H
#define HJEMSVAR_TOOLS_CLI_H

#include <jansson.h>

#include "base/config.h"
#include "command.h"
#include "store/store.h"

struct cli {
  const struct command *command;
  struct config config;
  struct arena *arena;                   /* lives as long as the command */
  const char *values[COMMAND_FLAGS_MAX]; /* parallel to command->flags; NULL: not given */
  const char *const *arguments;
  size_t arguments_count;
  struct crypto_keys keys;
  bool has_keys;
  bool checked;        /* the schema and the secret are the right ones */
  struct store *store; /* the connection that is open, or NULL */
};

/* Sorts the words after noun and verb into flags and arguments. 0, or an exit
 * code after having said what is wrong. */
must_check int cli_parse(struct cli *cli, int count, char **words);

/* Closes the connection and wipes the keys. */
void cli_clear(struct cli *cli);

/* The value of a flag of the command, or NULL when it was not given. */
const char *cli_value(const struct cli *cli, const char *flag);

/* Tells whether a flag was given. */
bool cli_has(const struct cli *cli, const char *flag);

/* Reads the secret of the installation, once. 0 or an exit code. */
must_check int cli_load_keys(struct cli *cli);

/* The same without a word on stderr: NULL, or what is wrong and how to mend it. */
must_check const char *cli_read_keys(struct cli *cli);

/* Connects as role, in place of an earlier connection, and checks schema and
 * secret the first time (not for STORE_AS_LOGIN). 0 or an exit code. */
must_check int cli_open(struct cli *cli, enum store_role role);

/* Connects as role, besides the connection that is open, to the primary among the hosts of the
 * URL. 0 with *primary, which the caller closes, or an exit code. */
must_check int cli_open_primary(const struct cli *cli, enum store_role role,
                                struct store **primary);

/* Says that doing something failed in the database, and gives the exit code. */
must_check int cli_store_failed(const struct cli *cli, enum store_result result, const char *doing);

/* The same of another connection than the command's. */
must_check int cli_store_said(const struct store *store, enum store_result result,
                              const char *doing);

/* The exit code that a result of the database means. */
enum exit_code cli_store_exit(enum store_result result);

/* Prints "hjemsvar: …" on stderr, on one line, and gives the code back. */
int cli_fail(enum exit_code code, const char *format, ...) printf_like(2, 3);
int cli_fail_memory(void);
/* The program that sets letters and reports cannot be run, or broke off (output/letter.h). */
int cli_fail_press(const char *why);

/* The same for what does not end the command. */
void cli_warn(const char *format, ...) printf_like(1, 2);

/* Prints a value as one line of JSON on stdout and frees it; NULL is out of
 * memory. 0 or an exit code. */
must_check int cli_print_json(json_t *value);

/* A string as JSON; NULL is null. */
must_check json_t *cli_json_string(const char *string);

/* Reads a whole decimal number from least to most. */
must_check bool cli_number(const char *text, int least, int most, int *out);

/* Reads the number of a round from a flag's value or an argument: 0 or an exit
 * code. */
must_check int cli_round(const char *text, int *round);

/* Splits a list at its commas; white space around an item is left out. NULL when
 * memory is out. An empty item stays, as "". */
must_check const char *const *cli_split(const struct cli *cli, const char *list, size_t *count);

/* The address of a link, upper case, as the QR code says it. NULL when memory is
 * out. */
must_check const char *cli_url(const struct cli *cli, const char *code);

#endif
