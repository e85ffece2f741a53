/* anonymised: the rows of an anonymised release as CSV.
 *
 * Columns: response_id (numbered anew from 1), municipality_code, municipality, language when it
 * was asked for, then the questionnaire's columns that hold numbers (survey/column.h); -1 is
 * withheld, -2 put together, empty not asked (survey/anonymise.h). */
#ifndef HJEMSVAR_OUTPUT_ANONYMISED_H
#define HJEMSVAR_OUTPUT_ANONYMISED_H

#include "output/csv.h"
#include "survey/anonymise.h"

/* Adds the whole file; out->failed tells whether memory was out. Call after anonymise_run. */
void anonymised_csv(struct anonymise *anonymise, enum csv_dialect dialect, struct text *out);

#endif
