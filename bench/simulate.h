/* simulate: answers to Bilag 8 of families that do not exist, with the truth of
 * who gave them.
 *
 * For measuring how well repeats are found (bench/linkage_main.c), and for a file
 * that `hjemsvar answers import` reads (bench/simulate_main.c). The only code that
 * knows the questions of Bilag 8; what it assumes and where from stands in
 * docs/simulator.md. Equal options give equal answers on every machine. */
#ifndef HJEMSVAR_BENCH_SIMULATE_H
#define HJEMSVAR_BENCH_SIMULATE_H

#include "simulate_given.h"
#include "simulate_place.h"

struct simulate_options {
  uint64_t seed;
  size_t municipalities;
  size_t answers;         /* in each, repeats included */
  double two_parents;     /* share of households with two parents */
  double both_answer;     /* of those: both do */
  double same_sex;        /* of those where both do */
  double repeats;         /* share of respondents who answer again, one to three times */
  size_t many;            /* so often a first parent of each municipality answers, from one place; 0
                             or 1: like the others */
  double change;          /* chance of each answer to be another in a repeat */
  enum given_change what; /* which answers that holds for */
  double tablets;         /* share of municipalities with one shared tablet */
  double tablet_families; /* share of families that use it there */
};

/* The mix that the figures are made with. */
struct simulate_options simulate_defaults(void);

enum couple {
  COUPLE_NONE,    /* one parent of the household answers */
  COUPLE_MIXED,   /* two who differ in question 1 */
  COUPLE_SAME_SEX /* two who do not */
};

/* What became of the comment in a repeat. */
enum comment_fate { COMMENT_NONE, COMMENT_KEPT, COMMENT_REWORDED, COMMENT_DROPPED };

/* One answer. */
struct simulated {
  uint32_t municipality; /* from 0 */
  uint32_t household;    /* from 0, over all municipalities */
  uint32_t person;       /* from 0, over all municipalities */
  int repeat;            /* 0: the first of this person; else the how manieth repeat */
  enum couple couple;
  enum comment_fate fate; /* of a repeat whose first answer had a comment */
  bool tablet;            /* given on the municipality's shared tablet */
  bool tablet_family;
  place_key network, device;
  int64_t minute;
  int seconds;
  const char *language; /* constant */
  struct given given;
};

struct simulation {
  struct simulated *items; /* municipality by municipality, in random order */
  size_t count;
  bool *has_tablet; /* by municipality */
  struct arena *arena;
};

/* NULL when memory is out. The caller frees it. */
must_check struct simulation *simulation_new(const struct simulate_options *options);
void simulation_free(struct simulation *simulation);

/* What two answers of one person truly have in common. */
enum sharing { SHARING_BOTH, SHARING_NETWORK, SHARING_DEVICE, SHARING_NEITHER };
enum { SHARING_COUNT = 4 };
enum sharing simulated_sharing(const struct simulated *a, const struct simulated *b);

#endif
