#include <math.h>
#include <stdlib.h>

#include "survey/report_figure.h"

/* ---- published: opinions with choices */

static enum report_level level_of(enum breakdown_level level) {
  switch (level) {
  case BREAKDOWN_NOTHING:
    return REPORT_NOTHING;
  case BREAKDOWN_MEAN:
    return REPORT_MEAN_ONLY;
  case BREAKDOWN_MERGED:
    return REPORT_MERGED;
  case BREAKDOWN_IN_FULL:
    return REPORT_IN_FULL;
  case BREAKDOWN_ONE_CATEGORY:
    return REPORT_ONE_CATEGORY;
  }
  return REPORT_NOTHING;
}

static bool draw_hidden(struct report_making *making, const struct figure_sum *sum, int by,
                        const struct breakdown_published *published,
                        const struct suppression_table *hidden, bool full,
                        struct report_table *table) {
  *table = figure_table(sum);
  table->columns_count = (size_t)hidden->columns;
  if (!full) {
    table->columns = report_columns_merged(making->arena, sum->labels, sum->categories,
                                           published->column_of, (size_t)hidden->columns);
  }
  return table->columns != NULL &&
         report_table_hidden(making->arena, &making->groups[by], published->pool_of, hidden, table);
}

/* Where the whole is not in full one breakdown is all: the first that tells groups apart. */
bool figure_hide_choice(struct report_making *making, const struct figure_sum *sum,
                        struct report_table *breakdowns, struct report_figure *figure) {
  struct breakdown_published published;
  int most = 1;
  for (int by = 0; by < REPORT_BYS && (int)figure->breakdowns_count < most; by++) {
    if (by > 0 && !figure_is_apart(making, sum, by)) {
      continue;
    }
    if (breakdown_publish(sum->breakdowns[by], &published) != SUPPRESSION_OK) {
      return false;
    }
    figure->level = level_of(published.level);
    most = breakdown_most(published.level);
    bool full = published.level == BREAKDOWN_IN_FULL;
    bool wanted = most > 0 && (figure->whole.rows_count == 0 || (!full && published.pools > 0));
    if (wanted &&
        !draw_hidden(making, sum, by, &published, &published.whole, full, &figure->whole)) {
      return false;
    }
    if (most > 0 && published.pools > 0 &&
        !draw_hidden(making, sum, by, &published, &published.table, false,
                     &breakdowns[figure->breakdowns_count++])) {
      return false;
    }
  }
  return true;
}

/* Beside means of what it is made of, less than all of it would tell who is in which column. */
bool figure_hide_whole(struct report_making *making, const struct figure_sum *sum,
                       struct report_figure *figure) {
  struct breakdown_published published;
  if (breakdown_publish(sum->breakdowns[REPORT_BY_MUNICIPALITY], &published) != SUPPRESSION_OK) {
    return false;
  }
  bool full = published.level == BREAKDOWN_IN_FULL;
  figure->level = full ? REPORT_IN_FULL : REPORT_NOTHING;
  return !full || draw_hidden(making, sum, REPORT_BY_MUNICIPALITY, &published, &published.whole,
                              true, &figure->whole);
}

/* ---- published: scales */

static double to_one_decimal(double value) {
  return round(value * 10) / 10;
}

/* Each value of the counts by group, for as long as one breakdown is made. */
static struct spread_value *values_of(const struct report_making *making,
                                      const struct figure_sum *sum, int by, size_t *count) {
  const struct question *question = &making->options->questionnaire->questions[sum->question];
  size_t each = sum->categories + 1, groups = making->groups[by].count;
  struct spread_value *values =
      calloc((size_t)figure_whole(making, sum, sum->categories).count + 1, sizeof *values);
  *count = 0;
  for (size_t group = 0; values != NULL && group < groups; group++) {
    for (size_t i = 0; i < sum->values; i++) {
      for (int left = sum->tallies[by][group * each + i].count; left > 0; left--) {
        values[(*count)++] =
            (struct spread_value){.group = (int)group, .value = question->min + (int)i};
      }
    }
  }
  return values;
}

