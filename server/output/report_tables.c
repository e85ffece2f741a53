#include "output/report_tables.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "output/book.h"

enum { NAME_WIDTH = 44, NUMBER_WIDTH = 15, CONTENTS_WIDTH = 28, TEXT_WIDTH = 90 };

struct tables {
  const struct report_view *view;
  lxw_workbook *book;
  lxw_format *title, *head, *number_head, *wrapped, *hidden, *count, *percent, *mean, *link;
  struct text escaped;
  bool failed;
};

/* ---- cells */

static void put_text(struct tables *tables, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column,
                     const char *text, lxw_format *format) {
  const char *escaped = book_escape(&tables->escaped, text);
  tables->failed = tables->failed || escaped == NULL ||
                   (escaped[0] != '\0' &&
                    worksheet_write_string(sheet, row, column, escaped, format) != LXW_NO_ERROR);
}

static void put_number(struct tables *tables, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column,
                       double value, lxw_format *format) {
  tables->failed =
      tables->failed || worksheet_write_number(sheet, row, column, value, format) != LXW_NO_ERROR;
}

/* A count and its share are two columns: gives back how many a column of the view takes. */
static lxw_col_t span_of(enum view_form form) {
  return form == VIEW_BOTH ? 2 : 1;
}

static void put_both(struct tables *tables, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column,
                     const struct view_cell *cell) {
  put_number(tables, sheet, row, column, cell->value, tables->count);
  if (cell->share >= 0) {
    put_number(tables, sheet, row, (lxw_col_t)(column + 1), cell->share / 100, tables->percent);
  }
}

static void put_cell(struct tables *tables, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column,
                     const struct view_cell *cell, lxw_col_t span) {
  for (lxw_col_t i = 0; cell->hidden && i < span; i++) {
    put_text(tables, sheet, row, (lxw_col_t)(column + i), cell->text, tables->hidden);
  }
  if (cell->hidden) {
    return;
  }
  switch (cell->form) {
  case VIEW_TEXT:
    put_text(tables, sheet, row, column, cell->text, NULL);
    return;
  case VIEW_COUNT:
    put_number(tables, sheet, row, column, cell->value, tables->count);
    return;
  case VIEW_PERCENT:
    put_number(tables, sheet, row, column, cell->value / 100, tables->percent);
    return;
  case VIEW_BOTH:
    put_both(tables, sheet, row, column, cell);
    return;
  case VIEW_MEAN:
    put_number(tables, sheet, row, column, cell->value, tables->mean);
    return;
  }
}

/* ---- a figure */

static void put_head(struct tables *tables, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column,
                     const char *key, const char *name) {
  struct text text;
  const char *pattern = words_get(tables->view->words, key), *hole = strstr(pattern, "{name}");
  text_init(&text);
  text_add_bytes(&text, pattern, hole == NULL ? 0 : (size_t)(hole - pattern));
  text_add(&text, name);
  text_add(&text, hole == NULL ? "" : hole + strlen("{name}"));
  put_text(tables, sheet, row, column, text.failed ? "" : text.data, tables->number_head);
  text_clear(&text);
}

static void put_heads(struct tables *tables, lxw_worksheet *sheet, lxw_row_t row,
                      const struct view_table *table) {
  lxw_col_t column = 0;
  for (size_t i = 0; i < table->columns; i++) {
    const struct view_head *head = &table->heads[i];
    if (head->form == VIEW_BOTH) {
      put_head(tables, sheet, row, column, "sheet_count", head->name);
      put_head(tables, sheet, row, (lxw_col_t)(column + 1), "sheet_share", head->name);
    } else {
      put_text(tables, sheet, row, column, head->name,
               head->form == VIEW_TEXT ? tables->head : tables->number_head);
    }
    column = (lxw_col_t)(column + span_of(head->form));
  }
}

static void put_row(struct tables *tables, lxw_worksheet *sheet, lxw_row_t row,
                    const struct view_table *table, size_t index) {
  lxw_col_t column = 0;
  for (size_t i = 0; i < table->columns; i++) {
    lxw_col_t span = span_of(table->heads[i].form);
    put_cell(tables, sheet, row, column, &table->cells[index * table->columns + i], span);
    column = (lxw_col_t)(column + span);
  }
}

