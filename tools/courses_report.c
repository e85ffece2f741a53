#include "courses_report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

struct words {
  const char *what;
  const char *hint; /* or NULL */
};

static const struct words faults[COURSE_FAULTS] = {
    [COURSE_NO_HEADER] = {"there is no row of headings with a course id in the first 20 rows",
                          "name the columns as docs/courses.md does, or begin with hjemsvar "
                          "courses template"},
    [COURSE_COLUMN_TWICE] = {"a second column with this meaning", "take one of them out"},
    [COURSE_NO_MUNICIPALITY] = {"there is no column that says the municipality",
                                "--municipality says which one it is"},
    [COURSE_EMPTY] = {"empty", "fill it in"},
    [COURSE_NO_DATE] = {"not a date of 2000-2099", "31-12-2022, 31.12.2022 or 2022-12-31; in Excel "
                                                   "a cell formatted as a date"},
    [COURSE_NO_NUMBER] = {"not a number, or too large", "visits are whole; hours may have "
                                                        "decimals: 12,5"},
    [COURSE_NO_CHOICE] = {"none of the texts of this column", NULL},
    [COURSE_WRONG_KIND] = {"a value of a kind that does not belong here",
                           "an error, TRUE/FALSE, or an id that became a date in Excel"},
    [COURSE_NOT_IN_ROUND] = {"the municipality is not in the round", "hjemsvar round show"},
    [COURSE_NOT_YOURS] = {"a course of another municipality", "import it as that municipality's"},
    [COURSE_ID_LONG] = {"longer than 64 characters", NULL},
    [COURSE_ID_CHARACTERS] = {"not an id", "a letter or digit first, one line"},
    [COURSE_ID_CPR] = {"looks like a CPR number", "use a number of your own that says nothing of "
                                                  "the family"},
    [COURSE_ID_NAME] = {"looks like a name", "use a number of your own that says nothing of the "
                                             "family"},
    [COURSE_ID_ADDRESS] = {"holds an e-mail address", "use a number of your own"},
    [COURSE_CPR] = {"looks as if it held a CPR number", "take it out of the sheet"},
    [COURSE_ID_TWICE] = {"the id stands twice", NULL},
    [COURSE_COLUMN_MISSING] = {"not in the sheet: stays empty", NULL},
    [COURSE_COLUMN_PERSONAL] = {"not stored, but it seems to hold personal data",
                                "take the column out before you send the sheet to anybody"},
    [COURSE_ID_LETTERS] = {"an id without a digit", "see that it is no name"},
    [COURSE_NO_DAYS] = {"closed on the day it started", NULL},
    [COURSE_LONG] = {"longer than 40 weeks", NULL},
    [COURSE_MANY_HOURS] = {"5 hours a visit or more", NULL},
    [COURSE_CLOSED_FIRST] = {"closed before it started", "it is left out of durations"},
    [COURSE_VISITATION_LATE] = {"visitation after the start", "it is left out of waiting times"},
    [COURSE_FUTURE] = {"a date after today", NULL},
    [COURSE_NOT_CLOSED] = {"an outcome without a closing date", "it is counted in no quarter"},
    [COURSE_REASON_ALONE] = {"a reason, but the course was not interrupted", NULL},
};

static const struct words unreadable[] = {
    [SHEET_XLS] = {"an Excel workbook of the old kind (.xls)",
                   "save it as \"Excel workbook (.xlsx)\""},
    [SHEET_ENCRYPTED] = {"a workbook with a password", "save a copy without it"},
    [SHEET_ODS] = {"an OpenDocument file", "save it as Excel (.xlsx) or CSV"},
    [SHEET_XLSB] = {"a binary workbook (.xlsb)", "save it as \"Excel workbook (.xlsx)\""},
    [SHEET_UNKNOWN] = {"no sheet", "CSV or an Excel workbook (.xlsx)"},
    [SHEET_UTF16] = {"text in UTF-16", "save it as \"CSV UTF-8 (comma delimited)\" or as .xlsx"},
    [SHEET_NOT_UTF8] = {"text that is not UTF-8, perhaps Windows-1252",
                        "save it as \"CSV UTF-8 (comma delimited)\" or as .xlsx"},
    [SHEET_QUOTES] = {"a quotation mark in the wrong place or never closed",
                      "see this row and the one before"},
    [SHEET_LONG] = {"a row without an end", "look for a quotation mark that is not closed"},
    [SHEET_BROKEN] = {"a workbook that is damaged or cut off", "open it in Excel and save it anew"},
    [SHEET_BOMB] = {"a workbook that unpacks out of all proportion",
                    "open it in Excel and save it anew"},
    [SHEET_DOCTYPE] = {"a workbook with a DOCTYPE or an entity, which none needs",
                       "open it in Excel and save it anew"},
    [SHEET_LARGE] = {"too large", "copy the courses into a new sheet; 64 MiB are read"},
    [SHEET_COLUMNS] = {"more than 256 columns", "take out what is not of the courses"},
    [SHEET_ROWS] = {"more than 1,048,576 rows", "divide the file"},
    [SHEET_CELL] = {"a cell of more than 128 KiB", "shorten it"},
    [SHEET_NO_SHEET] = {"no sheet of that name, or none that is visible", "--sheet NAME"},
};

