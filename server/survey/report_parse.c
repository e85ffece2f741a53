#include <stdlib.h>
#include <string.h>

#include "survey/report_parse_part.h"

void *parse_room(struct parsing *parsing, size_t count, size_t size) {
  void *items = arena_array(parsing->arena, count + 1, size);
  parsing->failed = parsing->failed || items == NULL;
  return items;
}

const char *parse_copy(struct parsing *parsing, const char *text) {
  const char *kept = text == NULL ? NULL : arena_string(parsing->arena, text);
  parsing->failed = parsing->failed || (text != NULL && kept == NULL);
  return kept;
}

const char *parse_text(struct parsing *parsing, const json_t *object, const char *name) {
  return parse_copy(parsing, json_string_value(json_object_get(object, name)));
}

bool parse_shown(const json_t *object, const char *name) {
  return json_is_number(json_object_get(object, name));
}

int parse_number(const json_t *object, const char *name, int otherwise) {
  const json_t *value = json_object_get(object, name);
  return json_is_integer(value) ? (int)json_integer_value(value) : otherwise;
}

double parse_real(const json_t *object, const char *name, double otherwise) {
  const json_t *value = json_object_get(object, name);
  return json_is_number(value) ? json_number_value(value) : otherwise;
}

struct report_cell parse_cell(const json_t *object, const char *name) {
  return (struct report_cell){.shown = parse_shown(object, name),
                              .count = parse_number(object, name, 0)};
}

int parse_place(const json_t *object, const char *name, const char *const *names, size_t count) {
  const char *word = json_string_value(json_object_get(object, name));
  for (size_t i = 0; word != NULL && i < count; i++) {
    if (strcmp(word, names[i]) == 0) {
      return (int)i;
    }
  }
  return 0;
}

enum report_unit parse_unit(const json_t *object) {
  static const char *const names[] = {"respondent", "child", "course"};
  return (enum report_unit)parse_place(object, "unit", names, array_length(names));
}

static enum report_level level_of(const json_t *object) {
  static const char *const names[] = {"nothing", "mean_only", "merged", "in_full", "one_category"};
  return (enum report_level)parse_place(object, "level", names, array_length(names));
}

/* ---- sets */

static const struct words *words_of(const struct question *question, const char *code) {
  for (size_t i = 0; question != NULL && i < question->choices_count; i++) {
    if (strtol(code, NULL, 10) == question->choices[i].code) {
      return &question->choices[i].words;
    }
  }
  return NULL;
}

/* "1+2" as its labels; names: of municipalities, else NULL; question: whose choices they are, or
 * NULL. A code without digits ("none") is no choice. */
static struct report_set set_of(struct parsing *parsing, const char *code, const json_t *names,
                                const struct question *question) {
  struct report_set set = {.code = parse_copy(parsing, code == NULL ? "" : code)};
  size_t most = 1;
  if (parsing->failed || strcmp(set.code, "all") == 0) {
    return set;
  }
  for (const char *at = set.code; *at != '\0'; at++) {
    most += *at == '+';
  }
  struct report_label *labels = parse_room(parsing, most, sizeof *labels);
  set.labels = labels;
  for (const char *at = set.code; labels != NULL && set.labels_count < most;) {
    size_t length = strcspn(at, "+"), index = set.labels_count++;
    const char *one = arena_copy(parsing->arena, at, length);
    parsing->failed = parsing->failed || one == NULL;
    bool digits = one != NULL && one[0] != '\0' && strspn(one, "0123456789") == length;
    labels[index] = (struct report_label){
        .code = one == NULL ? "" : one,
        .name = parse_copy(parsing, json_string_value(json_array_get(names, index))),
        .words = digits ? words_of(question, one) : NULL};
    at += length + (at[length] == '+');
  }
  return set;
}

/* What a row is of; what a question's choices are called stands in its words. */
struct report_set parse_who(struct parsing *parsing, const json_t *row,
                            const struct question *question) {
  const json_t *names = question == NULL ? json_object_get(row, "names") : NULL;
  return set_of(parsing, json_string_value(json_object_get(row, "group")), names, question);
}

/* The question whose choices groups by relation are. */
static const struct question *question_by(const struct parsing *parsing, const char *by) {
  bool relation = by != NULL && strcmp(by, "relation") == 0;
  int index = relation ? report_relation(parsing->questionnaire) : -1;
  return index < 0 ? NULL : &parsing->questionnaire->questions[index];
}

/* ---- tables */

/* The columns are the members of a row's counts; question: whose categories they are, or NULL. */
static void parse_columns(struct parsing *parsing, const json_t *counts,
                          const struct question *question, struct report_table *table) {
  struct report_set *columns = parse_room(parsing, json_object_size(counts), sizeof *columns);
  const struct question *choices =
      question != NULL && question->kind == QUESTION_CHOICE ? question : NULL;
  const char *code;
  json_t *value;
  table->columns = columns;
  json_object_foreach((json_t *)counts, code, value) {
    if (columns != NULL) {
      columns[table->columns_count++] = set_of(parsing, code, NULL, choices);
    }
  }
}

