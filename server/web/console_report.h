/* console_report: what the pages of the report have in common: the choice of answers and courses,
 * and the formats and languages that a report leaves in. */
#ifndef HJEMSVAR_WEB_CONSOLE_REPORT_H
#define HJEMSVAR_WEB_CONSOLE_REPORT_H

#include <jansson.h>

#include "store/round_store.h"
#include "web/work.h"

/* Puts what was chosen, for the partial report_choice.html: "from", "to", "closed_from",
 * "closed_to", "without_flagged"; "municipalities" (of the links; none without them) and "spoken"
 * with what there is to choose from. */
void console_report_choice(json_t **data, const struct work *work, const struct round_row *round,
                           const struct link_row *links, size_t links_count);

/* What there is to choose from among municipalities: {"rows":[…]}; NULL: nothing. */
json_t *console_report_municipalities(const struct work *work, const struct link_row *links,
                                      size_t count);

/* What a query or a form says of a name; "" without it. */
const char *console_report_asked(const struct work *work, const char *name);

/* Puts "formats" and "languages_of". */
void console_report_formats(json_t **data, const struct work *work);

#endif
