/* connection: who is connected, since when, and until when they may be.
 *
 * MHD's own time-out knows only silence; one byte every three seconds would hold a
 * connection for ever. Every connection here has an absolute deadline, which moves
 * with the request's stages and never while bytes drip; the loop cuts what is over it.
 * Connections per address (of IPv6 per /64) are counted too, except for trusted proxies.
 * Used by the loop thread alone. */
#ifndef HJEMSVAR_WEB_CONNECTION_H
#define HJEMSVAR_WEB_CONNECTION_H

#include <netinet/in.h>

#include "base/config.h"

enum {
  CONNECTION_HEADERS_MS = 10000, /* from accept to the end of the headers */
  CONNECTION_REQUEST_MS = 20000, /* from accept, or the end of the previous reply, to the end of
                                    the body */
  CONNECTION_IDLE_MS = 15000,    /* kept alive: until the next request's headers are complete */
  CONNECTION_REPLY_MS = 60000,   /* to take a reply in, */
  CONNECTION_REPLY_BYTES = 64,   /* and this many bytes of a file a millisecond (0.5 Mbit/s) */
  CONNECTION_UPLOAD_MS = 120000, /* the same for a body with a file */
  CONNECTION_SILENCE_S = 20      /* without a byte either way; MHD's own time-out */
};

struct connection_table;
struct request;

struct connection_entry {
  int fd;
  struct request *untold;    /* begun, and not handed to the handler yet: MHD tells no end of it */
  int64_t since_ms;          /* accept, or the end of the previous reply */
  int64_t deadline_ms;       /* when it is cut */
  bool busy;                 /* a request is under way */
  unsigned char address[16]; /* IPv4 mapped */
  struct connection_entry *previous, *next;
};

must_check struct connection_table *connection_table_new(const struct config *config);
void connection_table_free(struct connection_table *table);

/* Whether one more connection from this address is welcome. */
must_check bool connection_welcome(struct connection_table *table, const struct sockaddr *address);

/* A connection begins: NULL when memory is out. And ends: the entry is freed. */
must_check struct connection_entry *connection_open(struct connection_table *table, int fd,
                                                    const struct sockaddr *address);
void connection_close(struct connection_table *table, struct connection_entry *entry);

/* The request's stages, each of which sets the deadline anew. */
void connection_headers_done(struct connection_entry *entry);
void connection_uploading(struct connection_entry *entry);
void connection_waiting(
    struct connection_entry *entry); /* no deadline: writer and workers have their own */
void connection_replying(struct connection_entry *entry, uint64_t bytes); /* a file: its size */
void connection_reply_done(struct connection_entry *entry);

/* Shuts down every connection over its deadline; called a few times a second. With
 * stopping, also those without a request under way. */
void connection_sweep(struct connection_table *table, bool stopping);

/* How many are open; of them, how many have a request under way. */
size_t connection_count(const struct connection_table *table);
size_t connection_busy(const struct connection_table *table);

#endif
