/* report_charts: the charts of a report as an archive of SVG files, for the analyst's own
 * documents.
 *
 * One file a chart, named after its figure ("01-overview.svg"); each brings its style and can be
 * shown, printed and edited by itself. */
#ifndef HJEMSVAR_OUTPUT_REPORT_CHARTS_H
#define HJEMSVAR_OUTPUT_REPORT_CHARTS_H

#include "output/report_view.h"

/* Adds the archive (.zip) to out. False when memory is out. */
must_check bool report_charts(const struct report_view *view, struct text *out);

#endif
