/* report_draw: a report as a page, a PDF, a workbook or pictures, in the language of --in. */
#ifndef HJEMSVAR_TOOLS_REPORT_DRAW_H
#define HJEMSVAR_TOOLS_REPORT_DRAW_H

#include "report_format.h"

/* 0 or an exit code. kept is not looked at: what is drawn is the report. */
int report_draw_html(const struct report_work *work, const json_t *kept, struct text *out);
int report_draw_pdf(const struct report_work *work, const json_t *kept, struct text *out);
int report_draw_xlsx(const struct report_work *work, const json_t *kept, struct text *out);
int report_draw_svg(const struct report_work *work, const json_t *kept, struct text *out);

/* Whether --in names a language that reports have words in, before anything is asked. 0 or an exit
 * code. */
must_check int report_draw_check(const struct cli *cli);

#endif
