#include <string.h>

#include "survey/report_json_part.h"

static json_t *number_or_null(bool shown, long number) {
  return shown ? json_integer(number) : json_null();
}

static json_t *cell_json(const struct report_cell *cell) {
  return number_or_null(cell->shown, cell->count);
}

static const char *unit_name(enum report_unit unit) {
  switch (unit) {
  case REPORT_RESPONDENT:
    return "respondent";
  case REPORT_CHILD:
    return "child";
  case REPORT_COURSE:
    return "course";
  }
  return "";
}

static const char *level_name(enum report_level level) {
  switch (level) {
  case REPORT_NOTHING:
    return "nothing";
  case REPORT_MEAN_ONLY:
    return "mean_only";
  case REPORT_MERGED:
    return "merged";
  case REPORT_IN_FULL:
    return "in_full";
  case REPORT_ONE_CATEGORY:
    return "one_category";
  }
  return "";
}

/* ---- groups and tables */

/* Sets what a row is of: "group" and, of municipalities, "name". */
static int set_who(json_t *object, const struct report_set *who) {
  int failed = json_object_set_new(object, "group", text_json(who->code));
  json_t *names = json_array();
  bool named = false;
  for (size_t i = 0; i < who->labels_count; i++) {
    const struct report_label *label = &who->labels[i];
    const char *name = label->name != NULL    ? label->name
                       : label->words != NULL ? label->words->text
                                              : label->code;
    named = named || label->name != NULL || label->words != NULL;
    failed |= json_array_append_new(names, text_json(name));
  }
  if (named) {
    failed |= json_object_set(object, "names", names);
  }
  json_decref(names);
  return failed;
}

static json_t *counts_json(const struct report_table *table, const struct report_row *row) {
  json_t *counts = json_object();
  int failed = counts == NULL;
  for (size_t i = 0; i < table->columns_count; i++) {
    failed |= json_object_set_new(counts, table->columns[i].code, cell_json(&row->cells[i]));
  }
  return finish(counts, failed);
}

static json_t *row_json(const struct report_table *table, const struct report_row *row) {
  json_t *object = json_object();
  int failed = object == NULL || set_who(object, &row->who) != 0;
  failed |= json_object_set_new(object, "n", cell_json(&row->n));
  if (table->unit == REPORT_CHILD && row->respondents >= 0) {
    failed |= json_object_set_new(object, "respondents", json_integer(row->respondents));
  }
  failed |= json_object_set_new(object, "counts", counts_json(table, row));
  return finish(object, failed);
}

static json_t *table_json(const struct report_table *table) {
  json_t *rows = json_array();
  int failed = rows == NULL;
  for (size_t i = 0; i < table->rows_count; i++) {
    failed |= json_array_append_new(rows, row_json(table, &table->rows[i]));
  }
  return finish(rows, failed);
}

/* ---- figures */

static int set_rating(json_t *object, const struct report_rating *rating) {
  bool shown = rating->n > 0;
  int failed = json_object_set_new(object, "mean", shown ? json_real(rating->mean) : json_null());
  if (rating->others) {
    failed |= json_object_set_new(object, "mean_turned", json_real(rating->turned_mean));
    failed |= json_object_set_new(object, "turned", cell_json(&rating->turned));
    failed |= json_object_set_new(object, "mean_confirmed", json_real(rating->confirmed_mean));
  }
  return failed;
}

static json_t *ratings_json(const struct report_ratings *ratings) {
  json_t *rows = json_array();
  int failed = rows == NULL;
  for (size_t i = 0; i < ratings->rows_count; i++) {
    const struct report_rating *rating = &ratings->rows[i];
    json_t *row = json_object();
    failed |= row == NULL || set_who(row, &rating->who) != 0;
    failed |= json_object_set_new(row, "n", number_or_null(rating->n > 0, rating->n));
    failed |= row != NULL && set_rating(row, rating) != 0;
    failed |= json_array_append_new(rows, row);
  }
  return finish(rows, failed);
}

