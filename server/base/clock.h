/* clock: deadlines.
 *
 * Deadlines use CLOCK_MONOTONIC, so that a clock set by an hour moves none of
 * them. What is stored or decides a round is PostgreSQL's now(), never this. */
#ifndef HJEMSVAR_BASE_CLOCK_H
#define HJEMSVAR_BASE_CLOCK_H

#include "base/base.h"

/* Milliseconds of CLOCK_MONOTONIC. */
int64_t clock_now_ms(void);

/* Milliseconds from now to the deadline, never below 0 or above INT_MAX: fit
 * for poll(2). */
int clock_left_ms(int64_t deadline_ms);

#endif
