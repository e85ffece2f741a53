#include <math.h>
#include <string.h>

#include "survey/confirm.h"
#include "survey/quality.h"
#include "survey/report_part.h"
#include "survey/routing.h"
#include "survey/score.h"

/* Respondents by whether they are flagged, and whether one of their answers is positive, one is
 * not. */
struct split {
  int answered[2];
  int positive[2], other[2];
};

struct report_check {
  struct sensitivity *sensitivity;
  struct split *splits; /* by question */
  int flagged, mirrored, unknown;
  int flags[FLAG_COUNT];
  double weight;
};

bool report_check_new(struct report_making *making) {
  const struct questionnaire *questionnaire = making->options->questionnaire;
  struct report_check *check = arena_alloc(making->arena, sizeof *check);
  making->check = check;
  if (check == NULL) {
    return false;
  }
  check->splits =
      arena_array(making->arena, questionnaire->questions_count + 1, sizeof *check->splits);
  check->sensitivity = check->splits == NULL ? NULL : sensitivity_new(questionnaire);
  return check->sensitivity != NULL;
}

void report_check_free(struct report_making *making) {
  if (making->check != NULL) {
    sensitivity_free(making->check->sensitivity);
    making->check->sensitivity = NULL;
  }
}

static bool is_figure(const struct questionnaire *questionnaire, int question) {
  return !score_uses(questionnaire, question) &&
         (questionnaire->questions[question].kind == QUESTION_SCALE ||
          quality_in_battery(questionnaire, question));
}

static void add_split(struct split *split, const struct answer *answer, int index, bool flagged) {
  const struct question *question = &answer->questionnaire->questions[index];
  int last = question->each < 0 ? 0 : routing_children(answer, question->each);
  bool positive = false, other = false;
  for (int child = question->each < 0 ? 0 : 1; child <= last; child++) {
    size_t field = questionnaire_value(answer->questionnaire, index, child);
    int code = answer->codes[field];
    if (code != ANSWER_NONE && routing_asked(answer, (int)field)) {
      bool agrees = confirm_positive(question, code);
      positive = positive || agrees;
      other = other || !agrees;
    }
  }
  split->answered[flagged] += positive || other;
  split->positive[flagged] += positive;
  split->other[flagged] += other;
}

void report_check_add(struct report_making *making, const struct response *response) {
  struct report_check *check = making->check;
  const struct questionnaire *questionnaire = making->options->questionnaire;
  bool flagged = response_flagged(response);
  double weight = response->weight < 0 ? 1 : response->weight;
  sensitivity_add(check->sensitivity, response->answer, flagged, weight);
  for (int i = 0; i < (int)questionnaire->questions_count; i++) {
    if (is_figure(questionnaire, i)) {
      add_split(&check->splits[i], response->answer, i, flagged);
    }
  }
  for (int i = 0; i < FLAG_COUNT; i++) {
    check->flags[i] += response->flags[i] > 0;
  }
  check->mirrored += response->flags[FLAG_SCALE] == 2;
  check->flagged += flagged;
  check->unknown += response->weight < 0;
  check->weight += weight;
}

/* ---- sensitivity */

/* The flagged are told by subtracting the others from all: each side has to be a group of its own,
 * and of each side enough who agree and enough who do not. */
static bool may_tell(const struct report_options *options, const struct split *split, bool scale) {
  int floor = options->floor, least = floor > BREAKDOWN_GROUP ? floor : BREAKDOWN_GROUP;
  for (int side = 0; side < 2; side++) {
    if (split->answered[side] < least ||
        (!scale && (split->positive[side] < floor || split->other[side] < floor))) {
      return false;
    }
  }
  return true;
}

/* Published ones are rounded: to one decimal, and to whole percent. */
static struct report_sensitive sensitive_of(const struct report_making *making,
                                            const struct sensitivity_sum *sum) {
  bool exact = making->options->profile == REPORT_INTERNAL;
  double weight = sum->weight > 0 ? sum->weight : 1;
  struct report_sensitive figure = {.n = sum->answers,
                                    .base = exact ? sum->weight : round(sum->weight),
                                    .mean = sum->first / weight,
                                    .turned_mean = sum->turned / weight,
                                    .confirmed_mean = sum->final / weight,
                                    .turned = exact ? sum->reversed : -1,
                                    .agree = sum->positive / weight};
  if (!exact) {
    figure.mean = round(figure.mean * 10) / 10;
    figure.turned_mean = round(figure.turned_mean * 10) / 10;
    figure.confirmed_mean = round(figure.confirmed_mean * 10) / 10;
    figure.agree = round(figure.agree * 100) / 100;
  }
  return figure;
}

static bool finish_sensitivity(struct report_making *making, struct report *report) {
  const struct questionnaire *questionnaire = making->options->questionnaire;
  struct report_sensitivity *rows =
      arena_array(making->arena, questionnaire->questions_count + 1, sizeof *rows);
  report->sensitivity = rows;
  for (int i = 0; rows != NULL && i < (int)questionnaire->questions_count; i++) {
    if (!is_figure(questionnaire, i)) {
      continue;
    }
    const struct question *question = &questionnaire->questions[i];
    struct report_sensitivity *row = &rows[report->sensitivity_count++];
    bool scale = question->kind == QUESTION_SCALE;
    *row = (struct report_sensitivity){
        .question = i,
        .unit = questionnaire_in_children(questionnaire, i) ? REPORT_CHILD : REPORT_RESPONDENT,
        .scale = scale,
        .shown = making->options->profile == REPORT_INTERNAL ||
                 may_tell(making->options, &making->check->splits[i], scale)};
    for (int base = 0; base < SENSITIVITY_BASES && row->shown; base++) {
      struct sensitivity_sum sum = sensitivity_of(making->check->sensitivity, i, base);
      row->figures[base] = sensitive_of(making, &sum);
    }
  }
  return rows != NULL;
}

