/* route: the one table of everything that can be asked for.
 *
 * 404, 405 with Allow, 413 and 415 come from it, and so does who may: a path that is not in
 * it does not exist, on a listener that it is not for neither. */
#ifndef HJEMSVAR_WEB_ROUTE_H
#define HJEMSVAR_WEB_ROUTE_H

#include "web/request.h"
#include "web/server.h"

enum route_kind {
  ROUTE_INSTANT, /* answered from memory, on the loop */
  ROUTE_QUEUED,  /* handled on the loop, which may hand a job to the writer (request_queue) or
                    work to a pool (request_send); then answered by finish */
  ROUTE_BLOCKING /* run by a worker, which leaves the reply */
};

/* Who may, on the console: one bit a role. The other listeners know nobody and are
 * ROUTE_ANYBODY throughout. */
enum {
  ROUTE_ANYBODY = 1,
  ROUTE_MUNICIPALITY = 2,
  ROUTE_EVALUATOR = 4,
  ROUTE_ADMIN = 8,
  ROUTE_HALF = 16, /* whose password was right and whose code is still missing, too */
  ROUTE_STAFF = ROUTE_MUNICIPALITY | ROUTE_EVALUATOR | ROUTE_ADMIN /* whoever is signed in */
};

/* What of the path has to lie within what the session may see; else the path does not
 * exist for it (404). */
enum route_scope {
  ROUTE_NO_SCOPE,
  ROUTE_ROUND,              /* {round}: whoever sees something of it */
  ROUTE_ROUND_MUNICIPALITY, /* {round} and {municipality} */
  ROUTE_WHOLE_ROUND,        /* {round}: whoever runs it; 403 for who sees a municipality of it */
  ROUTE_ALL_ROUNDS,         /* no part of the path: 403 for who is confined to anything */
  ROUTE_NEW_ROUND           /* likewise, for who is confined to rounds: one who is confined to a
                               municipality makes personal rounds of it */
};

/* What a POST carries. */
enum route_body {
  ROUTE_FORM,    /* fields, urlencoded; multipart with a file where takes_file says so */
  ROUTE_NOTHING, /* no body */
  ROUTE_JSON,    /* application/json, as it came: work->body */
  ROUTE_SHEET    /* CSV or a workbook, as it came: work->upload */
};

typedef enum MHD_Result route_handler(struct request *request);

struct route {
  enum listener_kind listener;
  const char *method;  /* "GET" (also HEAD, but of sends_file) or "POST" */
  const char *pattern; /* segments; {name} matches anything but nothing. Respondents type their
                          links: theirs match in any case, all others exactly */
  enum route_kind kind;
  size_t body_max_bytes; /* POST: larger is 413; a file comes on top of it */
  route_handler *handle; /* INSTANT, QUEUED: the request is complete */
  route_handler *finish; /* QUEUED: the job or work is done (request.h) */
  unsigned may;
  enum route_scope scope;
  bool anonymous;        /* {round}: a personal one has no such page */
  route_work *work;      /* BLOCKING, or what a QUEUED handler of the console sends */
  enum server_pool pool; /* whose workers run it */
  bool takes_file;       /* POST: multipart/form-data too, with one file (upload.h) */
  bool api;              /* for machines: a token instead of a session, JSON throughout */
  enum route_body body;
  bool shows;      /* POST: changes nothing, whoever sends it: its form needs no word of ours */
  bool sends_file; /* the reply is a file that is made for it; of the API, whatever the client says
                      that it accepts */
  bool again; /* POST: sent twice it is stored once, and nothing in it is secret: where it cannot
                 be stored the page has it whole, to be sent again (again.h) */
};

enum route_result { ROUTE_FOUND, ROUTE_MISSING, ROUTE_METHOD };

struct route_match {
  const struct route *route;
  const char *allow; /* ROUTE_METHOD: the methods there are; of the arena, may be NULL */
  struct request_value parameters[REQUEST_PARAMETERS_MAX]; /* {names} and what stands there */
  size_t count;
};

/* Finds the route of a path. Names and values live in the arena. ROUTE_METHOD: the path
 * exists with other methods. */
must_check enum route_result route_find(enum listener_kind listener, const char *method,
                                        const char *path, struct arena *arena,
                                        struct route_match *match);

/* The table as JSON, for tests and those who review access: [{"listener":"console",
 * "method":"GET","pattern":…,"kind":"blocking","may":["admin",…],"scope":"none",
 * "file":false,"api":false,"shows":false,"body":"form","body_max_bytes":4096},…]; the bytes are
 * with a file, where one is taken. NULL when memory is out. */
must_check json_t *route_list(void);

#endif
