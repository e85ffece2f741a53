#include <sodium.h>
#include <string.h>

#include "output/qr.h"
#include "web/console.h"
#include "web/console_door.h"
#include "web/console_gate.h"
#include "web/console_pages.h"

enum { QR_SIZE_MM = 45 };

/* The page, with what is to be done: offer NULL is the beginning. */
static void show(struct work *work, unsigned status, json_t *offer, const char *field,
                 const char *problem) {
  json_t *data = console_frame(work, console_word(work, "authenticator_title"));
  struct console_problem item = {field, problem};
  const char *next = work->posts ? work_field(work, "next") : work_query(work, "next");
  bool complete = console_staff(work)->stage == SESSION_COMPLETE;
  console_put_problems(&data, &item, problem != NULL);
  console_put_text(&data, "next", console_next(work, next));
  if (offer == NULL) {
    console_put(&data, "begin", json_pack("{s:b}", "password", complete));
  } else {
    console_put(&data, "offer", offer);
  }
  console_send(work, status, CONSOLE_AUTHENTICATOR, data);
}

static json_t *offer_of(struct work *work, const unsigned char secret[TOTP_SECRET_BYTES]) {
  char text[TOTP_TEXT_CHARACTERS + 1];
  struct text svg, groups; /* of four letters, for who has to type it */
  json_t *offer = NULL;
  const char *uri = totp_uri(work->arena, secret, console_staff(work)->email);
  totp_text(secret, text);
  text_init(&svg);
  text_init(&groups);
  for (size_t i = 0; i < TOTP_TEXT_CHARACTERS; i += 4) {
    text_addf(&groups, "%s%.4s", i > 0 ? " " : "", text + i);
  }
  if (uri != NULL && !groups.failed &&
      qr_svg(uri, console_word(work, "authenticator_qr"), QR_SIZE_MM, &svg) == QR_OK) {
    offer = json_pack("{s:s, s:s}", "html_trusted_qr", svg.data, "secret", groups.data);
  }
  text_clear(&svg);
  text_clear(&groups);
  return offer != NULL ? offer : json_object();
}

void authenticator_show(struct work *work) {
  const struct staff_session *session = console_staff(work);
  if (session->stage == SESSION_NEEDS_CODE) {
    work_redirect(work, door_stage(work, session, work_query(work, "next")));
    return;
  }
  show(work, MHD_HTTP_OK, NULL, NULL, NULL);
}

/* A session left open on a desk is not enough to change what protects the account. False
 * when the work is answered. */
static bool check_password(struct work *work, struct store *store) {
  struct sign_in sign_in;
  if (console_staff(work)->stage != SESSION_COMPLETE) {
    return true;
  }
  if (!console_settle(work, password_begin(store, console_staff(work), work->arena, &sign_in))) {
    return false;
  }
  if (sign_in.wait_seconds > 0) {
    show(work, MHD_HTTP_TOO_MANY_REQUESTS, NULL, "password", door_wait(work, sign_in.wait_seconds));
    work->reply.retry_after_s = sign_in.wait_seconds;
    return false;
  }
  enum password_result right =
      door_own(work, store, &sign_in, work_field(work, "password"), NULL, NULL);
  if (right == PASSWORD_OK) {
    return true;
  }
  if (right != PASSWORD_WRONG) {
    show(work, MHD_HTTP_SERVICE_UNAVAILABLE, NULL, "password", console_word(work, "busy_password"));
  } else if (console_settle(work, sign_in_failed(store, &sign_in))) {
    show(work, MHD_HTTP_FORBIDDEN, NULL, "password", console_word(work, "password_wrong"));
  }
  return false;
}

static void offer_new(struct work *work, struct store *store) {
  unsigned char secret[TOTP_SECRET_BYTES], sealed[TOTP_SEALED_BYTES];
  if (!check_password(work, store)) {
    return;
  }
  totp_secret_new(secret);
  totp_seal(work->keys, console_staff(work)->staff, secret, sealed);
  if (console_settle(work, totp_offer(store, console_staff(work), sealed))) {
    show(work, MHD_HTTP_OK, offer_of(work, secret), NULL, NULL);
  }
  sodium_memzero(secret, sizeof secret);
}

/* New ones, and what is kept of them. */
struct recovery {
  char codes[RECOVERY_CODES][RECOVERY_CODE_CHARACTERS + 1];
  unsigned char hashes[RECOVERY_CODES][RECOVERY_HASH_BYTES];
};

static bool make_recovery(const struct work *work, struct recovery *recovery) {
  bool good = true;
  for (int i = 0; i < RECOVERY_CODES; i++) {
    recovery_code_new(recovery->codes[i]);
    good = good && recovery_code_hash(work->keys, 0, console_staff(work)->staff, recovery->codes[i],
                                      recovery->hashes[i]);
  }
  return good;
}

static void show_recovery(struct work *work, const char *intro, const struct recovery *recovery) {
  json_t *data = console_frame(work, console_word(work, "recovery_title"));
  json_t *list = json_array();
  for (int i = 0; i < RECOVERY_CODES; i++) {
    if (json_array_append_new(list, json_string(recovery->codes[i])) != 0) {
      json_decref(list);
      list = NULL;
      break;
    }
  }
  console_put_text(&data, "intro", console_word(work, intro));
  console_put(&data, "codes", list);
  console_put_text(&data, "next", console_next(work, work_field(work, "next")));
  console_send(work, MHD_HTTP_OK, CONSOLE_RECOVERY, data);
}

