/* questionnaire_store: definitions and translations in the database. */
#ifndef HJEMSVAR_STORE_QUESTIONNAIRE_STORE_H
#define HJEMSVAR_STORE_QUESTIONNAIRE_STORE_H

#include "store/store.h"
#include "survey/translation.h"

struct questionnaire_row {
  const char *id;
  int version;
  const char *definition; /* JSON text as stored (JSONB: order and layout lost); NULL in lists */
  bool used;              /* a round uses it: immutable */
};
struct translation_row {
  const char *language;
  const char *name;
  const char *texts; /* the translation file as JSON text; NULL in lists */
  bool approved;
};

/* Stores a checked definition. STORE_OK: new, or replaced: while unused, or at any time when
 * only what the hash leaves out differs (how repeats are compared, say), which costs no
 * translation its approval. STORE_DUPLICATE: the same is there; STORE_CONFLICT: that version is
 * in use and differs: raise "version". */
must_check enum store_result questionnaire_insert(struct store *store,
                                                  const struct questionnaire *questionnaire,
                                                  const char *json);
/* version 0: the newest. STORE_NONE. */
must_check enum store_result questionnaire_find(struct store *store, const char *id, int version,
                                                struct arena *arena, struct questionnaire_row *row);
must_check enum store_result questionnaire_list(struct store *store, struct arena *arena,
                                                struct questionnaire_row **rows, size_t *count);

/* Stores a checked translation as a draft; one whose texts are unchanged keeps its
 * approval (STORE_DUPLICATE), changed texts become a draft again. */
must_check enum store_result translation_insert(struct store *store, const char *questionnaire,
                                                int version, const struct translation *translation,
                                                const char *json);
must_check enum store_result translation_list(struct store *store, const char *questionnaire,
                                              int version, struct arena *arena,
                                              struct translation_row **rows, size_t *count);
/* One with its texts, for whoever may read questionnaires. STORE_NONE: no such translation. */
must_check enum store_result translation_find(struct store *store, const char *questionnaire,
                                              int version, const char *language,
                                              struct arena *arena, struct translation_row *row);
/* Approves one whose hash (hexadecimal digits) is the one that was read; NULL: whichever it is.
 * Also asked as STORE_AS_STAFF by who sees all rounds; what the operator approves the database
 * tells to the audit log, what staff do the caller. STORE_NONE: no such translation, other texts by
 * now, or not the session's to approve. */
must_check enum store_result translation_approve(struct store *store, const char *questionnaire,
                                                 int version, const char *language,
                                                 const char *hash);

#endif
