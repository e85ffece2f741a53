#include "survey/trend.h"

#include <string.h>

#include "survey/score.h"
#include "survey/trend_part.h"

struct making {
  const struct report *const *reports;
  size_t count;
  struct arena *arena;
  struct trend *trend;
  struct trend_figure *figures;
  bool failed;
};

/* ---- which rounds */

enum trend_result trend_check(const int *rounds, const char *const *questionnaires, size_t count,
                              size_t *wrong) {
  *wrong = 0;
  if (count < TREND_ROUNDS_LEAST) {
    return TREND_FEW;
  }
  if (count > TREND_ROUNDS_MOST) {
    *wrong = TREND_ROUNDS_MOST;
    return TREND_MANY;
  }
  for (size_t i = 1; i < count; i++) {
    *wrong = i;
    for (size_t j = 0; j < i; j++) {
      if (rounds[i] == rounds[j]) {
        return TREND_TWICE;
      }
    }
    if (strcmp(questionnaires[i], questionnaires[0]) != 0) {
      return TREND_FOREIGN;
    }
  }
  return TREND_OK;
}

static enum trend_result check(const struct making *making) {
  int rounds[TREND_ROUNDS_MOST] = {0};
  const char *questionnaires[TREND_ROUNDS_MOST] = {NULL};
  size_t wrong;
  for (size_t i = 0; i < making->count && i < TREND_ROUNDS_MOST; i++) {
    rounds[i] = making->reports[i]->round;
    questionnaires[i] = making->reports[i]->questionnaire->id;
  }
  return trend_check(rounds, questionnaires, making->count, &wrong);
}

/* A title that two rounds have stands with their numbers. */
static void name_rounds(struct making *making) {
  struct report_set *names = arena_array(making->arena, making->count, sizeof *names);
  struct report_label *labels = arena_array(making->arena, making->count, sizeof *labels);
  making->failed = making->failed || names == NULL || labels == NULL;
  for (size_t i = 0; i < making->count && !making->failed; i++) {
    const struct report *report = making->reports[i];
    bool alone = true;
    for (size_t j = 0; j < making->count; j++) {
      alone =
          alone && (i == j || strcmp(making->reports[j]->round_title, report->round_title) != 0);
    }
    labels[i].code = arena_printf(making->arena, "%d", report->round);
    labels[i].name =
        alone ? report->round_title
              : arena_printf(making->arena, "%s (%d)", report->round_title, report->round);
    making->failed = labels[i].code == NULL || labels[i].name == NULL;
    names[i] = (struct report_set){labels[i].code, &labels[i], 1};
  }
  making->trend->names = names;
}

/* ---- a question in every round */

enum member { FIGURES, RESPONDENTS, CHANGES, STARTS, CLOSES, SCORE_CHANGES, ALL, MEMBERS };

static const char *const member_names[MEMBERS] = {"figures", "respondents", "changes", "start",
                                                  "close",   "change",      "all"};

/* Without limits nothing is told of bands. */
static size_t count_of(const struct report *report, enum member member) {
  const struct report_scores *scores = &report->scores;
  bool paired = score_paired(report->questionnaire), banded = paired && scores->norms_title != NULL;
  const size_t counts[MEMBERS] = {report->figures_count,      report->respondents_count,
                                  report->changes_count,      banded ? scores->count : 0,
                                  banded ? scores->count : 0, paired ? scores->count : 0,
                                  paired ? 0 : scores->count};
  return counts[member];
}

static const struct report_figure *figure_at(const struct report *report, enum member member,
                                             size_t index) {
  const struct report_score *items = report->scores.items;
  switch (member) {
  case FIGURES:
    return &report->figures[index];
  case RESPONDENTS:
    return &report->respondents[index];
  case CHANGES:
    return &report->changes[index];
  case STARTS:
    return &items[index].start;
  case CLOSES:
    return &items[index].close;
  case SCORE_CHANGES:
    return &items[index].change;
  case ALL:
    return &items[index].all;
  case MEMBERS:
    break;
  }
  return NULL;
}

static const char *id_of(const struct report *report, int question) {
  return question < 0 ? "" : report->questionnaire->questions[question].id;
}

static const char *figure_id(const struct report *report, const struct report_figure *figure) {
  return figure->question < 0 ? report->questionnaire->scores[figure->score].id
                              : id_of(report, figure->question);
}

