#include "web/worker.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "web/work.h"

struct worker {
  struct worker_pool *pool;
  pthread_t thread;
  struct store *stores[STORE_ROLES];
  const struct work *work; /* the one it runs */
};

struct worker_pool {
  pthread_mutex_t mutex;
  pthread_cond_t wanted;
  pthread_cond_t left; /* a worker has ended */
  struct worker_plan plan;
  struct work *first, *last;
  bool stopping;
  int64_t latest_ms; /* of the deadlines */
  int latest_fd;     /* a timer: readable once that has passed, for those who wait */
  struct worker_figures figures;
  int started, ended;
  struct worker workers[WORKER_THREADS_MAX];
};

/* The next piece of work, or NULL when the pool stops and nothing waits. */
static struct work *take(struct worker_pool *pool) {
  pthread_mutex_lock(&pool->mutex);
  while (pool->first == NULL && !pool->stopping) {
    pthread_cond_wait(&pool->wanted, &pool->mutex);
  }
  struct work *work = pool->first;
  if (work != NULL) {
    pool->first = work->next;
    pool->last = work->next == NULL ? NULL : pool->last;
    work->next = NULL;
    pool->figures.queued--;
    pool->figures.running++;
  }
  pthread_mutex_unlock(&pool->mutex);
  return work;
}

static void give_back(struct worker_pool *pool, struct work *work) {
  pthread_mutex_lock(&pool->mutex);
  pool->figures.running--;
  pool->figures.done++;
  pool->figures.expired += work->expired;
  pthread_mutex_unlock(&pool->mutex);
  pool->plan.done(pool->plan.context, work);
}

/* A connection on which a transaction was left open is not used again. */
static void settle(struct worker *worker) {
  for (size_t i = 0; i < array_length(worker->stores); i++) {
    if (worker->stores[i] != NULL && !store_idle(worker->stores[i])) {
      store_close(worker->stores[i]);
      worker->stores[i] = NULL;
    }
  }
}

static void *work_on(void *context) {
  struct worker *worker = context;
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, NULL); /* signals are the loop's */
  for (struct work *work; (work = take(worker->pool)) != NULL;) {
    worker->work = work;
    work->expired = !worker_in_time(worker);
    if (!work->expired) {
      work->worker = worker;
      work->run(work);
    }
    settle(worker);
    worker->work = NULL;
    give_back(worker->pool, work);
  }
  for (size_t i = 0; i < array_length(worker->stores); i++) {
    store_close(worker->stores[i]);
  }
  pthread_mutex_lock(&worker->pool->mutex);
  worker->pool->ended++;
  pthread_cond_signal(&worker->pool->left);
  pthread_mutex_unlock(&worker->pool->mutex);
  return NULL;
}

/* An export's own deadline is half an hour away. */
static int64_t connect_by(const struct worker *worker) {
  int64_t soon_ms = clock_now_ms() + WORKER_CONNECT_MS, own_ms = worker->work->deadline_ms;
  return own_ms < soon_ms ? own_ms : soon_ms;
}

struct store *worker_store(struct worker *worker, enum store_role role) {
  struct store **store = &worker->stores[role];
  const char *message = NULL;
  if (*store != NULL && !store_idle(*store)) {
    store_close(*store);
    *store = NULL;
  }
  if (*store == NULL && store_open(store, worker->pool->plan.url, role, connect_by(worker),
                                   worker->work->arena, &message) != STORE_OK) {
    log_event(LOG_LEVEL_WARNING, "database_unavailable", "s:s, s:s", "while", "a worker connects",
              "error", message != NULL ? message : "");
    return NULL;
  }
  store_set_stop(*store, worker->pool->latest_fd);
  store_set_deadline(*store, worker->work->deadline_ms);
  return *store;
}

/* Deadlines are of the monotonic clock, so the wait for the last worker is, too. */
static bool init_conditions(struct worker_pool *pool) {
  pthread_condattr_t monotonic;
  if (pthread_condattr_init(&monotonic) != 0) {
    return false;
  }
  bool good = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0 &&
              pthread_cond_init(&pool->wanted, NULL) == 0;
  if (good && pthread_cond_init(&pool->left, &monotonic) != 0) {
    pthread_cond_destroy(&pool->wanted);
    good = false;
  }
  pthread_condattr_destroy(&monotonic);
  return good;
}

static bool init(struct worker_pool *pool) {
  pool->latest_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  if (pool->latest_fd < 0) {
    return false;
  }
  bool locks = pthread_mutex_init(&pool->mutex, NULL) == 0;
  if (locks && init_conditions(pool)) {
    return true;
  }
  if (locks) {
    pthread_mutex_destroy(&pool->mutex);
  }
  (void)close(pool->latest_fd);
  return false;
}

