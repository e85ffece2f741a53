#include <string.h>

#include "web/console.h"
#include "web/console_door.h"
#include "web/console_gate.h"
#include "web/console_pages.h"
#include "web/console_scope.h"

static json_t *choices(const struct work *work) {
  return json_pack("[{s:s, s:s}, {s:s, s:s}]", "lang", "da", "name",
                   console_word(work, "language_da"), "lang", "en", "name",
                   console_word(work, "language_en"));
}

static void show(struct work *work, unsigned status, const char *field, const char *problem) {
  const struct staff_session *session = console_staff(work);
  json_t *data = console_frame(work, console_word(work, "account_title"));
  struct console_problem item = {field, problem};
  const char *role =
      arena_printf(work->arena, "%s (%s)", console_scope_role(work, session->scope.role),
                   console_scope_text(work, &session->scope, session->municipality_name));
  console_put_problems(&data, &item, problem != NULL);
  console_put_text(&data, "email", session->email);
  console_put_text(&data, "role", role);
  console_put(&data, "has_authenticator", json_boolean(session->has_totp));
  console_put(&data, "choices", choices(work));
  console_send(work, status, CONSOLE_ACCOUNT, data);
}

void account_show(struct work *work) {
  show(work, MHD_HTTP_OK, NULL, NULL);
}

/* Judged before the present one, which costs a hash and an attempt. False when answered. */
static bool check_new(struct work *work, const char *password) {
  const struct staff_session *session = console_staff(work);
  const char *owner[] = {session->email, session->name, session->municipality_name};
  enum password_flaw flaw = password_check(password, owner, array_length(owner));
  if (flaw != PASSWORD_FINE) {
    show(work, MHD_HTTP_UNPROCESSABLE_CONTENT, "password",
         console_word_of(work, "flaw_", password_flaw_name(flaw)));
  }
  return flaw == PASSWORD_FINE;
}

static void replace(struct work *work, struct store *store, const struct sign_in *sign_in) {
  char stored[PASSWORD_HASH_BYTES];
  enum password_result right = door_own(work, store, sign_in, work_field(work, "current"),
                                        work_field(work, "password"), stored);
  if (right == PASSWORD_WRONG) {
    if (console_settle(work, sign_in_failed(store, sign_in))) {
      show(work, MHD_HTTP_FORBIDDEN, "current", console_word(work, "password_wrong"));
    }
  } else if (right != PASSWORD_OK) {
    show(work, MHD_HTTP_SERVICE_UNAVAILABLE, "current", console_word(work, "busy_password"));
  } else if (console_settle(work, password_replace(store, console_staff(work), stored))) {
    console_done(work, "/account", "password_changed");
  }
}

void account_password(struct work *work) {
  struct store *store = console_store(work);
  struct sign_in sign_in;
  if (store == NULL || !check_new(work, work_field(work, "password")) ||
      !console_settle(work, password_begin(store, console_staff(work), work->arena, &sign_in))) {
    return;
  }
  if (sign_in.wait_seconds > 0) {
    show(work, MHD_HTTP_TOO_MANY_REQUESTS, "current", door_wait(work, sign_in.wait_seconds));
    work->reply.retry_after_s = sign_in.wait_seconds;
    return;
  }
  replace(work, store, &sign_in);
}

void account_language(struct work *work) {
  const char *language = strcmp(work_field(work, "language"), "en") == 0 ? "en" : "da";
  struct store *store = console_store(work);
  if (store == NULL || !console_settle(work, session_speak(store, console_staff(work), language))) {
    return;
  }
  /* For the page on which nobody is signed in. */
  console_speak(work, language);
  console_done(work, "/account", "language");
}

void account_sign_out(struct work *work) {
  struct store *store = console_store(work);
  if (store != NULL && console_settle(work, session_end_all(store, console_staff(work)))) {
    console_keep(work, NULL);
    console_done(work, "/sign-in", "signed_out_everywhere");
  }
}