static bool ratings_spread(struct report_making *making, const struct figure_sum *sum, int by,
                           struct spread *spread) {
  size_t count;
  struct spread_value *values = values_of(making, sum, by, &count);
  int floor = making->options->floor, least = floor > SPREAD_MEAN ? floor : SPREAD_MEAN;
  bool good = values != NULL && spread_publish(making->arena, values, count,
                                               (int)making->groups[by].count, least, spread);
  free(values);
  return good;
}

/* Where the distribution is shown the mean is known with it. */
static bool rating_whole(struct report_making *making, const struct figure_sum *sum,
                         const struct spread *spread, const struct report_figure *figure,
                         struct report_ratings *ratings) {
  struct report_rating *row = arena_alloc(making->arena, sizeof *row);
  struct rating_sum all = figure_ratings(sum->ratings[REPORT_BY_MUNICIPALITY],
                                         making->groups[REPORT_BY_MUNICIPALITY].count);
  bool full = figure->level == REPORT_IN_FULL;
  if (row == NULL) {
    return false;
  }
  if (full) {
    *row = figure_rating(sum, &all);
    row->mean = to_one_decimal(row->mean);
    row->turned_mean = to_one_decimal(row->turned_mean);
    row->confirmed_mean = to_one_decimal(row->confirmed_mean);
    row->turned = report_cell_of(making->options, row->turned.count);
  } else {
    *row = (struct report_rating){.n = spread->whole.n, .mean = spread->whole.mean};
  }
  row->who = report_set_whole();
  *ratings = (struct report_ratings){.rows = row, .rows_count = 1};
  return true;
}

/* ---- what a mean tells beside the distribution of the whole */

struct guess {
  const int *counts; /* of the whole, by category */
  size_t categories;
  int min;                    /* rating of the first category */
  int n, everybody;           /* of the group, of the whole */
  double least_sum, most_sum; /* of its ratings, by its rounded mean */
};

/* The least or greatest sum of so many ratings that are not of a category; -1: there are not so
 * many. */
static double sum_of_others(const struct guess *guess, size_t without, int left, bool greatest) {
  double sum = 0;
  for (size_t step = 0; step < guess->categories && left > 0; step++) {
    size_t i = greatest ? guess->categories - 1 - step : step;
    int take = i == without ? 0 : guess->counts[i] < left ? guess->counts[i] : left;
    sum += (double)take * (guess->min + (int)i);
    left -= take;
  }
  return left > 0 ? -1 : sum;
}

static bool may_have(const struct guess *guess, size_t category, int count) {
  double own = (double)count * (guess->min + (int)category);
  double least = sum_of_others(guess, category, guess->n - count, false);
  return least >= 0 && own + least <= guess->most_sum &&
         own + sum_of_others(guess, category, guess->n - count, true) >= guess->least_sum;
}

/* How many of the group gave a rating for certain, that are not certain without the mean. As many
 * as the floor might stand in a table. */
static int told_of(const struct guess *guess, size_t category, int floor) {
  int all = guess->counts[category], anyway = guess->n - (guess->everybody - all);
  int least = -1, most = -1;
  for (int count = 0; count <= all && count <= guess->n; count++) {
    if (may_have(guess, category, count)) {
      least = least < 0 ? count : least;
      most = count;
    }
  }
  return least <= 0 || most >= floor ? 0 : least - (anyway > 0 ? anyway : 0);
}

/* Whether the mean of a group tells, beside the whole distribution, what more than one in so many
 * as the floor gave. */
