#include "flags.h"

#include <stdio.h>

static int find_run(struct cli *cli, int round, struct quality_run *run) {
  enum store_result result = quality_run_find(cli->store, round, cli->arena, run);
  return result == STORE_OK ? 0 : cli_store_failed(cli, result, "reading when flags were made");
}

int flags_fresh(struct cli *cli, const struct round_row *round,
                const struct questionnaire *questionnaire, bool always, struct quality_run *run) {
  int failed = cli_open(cli, STORE_AS_REVIEW);
  if (failed == 0) {
    store_set_patience(cli->store, 0);
    failed = find_run(cli, round->id, run);
  }
  if (failed != 0 || run->finalised || (!run->stale && !always)) {
    return failed;
  }
  if (run->standby) {
    cli_warn("the flags are older than the answers, and this database takes no changes; hint: "
             "hjemsvar duplicates refresh --round %d on the primary",
             round->id);
    return 0;
  }
  enum store_result result = quality_refresh(cli->store, round->id, questionnaire);
  if (result != STORE_OK && result != STORE_CLOSED) {
    return cli_store_failed(cli, result, "making the flags");
  }
  return find_run(cli, round->id, run);
}

void flags_tell_time(const struct quality_run *run) {
  if (run->refreshed_at != NULL) {
    (void)fprintf(stderr, "flags and weights were computed %s\n", run->refreshed_at);
  }
}
