#include "output/sheet_flow.h"

#include <string.h>

#include "base/words.h"

static const struct sheet_style foot = {.points = 9, .shade = SHEET_SOFT};

enum letter_result flow_begin(struct sheet_flow *flow, letter_sink *sink, void *context) {
  sheet_init(&flow->sheet);
  flow->sheet.tagged = true;
  flow->y = FLOW_TOP;
  sheet_open_pdf(&flow->sheet, FLOW_PAGE_WIDTH, FLOW_PAGE_HEIGHT, 1, sink, context);
  sheet_tag_begin(&flow->sheet, "Document");
  return flow->sheet.result;
}

void flow_put(struct sheet_flow *flow, const struct sheet_style *style, const char *text, double x,
              double width) {
  if (text[0] != '\0') {
    (void)sheet_set(&flow->sheet, style, flow->language, text, x, flow->y, width);
  }
}

void flow_take_back(struct sheet_flow *flow) {
  while (flow->sheet.blocks_count > 0) {
    sheet_drop(&flow->sheet);
  }
}

void flow_open(struct sheet_flow *flow, const char *tag) {
  if (!flow->measuring && tag != NULL) {
    sheet_tag_begin(&flow->sheet, tag);
  }
}

void flow_close(struct sheet_flow *flow, const char *tag) {
  if (!flow->measuring && tag != NULL) {
    sheet_tag_end(&flow->sheet, tag);
  }
}

static void draw(struct sheet_flow *flow) {
  if (!flow->measuring) {
    sheet_draw(&flow->sheet);
  }
  flow_take_back(flow);
}

static void number_page(struct sheet_flow *flow) {
  const char *number = arena_printf(flow->arena, "%d", ++flow->page);
  double y = flow->y;
  flow->y = FLOW_BOTTOM + 5;
  flow_put(flow, &foot,
           words_fill(flow->arena, flow->page_word, "n", number == NULL ? "" : number, NULL),
           FLOW_LEFT, FLOW_WIDTH);
  draw(flow);
  flow->y = y;
}

void flow_turn(struct sheet_flow *flow) {
  number_page(flow);
  sheet_turn(&flow->sheet);
  flow->y = FLOW_TOP;
}

void flow_room(struct sheet_flow *flow, double height) {
  if (!flow->measuring && flow->y > FLOW_TOP && flow->y + height > FLOW_BOTTOM &&
      height <= FLOW_BOTTOM - FLOW_TOP) {
    flow_turn(flow);
  }
}

static double tallest(const struct sheet_flow *flow) {
  double height = 0;
  for (size_t i = 0; i < flow->sheet.blocks_count; i++) {
    double one = sheet_height(&flow->sheet.blocks[i]);
    height = one > height ? one : height;
  }
  return height;
}

/* What was put is kept aside while the page's foot is drawn. */
static void carry_over(struct sheet_flow *flow) {
  const struct sheet kept = flow->sheet;
  flow->sheet.below += kept.blocks_count;
  flow->sheet.blocks_count = 0;
  flow_turn(flow);
  memcpy(flow->sheet.blocks, kept.blocks, sizeof kept.blocks);
  flow->sheet.below = kept.below;
  flow->sheet.blocks_count = kept.blocks_count;
  for (size_t i = 0; i < flow->sheet.blocks_count; i++) {
    flow->sheet.blocks[i].y = flow->y;
  }
}

bool flow_fits(const struct sheet_flow *flow) {
  return flow->measuring || flow->y + tallest(flow) <= FLOW_BOTTOM;
}

void flow_end_line(struct sheet_flow *flow, double gap) {
  double height = tallest(flow);
  if (!flow_fits(flow)) {
    carry_over(flow);
  }
  flow_open(flow, flow->line_tag);
  draw(flow);
  flow_close(flow, flow->line_tag);
  flow->y += height + gap;
}

void flow_line(struct sheet_flow *flow, const struct sheet_style *style, const char *text,
               double gap) {
  if (text[0] != '\0') {
    flow_put(flow, style, text, FLOW_LEFT, FLOW_WIDTH);
    flow_end_line(flow, gap);
  }
}

enum letter_result flow_end(struct sheet_flow *flow) {
  number_page(flow);
  sheet_tag_end(&flow->sheet, "Document");
  enum letter_result result = sheet_close_pdf(&flow->sheet);
  sheet_clear(&flow->sheet);
  return result;
}
