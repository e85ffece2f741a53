#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "store/audit_store.h"
#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"

enum { ROWS_A_PAGE = 100 };

struct audit_page {
  struct work *work;
  int64_t before;
  struct audit_row *rows;
  size_t count;
};

static enum store_result load(struct store *store, void *context) {
  struct audit_page *page = context;
  return audit_list(store, page->before, ROWS_A_PAGE, page->work->arena, &page->rows, &page->count);
}

static json_t *number_or_nothing(int number) {
  return number > 0 ? json_integer(number) : json_string("");
}

static json_t *rows_of(const struct audit_page *page) {
  json_t *list = json_array();
  for (size_t i = 0; i < page->count; i++) {
    const struct audit_row *row = &page->rows[i];
    const char *details = strcmp(row->details, "{}") == 0 ? "" : row->details;
    json_t *item = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:s}", "at",
                             console_moment(page->work, row->at), "actor", row->actor, "name",
                             row->actor_name, "action", row->action, "subject", row->subject,
                             "round", number_or_nothing(row->round), "municipality",
                             number_or_nothing(row->municipality), "details", details);
    if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static int64_t before(const struct work *work) {
  const char *text = work_query(work, "before");
  size_t digits = text == NULL ? 0 : strspn(text, "0123456789");
  return digits == 0 || digits > 18 || text[digits] != '\0' ? 0 : strtoll(text, NULL, 10);
}

void audit_show(struct work *work) {
  struct audit_page page = {.work = work, .before = before(work)};
  if (!console_settle(work, console_ask(work, load, &page))) {
    return;
  }
  json_t *data = console_frame(work, console_word(work, "audit_title"));
  console_put(&data, "rows", rows_of(&page));
  if (page.count == ROWS_A_PAGE) {
    console_put(&data, "older", json_integer(page.rows[page.count - 1].id));
  }
  console_send(work, MHD_HTTP_OK, CONSOLE_AUDIT, data);
}
