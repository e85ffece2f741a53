#include <stdlib.h>
#include <string.h>

#include "survey/report_part.h"

/* ---- groups */

int report_relation(const struct questionnaire *questionnaire) {
  if (questionnaire->pairs.informant >= 0) {
    return questionnaire->pairs.informant;
  }
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    const struct question *question = &questionnaire->questions[i];
    if (question->compare == COMPARE_RESPONDENT && question->kind == QUESTION_CHOICE &&
        question->each < 0) {
      return (int)i;
    }
  }
  return -1;
}

static bool groups_new(struct arena *arena, const char *by, size_t always, size_t count,
                       struct report_groups *groups) {
  *groups = (struct report_groups){.by = by, .always = always, .count = count};
  groups->labels = arena_array(arena, count + 1, sizeof *groups->labels);
  groups->met = arena_array(arena, count + 1, sizeof *groups->met);
  return groups->labels != NULL && groups->met != NULL;
}

/* The choices, and those who did not say. */
static bool relations_new(struct report_making *making) {
  const struct question *question = &making->options->questionnaire->questions[making->relation];
  struct report_groups *groups = &making->groups[REPORT_BY_RELATION];
  size_t count = question->choices_count;
  if (!groups_new(making->arena, "relation", count, count + 1, groups)) {
    return false;
  }
  for (size_t i = 0; i < count; i++) {
    groups->labels[i] =
        (struct report_label){.code = arena_printf(making->arena, "%d", question->choices[i].code),
                              .words = &question->choices[i].words};
    if (groups->labels[i].code == NULL) {
      return false;
    }
  }
  groups->labels[count].code = "none";
  return true;
}

static bool all_groups_new(struct report_making *making) {
  const struct report_options *options = making->options;
  struct report_groups *groups = making->groups;
  size_t count = options->municipalities_count;
  if (!groups_new(making->arena, "municipality", count, count, &groups[REPORT_BY_MUNICIPALITY]) ||
      !groups_new(making->arena, "language", 0, REPORT_LANGUAGES_MAX,
                  &groups[REPORT_BY_LANGUAGE])) {
    return false;
  }
  memcpy(groups[REPORT_BY_MUNICIPALITY].labels, options->municipalities,
         count * sizeof *options->municipalities);
  making->relation = report_relation(options->questionnaire);
  return making->relation < 0 || relations_new(making);
}

/* The index of a municipality among the options', or -1. */
static int municipality_index(const struct report_making *making, int code) {
  for (size_t i = 0; i < making->options->municipalities_count; i++) {
    if (strtol(making->options->municipalities[i].code, NULL, 10) == code) {
      return (int)i;
    }
  }
  return -1;
}

int report_least_group(const struct report_making *making) {
  int floor = making->options->floor;
  return floor > BREAKDOWN_GROUP ? floor : BREAKDOWN_GROUP;
}

static int relation_group(const struct report_making *making, const struct answer *answer) {
  const struct questionnaire *questionnaire = answer->questionnaire;
  if (making->relation < 0) {
    return -1;
  }
  const struct question *question = &questionnaire->questions[making->relation];
  int code = answer->codes[questionnaire_value(questionnaire, making->relation, 0)];
  for (size_t i = 0; i < question->choices_count; i++) {
    if (question->choices[i].code == code) {
      return (int)i;
    }
  }
  return (int)question->choices_count;
}

/* The place of a language, a new one if need be; -1: memory or places are out. */
static int language_group(struct report_making *making, const char *language) {
  struct report_groups *groups = &making->groups[REPORT_BY_LANGUAGE];
  for (size_t i = 0; i < groups->count; i++) {
    if (groups->labels[i].code == NULL) {
      groups->labels[i].code = arena_string(making->arena, language);
      return groups->labels[i].code == NULL ? -1 : (int)i;
    }
    if (strcmp(groups->labels[i].code, language) == 0) {
      return (int)i;
    }
  }
  return -1;
}

/* ---- the whole */

