/* chart: a figure of numbers as an SVG, drawn by the server.
 *
 * Crisp at any size, without script, font or anything else to fetch. Parts differ by pattern and
 * outline besides colour, so a print in black and white can be read; numbers stand beside or on
 * the parts, and the caller shows the table that a chart is of. Colours are attributes, which
 * every program that opens an SVG knows; chart_style holds what a dark screen, a print and forced
 * colours change.
 *
 * Pure: labels come as they are shown ("37 %", "8,5"), in the reader's language; the same chart
 * gives the same bytes. Widths of texts are estimated with the widest of the common fonts, so
 * that nothing overlaps where the reader's font is another. */
#ifndef HJEMSVAR_OUTPUT_CHART_H
#define HJEMSVAR_OUTPUT_CHART_H

#include "base/text.h"

enum chart_kind {
  CHART_BARS,    /* a bar for each series of a row, lying */
  CHART_STACKED, /* the series of a row side by side; values are shares of the row, which make 1 */
  CHART_COLUMNS, /* a column for each series of a row, standing side by side */
  CHART_PANELS,  /* a small picture for each row, with a column for each series */
  CHART_RANGES   /* three series: least, mean and greatest, on one scale */
};

/* Looks in two ramps: of a scale, from one end to the other with "don't know" last, and of kinds
 * that have no order. */
enum chart_look {
  CHART_SCALE_1,
  CHART_SCALE_2,
  CHART_SCALE_3,
  CHART_SCALE_4,
  CHART_SCALE_5,
  CHART_SCALE_UNSURE,
  CHART_KIND_1,
  CHART_KIND_2,
  CHART_KIND_3,
  CHART_KIND_4,
  CHART_KIND_5,
  CHART_KIND_6,
  CHART_HIDDEN, /* the rest of a stacked row that is not told apart */
  CHART_LOOKS
};

struct chart_series {
  const char *name; /* in the legend; of panels below their columns */
  enum chart_look look;
};

struct chart_row {
  const char *label;
  const char *note; /* "N = 33", or NULL */
  bool apart;       /* set off from the row before, as "don't know" is */
};

struct chart_cell {
  double value;      /* from 0 */
  const char *label; /* as shown */
  bool hidden;       /* no bar; the label is the mark of hidden cells */
};

/* All is borrowed. */
struct chart {
  enum chart_kind kind;
  const char *id;          /* unique on its page, [a-z][a-z0-9_-]* */
  const char *language;    /* of its words */
  const char *title;       /* read aloud first */
  const char *description; /* what it shows, in a sentence */
  const char *hidden;      /* what the rest of a stacked row is, in the legend */
  const char *axis;        /* beneath, what is measured; NULL: nothing */
  const struct chart_series *series;
  size_t series_count;
  const struct chart_row *rows;
  size_t rows_count;
  const struct chart_cell *cells; /* row by row, a cell for each series */
  double most;                    /* end of the scale; 0: the greatest value */
};

/* Widths in user units (96 to the inch) at which a chart is made to be read; text is 13 units. From
 * CHART_BESIDE on labels stand beside their bars, below it above them. */
enum { CHART_NARROW = 360, CHART_WIDE = 640, CHART_BESIDE = 520 };

/* Adds <svg> … </svg>, as a part of a page (chart_style stands in its style sheet) or as a file
 * with XML declaration and style of its own. What went wrong is out->failed. */
enum chart_use { CHART_IN_PAGE, CHART_AS_FILE };
void chart_svg(const struct chart *chart, double width, enum chart_use use, struct text *out);

/* Its height at that width, in units. */
double chart_height(const struct chart *chart, double width);

/* Some of its rows as a chart of their own on the same scale, for where one is too tall. Borrows
 * from the chart. */
struct chart chart_part(const struct chart *chart, size_t first, size_t count);

/* Adds the style sheet that charts in a page need. */
void chart_style(struct text *out);

/* An upper bound of the width of a text in a sans serif font of so many units. */
double chart_text_width(const char *text, double size);

#endif