static int set_breakdowns(json_t *object, const struct report_figure *figure) {
  json_t *by = json_object(), *means = json_object();
  int failed = by == NULL || means == NULL;
  for (size_t i = 0; i < figure->breakdowns_count; i++) {
    failed |= json_object_set_new(by, figure->breakdowns[i].by, table_json(&figure->breakdowns[i]));
  }
  for (size_t i = 1; i < figure->ratings_count; i++) {
    failed |= json_object_set_new(means, figure->ratings[i].by, ratings_json(&figure->ratings[i]));
  }
  failed |= json_object_set_new(object, "by", by);
  if (figure->ratings_count > 0) {
    failed |= json_object_set(object, "means_by", means);
  }
  json_decref(means);
  return failed;
}

/* Only where they say more than N does. */
static int set_rated(json_t *object, const struct report *report,
                     const struct report_figure *figure) {
  int rated = figure->ratings[0].rows[0].n;
  return report->questionnaire->count_unanswered && rated > 0
             ? json_object_set_new(object, "rated", json_integer(rated))
             : 0;
}

static int set_bands(json_t *object, const struct report *report,
                     const struct report_figure *figure) {
  struct arena *arena = arena_new(0);
  struct report_table bands;
  int failed =
      arena == NULL || !report_bands(arena, report->questionnaire, figure, &bands) ? -1 : 0;
  if (failed == 0 && bands.rows_count > 0) {
    failed = json_object_set_new(object, "bands", counts_json(&bands, &bands.rows[0]));
  }
  arena_free(arena);
  return failed;
}

json_t *report_json_figure(const struct report *report, const struct report_figure *figure) {
  json_t *object = json_object();
  bool told = figure->n > 0 || report->profile == REPORT_INTERNAL;
  int failed = object == NULL;
  if (figure->question >= 0) {
    const struct question *question = &report->questionnaire->questions[figure->question];
    failed |= json_object_set_new(object, "question", text_json(question->words.text));
  }
  if (figure->before >= 0) {
    const char *before = report->questionnaire->questions[figure->before].id;
    failed |= json_object_set_new(object, "before", json_string(before));
  }
  failed |= json_object_set_new(object, "unit", json_string(unit_name(figure->unit)));
  failed |= json_object_set_new(object, "level", json_string(level_name(figure->level)));
  failed |= json_object_set_new(object, "n", number_or_null(told, figure->n));
  failed |= json_object_set_new(object, "respondents", number_or_null(told, figure->respondents));
  if (figure->not_answered >= 0) {
    failed |= json_object_set_new(object, "not_answered", json_integer(figure->not_answered));
  }
  failed |= json_object_set_new(object, "counts",
                                figure->whole.rows_count == 0
                                    ? json_null()
                                    : counts_json(&figure->whole, &figure->whole.rows[0]));
  if (figure->ratings_count > 0) {
    failed |= object != NULL && set_rating(object, &figure->ratings[0].rows[0]) != 0;
    failed |= object != NULL && set_rated(object, report, figure) != 0;
  }
  failed |= object != NULL && figure->question >= 0 && set_bands(object, report, figure) != 0;
  failed |= object != NULL && set_breakdowns(object, figure) != 0;
  return finish(object, failed);
}

static json_t *figures_json(const struct report *report, const struct report_figure *figures,
                            size_t count) {
  json_t *object = json_object();
  int failed = object == NULL;
  for (size_t i = 0; i < count; i++) {
    const char *id = report->questionnaire->questions[figures[i].question].id;
    failed |= json_object_set_new(object, id, report_json_figure(report, &figures[i]));
  }
  return finish(object, failed);
}

/* ---- coverage */

static json_t *coverage_row(const struct report_coverage *row) {
  json_t *object = json_object();
  int failed = object == NULL || set_who(object, &row->who) != 0;
  const struct coverage *coverage = &row->coverage;
  if (!row->shown) {
    failed |= json_object_set_new(object, "answers", json_null());
    failed |= json_object_set_new(object, "closed", json_null());
    return finish(object, failed);
  }
  failed |= json_object_set_new(object, "answers", json_integer(row->answers));
  failed |= json_object_set_new(object, "closed", json_integer(coverage->closed));
  if (coverage->interrupted >= 0) {
    failed |= json_object_set_new(object, "interrupted", json_integer(coverage->interrupted));
  }
  failed |= json_object_set_new(
      object, "families", json_pack("[i, i]", coverage->families_least, coverage->families_most));
  failed |=
      json_object_set_new(object, "percent",
                          coverage->percent_least < 0 ? json_null()
                                                      : json_pack("[i, i]", coverage->percent_least,
                                                                  coverage->percent_most));
  failed |= json_object_set_new(object, "sign", json_string(coverage_sign_name(coverage->sign)));
  return finish(object, failed);
}

