#include "survey/course.h"

#include <string.h>

#include "base/utf8.h"
#include "survey/course_cell.h"
#include "survey/course_word.h"

enum { HEADING_BYTES = 80, TITLE_KNOWN_LEAST = 2 };

const char *course_fault_name(enum course_fault fault) {
  static const char *const names[COURSE_FAULTS] = {
      [COURSE_NO_HEADER] = "no_header",
      [COURSE_COLUMN_TWICE] = "column_twice",
      [COURSE_NO_MUNICIPALITY] = "no_municipality",
      [COURSE_EMPTY] = "empty",
      [COURSE_NO_DATE] = "no_date",
      [COURSE_NO_NUMBER] = "no_number",
      [COURSE_NO_CHOICE] = "no_choice",
      [COURSE_WRONG_KIND] = "wrong_kind",
      [COURSE_NOT_IN_ROUND] = "not_in_round",
      [COURSE_NOT_YOURS] = "not_yours",
      [COURSE_ID_LONG] = "id_long",
      [COURSE_ID_CHARACTERS] = "id_characters",
      [COURSE_ID_CPR] = "id_cpr",
      [COURSE_ID_NAME] = "id_name",
      [COURSE_ID_ADDRESS] = "id_address",
      [COURSE_CPR] = "cpr",
      [COURSE_ID_TWICE] = "id_twice",
      [COURSE_COLUMN_MISSING] = "column_missing",
      [COURSE_COLUMN_PERSONAL] = "column_personal",
      [COURSE_ID_LETTERS] = "id_letters",
      [COURSE_NO_DAYS] = "no_days",
      [COURSE_LONG] = "long",
      [COURSE_MANY_HOURS] = "many_hours",
      [COURSE_CLOSED_FIRST] = "closed_first",
      [COURSE_VISITATION_LATE] = "visitation_late",
      [COURSE_FUTURE] = "future",
      [COURSE_NOT_CLOSED] = "not_closed",
      [COURSE_REASON_ALONE] = "reason_alone",
  };
  return names[fault];
}

bool course_is_warning(enum course_fault fault) {
  return fault >= COURSE_WARNINGS;
}

void course_begin(struct course_reading *reading, const struct course_rules *rules,
                  struct arena *arena) {
  *reading = (struct course_reading){.rules = rules, .arena = arena};
}

/* ---- telling */

static void tell_at(struct course_reading *reading, enum course_fault fault, int place,
                    enum course_column column) {
  const struct course_problem problem = {
      .fault = fault,
      .sheet = reading->row == NULL ? NULL : reading->row->sheet,
      .row = reading->row == NULL ? 0 : reading->row->number,
      .place = place,
      .column = column,
  };
  reading->bad = reading->bad || !course_is_warning(fault);
  reading->rules->tell(reading->rules->context, &problem);
}

static void tell(struct course_reading *reading, enum course_fault fault,
                 enum course_column column) {
  tell_at(reading, fault, reading->layout.places[column], column);
}

/* ---- headings */

/* A heading as people may be shown it: one line, cut, no number of a person. */
static const char *shown_heading(const struct course_reading *reading, const char *heading) {
  size_t length = strlen(heading);
  bool cpr = course_holds_cpr(heading, reading->rules->finder);
  while (length > HEADING_BYTES || (heading[length] & 0xC0) == 0x80) {
    length--;
  }
  char *shown = arena_copy(reading->arena, heading, length);
  for (char *c = shown; c != NULL && *c != '\0'; c++) {
    if ((unsigned char)*c < ' ') {
      *c = ' ';
    } else if (cpr && *c >= '0' && *c <= '9') {
      *c = '#';
    }
  }
  return shown;
}

static size_t known_headings(const struct sheet_row *row, bool *has_id) {
  size_t known = 0;
  *has_id = false;
  for (size_t i = 0; i < row->count; i++) {
    if (row->cells[i].kind == SHEET_TEXT) {
      enum course_column column = course_heading_find(row->cells[i].text);
      known += column != COURSE_COLUMNS;
      *has_id = *has_id || column == COURSE_ID;
    }
  }
  return known;
}

