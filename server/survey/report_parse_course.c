#include <stdlib.h>

#include "survey/report_parse_part.h"

/* ---- coverage */

static struct coverage coverage_from(const json_t *row) {
  static const char *const signs[] = {"plausible", "over_courses", "over_parents"};
  const json_t *families = json_object_get(row, "families"),
               *percent = json_object_get(row, "percent");
  bool known = json_array_size(percent) == 2;
  return (struct coverage){
      .answers = coverage_answers_exact(parse_number(row, "answers", 0)),
      .closed = parse_number(row, "closed", 0),
      .interrupted = parse_number(row, "interrupted", -1),
      .families_least = (int)json_integer_value(json_array_get(families, 0)),
      .families_most = (int)json_integer_value(json_array_get(families, 1)),
      .percent_least = known ? (int)json_integer_value(json_array_get(percent, 0)) : -1,
      .percent_most = known ? (int)json_integer_value(json_array_get(percent, 1)) : -1,
      .sign = (enum coverage_sign)parse_place(row, "sign", signs, array_length(signs))};
}

void parse_coverage(struct parsing *parsing, const json_t *list, struct report *report) {
  struct report_coverage *rows = parse_room(parsing, json_array_size(list), sizeof *rows);
  report->coverage = rows;
  for (size_t i = 0; !parsing->failed && i < json_array_size(list); i++) {
    const json_t *row = json_array_get(list, i);
    rows[report->coverage_count++] =
        (struct report_coverage){.who = parse_who(parsing, row, NULL),
                                 .shown = parse_shown(row, "answers"),
                                 .answers = parse_number(row, "answers", 0),
                                 .coverage = coverage_from(row)};
  }
}

static int by_code(const void *a, const void *b) {
  const struct report_label *x = a, *y = b;
  long first = strtol(x->code, NULL, 10), second = strtol(y->code, NULL, 10);
  return (first > second) - (first < second);
}

/* Each municipality stands in one row of coverage. */
void parse_municipalities(struct parsing *parsing, struct report *report) {
  size_t count = 0;
  for (size_t i = 0; i < report->coverage_count; i++) {
    count += report->coverage[i].who.labels_count;
  }
  struct report_label *labels = parse_room(parsing, count, sizeof *labels);
  for (size_t i = 0; !parsing->failed && i < report->coverage_count; i++) {
    const struct report_set *who = &report->coverage[i].who;
    for (size_t j = 0; j < who->labels_count; j++) {
      labels[report->municipalities_count++] = who->labels[j];
    }
  }
  if (report->municipalities_count > 0) {
    qsort(labels, report->municipalities_count, sizeof *labels, by_code);
  }
  report->municipalities = labels;
}

/* ---- courses */

static struct report_measure measure_of(struct parsing *parsing, const json_t *object,
                                        const char *name) {
  const json_t *list = json_object_get(object, "rows"), *out = json_object_get(object, "left_out");
  struct report_mean *rows = parse_room(parsing, json_array_size(list), sizeof *rows);
  struct report_left_out *left_out = parse_room(parsing, json_object_size(out), sizeof *left_out);
  struct report_measure measure = {.name = name, .rows = rows, .left_out = left_out};
  const char *why;
  json_t *count;
  for (size_t i = 0; !parsing->failed && i < json_array_size(list); i++) {
    const json_t *row = json_array_get(list, i);
    rows[measure.rows_count++] = (struct report_mean){.who = parse_who(parsing, row, NULL),
                                                      .n = parse_number(row, "n", 0),
                                                      .mean = parse_real(row, "mean", 0),
                                                      .extremes = parse_shown(row, "min"),
                                                      .least = parse_real(row, "min", 0),
                                                      .most = parse_real(row, "max", 0)};
  }
  json_object_foreach((json_t *)out, why, count) {
    if (!parsing->failed) {
      left_out[measure.left_out_count++] =
          (struct report_left_out){parse_copy(parsing, why), (int)json_integer_value(count)};
    }
  }
  return measure;
}

