#include "report_scene.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/calendar.h"

struct place {
  struct report_label label;
  int code;
  size_t parents, families;
};

static const struct place four[] = {{{.code = "101", .name = "København"}, 101, 33, 42},
                                    {{.code = "217", .name = "Helsingør"}, 217, 6, 7},
                                    {{.code = "479", .name = "Svendborg"}, 479, 6, 6},
                                    {{.code = "787", .name = "Thisted"}, 787, 26, 32}};

/* As many as wanted, of every size from few to fifty families. */
static const struct place *places_of(const struct report_scene *scene, size_t count) {
  struct place *places = arena_array(scene->arena, count, sizeof *places);
  for (size_t i = 0; i < count; i++) {
    int code = 101 + (int)i;
    places[i] = (struct place){.label = {.code = arena_printf(scene->arena, "%d", code),
                                         .name = arena_printf(scene->arena, "Kommune%d", code)},
                               .code = code,
                               .parents = 5 + i * 7 % 29,
                               .families = 6 + i * 11 % 45};
  }
  return places;
}

static void set(struct answer *answer, const char *name, int value) {
  char text[16];
  int field = questionnaire_field(answer->questionnaire, name);
  (void)snprintf(text, sizeof text, "%d", value);
  cr_assert_eq(answer_set(answer, field, text, strlen(text)), ANSWER_OK, "%s=%s", name, text);
}

/* Most agree, a few do not; every ninth has two children. */
static int opinion(size_t i) {
  static const int pattern[] = {1, 2, 1, 1, 2, 1, 3, 1, 2, 1, 1, 2, 1, 5, 1, 2, 1, 3, 1, 8, 4};
  return pattern[i % array_length(pattern)];
}

static struct answer *answer_of(struct report_scene *scene, size_t i) {
  struct answer *answer = answer_new(scene->questionnaire, scene->arena);
  char name[24];
  int children = i % 9 == 0 ? 2 : 1;
  set(answer, "q1", i % 10 < 7 ? 2 : i % 10 < 9 ? 1 : 3);
  set(answer, "q2", i % 10 == 3 ? 1 : 2);
  set(answer, "q3", children);
  for (int child = 1; child <= children; child++) {
    static const char *const each[] = {"q4", "q5", "q6", "q8"};
    for (size_t j = 0; j < array_length(each); j++) {
      (void)snprintf(name, sizeof name, "%s_%d", each[j], child);
      int value = j == 0 ? (i % 4 == 1 ? 2 : 1) : opinion(i + j * 3 + (size_t)child);
      if (j != 3 || i % 4 != 1) {
        set(answer, name, value);
      }
    }
  }
  set(answer, "q7", opinion(i + 7));
  set(answer, "q9", i % 17 == 0 ? 1 : (int)(6 + i * 7 % 5));
  return answer;
}

static void add_answers(struct report_scene *scene, struct report_making *making,
                        const struct place *places, size_t count) {
  size_t i = 0;
  for (size_t m = 0; m < count; m++) {
    for (size_t j = 0; j < places[m].parents; j++, i++) {
      const struct response response = {.id = "00000000-0000-0000-0000-000000000000",
                                        .municipality = places[m].code,
                                        .municipality_name = places[m].label.name,
                                        .language = i % 12 == 5 ? "ar" : "da",
                                        .week = i % 2 == 0 ? "2026-W40" : "2026-W47",
                                        .answer = answer_of(scene, i),
                                        .flags = {i % 20 == 3, i % 17 == 0, -1, 0, 0, 0},
                                        .weight = i % 20 == 3 ? 0.5 : 1};
      cr_assert_eq(report_add(making, &response), REPORT_OK);
    }
  }
}

