/* import_store: answers in, in bulk, all or none.
 *
 * Asked as STORE_AS_WRITER. Rows are streamed by COPY into a temporary table of one
 * transaction; import_finish compares external ids and inserts, in the order of the
 * random ids. Large files need a patience of 0 (store_set_patience): finishing is one
 * question. A withdrawn row has lost its external_id, so a file that still holds it
 * brings it back: whoever withdraws an imported answer takes it out of the file, too. */
#ifndef HJEMSVAR_STORE_IMPORT_STORE_H
#define HJEMSVAR_STORE_IMPORT_STORE_H

#include "store/round_store.h"

struct import_row {
  long line; /* of the file, for messages */
  int municipality;
  const char *language;
  unsigned char id[CRYPTO_NUMBER_BYTES];     /* fresh and random */
  unsigned char digest[CRYPTO_DIGEST_BYTES]; /* over answers, municipality, language and day: what
                                                "same content" means */
  const char *answers;                       /* canonical JSON */
  const char *external_id;                   /* or NULL */
  const char *submitted_at;                  /* checked ISO 8601 date-time, or NULL */
  const char *received_week;   /* "2026-W47" or "2026-Q4", checked, or NULL; submitted_at wins;
                                  without   both the day is today */
  int network_tag, device_tag; /* or -1 */
  int seconds;                 /* or -1 */
};

/* The latest time that can be true, a day from now by the database's clock: ISO 8601, a
 * string of the arena. */
must_check enum store_result import_latest(struct store *store, struct arena *arena,
                                           const char **latest);

struct import;

/* Begins. STORE_NONE: no such round; STORE_CLOSED: it is finalised. */
must_check enum store_result import_begin(struct import **out, struct store *store, int round);

/* Adds a row; nothing of it is kept. After a failure only import_finish (which gives it
 * again) and import_abandon are allowed. */
must_check enum store_result import_add(struct import *import, const struct import_row *row);

/* A row whose external_id is taken by another content, in the round or the file. */
typedef void import_conflict(void *context, long line, const char *external_id);

/* Commits, or rolls back when there was any conflict (STORE_CONFLICT). inserted and
 * skipped (same external_id, same content) are counted. STORE_CLOSED: the round was
 * finalised meanwhile; STORE_REFUSED: the database found a row wrong. Frees the import. */
must_check enum store_result import_finish(struct import *import, import_conflict *conflict,
                                           void *context, long long *inserted, long long *skipped);

/* Compares external ids as import_finish does, then rolls back and frees the import:
 * for a file that is refused for other faults, so that all are told at once.
 * STORE_OK or STORE_CONFLICT. */
must_check enum store_result import_compare(struct import *import, import_conflict *conflict,
                                            void *context);

/* Rolls back and frees. NULL is allowed. */
void import_abandon(struct import *import);

#endif
