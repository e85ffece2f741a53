#include "store/watch.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/pg.h"

enum {
  POLL_MS = 30000,
  CONNECT_MS = 10000,
  PAUSE_FIRST_MS = 100,
  PAUSE_MOST_MS = 5000,
  LATE_MS = 5 /* PostgreSQL's clock and ours do not tick together */
};

struct watch {
  char *url;
  watch_changed *changed;
  void *context;
  pthread_t thread;
  int stop_fd;          /* readable once the thread is to end */
  struct store *store;  /* NULL while there is no connection; the thread's own */
  int64_t next_load_ms; /* on the scale of clock_now_ms() */
  int pause_ms;         /* before the next try after a failure */
};

/* Sleeps until the time has come. False when the watch is to stop. */
static bool sleep_until(const struct watch *watch, int64_t time_ms) {
  struct pollfd stop = {.fd = watch->stop_fd, .events = POLLIN};
  for (;;) {
    int left_ms = clock_left_ms(time_ms);
    int ready = poll(&stop, 1, left_ms);
    if (ready > 0) {
      return false;
    }
    if (ready == 0) {
      return true;
    }
  }
}

/* Grows to five seconds, each time between the half and the whole, so that many
 * servers do not come back at once. */
static bool pause_after_failure(struct watch *watch) {
  uint16_t random;
  crypto_random((unsigned char *)&random, sizeof(random));
  int half_ms = watch->pause_ms / 2;
  watch->pause_ms = watch->pause_ms * 2 > PAUSE_MOST_MS ? PAUSE_MOST_MS : watch->pause_ms * 2;
  return sleep_until(watch, clock_now_ms() + half_ms + random % (half_ms + 1));
}

static void disconnect(struct watch *watch) {
  store_close(watch->store);
  watch->store = NULL;
}

/* LISTEN comes before the first load, so that no change falls between them. */
static enum store_result connect_and_listen(struct watch *watch) {
  watch->store = pg_new();
  if (watch->store == NULL) {
    return STORE_FAULT;
  }
  watch->store->stop_fd = watch->stop_fd;
  watch->store->deadline_ms = clock_now_ms() + CONNECT_MS;
  enum store_result result = pg_connect(watch->store, watch->url, STORE_AS_WRITER);
  return result == STORE_OK ? pg_command(watch->store, "LISTEN hjemsvar_change") : result;
}

/* Takes all notifications that came; they say nothing but that something changed. */
static bool drain(struct watch *watch) {
  bool any = false;
  PGnotify *notify;
  while ((notify = PQnotifies(watch->store->connection)) != NULL) {
    PQfreemem(notify);
    any = true;
  }
  return any;
}

static enum store_result load(struct watch *watch) {
  struct catalogue *catalogue = NULL;
  struct arena *arena = arena_new(0);
  enum store_result result = STORE_FAULT;
  if (arena != NULL) {
    catalogue = arena_alloc(arena, sizeof(*catalogue));
  }
  /* What came before the load's snapshot is in it. */
  (void)drain(watch);
  if (catalogue != NULL) {
    result = catalogue_load(watch->store, arena, catalogue);
  }
  if (result != STORE_OK) {
    arena_free(arena);
    return result;
  }
  int64_t wait_ms = POLL_MS;
  if (catalogue->next_change_ms >= 0 && catalogue->next_change_ms + LATE_MS < wait_ms) {
    wait_ms = catalogue->next_change_ms + LATE_MS;
  }
  watch->next_load_ms = clock_now_ms() + wait_ms;
  watch->changed(watch->context, arena, catalogue);
  return STORE_OK;
}

/* Waits until something changed or the time for a load has come. */
static enum store_result wait_for_change(struct watch *watch) {
  struct pollfd waits[2] = {{.fd = PQsocket(watch->store->connection), .events = POLLIN},
                            {.fd = watch->stop_fd, .events = POLLIN}};
  while (!drain(watch)) {
    int left_ms = clock_left_ms(watch->next_load_ms);
    if (left_ms == 0) {
      return STORE_OK;
    }
    int ready = poll(waits, array_length(waits), left_ms);
    if (ready > 0 && waits[1].revents != 0) {
      return STORE_OK;
    }
    if ((ready < 0 && errno != EINTR) ||
        (ready > 0 && PQconsumeInput(watch->store->connection) == 0)) {
      pg_say(watch->store, "the connection to the database was lost");
      return STORE_DOWN;
    }
  }
  return STORE_OK;
}

static bool stopping(const struct watch *watch) {
  return !sleep_until(watch, 0);
}

/* One life of the connection. Returns when it failed or the watch is to stop. */
static void follow(struct watch *watch) {
  enum store_result result = connect_and_listen(watch);
  bool loaded = false;
  while (result == STORE_OK && !stopping(watch)) {
    result = load(watch);
    if (result == STORE_OK) {
      watch->pause_ms = PAUSE_FIRST_MS;
      loaded = true;
      result = wait_for_change(watch);
    }
  }
  if (result != STORE_OK && !stopping(watch)) {
    log_event(LOG_LEVEL_WARNING, loaded ? "watch_lost" : "watch_failed", "s:s", "message",
              watch->store == NULL ? "out of memory" : store_message(watch->store));
  }
  disconnect(watch);
}

static void *run(void *argument) {
  struct watch *watch = argument;
  do {
    follow(watch);
  } while (!stopping(watch) && pause_after_failure(watch));
  return NULL;
}

/* Signals are the main thread's. */
static bool start_thread(struct watch *watch) {
  sigset_t all, before;
  (void)sigfillset(&all);
  if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0) {
    return false;
  }
  bool started = pthread_create(&watch->thread, NULL, run, watch) == 0;
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
  return started;
}

static void watch_free(struct watch *watch) {
  if (watch->stop_fd >= 0) {
    (void)close(watch->stop_fd);
  }
  free(watch->url);
  free(watch);
}

struct watch *watch_start(const char *url, watch_changed *changed, void *context) {
  struct watch *watch = calloc(1, sizeof(*watch));
  if (watch == NULL) {
    return NULL;
  }
  watch->changed = changed;
  watch->context = context;
  watch->pause_ms = PAUSE_FIRST_MS;
  watch->url = strdup(url);
  watch->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (watch->url == NULL || watch->stop_fd < 0 || !start_thread(watch)) {
    watch_free(watch);
    return NULL;
  }
  return watch;
}

void watch_stop(struct watch *watch) {
  uint64_t one = 1;
  /* An eventfd at 0 takes a 1. */
  ssize_t written = write(watch->stop_fd, &one, sizeof(one));
  (void)written;
  (void)pthread_join(watch->thread, NULL);
  watch_free(watch);
}
