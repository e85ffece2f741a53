#include <string.h>

#include "store/sheet_link_store.h"
#include "web/console.h"
#include "web/console_course.h"
#include "web/console_gate.h"
#include "web/console_pages.h"

enum { PROBLEMS_MAX = 32 };

/* One course as a form: what stands in the fields, and what is wrong with it. */
struct course_form {
  struct work *work;
  const char *old; /* id of the course that is changed; "": a new one */
  const char *fields[COURSE_COLUMNS];
  int sheet;                          /* that waits and is looked at; 0: none */
  const char *link;                   /* by which it came; NULL: not known */
  const char *stands[COURSE_COLUMNS]; /* what the course says now, where that differs, or NULL */
  struct console_problem problems[PROBLEMS_MAX]; /* errors */
  size_t problems_count;
  struct console_problem warnings[PROBLEMS_MAX];
  size_t warnings_count;
  const char *told;     /* the warnings by name */
  const char *accepted; /* those that whoever sends the form has read */
  bool taken;           /* a new one whose id is there already */
  bool fresh;
};

/* ---- the page */

static bool is_short(enum course_column column) {
  return column == COURSE_VISITATION_ON || column == COURSE_STARTED_ON ||
         column == COURSE_CLOSED_ON || column == COURSE_VISITS || column == COURSE_HOURS_TOTAL;
}

static json_t *options_of(const struct course_form *form, enum course_column column) {
  size_t count;
  const struct course_choice *choices = course_choices(column, &count);
  json_t *options = json_pack("[{s:s, s:s, s:b}]", "value", "", "label",
                              console_word(form->work, "course_choose"), "chosen",
                              form->fields[column][0] == '\0');
  for (size_t i = 0; i < count; i++) {
    json_t *option = json_pack("{s:s, s:s, s:b}", "value", choices[i].code, "label",
                               console_course_choice(form->work, column, choices[i].code), "chosen",
                               strcmp(choices[i].code, form->fields[column]) == 0);
    if (json_array_append_new(options, option) != 0) {
      json_decref(options);
      return NULL;
    }
  }
  return options;
}

static const char *problem_at(const struct course_form *form, const char *name) {
  for (size_t i = 0; i < form->problems_count; i++) {
    if (strcmp(form->problems[i].target, name) == 0) {
      return form->problems[i].text;
    }
  }
  return NULL;
}

/* What describes a field, by id, for those who do not see where it stands. */
static const char *description(const struct work *work, const char *name, bool hint, bool problem) {
  return !hint && !problem ? NULL
                           : arena_printf(work->arena, "%s%s%s%s%s", hint ? name : "",
                                          hint ? "-hint" : "", hint && problem ? " " : "",
                                          problem ? name : "", problem ? "-problem" : "");
}

static json_t *field_of(const struct course_form *form, enum course_column column) {
  const struct work *work = form->work;
  const char *name = course_column_name(column), *problem = problem_at(form, name);
  const char *hint = console_word_of(work, "hint_", name);
  size_t choices;
  (void)course_choices(column, &choices);
  json_t *list =
      choices == 0 ? json_null() : json_pack("{s:o}", "options", options_of(form, column));
  json_t *text =
      choices > 0
          ? json_null()
          : json_pack("{s:s, s:b, s:b}", "value", form->fields[column], "small", is_short(column),
                      "fixed", column == COURSE_ID && form->old[0] != '\0' && form->sheet == 0);
  return json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:s?, s:o, s:o}", "id", name, "label",
                   console_course_column(work, column), "hint", hint[0] == '\0' ? NULL : hint,
                   "problem", problem, "described",
                   description(work, name, hint[0] != '\0', problem != NULL), "stands",
                   form->stands[column], "list", list, "text", text);
}

static json_t *fields_of(const struct course_form *form) {
  json_t *fields = json_array();
  for (enum course_column column = COURSE_ID; column < COURSE_COLUMNS; column++) {
    if (json_array_append_new(fields, field_of(form, column)) != 0) {
      json_decref(fields);
      return NULL;
    }
  }
  return fields;
}

