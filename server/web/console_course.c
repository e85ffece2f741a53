#include "web/console_course.h"

#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "store/audit_store.h"
#include "web/console.h"
#include "web/console_gate.h"

enum { SHEET_DIGITS_MAX = 9 };

static const char *or_empty(const char *text) {
  return text != NULL ? text : "";
}

const char *console_course_path(const struct work *work, const char *rest) {
  const struct link_row *link = &work->session->link;
  return or_empty(arena_printf(work->arena, "/rounds/%d/municipalities/%d/courses%s", link->round,
                               link->municipality, rest));
}

const char *console_course_column(const struct work *work, enum course_column column) {
  return console_word_of(work, "column_", course_column_name(column));
}

const char *console_course_choice(const struct work *work, enum course_column column,
                                  const char *code) {
  if (code == NULL || code[0] == '\0') {
    return "";
  }
  const char *stem = arena_printf(work->arena, "choice_%s_", course_column_name(column));
  return stem == NULL ? "" : console_word_of(work, stem, code);
}

const char *console_course_day(const struct work *work, int day) {
  char date[CALENDAR_DATE_BYTES];
  if (day < 0) {
    return "";
  }
  calendar_write(day, date);
  return or_empty(arena_printf(work->arena, "%.2s-%.2s-%.4s", date + 8, date + 5, date));
}

const char *console_course_hours(const struct work *work, int hundredths) {
  char mark = strcmp(console_language(work), "da") == 0 ? ',' : '.';
  if (hundredths < 0) {
    return "";
  }
  char *text = arena_printf(work->arena, "%d%c%02d", hundredths / 100, mark, hundredths % 100);
  size_t length = text == NULL ? 0 : strlen(text);
  while (length > 0 && text[length - 1] == '0') {
    text[--length] = '\0';
  }
  if (length > 0 && text[length - 1] == mark) {
    text[length - 1] = '\0';
  }
  return or_empty(text);
}

const char *console_course_number(const struct work *work, int number) {
  return number < 0 ? "" : or_empty(arena_printf(work->arena, "%d", number));
}

/* ---- problems */

/* In sheets the texts are Danish, whatever the page is in. */
static const char *choices_text(const struct work *work, enum course_column column) {
  size_t count;
  const struct course_choice *choices = course_choices(column, &count);
  const char *text = "";
  for (size_t i = 0; i < count; i++) {
    text =
        or_empty(arena_printf(work->arena, "%s%s%s", text, i == 0 ? "" : ", ", choices[i].label));
  }
  return text;
}

const char *console_course_fault(const struct work *work, const struct course_problem *problem) {
  const char *name = course_fault_name(problem->fault);
  const char *line = problem->sheet == NULL && problem->other_row > 0
                         ? arena_printf(work->arena, "%s_line", name)
                         : NULL;
  const char *pattern = console_word_of(work, "fault_", line != NULL ? line : name);
  const char *row = or_empty(arena_printf(work->arena, "%ld", problem->other_row));
  return words_fill(work->arena, pattern, "row", row, "choices",
                    problem->column == COURSE_COLUMNS ? "" : choices_text(work, problem->column),
                    NULL);
}

const char *console_course_place(const struct work *work, const struct course_problem *problem) {
  char cell[SHEET_PLACE_BYTES] = "";
  const char *row = or_empty(arena_printf(work->arena, "%ld", problem->row));
  if (problem->row == 0) {
    return console_word(work, "place_file");
  }
  if (problem->sheet == NULL) {
    return words_fill(work->arena, console_word(work, "place_line"), "row", row, NULL);
  }
  if (problem->place < 0) {
    return words_fill(work->arena, console_word(work, "place_row"), "sheet", problem->sheet, "row",
                      row, NULL);
  }
  sheet_place(problem->row, problem->place, cell);
  return words_fill(work->arena, console_word(work, "place_cell"), "sheet", problem->sheet, "cell",
                    cell, NULL);
}

const char *console_course_count(const struct work *work, const char *stem, long long count) {
  if (count == 1) {
    return console_word_of(work, stem, "_one");
  }
  const char *number = or_empty(arena_printf(work->arena, "%lld", count));
  return words_fill(work->arena, console_word(work, stem), "n", number, NULL);
}

/* ---- courses */

json_t *console_course_row(const struct work *work, const struct course_row *row) {
  const struct course *course = &row->course;
  const char *href =
      or_empty(arena_printf(work->arena, "%s?id=%s", console_course_path(work, "/course"),
                            console_escape(work, course->id)));
  return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "href", href, "id", course->id,
                   "started", console_course_day(work, course->started_on), "closed",
                   console_course_day(work, course->closed_on), "outcome",
                   console_course_choice(work, COURSE_OUTCOME, course->outcome), "visits",
                   console_course_number(work, course->visits), "hours",
                   console_course_hours(work, course->hours_hundredths), "source",
                   or_empty(row->sheet));
}

int console_course_sheet(const char *typed) {
  size_t digits = strspn(typed, "0123456789");
  bool good = digits > 0 && digits <= SHEET_DIGITS_MAX && typed[digits] == '\0';
  return good ? (int)strtol(typed, NULL, 10) : 0;
}

enum store_result console_course_note(struct store *store, const struct work *work,
                                      const char *action, const char *details) {
  const struct link_row *link = &work->session->link;
  const struct audit_entry entry = {.action = action,
                                    .round = link->round,
                                    .municipality = link->municipality,
                                    .details = details};
  return audit_append(store, &entry);
}
