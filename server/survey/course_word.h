/* course_word: headings and drop-down texts as people write them. Private to survey/.
 *
 * Two spellings are one word when they are equal after folding: letters in lower case
 * and digits only, æ ø å as ae oe aa, without what stands in parentheses. */
#ifndef HJEMSVAR_SURVEY_COURSE_WORD_H
#define HJEMSVAR_SURVEY_COURSE_WORD_H

#include "survey/course.h"

enum { COURSE_WORD_BYTES = 96 };

/* Folds a text; what does not fit is no word of ours and becomes "". */
void course_fold(const char *text, char out[COURSE_WORD_BYTES]);

/* The column of a heading, or COURSE_COLUMNS. */
enum course_column course_heading_find(const char *heading);

/* Tells whether a heading promises names or CPR numbers. */
bool course_heading_is_personal(const char *heading);

/* The code of a drop-down text (or of a code), or NULL. */
const char *course_choice_find(enum course_column column, const char *text);

#endif
