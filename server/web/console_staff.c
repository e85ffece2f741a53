#include <string.h>

#include "web/console.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_scope.h"

/* What the page shows, and what a form asks for. */
struct staff_page {
  struct work *work;
  struct staff_row *rows;
  size_t count;
  struct municipality_row *municipalities;
  size_t municipalities_count;
  bool evaluators; /* may be made, too */
};

static enum store_result load(struct store *store, void *context) {
  struct staff_page *page = context;
  int own = console_staff(page->work)->scope.municipality;
  enum store_result result = staff_list(store, page->work->arena, &page->rows, &page->count);
  if (result == STORE_OK) {
    result = staff_manages_evaluators(store, own, &page->evaluators);
  }
  return result != STORE_OK ? result
                            : municipality_list(store, page->work->arena, &page->municipalities,
                                                &page->municipalities_count);
}

static const char *state_of(const struct work *work, const struct staff_row *row) {
  if (row->disabled_at != NULL) {
    return console_word(work, "staff_disabled");
  }
  if (row->invited_until != NULL) {
    return words_fill(work->arena, console_word(work, "staff_invited"), "until",
                      console_day(work, row->invited_until), NULL);
  }
  return console_word(work, row->has_password ? "staff_enabled" : "staff_waiting");
}

static void add_button(const struct work *work, json_t *buttons, const char *action) {
  json_t *button = json_pack("{s:s, s:s}", "action", action, "label",
                             console_word_of(work, "staff_act_", action));
  (void)json_array_append_new(buttons, button);
}

static json_t *buttons_of(const struct work *work, const struct staff_row *row) {
  json_t *buttons = json_array();
  if (row->id == console_staff(work)->staff) {
    return buttons; /* one's own account has a page of its own */
  }
  if (row->disabled_at != NULL) {
    add_button(work, buttons, "enable");
    return buttons;
  }
  add_button(work, buttons, "invite");
  if (row->has_totp) {
    add_button(work, buttons, "reset");
  }
  add_button(work, buttons, "disable");
  return buttons;
}

