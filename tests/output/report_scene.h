/* report_scene: a report of a round of four municipalities, 71 parents and 87 courses, for the
 * tests of this room. */
#ifndef HJEMSVAR_TESTS_OUTPUT_REPORT_SCENE_H
#define HJEMSVAR_TESTS_OUTPUT_REPORT_SCENE_H

#include "base/template.h"
#include "output/report_view.h"

struct report_scene {
  struct arena *arena;
  struct words_set *words;
  struct template_set *templates;
  const struct questionnaire *questionnaire;
  struct report report; /* may be changed before report_scene_view */
};

void report_scene_init(struct report_scene *scene, enum report_profile profile);
/* The same of so many municipalities, "Kommune101" and on. */
void report_scene_init_many(struct report_scene *scene, enum report_profile profile,
                            size_t municipalities);
void report_scene_clear(struct report_scene *scene);

/* The report in the words of a language. */
const struct report_view *report_scene_view(struct report_scene *scene, const char *language);

/* A figure by its id; the test fails where there is none. */
const struct view_figure *report_scene_figure(const struct report_view *view, const char *id);

#endif
