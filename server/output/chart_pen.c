#include "output/chart_pen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LOOK_STEP = 5, TAG_PAD = 3, TAG_HEIGHT = 16, LINES_MAX = 24 };

/* Estimated places of lines: a base line lies so far below the upper edge. */
#define BASE 0.78

#define INK   "#1a1a1a"
#define PAPER "#fff"

enum hatch { HATCH_NONE, HATCH_RISING, HATCH_FALLING, HATCH_CROSS, HATCH_UPRIGHT, HATCH_LEVEL };

/* The dark fills are for a background of #1a1a1a. */
static const struct look {
  const char *fill, *line, *dark_fill, *dark_line;
  enum hatch hatch;
} looks[CHART_LOOKS] = {
    [CHART_SCALE_1] = {"#14506e", NULL, "#6fbfe6", NULL, HATCH_NONE},
    [CHART_SCALE_2] = {"#b5d6e6", "#14506e", "#1f4a61", "#9cd6f2", HATCH_RISING},
    [CHART_SCALE_3] = {"#e8e8e8", NULL, "#4a4a4a", NULL, HATCH_NONE},
    [CHART_SCALE_4] = {"#f6d9b0", "#8a4b00", "#5a3d14", "#f3c27a", HATCH_FALLING},
    [CHART_SCALE_5] = {"#9a4a12", "#fff", "#f0a050", "#1a1a1a", HATCH_CROSS},
    [CHART_SCALE_UNSURE] = {PAPER, "#747474", INK, "#a6a6a6", HATCH_UPRIGHT},
    [CHART_KIND_1] = {"#14506e", NULL, "#6fbfe6", NULL, HATCH_NONE},
    [CHART_KIND_2] = {"#f6d9b0", "#8a4b00", "#5a3d14", "#f3c27a", HATCH_RISING},
    [CHART_KIND_3] = {"#c9e3c0", "#2d6e00", "#26451a", "#9be06b", HATCH_LEVEL},
    [CHART_KIND_4] = {"#e8e8e8", NULL, "#4a4a4a", NULL, HATCH_NONE},
    [CHART_KIND_5] = {"#7a4a8a", "#fff", "#c79ad6", "#1a1a1a", HATCH_CROSS},
    [CHART_KIND_6] = {PAPER, "#747474", INK, "#a6a6a6", HATCH_UPRIGHT},
    [CHART_HIDDEN] = {PAPER, NULL, INK, NULL, HATCH_NONE},
};

/* ---- numbers and text */

/* One decimal, by whole numbers: printf would follow the locale. */
static void add_number(struct text *out, double value) {
  long tenths = lround(value * 10);
  text_addf(out, "%s%ld", tenths < 0 ? "-" : "", labs(tenths) / 10);
  if (tenths % 10 != 0) {
    text_addf(out, ".%ld", labs(tenths) % 10);
  }
}

static void add_attribute(struct text *out, const char *name, double value) {
  text_addf(out, " %s=\"", name);
  add_number(out, value);
  text_add_char(out, '"');
}

void pen_escape(struct text *out, const char *text, size_t length) {
  char one[2] = "";
  for (size_t i = 0; i < length; i++) {
    if ((unsigned char)text[i] < ' ') {
      text_add_char(out, ' ');
    } else if (strchr("&<>\"'", text[i]) != NULL) {
      one[0] = text[i];
      text_add_escaped(out, one);
    } else {
      text_add_char(out, text[i]);
    }
  }
}

/* Hundredths of the size, from the blank on: the wider of Noto Sans and DejaVu Sans. */
static const unsigned char widths[] = {
    32, 41, 46, 84, 64, 95, 78, 28, 39, 39, 56, 84, 32, 37, 32, 38, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 34, 34, 84, 84, 84, 54, 99, 71, 69, 70, 77, 64, 58, 78, 76, 34, 30, 66, 56, 91, 76, 79,
    61, 79, 70, 64, 60, 74, 69, 99, 69, 62, 69, 39, 38, 39, 84, 50, 50, 62, 64, 55, 64, 62, 35, 64,
    64, 28, 28, 58, 28, 98, 64, 62, 64, 64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 56, 64, 84};

