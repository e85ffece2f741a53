#include "web/server.h"

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/password.h"
#include "store/store.h"
#include "survey/personal.h"
#include "web/console.h"
#include "web/crowd.h"
#include "web/handover.h"
#include "web/listener.h"
#include "web/lookup.h"
#include "web/regulars.h"
#include "web/request.h"
#include "web/route.h"
#include "web/tally.h"
#include "web/work.h"

enum {
  SWEEP_MS = 250,
  STOP_MS = 14000, /* for what is under way when a signal comes */
  GRACE_MS = 1000, /* then, for workers that hang */
  FLUSH_MS = 1000, /* then, for the last 503s to leave: 15 s in all, 16 with a worker that hangs */
  FIRST_SITE_MS = 10000, /* for the first catalogue at start */
  DATABASE_MS = 10000,
  EXPORT_MS = 30 * 60 * 1000, /* a million answers take some minutes */
  BORROWED_BYTES = 64 * 1024, /* what is so large is soon given back: pages, what packs them */
  CROWD_LEAST = 64,           /* connections whose memory is worth being given back */
  GIVE_BACK_MS = 10000,       /* and how often at most, for it takes some milliseconds */
  PAGES_QUEUE_MAX = 65536     /* one from each that may be connected */
};

enum { POLL_HANDOVER = LISTENER_COUNT, POLL_SIGNAL, POLL_COUNT };

/* On the watcher's thread. */
static void take_catalogue(void *context, struct arena *arena, const struct catalogue *catalogue) {
  struct server *server = context;
  struct site *site =
      site_new(arena, catalogue, &server->pages, server->config, &server->keyless_round);
  if (site != NULL) {
    handover_site(server->handover, site);
  } else {
    log_event(LOG_LEVEL_ERROR, "out_of_memory", "s:s", "while", "loading the catalogue");
  }
}

/* On the writer's thread. */
static void take_jobs(void *context, struct writer_job *jobs) {
  struct server *server = context;
  handover_jobs(server->handover, jobs);
}

/* On a worker's thread. */
static void take_work(void *context, struct work *work) {
  struct server *server = context;
  handover_work(server->handover, work);
}

static void take_handover(struct server *server) {
  struct site *site;
  struct work *works;
  struct writer_job *jobs = handover_take(server->handover, &works, &site);
  if (site != NULL) {
    site_inherit(site, server->site);
    site_release(server->site);
    server->site = site;
  }
  while (jobs != NULL) {
    struct request *request = jobs->context;
    jobs = jobs->next;
    request->stage = REQUEST_DONE;
    MHD_resume_connection(request->connection);
  }
  while (works != NULL) {
    struct work *work = works;
    works = work->next;
    request_worked(server, work);
  }
}

/* Whether a daemon has something to do that its descriptor does not tell: a connection that it
 * knows to be ready. */
static bool is_due(const struct listener *listener) {
  MHD_UNSIGNED_LONG_LONG wait_ms;
  return listener->daemon != NULL && MHD_get_timeout(listener->daemon, &wait_ms) == MHD_YES &&
         wait_ms == 0;
}

/* Once all is loaded, and whenever a crowd has gone: glibc gives back by itself only what is free
 * at the end of a heap. */
static void give_back(struct server *server) {
  size_t count = 0;
  for (int i = 0; i < LISTENER_COUNT; i++) {
    const struct listener *listener = &server->listeners[i];
    count += listener->daemon == NULL ? 0 : connection_count(listener->connections);
  }
  server->crowd = count > server->crowd ? count : server->crowd;
  if (server->crowd >= CROWD_LEAST && count <= server->crowd / 2 &&
      clock_left_ms(server->give_back_ms) == 0) {
    (void)malloc_trim(0);
    server->crowd = count;
    server->give_back_ms = clock_now_ms() + GIVE_BACK_MS;
  }
}

