/* letters_gather: all that a municipality's letter says, from the database and the
 * templates. */
#ifndef HJEMSVAR_TOOLS_LETTERS_GATHER_H
#define HJEMSVAR_TOOLS_LETTERS_GATHER_H

#include "base/words.h"
#include "output/letter.h"
#include "stored.h"

struct letters_facts {
  struct words_set *words; /* of templates/letters */
  struct round_row round;
  int municipality;
  const char *code; /* of the open link; NULL: the round has a code a letter */
  struct letter_options options;
};

/* Loads templates/letters. 0 or an exit code after having told why. */
must_check int letters_words_load(const struct cli *cli, struct words_set **words);

/* Reads --round, --municipality and --language and gathers the rest. Drafts are told on
 * stderr. 0 or an exit code; letters_clear in any case. */
must_check int letters_gather(struct cli *cli, struct letters_facts *facts);
void letters_clear(struct letters_facts *facts);

/* Says why a letter cannot be made, and gives the exit code. */
must_check int letters_failed(const struct letters_facts *facts, enum letter_result result,
                              const struct letter_trouble *trouble);

#endif