/* Bytes of the character at text, and its width in hundredths. Of characters beyond ASCII the
 * widest that Latin letters are; those of three bytes and more may be as wide as high. */
static size_t character(const char *text, int *hundredths) {
  unsigned char first = (unsigned char)text[0];
  size_t bytes = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (first < 0x80) {
    *hundredths = first >= ' ' && first < 0x7F ? widths[first - ' '] : widths[0];
  } else if (memcmp(text, "\u00a0", 2) == 0) {
    *hundredths = widths[0];
  } else {
    *hundredths = bytes == 2 ? 80 : 100;
  }
  size_t there = 1;
  while (there < bytes && text[there] != '\0') {
    there++;
  }
  if (strncmp(text, "æ", 2) == 0 || strncmp(text, "Æ", 2) == 0) {
    *hundredths = 99;
  }
  return there;
}

static double width_of(const char *text, size_t length, double size) {
  long sum = 0;
  for (size_t i = 0; i < length;) {
    int hundredths;
    i += character(text + i, &hundredths);
    sum += hundredths;
  }
  return (double)sum * size / 100;
}

double chart_text_width(const char *text, double size) {
  return width_of(text, strlen(text), size);
}

/* Bold letters are a tenth wider at most. */
static double width_in(const struct pen_text *how, const char *text, size_t length) {
  return width_of(text, length, how->bold ? how->size * 1.12 : how->size);
}

/* ---- lines */

struct span {
  const char *text;
  size_t length;
};

/* As many characters as fit; one at least. */
static size_t fitting(const struct pen_text *how, const char *text, size_t length) {
  int ignored;
  size_t end = character(text, &ignored);
  while (end < length) {
    size_t next = end + character(text + end, &ignored);
    if (width_in(how, text, next) > how->width) {
      break;
    }
    end = next;
  }
  return end < length ? end : length;
}

/* The next line: up to the last blank that fits, or else within a word. */
static struct span next_line(const struct pen_text *how, const char *text) {
  size_t length = strlen(text), end = 0;
  if (how->width <= 0 || width_in(how, text, length) <= how->width) {
    return (struct span){text, length};
  }
  for (size_t i = 0; i < length; i++) {
    if (text[i] == ' ' && width_in(how, text, i) <= how->width) {
      end = i;
    }
  }
  return (struct span){text, end > 0 ? end : fitting(how, text, length)};
}

static size_t break_lines(const struct pen_text *how, const char *text,
                          struct span lines[LINES_MAX]) {
  size_t count = 0;
  while (*text != '\0' && count < LINES_MAX) {
    lines[count] = next_line(how, text);
    text += lines[count].length;
    text += strspn(text, " ");
    count++;
  }
  return count;
}

static void begin_text(struct pen *pen, const struct pen_text *how, double y) {
  static const char *const anchors[] = {[PEN_START] = "",
                                        [PEN_MIDDLE] = " text-anchor=\"middle\"",
                                        [PEN_END] = " text-anchor=\"end\""};
  text_add(pen->body, "<text class=\"c-t\"");
  add_attribute(pen->body, "x", how->x);
  add_attribute(pen->body, "y", y);
  add_attribute(pen->body, "font-size", how->size);
  text_add(pen->body, how->bold ? " font-weight=\"600\"" : "");
  text_addf(pen->body, "%s fill=\"" INK "\">", anchors[how->anchor]);
}

static void line_of(struct pen *pen, const struct pen_text *how, double y,
                    const struct span *line) {
  begin_text(pen, how, y);
  pen_escape(pen->body, line->text, line->length);
  text_add(pen->body, "</text>\n");
}

void pen_line(struct pen *pen, const struct pen_text *how, double y, const char *text) {
  const struct span line = {text, strlen(text)};
  if (line.length > 0) {
    line_of(pen, how, y, &line);
  }
}

/* The lines of a label are one text, so that it is read aloud and found as one. */
double pen_lines(struct pen *pen, const struct pen_text *how, double y, const char *text) {
  struct span lines[LINES_MAX];
  size_t count = break_lines(how, text, lines);
  if (count == 0) {
    return 0;
  }
  begin_text(pen, how, y + BASE * PEN_LINE);
  for (size_t i = 0; i < count; i++) {
    if (i > 0) {
      text_add(pen->body, " <tspan");
      add_attribute(pen->body, "x", how->x);
      add_attribute(pen->body, "dy", PEN_LINE);
      text_add_char(pen->body, '>');
    }
    pen_escape(pen->body, lines[i].text, lines[i].length);
    text_add(pen->body, i > 0 ? "</tspan>" : "");
  }
  text_add(pen->body, "</text>\n");
  return (double)count * PEN_LINE;
}

