#include "web/regulars.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/token.h"
#include "web/console_gate.h"
#include "web/route.h"
#include "web/server.h"
#include "web/work.h"

/* One that meets another's place takes it: it costs that one a place among the strangers. */
enum { PLACES = 1024, REMEMBERED_MS = 30 * 60 * 1000 };

struct regular {
  unsigned char hash[TOKEN_HASH_BYTES];
  int64_t until_ms; /* 0: nobody */
};

struct regulars {
  struct regular places[PLACES];
};

struct regulars *regulars_new(void) {
  return calloc(1, sizeof(struct regulars));
}

void regulars_free(struct regulars *regulars) {
  free(regulars);
}

/* What is sent to say who it is: the API's token, or the session's. */
static bool hash_sent(const struct request *request, unsigned char hash[TOKEN_HASH_BYTES]) {
  const char *token = request->route->api ? console_bearer(request_header(request, "Authorization"))
                                          : request_cookie(request_header(request, "Cookie"),
                                                           CONSOLE_COOKIE, request->arena);
  return token != NULL && token_hash(token, hash);
}

static struct regular *place_of(const struct request *request, const unsigned char *hash) {
  return &request->server->regulars->places[(size_t)(hash[0] << 8 | hash[1]) % PLACES];
}

void regulars_note(const struct request *request) {
  unsigned char hash[TOKEN_HASH_BYTES];
  const struct staff_session *staff = request->work == NULL ? NULL : console_staff(request->work);
  if (staff == NULL || staff->stage != SESSION_COMPLETE || !hash_sent(request, hash)) {
    return;
  }
  struct regular *regular = place_of(request, hash);
  memcpy(regular->hash, hash, sizeof regular->hash);
  regular->until_ms = clock_now_ms() + REMEMBERED_MS;
}

bool regulars_know(const struct request *request) {
  unsigned char hash[TOKEN_HASH_BYTES];
  const char *user = work_proxy_user(request);
  if (user != NULL && user[0] != '\0') {
    return true;
  }
  if (!hash_sent(request, hash)) {
    return false;
  }
  const struct regular *regular = place_of(request, hash);
  return regular->until_ms > clock_now_ms() && memcmp(regular->hash, hash, sizeof hash) == 0;
}
