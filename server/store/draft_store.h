/* draft_store: questionnaires that were uploaded on the console and are not used yet.
 *
 * Of the account that uploaded them alone, inside store_as, and only of who may make rounds; for a
 * week. What is kept has no faults. Strings live in the arena given. */
#ifndef HJEMSVAR_STORE_DRAFT_STORE_H
#define HJEMSVAR_STORE_DRAFT_STORE_H

#include "store/store.h"

enum { DRAFT_MOST = 20, DRAFT_DAYS = 7 };

struct draft {
  const char *id; /* decimal digits; NULL until it is kept */
  const char *questionnaire;
  int version;
  const char *title;
  const char *file;         /* its name, for people */
  const char *made_at;      /* ISO 8601, Copenhagen */
  const char *definition;   /* JSON text as it was uploaded; NULL in lists, as what follows */
  const char *translations; /* JSON object: language to translation file */
  const char *remarks;      /* JSON array: what was not taken as it stands */
};

/* Keeps a draft in the place of the account's earlier one of that questionnaire, under a number of
 * its own, and sets its id. STORE_REFUSED: the account has DRAFT_MOST others. */
must_check enum store_result draft_keep(struct store *store, struct arena *arena,
                                        struct draft *draft);

/* The account's drafts, the newest first. */
must_check enum store_result draft_list(struct store *store, struct arena *arena,
                                        struct draft **drafts, size_t *count);

/* One by its number, or by the questionnaire's name. STORE_NONE: the account has none such. */
must_check enum store_result draft_find(struct store *store, const char *id, struct arena *arena,
                                        struct draft *draft);
must_check enum store_result draft_find_of(struct store *store, const char *questionnaire,
                                           struct arena *arena, struct draft *draft);

/* Adds a translation file, or puts it in the place of the one there was. STORE_NONE. */
must_check enum store_result draft_translate(struct store *store, const char *id,
                                             const char *language, const char *json);

/* Deletes one. STORE_NONE. */
must_check enum store_result draft_delete(struct store *store, const char *id);

/* Until the transaction ends nobody else's gets past this for that questionnaire. */
must_check enum store_result draft_hold(struct store *store, const char *questionnaire);

/* Deletes what nobody has stored within DRAFT_DAYS; dry: counts it only. By the operator. */
must_check enum store_result draft_sweep(struct store *store, bool dry, int *count);

#endif
