#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "output/sheet.h"
#include "output/wording.h"

/* The page in millimetres. The upper two thirds hold the text, the lower one how to answer:
 * what lies below the second fold is never crossed by one. */
enum {
  PAGE_WIDTH = 210,
  PAGE_HEIGHT = 297,
  MARGIN = 20,
  COLUMN = PAGE_WIDTH - 2 * MARGIN,
  SENDER_X = 122, /* the sender stands beside the window: right of it, or left */
  SENDER_Y = 42,
  SENDER_LEAST = 45,
  LOGO_Y = 14,
  LOGO_WIDTH = 70,
  LOGO_HEIGHT = 18,
  DRAFT_Y = 5,
  BODY_Y = 84,
  BODY_END = 196,
  FOLD = 99,
  HOW_Y = 201,
  QR_SIZE = 28,
  QR_INSET = 3, /* from the margin, so that its quiet zone stays clear of the text above */
  HOW_COLUMN_X = 62,
  OFFER_Y = 249,
  OFFER_END = 285,
  PRIVACY_Y = 287
};

#define GAP                2.7 /* between paragraphs */
#define RIGHT_TO_LEFT_MARK "\xE2\x80\x8F"
#define OFFER_GAP          0.6
#define LINK_LEAST         12.0
#define LINK_MOST          15.0

static const struct sheet_style title_style = {.points = 18, .bold = true, .tag = "H1"};
static const struct sheet_style heading_style = {.points = 13, .bold = true, .tag = "H2"};
static const struct sheet_style body_style = {.points = 10.5};
static const struct sheet_style strong_style = {.points = 10.5, .bold = true};
static const struct sheet_style sender_style = {.points = 10};
static const struct sheet_style sender_name_style = {.points = 11, .bold = true};
static const struct sheet_style offer_style = {.points = 10.5};
static const struct sheet_style draft_style = {.points = 10.5, .bold = true, .side = SHEET_CENTRE};

struct letter_file {
  const struct letter_options *options;
  struct arena *arena;
  struct sheet sheet; /* what all letters have */
  bool open;          /* the PDF is */
  bool mirrored;      /* the letter's language is read from right to left */
  double link_y;      /* of the address */
  double code_room;   /* its width */
};

static struct wording wording_of(const struct letter_file *file, struct arena *arena) {
  return (struct wording){.options = file->options, .arena = arena};
}

/* ---- what all letters have */

/* Sets a paragraph and moves y below it. */
static void add(struct letter_file *file, const struct sheet_style *style, const char *text,
                double x, double width, double *y) {
  if (text[0] == '\0') {
    return;
  }
  if (file->mirrored) { /* also a name in Latin letters begins at the right */
    const char *marked = arena_printf(file->arena, RIGHT_TO_LEFT_MARK "%s", text);
    text = marked != NULL ? marked : text;
  }
  *y +=
      sheet_height(sheet_set(&file->sheet, style, file->options->in.language, text, x, *y, width));
}

static double sender_end(struct letter_file *file) {
  const struct letter_options *options = file->options;
  struct wording wording = wording_of(file, file->arena);
  double x = SENDER_X, width = PAGE_WIDTH - MARGIN - SENDER_X, y = SENDER_Y;
  if (options->window_x + options->window_width > SENDER_X - 2) {
    x = MARGIN;
    width = options->window_x - MARGIN - 3;
  }
  if (width < SENDER_LEAST || options->window_width <= 0 || options->window_height <= 0 ||
      options->window_y < LETTER_WINDOW_TOP_MM ||
      options->window_y + options->window_height > LETTER_WINDOW_BOTTOM_MM ||
      options->window_x < 0 || options->window_x + options->window_width > PAGE_WIDTH) {
    sheet_fail(&file->sheet, LETTER_WINDOW, "");
    return y;
  }
  add(file, &sender_name_style, options->sender, x, width, &y);
  add(file, &sender_style, options->contact, x, width, &y);
  add(file, &sender_style, wording_phone(&wording), x, width, &y);
  add(file, &sender_style, options->email, x, width, &y);
  y += GAP;
  add(file, &sender_style, wording_date(&wording), x, width, &y);
  return y;
}

static double greater(double a, double b) {
  return a > b ? a : b;
}

