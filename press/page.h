/* page: what is being set and drawn, by Pango and Cairo.
 *
 * Blocks of text lie on a pile and are drawn on the pages of one PDF, whose bytes gather in out.
 * Measures are in millimetres from the upper left corner. Without a PDF nothing is drawn. */
#ifndef HJEMSVAR_PRESS_PAGE_H
#define HJEMSVAR_PRESS_PAGE_H

#include <cairo.h>
#include <pango/pangocairo.h>

#include "base/text.h"
#include "logo.h"
#include "output/letter.h"
#include "output/press_wire.h"

#define PAGE_POINTS(mm) ((mm)*72.0 / 25.4)

struct page {
  PangoFontMap *fonts;
  PangoContext *context;
  PangoLayout *pile[PRESS_PILE_MAX];
  size_t pile_count;
  struct logo logo;
  cairo_surface_t *surface;
  cairo_t *cairo;
  struct text out;          /* bytes of the PDF that nobody has had yet */
  enum letter_result state; /* the first thing that went wrong with the PDF */
};

struct page_place {
  double x, y, width, height;
};

struct page_style {
  double points;
  bool bold;
  int side; /* enum sheet_side: 0 where a line begins, 1 centre, 2 end */
  bool broken_anywhere;
};

struct page_block {
  double x, y;
  int shade; /* enum sheet_shade: 0 ink, 1 link, 2 soft */
  const char *tag, *link;
};

void page_init(struct page *page);
void page_clear(struct page *page);

/* A font that is needed and not installed, or NULL. */
const char *page_font_missing(struct page *page);

/* Puts a block onto the pile, which has room; LETTER_GLYPH when no font has all its characters.
 * Height in millimetres. */
enum letter_result page_set(struct page *page, const struct page_style *style, double width,
                            const char *language, const char *text, double *height, int *lines);
void page_drop(struct page *page);

void page_open(struct page *page, double width, double height, double scale);
void page_describe(struct page *page, const char *title, const char *author, const char *date);
void page_tag_begin(struct page *page, const char *tag);
void page_tag_end(struct page *page, const char *tag);
void page_draw(struct page *page, size_t number, const struct page_block *block);
/* Sets and draws at once, in whole points less as long as it stands on more than one line; keeps at
 * least least. */
void page_fit(struct page *page, const struct page_style *style, double least, double width,
              const char *language, const char *text, const struct page_block *block);
void page_line(struct page *page, const double ends[4], double points, double grey);
void page_qr(struct page *page, double x, double y, double size, size_t modules,
             const unsigned char *dark);
void page_svg(struct page *page, const struct page_place *place, const unsigned char *svg,
              size_t size);
void page_show_logo(struct page *page, const struct page_place *place);
void page_outline(struct page *page, int number, const char *title);
void page_turn(struct page *page);
void page_close(struct page *page);

/* How the PDF is so far. */
enum letter_result page_state(const struct page *page);

#endif
