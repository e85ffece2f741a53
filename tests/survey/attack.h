/* attack: what somebody can work out of a published table, by trying every table of whole numbers.
 *
 * Knows nothing of networks and bounds: it looks for one table that agrees with all that is shown
 * and has a given number in a given place. */
#ifndef HJEMSVAR_TESTS_SURVEY_ATTACK_H
#define HJEMSVAR_TESTS_SURVEY_ATTACK_H

#include "survey/suppression.h"

/* Tells whether the cell may be value, judged by the cells that are not hidden. Small tables
 * only. */
bool attack_possible(const struct suppression_table *table, int cell, int value);

/* How many of the numbers from..to the cell may be. */
int attack_count(const struct suppression_table *table, int cell, int from, int to);

#endif
