#include <string.h>

#include "base/calendar.h"
#include "base/words.h"
#include "output/codebook.h"
#include "output/sheet_flow.h"

/* Millimetres. */
enum {
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
  struct sheet_flow flow;
  const json_t *words;
  struct arena *arena;
};

static const char *text_of(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text == NULL ? "" : text;
}

static void put(struct setting *setting, const struct sheet_style *style, const char *text,
                double x, double width) {
  flow_put(&setting->flow, style, text, x, width);
}

static void end_line(struct setting *setting, double gap) {
  flow_end_line(&setting->flow, gap);
}

static void line(struct setting *setting, const struct sheet_style *style, const char *text) {
  flow_line(&setting->flow, style, text, GAP);
}

static void head(struct setting *setting, const struct sheet_style *style, const char *text) {
  setting->flow.y += GAP * 2;
  flow_room(&setting->flow, KEEP_MM);
  line(setting, style, text);
}

/* ---- content */

static void facts(struct setting *setting, const json_t *model) {
  size_t index;
  const json_t *fact;
  json_array_foreach(json_object_get(model, "facts"), index, fact) {
    put(setting, &table_head, text_of(fact, "name"), FLOW_LEFT, FACT_WIDTH);
    put(setting, &body, text_of(fact, "value"), FLOW_LEFT + FACT_WIDTH + GAP,
        FLOW_RIGHT - FLOW_LEFT - FACT_WIDTH - GAP);
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
  double x = FLOW_LEFT + CODE_WIDTH + MEANING_WIDTH;
  json_array_foreach(items, index, item) {
    if (x + COUNT_WIDTH <= FLOW_RIGHT) {
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
    put(setting, &soft, words_get(setting->words, "book_universe"), FLOW_LEFT, FACT_WIDTH);
    put(setting, &soft, text_of(model, "universe"), FLOW_LEFT + FACT_WIDTH + GAP,
        FLOW_RIGHT - FLOW_LEFT - FACT_WIDTH - GAP);
    end_line(setting, GAP);
  }
  counts(setting, &count_head, json_object_get(model, "heads"));
  end_line(setting, 1);
  json_array_foreach(json_object_get(model, "rows"), index, row) {
    const struct sheet_style *style = json_is_true(json_object_get(row, "missing")) ? &soft : &body;
    put(setting, style, text_of(row, "code"), FLOW_LEFT, CODE_WIDTH - GAP);
    put(setting, style, text_of(row, "meaning"), FLOW_LEFT + CODE_WIDTH, MEANING_WIDTH - GAP);
    counts(setting, &count, json_object_get(row, "counts"));
    end_line(setting, 0.5);
  }
}

static void long_names(struct setting *setting, const json_t *model) {
  size_t index;
  const json_t *item;
  const json_t *rows = json_object_get(json_object_get(model, "long"), "rows");
  if (rows == NULL) {
    return;
  }
  head(setting, &section, words_get(setting->words, "codebook_long"));
  json_array_foreach(rows, index, item) {
    put(setting, &table_head, text_of(item, "name"), FLOW_LEFT, FACT_WIDTH);
    put(setting, &body, text_of(item, "label"), FLOW_LEFT + FACT_WIDTH + GAP,
        FLOW_RIGHT - FLOW_LEFT - FACT_WIDTH - GAP);
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
}

/* ---- the file */

static enum export_result result_of(struct export *export, const struct setting *setting,
                                    enum letter_result result) {
  if (result == LETTER_OK) {
    return EXPORT_OK;
  }
  (void)snprintf(export->trouble.what, sizeof export->trouble.what, "%s",
                 setting->flow.sheet.trouble.what);
  if (result == LETTER_FONT || result == LETTER_GLYPH) {
    return EXPORT_FONT;
  }
  if (result == LETTER_PROGRAM) {
    return EXPORT_PROGRAM;
  }
  return result == LETTER_STOPPED ? EXPORT_SCRATCH : EXPORT_MEMORY;
}

enum export_result codebook_pdf(struct export *export, const json_t *model, FILE *file) {
  char date[CALENDAR_DATE_BYTES], moment[CALENDAR_DATE_BYTES + 16];
  struct setting *setting = arena_alloc(export->arena, sizeof *setting);
  if (setting == NULL) {
    return EXPORT_MEMORY;
  }
  *setting = (struct setting){.flow = {.language = export->options.questionnaire->language,
                                       .page_word = words_get(export->options.words, "book_page"),
                                       .arena = export->arena},
                              .words = export->options.words,
                              .arena = export->arena};
  calendar_write(export->day, date);
  (void)snprintf(moment, sizeof moment, "%sT00:00:00Z", date);
  if (flow_begin(&setting->flow, export_to_file, file) == LETTER_OK) {
    sheet_describe_pdf(&setting->flow.sheet, export->options.round_title,
                       export->options.controller, moment);
    all(setting, model);
  }
  enum export_result result = result_of(export, setting, flow_end(&setting->flow));
  return result == EXPORT_OK && fflush(file) != 0 ? EXPORT_SCRATCH : result;
}
