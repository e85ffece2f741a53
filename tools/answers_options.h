/* answers_options: what an export of answers is asked for, from the command line. */
#ifndef HJEMSVAR_TOOLS_ANSWERS_OPTIONS_H
#define HJEMSVAR_TOOLS_ANSWERS_OPTIONS_H

#include "base/words.h"
#include "cli.h"
#include "flags.h"
#include "output/export.h"
#include "store/export_store.h"

struct answers_options {
  struct export_options options;
  struct export_filter filter;
  struct quality_run run; /* of the flags */
  struct words_set *words;
  struct template_set *templates;
};

/* Reads the flags; nothing is asked of the database yet. 0 or an exit code after having
 * told why. */
must_check int answers_options_read(struct cli *cli, struct answers_options *export);

/* Looks up round, questionnaire, names and words, connected as STORE_AS_CONSOLE, checks
 * the filters against the round, and makes stale flags anew (flags_fresh; connected as
 * STORE_AS_REVIEW then). answers_options_clear is due either way. */
must_check int answers_options_gather(struct cli *cli, struct answers_options *export);
/* Of these, what every file says of its round: names, words, controller, and the folder for what is
 * built; options.questionnaire is set. */
must_check int answers_options_dress(struct cli *cli, struct answers_options *export,
                                     const struct round_row *round);

/* Tells why an export failed; its exit code, 0 for EXPORT_OK. */
must_check int answers_options_failed(const struct export_options *options,
                                      enum export_result result,
                                      const struct export_trouble *trouble);

void answers_options_clear(struct answers_options *export);

#endif
