#include "output/report_pdf.h"

#include <string.h>

#include "output/sheet_flow.h"

/* Millimetres, and columns. */
enum {
  GAP = 2,
  BESIDE = 6,       /* between a chart and its table */
  CHART_WIDTH = 84, /* beside its table */
  FACT_WIDTH = 55,
  CELL_GAP = 3,
  NARROW_COLUMNS = 4, /* a table with more has a line of its own */
  COLUMNS_MAX = 40,
  HEAD_WIDTH = 24, /* what a heading of numbers may take before it is broken */
  WIDE_CHART = 146,
  BESIDE_ROWS = 20, /* a table with more has a line of its own, too */
  PAGE = FLOW_BOTTOM - FLOW_TOP,
  KEEP = 40,      /* a section's heading stays with so much beside its first figure */
  KEEP_TALL = 70, /* the headings of a figure that no page holds stay with so much of it */
  PART_ROWS = 4,  /* fewer rows of a chart wait for the next page */
  PIECE_MAX = 900 /* bytes of somebody's text that stand on one page together */
};

#define CELL_POINTS 8.5
#define RULE_POINTS 0.5

static const struct sheet_style heading = {.points = 18, .bold = true, .tag = "H1"};
static const struct sheet_style section_head = {.points = 14, .bold = true, .tag = "H2"};
static const struct sheet_style figure_head = {.points = 11, .bold = true, .tag = "H3"};
static const struct sheet_style passage_head = {.points = 9.5, .bold = true, .tag = "H4"};
static const struct sheet_style spoken = {.points = 9.5, .any_character = true};
static const struct sheet_style spoken_small = {
    .points = 8, .shade = SHEET_SOFT, .any_character = true};
static const struct sheet_style which = {.points = 9, .shade = SHEET_SOFT};
static const struct sheet_style body = {.points = 9.5};
static const struct sheet_style bold = {.points = 9.5, .bold = true};
static const struct sheet_style small = {.points = 8, .shade = SHEET_SOFT};
static const struct sheet_style row_head = {.points = CELL_POINTS, .tag = "TH"};
static const struct sheet_style cell = {.points = CELL_POINTS, .tag = "TD"};
static const struct sheet_style number = {.points = CELL_POINTS, .side = SHEET_END, .tag = "TD"};
static const struct sheet_style head = {.points = CELL_POINTS, .bold = true, .tag = "TH"};
static const struct sheet_style number_head = {
    .points = CELL_POINTS, .bold = true, .side = SHEET_END, .tag = "TH"};

struct report_paper {
  struct sheet_flow flow;
  const struct report_view *view;
};

/* ---- tables */

struct grid {
  double left, width;
  size_t which[COLUMNS_MAX];   /* columns of the table, in order */
  double columns[COLUMNS_MAX]; /* their widths */
  size_t count;
};

static double millimetres(double points) {
  return points * 25.4 / 72.0;
}

static double text_width(const char *text, bool is_bold) {
  return millimetres(chart_text_width(text, is_bold ? CELL_POINTS * 1.12 : CELL_POINTS));
}

/* The widest piece of a text that is not broken. */
static double word_width(const char *text, bool is_bold) {
  char word[128];
  double widest = 0;
  while (*text != '\0') {
    size_t length = strcspn(text, " "), kept = length < sizeof word - 1 ? length : sizeof word - 1;
    memcpy(word, text, kept);
    word[kept] = '\0';
    double width = text_width(word, is_bold);
    widest = width > widest ? width : widest;
    text += length;
    text += strspn(text, " ");
  }
  return widest;
}

struct need {
  double least, best;
};

static void widen(struct need *need, const char *text, bool is_bold) {
  double least = word_width(text, is_bold) + CELL_GAP, best = text_width(text, is_bold) + CELL_GAP;
  need->least = least > need->least ? least : need->least;
  need->best = best > need->best ? best : need->best;
}

static struct need need_of(const struct view_table *table, size_t column) {
  struct need need = {0};
  widen(&need, table->heads[column].name, true);
  need.best = need.best > HEAD_WIDTH && HEAD_WIDTH > need.least ? HEAD_WIDTH : need.best;
  for (size_t i = 0; i < table->rows; i++) {
    widen(&need, table->cells[i * table->columns + column].text, false);
  }
  return need;
}

/* Each column as wide as its words need; what is left goes to those that would break a text, and
 * then to the first, or to the last where several name the row. Less is shared out evenly. */
