/* linkage_support: a small municipality for the tests of linkage. */
#ifndef HJEMSVAR_TESTS_SURVEY_LINKAGE_SUPPORT_H
#define HJEMSVAR_TESTS_SURVEY_LINKAGE_SUPPORT_H

#include "survey/linkage.h"

/* A mother and a father of one household who see it alike. */
#define MOTHER "q1=2 q2=2 q3=1 q4_1=1 q5_1=2 q6_1=1 q7=2 q8_1=3 q9=8"
#define FATHER "q1=1 q2=2 q3=1 q4_1=1 q5_1=2 q6_1=1 q7=2 q8_1=3 q9=8"
/* As content as most. */
#define CONTENT "q1=2 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=1 q7=1 q8_1=1 q9=10"

enum { CROWD = 80, HOUR = 60, DAY = 1440 };

/* 2022-03-01T00:00Z; the crowd's answers are spread over ninety days from here. */
enum { LINKAGE_START = 27434880, LINKAGE_SPREAD = 90 * 1440 };

struct linkage_town {
  struct arena *arena;
  const struct questionnaire *bilag8;
  struct linkage *linkage;
};
void linkage_support_open(struct linkage_town *town);
void linkage_support_close(struct linkage_town *town);

/* Of a home and a phone, in Danish, so many minutes after the first day. */
struct linkage_evidence linkage_support_from(int network, int device, int64_t minute);
extern const struct linkage_evidence linkage_support_untraced;

/* linkage_support_add and linkage_support_crowd to the town's. */
void linkage_support_give(struct linkage_town *town, const char *values,
                          struct linkage_evidence evidence);
void linkage_support_fill(struct linkage_town *town, size_t count);

/* So many families like those of a crowd, on one network and device within an hour and a half. */
void linkage_support_tablet(struct linkage_town *town, size_t count, uint64_t seed, int network,
                            int device);

double linkage_support_probability(const struct linkage_town *town, uint32_t a, uint32_t b);

/* The answers from `first` on are all in one cluster, or none of them in any. */
void linkage_support_expect_one_person(const struct linkage_town *town, uint32_t first,
                                       uint32_t count);
void linkage_support_expect_nobody(const struct linkage_town *town, uint32_t first, uint32_t count);

/* An answer from "q1=2 q3=1 …" with its traces. */
void linkage_support_add(struct linkage *linkage, const struct questionnaire *questionnaire,
                         const char *values, struct linkage_evidence evidence);

/* `count` parents who have nothing to do with each other: everyday families, skewed
 * answers, networks of their own (from 20,000 on), devices 1-60 of which few are common. */
void linkage_support_crowd(struct linkage *linkage, const struct questionnaire *questionnaire,
                           size_t count, uint64_t seed);

/* Runs with the defaults; the test fails when it does not work. */
void linkage_support_run(struct linkage *linkage);

/* The cluster of an answer, from 1, or 0: none. */
size_t linkage_support_cluster(const struct linkage *linkage, uint32_t answer);

#endif