/* "About …" and who carries it out are one paragraph. */
static const char *about(const struct wording *wording) {
  const char *controller = wording_controller(wording);
  const char *text = arena_printf(wording->arena, "%s%s%s", wording_get(wording, "about"),
                                  controller[0] == '\0' ? "" : " ", controller);
  return text != NULL ? text : "";
}

static const char *fairness(const struct wording *wording) {
  const char *text = arena_printf(wording->arena, "%s %s", wording_get(wording, "voluntary"),
                                  wording_get(wording, "unseen"));
  return text != NULL ? text : "";
}

static void signature(struct letter_file *file, const struct wording *wording, double *y) {
  add(file, &body_style, wording_get(wording, "closing"), MARGIN, COLUMN, y);
  const char *name =
      arena_printf(wording->arena, "%s, %s", file->options->contact, file->options->sender);
  add(file, &body_style, name != NULL ? name : "", MARGIN, COLUMN, y);
}

/* Says by how many lines a text goes beyond the place it has. */
static void check_room(struct letter_file *file, double y, double end) {
  if (file->sheet.result != LETTER_OK || y <= end) {
    return;
  }
  struct sheet_block *line =
      sheet_set(&file->sheet, &body_style, file->options->in.language, "x", 0, 0, COLUMN);
  double height = sheet_height(line);
  sheet_drop(&file->sheet);
  sheet_fail(&file->sheet, LETTER_LONG, "");
  file->sheet.trouble.lines = height > 0 ? (int)ceil((y - end) / height) : 1;
}

static void set_body(struct letter_file *file) {
  struct wording wording = wording_of(file, file->arena);
  double y = greater(sender_end(file) + 4, BODY_Y);
  y = greater(y, file->options->window_y + file->options->window_height + 6);
  add(file, &title_style, wording_get(&wording, "title"), MARGIN, COLUMN, &y);
  const char *const paragraphs[] = {wording_get(&wording, "greeting"), about(&wording),
                                    file->options->own_words, fairness(&wording)};
  for (size_t i = 0; i < array_length(paragraphs); i++) {
    y += paragraphs[i][0] != '\0' ? GAP : 0;
    add(file, &body_style, paragraphs[i], MARGIN, COLUMN, &y);
  }
  y += GAP;
  signature(file, &wording, &y);
  check_room(file, y, BODY_END);
}

/* "1. Scan …", "2. Or type …": a list for the eye, read in order by a screen reader. */
static void add_step(struct letter_file *file, const struct wording *wording, int number,
                     const char *key, double x, double width, double *y) {
  const char *step = arena_printf(wording->arena, "%d. %s", number, wording_get(wording, key));
  add(file, &body_style, step != NULL ? step : "", x, width, y);
  *y += 0.8;
}

static double qr_x(const struct letter_file *file) {
  return file->mirrored ? PAGE_WIDTH - MARGIN - QR_INSET - QR_SIZE : MARGIN + QR_INSET;
}

static double qr_y(const struct letter_file *file) {
  (void)file;
  return sheet_below_folds(HOW_Y + 12, QR_SIZE, QR_SIZE * 4.0 / 21);
}

static double how_x(const struct letter_file *file) {
  return file->mirrored ? MARGIN : HOW_COLUMN_X;
}

/* The height that the address takes is the one of its largest size. */
static double set_how(struct letter_file *file) {
  struct wording wording = wording_of(file, file->arena);
  double y = HOW_Y, x = how_x(file), width = PAGE_WIDTH - MARGIN - HOW_COLUMN_X;
  add(file, &heading_style, wording_get(&wording, "how_title"), MARGIN, COLUMN, &y);
  y += 1;
  add_step(file, &wording, 1, "how_scan", x, width, &y);
  add_step(file, &wording, 2, "how_link", x, width, &y);
  file->link_y = y;
  file->code_room = width;
  y += 8.5;
  add(file, &strong_style, wording_get(&wording, "gone"), x, width, &y);
  y += 1;
  add(file, &body_style, wording_both(&wording), x, width, &y);
  return y;
}

