#include "web/console_gate.h"

#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "store/audit_store.h"
#include "store/form_store.h"
#include "web/console.h"
#include "web/console_door.h"
#include "web/vouched.h"

#define COOKIE_RULES "; Path=/; Secure; HttpOnly; SameSite=Lax"

/* ---- who asks */

const struct staff_session *console_staff(const struct work *work) {
  return work->session == NULL ? NULL : &work->session->staff;
}

unsigned console_role_bit(const struct work *work) {
  const struct staff_session *session = console_staff(work);
  if (session == NULL || session->stage != SESSION_COMPLETE) {
    return 0;
  }
  switch (session->scope.role) {
  case STAFF_ADMIN:
    return ROUTE_ADMIN;
  case STAFF_EVALUATOR:
    return ROUTE_EVALUATOR;
  case STAFF_MUNICIPALITY:
    break;
  }
  return ROUTE_MUNICIPALITY;
}

const char *console_csrf(const struct work *work) {
  return work->session == NULL ? "" : work->session->csrf;
}

struct store *console_store(struct work *work) {
  struct store *store = work_store(work, STORE_AS_STAFF);
  if (store == NULL) {
    console_message(work, MHD_HTTP_SERVICE_UNAVAILABLE, "later", "busy");
  }
  return store;
}

enum store_result console_ask(struct work *work, store_work *ask, void *context) {
  struct store *store = work_store(work, STORE_AS_STAFF);
  return store == NULL ? STORE_DOWN : store_as(store, console_staff(work), ask, context);
}

enum store_result console_review(struct work *work, store_work *ask, void *context) {
  if ((console_role_bit(work) & (ROUTE_EVALUATOR | ROUTE_ADMIN)) == 0) {
    return STORE_DENIED;
  }
  struct store *store = work_store(work, STORE_AS_REVIEWER);
  return store == NULL ? STORE_DOWN : store_as(store, console_staff(work), ask, context);
}

void console_fail(struct work *work, enum store_result result) {
  switch (result) {
  case STORE_NONE:
    console_message(work, MHD_HTTP_NOT_FOUND, "missing", "not_found");
    return;
  case STORE_DENIED:
    console_message(work, MHD_HTTP_FORBIDDEN, "refused", "forbidden");
    return;
  case STORE_BUSY:
  case STORE_DOWN:
    console_message(work, MHD_HTTP_SERVICE_UNAVAILABLE, "later", "busy");
    return;
  case STORE_OK:
  case STORE_DUPLICATE:
  case STORE_CONFLICT:
  case STORE_CLOSED:
  case STORE_INCOMPLETE:
  case STORE_REFUSED:
  case STORE_FAULT:
    break;
  }
  log_event(LOG_LEVEL_ERROR, "console_fault", "s:s, s:i", "route", work->route->pattern, "result",
            (int)result);
  console_message(work, MHD_HTTP_INTERNAL_SERVER_ERROR, "fault", "fault");
}

bool console_settle(struct work *work, enum store_result result) {
  if (result != STORE_OK) {
    console_fail(work, result);
  }
  return result == STORE_OK;
}

/* Lax, not Strict: a link to the console in an e-mail or an intranet page opens it signed
 * in; what changes something is a POST, which Lax keeps back (docs/decisions/0008). */
void console_keep(struct work *work, const char *token) {
  const char *line = token != NULL
                         ? arena_printf(work->arena, CONSOLE_COOKIE "=%s" COOKIE_RULES, token)
                         : CONSOLE_COOKIE "=" COOKIE_RULES "; Max-Age=0";
  work_set_cookie(work, line);
}

static bool session_take(struct work *work, const char *token) {
  work->session = arena_alloc(work->arena, sizeof *work->session);
  if (work->session == NULL) {
    console_message(work, MHD_HTTP_SERVICE_UNAVAILABLE, "later", "busy");
    return false;
  }
  if (token != NULL) {
    work->session->token = arena_string(work->arena, token);
    token_csrf(work->keys, token, work->session->csrf);
  }
  return true;
}

typedef enum store_result find_session(struct store *store,
                                       const unsigned char hash[TOKEN_HASH_BYTES],
                                       struct arena *arena, struct staff_session *session);