static void enrol(struct work *work, struct store *store, int64_t step) {
  struct recovery recovery = {0};
  char token[TOKEN_CHARACTERS + 1];
  unsigned char hash[TOKEN_HASH_BYTES];
  const struct staff_session *session = console_staff(work);
  token_new(token, hash);
  enum store_result result =
      make_recovery(work, &recovery)
          ? totp_enrol(store, session, step,
                       (const unsigned char(*)[RECOVERY_HASH_BYTES])recovery.hashes, hash)
          : STORE_FAULT;
  if (!console_settle(work, result)) {
    return;
  }
  /* The page is signed in now, under the new token. */
  work->session->staff.stage = SESSION_COMPLETE;
  token_csrf(work->keys, token, work->session->csrf);
  show_recovery(work, "recovery_intro", &recovery);
  console_keep(work, token);
  door_remember(work, session->email);
}

static void confirm(struct work *work, struct store *store) {
  const struct staff_session *session = console_staff(work);
  struct totp_state state;
  unsigned char secret[TOTP_SECRET_BYTES];
  int64_t step;
  if (!console_settle(work, totp_begin(store, session, &state))) {
    return;
  }
  if (state.wait_seconds > 0) {
    /* Without the secret at hand the page begins anew; the pending one goes on to wait. */
    show(work, MHD_HTTP_TOO_MANY_REQUESTS, NULL, NULL, door_wait(work, state.wait_seconds));
    work->reply.retry_after_s = state.wait_seconds;
    return;
  }
  if (!state.pending_set || !totp_open(work->keys, session->staff, state.pending, secret)) {
    show(work, MHD_HTTP_OK, NULL, NULL, NULL);
    return;
  }
  if (totp_check(secret, work_field(work, "code"), state.now_seconds, &step)) {
    enrol(work, store, step);
  } else if (console_settle(work, totp_failed(store, session))) {
    show(work, MHD_HTTP_FORBIDDEN, offer_of(work, secret), "code",
         console_word(work, "code_wrong"));
  }
  sodium_memzero(secret, sizeof secret);
}

void authenticator_take(struct work *work) {
  const struct staff_session *session = console_staff(work);
  struct store *store = console_store(work);
  if (store == NULL) {
    return;
  }
  if (session->stage == SESSION_NEEDS_CODE) {
    work_redirect(work, door_stage(work, session, work_field(work, "next")));
  } else if (strcmp(work_field(work, "action"), "confirm") == 0) {
    confirm(work, store);
  } else {
    offer_new(work, store);
  }
}

/* ---- new recovery codes for the authenticator that is there */

static void show_renewal(struct work *work, unsigned status, const char *problem) {
  json_t *data = console_frame(work, console_word(work, "renew_title"));
  struct console_problem item = {"code", problem};
  console_put_problems(&data, &item, problem != NULL);
  console_send(work, status, CONSOLE_RENEWAL, data);
}

static void renew(struct work *work, struct store *store, int64_t step) {
  struct recovery recovery = {0};
  enum store_result result =
      make_recovery(work, &recovery)
          ? recovery_renew(store, console_staff(work), step,
                           (const unsigned char(*)[RECOVERY_HASH_BYTES])recovery.hashes)
          : STORE_FAULT;
  if (result == STORE_CONFLICT) {
    show_renewal(work, MHD_HTTP_FORBIDDEN, console_word(work, "code_used"));
  } else if (console_settle(work, result)) {
    show_recovery(work, "renew_intro", &recovery);
  }
}

void recovery_show(struct work *work) {
  if (!console_staff(work)->has_totp) {
    work_redirect(work, "/authenticator");
    return;
  }
  show_renewal(work, MHD_HTTP_OK, NULL);
}

/* The code shows that the person is at the desk; who comes by a proxy has no password. */
void recovery_take(struct work *work) {
  const struct staff_session *session = console_staff(work);
  struct store *store = console_store(work);
  struct totp_state state;
  unsigned char secret[TOTP_SECRET_BYTES];
  int64_t step;
  if (store == NULL || !console_settle(work, totp_begin(store, session, &state))) {
    return;
  }
  if (state.wait_seconds > 0) {
    show_renewal(work, MHD_HTTP_TOO_MANY_REQUESTS, door_wait(work, state.wait_seconds));
    work->reply.retry_after_s = state.wait_seconds;
    return;
  }
  if (!state.sealed_set) {
    work_redirect(work, "/authenticator");
  } else if (totp_open(work->keys, session->staff, state.sealed, secret) &&
             totp_check(secret, work_field(work, "code"), state.now_seconds, &step)) {
    renew(work, store, step);
  } else if (console_settle(work, totp_failed(store, session))) {
    show_renewal(work, MHD_HTTP_FORBIDDEN, console_word(work, "code_wrong"));
  }
  sodium_memzero(secret, sizeof secret);
}
