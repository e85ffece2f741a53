#include "web/worker.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <unistd.h>

#include "base/clock.h"
#include "web/work.h"

/* What a test's work and its pool share: it runs until somebody writes into the pipe. */
struct bench {
  int hold[2], done[2];
};

static void open_bench(struct bench *bench) {
  cr_assert_eq(pipe(bench->hold), 0);
  cr_assert_eq(pipe(bench->done), 0);
}

static void hold_on(struct work *work) {
  const struct bench *bench = work->context;
  char byte;
  cr_assert_eq(read(bench->hold[0], &byte, 1), 1);
}

static void note(void *context, struct work *work) {
  const struct bench *bench = context;
  char byte = work->expired ? 'e' : 'd';
  cr_assert_eq(write(bench->done[1], &byte, 1), 1);
}

static struct worker_pool *start(struct bench *bench, int threads, uint64_t queue_max) {
  const struct worker_plan plan = {.patience_ms = WORKER_PATIENCE_MS,
                                   .threads = threads,
                                   .queue_max = queue_max,
                                   .url = "",
                                   .done = note,
                                   .context = bench};
  struct worker_pool *pool = worker_pool_start(&plan);
  cr_assert_not_null(pool);
  return pool;
}

static struct worker_figures figures_of(struct worker_pool *pool) {
  struct worker_figures figures;
  worker_pool_figures(pool, &figures);
  return figures;
}

/* One is run, as many as fit wait, the rest is refused at once. */
Test(worker, keeps_no_longer_queue_than_planned) {
  struct bench bench;
  open_bench(&bench);
  struct work works[4] = {0};
  struct worker_pool *pool = start(&bench, 1, 2);
  for (size_t i = 0; i < array_length(works); i++) {
    works[i].run = hold_on;
    works[i].context = &bench;
  }
  cr_assert(worker_pool_queue(pool, &works[0]));
  while (figures_of(pool).running == 0) {
    (void)poll(NULL, 0, 0);
  }
  cr_expect(worker_pool_queue(pool, &works[1]));
  cr_expect(worker_pool_queue(pool, &works[2]));
  cr_expect_not(worker_pool_queue(pool, &works[3]));
  cr_expect_eq(figures_of(pool).refused, 1);
  cr_assert_eq(write(bench.hold[1], "123", 3), 3);
  cr_assert(worker_pool_stop(pool, INT64_MAX));
  char done[4];
  cr_expect_eq(read(bench.done[0], done, sizeof done), 3);
  cr_expect_arr_eq(done, "ddd", 3);
}

struct order {
  struct bench bench;
  char names[8];
  size_t count;
};

static void say_name(struct work *work) {
  struct order *order = work->context;
  order->names[order->count++] = work->path[0];
}

Test(worker, runs_what_goes_ahead_before_the_others_and_each_in_their_turn) {
  static const struct {
    const char *name;
    bool ahead;
  } cases[] = {{"c", false}, {"a", true}, {"d", false}, {"b", true}, {"e", false}};
  struct order order = {.count = 0};
  open_bench(&order.bench);
  struct work first = {.run = hold_on, .context = &order.bench}, works[array_length(cases)] = {0};
  struct worker_pool *pool = start(&order.bench, 1, array_length(cases));
  cr_assert(worker_pool_queue(pool, &first));
  while (figures_of(pool).running == 0) {
    (void)poll(NULL, 0, 0);
  }
  for (size_t i = 0; i < array_length(cases); i++) {
    works[i] = (struct work){
        .run = say_name, .context = &order, .path = cases[i].name, .ahead = cases[i].ahead};
    cr_assert(worker_pool_queue(pool, &works[i]));
  }
  cr_assert_eq(write(order.bench.hold[1], "1", 1), 1);
  cr_assert(worker_pool_stop(pool, INT64_MAX));
  cr_expect_arr_eq(order.names, "abcde", array_length(cases));
}

Test(worker, stops_without_the_one_that_does_not_come_back) {
  struct bench bench;
  open_bench(&bench);
  struct work work = {.run = hold_on, .context = &bench};
  struct worker_pool *pool = start(&bench, 2, 1);
  cr_assert(worker_pool_queue(pool, &work));
  while (figures_of(pool).running == 0) {
    (void)poll(NULL, 0, 0);
  }
  cr_expect_not(worker_pool_stop(pool, clock_now_ms() + 10));
  cr_expect_eq(figures_of(pool).running, 1, "nothing was freed");
  cr_assert_eq(write(bench.hold[1], "1", 1), 1);
  cr_expect(worker_pool_stop(pool, INT64_MAX), "it came back after all");
}

Test(worker, stops_when_nothing_was_started) {
  cr_expect(worker_pool_stop(NULL, 0));
}
