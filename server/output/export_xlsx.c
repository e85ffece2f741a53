#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/calendar.h"
#include "base/words.h"
#include "output/book.h"
#include "output/export_file.h"

enum { WIDTH = 12, TEXT_WIDTH = 40, NAME_WIDTH = 20, LABEL_WIDTH = 70 };

struct writing {
  struct text escaped;
  lxw_workbook *book;
  lxw_worksheet *data;
  lxw_format *heading, *text;
  lxw_row_t next;
};

static const char *word(const struct export_file *file, const char *key) {
  return words_get(file->options->words, key);
}

/* ---- the codebook, a row a code */

static void write_text(lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, const char *text,
                       lxw_format *format) {
  if (text != NULL && text[0] != '\0') {
    (void)worksheet_write_string(sheet, row, column, text, format);
  }
}

enum codebook_column { BOOK_NAME, BOOK_LABEL, BOOK_UNIVERSE, BOOK_CODE, BOOK_MEANING, BOOK_COUNT };

static void write_code(struct writing *writing, lxw_worksheet *sheet, lxw_row_t row,
                       const char *code, const char *meaning, long long count) {
  write_text(sheet, row, BOOK_CODE, code, writing->text);
  write_text(sheet, row, BOOK_MEANING, meaning, writing->text);
  (void)worksheet_write_number(sheet, row, BOOK_COUNT, (double)count, NULL);
}

static lxw_row_t write_codes(struct writing *writing, const struct export_file *file,
                             lxw_worksheet *sheet, lxw_row_t row, size_t index) {
  const struct variable *variable = &file->table->variables.items[index];
  const struct export_count *count = &file->table->counts[index];
  char number[16];
  for (size_t i = 0; i < variable->codes_count; i++) {
    const struct variable_code *code = &variable->codes[i];
    (void)snprintf(number, sizeof number, "%d", code->code);
    write_code(writing, sheet, row++, number, code->label,
               code->valid ? count->codes[i] : count->not_answered);
  }
  if (variable->may_be_unasked) {
    write_code(writing, sheet, row++, "", word(file, "not_asked_empty"), count->not_asked);
  }
  if (variable->may_be_withheld) {
    (void)snprintf(number, sizeof number, "%d", ANONYMISE_WITHHELD);
    write_code(writing, sheet, row++, number, word(file, "withheld"), count->withheld);
  }
  if (variable->codes_count == 0) {
    write_code(writing, sheet, row++, "", word(file, "filled"), count->filled);
  }
  return row;
}

static void write_codebook(struct writing *writing, const struct export_file *file) {
  static const char *const headings[] = {"book_name", "book_label",   "book_universe",
                                         "book_code", "book_meaning", "book_count"};
  lxw_worksheet *sheet = workbook_add_worksheet(writing->book, word(file, "sheet_codebook"));
  lxw_row_t row = 1;
  (void)worksheet_set_column(sheet, BOOK_NAME, BOOK_NAME, NAME_WIDTH, NULL);
  (void)worksheet_set_column(sheet, BOOK_LABEL, BOOK_LABEL, LABEL_WIDTH, NULL);
  (void)worksheet_set_column(sheet, BOOK_UNIVERSE, BOOK_UNIVERSE, TEXT_WIDTH, NULL);
  (void)worksheet_set_column(sheet, BOOK_MEANING, BOOK_MEANING, TEXT_WIDTH, NULL);
  worksheet_freeze_panes(sheet, 1, 1);
  for (size_t i = 0; i < array_length(headings); i++) {
    write_text(sheet, 0, (lxw_col_t)i, word(file, headings[i]), writing->heading);
  }
  for (size_t i = 0; i < file->table->variables.count; i++) {
    const struct variable *variable = &file->table->variables.items[i];
    write_text(sheet, row, BOOK_NAME, variable->name, writing->text);
    write_text(sheet, row, BOOK_LABEL, variable->label, writing->text);
    write_text(sheet, row, BOOK_UNIVERSE, variable->universe, writing->text);
    row = write_codes(writing, file, sheet, row, i);
  }
}

/* ---- the data */

static void write_headings(struct writing *writing, struct export_file *file) {
  const struct variable_list *variables = &file->table->variables;
  for (size_t i = 0; i < variables->count; i++) {
    bool text = variables->items[i].form == VARIABLE_TEXT;
    lxw_col_t column = (lxw_col_t)i;
    (void)worksheet_set_column(writing->data, column, column,
                               text && variables->items[i].free_text ? TEXT_WIDTH : WIDTH, NULL);
    write_text(writing->data, 0, column, variables->items[i].name, writing->heading);
    export_sum_text(&file->sum, variables->items[i].name, strlen(variables->items[i].name));
  }
  export_sum_row(&file->sum);
  writing->next = 1;
}

