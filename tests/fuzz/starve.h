/* starve: makes one allocation fail, or that one and all that follow, wherever in the program or
 * its libraries it is made. For programs with gcc's address sanitizer, on one thread. */
#ifndef HJEMSVAR_TESTS_STARVE_H
#define HJEMSVAR_TESTS_STARVE_H

#include <stdbool.h>

/* From now on the nth allocation (from 1) fails, and with all whatever is asked for after it. */
void starve_begin(long nth, bool all);

/* Memory is there again. True when an allocation failed since starve_begin. */
bool starve_end(void);

/* Whether one has failed so far. */
bool starve_happened(void);

#endif