static bool take_headings(struct course_reading *reading, const struct sheet_row *row) {
  struct course_layout *layout = &reading->layout;
  struct course_ignored *ignored = arena_array(reading->arena, row->count, sizeof *ignored);
  if (ignored == NULL) {
    return false;
  }
  layout->ignored = ignored;
  for (size_t i = 0; i < row->count; i++) {
    enum course_column column = course_heading_find(row->cells[i].text);
    if (column != COURSE_COLUMNS && layout->places[column] < 0) {
      layout->places[column] = (int)i;
    } else if (column != COURSE_COLUMNS) {
      tell_at(reading, COURSE_COLUMN_TWICE, (int)i, column);
    } else if (row->cells[i].kind != SHEET_BLANK) {
      const char *heading = shown_heading(reading, row->cells[i].text);
      if (heading == NULL) {
        return false;
      }
      ignored[layout->ignored_count++] =
          (struct course_ignored){.place = (int)i, .heading = heading};
      if (course_heading_is_personal(row->cells[i].text)) {
        tell_at(reading, COURSE_COLUMN_PERSONAL, (int)i, COURSE_COLUMNS);
      }
    }
  }
  return true;
}

static void judge_headings(struct course_reading *reading) {
  for (enum course_column column = 0; column < COURSE_COLUMNS; column++) {
    if (reading->layout.places[column] >= 0) {
      continue;
    }
    if (column != COURSE_MUNICIPALITY_CODE) {
      tell(reading, COURSE_COLUMN_MISSING, column);
    } else if (reading->rules->municipality == 0) {
      tell(reading, COURSE_NO_MUNICIPALITY, column);
    }
  }
}

static enum course_step step_header(struct course_reading *reading, const struct sheet_row *row) {
  bool has_id;
  size_t known = known_headings(row, &has_id);
  if (!has_id || known < TITLE_KNOWN_LEAST) {
    if (++reading->titles < COURSE_TITLE_ROWS_MAX) {
      return COURSE_STEP_NONE;
    }
    reading->row = NULL;
    tell_at(reading, COURSE_NO_HEADER, -1, COURSE_COLUMNS);
    return COURSE_STEP_END;
  }
  for (size_t i = 0; i < COURSE_COLUMNS; i++) {
    reading->layout.places[i] = -1;
  }
  reading->layout.row = row->number;
  if (!take_headings(reading, row)) {
    return COURSE_STEP_MEMORY;
  }
  judge_headings(reading);
  return reading->bad ? COURSE_STEP_END : COURSE_STEP_NONE;
}

/* ---- cells */

static const struct sheet_cell *cell_of(const struct course_reading *reading,
                                        enum course_column column) {
  static const struct sheet_cell blank = {.kind = SHEET_BLANK, .text = ""};
  int place = reading->layout.places[column];
  return place < 0 || (size_t)place >= reading->row->count ? &blank : &reading->row->cells[place];
}

/* A cell as text without white space at its ends, in NFC; "" when there is nothing to be
 * read, which has then been told unless it is blank. */
static const char *text_of(struct course_reading *reading, struct arena *arena,
                           enum course_column column, size_t *characters) {
  const struct sheet_cell *cell = cell_of(reading, column);
  char *text = NULL;
  *characters = 0;
  if (cell->kind == SHEET_BOOLEAN || cell->kind == SHEET_ERROR) {
    tell(reading, COURSE_WRONG_KIND, column);
    return "";
  }
  if (cell->kind == SHEET_BLANK) {
    return "";
  }
  enum utf8_result result =
      utf8_normalise(arena, cell->text, strlen(cell->text), &text, characters);
  if (result == UTF8_INVALID) {
    tell(reading, COURSE_WRONG_KIND, column);
    return "";
  }
  if (result == UTF8_MEMORY) {
    reading->starved = true;
  }
  return result == UTF8_OK ? text : NULL;
}

/* Tells that a cell is not what its column holds; a CPR number is told as one. */
static void tell_cell(struct course_reading *reading, enum course_fault fault,
                      enum course_column column) {
  bool cpr = course_holds_cpr(cell_of(reading, column)->text, reading->rules->finder);
  tell(reading, cpr ? COURSE_CPR : fault, column);
}

