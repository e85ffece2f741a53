#include <string.h>

#include "survey/report_figure.h"
#include "survey/routing.h"
#include "survey/scale.h"
#include "survey/score.h"

enum { CHANGE_LESS, CHANGE_SAME, CHANGE_MORE, CHANGES };

static const char *const change_codes[CHANGES] = {"less", "same", "more"};

struct report_figures {
  struct figure_sum *sums; /* of questions, and after one that is compared its change */
  size_t count;
  int *categories; /* scratch: of one respondent's answers */
};

/* ---- what the definition says */

static bool has_codes(const struct question *question) {
  return question->kind == QUESTION_CHOICE || question->kind == QUESTION_COUNT ||
         question->kind == QUESTION_SCALE;
}

/* Whether a question is one on who answered: a count, or a choice that identifies or says of
 * repeats who is who. */
static bool is_background(const struct questionnaire *questionnaire, int index) {
  const struct question *question = &questionnaire->questions[index];
  return question->kind == QUESTION_COUNT ||
         (question->kind == QUESTION_CHOICE &&
          (questionnaire->identifying[index] || question->compare == COMPARE_RESPONDENT ||
           question->compare == COMPARE_HOUSEHOLD));
}

static size_t categories_of(const struct question *question) {
  return question->kind == QUESTION_CHOICE ? question->choices_count
                                           : (size_t)(question->max - question->min + 1);
}

static int category_of(const struct question *question, int code) {
  if (question->kind != QUESTION_CHOICE) {
    return code - question->min;
  }
  int found = 0;
  for (size_t i = 0; i < question->choices_count; i++) {
    found = question->choices[i].code == code ? (int)i : found;
  }
  return found;
}

static const char *label_code(struct arena *arena, const struct question *question,
                              const struct figure_sum *sum, size_t category) {
  if (category == sum->values) {
    return "none";
  }
  if (sum->before >= 0 && category < CHANGES) {
    return change_codes[category];
  }
  return arena_printf(arena, "%d",
                      question->kind == QUESTION_CHOICE ? question->choices[category].code
                                                        : question->min + (int)category);
}

static bool labels_new(struct arena *arena, const struct question *question,
                       struct figure_sum *sum) {
  sum->labels = arena_array(arena, sum->categories + 1, sizeof *sum->labels);
  for (size_t i = 0; sum->labels != NULL && i < sum->categories; i++) {
    bool choice = question->kind == QUESTION_CHOICE && i < sum->values;
    sum->labels[i] = (struct report_label){.code = label_code(arena, question, sum, i),
                                           .words = choice ? &question->choices[i].words : NULL};
    if (sum->labels[i].code == NULL) {
      return false;
    }
  }
  sum->columns = sum->labels == NULL ? NULL
                                     : report_columns_merged(arena, sum->labels, sum->categories,
                                                             NULL, sum->categories);
  return sum->columns != NULL;
}

/* ---- beginning */

static bool merge_choices(struct report_making *making, struct figure_sum *sum) {
  const struct question *question = &making->options->questionnaire->questions[sum->question];
  sum->merged = arena_array(making->arena, sum->categories + 1, sizeof *sum->merged);
  if (sum->merged == NULL) {
    return false;
  }
  sum->merged_count = breakdown_merge(question, sum->merged);
  if (sum->unanswered) {
    sum->merged[sum->values] = sum->merged_count++;
  }
  return true;
}

/* A scale's distribution is published over the whole alone, its means by group; so are bands. */
static bool breakdown_begin(struct report_making *making, struct figure_sum *sum, int by) {
  sum->rules[by] = (struct breakdown_rules){
      .floor = making->options->floor,
      .categories = (int)sum->categories,
      .groups = sum->scale || sum->whole_only ? 0 : (int)making->groups[by].count,
      .merged = sum->merged,
      .merged_count = sum->merged_count,
      .unanswered = sum->unanswered,
      .floored = sum->floored};
  sum->breakdowns[by] = breakdown_new(making->arena, &sum->rules[by]);
  return sum->breakdowns[by] != NULL;
}

static bool sums_begin(struct report_making *making, struct figure_sum *sum, int by) {
  size_t groups = making->groups[by].count;
  bool published = making->options->profile == REPORT_PUBLISHED && !sum->background;
  sum->tallies[by] =
      arena_array(making->arena, groups * (sum->categories + 1), sizeof *sum->tallies[by]);
  sum->ratings[by] = arena_array(making->arena, sum->scale ? groups : 1, sizeof *sum->ratings[by]);
  return sum->tallies[by] != NULL && sum->ratings[by] != NULL &&
         (!published || breakdown_begin(making, sum, by));
}

