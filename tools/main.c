#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/version.h"
#include "cli.h"

#define SWITCH(flag)                                                                               \
  { flag, FLAG_SWITCH }
#define VALUE(flag)                                                                                \
  { flag, FLAG_VALUE }
#define NEEDED(flag)                                                                               \
  { flag, FLAG_NEEDED }

static const struct command commands[] = {
    {"migrate",
     NULL,
     command_migrate,
     "",
     "brings the database up to date; loads templates/",
     0,
     0,
     {SWITCH("json")}},

    {"questionnaire",
     "check",
     command_questionnaire_check,
     "FILE [TRANSLATION...] [--ours]",
     "checks a definition and its translations; --ours lists the words that are ours",
     1,
     COMMAND_ARGUMENTS_MAX,
     {SWITCH("ours"), SWITCH("json")}},
    {"questionnaire",
     "add",
     command_questionnaire_add,
     "FILE",
     "stores a definition with the translations beside it, or one translation",
     1,
     1,
     {SWITCH("json")}},
    {"questionnaire",
     "list",
     command_questionnaire_list,
     "",
     "lists definitions",
     0,
     0,
     {SWITCH("json")}},
    {"questionnaire",
     "show",
     command_questionnaire_show,
     "ID [--version N]",
     "shows questions, columns and languages",
     1,
     1,
     {VALUE("version"), SWITCH("json")}},
    {"questionnaire",
     "approve",
     command_questionnaire_approve,
     "ID --language L [--version N]",
     "approves a translation, which is a draft until then",
     1,
     1,
     {NEEDED("language"), VALUE("version"), SWITCH("json")}},

    {"round",
     "create",
     command_round_create,
     "--questionnaire ID[@VERSION] --title T --municipality 101,217 [--opens TIME] "
     "[--closes TIME] [--languages da,en] [--allow-drafts] [--traces on|off] "
     "[--confirm on|off] [--invite on|off] [--codes open|single] [--uses N]",
     "creates a round with a link for each municipality, or for letters with codes of N uses",
     0,
     0,
     {NEEDED("questionnaire"), NEEDED("title"), NEEDED("municipality"), VALUE("opens"),
      VALUE("closes"), VALUE("languages"), SWITCH("allow-drafts"), VALUE("traces"),
      VALUE("confirm"), VALUE("invite"), VALUE("codes"), VALUE("uses"), SWITCH("json")}},
    {"round",
     "set",
     command_round_set,
     "R [--title T] [--opens TIME] [--closes TIME] [--languages da,en] "
     "[--allow-drafts|--no-allow-drafts] [--traces on|off] [--confirm on|off] [--invite on|off] "
     "[--retain-until DAY | --retain-months N]",
     "changes a round; an empty time takes it away",
     1,
     1,
     {VALUE("title"), VALUE("opens"), VALUE("closes"), VALUE("languages"), SWITCH("allow-drafts"),
      SWITCH("no-allow-drafts"), VALUE("traces"), VALUE("confirm"), VALUE("invite"),
      VALUE("retain-until"), VALUE("retain-months"), SWITCH("json")}},
    {"round", "list", command_round_list, "", "lists rounds", 0, 0, {SWITCH("json")}},
    {"round", "show", command_round_show, "R", "shows a round", 1, 1, {SWITCH("json")}},
    {"round",
     "close",
     command_round_close,
     "R",
     "closes a round; what is being written counts "
     "for 60 minutes more",
     1,
     1,
     {SWITCH("json")}},
    {"round",
     "reopen",
     command_round_reopen,
     "R",
     "opens a closed round again",
     1,
     1,
     {SWITCH("json")}},
    {"round",
     "finalise",
     command_round_finalise,
     "R [--dry-run | --yes]",
     "takes away all that links answers to people, for good; --dry-run tells what that is",
     1,
     1,
     {SWITCH("dry-run"), SWITCH("yes"), SWITCH("json")}},
    {"round",
     "archive",
     command_round_archive,
     "R [--profile internal|anonymised] --out FILE.zip",
     "packs a finalised round for an archive, and notes it with its checksum",
     1,
     1,
     {VALUE("profile"), NEEDED("out"), SWITCH("json")}},

    {"link",
     "list",
     command_link_list,
     "--round R",
     "lists the links of a round",
     0,
     0,
     {NEEDED("round"), SWITCH("json")}},
    {"qr",
     NULL,
     command_qr,
     "--round R --municipality M --format svg|png|text [--out FILE|-]",
     "makes the QR code of a link",
     0,
     0,
     {NEEDED("round"), NEEDED("municipality"), NEEDED("format"), VALUE("out")}},
    {"letters",
     "approve",
     command_letters_approve,
     "--language L",
     "approves the words of letters, which are a draft until then",
     0,
     0,
     {NEEDED("language"), SWITCH("json")}},
    {"letters",
     NULL,
     command_letters,
     "--round R --municipality M [--codes N [--batch NAME]] [--language L] "
     "[--poster a4|a5 | --html | --text | --test-print] --out FILE|-",
     "makes a municipality's closure letters to print, or a poster, a page, a text",
     0,
     0,
     {NEEDED("round"), NEEDED("municipality"), VALUE("codes"), VALUE("batch"), VALUE("language"),
      VALUE("poster"), SWITCH("html"), SWITCH("text"), SWITCH("test-print"), NEEDED("out")}},

    {"codes",
     "make",
     command_codes_make,
     "--round R --municipality M --letters N [--batch NAME] [--reprint NAME [--yes]] "
     "[--out FILE|-]",
     "makes single-use codes and writes their links, one a line, for a mail merge",
     0,
     0,
     {NEEDED("round"), NEEDED("municipality"), NEEDED("letters"), VALUE("batch"), VALUE("reprint"),
      SWITCH("yes"), VALUE("out")}},
    {"codes",
     "list",
     command_codes_list,
     "--round R [--municipality M]",
     "lists batches of letters with single-use codes, answers in steps",
     0,
     0,
     {NEEDED("round"), VALUE("municipality"), SWITCH("json")}},
    {"codes",
     "cancel",
     command_codes_cancel,
     "--round R --batch NAME [--municipality M] [--yes]",
     "cancels the codes of a batch that nobody has answered with",
     0,
     0,
     {NEEDED("round"), NEEDED("batch"), VALUE("municipality"), SWITCH("yes")}},

    {"municipality",
     "list",
     command_municipality_list,
     "",
     "lists municipalities",
     0,
     0,
     {SWITCH("json")}},
    {"municipality",
     "show",
     command_municipality_show,
     "M",
     "shows a municipality",
     1,
     1,
     {SWITCH("json")}},
    {"municipality",
     "set",
     command_municipality_set,
     "M [--contact NAME] [--phone NUMBER] [--email ADDRESS] [--own-words FILE|-] [--logo FILE] "
     "[--window X,Y,WIDTH,HEIGHT] [--fold-marks on|off]",
     "sets whom a letter names and how it looks; an empty FILE takes words or logo away",
     1,
     1,
     {VALUE("contact"), VALUE("phone"), VALUE("email"), VALUE("own-words"), VALUE("logo"),
      VALUE("window"), VALUE("fold-marks"), SWITCH("json")}},

    {"settings",
     "list",
     command_settings_list,
     "",
     "lists the settings of the installation",
     0,
     0,
     {SWITCH("json")}},
    {"settings",
     "set",
     command_settings_set,
     "KEY VALUE",
     "sets one; \"\" takes it away",
     2,
     2,
     {SWITCH("json")}},

    {"answers",
     "export",
     command_answers_export,
     "--round R --format csv|jsonl|sav|dta|xlsx|zip --profile "
     "internal|anonymised [--shape wide|long] "
     "[--municipality 101,217] [--language da,en] [--from 2026-W40] [--to 2026-W47] "
     "[--without-flagged] [--weighted] [--comments masked|reviewed|none] [--comments-out FILE] [--dialect plain|excel] "
     "[--k N] [--release N] [--with language,descriptions] [--certificate FILE] "
     "[--override-by NAME --override-why REASON] [--out FILE|-]",
     "writes the answers of a round, ordered by response_id; or anonymised, as a release",
     0,
     0,
     {NEEDED("round"),
      NEEDED("format"),
      NEEDED("profile"),
      VALUE("shape"),
      VALUE("municipality"),
      VALUE("language"),
      VALUE("from"),
      VALUE("to"),
      SWITCH("without-flagged"),
      SWITCH("weighted"),
      VALUE("comments"),
      VALUE("dialect"),
      VALUE("k"),
      VALUE("release"),
      VALUE("with"),
      VALUE("certificate"),
      VALUE("override-by"),
      VALUE("override-why"),
      VALUE("comments-out"),
      VALUE("out")}},
    {"answers",
     "import",
     command_answers_import,
     "FILE|- --round R",
     "reads answers from CSV into a round: all rows or none",
     1,
     1,
     {NEEDED("round"), SWITCH("json")}},

    {"report",
     NULL,
     command_report,
     "--round R --format json|html|pdf|xlsx|svg [--in da|en] [--profile internal|published] [--municipality 101,217] "
     "[--language da,en] [--from 2026-W40] [--to 2026-W47] [--closed-from 2026-01-01] "
     "[--closed-to 2026-09-30] [--without-flagged] [--floor N] [--release N] "
     "[--by NAME --override-reason REASON] [--out FILE|-]",
     "makes the report of a round; published, as a release of a closed round",
     0,
     0,
     {NEEDED("round"), NEEDED("format"), VALUE("profile"), VALUE("municipality"), VALUE("language"),
      VALUE("from"), VALUE("to"), VALUE("closed-from"), VALUE("closed-to"),
      SWITCH("without-flagged"), VALUE("floor"), VALUE("release"), VALUE("by"),
      VALUE("override-reason"), VALUE("in"), VALUE("out")}},

    {"duplicates",
     "list",
     command_duplicates_list,
     "--round R",
     "lists pairs of answers that may be of one person, with reasons",
     0,
     0,
     {NEEDED("round"), SWITCH("json")}},
    {"duplicates",
     "refresh",
     command_duplicates_refresh,
     "--round R",
     "makes flags and weights anew; exports and list do it when they are stale",
     0,
     0,
     {NEEDED("round"), SWITCH("json")}},
    {"duplicates",
     "decide",
     command_duplicates_decide,
     "--round R A B --same [--counts A|B] | --different | --undecided | --undo [--note TEXT]",
     "notes what a reviewer decided of two answers; nothing is deleted",
     2,
     2,
     {NEEDED("round"), SWITCH("same"), VALUE("counts"), SWITCH("different"), SWITCH("undecided"),
      SWITCH("undo"), VALUE("note"), SWITCH("json")}},

    {"staff",
     "add",
     command_staff_add,
     "--role admin|evaluator|municipality --email ADDRESS [--municipality M] [--rounds 1,2] "
     "[--name NAME]",
     "adds an account and prints its one-time link",
     0,
     0,
     {NEEDED("role"), NEEDED("email"), VALUE("municipality"), VALUE("rounds"), VALUE("name"),
      SWITCH("json")}},
    {"staff", "list", command_staff_list, "", "lists accounts", 0, 0, {SWITCH("json")}},
    {"staff",
     "invite",
     command_staff_invite,
     "EMAIL",
     "prints a new one-time link; the old password works until it is used",
     1,
     1,
     {SWITCH("json")}},
    {"staff",
     "disable",
     command_staff_disable,
     "EMAIL",
     "signs out for good: sessions, link and API tokens end",
     1,
     1,
     {SWITCH("json")}},
    {"staff",
     "enable",
     command_staff_enable,
     "EMAIL",
     "lets a disabled account sign in again",
     1,
     1,
     {SWITCH("json")}},
    {"staff",
     "reset-totp",
     command_staff_reset_totp,
     "EMAIL",
     "takes a lost authenticator and its recovery codes off",
     1,
     1,
     {SWITCH("json")}},

    {"audit",
     "verify",
     command_audit_verify,
     "[--expect HASH]",
     "computes the chain of the audit log anew; prints its head hash, to be kept elsewhere",
     0,
     0,
     {VALUE("expect"), SWITCH("json")}},
    {"audit",
     "list",
     command_audit_list,
     "[--kind KIND] [--limit N] [--before ROW]",
     "lists who did what, the newest first",
     0,
     0,
     {VALUE("kind"), VALUE("limit"), VALUE("before"), SWITCH("json")}},
    {"purge",
     NULL,
     command_purge,
     "[--dry-run] [--without-archive R --reason TEXT]",
     "deletes what is over: sessions, invitations, attempts; rounds past their retention",
     0,
     0,
     {SWITCH("dry-run"), VALUE("without-archive"), VALUE("reason"), SWITCH("json")}},
    {"courses",
     "import",
     command_courses_import,
     "FILE|- --round R [--municipality M] [--sheet NAME] [--dry-run]",
     "reads a registration sheet (.xlsx or CSV): all courses or none; --dry-run stores nothing",
     1,
     1,
     {NEEDED("round"), VALUE("municipality"), VALUE("sheet"), SWITCH("dry-run"), SWITCH("json")}},
    {"courses",
     "export",
     command_courses_export,
     "--round R [--municipality M] --format csv|xlsx [--dialect plain|excel] [--out FILE|-]",
     "writes the courses as they are stored",
     0,
     0,
     {NEEDED("round"), VALUE("municipality"), NEEDED("format"), VALUE("dialect"), VALUE("out")}},
    {"courses",
     "summary",
     command_courses_summary,
     "--round R [--from DAY] [--to DAY]",
     "counts courses by municipality and quarter, with coverage; days bound the closing date",
     0,
     0,
     {NEEDED("round"), VALUE("from"), VALUE("to"), SWITCH("json")}},
    {"courses",
     "template",
     command_courses_template,
     "--round R --municipality M --out FILE.xlsx|-",
     "makes an empty registration sheet with drop-downs",
     0,
     0,
     {NEEDED("round"), NEEDED("municipality"), NEEDED("out")}},
    {"courses",
     "delete",
     command_courses_delete,
     "ID --round R --municipality M",
     "takes one course away",
     1,
     1,
     {NEEDED("round"), NEEDED("municipality"), SWITCH("json")}},
    {"comments",
     "list",
     command_comments_list,
     "--round R [--state waiting|publishable|mask|never|concern|all] [--after C] [--limit N]",
     "lists parents' own words to be reviewed, in no order and without anything beside them",
     0,
     0,
     {NEEDED("round"), VALUE("state"), VALUE("after"), VALUE("limit"), SWITCH("json")}},
    {"comments",
     "decide",
     command_comments_decide,
     "C --round R --publishable | --mask 3,7 | --never | --concern | --undo",
     "notes what a reviewer decided of a comment; --mask leaves words out by their numbers",
     1,
     1,
     {NEEDED("round"), SWITCH("publishable"), VALUE("mask"), SWITCH("never"), SWITCH("concern"),
      SWITCH("undo"), SWITCH("json")}},
    {"comments",
     "summary",
     command_comments_summary,
     "--round R",
     "counts comments by what was decided of them",
     0,
     0,
     {NEEDED("round"), SWITCH("json")}},
};

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
  for (size_t i = 0; i < array_length(commands); i++) {
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
  for (size_t i = 0; i < array_length(commands); i++) {
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
  for (size_t i = 0; i < array_length(commands); i++) {
    const char *own = commands[i].verb;
    if (strcmp(commands[i].noun, noun) == 0 &&
        (own == NULL || verb == NULL ? own == verb : strcmp(own, verb) == 0)) {
      return &commands[i];
    }
  }
  return NULL;
}

static int verb_failed(int count, char **words) {
  for (size_t i = 0; i < array_length(commands); i++) {
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
