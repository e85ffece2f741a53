#include "base/clock.h"

#include <limits.h>
#include <time.h>

int64_t clock_now_ms(void) {
  struct timespec now;
  /* Cannot fail: the clock exists and the pointer is good. */
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int clock_left_ms(int64_t deadline_ms) {
  int64_t now_ms = clock_now_ms();
  if (deadline_ms <= now_ms) {
    return 0;
  }
  /* A deadline of INT64_MAX means never; now_ms is never negative. */
  int64_t left_ms = deadline_ms - now_ms;
  return left_ms > INT_MAX ? INT_MAX : (int)left_ms;
}
