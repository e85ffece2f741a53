#include "output/chart.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <librsvg/rsvg.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct text svg;

static void begin(void) {
  text_init(&svg);
}

static void end(void) {
  text_clear(&svg);
}

TestSuite(chart, .init = begin, .fini = end);

static const struct chart_series agreement[] = {
    {"meget enig", CHART_SCALE_1},
    {"enig", CHART_SCALE_2},
    {"hverken enig eller uenig", CHART_SCALE_3},
    {"uenig", CHART_SCALE_4},
    {"meget uenig", CHART_SCALE_5},
    {"ved ikke", CHART_SCALE_UNSURE},
};
static const struct chart_series single[] = {{"Svar", CHART_KIND_1}};

static struct chart chart_of(enum chart_kind kind, const struct chart_series *series,
                             size_t series_count, const struct chart_row *rows, size_t rows_count,
                             const struct chart_cell *cells) {
  return (struct chart){.kind = kind,
                        .id = "figure",
                        .language = "da",
                        .title = "En figur",
                        .description = "Hvad den viser",
                        .hidden = "skjult eller ingen",
                        .series = series,
                        .series_count = series_count,
                        .rows = rows,
                        .rows_count = rows_count,
                        .cells = cells};
}

static const char *draw(const struct chart *chart, double width) {
  text_reset(&svg);
  chart_svg(chart, width, CHART_AS_FILE, &svg);
  cr_assert(!svg.failed);
  return svg.data;
}

static int times(const char *text, const char *what) {
  int count = 0;
  for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what)) {
    count++;
  }
  return count;
}

/* The boxes of one look: class="c-f0" … width="12.5". */
static double widths_of(const char *text, enum chart_look look) {
  char class[32];
  double sum = 0;
  (void)snprintf(class, sizeof class, "<rect class=\"c-f%d", (int)look);
  for (const char *at = strstr(text, class); at != NULL; at = strstr(at + 1, class)) {
    if (isdigit((unsigned char)at[strlen(class)])) { /* another look */
      continue;
    }
    sum += strtod(strstr(at, " width=\"") + strlen(" width=\""), NULL);
  }
  return sum;
}

static double attribute(const char *at, const char *name) {
  return strtod(strstr(at, name) + strlen(name), NULL);
}

static bool is_read_by_a_program(const char *text) {
  RsvgHandle *handle = rsvg_handle_new_from_data((const guint8 *)text, strlen(text), NULL);
  bool good = handle != NULL;
  if (good) {
    g_object_unref(handle);
  }
  return good;
}

Test(chart, says_what_it_is_to_who_cannot_see_it) {
  const struct chart_row row = {.label = "enig"};
  const struct chart_cell cell = {1, "100 %", false};
  struct chart chart = chart_of(CHART_BARS, single, 1, &row, 1, &cell);
  const char *text = draw(&chart, CHART_NARROW);
  cr_assert_not_null(
      strstr(text, "role=\"img\" aria-labelledby=\"figure-t figure-d\" lang=\"da\""));
  cr_assert_not_null(strstr(text, "<title id=\"figure-t\">En figur</title>"));
  cr_assert_not_null(strstr(text, "<desc id=\"figure-d\">Hvad den viser</desc>"));
}

Test(chart, keeps_words_from_being_taken_for_markup) {
  const struct chart_row row = {.label = "<script>&\"'\x01", .note = "</text>"};
  const struct chart_cell cell = {1, "<b>", false};
  struct chart chart = chart_of(CHART_BARS, single, 1, &row, 1, &cell);
  chart.title = "</title><script>";
  const char *text = draw(&chart, CHART_NARROW);
  cr_assert_null(strstr(text, "<script"));
  cr_assert_null(strstr(text, "<b>"));
  cr_assert_null(strchr(text, '\x01'));
  cr_assert_not_null(strstr(text, "&lt;script&gt;&amp;&quot;"));
  cr_assert(is_read_by_a_program(text));
}

