#include "page.h"

#include <cairo-pdf.h>
#include <librsvg/rsvg.h>
#include <string.h>

#define FAMILY         "Noto Sans"
#define FAMILY_ARABIC  "Noto Sans Arabic"
#define FAMILIES       FAMILY ", " FAMILY_ARABIC
#define LINE           1.42
#define LINE_ARABIC    1.6
#define PDF_RESOLUTION 72.0

/* ---- fonts */

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

static void find_fonts(struct page *page) {
  if (page->fonts != NULL) {
    return;
  }
  page->fonts = g_object_ref(pango_cairo_font_map_get_default());
  page->context = pango_font_map_create_context(page->fonts);
  pango_cairo_context_set_resolution(page->context, PDF_RESOLUTION);
  pango_context_set_round_glyph_positions(page->context, FALSE);
  cairo_font_options_t *options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(page->context, options);
  cairo_font_options_destroy(options);
}

const char *page_font_missing(struct page *page) {
  static const char *const needed[] = {FAMILY, FAMILY_ARABIC};
  find_fonts(page);
  for (size_t i = 0; i < array_length(needed); i++) {
    if (!has_family(page->fonts, needed[i])) {
      return needed[i];
    }
  }
  return NULL;
}

/* ---- blocks of text */

/* The same line height whatever fonts a line has: Arabic ones claim twice their size. */
static void set_attributes(PangoLayout *layout, double points, const char *language) {
  PangoAttrList *attributes = pango_attr_list_new();
  PangoLanguage *known = pango_language_from_string(language);
  double factor = pango_language_includes_script(known, PANGO_SCRIPT_ARABIC) ? LINE_ARABIC : LINE;
  pango_attr_list_insert(attributes, pango_attr_language_new(known));
  pango_attr_list_insert(attributes,
                         pango_attr_line_height_new_absolute((int)(points * factor * PANGO_SCALE)));
  pango_layout_set_attributes(layout, attributes);
  pango_attr_list_unref(attributes);
}

