/* watch: tells a server that something changed.
 *
 * One thread with one connection: LISTEN hjemsvar_change, a poll every 30 s, a
 * reload after reconnecting and whenever a round's own time has come. Each time it
 * loads the catalogue and hands it over; a failed load keeps the old one and is
 * tried again with growing pauses. */
#ifndef HJEMSVAR_STORE_WATCH_H
#define HJEMSVAR_STORE_WATCH_H

#include "store/catalogue.h"

struct watch;

/* Called on the watching thread with a catalogue in its own arena; both are the
 * callee's from now on (it frees the arena). */
typedef void watch_changed(void *context, struct arena *arena, const struct catalogue *catalogue);

/* Starts the thread. NULL when it cannot. */
must_check struct watch *watch_start(const char *url, watch_changed *changed, void *context);

/* Stops and joins it, within a second. */
void watch_stop(struct watch *watch);

#endif