/* The first question of a request: a connection that was cut since the last one is noticed
 * here, so it is asked once more on a new one. False when the work is answered. */
static bool look_up(struct work *work, find_session *find,
                    const unsigned char hash[TOKEN_HASH_BYTES]) {
  enum store_result result = STORE_DOWN;
  for (int tries = 0; tries < 2 && result == STORE_DOWN; tries++) {
    struct store *store = work_store(work, STORE_AS_STAFF);
    if (store == NULL) {
      break;
    }
    result = find(store, hash, work->arena, &work->session->staff);
  }
  if (result == STORE_OK) {
    return true;
  }
  work->session = NULL;
  return result == STORE_NONE || console_settle(work, result);
}

/* The browser's mark as one in which the account has signed in (token.h). */
static void find_device(struct work *work) {
  struct staff_session *session = &work->session->staff;
  const char *device = work_cookie(work, DOOR_DEVICE);
  if (device != NULL && token_device_check(work->keys, session->email, device)) {
    session->device = device;
  }
}

/* False when the work is answered. */
static bool by_cookie(struct work *work) {
  const char *token = work_cookie(work, CONSOLE_COOKIE);
  unsigned char hash[TOKEN_HASH_BYTES];
  if (token == NULL || !token_hash(token, hash)) {
    return true;
  }
  if (!session_take(work, token) || !look_up(work, session_find, hash)) {
    return false;
  }
  if (work->session != NULL) {
    find_device(work);
  }
  return true;
}

static bool is_theirs(const struct work *work, const char *email) {
  return work->session != NULL && work->session->staff.stage == SESSION_COMPLETE &&
         strcasecmp(work->session->staff.email, email) == 0;
}

/* Ends the session that the browser has had: of somebody else, or half. */
static bool end_session(struct work *work) {
  if (work->session == NULL) {
    return true;
  }
  struct store *store = console_store(work);
  if (store == NULL || !console_settle(work, session_end(store, &work->session->staff))) {
    return false;
  }
  work->session = NULL;
  console_keep(work, NULL);
  return true;
}

/* The session that the account has had by the proxy before, if it lives. */
static bool by_earlier(struct work *work, const char *email) {
  char token[TOKEN_CHARACTERS + 1];
  unsigned char hash[TOKEN_HASH_BYTES];
  if (!vouched_find(console_vouched(work), email, token) || !token_hash(token, hash)) {
    return true;
  }
  if (!session_take(work, token) || !look_up(work, session_find, hash)) {
    return false;
  }
  if (!is_theirs(work, email)) {
    work->session = NULL;
  }
  return true;
}

static bool by_new(struct work *work, const char *email) {
  char token[TOKEN_CHARACTERS + 1];
  unsigned char hash[TOKEN_HASH_BYTES];
  token_new(token, hash);
  struct store *store = console_store(work);
  if (store == NULL || !session_take(work, token)) {
    return false;
  }
  enum store_result result =
      sign_in_trusted(store, email, hash, work->arena, &work->session->staff);
  if (result == STORE_OK) {
    vouched_keep(console_vouched(work), email, token);
    return true;
  }
  work->session = NULL;
  return result == STORE_NONE || console_settle(work, result);
}

/* A proxy that we trust has signed them in; the account must be there all the same. */
static bool by_proxy(struct work *work) {
  const char *email = work->proxy_user;
  if (email == NULL || email[0] == '\0' || is_theirs(work, email)) {
    return true;
  }
  if (!end_session(work) || !by_earlier(work, email) ||
      (work->session == NULL && !by_new(work, email))) {
    return false;
  }
  if (work->session != NULL) {
    console_keep(work, work->session->token);
  }
  return true;
}

const char *console_bearer(const char *authorization) {
  static const char scheme[] = "Bearer ";
  return authorization != NULL && strncasecmp(authorization, scheme, sizeof scheme - 1) == 0
             ? authorization + sizeof scheme - 1
             : NULL;
}

static bool by_token(struct work *work) {
  unsigned char hash[TOKEN_HASH_BYTES];
  const char *token = console_bearer(work->authorization);
  if (token == NULL || !token_hash(token, hash)) {
    return true;
  }
  return session_take(work, NULL) && look_up(work, api_token_find, hash);
}

