#include <string.h>

#include "base/log.h"
#include "web/console.h"
#include "web/console_door.h"
#include "web/console_gate.h"
#include "web/console_pages.h"

static void show(struct work *work, unsigned status, const char *email, const char *problem) {
  json_t *data = console_frame(work, console_word(work, "sign_in_title"));
  struct console_problem item = {"email", problem};
  const char *next =
      work->posts ? work_field(work, "next") : console_next(work, work_query(work, "next"));
  console_put_problems(&data, &item, problem != NULL);
  console_put_text(&data, "next", console_next(work, next));
  console_put_text(&data, "email", email);
  console_send(work, status, CONSOLE_SIGN_IN, data);
}

const char *door_wait(struct work *work, int seconds) {
  char number[16];
  snprintf(number, sizeof number, "%d", seconds);
  return seconds == 1 ? console_word(work, "wait_one")
                      : words_fill(work->arena, console_word(work, "wait_many"), "n", number, NULL);
}

void door_show(struct work *work) {
  if (console_role_bit(work) != 0) {
    console_done(work, console_next(work, work_query(work, "next")), NULL);
    return;
  }
  show(work, MHD_HTTP_OK, "", NULL);
}

const char *door_stage(const struct work *work, const struct staff_session *session,
                       const char *next) {
  const char *door = session->stage == SESSION_NEEDS_CODE        ? "/sign-in/code"
                     : session->stage == SESSION_NEEDS_ENROLMENT ? "/authenticator"
                                                                 : NULL;
  next = console_next(work, next);
  if (door == NULL) {
    return next;
  }
  const char *location =
      next[1] == '\0' ? door
                      : arena_printf(work->arena, "%s?next=%s", door, console_escape(work, next));
  return location != NULL ? location : door;
}

void door_remember(struct work *work, const char *email) {
  char device[TOKEN_DEVICE_CHARACTERS + 1];
  token_device_new(work->keys, email, device);
  work_set_cookie(work, arena_printf(work->arena,
                                     DOOR_DEVICE "=%s; Path=/; Secure; HttpOnly; SameSite=Lax; "
                                                 "Max-Age=31536000",
                                     device));
}

static void give_back(const struct work *work, struct store *store, const struct sign_in *sign_in) {
  if (sign_in_untried(store, sign_in) != STORE_OK) {
    log_event(LOG_LEVEL_WARNING, "attempt_kept", "s:s", "route", work->route->pattern);
  }
}

static enum password_result compare(struct work *work, struct store *store,
                                    const struct sign_in *sign_in, const char *password) {
  struct password_desk *desk = console_desk(work->console);
  enum password_result right =
      desk == NULL ? PASSWORD_BUSY : password_verify(desk, password, sign_in->password_hash);
  if (right == PASSWORD_BUSY) {
    give_back(work, store, sign_in);
  }
  return right;
}

enum password_result door_own(struct work *work, struct store *store, const struct sign_in *sign_in,
                              const char *password, const char *new,
                              char new_hash[PASSWORD_HASH_BYTES]) {
  struct password_desk *desk = console_desk(work->console);
  enum password_result right =
      desk == NULL ? PASSWORD_BUSY
                   : password_own(desk, password, sign_in->password_hash, new, new_hash);
  if (right != PASSWORD_WRONG) {
    give_back(work, store, sign_in);
  }
  return right;
}

/* The password was right. */
static void let_in(struct work *work, struct store *store, const struct sign_in *sign_in,
                   const char *email) {
  char token[TOKEN_CHARACTERS + 1];
  unsigned char hash[TOKEN_HASH_BYTES];
  struct staff_session session;
  token_new(token, hash);
  enum store_result result = sign_in_succeeded(store, sign_in, hash, work->arena, &session);
  if (result == STORE_NONE) {
    show(work, MHD_HTTP_FORBIDDEN, email, console_word(work, "sign_in_wrong"));
    return;
  }
  if (!console_settle(work, result)) {
    return;
  }
  /* The session that the browser had, if any, is of no more use. */
  if (work->session != NULL && session_end(store, console_staff(work)) != STORE_OK) {
    console_message(work, MHD_HTTP_SERVICE_UNAVAILABLE, "later", "busy");
    return;
  }
  work_redirect(work, door_stage(work, &session, work_field(work, "next")));
  console_keep(work, token);
  if (session.stage == SESSION_COMPLETE) {
    door_remember(work, session.email);
  }
}

/* Known and unknown addresses go the same way to the end: an attempt is counted, a hash is
 * computed, a line is written. */
