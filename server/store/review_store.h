/* review_store: pairs of answers that may be of one person, and what reviewers decided.
 *
 * A decision takes nothing away and is kept with who and when, until the round is finalised or one
 * of the answers withdrawn. It is told to the audit log, which outlives the round and therefore
 * names neither answer. Asked like quality_store.h; after a decision the flags are stale. */
#ifndef HJEMSVAR_STORE_REVIEW_STORE_H
#define HJEMSVAR_STORE_REVIEW_STORE_H

#include "store/quality_store.h"

struct review_row {
  const char *a, *b;
  const char *decision; /* "same", "different", "undecided" */
  const char *counts;   /* the id of the one that counts, or NULL */
  const char *note;     /* "" when there is none */
  const char *actor;    /* "operator", "staff 3" */
  const char *actor_name;
  const char *decided_at; /* ISO 8601 with Copenhagen offset */
  const char *undone_at;  /* or NULL */
  const char *undone_by;
  int place; /* among the pair's decisions, from 1; 0 in a pair_row */
};

struct pair_row {
  int municipality;
  const char *municipality_name;
  const char *a, *b; /* ids, a before b */
  double weight_bits, probability, chance;
  bool flagged;              /* of one person, as things stand */
  bool words_only;           /* too few answers to show people a probability */
  const char *reasons;       /* JSON: survey/reason.h */
  struct review_row decided; /* decision NULL: nothing was decided, or all undone */
};

/* Pairs as the last refresh found them, the most probable first; above 0.01, or flagged or decided
 * alone. STORE_OK also without any. */
must_check enum store_result pair_list(struct store *store, int round, bool flagged_only,
                                       struct arena *arena, struct pair_row **rows, size_t *count);

/* The groups that flagged pairs make: indices of answers, group by group. */
struct pair_cluster {
  const char **ids; /* ascending */
  size_t count;     /* at least 2 */
  int municipality;
  const char *municipality_name;
};
/* Of rows, the most probable pair's group first. False when memory is out. */
must_check bool pair_clusters(const struct pair_row *rows, size_t rows_count, struct arena *arena,
                              struct pair_cluster **clusters, size_t *count);

/* The same pairs by the page, for who need not have them all at once. */
struct pair_page {
  const char *after_a, *after_b; /* the last pair of the page before; NULL: from the first */
  size_t limit;                  /* pairs at most */
  struct pair_row *rows;         /* found: as pair_list */
  size_t count;
  bool more;       /* there are others behind them */
  long long total; /* of all pages */
};
/* STORE_NONE: there is no such pair to go on from; STORE_REFUSED: these are no ids. */
must_check enum store_result pair_page(struct store *store, int round, struct arena *arena,
                                       struct pair_page *page);

/* The whole groups that pairs of a page belong to, the first pair's first. */
must_check enum store_result pair_groups(struct store *store, int round,
                                         const struct pair_page *page, struct arena *arena,
                                         struct pair_cluster **groups, size_t *count);

/* Notes a decision on two different answers of a municipality. counts: one of the two, or NULL;
 * note: up to 1,000 characters, or NULL. STORE_NONE: one of them is not there (or not the
 * session's to see); STORE_CONFLICT: of two municipalities; STORE_CLOSED: the round is finalised;
 * STORE_REFUSED: no ids, a note too long, counts none of the two. message says which. */
must_check enum store_result review_decide(struct store *store, int round, const char *a,
                                           const char *b, const char *decision, const char *counts,
                                           const char *note);

/* Takes the last decision on two answers back. place: that of the decision the caller saw hold, as
 * text; NULL: whichever it is. STORE_NONE: there is none; STORE_CONFLICT: another one holds by now;
 * STORE_REFUSED: no ids, or place is no number. */
must_check enum store_result review_undo(struct store *store, int round, const char *a,
                                         const char *b, const char *place);

/* All decisions of a round, those undone too: a pair's together, the last first. */
must_check enum store_result review_list(struct store *store, int round, struct arena *arena,
                                         struct review_row **rows, size_t *count);

struct review_answer {
  const char *response_id;
  int municipality;
  const char *municipality_name;
  const char *language;
  const char *received_week;
  const char *answers; /* canonical JSON */
  struct quality_flags flags;
};
/* Answers by their ids, in no order; those that are not there are left out. */
must_check enum store_result review_answers(struct store *store, int round, const char *const *ids,
                                            size_t ids_count, struct arena *arena,
                                            struct review_answer **rows, size_t *count);

/* Tells the audit log that somebody looked at single answers that are alike ("duplicates.view"), in
 * the details with the municipalities they are of, each named once; nothing for none. In the
 * details, so that their own staff do not read there that some of their answers look alike. */
must_check enum store_result review_note_view(struct store *store, int round,
                                              const int *municipalities, size_t count);

#endif