/* A change of a question is one whatever it is compared with; a question may have come to tell who
 * answers, but no score is a question. */
static bool is_same(const struct report *a, const struct report_figure *one, enum member of_one,
                    const struct report *b, const struct report_figure *other,
                    enum member of_other) {
  return (of_one == of_other || (of_one < STARTS && of_other < STARTS)) &&
         strcmp(figure_id(a, one), figure_id(b, other)) == 0 &&
         (one->before < 0) == (other->before < 0);
}

/* The same figure in another report, in whichever list; NULL: it has none. */
static const struct report_figure *find_figure(const struct making *making, size_t reference,
                                               enum member member, const struct report_figure *like,
                                               size_t round) {
  const struct report *ours = making->reports[reference], *theirs = making->reports[round];
  for (enum member other = FIGURES; other < MEMBERS; other++) {
    for (size_t i = 0; i < count_of(theirs, other); i++) {
      const struct report_figure *figure = figure_at(theirs, other, i);
      if (is_same(ours, like, member, theirs, figure, other)) {
        return figure;
      }
    }
  }
  return NULL;
}

/* ---- one figure */

struct comparing {
  struct making *making;
  enum member member;
  struct trend_figure *figure;
  const struct report_figure *found[TREND_ROUNDS_MOST]; /* by round; NULL: it has none */
  size_t *rounds;
};

