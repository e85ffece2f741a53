/* report_figure: the sums of a question, and what of them is published.
 *
 * Private to survey/. report_figure.c counts and tells exact figures, report_figure_hidden.c those
 * that are published. */
#ifndef HJEMSVAR_SURVEY_REPORT_FIGURE_H
#define HJEMSVAR_SURVEY_REPORT_FIGURE_H

#include "survey/report_part.h"

struct rating_sum {
  int n, turned;
  double first, turned_sum, final;
};

struct figure_sum {
  int question; /* -1: of a score; labels, columns and merged are the maker's then */
  int before;   /* of a change: the question it is compared with, or -1 */
  enum report_unit unit;
  bool background, scale;
  bool asked_back;             /* a scale that is confirmed, so that it has three means */
  bool whole_only;             /* published: as bands of a scale, over the whole alone in full */
  bool unanswered;             /* the last category is "not answered" */
  bool floored;                /* published: no cell below the floor, whatever N is */
  struct report_label *labels; /* of the categories */
  size_t categories;
  size_t values; /* of these, those that are answers */
  const struct report_set *columns;
  struct report_tally *tallies[REPORT_BYS]; /* per group: per category, then the total */
  struct rating_sum *ratings[REPORT_BYS];   /* per group, of a scale */
  struct breakdown_rules rules[REPORT_BYS];
  struct breakdown *breakdowns[REPORT_BYS]; /* opinions to be published */
  int *merged;                              /* per category its merged one, or NULL */
  int merged_count;
  bool *seen; /* scratch: categories of one respondent */
  int not_answered;
};

/* Begins to count; `categories` follow from `values`. False when memory is out. */
must_check bool figure_begin(struct report_making *making, struct figure_sum *sum);

/* Counts a respondent's categories in: one, or one a child. */
void figure_add(struct figure_sum *sum, const int *categories, size_t count,
                const int groups[REPORT_BYS]);

/* What is shown of it. False when memory is out. */
must_check bool figure_finish(struct report_making *making, struct figure_sum *sum,
                              struct report_figure *figure);

/* Counts of a category of all respondents; of all answers: category == categories. */
struct report_tally figure_whole(const struct report_making *making, const struct figure_sum *sum,
                                 size_t category);

/* A table of the figure's categories, without rows. */
struct report_table figure_table(const struct figure_sum *sum);

/* Whether a breakdown has anything to tell apart. */
bool figure_is_apart(const struct report_making *making, const struct figure_sum *sum, int by);

/* Sums of ratings put together, and what they come to. */
struct rating_sum figure_ratings(const struct rating_sum *sums, size_t count);
struct report_rating figure_rating(const struct figure_sum *figure, const struct rating_sum *sum);

/* What is published of a question on who answered, of a scale, of what is whole_only, of another
 * opinion. breakdowns and
 * ratings have room for all. False when memory is out. */
must_check bool figure_hide_background(struct report_making *making, const struct figure_sum *sum,
                                       struct report_figure *figure);
must_check bool figure_hide_scale(struct report_making *making, const struct figure_sum *sum,
                                  struct report_ratings *ratings, struct report_figure *figure);
must_check bool figure_hide_whole(struct report_making *making, const struct figure_sum *sum,
                                  struct report_figure *figure);
must_check bool figure_hide_choice(struct report_making *making, const struct figure_sum *sum,
                                   struct report_table *breakdowns, struct report_figure *figure);

#endif
