/* quality_part: the flags of one municipality's answers, while a refresh makes them. Private to
 * store/. */
#ifndef HJEMSVAR_STORE_QUALITY_PART_H
#define HJEMSVAR_STORE_QUALITY_PART_H

#include "store/pg.h"
#include "survey/quality.h"
#include "survey/sensitivity.h"

enum { QUALITY_ID_BYTES = 37 }; /* a UUID as text and a NUL */

/* A refresh of a round. */
struct quality_work {
  const char *round; /* as a parameter */
  const struct questionnaire *questionnaire;
  struct quality_pace pace;
  struct sensitivity *sums; /* of the whole round */
  long long traced;         /* answers with a trace, counted up */
};

/* Makes flags, pairs and figures of a municipality and stores them. ids: of its answers,
 * ascending, of the transaction's own snapshot. */
must_check enum store_result quality_part_make(struct store *store, struct quality_work *work,
                                               int municipality,
                                               const char (*ids)[QUALITY_ID_BYTES], size_t count);

#endif
