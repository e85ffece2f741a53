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
  bool joined;  /* a cluster: of one person, as things stand */
  bool decided; /* somebody has seen to all of its answers */
};

enum quality_show { QUALITY_SHOW_ALL, QUALITY_SHOW_OPEN, QUALITY_SHOW_DECIDED };

struct quality_page {
  struct work *work;
  struct round_row round;
  const struct questionnaire *questionnaire;
  struct quality_run run;
  struct quality_counts counts;
  struct pair_row *pairs; /* flagged or decided */
  size_t pairs_count;
  enum quality_show show;
  struct quality_group *groups; /* of those to show; open ones first */
  size_t groups_count;
  size_t clusters_count, open_count, decided_count; /* of all */
  size_t first_group;                               /* shown from here on */
  size_t at;    /* number of the group that was last decided on; 0: none */
  bool refused; /* what was decided there could not be stored */
  struct review_row *reviews;
  size_t reviews_count;
  struct review_answer *answers; /* of the groups that are shown */
  size_t answers_count;
  struct flag_row *flags;
  size_t flags_count;
  const char *figures; /* JSON, or NULL */
  struct coverage_row *coverage;
  size_t coverage_count;
  const char *coverage_wrong; /* the word for what is wrong with its days, or NULL */
  const char *from, *to;      /* as typed, or NULL */
};

/* Of pairs and reviews: which groups there are, in which order, and which page of them. False when
 * memory is out. */
must_check bool quality_groups_find(struct quality_page *page);

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
