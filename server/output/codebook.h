/* codebook: what the variables of an export mean, for people and for archives. Private to
 * output/, but for the sample, which whoever loads the template checks it with.
 *
 * One model, as JSON, is shown as a page of HTML (templates/export/codebook.html) and set
 * as a PDF; DDI-Codebook and the syntax for statistics programs come from the tables
 * themselves. Counts are unweighted. */
#ifndef HJEMSVAR_OUTPUT_CODEBOOK_H
#define HJEMSVAR_OUTPUT_CODEBOOK_H

#include "output/export_package.h"

/* {"lang", "title", "words", "facts": [{"name", "value"}], "notes": ["…"], "groups":
 * [{"title", "label", "universe", "heads": ["glad_1", …], "rows": [{"code", "meaning",
 * "missing", "counts": ["12", …]}]}], "long": {"rows": [{"name", "label"}]}}: questions that are
 * asked for each child are one group; "long" is null but for a package of both shapes. The caller
 * owns it; NULL when memory is out. */
must_check json_t *codebook_model(const struct export *export);

/* The page; false when memory is out. */
must_check bool codebook_html(const struct export *export, const json_t *model, struct text *out);

/* The PDF (Cairo, Pango; A4). EXPORT_FONT with trouble. */
must_check enum export_result codebook_pdf(struct export *export, const json_t *model, FILE *file);

/* DDI-Codebook 2.5 (namespace ddi:codebook:2_5): study, files, variables of both shapes with
 * their questions, universes, categories and counts, groups of repeated questions. */
must_check enum export_result codebook_ddi(const struct export *export, struct text *out);

/* What captions say of an export: questionnaire, round, period, filters, counts, comments. Names
 * are of its words, values text of the arena, "" when memory is out. Returns how many there are. */
struct codebook_fact {
  const char *name, *value;
};
enum { CODEBOOK_FACTS_MAX = 16 };
size_t codebook_facts(const struct export *export, struct codebook_fact facts[CODEBOOK_FACTS_MAX]);

/* A sample for template_check; the caller frees it. NULL when memory is out. */
must_check json_t *codebook_template_sample(const json_t *words);

/* Lower-case hexadecimal, of the arena. */
const char *codebook_hex(const struct export *export, const unsigned char *bytes, size_t size);

#endif
