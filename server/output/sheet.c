#include "output/sheet.h"

#include <cairo-pdf.h>
#include <string.h>

#include "output/qr.h"

#define FAMILY         "Noto Sans"
#define FAMILY_ARABIC  "Noto Sans Arabic"
#define FAMILIES       FAMILY ", " FAMILY_ARABIC
#define LINE           1.42
#define LINE_ARABIC    1.6
#define PDF_RESOLUTION 72.0

static const double folds[] = {99, 198};

/* ---- fonts and failures */

void sheet_fail(struct sheet *sheet, enum letter_result result, const char *what) {
  size_t length = strlen(what), most = sizeof sheet->trouble.what - 1;
  if (sheet->result != LETTER_OK) {
    return;
  }
  length = length < most ? length : most;
  while (length > 0 && (what[length] & 0xC0) == 0x80) { /* never half a character */
    length--;
  }
  sheet->result = result;
  memcpy(sheet->trouble.what, what, length);
  sheet->trouble.what[length] = '\0';
}

/* Fontconfig would give another font for one that is not there. */
static bool has_family(PangoFontMap *fonts, const char *name) {
  PangoFontFamily **families = NULL;
  int count = 0;
  bool found = false;
  pango_font_map_list_families(fonts, &families, &count);
  for (int i = 0; i < count && !found; i++) {
    found = strcmp(pango_font_family_get_name(families[i]), name) == 0;
  }
  g_free(families);
  return found;
}

static const char *missing_family(PangoFontMap *fonts) {
  static const char *const needed[] = {FAMILY, FAMILY_ARABIC};
  for (size_t i = 0; i < array_length(needed); i++) {
    if (!has_family(fonts, needed[i])) {
      return needed[i];
    }
  }
  return NULL;
}

const char *letter_font_missing(void) {
  return missing_family(pango_cairo_font_map_get_default());
}

void sheet_init(struct sheet *sheet) {
  memset(sheet, 0, sizeof *sheet);
  sheet->fonts = g_object_ref(pango_cairo_font_map_get_default()); /* the thread's own */
  sheet->context = pango_font_map_create_context(sheet->fonts);
  pango_cairo_context_set_resolution(sheet->context, PDF_RESOLUTION);
  pango_context_set_round_glyph_positions(sheet->context, FALSE);
  cairo_font_options_t *options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(sheet->context, options);
  cairo_font_options_destroy(options);
  const char *missing = missing_family(sheet->fonts);
  if (missing != NULL) {
    sheet_fail(sheet, LETTER_FONT, missing);
  }
}

void sheet_clear(struct sheet *sheet) {
  while (sheet->blocks_count > 0) {
    sheet_drop(sheet);
  }
  if (sheet->context != NULL) {
    g_object_unref(sheet->context);
    sheet->context = NULL;
  }
  if (sheet->fonts != NULL) {
    g_object_unref(sheet->fonts);
    sheet->fonts = NULL;
  }
}

/* ---- blocks of text */

/* The same line height whatever fonts a line has: Arabic ones claim twice their size. */
static void set_attributes(PangoLayout *layout, const struct sheet_style *style,
                           const char *language) {
  PangoAttrList *attributes = pango_attr_list_new();
  PangoLanguage *known = pango_language_from_string(language);
  double factor = pango_language_includes_script(known, PANGO_SCRIPT_ARABIC) ? LINE_ARABIC : LINE;
  pango_attr_list_insert(attributes, pango_attr_language_new(known));
  pango_attr_list_insert(
      attributes, pango_attr_line_height_new_absolute((int)(style->points * factor * PANGO_SCALE)));
  pango_layout_set_attributes(layout, attributes);
  pango_attr_list_unref(attributes);
}

