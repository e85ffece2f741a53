/* publication: a published report as a release of its round.
 *
 * Used by `hjemsvar report`, the console and the API, so that all of them compare, refuse and keep
 * alike. Asked as release_store. What a report shows is survey/report.h's, whether it may be given
 * away beside what was given away before survey/release.h's. */
#ifndef HJEMSVAR_STORE_PUBLICATION_H
#define HJEMSVAR_STORE_PUBLICATION_H

#include "store/release_store.h"
#include "survey/report.h"

struct publication {
  const char *by, *why; /* somebody's decision to publish it all the same; NULL: nobody's */
  struct release_verdict verdict;
  struct release_record record; /* once it is stored */
};

/* Compares a finished report of REPORT_PUBLISHED with every release of its round and stores it; the
 * audit log is told with it. The report is told who overrode what, where that was needed. STORE_OK;
 * STORE_REFUSED: it may not be published, and the verdict says why, or (release_may of the verdict)
 * name or reason are too long; STORE_CONFLICT: another release was made meanwhile; STORE_DENIED.
 * Everything is of the arena. */
must_check enum store_result publication_make(struct store *store, struct report *report,
                                              struct arena *arena, struct publication *publication);

/* A report that was published, by the number of its release, as JSON with number and day; the
 * caller owns it. STORE_NONE: the round has no report of that number, or the session does not see
 * it. */
must_check enum store_result publication_find(struct store *store, int round, int release,
                                              struct arena *arena, struct release_record *record,
                                              json_t **json);

/* The newest of a round's reports that leaves nothing out: no weeks, closing days, languages or
 * flagged answers. NULL: there is none; *some: but one that does leave something out. */
const struct release_record *publication_whole(const struct release_record *records, size_t count,
                                               bool *some);

#endif
