/* round_store: rounds, their links, municipalities and settings.
 *
 * Asked as STORE_AS_CONSOLE: by the command line as the operator, by the console and the API
 * inside store_as (session_store.h), which sees the rounds in scope alone. Every change notifies
 * the running servers (NOTIFY hjemsvar_change, by triggers).
 * Strings and arrays that come back live in the arena given. */
#ifndef HJEMSVAR_STORE_ROUND_STORE_H
#define HJEMSVAR_STORE_ROUND_STORE_H

#include "store/store.h"

enum round_state { ROUND_SCHEDULED, ROUND_OPEN, ROUND_CLOSED, ROUND_FINALISED };
const char *round_state_name(enum round_state state);      /* "scheduled" … */
enum round_state round_state_read(const char *state_name); /* the opposite */

struct round_row {
  int id;
  const char *questionnaire;
  int version;
  const char *title;
  enum round_state state;
  const char *opens_at;  /* ISO 8601 with Copenhagen offset, or NULL */
  const char *closes_at; /* planned, or NULL */
  const char *closed_at; /* by hand, or NULL */
  const char *finalised_at;
  bool traces;
  bool allow_drafts;
  bool confirm_scale;           /* a scale that contradicts all else is asked back */
  bool single_codes;            /* a code a letter (code_store.h), no open links */
  int uses;                     /* answers that each of them takes */
  bool invite;                  /* the other parent is invited after the thank-you */
  const char *const *languages; /* first is the one that opens */
  size_t languages_count;
  const int *municipalities; /* official codes, ascending */
  size_t municipalities_count;
  const char *const *missing_settings; /* required and empty: it cannot open */
  size_t missing_settings_count;
  const char *writing_until; /* closed: when the last who began before may still send; else NULL */
  const char *retain_until;  /* as set for this round, ISO date; or NULL */
  int retain_months;         /* likewise, after finalising; 0: not set */
  const char *kept_until;    /* the last day, by these or the installation's rule; NULL: unknown */
  const char *purged_at;     /* when answers and courses were deleted, or NULL */
  int personal_of;           /* the municipality whose known children the answers are of: a personal
                                round (form_store.h); 0: an anonymous one */
};

/* What `round create` says. Times are ISO 8601 local dates or date-times,
 * Europe/Copenhagen unless they carry an offset; opens_at NULL: at once. A date alone
 * opens with its first moment and closes after its last. The questionnaire's own
 * language is always among the round's; it is put at the end when not named. ready is
 * called before anybody else can see the round, to make what it needs (its trace key);
 * false gives the round up. It is called again, with another id, when the transaction has
 * to be repeated. */
typedef bool round_ready(void *context, int id);
struct round_new {
  const char *questionnaire;
  int version; /* 0: the newest */
  const char *title;
  const int *municipalities;
  size_t municipalities_count;
  const char *opens_at;
  const char *closes_at;
  const char *const *languages;
  size_t languages_count;
  bool allow_drafts;
  bool traces;
  bool no_confirm_scale; /* a misread scale is not asked back */
  bool invite;
  bool single_codes;  /* no open links: letters get codes of their own */
  int uses;           /* answers that each takes, 1 to CODE_USES_MAX; 0: CODE_USES_DEFAULT */
  round_ready *ready; /* or NULL */
  void *ready_context;
};

/* Creates the round, its partitions and one link a municipality, with a freshly drawn code
 * unless the codes are single-use, in one transaction. Results: STORE_OK; STORE_NONE: no such
 * questionnaire; STORE_REFUSED: unknown or merged municipality, a language
 * without translation, or one that is a draft while drafts are not allowed, a bad
 * time or closes before opens, a personal questionnaire and not just one municipality, ready said
 * no (a personal round keeps no traces, and does not ask it). message says which and how to mend
 * it. A round that cannot open for missing settings is made all the same; round_find tells. */
must_check enum store_result round_create(struct store *store, const struct round_new *round,
                                          struct arena *arena, int *id, const char **message);

/* What `round set` changes; a NULL (or negative) member is left as it is. An
 * empty opens_at or closes_at takes the time away. */
struct round_change {
  const char *title;
  const char *opens_at;
  const char *closes_at;
  const char *const *languages;
  size_t languages_count;
  int allow_drafts; /* -1, 0, 1 */
  int traces;
  int confirm_scale;
  int invite;
};
must_check enum store_result round_set(struct store *store, int id,
                                       const struct round_change *change, struct arena *arena,
                                       const char **message);