static void set_offers(struct letter_file *file, double y) {
  struct wording wording = wording_of(file, file->arena);
  y = greater(y + 2, OFFER_Y);
  for (size_t i = 0; i < file->options->offered_count; i++) {
    const struct letter_language *offered = &file->options->offered[i];
    const struct sheet_block *block =
        sheet_set(&file->sheet, &offer_style, offered->language, wording_offer(&wording, offered),
                  MARGIN, y, COLUMN);
    y += sheet_height(block) + OFFER_GAP;
  }
  check_room(file, y, OFFER_END);
  struct sheet_style style = {
      .points = 8.5, .shade = SHEET_SOFT, .link = wording_privacy_link(&wording)};
  double privacy_y = PRIVACY_Y;
  add(file, &style, wording_privacy(&wording), MARGIN, COLUMN, &privacy_y);
}

static void set_all(struct letter_file *file) {
  struct wording wording = wording_of(file, file->arena);
  double y = DRAFT_Y;
  file->mirrored = wording_is_mirrored(file->options->in.words);
  if (file->options->in.draft) {
    add(file, &draft_style, wording_get(&wording, "draft"), MARGIN, COLUMN, &y);
  }
  set_body(file);
  set_offers(file, set_how(file));
}

/* ---- one letter */

/* The address as large as fits, at least 12 points, then broken. */
static void draw_address(struct letter_file *file, const struct wording *wording,
                         const char *code) {
  const struct sheet_style style = {.points = LINK_MOST,
                                    .bold = true,
                                    .shade = SHEET_LINK,
                                    .link = wording_link(wording, code),
                                    .side = file->mirrored ? SHEET_END : SHEET_START,
                                    .broken_anywhere = true};
  sheet_fit(&file->sheet, &style, LINK_LEAST, "en", wording_printed(wording, code), how_x(file),
            file->link_y, file->code_room);
}

static void line(struct letter_file *file, double x1, double y1, double x2, double y2,
                 double points) {
  sheet_line(&file->sheet, x1, y1, x2, y2, points, 0.4);
}

static void draw_marks(struct letter_file *file) {
  for (int fold = FOLD; file->options->fold_marks && fold < PAGE_HEIGHT; fold += FOLD) {
    line(file, 4, fold, 9, fold, 0.5);
  }
  line(file, MARGIN, HOW_Y - 2.5, PAGE_WIDTH - MARGIN, HOW_Y - 2.5, 0.75);
}

enum letter_result letter_add(struct letter_file *file, const char *code) {
  struct sheet *sheet = &file->sheet;
  struct arena *arena = sheet->result == LETTER_OK ? arena_new(0) : NULL;
  if (arena == NULL) {
    sheet_fail(sheet, LETTER_MEMORY, "");
    return sheet->result;
  }
  struct wording wording = wording_of(file, arena);
  sheet_tag_begin(sheet, "Document");
  sheet_show_logo(sheet, (struct sheet_place){MARGIN, LOGO_Y, LOGO_WIDTH, LOGO_HEIGHT});
  sheet_draw(sheet);
  draw_marks(file);
  sheet_qr(sheet, wording_qr(&wording, code), qr_x(file), qr_y(file), QR_SIZE);
  draw_address(file, &wording, code);
  sheet_tag_end(sheet, "Document");
  sheet_turn(sheet);
  arena_free(arena);
  return sheet->result;
}

/* ---- the file */

static enum letter_result prepare(struct letter_file *file, struct letter_trouble *trouble) {
  const struct letter_options *options = file->options;
  file->arena = arena_new(0);
  if (file->arena == NULL) {
    return LETTER_MEMORY;
  }
  enum letter_result result = wording_check(options, trouble);
  if (result != LETTER_OK) {
    return result;
  }
  sheet_init(&file->sheet);
  file->sheet.tagged = options->tagged;
  sheet_logo(&file->sheet, options->logo_type, options->logo, options->logo_size);
  set_all(file);
  *trouble = file->sheet.trouble;
  return file->sheet.result;
}

static void file_free(struct letter_file *file) {
  sheet_clear(&file->sheet);
  arena_free(file->arena);
  free(file);
}