static json_t *rows_of(const struct staff_page *page) {
  const struct work *work = page->work;
  json_t *list = json_array();
  for (size_t i = 0; i < page->count; i++) {
    const struct staff_row *row = &page->rows[i];
    json_t *item =
        json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "id", row->id, "email", row->email,
                  "name", row->name, "role", console_scope_role(work, row->scope.role), "scope",
                  console_scope_text(work, &row->scope, row->municipality_name), "state",
                  state_of(work, row), "seen",
                  row->signed_in_on != NULL ? console_day(work, row->signed_in_on)
                                            : console_word(work, "staff_never"),
                  "buttons", buttons_of(work, row));
    if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

static void show(struct work *work, unsigned status, const char *field, const char *problem) {
  struct staff_page page = {.work = work};
  if (!console_settle(work, console_ask(work, load, &page))) {
    return;
  }
  unsigned roles = console_role_bit(work) == ROUTE_ADMIN ? ROUTE_STAFF
                   : page.evaluators                     ? ROUTE_MUNICIPALITY | ROUTE_EVALUATOR
                                                         : ROUTE_MUNICIPALITY;
  json_t *data = console_frame(work, console_word(work, "staff_title"));
  struct console_problem item = {field, problem};
  console_put_problems(&data, &item, problem != NULL);
  console_put(&data, "rows", rows_of(&page));
  console_put(&data, "form",
              json_pack("{s:s, s:s, s:s, s:o, s:o}", "email", work_field(work, "email"), "name",
                        work_field(work, "name"), "rounds", work_field(work, "rounds"), "roles",
                        console_scope_roles(work, roles), "municipalities",
                        console_scope_municipalities(work, page.municipalities,
                                                     page.municipalities_count)));
  console_send(work, status, CONSOLE_STAFF, data);
}

void staff_show(struct work *work) {
  show(work, MHD_HTTP_OK, NULL, NULL);
}

/* ---- inviting */

struct invite {
  struct work *work;
  struct staff_new staff; /* email NULL: an account that is there */
  int id;
  unsigned char hash[TOKEN_HASH_BYTES];
  const char *email;
  const char *until;
  bool added; /* the account was no obstacle; what failed is the invitation */
};

static enum store_result make_invitation(struct store *store, void *context) {
  struct invite *invite = context;
  struct arena *arena = invite->work->arena;
  struct staff_row row;
  const char *message = NULL;
  enum store_result result = STORE_OK;
  invite->added = false;
  if (invite->staff.email != NULL) {
    result = staff_add(store, &invite->staff, arena, &invite->id, &message);
  }
  invite->added = result == STORE_OK;
  if (result == STORE_OK) {
    result = staff_find(store, invite->id, arena, &row);
  }
  if (result == STORE_OK) {
    invite->email = row.email;
    result = invitation_make(store, invite->id, invite->hash, arena, &invite->until);
  }
  return result;
}

/* The link stands in this one reply and nowhere else. */
static void show_link(struct work *work, const struct invite *invite, const char *token) {
  const char *heading = console_word(work, "invited_title");
  json_t *data = console_frame(work, heading);
  const char *text = words_fill(work->arena, console_word(work, "invited_text"), "email",
                                invite->email, "until", console_day(work, invite->until), NULL);
  console_put_text(&data, "heading", heading);
  console_put_text(&data, "text", text);
  console_put_text(&data, "label", console_word(work, "invited_label"));
  console_put_text(&data, "value",
                   arena_printf(work->arena, "%s/invitation/%s", work->config->console_url, token));
  console_put_text(&data, "back", "/staff");
  console_send(work, MHD_HTTP_OK, CONSOLE_INVITED, data);
}

static void invite_now(struct work *work, struct invite *invite) {
  char token[TOKEN_CHARACTERS + 1];
  token_new(token, invite->hash);
  enum store_result result = console_ask(work, make_invitation, invite);
  if (result == STORE_OK) {
    show_link(work, invite, token);
  } else if (result == STORE_CONFLICT && !invite->added) {
    show(work, MHD_HTTP_CONFLICT, "email", console_word(work, "staff_conflict"));
  } else if (result == STORE_REFUSED && !invite->added) {
    show(work, MHD_HTTP_UNPROCESSABLE_CONTENT, "email", console_word(work, "staff_refused"));
  } else if (result == STORE_DENIED) {
    show(work, MHD_HTTP_FORBIDDEN, "role", console_word(work, "staff_denied"));
  } else if (result == STORE_CLOSED) {
    show(work, MHD_HTTP_CONFLICT, NULL, console_word(work, "staff_closed"));
  } else {
    console_fail(work, result);
  }
}

void staff_invite(struct work *work) {
  struct invite invite = {.work = work};
  invite.staff.email = work_field(work, "email");
  invite.staff.name = work_field(work, "name");
  if (!console_scope_read(work, &invite.staff.scope)) {
    show(work, MHD_HTTP_UNPROCESSABLE_CONTENT, "email", console_word(work, "staff_refused"));
    return;
  }
  invite_now(work, &invite);
}

/* ---- changing */

static enum store_result disable(struct store *store, void *context) {
  return staff_disable(store, *(const int *)context);
}

static enum store_result enable(struct store *store, void *context) {
  return staff_enable(store, *(const int *)context);
}

static enum store_result reset(struct store *store, void *context) {
  return staff_reset_totp(store, *(const int *)context);
}

void staff_change(struct work *work) {
  static const struct {
    const char *action;
    store_work *ask;
    const char *done;
  } actions[] = {
      {"disable", disable, "disabled"}, {"enable", enable, "enabled"}, {"reset", reset, "reset"}};
  const char *action = work_field(work, "action");
  int id = work_number(work, "staff");
  if (strcmp(action, "invite") == 0) {
    invite_now(work, &(struct invite){.work = work, .id = id});
    return;
  }
  for (size_t i = 0; i < array_length(actions); i++) {
    if (strcmp(action, actions[i].action) != 0) {
      continue;
    }
    enum store_result result = console_ask(work, actions[i].ask, &id);
    if (result == STORE_CLOSED) {
      show(work, MHD_HTTP_CONFLICT, NULL, console_word(work, "staff_last_admin"));
    } else if (result == STORE_DENIED) {
      show(work, MHD_HTTP_FORBIDDEN, NULL, console_word(work, "staff_denied"));
    } else if (console_settle(work, result)) {
      console_done(work, "/staff", actions[i].done);
    }
    return;
  }
  console_message(work, MHD_HTTP_UNPROCESSABLE_CONTENT, "bad", "unknown_action");
}