static void lay_out(const struct view_table *table, struct grid *grid) {
  struct need needs[COLUMNS_MAX] = {0};
  double least = 0, wanted = 0;
  for (size_t i = 0; i < grid->count; i++) {
    needs[i] = need_of(table, grid->which[i]);
    least += needs[i].least;
    wanted += needs[i].best - needs[i].least;
  }
  double left = grid->width - least;
  double share = left <= 0 || wanted <= 0 ? 0 : left < wanted ? left / wanted : 1;
  double rest = grid->width;
  for (size_t i = 0; i < grid->count; i++) {
    grid->columns[i] = left < 0 ? needs[i].least * grid->width / least
                                : needs[i].least + share * (needs[i].best - needs[i].least);
    rest -= grid->columns[i];
  }
  grid->columns[table->names > 1 ? grid->count - 1 : 0] += rest > 0 ? rest : 0;
}

static void rule(struct report_paper *paper, const struct grid *grid, double points) {
  double y = paper->flow.y;
  if (!paper->flow.measuring) {
    sheet_line(&paper->flow.sheet, grid->left, y, grid->left + grid->width, y, points, 0.45);
  }
}

static void end_row(struct report_paper *paper, const struct grid *grid, double points) {
  paper->flow.line_tag = "TR";
  flow_end_line(&paper->flow, 0.7);
  paper->flow.line_tag = NULL;
  rule(paper, grid, points);
  paper->flow.y += 0.8;
}

static void draw_heads(struct report_paper *paper, const struct view_table *table,
                       const struct grid *grid) {
  double x = grid->left;
  for (size_t i = 0; i < grid->count; i++) {
    const struct view_head *one = &table->heads[grid->which[i]];
    flow_put(&paper->flow, one->form == VIEW_TEXT ? &head : &number_head, one->name, x,
             grid->columns[i] - CELL_GAP);
    x += grid->columns[i];
  }
  end_row(paper, grid, 2 * RULE_POINTS);
}

static void put_row(struct report_paper *paper, const struct view_table *table,
                    const struct grid *grid, size_t row) {
  double x = grid->left;
  for (size_t i = 0; i < grid->count; i++) {
    size_t column = grid->which[i];
    const struct view_cell *one = &table->cells[row * table->columns + column];
    bool text = table->heads[column].form == VIEW_TEXT;
    flow_put(&paper->flow,
             i == 0 ? &row_head
             : text ? &cell
                    : &number,
             one->text, x, grid->columns[i] - CELL_GAP);
    x += grid->columns[i];
  }
}

/* The heads stand on each page that has rows. */
static void draw_row(struct report_paper *paper, const struct view_table *table,
                     const struct grid *grid, size_t row) {
  put_row(paper, table, grid, row);
  if (!flow_fits(&paper->flow)) {
    flow_take_back(&paper->flow);
    flow_turn(&paper->flow);
    draw_heads(paper, table, grid);
    put_row(paper, table, grid, row);
  }
  end_row(paper, grid, RULE_POINTS);
}

/* Takes the columns that name a row, and of the others as many as fit without a word being broken;
 * at least one. Gives back the first that is left. */
static size_t take_columns(const struct view_table *table, size_t next, struct grid *grid) {
  size_t names = table->names == 0 ? 1 : table->names;
  double least = 0;
  grid->count = 0;
  for (size_t i = 0; i < names; i++) {
    least += need_of(table, i).least;
    grid->which[grid->count++] = i;
  }
  while (next < table->columns && grid->count < COLUMNS_MAX) {
    least += need_of(table, next).least;
    if (least > grid->width && grid->count > names) {
      break;
    }
    grid->which[grid->count++] = next++;
  }
  lay_out(table, grid);
  return next;
}

/* One that is too wide stands in parts below each other. */
static void draw_table(struct report_paper *paper, const struct view_table *table, double left,
                       double width) {
  struct grid grid = {.left = left, .width = width};
  size_t names = table->names == 0 ? 1 : table->names, next = names;
  if (table->columns == 0 || table->rows == 0) {
    return;
  }
  do {
    paper->flow.y += next > names ? 2 * GAP : 0;
    next = take_columns(table, next, &grid);
    flow_open(&paper->flow, "Table");
    draw_heads(paper, table, &grid);
    for (size_t i = 0; i < table->rows; i++) {
      draw_row(paper, table, &grid, i);
    }
    flow_close(&paper->flow, "Table");
  } while (next < table->columns);
}

/* ---- charts */

static double height_of_chart(const struct chart *chart, double width, double units) {
  return width * chart_height(chart, units) / units;
}

