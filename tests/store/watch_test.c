#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "database.h"
#include "store/round_store.h"
#include "store/watch.h"

enum { PATIENCE_S = 20 };

/* What the watching thread has handed over. */
struct post {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  int loads;
  size_t rounds;
  enum round_state state; /* of the first round */
  bool signals_blocked;
};

static struct database database;
static struct arena *arena;
static struct post post;

static void begin(void) {
  database_init(&database);
  database_fill_settings(&database);
  arena = arena_new(0);
  post = (struct post){.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
}

static void end(void) {
  arena_free(arena);
  database_clear(&database);
}

TestSuite(watch, .init = begin, .fini = end);

static void take(void *context, struct arena *loaded, const struct catalogue *catalogue) {
  struct post *to = context;
  sigset_t blocked;
  (void)pthread_sigmask(SIG_SETMASK, NULL, &blocked);
  (void)pthread_mutex_lock(&to->mutex);
  to->loads++;
  to->rounds = catalogue->rounds_count;
  to->state = catalogue->rounds_count == 0 ? ROUND_SCHEDULED : catalogue->rounds[0].state;
  to->signals_blocked = sigismember(&blocked, SIGTERM) == 1;
  (void)pthread_cond_broadcast(&to->changed);
  (void)pthread_mutex_unlock(&to->mutex);
  arena_free(loaded);
}

typedef bool reached(int wanted);

static bool loads_reach(int wanted) {
  return post.loads >= wanted;
}

static bool rounds_reach(int wanted) {
  return post.rounds == (size_t)wanted;
}

static bool state_reaches(int wanted) {
  return post.rounds > 0 && (int)post.state == wanted;
}

/* Waits until a catalogue came that fits. */
static void await(reached *test, int wanted) {
  struct timespec deadline;
  (void)clock_gettime(CLOCK_REALTIME, &deadline);
  deadline.tv_sec += PATIENCE_S;
  int waited = 0;
  (void)pthread_mutex_lock(&post.mutex);
  while (!test(wanted) && waited == 0) {
    waited = pthread_cond_timedwait(&post.changed, &post.mutex, &deadline);
  }
  (void)pthread_mutex_unlock(&post.mutex);
  cr_assert_eq(waited, 0, "no such catalogue came");
}

static struct watch *start(void) {
  struct watch *watch = watch_start(database.url, take, &post);
  cr_assert_not_null(watch);
  return watch;
}

Test(watch, loads_at_its_start_and_again_when_another_connection_changes_something) {
  struct watch *watch = start();
  await(loads_reach, 1);
  cr_expect(post.signals_blocked);
  int round = database_add_round(&database, "101");
  await(rounds_reach, 1);
  await(state_reaches, ROUND_OPEN);
  struct store *store = database_open(&database, STORE_AS_CONSOLE);
  cr_assert_eq(round_close(store, round), STORE_OK);
  await(state_reaches, ROUND_CLOSED);
  store_close(store);
  watch_stop(watch);
}

Test(watch, loads_when_a_round_s_own_time_has_come) {
  int round = database_add_round(&database, "101");
  database_run(&database,
               arena_printf(arena,
                            "UPDATE round SET opens_at = now() + interval '300 milliseconds'"
                            " WHERE id = %d",
                            round));
  struct watch *watch = start();
  await(state_reaches, ROUND_OPEN);
  watch_stop(watch);
}

Test(watch, comes_back_when_its_connection_is_lost) {
  struct watch *watch = start();
  await(loads_reach, 1);
  cr_assert_str_eq(database_value(&database, arena,
                                  "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                                  " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                                  " AND backend_type = 'client backend'"),
                   "1");
  await(loads_reach, 2);
  (void)database_add_round(&database, "101");
  await(rounds_reach, 1);
  watch_stop(watch);
}

/* The watch itself would give the database up after ten seconds. */
Test(watch, stops_at_once_while_the_database_does_not_answer, .timeout = 9.5) {
  database_run(&database, "BEGIN; LOCK TABLE round IN ACCESS EXCLUSIVE MODE");
  struct watch *watch = start();
  while (strcmp(database_value(&database, arena,
                               "SELECT count(*) FROM pg_locks l JOIN pg_database d"
                               " ON d.oid = l.database AND d.datname = current_database()"
                               " WHERE NOT l.granted AND l.relation = 'round'::regclass"),
                "0") == 0) {
  }
  watch_stop(watch);
  database_run(&database, "ROLLBACK");
  cr_expect_eq(post.loads, 0);
}

Test(watch, keeps_trying_while_there_is_no_database) {
  struct watch *watch = watch_start("host=/nonexistent port=1", take, &post);
  cr_assert_not_null(watch);
  watch_stop(watch);
  cr_expect_eq(post.loads, 0);
}
