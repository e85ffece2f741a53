#include "output/sheet.h"

#include <string.h>

#include "output/qr.h"

static const double folds[] = {99, 198};

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

/* ---- the press */

static const struct press_reply *ask(struct sheet *sheet) {
  const struct press_reply *reply;
  enum letter_result result = press_ask(sheet->press, &reply);
  if (result == LETTER_PROGRAM) {
    sheet_fail(sheet, result, "it broke off");
  } else if (result != LETTER_OK) {
    sheet_fail(sheet, result, reply->what);
  }
  return reply;
}

static bool order(struct sheet *sheet, enum press_order what) {
  if (sheet->result != LETTER_OK) {
    return false;
  }
  press_order(sheet->press, what);
  return true;
}

static void numbers(struct sheet *sheet, const double *list, size_t count) {
  for (size_t i = 0; i < count; i++) {
    press_number(sheet->press, list[i]);
  }
}

static void place_of(struct sheet *sheet, struct sheet_place place) {
  numbers(sheet, (const double[]){place.x, place.y, place.width, place.height}, 4);
}

static void text_of(struct sheet *sheet, const char *text) {
  press_text(sheet->press, text != NULL ? text : "");
}

static void start(struct sheet *sheet) {
  enum letter_result result;
  struct letter_trouble trouble = {.what = ""};
  memset(sheet, 0, sizeof *sheet);
  sheet->press = press_open(&result, &trouble);
  if (sheet->press == NULL) {
    sheet_fail(sheet, result, trouble.what);
  }
}

void sheet_init(struct sheet *sheet) {
  start(sheet);
  if (!order(sheet, PRESS_FONTS)) {
    return;
  }
  bool patient = press_wait(sheet->press, PRESS_FONTS_S);
  (void)ask(sheet);
  if (!patient || !press_wait(sheet->press, PRESS_TURN_S)) {
    sheet_fail(sheet, LETTER_PROGRAM, "");
  }
}

void sheet_clear(struct sheet *sheet) {
  press_free(sheet->press);
  sheet->press = NULL;
}

enum letter_result letter_fonts_check(struct letter_trouble *trouble) {
  struct sheet sheet;
  sheet_init(&sheet);
  *trouble = sheet.trouble;
  sheet_clear(&sheet);
  return sheet.result;
}

/* ---- blocks of text */

static void style_of(struct sheet *sheet, const struct sheet_style *style, double width) {
  numbers(sheet,
          (const double[]){style->points, style->bold, style->side, style->broken_anywhere, width},
          5);
}

struct sheet_block *sheet_set(struct sheet *sheet, const struct sheet_style *style,
                              const char *language, const char *text, double x, double y,
                              double width) {
  if (sheet->blocks_count == SHEET_BLOCKS_MAX) {
    sheet_fail(sheet, LETTER_LONG, text);
  }
  if (!order(sheet, PRESS_SET)) {
    return NULL;
  }
  style_of(sheet, style, width);
  text_of(sheet, language);
  text_of(sheet, text);
  const struct press_reply *reply = ask(sheet);
  if (sheet->result == LETTER_GLYPH) {
    sheet->result = LETTER_OK; /* say of which text */
    if (!style->any_character) {
      sheet_fail(sheet, LETTER_GLYPH, text);
    }
  }
  struct sheet_block *block = &sheet->blocks[sheet->blocks_count];
  *block = (struct sheet_block){.number = sheet->below + sheet->blocks_count,
                                .x = x,
                                .y = y,
                                .height = reply->height,
                                .lines = reply->lines,
                                .style = *style};
  sheet->blocks_count++;
  return sheet->result == LETTER_OK ? block : NULL;
}

double sheet_height(const struct sheet_block *block) {
  return block != NULL ? block->height : 0;
}

void sheet_drop(struct sheet *sheet) {
  if (sheet->blocks_count > 0) {
    sheet->blocks_count--;
    (void)order(sheet, PRESS_DROP);
  }
}

/* ---- drawing */

static void tag(struct sheet *sheet, enum press_order what, const char *name) {
  if (sheet->tagged && order(sheet, what)) {
    text_of(sheet, name);
  }
}

void sheet_tag_begin(struct sheet *sheet, const char *name) {
  tag(sheet, PRESS_TAG_BEGIN, name);
}

void sheet_tag_end(struct sheet *sheet, const char *name) {
  tag(sheet, PRESS_TAG_END, name);
}

static const char *tag_of(const struct sheet *sheet, const struct sheet_style *style) {
  return !sheet->tagged ? "" : style->tag != NULL ? style->tag : "P";
}

static void draw_block(struct sheet *sheet, const struct sheet_block *block) {
  if (order(sheet, PRESS_DRAW)) {
    numbers(sheet, (const double[]){(double)block->number, block->x, block->y, block->style.shade},
            4);
    text_of(sheet, tag_of(sheet, &block->style));
    text_of(sheet, block->style.link);
  }
}

