/* server: listeners, the loop and what all requests share.
 *
 * Three listeners (respondents, staff console, operations), each a libmicrohttpd
 * daemon without a thread of its own; one loop thread polls their epoll descriptors,
 * a descriptor for wake-ups and one for signals (libmicrohttpd's own epoll thread can
 * stall: docs/decisions/0003). The writer and the watcher are threads of the store;
 * they hand their results over in lists and wake the loop. */
#ifndef HJEMSVAR_WEB_SERVER_H
#define HJEMSVAR_WEB_SERVER_H

#include "base/config.h"
#include "base/crypto.h"
#include "store/watch.h"
#include "store/writer.h"
#include "web/connection.h"
#include "web/herald.h"
#include "web/pages.h"
#include "web/site.h"
#include "web/worker.h"

enum listener_kind { LISTENER_RESPONDENTS, LISTENER_CONSOLE, LISTENER_OPS, LISTENER_COUNT };

struct listener {
  struct server *server;
  enum listener_kind kind;
  struct MHD_Daemon *daemon;
  struct connection_table *connections;
  int epoll_fd;
  int quiesced_fd;   /* the listening socket while stopping, or -1 */
  bool kept_waiting; /* at the last sweep somebody waited to be let in */
};

/* Pools of workers: a parent waits for no staff, not for home educators who send sheets either, and
 * a first page for no database, and whoever is signed in for nobody who tries passwords. The door
 * has as many threads as passwords can be hashed at the same time; staff whose work hashes one take
 * turns with it at the desk (password.h). Exports may take half an hour, two at a time, and keep
 * nobody else waiting. */
enum server_pool {
  POOL_LOOKUPS,
  POOL_SHEETS,
  POOL_STAFF,
  POOL_DOOR,
  POOL_EXPORTS,
  POOL_PAGES,
  POOL_COUNT
};

/* Figures for /metrics; touched by the loop thread alone. */
struct server_figures {
  uint64_t requests[LISTENER_COUNT];
  uint64_t replies[6]; /* by first digit of the status */
  uint64_t refused;    /* by the guard */
};

struct server {
  const struct config *config;
  const struct crypto_keys *keys;
  struct pages pages;
  struct personal_finder *personal; /* the loop's own */
  struct listener listeners[LISTENER_COUNT];
  struct site *site; /* the newest; NULL until the first was built */
  struct writer *writer;
  struct watch *watch;
  struct worker_pool *pools[POOL_COUNT];
  struct work *works; /* with the pools now, the newest first */
  bool stuck;         /* one of them is older than the configuration allows */
  struct console *console;
  struct handover *handover; /* what other threads hand to the loop */
  struct server_figures figures;
  int uploads;         /* files coming in now, */
  int uploads_strange; /* of these from nobody who is remembered: */
  struct regulars *regulars;
  struct lookup *lookup;  /* of single-use codes */
  struct tally *sign_ins; /* wrong passwords of strangers (crowd.h) */
  bool distrusted;        /* see request_distrust */
  int keyless_round;      /* the watcher's own: see site_new */
  struct herald herald;   /* what the service manager hears */
  size_t crowd;           /* the most connections since memory was given back */
  int64_t give_back_ms;   /* not before this time */
  bool stopping;
  bool preview; /* no writer: what is sent is thanked for and dropped */
};

/* Runs until SIGTERM, SIGINT or SIGHUP (a terminal that is closed must not cut off who is being
 * answered), then stops: no new connections, at most 15 s for what
 * is under way (16 s when a worker hangs), 503 to what is left. Logs one line a listener when
 * ready. Returns an exit code; message (of the arena) says why when it is not 0. Does not return
 * when a worker does not come back: what was to be stored is, the log says so, and the process ends
 * with EXIT_CODE_INTERNAL. */
must_check int server_run(const struct config *config, const struct crypto_keys *keys,
                          struct arena *arena, const char **message);

/* Serves the respondents' pages of a catalogue, and nothing else, until one of these:
 * without a database, writer or worker. Every page says so, and what is sent is thanked for and
 * dropped. Takes over the catalogue's arena. Prints the address of a link's code once it listens.
 * Returns as server_run. */
must_check int server_preview(const struct config *config, const struct crypto_keys *keys,
                              struct arena *catalogue_arena, const struct catalogue *catalogue,
                              const char *code, struct arena *arena, const char **message);

#endif