static const struct report_cell *cells_of(struct parsing *parsing, const json_t *counts,
                                          const struct report_table *table) {
  struct report_cell *cells = parse_room(parsing, table->columns_count, sizeof *cells);
  for (size_t i = 0; cells != NULL && i < table->columns_count; i++) {
    cells[i] = parse_cell(counts, table->columns[i].code);
  }
  return cells;
}

struct report_table parse_table(struct parsing *parsing, const json_t *list, const char *by,
                                enum report_unit unit, const struct question *question) {
  size_t count = json_array_size(list);
  struct report_table table = {.by = count > 1 ? parse_copy(parsing, by) : NULL, .unit = unit};
  struct report_row *rows = parse_room(parsing, count, sizeof *rows);
  parse_columns(parsing, json_object_get(json_array_get(list, 0), "counts"), question, &table);
  table.rows = rows;
  for (size_t i = 0; !parsing->failed && i < count; i++) {
    const json_t *row = json_array_get(list, i);
    rows[table.rows_count++] =
        (struct report_row){.who = parse_who(parsing, row, question_by(parsing, by)),
                            .n = parse_cell(row, "n"),
                            .respondents = parse_number(row, "respondents", -1),
                            .cells = cells_of(parsing, json_object_get(row, "counts"), &table)};
  }
  return table;
}

/* ---- figures */

static struct report_rating rating_of(const json_t *object, int n) {
  return (struct report_rating){.n = parse_shown(object, "mean") ? n : 0,
                                .mean = parse_real(object, "mean", 0),
                                .others = parse_shown(object, "mean_turned"),
                                .turned_mean = parse_real(object, "mean_turned", 0),
                                .confirmed_mean = parse_real(object, "mean_confirmed", 0),
                                .turned = parse_cell(object, "turned")};
}

static struct report_ratings ratings_of(struct parsing *parsing, const json_t *list,
                                        const char *by) {
  size_t count = json_array_size(list);
  struct report_rating *rows = parse_room(parsing, count, sizeof *rows);
  struct report_ratings ratings = {.by = parse_copy(parsing, by), .rows = rows};
  for (size_t i = 0; !parsing->failed && i < count; i++) {
    const json_t *row = json_array_get(list, i);
    struct report_rating *rating = &rows[ratings.rows_count++];
    *rating = rating_of(row, parse_number(row, "n", 0));
    rating->who = parse_who(parsing, row, question_by(parsing, by));
  }
  return ratings;
}

/* Of a scale that tells anything: the whole alone first, then by group. */
static void parse_ratings(struct parsing *parsing, const json_t *object,
                          struct report_figure *figure) {
  const json_t *means = json_object_get(object, "means_by");
  struct report_ratings *ratings =
      parse_room(parsing, json_object_size(means) + 1, sizeof *ratings);
  struct report_rating *whole = parse_room(parsing, 1, sizeof *whole);
  const char *by;
  json_t *list;
  if (means == NULL || parsing->failed) {
    return;
  }
  *whole = rating_of(object, parse_number(object, "rated", figure->n));
  whole->who = (struct report_set){.code = "all"};
  ratings[figure->ratings_count++] = (struct report_ratings){.rows = whole, .rows_count = 1};
  json_object_foreach((json_t *)means, by, list) {
    ratings[figure->ratings_count++] = ratings_of(parsing, list, by);
  }
  figure->ratings = ratings;
}

static void parse_breakdowns(struct parsing *parsing, const json_t *object,
                             const struct question *question, struct report_figure *figure) {
  const json_t *all = json_object_get(object, "by");
  struct report_table *tables = parse_room(parsing, json_object_size(all), sizeof *tables);
  const char *by;
  json_t *list;
  figure->breakdowns = tables;
  json_object_foreach((json_t *)all, by, list) {
    if (!parsing->failed) {
      tables[figure->breakdowns_count++] = parse_table(parsing, list, by, figure->unit, question);
    }
  }
}

/* The counts of the whole stand beside its N, not in a row. */
static void parse_whole(struct parsing *parsing, const json_t *object,
                        const struct question *question, struct report_figure *figure) {
  const json_t *counts = json_object_get(object, "counts");
  struct report_row *row = parse_room(parsing, 1, sizeof *row);
  figure->whole = (struct report_table){.unit = figure->unit, .rows = row};
  parse_columns(parsing, counts, question, &figure->whole);
  if (json_is_object(counts) && !parsing->failed) {
    *row = (struct report_row){.who = {.code = "all"},
                               .n = parse_cell(object, "n"),
                               .respondents = figure->respondents,
                               .cells = cells_of(parsing, counts, &figure->whole)};
    figure->whole.rows_count = 1;
  }
}

int parse_question(const struct parsing *parsing, const char *id) {
  for (size_t i = 0; i < parsing->questionnaire->questions_count; i++) {
    if (strcmp(parsing->questionnaire->questions[i].id, id) == 0) {
      return (int)i;
    }
  }
  return -1;
}