struct worker_pool *worker_pool_start(const struct worker_plan *plan) {
  struct worker_pool *pool = calloc(1, sizeof *pool);
  if (pool == NULL) {
    return NULL;
  }
  *pool = (struct worker_pool){.plan = *plan, .latest_ms = INT64_MAX, .latest_fd = -1};
  if (!init(pool)) {
    free(pool);
    return NULL;
  }
  for (; pool->started < plan->threads; pool->started++) {
    struct worker *worker = &pool->workers[pool->started];
    worker->pool = pool;
    if (pthread_create(&worker->thread, NULL, work_on, worker) != 0) {
      (void)worker_pool_stop(pool, INT64_MAX); /* they have nothing to do */
      return NULL;
    }
  }
  return pool;
}

/* At the end, or behind the last of those that go ahead. */
static void put(struct worker_pool *pool, struct work *work) {
  struct work **at = pool->last == NULL || work->ahead ? &pool->first : &pool->last->next;
  while (work->ahead && *at != NULL && (*at)->ahead) {
    at = &(*at)->next;
  }
  work->next = *at;
  *at = work;
  if (work->next == NULL) {
    pool->last = work;
  }
}

bool worker_pool_queue(struct worker_pool *pool, struct work *work) {
  pthread_mutex_lock(&pool->mutex);
  bool taken = pool->figures.queued < pool->plan.queue_max && !pool->stopping;
  if (taken) {
    int64_t now_ms = clock_now_ms();
    work->deadline_ms = now_ms + pool->plan.patience_ms;
    if (work->deadline_ms > pool->latest_ms) {
      work->deadline_ms = pool->latest_ms;
    }
    work->queued_ms = now_ms;
    work->stuck_ms = now_ms + pool->plan.patience_ms - WORKER_PATIENCE_MS;
    work->abandon_ms = work->deadline_ms + WORKER_LATE_MS;
    put(pool, work);
    pool->figures.queued++;
    pthread_cond_signal(&pool->wanted);
  } else {
    pool->figures.refused++;
  }
  pthread_mutex_unlock(&pool->mutex);
  return taken;
}

void worker_pool_hurry(struct worker_pool *pool, int64_t deadline_ms) {
  /* At once when it has passed; zero would disarm it. */
  const struct itimerspec at = {.it_value = {.tv_sec = (time_t)(deadline_ms / 1000),
                                             .tv_nsec = (long)(deadline_ms % 1000) * 1000000 + 1}};
  pthread_mutex_lock(&pool->mutex);
  pool->latest_ms = deadline_ms;
  pthread_mutex_unlock(&pool->mutex);
  if (timerfd_settime(pool->latest_fd, TFD_TIMER_ABSTIME, &at, NULL) != 0) {
    log_event(LOG_LEVEL_WARNING, "timer_failed", "s:s", "while", "the workers are hurried");
  }
}

bool worker_in_time(struct worker *worker) {
  struct worker_pool *pool = worker->pool;
  pthread_mutex_lock(&pool->mutex);
  int64_t latest_ms = pool->latest_ms;
  pthread_mutex_unlock(&pool->mutex);
  return clock_left_ms(latest_ms) > 0 && clock_left_ms(worker->work->deadline_ms) > 0;
}

void worker_pool_end(struct worker_pool *pool) {
  if (pool == NULL) {
    return;
  }
  pthread_mutex_lock(&pool->mutex);
  pool->stopping = true;
  pthread_cond_broadcast(&pool->wanted);
  pthread_mutex_unlock(&pool->mutex);
}

/* False when one has not by then. */
static bool wait_for_all(struct worker_pool *pool, int64_t deadline_ms) {
  const struct timespec until = {.tv_sec = (time_t)(deadline_ms / 1000),
                                 .tv_nsec = (long)(deadline_ms % 1000) * 1000000};
  bool in_time = true;
  pthread_mutex_lock(&pool->mutex);
  while (pool->ended < pool->started && in_time) {
    in_time = pthread_cond_timedwait(&pool->left, &pool->mutex, &until) == 0;
  }
  bool all = pool->ended == pool->started;
  pthread_mutex_unlock(&pool->mutex);
  return all;
}

bool worker_pool_stop(struct worker_pool *pool, int64_t deadline_ms) {
  if (pool == NULL) {
    return true;
  }
  worker_pool_end(pool);
  if (!wait_for_all(pool, deadline_ms)) {
    return false;
  }
  for (int i = 0; i < pool->started; i++) {
    pthread_join(pool->workers[i].thread, NULL);
  }
  pthread_cond_destroy(&pool->left);
  pthread_cond_destroy(&pool->wanted);
  pthread_mutex_destroy(&pool->mutex);
  (void)close(pool->latest_fd);
  free(pool);
  return true;
}

void worker_pool_figures(struct worker_pool *pool, struct worker_figures *figures) {
  pthread_mutex_lock(&pool->mutex);
  *figures = pool->figures;
  pthread_mutex_unlock(&pool->mutex);
}
