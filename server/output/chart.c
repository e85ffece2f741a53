#include "output/chart.h"

#include <math.h>
#include <string.h>

#include "output/chart_pen.h"

#define FAMILY "&quot;Noto Sans&quot;, system-ui, sans-serif"

const struct chart_cell *chart_cell_of(const struct chart *chart, size_t row, size_t series) {
  return &chart->cells[row * chart->series_count + series];
}

double chart_most(const struct chart *chart) {
  double most = chart->most;
  for (size_t i = 0; chart->most <= 0 && i < chart->rows_count * chart->series_count; i++) {
    const struct chart_cell *cell = &chart->cells[i];
    most = !cell->hidden && cell->value > most ? cell->value : most;
  }
  return most > 0 ? most : 1;
}

static void draw(struct pen *pen) {
  switch (pen->chart->kind) {
  case CHART_BARS:
    chart_draw_bars(pen);
    return;
  case CHART_STACKED:
    chart_draw_stacked(pen);
    return;
  case CHART_COLUMNS:
    chart_draw_columns(pen);
    return;
  case CHART_PANELS:
    chart_draw_panels(pen);
    return;
  case CHART_RANGES:
    chart_draw_ranges(pen);
    return;
  }
}

static void draw_axis(struct pen *pen) {
  if (pen->chart->axis == NULL) {
    return;
  }
  const struct pen_text how = {.size = PEN_VALUE, .width = pen->width};
  pen->y += 4;
  pen->y += pen_lines(pen, &how, pen->y, pen->chart->axis);
}

/* Title and description in words that a program reads aloud; whole numbers of units, so that a
 * chart lies on the pixels. */
static void open_frame(const struct chart *chart, double width, double height, enum chart_use use,
                       struct text *out) {
  text_add(out, use == CHART_AS_FILE ? "<svg xmlns=\"http://www.w3.org/2000/svg\"" : "<svg");
  text_addf(out,
            " class=\"chart\" role=\"img\" "
            "aria-labelledby=\"%s-t %s-d\" lang=\"%s\" width=\"%ld\" height=\"%ld\" "
            "viewBox=\"0 0 %ld %ld\" font-family=\"" FAMILY "\" font-size=\"%d\">\n",
            chart->id, chart->id, chart->language, lround(width), lround(height), lround(width),
            lround(height), PEN_LABEL);
  text_addf(out, "<title id=\"%s-t\">", chart->id);
  pen_escape(out, chart->title, strlen(chart->title));
  text_addf(out, "</title>\n<desc id=\"%s-d\">", chart->id);
  pen_escape(out, chart->description, strlen(chart->description));
  text_add(out, "</desc>\n");
}

static void open_file(struct text *out) {
  text_add(out, "<style>");
  chart_style(out);
  text_add(out, "</style>\n<rect class=\"c-p\" width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
}

static double draw_body(const struct chart *chart, double width, struct text *body) {
  struct pen pen = {.chart = chart, .width = width, .y = 1, .body = body};
  draw(&pen);
  draw_axis(&pen);
  return ceil(pen.y) + 1;
}

double chart_height(const struct chart *chart, double width) {
  struct text body;
  text_init(&body);
  double height = draw_body(chart, width, &body);
  text_clear(&body);
  return height;
}

struct chart chart_part(const struct chart *chart, size_t first, size_t count) {
  struct chart part = *chart;
  part.rows = chart->rows + first;
  part.rows_count = count;
  part.cells = chart->cells + first * chart->series_count;
  part.most = chart_most(chart);
  return part;
}

void chart_svg(const struct chart *chart, double width, enum chart_use use, struct text *out) {
  struct text body;
  text_init(&body);
  double height = draw_body(chart, width, &body);
  text_add(out, use == CHART_AS_FILE ? "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" : "");
  open_frame(chart, width, height, use, out);
  if (use == CHART_AS_FILE) {
    open_file(out);
  }
  text_add_bytes(out, body.failed || body.data == NULL ? "" : body.data, body.length);
  text_add(out, "</svg>\n");
  out->failed = out->failed || body.failed;
  text_clear(&body);
}
