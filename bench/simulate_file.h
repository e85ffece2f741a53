/* simulate_file: a simulation as files.
 *
 * PREFIX.csv is what `hjemsvar answers import` reads. The truth stands apart:
 * PREFIX.people.csv has a row for each answer (external_id, person, household,
 * repeat, couple, tablet), PREFIX.pairs.csv one for each two answers of one
 * person or household (a, b, same: person or household; shared: both, network,
 * device or neither; tablet: given on a shared one both; couple; comment: kept,
 * reworded or dropped in the repeat). */
#ifndef HJEMSVAR_BENCH_SIMULATE_FILE_H
#define HJEMSVAR_BENCH_SIMULATE_FILE_H

#include "simulate.h"

struct simulate_file {
  const struct simulation *simulation;
  const struct questionnaire *questionnaire;
  const int *codes; /* of the municipalities, by their number in the simulation */
  bool traces;      /* with seconds, network and device */
};

/* Adds a file's content to out. False when memory is out. */
must_check bool simulate_file_answers(const struct simulate_file *file, struct text *out);
must_check bool simulate_file_people(const struct simulate_file *file, struct text *out);
must_check bool simulate_file_pairs(const struct simulate_file *file, struct text *out);

#endif
