/* syntax: programs for R, SPSS (and PSPP) and Stata that read an export's CSV and give the
 * variables their labels and missing codes. Private to output/.
 *
 * R needs the package haven. SPSS reads a row a line, so its CSV has blanks in the place of
 * line breaks in texts. "Don't know" stays a valid answer; a line that makes it missing
 * stands there as a comment, as does the weight unless the export is weighted. */
#ifndef HJEMSVAR_OUTPUT_SYNTAX_H
#define HJEMSVAR_OUTPUT_SYNTAX_H

#include "output/export_file.h"

struct syntax {
  const struct export_table *table;
  const json_t *words;
  const char *csv; /* name of the file to read */
  bool weighted;
};

void syntax_r(const struct syntax *syntax, struct text *out);
void syntax_spss(const struct syntax *syntax, struct text *out);
void syntax_stata(const struct syntax *syntax, struct text *out);

#endif
