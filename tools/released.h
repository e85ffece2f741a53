/* released: what commands that publish share: the round has to be closed, and what was published of
 * it before is compared with. */
#ifndef HJEMSVAR_TOOLS_RELEASED_H
#define HJEMSVAR_TOOLS_RELEASED_H

#include "cli.h"
#include "store/release_store.h"
#include "survey/release.h"

/* Refuses a round that still gets answers. 0 or an exit code. */
must_check int released_check_round(const struct round_row *round);

/* The releases as stored, parsed, in the arena of the command. 0 or an exit code. */
must_check int released_parse(const struct cli *cli, const struct release_record *records,
                              size_t count, const struct release *const **parsed);

/* Somebody's decision to publish all the same, from --override-by and --override-why, which are
 * given together or not at all: as it is stored; NULL and NULL without. 0 or an exit code. */
must_check int released_override(const struct cli *cli, struct release_override *override);

/* No release of that number can be had: says so, and how to see which there are. The exit code. */
must_check int released_unknown(const struct store *store, enum store_result result, int round);

/* A JSON value as a compact string of the arena; takes the value. NULL when memory is out. */
const char *released_json(struct cli *cli, json_t *json);

#endif
