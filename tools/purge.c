#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "store/retention_store.h"
#include "store/round_store.h"
#include "store/session_store.h"

struct purging {
  struct cli *cli;
  bool dry;
  int without; /* round that may go without a package; 0: none */
  const char *reason;
  struct retention_row *rounds;
  size_t count;
  size_t kept; /* of these, rounds that are past their retention and still there */
  json_t *told;
};

/* ---- flags */

static int read_flags(struct purging *purging) {
  const struct cli *cli = purging->cli;
  const char *without = cli_value(cli, "without-archive"), *reason = cli_value(cli, "reason");
  purging->dry = cli_has(cli, "dry-run");
  if ((without == NULL) != (reason == NULL)) {
    return cli_fail(EXIT_CODE_USAGE,
                    "deleting without an archive takes a round and a reason; hint: "
                    "--without-archive R --reason \"...\"");
  }
  purging->reason = reason;
  if (reason != NULL && (strspn(reason, " \t\n") == strlen(reason) || strlen(reason) > 2000)) {
    return cli_fail(EXIT_CODE_USAGE, "--reason is empty or too long; hint: a sentence or two");
  }
  return without == NULL ? 0 : cli_round(without, &purging->without);
}

static int find_rounds(struct purging *purging) {
  struct cli *cli = purging->cli;
  enum store_result result =
      retention_list(cli->store, cli->arena, &purging->rounds, &purging->count);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "looking for rounds past their retention");
  }
  for (size_t i = 0; i < purging->count; i++) {
    if (purging->rounds[i].round == purging->without) {
      return 0;
    }
  }
  return purging->without == 0
             ? 0
             : cli_fail(EXIT_CODE_DENIED,
                        "round %d is not past its retention, or is gone already, and nothing was "
                        "deleted; hint: hjemsvar round show %d",
                        purging->without, purging->without);
}

/* ---- rounds */

enum fate { FATE_GOES, FATE_NOT_FINALISED, FATE_NO_ARCHIVE, FATE_BUSY };

static enum fate fate_of(const struct purging *purging, const struct retention_row *row) {
  if (!row->finalised) {
    return FATE_NOT_FINALISED;
  }
  return row->archive == 0 && row->round != purging->without ? FATE_NO_ARCHIVE : FATE_GOES;
}

static const char *outcome_name(enum fate fate, bool dry) {
  static const char *const names[] = {[FATE_GOES] = "deleted",
                                      [FATE_NOT_FINALISED] = "not_finalised",
                                      [FATE_NO_ARCHIVE] = "no_archive",
                                      [FATE_BUSY] = "busy"};
  return dry && fate == FATE_GOES ? "would_delete" : names[fate];
}

static const char *why(const struct purging *purging, const struct retention_row *row,
                       enum fate fate) {
  struct arena *arena = purging->cli->arena;
  switch (fate) {
  case FATE_GOES:
    return row->archive == 0 ? arena_printf(arena, "without an archive: %s", purging->reason)
                             : arena_printf(arena, "archive %d (%s, sha256 %s) holds it",
                                            row->archive, row->profile, row->sha256);
  case FATE_NOT_FINALISED:
    return arena_printf(arena,
                        "it is not finalised; hint: hjemsvar round finalise %d, then round archive "
                        "(a round of known children has none: --without-archive)",
                        row->round);
  case FATE_NO_ARCHIVE:
    return arena_printf(arena,
                        "there is no archive of it as it is now; hint: hjemsvar round archive %d "
                        "--out FILE.zip, or --without-archive %d --reason \"...\"",
                        row->round, row->round);
  case FATE_BUSY:
    return "an export or another reader is in the way; hint: try again when it has ended";
  }
  return NULL;
}

static int tell_round(struct purging *purging, const struct retention_row *row, enum fate fate) {
  const char *reason = why(purging, row, fate);
  if (reason == NULL) {
    return cli_fail_memory();
  }
  (void)json_array_append_new(
      purging->told, json_pack("{s:i, s:s, s:s, s:i, s:i, s:o, s:s, s:s}", "round", row->round,
                               "title", row->title, "kept_until", row->kept_until, "answers",
                               row->answers, "courses", row->courses, "archive",
                               row->archive == 0 ? json_null() : json_integer(row->archive),
                               "outcome", outcome_name(fate, purging->dry), "why", reason));
  if (fate != FATE_GOES) {
    cli_warn("not deleted: round %d (%s) was to be kept until %s: %s", row->round, row->title,
             row->kept_until, reason);
  } else if (!cli_has(purging->cli, "json")) {
    (void)printf("%s: round %d (%s), kept until %s, %d answers, %d courses: %s\n",
                 purging->dry ? "would be deleted" : "deleted", row->round, row->title,
                 row->kept_until, row->answers, row->courses, reason);
  }
  purging->kept += fate != FATE_GOES;
  return 0;
}

static int purge_round(struct purging *purging, const struct retention_row *row) {
  struct cli *cli = purging->cli;
  enum fate fate = fate_of(purging, row);
  if (fate != FATE_GOES || purging->dry) {
    return tell_round(purging, row, fate);
  }
  enum store_result result = retention_purge(
      cli->store, row->round, row->round == purging->without ? purging->reason : NULL);
  if (result == STORE_BUSY) {
    return tell_round(purging, row, FATE_BUSY);
  }
  if (result == STORE_INCOMPLETE) { /* a course was changed since the list was made */
    return tell_round(purging, row, FATE_NO_ARCHIVE);
  }
  return result == STORE_OK ? tell_round(purging, row, fate)
                            : cli_store_failed(cli, result, "deleting a round");
}

static int purge_rounds(struct purging *purging) {
  int failed = 0;
  store_set_patience(purging->cli->store, 0);
  for (size_t i = 0; i < purging->count && failed == 0; i++) {
    failed = purge_round(purging, &purging->rounds[i]);
  }
  if (failed == 0 && !purging->dry && purging->kept < purging->count) {
    (void)!round_sweep(purging->cli->store); /* autovacuum does it else */
  }
  return failed;
}

/* ---- the whole */

static int print(const struct purging *purging, const struct sweep_counts *counts) {
  if (cli_has(purging->cli, "json")) {
    return cli_print_json(json_pack("{s:i, s:i, s:i, s:i, s:O}", "sessions", counts->sessions,
                                    "invitations", counts->invitations, "attempts",
                                    counts->attempts, "uploads", counts->uploads, "rounds",
                                    purging->told));
  }
  (void)printf(
      "%s: %d sessions, %d invitations, %d attempts to sign in, %d sheets and drafts not stored\n",
      purging->dry ? "would be deleted" : "deleted", counts->sessions, counts->invitations,
      counts->attempts, counts->uploads);
  return 0;
}

static int purge(struct purging *purging) {
  struct cli *cli = purging->cli;
  struct sweep_counts counts;
  int failed = find_rounds(purging);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = session_sweep(cli->store, purging->dry, &counts);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "purging");
  }
  failed = purge_rounds(purging);
  return failed != 0 ? failed : print(purging, &counts);
}

int command_purge(struct cli *cli) {
  struct purging purging = {.cli = cli, .told = json_array()};
  int failed = read_flags(&purging);
  failed = failed != 0 ? failed : cli_open(cli, STORE_AS_CONSOLE);
  failed = failed != 0 ? failed : purge(&purging);
  json_decref(purging.told);
  if (failed == 0 && purging.kept > 0 && !purging.dry) {
    return cli_fail(EXIT_CODE_DENIED,
                    "%zu rounds past their retention are still there; hint: see above",
                    purging.kept);
  }
  return failed;
}
