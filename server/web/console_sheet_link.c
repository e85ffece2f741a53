#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "output/qr.h"
#include "store/audit_store.h"
#include "store/sheet_link_store.h"
#include "web/console.h"
#include "web/console_course.h"
#include "web/console_gate.h"
#include "web/console_pages.h"

enum { QR_SIZE_MM = 60 };

/* ---- the list */

struct links_page {
  struct work *work;
  struct sheet_link_row *rows;
  size_t count;
};

static enum store_result load(struct store *store, void *context) {
  struct links_page *page = context;
  const struct link_row *link = &page->work->session->link;
  return sheet_link_list(store, link->round, link->municipality, page->work->arena, &page->rows,
                         &page->count);
}

static json_t *rows_of(const struct links_page *page) {
  const struct work *work = page->work;
  json_t *rows = json_array();
  for (size_t i = 0; i < page->count; i++) {
    const struct sheet_link_row *row = &page->rows[i];
    const char *state = row->revoked ? "revoked" : row->lives ? "lives" : "over";
    json_t *item = json_pack(
        "{s:i, s:s, s:s, s:s, s:s, s:i, s:b}", "id", row->id, "name", row->name, "made",
        console_day(work, row->made_on), "ends", console_day(work, row->ends_on), "state",
        console_word_of(work, "sheet_link_", state), "sheets", row->sheets, "live", row->lives);
    if (json_array_append_new(rows, item) != 0) {
      json_decref(rows);
      return NULL;
    }
  }
  return rows;
}

static void show(struct work *work, unsigned status, const char *field, const char *problem) {
  struct links_page page = {.work = work};
  if (!console_settle(work, console_ask(work, load, &page))) {
    return;
  }
  const struct console_problem item = {field, problem};
  json_t *data = console_frame(work, console_word(work, "sheet_links_title"));
  console_put_problems(&data, &item, problem != NULL);
  console_put_text(&data, "here", console_course_path(work, ""));
  console_put(&data, "list", page.count == 0 ? NULL : json_pack("{s:o}", "rows", rows_of(&page)));
  console_put(&data, "form",
              json_pack("{s:s, s:s}", "name", work_field(work, "name"), "days",
                        work->posts ? work_field(work, "days") : "180"));
  console_send(work, status, CONSOLE_SHEET_LINKS, data);
}

void sheet_links_show(struct work *work) {
  show(work, MHD_HTTP_OK, NULL, NULL);
}

/* ---- making one */

struct making {
  struct work *work;
  struct sheet_link_new link;
  unsigned char hash[CRYPTO_DIGEST_BYTES];
  struct sheet_link_row row;
};

static enum store_result note(struct store *store, const struct work *work, const char *action,
                              int id, const char *details) {
  const struct link_row *link = &work->session->link;
  const struct audit_entry entry = {.action = action,
                                    .subject = arena_printf(work->arena, "sheet_link %d", id),
                                    .round = link->round,
                                    .municipality = link->municipality,
                                    .details = details};
  return audit_append(store, &entry);
}

static enum store_result make(struct store *store, void *context) {
  struct making *making = context;
  struct work *work = making->work;
  enum store_result result =
      sheet_link_add(store, &making->link, making->hash, work->arena, &making->row);
  const char *details = arena_printf(work->arena, "{\"days\":%d}", making->link.days);
  return result == STORE_OK ? note(store, work, "course.link_make", making->row.id, details)
                            : result;
}

/* The address as the QR code says it; upper case keeps it in its small, alphanumeric mode. */
static char *upper_url(const struct work *work, const char *code) {
  char *url = arena_printf(work->arena, "%s/A/%s", work->config->public_url, code);
  for (char *at = url; at != NULL && *at != '\0'; at++) {
    *at = (char)toupper((unsigned char)*at);
  }
  return url;
}

