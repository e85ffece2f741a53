/* console_door: what signing in has in common, whichever page it happens on. */
#ifndef HJEMSVAR_WEB_CONSOLE_DOOR_H
#define HJEMSVAR_WEB_CONSOLE_DOOR_H

#include "base/password.h"
#include "store/session_store.h"
#include "web/work.h"

/* The cookie that door_remember sets. */
#define DOOR_DEVICE "__Host-hjemsvar-device"

/* Compares the own password of who is signed in with what password_begin gave, and hashes a new one
 * (password_own). Only a wrong password leaves the attempt counted. */
must_check enum password_result door_own(struct work *work, struct store *store,
                                         const struct sign_in *sign_in, const char *password,
                                         const char *new, char new_hash[PASSWORD_HASH_BYTES]);

/* The page that a session leads to: the code, the authenticator, or next. */
const char *door_stage(const struct work *work, const struct staff_session *session,
                       const char *next);

/* A sentence that says how long to wait after attempts that failed. */
const char *door_wait(struct work *work, int seconds);

/* Marks the browser as one in which this address has signed in (token.h). */
void door_remember(struct work *work, const char *email);

#endif
