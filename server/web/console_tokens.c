#include <stdlib.h>
#include <string.h>

#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_scope.h"

enum { DAYS_MAX = 3650 };

struct tokens_page {
  struct work *work;
  struct api_token_row *rows;
  size_t count;
  struct municipality_row *municipalities;
  size_t municipalities_count;
};

static enum store_result load(struct store *store, void *context) {
  struct tokens_page *page = context;
  enum store_result result = api_token_list(store, page->work->arena, &page->rows, &page->count);
  return result != STORE_OK ? result
                            : municipality_list(store, page->work->arena, &page->municipalities,
                                                &page->municipalities_count);
}

static const char *municipality_name(const struct tokens_page *page, int code) {
  for (size_t i = 0; i < page->municipalities_count; i++) {
    if (page->municipalities[i].code == code) {
      return page->municipalities[i].name;
    }
  }
  return NULL;
}

static const char *day(const struct work *work, const char *at) {
  return at == NULL ? console_word(work, "tokens_never") : console_day(work, at);
}

static json_t *rows_of(const struct tokens_page *page) {
  const struct work *work = page->work;
  json_t *list = json_array();
  for (size_t i = 0; i < page->count; i++) {
    const struct api_token_row *row = &page->rows[i];
    bool live = row->revoked_at == NULL;
    json_t *item = json_pack(
        "{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "id", row->id, "name", row->name, "role",
        console_scope_role(work, row->scope.role), "scope",
        console_scope_text(work, &row->scope, municipality_name(page, row->scope.municipality)),
        "made", day(work, row->created_at), "ends",
        live ? day(work, row->expires_at) : console_word(work, "tokens_revoked"), "used",
        day(work, row->used_on), "live", live);
    if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static void show(struct work *work, unsigned status, const char *field, const char *problem) {
  struct tokens_page page = {.work = work};
  if (!console_settle(work, console_ask(work, load, &page))) {
    return;
  }
  json_t *data = console_frame(work, console_word(work, "tokens_title"));
  struct console_problem item = {field, problem};
  console_put_problems(&data, &item, problem != NULL);
  console_put(&data, "rows", rows_of(&page));
  console_put(&data, "form",
              json_pack("{s:s, s:s, s:s, s:o, s:o}", "name", work_field(work, "name"), "rounds",
                        work_field(work, "rounds"), "days",
                        work->posts ? work_field(work, "days") : "365", "roles",
                        console_scope_roles(work, console_role_bit(work) == ROUTE_ADMIN
                                                      ? ROUTE_STAFF
                                                      : ROUTE_MUNICIPALITY | ROUTE_EVALUATOR),
                        "municipalities",
                        console_scope_municipalities(work, page.municipalities,
                                                     page.municipalities_count)));
  console_send(work, status, CONSOLE_TOKENS, data);
}

void tokens_show(struct work *work) {
  show(work, MHD_HTTP_OK, NULL, NULL);
}

struct make {
  struct work *work;
  struct api_token_new token;
  unsigned char hash[TOKEN_HASH_BYTES];
};

static enum store_result make(struct store *store, void *context) {
  struct make *wanted = context;
  int id;
  const char *message = NULL;
  return api_token_add(store, &wanted->token, wanted->hash, wanted->work->arena, &id, &message);
}

static bool read_days(const struct work *work, int *days) {
  const char *text = work_field(work, "days");
  size_t digits = strspn(text, "0123456789");
  *days = (int)strtol(text, NULL, 10);
  return digits > 0 && digits <= 4 && text[digits] == '\0' && *days <= DAYS_MAX;
}

/* The token stands in this one reply and nowhere else. */
static void show_token(struct work *work, const char *token) {
  const char *heading = console_word(work, "token_title");
  json_t *data = console_frame(work, heading);
  console_put_text(&data, "heading", heading);
  console_put_text(&data, "text", console_word(work, "token_text"));
  console_put_text(&data, "label", console_word(work, "token_label"));
  console_put_text(&data, "value", token);
  console_put_text(&data, "back", "/tokens");
  console_send(work, MHD_HTTP_OK, CONSOLE_INVITED, data);
}

void tokens_make(struct work *work) {
  struct make wanted = {.work = work};
  char token[TOKEN_CHARACTERS + 1];
  wanted.token.name = work_field(work, "name");
  if (!read_days(work, &wanted.token.days)) {
    show(work, MHD_HTTP_UNPROCESSABLE_CONTENT, "days", console_word(work, "tokens_days_wrong"));
    return;
  }
  token_new(token, wanted.hash);
  enum store_result result = console_scope_read(work, &wanted.token.scope)
                                 ? console_ask(work, make, &wanted)
                                 : STORE_REFUSED;
  if (result == STORE_REFUSED) {
    show(work, MHD_HTTP_UNPROCESSABLE_CONTENT, "name", console_word(work, "tokens_refused"));
  } else if (result == STORE_DENIED) {
    show(work, MHD_HTTP_FORBIDDEN, "name", console_word(work, "tokens_denied"));
  } else if (console_settle(work, result)) {
    show_token(work, token);
  }
}

static enum store_result revoke_token(struct store *store, void *context) {
  return api_token_revoke(store, *(const int *)context);
}

void tokens_revoke(struct work *work) {
  int id = work_number(work, "token");
  if (console_settle(work, console_ask(work, revoke_token, &id))) {
    console_done(work, "/tokens", "revoked");
  }
}
