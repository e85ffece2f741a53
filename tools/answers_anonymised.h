/* answers_anonymised: answers export --profile anonymised. */
#ifndef HJEMSVAR_TOOLS_ANSWERS_ANONYMISED_H
#define HJEMSVAR_TOOLS_ANSWERS_ANONYMISED_H

#include "cli.h"

/* Makes an anonymised release of a closed round, or an earlier one again, and writes it. An exit
 * code. */
must_check int answers_anonymised(struct cli *cli);

#endif
