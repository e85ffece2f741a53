/* herald: tells the service manager how the server is, by the protocol of sd_notify(3).
 *
 * Without one (no NOTIFY_SOCKET in the environment) nothing happens. Called by the loop's thread
 * alone. */
#ifndef HJEMSVAR_WEB_HERALD_H
#define HJEMSVAR_WEB_HERALD_H

#include "base/base.h"

/* When to give the next sign of life; made by herald_ready. */
struct herald {
  int64_t every_ms; /* 0: nobody waits for one */
  int64_t next_ms;
};

/* The server answers from now on. Asks how often a sign of life is wanted (WATCHDOG_USEC): it is
 * given twice as often. */
void herald_ready(struct herald *herald);

/* The server has begun to stop. */
void herald_stopping(void);

/* A sign of life, when it is time for one. The caller stays away while the server is not well: then
 * the manager starts it anew. */
void herald_alive(struct herald *herald);

#endif
