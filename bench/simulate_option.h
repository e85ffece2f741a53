/* simulate_option: the mix of a simulation from a command line. */
#ifndef HJEMSVAR_BENCH_SIMULATE_OPTION_H
#define HJEMSVAR_BENCH_SIMULATE_OPTION_H

#include "simulate.h"

/* Sets what "--NAME" "VALUE" say. False: no such name (*known false) or not a value of
 * it. Shares are from 0 to 1; --change-what is opinions or all. */
must_check bool simulate_option_set(struct simulate_options *options, const char *name,
                                    const char *value, bool *known);

/* The names with their defaults, for a usage text, on stderr. */
void simulate_option_list(void);

/* A whole number from least to most, all of the text. */
must_check bool simulate_option_number(const char *text, uint64_t least, uint64_t most,
                                       uint64_t *out);

#endif
