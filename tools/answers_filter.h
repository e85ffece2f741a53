/* answers_filter: which answers of a round, from the command line: --municipality, --language,
 * --from, --to. */
#ifndef HJEMSVAR_TOOLS_ANSWERS_FILTER_H
#define HJEMSVAR_TOOLS_ANSWERS_FILTER_H

#include "cli.h"
#include "output/documentation_file.h"
#include "store/export_store.h"

/* Reads the flags; nothing is asked of the database. 0 or an exit code. */
must_check int answers_filter_read(struct cli *cli, struct export_filter *filter);

/* Checks them against the round; a language that it was not asked in is told on stderr alone. 0 or
 * an exit code. */
must_check int answers_filter_check(const struct export_filter *filter,
                                    const struct round_row *round);

/* Whether a municipality is one of the round's. */
bool answers_filter_in_round(const struct round_row *round, int municipality);

/* Whether the filter takes what is of a municipality. */
bool answers_filter_takes(const struct export_filter *filter, int municipality);

/* What the municipalities of the filter and its round say of their own work; connected as
 * STORE_AS_CONSOLE. 0 or an exit code. */
must_check int answers_filter_documentation(struct cli *cli, const struct export_filter *filter,
                                            struct documentation_set *set);

#endif
