/* linkage_support: a small municipality for the tests of linkage. */
#ifndef HJEMSVAR_TESTS_SURVEY_LINKAGE_SUPPORT_H
#define HJEMSVAR_TESTS_SURVEY_LINKAGE_SUPPORT_H

#include "survey/linkage.h"

/* 2022-03-01T00:00Z; the crowd's answers are spread over ninety days from here. */
enum { LINKAGE_START = 27434880, LINKAGE_SPREAD = 90 * 1440 };

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
