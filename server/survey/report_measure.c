#include <string.h>

#include "survey/report_part.h"

enum why {
  WHY_NOT_CLOSED,
  WHY_OTHER_PERIOD,
  WHY_INTERRUPTED,
  WHY_NO_VISITATION,
  WHY_NO_START,
  WHY_VISITATION_LATE,
  WHY_CLOSED_FIRST,
  WHY_NO_VISITS,
  WHY_NO_HOURS,
  WHYS,
  WHY_NOT = -1
};
static const char *const why_names[WHYS] = {"not_closed",    "other_period", "interrupted",
                                            "no_visitation", "no_start",     "visitation_late",
                                            "closed_first",  "no_visits",    "no_hours"};

static const char *const measure_names[REPORT_MEASURES] = {"waiting_days", "visits",
                                                           "hours_per_visit", "duration_days"};

struct mean_sum {
  int n;
  double sum, least, most;
};

struct measure_sum {
  struct mean_sum *sums;       /* by municipality; internal */
  struct spread_value *values; /* published */
  size_t count, room;
  int left_out[WHYS];
};

struct report_measures {
  struct measure_sum sums[REPORT_MEASURES];
};

bool report_measures_new(struct report_making *making) {
  making->measures = arena_alloc(making->arena, sizeof *making->measures);
  bool good = making->measures != NULL;
  for (int i = 0; i < REPORT_MEASURES && good; i++) {
    struct measure_sum *sum = &making->measures->sums[i];
    size_t groups = making->groups[REPORT_BY_MUNICIPALITY].count;
    sum->sums = arena_array(making->arena, groups, sizeof *sum->sums);
    good = sum->sums != NULL;
  }
  return good;
}

/* ---- adding */

static void add_sum(struct mean_sum *sum, double value) {
  sum->least = sum->n == 0 || value < sum->least ? value : sum->least;
  sum->most = sum->n == 0 || value > sum->most ? value : sum->most;
  sum->sum += value;
  sum->n++;
}

static bool keep_value(struct arena *arena, struct measure_sum *measure, int municipality,
                       double value) {
  if (measure->count == measure->room) {
    size_t room = measure->room * 2 + 64;
    struct spread_value *values = arena_array(arena, room, sizeof *values);
    if (values == NULL) {
      return false;
    }
    if (measure->count > 0) {
      memcpy(values, measure->values, measure->count * sizeof *values);
    }
    measure->values = values;
    measure->room = room;
  }
  measure->values[measure->count++] = (struct spread_value){.group = municipality, .value = value};
  return true;
}

static bool add_measure(struct report_making *making, int index, int municipality, enum why why,
                        double value) {
  struct measure_sum *measure = &making->measures->sums[index];
  if (why != WHY_NOT) {
    measure->left_out[why]++;
    return true;
  }
  add_sum(&measure->sums[municipality], value);
  return making->options->profile == REPORT_INTERNAL ||
         keep_value(making->arena, measure, municipality, value);
}

bool report_measures_add(struct report_making *making, int municipality,
                         const struct course *course, bool inside, bool interrupted) {
  enum why base = course->closed_on < 0 ? WHY_NOT_CLOSED
                  : !inside             ? WHY_OTHER_PERIOD
                  : interrupted         ? WHY_INTERRUPTED
                                        : WHY_NOT;
  int started = course->started_on, visitation = course->visitation_on;
  enum why waiting = base != WHY_NOT        ? base
                     : visitation < 0       ? WHY_NO_VISITATION
                     : started < 0          ? WHY_NO_START
                     : visitation > started ? WHY_VISITATION_LATE
                                            : WHY_NOT;
  enum why duration = base != WHY_NOT               ? base
                      : started < 0                 ? WHY_NO_START
                      : course->closed_on < started ? WHY_CLOSED_FIRST
                                                    : WHY_NOT;
  enum why visits = base != WHY_NOT ? base : course->visits < 0 ? WHY_NO_VISITS : WHY_NOT;
  enum why hours = base != WHY_NOT                ? base
                   : course->visits <= 0          ? WHY_NO_VISITS
                   : course->hours_hundredths < 0 ? WHY_NO_HOURS
                                                  : WHY_NOT;
  double a_visit = hours == WHY_NOT ? course->hours_hundredths / 100.0 / course->visits : 0;
  return add_measure(making, 0, municipality, waiting, started - visitation) &&
         add_measure(making, 1, municipality, visits, course->visits) &&
         add_measure(making, 2, municipality, hours, a_visit) &&
         add_measure(making, 3, municipality, duration, course->closed_on - started);
}

