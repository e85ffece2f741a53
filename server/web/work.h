/* work: one request that a worker answers, off the loop.
 *
 * All that a handler may look at is copied here on the loop: a handler never touches
 * libmicrohttpd or the request, nor the site unless it was given one. What it leaves in reply is
 * queued by the loop (reply_work), or read by the route's finish. Memory comes from an arena of its
 * own; the loop frees it when both are done with it, so that a request need not wait for a worker
 * that is late. */
#ifndef HJEMSVAR_WEB_WORK_H
#define HJEMSVAR_WEB_WORK_H

#include <jansson.h>

#include "web/form.h"
#include "web/reply.h"
#include "web/route.h"
#include "web/upload.h"
#include "web/worker.h"

struct console;
struct console_session;

enum { WORK_QUERY_MAX = 16 };

/* What the loop sends. An empty reply (status 0) is a fault of ours: 500. */
struct work_reply {
  unsigned status;
  enum reply_type type;
  struct text text;       /* the body, compressed where the client takes it; or */
  int fd;                 /* -1, or a file from its beginning, closed by the loop */
  uint64_t file_bytes;    /* its size, once it is being sent */
  const char *filename;   /* NULL, or the name under which the browser keeps it */
  const char *location;   /* NULL, or where the client is led to */
  const char *cookies[4]; /* Set-Cookie, up to the first NULL; kept by what replaces the reply */
  const char *policy;     /* NULL, or the content security policy */
  int retry_after_s;      /* 0: none */
  bool authenticate;      /* 401: say that a token is wanted (RFC 6750) */
};

struct work {
  /* in */
  const struct config *config;
  const struct crypto_keys *keys;
  const struct pages *pages; /* the respondents' */
  struct console *console;
  const struct route *route;
  bool posts;               /* POST; else GET or HEAD */
  bool heads;               /* HEAD: a GET that tells of nothing done */
  const char *path;         /* decoded, as asked for */
  const char *query_string; /* as sent, "" without one */
  struct request_value parameters[REQUEST_PARAMETERS_MAX];
  size_t parameters_count;
  struct request_value query[WORK_QUERY_MAX]; /* decoded; more are left out */
  size_t query_count;
  struct form form;     /* taken over from the request */
  struct upload upload; /* the file of a form, or a sheet, taken over */
  struct text body;     /* JSON as it was sent, taken over */
  bool wants_json;
  const char *cookies; /* the header, as the next ones: NULL without one */
  const char *authorization;
  const char *origin;
  const char *fetch_site;
  const char *host;
  const char *proxy_user; /* who a trusted proxy says is signed in, or NULL */
  struct site *site;      /* NULL, or held until the work is freed: may be read, never held */
  void *context;          /* the handler's, of the arena; set before the work is queued */

  /* out */
  struct work_reply reply;
  void *result;        /* of the arena, for a route's finish */
  bool wrong_password; /* a sign-in that failed (crowd.h) */

  /* for the handler */
  struct arena *arena;
  int64_t deadline_ms;             /* until then questions may be asked */
  struct worker *worker;           /* who runs it */
  struct console_session *session; /* who is signed in; console routes only */

  /* the pool's and the loop's */
  route_work *run;
  enum server_pool pool; /* whose it is; the route's, unless it is changed before it is sent */
  bool expired;          /* it was not run: no worker came to it in time */
  bool ahead;            /* it is run before those that are not; set before it is sent */
  int64_t queued_ms;
  int64_t stuck_ms;        /* since when it would be under way if it were a page */
  int64_t abandon_ms;      /* then the client is answered without it */
  struct request *request; /* NULL: nobody waits for it any more */
  struct work *next;
  struct work *older, *newer; /* all that the loop has out */
};

/* A request as work to be run. NULL when memory is out. The form and file of the request
 * are its own from then on. */
must_check struct work *work_new(struct request *request, route_work *run);

/* Who a trusted proxy says is signed in on the console; NULL: it says nothing, or there is none. */
const char *work_proxy_user(const struct request *request);

/* Frees it with its arena, form, file and reply. NULL is allowed. */
void work_free(struct work *work);

/* A segment of the path by its name in the pattern, "" when there is none; as a number
 * from 1 to INT_MAX, 0 when it is none or is written with leading zeros: a page has one address. */
const char *work_parameter(const struct work *work, const char *name);
int work_number(const struct work *work, const char *name);

/* A cookie, or NULL. */
const char *work_cookie(const struct work *work, const char *name);

/* A value of the query, or NULL; a field of the form, "" when it is not there. */
const char *work_query(const struct work *work, const char *name);
const char *work_field(const struct work *work, const char *name);

/* Either of these two, or a handler's own that looks elsewhere; "" or NULL without one. */
typedef const char *work_value(const struct work *work, const char *name);

/* The worker's connection, see worker_store. NULL: there is none now, which is STORE_DOWN to the
 * handler. */
must_check struct store *work_store(struct work *work, enum store_role role);

/* Replies. Strings are borrowed and must live as long as the work; text and JSON are taken
 * over. Each replaces what was there, but keeps cookies. */
void work_text(struct work *work, unsigned status, enum reply_type type, struct text *text);
void work_json(struct work *work, unsigned status, json_t *value);
/* Adds a Set-Cookie to whatever is replied. */
void work_set_cookie(struct work *work, const char *line);
void work_redirect(struct work *work, const char *location); /* 303 */

/* A file to keep: fd is taken over and sent from its beginning. name may hold any UTF-8;
 * what is not plain ASCII is also given as RFC 8187 wants it. */
void work_file(struct work *work, enum reply_type type, int fd, const char *name);

/* Whether what takes long may go on: false once its deadline has passed, or the server stops. */
must_check bool work_in_time(const struct work *work);

/* A private, unlinked file to write a reply (or anything else) into; -1 when there is
 * none to be had. The caller's, until work_file. */
must_check int work_temporary(void);

/* Writes all of the bytes to a file. False: it takes no more. */
must_check bool work_write(int fd, const char *bytes, size_t size);

#endif
