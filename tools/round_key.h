/* round_key: the trace key of a round, when it must be there and when it goes.
 *
 * A round and its key are two things in two places, so one can be there without
 * the other when a program or a disk fails in between. The order is such that
 * the harmless half is what remains: a key whose round was not made in the end;
 * a finalised round's key, whose traces are gone, until `round finalise R` again
 * deletes it. A round without a key (a folder that was lost) takes answers and keeps
 * no tags of them until `round set R --traces on` makes one. */
#ifndef HJEMSVAR_TOOLS_ROUND_KEY_H
#define HJEMSVAR_TOOLS_ROUND_KEY_H

#include "cli.h"

/* Making the key of a round that is being created: ready is for round_new, its context
 * the struct; undo deletes the key when the round was not made in the end. */
struct round_key_making {
  const struct cli *cli;
  int round;  /* whose key was made; 0: none */
  int failed; /* exit code, when ready said no */
};
must_check bool round_key_making_ready(void *context, int round);
void round_key_making_undo(struct round_key_making *making);

/* Makes the key of a round that is there. 0 or an exit code. */
must_check int round_key_make(const struct cli *cli, int round);

/* Deletes the key of a finalised round. 0 or an exit code. */
must_check int round_key_delete(const struct cli *cli, int round);

#endif
