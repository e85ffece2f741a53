#include "store/writer.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/submission_store.h"
#include "store/writer_queue.h"

/* A question or a connection begun with less time than this would be cut off before
 * it could succeed, again and again while jobs keep coming; so a job that has less
 * left is handed back at once. */
enum { QUESTION_MS = 1000, CONNECT_MS = 2000 };
/* Kept back for handing over, so that a job is answered before its deadline. */
enum { MARGIN_MS = 50 };
enum { PAUSE_FIRST_MS = 50, PAUSE_MAX_MS = 1000 };
/* How long a connection is left alone on which an answer met trouble of the database's. */
enum { DOUBT_MS = 1000 };

/* Every question finds its rows by key. A plan made while a table was empty must not
 * read all of it later, nor be made anew for every batch. A lock that another holds (a
 * round that is being finalised) is waited for less long than a question may take, so
 * that only the jobs behind it wait on and the connection stays. */
static const char session[] =
    "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off;"
    "SET lock_timeout = 500";

struct writer {
  char *url;
  writer_done *done;
  void *context;
  size_t batch_max;
  pthread_t thread;
  struct writer_queue queue;

  /* The thread's own. */
  struct store *store;
  struct submission_buffers *buffers;
  struct submission_try tries[WRITER_BATCH_MAX];
  size_t tries_count;
  struct writer_list finished;
  unsigned setbacks; /* in a row */
  bool was_connected;

  atomic_bool healthy;
  atomic_ullong batches, jobs, taken, stored, repeats, failures, reconnects;
  atomic_ullong sizes[WRITER_SIZES];
};

static const char *outcome_name(enum store_result result) {
  switch (result) {
  case STORE_OK:
    return "ok";
  case STORE_NONE:
    return "none";
  case STORE_DUPLICATE:
    return "duplicate";
  case STORE_CONFLICT:
    return "conflict";
  case STORE_CLOSED:
    return "closed";
  case STORE_INCOMPLETE:
    return "incomplete";
  case STORE_REFUSED:
    return "refused";
  case STORE_DENIED:
    return "denied";
  case STORE_BUSY:
    return "busy";
  case STORE_DOWN:
    return "down";
  case STORE_FAULT:
    return "fault";
  }
  return "unknown";
}

/* ---- handing back */

static void count(struct writer *writer, enum writer_result result) {
  atomic_fetch_add(&writer->jobs, 1);
  switch (result) {
  case WRITER_STORED:
    atomic_fetch_add(&writer->stored, 1);
    return;
  case WRITER_REPEAT:
    atomic_fetch_add(&writer->repeats, 1);
    return;
  case WRITER_REFUSED:
  case WRITER_DOWN:
    atomic_fetch_add(&writer->failures, 1);
    return;
  case WRITER_DIFFERENT:
  case WRITER_WITHDRAWN:
  case WRITER_USED_UP:
  case WRITER_CANCELLED:
  case WRITER_UNKNOWN:
  case WRITER_NOT_OPEN:
  case WRITER_CLOSED:
    return;
  }
}

static void hand_back(struct writer *writer, struct writer_list *list) {
  struct writer_job *jobs = list->first;
  writer_list_init(list);
  if (jobs == NULL) {
    return;
  }
  for (const struct writer_job *job = jobs; job != NULL; job = job->next) {
    count(writer, job->result);
  }
  writer->done(writer->context, jobs);
}

/* Hands back the queued jobs that have less than left_ms to go. On any thread. */
static void give_up_queued(struct writer *writer, int64_t left_ms) {
  struct writer_list late;
  writer_list_init(&late);
  writer_queue_expire(&writer->queue, clock_now_ms() + left_ms, &late);
  for (struct writer_job *job = late.first; job != NULL; job = job->next) {
    job->result = WRITER_DOWN;
  }
  hand_back(writer, &late);
}

/* ---- a batch */

static void take(struct writer *writer) {
  struct writer_job *job;
  writer->tries_count = 0;
  while (writer->tries_count < writer->batch_max &&
         (job = writer_queue_take(&writer->queue)) != NULL) {
    writer->tries[writer->tries_count++] = (struct submission_try){.job = job};
  }
}

