/* sheet: a page of paper that is being set.
 *
 * Private to output/. Text is set once as blocks, which are then drawn on as many pages as
 * there are letters; measures are in millimetres from the upper left corner. Structure tags
 * are those of PDF 1.7, table 14.8.4. What sets and draws is the program behind output/press;
 * what goes wrong there becomes the sheet's result, and nothing is done after it. */
#ifndef HJEMSVAR_OUTPUT_SHEET_H
#define HJEMSVAR_OUTPUT_SHEET_H

#include "output/letter.h"
#include "output/press.h"

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

struct sheet_place {
  double x, y, width, height;
};

struct sheet_block {
  size_t number; /* in the pile of the press */
  double x, y, height;
  int lines;
  struct sheet_style style;
};

struct sheet {
  bool tagged; /* what is drawn of it has structure tags */
  bool has_logo;
  struct press *press;
  struct sheet_block blocks[SHEET_BLOCKS_MAX];
  size_t blocks_count;
  size_t below; /* blocks that lie beneath these in the pile */
  struct letter_trouble trouble;
  enum letter_result result; /* the first that went wrong */
};

/* Starts the press; sheet->result tells whether it and its fonts are there. sheet_clear ends it
 * and frees all. */
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

/* Takes the block that was set last away again. */
void sheet_drop(struct sheet *sheet);

/* Begins and ends what a reading program is told of; nothing on a sheet that is not tagged. */
void sheet_tag_begin(struct sheet *sheet, const char *tag);
void sheet_tag_end(struct sheet *sheet, const char *tag);

/* Draws all blocks. */
void sheet_draw(struct sheet *sheet);

/* Sets and draws a text at once, in the style's points or as many whole points less as let it stay
 * on one line, though not less than least. */
void sheet_fit(struct sheet *sheet, const struct sheet_style *style, double least,
               const char *language, const char *text, double x, double y, double width);

/* Draws a line of grey (0 black, 1 white); a picture from an SVG of ours, tagged as a figure. */
void sheet_line(struct sheet *sheet, double x1, double y1, double x2, double y2, double points,
                double grey);
void sheet_svg(struct sheet *sheet, const struct text *svg, struct sheet_place place);

/* Draws a QR code with its modules in size millimetres (the quiet zone lies outside), tagged
 * as a figure. */
void sheet_qr(struct sheet *sheet, const char *content, double x, double y, double size);

/* Takes in the municipality's own mark, a PNG or an SVG of at most 256 KiB, or none (type NULL); an
 * SVG stays vectors, and what it refers to outside itself is not loaded. LETTER_LOGO. */
void sheet_logo(struct sheet *sheet, const char *type, const unsigned char *bytes, size_t size);
/* Draws it as large as fits at the place's upper left corner; nothing when there is none. */
void sheet_show_logo(struct sheet *sheet, struct sheet_place place);

/* Where the modules of a QR code of size millimetres may begin from y on, so that it lies
 * with its quiet zone across no fold. */
double sheet_below_folds(double y, double size, double quiet);

/* Begins a PDF that goes to the sink, its pages so many millimetres large and all that is drawn on
 * them scaled, with the metadata of the letter. */
void sheet_open_pdf(struct sheet *sheet, double width, double height, double scale,
                    letter_sink *sink, void *context);
void sheet_describe_pdf(struct sheet *sheet, const char *title, const char *author,
                        const char *today);
/* An entry of the outline, for a page from 1. */
void sheet_outline(struct sheet *sheet, const char *title, int page);
void sheet_turn(struct sheet *sheet);
/* Ends the PDF: LETTER_OK only when all is written and nothing went wrong before. */
must_check enum letter_result sheet_close_pdf(struct sheet *sheet);

#endif
