/* listener: one libmicrohttpd daemon on one address, polled from outside. */
#ifndef HJEMSVAR_WEB_LISTENER_H
#define HJEMSVAR_WEB_LISTENER_H

#include "web/server.h"

/* Binds the address ("host:port") and starts the daemon. NULL, or a message of the arena
 * that names the variable to set. Logs "listening" only by listener_announce. */
must_check const char *listener_start(struct listener *listener, const char *address,
                                      const char *variable, struct arena *arena);

enum { LISTENER_ADDRESS_BYTES = 96 };

/* Where it listens, "127.0.0.1:40123". False when the system does not say. */
must_check bool listener_address(const struct listener *listener, char out[LISTENER_ADDRESS_BYTES]);

/* Logs {"event":"listening","listener":…,"address":"127.0.0.1:40123"}. */
void listener_announce(const struct listener *listener);

/* All that follow allow a listener that was never started.
 *
 * Cuts who is over a deadline, or with stopping who has no request under way, and lets those in
 * who were left at the door while descriptors were out. Called a few times a second. */
void listener_sweep(struct listener *listener, bool stopping);

/* Takes no new connections from now on. */
void listener_quiesce(struct listener *listener);

/* Ends the daemon and frees its connections. */
void listener_stop(struct listener *listener);

/* The name in logs and metrics: "respondents", "console", "operations". */
const char *listener_name(enum listener_kind kind);

#endif
