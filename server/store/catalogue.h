/* catalogue: all that a server serves, read in one go.
 *
 * Rounds that are not finalised (and finalised ones, so that their letters get a
 * kind word), their links, questionnaires, translations and settings: a few
 * hundred rows, never an answer. Asked as STORE_AS_WRITER by the thread that
 * watches for changes (watch.h). Everything lives in the arena given. */
#ifndef HJEMSVAR_STORE_CATALOGUE_H
#define HJEMSVAR_STORE_CATALOGUE_H

#include "store/round_store.h"

struct catalogue_text { /* a translation of a round's questionnaire */
  const char *language;
  const char *json; /* the translation file */
  bool approved;
};

struct catalogue_round {
  int id;
  const char *questionnaire;
  int version;
  const char *definition; /* JSON; rounds of one version share the pointer */
  enum round_state state;
  bool takes_posts; /* open, or closed at most 60 minutes ago */
  bool traces;
  bool confirm_scale;
  bool invite;
  bool allow_drafts;
  const char *const *languages; /* as offered, in order */
  size_t languages_count;
  const struct catalogue_text *texts; /* of the offered languages but the authoritative one */
  size_t texts_count;
};

struct catalogue_link {
  const char *code; /* canonical; NULL: gone (finalised) */
  size_t round;     /* index into rounds */
  int municipality;
  const char *municipality_name;
  bool cancelled;
  const char *successor; /* code of this municipality's open round of the same questionnaire, when
                            this link's own round is closed or finalised; or NULL */
};

struct catalogue_setting {
  const char *key;
  const char *value;
  int municipality; /* 0: the installation's; else of the notice of its personal rounds */
};

struct catalogue {
  const struct catalogue_round *rounds;
  size_t rounds_count;
  const struct catalogue_link *links;
  size_t links_count;
  const struct catalogue_setting *settings; /* installation-wide, all known keys; then those of
                                               municipalities that have a personal round */
  size_t settings_count;
  int64_t
      next_change_ms; /* milliseconds until a time in it opens, closes or ends a grace; -1: none */
};

/* Reads it in one repeatable-read transaction. */
must_check enum store_result catalogue_load(struct store *store, struct arena *arena,
                                            struct catalogue *catalogue);

#endif