struct report_making *report_new(struct arena *arena, const struct report_options *options) {
  struct report_making *making = arena_alloc(arena, sizeof *making);
  if (making == NULL) {
    return NULL;
  }
  making->arena = arena;
  making->options = options;
  size_t count = options->municipalities_count;
  making->answers_of = arena_array(arena, count + 1, sizeof *making->answers_of);
  making->closed_of = arena_array(arena, count + 1, sizeof *making->closed_of);
  making->interrupted_of = arena_array(arena, count + 1, sizeof *making->interrupted_of);
  bool good = making->answers_of != NULL && making->closed_of != NULL &&
              making->interrupted_of != NULL && all_groups_new(making) &&
              report_figures_new(making) && report_sheet_new(making) &&
              report_measures_new(making) && report_check_new(making) && report_scores_new(making);
  if (!good) {
    report_free(making);
  }
  return good ? making : NULL;
}

void report_free(struct report_making *making) {
  if (making != NULL) {
    report_check_free(making);
  }
}

static void meet_week(struct report_making *making, const char *week) {
  if (week == NULL || strlen(week) >= sizeof making->first_week) {
    return;
  }
  if (making->first_week[0] == '\0' || strcmp(week, making->first_week) < 0) {
    memcpy(making->first_week, week, strlen(week) + 1);
  }
  if (strcmp(week, making->last_week) > 0) {
    memcpy(making->last_week, week, strlen(week) + 1);
  }
}

enum report_result report_add(struct report_making *making, const struct response *response) {
  int groups[REPORT_BYS] = {[REPORT_BY_MUNICIPALITY] =
                                municipality_index(making, response->municipality)};
  if (groups[REPORT_BY_MUNICIPALITY] < 0) {
    return REPORT_UNKNOWN;
  }
  if (making->options->without_flagged && response_flagged(response)) {
    making->left_out++;
    return REPORT_OK;
  }
  groups[REPORT_BY_RELATION] = relation_group(making, response->answer);
  groups[REPORT_BY_LANGUAGE] = language_group(making, response->language);
  if (groups[REPORT_BY_LANGUAGE] < 0) {
    return REPORT_MEMORY;
  }
  for (int by = 0; by < REPORT_BYS; by++) {
    if (groups[by] >= 0) {
      making->groups[by].met[groups[by]] = true;
    }
  }
  making->answers++;
  making->answers_of[groups[REPORT_BY_MUNICIPALITY]]++;
  meet_week(making, response->week);
  report_figures_add(making, response->answer, groups);
  report_check_add(making, response);
  return report_scores_add(making, response->answer, groups) ? REPORT_OK : REPORT_MEMORY;
}

enum report_result report_add_course(struct report_making *making, const struct course *course) {
  int municipality = municipality_index(making, course->municipality);
  if (municipality < 0) {
    return REPORT_UNKNOWN;
  }
  return report_sheet_add(making, municipality, course) ? REPORT_OK : REPORT_MEMORY;
}

static bool tell_week(struct arena *arena, const char *week, const char **out) {
  if (week[0] == '\0') {
    return true;
  }
  *out = arena_string(arena, week);
  return *out != NULL;
}

enum report_result report_finish(struct report_making *making, struct report *report) {
  const struct report_options *options = making->options;
  bool published = options->profile == REPORT_PUBLISHED;
  if (published && options->floor < SUPPRESSION_FLOOR_LEAST) {
    return REPORT_LOW;
  }
  *report = (struct report){
      .profile = options->profile,
      .questionnaire = options->questionnaire,
      .municipalities = options->municipalities,
      .municipalities_count = options->municipalities_count,
      .without_flagged = options->without_flagged,
      .published = {.floor = published ? options->floor : 0},
      .answers = published && making->answers < options->floor ? -1 : making->answers};
  bool good = report_figures_finish(making, report) && report_sheet_finish(making, report) &&
              report_check_finish(making, report) && report_scores_finish(making, report);
  if (good && report->answers >= 0) {
    good = tell_week(making->arena, making->first_week, &report->period.first_week) &&
           tell_week(making->arena, making->last_week, &report->period.last_week);
  }
  return good ? REPORT_OK : REPORT_MEMORY;
}
