/* report_scene: a report in the making, for tests. */
#ifndef HJEMSVAR_TESTS_SURVEY_REPORT_SCENE_H
#define HJEMSVAR_TESTS_SURVEY_REPORT_SCENE_H

#include "support.h"
#include "survey/report.h"

struct report_scene {
  struct arena *arena;
  const struct questionnaire *questionnaire;
  struct report_options options; /* may be changed until something is added */
  struct report_making *making;
  struct report report;
  bool flagged; /* what is added from now on */
};

/* A round of København (101), Helsingør (217), Svendborg (479) and Thisted (787). */
struct report_scene *report_scene_new(const char *path, enum report_profile profile, int floor);
/* The same of a questionnaire, which is borrowed. */
struct report_scene *report_scene_of(const struct questionnaire *questionnaire,
                                     enum report_profile profile, int floor);
void report_scene_free(struct report_scene *scene);

void report_scene_add(struct report_scene *scene, int municipality, const char *language,
                      struct answer *answer);
/* "q3=2 q4_1=1" */
void report_scene_answer(struct report_scene *scene, int municipality, const char *language,
                         const char *values);
/* "VISITATION START CLOSING" as ISO days or "-"; outcome may be NULL, -1: no such number */
void report_scene_course(struct report_scene *scene, int municipality, const char *days,
                         const char *outcome, int visits, int hours_hundredths);

/* 71 answers of which two gave the lowest rating and agreed with all else: the sum is 606. */
void report_scene_published(struct report_scene *scene);
/* The worked example: tests/fixtures/disclosure. */
void report_scene_example(struct report_scene *scene);

/* Finishes; the caller frees it. */
json_t *report_scene_json(struct report_scene *scene);

#endif