/* One round; STORE_NONE: no such round, or none that the session sees. */
must_check enum store_result round_find(struct store *store, int id, struct arena *arena,
                                        struct round_row *row);
/* All that the session sees, by number. STORE_OK, also for none. */
must_check enum store_result round_list(struct store *store, struct arena *arena,
                                        struct round_row **rows, size_t *count);

/* Closing, opening again, finalising. STORE_CLOSED when the state does not allow
 * it (close: open or scheduled; reopen: closed; finalise: closed). Finalising is
 * irreversible: a new partition in random-id order, days coarsened to quarters, flags and
 * weights as columns that link no two answers; traces, numbers, receipts, digests, codes,
 * external ids, pairs, decisions, figures of sensitivity and withdrawn rows are gone.
 * STORE_INCOMPLETE: the flags are older than the answers (quality_refresh makes them), nothing
 * was done; an answer may always come in between, so try again. STORE_CONFLICT: somebody reads
 * answers, of this round or another (an export, a report, flags), or makes its letters: nothing was
 * done, within half a second, and it is not tried again here. Parents do not wait for that; but if
 * one begins to read while the answers are copied, they may, once, for up to three seconds. The
 * trace key's file is the caller's to delete, after; a server deletes it else (site.h). */
must_check enum store_result round_close(struct store *store, int id);
must_check enum store_result round_reopen(struct store *store, int id);
must_check enum store_result round_finalise(struct store *store, int id);

/* Clears away what finalised links, codes and figures and purged courses leave in their tables, as
 * far as the login may: it has to be a member of the owner's role. Otherwise autovacuum does it
 * some time. */
must_check enum store_result round_sweep(struct store *store);

struct link_row {
  int round;
  int municipality;
  const char *name;    /* of the municipality */
  const char *code;    /* NULL once finalised, or when letters have codes of their own */
  const char *answers; /* of last Monday, stepped: "under 5", "5", "10", … */
};
/* The links of a round by municipality code; STORE_NONE: no such round. */
must_check enum store_result link_list(struct store *store, int round, struct arena *arena,
                                       struct link_row **rows, size_t *count);
/* The link of one municipality in a round; STORE_NONE. */
must_check enum store_result link_find(struct store *store, int round, int municipality,
                                       struct arena *arena, struct link_row *row);

struct municipality_row {
  int code;
  const char *name;
  int merged_into;     /* 0: not merged */
  const char *contact; /* "" when not set */
  const char *phone;
  const char *email;
};
/* All, by code, merged ones too. */
must_check enum store_result municipality_list(struct store *store, struct arena *arena,
                                               struct municipality_row **rows, size_t *count);
/* STORE_NONE: no such municipality. */
must_check enum store_result municipality_find(struct store *store, int code, struct arena *arena,
                                               struct municipality_row *row);
/* NULL is left as it is, "" takes away. STORE_NONE: no such municipality, or another's than the
 * session's. */
must_check enum store_result municipality_set(struct store *store, int code, const char *contact,
                                              const char *phone, const char *email);

struct setting_row {
  const char *key;
  const char *value; /* "" when not set */
  bool required;
  const char *description;
};
/* Installation-wide settings by key. */
must_check enum store_result setting_list(struct store *store, struct arena *arena,
                                          struct setting_row **rows, size_t *count);
/* STORE_NONE: no such key. STORE_CLOSED: emptying a required one while a round is
 * open. STORE_REFUSED: no value of that key, or, for a session, a retention_months that ends the
 * time of a round sooner than now, and within thirty days. */
must_check enum store_result setting_set(struct store *store, const char *key, const char *value);

/* The same as they hold for a round: of a personal one (personal_of: round_row) the municipality is
 * the controller, and what it tells parents stands in the place of what the installation does. */
must_check enum store_result setting_list_for(struct store *store, int personal_of,
                                              struct arena *arena, struct setting_row **rows,
                                              size_t *count);

/* The same for what a municipality tells the parents of its personal rounds; a required one that is
 * not filled in keeps those rounds shut. Seen by the operator and the municipality's evaluator.
 * STORE_REFUSED, too: emptying a required one, STORE_DENIED: another municipality's. */
must_check enum store_result notice_list(struct store *store, int municipality, struct arena *arena,
                                         struct setting_row **rows, size_t *count);
must_check enum store_result notice_set(struct store *store, int municipality, const char *key,
                                        const char *value);

#endif
