#include "survey/sensitivity.h"

#include <stdlib.h>

#include "survey/confirm.h"
#include "survey/quality.h"
#include "survey/routing.h"
#include "survey/scale.h"

struct sensitivity {
  const struct questionnaire *questionnaire;
  struct sensitivity_sum (*sums)[SENSITIVITY_BASES]; /* by question */
};

struct sensitivity *sensitivity_new(const struct questionnaire *questionnaire) {
  struct sensitivity *sensitivity = calloc(1, sizeof *sensitivity);
  if (sensitivity == NULL) {
    return NULL;
  }
  sensitivity->questionnaire = questionnaire;
  sensitivity->sums = calloc(questionnaire->questions_count + 1, sizeof *sensitivity->sums);
  if (sensitivity->sums == NULL) {
    free(sensitivity);
    return NULL;
  }
  return sensitivity;
}

void sensitivity_free(struct sensitivity *sensitivity) {
  if (sensitivity != NULL) {
    free(sensitivity->sums);
    free(sensitivity);
  }
}

static void add_scale(struct sensitivity_sum *sum, const struct scale_reading *reading,
                      double weight) {
  sum->answers++;
  sum->weight += weight;
  sum->first += weight * reading->first;
  sum->turned += weight * reading->turned;
  sum->final += weight * reading->final;
  sum->reversed += reading->sign == SCALE_REVERSED;
}

static void add_choice(struct sensitivity_sum *sum, bool positive, double weight) {
  sum->answers++;
  sum->weight += weight;
  sum->positive += positive ? weight : 0;
}

/* One answer to one question, for one child, in one base. */
static void add_value(struct sensitivity_sum *sum, const struct answer *answer, int index,
                      int child, double weight) {
  const struct question *question = &answer->questionnaire->questions[index];
  struct scale_reading reading;
  if (question->kind == QUESTION_SCALE) {
    if (scale_read(answer, index, child, &reading)) {
      add_scale(sum, &reading, weight);
    }
    return;
  }
  size_t field = questionnaire_value(answer->questionnaire, index, child);
  int code = answer->codes[field];
  if (code != ANSWER_NONE && routing_asked(answer, (int)field)) {
    add_choice(sum, confirm_positive(question, code), weight);
  }
}

static bool is_figure(const struct questionnaire *questionnaire, int question) {
  return questionnaire->questions[question].kind == QUESTION_SCALE ||
         quality_in_battery(questionnaire, question);
}

void sensitivity_add(struct sensitivity *sensitivity, const struct answer *answer, bool flagged,
                     double weight) {
  for (int i = 0; i < (int)sensitivity->questionnaire->questions_count; i++) {
    if (!is_figure(sensitivity->questionnaire, i)) {
      continue;
    }
    struct sensitivity_sum *sums = sensitivity->sums[i];
    const struct question *question = &sensitivity->questionnaire->questions[i];
    int last = question->each < 0 ? 0 : routing_children(answer, question->each);
    for (int child = question->each < 0 ? 0 : 1; child <= last; child++) {
      add_value(&sums[SENSITIVITY_ALL], answer, i, child, 1);
      add_value(&sums[SENSITIVITY_WEIGHTED], answer, i, child, weight);
      if (!flagged) {
        add_value(&sums[SENSITIVITY_UNFLAGGED], answer, i, child, 1);
      }
    }
  }
}

struct sensitivity_sum sensitivity_of(const struct sensitivity *sensitivity, int question,
                                      enum sensitivity_base base) {
  return sensitivity->sums[question][base];
}

static json_t *share(double sum, double weight) {
  return weight > 0 ? json_real(sum / weight) : json_null();
}

/* Of a scale that nobody is asked back about all readings are the same. */
static json_t *sum_json(const struct sensitivity_sum *sum, const struct question *question) {
  bool scale = question->kind == QUESTION_SCALE;
  json_t *figures = json_pack("{s:I, s:f}", "n", (json_int_t)sum->answers, "base", sum->weight);
  int failed = figures == NULL;
  if (scale) {
    failed |= json_object_set_new(figures, "mean", share(sum->first, sum->weight));
  }
  if (scale && question->confirm_against_count > 0) {
    failed |= json_object_set_new(figures, "mean_turned", share(sum->turned, sum->weight));
    failed |= json_object_set_new(figures, "turned", json_integer(sum->reversed));
    failed |= json_object_set_new(figures, "mean_confirmed", share(sum->final, sum->weight));
  }
  if (!scale) {
    failed |= json_object_set_new(figures, "agree", share(sum->positive, sum->weight));
  }
  if (failed != 0) {
    json_decref(figures);
    return NULL;
  }
  return figures;
}

json_t *sensitivity_json(const struct sensitivity *sensitivity) {
  json_t *all = json_object();
  for (int i = 0; i < (int)sensitivity->questionnaire->questions_count; i++) {
    const struct question *question = &sensitivity->questionnaire->questions[i];
    if (!is_figure(sensitivity->questionnaire, i)) {
      continue;
    }
    const struct sensitivity_sum *sums = sensitivity->sums[i];
    bool scale = question->kind == QUESTION_SCALE;
    json_t *figure =
        json_pack("{s:s, s:s, s:o, s:o, s:o}", "kind", scale ? "scale" : "choice", "unit",
                  questionnaire_in_children(sensitivity->questionnaire, i) ? "child" : "respondent",
                  "all", sum_json(&sums[SENSITIVITY_ALL], question), "unflagged",
                  sum_json(&sums[SENSITIVITY_UNFLAGGED], question), "weighted",
                  sum_json(&sums[SENSITIVITY_WEIGHTED], question));
    if (json_object_set_new(all, question->id, figure) != 0) {
      json_decref(all);
      return NULL;
    }
  }
  return all;
}
