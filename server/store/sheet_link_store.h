/* sheet_link_store: the registration sheet on a phone: the links that a municipality makes for
 * its home educators, what comes by them, and what of it waits (docs/decisions/0026).
 *
 * A link's code has 10 characters and a check (survey/code.h); the database knows its keyed hash
 * alone. Who has one is asked for as STORE_AS_WRITER, by two questions that read no course. All
 * else is asked inside store_as: row-level security shows a session its own municipalities'. */
#ifndef HJEMSVAR_STORE_SHEET_LINK_STORE_H
#define HJEMSVAR_STORE_SHEET_LINK_STORE_H

#include "store/course_store.h"
#include "survey/code.h"

enum {
  SHEET_LINK_NAME_MAX = 60, /* characters */
  SHEET_LINK_DAYS_MAX = 366,
  SHEET_LINKS_MAX = 200,  /* of a list */
  COURSE_SHEETS_MAX = 100 /* of a list */
};

/* ---- for whoever has a link */

struct sheet_hashes {
  unsigned char hashes[CRYPTO_GENERATIONS][CRYPTO_DIGEST_BYTES];
  int generations;
};

/* What is stored of a canonical code, under each generation of the secret. */
void sheet_link_hash(const struct crypto_keys *keys, const char *canonical,
                     struct sheet_hashes *hashes);

struct sheet_link_found {
  struct course_municipality municipality; /* its name of the arena */
  bool lives; /* false: revoked, over, full (1,000 sheets), or the round's courses are deleted */
  int today;  /* the database's, in Copenhagen: base/calendar.h */
};

/* Finds a link; nothing of its courses. STORE_NONE: there is none. */
must_check enum store_result sheet_link_find(struct store *store, const struct sheet_hashes *hashes,
                                             struct arena *arena, struct sheet_link_found *found);

/* Takes a course, checked by survey/registration.h; its municipality is the link's. New: it is
 * stored. There with the same content, or waiting with it: nothing happens. There with another:
 * it waits. All three are STORE_OK, and nobody who has the link is to learn which. With the audit
 * log's row. STORE_NONE: no such link; STORE_CLOSED: it does not live. */
must_check enum store_result sheet_link_take(struct store *store, const struct sheet_hashes *hashes,
                                             const struct course *course);

/* ---- for the municipality */

struct sheet_link_row {
  int id;
  const char *name;
  const char *made_on; /* ISO days in Copenhagen */
  const char *ends_on; /* its last */
  bool lives, revoked;
  int sheets; /* that came by it */
};

struct sheet_link_new {
  int round, municipality;
  const char *name; /* one line that is not blank */
  int days;         /* until its last day, 1 to SHEET_LINK_DAYS_MAX */
};

/* Makes a link. *row is of the arena. STORE_REFUSED: the name or the days are out of bounds;
 * STORE_DENIED: not the session's municipality. */
must_check enum store_result sheet_link_add(struct store *store, const struct sheet_link_new *link,
                                            const unsigned char hash[CRYPTO_DIGEST_BYTES],
                                            struct arena *arena, struct sheet_link_row *row);

/* The newest first, SHEET_LINKS_MAX at most. STORE_OK, also for none. */
must_check enum store_result sheet_link_list(struct store *store, int round, int municipality,
                                             struct arena *arena, struct sheet_link_row **rows,
                                             size_t *count);

/* Revokes a link. STORE_OK, also when it was before; STORE_NONE. */
must_check enum store_result sheet_link_revoke(struct store *store, int round, int municipality,
                                               int id);

/* ---- what waits */

struct course_sheet_row {
  int id;
  const char *course_id;
  const char *link;        /* name of the link */
  const char *received_at; /* ISO 8601 in Copenhagen */
};

/* The oldest first, COURSE_SHEETS_MAX at most; one of them is course_sheet_find's (course_store.h).
 * STORE_OK, also for none. */
must_check enum store_result course_sheet_list(struct store *store, int round, int municipality,
                                               struct arena *arena, struct course_sheet_row **rows,
                                               size_t *count);

/* How many wait in a round, of the municipalities that the session sees; the operator's sees all.
 */
must_check enum store_result course_sheet_count(struct store *store, int round, int *count);

/* Takes it away. STORE_NONE: there is none, or no longer. */
must_check enum store_result course_sheet_drop(struct store *store, int round, int municipality,
                                               int id);

#endif
