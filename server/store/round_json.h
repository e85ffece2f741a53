/* round_json: a round, and what was released of it, as JSON for who keeps it: the command line, and
 * packages for an archive. The API tells rounds in words of its own (docs/openapi.json). */
#ifndef HJEMSVAR_STORE_ROUND_JSON_H
#define HJEMSVAR_STORE_ROUND_JSON_H

#include <jansson.h>

#include "store/release_store.h"
#include "store/round_store.h"

/* All of a round: {"round":1,"title":…,"kept_until":…}. NULL when memory is out. */
must_check json_t *round_json(const struct round_row *row);

/* The same for a package: with "parents_were_told", the settings without which a round cannot open,
 * "program", and "rows", "internal" or "anonymised". */
must_check json_t *round_json_kept(const struct round_row *row, const struct setting_row *settings,
                                   size_t count, bool internal);

/* Releases as an array of objects, each with its counts and its certificate. NULL when memory is
 * out. */
must_check json_t *round_json_releases(const struct release_record *records, size_t count);

#endif
