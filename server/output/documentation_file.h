/* documentation_file: what municipalities say of their own work as files: a row a version as CSV or
 * JSON, and a page to read. Pure. Used by the package of answers, the console and the command line.
 */
#ifndef HJEMSVAR_OUTPUT_DOCUMENTATION_FILE_H
#define HJEMSVAR_OUTPUT_DOCUMENTATION_FILE_H

#include "base/template.h"
#include "output/csv.h"
#include "survey/documentation.h"

struct documentation_set { /* all is borrowed; versions are in the order of documentation_sort */
  const struct documentation_version *versions;
  size_t count;
};

/* Adds the whole file to out, which has failed when memory is out. Columns: municipality_code,
 * municipality, part, kind, title (Danish), version, valid_from, valid_to (the day another began to
 * hold), holds (1, 0), corrected, text, number, why, written_at, erased. */
void documentation_csv(const struct documentation_set *set, enum csv_dialect dialect,
                       struct text *out);

/* [{…}, …]: documentation_json, indented. */
void documentation_json_file(const struct documentation_set *set, struct text *out);

/* A page that needs nothing else, by the template "documentation" of templates/export with the
 * words of templates/export/words. False when memory is out. */
must_check bool documentation_page(const struct documentation_set *set, const char *round_title,
                                   const json_t *words, const struct template *page,
                                   struct text *out);

/* A sample for template_check; the caller frees it. NULL when memory is out. */
must_check json_t *documentation_page_sample(const json_t *words);

#endif