Test(chart, makes_the_parts_of_a_row_fill_it) {
  const struct chart_row row = {.label = "Alle", .note = "N = 80"};
  const struct chart_cell cells[] = {{46 / 80.0, "58 %", false}, {20 / 80.0, "25 %", false},
                                     {8 / 80.0, "10 %", false},  {3 / 80.0, "4 %", false},
                                     {1 / 80.0, "1 %", false},   {2 / 80.0, "3 %", false}};
  struct chart chart = chart_of(CHART_STACKED, agreement, 6, &row, 1, cells);
  const char *text = draw(&chart, CHART_NARROW);
  double sum = 0;
  for (int look = CHART_SCALE_1; look <= CHART_SCALE_UNSURE; look++) {
    sum += widths_of(text, (enum chart_look)look) - 14; /* of the legend */
  }
  cr_assert_float_eq(sum, CHART_NARROW - 2, 0.4, "%f", sum);
}

Test(chart, shows_each_part_of_a_scale_by_a_pattern_besides_its_colour) {
  const struct chart_row row = {.label = "Alle"};
  const struct chart_cell cells[] = {{0.2, "20 %", false}, {0.2, "20 %", false},
                                     {0.2, "20 %", false}, {0.2, "20 %", false},
                                     {0.1, "10 %", false}, {0.1, "10 %", false}};
  struct chart chart = chart_of(CHART_STACKED, agreement, 6, &row, 1, cells);
  const char *text = draw(&chart, CHART_WIDE);
  cr_assert_eq(times(text, "<path class=\"c-h"), 2 * 4); /* bar and legend; two are plain */
}

Test(chart, draws_no_bar_for_nobody_and_writes_the_number) {
  const struct chart_row rows[] = {{.label = "uenig"}, {.label = "ved ikke", .apart = true}};
  const struct chart_cell cells[] = {{0, "0 % (0)", false}, {1, "100 % (9)", false}};
  struct chart chart = chart_of(CHART_BARS, single, 1, rows, 2, cells);
  const char *text = draw(&chart, CHART_NARROW);
  cr_assert_eq(times(text, "<rect class=\"c-f6 "), 1);
  cr_assert_not_null(strstr(text, ">0 % (0)</text>"));
}

Test(chart, can_be_of_nothing_at_all) {
  for (int kind = CHART_BARS; kind <= CHART_PANELS; kind++) {
    struct chart chart = chart_of((enum chart_kind)kind, agreement, 6, NULL, 0, NULL);
    cr_assert(is_read_by_a_program(draw(&chart, CHART_NARROW)), "%d", kind);
  }
}

Test(chart, tells_hidden_cells_apart_neither_from_each_other_nor_from_nobody) {
  const struct chart_row rows[] = {{.label = "København"}, {.label = "Thisted"}};
  struct chart_cell cells[12] = {{0.8, "80 %", false}};
  for (size_t i = 1; i < 12; i++) {
    cells[i] = (struct chart_cell){(double)i, "·", true};
  }
  struct chart chart = chart_of(CHART_STACKED, agreement, 6, rows, 2, cells);
  struct text before = {0};
  text_init(&before);
  text_add(&before, draw(&chart, CHART_NARROW));
  for (size_t i = 1; i < 12; i++) {
    cells[i].value = 0;
  }
  cr_assert_str_eq(before.data, draw(&chart, CHART_NARROW));
  cr_assert_not_null(strstr(svg.data, "skjult eller ingen"));
  cr_assert_eq(times(svg.data, "stroke-dasharray"), 3); /* one rest a row, and the legend */
  text_clear(&before);
}

Test(chart, shows_no_column_of_a_small_picture_with_a_hidden_one) {
  const struct chart_row rows[] = {{.label = "København"}, {.label = "Svendborg"}};
  struct chart_cell cells[12];
  for (size_t i = 0; i < 12; i++) {
    cells[i] = (struct chart_cell){1, "1", false};
  }
  cells[7] = (struct chart_cell){0, "·", true};
  struct chart chart = chart_of(CHART_PANELS, agreement, 6, rows, 2, cells);
  cr_assert_eq(times(draw(&chart, CHART_NARROW), "<rect class=\"c-f"), 6);
}