/* At the top of the page each names its field; beside the field that is not needed. */
static void name_fields(const struct course_form *form, const struct console_problem *list,
                        size_t count, struct console_problem *out) {
  for (size_t i = 0; i < count; i++) {
    const char *text =
        arena_printf(form->work->arena, "%s: %s",
                     console_word_of(form->work, "column_", list[i].target), list[i].text);
    out[i] = (struct console_problem){list[i].target, text != NULL ? text : list[i].text};
  }
}

static json_t *warnings_of(const struct course_form *form) {
  struct console_problem named[PROBLEMS_MAX];
  json_t *items = json_array();
  name_fields(form, form->warnings, form->warnings_count, named);
  for (size_t i = 0; i < form->warnings_count; i++) {
    json_t *item = json_pack("{s:s, s:s}", "target", named[i].target, "text", named[i].text);
    if (json_array_append_new(items, item) != 0) {
      break;
    }
  }
  return json_pack("{s:o, s:s}", "items", items, "told", form->told);
}

/* JSON null when it is not a sheet that is looked at. */
static json_t *waiting_of(const struct course_form *form) {
  const struct work *work = form->work;
  if (form->sheet == 0) {
    return json_null();
  }
  const char *text = words_fill(work->arena, console_word(work, "waiting_about"), "link",
                                form->link == NULL ? "" : form->link, NULL);
  return json_pack("{s:s, s:o}", "text", text, "sheet", json_sprintf("%d", form->sheet));
}

static void show(const struct course_form *form, unsigned status) {
  struct work *work = form->work;
  bool changes = form->old[0] != '\0', warns = form->warnings_count > 0;
  const char *heading = changes ? words_fill(work->arena, console_word(work, "course_change_title"),
                                             "id", form->old, NULL)
                                : console_word(work, "course_add_title");
  struct console_problem named[PROBLEMS_MAX];
  json_t *data = console_frame(work, heading);
  name_fields(form, form->problems, form->problems_count, named);
  console_put_problems(&data, named, form->problems_count);
  console_put_text(&data, "heading", heading);
  console_put_text(&data, "here", console_course_path(work, ""));
  console_put(&data, "fields", fields_of(form));
  console_put(&data, "warnings",
              warns && form->problems_count == 0 ? warnings_of(form) : json_null());
  console_put(&data, "waiting", waiting_of(form));
  console_put_text(&data, "old", form->old);
  console_put_text(&data, "button",
                   console_word(work, warns ? "course_save_anyway" : "course_save"));
  console_put_text(&data, "delete",
                   changes && form->sheet == 0
                       ? arena_printf(work->arena, "%s?id=%s",
                                      console_course_path(work, "/course/delete"),
                                      console_escape(work, form->old))
                       : NULL);
  console_send(work, status, CONSOLE_COURSE, data);
}

/* ---- a course that is there */

struct looking {
  const struct work *work;
  const char *id;
  int sheet; /* or 0 */
  struct course_row row, waiting;
};

static enum store_result look(struct store *store, void *context) {
  struct looking *looking = context;
  const struct link_row *link = &looking->work->session->link;
  struct arena *arena = looking->work->arena;
  enum store_result result =
      course_find(store, link->round, link->municipality, looking->id, arena, &looking->row);
  if (result != STORE_OK || looking->sheet == 0) {
    return result;
  }
  result = course_sheet_find(store, link->round, link->municipality, looking->sheet, arena,
                             &looking->waiting);
  return result == STORE_OK && strcmp(looking->waiting.course.id, looking->row.course.id) != 0
             ? STORE_NONE
             : result;
}

static const char *or_empty(const char *text) {
  return text != NULL ? text : "";
}

