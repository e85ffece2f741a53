#include "web/registration_page.h"

#include <string.h>

#include "base/calendar.h"
#include "web/view_part.h"

enum { ORDER_NAME_MAX = 40 };

static json_t *words(const struct registration_page *page) {
  return words_of(page->pages->registration, "da");
}

static const char *word(const struct registration_page *page, const char *key) {
  return words_get(words(page), key);
}

/* A word whose key is made of a stem, a column's name and an ending. */
static const char *word_of(const json_t *words, struct arena *arena, const char *stem,
                           enum course_column column, const char *ending) {
  const char *key = arena_printf(arena, "%s_%s%s%s", stem, course_column_name(column),
                                 ending[0] == '\0' ? "" : "_", ending);
  return key == NULL ? "" : words_get(words, key);
}

static const char *text_of(const struct registration_page *page, const char *stem,
                           enum course_column column) {
  return word_of(words(page), page->arena, stem, column, "");
}

/* ---- the order of the columns */

/* The column that the order names at *at, which moves on; COURSE_COLUMNS: none of ours, and at the
 * end, where *at is "". */
static enum course_column next_column(const char **at) {
  char name[ORDER_NAME_MAX] = "";
  *at += strspn(*at, " ");
  size_t length = strcspn(*at, " ");
  if (length < sizeof name) {
    memcpy(name, *at, length);
  }
  *at += length;
  enum course_column column = COURSE_MUNICIPALITY_CODE + 1;
  while (column < COURSE_COLUMNS && strcmp(course_column_name(column), name) != 0) {
    column++;
  }
  return column;
}

static const char *check_column(const json_t *words, enum course_column column,
                                struct arena *arena) {
  size_t count;
  const struct course_choice *choices = course_choices(column, &count);
  bool good = word_of(words, arena, "text", column, "")[0] != '\0';
  for (size_t i = 0; i < count; i++) {
    good = good && word_of(words, arena, "choice", column, choices[i].code)[0] != '\0';
  }
  return good ? NULL
              : arena_printf(arena, "templates/registration: \"%s\" or a choice of it has no words",
                             course_column_name(column));
}

const char *registration_words_check(const json_t *words, struct arena *arena) {
  bool seen[COURSE_COLUMNS + 1] = {false};
  const char *at = words_get(words, "order"), *message = NULL;
  while (at[strspn(at, " ")] != '\0' && message == NULL) {
    enum course_column column = next_column(&at);
    if (column == COURSE_COLUMNS || seen[column]) {
      return arena_printf(arena, "templates/registration: \"order\" names what is no column, or "
                                 "one twice");
    }
    seen[column] = true;
    message = check_column(words, column, arena);
  }
  for (enum course_column column = COURSE_MUNICIPALITY_CODE + 1;
       column < COURSE_COLUMNS && message == NULL; column++) {
    if (!seen[column]) {
      message = arena_printf(arena, "templates/registration: \"%s\" is missing in \"order\"",
                             course_column_name(column));
    }
  }
  return message;
}

/* ---- what every page has */

static json_t *frame(const struct registration_page *page, const char *title) {
  const char *header =
      page->municipality == NULL
          ? word(page, "service")
          : words_fill(page->arena, word(page, "header"), "municipality", page->municipality, NULL);
  struct page_frame frame = {.words = words_of(page->pages->words, "da"),
                             .language = "da",
                             .header = header,
                             .staff = true};
  json_t *data = pages_frame(page->pages, &frame, title);
  view_add(&data, "s", json_incref(words(page)));
  return data;
}

static bool ends_in_question(const char *text) {
  return text[0] != '\0' && text[strlen(text) - 1] == '?';
}

/* A list of problems or warnings, each naming its column; JSON null when there is none. */
static json_t *problems_of(const struct registration_page *page, bool warnings) {
  json_t *items = json_array();
  for (size_t i = 0; page->read != NULL && i < page->read->problems_count; i++) {
    const struct registration_problem *problem = &page->read->problems[i];
    if (course_is_warning(problem->fault) != warnings) {
      continue;
    }
    const char *fault = arena_printf(page->arena, "fault_%s", course_fault_name(problem->fault));
    const char *asked = text_of(page, "text", problem->column);
    const char *text =
        arena_printf(page->arena, "%s%s %s", asked, ends_in_question(asked) ? "" : ":",
                     fault == NULL ? "" : word(page, fault));
    if (json_array_append_new(items,
                              json_pack("{s:s, s:s?}", "target",
                                        course_column_name(problem->column), "text", text)) != 0) {
      json_decref(items);
      return NULL;
    }
  }
  if (json_array_size(items) > 0) {
    return json_pack("{s:o}", "items", items);
  }
  json_decref(items);
  return json_null();
}

