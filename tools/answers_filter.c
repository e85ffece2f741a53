#include "answers_filter.h"

#include <string.h>

#include "store/documentation_store.h"
#include "stored.h"
#include "survey/moment.h"

static int read_municipalities(struct cli *cli, struct export_filter *filter) {
  size_t count = 0;
  if (!cli_has(cli, "municipality")) {
    return 0;
  }
  const char *const *items = cli_split(cli, cli_value(cli, "municipality"), &count);
  int *codes = arena_array(cli->arena, count, sizeof *codes);
  if (items == NULL || codes == NULL) {
    return cli_fail_memory();
  }
  int failed = 0;
  for (size_t i = 0; i < count && failed == 0; i++) {
    failed = stored_municipality_code(items[i], &codes[i]);
  }
  filter->municipalities = codes;
  filter->municipalities_count = count;
  return failed;
}

static int read_languages(struct cli *cli, struct export_filter *filter) {
  if (!cli_has(cli, "language")) {
    return 0;
  }
  filter->languages = cli_split(cli, cli_value(cli, "language"), &filter->languages_count);
  return filter->languages == NULL ? cli_fail_memory() : 0;
}

static int read_week(const struct cli *cli, const char *flag, const char **week) {
  *week = cli_value(cli, flag);
  if (*week != NULL && !moment_is_week(*week)) {
    return cli_fail(EXIT_CODE_USAGE,
                    "--%s is \"%s\"; hint: a week such as 2026-W47, of a finalised round a "
                    "quarter such as 2026-Q4",
                    flag, *week);
  }
  return 0;
}

static int read_weeks(const struct cli *cli, struct export_filter *filter) {
  int failed = read_week(cli, "from", &filter->from);
  failed = failed != 0 ? failed : read_week(cli, "to", &filter->to);
  if (failed == 0 && filter->from != NULL && filter->to != NULL &&
      strcmp(filter->from, filter->to) > 0) {
    return cli_fail(EXIT_CODE_USAGE, "--from is later than --to; hint: exchange them");
  }
  return failed;
}

int answers_filter_read(struct cli *cli, struct export_filter *filter) {
  int failed = read_municipalities(cli, filter);
  failed = failed != 0 ? failed : read_languages(cli, filter);
  return failed != 0 ? failed : read_weeks(cli, filter);
}

bool answers_filter_in_round(const struct round_row *round, int municipality) {
  for (size_t i = 0; i < round->municipalities_count; i++) {
    if (round->municipalities[i] == municipality) {
      return true;
    }
  }
  return false;
}

/* Answers on paper may be in any language of the questionnaire, so this is a warning. */
static void warn_of_languages(const struct export_filter *filter, const struct round_row *round) {
  for (size_t i = 0; i < filter->languages_count; i++) {
    bool known = false;
    for (size_t j = 0; j < round->languages_count && !known; j++) {
      known = strcmp(round->languages[j], filter->languages[i]) == 0;
    }
    if (!known) {
      cli_warn("round %d was not asked in \"%s\", so there may be no such answer; hint: hjemsvar "
               "round show %d",
               round->id, filter->languages[i], round->id);
    }
  }
}

int answers_filter_check(const struct export_filter *filter, const struct round_row *round) {
  const char *const weeks[] = {filter->from, filter->to};
  bool finalised = round->state == ROUND_FINALISED;
  for (size_t i = 0; i < filter->municipalities_count; i++) {
    if (!answers_filter_in_round(round, filter->municipalities[i])) {
      return cli_fail(EXIT_CODE_DATA,
                      "municipality %d is not in round %d; hint: hjemsvar round show %d",
                      filter->municipalities[i], round->id, round->id);
    }
  }
  warn_of_languages(filter, round);
  for (size_t i = 0; i < array_length(weeks); i++) {
    if (weeks[i] != NULL && (strstr(weeks[i], "-Q") != NULL) != finalised) {
      return cli_fail(EXIT_CODE_USAGE,
                      finalised ? "round %d is finalised and knows quarters only; hint: 2026-Q4"
                                : "round %d is not finalised; hint: a week such as 2026-W47",
                      round->id);
    }
  }
  return 0;
}

bool answers_filter_takes(const struct export_filter *filter, int municipality) {
  bool takes = filter->municipalities_count == 0;
  for (size_t i = 0; i < filter->municipalities_count && !takes; i++) {
    takes = filter->municipalities[i] == municipality;
  }
  return takes;
}

int answers_filter_documentation(struct cli *cli, const struct export_filter *filter,
                                 struct documentation_set *set) {
  const char *message = "out of memory";
  struct documentation_version *versions = NULL;
  size_t count = 0;
  const struct documentation_model *model =
      documentation_load(cli->config.share_dir, cli->arena, &message);
  if (model == NULL) {
    return cli_fail(EXIT_CODE_CONFIG, "%s", message);
  }
  enum store_result result =
      documentation_list(cli->store, filter->round, 0, NULL, model, cli->arena, &versions, &count);
  *set = (struct documentation_set){.versions = versions};
  for (size_t i = 0; result == STORE_OK && i < count; i++) {
    if (answers_filter_takes(filter, versions[i].municipality)) {
      versions[set->count++] = versions[i];
    }
  }
  return result == STORE_OK
             ? 0
             : cli_store_failed(cli, result, "reading the municipalities' own texts");
}