/* ---- problems */

/* "Ark1!D7" of a workbook; of CSV the line. */
static const char *place_of(const struct cli *cli, const struct course_problem *problem) {
  char place[SHEET_PLACE_BYTES];
  if (problem->row == 0) {
    return "";
  }
  if (problem->sheet == NULL) {
    return arena_printf(cli->arena, "%ld", problem->row);
  }
  if (problem->place < 0) {
    return arena_printf(cli->arena, "%s!%ld", problem->sheet, problem->row);
  }
  sheet_place(problem->row, problem->place, place);
  return arena_printf(cli->arena, "%s!%s", problem->sheet, place);
}

static void add_choices(struct text *text, enum course_column column) {
  size_t count;
  const struct course_choice *choices = course_choices(column, &count);
  for (size_t i = 0; i < count; i++) {
    text_addf(text, "%s%s", i == 0 ? "" : ", ", choices[i].label);
  }
}

static void add_words(struct text *text, const struct course_problem *problem) {
  const struct words *words = &faults[problem->fault];
  text_add(text, words->what);
  if (problem->fault == COURSE_NO_CHOICE) {
    text_add(text, "; hint: ");
    add_choices(text, problem->column);
  } else if (problem->fault == COURSE_ID_TWICE) {
    text_addf(text, "; hint: see row %ld", problem->other_row);
  } else if (words->hint != NULL) {
    text_addf(text, "; hint: %s", words->hint);
  }
}

static void print(const struct courses_report *report, const struct course_problem *problem,
                  const char *place, const char *message) {
  bool ours = problem->column != COURSE_COLUMNS;
  progress_clear(&report->progress);
  (void)fprintf(stderr, "%s:%s%s %s%s%s%s\n", report->file, place, place[0] == '\0' ? "" : ":",
                course_is_warning(problem->fault) ? "warning: " : "",
                ours ? course_column_name(problem->column) : "", ours ? ": " : "", message);
}

static json_t *problem_json(const struct course_problem *problem, const char *message) {
  char place[SHEET_PLACE_BYTES] = "";
  bool ours = problem->column != COURSE_COLUMNS;
  if (problem->place >= 0 && problem->row > 0) {
    sheet_place(problem->row, problem->place, place);
  }
  return json_pack("{s:s, s:s, s:s?, s:I, s:s?, s:s?, s:s}", "problem",
                   course_fault_name(problem->fault), "level",
                   course_is_warning(problem->fault) ? "warning" : "error", "sheet", problem->sheet,
                   "row", (json_int_t)problem->row, "cell", place[0] == '\0' ? NULL : place,
                   "column", ours ? course_column_name(problem->column) : NULL, "message", message);
}

void courses_report_take(void *context, const struct course_problem *problem) {
  struct courses_report *report = context;
  struct text message;
  if (++report->told > COURSES_REPORT_MAX) {
    return;
  }
  text_init(&message);
  add_words(&message, problem);
  const char *words = message.failed ? "out of memory" : message.data;
  if (report->problems != NULL) {
    (void)json_array_append_new(report->problems, problem_json(problem, words));
  } else {
    const char *place = place_of(report->cli, problem);
    print(report, problem, place == NULL ? "" : place, words);
  }
  text_clear(&message);
}

void courses_report_end(const struct courses_report *report) {
  if (report->told > COURSES_REPORT_MAX && report->problems == NULL) {
    (void)fprintf(stderr, "%s: %lld more like these\n", report->file,
                  report->told - COURSES_REPORT_MAX);
  }
}

/* ---- files that are no sheet */

int courses_unreadable(const struct courses_report *report, enum sheet_result result,
                       const struct sheet_end *end) {
  char place[SHEET_PLACE_BYTES + SHEET_NAME_BYTES + 2] = "";
  char cell[SHEET_PLACE_BYTES];
  if (result == SHEET_MEMORY) {
    return cli_fail_memory();
  }
  if ((size_t)result >= array_length(unreadable) || unreadable[result].what == NULL) {
    return cli_fail(EXIT_CODE_IO, "%s cannot be read: %s; hint: see that it is a file",
                    report->file, strerror(errno));
  }
  if (end->row > 0 && end->workbook) {
    sheet_place(end->row, end->column < 0 ? 0 : end->column, cell);
    (void)snprintf(place, sizeof place, ":%s!%s", end->sheet, cell);
  } else if (end->row > 0) {
    (void)snprintf(place, sizeof place, ":%ld", end->row);
  }
  return cli_fail(EXIT_CODE_DATA, "%s%s: %s; hint: %s", report->file, place,
                  unreadable[result].what, unreadable[result].hint);
}
