#include "released.h"

#include <stdlib.h>

int released_check_round(const struct round_row *round) {
  if (round->state != ROUND_CLOSED && round->state != ROUND_FINALISED) {
    return cli_fail(EXIT_CODE_DATA,
                    "round %d is %s, and an open round still gets answers; hint: hjemsvar round "
                    "close %d",
                    round->id, round_state_name(round->state), round->id);
  }
  if (round->state == ROUND_CLOSED && round->writing_until != NULL) {
    return cli_fail(EXIT_CODE_DATA, "parents may be writing until %s; hint: wait until then",
                    round->writing_until);
  }
  return 0;
}

int released_parse(const struct cli *cli, const struct release_record *records, size_t count,
                   const struct release *const **parsed) {
  int odd;
  *parsed = release_contents(records, count, cli->arena, &odd);
  if (*parsed == NULL && odd > 0) {
    return cli_fail(EXIT_CODE_INTERNAL, "release %d cannot be read; hint: report this", odd);
  }
  return *parsed == NULL ? cli_fail_memory() : 0;
}

static int read_text(const struct cli *cli, const char *flag, size_t most, const char **text) {
  const char *typed = cli_value(cli, flag);
  if (release_text_read(cli->arena, typed, most, text) && *text != NULL) {
    return 0;
  }
  return cli_fail(EXIT_CODE_USAGE,
                  "--%s cannot be printed in a release; hint: UTF-8, from 1 to %zu characters",
                  flag, most);
}

int released_override(const struct cli *cli, struct release_override *override) {
  *override = (struct release_override){.by = NULL};
  if (cli_has(cli, "override-by") != cli_has(cli, "override-why")) {
    return cli_fail(EXIT_CODE_USAGE, "an override has a name and a reason; hint: --override-by "
                                     "NAME --override-why REASON");
  }
  if (!cli_has(cli, "override-by")) {
    return 0;
  }
  int failed = read_text(cli, "override-by", RELEASE_BY_MAX, &override->by);
  return failed != 0 ? failed : read_text(cli, "override-why", RELEASE_WHY_MAX, &override->why);
}

int released_unknown(const struct store *store, enum store_result result, int round) {
  return result == STORE_NONE
             ? cli_fail(EXIT_CODE_DATA, "%s; hint: hjemsvar release list --round %d",
                        store_message(store), round)
             : cli_store_said(store, result, "reading the releases");
}

const char *released_json(struct cli *cli, json_t *json) {
  char *string = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
  const char *copy = string == NULL ? NULL : arena_string(cli->arena, string);
  free(string);
  json_decref(json);
  return copy;
}
