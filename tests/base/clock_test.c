#include "base/clock.h"

#include <criterion/criterion.h>
#include <limits.h>

Test(clock, never_goes_back) {
  int64_t last = clock_now_ms();
  cr_expect_gt(last, 0);
  for (int i = 0; i < 10000; i++) {
    int64_t now = clock_now_ms();
    cr_assert_geq(now, last);
    last = now;
  }
}

Test(clock, has_nothing_left_once_a_deadline_has_passed) {
  int64_t now = clock_now_ms();
  cr_expect_eq(clock_left_ms(now), 0);
  cr_expect_eq(clock_left_ms(now - 1), 0);
  cr_expect_eq(clock_left_ms(0), 0);
  cr_expect_eq(clock_left_ms(INT64_MIN), 0);
}

Test(clock, leaves_what_poll_can_take) {
  int64_t hour_ms = 3600 * 1000;
  int left = clock_left_ms(clock_now_ms() + hour_ms);
  cr_expect_gt(left, 0);
  cr_expect_leq(left, hour_ms);
  cr_expect_eq(clock_left_ms(INT64_MAX), INT_MAX);
  cr_expect_eq(clock_left_ms(clock_now_ms() + 2LL * INT_MAX), INT_MAX);
}
