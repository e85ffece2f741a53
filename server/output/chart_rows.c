#include <math.h>

#include "output/chart_pen.h"

enum {
  BAR = 18,      /* height of a lying bar */
  STACK = 26,    /* of a stacked one */
  BETWEEN = 11,  /* rows */
  APART = 8,     /* more, before a row that is set off */
  VALUE_GAP = 6, /* a bar and its number */
  RANGE = 12,    /* the space of a range's line */
  TICK = 5,
  DIAMOND = 5
};

#define LABELS_SHARE 0.42 /* of a wide chart, at most */

/* Where bars lie beside or beneath their labels. */
struct plan {
  double labels; /* width of the labels beside; 0: they stand above */
  double left, right;
};

static bool is_hidden_anywhere(const struct chart *chart) {
  for (size_t i = 0; i < chart->rows_count * chart->series_count; i++) {
    if (chart->cells[i].hidden) {
      return true;
    }
  }
  return false;
}

static double widest_label(const struct chart *chart) {
  double widest = 0;
  for (size_t i = 0; i < chart->rows_count; i++) {
    double width = chart_text_width(chart->rows[i].label, PEN_LABEL);
    widest = width > widest ? width : widest;
  }
  return widest;
}

static struct plan plan_of(const struct pen *pen, double values) {
  struct plan plan = {.left = 1, .right = pen->width - 1 - values};
  if (pen->width >= CHART_BESIDE) {
    double widest = widest_label(pen->chart) + 1, share = pen->width * LABELS_SHARE;
    plan.labels = widest < share ? widest : share;
    plan.left = plan.labels + 12;
  }
  return plan;
}

static double widest_value(const struct chart *chart) {
  double widest = 0;
  for (size_t i = 0; i < chart->rows_count * chart->series_count; i++) {
    double width = chart_text_width(chart->cells[i].label, PEN_VALUE);
    widest = width > widest ? width : widest;
  }
  return widest;
}

/* A row's label with its note: beside the bars, or above them with the note at the other end. */
struct head {
  double height; /* of what stands beside */
};

static struct head draw_head(struct pen *pen, const struct plan *plan, size_t index) {
  const struct chart_row *row = &pen->chart->rows[index];
  struct pen_text label = {.size = PEN_LABEL}, note = {.size = PEN_VALUE};
  struct head head = {0};
  pen->y += index == 0 ? 0 : BETWEEN;
  pen->y += row->apart ? APART : 0;
  if (plan->labels > 0) {
    label.width = plan->labels;
    head.height = pen_lines(pen, &label, pen->y, row->label);
    note.width = plan->labels;
    head.height += row->note == NULL ? 0 : pen_lines(pen, &note, pen->y + head.height, row->note);
    return head;
  }
  double noted = row->note == NULL ? 0 : chart_text_width(row->note, PEN_VALUE);
  label.width = pen->width - (noted > 0 ? noted + 12 : 0);
  if (row->note != NULL) {
    note.x = pen->width;
    note.anchor = PEN_END;
    (void)pen_lines(pen, &note, pen->y, row->note);
  }
  double height = pen_lines(pen, &label, pen->y, row->label);
  pen->y += (height > 0 ? height : noted > 0 ? PEN_LINE : 0) + 2;
  return head;
}

/* Beneath what is taller: label or bars. */
static void end_row(struct pen *pen, double top, double bars, const struct head *head) {
  pen->y = top + (bars > head->height ? bars : head->height);
}

/* ---- bars */

static void draw_bar(struct pen *pen, const struct plan *plan, size_t row, size_t series,
                     double most) {
  const struct chart_cell *cell = chart_cell_of(pen->chart, row, series);
  double share = cell->hidden ? 0 : cell->value / most;
  double width = (plan->right - plan->left) * (share > 1 ? 1 : share);
  const struct pen_text how = {.x = plan->left + width + VALUE_GAP, .size = PEN_VALUE};
  pen_box(pen, pen->chart->series[series].look, plan->left, pen->y, width, BAR);
  pen_line(pen, &how, pen->y + BAR / 2.0 + 4.3, cell->label);
  pen->y += BAR;
}

void chart_draw_bars(struct pen *pen) {
  const struct chart *chart = pen->chart;
  struct plan plan = plan_of(pen, widest_value(chart) + VALUE_GAP);
  double most = chart_most(chart);
  if (chart->series_count > 1) {
    pen_legend(pen, false);
  }
  for (size_t i = 0; i < chart->rows_count; i++) {
    struct head head = draw_head(pen, &plan, i);
    double top = pen->y;
    for (size_t j = 0; j < chart->series_count; j++) {
      draw_bar(pen, &plan, i, j, most);
    }
    pen_rule(pen, plan.left, top - 2, plan.left, pen->y + 2, 1);
    end_row(pen, top, pen->y - top, &head);
  }
}

