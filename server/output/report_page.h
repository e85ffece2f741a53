/* report_page: a report as one page of HTML that needs nothing else: style sheet and pictures stand
 * in it, and there is no script. For a phone, a wide screen, a dark one and paper. */
#ifndef HJEMSVAR_OUTPUT_REPORT_PAGE_H
#define HJEMSVAR_OUTPUT_REPORT_PAGE_H

#include "base/template.h"
#include "output/report_view.h"

/* The page, by the template "report" of templates/report. */
must_check bool report_page(const struct report_view *view, const struct template *template,
                            struct text *out);

/* What a template of the report is given: the caller owns it; NULL when memory is out. The page
 * "body" is the report without a frame, for a page that has one. */
must_check json_t *report_page_data(const struct report_view *view);

/* A sample for template_check of "report"; the caller frees it. NULL when memory is out. */
must_check json_t *report_page_sample(const json_t *words);

#endif