/* ---- the form */

static const char *problem_at(const struct registration_page *page, enum course_column column) {
  for (size_t i = 0; page->read != NULL && i < page->read->problems_count; i++) {
    const struct registration_problem *problem = &page->read->problems[i];
    if (problem->column == column && !course_is_warning(problem->fault)) {
      const char *key = arena_printf(page->arena, "fault_%s", course_fault_name(problem->fault));
      return key == NULL ? NULL : word(page, key);
    }
  }
  return NULL;
}

static json_t *options_of(const struct registration_page *page, enum course_column column) {
  size_t count;
  const struct course_choice *choices = course_choices(column, &count);
  json_t *options = json_array();
  for (size_t i = 0; i < count; i++) {
    const char *code = choices[i].code;
    bool unknown = strcmp(code, "8") == 0;
    json_t *option = json_pack("{s:b, s:s, s:b, s:s}", "divider", unknown, "value", code, "checked",
                               strcmp(code, page->fields[column]) == 0, "label",
                               word_of(words(page), page->arena, "choice", column, code));
    if (json_array_append_new(options, option) != 0) {
      json_decref(options);
      return NULL;
    }
  }
  return options;
}

static json_t *choices_of(const struct registration_page *page, enum course_column column) {
  const char *name = course_column_name(column), *problem = problem_at(page, column);
  return json_pack(
      "{s:s, s:b, s:s?, s:s, s:s?, s:o}", "id", name, "later", column == COURSE_INTERRUPTED_REASON,
      "described", problem == NULL ? NULL : arena_printf(page->arena, "%s-problem", name), "text",
      text_of(page, "text", column), "problem", problem, "options", options_of(page, column));
}

static bool is_day(enum course_column column) {
  return column == COURSE_VISITATION_ON || column == COURSE_STARTED_ON ||
         column == COURSE_CLOSED_ON;
}

static json_t *line_of(const struct registration_page *page, enum course_column column) {
  const char *keys = column == COURSE_VISITS        ? "numeric"
                     : column == COURSE_HOURS_TOTAL ? "decimal"
                                                    : NULL;
  const char *name = course_column_name(column), *problem = problem_at(page, column);
  const char *hint = text_of(page, "hint", column);
  const char *described = arena_printf(page->arena, "%s-hint%s%s%s", name, problem ? " " : "",
                                       problem ? name : "", problem ? "-problem" : "");
  return json_pack("{s:s, s:s, s:s, s:s?, s:s, s:s, s:s?, s:s?}", "id", name, "text",
                   text_of(page, "text", column), "hint", hint, "problem", problem, "kind",
                   is_day(column) ? "date" : "text", "value", page->fields[column], "keys", keys,
                   "described", described);
}

static json_t *questions_of(const struct registration_page *page) {
  json_t *questions = json_array();
  const char *at = word(page, "order");
  while (at[0] != '\0') {
    enum course_column column = next_column(&at);
    size_t choices;
    (void)course_choices(column, &choices);
    json_t *choice = choices > 0 ? choices_of(page, column) : json_null();
    json_t *line = choices > 0 ? json_null() : line_of(page, column);
    if (json_array_append_new(questions,
                              json_pack("{s:o, s:o}", "choices", choice, "line", line)) != 0) {
      json_decref(questions);
      return NULL;
    }
  }
  return questions;
}

bool registration_form(const struct registration_page *page, struct text *out) {
  json_t *problems = problems_of(page, false);
  const char *title = word(page, "title");
  if (json_is_object(problems)) {
    title = words_fill(page->arena, word(page, "title_error"), "title", title, NULL);
  }
  json_t *data = frame(page, title);
  view_add(&data, "problems", problems);
  view_add(&data, "made", json_string(page->made));
  view_add(&data, "questions", questions_of(page));
  return pages_render(page->pages, PAGE_REGISTRATION, data, out);
}

/* ---- the check page */

const char *registration_told(const struct registration *read, struct arena *arena) {
  const char *told = "";
  for (size_t i = 0; i < read->problems_count && told != NULL; i++) {
    if (course_is_warning(read->problems[i].fault)) {
      told = arena_printf(arena, "%s%s%s", told, told[0] == '\0' ? "" : " ",
                          course_fault_name(read->problems[i].fault));
    }
  }
  return told;
}

