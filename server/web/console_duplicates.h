/* console_duplicates: the page on the quality of a round's answers, for the evaluator.
 *
 * Groups of answers that are probably one person's stand side by side, to be decided on; below
 * them the other signs, how much they matter, and coverage. It is the one page that shows answers,
 * and asks for them by console_review alone. */
#ifndef HJEMSVAR_WEB_CONSOLE_DUPLICATES_H
#define HJEMSVAR_WEB_CONSOLE_DUPLICATES_H

#include "store/review_store.h"
#include "web/work.h"

enum { QUALITY_GROUPS_A_PAGE = 10, QUALITY_FLAGS_A_PAGE = 50, QUALITY_ANSWERS_SHOWN = 8 };

/* Answers that stand together: a cluster, or two of which something was decided. */
struct quality_group {
  const char *const *ids;
  size_t ids_count;
  int municipality;
  const char *municipality_name;
};

struct quality_page {
  struct work *work;
  struct round_row round;
  const struct questionnaire *questionnaire;
  struct quality_run run;
  struct quality_counts counts;
  struct pair_row *pairs; /* flagged or decided */
  size_t pairs_count;
  struct quality_group *groups;
  size_t groups_count, clusters_count; /* clusters come first */
  size_t first_group;                  /* shown from here on */
  struct review_row *reviews;
  size_t reviews_count;
  struct review_answer *answers; /* of the groups that are shown */
  size_t answers_count;
  struct flag_row *flags;
  size_t flags_count;
  const char *figures; /* JSON, or NULL */
  struct coverage_row *coverage;
  size_t coverage_count;
  bool coverage_wrong;   /* a day of the form is none */
  const char *from, *to; /* as typed, or NULL */
};

/* Parts of the page's data. NULL when memory is out. */
json_t *quality_groups_json(const struct quality_page *page);
json_t *quality_signs_json(const struct quality_page *page);
json_t *quality_figures_json(const struct quality_page *page); /* NULL also without figures */
json_t *quality_coverage_json(const struct quality_page *page);

/* A number in the reader's writing, with so many decimals: "0,98" in Danish. */
const char *quality_decimal(const struct work *work, double number, int decimals);

/* The first eight characters of an id: enough for people. */
const char *quality_short_id(const struct work *work, const char *id);

/* The signs of an answer in words, ", " between them; "" without any. */
const char *quality_signs(const struct work *work, const struct quality_flags *flags);

#endif