/* ---- quality */

/* Those who are not flagged are few, too, where nearly all are. */
static struct report_cell flag_cell(const struct report_making *making, int count) {
  int others = making->answers - count;
  bool internal = making->options->profile == REPORT_INTERNAL;
  return internal || others >= making->options->floor
             ? report_cell_of(making->options, count)
             : (struct report_cell){.shown = false, .count = 0};
}

static void finish_quality(struct report_making *making, struct report_quality *quality) {
  const struct report_check *check = making->check;
  *quality = (struct report_quality){
      .known = check->unknown == 0 && making->answers > 0,
      .answers = report_cell_of(making->options, making->answers),
      .flagged = flag_cell(making, check->flagged),
      .mirrored = flag_cell(making, check->mirrored),
      .left_out = report_cell_of(making->options, making->left_out),
      .weight = making->options->profile == REPORT_INTERNAL ? check->weight : -1};
  for (int i = 0; i < FLAG_COUNT; i++) {
    quality->flags[i] = flag_cell(making, check->flags[i]);
  }
}

/* ---- coverage */

static bool coverage_exact(struct report_making *making, struct report_coverage *rows,
                           struct report *report) {
  const struct report_groups *groups = &making->groups[REPORT_BY_MUNICIPALITY];
  for (size_t i = 0; i < groups->count; i++) {
    struct report_coverage *row = &rows[report->coverage_count++];
    row->who = report_set_of(making->arena, groups->labels, groups->count, NULL, (int)i, NULL);
    row->shown = true;
    row->answers = making->answers_of[i];
    row->coverage = coverage_of(coverage_answers_exact(row->answers), making->closed_of[i],
                                making->interrupted_of[i],
                                coverage_most(making->options->questionnaire->per_child));
    if (row->who.code == NULL) {
      return false;
    }
  }
  return true;
}

/* Those that are pooled in tables of closed courses are pooled here, too: otherwise two pools could
 * be subtracted. */
static bool coverage_pools(struct report_making *making, size_t *pools, int *pool_of) {
  size_t count = making->groups[REPORT_BY_MUNICIPALITY].count;
  int *sizes = arena_array(making->arena, count + 1, sizeof *sizes);
  bool *forced = arena_array(making->arena, count + 1, sizeof *forced);
  if (sizes == NULL || forced == NULL) {
    return false;
  }
  (void)report_pool(making->closed_of, count, report_least_group(making), NULL, pool_of);
  for (size_t i = 0; i < count; i++) {
    int members = 0;
    for (size_t j = 0; j < count; j++) {
      members += pool_of[j] == pool_of[i] && making->closed_of[j] > 0;
    }
    forced[i] = members > 1;
    sizes[i] =
        making->answers_of[i] < making->closed_of[i] ? making->answers_of[i] : making->closed_of[i];
  }
  *pools = report_pool(sizes, count, report_least_group(making), forced, pool_of);
  return true;
}

static void sum_pool(const struct report_making *making, const int *pool_of, int pool,
                     struct report_coverage *row) {
  int closed = 0, interrupted = 0, answers = 0;
  for (size_t i = 0; i < making->groups[REPORT_BY_MUNICIPALITY].count; i++) {
    if (pool < 0 || pool_of[i] == pool) {
      answers += making->answers_of[i];
      closed += making->closed_of[i];
      interrupted += making->interrupted_of[i];
    }
  }
  int least = report_least_group(making);
  row->shown = answers >= least && closed >= least;
  if (row->shown) {
    row->answers = answers;
    row->coverage = coverage_of(coverage_answers_exact(answers), closed, interrupted,
                                coverage_most(making->options->questionnaire->per_child));
    row->coverage.interrupted = -1;
  }
}

static bool coverage_hidden(struct report_making *making, struct report_coverage *rows,
                            struct report *report) {
  const struct report_groups *groups = &making->groups[REPORT_BY_MUNICIPALITY];
  int *pool_of = arena_array(making->arena, groups->count + 1, sizeof *pool_of);
  size_t pools = 0;
  if (pool_of == NULL || !coverage_pools(making, &pools, pool_of)) {
    return false;
  }
  for (size_t i = 0; i < pools; i++) {
    struct report_coverage *row = &rows[report->coverage_count++];
    row->who = report_set_of(making->arena, groups->labels, groups->count, pool_of, (int)i, NULL);
    sum_pool(making, pool_of, (int)i, row);
    if (row->who.code == NULL) {
      return false;
    }
  }
  return true;
}

/* A course has several forms that are paired, so that their number says nothing of courses. */
static bool finish_coverage(struct report_making *making, struct report *report) {
  size_t count = making->groups[REPORT_BY_MUNICIPALITY].count;
  struct report_coverage *rows = arena_array(making->arena, count + 1, sizeof *rows);
  report->coverage = rows;
  bool good = rows != NULL &&
              (making->options->profile == REPORT_INTERNAL ? coverage_exact(making, rows, report)
                                                           : coverage_hidden(making, rows, report));
  for (size_t i = 0; good && making->options->questionnaire->personal && i < report->coverage_count;
       i++) {
    rows[i].shown = false;
  }
  return good;
}

bool report_check_finish(struct report_making *making, struct report *report) {
  finish_quality(making, &report->quality);
  return finish_sensitivity(making, report) && finish_coverage(making, report);
}
