#include <stdlib.h>
#include <string.h>

#include "survey/anonymise_part.h"

enum { ANSWER_KINDS = 128 };

/* What the rows of one class answered to one question. */
struct answers {
  uint64_t seen[ANSWER_KINDS / 64];
};

struct counting {
  struct anonymise *anonymise;
  struct anonymise_certificate *certificate;
  struct anonymise_opinion *opinions;
  int *questions; /* per opinion */
  struct intern classes;
  uint32_t *class_of;      /* per row */
  size_t *sizes;           /* per class */
  struct answers *answers; /* per class, per opinion */
};

/* ---- what was put together */

static bool add_name(struct text *text, const char *name) {
  text_add(text, text->length > 0 ? ", " : "");
  text_add(text, name);
  return !text->failed;
}

static void add_members(const struct anonymise *anonymise, const struct quasi *quasi,
                        const struct level *level, struct text *text) {
  const struct place *places =
      quasi->of == OF_LANGUAGE ? anonymise->languages : anonymise->municipalities;
  size_t count =
      quasi->of == OF_LANGUAGE ? anonymise->languages_count : anonymise->municipalities_count;
  for (size_t i = 0; quasi->of != OF_QUESTION && i < count; i++) {
    if (level->pooled[i]) {
      (void)add_name(text, places[i].name);
    }
  }
}

static void add_codes(const struct anonymise *anonymise, const struct quasi *quasi,
                      const struct level *level, struct text *text) {
  bool there[VALUE_KINDS] = {false};
  size_t column = anonymise->spans[quasi->question].first;
  for (size_t i = 0; i < anonymise->rows; i++) {
    there[anonymise->values[i * anonymise->columns_count + column] + VALUE_FIRST] = true;
  }
  for (int i = 0; i < VALUE_KINDS; i++) {
    if (level->pooled[i] && there[i]) {
      text_addf(text, "%s%d", text->length > 0 ? ", " : "", i - VALUE_FIRST);
    }
  }
}

bool name_pools(struct anonymise *anonymise) {
  for (int i = 0; i < anonymise->quasis_count; i++) {
    const struct quasi *quasi = &anonymise->quasis[i];
    const struct level *level = &quasi->levels[anonymise->plan[i]];
    struct text text;
    text_init(&text);
    text_add(&text, "");
    if (level->kind == ANONYMISE_POOLED && quasi->of == OF_QUESTION) {
      add_codes(anonymise, quasi, level, &text);
    } else if (level->kind == ANONYMISE_POOLED) {
      add_members(anonymise, quasi, level, &text);
    }
    anonymise->pooled[i] = arena_string(anonymise->arena, text.data == NULL ? "" : text.data);
    bool good = !text.failed && anonymise->pooled[i] != NULL;
    text_clear(&text);
    if (!good) {
      return false;
    }
  }
  return true;
}

/* ---- classes and what they say */

static void see_answers(struct counting *counting, const struct view *view, size_t class) {
  const struct anonymise *anonymise = counting->anonymise;
  size_t count = counting->certificate->opinions_count;
  for (size_t i = 0; i < count; i++) {
    const struct span *span = &anonymise->spans[counting->questions[i]];
    struct answers *answers = &counting->answers[class * count + i];
    for (size_t j = span->first; j < span->first + span->count; j += span->each) {
      int unanswered = column_unanswered(anonymise->questionnaire, anonymise->columns[j].field);
      signed char value = view->out[j];
      counting->opinions[i].lost += value == ANONYMISE_WITHHELD && view->raw[j] != ANONYMISE_EMPTY;
      counting->opinions[i].kept += value >= 0;
      if (value >= 0 && value != unanswered) {
        answers->seen[value / 64] |= (uint64_t)1 << (value % 64);
      }
    }
  }
}

static bool classify(struct counting *counting) {
  struct anonymise *anonymise = counting->anonymise;
  unsigned char *key = arena_alloc(anonymise->arena, anonymise->key_size);
  for (size_t i = 0; key != NULL && i < anonymise->rows; i++) {
    struct view view;
    view_row(anonymise, i, &view);
    view_key(&view, key);
    int64_t class = intern_add(&counting->classes, key);
    if (class < 0) {
      return false;
    }
    counting->class_of[i] = (uint32_t) class;
  }
  return key != NULL;
}