void door_sign_in(struct work *work) {
  const char *email = work_field(work, "email"), *password = work_field(work, "password");
  struct store *store = console_store(work);
  struct sign_in sign_in;
  if (store == NULL) {
    return;
  }
  if (email[0] == '\0' || password[0] == '\0') {
    show(work, MHD_HTTP_UNPROCESSABLE_CONTENT, email, console_word(work, "sign_in_empty"));
    return;
  }
  if (!console_settle(work, sign_in_begin(store, work->keys, email, work_cookie(work, DOOR_DEVICE),
                                          work->arena, &sign_in))) {
    return;
  }
  if (sign_in.wait_seconds > 0) {
    show(work, MHD_HTTP_TOO_MANY_REQUESTS, email, door_wait(work, sign_in.wait_seconds));
    work->reply.retry_after_s = sign_in.wait_seconds;
    return;
  }
  enum password_result right = compare(work, store, &sign_in, password);
  work->wrong_password = right != PASSWORD_OK && right != PASSWORD_BUSY;
  if (right == PASSWORD_OK) {
    let_in(work, store, &sign_in, email);
  } else if (right == PASSWORD_BUSY) {
    show(work, MHD_HTTP_SERVICE_UNAVAILABLE, email, console_word(work, "busy_password"));
  } else if (console_settle(work, sign_in_failed(store, &sign_in))) {
    show(work, MHD_HTTP_FORBIDDEN, email, console_word(work, "sign_in_wrong"));
  }
}

/* ---- the code */

static void show_code(struct work *work, unsigned status, const char *problem) {
  const struct staff_session *session = console_staff(work);
  const char *next = work->posts ? work_field(work, "next") : work_query(work, "next");
  if (session->stage != SESSION_NEEDS_CODE) {
    work_redirect(work, door_stage(work, session, next));
    return;
  }
  json_t *data = console_frame(work, console_word(work, "code_title"));
  struct console_problem item = {"code", problem};
  console_put_problems(&data, &item, problem != NULL);
  console_put_text(&data, "next", console_next(work, next));
  console_send(work, status, CONSOLE_CODE, data);
}

void door_code(struct work *work) {
  show_code(work, MHD_HTTP_OK, NULL);
}

static bool is_totp(const char *code) {
  size_t digits = 0;
  for (; *code != '\0'; code++) {
    if (*code >= '0' && *code <= '9') {
      digits++;
    } else if (*code != ' ') {
      return false;
    }
  }
  return digits == TOTP_DIGITS;
}

/* STORE_NONE: wrong; STORE_CONFLICT: used before. */
static enum store_result use_code(struct work *work, struct store *store,
                                  const struct totp_state *state,
                                  const unsigned char hash[TOKEN_HASH_BYTES]) {
  const struct staff_session *session = console_staff(work);
  const char *code = work_field(work, "code");
  if (is_totp(code)) {
    unsigned char secret[TOTP_SECRET_BYTES];
    int64_t step;
    bool right = state->sealed_set &&
                 totp_open(work->keys, session->staff, state->sealed, secret) &&
                 totp_check(secret, code, state->now_seconds, &step);
    return right ? totp_use(store, session, step, hash) : STORE_NONE;
  }
  unsigned char hashes[CRYPTO_GENERATIONS][RECOVERY_HASH_BYTES];
  for (int i = 0; i < work->keys->generations; i++) {
    if (!recovery_code_hash(work->keys, i, session->staff, code, hashes[i])) {
      return STORE_NONE;
    }
  }
  return recovery_use(store, session, (const unsigned char(*)[RECOVERY_HASH_BYTES])hashes,
                      work->keys->generations, hash);
}

void door_take_code(struct work *work) {
  struct store *store = console_store(work);
  struct totp_state state;
  char token[TOKEN_CHARACTERS + 1];
  unsigned char hash[TOKEN_HASH_BYTES];
  const struct staff_session *session = console_staff(work);
  if (store == NULL) {
    return;
  }
  if (session->stage != SESSION_NEEDS_CODE) {
    work_redirect(work, door_stage(work, session, work_field(work, "next")));
    return;
  }
  if (!console_settle(work, totp_begin(store, session, &state))) {
    return;
  }
  if (state.wait_seconds > 0) {
    show_code(work, MHD_HTTP_TOO_MANY_REQUESTS, door_wait(work, state.wait_seconds));
    work->reply.retry_after_s = state.wait_seconds;
    return;
  }
  token_new(token, hash);
  enum store_result result = use_code(work, store, &state, hash);
  if (result == STORE_OK) {
    work_redirect(work, console_next(work, work_field(work, "next")));
    console_keep(work, token);
    door_remember(work, session->email);
    return;
  }
  if (result != STORE_NONE && result != STORE_CONFLICT) {
    console_fail(work, result);
    return;
  }
  if (console_settle(work, totp_failed(store, session))) {
    show_code(work, MHD_HTTP_FORBIDDEN,
              console_word(work, result == STORE_CONFLICT ? "code_used" : "code_wrong"));
  }
}

/* ---- leaving */

void door_sign_out(struct work *work) {
  struct store *store = console_store(work);
  if (store != NULL && console_settle(work, session_end(store, console_staff(work)))) {
    console_keep(work, NULL);
    console_done(work, "/sign-in", "signed_out");
  }
}
