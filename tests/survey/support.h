/* support: what the tests of this room share. */
#ifndef HJEMSVAR_TESTS_SURVEY_SUPPORT_H
#define HJEMSVAR_TESTS_SURVEY_SUPPORT_H

#include "survey/answer.h"

#define BILAG8        "templates/questionnaires/bilag8.json"
#define ISHOEJ        "templates/questionnaires/ishoej.json"
#define PERSONAL      "tests/fixtures/questionnaires/good/personal.json"
#define SCALES        "tests/fixtures/questionnaires/good/scales.json"
#define SIBLINGS      "tests/fixtures/questionnaires/good/siblings.json"
#define SDQ           "templates/questionnaires/sdq.json"
#define SDQ_SUBSCALES "templates/questionnaires/sdq-subscales.json"
#define SCORES        "tests/fixtures/questionnaires/good/scores.json"
#define SMALL         "tests/fixtures/questionnaires/good/small.json"

/* Reads a file, loads a questionnaire; the test fails with every complaint. */
char *support_read(struct arena *arena, const char *path);
const struct questionnaire *support_load(struct arena *arena, const char *path);

/* The complaints as lines "LINE PATH: MESSAGE". */
const char *support_complaints(struct arena *arena, const struct complaints *complaints);

/* Index of a field that must be there. */
int support_field(const struct questionnaire *questionnaire, const char *name);

/* Sets a field by name; the fault must be ANSWER_OK. */
void support_set(struct answer *answer, const char *name, const char *value);

/* An answer from "q3=2 q4_1=1", values without spaces. */
struct answer *support_answer(const struct questionnaire *questionnaire, struct arena *arena,
                              const char *values);

/* A number from 0 to below limit, from a seed that moves on (SplitMix64). */
unsigned support_draw(uint64_t *seed, unsigned limit);

/* A random answer that was asked so and keeps to all limits; needed questions
 * are answered, others sometimes. */
struct answer *support_random_answer(const struct questionnaire *questionnaire, struct arena *arena,
                                     uint64_t *seed);

#endif