/* ---- stacked */

static void draw_part(struct pen *pen, enum chart_look look, double x, double width,
                      const char *label) {
  pen_box(pen, look, x, pen->y, width, STACK);
  pen_tag(pen, x, pen->y, width, STACK, label);
}

/* What is hidden is one part at the end: where each of them lies is not known. */
static void draw_stack(struct pen *pen, const struct plan *plan, size_t row) {
  const struct chart *chart = pen->chart;
  double whole = plan->right - plan->left, x = plan->left;
  const char *mark = NULL;
  for (size_t i = 0; i < chart->series_count; i++) {
    const struct chart_cell *cell = chart_cell_of(chart, row, i);
    if (cell->hidden) {
      mark = cell->label;
      continue;
    }
    double width = whole * cell->value;
    width = x + width > plan->right ? plan->right - x : width;
    draw_part(pen, chart->series[i].look, x, width, cell->label);
    x += width;
  }
  if (mark != NULL && plan->right - x > 0.5) {
    draw_part(pen, CHART_HIDDEN, x, plan->right - x, mark);
  }
}

void chart_draw_stacked(struct pen *pen) {
  struct plan plan = plan_of(pen, 0);
  pen_legend(pen, is_hidden_anywhere(pen->chart));
  for (size_t i = 0; i < pen->chart->rows_count; i++) {
    struct head head = draw_head(pen, &plan, i);
    double top = pen->y;
    draw_stack(pen, &plan, i);
    end_row(pen, top, STACK, &head);
  }
}

/* ---- ranges */

enum { LEAST, MEAN, GREATEST };

static double place(const struct plan *plan, double value, double most) {
  double share = value / most;
  return plan->left + (plan->right - plan->left) * (share > 1 ? 1 : share);
}

/* A label centred at x, within the chart. */
static void label_at(struct pen *pen, const struct plan *plan, double x, double y,
                     const char *text) {
  double half = chart_text_width(text, PEN_VALUE) / 2;
  struct pen_text how = {.x = x, .size = PEN_VALUE, .anchor = PEN_MIDDLE};
  how.x = how.x < plan->left + half ? plan->left + half : how.x;
  how.x = how.x > pen->width - half ? pen->width - half : how.x;
  pen_line(pen, &how, y, text);
}

/* Least to the left of its end, greatest to the right of its: they never meet. */
static void draw_ends(struct pen *pen, const struct plan *plan, size_t row, double most) {
  const struct chart_cell *least = chart_cell_of(pen->chart, row, LEAST);
  const struct chart_cell *greatest = chart_cell_of(pen->chart, row, GREATEST);
  double x1 = place(plan, least->value, most), x2 = place(plan, greatest->value, most);
  double y = pen->y + RANGE / 2.0;
  struct pen_text how = {.x = x1 - TICK, .size = PEN_VALUE, .anchor = PEN_END};
  pen_rule(pen, x1, y, x2, y, 2);
  pen_rule(pen, x1, y - TICK, x1, y + TICK, 2);
  pen_rule(pen, x2, y - TICK, x2, y + TICK, 2);
  pen_line(pen, &how, y + 4.3, least->label);
  how = (struct pen_text){.x = x2 + TICK, .size = PEN_VALUE};
  pen_line(pen, &how, y + 4.3, greatest->label);
}

static void draw_range(struct pen *pen, const struct plan *plan, size_t row, double most) {
  const struct chart_cell *mean = chart_cell_of(pen->chart, row, MEAN);
  bool ends = !chart_cell_of(pen->chart, row, LEAST)->hidden &&
              !chart_cell_of(pen->chart, row, GREATEST)->hidden;
  double x = place(plan, mean->hidden ? 0 : mean->value, most);
  label_at(pen, plan, x, pen->y + 11, mean->label);
  pen->y += PEN_LINE;
  if (ends) {
    draw_ends(pen, plan, row, most);
  }
  if (!mean->hidden) {
    pen_diamond(pen, x, pen->y + RANGE / 2.0, DIAMOND);
  }
  pen->y += RANGE;
}

void chart_draw_ranges(struct pen *pen) {
  double values = widest_value(pen->chart) + TICK + 2, most = chart_most(pen->chart);
  struct plan plan = plan_of(pen, values);
  plan.left += values;
  for (size_t i = 0; i < pen->chart->rows_count; i++) {
    struct head head = draw_head(pen, &plan, i);
    double top = pen->y;
    draw_range(pen, &plan, i, most);
    end_row(pen, top, pen->y - top, &head);
  }
}
