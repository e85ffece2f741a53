/* report_pdf: a report on A4 paper, with the same figures as its page.
 *
 * Charts are the same drawings, as vectors with text that can be found and copied. A figure stands
 * with its table on one page where it fits. Fonts: Noto Sans, embedded (output/letter.h). */
#ifndef HJEMSVAR_OUTPUT_REPORT_PDF_H
#define HJEMSVAR_OUTPUT_REPORT_PDF_H

#include "output/letter.h"
#include "output/report_view.h"

/* Writes the PDF to the sink. LETTER_OK; LETTER_FONT, LETTER_GLYPH and LETTER_PROGRAM with
 * trouble;
 * LETTER_STOPPED: the sink took no more; LETTER_MEMORY. */
must_check enum letter_result report_pdf(const struct report_view *view, struct arena *arena,
                                         letter_sink *sink, void *context,
                                         struct letter_trouble *trouble);

#endif
