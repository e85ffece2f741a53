/* personal: CPR numbers, phone numbers and e-mail addresses in a comment.
 *
 * A parent is told of them before sending, and an export may mask them. What is
 * found is what looks like one; nothing is ever changed here. A false alarm costs
 * the parent a glance, a miss may name a family, so in doubt it is one:
 *
 * - CPR: ddmmyy and four digits, a possible day and month, with or without a
 *   hyphen, dash or blank between (or dd.mm.yy-xxxx). The check digit is not
 *   computed: numbers without one are given out since 2007 (CPR-kontoret,
 *   "Personnummeret i CPR").
 * - Phone: eight digits, the first 2-9 (the Danish numbering plan), together or
 *   in the groups that people write (12 34 56 78, 1234 5678, 123 45 678,
 *   12 345 678, 123 456 78), with or without +45, 0045 or 45. Pairs may have
 *   hyphens or points between, all the same; two years (2021-2022) are none, nor is
 *   a number with a currency after it. From abroad: + or 00 and 8-15 digits (ITU-T
 *   E.164).
 * - E-mail: what stands around an @ without blanks, with a point and at least two
 *   letters after it. Letters are those of any European, Arabic or Cyrillic
 *   alphabet.
 * - A date (12.3.2022, 12/3-2022, 2022-03-12) is read over whole, so that a year
 *   and a time of day after it are no phone number.
 * - No number begins or ends within a row of digits.
 *
 * The digits ٠-٩ and ۰-۹ count as 0-9. Names are left to people. Patterns:
 * PCRE2 (pcre2pattern(3)); examples: tests/fixtures/personal.tsv. */
#ifndef HJEMSVAR_SURVEY_PERSONAL_H
#define HJEMSVAR_SURVEY_PERSONAL_H

#include "base/base.h"

enum personal_kind {
  PERSONAL_NONE,
  PERSONAL_CPR,
  PERSONAL_PHONE,
  PERSONAL_EMAIL,
  PERSONAL_FAULT /* memory ran out: nothing is known of the rest of the text */
};

/* The patterns, ready for use, and room for one search at a time: a finder
 * belongs to one thread. */
struct personal_finder;

/* Makes a finder; the caller frees it. NULL when memory is out. */
must_check struct personal_finder *personal_new(void);

/* Frees a finder. NULL is allowed. */
void personal_free(struct personal_finder *finder);

/* The first finding in a text in UTF-8 (bytes that are none are read over), with
 * its place and length in bytes of the text. start and length are not touched
 * when there is none. */
must_check enum personal_kind personal_find(const struct personal_finder *finder, const char *text,
                                            size_t *start, size_t *length);

/* The first finding at or after from, which is 0 or where a finding ended:
 * from = start + length goes on to the next. */
must_check enum personal_kind personal_next(const struct personal_finder *finder, const char *text,
                                            size_t from, size_t *start, size_t *length);

#endif
