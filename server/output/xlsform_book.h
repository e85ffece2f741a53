/* xlsform_book: a questionnaire as a form in a workbook (XLSForm), for ODK, Kobo and others.
 *
 * What survey/xlsform reads: what XLSForm has no word for stands in columns "hjemsvar_…", so that
 * the definition comes back as it was. A question for each child is a repeat of its own, since
 * Hjemsvar asks a question of all children before the next. */
#ifndef HJEMSVAR_OUTPUT_XLSFORM_BOOK_H
#define HJEMSVAR_OUTPUT_XLSFORM_BOOK_H

#include "survey/translation.h"

/* Writes the workbook behind fd, which is empty and stays the caller's. languages are
 * translations of the questionnaire, besides its own words. False when that failed: errno, or
 * memory was out. */
must_check bool xlsform_book_write(int fd, const struct questionnaire *questionnaire,
                                   const struct translation *const *languages, size_t count);

#endif