static void set_font(PangoLayout *layout, const struct page_style *style) {
  PangoFontDescription *font = pango_font_description_from_string(FAMILIES);
  pango_font_description_set_absolute_size(font, style->points * PANGO_SCALE);
  pango_font_description_set_weight(font, style->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description(layout, font);
  pango_font_description_free(font);
}

/* PANGO_ALIGN_LEFT is the side where a paragraph begins: the right one in Arabic. */
static PangoAlignment alignment(int side) {
  static const PangoAlignment sides[] = {PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER, PANGO_ALIGN_RIGHT};
  return sides[side];
}

static double millimetres(int pango_units) {
  return pango_units / (double)PANGO_SCALE * 25.4 / 72.0;
}

enum letter_result page_set(struct page *page, const struct page_style *style, double width,
                            const char *language, const char *text, double *height, int *lines) {
  PangoRectangle logical;
  find_fonts(page);
  PangoLayout *layout = pango_layout_new(page->context);
  set_font(layout, style);
  set_attributes(layout, style->points, language);
  pango_layout_set_auto_dir(layout, TRUE);
  pango_layout_set_alignment(layout, alignment(style->side));
  pango_layout_set_width(layout, (int)(PAGE_POINTS(width) * PANGO_SCALE));
  pango_layout_set_wrap(layout, style->broken_anywhere ? PANGO_WRAP_CHAR : PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text(layout, text, -1);
  pango_layout_get_extents(layout, NULL, &logical);
  *height = millimetres(logical.height);
  *lines = pango_layout_get_line_count(layout);
  page->pile[page->pile_count++] = layout;
  return pango_layout_get_unknown_glyphs_count(layout) > 0 ? LETTER_GLYPH : LETTER_OK;
}

void page_drop(struct page *page) {
  g_object_unref(page->pile[--page->pile_count]);
}

/* ---- drawing */

static void fail(struct page *page, enum letter_result why) {
  page->state = page->state == LETTER_OK ? why : page->state;
}

static void set_shade(cairo_t *cairo, int shade) {
  static const double shades[][3] = {{0, 0, 0}, {0, 0.24, 0.48}, {0.25, 0.25, 0.25}};
  cairo_set_source_rgb(cairo, shades[shade][0], shades[shade][1], shades[shade][2]);
}

static void begin_link(cairo_t *cairo, const char *link) {
  char attributes[512];
  (void)g_snprintf(attributes, sizeof attributes, "uri='%s'", link);
  cairo_tag_begin(cairo, CAIRO_TAG_LINK, attributes);
}

void page_tag_begin(struct page *page, const char *tag) {
  if (page->cairo != NULL) {
    cairo_tag_begin(page->cairo, tag, NULL);
  }
}

void page_tag_end(struct page *page, const char *tag) {
  if (page->cairo != NULL) {
    cairo_tag_end(page->cairo, tag);
  }
}

void page_draw(struct page *page, size_t number, const struct page_block *block) {
  cairo_t *cairo = page->cairo;
  if (cairo == NULL) {
    return;
  }
  if (block->tag[0] != '\0') {
    page_tag_begin(page, block->tag);
  }
  if (block->link[0] != '\0') {
    begin_link(cairo, block->link);
  }
  set_shade(cairo, block->shade);
  cairo_move_to(cairo, PAGE_POINTS(block->x), PAGE_POINTS(block->y));
  pango_cairo_show_layout(cairo, page->pile[number]);
  if (block->link[0] != '\0') {
    cairo_tag_end(cairo, CAIRO_TAG_LINK);
  }
  if (block->tag[0] != '\0') {
    page_tag_end(page, block->tag);
  }
}

void page_fit(struct page *page, const struct page_style *style, double least, double width,
              const char *language, const char *text, const struct page_block *block) {
  struct page_style fitting = *style;
  double height;
  int lines = 0;
  enum letter_result result = page_set(page, &fitting, width, language, text, &height, &lines);
  while (lines > 1 && fitting.points - 1 >= least) {
    page_drop(page);
    fitting.points -= 1;
    result = page_set(page, &fitting, width, language, text, &height, &lines);
  }
  fail(page, result);
  page_draw(page, page->pile_count - 1, block);
  page_drop(page);
}

void page_line(struct page *page, const double ends[4], double points, double grey) {
  cairo_t *cairo = page->cairo;
  if (cairo != NULL) {
    cairo_set_source_rgb(cairo, grey, grey, grey);
    cairo_set_line_width(cairo, points);
    cairo_move_to(cairo, PAGE_POINTS(ends[0]), PAGE_POINTS(ends[1]));
    cairo_line_to(cairo, PAGE_POINTS(ends[2]), PAGE_POINTS(ends[3]));
    cairo_stroke(cairo);
  }
}

/* One path, so that no hairline shows between its rectangles. */
static void add_row(cairo_t *cairo, const unsigned char *dark, size_t modules, double x, double y,
                    double module) {
  for (size_t begin = 0, end; begin < modules; begin = end + 1) {
    for (end = begin; end < modules && dark[end] == 1; end++) {
    }
    if (end > begin) {
      cairo_rectangle(cairo, x + (double)begin * module, y, (double)(end - begin) * module, module);
    }
  }
}

void page_qr(struct page *page, double x, double y, double size, size_t modules,
             const unsigned char *dark) {
  double module = PAGE_POINTS(size) / (double)modules;
  if (page->cairo == NULL) {
    return;
  }
  cairo_set_source_rgb(page->cairo, 0, 0, 0);
  for (size_t row = 0; row < modules; row++) {
    add_row(page->cairo, dark + row * modules, modules, PAGE_POINTS(x),
            PAGE_POINTS(y) + (double)row * module, module);
  }
  cairo_fill(page->cairo);
}

void page_svg(struct page *page, const struct page_place *place, const unsigned char *svg,
              size_t size) {
  const RsvgRectangle viewport = {PAGE_POINTS(place->x), PAGE_POINTS(place->y),
                                  PAGE_POINTS(place->width), PAGE_POINTS(place->height)};
  if (page->cairo == NULL || page_state(page) != LETTER_OK) {
    return;
  }
  RsvgHandle *handle = rsvg_handle_new_from_data(svg, size, NULL);
  if (handle == NULL || !rsvg_handle_render_document(handle, page->cairo, &viewport, NULL)) {
    fail(page, LETTER_MEMORY);
  }
  if (handle != NULL) {
    g_object_unref(handle);
  }
}

void page_show_logo(struct page *page, const struct page_place *place) {
  const struct logo *logo = &page->logo;
  cairo_t *cairo = page->cairo;
  if (logo->surface == NULL || cairo == NULL) {
    return;
  }
  double scale = PAGE_POINTS(place->width) / logo->width;
  double other = PAGE_POINTS(place->height) / logo->height;
  scale = other < scale ? other : scale;
  cairo_save(cairo);
  cairo_translate(cairo, PAGE_POINTS(place->x), PAGE_POINTS(place->y));
  cairo_scale(cairo, scale, scale);
  cairo_set_source_surface(cairo, logo->surface, 0, 0);
  cairo_rectangle(cairo, 0, 0, logo->width, logo->height);
  cairo_fill(cairo);
  cairo_restore(cairo);
}

/* ---- the PDF */

static cairo_status_t keep_piece(void *closure, const unsigned char *bytes, unsigned size) {
  struct text *out = closure;
  text_add_bytes(out, (const char *)bytes, size);
  return out->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

void page_open(struct page *page, double width, double height, double scale) {
  if (page->surface == NULL) {
    page->surface = cairo_pdf_surface_create_for_stream(keep_piece, &page->out, PAGE_POINTS(width),
                                                        PAGE_POINTS(height));
    page->cairo = cairo_create(page->surface);
    cairo_scale(page->cairo, scale, scale);
  }
}

void page_describe(struct page *page, const char *title, const char *author, const char *date) {
  if (page->surface != NULL) {
    cairo_pdf_surface_set_metadata(page->surface, CAIRO_PDF_METADATA_TITLE, title);
    cairo_pdf_surface_set_metadata(page->surface, CAIRO_PDF_METADATA_AUTHOR, author);
    cairo_pdf_surface_set_metadata(page->surface, CAIRO_PDF_METADATA_CREATOR, "Hjemsvar");
    cairo_pdf_surface_set_metadata(page->surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
    cairo_pdf_surface_set_metadata(page->surface, CAIRO_PDF_METADATA_MOD_DATE, date);
  }
}

void page_outline(struct page *page, int number, const char *title) {
  char place[64];
  (void)g_snprintf(place, sizeof place, "page=%d", number);
  if (page->surface != NULL) {
    (void)cairo_pdf_surface_add_outline(page->surface, CAIRO_PDF_OUTLINE_ROOT, title, place,
                                        (cairo_pdf_outline_flags_t)0);
  }
}

void page_turn(struct page *page) {
  if (page->cairo != NULL) {
    cairo_show_page(page->cairo);
  }
}

enum letter_result page_state(const struct page *page) {
  if (page->state != LETTER_OK || page->surface == NULL) {
    return page->state;
  }
  bool good = cairo_surface_status(page->surface) == CAIRO_STATUS_SUCCESS &&
              (page->cairo == NULL || cairo_status(page->cairo) == CAIRO_STATUS_SUCCESS);
  return good ? LETTER_OK : LETTER_MEMORY;
}

void page_close(struct page *page) {
  fail(page, page_state(page));
  if (page->cairo != NULL) {
    cairo_destroy(page->cairo);
    page->cairo = NULL;
    cairo_surface_finish(page->surface);
  }
}

void page_init(struct page *page) {
  memset(page, 0, sizeof *page);
  text_init(&page->out);
}

void page_clear(struct page *page) {
  while (page->pile_count > 0) {
    page_drop(page);
  }
  page_close(page);
  if (page->surface != NULL) {
    cairo_surface_destroy(page->surface);
  }
  logo_clear(&page->logo);
  if (page->context != NULL) {
    g_object_unref(page->context);
    g_object_unref(page->fonts);
  }
  text_clear(&page->out);
}