enum letter_result letter_begin(const struct letter_options *options, letter_sink *sink,
                                void *context, struct letter_file **out,
                                struct letter_trouble *trouble) {
  struct letter_trouble own = {.lines = 0};
  struct letter_file *file = calloc(1, sizeof *file);
  *out = NULL;
  if (file == NULL) {
    return LETTER_MEMORY;
  }
  file->options = options;
  enum letter_result result = prepare(file, &own);
  if (trouble != NULL) {
    *trouble = own;
  }
  if (result == LETTER_OK && sink != NULL) {
    struct wording wording = wording_of(file, file->arena);
    file->open = true;
    sheet_open_pdf(&file->sheet, PAGE_WIDTH, PAGE_HEIGHT, 1, sink, context);
    sheet_describe_pdf(&file->sheet, wording_get(&wording, "title"), options->sender,
                       options->today);
  }
  if (result == LETTER_OK) {
    *out = file;
  } else {
    file_free(file);
  }
  return result;
}

enum letter_result letter_end(struct letter_file *file) {
  enum letter_result result = file->open ? sheet_close_pdf(&file->sheet) : file->sheet.result;
  file_free(file);
  return result;
}

enum letter_result letter_check(const struct letter_options *options,
                                struct letter_trouble *trouble) {
  struct letter_file *file;
  enum letter_result result = letter_begin(options, NULL, NULL, &file, trouble);
  return result == LETTER_OK ? letter_end(file) : result;
}

/* ---- the test print */

static void frame(struct letter_file *file) {
  const struct letter_options *options = file->options;
  double left = options->window_x, right = left + options->window_width;
  double top = options->window_y, bottom = top + options->window_height;
  line(file, left, top, right, top, 0.75);
  line(file, left, bottom, right, bottom, 0.75);
  line(file, left, top, left, bottom, 0.75);
  line(file, right, top, right, bottom, 0.75);
}

static const char *number(struct arena *arena, int value) {
  const char *text = arena_printf(arena, "%d", value);
  return text != NULL ? text : "";
}

static void set_test(struct letter_file *file) {
  const struct letter_options *options = file->options;
  struct wording wording = wording_of(file, file->arena);
  struct arena *arena = file->arena;
  static const struct sheet_style small = {.points = 8.5};
  double y = 108;
  const char *window = words_fill(
      arena, wording_get(&wording, "test_window"), "x", number(arena, options->window_x), "y",
      number(arena, options->window_y), "width", number(arena, options->window_width), "height",
      number(arena, options->window_height), NULL);
  (void)sheet_set(&file->sheet, &small, options->in.language, window, options->window_x + 2,
                  options->window_y + 2, options->window_width - 4);
  add(file, &title_style, wording_get(&wording, "test_title"), MARGIN, COLUMN, &y);
  y += GAP;
  add(file, &body_style, wording_get(&wording, "test_about"), MARGIN, COLUMN, &y);
  y = 158;
  add(file, &body_style, wording_get(&wording, "test_ruler"), MARGIN, COLUMN, &y);
  for (int fold = FOLD; fold < PAGE_HEIGHT; fold += FOLD) {
    const char *text =
        words_fill(arena, wording_get(&wording, "test_fold"), "y", number(arena, fold), NULL);
    double below = fold + 1;
    add(file, &small, text, MARGIN, COLUMN, &below);
  }
}

static void draw_test(struct letter_file *file) {
  sheet_tag_begin(&file->sheet, "Document");
  sheet_draw(&file->sheet);
  sheet_tag_end(&file->sheet, "Document");
  frame(file);
  for (int fold = FOLD; fold < PAGE_HEIGHT; fold += FOLD) {
    line(file, 4, fold, PAGE_WIDTH - 4, fold, 0.5);
  }
  line(file, MARGIN, 154, MARGIN + 100, 154, 1);
  line(file, MARGIN, 151, MARGIN, 157, 1);
  line(file, MARGIN + 100, 151, MARGIN + 100, 157, 1);
  sheet_turn(&file->sheet);
}

enum letter_result letter_test_print(const struct letter_options *options, letter_sink *sink,
                                     void *context, struct letter_trouble *trouble) {
  struct letter_file *file;
  enum letter_result result = letter_begin(options, sink, context, &file, trouble);
  if (result != LETTER_OK) {
    return result;
  }
  while (file->sheet.blocks_count > 0) {
    sheet_drop(&file->sheet);
  }
  set_test(file);
  draw_test(file);
  return letter_end(file);
}