/* What stands above the numbers; gives back the next row. */
static lxw_row_t put_captions(struct tables *tables, lxw_worksheet *sheet,
                              const struct view_figure *figure) {
  const char *const lines[] = {figure->base, figure->period, figure->source};
  lxw_row_t row = 0;
  put_text(tables, sheet, row++, 0, figure->title, tables->title);
  for (size_t i = 0; i < array_length(lines); i++) {
    if (lines[i][0] != '\0') {
      put_text(tables, sheet, row++, 0, lines[i], NULL);
    }
  }
  for (size_t i = 0; i < figure->notes_count; i++) {
    put_text(tables, sheet, row++, 0, figure->notes[i], NULL);
  }
  return row + 1;
}

static void put_figure(struct tables *tables, const struct view_figure *figure) {
  lxw_worksheet *sheet = workbook_add_worksheet(tables->book, figure->number);
  if (sheet == NULL) {
    tables->failed = true;
    return;
  }
  (void)worksheet_set_column(sheet, 0, 0, NAME_WIDTH, NULL);
  (void)worksheet_set_column(sheet, 1, 60, NUMBER_WIDTH, NULL);
  lxw_row_t row = put_captions(tables, sheet, figure);
  if (figure->table.columns == 0) {
    return;
  }
  put_heads(tables, sheet, row++, &figure->table);
  for (size_t i = 0; i < figure->table.rows; i++) {
    put_row(tables, sheet, row++, &figure->table, i);
  }
}

/* ---- somebody's own words */

static void put_passage(struct tables *tables, lxw_worksheet *sheet, lxw_row_t row, const char *who,
                        const struct view_passage *passage) {
  struct text text;
  text_init(&text);
  for (size_t i = 0; i < passage->texts_count; i++) {
    text_addf(&text, "%s%s", i == 0 ? "" : "\n", passage->texts[i]);
  }
  put_text(tables, sheet, row, 0, who, tables->head);
  put_text(tables, sheet, row, 1, passage->title, tables->wrapped);
  put_text(tables, sheet, row, 2, passage->when, tables->wrapped);
  put_text(tables, sheet, row, 3, text.data == NULL ? "" : text.data, tables->wrapped);
  tables->failed = tables->failed || text.failed;
  text_clear(&text);
}

/* A sheet of its own: nothing to count, and nothing that a figure could show. */
static void put_passages(struct tables *tables, const struct view_section *section) {
  static const char *const heads[] = {"by_municipality", "sheet_part", "sheet_when", "sheet_text"};
  static const double widths[] = {NAME_WIDTH / 2.0, NAME_WIDTH, NAME_WIDTH, TEXT_WIDTH};
  const json_t *words = tables->view->words;
  const char *who = "";
  if (section->passages_count == 0) {
    return;
  }
  lxw_worksheet *sheet =
      workbook_add_worksheet(tables->book, words_get(words, "sheet_documentation"));
  if (sheet == NULL) {
    tables->failed = true;
    return;
  }
  for (size_t i = 0; i < array_length(heads); i++) {
    (void)worksheet_set_column(sheet, (lxw_col_t)i, (lxw_col_t)i, widths[i], NULL);
  }
  for (size_t i = 0; i < array_length(heads); i++) {
    put_text(tables, sheet, 0, (lxw_col_t)i, words_get(words, heads[i]), tables->head);
  }
  for (size_t i = 0; i < section->passages_count; i++) {
    who = section->passages[i].who == NULL ? who : section->passages[i].who;
    put_passage(tables, sheet, (lxw_row_t)(i + 1), who, &section->passages[i]);
  }
}

/* ---- contents */

static void put_link(struct tables *tables, lxw_worksheet *sheet, lxw_row_t row,
                     const struct view_figure *figure) {
  struct text target;
  text_init(&target);
  text_addf(&target, "internal:'%s'!A1", figure->number);
  tables->failed = tables->failed || target.failed ||
                   worksheet_write_url_opt(sheet, row, 0, target.data, tables->link, figure->number,
                                           NULL) != LXW_NO_ERROR;
  put_text(tables, sheet, row, 1, figure->title, NULL);
  text_clear(&target);
}

