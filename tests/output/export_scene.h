/* export_scene: an export of a few answers to Bilag 8, for the tests of this room. */
#ifndef HJEMSVAR_TESTS_OUTPUT_EXPORT_SCENE_H
#define HJEMSVAR_TESTS_OUTPUT_EXPORT_SCENE_H

#include "output/export.h"

struct export_scene {
  struct arena *arena;
  struct words_set *words;
  struct template_set *templates;
  struct export_options options; /* CSV, wide; change before the run */
  struct text out;               /* what came out */
};

void export_scene_init(struct export_scene *scene);
void export_scene_clear(struct export_scene *scene);

/* An answer: values as "q3=2 q4_1=1"; comment is question 10 and may hold blanks, or NULL. */
struct export_answer {
  const char *values, *comment;
  int flag;             /* flag_duplicate */
  const char *reviewed; /* of a reviewer, as in response.h */
};

/* Runs the export over answers; the result of export_finish, scene->out filled anew. */
enum export_result export_scene_run(struct export_scene *scene, const struct export_answer *answers,
                                    size_t count);

/* The same up to the last reading, for tests that look inside. */
struct export *export_scene_write(struct export_scene *scene, const struct export_answer *answers,
                                  size_t count);

/* One file of the archive in scene->out as a string of the arena, or NULL. */
char *export_scene_entry(struct export_scene *scene, const char *name, size_t *size);

#endif
