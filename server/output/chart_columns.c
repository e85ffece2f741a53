#include <math.h>
#include <string.h>

#include "output/chart_pen.h"

enum {
  PLOT = 140,        /* height of the columns of a whole chart */
  PANEL_PLOT = 70,   /* of a small one */
  PANEL_LEAST = 150, /* width of a small chart */
  PANEL_GAP = 18,
  ABOVE = 16 /* for the numbers above columns */
};

#define FILLED 0.72 /* of the width that a row has */

struct plot {
  double left, width, base, height;
  double most;
};

/* ---- one column */

static void draw_column(struct pen *pen, const struct plot *plot, enum chart_look look,
                        const struct chart_cell *cell, double x, double width, bool labelled) {
  double share = cell->hidden ? 0 : cell->value / plot->most;
  double height = plot->height * (share > 1 ? 1 : share);
  pen_box(pen, look, x, plot->base - height, width, height);
  if (labelled) {
    const struct pen_text how = {.x = x + width / 2, .size = PEN_VALUE, .anchor = PEN_MIDDLE};
    pen_line(pen, &how, plot->base - height - 4, cell->label);
  }
}

/* ---- a whole chart */

/* Numbers stand above the columns where each has room for its own. */
static bool labels_fit(const struct chart *chart, double each) {
  for (size_t i = 0; i < chart->rows_count * chart->series_count; i++) {
    if (chart_text_width(chart->cells[i].label, PEN_VALUE) > each) {
      return false;
    }
  }
  return true;
}

static void draw_group(struct pen *pen, const struct plot *plot, size_t row, bool labelled) {
  const struct chart *chart = pen->chart;
  double each = plot->width / (double)chart->rows_count;
  double column = each * FILLED / (double)chart->series_count;
  double x = plot->left + each * (double)row + each * (1 - FILLED) / 2;
  for (size_t i = 0; i < chart->series_count; i++) {
    draw_column(pen, plot, chart->series[i].look, chart_cell_of(chart, row, i),
                x + column * (double)i, column, labelled);
  }
}

static double draw_names(struct pen *pen, const struct plot *plot) {
  const struct chart *chart = pen->chart;
  double each = plot->width / (double)chart->rows_count, tallest = 0;
  for (size_t i = 0; i < chart->rows_count; i++) {
    const struct pen_text how = {.x = plot->left + each * ((double)i + 0.5),
                                 .width = each - 4,
                                 .size = PEN_LABEL,
                                 .anchor = PEN_MIDDLE};
    double height = pen_lines(pen, &how, plot->base + 3, chart->rows[i].label);
    struct pen_text note = how;
    note.size = PEN_VALUE;
    if (chart->rows[i].note != NULL) {
      height += pen_lines(pen, &note, plot->base + 3 + height, chart->rows[i].note);
    }
    tallest = height > tallest ? height : tallest;
  }
  return tallest;
}

void chart_draw_columns(struct pen *pen) {
  const struct chart *chart = pen->chart;
  if (chart->rows_count == 0 || chart->series_count == 0) {
    return;
  }
  if (chart->series_count > 1) {
    pen_legend(pen, false);
  }
  struct plot plot = {.left = 1,
                      .width = pen->width - 2,
                      .base = pen->y + ABOVE + PLOT,
                      .height = PLOT,
                      .most = chart_most(chart)};
  double column = plot.width / (double)chart->rows_count * FILLED / (double)chart->series_count;
  bool labelled = labels_fit(chart, chart->series_count > 1 ? column : column / FILLED);
  for (size_t i = 0; i < chart->rows_count; i++) {
    draw_group(pen, &plot, i, labelled);
  }
  pen_rule(pen, plot.left, plot.base, plot.left + plot.width, plot.base, 1);
  pen->y = plot.base + 3 + draw_names(pen, &plot);
}

/* ---- small ones side by side */

static double head_height(const struct chart_row *row, double width) {
  const struct pen_text title = {.width = width, .size = PEN_LABEL, .bold = true};
  const struct pen_text note = {.width = width, .size = PEN_VALUE};
  return pen_height(&title, row->label) + (row->note == NULL ? 0 : pen_height(&note, row->note));
}