static void sweep(struct server *server) {
  for (int i = 0; i < LISTENER_COUNT; i++) {
    listener_sweep(&server->listeners[i], server->stopping);
  }
  request_abandon_late(server);
  writer_expire(server->writer);
  give_back(server);
  if (!server->stuck) {
    herald_alive(&server->herald);
  }
}

/* One turn of the loop; true when a signal asked to stop. A daemon with nothing to do costs a
 * system call all the same, so each is run when there is something, and all of them with the sweep,
 * for who is silent too long. */
static bool turn(struct server *server, int signal_fd, int64_t *next_sweep_ms) {
  struct pollfd fds[POLL_COUNT];
  bool runs[LISTENER_COUNT];
  int timeout_ms = SWEEP_MS;
  for (int i = 0; i < LISTENER_COUNT; i++) {
    const struct listener *listener = &server->listeners[i];
    fds[i] =
        (struct pollfd){.fd = listener->daemon == NULL ? -1 : listener->epoll_fd, .events = POLLIN};
    runs[i] = is_due(listener);
    timeout_ms = runs[i] ? 0 : timeout_ms;
  }
  fds[POLL_HANDOVER] = (struct pollfd){.fd = handover_fd(server->handover), .events = POLLIN};
  fds[POLL_SIGNAL] = (struct pollfd){.fd = signal_fd, .events = POLLIN};
  if (poll(fds, POLL_COUNT, timeout_ms) < 0 && errno != EINTR) {
    log_event(LOG_LEVEL_ERROR, "poll_failed", "s:s", "error", strerror(errno));
    return true;
  }
  if (fds[POLL_HANDOVER].revents != 0) {
    take_handover(server);
  }
  bool sweeps = clock_now_ms() >= *next_sweep_ms;
  for (int i = 0; i < LISTENER_COUNT; i++) {
    bool wanted = runs[i] || sweeps || fds[i].revents != 0 || fds[POLL_HANDOVER].revents != 0;
    if (wanted && server->listeners[i].daemon != NULL) {
      MHD_run(server->listeners[i].daemon);
    }
  }
  if (sweeps) {
    sweep(server);
    *next_sweep_ms = clock_now_ms() + SWEEP_MS;
  }
  struct signalfd_siginfo info;
  return fds[POLL_SIGNAL].revents != 0 && read(signal_fd, &info, sizeof info) > 0;
}

static size_t busy(const struct server *server) {
  size_t count = 0;
  for (int i = 0; i < LISTENER_COUNT; i++) {
    count += connection_busy(server->listeners[i].connections);
  }
  return count;
}

/* Whether a worker still has an export: who asked for it is answered, but a large workbook is
 * packed to its end. */
static bool packing(const struct server *server) {
  const struct work *work = server->works;
  while (work != NULL && work->pool != POOL_EXPORTS) {
    work = work->older;
  }
  return work != NULL;
}

/* Turns the loop until nothing is under way or the deadline has passed. */
static void drain(struct server *server, int signal_fd, int64_t deadline_ms) {
  int64_t next_sweep_ms = 0;
  while ((busy(server) > 0 || packing(server)) && clock_now_ms() < deadline_ms) {
    (void)turn(server, signal_fd, &next_sweep_ms);
  }
}

/* False when a worker has not come back by then: its pool is left as it is. */
static bool stop_pools(struct server *server, int64_t deadline_ms) {
  bool all = true;
  for (int i = 0; i < POOL_COUNT; i++) {
    worker_pool_end(server->pools[i]); /* all at once: a hung one takes no time of the others */
  }
  for (int i = 0; i < POOL_COUNT; i++) {
    bool stopped = worker_pool_stop(server->pools[i], deadline_ms);
    server->pools[i] = stopped ? NULL : server->pools[i];
    all = all && stopped;
  }
  if (server->handover != NULL) {
    take_handover(server);
  }
  return all;
}

/* A worker that never comes back would keep the process for ever, and nothing that it may touch
 * can be freed: what has to be stored is stored, and who waited was answered. */
