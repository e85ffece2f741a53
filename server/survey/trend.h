/* trend: the reports of several rounds of one questionnaire beside each other.
 *
 * Made of finished reports (report.h) and of nothing else, so that nothing is seen of a round that
 * its own report does not show: a sum with a hidden part is hidden. People of two rounds are taken
 * as different people. Whether questions may stand in one table follows from difference.h. Why it
 * is so: docs/decisions/0028.
 *
 * The rows of its tables are rounds; their code is the round's number, their name its title. */
#ifndef HJEMSVAR_SURVEY_TREND_H
#define HJEMSVAR_SURVEY_TREND_H

#include "survey/report.h"

enum { TREND_ROUNDS_LEAST = 2, TREND_ROUNDS_MOST = 8 };

/* What differs between a round and the one whose words a figure has. */
struct trend_note {
  size_t round;    /* index */
  const char *why; /* a stable word: of difference_kind_name; "unanswered": counts those who did not
                      answer in one of them alone; "before": a change from another question;
                      "norms": its bands are of other limits;
                      "nothing": its report has no such figure */
  const char *what;          /* what of the question: "choice 3", "low"; or NULL */
  const char *theirs, *ours; /* in that round, and in the reference; NULL: is not there */
};

struct trend_figure {
  size_t reference;                 /* whose words it has: the last of the rounds that are compared,
                                       or that has it at all */
  const struct report_figure *like; /* of that round's report */
  const char *member;        /* where the report has it: "figures", "respondents", "changes"; of a
                                score "start", "close", "change", "all" */
  const size_t *rounds;      /* indices of those that are compared, in order */
  size_t rounds_count;       /* below TREND_ROUNDS_LEAST: nothing is, and left_out says why */
  struct report_table table; /* a row for each of them; rows_count 0: no counts are shown */
  bool coarser;              /* its columns are put together more than those of a round */
  bool merged_away;          /* and so much that N alone is left: no table */
  const struct report_rating *ratings; /* of a scale: one for each of them; NULL: it is none */
  const struct report_raw
      *raws; /* internal, of "change" and "all": likewise; NULL: none is known */
  const struct trend_note *changed; /* other words: to be shown beside */
  size_t changed_count;
  const struct trend_note *left_out; /* rounds that are not compared */
  size_t left_out_count;
};

enum { TREND_TABLES = 4 };

/* Of courses: by whom they were found, why interrupted, and two opinions. A row for each round. */
struct trend_table {
  const char *name; /* "finder", "reasons", "goal", "development" */
  struct report_table table;
  bool coarser, merged_away;
};

struct trend {
  const struct report *const *rounds; /* as given */
  const struct report_set *names;     /* of rounds */
  size_t rounds_count;
  const struct trend_figure *figures; /* in the order of the last round, then what it lacks */
  size_t figures_count;
  bool courses; /* a round has some */
  struct trend_table tables[TREND_TABLES];
};

enum trend_result {
  TREND_OK,
  TREND_FEW,     /* fewer than TREND_ROUNDS_LEAST */
  TREND_MANY,    /* more than TREND_ROUNDS_MOST */
  TREND_TWICE,   /* a round stands in it twice */
  TREND_FOREIGN, /* rounds of two questionnaires */
  TREND_MEMORY
};

/* Whether the rounds may stand beside each other, before their reports are made: numbers, and the
 * ids of their questionnaires. *wrong: the index of the round that is too much. */
must_check enum trend_result trend_check(const int *rounds, const char *const *questionnaires,
                                         size_t count, size_t *wrong);

/* The id of what a figure is of: a question or a score. */
const char *trend_id(const struct trend *trend, const struct trend_figure *figure);

/* Whether it is of bands: a score at start, at close, of all forms. */
bool trend_is_banded(const struct trend_figure *figure);

/* Whether bands of two rounds are of the same limits, which are known by their title and source. */
bool trend_same_norms(const struct report_scores *one, const struct report_scores *other);

/* Puts finished reports of one profile beside each other, in that order; they are borrowed, all
 * else is of the arena. */
must_check enum trend_result trend_make(const struct report *const *reports, size_t count,
                                        struct arena *arena, struct trend *trend);

/* As JSON (docs/report.md has the shape); numbers are those of report_json. The caller owns it.
 * NULL when memory is out. */
must_check json_t *trend_json(const struct trend *trend);

#endif