/* The code stands in this one reply and nowhere else. */
static void show_link(const struct making *making, const char *code) {
  struct work *work = making->work;
  const char *link = arena_printf(work->arena, "%s/A/%s", work->config->public_url, code);
  const char *upper = upper_url(work, code);
  struct text svg;
  text_init(&svg);
  if (link == NULL || upper == NULL ||
      qr_svg(upper, console_word(work, "sheet_link_label"), QR_SIZE_MM, &svg) != QR_OK) {
    text_clear(&svg);
    console_fail(work, STORE_FAULT);
    return;
  }
  json_t *data = console_frame(work, console_word(work, "sheet_link_title"));
  console_put_text(&data, "here", console_course_path(work, ""));
  console_put_text(&data, "name", making->row.name);
  console_put_text(&data, "municipality", work->session->link.name);
  console_put_text(&data, "ends", console_day(work, making->row.ends_on));
  console_put_text(&data, "link", link);
  console_put_text(&data, "html_trusted_qr", svg.data);
  console_send(work, MHD_HTTP_OK, CONSOLE_SHEET_LINK, data);
  text_clear(&svg);
}

/* One line of text, tidy; NULL: none. */
static const char *read_name(const struct work *work) {
  const char *typed = work_field(work, "name");
  char *name = NULL;
  size_t count = 0;
  bool good = utf8_normalise(work->arena, typed, strlen(typed), &name, &count) == UTF8_OK &&
              count > 0 && count <= SHEET_LINK_NAME_MAX && strpbrk(name, "\n\t") == NULL;
  return good ? name : NULL;
}

/* 0: none. */
static int read_days(const struct work *work) {
  const char *text = work_field(work, "days");
  size_t digits = strspn(text, "0123456789");
  int days = digits > 0 && digits <= 3 && text[digits] == '\0' ? (int)strtol(text, NULL, 10) : 0;
  return days <= SHEET_LINK_DAYS_MAX ? days : 0;
}

void sheet_links_make(struct work *work) {
  const struct link_row *link = &work->session->link;
  struct making making = {.work = work,
                          .link = {.round = link->round,
                                   .municipality = link->municipality,
                                   .name = read_name(work),
                                   .days = read_days(work)}};
  if (making.link.name == NULL || making.link.days == 0) {
    const char *field = making.link.name == NULL ? "name" : "days";
    const char *word = making.link.name == NULL ? "sheet_link_name_wrong" : "sheet_link_days_wrong";
    show(work, MHD_HTTP_UNPROCESSABLE_CONTENT, field, console_word(work, word));
    return;
  }
  char code[CODE_MAX + 1];
  struct sheet_hashes hashes;
  code_draw(code, CODE_SINGLE_CHARACTERS);
  sheet_link_hash(work->keys, code, &hashes);
  memcpy(making.hash, hashes.hashes[0], sizeof making.hash);
  if (console_settle(work, console_ask(work, make, &making))) {
    show_link(&making, code);
  }
  crypto_wipe(code, sizeof code);
}

/* ---- revoking one */

static enum store_result revoke_link(struct store *store, void *context) {
  const struct work *work = context;
  const struct link_row *link = &work->session->link;
  int id = work_number(work, "sheet");
  enum store_result result = sheet_link_revoke(store, link->round, link->municipality, id);
  return result == STORE_OK ? note(store, work, "course.link_revoke", id, NULL) : result;
}

void sheet_links_revoke(struct work *work) {
  enum store_result result = console_ask(work, revoke_link, work);
  if (result == STORE_NONE) {
    show(work, MHD_HTTP_NOT_FOUND, NULL, console_word(work, "sheet_link_none"));
  } else if (console_settle(work, result)) {
    work_redirect(work, console_course_path(work, "/sheets"));
  }
}

/* ---- dropping what waits */

static enum store_result drop(struct store *store, void *context) {
  const struct work *work = context;
  const struct link_row *link = &work->session->link;
  enum store_result result = course_sheet_drop(store, link->round, link->municipality,
                                               console_course_sheet(work_field(work, "sheet")));
  return result == STORE_OK ? console_course_note(store, work, "course.sheet_drop", NULL) : result;
}

void course_sheet_drop_now(struct work *work) {
  enum store_result result = console_ask(work, drop, work);
  if (result == STORE_NONE) {
    console_course_no_sheet(work);
  } else if (console_settle(work, result)) {
    console_done(work, console_course_path(work, ""), "sheet_dropped");
  }
}
