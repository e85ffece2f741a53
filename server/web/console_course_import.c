#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "output/course_sheet.h"
#include "store/course_upload.h"
#include "web/console.h"
#include "web/console_course.h"
#include "web/console_gate.h"
#include "web/console_pages.h"

enum {
  SHOWN_MAX = 100, /* errors, and as many warnings */
  FIRST_MAX = 10   /* courses */
};

struct told {
  json_t *rows;
  long long count;
};

/* A sheet that is looked at, or stored. */
struct import {
  struct work *work;
  struct course_file_result result;
  struct told errors, warnings;
  json_t *first;       /* courses as they would be stored */
  struct text courses; /* all of them, as CSV */
  struct csv csv;
  long long upload; /* where they are kept; 0: nowhere */
};

/* Ahead of the worker's own deadline, so that there is time to say why. */
static int64_t until_ms(const struct work *work) {
  enum { SPARE_MS = 1000 };
  return work->deadline_ms - SPARE_MS;
}

/* ---- the form */

static const char *limit(const struct work *work) {
  char mark = strcmp(console_language(work), "da") == 0 ? '.' : ',';
  const char *number = arena_printf(work->arena, "%d%c%03d", CONSOLE_COURSE_ROWS_MAX / 1000, mark,
                                    CONSOLE_COURSE_ROWS_MAX % 1000);
  return number != NULL ? number : "";
}

/* What the form of both pages shows. */
static void put_form(json_t **data, const struct work *work) {
  const char *limits =
      words_fill(work->arena, console_word(work, "sheet_file_hint"), "n", limit(work), NULL);
  console_put_text(data, "here", console_course_path(work, ""));
  console_put_text(data, "municipality", work->session->link.name);
  console_put_text(data, "limits", limits);
  console_put_text(data, "sheet", work_field(work, "sheet"));
}

static void show_form(struct work *work, unsigned status, const char *problem) {
  const char *title = console_word(work, "sheet_import_title");
  const struct console_problem item = {"file", problem};
  json_t *data = console_frame(work, title);
  console_put_problems(&data, &item, problem != NULL);
  put_form(&data, work);
  console_send(work, status, CONSOLE_SHEET_IMPORT, data);
}

void sheet_show(struct work *work) {
  show_form(work, MHD_HTTP_OK, NULL);
}

/* ---- what is found in a sheet */

static void begin(struct import *import) {
  json_decref(import->errors.rows);
  json_decref(import->warnings.rows);
  json_decref(import->first);
  import->errors = (struct told){json_array(), 0};
  import->warnings = (struct told){json_array(), 0};
  import->first = json_array();
  import->upload = 0;
  text_reset(&import->courses);
  csv_begin(&import->csv, CSV_PLAIN, &import->courses);
  course_csv_header(&import->csv);
}

static void end(struct import *import) {
  json_decref(import->errors.rows);
  json_decref(import->warnings.rows);
  json_decref(import->first);
  text_clear(&import->courses);
}

static void take_problem(void *context, const struct course_problem *problem) {
  struct import *import = context;
  const struct work *work = import->work;
  struct told *told = course_is_warning(problem->fault) ? &import->warnings : &import->errors;
  if (told->count++ >= SHOWN_MAX) {
    return;
  }
  char cell[SHEET_PLACE_BYTES] = "";
  if (problem->column == COURSE_COLUMNS && problem->place >= 0) {
    sheet_place(problem->row, problem->place, cell); /* a column that is not ours, by its heading */
  }
  const char *column =
      problem->column == COURSE_COLUMNS ? cell : console_course_column(work, problem->column);
  (void)json_array_append_new(
      told->rows, json_pack("{s:s, s:s, s:s}", "place", console_course_place(work, problem),
                            "column", column, "text", console_course_fault(work, problem)));
}

static json_t *first_row(const struct work *work, const struct course *course) {
  return json_pack(
      "{s:s, s:[s, s, s, s, s, s, s, s, s, s]}", "id", course->id, "cells",
      console_course_choice(work, COURSE_REFERRED_BY, course->referred_by),
      console_course_day(work, course->visitation_on), console_course_day(work, course->started_on),
      console_course_day(work, course->closed_on),
      console_course_choice(work, COURSE_OUTCOME, course->outcome),
      console_course_choice(work, COURSE_INTERRUPTED_REASON, course->interrupted_reason),
      console_course_number(work, course->visits),
      console_course_hours(work, course->hours_hundredths),
      console_course_choice(work, COURSE_GOAL_AGREEMENT, course->goal_agreement),
      console_course_choice(work, COURSE_DEVELOPMENT_AGREEMENT, course->development_agreement));
}

static void take_course(void *context, const struct course *course) {
  struct import *import = context;
  course_csv_row(&import->csv, course);
  if (json_array_size(import->first) < FIRST_MAX) {
    (void)json_array_append_new(import->first, first_row(import->work, course));
  }
}

/* ---- step 1: looking */

