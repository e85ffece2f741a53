#include <stdlib.h>
#include <string.h>

#include "survey/definition.h"
#include "survey/score.h"

enum { SCORES_MAX = 64, VALUE_MAX = 99, COLUMN_BYTES = 32 };

static const char column_prefix[] = "score_";

struct scoring {
  struct definition *definition;
  struct reader *reader;
  struct score *scores;
  size_t count; /* read so far */
};

/* ---- what codes count for */

static bool digits_to(const char *text, int most, int *number) {
  size_t length = strlen(text);
  if (length == 0 || length > 2 || strspn(text, "0123456789") != length) {
    return false;
  }
  *number = (int)strtol(text, NULL, 10);
  return *number <= most;
}

static void read_values(struct scoring *scoring, struct spot spot, struct score *score) {
  struct reader *reader = scoring->reader;
  if (spot.value == NULL) {
    return;
  }
  if (!json_is_object(spot.value) || json_object_size(spot.value) == 0) {
    reader_complain(reader, spot.path,
                    "must be an object of codes and numbers; hint: {\"0\": 0, \"1\": 0, \"2\": 1}");
    return;
  }
  struct score_value *values = reader_array(reader, json_object_size(spot.value), sizeof *values);
  score->values = values;
  const char *code;
  json_t *value;
  json_object_foreach(spot.value, code, value) {
    struct spot member = reader_member(reader, spot, code);
    int number = 0;
    if (!digits_to(code, DEFINITION_CODE_MAX, &number)) {
      reader_complain(reader, spot.path, "\"%s\" is no code; hint: a number from 0 to %d", code,
                      DEFINITION_CODE_MAX);
    }
    if (values != NULL) {
      values[score->values_count++] =
          (struct score_value){number, reader_integer(reader, member, 0, VALUE_MAX)};
    }
  }
}

/* ---- items */

/* Widens the range by a code; "don't know" counts for nothing. */
static void widen(struct scoring *scoring, struct spot spot, const struct score *score,
                  struct score_item *item, int code) {
  int value;
  if (!score_value_of(score, code, &value)) {
    reader_complain(
        scoring->reader, spot.path,
        "nothing says what %d of question \"%s\" counts for; hint: add it to \"values\"", code,
        scoring->definition->questions[item->question].id);
    return;
  }
  item->low = value < item->low ? value : item->low;
  item->high = value > item->high ? value : item->high;
}

static void measure(struct scoring *scoring, struct spot spot, const struct score *score,
                    struct score_item *item) {
  const struct question *question = &scoring->definition->questions[item->question];
  item->low = VALUE_MAX;
  for (size_t i = 0; i < question->choices_count; i++) {
    if (!question->choices[i].dont_know) {
      widen(scoring, spot, score, item, question->choices[i].code);
    }
  }
  for (int code = question->min; question->kind == QUESTION_SCALE && code <= question->max;
       code++) {
    widen(scoring, spot, score, item, code);
  }
}

/* A choice or scale that is asked once, or -1 with a complaint. */
static int find_item(struct scoring *scoring, struct spot spot) {
  int index = definition_question(scoring->definition, spot);
  if (index < 0) {
    return -1;
  }
  const struct question *question = &scoring->definition->questions[index];
  if ((question->kind != QUESTION_CHOICE && question->kind != QUESTION_SCALE) ||
      question->each >= 0) {
    reader_complain(scoring->reader, spot.path,
                    "question \"%s\" has no number of its own; hint: a score takes choices and "
                    "scales that are asked once",
                    question->id);
    return -1;
  }
  return index;
}

static struct score_item *item_of(struct score *score, size_t count, int question) {
  for (size_t i = 0; i < count; i++) {
    if (score->items[i].question == question) {
      return (struct score_item *)&score->items[i];
    }
  }
  return NULL;
}

static void read_items(struct scoring *scoring, struct spot list, struct score *score) {
  struct reader *reader = scoring->reader;
  size_t count = reader_list(reader, list, 1);
  struct score_item *items = reader_array(reader, count + 1, sizeof *items);
  score->items = items;
  for (size_t i = 0; items != NULL && i < count; i++) {
    struct spot spot = reader_item(reader, list, i);
    int question = find_item(scoring, spot);
    if (question >= 0 && item_of(score, score->items_count, question) != NULL) {
      reader_complain(reader, spot.path, "\"%s\" stands twice in this list",
                      scoring->definition->questions[question].id);
    } else if (question >= 0) {
      struct score_item *item = &items[score->items_count++];
      *item = (struct score_item){.question = question};
      measure(scoring, spot, score, item);
      score->max += item->high;
    }
  }
}

static void read_reversed(struct scoring *scoring, struct spot list, struct score *score) {
  size_t count = list.value == NULL ? 0 : reader_list(scoring->reader, list, 1);
  for (size_t i = 0; i < count; i++) {
    struct spot spot = reader_item(scoring->reader, list, i);
    int question = definition_question(scoring->definition, spot);
    struct score_item *item = item_of(score, score->items_count, question);
    if (item != NULL) {
      item->reversed = true;
    } else if (question >= 0) {
      reader_complain(scoring->reader, spot.path, "\"%s\" is none of the items",
                      scoring->definition->questions[question].id);
    }
  }
}

