#include <string.h>

#include "base/calendar.h"
#include "base/words.h"
#include "output/codebook.h"
#include "output/sheet.h"

/* A4, millimetres. */
enum {
  PAGE_WIDTH = 210,
  PAGE_HEIGHT = 297,
  LEFT = 20,
  RIGHT = 190,
  TOP = 18,
  BOTTOM = 280,
  FACT_WIDTH = 55,
  CODE_WIDTH = 14,
  MEANING_WIDTH = 60,
  COUNT_WIDTH = 16,
  GAP = 2,
  KEEP_MM = 30 /* a heading stays with what follows */
};

static const struct sheet_style heading = {.points = 16, .bold = true, .tag = "H1"};
static const struct sheet_style section = {.points = 12.5, .bold = true, .tag = "H2"};
static const struct sheet_style name = {.points = 10, .bold = true, .tag = "H3"};
static const struct sheet_style body = {.points = 9};
static const struct sheet_style soft = {.points = 9, .shade = SHEET_SOFT};
static const struct sheet_style count = {.points = 9, .side = SHEET_END};
static const struct sheet_style count_head = {.points = 9, .bold = true, .side = SHEET_END};
static const struct sheet_style table_head = {.points = 9, .bold = true};

struct setting {
  struct sheet sheet;
  struct sheet_pdf pdf;
  const json_t *words;
  const char *language;
  struct arena *arena;
  double y;
  int page;
};

static const char *text_of(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text == NULL ? "" : text;
}

/* ---- pages */

static void put(struct setting *setting, const struct sheet_style *style, const char *text,
                double x, double width) {
  if (text[0] != '\0') {
    (void)sheet_set(&setting->sheet, style, setting->language, text, x, setting->y, width);
  }
}

static void drop_all(struct setting *setting) {
  while (setting->sheet.blocks_count > 0) {
    sheet_drop(&setting->sheet);
  }
}

static void draw(struct setting *setting) {
  if (setting->sheet.result == LETTER_OK) {
    sheet_draw(setting->pdf.cairo, &setting->sheet);
  }
  drop_all(setting);
}

static void number_page(struct setting *setting) {
  const char *number = arena_printf(setting->arena, "%d", ++setting->page);
  double y = setting->y;
  setting->y = BOTTOM + 5;
  put(setting, &soft,
      words_fill(setting->arena, words_get(setting->words, "book_page"), "n",
                 number == NULL ? "" : number, NULL),
      LEFT, RIGHT - LEFT);
  draw(setting);
  setting->y = y;
}

static void turn(struct setting *setting) {
  number_page(setting);
  cairo_show_page(setting->pdf.cairo);
  setting->y = TOP;
}

/* Draws what is set as one line, on the next page when it does not fit. */
static void end_line(struct setting *setting, double gap) {
  double height = 0;
  for (size_t i = 0; i < setting->sheet.blocks_count; i++) {
    double one = sheet_height(&setting->sheet.blocks[i]);
    height = one > height ? one : height;
  }
  if (setting->y + height > BOTTOM) {
    struct sheet kept = setting->sheet;
    setting->sheet.blocks_count = 0;
    turn(setting);
    memcpy(setting->sheet.blocks, kept.blocks, sizeof kept.blocks);
    setting->sheet.blocks_count = kept.blocks_count;
    for (size_t i = 0; i < setting->sheet.blocks_count; i++) {
      setting->sheet.blocks[i].y = setting->y;
    }
  }
  draw(setting);
  setting->y += height + gap;
}

static void line(struct setting *setting, const struct sheet_style *style, const char *text) {
  put(setting, style, text, LEFT, RIGHT - LEFT);
  end_line(setting, GAP);
}

static void head(struct setting *setting, const struct sheet_style *style, const char *text) {
  setting->y += GAP * 2;
  if (setting->y + KEEP_MM > BOTTOM) {
    turn(setting);
  }
  line(setting, style, text);
}

/* ---- content */

static void facts(struct setting *setting, const json_t *model) {
  size_t index;
  const json_t *fact;
  json_array_foreach(json_object_get(model, "facts"), index, fact) {
    put(setting, &table_head, text_of(fact, "name"), LEFT, FACT_WIDTH);
    put(setting, &body, text_of(fact, "value"), LEFT + FACT_WIDTH + GAP,
        RIGHT - LEFT - FACT_WIDTH - GAP);
    end_line(setting, 1);
  }
}

static void notes(struct setting *setting, const json_t *model) {
  size_t index;
  const json_t *note;
  head(setting, &section, words_get(setting->words, "codebook_notes"));
  json_array_foreach(json_object_get(model, "notes"), index, note) {
    line(setting, &body, json_string_value(note));
  }
}