static const char *read_choice(struct course_reading *reading, struct arena *arena,
                               enum course_column column) {
  size_t characters;
  const char *text = text_of(reading, arena, column, &characters);
  if (text == NULL || text[0] == '\0') {
    return NULL;
  }
  const char *code = course_choice_find(column, text);
  if (code == NULL) {
    tell_cell(reading, COURSE_NO_CHOICE, column);
  }
  return code;
}

static int read_date(struct course_reading *reading, struct arena *arena,
                     enum course_column column) {
  size_t characters;
  int day = -1;
  const char *text = text_of(reading, arena, column, &characters);
  if (text == NULL || text[0] == '\0') {
    return -1;
  }
  enum sheet_kind kind = cell_of(reading, column)->kind;
  if (kind == SHEET_NUMBER || kind == SHEET_TIME || !course_date_parse(text, &day)) {
    tell_cell(reading, COURSE_NO_DATE, column);
    return -1;
  }
  if (day > reading->rules->today) {
    tell(reading, COURSE_FUTURE, column);
  }
  return day;
}

static int read_number(struct course_reading *reading, struct arena *arena,
                       enum course_column column) {
  size_t characters;
  int number = -1;
  const char *text = text_of(reading, arena, column, &characters);
  if (text == NULL || text[0] == '\0') {
    return -1;
  }
  enum sheet_kind kind = cell_of(reading, column)->kind;
  bool hours = column == COURSE_HOURS_TOTAL;
  bool good = kind != SHEET_DATE && (hours || kind != SHEET_TIME) &&
              (hours ? course_hours_parse(text, &number)
                     : course_count_parse(text, COURSE_VISITS_MAX, &number));
  if (!good) {
    tell_cell(reading, COURSE_NO_NUMBER, column);
  }
  return good ? number : -1;
}

static const struct course_municipality *find_municipality(const struct course_rules *rules,
                                                           const char *text) {
  int code = 0;
  bool is_code = course_count_parse(text, 999, &code);
  char word[COURSE_WORD_BYTES], name[COURSE_WORD_BYTES];
  course_fold(text, word);
  size_t length = strlen(word);
  if (length > strlen("kommune") && strcmp(word + length - strlen("kommune"), "kommune") == 0) {
    word[length - strlen("kommune")] = '\0';
  }
  for (size_t i = 0; i < rules->municipalities_count; i++) {
    course_fold(rules->municipalities[i].name, name);
    if (is_code ? rules->municipalities[i].code == code : strcmp(word, name) == 0) {
      return &rules->municipalities[i];
    }
  }
  return NULL;
}

static int read_municipality(struct course_reading *reading, struct arena *arena) {
  const struct course_rules *rules = reading->rules;
  size_t characters;
  const char *text = text_of(reading, arena, COURSE_MUNICIPALITY_CODE, &characters);
  if (text == NULL || reading->bad) {
    return 0;
  }
  if (text[0] == '\0') {
    if (rules->municipality == 0) {
      tell(reading, COURSE_EMPTY, COURSE_MUNICIPALITY_CODE);
    }
    return rules->municipality;
  }
  const struct course_municipality *found = find_municipality(rules, text);
  if (found == NULL) {
    tell_cell(reading, COURSE_NOT_IN_ROUND, COURSE_MUNICIPALITY_CODE);
    return 0;
  }
  if (rules->municipality != 0 && found->code != rules->municipality) {
    tell(reading, COURSE_NOT_YOURS, COURSE_MUNICIPALITY_CODE);
  }
  return found->code;
}

static void read_id(struct course_reading *reading, struct arena *arena, struct course *out) {
  size_t characters;
  const char *text = text_of(reading, arena, COURSE_ID, &characters);
  if (text == NULL || reading->bad) {
    return;
  }
  if (text[0] == '\0') {
    tell(reading, COURSE_EMPTY, COURSE_ID);
    return;
  }
  enum course_fault fault = course_id_check(text, characters, reading->rules->finder);
  enum sheet_kind kind = cell_of(reading, COURSE_ID)->kind;
  if (kind == SHEET_DATE || kind == SHEET_TIME) {
    fault = COURSE_WRONG_KIND;
  }
  if (fault != COURSE_FAULTS) {
    tell(reading, fault, COURSE_ID);
  }
  if (strlen(text) < sizeof out->id) {
    memcpy(out->id, text, strlen(text) + 1);
  }
}

