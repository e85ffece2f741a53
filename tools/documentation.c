#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "answers_filter.h"
#include "out_file.h"
#include "store/audit_store.h"
#include "store/documentation_store.h"
#include "stored.h"

/* ---- export */

struct exporting {
  struct cli *cli;
  struct export_filter filter;
  bool json;
  enum csv_dialect dialect;
  struct documentation_set set;
  struct text content;
};

static int read_form(struct exporting *exporting) {
  const struct cli *cli = exporting->cli;
  const char *format = cli_value(cli, "format"), *dialect = cli_value(cli, "dialect");
  exporting->json = strcmp(format, "json") == 0;
  exporting->dialect = dialect != NULL && strcmp(dialect, "excel") == 0 ? CSV_EXCEL : CSV_PLAIN;
  if (!exporting->json && strcmp(format, "csv") != 0) {
    return cli_fail(EXIT_CODE_USAGE, "--format is \"%s\"; hint: csv or json", format);
  }
  if (dialect != NULL && exporting->json) {
    return cli_fail(EXIT_CODE_USAGE, "--dialect is for CSV; hint: leave it out or --format csv");
  }
  if (dialect != NULL && exporting->dialect == CSV_PLAIN && strcmp(dialect, "plain") != 0) {
    return cli_fail(EXIT_CODE_USAGE, "--dialect is \"%s\"; hint: plain or excel", dialect);
  }
  return answers_filter_read(exporting->cli, &exporting->filter);
}

static int tell(const struct exporting *exporting) {
  const struct cli *cli = exporting->cli;
  const struct audit_entry entry = {.action = "documentation.export",
                                    .round = exporting->filter.round,
                                    .details = exporting->json ? "{\"format\":\"json\"}"
                                                               : "{\"format\":\"csv\"}"};
  enum store_result result = audit_append(cli->store, &entry);
  return result == STORE_OK ? 0 : cli_store_failed(cli, result, "telling the audit log");
}

static int gather(struct exporting *exporting) {
  struct cli *cli = exporting->cli;
  struct round_row round;
  int failed = stored_round(cli, cli_value(cli, "round"), &round);
  if (failed == 0) {
    exporting->filter.round = round.id;
    failed = answers_filter_check(&exporting->filter, &round);
  }
  return failed != 0 ? failed
                     : answers_filter_documentation(cli, &exporting->filter, &exporting->set);
}

static int deliver(struct exporting *exporting) {
  const struct cli *cli = exporting->cli;
  const char *path = cli_has(cli, "out") ? cli_value(cli, "out") : "-";
  return out_file_text(cli, path, 0600, &exporting->content);
}

static int write_content(struct exporting *exporting) {
  if (exporting->json) {
    documentation_json_file(&exporting->set, &exporting->content);
  } else {
    documentation_csv(&exporting->set, exporting->dialect, &exporting->content);
  }
  return exporting->content.failed ? cli_fail_memory() : 0;
}

int command_documentation_export(struct cli *cli) {
  struct exporting exporting = {.cli = cli};
  text_init(&exporting.content);
  int failed = read_form(&exporting);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
  failed = failed != 0 ? failed : gather(&exporting);
  failed = failed != 0 ? failed : tell(&exporting);
  failed = failed != 0 ? failed : write_content(&exporting);
  failed = failed != 0 ? failed : deliver(&exporting);
  text_clear(&exporting.content);
  return failed;
}

/* ---- what should never have been written */

static int erased(const struct cli *cli, int municipality, const char *part, int version) {
  if (cli_has(cli, "json")) {
    return cli_print_json(json_pack("{s:i, s:s, s:i, s:b}", "municipality", municipality, "part",
                                    part, "version", version, "erased", true));
  }
  (void)printf("version %d of %s of municipality %d has no words any more\n", version, part,
               municipality);
  return 0;
}

int command_documentation_erase(struct cli *cli) {
  const char *part = cli_value(cli, "part"), *number = cli_value(cli, "version");
  int municipality = 0, version = 0;
  int failed = stored_municipality_code(cli_value(cli, "municipality"), &municipality);
  if (failed == 0 && !cli_number(number, 1, INT_MAX, &version)) {
    return cli_fail(EXIT_CODE_USAGE, "--version is \"%s\"; hint: the number of a version", number);
  }
  if (failed == 0 && !cli_has(cli, "yes")) {
    return cli_fail(EXIT_CODE_USAGE, "this takes the words out for good; hint: --yes");
  }
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = documentation_erase(cli->store, municipality, part, version);
  if (result == STORE_NONE) {
    return cli_fail(EXIT_CODE_DATA,
                    "there is no version %d of \"%s\" of municipality %d with words in it; hint: "
                    "hjemsvar documentation export shows what there is",
                    version, part, municipality);
  }
  return result == STORE_OK ? erased(cli, municipality, part, version)
                            : cli_store_failed(cli, result, "erasing the version");
}