/* Only what could be stored is kept, and only when it changes something. */
static enum store_result keep(struct store *store, struct import *import) {
  const struct link_row *link = &import->work->session->link;
  const struct course_counts *counts = &import->result.counts;
  if (import->result.state != COURSE_FILE_GOOD || counts->fresh + counts->changed == 0) {
    return STORE_OK;
  }
  if (import->courses.failed) {
    return STORE_FAULT;
  }
  return course_upload_keep(store, link->round, link->municipality, import->courses.data,
                            &import->upload);
}

static enum store_result look(struct store *store, void *context) {
  struct import *import = context;
  struct work *work = import->work;
  const char *sheet = work_field(work, "sheet");
  const struct course_file file = {.fd = work->upload.fd,
                                   .sheet = sheet[0] == '\0' ? NULL : sheet,
                                   .round = work->session->link.round,
                                   .municipality = work->session->link.municipality,
                                   .preview = true,
                                   .tell = take_problem,
                                   .good = take_course,
                                   .courses_max = CONSOLE_COURSE_ROWS_MAX,
                                   .until_ms = until_ms(work),
                                   .context = import};
  begin(import);
  course_file_import(store, &file, work->arena, &import->result);
  return import->result.state == COURSE_FILE_NO_STORE ? import->result.store_result
                                                      : keep(store, import);
}

static void put_told(json_t **data, const char *name, const struct work *work,
                     const struct told *told) {
  const char *more = told->count > SHOWN_MAX
                         ? console_course_count(work, "preview_more", told->count - SHOWN_MAX)
                         : NULL;
  console_put(data, name,
              told->count == 0 ? json_null()
                               : json_pack("{s:O, s:s?}", "rows", told->rows, "more", more));
}

static json_t *ignored_of(const struct course_layout *layout) {
  json_t *columns = json_array();
  for (size_t i = 0; i < layout->ignored_count; i++) {
    char cell[SHEET_PLACE_BYTES];
    sheet_place(layout->row, layout->ignored[i].place, cell);
    (void)json_array_append_new(
        columns, json_pack("{s:s, s:s}", "cell", cell, "heading", layout->ignored[i].heading));
  }
  return json_pack("{s:o}", "columns", columns);
}

static json_t *first_of(const struct import *import) {
  const struct work *work = import->work;
  long long courses = import->result.courses;
  const char *title = courses > FIRST_MAX
                          ? console_course_count(work, "preview_first_some", FIRST_MAX)
                          : console_word(work, "preview_first");
  json_t *headings = json_array();
  for (enum course_column column = COURSE_ID; column < COURSE_COLUMNS; column++) {
    (void)json_array_append_new(headings, json_string(console_course_column(work, column)));
  }
  return json_pack("{s:s, s:o, s:O}", "title", title, "headings", headings, "rows", import->first);
}

static json_t *counts_of(const struct course_counts *counts) {
  return json_pack("{s:I, s:I, s:I}", "fresh", (json_int_t)counts->fresh, "changed",
                   (json_int_t)counts->changed, "unchanged", (json_int_t)counts->unchanged);
}

static void put_facts(json_t **data, const struct import *import) {
  const struct course_file_result *result = &import->result;
  bool good = result->state == COURSE_FILE_GOOD;
  console_put_text(data, "name", import->work->upload.name);
  console_put_text(data, "tab", result->end.workbook ? result->end.sheet : NULL);
  console_put(data, "courses", json_integer(result->courses));
  console_put(data, "counts", good ? counts_of(&result->counts) : json_null());
  console_put(data, "ignored",
              result->layout.ignored_count > 0 ? ignored_of(&result->layout) : json_null());
  console_put(data, "first", good ? first_of(import) : json_null());
  console_put(data, "upload", import->upload > 0 ? json_integer(import->upload) : json_null());
}

static void show_preview(struct import *import) {
  struct work *work = import->work;
  bool bad = import->result.state != COURSE_FILE_GOOD;
  const char *kind = bad ? "_bad" : import->upload == 0 ? "_same" : "";
  const char *heading = console_word_of(work, "preview_title", kind);
  const struct console_problem problem = {
      "errors", console_course_count(work, "preview_errors", import->errors.count)};
  json_t *data = console_frame(work, heading);
  console_put_problems(&data, &problem, bad);
  put_form(&data, work);
  console_put_text(&data, "heading", heading);
  console_put_text(&data, "text", console_word_of(work, "preview_text", kind));
  put_facts(&data, import);
  put_told(&data, "errors", work, &import->errors);
  put_told(&data, "warnings", work, &import->warnings);
  console_send(work, bad ? MHD_HTTP_UNPROCESSABLE_CONTENT : MHD_HTTP_OK, CONSOLE_SHEET_PREVIEW,
               data);
}

static void show_long(struct work *work) {
  show_form(work, MHD_HTTP_UNPROCESSABLE_CONTENT,
            words_fill(work->arena, console_word(work, "sheet_long"), "n", limit(work), NULL));
}

