/* console_gate: who is let in to the console.
 *
 * Every request to the console's listener passes console_enter, which alone decides by the
 * route's row: who is signed in (session cookie, reverse proxy, token of the API), whether a
 * form comes from a page of ours, whether the role may, and whether the round and
 * municipality of the path lie within what the session may see. What is refused is told to
 * the audit log. */
#ifndef HJEMSVAR_WEB_CONSOLE_GATE_H
#define HJEMSVAR_WEB_CONSOLE_GATE_H

#include "store/round_store.h"
#include "store/session_store.h"
#include "web/work.h"

/* Holds the session's token. */
#define CONSOLE_COOKIE "__Host-hjemsvar"

struct console_session {
  struct staff_session staff;
  const char *token; /* of the session, as its browser has it; NULL: of the API */
  char csrf[TOKEN_CSRF_CHARACTERS + 1]; /* the word of its forms; "" for a token */
  struct link_row link;                 /* of a path with round and municipality */
  bool runs;     /* of a path with a round: the session may change it as a whole */
  bool personal; /* likewise: it is a personal one */
};

/* Runs a console route (route_work). */
void console_enter(struct work *work);

/* Who is signed in, at whatever stage; NULL: nobody. */
const struct staff_session *console_staff(const struct work *work);

/* The bit of the route table for the role that is signed in completely; else 0. */
unsigned console_role_bit(const struct work *work);

/* The word for forms, "" when nobody is signed in. */
const char *console_csrf(const struct work *work);

/* Whether the session may see a municipality in a round (the database decides besides). */
bool console_in_scope(const struct staff_session *session, int round, int municipality);

/* Asks the database for the session that is signed in (store_as). STORE_DOWN when there is
 * no connection. */
must_check enum store_result console_ask(struct work *work, store_work *ask, void *context);

/* The same of the role that may read answers: for the evaluator's routes alone
 * (docs/decisions/0013). */
must_check enum store_result console_review(struct work *work, store_work *ask, void *context);

/* The connection for questions of the door (session_store.h); answers 503 and gives NULL
 * when there is none. */
must_check struct store *console_store(struct work *work);

/* True for STORE_OK; else answers: none or denied as 404 and 403, busy or down as 503, the
 * rest as 500. A handler that has its own words for a result looks at it before. */
must_check bool console_settle(struct work *work, enum store_result result);
/* The same answer when the result is known not to be STORE_OK. */
void console_fail(struct work *work, enum store_result result);

/* The token of an Authorization header (RFC 6750), or NULL; the header may be NULL. */
const char *console_bearer(const char *authorization);

/* Gives the browser a session, or takes it away (token NULL). */
void console_keep(struct work *work, const char *token);

/* The page to go on to: next when it is a path of ours, else "/". */
const char *console_next(const struct work *work, const char *next);

/* Percent-encodes what may not stand in a query (RFC 3986). A string of the arena. */
const char *console_escape(const struct work *work, const char *text);

#endif
