#include "survey/registration.h"

#include <string.h>

static bool is_blank(const char *text) {
  return text[strspn(text, " \t\r\n")] == '\0';
}

bool registration_rows(const char *const fields[COURSE_COLUMNS], sheet_each *each, void *context) {
  struct sheet_cell cells[COURSE_COLUMNS];
  struct sheet_row row = {.number = 1, .cells = cells, .count = COURSE_COLUMNS};
  for (enum course_column column = 0; column < COURSE_COLUMNS; column++) {
    cells[column] = (struct sheet_cell){SHEET_TEXT, course_column_name(column)};
  }
  if (!each(context, &row)) {
    return false;
  }
  for (enum course_column column = 0; column < COURSE_COLUMNS; column++) {
    cells[column] =
        (struct sheet_cell){is_blank(fields[column]) ? SHEET_BLANK : SHEET_TEXT, fields[column]};
  }
  row.number++;
  return each(context, &row);
}

struct reading {
  struct course_reading rows;
  struct registration *out;
};

static void keep(void *context, const struct course_problem *problem) {
  struct registration *out = ((struct reading *)context)->out;
  if (out->problems_count < REGISTRATION_PROBLEMS_MAX) {
    enum course_column column = problem->column < COURSE_COLUMNS ? problem->column : COURSE_ID;
    out->problems[out->problems_count++] = (struct registration_problem){problem->fault, column};
  }
}

static bool each_row(void *context, const struct sheet_row *row) {
  struct reading *reading = context;
  switch (course_step(&reading->rows, row, &reading->out->course)) {
  case COURSE_STEP_GOOD:
    reading->out->good = true;
    return true;
  case COURSE_STEP_NONE:
  case COURSE_STEP_BAD:
    return true;
  case COURSE_STEP_END:
  case COURSE_STEP_MEMORY:
    break;
  }
  return false;
}

bool registration_read(const char *const fields[COURSE_COLUMNS],
                       const struct course_municipality *municipality, int today,
                       struct arena *arena, struct registration *out) {
  struct reading reading = {.out = out};
  struct personal_finder *finder = personal_new();
  const struct course_rules rules = {.municipalities = municipality,
                                     .municipalities_count = 1,
                                     .municipality = municipality->code,
                                     .today = today,
                                     .finder = finder,
                                     .tell = keep,
                                     .context = &reading};
  *out = (struct registration){.good = false};
  if (finder == NULL) {
    return false;
  }
  course_begin(&reading.rows, &rules, arena);
  bool read = registration_rows(fields, each_row, &reading);
  personal_free(finder);
  if (read && !out->good && out->problems_count == 0) {
    const struct course_problem empty = {.fault = COURSE_EMPTY, .column = COURSE_ID};
    keep(&reading, &empty);
  }
  return read;
}
