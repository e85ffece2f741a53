/* request: one HTTP request from its first line to its last byte.
 *
 * Made when the request line is read, freed by the completion callback alone. All its
 * memory is one arena. */
#ifndef HJEMSVAR_WEB_REQUEST_H
#define HJEMSVAR_WEB_REQUEST_H

#include <microhttpd.h>

#include "base/arena.h"
#include "store/writer.h"
#include "survey/answer.h"
#include "survey/code.h"
#include "web/connection.h"
#include "web/form.h"
#include "web/site.h"

struct server;
struct route;

enum request_stage {
  REQUEST_NEW,     /* headers not looked at yet */
  REQUEST_BODY,    /* the body is coming in */
  REQUEST_WAITING, /* suspended; the writer has the job */
  REQUEST_DONE     /* the job is done; to be answered */
};

struct request {
  struct server *server;
  struct MHD_Connection *connection;
  struct connection_entry *entry;
  struct arena *arena;
  enum request_stage stage;
  bool uri_bad;      /* %00 and the like, seen in the raw request line */
  bool close;        /* the reply ends the connection */
  const char *allow; /* 405: the methods there are */
  bool wants_json;
  bool takes_gzip;
  bool takes_brotli;

  const struct route *route;
  char code[CODE_MAX + 1];      /* of the path; "" when it was mistyped */
  struct site *site;            /* held */
  const struct site_link *link; /* NULL: unknown code */
  const struct site_language *language;

  struct form form;
  struct MHD_PostProcessor *decoder;
  size_t body_bytes;

  struct answer *answer; /* of a send or replace */
  struct writer_job job;
  struct request *next_done; /* the loop's list of finished jobs */
};

/* MHD's callbacks; the context is the listener (server.h). */
void *request_begin(void *context, const char *uri, struct MHD_Connection *connection);
enum MHD_Result request_handle(void *context, struct MHD_Connection *connection, const char *url,
                               const char *method, const char *version, const char *upload_data,
                               size_t *upload_data_size, void **request);
void request_end(void *context, struct MHD_Connection *connection, void **request,
                 enum MHD_RequestTerminationCode code);

/* Hands the request's job to the writer and suspends the connection. False when the
 * queue is full: nothing happened. */
must_check bool request_queue(struct request *request);

/* The language of the pages that answer this request, and its words. */
const char *request_language(const struct request *request);
json_t *request_words(const struct request *request);

/* A request header, or NULL. */
const char *request_header(const struct request *request, const char *name);

#endif
