/* trend_view: rounds beside each other as they are read: a report_view, so that page, PDF, workbook
 * and pictures are drawn from it as a report is. */
#ifndef HJEMSVAR_OUTPUT_TREND_VIEW_H
#define HJEMSVAR_OUTPUT_TREND_VIEW_H

#include "output/report_view.h"
#include "survey/trend.h"

/* Puts a trend into the words of a language, as report_view_new does; translations: one for each
 * round's questionnaire, NULL for those that stand in its own words. Both wordings of a question
 * that changed stand in the questionnaires' own. NULL when memory is out. */
must_check const struct report_view *trend_view_new(const struct trend *trend,
                                                    const struct translation *const *translations,
                                                    const json_t *words, struct arena *arena);

#endif
