#include <string.h>

#include "web/console.h"
#include "web/console_door.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_scope.h"

static void show(struct work *work, unsigned status, const struct staff_row *row,
                 const char *problem) {
  json_t *data = console_frame(work, console_word(work, "invitation_title"));
  struct console_problem item = {"password", problem};
  const char *intro =
      words_fill(work->arena, console_word(work, "invitation_intro"), "role",
                 console_scope_role(work, row->scope.role), "scope",
                 console_scope_text(work, &row->scope, row->municipality_name), NULL);
  console_put_problems(&data, &item, problem != NULL);
  console_put_text(&data, "intro", intro);
  console_put_text(&data, "token", work_parameter(work, "token"));
  console_put_text(&data, "email", row->email);
  console_send(work, status, CONSOLE_INVITATION, data);
}

/* Answers and gives false when there is no such invitation. */
static bool settle(struct work *work, enum store_result result) {
  if (result == STORE_NONE) {
    console_message(work, MHD_HTTP_NOT_FOUND, "invitation_missing", "not_found");
    return false;
  }
  if (result == STORE_CONFLICT) {
    console_message(work, MHD_HTTP_GONE, "invitation_used", "used");
    return false;
  }
  return console_settle(work, result);
}

static bool find(struct work *work, struct store *store, unsigned char hash[TOKEN_HASH_BYTES],
                 struct staff_row *row) {
  return settle(work, token_hash(work_parameter(work, "token"), hash)
                          ? invitation_find(store, hash, work->arena, row)
                          : STORE_NONE);
}

void invitation_show(struct work *work) {
  struct store *store = console_store(work);
  unsigned char hash[TOKEN_HASH_BYTES];
  struct staff_row row;
  if (store != NULL && find(work, store, hash, &row)) {
    show(work, MHD_HTTP_OK, &row, NULL);
  }
}

/* Who has just chosen a password need not type it again. */
static void sign_in(struct work *work, struct store *store, const char *email) {
  struct sign_in sign_in;
  struct staff_session session;
  char token[TOKEN_CHARACTERS + 1];
  unsigned char hash[TOKEN_HASH_BYTES];
  token_new(token, hash);
  enum store_result result = sign_in_begin(store, work->keys, email, NULL, work->arena, &sign_in);
  if (result == STORE_OK && sign_in.wait_seconds > 0) {
    work_redirect(work, "/sign-in");
    return;
  }
  if (result == STORE_OK) {
    result = sign_in_succeeded(store, &sign_in, hash, work->arena, &session);
  }
  if (console_settle(work, result)) {
    work_redirect(work, door_stage(work, &session, "/"));
    console_keep(work, token);
  }
}

void invitation_take(struct work *work) {
  struct store *store = console_store(work);
  struct password_desk *desk = console_desk(work->console);
  unsigned char hash[TOKEN_HASH_BYTES];
  struct staff_row row;
  const char *password = work_field(work, "password");
  char stored[PASSWORD_HASH_BYTES];
  if (store == NULL || !find(work, store, hash, &row)) {
    return;
  }
  const char *owner[] = {row.email, row.name, row.municipality_name};
  enum password_flaw flaw = password_check(password, owner, array_length(owner));
  if (flaw != PASSWORD_FINE) {
    show(work, MHD_HTTP_UNPROCESSABLE_CONTENT, &row,
         console_word_of(work, "flaw_", password_flaw_name(flaw)));
    return;
  }
  if (desk == NULL || password_hash(desk, password, stored) != PASSWORD_OK) {
    show(work, MHD_HTTP_SERVICE_UNAVAILABLE, &row, console_word(work, "busy_password"));
    return;
  }
  if (settle(work, invitation_accept(store, hash, stored))) {
    sign_in(work, store, row.email);
  }
}
