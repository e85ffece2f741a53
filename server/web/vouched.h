/* vouched: the sessions of those for whom a reverse proxy vouches.
 *
 * A client without cookies would otherwise get a session with each request, for ever. One is
 * remembered for each account, in memory, and whoever the proxy names goes on in it for as long
 * as the database says that it lives. Thread-safe. */
#ifndef HJEMSVAR_WEB_VOUCHED_H
#define HJEMSVAR_WEB_VOUCHED_H

#include "base/token.h"

struct vouched;

/* NULL when memory is out. */
must_check struct vouched *vouched_new(void);
void vouched_free(struct vouched *vouched); /* NULL is allowed */

/* The token kept for an address, in any case; false when there is none. */
must_check bool vouched_find(struct vouched *vouched, const char *email,
                             char token[TOKEN_CHARACTERS + 1]);

/* Keeps one in place of the one before. Of accounts that exist alone: nothing is ever forgotten.
 * Without memory it is not kept, which costs a session more. */
void vouched_keep(struct vouched *vouched, const char *email,
                  const char token[TOKEN_CHARACTERS + 1]);

#endif
