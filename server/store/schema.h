/* schema: whether the database is the one that this program knows.
 *
 * Private to store/. */
#ifndef HJEMSVAR_STORE_SCHEMA_H
#define HJEMSVAR_STORE_SCHEMA_H

#include "store/migration_file.h"
#include "store/store.h"

/* Compares the registered migrations with the files. STORE_OK; STORE_NONE: some are not
 * applied; STORE_CONFLICT: one was edited, or the database is newer. */
must_check enum store_result schema_compare(struct store *store, const struct migration_list *list);

#endif