static struct report_table sheet_of(struct parsing *parsing, const json_t *object,
                                    const char *name) {
  return parse_table(parsing, json_object_get(object, name), "municipality", REPORT_COURSE, NULL);
}

static struct report_opinion opinion_of(struct parsing *parsing, const json_t *object) {
  return (struct report_opinion){.whole = sheet_of(parsing, object, "whole"),
                                 .groups = sheet_of(parsing, object, "by_municipality")};
}

void parse_courses(struct parsing *parsing, const json_t *object, struct report_courses *courses) {
  static const char *const measures[REPORT_MEASURES] = {"waiting_days", "visits", "hours_per_visit",
                                                        "duration_days"};
  *courses = (struct report_courses){
      .registered = parse_number(object, "registered", 0),
      .closed = parse_number(object, "closed", 0),
      .interrupted = parse_number(object, "interrupted", 0),
      .interrupted_undated = parse_number(object, "interrupted_undated", 0),
      .first_closed = parse_text(parsing, object, "first_closed"),
      .last_closed = parse_text(parsing, object, "last_closed"),
      .begun = sheet_of(parsing, object, "begun"),
      .closed_by_year = sheet_of(parsing, object, "closed_by_year"),
      .finder = sheet_of(parsing, object, "finder"),
      .reasons = sheet_of(parsing, object, "reasons"),
      .goal = opinion_of(parsing, json_object_get(object, "goal_agreement")),
      .development = opinion_of(parsing, json_object_get(object, "development_agreement"))};
  for (int i = 0; i < REPORT_MEASURES; i++) {
    courses->measures[i] = measure_of(parsing, json_object_get(object, measures[i]), measures[i]);
  }
}

/* ---- sensitivity and quality */

static struct report_sensitive sensitive_of(const json_t *object) {
  return (struct report_sensitive){.n = parse_number(object, "n", 0),
                                   .base = parse_real(object, "base", 0),
                                   .mean = parse_real(object, "mean", 0),
                                   .turned_mean = parse_real(object, "mean_turned", 0),
                                   .confirmed_mean = parse_real(object, "mean_confirmed", 0),
                                   .turned = parse_number(object, "turned", -1),
                                   .agree = parse_real(object, "agree", 0)};
}

void parse_sensitivity(struct parsing *parsing, const json_t *object, struct report *report) {
  static const char *const bases[SENSITIVITY_BASES] = {"all", "unflagged", "weighted"};
  static const char *const kinds[] = {"choice", "scale"};
  struct report_sensitivity *rows = parse_room(parsing, json_object_size(object), sizeof *rows);
  const char *id;
  json_t *value;
  report->sensitivity = rows;
  json_object_foreach((json_t *)object, id, value) {
    int index = parse_question(parsing, id);
    parsing->failed = parsing->failed || index < 0;
    if (parsing->failed) {
      return;
    }
    struct report_sensitivity *row = &rows[report->sensitivity_count++];
    *row = (struct report_sensitivity){.question = index,
                                       .unit = parse_unit(value),
                                       .scale = parse_place(value, "kind", kinds, 2) == 1,
                                       .shown = json_is_object(json_object_get(value, bases[0]))};
    for (int base = 0; base < SENSITIVITY_BASES; base++) {
      row->figures[base] = sensitive_of(json_object_get(value, bases[base]));
    }
  }
}

void parse_quality(struct parsing *parsing, const json_t *object, struct report_quality *quality) {
  *quality = (struct report_quality){.known = json_is_true(json_object_get(object, "known")),
                                     .refreshed_at = parse_text(parsing, object, "refreshed_at"),
                                     .stale = json_is_true(json_object_get(object, "stale")),
                                     .answers = parse_cell(object, "answers"),
                                     .flagged = parse_cell(object, "flagged"),
                                     .mirrored = parse_cell(object, "scale_mirrored"),
                                     .left_out = parse_cell(object, "left_out"),
                                     .weight = parse_real(object, "weight", -1)};
  for (int i = 0; i < FLAG_COUNT; i++) {
    quality->flags[i] = parse_cell(object, response_flag_name(i));
  }
}