Test(chart, shows_a_mean_alone_where_least_and_greatest_are_hidden) {
  static const struct chart_series three[] = {
      {"mindst", CHART_KIND_1}, {"middel", CHART_KIND_1}, {"størst", CHART_KIND_1}};
  const struct chart_row rows[] = {{.label = "København"}, {.label = "Svendborg"}};
  const struct chart_cell cells[] = {{67, "67", false},       {197.9, "197,9", false},
                                     {317, "317", false},     {1, "·", true},
                                     {220.6, "220,6", false}, {999, "·", true}};
  struct chart chart = chart_of(CHART_RANGES, three, 3, rows, 2, cells);
  const char *text = draw(&chart, CHART_NARROW);
  cr_assert_eq(times(text, "z\"/>"), 2);
  cr_assert_eq(times(text, "stroke-width=\"2\""), 3);
  cr_assert_not_null(strstr(text, ">220,6<"));
  cr_assert_null(strstr(text, "999"));
}

Test(chart, breaks_long_danish_labels_within_its_width) {
  static const char label[] =
      "Specialpædagogisk støttekorpsmedarbejderuddannelsesansvarlig, sundhedsplejerske eller "
      "anden relation, beskriv";
  const struct chart_row row = {.label = label, .note = "N = 12.345"};
  const struct chart_cell cell = {0.9999, "100 % (12.345)", false};
  const double widths[] = {CHART_NARROW, CHART_WIDE};
  for (size_t i = 0; i < 2; i++) {
    struct chart chart = chart_of(CHART_BARS, single, 1, &row, 1, &cell);
    const char *text = draw(&chart, widths[i]);
    cr_assert_geq(times(text, "<tspan"), 2);
    const char *number = strstr(text, ">100 % (12.345)<");
    while (strncmp(number, "<text", 5) != 0) {
      number--;
    }
    double right = attribute(number, " x=\"") + chart_text_width("100 % (12.345)", 12);
    cr_assert_leq(right, widths[i]);
  }
}

/* Lines of the fonts that are here, and what was reckoned with. */
Test(chart, reckons_with_no_less_room_than_the_letters_take) {
  static const char *const texts[] = {
      "hverken enig eller uenig", "København",   "Færøske småbørnsfamilier",
      "100 % (12.345)",           "MEGET UENIG", "N = 38, middelværdi 8,5",
      "Æble, østers og ål",       "www.mmm@@"};
  static const char *const families[] = {"Noto Sans", "DejaVu Sans"};
  PangoContext *context = pango_font_map_create_context(pango_cairo_font_map_get_default());
  for (size_t i = 0; i < array_length(texts) * 2; i++) {
    PangoLayout *layout = pango_layout_new(context);
    PangoFontDescription *font = pango_font_description_from_string(families[i % 2]);
    int width;
    pango_font_description_set_absolute_size(font, 100 * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_text(layout, texts[i / 2], -1);
    pango_layout_get_size(layout, &width, NULL);
    cr_assert_leq((double)width / PANGO_SCALE, chart_text_width(texts[i / 2], 100) + 1, "%s",
                  texts[i / 2]);
    pango_font_description_free(font);
    g_object_unref(layout);
  }
  g_object_unref(context);
}

Test(chart, looks_other_on_a_dark_screen_and_on_paper) {
  text_reset(&svg);
  chart_style(&svg);
  cr_assert_not_null(strstr(svg.data, "@media screen and (prefers-color-scheme:dark)"));
  cr_assert_not_null(strstr(svg.data, "@media print"));
}

Test(chart, brings_its_style_as_a_file_only) {
  const struct chart_row row = {.label = "enig"};
  const struct chart_cell cell = {1, "100 %", false};
  struct chart chart = chart_of(CHART_BARS, single, 1, &row, 1, &cell);
  cr_assert_not_null(strstr(draw(&chart, CHART_NARROW), "<style>"));
  text_reset(&svg);
  chart_svg(&chart, CHART_NARROW, CHART_IN_PAGE, &svg);
  cr_assert_null(strstr(svg.data, "<style"));
  cr_assert_null(strstr(svg.data, "<?xml"));
}
