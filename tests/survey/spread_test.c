#include "survey/spread.h"

#include <criterion/criterion.h>

enum { MOST = 128 };

struct drawn {
  struct spread_value values[MOST];
  size_t count;
};

/* So many values of a group: first, first + step, … */
static void add(struct drawn *drawn, int group, int count, double first, double step) {
  for (int i = 0; i < count; i++) {
    cr_assert_lt(drawn->count, MOST);
    drawn->values[drawn->count++] = (struct spread_value){group, first + i * step};
  }
}

static struct spread publish(struct arena *arena, const struct drawn *drawn, int groups,
                             int least) {
  struct spread spread;
  cr_assert(spread_publish(arena, drawn->values, drawn->count, groups, least, &spread));
  return spread;
}

/* Closed courses: København 42, Thisted 32, Helsingør 7, Svendborg 6. */
Test(spread, pools_municipalities_with_fewer_than_ten_courses) {
  struct arena *arena = arena_new(0);
  struct drawn drawn = {0};
  add(&drawn, 0, 42, 100, 1);
  add(&drawn, 1, 32, 150, 2);
  add(&drawn, 2, 7, 90, 10);
  add(&drawn, 3, 6, 200, 3);
  struct spread spread = publish(arena, &drawn, 4, SPREAD_EXTREMES);
  cr_expect_eq(spread.pools, 3);
  cr_expect_eq(spread.pool_of[2], spread.pool_of[3]);
  const struct spread_row *pool = &spread.rows[spread.pool_of[2]];
  cr_expect_eq(pool->n, 13);
  cr_expect_float_eq(pool->mean, 160.4, 1e-9);
  cr_expect(pool->extremes);
  cr_expect_float_eq(pool->least, 90, 1e-9);
  cr_expect_eq(spread.whole.n, 87);
  arena_free(arena);
}

Test(spread, shows_the_mean_of_five_but_neither_least_nor_greatest) {
  struct arena *arena = arena_new(0);
  struct drawn drawn = {0};
  add(&drawn, 0, 5, 6, 1);
  add(&drawn, 1, 20, 1, 0.4);
  struct spread spread = publish(arena, &drawn, 2, SPREAD_MEAN);
  cr_assert_eq(spread.pools, 2);
  cr_expect_eq(spread.rows[0].n, 5);
  cr_expect_not(spread.rows[0].extremes);
  cr_expect_eq(spread.rows[0].least, 0);
  cr_expect(spread.rows[1].extremes);
  arena_free(arena);
}

/* Whoever gave the 7 would know that all others gave a 10. */
Test(spread, pools_a_group_that_was_of_one_mind) {
  struct arena *arena = arena_new(0);
  struct drawn drawn = {0};
  add(&drawn, 0, 7, 10, 0);
  add(&drawn, 0, 1, 7, 0);
  add(&drawn, 1, 9, 1, 1);
  add(&drawn, 2, 20, 1, 0.4);
  struct spread spread = publish(arena, &drawn, 3, SPREAD_MEAN);
  cr_expect_eq(spread.pools, 2);
  cr_expect_eq(spread.pool_of[0], spread.pool_of[1]);
  cr_expect_neq(spread.pool_of[0], spread.pool_of[2]);
  arena_free(arena);
}

Test(spread, shows_nothing_where_all_say_the_same_or_are_too_few) {
  struct arena *arena = arena_new(0);
  struct drawn same = {0}, few = {0}, none = {0};
  add(&same, 0, 20, 10, 0);
  add(&few, 0, 2, 1, 1);
  add(&few, 1, 2, 1, 1);
  cr_expect_eq(publish(arena, &same, 1, SPREAD_MEAN).whole.n, 0);
  cr_expect_eq(publish(arena, &few, 2, SPREAD_MEAN).whole.n, 0);
  cr_expect_eq(publish(arena, &few, 2, SPREAD_MEAN).pools, 0);
  cr_expect_eq(publish(arena, &none, 2, SPREAD_MEAN).pools, 0);
  arena_free(arena);
}

Test(spread, leaves_no_group_over_that_the_total_would_tell) {
  struct arena *arena = arena_new(0);
  struct drawn drawn = {0};
  add(&drawn, 0, 30, 1, 0.3);
  add(&drawn, 1, 12, 1, 0.5);
  add(&drawn, 2, 3, 1, 1);
  struct spread spread = publish(arena, &drawn, 3, SPREAD_EXTREMES);
  cr_assert_eq(spread.pools, 2);
  cr_expect_eq(spread.rows[0].n + spread.rows[1].n, 45);
  cr_expect_eq(spread.rows[spread.pool_of[2]].n, 15);
  arena_free(arena);
}
