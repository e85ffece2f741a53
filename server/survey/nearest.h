/* nearest: the known name that a mistyped one was probably meant to be.
 *
 * Private to survey/. Distance: Levenshtein, V. I. (1966), insertions,
 * deletions and substitutions; two at most, and fewer than the name is long. */
#ifndef HJEMSVAR_SURVEY_NEAREST_H
#define HJEMSVAR_SURVEY_NEAREST_H

#include "survey/reader.h"

struct nearest {
  const char *name;
  const char *best; /* NULL: nothing is near */
  size_t distance;
};

/* Starts a search for name. Both live as long as the search. */
void nearest_init(struct nearest *nearest, const char *name);

/* Offers a known name. */
void nearest_try(struct nearest *nearest, const char *candidate);

/* "; hint: did you mean …?", or otherwise (may be "") when nothing is near. */
must_check const char *nearest_hint(struct reader *reader, const struct nearest *nearest,
                                    const char *otherwise);

#endif
