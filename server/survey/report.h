/* report: everything that a report of a round shows, as data.
 *
 * Answers and courses are fed in one after the other (report_new, report_add, report_add_course)
 * and only sums are kept; report_finish says what is shown. What a page, a PDF, a workbook or a
 * JSON file draws is struct report and nothing else: none of them decides what may be seen. Nothing
 * here knows Bilag 8: which questions are figures follows from the questionnaire's definition. What
 * each figure is: docs/report.md.
 *
 * Two profiles. Internal, for the evaluator: every count as it is. Published: by the rules of
 * docs/disclosure.md; a cell that is not shown is empty or too small, and nobody can tell which.
 *
 * Words: a label has a code for programs, and a name or the questionnaire's own words, or neither
 * where the code is one of this program's ("completed", "2026"), which a template names. */
#ifndef HJEMSVAR_SURVEY_REPORT_H
#define HJEMSVAR_SURVEY_REPORT_H

#include "survey/course.h"
#include "survey/coverage.h"
#include "survey/documentation.h"
#include "survey/norms.h"
#include "survey/release.h"
#include "survey/response.h"
#include "survey/score.h"
#include "survey/sensitivity.h"

enum report_profile { REPORT_INTERNAL, REPORT_PUBLISHED };

/* What is counted. */
enum report_unit { REPORT_RESPONDENT, REPORT_CHILD, REPORT_COURSE };

/* ---- labels */

struct report_label {
  const char *code;          /* "1", "101", "da", "daycare", "2026", "none" (not given) */
  const char *name;          /* a municipality's, or NULL */
  const struct words *words; /* a choice of the questionnaire, or NULL */
};

/* One, or several that were put together. */
struct report_set {
  const char *code; /* "101", "217+479", "1+2"; "all" is the whole and has no labels */
  const struct report_label *labels;
  size_t labels_count;
};

/* ---- tables of counts */

struct report_cell {
  bool shown; /* false: hidden or empty, which look alike */
  int count;  /* 0 where it is not shown */
};

struct report_row {
  struct report_set who;
  struct report_cell n;            /* answers, or courses: the sum of the cells */
  int respondents;                 /* behind them; -1: not told */
  int people;                      /* the same, for comparing releases; never shown */
  const struct report_cell *cells; /* by column */
};

/* Rows are groups: the whole first, then municipalities, relations … */
struct report_table {
  const char *by; /* "municipality", "relation", "language"; NULL: only the whole */
  enum report_unit unit;
  const struct report_set *columns;
  size_t columns_count;
  const struct report_row *rows;
  size_t rows_count; /* 0: there is nothing to show */
};

/* Percent of a row's n, 0 to 100; -1 where the cell or n is not shown, or n is 0. */
double report_percent(const struct report_row *row, size_t column);

/* ---- means */

struct report_mean { /* of measures: days, visits, hours */
  struct report_set who;
  int n; /* 0: nothing is shown */
  double mean;
  bool extremes; /* least and most are shown */
  double least, most;
};

struct report_rating { /* of a scale */
  struct report_set who;
  int n;                     /* 0: nothing is shown */
  double mean;               /* as answered at first */
  bool others;               /* the rest is told */
  double turned_mean;        /* candidates turned round (scale.h) */
  double confirmed_mean;     /* as left standing */
  struct report_cell turned; /* how many were */
};

struct report_ratings {
  const char *by; /* NULL: only the whole */
  const struct report_rating *rows;
  size_t rows_count;
};

/* ---- a question */

enum report_level {
  REPORT_NOTHING,   /* nobody answered, or too few to show anything */
  REPORT_MEAN_ONLY, /* a mean at most */
  REPORT_MERGED,    /* categories put together, small cells hidden */
  REPORT_IN_FULL,
  REPORT_ONE_CATEGORY /* published: all answers are in one, so nothing is shown */
};

struct report_figure {
  int question; /* index in the questionnaire; -1: of a score */
  int score;    /* of a score: its index */
  int before;   /* of a change: the question it is compared with; -1: it is none */
  enum report_unit unit;
  enum report_level level;
  int n;                     /* answers, "don't know" among them, and "not answered" where the
                                definition counts it; 0: not told */
  int respondents;           /* behind them; 0: not told */
  int not_answered;          /* asked and not answered, not in n; -1: not told */
  struct report_table whole; /* one row; of a scale a column for each value, of a change "less",
                                "same" and "more"; the last is "none" where n has those, too */
  const struct report_table *breakdowns;
  size_t breakdowns_count;
  const struct report_ratings *ratings; /* scales: the whole alone first, then by group */
  size_t ratings_count;                 /* 0: it is no scale, or nothing is shown */
};

/* The distribution of a scale by its bands: one row, without rows where it is not shown or has no
 * bands. Columns are "1-2", "3-4" …, and "none" as in the whole. False when memory is out. */
must_check bool report_bands(struct arena *arena, const struct questionnaire *questionnaire,
                             const struct report_figure *figure, struct report_table *bands);

/* ---- scores */

/* Internal: means of the children whose score is known at start and close; where forms are not
 * paired, of all forms whose score is known, and mean is all there is. */
