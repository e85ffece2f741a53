#include <string.h>

#include "survey/report_case.h"
#include "survey/report_figure.h"

enum { CHANGE_BETTER, CHANGE_SAME, CHANGE_WORSE, CHANGES };

static const char *const change_codes[CHANGES] = {"better", "same", "worse"};
static const char *const known_codes[] = {"known"};

/* Paired: the bands at start and close, and the change; otherwise the bands of all forms. */
struct score_sums {
  struct figure_sum start, close, change, all;
  int n;
  double start_sum, close_sum, difference_sum; /* of all forms: the first */
};

struct report_scores_made {
  struct kept_forms forms; /* paired */
  struct report_form form; /* otherwise: the one that is being counted */
  bool *used;              /* tables of the norms that a form was held against */
  struct score_sums *sums; /* by score */
};

/* ---- beginning */

/* Halves as breakdown_merge makes them of choices; "none" by itself. */
static bool merge_bands(struct arena *arena, struct figure_sum *sum) {
  size_t half = sum->values / 2;
  sum->merged = arena_array(arena, sum->values + 2, sizeof *sum->merged);
  if (sum->merged == NULL) {
    return false;
  }
  for (size_t i = 0; i < sum->values; i++) {
    bool new_one = i == 0 || i == half || i == sum->values - half;
    sum->merged_count += new_one;
    sum->merged[i] = sum->merged_count - 1;
  }
  sum->merged[sum->values] = sum->merged_count++;
  return true;
}

/* Categories by name, and "none". */
static bool sum_begin(struct report_making *making, const char *const *codes, size_t count,
                      bool merged, struct figure_sum *sum) {
  const struct questionnaire *questionnaire = making->options->questionnaire;
  *sum = (struct figure_sum){.question = -1,
                             .before = -1,
                             .unit = questionnaire->per_child ? REPORT_CHILD : REPORT_RESPONDENT,
                             .whole_only = !score_paired(questionnaire),
                             .unanswered = true,
                             .floored = score_paired(questionnaire),
                             .values = count};
  sum->labels = arena_array(making->arena, count + 1, sizeof *sum->labels);
  if (sum->labels == NULL) {
    return false;
  }
  for (size_t i = 0; i < count; i++) {
    sum->labels[i].code = codes[i];
  }
  sum->labels[count].code = "none";
  sum->columns = report_columns_merged(making->arena, sum->labels, count + 1, NULL, count + 1);
  return sum->columns != NULL && (!merged || merge_bands(making->arena, sum)) &&
         figure_begin(making, sum);
}

static bool sums_begin(struct report_making *making, struct score_sums *sums) {
  const struct norms *norms = making->options->norms;
  if (!score_paired(making->options->questionnaire)) {
    return norms == NULL
               ? sum_begin(making, known_codes, array_length(known_codes), false, &sums->all)
               : sum_begin(making, norms->bands, norms->bands_count, true, &sums->all);
  }
  bool good = sum_begin(making, change_codes, CHANGES, false, &sums->change);
  if (good && norms != NULL) {
    good = sum_begin(making, norms->bands, norms->bands_count, true, &sums->start) &&
           sum_begin(making, norms->bands, norms->bands_count, true, &sums->close);
  }
  return good;
}

bool report_scores_new(struct report_making *making) {
  const struct questionnaire *questionnaire = making->options->questionnaire;
  size_t tables = making->options->norms == NULL ? 0 : making->options->norms->tables_count;
  if (questionnaire->scores_count == 0) {
    return true;
  }
  struct report_scores_made *made = arena_alloc(making->arena, sizeof *made);
  making->scores = made;
  if (made == NULL) {
    return false;
  }
  made->sums = arena_array(making->arena, questionnaire->scores_count, sizeof *made->sums);
  made->used = arena_array(making->arena, tables + 1, sizeof *made->used);
  bool good = made->sums != NULL && made->used != NULL && case_room(making, &made->form);
  for (size_t i = 0; good && i < questionnaire->scores_count; i++) {
    good = sums_begin(making, &made->sums[i]);
  }
  return good;
}

