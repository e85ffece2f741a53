/* release_store: what was published of a round.
 *
 * Asked as STORE_AS_CONSOLE, or as STORE_AS_STAFF in a transaction that has said for whom it
 * works: the evaluator's alone. What a release holds, and whether one more may be made, is
 * survey/release.h. Strings live in the arena given. */
#ifndef HJEMSVAR_STORE_RELEASE_STORE_H
#define HJEMSVAR_STORE_RELEASE_STORE_H

#include "store/round_store.h"
#include "survey/release.h"

enum { RELEASE_SEED_BYTES = 32, RELEASE_DIGEST_BYTES = 32 };

struct release_record {
  int id; /* 0 until it is stored */
  int round;
  const char *kind; /* "tables", "rows" */
  int floor;
  const char *options;     /* JSON object */
  const char *content;     /* as release_json */
  const char *certificate; /* JSON object; NULL for tables */
  bool has_seed;           /* rows */
  unsigned char seed[RELEASE_SEED_BYTES];
  unsigned char digest[RELEASE_DIGEST_BYTES]; /* SHA-256 of what is delivered */
  const char *override_by, *override_why;     /* both or neither NULL */
  const char *made_at;                        /* ISO date-time in Copenhagen */
  const char *report; /* tables: JSON as it was published, byte for byte; else NULL, and in lists */
};

/* The releases of a round that the session may see, oldest first. */
must_check enum store_result release_list(struct store *store, int round, struct arena *arena,
                                          struct release_record **records, size_t *count);

/* What a list of them holds, for release_compare; of the arena. NULL when one cannot be read (*odd
 * is its number) or memory is out (0). */
must_check const struct release *const *
release_contents(const struct release_record *records, size_t count, struct arena *arena, int *odd);

/* One by its number. STORE_NONE: there is none, or it is not the session's. */
must_check enum store_result release_find(struct store *store, int id, struct arena *arena,
                                          struct release_record *record);

/* Stores a release; latest is the number of the round's last one that it was compared with, 0
 * when there was none. id and made_at are not looked at; *id is its number. The audit log is
 * told in the same transaction, of an override by a row of its own with the name; why stands in
 * the release. STORE_CONFLICT:
 * another was made meanwhile; STORE_DENIED: not the session's; STORE_REFUSED: the record is not
 * a whole one. */
must_check enum store_result
release_insert(struct store *store, const struct release_record *record, int latest, int *id);

#endif
