/* hjemsvar-press: sets and draws letters, posters and the PDFs of reports and codebooks for the
 * server and the command line, which start it for each file (server/output/press.h). It reads
 * orders from the socket that is its standard input until that ends, and has nothing to do with
 * the database, keys or settings. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/version.h"
#include "orders.h"
#include "page.h"

enum { SIDES = 3, SHADES = 3, PAGES_MAX = 1000000, MODULES_MAX = 177 };

/* ---- orders */

static struct page_style style_of(struct orders *orders) {
  struct page_style style = {.points = orders_number(orders)};
  style.bold = orders_count(orders, 1) == 1;
  style.side = (int)orders_count(orders, SIDES - 1);
  style.broken_anywhere = orders_count(orders, 1) == 1;
  return style;
}

static void set_block(struct page *page, struct orders *orders, struct press_reply *reply) {
  struct page_style style = style_of(orders);
  double width = orders_number(orders);
  const char *language = orders_text(orders), *text = orders_text(orders);
  orders->bad = orders->bad || page->pile_count == PRESS_PILE_MAX;
  if (!orders->bad) {
    int lines;
    reply->result = page_set(page, &style, width, language, text, &reply->height, &lines);
    reply->lines = lines;
  }
}

static void drop_block(struct page *page, struct orders *orders) {
  orders->bad = page->pile_count == 0;
  if (!orders->bad) {
    page_drop(page);
  }
}

static void draw_block(struct page *page, struct orders *orders) {
  size_t number = orders_count(orders, PRESS_PILE_MAX);
  struct page_block block = {.x = orders_number(orders)};
  block.y = orders_number(orders);
  block.shade = (int)orders_count(orders, SHADES - 1);
  block.tag = orders_text(orders);
  block.link = orders_text(orders);
  orders->bad = orders->bad || number >= page->pile_count;
  if (!orders->bad) {
    page_draw(page, number, &block);
  }
}

static void fit_text(struct page *page, struct orders *orders) {
  double least = orders_number(orders);
  struct page_style style = style_of(orders);
  double width = orders_number(orders);
  struct page_block block = {.x = orders_number(orders)};
  block.y = orders_number(orders);
  block.shade = (int)orders_count(orders, SHADES - 1);
  const char *language = orders_text(orders), *text = orders_text(orders);
  block.tag = orders_text(orders);
  block.link = orders_text(orders);
  orders->bad = orders->bad || page->pile_count == PRESS_PILE_MAX;
  if (!orders->bad) {
    page_fit(page, &style, least, width, language, text, &block);
  }
}

static struct page_place place_of(struct orders *orders) {
  struct page_place place;
  place.x = orders_number(orders);
  place.y = orders_number(orders);
  place.width = orders_number(orders);
  place.height = orders_number(orders);
  return place;
}

static void draw_line(struct page *page, struct orders *orders) {
  double ends[4];
  for (size_t i = 0; i < array_length(ends); i++) {
    ends[i] = orders_number(orders);
  }
  double points = orders_number(orders);
  page_line(page, ends, points, orders_number(orders));
}

static void draw_qr(struct page *page, struct orders *orders) {
  size_t size;
  double x = orders_number(orders), y = orders_number(orders), side = orders_number(orders);
  size_t modules = orders_count(orders, MODULES_MAX);
  const unsigned char *dark = orders_bytes(orders, &size);
  orders->bad = orders->bad || modules == 0 || size != modules * modules;
  if (!orders->bad) {
    page_qr(page, x, y, side, modules, dark);
  }
}

static void draw_svg(struct page *page, struct orders *orders) {
  size_t size;
  struct page_place place = place_of(orders);
  const unsigned char *svg = orders_bytes(orders, &size);
  page_svg(page, &place, svg, size);
}

static void show_logo(struct page *page, struct orders *orders) {
  struct page_place place = place_of(orders);
  page_show_logo(page, &place);
}

static void load_logo(struct page *page, struct orders *orders, struct press_reply *reply) {
  size_t size;
  struct letter_trouble trouble = {.what = ""};
  const char *type = orders_text(orders);
  const unsigned char *bytes = orders_bytes(orders, &size);
  logo_clear(&page->logo);
  reply->result = logo_load(&page->logo, type, bytes, size, &trouble);
  (void)snprintf(reply->what, sizeof reply->what, "%s", trouble.what);
}