static void count_band(struct figure_sum *sum, int band, const int groups[REPORT_BYS]) {
  int category = band == NORMS_NONE ? (int)sum->values : band;
  if (sum->values > 0) {
    figure_add(sum, &category, 1, groups);
  }
}

/* ---- counting all forms */

static void count_form(struct report_making *making, const struct report_form *form,
                       const int groups[REPORT_BYS]) {
  bool banded = making->options->norms != NULL;
  for (size_t i = 0; i < making->options->questionnaire->scores_count; i++) {
    struct score_sums *sums = &making->scores->sums[i];
    int value = form->scores[i].value;
    bool known = value != SCORE_UNKNOWN;
    count_band(&sums->all, banded ? form->bands[i] : known ? 0 : NORMS_NONE, groups);
    sums->n += known;
    sums->start_sum += known ? value : 0;
  }
}

static void mark_table(struct report_making *making, const struct report_form *form) {
  const struct norms *norms = making->options->norms;
  for (size_t i = 0; norms != NULL && i < norms->tables_count; i++) {
    making->scores->used[i] = making->scores->used[i] || form->table == &norms->tables[i];
  }
}

bool report_scores_add(struct report_making *making, const struct answer *answer,
                       const int groups[REPORT_BYS]) {
  struct report_scores_made *made = making->scores;
  if (made == NULL) {
    return true;
  }
  if (score_paired(making->options->questionnaire)) {
    bool good = case_keep(making, &made->forms, answer, groups);
    if (good) {
      mark_table(making, &made->forms.items[made->forms.count - 1].form);
    }
    return good;
  }
  case_read(making, answer, &made->form);
  mark_table(making, &made->form);
  count_form(making, &made->form, groups);
  return true;
}

/* ---- counting what is paired */

static void count_change(const struct score *score, struct score_sums *sums,
                         const struct score_reading *start, const struct score_reading *close,
                         const int groups[REPORT_BYS]) {
  int category = CHANGES;
  if (start->value != SCORE_UNKNOWN && close->value != SCORE_UNKNOWN) {
    int change = score_change(score, start->value, close->value);
    category = change > 0 ? CHANGE_BETTER : change < 0 ? CHANGE_WORSE : CHANGE_SAME;
    sums->n++;
    sums->start_sum += start->value;
    sums->close_sum += close->value;
    sums->difference_sum += change;
  }
  figure_add(&sums->change, &category, 1, groups);
}

static void count_case(struct report_making *making, const struct kept_case *kept) {
  const struct questionnaire *questionnaire = making->options->questionnaire;
  const struct report_form *start = &kept->shown.start, *close = &kept->shown.close;
  for (size_t i = 0; i < questionnaire->scores_count; i++) {
    struct score_sums *sums = &making->scores->sums[i];
    count_band(&sums->start, start->bands[i], kept->groups);
    count_band(&sums->close, close->bands[i], kept->groups);
    count_change(&questionnaire->scores[i], sums, &start->scores[i], &close->scores[i],
                 kept->groups);
  }
}

/* ---- how forms were paired */

static bool same_child(const struct kept_case *a, const struct kept_case *b) {
  return a->groups[REPORT_BY_MUNICIPALITY] == b->groups[REPORT_BY_MUNICIPALITY] &&
         strcmp(a->shown.number, b->shown.number) == 0;
}

/* Children of several informants stand beside each other. */
static int count_informants(const struct kept_case *cases, size_t count) {
  int children = 0;
  for (size_t i = 0; i < count;) {
    int paired = 0;
    size_t first = i;
    for (; i < count && same_child(&cases[first], &cases[i]); i++) {
      paired += case_is_paired(&cases[i]);
    }
    children += paired > 1;
  }
  return children;
}

static void count_pairs(const struct kept_case *cases, size_t count, struct report_scores *scores) {
  scores->starts = scores->closes = scores->paired = 0;
  scores->start_only = scores->close_only = scores->doubled = 0;
  for (size_t i = 0; i < count; i++) {
    const struct report_case *shown = &cases[i].shown;
    bool doubled = shown->starts > 1 || shown->closes > 1;
    scores->starts += shown->starts;
    scores->closes += shown->closes;
    scores->doubled += doubled;
    scores->paired += case_is_paired(&cases[i]);
    scores->start_only += !doubled && shown->closes == 0;
    scores->close_only += !doubled && shown->starts == 0;
  }
  scores->informants = count_informants(cases, count);
}

