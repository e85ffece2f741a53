/* request: one HTTP request from its first line to its last byte.
 *
 * Made when the request line is read, freed by the completion callback alone. All its
 * memory is one arena. */
#ifndef HJEMSVAR_WEB_REQUEST_H
#define HJEMSVAR_WEB_REQUEST_H

#include <microhttpd.h>

#include "base/arena.h"
#include "store/code_store.h"
#include "store/writer.h"
#include "survey/answer.h"
#include "survey/code.h"
#include "web/connection.h"
#include "web/form.h"
#include "web/server.h"
#include "web/upload.h"

struct server;
struct route;
struct work;
struct paper;
typedef void route_work(struct work *work);

enum request_stage {
  REQUEST_NEW,     /* headers not looked at yet */
  REQUEST_BODY,    /* the body is coming in */
  REQUEST_WAITING, /* suspended; the writer has the job, or a worker the work */
  REQUEST_DONE     /* the job or work is done; to be answered */
};

/* A name and its value, of the path or the query. */
struct request_value {
  const char *name, *value;
};
enum { REQUEST_PARAMETERS_MAX = 4 };

struct request {
  struct server *server;
  enum listener_kind listener;
  struct MHD_Connection *connection;
  struct connection_entry *entry;
  struct arena *arena;
  enum request_stage stage;
  const char *target; /* the raw request line's, query and all */
  bool uri_bad;       /* %00 and the like, seen in the raw request line */
  bool close;         /* the reply ends the connection */
  const char *allow;  /* 405: the methods there are */
  int retry_after_s;  /* of a reply without work; 0: as its status has it */
  bool heads;         /* HEAD */
  bool wants_json;
  bool takes_gzip;
  bool takes_brotli;

  const struct route *route;
  const char *path; /* decoded */
  struct request_value parameters[REQUEST_PARAMETERS_MAX];
  size_t parameters_count;
  char code[CODE_MAX + 1];      /* of the path; "" when it was mistyped */
  struct site *site;            /* held */
  const struct site_link *link; /* NULL: unknown code */
  const struct site_language *language;
  bool single;    /* the code is a single-use one (lookup.h): */
  bool looking;   /* a worker asks for it */
  bool looked_up; /* link, language and what follows are known; link is NULL: no such code */
  enum code_state code_state;
  unsigned char code_hash[CRYPTO_DIGEST_BYTES];
  struct text own_page; /* a GET's: the first page with this code */
  enum coding own_page_coding;
  int64_t answer_by_ms; /* what a worker and the writer may take together; 0: no worker */

  uint16_t crowd_tag; /* of the client's network: */
  bool crowd_counted; /* an attempt to sign in is counted for it (crowd.h) */

  struct form form;
  struct upload upload; /* the file of a form, or a sheet */
  struct text body;     /* JSON */
  struct MHD_PostProcessor *decoder;
  size_t body_bytes, body_max_bytes;
  bool uploads; /* counted among the server's, */
  bool strange; /* and among those of nobody who is remembered (regulars.h) */

  struct answer *answer; /* of a send or replace */
  struct paper *paper;   /* likewise: the form as it was read */
  struct writer_job job;
  struct work *work; /* with a worker, or done by it */
  bool work_late;    /* it did not come in time: work is NULL, 503 is due */
};

/* MHD's callbacks; the context is the listener (server.h). */
void *request_begin(void *context, const char *uri, struct MHD_Connection *connection);
enum MHD_Result request_handle(void *context, struct MHD_Connection *connection, const char *url,
                               const char *method, const char *version, const char *upload_data,
                               size_t *upload_data_size, void **request);
void request_end(void *context, struct MHD_Connection *connection, void **request,
                 enum MHD_RequestTerminationCode code);

/* Frees a request that the handler was never told of, whose end MHD does not tell either: one with
 * more arguments than its pool holds, or cut off in its headers. NULL is allowed. */
void request_abandon(struct request *request);

/* Hands the request's job to the writer and suspends the connection. False when the
 * queue is full: nothing happened. */
must_check bool request_queue(struct request *request);

/* Has a worker run the request's work and suspends the connection; the route's finish (or,
 * without one, reply_work) answers. There work is what was run, or NULL when it did not come in
 * time (work_late): then 503 is to be answered, and the form is the request's again. False when the
 * queue is full: the work is freed, the form is the request's, and nothing happened. */
must_check bool request_send(struct request *request, struct work *work);

/* On the loop, from the worker: resumes its request, or frees the work when the request
 * has been answered without it. */
void request_worked(struct server *server, struct work *work);

/* On the loop, a few times a second: answers those whose work is too late, and sees whether any
 * is stuck: logged once, and told by /readyz (server->stuck). */
void request_abandon_late(struct server *server);

/* On the loop, when the server stops: no work of a pool asks the database after a deadline
 * (clock_now_ms() scale), and whoever waits for it is answered by then, but for WORKER_LATE_MS:
 * also for what no worker has come to. */
void request_hurry(struct server *server, enum server_pool pool, int64_t deadline_ms);

/* Logs once a server that somebody other than a trusted proxy sent its header. */
void request_distrust(const struct request *request);

/* Sets the language of a request whose link is known: the one asked for, else the round's
 * first. */
void request_choose_language(struct request *request);

/* The language of the pages that answer this request, and its words. */
const char *request_language(const struct request *request);
json_t *request_words(const struct request *request);

/* A request header, or NULL. */
const char *request_header(const struct request *request, const char *name);

/* The first cookie of a name in a Cookie header, which may be NULL, copied to the arena; or NULL.
 * Cookies end at ";" whatever stands in them (RFC 6265, 5.4): a neighbouring host may have set one
 * with a quotation mark, in which libmicrohttpd lets all that follow it disappear. */
const char *request_cookie(const char *header, const char *name, struct arena *arena);

#endif
