/* status_store: how far each municipality of a round has come, at a glance.
 *
 * Asked inside store_as (session_store.h); row-level security shows those that the session sees,
 * and counts of answers come stepped. Strings live in the arena given. */
#ifndef HJEMSVAR_STORE_STATUS_STORE_H
#define HJEMSVAR_STORE_STATUS_STORE_H

#include "store/store.h"

struct status_row {
  int municipality;
  const char *name;
  const char *answers;     /* of last Monday, in steps: "under 5", "5", … */
  int closed, interrupted; /* courses; interrupted ones without a closing date, too */
  const char *courses_on;  /* the day a course was last added or changed, ISO, or NULL */
  const char *printed_on;  /* the day letters or codes were last made, ISO, or NULL */
};

/* The municipalities of the round that the session sees, by code; none: STORE_OK with count 0. */
must_check enum store_result status_list(struct store *store, int round, struct arena *arena,
                                         struct status_row **rows, size_t *count);

#endif
