/* round_view: rounds and links as people and programs read them. */
#ifndef HJEMSVAR_TOOLS_ROUND_VIEW_H
#define HJEMSVAR_TOOLS_ROUND_VIEW_H

#include "cli.h"
#include "store/round_store.h"

/* All of a round, for people; round_json.h for programs. */
void round_view_print(const struct round_row *row);

/* One line a round. 0 or an exit code. */
must_check int round_view_table(const struct cli *cli, const struct round_row *rows, size_t count);

/* Links as an array of objects: municipality, name, code and url (of a link that
 * has a code), and answers if asked for. NULL when memory is out. */
must_check json_t *round_view_links_json(const struct cli *cli, const struct link_row *rows,
                                         size_t count, bool with_answers);
/* The same for people. 0 or an exit code. */
must_check int round_view_links(const struct cli *cli, const struct link_row *rows, size_t count,
                                bool with_answers);

/* Reads the links of a round. 0 or an exit code. */
must_check int round_view_find_links(const struct cli *cli, int round, struct link_row **rows,
                                     size_t *count);

/* What a hint for the first missing setting adds: " --municipality M" where it is of the notice of
 * personal rounds, else nothing. */
const char *round_view_whose(const struct round_row *row);

#endif
