#include <stdlib.h>
#include <string.h>

#include "survey/report.h"

enum { WEEK_LAST = 999999, DAY_LAST = 99999999, WEEKS_A_QUARTER = 13 };

struct margins {
  struct arena *arena;
  const struct report *report;
  struct release_margin *items;
  size_t count, room;
  bool failed;
};

/* ---- whose */

/* "2026-W47" as 202647; a quarter as its first or last week. */
static int week_number(const char *week, bool last, int otherwise) {
  if (week == NULL) {
    return otherwise;
  }
  int year = (int)strtol(week, NULL, 10), number = (int)strtol(week + strlen("2026-W"), NULL, 10);
  if (week[strlen("2026-")] == 'Q') {
    int end = number * WEEKS_A_QUARTER;
    number = !last ? end - WEEKS_A_QUARTER + 1 : number == 4 ? end + 1 : end;
  }
  return year * 100 + number;
}

/* "2022-12-31" as 20221231. */
static int day_number(const char *day, int otherwise) {
  if (day == NULL) {
    return otherwise;
  }
  int year = (int)strtol(day, NULL, 10), month = (int)strtol(day + strlen("2022-"), NULL, 10);
  return (year * 100 + month) * 100 + (int)strtol(day + strlen("2022-12-"), NULL, 10);
}

static void add_filter(struct margins *margins, struct release_filter *filters, size_t *count,
                       const char *dimension, const struct report_label *labels,
                       size_t labels_count) {
  const char **values = arena_array(margins->arena, labels_count + 1, sizeof *values);
  margins->failed = margins->failed || values == NULL;
  for (size_t i = 0; values != NULL && i < labels_count; i++) {
    values[i] = labels[i].code;
  }
  filters[(*count)++] = (struct release_filter){
      .dimension = dimension, .values = values, .values_count = labels_count};
}

/* The people of a group; without labels all that the report is of. */
static struct release_scope scope_of(struct margins *margins, const char *by,
                                     const struct report_set *who) {
  enum { FILTERS_MAX = 4 };
  static const struct report_label unflagged = {.code = "0"};
  const struct report *report = margins->report;
  struct release_filter *filters = arena_array(margins->arena, FILTERS_MAX, sizeof *filters);
  struct release_scope scope = {.from_week = week_number(report->period.from, false, 0),
                                .to_week = week_number(report->period.to, true, WEEK_LAST),
                                .filters = filters};
  if (filters == NULL) {
    margins->failed = true;
    return scope;
  }
  bool of_group = who->labels_count > 0 && by != NULL;
  if (of_group) {
    add_filter(margins, filters, &scope.filters_count, by, who->labels, who->labels_count);
  }
  if (!report->all_municipalities && !(of_group && strcmp(by, "municipality") == 0)) {
    add_filter(margins, filters, &scope.filters_count, "municipality", report->municipalities,
               report->municipalities_count);
  }
  if (report->languages_count > 0 && !(of_group && strcmp(by, "language") == 0)) {
    add_filter(margins, filters, &scope.filters_count, "language", report->languages,
               report->languages_count);
  }
  if (report->without_flagged) {
    add_filter(margins, filters, &scope.filters_count, "flagged", &unflagged, 1);
  }
  return scope;
}

static struct release_scope courses_of(struct margins *margins, const struct report_set *who,
                                       bool period) {
  struct report all = *margins->report;
  const struct report *report = margins->report;
  all.languages_count = 0;
  all.without_flagged = false;
  margins->report = &all;
  struct release_scope scope = scope_of(margins, "municipality", who);
  margins->report = report;
  scope.from_week = period ? day_number(report->period.closed_from, 0) : 0;
  scope.to_week = period ? day_number(report->period.closed_to, DAY_LAST) : DAY_LAST;
  return scope;
}

/* ---- what */

static void add(struct margins *margins, struct release_scope scope, const char *what, int count,
                int people) {
  if (margins->count == margins->room) {
    size_t room = margins->room * 2 + 256;
    struct release_margin *items = arena_array(margins->arena, room, sizeof *items);
    if (items == NULL) {
      margins->failed = true;
      return;
    }
    if (margins->count > 0) {
      memcpy(items, margins->items, margins->count * sizeof *items);
    }
    margins->items = items;
    margins->room = room;
  }
  margins->failed = margins->failed || what == NULL;
  margins->items[margins->count++] =
      (struct release_margin){.scope = scope, .what = what, .count = count, .respondents = people};
}

static void add_row(struct margins *margins, struct release_scope scope, const char *what,
                    const struct report_table *table, const struct report_row *row) {
  if (row->n.shown) {
    add(margins, scope, what, row->n.count, row->people);
  }
  for (size_t i = 0; i < table->columns_count; i++) {
    if (row->cells[i].shown) {
      add(margins, scope, arena_printf(margins->arena, "%s=%s", what, table->columns[i].code),
          row->cells[i].count, row->cells[i].count);
    }
  }
}

/* Of a question its id, of a change those of both. */
static const char *figure_id(struct margins *margins, const struct report_figure *figure) {
  const struct question *questions = margins->report->questionnaire->questions;
  const char *id = questions[figure->question].id;
  if (figure->before >= 0) {
    id = arena_printf(margins->arena, "%s-%s", id, questions[figure->before].id);
  }
  margins->failed = margins->failed || id == NULL;
  return id == NULL ? "" : id;
}

