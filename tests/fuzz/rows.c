#include "rows.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/calendar.h"
#include "base/utf8.h"
#include "fuzz.h"

static struct course_rules rules;

struct reading {
  struct course_reading courses;
  long last;
  bool ended;
};

static void tell(void *context, const struct course_problem *problem) {
  (void)context;
  fuzz_require(problem->fault < COURSE_FAULTS && course_fault_name(problem->fault)[0] != '\0');
  fuzz_require(problem->row >= 0 && problem->place >= -1 && problem->column <= COURSE_COLUMNS);
}

static void check_cell(const struct sheet_cell *cell, bool workbook) {
  fuzz_require(cell->text != NULL);
  size_t length = strlen(cell->text);
  fuzz_require(length <= SHEET_CELL_BYTES && utf8_valid(cell->text, length));
  fuzz_require(cell->kind != SHEET_BLANK || length == 0);
  fuzz_require(workbook || cell->kind == SHEET_BLANK || cell->kind == SHEET_TEXT);
}

static void check_row(struct reading *reading, const struct sheet_row *row) {
  fuzz_require(row->count >= 1 && row->count <= SHEET_COLUMNS_MAX);
  fuzz_require(row->cells[row->count - 1].kind != SHEET_BLANK);
  fuzz_require(row->number > reading->last && row->number <= SHEET_ROWS_MAX);
  reading->last = row->number;
  for (size_t i = 0; i < row->count; i++) {
    char place[SHEET_PLACE_BYTES];
    check_cell(&row->cells[i], row->sheet != NULL);
    sheet_place(row->number, (int)i, place);
    fuzz_require(place[0] >= 'A' && place[0] <= 'Z');
  }
}

static void check_choice(const char *code, enum course_column column) {
  fuzz_require(code == NULL || strcmp(course_choice_label(column, code), code) != 0);
}

static void check_day(int day) {
  char text[CALENDAR_DATE_BYTES];
  if (day >= 0) {
    int back;
    calendar_write(day, text);
    fuzz_require(calendar_read(text, &back) && back == day);
    fuzz_require(calendar_year(day) >= COURSE_YEAR_FIRST && calendar_year(day) <= COURSE_YEAR_LAST);
  }
}

/* What is stored is what was asked for, and no personal number. */
static void check_course(const struct course *course) {
  size_t start, length;
  fuzz_require(course->municipality == 101 || course->municipality == 217);
  fuzz_require(course->id[0] != '\0' && utf8_valid(course->id, strlen(course->id)));
  enum personal_kind kind = personal_find(rules.finder, course->id, &start, &length);
  fuzz_require(kind != PERSONAL_CPR && kind != PERSONAL_EMAIL);
  fuzz_require(course->visits >= -1 && course->visits <= COURSE_VISITS_MAX);
  fuzz_require(course->hours_hundredths >= -1 &&
               course->hours_hundredths <= COURSE_HOURS_MAX * 100);
  check_day(course->visitation_on);
  check_day(course->started_on);
  check_day(course->closed_on);
  check_choice(course->referred_by, COURSE_REFERRED_BY);
  check_choice(course->outcome, COURSE_OUTCOME);
  check_choice(course->interrupted_reason, COURSE_INTERRUPTED_REASON);
}

static bool take(void *context, const struct sheet_row *row) {
  struct reading *reading = context;
  struct course course;
  check_row(reading, row);
  if (reading->ended) {
    return true;
  }
  switch (course_step(&reading->courses, row, &course)) {
  case COURSE_STEP_GOOD:
    check_course(&course);
    break;
  case COURSE_STEP_END:
    reading->ended = true;
    break;
  case COURSE_STEP_MEMORY:
    fuzz_require(fuzz_starved());
    return false;
  case COURSE_STEP_NONE:
  case COURSE_STEP_BAD:
    break;
  }
  return true;
}

void rows_init(void) {
  static const struct course_municipality municipalities[] = {{101, "København"},
                                                              {217, "Helsingør"}};
  rules = (struct course_rules){.municipalities = municipalities,
                                .municipalities_count = array_length(municipalities),
                                .municipality = 217,
                                .today = calendar_day(2026, 11, 22),
                                .finder = personal_new(),
                                .tell = tell};
  fuzz_require(rules.finder != NULL);
}

void rows_read(int fd) {
  struct reading reading = {0};
  struct sheet_end end;
  struct arena *arena = arena_new(0);
  if (arena != NULL) {
    course_begin(&reading.courses, &rules, arena);
    enum sheet_result result = sheet_read(fd, NULL, 0, take, &reading, &end);
    fuzz_require(sheet_result_name(result)[0] != '\0');
    fuzz_require(result != SHEET_MEMORY || fuzz_starved());
    fuzz_require(result != SHEET_IO || fuzz_starved());
    fuzz_require(result != SHEET_STOPPED || fuzz_starved());
    fuzz_require(end.row >= reading.last && end.column >= -1);
    course_end(&reading.courses);
  }
  arena_free(arena);
  (void)close(fd);
}