static void write_fields(const struct work *work, const struct course *course,
                         const char *fields[COURSE_COLUMNS]) {
  fields[COURSE_MUNICIPALITY_CODE] = "";
  fields[COURSE_ID] = course->id;
  fields[COURSE_REFERRED_BY] = or_empty(course->referred_by);
  fields[COURSE_VISITATION_ON] = console_course_day(work, course->visitation_on);
  fields[COURSE_STARTED_ON] = console_course_day(work, course->started_on);
  fields[COURSE_CLOSED_ON] = console_course_day(work, course->closed_on);
  fields[COURSE_OUTCOME] = or_empty(course->outcome);
  fields[COURSE_INTERRUPTED_REASON] = or_empty(course->interrupted_reason);
  fields[COURSE_VISITS] = console_course_number(work, course->visits);
  fields[COURSE_HOURS_TOTAL] = console_course_hours(work, course->hours_hundredths);
  fields[COURSE_GOAL_AGREEMENT] = or_empty(course->goal_agreement);
  fields[COURSE_DEVELOPMENT_AGREEMENT] = or_empty(course->development_agreement);
}

/* Says at each field what the course has there that the form has not. */
static void compare(struct course_form *form, const struct looking *looking) {
  const struct work *work = form->work;
  const char *now[COURSE_COLUMNS];
  write_fields(work, &looking->row.course, now);
  form->link = looking->waiting.sheet;
  for (enum course_column column = COURSE_ID; column < COURSE_COLUMNS; column++) {
    size_t choices;
    (void)course_choices(column, &choices);
    const char *value =
        choices > 0 ? console_course_choice(work, column, now[column]) : now[column];
    bool differs = value[0] != '\0' && strcmp(now[column], form->fields[column]) != 0;
    form->stands[column] = differs ? words_fill(work->arena, console_word(work, "waiting_stands"),
                                                "value", value, NULL)
                                   : NULL;
  }
}

/* The course, with what the sheet says over it where that says anything. */
static void fill(struct course_form *form, const struct looking *looking) {
  const char *sent[COURSE_COLUMNS];
  write_fields(form->work, &looking->row.course, form->fields);
  form->old = looking->row.course.id;
  if (form->sheet == 0) {
    return;
  }
  write_fields(form->work, &looking->waiting.course, sent);
  for (enum course_column column = 0; column < COURSE_COLUMNS; column++) {
    form->fields[column] = sent[column][0] != '\0' ? sent[column] : form->fields[column];
  }
  compare(form, looking);
}

void course_show(struct work *work) {
  struct course_form form = {.work = work, .old = "", .told = ""};
  struct looking looking = {.work = work, .id = work_query(work, "id")};
  form.sheet = looking.sheet = console_course_sheet(or_empty(work_query(work, "sheet")));
  if (looking.id == NULL) {
    form.sheet = 0;
    for (enum course_column column = 0; column < COURSE_COLUMNS; column++) {
      form.fields[column] = "";
    }
    show(&form, MHD_HTTP_OK);
    return;
  }
  enum store_result result = console_ask(work, look, &looking);
  if (result == STORE_NONE && form.sheet > 0) {
    console_course_no_sheet(work);
  } else if (result == STORE_NONE) {
    console_course_not_found(work);
  } else if (console_settle(work, result)) {
    fill(&form, &looking);
    show(&form, MHD_HTTP_OK);
  }
}

/* ---- storing */

static void keep_problem(struct console_problem *list, size_t *count, const char *target,
                         const char *text) {
  if (*count < PROBLEMS_MAX) {
    list[(*count)++] = (struct console_problem){target, text};
  }
}

static void take_problem(void *context, const struct course_problem *problem) {
  struct course_form *form = context;
  const char *text = console_course_fault(form->work, problem);
  const char *target =
      course_column_name(problem->column < COURSE_COLUMNS ? problem->column : COURSE_ID);
  if (!course_is_warning(problem->fault)) {
    keep_problem(form->problems, &form->problems_count, target, text);
    return;
  }
  keep_problem(form->warnings, &form->warnings_count, target, text);
  form->told =
      or_empty(arena_printf(form->work->arena, "%s%s%s", form->told,
                            form->told[0] == '\0' ? "" : " ", course_fault_name(problem->fault)));
}