/* Hands back what is settled and puts the rest back to the head of the queue. */
static void release(struct writer *writer) {
  struct writer_list rest;
  size_t rest_count = 0;
  writer_list_init(&rest);
  for (size_t i = 0; i < writer->tries_count; i++) {
    if (writer->tries[i].settled) {
      writer_list_add(&writer->finished, writer->tries[i].job);
    } else {
      writer_list_add(&rest, writer->tries[i].job);
      rest_count++;
    }
  }
  writer->tries_count = 0;
  writer_queue_put_back(&writer->queue, &rest, rest_count);
  hand_back(writer, &writer->finished);
}

static void judge(struct writer *writer, enum store_result result) {
  writer->setbacks = result == STORE_DOWN ? writer->setbacks + 1 : 0;
  atomic_store(&writer->healthy,
               result == STORE_OK || result == STORE_REFUSED || result == STORE_BUSY);
}

static void settle(struct submission_try *try, enum writer_result result) {
  try->job->result = result;
  try->settled = true;
}

/* Gives up what has too little time left for a question, and sets the deadline of the
 * next one to the earliest of the rest. */
static void set_deadline(struct writer *writer) {
  int64_t limit_ms = clock_now_ms() + QUESTION_MS;
  int64_t earliest_ms = INT64_MAX;
  for (size_t i = 0; i < writer->tries_count; i++) {
    struct submission_try *try = &writer->tries[i];
    if (!try->settled && try->job->deadline_ms < limit_ms) {
      settle(try, WRITER_DOWN);
    }
    if (!try->settled && try->job->deadline_ms < earliest_ms) {
      earliest_ms = try->job->deadline_ms;
    }
  }
  writer->store->deadline_ms = earliest_ms - MARGIN_MS;
}

static enum store_result ask_alone(struct writer *writer, struct submission_try *try) {
  switch (try->job->kind) {
  case WRITER_STORE:
    return try->job->coded ? submission_store_coded(writer->store, writer->buffers, try, 1)
                           : submission_store(writer->store, writer->buffers, try, 1);
  case WRITER_REPLACE:
    return submission_replace(writer->store, writer->buffers, try);
  case WRITER_WITHDRAW:
    return submission_withdraw(writer->store, try);
  }
  return STORE_FAULT;
}

/* Whether a job before this one found its round locked in this turn: each would wait as
 * long as that one, and the rest of the batch behind them all. */
static bool is_held_up(const struct writer *writer, size_t index) {
  for (size_t i = 0; i < index; i++) {
    const struct submission_try *try = &writer->tries[i];
    if (try->busy && try->job->round == writer->tries[index].job->round) {
      return true;
    }
  }
  return false;
}

/* One by one: what is no plain answer, and what failed together. A row that the
 * database finds wrong stays wrong; whatever else failed may pass when the same number
 * is sent again. STORE_BUSY: some jobs are left that another transaction stood in the
 * way of. */
static enum store_result ask_each(struct writer *writer) {
  enum store_result outcome = STORE_OK;
  for (size_t i = 0; i < writer->tries_count; i++) {
    struct submission_try *try = &writer->tries[i];
    set_deadline(writer);
    if (try->settled || is_held_up(writer, i)) {
      continue;
    }
    enum store_result result = ask_alone(writer, try);
    judge(writer, result);
    if (result == STORE_DOWN) {
      return result;
    }
    if (result == STORE_BUSY) {
      outcome = result;
      try->busy = true;
    } else if (result != STORE_OK) {
      log_event(LOG_LEVEL_ERROR, "answer_failed", "s:s", "outcome", outcome_name(result));
      settle(try, result == STORE_REFUSED ? WRITER_REFUSED : WRITER_DOWN);
    }
  }
  return outcome;
}

static void log_batch(struct writer *writer, enum store_result result) {
  log_event(LOG_LEVEL_ERROR, "batch_failed", "s:s, s:i, s:s", "outcome", outcome_name(result),
            "jobs", (int)writer->tries_count, "message", store_message(writer->store));
}

