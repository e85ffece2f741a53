#include <string.h>

#include "survey/trend.h"

/* Every function that makes a value gives NULL when memory is out; Jansson's setters take NULL and
 * fail, so that one sum of failures is enough. Numbers are those of each report's own JSON. */

static json_t *finish(json_t *value, int failed) {
  if (failed != 0) {
    json_decref(value);
    return NULL;
  }
  return value;
}

/* Copies members that are there. */
static int copy(json_t *to, const json_t *from, const char *const *names, size_t count) {
  int failed = to == NULL;
  for (size_t i = 0; i < count; i++) {
    json_t *value = json_object_get(from, names[i]);
    failed |= value != NULL && json_object_set(to, names[i], value) != 0;
  }
  return failed;
}

struct telling {
  const struct trend *trend;
  json_t *reports[TREND_ROUNDS_MOST]; /* as report_json */
};

/* ---- rounds */

static json_t *round_json(const json_t *report) {
  static const char *const names[] = {"round",  "title",   "state",   "questionnaire",
                                      "period", "filters", "answers", "release"};
  json_t *object = json_object();
  return finish(object, copy(object, report, names, array_length(names)));
}

static json_t *rounds_json(const struct telling *telling) {
  json_t *list = json_array();
  int failed = list == NULL;
  for (size_t i = 0; i < telling->trend->rounds_count; i++) {
    failed |= json_array_append_new(list, round_json(telling->reports[i]));
  }
  return finish(list, failed);
}

/* ---- a figure */

static json_t *counts_json(const struct report_table *table, const struct report_row *row) {
  json_t *counts = json_object();
  int failed = counts == NULL;
  for (size_t i = 0; i < table->columns_count; i++) {
    const struct report_cell *cell = &row->cells[i];
    failed |= json_object_set_new(counts, table->columns[i].code,
                                  cell->shown ? json_integer(cell->count) : json_null());
  }
  return finish(counts, failed);
}

static const json_t *scale_of(const struct telling *telling, size_t round, const char *id) {
  const json_t *scores = json_object_get(telling->reports[round], "scores");
  return json_object_get(json_object_get(scores, "scales"), id);
}

/* As the round's own report tells it. */
static const json_t *figure_of(const struct telling *telling, const struct trend_figure *figure,
                               size_t round) {
  static const char *const members[] = {"figures", "respondents"};
  const json_t *report = telling->reports[round];
  const char *id = trend_id(telling->trend, figure);
  if (figure->like->question < 0) {
    return json_object_get(scale_of(telling, round, id), figure->member);
  }
  if (figure->like->before >= 0) {
    return json_object_get(json_object_get(report, "changes"), id);
  }
  const json_t *found = json_object_get(json_object_get(report, members[0]), id);
  return found != NULL ? found : json_object_get(json_object_get(report, members[1]), id);
}

static json_t *figure_round(const struct telling *telling, const struct trend_figure *figure,
                            size_t index) {
  static const char *const names[] = {"level",        "n",      "respondents",
                                      "not_answered", "rated",  "mean",
                                      "mean_turned",  "turned", "mean_confirmed"};
  const struct trend *trend = telling->trend;
  static const char *const raw[] = {"raw"};
  size_t round = figure->rounds[index];
  json_t *object = json_pack("{s:i}", "round", trend->rounds[round]->round);
  int failed = copy(object, figure_of(telling, figure, round), names, array_length(names));
  if (figure->raws != NULL) {
    failed |= copy(object, scale_of(telling, round, trend_id(trend, figure)), raw, 1);
  }
  failed |= json_object_set_new(object, "counts",
                                figure->table.rows_count == 0
                                    ? json_null()
                                    : counts_json(&figure->table, &figure->table.rows[index]));
  return finish(object, failed);
}

static json_t *notes_json(const struct trend *trend, const struct trend_note *notes, size_t count) {
  json_t *list = json_array();
  int failed = list == NULL;
  for (size_t i = 0; i < count; i++) {
    const struct trend_note *note = &notes[i];
    failed |= json_array_append_new(list, json_pack("{s:i, s:s, s:s?, s:s?, s:s?}", "round",
                                                    trend->rounds[note->round]->round, "why",
                                                    note->why, "what", note->what, "theirs",
                                                    note->theirs, "ours", note->ours));
  }
  return finish(list, failed);
}

