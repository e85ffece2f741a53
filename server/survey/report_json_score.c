#include "survey/report_json_part.h"

static json_t *known(int number, int unknown) {
  return number == unknown ? json_null() : json_integer(number);
}

/* ---- of all children */

static json_t *raw_json(const struct report_raw *raw, bool paired) {
  if (raw->n == 0) {
    return json_null();
  }
  return paired ? json_pack("{s:i, s:f, s:f, s:f}", "n", raw->n, "start", raw->start, "close",
                            raw->close, "difference", raw->difference)
                : json_pack("{s:i, s:f}", "n", raw->n, "mean", raw->mean);
}

static json_t *score_json(const struct report *report, const struct report_score *item) {
  const struct score *score = &report->questionnaire->scores[item->score];
  json_t *object = json_object();
  bool paired = score_paired(report->questionnaire);
  bool bands = paired && report->scores.norms_title != NULL;
  int failed = object == NULL;
  failed |= json_object_set_new(object, "text", text_json(score->words.text));
  failed |= json_object_set_new(object, "better",
                                json_string(score->higher_is_better ? "higher" : "lower"));
  if (bands) {
    failed |= json_object_set_new(object, "start", report_json_figure(report, &item->start));
    failed |= json_object_set_new(object, "close", report_json_figure(report, &item->close));
  }
  failed |= json_object_set_new(object, paired ? "change" : "all",
                                report_json_figure(report, paired ? &item->change : &item->all));
  failed |= json_object_set_new(object, "raw", raw_json(&item->raw, paired));
  return finish(object, failed);
}

static json_t *scales_json(const struct report *report) {
  json_t *object = json_object();
  int failed = object == NULL;
  for (size_t i = 0; i < report->scores.count; i++) {
    const struct report_score *item = &report->scores.items[i];
    failed |= json_object_set_new(object, report->questionnaire->scores[item->score].id,
                                  score_json(report, item));
  }
  return finish(object, failed);
}

static json_t *norms_json(const struct report_scores *scores) {
  json_t *object = json_object(), *sources = json_array();
  int failed = object == NULL || sources == NULL;
  failed |= json_object_set_new(object, "title", text_json(scores->norms_title));
  failed |= json_object_set_new(object, "source", text_json(scores->norms_source));
  for (size_t i = 0; i < scores->sources_count; i++) {
    failed |= json_array_append_new(sources, text_json(scores->sources[i]));
  }
  failed |= json_object_set_new(object, "tables", sources);
  return finish(object, failed);
}

static json_t *forms_json(const struct report_scores *scores) {
  return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i}", "start", scores->starts, "close",
                   scores->closes, "paired", scores->paired, "start_only", scores->start_only,
                   "close_only", scores->close_only, "doubled", scores->doubled,
                   "several_informants", scores->informants);
}

/* ---- child by child */

static json_t *form_json(const struct report *report, const struct report_form *form) {
  const struct questionnaire *questionnaire = report->questionnaire;
  json_t *object = json_object(), *scores = json_object();
  int failed = object == NULL || scores == NULL;
  if (!form->there) {
    json_decref(scores);
    json_decref(object);
    return json_null();
  }
  for (size_t i = 0; i < questionnaire->scores_count; i++) {
    json_t *score = json_object();
    failed |= score == NULL;
    failed |= json_object_set_new(score, "value", known(form->scores[i].value, SCORE_UNKNOWN));
    failed |= json_object_set_new(score, "band",
                                  form->bands[i] == NORMS_NONE
                                      ? json_null()
                                      : json_string(report->scores.bands[form->bands[i]]));
    if (score_differs(&form->scores[i])) {
      failed |= json_object_set_new(score, "sum", json_integer(form->scores[i].sum));
    }
    failed |= json_object_set_new(scores, questionnaire->scores[i].id, score);
  }
  failed |= json_object_set_new(object, "age", known(form->age, ANSWER_NONE));
  failed |= json_object_set_new(object, "scores", scores);
  return finish(object, failed);
}

static json_t *changes_json(const struct report *report, const struct report_case *one) {
  const struct questionnaire *questionnaire = report->questionnaire;
  json_t *object = json_object();
  int failed = object == NULL;
  for (size_t i = 0; one->start.there && one->close.there && i < questionnaire->scores_count; i++) {
    const struct score *score = &questionnaire->scores[i];
    int start = one->start.scores[i].value, close = one->close.scores[i].value;
    bool both = start != SCORE_UNKNOWN && close != SCORE_UNKNOWN;
    failed |= json_object_set_new(
        object, score->id, both ? json_integer(score_change(score, start, close)) : json_null());
  }
  return finish(object, failed);
}

static json_t *case_json(const struct report *report, const struct report_case *one) {
  json_t *object = json_object();
  int failed = object == NULL;
  failed |= json_object_set_new(object, "case", json_string(one->number));
  failed |= json_object_set_new(object, "municipality", json_string(one->municipality.code));
  failed |= json_object_set_new(object, "informant", json_string(one->informant.code));
  failed |= json_object_set_new(object, "starts", json_integer(one->starts));
  failed |= json_object_set_new(object, "closes", json_integer(one->closes));
  failed |= json_object_set_new(object, "start", form_json(report, &one->start));
  failed |= json_object_set_new(object, "close", form_json(report, &one->close));
  failed |= json_object_set_new(object, "change", changes_json(report, one));
  return finish(object, failed);
}

static json_t *cases_json(const struct report *report) {
  json_t *list = json_array();
  int failed = list == NULL;
  for (size_t i = 0; i < report->scores.cases_count; i++) {
    failed |= json_array_append_new(list, case_json(report, &report->scores.cases[i]));
  }
  return finish(list, failed);
}

/* ---- the whole */

json_t *report_json_scores(const struct report *report) {
  const struct report_scores *scores = &report->scores;
  json_t *object = scores->told ? json_object() : json_null();
  if (!scores->told) {
    return object;
  }
  int failed = object == NULL;
  failed |= json_object_set_new(object, "norms",
                                scores->norms_title == NULL ? json_null() : norms_json(scores));
  failed |= json_object_set_new(object, "scales", scales_json(report));
  if (report->profile == REPORT_INTERNAL &&
      score_paired(report->questionnaire)) { /* a case number is in no release */
    failed |= json_object_set_new(object, "forms", forms_json(scores));
    failed |= json_object_set_new(object, "cases", cases_json(report));
  }
  return finish(object, failed);
}