double pen_height(const struct pen_text *how, const char *text) {
  struct span lines[LINES_MAX];
  return (double)break_lines(how, text, lines) * PEN_LINE;
}

/* ---- shapes */

static void add_rectangle(struct pen *pen, double x, double y, double width, double height) {
  add_attribute(pen->body, "x", x);
  add_attribute(pen->body, "y", y);
  add_attribute(pen->body, "width", width);
  add_attribute(pen->body, "height", height);
}

static void stroke(struct pen *pen, double x1, double y1, double x2, double y2) {
  text_add_char(pen->body, 'M');
  add_number(pen->body, x1);
  text_add_char(pen->body, ' ');
  add_number(pen->body, y1);
  text_add_char(pen->body, 'L');
  add_number(pen->body, x2);
  text_add_char(pen->body, ' ');
  add_number(pen->body, y2);
}

/* Lines at 45 degrees, clipped to the box: each begins on its lower or left edge and ends on its
 * upper or right one; falling ones are the same in a mirror. */
static void slanting(struct pen *pen, bool falling, double x, double y, double width,
                     double height) {
  for (int step = 1; step * LOOK_STEP < width + height; step++) {
    double at = step * LOOK_STEP;
    double x1 = at < height ? 0 : at - height, y1 = at < height ? at : height;
    double x2 = at < width ? at : width, y2 = at < width ? 0 : at - width;
    if (falling) {
      stroke(pen, x + width - x1, y + y1, x + width - x2, y + y2);
    } else {
      stroke(pen, x + x1, y + y1, x + x2, y + y2);
    }
  }
}

static void straight(struct pen *pen, bool upright, double x, double y, double width,
                     double height) {
  double length = upright ? width : height;
  for (int step = 1; step * LOOK_STEP < length; step++) {
    double at = step * LOOK_STEP;
    if (upright) {
      stroke(pen, x + at, y, x + at, y + height);
    } else {
      stroke(pen, x, y + at, x + width, y + at);
    }
  }
}

static void add_hatch(struct pen *pen, enum chart_look look, double x, double y, double width,
                      double height) {
  enum hatch hatch = looks[look].hatch;
  text_addf(pen->body, "<path class=\"c-h%d\" fill=\"none\" stroke=\"%s\" d=\"", (int)look,
            looks[look].line);
  if (hatch == HATCH_UPRIGHT || hatch == HATCH_LEVEL) {
    straight(pen, hatch == HATCH_UPRIGHT, x, y, width, height);
  } else {
    if (hatch != HATCH_FALLING) {
      slanting(pen, false, x, y, width, height);
    }
    if (hatch != HATCH_RISING) {
      slanting(pen, true, x, y, width, height);
    }
  }
  text_add(pen->body, "\"/>\n");
}

static void begin_box(struct pen *pen, enum chart_look look, bool outlined) {
  text_addf(pen->body, "<rect class=\"c-f%d%s\" fill=\"%s\"", (int)look, outlined ? " c-o" : "",
            looks[look].fill);
  if (outlined) {
    text_addf(pen->body, " stroke=\"" INK "\"%s",
              look == CHART_HIDDEN ? " stroke-dasharray=\"3 3\"" : "");
  }
}

/* The outline lies upon the pattern, so that its lines end in it. */
void pen_box(struct pen *pen, enum chart_look look, double x, double y, double width,
             double height) {
  bool hatched = looks[look].hatch != HATCH_NONE;
  if (width < 0.05 || height < 0.05) {
    return;
  }
  begin_box(pen, look, !hatched);
  add_rectangle(pen, x, y, width, height);
  text_add(pen->body, "/>\n");
  if (hatched) {
    add_hatch(pen, look, x, y, width, height);
    text_add(pen->body, "<rect class=\"c-o\" fill=\"none\" stroke=\"" INK "\"");
    add_rectangle(pen, x, y, width, height);
    text_add(pen->body, "/>\n");
  }
}

