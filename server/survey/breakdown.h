/* breakdown: a figure over a whole round and by group, as it may be published.
 *
 * Answers are added respondent by respondent; a figure on children counts each child, and the
 * floor still applies to the respondents behind a cell. Groups are those of one breakdown:
 * municipalities, relations, languages. By the number of respondents, N:
 *
 *   below the floor   nothing
 *   floor to 9        a mean at most (spread.h), no distribution
 *   10 to 29          merged categories, small cells hidden; one breakdown of the figure at most
 *   from 30           the whole in full, unless all answers fall in one category
 *
 * Where answers are judgements on the health of known people ("floored"), the whole is in full
 * only if each cell reaches the floor; otherwise the figure is made as one of 10 to 29.
 *
 * A group needs BREAKDOWN_GROUP respondents; smaller ones are pooled, until the pool has as many.
 * Inside a breakdown categories are merged and cells hidden as suppression.h says. Where more
 * respondents stay visible when all merged categories but the largest are one, they are.
 *
 * Several breakdowns of one figure share its whole distribution and nothing else. Where that is
 * shown in full, whatever one of them says tells nothing of the cells of another: any two tables
 * with the same margin belong to a common larger one, so each can be judged alone (decomposable
 * margins: Dobra & Fienberg, "Bounds for cell entries in contingency tables given marginal totals
 * and decomposable graphs", PNAS 97 (2000) 11885-11892). Where it is not, one breakdown is all.
 * Percentages are of a shown cell and a shown total only; a mean beside the distribution of the
 * same group would be one sum more and is not given. */
#ifndef HJEMSVAR_SURVEY_BREAKDOWN_H
#define HJEMSVAR_SURVEY_BREAKDOWN_H

#include "survey/questionnaire.h"
#include "survey/suppression.h"

enum { BREAKDOWN_GROUP = 10, BREAKDOWN_FULL = 30 };

enum breakdown_level {
  BREAKDOWN_NOTHING,
  BREAKDOWN_MEAN,
  BREAKDOWN_MERGED,
  BREAKDOWN_IN_FULL,
  BREAKDOWN_ONE_CATEGORY /* from 30, and all answers in one: not shown */
};

struct breakdown_rules {
  int floor; /* at least SUPPRESSION_FLOOR_LEAST */
  int categories;
  const int *merged; /* per category its merged one, from 0; NULL: none is merged */
  int merged_count;  /* not looked at without merged */
  int groups;        /* 0: only the whole is asked for */
  bool unanswered;   /* the last category, merged with no other, is "not answered": it stands in
                        the tables, but makes no group and no round large enough, and all
                        answers are in one category whatever it has */
  bool floored;      /* no cell below the floor is shown at any N; an empty "not answered" is */
};

struct breakdown; /* of an arena */

/* Rules are borrowed as long as the breakdown. NULL when memory is out. */
must_check struct breakdown *breakdown_new(struct arena *arena,
                                           const struct breakdown_rules *rules);

/* Adds a respondent of a group (from 0; not looked at without groups) with the category of each
 * answer: one, or one a child. Without any the respondent is not counted. */
void breakdown_add(struct breakdown *breakdown, int group, const int *categories, size_t count);

struct breakdown_published {
  enum breakdown_level level;
  int respondents;                /* N; 0 where level is BREAKDOWN_NOTHING */
  int units;                      /* answers: children, or respondents */
  struct suppression_table whole; /* one row: by category in full, or by merged category */
  int pools;                      /* rows of the breakdown; 0: there is none to show */
  const int *pool_of;             /* per group, where pools > 0 */
  struct suppression_table table; /* the whole, then the pools, by column */
  const int *column_of;           /* per category: its column in table, and, where the whole is
                                     not in full, in whole */
};

/* Decides what is shown. Tables are of the arena. SUPPRESSION_LOW, SUPPRESSION_MEMORY. */
must_check enum suppression_result breakdown_publish(const struct breakdown *breakdown,
                                                     struct breakdown_published *published);

/* How many breakdowns of one figure may be published at that level. */
int breakdown_most(enum breakdown_level level);

/* Merges a question's choices for its breakdowns: of those in order of their codes the lower half
 * (0) and the upper half (2); the one in the middle of an odd number (1) and "don't know" (3) by
 * themselves. Writes a number for each choice; the count returned is of the merged ones, which are
 * renumbered without gaps. As with "confirm" the first codes are the positive ones. */
int breakdown_merge(const struct question *question, int *merged);

#endif