/* What is counted follows from the question. */
static bool question_begin(struct report_making *making, struct figure_sum *sum) {
  const struct questionnaire *questionnaire = making->options->questionnaire;
  const struct question *question = &questionnaire->questions[sum->question];
  sum->unit =
      questionnaire_in_children(questionnaire, sum->question) ? REPORT_CHILD : REPORT_RESPONDENT;
  return labels_new(making->arena, question, sum) &&
         (question->kind != QUESTION_CHOICE || merge_choices(making, sum));
}

bool figure_begin(struct report_making *making, struct figure_sum *sum) {
  sum->categories = sum->values + sum->unanswered;
  sum->seen = arena_array(making->arena, sum->categories + 1, sizeof *sum->seen);
  bool good = sum->seen != NULL && (sum->question < 0 || question_begin(making, sum));
  for (int by = 0; by < REPORT_BYS && good; by++) {
    good = making->groups[by].count == 0 || sums_begin(making, sum, by);
  }
  return good;
}

static struct figure_sum figure_of(const struct questionnaire *questionnaire, int index) {
  const struct question *question = &questionnaire->questions[index];
  return (struct figure_sum){.question = index,
                             .before = -1,
                             .background = is_background(questionnaire, index),
                             .scale = question->kind == QUESTION_SCALE,
                             .asked_back = question->confirm_against_count > 0,
                             .unanswered = questionnaire->count_unanswered &&
                                           question->kind != QUESTION_COUNT,
                             .values = categories_of(question)};
}

static struct figure_sum change_of(const struct questionnaire *questionnaire, int index) {
  return (struct figure_sum){
      .question = index, .before = questionnaire->questions[index].before, .values = CHANGES};
}

static bool add_sum(struct report_making *making, struct figure_sum sum) {
  struct figure_sum *added = &making->figures->sums[making->figures->count++];
  *added = sum;
  return figure_begin(making, added);
}

bool report_figures_new(struct report_making *making) {
  const struct questionnaire *questionnaire = making->options->questionnaire;
  size_t count = questionnaire->questions_count;
  struct report_figures *figures = arena_alloc(making->arena, sizeof *figures);
  making->figures = figures;
  if (figures == NULL) {
    return false;
  }
  figures->sums = arena_array(making->arena, 2 * count + 1, sizeof *figures->sums);
  figures->categories =
      arena_array(making->arena, QUESTIONNAIRE_CHILDREN_MAX, sizeof *figures->categories);
  bool good = figures->sums != NULL && figures->categories != NULL;
  for (size_t i = 0; i < count && good; i++) {
    const struct question *question = &questionnaire->questions[i];
    if (score_uses(questionnaire, (int)i)) {
      continue;
    }
    good = (!has_codes(question) || add_sum(making, figure_of(questionnaire, (int)i))) &&
           (question->before < 0 || add_sum(making, change_of(questionnaire, (int)i)));
  }
  return good;
}

/* ---- adding */

static void count_rating(struct rating_sum *sum, const struct scale_reading *reading) {
  sum->n++;
  sum->turned += reading->sign == SCALE_REVERSED;
  sum->first += reading->first;
  sum->turned_sum += reading->turned;
  sum->final += reading->final;
}

static void count_values(const struct figure_sum *sum, const int *categories, size_t count,
                         struct report_tally *row) {
  memset(sum->seen, 0, sum->categories + 1);
  for (size_t i = 0; i < count; i++) {
    int category = categories[i];
    row[category].count++;
    row[category].respondents += !sum->seen[category];
    sum->seen[category] = true;
  }
  row[sum->categories].count += (int)count;
  row[sum->categories].respondents += count > 0;
}

/* Whether a question was asked of a child. */
static bool was_asked(const struct answer *answer, int question, int child) {
  return routing_asked(answer, (int)questionnaire_value(answer->questionnaire, question, child));
}

/* How a scale stands to the one before it; -1: one of them was not answered. */
static int read_change(const struct figure_sum *sum, const struct answer *answer, int child) {
  struct scale_reading before, after;
  if (!scale_read(answer, sum->before, child, &before) ||
      !scale_read(answer, sum->question, child, &after)) {
    return -1;
  }
  return after.first < before.first   ? CHANGE_LESS
         : after.first > before.first ? CHANGE_MORE
                                      : CHANGE_SAME;
}

/* What an answer says of a question for a child: a category, or -1. */
static int read_value(const struct figure_sum *sum, const struct answer *answer, int child,
                      struct scale_reading *reading) {
  const struct question *question = &answer->questionnaire->questions[sum->question];
  size_t field = questionnaire_value(answer->questionnaire, sum->question, child);
  if (sum->before >= 0) {
    return read_change(sum, answer, child);
  }
  if (sum->scale) {
    return scale_read(answer, sum->question, child, reading) ? category_of(question, reading->first)
                                                             : -1;
  }
  return answer->codes[field] == ANSWER_NONE ? -1 : category_of(question, answer->codes[field]);
}

