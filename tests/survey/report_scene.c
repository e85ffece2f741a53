#include "report_scene.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"

enum { NAMES_MAX = 32 };

static const struct report_label municipalities[] = {{.code = "101", .name = "København"},
                                                     {.code = "217", .name = "Helsingør"},
                                                     {.code = "479", .name = "Svendborg"},
                                                     {.code = "787", .name = "Thisted"}};

static struct report_scene *scene_new(void) {
  struct arena *arena = arena_new(0);
  struct report_scene *scene = arena_alloc(arena, sizeof *scene);
  scene->arena = arena;
  return scene;
}

static struct report_scene *begin(struct report_scene *scene, enum report_profile profile,
                                  int floor) {
  scene->options = (struct report_options){.profile = profile,
                                           .floor = floor,
                                           .questionnaire = scene->questionnaire,
                                           .municipalities = municipalities,
                                           .municipalities_count = array_length(municipalities),
                                           .closed_from = -1,
                                           .closed_to = -1};
  scene->making = report_new(scene->arena, &scene->options);
  cr_assert_not_null(scene->making);
  return scene;
}

struct report_scene *report_scene_new(const char *path, enum report_profile profile, int floor) {
  struct report_scene *scene = scene_new();
  scene->questionnaire = support_load(scene->arena, path);
  return begin(scene, profile, floor);
}

struct report_scene *report_scene_of(const struct questionnaire *questionnaire,
                                     enum report_profile profile, int floor) {
  struct report_scene *scene = scene_new();
  scene->questionnaire = questionnaire;
  return begin(scene, profile, floor);
}

void report_scene_free(struct report_scene *scene) {
  report_free(scene->making);
  arena_free(scene->arena);
}

void report_scene_add(struct report_scene *scene, int municipality, const char *language,
                      struct answer *answer) {
  struct response response = {.id = "",
                              .municipality = municipality,
                              .language = language,
                              .week = "2026-W40",
                              .answer = answer,
                              .weight = 1};
  response.flags[FLAG_SPEED] = scene->flagged;
  cr_assert_eq(report_add(scene->making, &response), REPORT_OK);
}

void report_scene_answer(struct report_scene *scene, int municipality, const char *language,
                         const char *values) {
  report_scene_add(scene, municipality, language,
                   support_answer(scene->questionnaire, scene->arena, values));
}

static int day_of(const char *text) {
  return strcmp(text, "-") == 0
             ? -1
             : calendar_day((int)strtol(text, NULL, 10), (int)strtol(text + 5, NULL, 10),
                            (int)strtol(text + 8, NULL, 10));
}

void report_scene_course(struct report_scene *scene, int municipality, const char *days,
                         const char *outcome, int visits, int hours_hundredths) {
  char *rest = arena_string(scene->arena, days);
  const char *visitation = strsep(&rest, " "), *start = strsep(&rest, " ");
  struct course course = {.municipality = municipality,
                          .visitation_on = day_of(visitation),
                          .started_on = day_of(start),
                          .closed_on = day_of(rest),
                          .outcome = outcome,
                          .visits = visits,
                          .hours_hundredths = hours_hundredths};
  cr_assert_eq(report_add_course(scene->making, &course), REPORT_OK);
}

void report_scene_published(struct report_scene *scene) {
  for (int i = 0; i < 71; i++) {
    report_scene_answer(scene, i < 35 ? 101 : 787, "da",
                        i < 2    ? "q3=1 q5_1=1 q6_1=1 q7=1 q9=1"
                        : i < 54 ? "q3=1 q5_1=1 q7=2 q9=9"
                                 : "q3=1 q5_1=2 q7=4 q9=8");
  }
}

static void example_answers(struct report_scene *scene) {
  char *text = support_read(scene->arena, "tests/fixtures/disclosure/answers.csv");
  char *header = strsep(&text, "\n"), *names[NAMES_MAX];
  for (int i = 0; header != NULL; i++) {
    names[i] = strsep(&header, ",");
  }
  while (text != NULL && text[0] != '\0') {
    char *line = strsep(&text, "\n");
    int municipality = (int)strtol(strsep(&line, ","), NULL, 10);
    const char *language = strsep(&line, ",");
    struct answer *answer = answer_new(scene->questionnaire, scene->arena);
    for (int i = 2; line != NULL; i++) {
      const char *cell = strsep(&line, ",");
      if (cell[0] != '\0') {
        support_set(answer, names[i], cell);
      }
    }
    report_scene_add(scene, municipality, language, answer);
  }
}

/* The days of the fixture; all else of a course is drawn by its place. */
static void example_courses(struct report_scene *scene) {
  static const char *const finders[] = {"daycare", "health_visitor", "health_visitor", "family",
                                        "municipal_offer"};
  static const char *const agreements[] = {"1", "1", "2", "2", "3", "1", "4", "2", "8", "5"};
  char *text = support_read(scene->arena, "tests/fixtures/disclosure/courses.csv");
  (void)strsep(&text, "\n");
  for (int i = 0; text != NULL && text[0] != '\0'; i++) {
    char *line = strsep(&text, "\n");
    int municipality = (int)strtol(strsep(&line, ","), NULL, 10);
    int days = (int)strtol(line, NULL, 10), closed = calendar_day(2022, 1, 3) + i * 3 % 260;
    bool interrupted = i % 10 == 9;
    struct course course = {.municipality = municipality,
                            .referred_by = finders[i % array_length(finders)],
                            .visitation_on = closed - days - 14 - i % 9,
                            .started_on = closed - days,
                            .closed_on = closed,
                            .outcome = interrupted ? "interrupted" : "completed",
                            .interrupted_reason = interrupted ? "no_time" : NULL,
                            .visits = 10 + i % 20,
                            .hours_hundredths = 1500 + i % 13 * 100,
                            .goal_agreement = agreements[i * 7 % array_length(agreements)],
                            .development_agreement = agreements[i % 7]};
    cr_assert_eq(report_add_course(scene->making, &course), REPORT_OK);
  }
}

void report_scene_example(struct report_scene *scene) {
  example_answers(scene);
  example_courses(scene);
}

json_t *report_scene_json(struct report_scene *scene) {
  cr_assert_eq(report_finish(scene->making, &scene->report), REPORT_OK);
  scene->report.all_municipalities = true;
  json_t *json = report_json(&scene->report);
  cr_assert_not_null(json);
  return json;
}