/* At the place where the flow is, which it leaves there; gives back the height in millimetres. */
static double draw_chart(struct report_paper *paper, const struct chart *chart, double width,
                         double units) {
  struct sheet_place place = {FLOW_LEFT, paper->flow.y, width,
                              height_of_chart(chart, width, units)};
  struct text svg;
  if (!paper->flow.measuring) {
    text_init(&svg);
    chart_svg(chart, units, CHART_AS_FILE, &svg);
    sheet_svg(&paper->flow.sheet, &svg, place);
    text_clear(&svg);
  }
  return place.height;
}

/* The most rows from one on that the room holds; the height grows with each. */
static size_t rows_within(const struct chart *chart, size_t first, double room) {
  size_t least = 0, most = chart->rows_count - first;
  while (least < most) {
    size_t middle = (least + most + 1) / 2;
    struct chart part = chart_part(chart, first, middle);
    if (height_of_chart(&part, WIDE_CHART, CHART_WIDE) <= room) {
      least = middle;
    } else {
      most = middle - 1;
    }
  }
  return least;
}

/* One that no page holds goes on, on the next; standing columns are never so tall. */
static void draw_wide_chart(struct report_paper *paper, const struct chart *chart) {
  struct sheet_flow *flow = &paper->flow;
  bool whole = flow->measuring || chart->kind == CHART_COLUMNS ||
               height_of_chart(chart, WIDE_CHART, CHART_WIDE) <= FLOW_BOTTOM - flow->y;
  for (size_t first = 0; first < chart->rows_count && flow->sheet.result == LETTER_OK;) {
    size_t left = chart->rows_count - first;
    size_t count = whole ? left : rows_within(chart, first, FLOW_BOTTOM - flow->y);
    if (count < left && count < PART_ROWS && flow->y > FLOW_TOP) {
      flow_turn(flow);
      continue;
    }
    struct chart part = chart_part(chart, first, count == 0 ? 1 : count);
    flow->y += draw_chart(paper, &part, WIDE_CHART, CHART_WIDE) + 2 * GAP;
    first += part.rows_count;
  }
}

/* ---- a figure */

static bool is_beside(const struct view_figure *figure) {
  return figure->chart != NULL && figure->table.columns <= NARROW_COLUMNS &&
         figure->table.rows <= BESIDE_ROWS;
}

/* The chart does not cross a page, as all of a figure that is drawn beside fits on one. */
static void draw_beside(struct report_paper *paper, const struct view_figure *figure) {
  double top = paper->flow.y, left = FLOW_LEFT + CHART_WIDTH + BESIDE;
  double height = draw_chart(paper, figure->chart, CHART_WIDTH, CHART_NARROW);
  draw_table(paper, &figure->table, left, FLOW_RIGHT - left);
  paper->flow.y = paper->flow.y > top + height ? paper->flow.y : top + height;
}

static void draw_below(struct report_paper *paper, const struct view_figure *figure) {
  if (figure->chart != NULL) {
    draw_wide_chart(paper, figure->chart);
  }
  draw_table(paper, &figure->table, FLOW_LEFT, FLOW_WIDTH);
}

static void draw_figure(struct report_paper *paper, const struct view_figure *figure) {
  struct sheet_flow *flow = &paper->flow;
  flow_line(flow, &which, figure->number, 0.5);
  flow_line(flow, &figure_head, figure->title, GAP);
  (is_beside(figure) ? draw_beside : draw_below)(paper, figure);
  flow->y += 1;
  flow_line(flow, &bold, figure->base, 0.5);
  for (size_t i = 0; i < figure->notes_count; i++) {
    flow_line(flow, &small, figure->notes[i], 0.5);
  }
  flow_line(flow, &small, figure->period, 0.5);
  flow_line(flow, &small, figure->source, 0);
}

/* What of it has to be on one page: all, if a page holds it. */
static double height_of(struct report_paper *paper, const struct view_figure *figure) {
  double y = paper->flow.y;
  paper->flow.measuring = true;
  draw_figure(paper, figure);
  double height = paper->flow.y - y;
  paper->flow.measuring = false;
  paper->flow.y = y;
  return height <= PAGE ? height : KEEP_TALL;
}

/* ---- a section */

static void begin_section(struct report_paper *paper, const struct view_section *section) {
  struct sheet_flow *flow = &paper->flow;
  flow->y += 3 * GAP;
  flow_room(flow,
            section->figures_count == 0 ? KEEP : KEEP + height_of(paper, &section->figures[0]));
  sheet_outline(&flow->sheet, section->title, flow->page + 1);
  flow_line(flow, &section_head, section->title, GAP);
  for (size_t i = 0; i < section->texts_count; i++) {
    flow_line(flow, &body, section->texts[i], GAP);
  }
}

