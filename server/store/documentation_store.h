/* documentation_store: what municipalities say of their own work (survey/documentation.h).
 *
 * Read for the console, the API, exports and reports of a round; written by a municipality's staff.
 * Versions are added and never changed; each addition is told to the audit log by the database. */
#ifndef HJEMSVAR_STORE_DOCUMENTATION_STORE_H
#define HJEMSVAR_STORE_DOCUMENTATION_STORE_H

#include "store/store.h"
#include "survey/documentation.h"

/* Loads share_dir/templates/documentation/parts.json. NULL and a message of the arena when it
 * cannot be read. */
must_check const struct documentation_model *
documentation_load(const char *share_dir, struct arena *arena, const char **message);

/* All versions that the municipalities of a round have and the session sees, in the order of
 * documentation_sort; of one municipality (0: all) and one part (NULL: all). Asked as
 * STORE_AS_CONSOLE or STORE_AS_STAFF. No round or no version: STORE_OK and none. */
must_check enum store_result
documentation_list(struct store *store, int round, int municipality, const char *part,
                   const struct documentation_model *model, struct arena *arena,
                   struct documentation_version **versions, size_t *count);

/* Today in Copenhagen (calendar.h). */
must_check enum store_result documentation_today(struct store *store, int *today);

/* Adds a version after the one that was seen (0: there was none). STORE_CONFLICT: there is a newer
 * one than that; STORE_DENIED: not the session's municipality; STORE_REFUSED: beyond the limits. */
must_check enum store_result documentation_insert(struct store *store, int municipality,
                                                  const char *part, int seen,
                                                  const struct documentation_entry *entry);

/* Takes the words, the number and the reason out of a version; its row and day stay. By the
 * operator alone. STORE_NONE: there is no such version, or it was done before. */
must_check enum store_result documentation_erase(struct store *store, int municipality,
                                                 const char *part, int version);

#endif