/* "Forløb, celle B3: Filen …" where the fault has a place. */
static void show_unreadable(struct import *import) {
  struct work *work = import->work;
  const struct course_file_result *result = &import->result;
  const struct sheet_end *end = &result->end;
  const char *word = console_word_of(work, "sheet_", sheet_result_name(result->sheet_result));
  const struct course_problem at = {.sheet = end->workbook ? end->sheet : NULL,
                                    .row = end->row,
                                    .place = end->workbook ? end->column : -1};
  const char *text =
      end->row == 0 ? word
                    : arena_printf(work->arena, "%s: %s", console_course_place(work, &at), word);
  show_form(work, MHD_HTTP_UNPROCESSABLE_CONTENT, text != NULL ? text : word);
}

static void show_found(struct import *import) {
  switch (import->result.state) {
  case COURSE_FILE_GOOD:
    show_preview(import);
    return;
  case COURSE_FILE_FAULTY:
    if (import->errors.count == 0) {
      show_form(import->work, MHD_HTTP_UNPROCESSABLE_CONTENT,
                console_word(import->work, "sheet_no_courses"));
    } else {
      show_preview(import);
    }
    return;
  case COURSE_FILE_LONG:
    show_long(import->work);
    return;
  case COURSE_FILE_NO_READ:
    show_unreadable(import);
    return;
  case COURSE_FILE_NO_STORE:
    break;
  }
  console_fail(import->work, STORE_FAULT);
}

/* Whether the time that a worker has was too short for the sheet. */
static bool was_late(const struct work *work, enum store_result result) {
  return result == STORE_DOWN && clock_left_ms(until_ms(work)) == 0;
}

static void look_now(struct work *work) {
  struct import import = {.work = work};
  text_init(&import.courses);
  enum store_result result = console_ask(work, look, &import);
  if (was_late(work, result)) {
    show_long(work);
  } else if (console_settle(work, result)) {
    show_found(&import);
  }
  end(&import);
}

void sheet_look(struct work *work) {
  const struct upload *upload = &work->upload;
  if (upload->failed) {
    show_form(work, MHD_HTTP_UNPROCESSABLE_CONTENT, console_word(work, "sheet_failed"));
  } else if (upload->fd < 0 || strcmp(upload->field, "file") != 0 ||
             (upload->bytes == 0 && upload->name[0] == '\0')) {
    show_form(work, MHD_HTTP_UNPROCESSABLE_CONTENT, console_word(work, "sheet_no_file"));
  } else if (upload->bytes == 0) {
    show_form(work, MHD_HTTP_UNPROCESSABLE_CONTENT, console_word(work, "sheet_empty_file"));
  } else {
    look_now(work);
  }
}

/* ---- step 2: storing */

static enum store_result note(struct store *store, const struct import *import) {
  const struct course_counts *counts = &import->result.counts;
  const char *details =
      arena_printf(import->work->arena, "{\"new\":%lld,\"changed\":%lld,\"unchanged\":%lld}",
                   counts->fresh, counts->changed, counts->unchanged);
  return details == NULL ? STORE_FAULT
                         : console_course_note(store, import->work, "course.import", details);
}

/* STORE_CONFLICT: what was good when it was looked at is so no more. */
static enum store_result store_from(struct store *store, struct import *import, int fd) {
  struct work *work = import->work;
  const struct link_row *link = &work->session->link;
  const struct course_file file = {.fd = fd,
                                   .round = link->round,
                                   .municipality = link->municipality,
                                   .tell = take_problem,
                                   .context = import};
  enum store_result result = course_upload_take(store, link->round, link->municipality,
                                                work_parameter(work, "upload"), fd);
  if (result != STORE_OK) {
    return result;
  }
  course_file_import(store, &file, work->arena, &import->result);
  if (import->result.state == COURSE_FILE_NO_STORE) {
    return import->result.store_result;
  }
  return import->result.state == COURSE_FILE_GOOD ? note(store, import) : STORE_CONFLICT;
}

static enum store_result store_kept(struct store *store, void *context) {
  struct import *import = context;
  begin(import);
  int fd = work_temporary();
  enum store_result result = fd < 0 ? STORE_FAULT : store_from(store, import, fd);
  if (fd >= 0) {
    close(fd);
  }
  return result;
}

void sheet_store(struct work *work) {
  struct import import = {.work = work};
  text_init(&import.courses);
  enum store_result result = console_ask(work, store_kept, &import);
  const struct course_counts *counts = &import.result.counts;
  if (result == STORE_NONE) {
    console_message(work, MHD_HTTP_CONFLICT, "sheet_gone", "not_kept");
  } else if (result == STORE_CONFLICT) {
    show_form(work, MHD_HTTP_CONFLICT, console_word(work, "sheet_changed"));
  } else if (was_late(work, result)) {
    show_long(work);
  } else if (console_settle(work, result)) {
    const char *done = arena_printf(work->arena, "?stored=%lld.%lld.%lld", counts->fresh,
                                    counts->changed, counts->unchanged);
    work_redirect(work, console_course_path(work, done != NULL ? done : ""));
  }
  end(&import);
}