static void read_least(struct scoring *scoring, struct spot spot, struct score *score) {
  bool all = spot.value == NULL ||
             strcmp("all", json_is_string(spot.value) ? json_string_value(spot.value) : "") == 0;
  if (!all && score->items_count > 0) {
    score->least = reader_integer(scoring->reader, spot, 1, (int)score->items_count);
  }
}

static void read_zero_if(struct scoring *scoring, struct spot list, struct score *score) {
  size_t count = list.value == NULL ? 0 : reader_list(scoring->reader, list, 1);
  struct filter *filters = reader_array(scoring->reader, count + 1, sizeof *filters);
  score->zero_if = filters;
  for (size_t i = 0; filters != NULL && i < count; i++) {
    if (definition_filter(scoring->definition, reader_item(scoring->reader, list, i), "\"zero_if\"",
                          &filters[score->zero_if_count])) {
      score->zero_if_count++;
    }
  }
}

/* ---- sums */

static int find_score(struct scoring *scoring, struct spot spot) {
  const char *id = reader_text(scoring->reader, spot);
  for (size_t i = 0; id != NULL && i < scoring->count; i++) {
    if (scoring->scores[i].id != NULL && strcmp(scoring->scores[i].id, id) == 0) {
      return (int)i;
    }
  }
  if (id != NULL) {
    reader_complain(scoring->reader, spot.path,
                    "there is no score \"%s\" before this one; hint: a sum stands behind its parts",
                    id);
  }
  return -1;
}

static void read_of(struct scoring *scoring, struct spot list, struct score *score) {
  struct reader *reader = scoring->reader;
  size_t count = reader_list(reader, list, 1);
  int *of = reader_array(reader, count + 1, sizeof *of);
  score->of = of;
  for (size_t i = 0; of != NULL && i < count; i++) {
    int part = find_score(scoring, reader_item(reader, list, i));
    if (part >= 0) {
      of[score->of_count++] = part;
      score->max += scoring->scores[part].max;
    }
  }
}

static void read_entered(struct scoring *scoring, struct spot spot, struct score *score) {
  int index = spot.value == NULL ? -1 : find_item(scoring, spot);
  const struct question *question = index < 0 ? NULL : &scoring->definition->questions[index];
  if (question != NULL &&
      (question->kind != QUESTION_SCALE || question->min != 0 || question->max != score->max)) {
    reader_complain(scoring->reader, spot.path,
                    "question \"%s\" cannot hold the sum; hint: a scale from 0 to %d", question->id,
                    score->max);
    return;
  }
  score->entered = index;
}

/* ---- a score */

static void read_better(struct scoring *scoring, struct spot spot, struct score *score) {
  const char *better = reader_text(scoring->reader, spot);
  score->higher_is_better = better != NULL && strcmp(better, "higher") == 0;
  if (better != NULL && !score->higher_is_better && strcmp(better, "lower") != 0) {
    reader_complain(scoring->reader, spot.path, "\"better\" is \"%s\"; hint: higher or lower",
                    better);
  }
}

static void read_id(struct scoring *scoring, struct spot spot, struct score *score) {
  struct reader *reader = scoring->reader;
  score->id = reader_name(reader, spot, false);
  if (score->id == NULL) {
    return;
  }
  if (strlen(score->id) + strlen(column_prefix) > COLUMN_BYTES) {
    reader_complain(reader, spot.path,
                    "its column \"%s%s\" has a name of more than %d characters; hint: a shorter id",
                    column_prefix, score->id, COLUMN_BYTES);
  }
  for (size_t i = 0; i < scoring->count; i++) {
    if (scoring->scores[i].id != NULL && strcmp(scoring->scores[i].id, score->id) == 0) {
      reader_complain(reader, spot.path,
                      "the score id \"%s\" is used before; hint: each score has its own id",
                      score->id);
    }
  }
}

static void read_score(struct scoring *scoring, struct spot spot) {
  static const char *const of_items[] = {"id",     "text",  "better",  "items", "reversed",
                                         "values", "least", "zero_if", NULL};
  static const char *const of_scores[] = {"id", "text", "better", "sum_of", "entered", NULL};
  struct reader *reader = scoring->reader;
  struct score *score = &scoring->scores[scoring->count];
  *score = (struct score){.entered = -1, .words = {.index = -1}};
  bool is_sum = json_object_get(spot.value, "sum_of") != NULL;
  if (!reader_object(reader, spot, is_sum ? "a sum of scores" : "a score of items",
                     is_sum ? of_scores : of_items)) {
    return;
  }
  read_id(scoring, reader_member(reader, spot, "id"), score);
  score->words =
      reader_words(reader, reader_member(reader, spot, "text"),
                   reader_printf(reader, "score.%s", score->id == NULL ? "" : score->id));
  read_better(scoring, reader_member(reader, spot, "better"), score);
  if (is_sum) {
    read_of(scoring, reader_member(reader, spot, "sum_of"), score);
    read_entered(scoring, reader_member(reader, spot, "entered"), score);
    return;
  }
  read_values(scoring, reader_member(reader, spot, "values"), score);
  read_items(scoring, reader_member(reader, spot, "items"), score);
  read_reversed(scoring, reader_member(reader, spot, "reversed"), score);
  read_least(scoring, reader_member(reader, spot, "least"), score);
  read_zero_if(scoring, reader_member(reader, spot, "zero_if"), score);
}

