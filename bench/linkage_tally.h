/* linkage_tally: what is counted of linkages whose truth is known. */
#ifndef HJEMSVAR_BENCH_LINKAGE_TALLY_H
#define HJEMSVAR_BENCH_LINKAGE_TALLY_H

#include <jansson.h>

#include "simulate.h"

/* Ways to find repeats, on the same answers. */
enum method {
  METHOD_LINKAGE,
  METHOD_NETWORK,   /* the same network tag */
  METHOD_IDENTICAL, /* the same closed answers, asked and given; texts may differ */
  METHOD_ALIKE,     /* 85 % of them (after Kuriakose & Robbins 2016, "Don't get duped") */
  METHOD_COUNT
};

/* Pairs found, by what they truly are. */
struct found {
  long flagged;
  long right;                    /* of these: one person's */
  long of_person[SHARING_COUNT]; /* the same, by what the two answers share */
  long of_household;             /* false: two people of one household */
  long of_tablet;                /* false: strangers, both on the shared tablet */
};

/* Some out of some. */
struct part {
  long some, all;
};

enum { TALLY_BINS = 13 };
struct bin {
  long pairs, right;
  double probability; /* their sum */
};

struct tally {
  long municipalities, with_tablet, answers, respondents;
  long pairs;
  long person_pairs[SHARING_COUNT];   /* true ones */
  long other_relation[SHARING_COUNT]; /* true ones whose question 1 differs: vetoed */
  struct found methods[METHOD_COUNT];
  struct part couples, same_sex; /* two people of a household in one cluster, of households */
  struct part tablet_families;   /* in one cluster with another family, of families */
  struct part clusters;          /* of more than one person, of clusters */
  struct bin bins[TALLY_BINS];   /* listed pairs by probability */
  double squares;                /* (probability - truth)^2 over them */
  long listed, listed_right;
};

/* The lower ends of the bins; the last ends at 1. */
extern const double tally_edges[TALLY_BINS];

/* Counts a pair that a method has found. */
void found_add(struct found *found, const struct simulated *a, const struct simulated *b);

/* Counts a pair of a probability. */
void tally_probability(struct tally *tally, double probability, bool right);

/* All of it, with Wilson's 95 % intervals. A new reference; NULL: memory is out. */
must_check json_t *tally_json(const struct tally *tally);

#endif