/* ---- where a form comes from */

/* Browsers say it by Sec-Fetch-Site (Fetch Metadata) and Origin (RFC 6454); each that is
 * there must be ours. Ours is the address that was configured; where none was, the one that the
 * client says it has asked. */
static bool same_site(const struct work *work) {
  if (work->fetch_site != NULL && strcmp(work->fetch_site, "same-origin") != 0) {
    return false;
  }
  if (work->origin == NULL || strcasecmp(work->origin, work->config->console_url) == 0) {
    return true;
  }
  if (work->config->console_url_given) {
    return false;
  }
  const char *host = strstr(work->origin, "://");
  return host != NULL && work->host != NULL && strcasecmp(host + 3, work->host) == 0;
}

/* The word is the session's that works now: a proxy may have put somebody else in the place of
 * the one for whom the form was made. */
static bool form_is_ours(const struct work *work) {
  if (!same_site(work)) {
    return false;
  }
  return work->session == NULL ||
         (work->session->token != NULL &&
          token_csrf_check(work->keys, work->session->token, work_field(work, "csrf")));
}

/* ---- whether they may */

bool console_in_scope(const struct staff_session *session, int round, int municipality) {
  const struct staff_scope *scope = &session->scope;
  if (municipality > 0 && scope->municipality > 0 && scope->municipality != municipality) {
    return false;
  }
  bool found = scope->rounds_count == 0;
  for (size_t i = 0; i < scope->rounds_count && !found; i++) {
    found = scope->rounds[i] == round;
  }
  return found && (scope->role != STAFF_MUNICIPALITY || scope->municipality > 0);
}

/* What the path may name of them; another number is none. */
enum { MUNICIPALITY_LEAST = 100, MUNICIPALITY_MOST = 999 };

struct refusal {
  struct work *work;
  const char *why;
};

static enum store_result note_refusal(struct store *store, void *context) {
  const struct refusal *refusal = context;
  const struct work *work = refusal->work;
  const char *details = arena_printf(work->arena, "{\"method\":\"%s\",\"why\":\"%s\"}",
                                     work->route->method, refusal->why);
  int municipality = work_number(work, "municipality");
  bool named = municipality >= MUNICIPALITY_LEAST && municipality <= MUNICIPALITY_MOST;
  struct audit_entry entry = {.action = "access.refuse",
                              .subject = work->route->pattern,
                              .round = work_number(work, "round"),
                              .municipality = named ? municipality : 0,
                              .details = details};
  return details == NULL ? STORE_FAULT : audit_append(store, &entry);
}

/* A refusal that cannot be noted is a refusal all the same. */
static void refuse(struct work *work, unsigned status, const char *kind, const char *error) {
  struct refusal refusal = {work, error};
  if (console_role_bit(work) != 0 && console_ask(work, note_refusal, &refusal) != STORE_OK) {
    log_event(LOG_LEVEL_ERROR, "audit_failed", "s:s", "route", work->route->pattern);
  }
  console_message(work, status, kind, error);
}

static enum store_result find_link(struct store *store, void *context) {
  struct work *work = context;
  int round = work_number(work, "round");
  enum store_result result =
      round_runs(store, round, &work->session->runs, &work->session->personal);
  if (result != STORE_OK) {
    return result;
  }
  if (work->session->personal && work->route->anonymous) {
    return STORE_NONE;
  }
  if (work->route->scope == ROUTE_ROUND_MUNICIPALITY) {
    return link_find(store, round, work_number(work, "municipality"), work->arena,
                     &work->session->link);
  }
  struct link_row *rows;
  size_t count;
  return link_list(store, round, work->arena, &rows, &count);
}

/* Whether the account reaches less than the route needs. */
static bool is_confined(const struct work *work) {
  const struct staff_scope *scope = &console_staff(work)->scope;
  switch (work->route->scope) {
  case ROUTE_ALL_ROUNDS:
    return scope->municipality > 0 || scope->rounds_count > 0;
  case ROUTE_NEW_ROUND:
    return scope->rounds_count > 0;
  case ROUTE_WHOLE_ROUND:
    return !work->session->runs;
  case ROUTE_NO_SCOPE:
  case ROUTE_ROUND:
  case ROUTE_ROUND_MUNICIPALITY:
    break;
  }
  return false;
}