struct report_raw {
  int n; /* 0: nobody, or not told */
  double mean;
  double start, close;
  double difference; /* signed so that plus is better; no effect: nothing to compare with */
};

/* Where forms are paired (score_paired): of the children with one form at start and one at close,
 * by the same informant; one with forms of two informants counts for each. Unit: child. Otherwise:
 * of all forms. The figures of the other kind are empty. */
struct report_score {
  int score;                         /* index in the questionnaire */
  struct report_figure start, close; /* columns: the norms' bands, and "none" (no score, or no table
                                        of that informant and age); without norms without columns */
  struct report_figure change;       /* "better", "same", "worse", and "none" (not known) */
  struct report_figure all;          /* as start; without norms "known" and "none" */
  struct report_raw raw;
};

/* Internal alone, as all below, and paired: one child's forms of one informant. */
struct report_form {
  bool there;
  int age;                         /* -1: not said */
  struct score_reading *scores;    /* by score */
  int *bands;                      /* by score: index of the band, or NORMS_NONE */
  const struct norms_table *table; /* that they are of, or NULL */
};
struct report_case {
  const char *number;              /* as it is compared (casenumber.h) */
  struct report_set municipality;  /* one */
  struct report_set informant;     /* one */
  int starts, closes;              /* forms */
  struct report_form start, close; /* there where there is one of the kind, and not several */
};

struct report_scores {
  bool told; /* false: the questionnaire has no scores, and the rest says nothing */
  const char *norms_title, *norms_source; /* NULL: no bands */
  const char *const *bands;               /* internal: their codes */
  const char *const *sources;             /* of the tables that were used, if they say more */
  size_t sources_count;
  const struct report_score *items;
  size_t count;
  /* Internal; -1: not told. */
  int starts, closes;         /* forms */
  int paired;                 /* children with one of each; a child of two informants twice */
  int start_only, close_only; /* without the other */
  int doubled;                /* with several of a kind by one informant: left out */
  int informants;             /* children who are counted for more than one informant */
  const struct report_case *cases;
  size_t cases_count;
};

/* ---- courses */

struct report_left_out {
  const char *why; /* "not_closed", "other_period", "interrupted", "no_visitation", "no_start",
                      "visitation_late", "closed_first", "no_visits", "no_hours" */
  int count;       /* of the whole round, above 0 */
};

struct report_measure {
  const char *name;               /* "waiting_days", "visits", "hours_per_visit", "duration_days" */
  const struct report_mean *rows; /* the whole first, then by municipality */
  size_t rows_count;              /* 0: nothing is shown */
  const struct report_left_out *left_out;
  size_t left_out_count;
};

enum { REPORT_MEASURES = 4 };

/* What municipalities said of their courses, which has more categories over the whole. */
struct report_opinion {
  struct report_table whole, groups; /* rows_count 0: there is nothing to show */
};

/* Courses belong to a year or a period by their dates; no answer belongs to a course. Tables are by
 * municipality. "Closed" is a course with a closing date that was not interrupted. Sums over the
 * whole round are told in both profiles; what they are made of follows the floor. */
struct report_courses {
  int registered;                         /* in the sheet, whatever their dates */
  int closed;                             /* in the period */
  int interrupted;                        /* in the period, and those without a day */
  int interrupted_undated;                /* of these, without a day */
  const char *first_closed, *last_closed; /* ISO days within the period; NULL: none */
  struct report_table begun;              /* by year of start, all that are registered */
  struct report_table closed_by_year;     /* by year of closing, all that are registered */
  struct report_table finder;             /* closed in the period, by who found the family */
  struct report_table reasons;            /* interrupted, by reason */
  struct report_measure measures[REPORT_MEASURES]; /* closed in the period */
  struct report_opinion goal;                      /* closed in the period: were the goals met */
  struct report_opinion development;               /* likewise: did the child develop well */
};

/* ---- coverage, sensitivity, quality */

struct report_coverage {
  struct report_set who;
  bool shown; /* false: too few, and the rest says nothing */
  int answers;
  struct coverage coverage; /* interrupted is -1 where it is not told: published */
};

struct report_sensitive {
  long n;                                   /* answers given, unweighted */
  double base;                              /* their weight; 0: nobody, and the rest says nothing */
  double mean, turned_mean, confirmed_mean; /* scales */
  long turned;                              /* how many were; -1: not told */
  double agree;                             /* others: the share that agrees, 0 to 1 */
};

struct report_sensitivity {
  int question;
  enum report_unit unit;
  bool scale;
  bool shown; /* false: too few are flagged for the others to be told apart */
  struct report_sensitive figures[SENSITIVITY_BASES];
};

struct report_quality {
  bool known;               /* flags were made */
  const char *refreshed_at; /* ISO 8601; NULL: never */
  bool stale;               /* and answers came or went since */
  struct report_cell answers;
  struct report_cell flagged;           /* with any flag */
  struct report_cell flags[FLAG_COUNT]; /* scale: both kinds */
  struct report_cell mirrored;          /* of the scale's */
  struct report_cell left_out;          /* flagged answers that the filter left out */
  double weight;                        /* of all answers; -1: not told */
};

