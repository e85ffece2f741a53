/* round_retention: how long a round is kept, as round set says and round show tells. */
#ifndef HJEMSVAR_TOOLS_ROUND_RETENTION_H
#define HJEMSVAR_TOOLS_ROUND_RETENTION_H

#include "cli.h"
#include "store/round_store.h"

struct round_retention {
  bool given;        /* any of the flags */
  const char *until; /* ISO date, or NULL */
  int months;        /* 0: none */
};

/* Reads --retain-until and --retain-months; an empty one takes the rule away. 0 or an exit code. */
must_check int round_retention_read(const struct cli *cli, struct round_retention *retention);

/* Whether the command line changes nothing else, so that any state of the round will do. */
bool round_retention_alone(const struct cli *cli);

/* Stores it, if it was given; connected as STORE_AS_CONSOLE. 0 or an exit code. */
must_check int round_retention_set(const struct cli *cli, int round,
                                   const struct round_retention *retention);

/* How long it is kept, for people. */
void round_retention_print(const struct round_row *row);

#endif
