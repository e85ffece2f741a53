/* flags: what the checks of quality found, fresh, before it is written or shown. */
#ifndef HJEMSVAR_TOOLS_FLAGS_H
#define HJEMSVAR_TOOLS_FLAGS_H

#include "cli.h"
#include "store/quality_store.h"

/* Connects as STORE_AS_REVIEW and makes the flags of a round anew if they are stale, or if always.
 * What cannot be made here (finalised: they stay as they are; a standby takes no changes) is left,
 * the latter with a warning. run: of the flags as they are then. 0 or an exit code. */
must_check int flags_fresh(struct cli *cli, const struct round_row *round,
                           const struct questionnaire *questionnaire, bool always,
                           struct quality_run *run);

/* Says on stderr when the flags were made. */
void flags_tell_time(const struct quality_run *run);

#endif