static bool tells_ratings(struct report_making *making, const struct figure_sum *sum,
                          const struct spread *spread) {
  static const double half = 0.05, slack = 1e-6;
  int *counts = arena_array(making->arena, sum->categories + 1, sizeof *counts);
  bool tells = counts == NULL;
  int rated = 0;
  for (size_t i = 0; i < sum->values && !tells; i++) {
    counts[i] = figure_whole(making, sum, i).count;
    rated += counts[i];
  }
  for (int pool = 0; pool < spread->pools && !tells; pool++) {
    const struct spread_row *row = &spread->rows[pool];
    int told = 0;
    struct guess guess = {.counts = counts,
                          .everybody = rated,
                          .categories = sum->values,
                          .min = making->options->questionnaire->questions[sum->question].min,
                          .n = row->n,
                          .least_sum = row->n * (row->mean - half) - slack,
                          .most_sum = row->n * (row->mean + half) + slack};
    for (size_t i = 0; i < sum->values && row->n > 0; i++) {
      told += told_of(&guess, i, making->options->floor);
    }
    tells = told * making->options->floor > row->n;
  }
  return tells;
}

static bool ratings_pooled(struct report_making *making, const struct spread *spread, int by,
                           const struct report_rating *whole, struct report_ratings *ratings) {
  const struct report_groups *groups = &making->groups[by];
  const bool *skip = report_skipped(making->arena, groups);
  struct report_rating *rows = arena_array(making->arena, (size_t)spread->pools + 1, sizeof *rows);
  if (skip == NULL || rows == NULL) {
    return false;
  }
  rows[0] = *whole;
  *ratings = (struct report_ratings){.by = groups->by, .rows = rows, .rows_count = 1};
  for (int i = 0; i < spread->pools; i++) {
    struct report_set who =
        report_set_of(making->arena, groups->labels, groups->count, spread->pool_of, i, skip);
    if (who.code == NULL) {
      return false;
    }
    if (who.labels_count > 0) {
      rows[ratings->rows_count++] =
          (struct report_rating){.who = who, .n = spread->rows[i].n, .mean = spread->rows[i].mean};
    }
  }
  return true;
}

/* Where the whole is shown, means by group that tell single ratings are not. Least and greatest of
 * a group are single parents' ratings beside a distribution that may be shown: they are not. Below
 * a full distribution a breakdown is one more table. */
bool figure_hide_scale(struct report_making *making, const struct figure_sum *sum,
                       struct report_ratings *ratings, struct report_figure *figure) {
  struct breakdown_published published;
  struct spread spread;
  if (breakdown_publish(sum->breakdowns[REPORT_BY_MUNICIPALITY], &published) != SUPPRESSION_OK ||
      !ratings_spread(making, sum, REPORT_BY_MUNICIPALITY, &spread)) {
    return false;
  }
  figure->level = level_of(published.level);
  bool full = figure->level == REPORT_IN_FULL;
  if (figure->level == REPORT_NOTHING) {
    return true;
  }
  if (figure->level == REPORT_MERGED) {
    figure->level = REPORT_MEAN_ONLY;
  }
  if (full && !draw_hidden(making, sum, REPORT_BY_MUNICIPALITY, &published, &published.whole, true,
                           &figure->whole)) {
    return false;
  }
  bool good = rating_whole(making, sum, &spread, figure, &ratings[figure->ratings_count++]);
  int most = breakdown_most(published.level);
  for (int by = 0; by < REPORT_BYS && good && most > 0; by++) {
    if (figure_is_apart(making, sum, by)) {
      good = ratings_spread(making, sum, by, &spread);
      if (good && spread.pools > 0 && !(full && tells_ratings(making, sum, &spread))) {
        most = full ? most : 0;
        good =
            ratings_pooled(making, &spread, by, ratings[0].rows, &ratings[figure->ratings_count++]);
      }
    }
  }
  return good;
}

/* ---- published: who answered */

/* Categories below the floor, empty ones among them, and as many of the smallest others as are
 * needed for the floor, are put together: "far or another relation". Of a count those from some
 * number on: "2 or more". The columns, or 0: nothing can be told apart. */
