/* round_finalise: what finalising a round will do, told and asked before it is done. */
#ifndef HJEMSVAR_TOOLS_ROUND_FINALISE_H
#define HJEMSVAR_TOOLS_ROUND_FINALISE_H

#include "cli.h"
#include "store/round_store.h"

/* Tells how much of a closed round goes for good, what is kept, and what speaks for waiting:
 * parents who may be writing, letters in drawers. On stdout with --dry-run (--json: as one object),
 * else on stderr. Connected as STORE_AS_CONSOLE. 0 or an exit code. */
must_check int round_finalise_tell(const struct cli *cli, const struct round_row *row);

/* Asks at a terminal, unless --yes was given. 0: go on. */
must_check int round_finalise_ask(const struct cli *cli, const struct round_row *row);

#endif