/* ---- rows */

/* A row of a template that was not filled in has its municipality at most. */
static bool is_empty(const struct course_reading *reading) {
  for (enum course_column column = 0; column < COURSE_COLUMNS; column++) {
    if (column != COURSE_MUNICIPALITY_CODE && cell_of(reading, column)->kind != SHEET_BLANK &&
        cell_of(reading, column)->text[strspn(cell_of(reading, column)->text, " \t\r\n")] != '\0') {
      return false;
    }
  }
  return true;
}

static void judge_days(struct course_reading *reading, const struct course *course) {
  bool started = course->started_on >= 0;
  if (started && course->visitation_on > course->started_on) {
    tell(reading, COURSE_VISITATION_LATE, COURSE_VISITATION_ON);
  }
  if (!started || course->closed_on < 0) {
    return;
  }
  int days = course->closed_on - course->started_on;
  if (days < 0) {
    tell(reading, COURSE_CLOSED_FIRST, COURSE_CLOSED_ON);
  } else if (days == 0) {
    tell(reading, COURSE_NO_DAYS, COURSE_CLOSED_ON);
  } else if (days > COURSE_DAYS_MAX) {
    tell(reading, COURSE_LONG, COURSE_CLOSED_ON);
  }
}

static void judge(struct course_reading *reading, const struct course *course) {
  bool interrupted = course->outcome != NULL && strcmp(course->outcome, "interrupted") == 0;
  judge_days(reading, course);
  if (course->visits > 0 &&
      course->hours_hundredths >= course->visits * COURSE_HOURS_A_VISIT * 100) {
    tell(reading, COURSE_MANY_HOURS, COURSE_HOURS_TOTAL);
  }
  if (course->outcome != NULL && course->closed_on < 0) {
    tell(reading, COURSE_NOT_CLOSED, COURSE_OUTCOME);
  }
  if (course->interrupted_reason != NULL && !interrupted) {
    tell(reading, COURSE_REASON_ALONE, COURSE_INTERRUPTED_REASON);
  }
}

static void read_row(struct course_reading *reading, struct arena *arena, struct course *out) {
  *out = (struct course){.municipality = read_municipality(reading, arena)};
  bool bad = reading->bad;
  reading->bad = false;
  read_id(reading, arena, out);
  reading->bad = reading->bad || bad;
  out->referred_by = read_choice(reading, arena, COURSE_REFERRED_BY);
  out->visitation_on = read_date(reading, arena, COURSE_VISITATION_ON);
  out->started_on = read_date(reading, arena, COURSE_STARTED_ON);
  out->closed_on = read_date(reading, arena, COURSE_CLOSED_ON);
  out->outcome = read_choice(reading, arena, COURSE_OUTCOME);
  out->interrupted_reason = read_choice(reading, arena, COURSE_INTERRUPTED_REASON);
  out->visits = read_number(reading, arena, COURSE_VISITS);
  out->hours_hundredths = read_number(reading, arena, COURSE_HOURS_TOTAL);
  out->goal_agreement = read_choice(reading, arena, COURSE_GOAL_AGREEMENT);
  out->development_agreement = read_choice(reading, arena, COURSE_DEVELOPMENT_AGREEMENT);
  if (!reading->bad) {
    judge(reading, out);
  }
}

enum course_step course_step(struct course_reading *reading, const struct sheet_row *row,
                             struct course *out) {
  reading->row = row;
  reading->bad = reading->starved = false;
  if (reading->layout.row == 0) {
    return step_header(reading, row);
  }
  if (is_empty(reading)) {
    return COURSE_STEP_NONE;
  }
  struct arena *arena = arena_new(0);
  if (arena == NULL) {
    return COURSE_STEP_MEMORY;
  }
  read_row(reading, arena, out);
  arena_free(arena);
  if (reading->starved) {
    return COURSE_STEP_MEMORY;
  }
  return reading->bad ? COURSE_STEP_BAD : COURSE_STEP_GOOD;
}

void course_end(struct course_reading *reading) {
  reading->row = NULL;
  if (reading->layout.row == 0 && reading->titles < COURSE_TITLE_ROWS_MAX) {
    tell_at(reading, COURSE_NO_HEADER, -1, COURSE_COLUMNS);
  }
}