static void read_scales(struct scoring *scoring, struct spot list) {
  struct reader *reader = scoring->reader;
  size_t count = reader_list(reader, list, 1);
  if (count > SCORES_MAX) {
    reader_complain(reader, list.path, "%zu scores are too many; hint: at most %d", count,
                    SCORES_MAX);
    return;
  }
  scoring->scores = reader_array(reader, count + 1, sizeof *scoring->scores);
  for (; scoring->scores != NULL && scoring->count < count; scoring->count++) {
    read_score(scoring, reader_item(reader, list, scoring->count));
  }
}

/* ---- norms */

/* Codes of the informant, and what the norms call it. */
static void read_called(struct scoring *scoring, struct spot spot, struct score_norms *norms) {
  struct reader *reader = scoring->reader;
  const struct question *question = &scoring->definition->questions[norms->informant];
  const char **called = reader_array(reader, question->choices_count + 1, sizeof *called);
  norms->called = called;
  if (!json_is_object(spot.value)) {
    reader_complain(reader, spot.path,
                    "must be an object of codes and names; hint: {\"1\": \"parent\"}");
    return;
  }
  const char *code;
  json_t *value;
  json_object_foreach(spot.value, code, value) {
    struct spot member = reader_member(reader, spot, code);
    const char *name = reader_name(reader, member, false);
    bool found = false;
    int number = -1;
    for (size_t i = 0; digits_to(code, DEFINITION_CODE_MAX, &number) && called != NULL &&
                       i < question->choices_count;
         i++) {
      if (question->choices[i].code == number) {
        called[i] = name;
        found = true;
      }
    }
    if (!found) {
      reader_complain(reader, member.path, "question \"%s\" cannot be answered %s", question->id,
                      code);
    }
  }
}

static int find_kind(struct scoring *scoring, struct spot spot, bool choice) {
  int index = definition_question(scoring->definition, spot);
  const struct question *question = index < 0 ? NULL : &scoring->definition->questions[index];
  if (question != NULL && (question->each >= 0 || question->kind == QUESTION_TEXT ||
                           (choice && question->kind != QUESTION_CHOICE))) {
    reader_complain(scoring->reader, spot.path, "question \"%s\" is of another kind; hint: %s",
                    question->id,
                    choice ? "a choice that is asked once"
                           : "its codes or numbers are years, and it is asked once");
    return -1;
  }
  return index;
}

static void read_norms(struct scoring *scoring, struct spot spot) {
  static const char *const known[] = {"file", "age", "informant", "called", NULL};
  struct reader *reader = scoring->reader;
  struct score_norms *norms = &scoring->definition->questionnaire->norms;
  if (spot.value == NULL || !reader_object(reader, spot, "\"norms\"", known)) {
    return;
  }
  norms->file = reader_name(reader, reader_member(reader, spot, "file"), true);
  norms->age = find_kind(scoring, reader_member(reader, spot, "age"), false);
  norms->informant = find_kind(scoring, reader_member(reader, spot, "informant"), true);
  if (norms->informant >= 0) {
    read_called(scoring, reader_member(reader, spot, "called"), norms);
  }
}

/* ---- the whole */

void definition_scores(struct definition *definition, struct spot spot) {
  static const char *const known[] = {"norms", "scales", NULL};
  struct scoring scoring = {.definition = definition, .reader = definition->reader};
  if (spot.value == NULL || !reader_object(definition->reader, spot, "\"scores\"", known)) {
    return;
  }
  read_scales(&scoring, reader_member(definition->reader, spot, "scales"));
  read_norms(&scoring, reader_member(definition->reader, spot, "norms"));
  definition->questionnaire->scores = scoring.scores;
  definition->questionnaire->scores_count = scoring.count;
}

void definition_score_names(struct definition *definition) {
  const struct questionnaire *questionnaire = definition->questionnaire;
  for (size_t i = 0; questionnaire->fields_by_name != NULL && i < questionnaire->scores_count;
       i++) {
    const char *column = score_column(&questionnaire->scores[i], definition->reader->arena);
    definition->reader->memory_out = definition->reader->memory_out || column == NULL;
    int field = column == NULL ? -1 : questionnaire_field(questionnaire, column);
    if (field >= 0) {
      reader_complain(definition->reader, definition->scores.path,
                      "the column \"%s\" is there twice, of a score and of question \"%s\"; hint: "
                      "rename one",
                      column, questionnaire->questions[questionnaire->fields[field].question].id);
    }
  }
}
