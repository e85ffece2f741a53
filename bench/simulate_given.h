/* simulate_given: what a simulated parent answers to Bilag 8.
 *
 * Opinions hang on how content a parent is, which two parents of a household
 * have in common in part; the thresholds give about the report's figures (parents
 * mostly agree; mean of question 9: 8.5 as answered, 8.8 with the upside-down
 * readers turned). */
#ifndef HJEMSVAR_BENCH_SIMULATE_GIVEN_H
#define HJEMSVAR_BENCH_SIMULATE_GIVEN_H

#include "chance.h"
#include "survey/answer.h"

enum { GIVEN_CHILDREN_MAX = 6 };

/* Codes as in the questionnaire; 0: not answered, or not asked. */
struct given {
  signed char relation; /* question 1 */
  signed char alone;
  signed char children;
  signed char daycare[GIVEN_CHILDREN_MAX];
  signed char development[GIVEN_CHILDREN_MAX]; /* question 5 */
  signed char bond[GIVEN_CHILDREN_MAX];        /* question 6 */
  signed char surroundings;                    /* question 7 */
  signed char cooperation[GIVEN_CHILDREN_MAX]; /* question 8 */
  signed char overall;                         /* question 9 */
  signed char overall_first;                   /* 0: not asked back */
  const char *relation_text;                   /* constant, or NULL */
  const char *comment;                         /* borrowed, or NULL */
};

/* What is true of a household, whoever tells it. */
struct family {
  bool together; /* the parent lives with another one */
  int children;
  signed char daycare[GIVEN_CHILDREN_MAX];
  double discontent; /* standard normal */
};

enum relation { RELATION_FATHER = 1, RELATION_MOTHER = 2, RELATION_OTHER = 3 };

struct family family_new(struct chance *chance, bool two_parents);

/* One parent's answers but the comment. */
struct given given_new(struct chance *chance, const struct family *family, enum relation relation);

/* Which answers a repeat may give differently. */
enum given_change {
  GIVEN_CHANGE_OPINIONS, /* questions 5 to 9: facts are told as before */
  GIVEN_CHANGE_ALL       /* who answers, the household and the children, too */
};

/* The same parent again: each answer that was given is another one with
 * probability change, drawn as often as parents give it. Where the number of
 * children or their daycare changes, what is then asked besides is drawn anew
 * and what is no longer asked falls away. */
struct given given_again(struct chance *chance, const struct given *before, double change,
                         enum given_change what);

/* Fills in an answer of the arena; NULL when memory is out or the questionnaire is not
 * Bilag 8's, or does not take what was given. */
must_check struct answer *given_answer(const struct given *given,
                                       const struct questionnaire *questionnaire,
                                       struct arena *arena);

#endif