/* What of a round the session sees is decided here and, apart from that, by the database's
 * row-level security, through which the link is looked for. Who sees nothing of the round is not
 * told that it is there. */
static bool in_scope(struct work *work) {
  enum store_result result = STORE_NONE;
  if (work->route->scope == ROUTE_NO_SCOPE || work->route->scope == ROUTE_ALL_ROUNDS ||
      work->route->scope == ROUTE_NEW_ROUND) {
    result = STORE_OK;
  } else if (console_in_scope(console_staff(work), work_number(work, "round"),
                              work_number(work, "municipality"))) {
    result = console_ask(work, find_link, work);
  }
  if (result == STORE_OK && is_confined(work)) {
    refuse(work, MHD_HTTP_FORBIDDEN, "refused", "forbidden");
    return false;
  }
  if (result == STORE_NONE) {
    refuse(work, MHD_HTTP_NOT_FOUND, "missing", "not_found");
    return false;
  }
  return console_settle(work, result);
}

/* Where somebody goes who is not signed in, or not completely. */
static void lead_to_door(struct work *work) {
  if (work->route->api) {
    console_message(work, MHD_HTTP_UNAUTHORIZED, "signed_out", "unauthorized");
    work->reply.authenticate = true;
    return;
  }
  if (work->posts || work->wants_json) {
    console_message(work, MHD_HTTP_FORBIDDEN, "signed_out", "signed_out");
    return;
  }
  const struct staff_session *session = console_staff(work);
  const char *door = session == NULL                             ? "/sign-in"
                     : session->stage == SESSION_NEEDS_ENROLMENT ? "/authenticator"
                                                                 : "/sign-in/code";
  const char *asked = work->query_string[0] == '\0'
                          ? work->path
                          : arena_printf(work->arena, "%s?%s", work->path, work->query_string);
  const char *location =
      asked == NULL || strcmp(asked, "/") == 0
          ? door
          : arena_printf(work->arena, "%s?next=%s", door, console_escape(work, asked));
  work_redirect(work, location != NULL ? location : "/sign-in");
}

static bool may_enter(struct work *work) {
  unsigned bit = console_role_bit(work), may = work->route->may;
  if ((may & ROUTE_ANYBODY) != 0 || ((may & ROUTE_HALF) != 0 && work->session != NULL)) {
    return true;
  }
  if (bit == 0) {
    lead_to_door(work);
    return false;
  }
  if ((may & bit) == 0) {
    refuse(work, MHD_HTTP_FORBIDDEN, "refused", "forbidden");
    return false;
  }
  return in_scope(work);
}

void console_enter(struct work *work) {
  if (!(work->route->api ? by_token(work) : by_cookie(work) && by_proxy(work))) {
    return;
  }
  if (work->posts && !work->route->api && !work->route->shows && !form_is_ours(work)) {
    refuse(work, MHD_HTTP_FORBIDDEN, "csrf", "foreign_form");
    return;
  }
  if (may_enter(work)) {
    work->route->work(work);
  }
}

/* ---- addresses */

const char *console_next(const struct work *work, const char *next) {
  (void)work;
  if (next == NULL || next[0] != '/' || next[1] == '/' || strlen(next) > 512 ||
      strncmp(next, "/sign-", 6) == 0) {
    return "/";
  }
  for (const char *at = next; *at != '\0'; at++) {
    if (*at <= ' ' || *at >= 0x7f || *at == '\\') {
      return "/";
    }
  }
  return next;
}

const char *console_escape(const struct work *work, const char *text) {
  struct text out;
  text_init(&out);
  for (; *text != '\0'; text++) {
    bool plain = (*text >= '0' && *text <= '9') || (*text >= 'A' && *text <= 'Z') ||
                 (*text >= 'a' && *text <= 'z') || strchr("-._~/", *text) != NULL;
    if (plain) {
      text_add_char(&out, *text);
    } else {
      text_addf(&out, "%%%02X", (unsigned char)*text);
    }
  }
  const char *escaped = out.failed || out.data == NULL ? "" : arena_string(work->arena, out.data);
  text_clear(&out);
  return escaped != NULL ? escaped : "";
}