/* Where N has those who did not answer as well, a mean is of fewer. */
static void add_means(struct margins *margins, const struct report_figure *figure, const char *id) {
  bool fewer = margins->report->questionnaire->count_unanswered;
  const char *what = fewer ? arena_printf(margins->arena, "%s=rated", id) : id;
  for (size_t i = fewer ? 0 : 1; i < figure->ratings_count; i++) {
    const struct report_ratings *ratings = &figure->ratings[i];
    for (size_t j = i == 0 ? 0 : 1; j < ratings->rows_count; j++) {
      const struct report_rating *row = &ratings->rows[j];
      if (row->n > 0) {
        add(margins, scope_of(margins, ratings->by, &row->who), what, row->n, row->n);
      }
    }
  }
}

static void add_figure(struct margins *margins, const struct report_figure *figure,
                       const char *id) {
  const struct report_set whole = {.code = "all"};
  if (figure->n > 0) {
    add(margins, scope_of(margins, NULL, &whole), id, figure->n, figure->respondents);
  }
  if (figure->not_answered > 0) {
    add(margins, scope_of(margins, NULL, &whole), arena_printf(margins->arena, "%s=none", id),
        figure->not_answered, figure->not_answered);
  }
  if (figure->whole.rows_count > 0) {
    struct report_row cells = figure->whole.rows[0];
    cells.n.shown = false;
    add_row(margins, scope_of(margins, NULL, &whole), id, &figure->whole, &cells);
  }
  for (size_t i = 0; i < figure->breakdowns_count; i++) {
    const struct report_table *table = &figure->breakdowns[i];
    for (size_t j = 1; j < table->rows_count; j++) {
      add_row(margins, scope_of(margins, table->by, &table->rows[j].who), id, table,
              &table->rows[j]);
    }
  }
  add_means(margins, figure, id);
}

static void add_figures(struct margins *margins, const struct report_figure *figures,
                        size_t count) {
  for (size_t i = 0; i < count; i++) {
    add_figure(margins, &figures[i], figure_id(margins, &figures[i]));
  }
}

/* "score_total.change=better" */
static void add_scores(struct margins *margins) {
  const struct report_scores *scores = &margins->report->scores;
  for (size_t i = 0; i < scores->count; i++) {
    const struct report_score *item = &scores->items[i];
    const struct report_figure *const figures[] = {&item->start, &item->close, &item->change,
                                                   &item->all};
    static const char *const names[] = {"start", "close", "change", "all"};
    for (size_t j = 0; j < array_length(figures); j++) {
      const char *id =
          arena_printf(margins->arena, "score_%s.%s",
                       margins->report->questionnaire->scores[item->score].id, names[j]);
      margins->failed = margins->failed || id == NULL;
      add_figure(margins, figures[j], id == NULL ? "" : id);
    }
  }
}

static void add_table(struct margins *margins, const char *what, const struct report_table *table,
                      bool period) {
  for (size_t i = 0; i < table->rows_count; i++) {
    add_row(margins, courses_of(margins, &table->rows[i].who, period), what, table,
            &table->rows[i]);
  }
}

static void add_courses(struct margins *margins) {
  const struct report_courses *courses = &margins->report->courses;
  add_table(margins, "begun", &courses->begun, false);
  add_table(margins, "closed_by_year", &courses->closed_by_year, false);
  add_table(margins, "finder", &courses->finder, true);
  add_table(margins, "reasons", &courses->reasons, true);
  add_table(margins, "goal_agreement", &courses->goal.whole, true);
  add_table(margins, "goal_agreement", &courses->goal.groups, true);
  add_table(margins, "development_agreement", &courses->development.whole, true);
  add_table(margins, "development_agreement", &courses->development.groups, true);
  for (int i = 0; i < REPORT_MEASURES; i++) {
    const struct report_measure *measure = &courses->measures[i];
    for (size_t j = 0; j < measure->rows_count; j++) {
      const struct report_mean *row = &measure->rows[j];
      if (row->n > 0) {
        add(margins, courses_of(margins, &row->who, true), measure->name, row->n, row->n);
      }
    }
  }
}

static void add_coverage(struct margins *margins) {
  const struct report *report = margins->report;
  for (size_t i = 0; i < report->coverage_count; i++) {
    const struct report_coverage *row = &report->coverage[i];
    if (row->shown) {
      add(margins, scope_of(margins, "municipality", &row->who), "", row->answers, row->answers);
      add(margins, courses_of(margins, &row->who, true), "closed", row->coverage.closed,
          row->coverage.closed);
    }
  }
}

bool report_release(const struct report *report, struct arena *arena, struct release *release) {
  const struct report_set whole = {.code = "all"};
  struct margins margins = {.arena = arena, .report = report};
  if (report->answers >= 0) {
    add(&margins, scope_of(&margins, NULL, &whole), "", report->answers, report->answers);
  }
  add_figures(&margins, report->figures, report->figures_count);
  add_figures(&margins, report->respondents, report->respondents_count);
  add_figures(&margins, report->changes, report->changes_count);
  add_scores(&margins);
  add_coverage(&margins);
  add_courses(&margins);
  *release =
      (struct release){.round = report->round,
                       .kind = RELEASE_TABLES,
                       .floor = report->published.floor,
                       .margins = margins.items,
                       .margins_count = margins.count,
                       .override = {report->published.override_by, report->published.override_why}};
  return !margins.failed;
}