static void add_courses(struct report_making *making, const struct place *places, size_t count) {
  static const char *const finders[] = {"daycare", "health_visitor", "health_visitor", "family",
                                        "municipal_offer"};
  static const char *const goals[] = {"1", "2", "1", "1", "3", "2", "8"};
  size_t i = 0;
  for (size_t m = 0; m < count; m++) {
    for (size_t j = 0; j < places[m].families; j++, i++) {
      int closed = calendar_day(2026, 1 + (int)(i % 9), 15), days = 67 + (int)(i * 37 % 274);
      bool interrupted = i % 23 == 7;
      const struct course course = {.municipality = places[m].code,
                                    .id = "f1",
                                    .referred_by = i % 15 == 2 ? NULL : finders[i % 5],
                                    .visitation_on =
                                        i % 11 == 4 ? -1 : closed - days - (int)(i % 40),
                                    .started_on = closed - days,
                                    .closed_on = closed,
                                    .outcome = interrupted ? "interrupted" : "completed",
                                    .interrupted_reason = interrupted ? "moved_away" : NULL,
                                    .visits = 8 + (int)(i % 30),
                                    .hours_hundredths = (int)(1200 + i % 50 * 150),
                                    .goal_agreement = goals[i % 7],
                                    .development_agreement = goals[(i + 3) % 7]};
      cr_assert_eq(report_add_course(making, &course), REPORT_OK);
    }
  }
}

static void make(struct report_scene *scene, enum report_profile profile,
                 const struct place *places, size_t count) {
  struct report_label *labels = arena_array(scene->arena, count, sizeof *labels);
  for (size_t i = 0; i < count; i++) {
    labels[i] = places[i].label;
  }
  const struct report_options options = {.profile = profile,
                                         .floor = 5,
                                         .questionnaire = scene->questionnaire,
                                         .municipalities = labels,
                                         .municipalities_count = count,
                                         .closed_from = -1,
                                         .closed_to = -1};
  struct report_making *making = report_new(scene->arena, &options);
  cr_assert_not_null(making);
  add_answers(scene, making, places, count);
  add_courses(making, places, count);
  cr_assert_eq(report_finish(making, &scene->report), REPORT_OK);
  report_free(making);
}

static void init(struct report_scene *scene, enum report_profile profile, size_t count) {
  const char *message = NULL;
  struct complaints complaints = {0};
  *scene = (struct report_scene){.arena = arena_new(0)};
  scene->words = words_set_load("templates/report_words", scene->arena, &message);
  cr_assert_not_null(scene->words, "%s", message);
  scene->templates = template_set_load("templates/report", scene->arena, &message);
  cr_assert_not_null(scene->templates, "%s", message);
  char *json = questionnaire_read("templates/questionnaires/bilag8.json", scene->arena);
  scene->questionnaire = questionnaire_load(json, scene->arena, &complaints);
  cr_assert_not_null(scene->questionnaire);
  make(scene, profile, count == 0 ? four : places_of(scene, count),
       count == 0 ? array_length(four) : count);
  scene->report.all_municipalities = true;
  scene->report.round = 7;
  scene->report.round_title = "Forældre <2026>";
  scene->report.round_state = "closed";
  scene->report.controller = "VIVE";
  scene->report.made_at = "2026-11-22T08:00:00+01:00";
}

void report_scene_init(struct report_scene *scene, enum report_profile profile) {
  init(scene, profile, 0);
}

void report_scene_init_many(struct report_scene *scene, enum report_profile profile,
                            size_t municipalities) {
  init(scene, profile, municipalities);
}

void report_scene_clear(struct report_scene *scene) {
  template_set_free(scene->templates);
  words_set_free(scene->words);
  arena_free(scene->arena);
}

const struct report_view *report_scene_view(struct report_scene *scene, const char *language) {
  const struct report_view *view =
      report_view_new(&scene->report, NULL, words_of(scene->words, language), scene->arena);
  cr_assert_not_null(view);
  return view;
}

const struct view_figure *report_scene_figure(const struct report_view *view, const char *id) {
  for (size_t i = 0; i < view->sections_count; i++) {
    for (size_t j = 0; j < view->sections[i].figures_count; j++) {
      if (strcmp(view->sections[i].figures[j].id, id) == 0) {
        return &view->sections[i].figures[j];
      }
    }
  }
  cr_assert_fail("no figure %s", id);
  return NULL;
}