static _Noreturn void leave_stuck(const struct server *server) {
  const struct work *oldest = server->works;
  while (oldest != NULL && oldest->older != NULL) {
    oldest = oldest->older;
  }
  log_event(LOG_LEVEL_ERROR, "stopped_without_worker", "s:s", "route",
            oldest != NULL ? oldest->route->pattern : "");
  _exit(EXIT_CODE_INTERNAL);
}

static void stop_gently(struct server *server, int signal_fd) {
  herald_stopping();
  server->stopping = true;
  for (int i = 0; i < LISTENER_COUNT; i++) {
    listener_quiesce(&server->listeners[i]);
  }
  log_event(LOG_LEVEL_INFO, "stopping", NULL); /* whoever reads it finds the doors closed */
  int64_t deadline_ms = clock_now_ms() + STOP_MS;
  for (int i = 0; i < POOL_COUNT; i++) {
    /* Exports can be asked for again. */
    request_hurry(server, (enum server_pool)i, i == POOL_EXPORTS ? clock_now_ms() : deadline_ms);
  }
  drain(server, signal_fd, deadline_ms);
  size_t late = busy(server);
  if (late > 0) {
    log_event(LOG_LEVEL_WARNING, "stopped_late", "s:I", "connections", (json_int_t)late);
  }
  bool all = stop_pools(server, clock_now_ms() + GRACE_MS);
  writer_stop(server->writer, clock_now_ms());
  server->writer = NULL;
  drain(server, signal_fd, clock_now_ms() + FLUSH_MS);
  if (!all) {
    leave_stuck(server);
  }
}

/* The first ones of them. */
static const char *start_listeners(struct server *server, int count, struct arena *arena) {
  const struct config *config = server->config;
  const struct {
    const char *address, *variable;
  } wanted[LISTENER_COUNT] = {{config->listen, "HJEMSVAR_LISTEN"},
                              {config->console_listen, "HJEMSVAR_CONSOLE_LISTEN"},
                              {config->ops_listen, "HJEMSVAR_OPS_LISTEN"}};
  for (int i = 0; i < count; i++) {
    server->listeners[i].server = server;
    server->listeners[i].kind = (enum listener_kind)i;
    const char *message =
        listener_start(&server->listeners[i], wanted[i].address, wanted[i].variable, arena);
    if (message != NULL) {
      return message;
    }
  }
  return NULL;
}

/* The schema must be ours and the secret the one that made what is stored. */
static int check_database(const struct server *server, struct arena *arena, const char **message) {
  struct store *store = NULL;
  enum store_result result = store_open(&store, server->config->database_url, STORE_AS_WRITER,
                                        clock_now_ms() + DATABASE_MS, arena, message);
  if (result == STORE_OK) {
    result = store_check(store, server->config->share_dir, server->keys, arena, message);
  }
  store_close(store);
  if (result == STORE_OK) {
    return EXIT_CODE_OK;
  }
  if (result != STORE_DOWN) {
    return EXIT_CODE_CONFIG;
  }
  *message = arena_printf(arena,
                          "the database is not available: %s; hint: see that PostgreSQL runs and "
                          "HJEMSVAR_DATABASE_URL leads to it",
                          *message != NULL ? *message : "it did not say why");
  return EXIT_CODE_DOWN;
}

/* No listener is announced before there is something to serve. */
static bool wait_for_site(struct server *server) {
  int64_t deadline_ms = clock_now_ms() + FIRST_SITE_MS;
  struct pollfd fd = {.fd = handover_fd(server->handover), .events = POLLIN};
  while (server->site == NULL && clock_left_ms(deadline_ms) > 0) {
    if (poll(&fd, 1, clock_left_ms(deadline_ms)) > 0) {
      take_handover(server);
    }
  }
  return server->site != NULL;
}

