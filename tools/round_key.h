/* round_key: the trace key of a round, when it must be there and when it goes.
 *
 * A round and its key are two things in two places, so one can be there without
 * the other when a program or a disk fails in between. The order is such that
 * the harmless half is what remains: a round without a key takes answers and
 * keeps no tags of them until `round set R --traces on` makes one; a finalised
 * round's key, whose traces are gone, is deleted by `round finalise R` again. */
#ifndef HJEMSVAR_TOOLS_ROUND_KEY_H
#define HJEMSVAR_TOOLS_ROUND_KEY_H

#include "cli.h"

/* Tries out whether a key can be made, before a round is: 0 or an exit code. */
must_check int round_key_try(const struct cli *cli);

/* Makes the key of a round that is there. 0 or an exit code. */
must_check int round_key_make(const struct cli *cli, int round);

/* Deletes the key of a finalised round. 0 or an exit code. */
must_check int round_key_delete(const struct cli *cli, int round);

#endif
