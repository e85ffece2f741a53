/* casenumber: the number by which a municipality knows a case.
 *
 * It pairs the forms of one child at start and close and must name nobody: the list that leads
 * from it to a family is the municipality's and is never given to Hjemsvar. What looks like a CPR
 * number or a name is refused; in doubt it is one. */
#ifndef HJEMSVAR_SURVEY_CASENUMBER_H
#define HJEMSVAR_SURVEY_CASENUMBER_H

#include "base/base.h"

enum { CASENUMBER_MAX = 32 /* characters */ };

enum casenumber_fault {
  CASENUMBER_OK,
  CASENUMBER_SHAPE, /* other than A-Z a-z 0-9 - / . _, no digit, too long, or more than three
                       letters in a row, as names have */
  CASENUMBER_CPR    /* six digits that begin with a day and a month, and four more, with or without
                       - / . _ between, and no digit around them; the check digit says nothing of
                       numbers given out since 2007 */
};

/* Writes the number as it is compared, in capital letters, to out when it may be one. text and
 * out may be the same. */
must_check enum casenumber_fault casenumber_read(const char *text, char out[CASENUMBER_MAX + 1]);

#endif
