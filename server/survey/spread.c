#include "survey/spread.h"

#include <math.h>

#include "survey/pool.h"

/* What is known of one pool while its values pass by. */
struct pass {
  int n;
  double sum, least, most;
  double candidate; /* of the value that most have, if most have one */
  int lead;
  int candidates;
};

/* Boyer's and Moore's majority vote finds the only value that all but one can share. */
static void vote(struct pass *pass, double value) {
  if (pass->lead == 0) {
    pass->candidate = value;
  }
  pass->lead += value == pass->candidate ? 1 : -1;
}

static void take(struct pass *pass, double value) {
  pass->least = pass->n == 0 || value < pass->least ? value : pass->least;
  pass->most = pass->n == 0 || value > pass->most ? value : pass->most;
  pass->sum += value;
  pass->n++;
  vote(pass, value);
}

static bool is_even(const struct pass *pass) {
  return pass->n > 0 && pass->candidates >= pass->n - 1;
}

static struct spread_row row_of(const struct pass *pass, int least) {
  if (pass->n < least || is_even(pass)) {
    return (struct spread_row){0};
  }
  bool extremes = pass->n >= SPREAD_EXTREMES;
  return (struct spread_row){.n = pass->n,
                             .mean = round(pass->sum / pass->n * 10) / 10,
                             .extremes = extremes,
                             .least = extremes ? pass->least : 0,
                             .most = extremes ? pass->most : 0};
}

static void run(struct pass *passes, size_t pools, const struct spread_value *values, size_t count,
                const int *pool_of) {
  for (size_t i = 0; i < pools; i++) {
    passes[i] = (struct pass){0};
  }
  for (size_t i = 0; i < count; i++) {
    take(&passes[pool_of == NULL ? 0 : pool_of[values[i].group]], values[i].value);
  }
  for (size_t i = 0; i < count; i++) {
    struct pass *pass = &passes[pool_of == NULL ? 0 : pool_of[values[i].group]];
    pass->candidates += values[i].value == pass->candidate;
  }
}

/* Puts groups into the pool for which a mean would tell too much: those that stand alone, and
 * more of the others where it is the pool itself. False when there is none. */
static bool force(const struct pass *passes, const int *sizes, size_t groups, const int *pool_of,
                  bool *forced) {
  bool more = false;
  for (size_t i = 0; i < groups; i++) {
    if (!forced[i] && is_even(&passes[pool_of[i]])) {
      forced[i] = more = true;
    }
  }
  long next = -1;
  for (size_t i = 0; i < groups && !more; i++) {
    if (is_even(&passes[pool_of[i]])) {
      next = (long)i; /* the pool */
    }
  }
  if (next < 0) {
    return more;
  }
  int pool = pool_of[next];
  next = -1;
  for (size_t i = 0; i < groups; i++) {
    if (pool_of[i] != pool && (next < 0 || sizes[i] < sizes[next])) {
      next = (long)i;
    }
  }
  if (next >= 0) {
    forced[next] = true;
  }
  return next >= 0;
}

struct scratch {
  struct pass *passes;
  struct spread_row *rows;
  int *sizes, *pool_of;
  bool *forced;
};

static bool scratch_new(struct arena *arena, size_t places, struct scratch *scratch) {
  scratch->passes = arena_array(arena, places, sizeof *scratch->passes);
  scratch->rows = arena_array(arena, places, sizeof *scratch->rows);
  scratch->sizes = arena_array(arena, places, sizeof *scratch->sizes);
  scratch->pool_of = arena_array(arena, places, sizeof *scratch->pool_of);
  scratch->forced = arena_array(arena, places, sizeof *scratch->forced);
  return scratch->passes != NULL && scratch->rows != NULL && scratch->sizes != NULL &&
         scratch->pool_of != NULL && scratch->forced != NULL;
}

bool spread_publish(struct arena *arena, const struct spread_value *values, size_t count,
                    int groups, int least, struct spread *spread) {
  struct scratch scratch;
  size_t places = (size_t)groups, pools;
  if (!scratch_new(arena, places > 0 ? places : 1, &scratch)) {
    return false;
  }
  run(scratch.passes, 1, values, count, NULL);
  *spread = (struct spread){
      .whole = row_of(&scratch.passes[0], least), .pool_of = scratch.pool_of, .rows = scratch.rows};
  for (size_t i = 0; i < count; i++) {
    scratch.sizes[values[i].group]++;
  }
  do {
    pools = pool_small(scratch.sizes, places, least, scratch.forced, scratch.pool_of);
    run(scratch.passes, pools, values, count, scratch.pool_of);
  } while (pools > 1 &&
           force(scratch.passes, scratch.sizes, places, scratch.pool_of, scratch.forced));
  for (size_t i = 0; i < pools; i++) {
    scratch.rows[i] = row_of(&scratch.passes[i], least);
  }
  spread->pools = pools > 1 && spread->whole.n > 0 ? (int)pools : 0;
  return true;
}