static void counts(struct setting *setting, const struct sheet_style *style, const json_t *items) {
  size_t index;
  const json_t *item;
  double x = LEFT + CODE_WIDTH + MEANING_WIDTH;
  json_array_foreach(items, index, item) {
    if (x + COUNT_WIDTH <= RIGHT) {
      put(setting, style, json_string_value(item), x, COUNT_WIDTH - GAP);
    }
    x += COUNT_WIDTH;
  }
}

static void group(struct setting *setting, const json_t *model) {
  size_t index;
  const json_t *row;
  head(setting, &name, text_of(model, "title"));
  line(setting, &body, text_of(model, "label"));
  if (text_of(model, "universe")[0] != '\0') {
    put(setting, &soft, words_get(setting->words, "book_universe"), LEFT, FACT_WIDTH);
    put(setting, &soft, text_of(model, "universe"), LEFT + FACT_WIDTH + GAP,
        RIGHT - LEFT - FACT_WIDTH - GAP);
    end_line(setting, GAP);
  }
  counts(setting, &count_head, json_object_get(model, "heads"));
  end_line(setting, 1);
  json_array_foreach(json_object_get(model, "rows"), index, row) {
    const struct sheet_style *style = json_is_true(json_object_get(row, "missing")) ? &soft : &body;
    put(setting, style, text_of(row, "code"), LEFT, CODE_WIDTH - GAP);
    put(setting, style, text_of(row, "meaning"), LEFT + CODE_WIDTH, MEANING_WIDTH - GAP);
    counts(setting, &count, json_object_get(row, "counts"));
    end_line(setting, 0.5);
  }
}

static void long_names(struct setting *setting, const json_t *model) {
  size_t index;
  const json_t *item;
  if (json_array_size(json_object_get(model, "long")) == 0) {
    return;
  }
  head(setting, &section, words_get(setting->words, "codebook_long"));
  json_array_foreach(json_object_get(model, "long"), index, item) {
    put(setting, &table_head, text_of(item, "name"), LEFT, FACT_WIDTH);
    put(setting, &body, text_of(item, "label"), LEFT + FACT_WIDTH + GAP,
        RIGHT - LEFT - FACT_WIDTH - GAP);
    end_line(setting, 0.5);
  }
}

static void all(struct setting *setting, const json_t *model) {
  size_t index;
  const json_t *item;
  line(setting, &heading,
       words_fill(setting->arena, "{a}: {b}", "a", words_get(setting->words, "codebook_title"), "b",
                  text_of(model, "title"), NULL));
  facts(setting, model);
  notes(setting, model);
  head(setting, &section, words_get(setting->words, "codebook_variables"));
  json_array_foreach(json_object_get(model, "groups"), index, item) {
    group(setting, item);
  }
  long_names(setting, model);
  number_page(setting);
}

/* ---- the file */

static enum export_result result_of(struct export *export, const struct setting *setting,
                                    enum letter_result closed) {
  enum letter_result result = setting->sheet.result != LETTER_OK ? setting->sheet.result : closed;
  if (result == LETTER_OK) {
    return EXPORT_OK;
  }
  (void)snprintf(export->trouble.what, sizeof export->trouble.what, "%s",
                 setting->sheet.trouble.what);
  if (result == LETTER_FONT || result == LETTER_GLYPH) {
    return EXPORT_FONT;
  }
  return result == LETTER_STOPPED ? EXPORT_SCRATCH : EXPORT_MEMORY;
}

enum export_result codebook_pdf(struct export *export, const json_t *model, FILE *file) {
  char date[CALENDAR_DATE_BYTES], moment[CALENDAR_DATE_BYTES + 16];
  struct setting *setting = arena_alloc(export->arena, sizeof *setting);
  if (setting == NULL) {
    return EXPORT_MEMORY;
  }
  *setting = (struct setting){.words = export->options.words,
                              .language = export->options.questionnaire->language,
                              .arena = export->arena,
                              .y = TOP};
  sheet_init(&setting->sheet);
  setting->sheet.tagged = true;
  calendar_write(export->day, date);
  (void)snprintf(moment, sizeof moment, "%sT00:00:00Z", date);
  enum letter_result closed = LETTER_MEMORY;
  if (sheet_open_pdf(&setting->pdf, PAGE_WIDTH, PAGE_HEIGHT, export_to_file, file)) {
    sheet_describe_pdf(&setting->pdf, export->options.round_title, export->options.controller,
                       moment);
    all(setting, model);
    closed = sheet_close_pdf(&setting->pdf);
  }
  enum export_result result = result_of(export, setting, closed);
  sheet_clear(&setting->sheet);
  return result == EXPORT_OK && fflush(file) != 0 ? EXPORT_SCRATCH : result;
}
