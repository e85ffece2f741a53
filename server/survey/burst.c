#include "survey/burst.h"

#include <math.h>
#include <stdlib.h>

enum { DAY = 24 * 60 };

struct arrival {
  int64_t minute;
  size_t answer;
};

static int by_minute(const void *a, const void *b) {
  const struct arrival *one = a, *other = b;
  return (one->minute > other->minute) - (one->minute < other->minute);
}

/* Terms fall faster than a geometric series once they are past the mean. */
double burst_tail(int least, double mean) {
  if (least <= 0) {
    return 1;
  }
  double term = exp(least * log(mean) - mean - lgamma(least + 1.0)), sum = 0;
  for (int i = least; term > 0 && (i <= mean || term > sum * 1e-12); i++) {
    sum += term;
    term *= mean / (i + 1);
  }
  return sum < 1 ? sum : 1;
}

static size_t days_of(const struct arrival *arrivals, size_t count) {
  size_t days = 0;
  for (size_t i = 0; i < count; i++) {
    days += i == 0 || arrivals[i].minute / DAY != arrivals[i - 1].minute / DAY;
  }
  return days;
}

/* Windows begin and end with time; so do their surroundings. */
struct scan {
  const struct arrival *arrivals;
  size_t count;
  size_t end;         /* behind the window */
  size_t first, last; /* of its surroundings: from, and behind */
  double usual;       /* expected in a window by the rate of all days */
};

static void move_to(struct scan *scan, size_t begin) {
  int64_t minute = scan->arrivals[begin].minute;
  while (scan->end < scan->count &&
         scan->arrivals[scan->end].minute < minute + BURST_WINDOW_MINUTES) {
    scan->end++;
  }
  while (scan->arrivals[scan->first].minute < minute - BURST_AROUND_MINUTES) {
    scan->first++;
  }
  while (scan->last < scan->count &&
         scan->arrivals[scan->last].minute < minute + BURST_WINDOW_MINUTES + BURST_AROUND_MINUTES) {
    scan->last++;
  }
}

/* By the busier side: an evening begins at once. */
static double expected(const struct scan *scan, size_t begin) {
  size_t before = begin - scan->first, after = scan->last - scan->end;
  size_t busier = before > after ? before : after;
  double near = (double)busier * BURST_WINDOW_MINUTES / BURST_AROUND_MINUTES;
  return near > scan->usual ? near : scan->usual;
}

static void scan_all(struct scan *scan, bool *burst) {
  size_t days = days_of(scan->arrivals, scan->count), marked = 0;
  scan->usual = (double)scan->count * BURST_WINDOW_MINUTES / (double)(days * BURST_DAY_MINUTES);
  for (size_t begin = 0; begin < scan->count; begin++) {
    move_to(scan, begin);
    size_t inside = scan->end - begin;
    if (inside < BURST_LEAST ||
        burst_tail((int)inside, expected(scan, begin)) >= BURST_CHANCE / (double)scan->count) {
      continue;
    }
    for (marked = marked > begin ? marked : begin; marked < scan->end; marked++) {
      burst[scan->arrivals[marked].answer] = true;
    }
  }
}

bool burst_mark(const int64_t *minutes, size_t count, bool *burst) {
  struct arrival *arrivals = calloc(count + 1, sizeof *arrivals);
  if (arrivals == NULL) {
    return false;
  }
  size_t known = 0;
  for (size_t i = 0; i < count; i++) {
    burst[i] = false;
    if (minutes[i] >= 0) {
      arrivals[known++] = (struct arrival){minutes[i], i};
    }
  }
  if (known >= BURST_LEAST) {
    qsort(arrivals, known, sizeof *arrivals, by_minute);
    struct scan scan = {.arrivals = arrivals, .count = known};
    scan_all(&scan, burst);
  }
  free(arrivals);
  return true;
}
