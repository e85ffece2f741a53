#include "output/course_sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "output/book.h"

enum { WIDTH = 20, WIDE = 28, EXPLAIN_WIDTH = 90, CHOICES_MAX = 16 };

struct course_sheet {
  lxw_workbook *book;
  lxw_worksheet *rows;
  lxw_format *heading, *date, *number, *decimal, *text;
  lxw_row_t next;
};

/* ---- CSV */

void course_csv_header(struct csv *csv) {
  for (enum course_column column = 0; column < COURSE_COLUMNS; column++) {
    csv_text(csv, course_column_name(column));
  }
  csv_end_row(csv);
}

static void csv_day(struct csv *csv, int day) {
  char date[CALENDAR_DATE_BYTES] = "";
  if (day >= 0) {
    calendar_write(day, date);
  }
  csv_text(csv, date);
}

static void csv_number(struct csv *csv, int number) {
  if (number < 0) {
    csv_text(csv, NULL);
  } else {
    csv_integer(csv, number);
  }
}

void course_csv_row(struct csv *csv, const struct course *course) {
  csv_integer(csv, course->municipality);
  csv_text(csv, course->id);
  csv_text(csv, course->referred_by);
  csv_day(csv, course->visitation_on);
  csv_day(csv, course->started_on);
  csv_day(csv, course->closed_on);
  csv_text(csv, course->outcome);
  csv_text(csv, course->interrupted_reason);
  csv_number(csv, course->visits);
  if (course->hours_hundredths < 0) {
    csv_text(csv, NULL);
  } else {
    csv_decimal(csv, course->hours_hundredths / 100.0, 2);
  }
  csv_text(csv, course->goal_agreement);
  csv_text(csv, course->development_agreement);
  csv_end_row(csv);
}

/* ---- workbooks */

static lxw_format *format_of(struct course_sheet *sheet, enum course_column column) {
  switch (column) {
  case COURSE_VISITATION_ON:
  case COURSE_STARTED_ON:
  case COURSE_CLOSED_ON:
    return sheet->date;
  case COURSE_MUNICIPALITY_CODE:
  case COURSE_VISITS:
    return sheet->number;
  case COURSE_HOURS_TOTAL:
    return sheet->decimal;
  case COURSE_ID:
  case COURSE_REFERRED_BY:
  case COURSE_OUTCOME:
  case COURSE_INTERRUPTED_REASON:
  case COURSE_GOAL_AGREEMENT:
  case COURSE_DEVELOPMENT_AGREEMENT:
  case COURSE_COLUMNS:
    return sheet->text;
  }
  return sheet->text;
}

static lxw_format *make_format(lxw_workbook *book, const char *code) {
  lxw_format *format = workbook_add_format(book);
  format_set_num_format(format, code);
  return format;
}

static void make_formats(struct course_sheet *sheet) {
  sheet->heading = workbook_add_format(sheet->book);
  format_set_bold(sheet->heading);
  format_set_text_wrap(sheet->heading);
  sheet->date = make_format(sheet->book, "dd-mm-yyyy");
  sheet->number = make_format(sheet->book, "0");
  sheet->decimal = make_format(sheet->book, "0.00");
  sheet->text = make_format(sheet->book, "@");
}

/* A drop-down that refuses other texts, as the import would. The library copies the
 * texts, though its struct takes them without const; a later one takes the list with it. */
static void add_choices(struct course_sheet *sheet, enum course_column column) {
  const char *labels[CHOICES_MAX + 1] = {NULL};
  size_t count;
  const struct course_choice *choices = course_choices(column, &count);
  lxw_data_validation rule = {.validate = LXW_VALIDATION_TYPE_LIST,
                              .value_list = (void *)labels,
                              .error_title = (char *)"Vælg fra listen",
                              .error_message = (char *)"Teksten findes ikke på listen."};
  for (size_t i = 0; i < count && i < CHOICES_MAX; i++) {
    labels[i] = choices[i].label;
  }
  if (count > 0) {
    (void)worksheet_data_validation_range(sheet->rows, 1, (lxw_col_t)column, COURSE_SHEET_ROWS,
                                          (lxw_col_t)column, &rule);
  }
}

static void make_rows(struct course_sheet *sheet, int municipality) {
  sheet->rows = workbook_add_worksheet(sheet->book, "Forløb");
  for (enum course_column column = 0; column < COURSE_COLUMNS; column++) {
    lxw_col_t place = (lxw_col_t)column;
    (void)worksheet_set_column(sheet->rows, place, place,
                               column >= COURSE_GOAL_AGREEMENT ? WIDE : WIDTH,
                               format_of(sheet, column));
    (void)worksheet_write_string(sheet->rows, 0, place, course_column_heading(column),
                                 sheet->heading);
    add_choices(sheet, column);
  }
  worksheet_freeze_panes(sheet->rows, 1, 2);
  for (lxw_row_t row = 1; municipality != 0 && row <= COURSE_SHEET_ROWS; row++) {
    (void)worksheet_write_number(sheet->rows, row, COURSE_MUNICIPALITY_CODE, municipality,
                                 sheet->number);
  }
  sheet->next = 1;
}

