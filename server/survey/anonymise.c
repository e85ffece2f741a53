#include "survey/anonymise.h"

#include <stdlib.h>
#include <string.h>

#include "survey/anonymise_part.h"

enum { ROWS_FIRST = 256 };

/* ---- columns, and what identifies */

static bool has_number(const struct questionnaire *questionnaire, const struct column *column) {
  return column->kind == COLUMN_CHECK || !questionnaire_is_text(questionnaire, column->field);
}

/* Columns of one question stand together, child by child. */
static bool make_columns(struct anonymise *anonymise) {
  const struct questionnaire *questionnaire = anonymise->questionnaire;
  struct column_list list = column_list_new(questionnaire, anonymise->arena);
  anonymise->columns = arena_array(anonymise->arena, list.count + 1, sizeof *anonymise->columns);
  anonymise->spans =
      arena_array(anonymise->arena, questionnaire->questions_count, sizeof *anonymise->spans);
  anonymise->out = arena_array(anonymise->arena, list.count + 1, sizeof *anonymise->out);
  if (list.items == NULL || anonymise->columns == NULL || anonymise->spans == NULL ||
      anonymise->out == NULL) {
    return false;
  }
  for (size_t i = 0; i < list.count; i++) {
    const struct column *column = &list.items[i];
    if (!has_number(questionnaire, column)) {
      continue;
    }
    const struct field *field = &questionnaire->fields[column->field];
    struct span *span = &anonymise->spans[field->question];
    span->first = span->count == 0 ? anonymise->columns_count : span->first;
    span->count++;
    span->each += field->child <= 1;
    anonymise->columns[anonymise->columns_count++] = (struct anonymise_column){
        .name = column->name, .field = column->field, .check = column->kind == COLUMN_CHECK};
  }
  return true;
}

static bool add_quasi(struct anonymise *anonymise, enum quasi_of of, int question) {
  if (anonymise->quasis_count == ANONYMISE_QUASI_MAX) {
    return false;
  }
  if (of == OF_QUESTION) {
    const struct span *span = &anonymise->spans[question];
    anonymise->quasi_of[question] = anonymise->quasis_count;
    anonymise->key_size += span->count / span->each;
  } else {
    anonymise->key_size += sizeof(uint16_t);
  }
  anonymise->quasis[anonymise->quasis_count++] = (struct quasi){.of = of, .question = question};
  return true;
}

static bool make_quasis(struct anonymise *anonymise) {
  const struct questionnaire *questionnaire = anonymise->questionnaire;
  size_t count = questionnaire->questions_count;
  anonymise->quasi_of = arena_array(anonymise->arena, count, sizeof *anonymise->quasi_of);
  if (anonymise->quasi_of == NULL || !add_quasi(anonymise, OF_MUNICIPALITY, -1) ||
      (anonymise->options.language && !add_quasi(anonymise, OF_LANGUAGE, -1))) {
    return false;
  }
  for (size_t i = 0; i < count; i++) {
    anonymise->quasi_of[i] = -1;
    if (questionnaire->identifying[i] && !add_quasi(anonymise, OF_QUESTION, (int)i)) {
      return false;
    }
  }
  return true;
}

struct anonymise *anonymise_new(const struct questionnaire *questionnaire,
                                const struct anonymise_options *options) {
  struct arena *arena = arena_new(0);
  struct anonymise *anonymise = arena == NULL ? NULL : arena_alloc(arena, sizeof *anonymise);
  if (anonymise == NULL) {
    arena_free(arena);
    return NULL;
  }
  anonymise->questionnaire = questionnaire;
  anonymise->options = *options;
  anonymise->arena = arena;
  if (!make_columns(anonymise) || !make_quasis(anonymise)) {
    anonymise_free(anonymise);
    return NULL;
  }
  intern_init(&anonymise->raw, anonymise->key_size);
  return anonymise;
}

void anonymise_free(struct anonymise *anonymise) {
  if (anonymise == NULL) {
    return;
  }
  intern_clear(&anonymise->raw);
  free(anonymise->added);
  free(anonymise->values);
  free(anonymise->profiles);
  free(anonymise->order);
  arena_free(anonymise->arena);
}

/* ---- rows in */

static int find_place(struct anonymise *anonymise, struct place *places, size_t *count, int code,
                      const char *name) {
  for (size_t i = 0; i < *count; i++) {
    if (places[i].code == code && (code != 0 || strcmp(places[i].name, name) == 0)) {
      places[i].rows++;
      return (int)i;
    }
  }
  const char *copy = arena_string(anonymise->arena, name);
  if (*count == PLACES_MAX || copy == NULL) {
    return -1;
  }
  places[*count] = (struct place){.code = code, .name = copy, .rows = 1};
  return (int)(*count)++;
}

