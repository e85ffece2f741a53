/* quality_store: the flags of a round, and what they come to.
 *
 * Flags are made by a refresh (quality_refresh) and stay until the next; they are stale once an
 * answer came or was withdrawn, or a reviewer decided something. Pairs and decisions:
 * review_store.h. Asked as STORE_AS_REVIEW (the operator) or STORE_AS_REVIEWER inside store_as: an
 * evaluator sees what lies in scope, a municipality nothing at all. Strings that come back live in
 * the arena given. */
#ifndef HJEMSVAR_STORE_QUALITY_STORE_H
#define HJEMSVAR_STORE_QUALITY_STORE_H

#include "store/round_store.h"
#include "survey/coverage.h"
#include "survey/questionnaire.h"

/* Grows with every change of a method: what an older program made is stale then. */
enum { QUALITY_METHOD = 2 };

struct quality_run {
  const char *refreshed_at; /* ISO 8601 with Copenhagen offset; NULL: never */
  long long answers;        /* looked at then; 0 for who does not see the whole round */
  long long traced;         /* of these, with a trace: tags, seconds, minute; likewise */
  bool stale;               /* never made, or no longer true */
  bool finalised;           /* the flags are the answers' own and stay as they are */
  bool standby;             /* this database takes no changes: what is stale stays so */
  int method;               /* QUALITY_METHOD of the program that made them; 0: never */
};
/* STORE_NONE: no such round. */
must_check enum store_result quality_run_find(struct store *store, int round, struct arena *arena,
                                              struct quality_run *run);

/* Makes all flags of a round anew, with pairs, weights and figures, in one transaction; another
 * refresh of the round waits. Answers are read a municipality at a time, and of them only what
 * linkage.h keeps stays in memory. STORE_NONE: no such round; STORE_CLOSED: it is finalised;
 * STORE_DENIED: the session does not run the round; STORE_BUSY: time after time another refresh, or
 * a withdrawal, came between; STORE_FAULT: memory is out, or an answer does not fit the
 * questionnaire. */
must_check enum store_result quality_refresh(struct store *store, int round,
                                             const struct questionnaire *questionnaire);

/* Answers by flag, as far as the session sees them. */
struct quality_counts {
  long long answers;
  long long duplicate, reversed, mirrored, speed, straightline, empty, burst;
  long long timed;  /* answers whose seconds are known */
  long long placed; /* answers whose minute is known */
  long long judged; /* answers of which it is told whether they are repeated */
  double weight;    /* of all */
};
must_check enum store_result quality_count(struct store *store, int round,
                                           struct quality_counts *counts);

/* The figures of sensitivity.h as JSON, of a municipality or (0) the whole round. STORE_NONE: there
 * are none, or the session may not see them. */
must_check enum store_result quality_figures(struct store *store, int round, int municipality,
                                             struct arena *arena, const char **figures);

/* A flag as stored: -1 not known. scale: 1 reversed, 2 mirrored. */
struct quality_flags {
  int duplicate, scale, speed, straightline, empty, burst;
  double weight; /* -1: no flags were made of this answer */
};

struct flag_row {
  const char *response_id;
  int municipality;
  const char *municipality_name;
  const char *received_week;
  struct quality_flags flags;
};
/* Answers with a flag besides duplicate, by municipality and id, after those given (0 and NULL:
 * from the beginning), at most limit. */
must_check enum store_result flag_list(struct store *store, int round, int after_municipality,
                                       const char *after, int limit, struct arena *arena,
                                       struct flag_row **rows, size_t *count);

struct coverage_row {
  int municipality;
  const char *name;
  int answers; /* exact */
  struct coverage coverage;
};
/* Answers against closed courses by municipality: answers received and courses closed from one day
 * to another ("2022-01-31", both included; NULL: no bound). STORE_REFUSED: no such day. */
must_check enum store_result coverage_list(struct store *store, int round, const char *from,
                                           const char *to, struct arena *arena,
                                           struct coverage_row **rows, size_t *count);

#endif
