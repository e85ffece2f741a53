/* sheet_flow: A4 pages that are filled from the top, a line of blocks after the other.
 *
 * Private to output/, for reports and codebooks. A line is what is put between two ends of lines;
 * it goes to the next page when it does not fit. Each page has its number at its foot. Failures are
 * the sheet's. */
#ifndef HJEMSVAR_OUTPUT_SHEET_FLOW_H
#define HJEMSVAR_OUTPUT_SHEET_FLOW_H

#include "output/sheet.h"

/* Millimetres. */
enum {
  FLOW_PAGE_WIDTH = 210,
  FLOW_PAGE_HEIGHT = 297,
  FLOW_LEFT = 20,
  FLOW_RIGHT = 190,
  FLOW_WIDTH = FLOW_RIGHT - FLOW_LEFT,
  FLOW_TOP = 18,
  FLOW_BOTTOM = 280
};

struct sheet_flow {
  struct sheet sheet;
  const char *language;
  const char *page_word; /* "Side {n}" */
  struct arena *arena;
  double y;
  int page;             /* the last that was ended */
  const char *line_tag; /* what a line is to a reading program ("TR"), or NULL */
  bool measuring;       /* lines only move y; nothing is drawn and no page ends */
};

/* Opens a PDF that goes to the sink, tagged; flow is of the arena or larger than a stack should
 * bear. LETTER_OK; LETTER_FONT and LETTER_PROGRAM with sheet.trouble, LETTER_MEMORY: flow_end in
 * any case. */
must_check enum letter_result flow_begin(struct sheet_flow *flow, letter_sink *sink, void *context);
/* Ends the last page and the file, and frees all: LETTER_OK only when all is written. */
must_check enum letter_result flow_end(struct sheet_flow *flow);

/* Begins and ends what lines are parts of ("Table"); nothing while measuring. */
void flow_open(struct sheet_flow *flow, const char *tag);
void flow_close(struct sheet_flow *flow, const char *tag);

/* Adds a block to the line; nothing for an empty text. */
void flow_put(struct sheet_flow *flow, const struct sheet_style *style, const char *text, double x,
              double width);

/* Whether the line as it was put fits on the page; always while measuring. If not, it may be taken
 * back, to be put on the next page. */
bool flow_fits(const struct sheet_flow *flow);
void flow_take_back(struct sheet_flow *flow);
void flow_turn(struct sheet_flow *flow);

/* Draws what was put as one line; its height with the gap is taken from the page. */
void flow_end_line(struct sheet_flow *flow, double gap);

/* A block alone. */
void flow_line(struct sheet_flow *flow, const struct sheet_style *style, const char *text,
               double gap);

/* Begins a new page where less than height is left; one higher than a page begins where it is. */
void flow_room(struct sheet_flow *flow, double height);

#endif
