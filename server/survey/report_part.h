/* report_part: what the files of report.h share while a report is made.
 *
 * Private to survey/. Each part has its own sums: report_figure (questions), report_sheet
 * (courses), report_check (coverage, sensitivity, quality). report_table makes rows out of them. */
#ifndef HJEMSVAR_SURVEY_REPORT_PART_H
#define HJEMSVAR_SURVEY_REPORT_PART_H

#include "survey/breakdown.h"
#include "survey/report.h"
#include "survey/spread.h"

enum report_by { REPORT_BY_MUNICIPALITY, REPORT_BY_RELATION, REPORT_BY_LANGUAGE, REPORT_BYS };

enum { REPORT_LANGUAGES_MAX = 64 };

/* The groups of a breakdown; count 0: the questionnaire knows none such. */
struct report_groups {
  const char *by;
  struct report_label *labels;
  size_t count;
  bool *met; /* an answer was of it; one that nobody met is named only where it is always there */
  size_t always; /* so many of the first are */
};

/* Counts of a group and category; the last column of a row is the group's total. */
struct report_tally {
  int count;
  int respondents;
};

struct report_figures;
struct report_sheet;
struct report_measures;
struct report_check;
struct report_scores_made;

struct report_making {
  struct arena *arena;
  const struct report_options *options;
  struct report_groups groups[REPORT_BYS];
  int relation; /* the question that groups by relation, or -1 */
  int answers;
  int left_out; /* flagged, by the filter */
  char first_week[16], last_week[16];
  int *answers_of;                 /* by municipality */
  int *closed_of, *interrupted_of; /* courses of the period, by municipality */
  struct report_figures *figures;
  struct report_sheet *sheet;
  struct report_measures *measures;
  struct report_check *check;
  struct report_scores_made *scores;
};

/* ---- questions */

must_check bool report_figures_new(struct report_making *making);
/* groups: of the respondent, by breakdown; -1 where there are none. */
void report_figures_add(struct report_making *making, const struct answer *answer,
                        const int groups[REPORT_BYS]);
must_check bool report_figures_finish(struct report_making *making, struct report *report);

/* ---- courses */

must_check bool report_sheet_new(struct report_making *making);
must_check bool report_sheet_add(struct report_making *making, int municipality,
                                 const struct course *course);
must_check bool report_sheet_finish(struct report_making *making, struct report *report);

/* Days, visits and hours; inside: closed in the period. */
must_check bool report_measures_new(struct report_making *making);
must_check bool report_measures_add(struct report_making *making, int municipality,
                                    const struct course *course, bool inside, bool interrupted);
must_check bool report_measures_finish(struct report_making *making,
                                       struct report_measure measures[REPORT_MEASURES]);

/* ---- coverage, sensitivity, quality */

must_check bool report_check_new(struct report_making *making);
void report_check_free(struct report_making *making);
void report_check_add(struct report_making *making, const struct response *response);
must_check bool report_check_finish(struct report_making *making, struct report *report);

/* ---- scores of forms that are paired */

must_check bool report_scores_new(struct report_making *making);
must_check bool report_scores_add(struct report_making *making, const struct answer *answer,
                                  const int groups[REPORT_BYS]);
must_check bool report_scores_finish(struct report_making *making, struct report *report);

/* ---- rows and columns */

enum { REPORT_WHOLE = -1 };

/* The set of those labels whose index_of is the one wanted (NULL: the one label itself), in their
 * order; skip leaves labels out. No labels: none was left. code NULL: memory is out. */
struct report_set report_set_of(struct arena *arena, const struct report_label *labels,
                                size_t count, const int *index_of, int wanted, const bool *skip);
struct report_set report_set_whole(void);

/* Which groups are not named. NULL when memory is out. */
must_check const bool *report_skipped(struct arena *arena, const struct report_groups *groups);

/* Columns of labels that are put together by column_of; NULL: a column for each label. NULL when
 * memory is out. */
must_check const struct report_set *report_columns_merged(struct arena *arena,
                                                          const struct report_label *labels,
                                                          size_t count, const int *column_of,
                                                          size_t columns_count);

/* Exact counts: the whole, then the groups that are named; tallies by group, columns_count + 1
 * each. without groups: the whole alone. */
must_check bool report_table_exact(struct arena *arena, const struct report_groups *groups,
                                   bool whole_only, const struct report_tally *tallies,
                                   struct report_table *table);

/* The rows of a table after suppression: the first is the whole, the others are pools; respondents
 * are told. */
must_check bool report_table_hidden(struct arena *arena, const struct report_groups *groups,
                                    const int *pool_of, const struct suppression_table *hidden,
                                    struct report_table *table);

/* Pools as pool_small does, but for groups of nobody: one that stands alone could be told from one
 * with few, which is pooled. It is put to the smallest, pooled or not. */
size_t report_pool(const int *sizes, size_t count, int least, const bool *forced, int *pool_of);

/* How many a published group needs. */
int report_least_group(const struct report_making *making);

/* A number that is shown from the floor on, and always internally. */
struct report_cell report_cell_of(const struct report_options *options, int count);

#endif
