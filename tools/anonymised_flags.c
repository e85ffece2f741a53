#include <limits.h>
#include <string.h>

#include "anonymised.h"

enum { K_MOST = 1000 };

/* What makes single answers out of a whole round, or rows that can be told apart. */
static int refuse_filters(const struct cli *cli) {
  static const char *const flags[] = {"shape", "municipality",    "language", "from",
                                      "to",    "without-flagged", "weighted"};
  for (size_t i = 0; i < array_length(flags); i++) {
    if (cli_has(cli, flags[i])) {
      return cli_fail(EXIT_CODE_USAGE,
                      "--%s is not for --profile anonymised, which gives the whole round, a row an "
                      "answer; hint: leave it out",
                      flags[i]);
    }
  }
  return 0;
}

static int read_numbers(const struct cli *cli, struct anonymising *anonymising) {
  const char *k = cli_value(cli, "k"), *release = cli_value(cli, "release");
  anonymising->options.rows.k = ANONYMISE_K;
  if (release != NULL && !cli_number(release, 1, INT_MAX, &anonymising->again)) {
    return cli_fail(EXIT_CODE_USAGE, "--release is \"%s\"; hint: the number of a release", release);
  }
  if (release != NULL && (k != NULL || cli_has(cli, "with") || cli_has(cli, "comments"))) {
    return cli_fail(EXIT_CODE_USAGE, "--release gives a release again as it was; hint: leave out "
                                     "--k, --with and --comments");
  }
  if (k != NULL && !cli_number(k, ANONYMISE_K_LEAST, K_MOST, &anonymising->options.rows.k)) {
    return cli_fail(EXIT_CODE_USAGE, "--k is \"%s\"; hint: a number from %d", k, ANONYMISE_K_LEAST);
  }
  return 0;
}

/* Which of "language" and "descriptions" are asked for. */
static int read_with(const struct cli *cli, struct anonymising *anonymising) {
  size_t count = 0;
  if (!cli_has(cli, "with")) {
    return 0;
  }
  const char *const *items = cli_split(cli, cli_value(cli, "with"), &count);
  if (items == NULL) {
    return cli_fail_memory();
  }
  for (size_t i = 0; i < count; i++) {
    if (strcmp(items[i], "language") == 0) {
      anonymising->options.rows.language = true;
    } else if (strcmp(items[i], "descriptions") == 0) {
      anonymising->options.descriptions = true;
    } else {
      return cli_fail(EXIT_CODE_USAGE, "--with is \"%s\"; hint: language, descriptions or both",
                      items[i]);
    }
  }
  return 0;
}

static int read_comments(const struct cli *cli, struct anonymising *anonymising) {
  const char *comments = cli_value(cli, "comments");
  anonymising->options.comments = comments != NULL && strcmp(comments, "reviewed") == 0;
  if (comments != NULL && !anonymising->options.comments && strcmp(comments, "none") != 0) {
    return cli_fail(EXIT_CODE_USAGE,
                    "--comments is \"%s\"; hint: reviewed (those that somebody read and found "
                    "publishable, in a file of their own) or none",
                    comments);
  }
  if (anonymising->options.descriptions && !anonymising->options.comments) {
    return cli_fail(EXIT_CODE_USAGE, "--with descriptions is for --comments reviewed, which brings "
                                     "them apart from the rows; hint: leave it out");
  }
  return 0;
}

int anonymised_flags_again(const struct anonymising *anonymising) {
  bool out = cli_has(anonymising->cli, "comments-out");
  bool needed = anonymising->options.comments && anonymising->format != EXPORT_ZIP;
  if (needed && !out) {
    return cli_fail(EXIT_CODE_USAGE, "comments stand in a file of their own; hint: --comments-out "
                                     "FILE, or --format zip");
  }
  if (out && !needed) {
    return cli_fail(EXIT_CODE_USAGE, "--comments-out is for --comments reviewed in another format "
                                     "than zip; hint: leave it out");
  }
  return 0;
}

static int read_dialect(const struct cli *cli, struct anonymising *anonymising) {
  const char *dialect = cli_value(cli, "dialect");
  bool excel = dialect != NULL && strcmp(dialect, "excel") == 0;
  anonymising->dialect = excel ? CSV_EXCEL : CSV_PLAIN;
  if (dialect != NULL && !excel && strcmp(dialect, "plain") != 0) {
    return cli_fail(EXIT_CODE_USAGE, "--dialect is \"%s\"; hint: plain or excel", dialect);
  }
  if (dialect != NULL && anonymising->format != EXPORT_CSV) {
    return cli_fail(EXIT_CODE_USAGE, "--dialect is for CSV; hint: leave it out or --format csv");
  }
  return 0;
}

int anonymised_flags(const struct cli *cli, struct anonymising *anonymising) {
  int failed = refuse_filters(cli);
  if (failed == 0 && !export_format_parse(cli_value(cli, "format"), &anonymising->format)) {
    return cli_fail(EXIT_CODE_USAGE, "--format is \"%s\"; hint: csv, jsonl, sav, dta, xlsx or zip",
                    cli_value(cli, "format"));
  }
  failed = failed != 0 ? failed : read_with(cli, anonymising);
  failed = failed != 0 ? failed : read_comments(cli, anonymising);
  failed = failed != 0 ? failed : read_dialect(cli, anonymising);
  if (failed == 0) {
    failed = released_override(cli, &anonymising->override);
  }
  return failed != 0 ? failed : read_numbers(cli, anonymising);
}