static json_t *coverage_json(const struct report *report) {
  json_t *rows = json_array();
  int failed = rows == NULL;
  for (size_t i = 0; i < report->coverage_count; i++) {
    failed |= json_array_append_new(rows, coverage_row(&report->coverage[i]));
  }
  return finish(rows, failed);
}

/* ---- courses */

static json_t *mean_json(const struct report_mean *row) {
  json_t *object = json_object();
  int failed = object == NULL || set_who(object, &row->who) != 0;
  bool shown = row->n > 0;
  failed |= json_object_set_new(object, "n", number_or_null(shown, row->n));
  failed |= json_object_set_new(object, "mean", shown ? json_real(row->mean) : json_null());
  failed |= json_object_set_new(object, "min", row->extremes ? json_real(row->least) : json_null());
  failed |= json_object_set_new(object, "max", row->extremes ? json_real(row->most) : json_null());
  return finish(object, failed);
}

static json_t *measure_json(const struct report_measure *measure) {
  json_t *rows = json_array(), *left_out = json_object(), *object = json_object();
  int failed = rows == NULL || left_out == NULL || object == NULL;
  for (size_t i = 0; i < measure->rows_count; i++) {
    failed |= json_array_append_new(rows, mean_json(&measure->rows[i]));
  }
  for (size_t i = 0; i < measure->left_out_count; i++) {
    failed |= json_object_set_new(left_out, measure->left_out[i].why,
                                  json_integer(measure->left_out[i].count));
  }
  failed |= json_object_set_new(object, "rows", rows);
  failed |= json_object_set_new(object, "left_out", left_out);
  return finish(object, failed);
}

/* In full over the whole, then by group. */
static json_t *opinion_json(const struct report_opinion *opinion) {
  json_t *object = json_object();
  int failed = object == NULL;
  failed |= json_object_set_new(object, "whole", table_json(&opinion->whole));
  failed |= json_object_set_new(object, "by_municipality", table_json(&opinion->groups));
  return finish(object, failed);
}

static json_t *courses_json(const struct report_courses *courses) {
  json_t *object = json_object();
  int failed = object == NULL;
  failed |= json_object_set_new(object, "registered", json_integer(courses->registered));
  failed |= json_object_set_new(object, "closed", json_integer(courses->closed));
  failed |= json_object_set_new(object, "interrupted", json_integer(courses->interrupted));
  failed |= json_object_set_new(object, "interrupted_undated",
                                json_integer(courses->interrupted_undated));
  failed |= json_object_set_new(object, "first_closed", text_json(courses->first_closed));
  failed |= json_object_set_new(object, "last_closed", text_json(courses->last_closed));
  failed |= json_object_set_new(object, "begun", table_json(&courses->begun));
  failed |= json_object_set_new(object, "closed_by_year", table_json(&courses->closed_by_year));
  failed |= json_object_set_new(object, "finder", table_json(&courses->finder));
  failed |= json_object_set_new(object, "reasons", table_json(&courses->reasons));
  for (int i = 0; i < REPORT_MEASURES; i++) {
    const struct report_measure *measure = &courses->measures[i];
    failed |= json_object_set_new(object, measure->name, measure_json(measure));
  }
  failed |= json_object_set_new(object, "goal_agreement", opinion_json(&courses->goal));
  failed |=
      json_object_set_new(object, "development_agreement", opinion_json(&courses->development));
  return finish(object, failed);
}

/* ---- sensitivity and quality */

