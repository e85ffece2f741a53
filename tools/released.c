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

const char *released_json(struct cli *cli, json_t *json) {
  char *string = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
  const char *copy = string == NULL ? NULL : arena_string(cli->arena, string);
  free(string);
  json_decref(json);
  return copy;
}