static void put_contents(struct tables *tables) {
  const struct report_view *view = tables->view;
  lxw_worksheet *sheet =
      workbook_add_worksheet(tables->book, words_get(view->words, "sheet_contents"));
  lxw_row_t row = 0;
  if (sheet == NULL) {
    tables->failed = true;
    return;
  }
  (void)worksheet_set_column(sheet, 0, 0, CONTENTS_WIDTH, NULL);
  (void)worksheet_set_column(sheet, 1, 1, TEXT_WIDTH, NULL);
  put_text(tables, sheet, row++, 0, view->title, tables->title);
  put_text(tables, sheet, row, 0, view->kind, tables->head);
  put_text(tables, sheet, row++, 1, view->kind_text, tables->wrapped);
  for (size_t i = 0; i < view->facts_count; i++) {
    put_text(tables, sheet, row, 0, view->facts[i].name, tables->head);
    put_text(tables, sheet, row++, 1, view->facts[i].value, tables->wrapped);
  }
  row++;
  for (size_t i = 0; i < view->sections_count; i++) {
    for (size_t j = 0; j < view->sections[i].figures_count; j++) {
      put_link(tables, sheet, row++, &view->sections[i].figures[j]);
    }
  }
}

/* ---- the workbook */

static lxw_format *format_of(struct tables *tables, const char *number) {
  lxw_format *format = workbook_add_format(tables->book);
  tables->failed = tables->failed || format == NULL;
  if (format != NULL && number != NULL) {
    format_set_num_format(format, number);
  }
  return format;
}

/* The formats are those that every language of Excel writes in its own way. */
static void make_formats(struct tables *tables) {
  tables->count = format_of(tables, "#,##0");
  tables->percent = format_of(tables, "0%");
  tables->mean = format_of(tables, "0.0");
  tables->title = format_of(tables, NULL);
  tables->head = format_of(tables, NULL);
  tables->number_head = format_of(tables, NULL);
  tables->wrapped = format_of(tables, NULL);
  tables->hidden = format_of(tables, NULL);
  tables->link = workbook_get_default_url_format(tables->book);
  if (tables->failed) {
    return;
  }
  format_set_bold(tables->title);
  format_set_font_size(tables->title, 14);
  format_set_bold(tables->head);
  format_set_align(tables->head, LXW_ALIGN_VERTICAL_TOP);
  format_set_bold(tables->number_head);
  format_set_text_wrap(tables->number_head);
  format_set_align(tables->number_head, LXW_ALIGN_RIGHT);
  format_set_text_wrap(tables->wrapped);
  format_set_align(tables->hidden, LXW_ALIGN_RIGHT);
}

/* The library copies the texts, though its struct takes them without const. */
static void describe(struct tables *tables) {
  const struct report_view *view = tables->view;
  struct tm day = {0};
  if (strptime(view->made_at, "%Y-%m-%d", &day) == NULL) {
    day = (struct tm){.tm_year = 70, .tm_mday = 1};
  }
  lxw_doc_properties properties = {
      .title = (char *)view->title, .company = (char *)view->author, .created = timegm(&day)};
  tables->failed =
      tables->failed || workbook_set_properties(tables->book, &properties) != LXW_NO_ERROR;
}

bool report_tables(const struct report_view *view, int fd, const char *scratch) {
  struct tables tables = {.view = view, .book = book_open(fd, scratch)};
  if (tables.book == NULL) {
    return false;
  }
  text_init(&tables.escaped);
  make_formats(&tables);
  if (!tables.failed) {
    describe(&tables);
    put_contents(&tables);
  }
  for (size_t i = 0; i < view->sections_count; i++) {
    for (size_t j = 0; j < view->sections[i].figures_count && !tables.failed; j++) {
      put_figure(&tables, &view->sections[i].figures[j]);
    }
    if (!tables.failed) {
      put_passages(&tables, &view->sections[i]);
    }
  }
  bool closed = workbook_close(tables.book) == LXW_NO_ERROR;
  text_clear(&tables.escaped);
  return closed && !tables.failed;
}
