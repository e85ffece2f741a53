/* linkage_example: two answers in words, for those who mend the linkage. */
#ifndef HJEMSVAR_BENCH_LINKAGE_EXAMPLE_H
#define HJEMSVAR_BENCH_LINKAGE_EXAMPLE_H

#include <stdio.h>

#include "simulate.h"
#include "survey/linkage.h"

/* One line of what the pair truly is and how it was judged, one for each
 * comparison that gave bits. */
void example_tell(const struct questionnaire *questionnaire, const struct simulation *simulation,
                  const struct linkage *linkage, uint32_t a, uint32_t b, FILE *out);

#endif