static bool start_pools(struct server *server) {
  static const struct {
    int threads;
    uint64_t queue_max;
    int64_t patience_ms;
  } sizes[POOL_COUNT] = {[POOL_LOOKUPS] = {4, 64, WORKER_PATIENCE_MS},
                         [POOL_SHEETS] = {2, 32, WORKER_PATIENCE_MS},
                         [POOL_STAFF] = {4, 64, WORKER_PATIENCE_MS},
                         [POOL_DOOR] = {PASSWORD_PLACES, 16, WORKER_PATIENCE_MS},
                         [POOL_EXPORTS] = {2, 4, EXPORT_MS},
                         [POOL_PAGES] = {1, PAGES_QUEUE_MAX, WORKER_PATIENCE_MS}};
  for (int i = 0; i < POOL_COUNT; i++) {
    const struct worker_plan plan = {.threads = sizes[i].threads,
                                     .queue_max = sizes[i].queue_max,
                                     .patience_ms = sizes[i].patience_ms,
                                     .url = server->config->database_url,
                                     .done = take_work,
                                     .context = server};
    server->pools[i] = worker_pool_start(&plan);
    if (server->pools[i] == NULL) {
      return false;
    }
  }
  return true;
}

/* What the loop needs of its own. False when memory or descriptors are out. */
static bool make_loops_own(struct server *server) {
  server->personal = personal_new();
  server->lookup = lookup_new();
  server->regulars = regulars_new();
  server->handover = handover_new();
  return server->personal != NULL && server->lookup != NULL && server->regulars != NULL &&
         server->handover != NULL;
}

static int start(struct server *server, struct arena *arena, const char **message) {
  int code = EXIT_CODE_CONFIG;
  *message = pages_load(&server->pages, server->config->share_dir, arena);
  if (*message == NULL) {
    server->console = console_load(server->config->share_dir, arena, message);
  }
  if (*message == NULL) {
    code = check_database(server, arena, message);
  }
  if (code != EXIT_CODE_OK) {
    return code;
  }
  *message = start_listeners(server, LISTENER_COUNT, arena);
  if (*message != NULL) {
    return EXIT_CODE_CONFIG;
  }
  server->sign_ins = tally_new(CROWD_FORGIVE_S);
  if (make_loops_own(server) && server->sign_ins != NULL) {
    server->writer =
        writer_start(server->config->database_url, server->config->batch_max, take_jobs, server);
  }
  if (server->writer != NULL && start_pools(server)) {
    server->watch = watch_start(server->config->database_url, take_catalogue, server);
  }
  if (server->watch == NULL) {
    *message = "threads or memory are out";
    return EXIT_CODE_INTERNAL;
  }
  if (!wait_for_site(server)) {
    *message = "the rounds could not be read from the database within 10 s";
    return EXIT_CODE_DOWN;
  }
  return EXIT_CODE_OK;
}

static void clear(struct server *server) {
  if (server->watch != NULL) {
    watch_stop(server->watch);
  }
  if (server->writer != NULL) {
    writer_stop(server->writer, clock_now_ms());
  }
  (void)stop_pools(server, INT64_MAX); /* they have stopped, or have had nothing to do */
  for (int i = 0; i < LISTENER_COUNT; i++) {
    listener_stop(&server->listeners[i]);
  }
  site_release(server->site);
  handover_free(server->handover);
  personal_free(server->personal);
  console_free(server->console);
  lookup_free(server->lookup);
  regulars_free(server->regulars);
  tally_free(server->sign_ins);
  pages_clear(&server->pages);
}

/* -1 with a message. SIGHUP that was ignored from the start, as by nohup, stays so: a signal that
 * is blocked would come all the same. */
static int block_signals(const char **message) {
  sigset_t set;
  struct sigaction hangup;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN) {
    sigaddset(&set, SIGHUP);
  }
  bool blocked = pthread_sigmask(SIG_BLOCK, &set, NULL) == 0;
  int fd = blocked ? signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK) : -1;
  *message = fd < 0 ? strerror(errno) : *message;
  return fd;
}

