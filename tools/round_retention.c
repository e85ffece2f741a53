#include "round_retention.h"

#include <stdio.h>
#include <string.h>

#include "base/calendar.h"
#include "store/retention_store.h"

enum { MONTHS_MOST = 1200 };

/* ---- flags */

/* "2026-11-22", a day that exists. */
static bool is_day(const char *text) {
  static const char pattern[] = "dddd-dd-dd";
  if (strlen(text) != sizeof pattern - 1) {
    return false;
  }
  int part[3] = {0, 0, 0};
  for (size_t i = 0, at = 0; pattern[i] != '\0'; i++) {
    if (pattern[i] == '-') {
      at++;
    } else if (text[i] >= '0' && text[i] <= '9') {
      part[at] = part[at] * 10 + (text[i] - '0');
    }
    if ((pattern[i] == '-') != (text[i] == '-') ||
        (pattern[i] == 'd' && (text[i] < '0' || text[i] > '9'))) {
      return false;
    }
  }
  return part[0] >= 2000 && part[1] >= 1 && part[1] <= 12 && part[2] >= 1 &&
         part[2] <= calendar_month_days(part[0], part[1]);
}

int round_retention_read(const struct cli *cli, struct round_retention *retention) {
  const char *until = cli_value(cli, "retain-until"), *months = cli_value(cli, "retain-months");
  *retention = (struct round_retention){.given = until != NULL || months != NULL};
  bool has_until = until != NULL && until[0] != '\0',
       has_months = months != NULL && months[0] != '\0';
  if (has_until && has_months) {
    return cli_fail(EXIT_CODE_USAGE,
                    "--retain-until and --retain-months exclude each other; hint: give one");
  }
  if (has_until && !is_day(until)) {
    return cli_fail(EXIT_CODE_USAGE, "--retain-until is \"%s\"; hint: a day such as 2031-12-31",
                    until);
  }
  if (has_months && !cli_number(months, 1, MONTHS_MOST, &retention->months)) {
    return cli_fail(EXIT_CODE_USAGE, "--retain-months is \"%s\"; hint: a number from 1 to %d",
                    months, MONTHS_MOST);
  }
  retention->until = has_until ? until : NULL;
  return 0;
}

bool round_retention_alone(const struct cli *cli) {
  const struct flag *flags = cli->command->flags;
  for (size_t i = 0; i < COMMAND_FLAGS_MAX && flags[i].name != NULL; i++) {
    if (cli->values[i] != NULL && strncmp(flags[i].name, "retain-", 7) != 0 &&
        strcmp(flags[i].name, "json") != 0) {
      return false;
    }
  }
  return cli_has(cli, "retain-until") || cli_has(cli, "retain-months");
}

int round_retention_set(const struct cli *cli, int round, const struct round_retention *retention) {
  if (!retention->given) {
    return 0;
  }
  enum store_result result = retention_set(cli->store, round, retention->until, retention->months);
  if (result == STORE_OK) {
    return 0;
  }
  if (result == STORE_REFUSED || result == STORE_CLOSED || result == STORE_NONE) {
    return cli_fail(cli_store_exit(result), "%s", store_message(cli->store));
  }
  return cli_store_failed(cli, result, "setting how long the round is kept");
}

/* ---- out */

void round_retention_print(const struct round_row *row) {
  if (row->purged_at != NULL) {
    (void)printf("%-15s %s: answers and courses are gone\n", "purged", row->purged_at);
  } else if (row->kept_until != NULL) {
    (void)printf("%-15s %s%s\n", "kept until", row->kept_until,
                 row->retain_until == NULL && row->retain_months == 0 ? " (the installation's rule)"
                                                                      : "");
  } else if (row->retain_months > 0) {
    (void)printf("%-15s %d months after it is finalised\n", "kept", row->retain_months);
  } else {
    (void)printf("%-15s %s\n", "kept",
                 row->finalised_at == NULL ? "by the setting retention_months once it is finalised"
                                           : "until somebody decides: retention_months is empty");
  }
}
