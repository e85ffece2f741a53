/* sheet: a page of paper that is being set, by Pango and Cairo.
 *
 * Private to output/. Text is set once as blocks, which are then drawn on as many pages as
 * there are letters; measures are in millimetres from the upper left corner. Structure tags
 * are those of PDF 1.7, table 14.8.4. */
#ifndef HJEMSVAR_OUTPUT_SHEET_H
#define HJEMSVAR_OUTPUT_SHEET_H

#include <cairo.h>
#include <pango/pangocairo.h>

#include "output/letter.h"

#define SHEET_POINTS(mm) ((mm)*72.0 / 25.4)

enum { SHEET_BLOCKS_MAX = 64 };

enum sheet_shade { SHEET_INK, SHEET_LINK, SHEET_SOFT };
enum sheet_side { SHEET_START, SHEET_CENTRE, SHEET_END };

struct sheet_style {
  double points;
  bool bold;
  enum sheet_shade shade;
  enum sheet_side side;
  const char *tag;      /* "H1", "P"; NULL: P */
  const char *link;     /* the address it leads to, or NULL */
  bool broken_anywhere; /* a long address may be broken at any character */
  bool any_character;   /* what no font has is a box with its number; else it fails */
};

struct sheet_block {
  PangoLayout *layout;
  double x, y;
  struct sheet_style style;
};

struct sheet {
  bool tagged; /* what is drawn of it has structure tags */
  PangoFontMap *fonts;
  PangoContext *context;
  struct sheet_block blocks[SHEET_BLOCKS_MAX];
  size_t blocks_count;
  struct letter_trouble trouble;
  enum letter_result result; /* the first that went wrong */
};

/* Prepares fonts; sheet->result tells whether they are there. sheet_clear frees all. */
void sheet_init(struct sheet *sheet);
void sheet_clear(struct sheet *sheet);

/* Keeps the first thing that went wrong. */
void sheet_fail(struct sheet *sheet, enum letter_result result, const char *what);

/* Sets text of a language at a place in a width. The block is the sheet's; its height is
 * sheet_height. NULL after a failure. */
struct sheet_block *sheet_set(struct sheet *sheet, const struct sheet_style *style,
                              const char *language, const char *text, double x, double y,
                              double width);
double sheet_height(const struct sheet_block *block);
double sheet_width(const struct sheet_block *block);

/* Takes the block that was set last away again. */
void sheet_drop(struct sheet *sheet);

/* Begins and ends what a reading program is told of; nothing when tagged is false. */
void sheet_tag_begin(cairo_t *cairo, bool tagged, const char *tag);
void sheet_tag_end(cairo_t *cairo, bool tagged, const char *tag);

/* Draws all blocks. */
void sheet_draw(cairo_t *cairo, const struct sheet *sheet);

/* Draws a QR code with its modules in size millimetres (the quiet zone lies outside), tagged
 * as a figure. LETTER_OK, LETTER_LINK, LETTER_MEMORY. */
must_check enum letter_result sheet_draw_qr(cairo_t *cairo, bool tagged, const char *content,
                                            double x, double y, double size);

/* Where the modules of a QR code of size millimetres may begin from y on, so that it lies
 * with its quiet zone across no fold. */
double sheet_below_folds(double y, double size, double quiet);

/* Opens a PDF that goes to the sink, with the metadata of the letter. The caller destroys
 * it with sheet_close_pdf, which tells whether all was written. */
struct sheet_pdf {
  cairo_surface_t *surface;
  cairo_t *cairo;
  letter_sink *sink;
  void *context;
};
must_check bool sheet_open_pdf(struct sheet_pdf *pdf, double width, double height,
                               letter_sink *sink, void *context);
void sheet_describe_pdf(struct sheet_pdf *pdf, const char *title, const char *author,
                        const char *today);
must_check enum letter_result sheet_close_pdf(struct sheet_pdf *pdf);
must_check enum letter_result sheet_pdf_state(const struct sheet_pdf *pdf);

#endif