static int pool_categories(const struct report_making *making, const struct figure_sum *sum,
                           int *column_of) {
  int floor = making->options->floor, pooled = 0, members = 0;
  size_t count = sum->categories;
  for (size_t i = 0; i < count; i++) {
    int people = figure_whole(making, sum, i).respondents;
    column_of[i] = people < floor ? 0 : -1;
    pooled += people < floor ? people : 0;
    members += people < floor;
  }
  while (members > 0 && pooled < floor) {
    long next = -1;
    int least = 0;
    for (size_t i = 0; i < count; i++) {
      int people = figure_whole(making, sum, i).respondents;
      if (column_of[i] < 0 && (next < 0 || people < least)) {
        next = (long)i;
        least = people;
      }
    }
    if (next < 0) {
      return 0;
    }
    column_of[next] = 0;
    pooled += least;
  }
  int columns = 0, pool = -1;
  for (size_t i = 0; i < count; i++) {
    bool in = column_of[i] == 0;
    if (!in || pool < 0) {
      pool = in ? columns : pool;
      column_of[i] = columns++;
    } else {
      column_of[i] = pool;
    }
  }
  return columns;
}

static int cap_categories(const struct report_making *making, const struct figure_sum *sum,
                          int *column_of) {
  int floor = making->options->floor, cap = 0,
      total = figure_whole(making, sum, sum->categories).count;
  for (size_t i = 0; i < sum->categories; i++) {
    struct report_tally tally = figure_whole(making, sum, i);
    bool enough = tally.respondents >= floor && total - tally.count >= floor;
    if (!enough || cap < (int)i) {
      break;
    }
    total -= tally.count;
    cap = (int)i + 1;
  }
  for (size_t i = 0; i < sum->categories; i++) {
    column_of[i] = (int)i < cap ? (int)i : cap;
  }
  return cap + 1;
}

static bool fill_pooled(struct report_making *making, const struct figure_sum *sum,
                        const int *column_of, struct report_table *table) {
  struct report_row *row = arena_alloc(making->arena, sizeof *row);
  struct report_cell *cells = arena_array(making->arena, table->columns_count + 1, sizeof *cells);
  if (row == NULL || cells == NULL) {
    return false;
  }
  for (size_t i = 0; i < sum->categories; i++) {
    cells[column_of[i]].shown = true;
    cells[column_of[i]].count += figure_whole(making, sum, i).count;
  }
  struct report_tally total = figure_whole(making, sum, sum->categories);
  *row = (struct report_row){.who = report_set_whole(),
                             .n = {true, total.count},
                             .respondents = total.respondents,
                             .people = total.respondents,
                             .cells = cells};
  table->rows = row;
  table->rows_count = 1;
  return true;
}

bool figure_hide_background(struct report_making *making, const struct figure_sum *sum,
                            struct report_figure *figure) {
  const struct question *question = &making->options->questionnaire->questions[sum->question];
  int floor = making->options->floor, least = floor > BREAKDOWN_GROUP ? floor : BREAKDOWN_GROUP;
  int *column_of = arena_array(making->arena, sum->categories + 1, sizeof *column_of);
  if (column_of == NULL) {
    return false;
  }
  figure->level = figure->respondents < floor ? REPORT_NOTHING : REPORT_MEAN_ONLY;
  if (figure->respondents < least) {
    return true;
  }
  int columns = question->kind == QUESTION_COUNT ? cap_categories(making, sum, column_of)
                                                 : pool_categories(making, sum, column_of);
  if (columns < 2) {
    figure->level = REPORT_ONE_CATEGORY;
    return true;
  }
  figure->level = columns == (int)sum->categories ? REPORT_IN_FULL : REPORT_MERGED;
  figure->whole.columns = report_columns_merged(making->arena, sum->labels, sum->categories,
                                                column_of, (size_t)columns);
  figure->whole.columns_count = (size_t)columns;
  return figure->whole.columns != NULL && fill_pooled(making, sum, column_of, &figure->whole);
}