static bool count_classes(struct counting *counting) {
  struct anonymise *anonymise = counting->anonymise;
  size_t classes = counting->classes.count;
  counting->sizes = calloc(classes + 1, sizeof *counting->sizes);
  counting->answers =
      calloc(classes * counting->certificate->opinions_count + 1, sizeof *counting->answers);
  if (counting->sizes == NULL || counting->answers == NULL) {
    return false;
  }
  for (size_t i = 0; i < anonymise->rows; i++) {
    struct view view;
    view_row(anonymise, i, &view);
    counting->sizes[counting->class_of[i]]++;
    see_answers(counting, &view, counting->class_of[i]);
    counting->certificate->touched += view.mask != 0;
    for (int j = 0; j < anonymise->quasis_count; j++) {
      counting->certificate->quasis[j].withheld += view.mask >> j & 1;
    }
  }
  return true;
}

static void judge_classes(const struct counting *counting) {
  struct anonymise_certificate *certificate = counting->certificate;
  certificate->classes = counting->classes.count;
  certificate->k_reached = counting->anonymise->rows;
  for (size_t i = 0; i < certificate->classes; i++) {
    size_t size = counting->sizes[i];
    certificate->k_reached = size < certificate->k_reached ? size : certificate->k_reached;
    certificate->uniques_after += size == 1;
    certificate->below_after += size < (size_t)certificate->k_asked ? size : 0;
    for (size_t j = 0; j < certificate->opinions_count; j++) {
      const uint64_t *seen = counting->answers[i * certificate->opinions_count + j].seen;
      int kinds = __builtin_popcountll(seen[0]) + __builtin_popcountll(seen[1]);
      struct anonymise_opinion *opinion = &counting->opinions[j];
      opinion->uniform += kinds == 1 ? size : 0;
      if (kinds > 0 && (opinion->diversity == 0 || kinds < opinion->diversity)) {
        opinion->diversity = kinds;
      }
    }
  }
}

/* ---- the whole */

static bool begin(struct counting *counting) {
  struct anonymise *anonymise = counting->anonymise;
  const struct questionnaire *questionnaire = anonymise->questionnaire;
  size_t count = questionnaire->questions_count;
  counting->certificate = arena_alloc(anonymise->arena, sizeof *counting->certificate);
  counting->opinions = arena_array(anonymise->arena, count, sizeof *counting->opinions);
  counting->questions = arena_array(anonymise->arena, count, sizeof *counting->questions);
  counting->class_of = calloc(anonymise->rows, sizeof *counting->class_of);
  intern_init(&counting->classes, anonymise->key_size);
  if (counting->certificate == NULL || counting->opinions == NULL || counting->questions == NULL ||
      counting->class_of == NULL) {
    return false;
  }
  for (size_t i = 0; i < count; i++) {
    const struct question *question = &questionnaire->questions[i];
    if (anonymise->quasi_of[i] < 0 &&
        (question->kind == QUESTION_CHOICE || question->kind == QUESTION_SCALE)) {
      size_t opinion = counting->certificate->opinions_count++;
      counting->opinions[opinion].name = question->id;
      counting->questions[opinion] = (int)i;
    }
  }
  return true;
}

static void describe(const struct anonymise *anonymise, struct anonymise_certificate *certificate) {
  certificate->rows = anonymise->rows;
  certificate->k_asked = anonymise->options.k;
  certificate->combinations = anonymise->combinations;
  certificate->loss = anonymise->loss;
  certificate->quasis_count = (size_t)anonymise->quasis_count;
  for (int i = 0; i < anonymise->quasis_count; i++) {
    const struct quasi *quasi = &anonymise->quasis[i];
    const struct level *level = &quasi->levels[anonymise->plan[i]];
    certificate->quasis[i] = (struct anonymise_quasi){
        .name = quasi->of == OF_MUNICIPALITY ? "municipality"
                : quasi->of == OF_LANGUAGE
                    ? "language"
                    : anonymise->questionnaire->questions[quasi->question].id,
        .level = level->kind,
        .limit = level->limit,
        .pooled = anonymise->pooled[i],
        .loss = anonymise->losses[i]};
  }
  for (size_t i = 0; i < anonymise->profiles_count; i++) {
    size_t rows = anonymise->profiles[i].rows;
    certificate->uniques_before += rows == 1;
    certificate->below_before += rows < (size_t)anonymise->options.k ? rows : 0;
  }
}

const struct anonymise_certificate *anonymise_certificate(struct anonymise *anonymise) {
  if (anonymise->certificate != NULL) {
    return anonymise->certificate;
  }
  struct counting counting = {.anonymise = anonymise};
  if (begin(&counting)) {
    describe(anonymise, counting.certificate);
    counting.certificate->opinions = counting.opinions;
    if (classify(&counting) && count_classes(&counting)) {
      judge_classes(&counting);
      anonymise->certificate = counting.certificate;
    }
  }
  intern_clear(&counting.classes);
  free(counting.class_of);
  free(counting.sizes);
  free(counting.answers);
  return anonymise->certificate;
}