static void take_state(struct course_form *form, const struct course_file_result *result) {
  if (result->state == COURSE_FILE_FAULTY && form->problems_count == 0) {
    const struct course_problem empty = {.fault = COURSE_EMPTY, .column = COURSE_ID};
    take_problem(form, &empty);
  }
  bool changes = form->old[0] != '\0' && strcmp(form->fields[COURSE_ID], form->old) == 0;
  form->fresh = result->counts.fresh > 0;
  form->taken = result->state == COURSE_FILE_GOOD && !changes && !form->fresh;
}

static enum store_result use_sheet(struct store *store, const struct course_form *form) {
  const struct link_row *link = &form->work->session->link;
  enum store_result result = course_sheet_drop(store, link->round, link->municipality, form->sheet);
  return result == STORE_OK ? console_course_note(store, form->work, "course.sheet_use", NULL)
                            : result;
}

/* STORE_CONFLICT: the form tells why, and nothing is stored. */
static enum store_result save(struct store *store, void *context) {
  struct course_form *form = context;
  const struct link_row *link = &form->work->session->link;
  const struct course_file file = {.fd = -1,
                                   .fields = form->fields,
                                   .round = link->round,
                                   .municipality = link->municipality,
                                   .tell = take_problem,
                                   .context = form};
  struct course_file_result result;
  form->problems_count = form->warnings_count = 0;
  form->told = "";
  course_file_import(store, &file, form->work->arena, &result);
  if (result.state == COURSE_FILE_NO_STORE) {
    return result.store_result;
  }
  take_state(form, &result);
  if (result.state != COURSE_FILE_GOOD || form->taken || strcmp(form->told, form->accepted) != 0) {
    return STORE_CONFLICT;
  }
  enum store_result noted =
      result.counts.fresh + result.counts.changed == 0
          ? STORE_OK
          : console_course_note(store, form->work, form->fresh ? "course.add" : "course.change",
                                NULL);
  return noted == STORE_OK && form->sheet > 0 ? use_sheet(store, form) : noted;
}

static void read_form(struct course_form *form) {
  struct work *work = form->work;
  form->old = work_field(work, "old");
  form->sheet = console_course_sheet(work_field(work, "sheet"));
  form->accepted = work_field(work, "accepted");
  for (enum course_column column = 0; column < COURSE_COLUMNS; column++) {
    form->fields[column] = work_field(work, course_column_name(column));
  }
  form->fields[COURSE_MUNICIPALITY_CODE] =
      or_empty(arena_printf(work->arena, "%d", work->session->link.municipality));
  if (form->old[0] != '\0' && form->sheet == 0) {
    form->fields[COURSE_ID] = form->old;
  }
}

/* For a sheet that comes back with something wrong. */
static void compare_again(struct course_form *form) {
  struct looking looking = {.work = form->work, .id = form->old, .sheet = form->sheet};
  if (form->sheet > 0 && console_ask(form->work, look, &looking) == STORE_OK) {
    compare(form, &looking);
  }
}

void course_save(struct work *work) {
  struct course_form form = {.work = work, .told = ""};
  read_form(&form);
  enum store_result result = console_ask(work, save, &form);
  if (result == STORE_CONFLICT && form.taken) {
    keep_problem(form.problems, &form.problems_count, course_column_name(COURSE_ID),
                 console_word(work, "course_taken"));
    form.warnings_count = 0;
  }
  if (result == STORE_NONE && form.sheet > 0) {
    console_course_no_sheet(work);
  } else if (result == STORE_CONFLICT) {
    compare_again(&form);
    show(&form, form.taken ? MHD_HTTP_CONFLICT : MHD_HTTP_UNPROCESSABLE_CONTENT);
  } else if (console_settle(work, result)) {
    console_done(work, console_course_path(work, ""), "course_saved");
  }
}