static lxw_datetime midnight(int day) {
  char date[CALENDAR_DATE_BYTES];
  calendar_write(day, date);
  return (lxw_datetime){.year = (int)strtol(date, NULL, 10),
                        .month = (int)strtol(date + 5, NULL, 10),
                        .day = (int)strtol(date + 8, NULL, 10)};
}

static time_t seconds_of(const lxw_datetime *moment) {
  struct tm utc = {
      .tm_year = moment->year - 1900, .tm_mon = moment->month - 1, .tm_mday = moment->day};
  return timegm(&utc);
}

/* The library copies the texts, though its struct takes them without const. */
static bool describe(const struct writing *writing, const struct export_file *file) {
  lxw_datetime day = midnight(file->day);
  lxw_doc_properties properties = {.title = (char *)file->options->round_title,
                                   .company = (char *)file->options->controller,
                                   .created = seconds_of(&day)};
  return workbook_set_properties(writing->book, &properties) == LXW_NO_ERROR;
}

static enum export_result start(struct export_file *file) {
  if (file->table->rows > EXPORT_XLSX_ROWS) {
    return EXPORT_LARGE;
  }
  struct writing *writing = calloc(1, sizeof *writing);
  file->state = writing;
  if (writing == NULL ||
      (writing->book = book_open(fileno(file->file), file->options->scratch)) == NULL) {
    return EXPORT_MEMORY;
  }
  writing->heading = workbook_add_format(writing->book);
  writing->text = workbook_add_format(writing->book);
  writing->data = workbook_add_worksheet(writing->book, word(file, "sheet_data"));
  if (writing->heading == NULL || writing->text == NULL || writing->data == NULL ||
      !describe(writing, file)) {
    return EXPORT_MEMORY;
  }
  format_set_bold(writing->heading);
  format_set_num_format(writing->text, "@");
  worksheet_freeze_panes(writing->data, 1, 1);
  write_headings(writing, file);
  return EXPORT_OK;
}

static lxw_error write_string(struct writing *writing, lxw_col_t column, const char *text) {
  const char *escaped = book_escape(&writing->escaped, text);
  return escaped == NULL
             ? LXW_ERROR_MEMORY_MALLOC_FAILED
             : worksheet_write_string(writing->data, writing->next, column, escaped, writing->text);
}

static lxw_error write_value(struct export_file *file, lxw_col_t column,
                             const struct value *value) {
  struct writing *writing = file->state;
  switch (value->kind) {
  case VALUE_NONE:
  case VALUE_NOT_ASKED:
    export_sum_missing(&file->sum, '.');
    return LXW_NO_ERROR;
  case VALUE_NOT_ANSWERED:
  case VALUE_WITHHELD:
  case VALUE_NUMBER:
    export_sum_number(&file->sum, value->number);
    return worksheet_write_number(writing->data, writing->next, column, value->number, NULL);
  case VALUE_TEXT:
    export_sum_text(&file->sum, value->text, strlen(value->text));
    return write_string(writing, column, value->text);
  }
  return LXW_NO_ERROR;
}

static enum export_result row(struct export_file *file) {
  struct writing *writing = file->state;
  lxw_error error = LXW_NO_ERROR;
  for (size_t i = 0; i < file->table->variables.count && error == LXW_NO_ERROR; i++) {
    error = write_value(file, (lxw_col_t)i, &file->table->values[i]);
  }
  export_sum_row(&file->sum);
  writing->next++;
  return error == LXW_NO_ERROR ? EXPORT_OK : EXPORT_SCRATCH;
}

static enum export_result end(struct export_file *file) {
  struct writing *writing = file->state;
  if (writing == NULL) {
    return EXPORT_MEMORY;
  }
  enum export_result result = file->dropped ? EXPORT_STOPPED : EXPORT_OK;
  if (writing->book != NULL && file->dropped) {
    book_drop(writing->book);
  } else if (writing->book != NULL) {
    if (writing->data != NULL) {
      write_codebook(writing, file);
    }
    result = workbook_close(writing->book) == LXW_NO_ERROR ? EXPORT_OK : EXPORT_SCRATCH;
  }
  text_clear(&writing->escaped);
  free(writing);
  file->state = NULL;
  return result;
}

static enum export_result check(struct export_file *file) {
  struct export_sum read;
  export_sum_begin(&read);
  enum export_result result = export_xlsx_sum(file, &read);
  bool equal = export_sum_equal(&file->sum, &read);
  return result == EXPORT_OK && !equal ? EXPORT_DAMAGED : result;
}

const struct export_kind export_xlsx_kind = {.extension = "xlsx",
                                             .ending = "",
                                             .about = "file_xlsx",
                                             .begin = start,
                                             .row = row,
                                             .end = end,
                                             .check = check};