static bool is_equal(const char *a, const char *b) {
  return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

bool trend_same_norms(const struct report_scores *one, const struct report_scores *other) {
  return is_equal(one->norms_title, other->norms_title) &&
         is_equal(one->norms_source, other->norms_source);
}

static bool has_other_norms(const struct report_scores *theirs, const struct report_scores *ours,
                            struct trend_note *note) {
  bool titled = is_equal(theirs->norms_title, ours->norms_title);
  note->why = "norms";
  note->theirs = titled ? theirs->norms_source : theirs->norms_title;
  note->ours = titled ? ours->norms_source : ours->norms_title;
  return !trend_same_norms(theirs, ours);
}

/* Why a round is left out of a figure besides what its definition says: it has no such figure, a
 * change is from another question, bands are of other limits. False when there is nothing of it. */
static bool is_missing(const struct comparing *comparing, size_t round, struct trend_note *note) {
  const struct making *making = comparing->making;
  const struct trend_figure *figure = comparing->figure;
  const struct report_figure *found = comparing->found[round];
  const struct report *theirs = making->reports[round], *ours = making->reports[figure->reference];
  *note = (struct trend_note){.round = round, .why = "nothing"};
  if (found == NULL) {
    return true;
  }
  if (trend_is_banded(figure)) {
    return has_other_norms(&theirs->scores, &ours->scores, note);
  }
  note->why = "before";
  note->theirs = id_of(theirs, found->before);
  note->ours = id_of(ours, figure->like->before);
  return strcmp(note->theirs, note->ours) != 0;
}

static void match_round(struct comparing *comparing, size_t round, struct trend_notes *changed,
                        struct trend_notes *left_out) {
  struct making *making = comparing->making;
  struct trend_figure *figure = comparing->figure;
  struct trend_note note;
  size_t before = left_out->count;
  comparing->found[round] =
      find_figure(making, figure->reference, comparing->member, figure->like, round);
  bool good = round == figure->reference ||
              trend_match(making->reports, figure, round, making->arena, changed, left_out);
  if (good && left_out->count == before && is_missing(comparing, round, &note)) {
    good = trend_note_add(making->arena, left_out, note);
  }
  if (left_out->count == before) {
    comparing->rounds[figure->rounds_count++] = round;
  }
  making->failed = making->failed || !good;
}

static void match(struct comparing *comparing) {
  struct trend_figure *figure = comparing->figure;
  struct trend_notes changed = {.items = NULL}, left_out = {.items = NULL};
  for (size_t i = 0; i < comparing->making->count && !comparing->making->failed; i++) {
    match_round(comparing, i, &changed, &left_out);
  }
  figure->changed = changed.items;
  figure->changed_count = changed.count;
  figure->left_out = left_out.items;
  figure->left_out_count = left_out.count;
}

static struct report_row row_of(const struct making *making, size_t round,
                                const struct report_figure *figure) {
  bool told = figure->n > 0 || making->reports[round]->profile == REPORT_INTERNAL;
  return (struct report_row){.who = making->trend->names[round],
                             .n = {.shown = told, .count = told ? figure->n : 0},
                             .respondents =
                                 told && figure->question >= 0 ? figure->respondents : -1};
}

static void tabulate(struct comparing *comparing) {
  struct making *making = comparing->making;
  struct trend_figure *figure = comparing->figure;
  const struct question *questions = making->reports[figure->reference]->questionnaire->questions;
  int question = figure->like->question;
  const struct report_table *tables[TREND_ROUNDS_MOST] = {NULL};
  struct report_row *rows = arena_array(making->arena, figure->rounds_count, sizeof *rows);
  struct trend_joint joint = {.tables = tables,
                              .count = figure->rounds_count,
                              .question = question < 0 ? NULL : &questions[question],
                              .rows = rows};
  making->failed = rows == NULL;
  for (size_t i = 0; i < figure->rounds_count && !making->failed; i++) {
    size_t round = figure->rounds[i];
    tables[i] = &comparing->found[round]->whole;
    rows[i] = row_of(making, round, comparing->found[round]);
    joint.first = round == figure->reference ? i : joint.first;
  }
  figure->table = (struct report_table){.unit = figure->like->unit};
  making->failed = making->failed || !trend_join(&joint, making->arena, &figure->table,
                                                 &figure->coarser, &figure->merged_away);
}

static void rate(struct comparing *comparing) {
  struct making *making = comparing->making;
  struct trend_figure *figure = comparing->figure;
  struct report_rating *ratings = arena_array(making->arena, figure->rounds_count, sizeof *ratings);
  bool some = false;
  making->failed = making->failed || ratings == NULL;
  for (size_t i = 0; i < figure->rounds_count && !making->failed; i++) {
    size_t round = figure->rounds[i];
    const struct report_figure *found = comparing->found[round];
    if (found->ratings_count > 0) {
      ratings[i] = found->ratings[0].rows[0];
      some = some || ratings[i].n > 0;
    }
    ratings[i].who = making->trend->names[round];
  }
  figure->ratings = some ? ratings : NULL;
}

static struct report_raw raw_of(const struct report_scores *scores, int score) {
  for (size_t i = 0; i < scores->count; i++) {
    if (scores->items[i].score == score) {
      return scores->items[i].raw;
    }
  }
  return (struct report_raw){.n = 0};
}

static void tell_raws(struct comparing *comparing) {
  struct making *making = comparing->making;
  struct trend_figure *figure = comparing->figure;
  struct report_raw *raws = arena_array(making->arena, figure->rounds_count, sizeof *raws);
  bool some = false;
  making->failed = making->failed || raws == NULL;
  for (size_t i = 0; i < figure->rounds_count && !making->failed; i++) {
    size_t round = figure->rounds[i];
    raws[i] = raw_of(&making->reports[round]->scores, comparing->found[round]->score);
    some = some || raws[i].n > 0;
  }
  figure->raws = some ? raws : NULL;
}

static void try_reference(struct making *making, struct comparing *comparing, size_t reference,
                          const struct report_figure *like) {
  struct trend_figure *figure = comparing->figure;
  *figure = (struct trend_figure){.reference = reference,
                                  .like = like,
                                  .member = member_names[comparing->member],
                                  .rounds = comparing->rounds};
  if (!making->failed) {
    match(comparing);
  }
}

/* Beside the last round that has it; where no other is comparable with that, beside the one before,
 * and so on. */
static void compare(struct making *making, size_t reference, enum member member,
                    const struct report_figure *like) {
  struct trend_figure *figure = &making->figures[making->trend->figures_count++];
  struct comparing comparing = {.making = making,
                                .member = member,
                                .figure = figure,
                                .rounds =
                                    arena_array(making->arena, making->count, sizeof(size_t))};
  making->failed = making->failed || comparing.rounds == NULL;
  try_reference(making, &comparing, reference, like);
  for (size_t i = reference; i > 0 && figure->rounds_count < TREND_ROUNDS_LEAST; i--) {
    const struct report_figure *older = find_figure(making, reference, member, like, i - 1);
    if (older != NULL) {
      try_reference(making, &comparing, i - 1, older);
    }
  }
  if (figure->rounds_count < TREND_ROUNDS_LEAST) {
    try_reference(making, &comparing, reference, like);
  } else if (!making->failed) {
    tabulate(&comparing);
    rate(&comparing);
    if (member == SCORE_CHANGES || member == ALL) {
      tell_raws(&comparing);
    }
  }
}

/* ---- all of them */

/* Whether a later round has it, so that it stands there already. */
static bool is_later(const struct making *making, size_t reference, enum member member,
                     const struct report_figure *like) {
  bool later = false;
  for (size_t i = reference + 1; i < making->count && !later; i++) {
    later = find_figure(making, reference, member, like, i) != NULL;
  }
  return later;
}

static void compare_one(struct making *making, size_t reference, enum member member, size_t index) {
  const struct report *report = making->reports[reference];
  if (making->failed || index >= count_of(report, member)) {
    return;
  }
  const struct report_figure *figure = figure_at(report, member, index);
  if (!is_later(making, reference, member, figure)) {
    compare(making, reference, member, figure);
  }
}

static void compare_round(struct making *making, size_t reference) {
  const struct report *report = making->reports[reference];
  for (enum member member = FIGURES; member < STARTS; member++) {
    for (size_t i = 0; i < count_of(report, member); i++) {
      compare_one(making, reference, member, i);
    }
  }
  for (size_t i = 0; i < report->scores.count; i++) {
    for (enum member member = STARTS; member < MEMBERS; member++) {
      compare_one(making, reference, member, i);
    }
  }
}

static void compare_all(struct making *making) {
  size_t most = 0;
  for (size_t i = 0; i < making->count; i++) {
    for (enum member member = FIGURES; member < MEMBERS; member++) {
      most += count_of(making->reports[i], member);
    }
  }
  making->figures = arena_array(making->arena, most + 1, sizeof *making->figures);
  making->failed = making->failed || making->figures == NULL;
  making->trend->figures = making->figures;
  for (size_t reference = making->count; reference-- > 0;) {
    compare_round(making, reference);
  }
}

const char *trend_id(const struct trend *trend, const struct trend_figure *figure) {
  return figure_id(trend->rounds[figure->reference], figure->like);
}

/* ---- courses */

static const struct report_table *table_of(const struct report_courses *courses, size_t index) {
  const struct report_table *const tables[TREND_TABLES] = {
      &courses->finder, &courses->reasons, &courses->goal.whole, &courses->development.whole};
  return tables[index];
}

static void join_courses(struct making *making, size_t index, struct trend_table *joined) {
  const struct report_table *tables[TREND_ROUNDS_MOST] = {NULL};
  struct report_row *rows = arena_array(making->arena, making->count, sizeof *rows);
  struct trend_joint joint = {
      .tables = tables, .count = making->count, .first = making->count - 1, .rows = rows};
  making->failed = making->failed || rows == NULL;
  for (size_t i = 0; i < making->count && !making->failed; i++) {
    tables[i] = table_of(&making->reports[i]->courses, index);
    rows[i] = (struct report_row){.who = making->trend->names[i], .respondents = -1};
    if (tables[i]->rows_count > 0) {
      rows[i].n = tables[i]->rows[0].n;
    }
  }
  joined->table = (struct report_table){.unit = REPORT_COURSE};
  making->failed = making->failed || !trend_join(&joint, making->arena, &joined->table,
                                                 &joined->coarser, &joined->merged_away);
}

static void compare_courses(struct making *making) {
  static const char *const names[TREND_TABLES] = {"finder", "reasons", "goal", "development"};
  struct trend *trend = making->trend;
  for (size_t i = 0; i < making->count; i++) {
    trend->courses = trend->courses || making->reports[i]->courses.registered > 0;
  }
  for (size_t i = 0; i < TREND_TABLES && trend->courses; i++) {
    trend->tables[i].name = names[i];
    join_courses(making, i, &trend->tables[i]);
  }
}

enum trend_result trend_make(const struct report *const *reports, size_t count, struct arena *arena,
                             struct trend *trend) {
  struct making making = {.reports = reports, .count = count, .arena = arena, .trend = trend};
  enum trend_result result = check(&making);
  *trend = (struct trend){.rounds = reports, .rounds_count = count};
  if (result != TREND_OK) {
    return result;
  }
  name_rounds(&making);
  if (!making.failed) {
    compare_all(&making);
    compare_courses(&making);
  }
  return making.failed ? TREND_MEMORY : TREND_OK;
}
