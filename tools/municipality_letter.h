/* municipality_letter: how a municipality's letters look, at the command line. */
#ifndef HJEMSVAR_TOOLS_MUNICIPALITY_LETTER_H
#define HJEMSVAR_TOOLS_MUNICIPALITY_LETTER_H

#include "store/letter_store.h"
#include "stored.h"

/* What --own-words, --logo, --window and --fold-marks say. */
struct municipality_letter {
  bool given; /* any of them */
  struct letter_change change;
  struct letter_window window;
  bool fold_marks;
  struct letter_logo_change logo;
};

/* Reads the flags and the files they name. 0 or an exit code. */
must_check int municipality_letter_read(const struct cli *cli, struct municipality_letter *letter);

/* Checks that a letter so set fits its page, and stores it; nothing when no flag was given.
 * 0 or an exit code. */
must_check int municipality_letter_set(const struct cli *cli, int municipality,
                                       const struct municipality_letter *letter);

/* Adds the settings of the letter to what `municipality show` tells. */
must_check int municipality_letter_show(const struct cli *cli, int municipality, json_t *object);
void municipality_letter_print(const json_t *object);

#endif