static void set_font(PangoLayout *layout, const struct sheet_style *style) {
  PangoFontDescription *font = pango_font_description_from_string(FAMILIES);
  pango_font_description_set_absolute_size(font, style->points * PANGO_SCALE);
  pango_font_description_set_weight(font, style->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description(layout, font);
  pango_font_description_free(font);
}

/* PANGO_ALIGN_LEFT is the side where a paragraph begins: the right one in Arabic. */
static PangoAlignment alignment(enum sheet_side side) {
  switch (side) {
  case SHEET_START:
    return PANGO_ALIGN_LEFT;
  case SHEET_CENTRE:
    return PANGO_ALIGN_CENTER;
  case SHEET_END:
    return PANGO_ALIGN_RIGHT;
  }
  return PANGO_ALIGN_LEFT;
}

static PangoLayout *make_layout(const struct sheet *sheet, const struct sheet_style *style,
                                const char *language, const char *text, double width) {
  PangoLayout *layout = pango_layout_new(sheet->context);
  set_font(layout, style);
  set_attributes(layout, style, language);
  pango_layout_set_auto_dir(layout, TRUE);
  pango_layout_set_alignment(layout, alignment(style->side));
  pango_layout_set_width(layout, (int)(SHEET_POINTS(width) * PANGO_SCALE));
  pango_layout_set_wrap(layout, style->broken_anywhere ? PANGO_WRAP_CHAR : PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text(layout, text, -1);
  return layout;
}

struct sheet_block *sheet_set(struct sheet *sheet, const struct sheet_style *style,
                              const char *language, const char *text, double x, double y,
                              double width) {
  if (sheet->result != LETTER_OK) {
    return NULL;
  }
  if (sheet->blocks_count == SHEET_BLOCKS_MAX) {
    sheet_fail(sheet, LETTER_LONG, text);
    return NULL;
  }
  struct sheet_block *block = &sheet->blocks[sheet->blocks_count++];
  *block = (struct sheet_block){
      .layout = make_layout(sheet, style, language, text, width), .x = x, .y = y, .style = *style};
  if (!style->any_character && pango_layout_get_unknown_glyphs_count(block->layout) > 0) {
    sheet_fail(sheet, LETTER_GLYPH, text);
    return NULL;
  }
  return block;
}

static double millimetres(int pango_units) {
  return pango_units / (double)PANGO_SCALE * 25.4 / 72.0;
}

double sheet_height(const struct sheet_block *block) {
  PangoRectangle logical;
  if (block == NULL) {
    return 0;
  }
  pango_layout_get_extents(block->layout, NULL, &logical);
  return millimetres(logical.height);
}

double sheet_width(const struct sheet_block *block) {
  PangoRectangle logical;
  if (block == NULL) {
    return 0;
  }
  pango_layout_get_extents(block->layout, NULL, &logical);
  return millimetres(logical.width);
}

void sheet_drop(struct sheet *sheet) {
  if (sheet->blocks_count > 0) {
    g_object_unref(sheet->blocks[--sheet->blocks_count].layout);
  }
}

/* ---- drawing */

static void set_shade(cairo_t *cairo, enum sheet_shade shade) {
  switch (shade) {
  case SHEET_INK:
    cairo_set_source_rgb(cairo, 0, 0, 0);
    return;
  case SHEET_LINK:
    cairo_set_source_rgb(cairo, 0, 0.24, 0.48);
    return;
  case SHEET_SOFT:
    cairo_set_source_rgb(cairo, 0.25, 0.25, 0.25);
    return;
  }
}

static void begin_link(cairo_t *cairo, const char *link) {
  char attributes[512];
  (void)g_snprintf(attributes, sizeof attributes, "uri='%s'", link);
  cairo_tag_begin(cairo, CAIRO_TAG_LINK, attributes);
}

void sheet_tag_begin(cairo_t *cairo, bool tagged, const char *tag) {
  if (tagged) {
    cairo_tag_begin(cairo, tag, NULL);
  }
}

void sheet_tag_end(cairo_t *cairo, bool tagged, const char *tag) {
  if (tagged) {
    cairo_tag_end(cairo, tag);
  }
}

static void draw_block(cairo_t *cairo, bool tagged, const struct sheet_block *block) {
  const char *tag = block->style.tag != NULL ? block->style.tag : "P";
  sheet_tag_begin(cairo, tagged, tag);
  if (block->style.link != NULL) {
    begin_link(cairo, block->style.link);
  }
  set_shade(cairo, block->style.shade);
  cairo_move_to(cairo, SHEET_POINTS(block->x), SHEET_POINTS(block->y));
  pango_cairo_show_layout(cairo, block->layout);
  if (block->style.link != NULL) {
    cairo_tag_end(cairo, CAIRO_TAG_LINK);
  }
  sheet_tag_end(cairo, tagged, tag);
}

void sheet_draw(cairo_t *cairo, const struct sheet *sheet) {
  for (size_t i = 0; i < sheet->blocks_count; i++) {
    draw_block(cairo, sheet->tagged, &sheet->blocks[i]);
  }
}

/* One path, so that no hairline shows between its rectangles. */
static void add_modules(cairo_t *cairo, const struct qr_modules *modules, double x, double y,
                        double module) {
  for (int row = 0; row < modules->width; row++) {
    const unsigned char *dark = modules->dark + (size_t)row * (size_t)modules->width;
    for (int begin = 0, end; begin < modules->width; begin = end + 1) {
      for (end = begin; end < modules->width && dark[end] == 1; end++) {
      }
      if (end > begin) {
        cairo_rectangle(cairo, x + begin * module, y + row * module, (end - begin) * module,
                        module);
      }
    }
  }
}

enum letter_result sheet_draw_qr(cairo_t *cairo, bool tagged, const char *content, double x,
                                 double y, double size) {
  struct qr_modules modules;
  enum qr_result result = qr_modules(content, &modules);
  if (result != QR_OK) {
    return result == QR_LONG ? LETTER_LINK : LETTER_MEMORY;
  }
  sheet_tag_begin(cairo, tagged, "Figure");
  cairo_set_source_rgb(cairo, 0, 0, 0);
  add_modules(cairo, &modules, SHEET_POINTS(x), SHEET_POINTS(y),
              SHEET_POINTS(size) / modules.width);
  cairo_fill(cairo);
  sheet_tag_end(cairo, tagged, "Figure");
  qr_modules_clear(&modules);
  return LETTER_OK;
}

double sheet_below_folds(double y, double size, double quiet) {
  for (size_t i = 0; i < array_length(folds); i++) {
    if (y - quiet < folds[i] && y + size + quiet > folds[i]) {
      y = folds[i] + quiet;
    }
  }
  return y;
}

/* ---- the PDF */

static cairo_status_t write_piece(void *closure, const unsigned char *bytes, unsigned size) {
  const struct sheet_pdf *pdf = closure;
  return pdf->sink(pdf->context, (const char *)bytes, size) ? CAIRO_STATUS_SUCCESS
                                                            : CAIRO_STATUS_WRITE_ERROR;
}

static enum letter_result state_of(cairo_status_t status) {
  if (status == CAIRO_STATUS_SUCCESS) {
    return LETTER_OK;
  }
  return status == CAIRO_STATUS_WRITE_ERROR ? LETTER_STOPPED : LETTER_MEMORY;
}

bool sheet_open_pdf(struct sheet_pdf *pdf, double width, double height, letter_sink *sink,
                    void *context) {
  *pdf = (struct sheet_pdf){.sink = sink, .context = context};
  pdf->surface = cairo_pdf_surface_create_for_stream(write_piece, pdf, SHEET_POINTS(width),
                                                     SHEET_POINTS(height));
  pdf->cairo = cairo_create(pdf->surface);
  return sheet_pdf_state(pdf) == LETTER_OK;
}

void sheet_describe_pdf(struct sheet_pdf *pdf, const char *title, const char *author,
                        const char *today) {
  cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_TITLE, title);
  cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_AUTHOR, author);
  cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_CREATOR, "Hjemsvar");
  cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_CREATE_DATE, today);
  cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_MOD_DATE, today);
}

enum letter_result sheet_pdf_state(const struct sheet_pdf *pdf) {
  enum letter_result state = state_of(cairo_surface_status(pdf->surface));
  return state != LETTER_OK ? state : state_of(cairo_status(pdf->cairo));
}

enum letter_result sheet_close_pdf(struct sheet_pdf *pdf) {
  enum letter_result drawn = state_of(cairo_status(pdf->cairo));
  cairo_destroy(pdf->cairo);
  cairo_surface_finish(pdf->surface);
  enum letter_result written = state_of(cairo_surface_status(pdf->surface));
  cairo_surface_destroy(pdf->surface);
  return drawn != LETTER_OK ? drawn : written;
}
