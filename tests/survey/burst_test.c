#include "survey/burst.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "support.h"

enum { DAY = 24 * 60, MOST = 20000 };

struct link {
  int64_t minutes[MOST];
  bool burst[MOST];
  size_t count;
};

static struct link *link_new(void) {
  struct link *link = calloc(1, sizeof *link);
  cr_assert_not_null(link);
  return link;
}

static size_t mark(struct link *link) {
  size_t marked = 0;
  cr_assert(burst_mark(link->minutes, link->count, link->burst));
  for (size_t i = 0; i < link->count; i++) {
    marked += link->burst[i];
  }
  return marked;
}

Test(burst, follows_poisson) {
  cr_expect_float_eq(burst_tail(0, 3), 1, 1e-12);
  cr_expect_float_eq(burst_tail(1, 3), 1 - exp(-3), 1e-12);
  cr_expect_float_eq(burst_tail(5, 0.3), 1.5785e-5, 1e-8);
  cr_expect_float_eq(burst_tail(100, 100), 0.5133, 1e-3);
  cr_expect_lt(burst_tail(200, 100), 1e-15);
}

Test(burst, is_ten_answers_in_four_minutes_of_a_quiet_link) {
  struct link *link = link_new();
  for (int i = 0; i < 30; i++) {
    link->minutes[link->count++] = (int64_t)i * DAY + 600 + (int64_t)7 * i;
  }
  for (int i = 0; i < 10; i++) {
    link->minutes[link->count++] = 12 * DAY + 900 + i % 4;
  }
  cr_expect_eq(mark(link), 10);
  cr_expect_not(link->burst[12], "a morning's single answer");
  cr_expect(link->burst[39]);
  free(link);
}

Test(burst, is_not_both_parents_nor_a_handful) {
  struct link *link = link_new();
  for (int i = 0; i < 30; i++) {
    link->minutes[link->count++] = (int64_t)i * DAY + 600 + (int64_t)7 * i;
    link->minutes[link->count++] = (int64_t)i * DAY + 603 + (int64_t)7 * i;
  }
  link->minutes[link->count++] = 605;
  link->minutes[link->count++] = 606;
  cr_expect_eq(mark(link), 0);
  free(link);
}

Test(burst, is_not_a_busy_evening_of_a_large_municipality) {
  struct link *link = link_new();
  uint64_t seed = 3;
  for (int day = 0; day < 20; day++) {
    for (int i = 0; i < 800; i++) { /* three quarters of them between 19 and 22 o'clock */
      bool evening = support_draw(&seed, 4) != 0;
      link->minutes[link->count++] =
          (int64_t)day * DAY +
          (evening ? 1140 + support_draw(&seed, 180) : 420 + support_draw(&seed, 900));
    }
  }
  cr_expect_lt(mark(link), link->count / 100);
  free(link);
}

Test(burst, is_never_an_answer_whose_minute_is_not_known) {
  struct link *link = link_new();
  for (int i = 0; i < 12; i++) {
    link->minutes[link->count++] = i % 2 == 0 ? -1 : 700;
  }
  cr_expect_eq(mark(link), 6);
  for (size_t i = 0; i < link->count; i++) {
    cr_expect_eq(link->burst[i], i % 2 == 1);
  }
  link->count = 0;
  cr_expect_eq(mark(link), 0, "no answers");
  free(link);
}