static json_t *sensitive_json(const struct report_sensitive *figure,
                              const struct question *question) {
  json_t *object = json_object();
  int failed = object == NULL;
  bool some = figure->base > 0;
  failed |= json_object_set_new(object, "n", json_integer(figure->n));
  failed |= json_object_set_new(object, "base", json_real(figure->base));
  if (question->kind != QUESTION_SCALE) {
    failed |= json_object_set_new(object, "agree", some ? json_real(figure->agree) : json_null());
    return finish(object, failed);
  }
  failed |= json_object_set_new(object, "mean", some ? json_real(figure->mean) : json_null());
  if (question->confirm_against_count == 0) {
    return finish(object, failed);
  }
  failed |= json_object_set_new(object, "mean_turned",
                                some ? json_real(figure->turned_mean) : json_null());
  failed |=
      json_object_set_new(object, "turned", number_or_null(figure->turned >= 0, figure->turned));
  failed |= json_object_set_new(object, "mean_confirmed",
                                some ? json_real(figure->confirmed_mean) : json_null());
  return finish(object, failed);
}

static json_t *sensitivity_row(const struct report *report, const struct report_sensitivity *row) {
  static const char *const bases[SENSITIVITY_BASES] = {"all", "unflagged", "weighted"};
  const struct question *question = &report->questionnaire->questions[row->question];
  json_t *object = json_object();
  int failed = object == NULL;
  failed |= json_object_set_new(object, "kind", json_string(row->scale ? "scale" : "choice"));
  failed |= json_object_set_new(object, "unit", json_string(unit_name(row->unit)));
  for (int base = 0; base < SENSITIVITY_BASES; base++) {
    failed |= json_object_set_new(object, bases[base],
                                  row->shown ? sensitive_json(&row->figures[base], question)
                                             : json_null());
  }
  return finish(object, failed);
}

static json_t *sensitivities_json(const struct report *report) {
  json_t *object = json_object();
  int failed = object == NULL;
  for (size_t i = 0; i < report->sensitivity_count; i++) {
    const struct report_sensitivity *row = &report->sensitivity[i];
    failed |= json_object_set_new(object, report->questionnaire->questions[row->question].id,
                                  sensitivity_row(report, row));
  }
  return finish(object, failed);
}

static json_t *quality_json(const struct report_quality *quality) {
  json_t *object = json_object();
  int failed = object == NULL;
  failed |= json_object_set_new(object, "known", json_boolean(quality->known));
  failed |= json_object_set_new(object, "refreshed_at", text_json(quality->refreshed_at));
  failed |= json_object_set_new(object, "stale", json_boolean(quality->stale));
  failed |= json_object_set_new(object, "answers", cell_json(&quality->answers));
  failed |= json_object_set_new(object, "flagged", cell_json(&quality->flagged));
  for (int i = 0; i < FLAG_COUNT; i++) {
    failed |= json_object_set_new(object, response_flag_name(i), cell_json(&quality->flags[i]));
  }
  failed |= json_object_set_new(object, "scale_mirrored", cell_json(&quality->mirrored));
  failed |= json_object_set_new(object, "left_out", cell_json(&quality->left_out));
  failed |= json_object_set_new(object, "weight",
                                quality->weight >= 0 ? json_real(quality->weight) : json_null());
  return finish(object, failed);
}

/* ---- the whole */

static json_t *codes_json(const struct report_label *labels, size_t count, bool all) {
  json_t *codes = json_array();
  int failed = codes == NULL;
  for (size_t i = 0; i < count; i++) {
    failed |= json_array_append_new(codes, text_json(labels[i].code));
  }
  if (all && failed == 0) {
    json_decref(codes);
    return json_null();
  }
  return finish(codes, failed);
}

static json_t *period_json(const struct report_period *period) {
  json_t *object = json_object();
  int failed = object == NULL;
  failed |= json_object_set_new(object, "from", text_json(period->from));
  failed |= json_object_set_new(object, "to", text_json(period->to));
  failed |= json_object_set_new(object, "first_week", text_json(period->first_week));
  failed |= json_object_set_new(object, "last_week", text_json(period->last_week));
  failed |= json_object_set_new(object, "closed_from", text_json(period->closed_from));
  failed |= json_object_set_new(object, "closed_to", text_json(period->closed_to));
  return finish(object, failed);
}

