/* flags: what the checks of quality found, fresh, before it is written or shown. */
#ifndef HJEMSVAR_TOOLS_FLAGS_H
#define HJEMSVAR_TOOLS_FLAGS_H

#include "cli.h"
#include "store/quality_store.h"

/* Stale flags of more answers are left as they are when FLAGS_IF_QUICK: an export stays within
 * seconds and 64 MiB, whatever the size of the round. */
enum { FLAGS_QUICK_ANSWERS_MAX = 20000 };

enum flags_when {
  FLAGS_IF_QUICK, /* when stale, and there are not too many answers; else with a warning */
  FLAGS_IF_STALE,
  FLAGS_ALWAYS
};

/* Connects as STORE_AS_REVIEW and makes the flags of a round anew when they are to be. What cannot
 * be made here (finalised: they stay as they are; a standby takes no changes) is left, the latter
 * with a warning. run: of the flags as they are then. 0 or an exit code. */
must_check int flags_fresh(struct cli *cli, const struct round_row *round,
                           const struct questionnaire *questionnaire, enum flags_when when,
                           struct quality_run *run);

/* Says on stderr when the flags were made. */
void flags_tell_time(const struct quality_run *run);

#endif