static int parse_before(const struct parsing *parsing, const json_t *object) {
  const char *id = json_string_value(json_object_get(object, "before"));
  return id == NULL ? -1 : parse_question(parsing, id);
}

void parse_figure(struct parsing *parsing, const json_t *object, int question,
                  struct report_figure *figure) {
  const struct question *asked = question < 0 ? NULL : &parsing->questionnaire->questions[question];
  *figure = (struct report_figure){.question = question,
                                   .before = parse_before(parsing, object),
                                   .unit = parse_unit(object),
                                   .level = level_of(object),
                                   .n = parse_number(object, "n", 0),
                                   .respondents = parse_number(object, "respondents", 0),
                                   .not_answered = parse_number(object, "not_answered", -1)};
  parse_whole(parsing, object, asked, figure);
  parse_breakdowns(parsing, object, asked, figure);
  parse_ratings(parsing, object, figure);
}

static const struct report_figure *figures_of(struct parsing *parsing, const json_t *object,
                                              size_t *count) {
  struct report_figure *figures = parse_room(parsing, json_object_size(object), sizeof *figures);
  const char *id;
  json_t *value;
  *count = 0;
  json_object_foreach((json_t *)object, id, value) {
    int index = parse_question(parsing, id);
    parsing->failed = parsing->failed || index < 0;
    if (parsing->failed) {
      return NULL;
    }
    parse_figure(parsing, value, index, &figures[(*count)++]);
  }
  return figures;
}

/* ---- the whole */

static void parse_period(struct parsing *parsing, const json_t *object,
                         struct report_period *period) {
  *period = (struct report_period){.from = parse_text(parsing, object, "from"),
                                   .to = parse_text(parsing, object, "to"),
                                   .first_week = parse_text(parsing, object, "first_week"),
                                   .last_week = parse_text(parsing, object, "last_week"),
                                   .closed_from = parse_text(parsing, object, "closed_from"),
                                   .closed_to = parse_text(parsing, object, "closed_to")};
}

static void parse_filters(struct parsing *parsing, const json_t *object, struct report *report) {
  const json_t *codes = json_object_get(object, "languages");
  struct report_label *labels = parse_room(parsing, json_array_size(codes), sizeof *labels);
  report->languages = labels;
  for (size_t i = 0; !parsing->failed && i < json_array_size(codes); i++) {
    const char *code = json_string_value(json_array_get(codes, i));
    labels[report->languages_count++].code = parse_copy(parsing, code == NULL ? "" : code);
  }
  report->all_municipalities = !json_is_array(json_object_get(object, "municipalities"));
  report->without_flagged = json_is_true(json_object_get(object, "without_flagged"));
}

static void parse_release(struct parsing *parsing, const json_t *object,
                          struct report_published *published) {
  *published =
      (struct report_published){.number = parse_number(object, "number", 0),
                                .floor = parse_number(object, "floor", 0),
                                .made_at = parse_text(parsing, object, "made_at"),
                                .override_by = parse_text(parsing, object, "override_by"),
                                .override_why = parse_text(parsing, object, "override_why")};
}

bool report_parse(const json_t *json, const struct questionnaire *questionnaire,
                  struct arena *arena, struct report *report) {
  struct parsing parsing = {.questionnaire = questionnaire, .arena = arena};
  *report = (struct report){.profile = REPORT_PUBLISHED,
                            .round = parse_number(json, "round", 0),
                            .round_title = parse_text(&parsing, json, "title"),
                            .round_state = parse_text(&parsing, json, "state"),
                            .controller = parse_text(&parsing, json, "controller"),
                            .questionnaire = questionnaire,
                            .answers = parse_number(json, "answers", -1)};
  parse_period(&parsing, json_object_get(json, "period"), &report->period);
  parse_filters(&parsing, json_object_get(json, "filters"), report);
  report->figures = figures_of(&parsing, json_object_get(json, "figures"), &report->figures_count);
  report->respondents =
      figures_of(&parsing, json_object_get(json, "respondents"), &report->respondents_count);
  report->changes = figures_of(&parsing, json_object_get(json, "changes"), &report->changes_count);
  parse_scores(&parsing, json_object_get(json, "scores"), &report->scores);
  parse_coverage(&parsing, json_object_get(json, "coverage"), report);
  parse_municipalities(&parsing, report);
  parse_courses(&parsing, json_object_get(json, "courses"), &report->courses);
  parse_sensitivity(&parsing, json_object_get(json, "sensitivity"), report);
  parse_quality(&parsing, json_object_get(json, "quality"), &report->quality);
  parsing.failed = !documentation_parse(json_object_get(json, "documentation"), arena,
                                        &report->documentation, &report->documentation_count) ||
                   parsing.failed;
  parse_release(&parsing, json_object_get(json, "release"), &report->published);
  report->made_at = report->published.made_at;
  report->controller = report->controller == NULL ? "" : report->controller;
  return !parsing.failed && report->round_title != NULL && report->round_state != NULL &&
         report->published.floor > 0;
}