/* ---- somebody's own words */

/* How much of a long text to set as one block: to the end of a sentence, else of a word, else of a
 * character. */
static size_t piece_of(const char *text) {
  size_t sentence = 0, word = 0, whole = 0, length = strlen(text);
  for (size_t i = 0; length > PIECE_MAX && i < PIECE_MAX; i++) {
    bool blank = text[i] == ' ';
    whole = ((unsigned char)text[i] & 0xc0) != 0x80 && i > 0 ? i : whole;
    word = blank ? i + 1 : word;
    sentence = blank && i > 0 && strchr(".!?", text[i - 1]) != NULL ? i + 1 : sentence;
  }
  return length <= PIECE_MAX ? length : sentence > 0 ? sentence : word > 0 ? word : whole;
}

/* A block does not go over two pages, so a long text is several, without a gap between. */
static void draw_text(struct report_paper *paper, const char *text) {
  while (text[0] != '\0') {
    size_t length = piece_of(text);
    const char *piece = arena_copy(paper->flow.arena, text, length);
    if (piece == NULL) {
      sheet_fail(&paper->flow.sheet, LETTER_MEMORY, "");
      return;
    }
    text += length;
    flow_line(&paper->flow, &spoken, piece, text[0] == '\0' ? 1 : 0);
  }
}

static void draw_passage(struct report_paper *paper, const struct view_passage *passage) {
  struct sheet_flow *flow = &paper->flow;
  flow->y += 2 * GAP;
  flow_room(flow, KEEP);
  if (passage->who != NULL) {
    flow_line(flow, &figure_head, passage->who, GAP);
  }
  flow_line(flow, &passage_head, passage->title, 0.5);
  flow_line(flow, &spoken_small, passage->when, 0.5);
  for (size_t i = 0; i < passage->texts_count; i++) {
    draw_text(paper, passage->texts[i]);
  }
}

/* ---- the whole */

static void draw_section(struct report_paper *paper, const struct view_section *section) {
  begin_section(paper, section);
  for (size_t i = 0; i < section->figures_count && paper->flow.sheet.result == LETTER_OK; i++) {
    const struct view_figure *figure = &section->figures[i];
    paper->flow.y += 2 * GAP;
    flow_room(&paper->flow, height_of(paper, figure));
    draw_figure(paper, figure);
  }
  for (size_t i = 0; i < section->passages_count && paper->flow.sheet.result == LETTER_OK; i++) {
    draw_passage(paper, &section->passages[i]);
  }
}

static void draw_facts(struct report_paper *paper) {
  const struct report_view *view = paper->view;
  struct sheet_flow *flow = &paper->flow;
  flow_line(flow, &heading, view->title, 2 * GAP);
  flow_line(flow, &bold, view->kind, 0.5);
  flow_line(flow, &body, view->kind_text, 2 * GAP);
  for (size_t i = 0; i < view->facts_count; i++) {
    flow_put(flow, &bold, view->facts[i].name, FLOW_LEFT, FACT_WIDTH);
    flow_put(flow, &body, view->facts[i].value, FLOW_LEFT + FACT_WIDTH + GAP,
             FLOW_WIDTH - FACT_WIDTH - GAP);
    flow_end_line(flow, 1);
  }
}

static void draw_all(struct report_paper *paper) {
  const struct report_view *view = paper->view;
  sheet_describe_pdf(&paper->flow.sheet, view->title, view->author, view->made_at);
  draw_facts(paper);
  for (size_t i = 0; i < view->sections_count && paper->flow.sheet.result == LETTER_OK; i++) {
    draw_section(paper, &view->sections[i]);
  }
}

enum letter_result report_pdf(const struct report_view *view, struct arena *arena,
                              letter_sink *sink, void *context, struct letter_trouble *trouble) {
  struct report_paper *paper = arena_alloc(arena, sizeof *paper);
  if (paper == NULL) {
    return LETTER_MEMORY;
  }
  *paper = (struct report_paper){.flow = {.language = view->language,
                                          .page_word = words_get(view->words, "page"),
                                          .arena = arena},
                                 .view = view};
  if (flow_begin(&paper->flow, sink, context) == LETTER_OK) {
    draw_all(paper);
  }
  enum letter_result result = flow_end(&paper->flow);
  *trouble = paper->flow.sheet.trouble;
  return result;
}
