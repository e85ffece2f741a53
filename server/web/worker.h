/* worker: small pools of threads for what the loop has no time for: asking the database, hashing,
 * rendering a first page.
 *
 * The loop hands over pieces of work (work.h), a pool hands them back when they are
 * done. A server has several, so that nobody waits behind what is not theirs (server.h). Each
 * worker has database connections of its own, one a role, made when they are first asked for and
 * made anew when they were lost. Nothing here knows HTTP. */
#ifndef HJEMSVAR_WEB_WORKER_H
#define HJEMSVAR_WEB_WORKER_H

#include "store/store.h"

enum {
  WORKER_THREADS_MAX = 4,
  WORKER_PATIENCE_MS = 8000, /* from the queue to the last question to the database, where
                                somebody waits for a page */
  WORKER_CONNECT_MS = 8000,  /* at most, to connect to the database */
  WORKER_LATE_MS = 1000      /* then the client is answered, whatever the worker does */
};

struct worker;
struct worker_pool;
struct work;

/* Called on a worker's thread when a piece of work is done. */
typedef void worker_done(void *context, struct work *work);

/* What a pool is made of. */
struct worker_plan {
  int threads;         /* 1 to WORKER_THREADS_MAX */
  uint64_t queue_max;  /* waiting, besides those that are run */
  int64_t patience_ms; /* from the queue to the last question: WORKER_PATIENCE_MS, or longer */
  const char *url;     /* of the database; borrowed */
  worker_done *done;
  void *context;
};

/* Starts the threads. NULL when they cannot be started. */
must_check struct worker_pool *worker_pool_start(const struct worker_plan *plan);

/* Queues a piece of work, behind the others or ahead of them (work.h), and sets its deadline. False
 * when the queue is full or the pool is stopping: it stays the caller's. */
must_check bool worker_pool_queue(struct worker_pool *pool, struct work *work);

/* Lets no work ask the database after a deadline: the server stops. What is queued from now on has
 * it as its own; a question that is under way ends with it. To be called once. */
void worker_pool_hurry(struct worker_pool *pool, int64_t deadline_ms);

/* Takes nothing more; the threads end when nothing is queued. NULL is allowed. */
void worker_pool_end(struct worker_pool *pool);

/* Ends the pool: runs what is queued, joins the threads and frees it. Work whose deadline has
 * passed is handed back without being run. False when a worker has not come back by
 * deadline_ms (clock_now_ms() scale): nothing is freed then, and the process is to end. NULL is
 * allowed. */
bool worker_pool_stop(struct worker_pool *pool, int64_t deadline_ms);

/* On a worker's thread: its connection in a role, whose questions end with the deadline
 * of the work it runs, or with the pool's (worker_pool_hurry). NULL when there is none within that
 * time. The worker keeps it. */
must_check struct store *worker_store(struct worker *worker, enum store_role role);

/* On a worker's thread, for what takes long: whether the work may go on, or its deadline, or the
 * pool's (worker_pool_hurry), has passed. */
must_check bool worker_in_time(struct worker *worker);

/* Figures for /metrics; all of a pool's since it began, but the last two. */
struct worker_figures {
  uint64_t done;    /* handed back, run or not */
  uint64_t expired; /* of these, not run: they had waited too long */
  uint64_t refused; /* the queue was full */
  uint64_t queued;  /* waiting now */
  uint64_t running; /* now */
};
void worker_pool_figures(struct worker_pool *pool, struct worker_figures *figures);

#endif
