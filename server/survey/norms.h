/* norms: in which band a score lies, by limits that somebody published.
 *
 * Limits differ by country, age and informant, so they are files with their source
 * (templates/norms, docs/questionnaires.md), never code. Age is in completed years. */
#ifndef HJEMSVAR_SURVEY_NORMS_H
#define HJEMSVAR_SURVEY_NORMS_H

#include "survey/questionnaire.h"

enum { NORMS_FILES_MAX = 64 /* that norms_list tells of */, NORMS_NONE = -1 };

struct norms_scale {
  const char *score;        /* id */
  const struct band *bands; /* as many as the norms have: the numbers from 0, each once, in order
                               up, or down where more is better */
};

struct norms_table {
  const char *informant; /* what the definition calls one ("called") */
  int age_from, age_to;  /* both included */
  const char *source;    /* NULL: that of the whole */
  const struct norms_scale *scales;
  size_t scales_count;
};

struct norms {
  const char *name;    /* "sdq-gb" */
  const char *title;   /* for people */
  const char *country; /* ISO 3166-1 alpha-2: "GB" */
  const char *source;
  const char *const *bands; /* "average", "raised", …: a template has words for them */
  size_t bands_count;       /* at least 2 */
  const struct norms_table *tables;
  size_t tables_count;
};

/* Loads and checks norms from JSON text. Everything lives in the arena. NULL with at least one
 * complaint: syntax, keys, types, a band that is not known or twice, two tables of one informant
 * and age, limits that leave out or repeat a number. */
must_check const struct norms *norms_load(const char *json, struct arena *arena,
                                          struct complaints *complaints);

/* Reads and loads templates/norms/NAME.json of a share dir. NULL with a complaint: no such file, or
 * as norms_load. */
must_check const struct norms *norms_find(const char *share_dir, const char *name,
                                          struct arena *arena, struct complaints *complaints);

/* The names of the norms of a share dir, in order; of the arena. NULL: memory is out. */
must_check const char *const *norms_list(const char *share_dir, struct arena *arena, size_t *count);

/* Complains where a table tells of a score that the questionnaire has not, where its limits begin
 * at the wrong end ("better"), where they end before or after what the score comes to on a form of
 * that informant, and where no table is of an informant that the questionnaire names. Limits may
 * end earlier for a score that is typed as one number, if another table's go further. False with a
 * complaint. */
must_check bool norms_fit(const struct norms *norms, const struct questionnaire *questionnaire,
                          struct arena *arena, struct complaints *complaints);

/* Adds a doubt for each answer of the questionnaire's informant whose forms can have no band: it
 * has no name in "called", or no table has that name. False: no answer has one. */
bool norms_untold(const struct norms *norms, const struct questionnaire *questionnaire,
                  struct arena *arena, struct complaints *doubts);

/* The table for an informant and an age, or NULL. */
const struct norms_table *norms_table(const struct norms *norms, const char *informant, int age);

/* The index of the band of a score, or NORMS_NONE: the table does not tell of it. */
int norms_band(const struct norms *norms, const struct norms_table *table, const char *score,
               int value);

#endif
