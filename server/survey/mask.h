/* mask: comments without the numbers and addresses that personal.h finds in them. */
#ifndef HJEMSVAR_SURVEY_MASK_H
#define HJEMSVAR_SURVEY_MASK_H

#include "survey/answer.h"
#include "survey/personal.h"

/* What stands in the place of a finding; borrowed. */
struct mask_words {
  const char *cpr, *phone, *email;
  const char *marked; /* of words that a reviewer marked (comment.h); NULL where none are */
  const char *apart;  /* of a comment that is kept apart; likewise */
};

/* What stands in the place of a finding of a kind; "" for none. */
const char *mask_word(const struct mask_words *words, enum personal_kind kind);

/* Puts masked copies, of the answer's arena, in the place of the answer's texts (its case number
 * apart: casenumber.h) and adds
 * the number of findings to *findings. False when memory is out: the answer must not be
 * shown then. */
must_check bool mask_answer(const struct personal_finder *finder, const struct mask_words *words,
                            struct answer *answer, long long *findings);

/* The same for one text; gives the text itself when there is nothing to mask, NULL when
 * memory is out. */
must_check const char *mask_text(const struct personal_finder *finder,
                                 const struct mask_words *words, struct arena *arena,
                                 const char *text, long long *findings);

#endif