/* ---- telling */

static struct report_mean mean_of(const struct mean_sum *sum, struct report_set who) {
  return (struct report_mean){.who = who,
                              .n = sum->n,
                              .mean = sum->n > 0 ? sum->sum / sum->n : 0,
                              .extremes = sum->n > 0,
                              .least = sum->least,
                              .most = sum->most};
}

static void merge_sum(struct mean_sum *all, const struct mean_sum *sum) {
  if (sum->n > 0) {
    all->least = all->n == 0 || sum->least < all->least ? sum->least : all->least;
    all->most = all->n == 0 || sum->most > all->most ? sum->most : all->most;
    all->sum += sum->sum;
    all->n += sum->n;
  }
}

static bool measure_exact(struct report_making *making, const struct measure_sum *sum,
                          struct report_mean *rows, struct report_measure *measure) {
  const struct report_groups *groups = &making->groups[REPORT_BY_MUNICIPALITY];
  struct mean_sum all = {0};
  for (size_t i = 0; i < groups->count; i++) {
    merge_sum(&all, &sum->sums[i]);
  }
  rows[0] = mean_of(&all, report_set_whole());
  measure->rows_count = all.n == 0 ? 0 : 1;
  for (size_t i = 0; i < groups->count && all.n > 0 && groups->count > 1; i++) {
    struct report_set who =
        report_set_of(making->arena, groups->labels, groups->count, NULL, (int)i, NULL);
    if (who.code == NULL) {
      return false;
    }
    rows[measure->rows_count++] = mean_of(&sum->sums[i], who);
  }
  return true;
}

static struct report_mean mean_shown(const struct spread_row *row, struct report_set who) {
  return (struct report_mean){.who = who,
                              .n = row->n,
                              .mean = row->mean,
                              .extremes = row->extremes,
                              .least = row->least,
                              .most = row->most};
}

static bool measure_hidden(struct report_making *making, const struct measure_sum *sum,
                           struct report_mean *rows, struct report_measure *measure) {
  const struct report_groups *groups = &making->groups[REPORT_BY_MUNICIPALITY];
  struct spread spread;
  if (!spread_publish(making->arena, sum->values, sum->count, (int)groups->count,
                      report_least_group(making), &spread)) {
    return false;
  }
  rows[0] = mean_shown(&spread.whole, report_set_whole());
  measure->rows_count = spread.whole.n > 0 ? 1 : 0;
  for (int i = 0; i < spread.pools && spread.whole.n > 0; i++) {
    struct report_set who =
        report_set_of(making->arena, groups->labels, groups->count, spread.pool_of, i, NULL);
    if (who.code == NULL) {
      return false;
    }
    rows[measure->rows_count++] = mean_shown(&spread.rows[i], who);
  }
  return true;
}

static bool measure_finish(struct report_making *making, int index,
                           struct report_measure *measure) {
  const struct measure_sum *sum = &making->measures->sums[index];
  size_t groups = making->groups[REPORT_BY_MUNICIPALITY].count;
  struct report_left_out *left_out = arena_array(making->arena, WHYS, sizeof *left_out);
  struct report_mean *rows = arena_array(making->arena, groups + 1, sizeof *rows);
  *measure =
      (struct report_measure){.name = measure_names[index], .rows = rows, .left_out = left_out};
  if (left_out == NULL || rows == NULL) {
    return false;
  }
  for (int why = 0; why < WHYS; why++) {
    if (sum->left_out[why] > 0) {
      left_out[measure->left_out_count++] =
          (struct report_left_out){.why = why_names[why], .count = sum->left_out[why]};
    }
  }
  return making->options->profile == REPORT_INTERNAL ? measure_exact(making, sum, rows, measure)
                                                     : measure_hidden(making, sum, rows, measure);
}

bool report_measures_finish(struct report_making *making,
                            struct report_measure measures[REPORT_MEASURES]) {
  bool good = true;
  for (int i = 0; i < REPORT_MEASURES && good; i++) {
    good = measure_finish(making, i, &measures[i]);
  }
  return good;
}
