/* Municipalities and what a letter says of them. */
#include <string.h>

#include "web/api.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"

enum { LINE_MAX_CHARACTERS = 200 };

struct listing {
  struct work *work;
  struct municipality_row *rows;
  size_t count;
};

static enum store_result list(struct store *store, void *context) {
  struct listing *listing = context;
  return municipality_list(store, listing->work->arena, &listing->rows, &listing->count);
}

static json_t *municipality_json(const struct municipality_row *row) {
  return json_pack("{s:i, s:s, s:o, s:s, s:s, s:s}", "municipality", row->code, "name", row->name,
                   "merged_into",
                   row->merged_into == 0 ? json_null() : json_integer(row->merged_into), "contact",
                   row->contact, "phone", row->phone, "email", row->email);
}

void api_municipalities(struct work *work) {
  struct listing listing = {.work = work};
  if (!console_settle(work, console_ask(work, list, &listing))) {
    return;
  }
  json_t *rows = json_array();
  for (size_t i = 0; i < listing.count; i++) {
    (void)json_array_append_new(rows, municipality_json(&listing.rows[i]));
  }
  work_json(work, MHD_HTTP_OK, json_pack("{s:o}", "municipalities", rows));
}

struct changing {
  struct work *work;
  const char *contact, *phone, *email;
  struct municipality_row row;
};

static enum store_result find(struct store *store, void *context) {
  struct changing *changing = context;
  return municipality_find(store, work_number(changing->work, "municipality"),
                           changing->work->arena, &changing->row);
}

static void show(struct work *work) {
  struct changing changing = {.work = work};
  if (console_settle(work, console_ask(work, find, &changing))) {
    work_json(work, MHD_HTTP_OK, municipality_json(&changing.row));
  }
}

void api_municipality(struct work *work) {
  show(work);
}

static enum store_result set(struct store *store, void *context) {
  const struct changing *changing = context;
  return municipality_set(store, work_number(changing->work, "municipality"), changing->contact,
                          changing->phone, changing->email);
}

/* One line of a letter. */
static const char *read_line(struct api_fields *fields, const char *name) {
  const char *line = api_text(fields, name);
  size_t points = 0;
  for (const char *at = line; at != NULL && *at != '\0'; at++) {
    bool control = (unsigned char)*at < ' ' || *at == 0x7f;
    points += control ? LINE_MAX_CHARACTERS + 1 : ((unsigned char)*at & 0xc0) != 0x80;
  }
  if (points > LINE_MAX_CHARACTERS) {
    api_field_error(fields, name, "line");
  }
  return line;
}

/* The municipality's own, or an admin's: another's is not there to be changed. */
static void change(struct work *work, struct changing *changing) {
  int own = console_staff(work)->scope.municipality;
  if (own != 0 && own != work_number(work, "municipality")) {
    console_fail(work, STORE_NONE);
  } else if (console_settle(work, console_ask(work, set, changing))) {
    show(work);
  }
}

void api_municipality_set(struct work *work) {
  struct changing changing = {.work = work};
  struct api_fields fields;
  if (api_fields_begin(&fields, work)) {
    changing.contact = read_line(&fields, "contact");
    changing.phone = read_line(&fields, "phone");
    changing.email = read_line(&fields, "email");
    if (api_fields_settle(&fields)) {
      change(work, &changing);
    }
  }
  api_fields_end(&fields);
}
