#include <string.h>

#include "store/sheet_link_store.h"
#include "web/console.h"
#include "web/console_course.h"
#include "web/console_gate.h"
#include "web/console_pages.h"

/* ---- the list */

struct courses_list {
  struct work *work;
  const char *after;
  struct course_row *rows;
  size_t count;
  long long total;
  struct course_sheet_row *waiting;
  size_t waiting_count;
};

static enum store_result load(struct store *store, void *context) {
  struct courses_list *list = context;
  const struct link_row *link = &list->work->session->link;
  enum store_result result =
      course_page(store, link->round, link->municipality, list->after, CONSOLE_COURSE_PAGE,
                  list->work->arena, &list->rows, &list->count, &list->total);
  return result != STORE_OK
             ? result
             : course_sheet_list(store, link->round, link->municipality, list->work->arena,
                                 &list->waiting, &list->waiting_count);
}

/* JSON null when nothing waits. */
static json_t *waiting_of(const struct courses_list *list) {
  const struct work *work = list->work;
  json_t *rows = list->waiting_count == 0 ? NULL : json_array();
  for (size_t i = 0; i < list->waiting_count; i++) {
    const struct course_sheet_row *row = &list->waiting[i];
    const char *href =
        arena_printf(work->arena, "%s?id=%s&sheet=%d", console_course_path(work, "/course"),
                     console_escape(work, row->course_id), row->id);
    json_t *item = json_pack("{s:s?, s:s, s:s, s:s}", "href", href, "id", row->course_id, "link",
                             row->link, "received", console_moment(work, row->received_at));
    if (json_array_append_new(rows, item) != 0) {
      json_decref(rows);
      return NULL;
    }
  }
  const char *title = console_course_count(work, "waiting_title", (long long)list->waiting_count);
  return rows == NULL ? json_null() : json_pack("{s:s, s:o}", "title", title, "rows", rows);
}

static json_t *rows_of(const struct courses_list *list) {
  json_t *rows = json_array();
  for (size_t i = 0; i < list->count; i++) {
    if (json_array_append_new(rows, console_course_row(list->work, &list->rows[i])) != 0) {
      json_decref(rows);
      return NULL;
    }
  }
  return rows;
}

/* The numbers of an import that has just been stored: ?stored=NEW.CHANGED.UNCHANGED. */
static const char *stored_text(const struct work *work) {
  const char *at = work_query(work, "stored"), *numbers[3];
  for (size_t i = 0; at != NULL && i < array_length(numbers); i++) {
    size_t digits = strspn(at, "0123456789");
    if (digits == 0 || digits > 9 || at[digits] != (i < 2 ? '.' : '\0')) {
      return NULL;
    }
    numbers[i] = arena_copy(work->arena, at, digits);
    at = numbers[i] == NULL ? NULL : at + digits + 1;
  }
  if (at == NULL) {
    return NULL;
  }
  bool nothing = strcmp(numbers[0], "0") == 0 && strcmp(numbers[1], "0") == 0;
  return words_fill(work->arena, console_word(work, nothing ? "courses_nothing" : "courses_stored"),
                    "fresh", numbers[0], "changed", numbers[1], "unchanged", numbers[2], NULL);
}

static const char *next_page(const struct courses_list *list) {
  if (list->count < CONSOLE_COURSE_PAGE) {
    return NULL;
  }
  const char *last = list->rows[list->count - 1].course.id;
  return arena_printf(list->work->arena, "%s?after=%s", console_course_path(list->work, ""),
                      console_escape(list->work, last));
}

static void put_list(json_t **data, const struct courses_list *list) {
  const struct work *work = list->work;
  bool paged = list->after[0] != '\0' || list->count < (size_t)list->total;
  const char *id = work_query(work, "id");
  const char *first = list->after[0] == '\0' ? NULL : console_course_path(work, "");
  console_put_text(data, "here", console_course_path(work, ""));
  console_put_text(data, "back",
                   arena_printf(work->arena, "/rounds/%d/municipalities/%d",
                                work->session->link.round, work->session->link.municipality));
  console_put_text(data, "municipality", work->session->link.name);
  console_put_text(data, "stored_title",
                   list->total == 0 ? console_word(work, "courses_none")
                                    : console_course_count(work, "courses_count", list->total));
  console_put(data, "some", json_boolean(list->total > 0));
  console_put(data, "rows", rows_of(list));
  console_put(data, "waiting", waiting_of(list));
  console_put_text(data, "next", next_page(list));
  console_put_text(data, "first", first);
  console_put(data, "search", paged ? json_pack("{s:s}", "id", id == NULL ? "" : id) : json_null());
}

static void show(struct work *work, unsigned status, const struct console_problem *problem) {
  struct courses_list list = {.work = work, .after = work_query(work, "after")};
  list.after = list.after == NULL ? "" : list.after;
  if (!console_settle(work, console_ask(work, load, &list))) {
    return;
  }
  json_t *data = console_frame(work, console_word(work, "courses_title"));
  console_put_problems(&data, problem, problem != NULL);
  put_list(&data, &list);
  if (stored_text(work) != NULL) {
    console_put_text(&data, "done", stored_text(work));
  }
  console_send(work, status, CONSOLE_COURSES, data);
}

void courses_show(struct work *work) {
  show(work, MHD_HTTP_OK, NULL);
}

void console_course_not_found(struct work *work) {
  const struct console_problem problem = {"find", console_word(work, "courses_find_none")};
  show(work, MHD_HTTP_NOT_FOUND, &problem);
}

void console_course_no_sheet(struct work *work) {
  const struct console_problem problem = {NULL, console_word(work, "waiting_none")};
  show(work, MHD_HTTP_NOT_FOUND, &problem);
}

/* ---- deleting, which asks first */

struct deleting {
  struct work *work;
  const char *id;
  struct course_row row;
};

static enum store_result look(struct store *store, void *context) {
  struct deleting *deleting = context;
  const struct link_row *link = &deleting->work->session->link;
  return course_find(store, link->round, link->municipality, deleting->id, deleting->work->arena,
                     &deleting->row);
}

static enum store_result remove_course(struct store *store, void *context) {
  const struct deleting *deleting = context;
  const struct link_row *link = &deleting->work->session->link;
  enum store_result result = course_delete(store, link->round, link->municipality, deleting->id);
  return result != STORE_OK ? result
                            : console_course_note(store, deleting->work, "course.delete", NULL);
}

void course_ask_delete(struct work *work) {
  struct deleting deleting = {.work = work, .id = work_query(work, "id")};
  deleting.id = deleting.id == NULL ? "" : deleting.id;
  enum store_result result = console_ask(work, look, &deleting);
  if (result == STORE_NONE) {
    console_course_not_found(work);
    return;
  }
  if (!console_settle(work, result)) {
    return;
  }
  const char *heading =
      words_fill(work->arena, console_word(work, "course_delete_title"), "id", deleting.id, NULL);
  json_t *data = console_frame(work, heading);
  console_put_text(&data, "heading", heading);
  console_put_text(&data, "here", console_course_path(work, ""));
  console_put(&data, "row", console_course_row(work, &deleting.row));
  console_send(work, MHD_HTTP_OK, CONSOLE_COURSE_DELETE, data);
}

void course_delete_now(struct work *work) {
  struct deleting deleting = {.work = work, .id = work_field(work, "id")};
  enum store_result result = console_ask(work, remove_course, &deleting);
  if (result == STORE_NONE) {
    console_course_not_found(work);
  } else if (console_settle(work, result)) {
    console_done(work, console_course_path(work, ""), "course_deleted");
  }
}