void pen_rule(struct pen *pen, double x1, double y1, double x2, double y2, double thickness) {
  text_add(pen->body, "<path class=\"c-o\" fill=\"none\" stroke=\"" INK "\"");
  add_attribute(pen->body, "stroke-width", thickness);
  text_add(pen->body, " d=\"");
  stroke(pen, x1, y1, x2, y2);
  text_add(pen->body, "\"/>\n");
}

void pen_diamond(struct pen *pen, double x, double y, double radius) {
  text_addf(pen->body, "<path class=\"c-f%d\" fill=\"%s\" d=\"", CHART_KIND_1,
            looks[CHART_KIND_1].fill);
  stroke(pen, x - radius, y, x, y - radius);
  text_add_char(pen->body, 'L');
  add_number(pen->body, x + radius);
  text_add_char(pen->body, ' ');
  add_number(pen->body, y);
  text_add_char(pen->body, 'L');
  add_number(pen->body, x);
  text_add_char(pen->body, ' ');
  add_number(pen->body, y + radius);
  text_add(pen->body, "z\"/>\n");
}

void pen_tag(struct pen *pen, double x, double y, double width, double height, const char *text) {
  double wide = chart_text_width(text, PEN_VALUE) + 2 * TAG_PAD;
  if (text[0] == '\0' || wide + 4 > width) {
    return;
  }
  double top = y + (height - TAG_HEIGHT) / 2;
  text_add(pen->body, "<rect class=\"c-p\" fill=\"" PAPER "\" rx=\"3\"");
  add_rectangle(pen, x + (width - wide) / 2, top, wide, TAG_HEIGHT);
  text_add(pen->body, "/>\n");
  const struct pen_text how = {.x = x + width / 2, .size = PEN_VALUE, .anchor = PEN_MIDDLE};
  pen_line(pen, &how, top + 12.3, text);
}

/* ---- the legend */

static void legend_item(struct pen *pen, enum chart_look look, const char *name, double *x) {
  struct pen_text how = {.size = PEN_VALUE, .width = pen->width - PEN_SWATCH - 6};
  double wide = PEN_SWATCH + 6 + chart_text_width(name, PEN_VALUE);
  if (*x > 1 && *x + wide > pen->width) {
    *x = 1;
    pen->y += PEN_LINE + 3;
  }
  pen_box(pen, look, *x, pen->y + 1, PEN_SWATCH, PEN_SWATCH);
  how.x = *x + PEN_SWATCH + 6;
  double height = pen_lines(pen, &how, pen->y, name);
  pen->y += height > PEN_LINE ? height - PEN_LINE : 0;
  *x += wide + 14;
}

void pen_legend(struct pen *pen, bool hidden) {
  const struct chart *chart = pen->chart;
  double x = 1;
  for (size_t i = 0; i < chart->series_count; i++) {
    legend_item(pen, chart->series[i].look, chart->series[i].name, &x);
  }
  if (hidden && chart->hidden != NULL) {
    legend_item(pen, CHART_HIDDEN, chart->hidden, &x);
  }
  pen->y += PEN_LINE + 10;
}

/* ---- the style */

static void dark_rules(struct text *out) {
  for (int i = 0; i < CHART_LOOKS; i++) {
    text_addf(out, ".c-f%d{fill:%s}", i, looks[i].dark_fill);
    if (looks[i].hatch != HATCH_NONE) {
      text_addf(out, ".c-h%d{stroke:%s}", i, looks[i].dark_line);
    }
  }
  text_add(out, ".c-t{fill:#f5f5f5}.c-o{stroke:#f5f5f5}.c-p{fill:" INK "}");
}

/* Browsers leave out what they take for a background when they print; a bar is none. */
void chart_style(struct text *out) {
  text_add(out, ".chart{print-color-adjust:exact;-webkit-print-color-adjust:exact}\n"
                "@media screen and (prefers-color-scheme:dark){");
  dark_rules(out);
  text_add(out, "}\n@media print{.c-t{fill:#000}.c-o{stroke:#000}}\n"
                "@media (forced-colors:active){.chart{forced-color-adjust:none}}\n");
}