/* The category that an answer counts in for a child, or -1. */
static int count_value(struct figure_sum *sum, const struct answer *answer, int child,
                       const int groups[REPORT_BYS]) {
  struct scale_reading reading = {.sign = SCALE_PLAUSIBLE};
  if (!was_asked(answer, sum->question, child) ||
      (sum->before >= 0 && !was_asked(answer, sum->before, child))) {
    return -1;
  }
  int category = read_value(sum, answer, child, &reading);
  if (category < 0) {
    sum->not_answered += !sum->unanswered;
    return sum->unanswered ? (int)sum->values : -1;
  }
  for (int by = 0; by < REPORT_BYS && sum->scale; by++) {
    if (groups[by] >= 0) {
      count_rating(&sum->ratings[by][groups[by]], &reading);
    }
  }
  return category;
}

void figure_add(struct figure_sum *sum, const int *categories, size_t count,
                const int groups[REPORT_BYS]) {
  for (int by = 0; by < REPORT_BYS; by++) {
    if (groups[by] >= 0) {
      size_t each = sum->categories + 1;
      count_values(sum, categories, count, &sum->tallies[by][(size_t)groups[by] * each]);
      if (sum->breakdowns[by] != NULL) {
        breakdown_add(sum->breakdowns[by], groups[by], categories, count);
      }
    }
  }
}

static void add_figure(struct report_making *making, struct figure_sum *sum,
                       const struct answer *answer, const int groups[REPORT_BYS]) {
  struct report_figures *figures = making->figures;
  const struct question *question = &answer->questionnaire->questions[sum->question];
  int last = question->each < 0 ? 0 : routing_children(answer, question->each);
  size_t count = 0;
  for (int child = question->each < 0 ? 0 : 1; child <= last; child++) {
    int category = count_value(sum, answer, child, groups);
    if (category >= 0) {
      figures->categories[count++] = category;
    }
  }
  figure_add(sum, figures->categories, count, groups);
}

void report_figures_add(struct report_making *making, const struct answer *answer,
                        const int groups[REPORT_BYS]) {
  for (size_t i = 0; i < making->figures->count; i++) {
    add_figure(making, &making->figures->sums[i], answer, groups);
  }
}

/* ---- what all parts of a figure share */

struct report_tally figure_whole(const struct report_making *making, const struct figure_sum *sum,
                                 size_t category) {
  struct report_tally whole = {0, 0};
  for (size_t i = 0; i < making->groups[REPORT_BY_MUNICIPALITY].count; i++) {
    const struct report_tally *tally =
        &sum->tallies[REPORT_BY_MUNICIPALITY][i * (sum->categories + 1) + category];
    whole.count += tally->count;
    whole.respondents += tally->respondents;
  }
  return whole;
}

struct report_table figure_table(const struct figure_sum *sum) {
  return (struct report_table){
      .unit = sum->unit, .columns = sum->columns, .columns_count = sum->categories};
}

/* Whether a breakdown has anything to tell apart. */
bool figure_is_apart(const struct report_making *making, const struct figure_sum *sum, int by) {
  const struct report_groups *groups = &making->groups[by];
  size_t named = groups->always;
  for (size_t i = groups->always; i < groups->count; i++) {
    named += groups->met[i];
  }
  return named > 1 && (by != REPORT_BY_RELATION || making->relation != sum->question) &&
         (!sum->background || by == REPORT_BY_MUNICIPALITY);
}

/* ---- internal */

struct report_rating figure_rating(const struct figure_sum *figure, const struct rating_sum *sum) {
  double n = sum->n;
  struct report_rating rating = {
      .n = sum->n, .others = sum->n > 0 && figure->asked_back, .turned = {true, sum->turned}};
  if (sum->n > 0) {
    rating.mean = sum->first / n;
    rating.turned_mean = sum->turned_sum / n;
    rating.confirmed_mean = sum->final / n;
  }
  return rating;
}

struct rating_sum figure_ratings(const struct rating_sum *sums, size_t count) {
  struct rating_sum all = {0};
  for (size_t i = 0; i < count; i++) {
    all.n += sums[i].n;
    all.turned += sums[i].turned;
    all.first += sums[i].first;
    all.turned_sum += sums[i].turned_sum;
    all.final += sums[i].final;
  }
  return all;
}