static void draw_panel_head(struct pen *pen, const struct chart_row *row, double x, double width) {
  const struct pen_text title = {.x = x, .width = width, .size = PEN_LABEL, .bold = true};
  const struct pen_text note = {.x = x, .width = width, .size = PEN_VALUE};
  double y = pen->y + pen_lines(pen, &title, pen->y, row->label);
  if (row->note != NULL) {
    (void)pen_lines(pen, &note, y, row->note);
  }
}

/* The names of the first and the last column; those between follow. */
static void draw_ends(struct pen *pen, const struct plot *plot) {
  const struct chart *chart = pen->chart;
  double each = plot->width / (double)chart->series_count;
  struct pen_text how = {.x = plot->left + each / 2, .size = PEN_VALUE, .anchor = PEN_MIDDLE};
  pen_line(pen, &how, plot->base + 14, chart->series[0].name);
  how.x = plot->left + plot->width - each / 2;
  pen_line(pen, &how, plot->base + 14, chart->series[chart->series_count - 1].name);
}

/* Where a cell is hidden all are: a picture of the others would tell it. */
static const char *hidden_mark(const struct chart *chart, size_t row) {
  for (size_t i = 0; i < chart->series_count; i++) {
    if (chart_cell_of(chart, row, i)->hidden) {
      return chart_cell_of(chart, row, i)->label;
    }
  }
  return NULL;
}

static void draw_panel(struct pen *pen, size_t row, const struct plot *plot) {
  const struct chart *chart = pen->chart;
  const char *mark = hidden_mark(chart, row);
  double each = plot->width / (double)chart->series_count;
  draw_panel_head(pen, &chart->rows[row], plot->left, plot->width);
  for (size_t i = 0; mark == NULL && i < chart->series_count; i++) {
    draw_column(pen, plot, chart->series[i].look, chart_cell_of(chart, row, i),
                plot->left + each * (double)i + each * (1 - FILLED) / 2, each * FILLED, false);
  }
  if (mark != NULL) {
    const struct pen_text how = {
        .x = plot->left + plot->width / 2, .size = PEN_LABEL, .anchor = PEN_MIDDLE};
    pen_line(pen, &how, plot->base - plot->height / 2, mark);
  }
  pen_rule(pen, plot->left, plot->base, plot->left + plot->width, plot->base, 1);
  draw_ends(pen, plot);
}

/* A line of panels with their heads as high as the highest. */
static void draw_panel_line(struct pen *pen, size_t first, size_t columns, struct plot plot) {
  const struct chart *chart = pen->chart;
  double heads = 0;
  size_t end = first + columns < chart->rows_count ? first + columns : chart->rows_count;
  for (size_t i = first; i < end; i++) {
    double height = head_height(&chart->rows[i], plot.width);
    heads = height > heads ? height : heads;
  }
  plot.base = pen->y + heads + 6 + PANEL_PLOT;
  for (size_t i = first; i < end; i++) {
    draw_panel(pen, i, &plot);
    plot.left += plot.width + PANEL_GAP;
  }
  pen->y = plot.base + PEN_LINE;
}

void chart_draw_panels(struct pen *pen) {
  const struct chart *chart = pen->chart;
  size_t columns = (size_t)((pen->width + PANEL_GAP) / (PANEL_LEAST + PANEL_GAP));
  if (chart->series_count == 0) {
    return;
  }
  columns = columns == 0 ? 1 : columns;
  const struct plot plot = {.left = 1,
                            .width = (pen->width - 2 - (double)(columns - 1) * PANEL_GAP) /
                                     (double)columns,
                            .height = PANEL_PLOT,
                            .most = chart_most(chart)};
  for (size_t i = 0; i < chart->rows_count; i += columns) {
    pen->y += i == 0 ? 0 : PANEL_GAP;
    draw_panel_line(pen, i, columns, plot);
  }
}
