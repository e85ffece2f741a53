/* comment_store: parents' own words, and what reviewers decided of them.
 *
 * A comment is one text of one answer. It is known by a number that tells neither the answer nor
 * its time, comes in the order of these numbers, and without anything else of the answer. A
 * decision takes nothing away and is kept with who and when, without a word of the comment; it goes
 * when the answer is withdrawn. Asked as STORE_AS_REVIEW (the operator) or STORE_AS_REVIEWER inside
 * store_as, but for what exports take. Strings that come back live in the arena given. */
#ifndef HJEMSVAR_STORE_COMMENT_STORE_H
#define HJEMSVAR_STORE_COMMENT_STORE_H

#include "store/store.h"
#include "survey/comment.h"

enum { COMMENT_NUMBER_CHARACTERS = 32, COMMENT_PAGE_MAX = 200 };

enum comment_state {
  COMMENT_WAITING,     /* nothing was decided, or what was masked by itself is another now */
  COMMENT_PUBLISHABLE, /* nobody could tell the family */
  COMMENT_MASK,        /* the same without the words that were marked */
  COMMENT_NEVER,
  COMMENT_CONCERN, /* kept apart: somebody may have to be notified */
  COMMENT_STATES,
  COMMENT_ALL = COMMENT_STATES /* for comment_list */
};

/* "waiting", "publishable", "mask", "never", "concern"; "all". */
const char *comment_state_name(enum comment_state state);
/* False when it is no such name. */
must_check bool comment_state_read(const char *name, enum comment_state *state);

struct comment_row {
  const char *number; /* hexadecimal digits */
  const char *field;  /* of the questionnaire */
  const char *text;   /* as it was written */
  enum comment_state state;
  int place;              /* of the decision that holds, from 1; 0: none does */
  const char *decision;   /* of that, or NULL: what is waiting may have been decided before */
  const char *marks;      /* of that: survey/comment.h; NULL as decision */
  const char *actor;      /* "operator", "staff 3"; NULL as decision */
  const char *actor_name; /* may be "" */
  const char *decided_at; /* ISO 8601 with Copenhagen offset; NULL: before it was finalised */
};

/* Comments of a round in a state, those after a number (NULL: from the beginning), at most limit (1
 * to COMMENT_PAGE_MAX). STORE_OK also without any. */
must_check enum store_result comment_list(struct store *store, int round, enum comment_state state,
                                          const char *after, int limit, struct arena *arena,
                                          struct comment_row **rows, size_t *count);

/* One comment by its number. STORE_NONE: it is not there, or not the session's to see. */
must_check enum store_result comment_find(struct store *store, int round, const char *number,
                                          struct arena *arena, struct comment_row *row);

/* How many comments are in each state. */
struct comment_counts {
  long long of[COMMENT_STATES];
};
must_check enum store_result comment_count(struct store *store, int round,
                                           struct comment_counts *counts);

/* Notes a decision (not COMMENT_WAITING or _ALL); marks: of COMMENT_MASK, else NULL. seen: the
 * place of the decision that the caller saw hold, 0 for none, -1: whichever does. STORE_NONE: no
 * such comment; STORE_CONFLICT: another decision holds by now; STORE_REFUSED: marks that are none.
 */
must_check enum store_result comment_decide(struct store *store, int round, const char *number,
                                            enum comment_state state, const char *marks, int seen);

/* Takes the decision back that holds, so that the one before does. As comment_decide; STORE_NONE
 * also when nothing is decided. */
must_check enum store_result comment_undo(struct store *store, int round, const char *number,
                                          int seen);

/* What the evaluator has written on comments that give reason for concern, for the round or else
 * the installation; "" when nothing was. */
must_check enum store_result comment_procedure(struct store *store, int round, struct arena *arena,
                                               const char **text);

/* Tells the audit log that comments were read outside the console, before they are shown. */
must_check enum store_result comment_tell(struct store *store, int round, size_t count);

/* All comments of a round that may be published: COMMENT_PUBLISHABLE and COMMENT_MASK, in no
 * order. Asked as STORE_AS_EXPORT, or as STORE_AS_EXPORTER inside store_as_reader. */
must_check enum store_result comment_reviewed(struct store *store, int round, struct arena *arena,
                                              struct comment_reviewed **comments, size_t *count);

#endif