static bool ratings_exact(struct report_making *making, const struct figure_sum *sum, int by,
                          bool whole_only, struct report_ratings *ratings) {
  const struct report_groups *groups = &making->groups[by];
  struct report_rating *rows = arena_array(making->arena, groups->count + 1, sizeof *rows);
  const bool *skip = report_skipped(making->arena, groups);
  if (rows == NULL || skip == NULL) {
    return false;
  }
  struct rating_sum all = figure_ratings(sum->ratings[by], groups->count);
  rows[0] = figure_rating(sum, &all);
  rows[0].who = report_set_whole();
  *ratings =
      (struct report_ratings){.by = whole_only ? NULL : groups->by, .rows = rows, .rows_count = 1};
  for (size_t i = 0; i < groups->count && !whole_only; i++) {
    if (!skip[i]) {
      struct report_rating *row = &rows[ratings->rows_count++];
      *row = figure_rating(sum, &sum->ratings[by][i]);
      row->who = report_set_of(making->arena, groups->labels, groups->count, NULL, (int)i, NULL);
      if (row->who.code == NULL) {
        return false;
      }
    }
  }
  return true;
}

static bool finish_exact(struct report_making *making, const struct figure_sum *sum,
                         struct report_table *breakdowns, struct report_ratings *ratings,
                         struct report_figure *figure) {
  const struct report_groups *first = &making->groups[REPORT_BY_MUNICIPALITY];
  bool good = report_table_exact(making->arena, first, true, sum->tallies[REPORT_BY_MUNICIPALITY],
                                 &figure->whole);
  figure->level = figure->n > 0 ? REPORT_IN_FULL : REPORT_NOTHING;
  figure->not_answered = sum->not_answered;
  if (good && sum->scale) {
    good =
        ratings_exact(making, sum, REPORT_BY_MUNICIPALITY, true, &ratings[figure->ratings_count++]);
  }
  for (int by = 0; by < REPORT_BYS && good; by++) {
    if (!figure_is_apart(making, sum, by)) {
      continue;
    }
    struct report_table *table = &breakdowns[figure->breakdowns_count++];
    *table = figure_table(sum);
    good = report_table_exact(making->arena, &making->groups[by], false, sum->tallies[by], table);
    if (good && sum->scale) {
      good = ratings_exact(making, sum, by, false, &ratings[figure->ratings_count++]);
    }
  }
  return good;
}

/* ---- the whole */

bool figure_finish(struct report_making *making, struct figure_sum *sum,
                   struct report_figure *figure) {
  struct report_table *breakdowns = arena_array(making->arena, REPORT_BYS, sizeof *breakdowns);
  struct report_ratings *ratings = arena_array(making->arena, REPORT_BYS + 1, sizeof *ratings);
  if (breakdowns == NULL || ratings == NULL) {
    return false;
  }
  struct report_tally total = figure_whole(making, sum, sum->categories);
  *figure = (struct report_figure){.question = sum->question,
                                   .before = sum->before,
                                   .unit = sum->unit,
                                   .n = total.count,
                                   .respondents = total.respondents,
                                   .not_answered = -1,
                                   .whole = figure_table(sum),
                                   .breakdowns = breakdowns,
                                   .ratings = ratings};
  bool good = making->options->profile == REPORT_INTERNAL
                  ? finish_exact(making, sum, breakdowns, ratings, figure)
              : sum->background ? figure_hide_background(making, sum, figure)
              : sum->scale      ? figure_hide_scale(making, sum, ratings, figure)
              : sum->whole_only ? figure_hide_whole(making, sum, figure)
                                : figure_hide_choice(making, sum, breakdowns, figure);
  if (figure->level == REPORT_NOTHING && making->options->profile == REPORT_PUBLISHED) {
    figure->n = figure->respondents = 0;
  }
  /* those who left one of the scales empty stand beside each scale's own answers */
  if (sum->before >= 0 && figure->level == REPORT_IN_FULL &&
      making->options->questionnaire->count_unanswered) {
    figure->not_answered = sum->not_answered;
  }
  return good;
}

/* Where it goes: what it is follows from the definition. */
static struct report_figure *place_of(const struct figure_sum *sum, struct report_figure *figures,
                                      struct report_figure *respondents,
                                      struct report_figure *changes, struct report *report) {
  if (sum->before >= 0) {
    return &changes[report->changes_count++];
  }
  return sum->background ? &respondents[report->respondents_count++]
                         : &figures[report->figures_count++];
}

bool report_figures_finish(struct report_making *making, struct report *report) {
  size_t count = making->figures->count;
  struct report_figure *figures = arena_array(making->arena, count + 1, sizeof *figures);
  struct report_figure *respondents = arena_array(making->arena, count + 1, sizeof *respondents);
  struct report_figure *changes = arena_array(making->arena, count + 1, sizeof *changes);
  bool good = figures != NULL && respondents != NULL && changes != NULL;
  report->figures = figures;
  report->respondents = respondents;
  report->changes = changes;
  for (size_t i = 0; i < count && good; i++) {
    struct figure_sum *sum = &making->figures->sums[i];
    good = figure_finish(making, sum, place_of(sum, figures, respondents, changes, report));
  }
  return good;
}
