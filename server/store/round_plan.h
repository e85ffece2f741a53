/* round_plan: checks what somebody wants a round to be, in words for people.
 *
 * Private to store/. Each check runs in the transaction that then stores, and leaves
 * its message in the store. */
#ifndef HJEMSVAR_STORE_ROUND_PLAN_H
#define HJEMSVAR_STORE_ROUND_PLAN_H

#include "store/round_store.h"

/* What is typed as a time, as PostgreSQL writes it; NULL stays NULL. A date alone is
 * its first moment, or its last when it ends something. STORE_REFUSED: no time. */
must_check enum store_result plan_time(struct store *store, const char *typed, bool ends,
                                       struct arena *arena, const char **time);

/* Whether a round that opens (NULL: now) closes later (NULL: never). STORE_REFUSED. */
must_check enum store_result plan_times(struct store *store, const char *opens, const char *closes);

/* A questionnaire's languages as asked for, each once, with the authoritative one at the
 * end if it is not there, as a JSON array of the arena. STORE_REFUSED: one has no
 * translation, or only a draft. */
must_check enum store_result plan_languages(struct store *store, const char *questionnaire,
                                            int version, const char *const *languages, size_t count,
                                            bool allow_drafts, struct arena *arena,
                                            const char **json);

/* STORE_REFUSED: one of the municipalities is unknown or merged, or there is none. */
must_check enum store_result plan_municipalities(struct store *store, const int *municipalities,
                                                 size_t count, struct arena *arena);

/* STORE_REFUSED: the title is empty. */
must_check enum store_result plan_title(struct store *store, const char *title);

#endif