/* A day as it was understood: a number that was typed one way and read another is seen here. */
static const char *day_of(const struct registration_page *page, enum course_column column) {
  const struct course *course = &page->read->course;
  int day = column == COURSE_VISITATION_ON ? course->visitation_on
            : column == COURSE_STARTED_ON  ? course->started_on
                                           : course->closed_on;
  char date[CALENDAR_DATE_BYTES];
  calendar_write(day, date);
  return arena_printf(page->arena, "%.2s-%.2s-%.4s", date + 8, date + 5, date);
}

static const char *value_of(const struct registration_page *page, enum course_column column) {
  const char *typed = page->fields[column];
  size_t choices;
  (void)course_choices(column, &choices);
  if (column == COURSE_ID && strcmp(typed, page->made) == 0) {
    return words_fill(page->arena, word(page, "id_made"), "id", typed, NULL);
  }
  if (typed[strspn(typed, " \t\r\n")] == '\0') {
    return word(page, "unanswered");
  }
  if (choices > 0) {
    return word_of(words(page), page->arena, "choice", column, typed);
  }
  if (page->read == NULL || !page->read->good) {
    return typed;
  }
  return column == COURSE_ID ? page->read->course.id
         : is_day(column)    ? day_of(page, column)
                             : typed;
}

static json_t *items_of(const struct registration_page *page) {
  json_t *items = json_array();
  const char *at = word(page, "order");
  while (at[0] != '\0') {
    enum course_column column = next_column(&at);
    if (column == COURSE_INTERRUPTED_REASON && page->fields[column][0] == '\0') {
      continue;
    }
    json_t *item = json_pack("{s:s, s:s, s:s?}", "id", course_column_name(column), "label",
                             text_of(page, "text", column), "value", value_of(page, column));
    if (json_array_append_new(items, item) != 0) {
      json_decref(items);
      return NULL;
    }
  }
  return items;
}

/* An id that was made is asked for again, so that it can still be typed. */
static json_t *hidden_of(const struct registration_page *page) {
  const char *told =
      page->read == NULL ? page->accepted : registration_told(page->read, page->arena);
  json_t *hidden = json_pack("[{s:s, s:s}, {s:s, s:s?}]", "name", "made", "value", page->made,
                             "name", "accepted", "value", told);
  for (enum course_column column = COURSE_MUNICIPALITY_CODE + 1; column < COURSE_COLUMNS;
       column++) {
    bool made = column == COURSE_ID && strcmp(page->fields[column], page->made) == 0;
    json_t *field = json_pack("{s:s, s:s}", "name", course_column_name(column), "value",
                              made ? "" : page->fields[column]);
    if (json_array_append_new(hidden, field) != 0) {
      json_decref(hidden);
      return NULL;
    }
  }
  return hidden;
}

bool registration_check(const struct registration_page *page, bool busy, struct text *out) {
  json_t *warnings = problems_of(page, true);
  const char *button = busy ? "send_again" : json_is_object(warnings) ? "send_anyway" : "send";
  json_t *data = frame(page, word(page, busy ? "busy_title" : "title_check"));
  view_add(&data, "busy", json_boolean(busy));
  view_add(&data, "warnings", warnings);
  view_add(&data, "hidden", hidden_of(page));
  view_add(&data, "items", items_of(page));
  view_add(&data, "button", json_string(word(page, button)));
  return pages_render(page->pages, PAGE_REGISTRATION_CHECK, data, out);
}

/* ---- afterwards */

bool registration_done(const struct registration_page *page, const char *path, struct text *out) {
  const char *id = page->read->course.id;
  bool made = strcmp(id, page->made) == 0;
  const char *text = words_fill(page->arena, word(page, "done_text"), "id", id, "municipality",
                                page->municipality, NULL);
  json_t *data = frame(page, word(page, "title_done"));
  view_add(&data, "text", json_string(text));
  view_add(&data, "made",
           made ? json_string(words_fill(page->arena, word(page, "done_made"), "id", id, NULL))
                : json_null());
  view_add(&data, "again", json_string(path));
  return pages_render(page->pages, PAGE_REGISTRATION_DONE, data, out);
}

bool registration_message(const struct registration_page *page, const char *kind,
                          struct text *out) {
  const char *title = arena_printf(page->arena, "%s_title", kind);
  const char *text = arena_printf(page->arena, "%s_text", kind);
  if (title == NULL || text == NULL) {
    return false;
  }
  json_t *data = frame(page, word(page, title));
  view_add(&data, "heading", json_string(word(page, title)));
  view_add(&data, "text", json_string(word(page, text)));
  return pages_render(page->pages, PAGE_MESSAGE, data, out);
}