static const char *explanation(enum course_column column) {
  static const char *const texts[COURSE_COLUMNS] = {
      [COURSE_MUNICIPALITY_CODE] = "Kommunens kode, tre cifre.",
      [COURSE_ID] = "Jeres eget nummer for forløbet, ét for hvert forløb. Aldrig CPR-nummer, navn "
                    "eller initialer.",
      [COURSE_REFERRED_BY] = "Hvem der fandt familien. Vælg fra listen.",
      [COURSE_VISITATION_ON] = "Datoen for afgørelsen om at tilbyde forløbet.",
      [COURSE_STARTED_ON] = "Datoen for det første besøg.",
      [COURSE_CLOSED_ON] = "Datoen, da forløbet blev afsluttet eller afbrudt. Tom, så længe det "
                           "er i gang.",
      [COURSE_OUTCOME] = "Om forløbet blev afsluttet eller afbrudt. Vælg fra listen.",
      [COURSE_INTERRUPTED_REASON] = "Kun for afbrudte forløb. Vælg fra listen.",
      [COURSE_VISITS] = "Antal besøg eller kontakter i alt, et helt tal.",
      [COURSE_HOURS_TOTAL] = "Timer i alt, gerne med decimaler: 12,5.",
      [COURSE_GOAL_AGREEMENT] =
          "Hvor enige er I i, at de opstillede mål for den enkelte familie er "
          "opnået? Vælg fra listen.",
      [COURSE_DEVELOPMENT_AGREEMENT] = "Hvor enige er I i, at barnet har udviklet sig positivt? "
                                       "Vælg fra listen.",
  };
  return texts[column];
}

static void make_help(struct course_sheet *sheet) {
  static const char *const lines[] = {
      "En række for hvert forløb. Celler, I ikke kender svaret på, kan være tomme; kun "
      "forløbs-id skal udfyldes.",
      "Navne, CPR-numre og andre personoplysninger hører ikke hjemme i arket. Kolonner med andre "
      "overskrifter end dem herunder bliver aldrig gemt.",
      "Arket kan indlæses igen og igen: nye forløb kommer til, rettede bliver rettet, resten "
      "ændres ikke. Et forløb, der fjernes fra arket, bliver ikke slettet.",
  };
  lxw_worksheet *help = workbook_add_worksheet(sheet->book, "Vejledning");
  lxw_row_t row = 0;
  (void)worksheet_set_column(help, 0, 0, WIDE, NULL);
  (void)worksheet_set_column(help, 1, 1, EXPLAIN_WIDTH, NULL);
  for (size_t i = 0; i < array_length(lines); i++) {
    (void)worksheet_write_string(help, row++, 0, lines[i], NULL);
  }
  row++;
  for (enum course_column column = 0; column < COURSE_COLUMNS; column++, row++) {
    (void)worksheet_write_string(help, row, 0, course_column_heading(column), sheet->heading);
    (void)worksheet_write_string(help, row, 1, explanation(column), NULL);
  }
}

struct course_sheet *course_sheet_new(int fd, int municipality) {
  struct course_sheet *sheet = calloc(1, sizeof *sheet);
  if (sheet == NULL) {
    return NULL;
  }
  sheet->book = book_open(fd, NULL);
  if (sheet->book == NULL) {
    free(sheet);
    return NULL;
  }
  make_formats(sheet);
  make_rows(sheet, municipality);
  make_help(sheet);
  return sheet;
}

static void add_string(struct course_sheet *sheet, enum course_column column, const char *string) {
  if (string != NULL && string[0] != '\0') {
    (void)worksheet_write_string(sheet->rows, sheet->next, (lxw_col_t)column, string, sheet->text);
  }
}

static void add_choice(struct course_sheet *sheet, enum course_column column, const char *code) {
  add_string(sheet, column, course_choice_label(column, code));
}

static void add_number(struct course_sheet *sheet, enum course_column column, double number) {
  if (number >= 0) {
    (void)worksheet_write_number(sheet->rows, sheet->next, (lxw_col_t)column, number,
                                 format_of(sheet, column));
  }
}

/* Serial numbers of Excel's 1900 system: day 2 is 1 January 1900 after its false leap
 * day. */
static void add_day(struct course_sheet *sheet, enum course_column column, int day) {
  add_number(sheet, column, day < 0 ? -1 : day - calendar_day(1899, 12, 30));
}

void course_sheet_add(struct course_sheet *sheet, const struct course *course) {
  add_number(sheet, COURSE_MUNICIPALITY_CODE, course->municipality);
  add_string(sheet, COURSE_ID, course->id);
  add_choice(sheet, COURSE_REFERRED_BY, course->referred_by);
  add_day(sheet, COURSE_VISITATION_ON, course->visitation_on);
  add_day(sheet, COURSE_STARTED_ON, course->started_on);
  add_day(sheet, COURSE_CLOSED_ON, course->closed_on);
  add_choice(sheet, COURSE_OUTCOME, course->outcome);
  add_choice(sheet, COURSE_INTERRUPTED_REASON, course->interrupted_reason);
  add_number(sheet, COURSE_VISITS, course->visits);
  add_number(sheet, COURSE_HOURS_TOTAL,
             course->hours_hundredths < 0 ? -1 : course->hours_hundredths / 100.0);
  add_choice(sheet, COURSE_GOAL_AGREEMENT, course->goal_agreement);
  add_choice(sheet, COURSE_DEVELOPMENT_AGREEMENT, course->development_agreement);
  sheet->next++;
}

bool course_sheet_finish(struct course_sheet *sheet) {
  bool done = workbook_close(sheet->book) == LXW_NO_ERROR;
  free(sheet);
  return done;
}