void sheet_draw(struct sheet *sheet) {
  for (size_t i = 0; i < sheet->blocks_count; i++) {
    draw_block(sheet, &sheet->blocks[i]);
  }
}

void sheet_fit(struct sheet *sheet, const struct sheet_style *style, double least,
               const char *language, const char *text, double x, double y, double width) {
  if (order(sheet, PRESS_FIT)) {
    press_number(sheet->press, least);
    style_of(sheet, style, width);
    numbers(sheet, (const double[]){x, y, style->shade}, 3);
    text_of(sheet, language);
    text_of(sheet, text);
    text_of(sheet, tag_of(sheet, style));
    text_of(sheet, style->link);
  }
}

void sheet_line(struct sheet *sheet, double x1, double y1, double x2, double y2, double points,
                double grey) {
  if (order(sheet, PRESS_LINE)) {
    numbers(sheet, (const double[]){x1, y1, x2, y2, points, grey}, 6);
  }
}

void sheet_svg(struct sheet *sheet, const struct text *svg, struct sheet_place place) {
  if (svg->failed) {
    sheet_fail(sheet, LETTER_MEMORY, "");
  }
  sheet_tag_begin(sheet, "Figure");
  if (order(sheet, PRESS_SVG)) {
    place_of(sheet, place);
    press_bytes(sheet->press, svg->data, svg->length);
  }
  sheet_tag_end(sheet, "Figure");
}

void sheet_qr(struct sheet *sheet, const char *content, double x, double y, double size) {
  struct qr_modules modules;
  enum qr_result result = qr_modules(content, &modules);
  if (result != QR_OK) {
    sheet_fail(sheet, result == QR_LONG ? LETTER_LINK : LETTER_MEMORY, "");
    return;
  }
  sheet_tag_begin(sheet, "Figure");
  if (order(sheet, PRESS_QR)) {
    numbers(sheet, (const double[]){x, y, size, modules.width}, 4);
    press_bytes(sheet->press, modules.dark, (size_t)modules.width * (size_t)modules.width);
  }
  sheet_tag_end(sheet, "Figure");
  qr_modules_clear(&modules);
}

double sheet_below_folds(double y, double size, double quiet) {
  for (size_t i = 0; i < array_length(folds); i++) {
    if (y - quiet < folds[i] && y + size + quiet > folds[i]) {
      y = folds[i] + quiet;
    }
  }
  return y;
}

/* ---- the municipality's mark */

void sheet_logo(struct sheet *sheet, const char *type, const unsigned char *bytes, size_t size) {
  if (type != NULL && order(sheet, PRESS_LOGO)) {
    text_of(sheet, type);
    press_bytes(sheet->press, bytes, size);
    (void)ask(sheet);
    sheet->has_logo = true;
  }
}

void sheet_show_logo(struct sheet *sheet, struct sheet_place place) {
  if (!sheet->has_logo) {
    return;
  }
  sheet_tag_begin(sheet, "Figure");
  if (order(sheet, PRESS_SHOW_LOGO)) {
    place_of(sheet, place);
  }
  sheet_tag_end(sheet, "Figure");
}

enum letter_result letter_logo_check(const unsigned char *bytes, size_t size, const char **type,
                                     struct letter_trouble *trouble) {
  static const unsigned char png[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  struct sheet sheet;
  *type = size >= sizeof png && memcmp(bytes, png, sizeof png) == 0 ? "png" : "svg";
  start(&sheet);
  sheet_logo(&sheet, *type, bytes, size);
  if (sheet.result != LETTER_OK) {
    *trouble = sheet.trouble;
  }
  sheet_clear(&sheet);
  return sheet.result;
}

/* ---- the PDF */

void sheet_open_pdf(struct sheet *sheet, double width, double height, double scale,
                    letter_sink *sink, void *context) {
  if (order(sheet, PRESS_OPEN)) {
    numbers(sheet, (const double[]){width, height, scale}, 3);
    press_give_to(sheet->press, sink, context);
  }
}

void sheet_describe_pdf(struct sheet *sheet, const char *title, const char *author,
                        const char *today) {
  if (order(sheet, PRESS_DESCRIBE)) {
    text_of(sheet, title);
    text_of(sheet, author);
    text_of(sheet, today);
  }
}

void sheet_outline(struct sheet *sheet, const char *title, int page) {
  if (order(sheet, PRESS_OUTLINE)) {
    press_number(sheet->press, page);
    text_of(sheet, title);
  }
}

void sheet_turn(struct sheet *sheet) {
  (void)order(sheet, PRESS_TURN);
}

enum letter_result sheet_close_pdf(struct sheet *sheet) {
  if (order(sheet, PRESS_CLOSE)) {
    (void)ask(sheet);
  }
  return sheet->result;
}
