/* export_store: answers out, as a stream.
 *
 * Asked as STORE_AS_EXPORT. A cursor in one repeatable-read, read-only transaction;
 * at most a thousand rows are in memory. */
#ifndef HJEMSVAR_STORE_EXPORT_STORE_H
#define HJEMSVAR_STORE_EXPORT_STORE_H

#include "store/quality_store.h"

struct export_row {        /* strings live until the callback returns */
  const char *response_id; /* UUID text */
  int municipality;
  const char *municipality_name;
  const char *language;
  const char *received_week;  /* "2026-W47"; of a finalised round the quarter, "2026-Q4" */
  const char *answers;        /* canonical JSON */
  const char *external_id;    /* or NULL */
  struct quality_flags flags; /* as last made */
};

/* False ends the export early (the result is then STORE_OK). */
typedef bool export_each(void *context, const struct export_row *row);

/* How many rows an export of the round will have now. STORE_NONE: no such round. */
must_check enum store_result export_count(struct store *store, int round, long long *count);

/* Calls each for every answer of a round that is not withdrawn, by response_id. */
must_check enum store_result export_rows(struct store *store, int round, export_each *each,
                                         void *context);

#endif