/* ---- the whole */

struct report_period {                 /* NULL: no end; all included */
  const char *from, *to;               /* weeks of answer as asked for, "2026-W40"; of a
                                          finalised round quarters */
  const char *closed_from, *closed_to; /* closing dates of courses, "2026-01-31" */
  const char *first_week, *last_week;  /* of the answers that were counted; NULL: none */
};

struct report_published { /* the release; number 0: not stored yet */
  int number;
  int floor;
  const char *made_at;                    /* ISO date-time */
  const char *override_by, *override_why; /* NULL: nobody had to */
};

struct report {
  enum report_profile profile;
  int round;
  const char *round_title;
  const char *round_state; /* "open", "closed", … */
  const char *controller;  /* whose data they are; may be "" */
  const char *made_at;     /* ISO date-time */
  const struct questionnaire *questionnaire;
  struct report_period period;
  const struct report_label *municipalities; /* that the report is of */
  size_t municipalities_count;
  bool all_municipalities;              /* of the round */
  const struct report_label *languages; /* asked for; none: all */
  size_t languages_count;
  bool without_flagged;
  struct report_published published;   /* REPORT_PUBLISHED */
  int answers;                         /* counted; -1: too few to be told */
  const struct report_figure *figures; /* opinions, in the questionnaire's order */
  size_t figures_count;
  const struct report_figure *respondents; /* who answered: other questions with codes */
  size_t respondents_count;
  const struct report_figure *changes; /* scales that are compared with one before them, of those
                                          who answered both */
  size_t changes_count;
  struct report_scores scores;
  const struct report_coverage *coverage; /* by municipality; several put together when published */
  size_t coverage_count;
  struct report_courses courses;
  const struct report_sensitivity *sensitivity;
  size_t sensitivity_count;
  struct report_quality quality;
  const struct documentation_version *documentation; /* what its municipalities say of their work;
                                                        published: documentation_published alone */
  size_t documentation_count;
};

/* ---- making one */

enum { REPORT_FLOOR_MOST = 1000 };

struct report_options { /* all is borrowed until the report is no longer used */
  enum report_profile profile;
  int floor; /* REPORT_PUBLISHED: at least SUPPRESSION_FLOOR_LEAST */
  const struct questionnaire *questionnaire;
  const struct norms *norms;                 /* or NULL: scores have no bands */
  const struct report_label *municipalities; /* by code; at least one */
  size_t municipalities_count;
  bool without_flagged;
  int closed_from, closed_to; /* closing dates (base/calendar.h), both included; -1: no end */
};

/* The question that answers are grouped by as "relation": who filled the form in, or the first
 * choice that says who in the family answers; -1: none. */
int report_relation(const struct questionnaire *questionnaire);

struct report_making;

enum report_result {
  REPORT_OK,
  REPORT_LOW,     /* the floor is under the least */
  REPORT_UNKNOWN, /* an answer or course is of a municipality that was not named */
  REPORT_MEMORY
};

/* Begins; everything is of the arena but what report_free frees. NULL when memory is out. */
must_check struct report_making *report_new(struct arena *arena,
                                            const struct report_options *options);
void report_free(struct report_making *making); /* the report itself stays; NULL is allowed */

/* Counts an answer in, unless the options leave it out; nothing of it is kept but sums. */
must_check enum report_result report_add(struct report_making *making,
                                         const struct response *response);

/* Counts a course of the registration sheet in, whatever its dates. */
must_check enum report_result report_add_course(struct report_making *making,
                                                const struct course *course);

/* Decides what is shown. What the caller knows (round, title, state, controller, made_at, weeks and
 * languages asked for, when flags were made, the documentation, the release) is left empty for it
 * to fill in, before report_release and report_json. */
must_check enum report_result report_finish(struct report_making *making, struct report *report);

/* The margins that a published report shows, for release_compare: every count and whose. False when
 * memory is out. */
must_check bool report_release(const struct report *report, struct arena *arena,
                               struct release *release);

/* As JSON, unrounded (docs/report.md has the shape). What is not shown is null. The caller owns it.
 * NULL when memory is out. */
must_check json_t *report_json(const struct report *report);

/* ---- a release */

/* A published report as its release gives it: the JSON that was kept, with the number and day that
 * are known since then. The caller owns it. NULL when memory is out, or nothing was kept. */
must_check json_t *report_json_kept(const char *kept, int number, const char *made_at);

/* That JSON as the report it was, so that every format draws the same again whatever has come or
 * gone since. The questionnaire is that of its round. Nothing is told that the JSON does not say:
 * "people" of rows is 0. Everything else is of the arena. False when it is no published report of
 * the questionnaire, or memory is out. */
must_check bool report_parse(const json_t *json, const struct questionnaire *questionnaire,
                             struct arena *arena, struct report *report);

/* What was asked for, as a release keeps it: {"municipalities":[],"languages":["da"],"from":…,
 * "to":…,"closed_from":…,"closed_to":…,"without_flagged":false}; no municipalities are all. The
 * caller owns it. NULL when memory is out. */
must_check json_t *report_json_options(const struct report *report);

#endif