/* Answers by open links do not wait for those by codes. */
static enum store_result ask_together(struct writer *writer) {
  set_deadline(writer);
  enum store_result result =
      submission_store(writer->store, writer->buffers, writer->tries, writer->tries_count);
  if (result == STORE_OK) {
    set_deadline(writer);
    result =
        submission_store_coded(writer->store, writer->buffers, writer->tries, writer->tries_count);
  }
  return result;
}

static void count_batch(struct writer *writer) {
  size_t size = 0;
  while ((size_t)1 << size < writer->tries_count) {
    size++;
  }
  atomic_fetch_add(&writer->sizes[size], 1);
  atomic_fetch_add(&writer->taken, writer->tries_count);
  atomic_fetch_add(&writer->batches, 1);
}

static enum store_result ask(struct writer *writer) {
  enum store_result result = ask_together(writer);
  judge(writer, result);
  if (result != STORE_OK) {
    log_batch(writer, result);
  }
  if (result != STORE_DOWN) {
    result = ask_each(writer);
    if (result == STORE_DOWN) {
      log_batch(writer, result);
    }
  }
  count_batch(writer);
  return result;
}

/* ---- the connection */

/* Waits until woken. The server's end of the connection is watched as well, so that a
 * restart is noticed before the next answer comes. A connection in doubt is made anew, and
 * not kept until an answer clears it: a proxy that asks whether this server is ready lets
 * none through until then. */
static void wait_for_jobs(struct writer *writer) {
  PGconn *connection = writer->store->connection;
  struct pollfd waits[] = {{.fd = writer->queue.wake_fd, .events = POLLIN},
                           {.fd = PQsocket(connection), .events = POLLIN}};
  int ready = poll(waits, array_length(waits), atomic_load(&writer->healthy) ? -1 : DOUBT_MS);
  if (ready == 0) {
    pg_close(writer->store);
  }
  if (ready <= 0) {
    return;
  }
  writer_queue_drain(&writer->queue);
  if (waits[1].revents != 0 &&
      (PQconsumeInput(connection) == 0 || PQstatus(connection) != CONNECTION_OK)) {
    pg_close(writer->store);
    judge(writer, STORE_DOWN);
  }
}

static void rest(struct writer *writer, int milliseconds) {
  int64_t end_ms = clock_now_ms() + milliseconds;
  struct pollfd wait = {.fd = writer->queue.wake_fd, .events = POLLIN};
  int left_ms;
  while (!writer_queue_is_over(&writer->queue) && (left_ms = clock_left_ms(end_ms)) > 0) {
    (void)poll(&wait, 1, left_ms);
    writer_queue_drain(&writer->queue);
  }
}

static void work(struct writer *writer) {
  take(writer);
  if (writer->tries_count == 0) {
    wait_for_jobs(writer);
    return;
  }
  enum store_result result = ask(writer);
  release(writer);
  if (result == STORE_BUSY) {
    rest(writer, PAUSE_FIRST_MS);
  }
}

/* The first setback is followed by a try at once, the next ones by growing pauses with
 * jitter, so that servers do not come back in step. */
static int pause_ms(unsigned setbacks) {
  if (setbacks < 2) {
    return 0;
  }
  int longest_ms = PAUSE_FIRST_MS;
  for (unsigned i = 2; i < setbacks && longest_ms < PAUSE_MAX_MS; i++) {
    longest_ms *= 2;
  }
  if (longest_ms > PAUSE_MAX_MS) {
    longest_ms = PAUSE_MAX_MS;
  }
  uint16_t random;
  crypto_random((unsigned char *)&random, sizeof random);
  return longest_ms / 2 + random % (longest_ms / 2 + 1);
}

static enum store_result connect_once(struct writer *writer) {
  struct store *store = writer->store;
  store->fixed_deadline = true;
  store->stop_fd = writer->queue.cut_fd;
  store->deadline_ms = clock_now_ms() + CONNECT_MS;
  enum store_result result = pg_connect(store, writer->url, STORE_AS_WRITER);
  if (result == STORE_OK) {
    result = pg_takes_answers(store) ? pg_command(store, session) : STORE_DOWN;
  }
  if (result != STORE_OK) {
    pg_close(store);
  }
  return result;
}