/* While starting, a signal simply ends the program: nothing is promised yet. */
int server_run(const struct config *config, const struct crypto_keys *keys, struct arena *arena,
               const char **message) {
  struct server server = {.config = config, .keys = keys, .crowd = CROWD_LEAST};
  signal(SIGPIPE, SIG_IGN);
  /* Without it glibc takes ever larger blocks from the heaps, where what is kept lies between. */
  (void)mallopt(M_MMAP_THRESHOLD, BORROWED_BYTES);
  int code = start(&server, arena, message);
  int signal_fd = code == EXIT_CODE_OK ? block_signals(message) : -1;
  code = code == EXIT_CODE_OK && signal_fd < 0 ? EXIT_CODE_INTERNAL : code;
  if (code == EXIT_CODE_OK) {
    for (int i = 0; i < LISTENER_COUNT; i++) {
      listener_announce(&server.listeners[i]);
    }
    herald_ready(&server.herald);
    int64_t next_sweep_ms = 0;
    while (!turn(&server, signal_fd, &next_sweep_ms)) {
    }
    stop_gently(&server, signal_fd);
    close(signal_fd);
  }
  clear(&server);
  if (code == EXIT_CODE_OK) {
    log_event(LOG_LEVEL_INFO, "stopped", NULL);
  }
  return code;
}

/* ---- a preview */

/* Without workers every first page has to be there before the loop begins. */
static bool render_all(const struct site *site, const char *code) {
  const struct site_link *link = site_find(site, code);
  for (size_t i = 0; i < link->round->languages_count; i++) {
    const struct site_language *language = &link->round->languages[i];
    if (!site_render(site, link, language, CODING_GZIP) ||
        !site_render(site, link, language, CODING_BROTLI)) {
      return false;
    }
  }
  return true;
}

static int start_preview(struct server *server, struct arena *catalogue_arena,
                         const struct catalogue *catalogue, const char *code, struct arena *arena,
                         const char **message) {
  *message = pages_load(&server->pages, server->config->share_dir, arena);
  server->pages.preview = true;
  if (*message == NULL) {
    *message = start_listeners(server, LISTENER_RESPONDENTS + 1, arena);
  }
  if (*message != NULL) {
    arena_free(catalogue_arena);
    return EXIT_CODE_CONFIG;
  }
  if (!make_loops_own(server)) {
    arena_free(catalogue_arena);
    return EXIT_CODE_INTERNAL;
  }
  server->site =
      site_new(catalogue_arena, catalogue, &server->pages, server->config, &server->keyless_round);
  return server->site != NULL && render_all(server->site, code) ? EXIT_CODE_OK : EXIT_CODE_INTERNAL;
}

/* Nobody's answer is under way that would have to be kept: a signal simply ends it. */
int server_preview(const struct config *config, const struct crypto_keys *keys,
                   struct arena *catalogue_arena, const struct catalogue *catalogue,
                   const char *code, struct arena *arena, const char **message) {
  struct server server = {.config = config, .keys = keys, .preview = true};
  char address[LISTENER_ADDRESS_BYTES] = "";
  signal(SIGPIPE, SIG_IGN);
  int result = start_preview(&server, catalogue_arena, catalogue, code, arena, message);
  int signal_fd = result == EXIT_CODE_OK ? block_signals(message) : -1;
  result = result == EXIT_CODE_OK && signal_fd < 0 ? EXIT_CODE_INTERNAL : result;
  if (result == EXIT_CODE_OK &&
      listener_address(&server.listeners[LISTENER_RESPONDENTS], address)) {
    (void)printf("http://%s/S/%s\n", address, code);
    (void)fflush(stdout);
    int64_t next_sweep_ms = 0;
    while (!turn(&server, signal_fd, &next_sweep_ms)) {
    }
    close(signal_fd);
  }
  clear(&server);
  return result;
}
