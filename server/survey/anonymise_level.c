#include <string.h>

#include "survey/anonymise_part.h"
#include "survey/breakdown.h"
#include "survey/pool.h"

/* Above it fewer levels are tried: a second or two for some hundred profiles. */
enum { COMBINATIONS_MAX = 50000 };

static struct level *add(struct quasi *quasi, enum anonymise_level kind) {
  struct level *level = &quasi->levels[quasi->levels_count++];
  *level = (struct level){.kind = kind};
  return level;
}

/* A level that puts the rare ones of so many sizes together, when there are such and others. */
static bool add_pooled(struct anonymise *anonymise, struct quasi *quasi, const int *sizes,
                       size_t count, int least) {
  int *indices = arena_array(anonymise->arena, count, sizeof *indices);
  bool *pooled = arena_array(anonymise->arena, count, sizeof *pooled);
  if (indices == NULL || pooled == NULL) {
    return false;
  }
  size_t pools = pool_small(sizes, count, least, NULL, indices), members = 0;
  for (size_t i = 0; i < count; i++) {
    pooled[i] = indices[i] == (int)pools - 1;
    members += pooled[i] && sizes[i] > 0;
  }
  if (pools > 1 && members > 1) {
    add(quasi, ANONYMISE_POOLED)->pooled = pooled;
  }
  return true;
}

static bool make_place(struct anonymise *anonymise, struct quasi *quasi, const struct place *places,
                       size_t count, int least) {
  int sizes[PLACES_MAX];
  for (size_t i = 0; i < count; i++) {
    sizes[i] = (int)places[i].rows;
  }
  return add_pooled(anonymise, quasi, sizes, count, least);
}

static bool make_choice(struct anonymise *anonymise, struct quasi *quasi, int k) {
  int sizes[VALUE_KINDS] = {0};
  size_t column = anonymise->spans[quasi->question].first;
  for (size_t i = 0; i < anonymise->rows; i++) {
    sizes[anonymise->values[i * anonymise->columns_count + column] + VALUE_FIRST]++;
  }
  return add_pooled(anonymise, quasi, sizes, VALUE_KINDS, k);
}

static void make_count(struct quasi *quasi, const struct question *question) {
  for (int limit = question->min + 2; limit > question->min; limit--) {
    if (limit < question->max) {
      add(quasi, ANONYMISE_CAPPED)->limit = limit;
    }
  }
}

static bool make(struct anonymise *anonymise, struct quasi *quasi, int k) {
  int least = 2 * k > BREAKDOWN_GROUP ? 2 * k : BREAKDOWN_GROUP;
  bool good = true;
  quasi->levels_count = 0;
  add(quasi, ANONYMISE_EXACT);
  if (quasi->of == OF_MUNICIPALITY) {
    good = make_place(anonymise, quasi, anonymise->municipalities, anonymise->municipalities_count,
                      least);
  } else if (quasi->of == OF_LANGUAGE) {
    good = make_place(anonymise, quasi, anonymise->languages, anonymise->languages_count, least);
  } else {
    const struct question *question = &anonymise->questionnaire->questions[quasi->question];
    if (question->each >= 0) {
      add(quasi, ANONYMISE_SUMMARY);
    } else if (question->kind == QUESTION_COUNT) {
      make_count(quasi, question);
    } else {
      good = make_choice(anonymise, quasi, k);
    }
  }
  add(quasi, ANONYMISE_NONE);
  return good;
}

bool levels_make(struct anonymise *anonymise, int k) {
  long combinations = 1;
  for (int i = 0; i < anonymise->quasis_count; i++) {
    if (!make(anonymise, &anonymise->quasis[i], k)) {
      return false;
    }
    combinations *= anonymise->quasis[i].levels_count;
  }
  for (int i = anonymise->quasis_count - 1; i >= 0 && combinations > COMBINATIONS_MAX; i--) {
    struct quasi *quasi = &anonymise->quasis[i];
    combinations = combinations / quasi->levels_count * 2;
    quasi->levels[1] = quasi->levels[quasi->levels_count - 1];
    quasi->levels_count = 2;
  }
  return true;
}
