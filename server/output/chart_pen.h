/* chart_pen: what charts are drawn with: text that wraps, and shapes with a look.
 *
 * Private to output/. Places are in user units from the upper left corner; numbers are written
 * with one decimal at most. */
#ifndef HJEMSVAR_OUTPUT_CHART_PEN_H
#define HJEMSVAR_OUTPUT_CHART_PEN_H

#include "output/chart.h"

/* Sizes of text, and what lies between lines. */
enum { PEN_LABEL = 13, PEN_VALUE = 12, PEN_LINE = 17, PEN_SWATCH = 14 };

enum pen_anchor { PEN_START, PEN_MIDDLE, PEN_END };

struct pen {
  const struct chart *chart;
  double width;
  double y;          /* where the next thing is drawn */
  struct text *body; /* all but the frame, whose height is known last */
};

struct pen_text {
  double x, width; /* lines are broken to fit; 0: never broken */
  double size;
  enum pen_anchor anchor;
  bool bold;
};

/* Adds a text with & < > " ' escaped and control characters, which XML has no place for, as
 * blanks. */
void pen_escape(struct text *out, const char *text, size_t length);

/* One line with its base at y. */
void pen_line(struct pen *pen, const struct pen_text *how, double y, const char *text);

/* Lines from y (their upper edge) on; gives back the height they take. */
double pen_lines(struct pen *pen, const struct pen_text *how, double y, const char *text);

/* The height that pen_lines would take, without drawing. */
double pen_height(const struct pen_text *how, const char *text);

/* A rectangle with the fill, pattern and outline of a look; nothing when it has no area. */
void pen_box(struct pen *pen, enum chart_look look, double x, double y, double width,
             double height);

/* A line in ink: an axis, a range. */
void pen_rule(struct pen *pen, double x1, double y1, double x2, double y2, double thickness);

/* A point in ink. */
void pen_diamond(struct pen *pen, double x, double y, double radius);

/* A value upon a part, on paper of its own; nothing when the part is too narrow for it. */
void pen_tag(struct pen *pen, double x, double y, double width, double height, const char *text);

/* What the looks mean: of the series, and of CHART_HIDDEN when there is a hidden cell and hidden
 * says so. Moves pen->y. */
void pen_legend(struct pen *pen, bool hidden);

/* The kinds of charts; they move pen->y to their lower end. */
void chart_draw_bars(struct pen *pen);
void chart_draw_stacked(struct pen *pen);
void chart_draw_ranges(struct pen *pen);
void chart_draw_columns(struct pen *pen);
void chart_draw_panels(struct pen *pen);

/* A cell, and the end of the scale: the chart's, or the greatest value shown; never 0. */
const struct chart_cell *chart_cell_of(const struct chart *chart, size_t row, size_t series);
double chart_most(const struct chart *chart);

#endif