static json_t *filters_json(const struct report *report) {
  json_t *object = json_object();
  int failed = object == NULL;
  failed |= json_object_set_new(
      object, "municipalities",
      codes_json(report->municipalities, report->municipalities_count, report->all_municipalities));
  failed |= json_object_set_new(
      object, "languages",
      codes_json(report->languages, report->languages_count, report->languages_count == 0));
  failed |= json_object_set_new(object, "without_flagged", json_boolean(report->without_flagged));
  return finish(object, failed);
}

static json_t *published_json(const struct report_published *published) {
  json_t *object = json_object();
  int failed = object == NULL;
  failed |= json_object_set_new(object, "number",
                                number_or_null(published->number > 0, published->number));
  failed |= json_object_set_new(object, "floor", json_integer(published->floor));
  failed |= json_object_set_new(object, "made_at", text_json(published->made_at));
  failed |= json_object_set_new(object, "override_by", text_json(published->override_by));
  failed |= json_object_set_new(object, "override_why", text_json(published->override_why));
  return finish(object, failed);
}

static json_t *questionnaire_json(const struct questionnaire *questionnaire) {
  return json_pack("{s:s, s:i}", "id", questionnaire->id, "version", questionnaire->version);
}

json_t *report_json(const struct report *report) {
  json_t *object = json_object();
  bool published = report->profile == REPORT_PUBLISHED;
  int failed = object == NULL;
  failed |= json_object_set_new(object, "round", json_integer(report->round));
  failed |= json_object_set_new(object, "title", text_json(report->round_title));
  failed |= json_object_set_new(object, "state", text_json(report->round_state));
  failed |= json_object_set_new(object, "controller", text_json(report->controller));
  failed |=
      json_object_set_new(object, "profile", json_string(published ? "published" : "internal"));
  failed |= json_object_set_new(object, "questionnaire", questionnaire_json(report->questionnaire));
  failed |= json_object_set_new(object, "period", period_json(&report->period));
  failed |= json_object_set_new(object, "filters", filters_json(report));
  failed |=
      json_object_set_new(object, "answers", number_or_null(report->answers >= 0, report->answers));
  failed |= json_object_set_new(object, "figures",
                                figures_json(report, report->figures, report->figures_count));
  failed |= json_object_set_new(
      object, "respondents", figures_json(report, report->respondents, report->respondents_count));
  failed |= json_object_set_new(object, "changes",
                                figures_json(report, report->changes, report->changes_count));
  failed |= json_object_set_new(object, "scores", report_json_scores(report));
  failed |= json_object_set_new(object, "coverage", coverage_json(report));
  failed |= json_object_set_new(object, "courses", courses_json(&report->courses));
  failed |= json_object_set_new(object, "sensitivity", sensitivities_json(report));
  failed |= json_object_set_new(object, "quality", quality_json(&report->quality));
  failed |=
      json_object_set_new(object, "documentation",
                          documentation_json(report->documentation, report->documentation_count));
  if (published) {
    failed |= json_object_set_new(object, "release", published_json(&report->published));
  }
  return finish(object, failed);
}

json_t *report_json_kept(const char *kept, int number, const char *made_at) {
  json_t *json = json_loads(kept, 0, NULL), *release = json_object_get(json, "release");
  int failed = json_object_set_new(release, "number", json_integer(number));
  failed |= json_object_set_new(release, "made_at", text_json(made_at));
  return finish(json, failed);
}

json_t *report_json_options(const struct report *report) {
  const struct report_period *period = &report->period;
  size_t count = report->all_municipalities ? 0 : report->municipalities_count;
  return json_pack("{s:o, s:o, s:s?, s:s?, s:s?, s:s?, s:b}", "municipalities",
                   codes_json(report->municipalities, count, false), "languages",
                   codes_json(report->languages, report->languages_count, false), "from",
                   period->from, "to", period->to, "closed_from", period->closed_from, "closed_to",
                   period->closed_to, "without_flagged", (int)report->without_flagged);
}
