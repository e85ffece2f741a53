/* The registration sheet of a municipality: a page of its courses, and a sheet as it is kept. */
#include <string.h>

#include "base/calendar.h"
#include "base/clock.h"
#include "web/api.h"
#include "web/console.h"
#include "web/console_course.h"
#include "web/console_gate.h"
#include "web/console_pages.h"

enum { PAGE = 100, PAGE_MAX = 500, TOLD_MAX = 100 };

/* ---- list */

static json_t *day_json(int day) {
  char date[CALENDAR_DATE_BYTES];
  if (day < 0) {
    return json_null();
  }
  calendar_write(day, date);
  return json_string(date);
}

static json_t *course_json(const struct course *course) {
  return json_pack(
      "{s:s, s:s?, s:o, s:o, s:o, s:s?, s:s?, s:o, s:o, s:s?, s:s?}", "course_id", course->id,
      "referred_by", course->referred_by, "visitation_on", day_json(course->visitation_on),
      "started_on", day_json(course->started_on), "closed_on", day_json(course->closed_on),
      "outcome", course->outcome, "interrupted_reason", course->interrupted_reason, "visits",
      course->visits < 0 ? json_null() : json_integer(course->visits), "hours_total",
      course->hours_hundredths < 0 ? json_null() : json_real(course->hours_hundredths / 100.0),
      "goal_agreement", course->goal_agreement, "development_agreement",
      course->development_agreement);
}

struct page_question {
  struct work *work;
  const char *after;
  int limit;
  struct course_row *rows;
  size_t count;
  long long total;
};

/* One more than is shown tells whether there is a next page. */
static enum store_result find_page(struct store *store, void *context) {
  struct page_question *question = context;
  const struct link_row *link = &question->work->session->link;
  return course_page(store, link->round, link->municipality, question->after, question->limit + 1,
                     question->work->arena, &question->rows, &question->count, &question->total);
}

void api_courses(struct work *work) {
  const char *after = work_query(work, "after");
  struct page_question question = {.work = work, .after = after == NULL ? "" : after};
  question.limit = api_query_number(work, "limit", PAGE_MAX, PAGE);
  if (question.limit == 0 || !console_settle(work, console_ask(work, find_page, &question))) {
    return;
  }
  bool more = question.count > (size_t)question.limit;
  size_t shown = more ? (size_t)question.limit : question.count;
  json_t *list = json_array();
  for (size_t i = 0; i < shown; i++) {
    (void)json_array_append_new(list, course_json(&question.rows[i].course));
  }
  const struct link_row *link = &work->session->link;
  work_json(work, MHD_HTTP_OK,
            json_pack("{s:i, s:i, s:I, s:o, s:s?}", "round", link->round, "municipality",
                      link->municipality, "total", (json_int_t)question.total, "courses", list,
                      "next", more ? question.rows[shown - 1].course.id : NULL));
}

/* ---- import */

struct sheet_import {
  struct work *work;
  bool preview;
  struct course_file_result result;
  json_t *errors, *warnings; /* at most TOLD_MAX each */
};

/* {"field":"started_on","code":"no_date","sheet":"Forløb","row":4,"cell":"C4","message":…}: a
 * column that is not ours has no name, and what is wrong with the whole file no row. */
static json_t *problem_json(const struct work *work, const struct course_problem *problem) {
  char cell[SHEET_PLACE_BYTES] = "";
  bool ours = problem->column != COURSE_COLUMNS;
  if (problem->place >= 0 && problem->row > 0) {
    sheet_place(problem->row, problem->place, cell);
  }
  return json_pack("{s:s, s:s, s:s?, s:o, s:s?, s:s}", "field",
                   ours ? course_column_name(problem->column) : "file", "code",
                   course_fault_name(problem->fault), "sheet", problem->sheet, "row",
                   problem->row == 0 ? json_null() : json_integer(problem->row), "cell",
                   cell[0] == '\0' ? NULL : cell, "message", console_course_fault(work, problem));
}

static void take_problem(void *context, const struct course_problem *problem) {
  struct sheet_import *import = context;
  json_t *list = course_is_warning(problem->fault) ? import->warnings : import->errors;
  if (json_array_size(list) < TOLD_MAX) {
    (void)json_array_append_new(list, problem_json(import->work, problem));
  }
}