static bool make_room(struct anonymise *anonymise) {
  if (anonymise->rows < anonymise->room) {
    return true;
  }
  size_t room = anonymise->room == 0 ? ROWS_FIRST : 2 * anonymise->room;
  struct added *added = realloc(anonymise->added, room * sizeof *added);
  if (added == NULL) {
    return false;
  }
  anonymise->added = added;
  signed char *values = realloc(anonymise->values, room * (anonymise->columns_count + 1));
  if (values == NULL) {
    return false;
  }
  anonymise->values = values;
  anonymise->room = room;
  return true;
}

static void copy_values(const struct anonymise *anonymise, const struct answer *answer,
                        signed char *values) {
  for (size_t i = 0; i < anonymise->columns_count; i++) {
    const struct anonymise_column *column = &anonymise->columns[i];
    struct column wide = {.name = column->name,
                          .kind = column->check ? COLUMN_CHECK : COLUMN_FIELD,
                          .field = column->field};
    struct cell cell = column_cell(answer, &wide);
    values[i] = cell.has_number ? (signed char)cell.number : ANONYMISE_EMPTY;
  }
}

bool anonymise_add(struct anonymise *anonymise, const char *id, int municipality, const char *name,
                   const char *language, const struct answer *answer) {
  if (!make_room(anonymise)) {
    return false;
  }
  int place = find_place(anonymise, anonymise->municipalities, &anonymise->municipalities_count,
                         municipality, name);
  int tongue = find_place(anonymise, anonymise->languages, &anonymise->languages_count, 0,
                          language == NULL ? "" : language);
  if (place < 0 || tongue < 0) {
    return false;
  }
  struct added *added = &anonymise->added[anonymise->rows];
  *added = (struct added){.municipality = (uint16_t)place, .language = (uint16_t)tongue};
  crypto_place(anonymise->options.seed, id, strlen(id), added->key);
  copy_values(anonymise, answer, &anonymise->values[anonymise->rows * anonymise->columns_count]);
  anonymise->rows++;
  return true;
}

/* ---- deciding */

static int compare_names(const void *a, const void *b, void *context) {
  const struct place *places = context;
  const struct place *one = &places[*(const int *)a], *other = &places[*(const int *)b];
  return one->code != other->code ? (one->code < other->code ? -1 : 1)
                                  : strcmp(one->name, other->name);
}

/* Gives places the order of their codes and names in place of that in which they came; number has
 * the new one of each. */
static void sort_places(struct place *places, size_t count, uint16_t *number) {
  int order[PLACES_MAX];
  struct place sorted[PLACES_MAX] = {{0}};
  for (size_t i = 0; i < count; i++) {
    order[i] = (int)i;
  }
  qsort_r(order, count, sizeof *order, compare_names, places);
  for (size_t i = 0; i < count; i++) {
    sorted[i] = places[order[i]];
    number[order[i]] = (uint16_t)i;
  }
  memcpy(places, sorted, count * sizeof *places);
}

static void sort_all(struct anonymise *anonymise) {
  uint16_t municipality[PLACES_MAX], language[PLACES_MAX];
  sort_places(anonymise->municipalities, anonymise->municipalities_count, municipality);
  sort_places(anonymise->languages, anonymise->languages_count, language);
  for (size_t i = 0; i < anonymise->rows; i++) {
    struct added *added = &anonymise->added[i];
    added->municipality = municipality[added->municipality];
    added->language = language[added->language];
  }
}

static int compare_places(const void *a, const void *b, void *context) {
  const struct added *added = ((const struct anonymise *)context)->added;
  uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;
  int order = memcmp(added[one].key, added[other].key, sizeof added[one].key);
  return order != 0 ? order : one < other ? -1 : one > other;
}

static bool make_order(struct anonymise *anonymise) {
  sort_all(anonymise);
  anonymise->order = calloc(anonymise->rows, sizeof *anonymise->order);
  if (anonymise->order == NULL) {
    return false;
  }
  for (size_t i = 0; i < anonymise->rows; i++) {
    anonymise->order[i] = (uint32_t)i;
  }
  qsort_r(anonymise->order, anonymise->rows, sizeof *anonymise->order, compare_places, anonymise);
  return true;
}

/* With all levels exact a row leaves as it came. */
static int64_t raw_profile(struct anonymise *anonymise, size_t row, unsigned char *key) {
  static const int plan[ANONYMISE_QUASI_MAX] = {0};
  struct view view = {.anonymise = anonymise,
                      .plan = plan,
                      .added = &anonymise->added[row],
                      .raw = &anonymise->values[row * anonymise->columns_count],
                      .out = anonymise->out};
  view_fill(&view);
  view_key(&view, key);
  return intern_add(&anonymise->raw, key);
}

