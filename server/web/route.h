/* route: the one table of everything that can be asked for.
 *
 * 404, 405 with Allow, 413 and 415 come from it; a path that is not in it does not
 * exist. */
#ifndef HJEMSVAR_WEB_ROUTE_H
#define HJEMSVAR_WEB_ROUTE_H

#include "web/request.h"
#include "web/server.h"

enum route_kind {
  ROUTE_INSTANT, /* answered from memory, on the loop */
  ROUTE_QUEUED   /* may wait for the writer; answered by finish */
};

typedef enum MHD_Result route_handler(struct request *request);

struct route {
  enum listener_kind listener;
  const char *method;  /* "GET" (also HEAD) or "POST" */
  const char *pattern; /* segments; letters match in any case, {code} anything */
  enum route_kind kind;
  size_t body_max_bytes; /* POST: larger is 413 */
  route_handler *handle; /* the request is complete */
  route_handler *finish; /* ROUTE_QUEUED: the job is done */
};

enum route_result { ROUTE_FOUND, ROUTE_MISSING, ROUTE_METHOD };

/* Finds the route of a path. *segment gets the text at {code}, within path (NULL
 * when the pattern has none). ROUTE_METHOD: the path exists with other methods, which
 * *allow (of the arena, may be NULL) lists. */
must_check enum route_result route_find(enum listener_kind listener, const char *method,
                                        const char *path, struct arena *arena,
                                        const struct route **route, const char **segment,
                                        const char **allow);

#endif
