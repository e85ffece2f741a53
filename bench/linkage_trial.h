/* linkage_trial: one simulated municipality, linked and compared with the truth. */
#ifndef HJEMSVAR_BENCH_LINKAGE_TRIAL_H
#define HJEMSVAR_BENCH_LINKAGE_TRIAL_H

#include <stdio.h>

#include "base/crypto.h"
#include "linkage_tally.h"
#include "survey/linkage.h"

struct trial {
  const struct questionnaire *questionnaire;
  bool traces; /* with tags and minutes */
  unsigned char key[CRYPTO_KEY_BYTES];
};

/* A linkage with all answers of one municipality added, not yet run; NULL: memory is
 * out or an answer does not fit the questionnaire. */
must_check struct linkage *trial_linkage(const struct trial *trial,
                                         const struct simulation *simulation);

/* Simulates one municipality, links and counts. False as above. At most *examples
 * false and missed pairs are told to out, each taking one off. */
must_check bool trial_run(const struct trial *trial, const struct simulate_options *options,
                          struct tally *tally, long *examples, FILE *out);

#endif