/* In the order in which rows leave, so that nothing depends on how they came. */
static bool make_profiles(struct anonymise *anonymise) {
  for (int i = 0; i < anonymise->quasis_count; i++) {
    anonymise->quasis[i].levels[0] = (struct level){.kind = ANONYMISE_EXACT};
  }
  unsigned char *key = arena_alloc(anonymise->arena, anonymise->key_size);
  anonymise->profiles = calloc(anonymise->rows, sizeof *anonymise->profiles);
  if (key == NULL || anonymise->profiles == NULL) {
    return false;
  }
  for (size_t i = 0; i < anonymise->rows; i++) {
    uint32_t row = anonymise->order[i];
    int64_t number = raw_profile(anonymise, row, key);
    if (number < 0) {
      return false;
    }
    struct profile *profile = &anonymise->profiles[number];
    profile->row = profile->rows == 0 ? row : profile->row;
    profile->rows++;
    anonymise->added[row].profile = (uint32_t)number;
  }
  anonymise->profiles_count = anonymise->raw.count;
  return true;
}

/* The first rows of a profile that leave are those that it lends. */
static void hand_out(struct anonymise *anonymise) {
  uint32_t all = (uint32_t)((1U << anonymise->quasis_count) - 1);
  for (size_t i = 0; i < anonymise->profiles_count; i++) {
    anonymise->profiles[i].left = anonymise->profiles[i].lent;
  }
  for (size_t i = 0; i < anonymise->rows; i++) {
    struct added *added = &anonymise->added[anonymise->order[i]];
    struct profile *profile = &anonymise->profiles[added->profile];
    added->mask = profile->left > 0 ? all : profile->mask;
    profile->left -= profile->left > 0;
  }
}

enum anonymise_result anonymise_run(struct anonymise *anonymise) {
  if (anonymise->options.k < ANONYMISE_K_LEAST) {
    return ANONYMISE_LOW;
  }
  if (anonymise->rows < (size_t)anonymise->options.k) {
    return ANONYMISE_FEW;
  }
  if (!make_order(anonymise) || !make_profiles(anonymise)) {
    return ANONYMISE_MEMORY;
  }
  enum anonymise_result result = search_run(anonymise, anonymise->options.k);
  if (result != ANONYMISE_OK) {
    return result;
  }
  hand_out(anonymise);
  return name_pools(anonymise) ? ANONYMISE_OK : ANONYMISE_MEMORY;
}

int anonymise_advice(struct anonymise *anonymise) {
  if (anonymise->profiles == NULL) {
    if (anonymise->rows < ANONYMISE_K_LEAST || !make_order(anonymise) ||
        !make_profiles(anonymise)) {
      return 0;
    }
  }
  for (int k = anonymise->options.k - 1; k >= ANONYMISE_K_LEAST; k--) {
    if ((size_t)k <= anonymise->rows && search_run(anonymise, k) == ANONYMISE_OK) {
      return k;
    }
  }
  return 0;
}

/* ---- rows out */

size_t anonymise_rows(const struct anonymise *anonymise) {
  return anonymise->rows;
}

const struct anonymise_column *anonymise_columns(const struct anonymise *anonymise, size_t *count) {
  *count = anonymise->columns_count;
  return anonymise->columns;
}

void view_row(struct anonymise *anonymise, size_t index, struct view *view) {
  const struct added *added = &anonymise->added[anonymise->order[index]];
  *view =
      (struct view){.anonymise = anonymise,
                    .plan = anonymise->plan,
                    .mask = added->mask,
                    .added = added,
                    .raw = &anonymise->values[anonymise->order[index] * anonymise->columns_count],
                    .out = anonymise->out};
  view_fill(view);
}

static const char *name_of(const struct anonymise *anonymise, const struct place *places, int place,
                           enum quasi_of of) {
  if (place >= 0) {
    return places[place].name;
  }
  for (int i = 0; place == ANONYMISE_SEVERAL && i < anonymise->quasis_count; i++) {
    if (anonymise->quasis[i].of == of) {
      return anonymise->pooled[i];
    }
  }
  return "";
}

void anonymise_row(struct anonymise *anonymise, size_t index, struct anonymise_row *row) {
  struct view view;
  view_row(anonymise, index, &view);
  row->municipality =
      view.municipality < 0 ? view.municipality : anonymise->municipalities[view.municipality].code;
  row->municipality_name =
      name_of(anonymise, anonymise->municipalities, view.municipality, OF_MUNICIPALITY);
  row->language = anonymise->options.language
                      ? name_of(anonymise, anonymise->languages, view.language, OF_LANGUAGE)
                      : NULL;
  row->values = anonymise->out;
}
