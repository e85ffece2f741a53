#include "output/sheet.h"
#include "output/wording.h"

/* Set for A4; A5 is the same at 1/√2. */
enum {
  PAGE_WIDTH = 210,
  PAGE_HEIGHT = 297,
  MARGIN = 20,
  COLUMN = PAGE_WIDTH - 2 * MARGIN,
  LOGO_WIDTH = 70,
  LOGO_HEIGHT = 20,
  LOGO_Y = 16,
  DRAFT_Y = 6,
  TITLE_Y = 40,
  QR_SIZE = 66,
  QUIET = 12, /* four modules of 25 */
  FOOT_Y = 276,
  OFFER_END = 270
};

#define GAP      3.5
#define A5_SCALE 0.70710678

static const struct sheet_style draft_style = {.points = 13, .bold = true, .side = SHEET_CENTRE};
static const struct sheet_style title_style = {
    .points = 30, .bold = true, .tag = "H1", .side = SHEET_CENTRE};
static const struct sheet_style body_style = {.points = 16, .side = SHEET_CENTRE};
static const struct sheet_style scan_style = {.points = 16, .bold = true, .side = SHEET_CENTRE};
static const struct sheet_style fair_style = {.points = 12, .side = SHEET_CENTRE};
static const struct sheet_style foot_style = {
    .points = 11, .shade = SHEET_SOFT, .side = SHEET_CENTRE};

struct poster {
  struct sheet sheet;
  struct wording wording;
  const char *code;
  double qr_y;
};

static void add(struct poster *poster, const struct sheet_style *style, const char *language,
                const char *text, double *y) {
  *y += sheet_height(sheet_set(&poster->sheet, style, language, text, MARGIN, *y, COLUMN));
}

static void say(struct poster *poster, const struct sheet_style *style, const char *key,
                double *y) {
  add(poster, style, poster->wording.options->in.language, wording_get(&poster->wording, key), y);
}

/* The address as large as fits on one line. */
static void set_address(struct poster *poster, double *y) {
  const char *printed = wording_printed(&poster->wording, poster->code);
  struct sheet_style style = {.bold = true,
                              .shade = SHEET_LINK,
                              .side = SHEET_CENTRE,
                              .link = wording_link(&poster->wording, poster->code),
                              .broken_anywhere = true};
  static const double sizes[] = {28, 26, 24, 22, 20, 18, 16};
  struct sheet_block *block = NULL;
  for (size_t i = 0; i < array_length(sizes); i++) {
    style.points = sizes[i];
    block = sheet_set(&poster->sheet, &style, "en", printed, MARGIN, *y, COLUMN);
    if (block == NULL || block->lines == 1) {
      break;
    }
    if (i + 1 < array_length(sizes)) {
      sheet_drop(&poster->sheet);
    }
  }
  *y += sheet_height(block);
}

static void set_foot(struct poster *poster) {
  const struct letter_options *options = poster->wording.options;
  const char *contact = arena_printf(poster->wording.arena, "%s, %s, %s", options->sender,
                                     options->contact, wording_phone(&poster->wording));
  double y = FOOT_Y;
  const char *line =
      words_fill(poster->wording.arena, wording_get(&poster->wording, "poster_contact"), "contact",
                 contact != NULL ? contact : "", NULL);
  add(poster, &foot_style, options->in.language, line, &y);
}

static void set_all(struct poster *poster) {
  const struct letter_options *options = poster->wording.options;
  double y = DRAFT_Y;
  if (options->in.draft) {
    say(poster, &draft_style, "draft", &y);
  }
  y = TITLE_Y;
  say(poster, &title_style, "poster_title", &y);
  y += GAP;
  say(poster, &body_style, "poster_about", &y);
  y += GAP;
  say(poster, &scan_style, "how_scan", &y);
  y += QUIET + 1;
  poster->qr_y = y;
  y += QR_SIZE + QUIET;
  say(poster, &fair_style, "how_link", &y);
  set_address(poster, &y);
  y += GAP;
  say(poster, &fair_style, "voluntary", &y);
  say(poster, &fair_style, "unseen", &y);
  y += GAP;
  for (size_t i = 0; i < options->offered_count; i++) {
    add(poster, &fair_style, options->offered[i].language,
        wording_offer(&poster->wording, &options->offered[i]), &y);
  }
  if (y > OFFER_END) {
    sheet_fail(&poster->sheet, LETTER_LONG, "");
    poster->sheet.trouble.lines = 1 + (int)((y - OFFER_END) / 6);
  }
  set_foot(poster);
}

static void draw(struct poster *poster, enum poster_paper paper, letter_sink *sink, void *context) {
  const struct letter_options *options = poster->wording.options;
  struct sheet *sheet = &poster->sheet;
  if (paper == POSTER_A5) {
    sheet_open_pdf(sheet, 148, 210, A5_SCALE, sink, context);
  } else {
    sheet_open_pdf(sheet, PAGE_WIDTH, PAGE_HEIGHT, 1, sink, context);
  }
  sheet_describe_pdf(sheet, wording_get(&poster->wording, "poster_title"), options->sender,
                     options->today);
  sheet_tag_begin(sheet, "Document");
  sheet_show_logo(sheet, (struct sheet_place){MARGIN, LOGO_Y, LOGO_WIDTH, LOGO_HEIGHT});
  sheet_qr(sheet, wording_qr(&poster->wording, poster->code), (PAGE_WIDTH - QR_SIZE) / 2.0,
           poster->qr_y, QR_SIZE);
  sheet_draw(sheet);
  sheet_tag_end(sheet, "Document");
  sheet_turn(sheet);
  (void)!sheet_close_pdf(sheet); /* is the sheet's */
}

static enum letter_result render(struct poster *poster, enum poster_paper paper, letter_sink *sink,
                                 void *context, struct letter_trouble *trouble) {
  const struct letter_options *options = poster->wording.options;
  enum letter_result result = wording_check(options, trouble);
  if (result != LETTER_OK) {
    return result;
  }
  sheet_init(&poster->sheet);
  poster->sheet.tagged = true;
  sheet_logo(&poster->sheet, options->logo_type, options->logo, options->logo_size);
  set_all(poster);
  if (poster->sheet.result == LETTER_OK) {
    draw(poster, paper, sink, context);
  }
  *trouble = poster->sheet.trouble;
  return poster->sheet.result;
}

enum letter_result poster_render(const struct letter_options *options, enum poster_paper paper,
                                 const char *code, letter_sink *sink, void *context,
                                 struct letter_trouble *trouble) {
  struct letter_trouble own = {.lines = 0};
  struct poster poster = {.code = code, .wording = {.options = options, .arena = arena_new(0)}};
  enum letter_result result =
      poster.wording.arena == NULL ? LETTER_MEMORY : render(&poster, paper, sink, context, &own);
  if (trouble != NULL) {
    *trouble = own;
  }
  sheet_clear(&poster.sheet);
  arena_free(poster.wording.arena);
  return result;
}
