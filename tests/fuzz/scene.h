/* scene: a server without a database, in this process: the listeners as they are, a round that is
 * open, one that is closed and one that is not open yet, and connections that are two ends of one
 * socket. What needs a worker or the writer is answered that it has to wait. */
#ifndef HJEMSVAR_TESTS_FUZZ_SCENE_H
#define HJEMSVAR_TESTS_FUZZ_SCENE_H

#include "web/server.h"

#define SCENE_OPEN   "7KQ4M2V"
#define SCENE_CLOSED "7KQ4M3S"
#define SCENE_LATER  "7KQ4M4Q"

/* Once, before the first connection. Never freed. */
struct server *scene_new(void);

/* Sends the bytes to a listener on a new connection, turns the server until it has no more to say,
 * closes the connection, and gives what it said in reply. */
void scene_talk(struct server *server, enum listener_kind kind, const void *bytes, size_t size,
                struct text *reply);

#endif