/* ---- the report */

static bool finish_figures(struct report_making *making, struct score_sums *sums,
                           struct report_score *score) {
  if (!score_paired(making->options->questionnaire)) {
    return figure_finish(making, &sums->all, &score->all);
  }
  bool good = figure_finish(making, &sums->change, &score->change);
  if (good && making->options->norms != NULL) {
    good = figure_finish(making, &sums->start, &score->start) &&
           figure_finish(making, &sums->close, &score->close);
  }
  return good;
}

static bool finish_score(struct report_making *making, int index, struct report_score *score) {
  static const struct report_figure none = {.question = -1, .before = -1};
  struct score_sums *sums = &making->scores->sums[index];
  *score = (struct report_score){
      .score = index, .start = none, .close = none, .change = none, .all = none};
  bool good = finish_figures(making, sums, score);
  score->start.score = score->close.score = score->change.score = score->all.score = index;
  if (making->options->profile == REPORT_INTERNAL && sums->n > 0) {
    bool paired = score_paired(making->options->questionnaire);
    double n = sums->n, first = sums->start_sum / n;
    score->raw = paired ? (struct report_raw){.n = sums->n,
                                              .start = first,
                                              .close = sums->close_sum / n,
                                              .difference = sums->difference_sum / n}
                        : (struct report_raw){.n = sums->n, .mean = first};
  }
  return good;
}

static bool tell_cases(struct report_making *making, const struct kept_case *kept, size_t count,
                       struct report_scores *scores) {
  struct report_case *cases = arena_array(making->arena, count + 1, sizeof *cases);
  for (size_t i = 0; cases != NULL && i < count; i++) {
    cases[i] = kept[i].shown;
  }
  scores->cases = cases;
  scores->cases_count = count;
  count_pairs(kept, count, scores);
  return cases != NULL;
}

/* The sources of the tables that a form was held against; of all, where a single child of an age
 * would be told by them. */
static bool tell_sources(struct report_making *making, struct report_scores *scores) {
  const struct norms *norms = making->options->norms;
  const char **sources = arena_array(making->arena, norms->tables_count + 1, sizeof *sources);
  for (size_t i = 0; sources != NULL && i < norms->tables_count; i++) {
    const struct norms_table *table = &norms->tables[i];
    bool used = making->options->profile == REPORT_PUBLISHED || making->scores->used[i];
    if (used && table->source != NULL) {
      sources[scores->sources_count++] = table->source;
    }
  }
  scores->sources = sources;
  scores->bands = norms->bands;
  scores->norms_title = norms->title;
  scores->norms_source = norms->source;
  return sources != NULL;
}

bool report_scores_finish(struct report_making *making, struct report *report) {
  struct report_scores *scores = &report->scores;
  *scores = (struct report_scores){.starts = -1,
                                   .closes = -1,
                                   .paired = -1,
                                   .start_only = -1,
                                   .close_only = -1,
                                   .doubled = -1,
                                   .informants = -1};
  if (making->scores == NULL) {
    return true;
  }
  size_t cases_count = 0, count = making->options->questionnaire->scores_count;
  struct kept_case *cases = case_pair(making, &making->scores->forms, &cases_count);
  struct report_score *items = arena_array(making->arena, count + 1, sizeof *items);
  bool good = cases != NULL && items != NULL;
  for (size_t i = 0; good && i < cases_count; i++) {
    if (case_is_paired(&cases[i])) {
      count_case(making, &cases[i]);
    }
  }
  for (size_t i = 0; good && i < count; i++) {
    good = finish_score(making, (int)i, &items[i]);
  }
  scores->told = true;
  scores->items = items;
  scores->count = count;
  if (good && making->options->norms != NULL) {
    good = tell_sources(making, scores);
  }
  if (good && making->options->profile == REPORT_INTERNAL &&
      score_paired(making->options->questionnaire)) {
    good = tell_cases(making, cases, cases_count, scores);
  }
  return good;
}
