#include "flags.h"

#include <stdio.h>

static int find_run(struct cli *cli, int round, struct quality_run *run) {
  enum store_result result = quality_run_find(cli->store, round, cli->arena, run);
  return result == STORE_OK ? 0 : cli_store_failed(cli, result, "reading when flags were made");
}

/* Whether the flags are to be made, or 0 and what kept them from it was told. */
static int is_wanted(const struct cli *cli, const struct quality_run *run, int round,
                     enum flags_when when, bool *wanted) {
  struct quality_counts counts = {.answers = 0};
  *wanted = !run->finalised && (run->stale || when == FLAGS_ALWAYS);
  if (*wanted && run->standby) {
    *wanted = false;
    cli_warn("the flags are older than the answers, and this database takes no changes; hint: "
             "hjemsvar duplicates refresh --round %d on the primary",
             round);
  }
  if (!*wanted || when != FLAGS_IF_QUICK) {
    return 0;
  }
  enum store_result result = quality_count(cli->store, round, &counts);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "counting the answers");
  }
  *wanted = counts.answers <= FLAGS_QUICK_ANSWERS_MAX;
  if (!*wanted) {
    cli_warn("the flags of these %lld answers are %s; hint: hjemsvar duplicates refresh --round %d "
             "makes them, which takes a while",
             counts.answers, run->refreshed_at == NULL ? "not made yet" : "older than the answers",
             round);
  }
  return 0;
}

int flags_fresh(struct cli *cli, const struct round_row *round,
                const struct questionnaire *questionnaire, enum flags_when when,
                struct quality_run *run) {
  bool wanted = false;
  int failed = cli_open(cli, STORE_AS_REVIEW);
  if (failed == 0) {
    store_set_patience(cli->store, 0);
    failed = find_run(cli, round->id, run);
  }
  failed = failed != 0 ? failed : is_wanted(cli, run, round->id, when, &wanted);
  if (failed != 0 || !wanted) {
    return failed;
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