static enum store_result note(struct store *store, const struct sheet_import *import) {
  const struct course_counts *counts = &import->result.counts;
  const char *details =
      arena_printf(import->work->arena, "{\"new\":%lld,\"changed\":%lld,\"unchanged\":%lld}",
                   counts->fresh, counts->changed, counts->unchanged);
  return details == NULL ? STORE_FAULT
                         : console_course_note(store, import->work, "course.import", details);
}

/* May run again, so it begins anew. The time left over is for saying what was wrong. */
static enum store_result read_sheet(struct store *store, void *context) {
  enum { SPARE_MS = 1000 };
  struct sheet_import *import = context;
  struct work *work = import->work;
  const struct link_row *link = &work->session->link;
  const struct course_file file = {.fd = work->upload.fd,
                                   .sheet = work_query(work, "sheet"),
                                   .round = link->round,
                                   .municipality = link->municipality,
                                   .preview = import->preview,
                                   .tell = take_problem,
                                   .courses_max = CONSOLE_COURSE_ROWS_MAX,
                                   .until_ms = work->deadline_ms - SPARE_MS,
                                   .context = import};
  (void)json_array_clear(import->errors);
  (void)json_array_clear(import->warnings);
  course_file_import(store, &file, work->arena, &import->result);
  if (import->result.state == COURSE_FILE_NO_STORE) {
    return import->result.store_result;
  }
  return import->preview || import->result.state != COURSE_FILE_GOOD ? STORE_OK
                                                                     : note(store, import);
}

static void send_good(const struct sheet_import *import) {
  const struct link_row *link = &import->work->session->link;
  const struct course_file_result *result = &import->result;
  json_t *ignored = json_array();
  for (size_t i = 0; i < result->layout.ignored_count; i++) {
    (void)json_array_append_new(ignored, json_string(result->layout.ignored[i].heading));
  }
  work_json(import->work, MHD_HTTP_OK,
            json_pack("{s:i, s:i, s:b, s:I, s:I, s:I, s:I, s:o, s:O}", "round", link->round,
                      "municipality", link->municipality, "preview", import->preview, "courses",
                      (json_int_t)result->courses, "new", (json_int_t)result->counts.fresh,
                      "changed", (json_int_t)result->counts.changed, "unchanged",
                      (json_int_t)result->counts.unchanged, "ignored", ignored, "warnings",
                      import->warnings));
}

/* What the file as a whole cannot be read for. */
static void send_unreadable(const struct sheet_import *import) {
  struct work *work = import->work;
  const char *name = sheet_result_name(import->result.sheet_result);
  json_t *errors = json_pack("[{s:s, s:s, s:s}]", "field", "file", "code", name, "message",
                             console_word_of(work, "sheet_", name));
  api_invalid_list(work, "sheet", errors);
  json_decref(errors);
}

static void send_result(struct sheet_import *import) {
  struct work *work = import->work;
  switch (import->result.state) {
  case COURSE_FILE_GOOD:
    send_good(import);
    return;
  case COURSE_FILE_FAULTY:
    if (json_array_size(import->errors) == 0) {
      api_invalid(work, "file", "no_courses");
    } else {
      api_invalid_list(work, "sheet", import->errors);
    }
    return;
  case COURSE_FILE_LONG:
    api_invalid(work, "file", "long");
    return;
  case COURSE_FILE_NO_READ:
    send_unreadable(import);
    return;
  case COURSE_FILE_NO_STORE:
    break;
  }
  console_fail(work, STORE_FAULT);
}

/* "on", "off" or nothing; false when it is none of them, and the work is answered. */
static bool read_preview(struct work *work, bool *preview) {
  const char *asked = work_query(work, "preview");
  *preview = asked != NULL && strcmp(asked, "on") == 0;
  if (asked == NULL || *preview || strcmp(asked, "off") == 0) {
    return true;
  }
  api_invalid(work, "preview", "switch");
  return false;
}

void api_courses_import(struct work *work) {
  struct sheet_import import = {.work = work};
  if (!read_preview(work, &import.preview)) {
    return;
  }
  if (work->upload.failed) {
    api_fail(work, MHD_HTTP_SERVICE_UNAVAILABLE, "busy");
    return;
  }
  if (work->upload.bytes == 0) {
    api_invalid(work, "file", "missing");
    return;
  }
  import.errors = json_array();
  import.warnings = json_array();
  enum store_result result = console_ask(work, read_sheet, &import);
  if (result == STORE_DOWN && clock_left_ms(work->deadline_ms) <= 1000) {
    api_invalid(work, "file", "long");
  } else if (console_settle(work, result)) {
    send_result(&import);
  }
  json_decref(import.errors);
  json_decref(import.warnings);
}
