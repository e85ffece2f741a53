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

/* The shares that are told of a method, in the order of its JSON. */
enum found_share {
  SHARE_PRECISION,
  SHARE_RECALL,
  SHARE_RECALL_SHARING,  /* of true pairs that share a tag */
  SHARE_RECALL_RELATION, /* … and are told by the same relation */
  SHARE_KIND,            /* of each enum sharing */
  SHARES_FOUND = SHARE_KIND + SHARING_COUNT
};
/* Those of every method, then the parts of struct tally. */
enum {
  SHARE_COUPLES = METHOD_COUNT * SHARES_FOUND,
  SHARE_SAME_SEX,
  SHARE_TABLET,
  SHARE_CLUSTERS,
  TALLY_SHARES
};

/* How a share differs between municipalities: sums over them. */
struct spread {
  struct part before; /* after the last municipality */
  double some_some, some_all, all_all;
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
  struct spread spreads[TALLY_SHARES];
};

/* The lower ends of the bins; the last ends at 1. */
extern const double tally_edges[TALLY_BINS];

/* Counts a pair that a method has found. */
void found_add(struct found *found, const struct simulated *a, const struct simulated *b);

/* Counts a pair of a probability. */
void tally_probability(struct tally *tally, double probability, bool right);

/* To be called when all of a municipality has been counted. */
void tally_municipality(struct tally *tally);

/* All of it. A new reference; NULL: memory is out. Shares have 95 % intervals of
 * E. B. Wilson (JASA 22, 1927) with n divided by the design effect of whole
 * municipalities being drawn (L. Kish, Survey Sampling, 1965): the variance of the
 * ratio between municipalities by that of as many independent pairs, 1 at least.
 * The bins have them without: they are pooled over cells. */
must_check json_t *tally_json(const struct tally *tally);

#endif
