#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/version.h"
#include "cli.h"

static const char general_help[] =
    "\nhjemsvar help NOUN tells more; hjemsvar --version tells which version this is.\n"
    "Flags of every command: --database-url, --secret-file, --key-dir, --public-url,\n"
    "--share-dir, or the environment: HJEMSVAR_DATABASE_URL, HJEMSVAR_SECRET_FILE, ...\n"
    "Exit codes: 0 done, 64 wrong command line, 65 wrong data, 69 database unavailable,\n"
    "70 our fault, 73 file cannot be made, 74 reading or writing failed, 77 not allowed,\n"
    "78 configuration wrong or incomplete.\n";

static bool is_help(const char *word) {
  return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static void print_command(FILE *file, const struct command *command) {
  (void)fprintf(file, "hjemsvar %s%s%s%s%s\n    %s\n", command->noun,
                command->verb == NULL ? "" : " ", command->verb == NULL ? "" : command->verb,
                command->usage[0] == '\0' ? "" : " ", command->usage, command->summary);
}

/* Prints the commands of a noun, or all; tells whether there was one. */
static bool print_help(FILE *file, const char *noun) {
  bool found = false;
  for (size_t i = 0; i < commands_count; i++) {
    if (noun == NULL || strcmp(commands[i].noun, noun) == 0) {
      print_command(file, &commands[i]);
      found = true;
    }
  }
  if (noun == NULL) {
    (void)fputs(general_help, file);
  }
  return found;
}

static int noun_failed(const char *noun) {
  return cli_fail(EXIT_CODE_USAGE, "there is no command \"%s\"; hint: hjemsvar help", noun);
}

static int run_help(int count, char **words) {
  const char *noun = count > 0 ? words[0] : NULL;
  return print_help(stdout, noun) ? 0 : noun_failed(noun);
}

/* Finds the command of the words; used counts those that name it. */
static const struct command *find_command(int count, char **words, int *used) {
  for (size_t i = 0; i < commands_count; i++) {
    if (strcmp(commands[i].noun, words[0]) == 0) {
      *used = commands[i].verb == NULL ? 1 : 2;
      if (*used == 1 || (count > 1 && strcmp(commands[i].verb, words[1]) == 0)) {
        return &commands[i];
      }
    }
  }
  return NULL;
}

const struct command *command_find(const char *noun, const char *verb) {
  for (size_t i = 0; i < commands_count; i++) {
    const char *own = commands[i].verb;
    if (strcmp(commands[i].noun, noun) == 0 &&
        (own == NULL || verb == NULL ? own == verb : strcmp(own, verb) == 0)) {
      return &commands[i];
    }
  }
  return NULL;
}

static int verb_failed(int count, char **words) {
  for (size_t i = 0; i < commands_count; i++) {
    if (strcmp(commands[i].noun, words[0]) == 0) {
      return count > 1 ? cli_fail(EXIT_CODE_USAGE, "%s has no \"%s\"; hint: hjemsvar help %s",
                                  words[0], words[1], words[0])
                       : cli_fail(EXIT_CODE_USAGE, "%s what?; hint: hjemsvar help %s", words[0],
                                  words[0]);
    }
  }
  return noun_failed(words[0]);
}

static int run_command(struct cli *cli, int count, char **words) {
  if (count == 0) {
    return cli_fail(EXIT_CODE_USAGE, "no command was given; hint: hjemsvar help");
  }
  if (count > 1 && is_help(words[count - 1])) {
    return run_help(1, words);
  }
  int used = 0;
  cli->command = find_command(count, words, &used);
  if (cli->command == NULL) {
    return verb_failed(count, words);
  }
  int failed = cli_parse(cli, count - used, words + used);
  return failed != 0 ? failed : cli->command->run(cli);
}

/* A result that never reached the reader is no success. */
static int flush_results(int code) {
  bool failed = ferror(stdout) != 0;
  failed = fflush(stdout) != 0 || failed;
  return failed && code == 0 ? cli_fail(EXIT_CODE_IO, "writing to stdout failed") : code;
}

int main(int argc, char **argv, char **environment) {
  (void)signal(SIGPIPE, SIG_IGN);
  if (argc > 1 && strcmp(argv[1], "--version") == 0) {
    (void)printf("hjemsvar %s\n", VERSION_TEXT);
    return flush_results(0);
  }
  if (argc > 1 && is_help(argv[1])) {
    return flush_results(run_help(argc - 2, argv + 2));
  }
  struct cli cli = {.arena = arena_new(0)};
  int code = 0;
  if (cli.arena == NULL) {
    return cli_fail_memory();
  }
  if (!crypto_init()) {
    code = cli_fail(EXIT_CODE_INTERNAL, "the system has no source of random numbers");
  } else {
    const char *message = config_load(&cli.config, cli.arena, &argc, argv, environment);
    code = message != NULL ? cli_fail(EXIT_CODE_CONFIG, "%s", message)
                           : run_command(&cli, argc - 1, argv + 1);
  }
  cli_clear(&cli);
  arena_free(cli.arena);
  return flush_results(code);
}