static void note_connection(struct writer *writer, enum store_result result) {
  bool was_healthy = atomic_exchange(&writer->healthy, result == STORE_OK);
  if (result == STORE_OK) {
    atomic_fetch_add(&writer->reconnects, writer->was_connected ? 1 : 0);
    writer->was_connected = true;
    log_event(LOG_LEVEL_INFO, "writer_connected", NULL);
    return;
  }
  if (was_healthy || writer->setbacks < 2) {
    log_event(LOG_LEVEL_ERROR, "writer_disconnected", "s:s, s:s", "outcome", outcome_name(result),
              "message", store_message(writer->store));
  }
  writer->setbacks++;
}

static void reconnect(struct writer *writer) {
  int pause = pause_ms(writer->setbacks);
  if (pause > 0) {
    give_up_queued(writer, pause);
    rest(writer, pause);
  }
  give_up_queued(writer, CONNECT_MS);
  if (!writer_queue_is_over(&writer->queue)) {
    note_connection(writer, connect_once(writer));
  }
}

/* ---- the thread */

static void *run(void *argument) {
  struct writer *writer = argument;
  while (!writer_queue_is_over(&writer->queue)) {
    if (writer->store->connection != NULL) {
      work(writer);
    } else {
      reconnect(writer);
    }
  }
  give_up_queued(writer, 0);
  pg_close(writer->store);
  writer_queue_leave(&writer->queue);
  return NULL;
}

static void writer_free(struct writer *writer) {
  writer_queue_clear(&writer->queue);
  if (writer->store != NULL) {
    store_close(writer->store);
  }
  submission_buffers_free(writer->buffers);
  free(writer->url);
  free(writer);
}

/* Signals are the main thread's. */
static bool start_thread(struct writer *writer) {
  sigset_t all, before;
  (void)sigfillset(&all);
  (void)pthread_sigmask(SIG_SETMASK, &all, &before);
  bool started = pthread_create(&writer->thread, NULL, run, writer) == 0;
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
  return started;
}

struct writer *writer_start(const char *url, int batch_max, writer_done *done, void *context) {
  struct writer *writer = calloc(1, sizeof *writer);
  if (writer == NULL) {
    return NULL;
  }
  writer->done = done;
  writer->context = context;
  writer->batch_max = (size_t)batch_max;
  writer_list_init(&writer->finished);
  bool queue_good = writer_queue_init(&writer->queue);
  writer->url = strdup(url);
  writer->store = pg_new();
  writer->buffers = submission_buffers_new();
  if (!queue_good || writer->url == NULL || writer->store == NULL || writer->buffers == NULL ||
      !start_thread(writer)) {
    writer_free(writer);
    return NULL;
  }
  return writer;
}

bool writer_enqueue(struct writer *writer, struct writer_job *job) {
  if (job->deadline_ms == 0) {
    job->deadline_ms = clock_now_ms() + WRITER_PATIENCE_MS;
  }
  return writer_queue_add(&writer->queue, job);
}

bool writer_healthy(const struct writer *writer) {
  return atomic_load(&writer->healthy);
}

void writer_expire(struct writer *writer) {
  if (writer != NULL) {
    give_up_queued(writer, 0);
  }
}

void writer_figures(const struct writer *writer, struct writer_figures *figures) {
  *figures = (struct writer_figures){
      .batches = atomic_load(&writer->batches),
      .jobs = atomic_load(&writer->jobs),
      .taken = atomic_load(&writer->taken),
      .stored = atomic_load(&writer->stored),
      .repeats = atomic_load(&writer->repeats),
      .failures = atomic_load(&writer->failures),
      .reconnects = atomic_load(&writer->reconnects),
      .queued = atomic_load(&writer->queue.length),
  };
  for (size_t i = 0; i < WRITER_SIZES; i++) {
    figures->sizes[i] = atomic_load(&writer->sizes[i]);
  }
}

void writer_stop(struct writer *writer, int64_t deadline_ms) {
  writer_queue_stop(&writer->queue, deadline_ms);
  (void)pthread_join(writer->thread, NULL);
  writer_free(writer);
}