static void look_for_fonts(struct page *page, struct press_reply *reply) {
  const char *missing = page_font_missing(page);
  if (missing != NULL) {
    reply->result = LETTER_FONT;
    (void)snprintf(reply->what, sizeof reply->what, "%s", missing);
  }
}

static void open_pdf(struct page *page, struct orders *orders) {
  double width = orders_number(orders), height = orders_number(orders);
  page_open(page, width, height, orders_number(orders));
}

static void describe(struct page *page, struct orders *orders) {
  const char *title = orders_text(orders), *author = orders_text(orders);
  page_describe(page, title, author, orders_text(orders));
}

static void add_outline(struct page *page, struct orders *orders) {
  int number = (int)orders_count(orders, PAGES_MAX);
  page_outline(page, number, orders_text(orders));
}

static void carry_out(struct page *page, enum press_order order, struct orders *orders,
                      struct press_reply *reply) {
  switch (order) {
  case PRESS_FONTS:
    look_for_fonts(page, reply);
    return;
  case PRESS_SET:
    set_block(page, orders, reply);
    return;
  case PRESS_DROP:
    drop_block(page, orders);
    return;
  case PRESS_OPEN:
    open_pdf(page, orders);
    return;
  case PRESS_DESCRIBE:
    describe(page, orders);
    return;
  case PRESS_TAG_BEGIN:
    page_tag_begin(page, orders_text(orders));
    return;
  case PRESS_TAG_END:
    page_tag_end(page, orders_text(orders));
    return;
  case PRESS_DRAW:
    draw_block(page, orders);
    return;
  case PRESS_FIT:
    fit_text(page, orders);
    return;
  case PRESS_LINE:
    draw_line(page, orders);
    return;
  case PRESS_QR:
    draw_qr(page, orders);
    return;
  case PRESS_SVG:
    draw_svg(page, orders);
    return;
  case PRESS_LOGO:
    load_logo(page, orders, reply);
    return;
  case PRESS_SHOW_LOGO:
    show_logo(page, orders);
    return;
  case PRESS_OUTLINE:
    add_outline(page, orders);
    return;
  case PRESS_TURN:
    page_turn(page);
    return;
  case PRESS_CLOSE:
    page_close(page);
    return;
  case PRESS_ORDERS:
    return;
  }
}

/* ---- batches */

/* The reply's result is that of the last order, or of the PDF when that went well. */
static bool take_batch(struct page *page, const unsigned char *bytes, size_t size) {
  struct orders orders = {.at = bytes, .end = bytes + size};
  struct press_reply reply;
  enum press_order order;
  memset(&reply, 0, sizeof reply);
  while (orders_next(&orders, &order)) {
    memset(&reply, 0, sizeof reply);
    carry_out(page, order, &orders, &reply);
  }
  if (orders.bad || page->out.failed) {
    return false;
  }
  reply.result = reply.result != LETTER_OK ? reply.result : (int32_t)page_state(page);
  reply.pdf_bytes = (uint32_t)page->out.length;
  bool good = press_wire_send(STDIN_FILENO, &reply, sizeof reply) &&
              press_wire_send(STDIN_FILENO, page->out.data, page->out.length);
  text_reset(&page->out);
  return good;
}

/* Until nobody listens any longer. */
static int work(struct page *page) {
  unsigned char *bytes = NULL;
  bool good = true;
  for (uint32_t size; good && press_wire_receive(STDIN_FILENO, &size, sizeof size);) {
    unsigned char *more = size <= PRESS_BATCH_MAX ? realloc(bytes, size + 1) : NULL;
    bytes = more != NULL ? more : bytes;
    good = more != NULL && press_wire_receive(STDIN_FILENO, bytes, size) &&
           take_batch(page, bytes, size);
  }
  free(bytes);
  return good ? EXIT_CODE_OK : EXIT_CODE_DATA;
}

int main(int argc, char **argv) {
  struct page page;
  if (argc != 2 || strcmp(argv[1], VERSION_TEXT) != 0) {
    (void)fputs("hjemsvar-press " VERSION_TEXT
                ": is started by hjemsvar and hjemsvar-server of the "
                "same version\n",
                stderr);
    return EXIT_CODE_USAGE;
  }
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
  page_init(&page);
  int code = work(&page);
  page_clear(&page);
  return code;
}