static json_t *figure_json(const struct telling *telling, const struct trend_figure *figure) {
  const struct trend *trend = telling->trend;
  const struct report *reference = trend->rounds[figure->reference];
  json_t *rounds = json_array();
  json_t *object = json_object();
  static const char *const names[] = {"question", "before", "unit"}, *const of_score[] = {"text",
                                                                                          "better"};
  int failed =
      copy(object, figure_of(telling, figure, figure->reference), names, array_length(names));
  if (figure->like->question < 0) {
    failed |= copy(object, scale_of(telling, figure->reference, trend_id(trend, figure)), of_score,
                   array_length(of_score));
  }
  failed |= json_object_set_new(object, "words_of", json_integer(reference->round));
  for (size_t i = 0; i < figure->rounds_count && figure->rounds_count >= TREND_ROUNDS_LEAST; i++) {
    failed |= json_array_append_new(rounds, figure_round(telling, figure, i));
  }
  failed |= json_object_set_new(object, "rounds", rounds);
  failed |= json_object_set_new(object, "merged_away", json_boolean(figure->merged_away));
  failed |= json_object_set_new(object, "changed",
                                notes_json(trend, figure->changed, figure->changed_count));
  failed |= json_object_set_new(object, "left_out",
                                notes_json(trend, figure->left_out, figure->left_out_count));
  return finish(object, failed);
}

static json_t *figures_json(const struct telling *telling, const char *member) {
  const struct trend *trend = telling->trend;
  json_t *object = json_object();
  int failed = object == NULL;
  for (size_t i = 0; i < trend->figures_count; i++) {
    const struct trend_figure *figure = &trend->figures[i];
    if (strcmp(figure->member, member) == 0) {
      failed |= json_object_set_new(object, trend_id(trend, figure), figure_json(telling, figure));
    }
  }
  return finish(object, failed);
}

/* null where no round tells scores, as in a report. */
static json_t *scores_json(const struct telling *telling) {
  static const char *const members[] = {"start", "close", "change", "all"};
  const struct trend *trend = telling->trend;
  bool told = false;
  for (size_t i = 0; i < trend->rounds_count; i++) {
    told = told || trend->rounds[i]->scores.told;
  }
  if (!told) {
    return json_null();
  }
  json_t *object = json_object();
  int failed = object == NULL;
  for (size_t i = 0; i < array_length(members); i++) {
    failed |= json_object_set_new(object, members[i], figures_json(telling, members[i]));
  }
  return finish(object, failed);
}

/* ---- courses */

static json_t *course_round(const struct telling *telling, size_t index) {
  static const char *const names[] = {"registered",          "closed",       "interrupted",
                                      "interrupted_undated", "first_closed", "last_closed"};
  const struct trend *trend = telling->trend;
  const json_t *own = json_object_get(telling->reports[index], "courses");
  json_t *object = json_pack("{s:i}", "round", trend->rounds[index]->round);
  int failed = copy(object, own, names, array_length(names));
  for (size_t i = 0; i < TREND_TABLES; i++) {
    const struct trend_table *joined = &trend->tables[i];
    failed |= json_object_set_new(object, joined->name,
                                  joined->table.rows_count == 0
                                      ? json_null()
                                      : counts_json(&joined->table, &joined->table.rows[index]));
  }
  for (size_t i = 0; i < REPORT_MEASURES; i++) {
    const char *name = trend->rounds[index]->courses.measures[i].name;
    json_t *row = json_array_get(json_object_get(json_object_get(own, name), "rows"), 0);
    failed |= row == NULL ? json_object_set_new(object, name, json_null())
                          : json_object_set(object, name, row);
  }
  return finish(object, failed);
}

static json_t *courses_json(const struct telling *telling) {
  json_t *list = json_array();
  int failed = list == NULL;
  for (size_t i = 0; i < telling->trend->rounds_count && telling->trend->courses; i++) {
    failed |= json_array_append_new(list, course_round(telling, i));
  }
  return finish(list, failed);
}

/* ---- the whole */

static json_t *tell(const struct telling *telling) {
  json_t *object = json_object();
  const json_t *first = telling->reports[0];
  int failed = json_object_set(object, "profile", json_object_get(first, "profile"));
  failed |= json_object_set_new(object, "questionnaire",
                                json_string(telling->trend->rounds[0]->questionnaire->id));
  failed |= json_object_set_new(object, "rounds", rounds_json(telling));
  failed |= json_object_set_new(object, "figures", figures_json(telling, "figures"));
  failed |= json_object_set_new(object, "changes", figures_json(telling, "changes"));
  failed |= json_object_set_new(object, "respondents", figures_json(telling, "respondents"));
  failed |= json_object_set_new(object, "scores", scores_json(telling));
  failed |= json_object_set_new(object, "courses", courses_json(telling));
  return finish(object, failed);
}

json_t *trend_json(const struct trend *trend) {
  struct telling telling = {.trend = trend};
  bool good = true;
  for (size_t i = 0; i < trend->rounds_count; i++) {
    telling.reports[i] = report_json(trend->rounds[i]);
    good = good && telling.reports[i] != NULL;
  }
  json_t *json = good ? tell(&telling) : NULL;
  for (size_t i = 0; i < trend->rounds_count; i++) {
    json_decref(telling.reports[i]);
  }
  return json;
}
