#include "survey/documentation.h"

#include <stdlib.h>
#include <string.h>

#include "survey/course_cell.h"

enum { HUNDREDTHS = 100, DIGITS_MAX = 6 };

static const char *const kind_names[DOCUMENTATION_KINDS] = {[DOCUMENTATION_TEXT] = "text",
                                                            [DOCUMENTATION_NUMBER] = "number",
                                                            [DOCUMENTATION_REFLECTION] =
                                                                "reflection"};

static const char *const fault_names[DOCUMENTATION_FAULTS] = {
    [DOCUMENTATION_GOOD] = "good",     [DOCUMENTATION_EMPTY] = "empty",
    [DOCUMENTATION_LONG] = "long",     [DOCUMENTATION_NO_NUMBER] = "number",
    [DOCUMENTATION_RANGE] = "range",   [DOCUMENTATION_NO_DAY] = "day",
    [DOCUMENTATION_LATER] = "later",   [DOCUMENTATION_WHY] = "why",
    [DOCUMENTATION_WHY_LONG] = "long",
};

const char *documentation_kind_name(enum documentation_kind kind) {
  return kind_names[kind];
}

const char *documentation_fault_name(enum documentation_fault fault) {
  return fault_names[fault];
}

const struct documentation_part *documentation_part_find(const struct documentation_model *model,
                                                         const char *id) {
  for (size_t i = 0; i < model->count; i++) {
    if (strcmp(model->parts[i].id, id) == 0) {
      return &model->parts[i];
    }
  }
  return NULL;
}

const char *documentation_word(const struct documentation_words *words, const char *language) {
  for (const struct documentation_words *at = words; at->language != NULL; at++) {
    if (strcmp(at->language, language) == 0) {
      return at->text;
    }
  }
  return words->language == NULL ? "" : words->text;
}

/* ---- versions */

bool documentation_corrected(const struct documentation_version *version) {
  return version->valid_to != NULL && strcmp(version->valid_to, version->valid_from) <= 0;
}

const char *documentation_said(const struct documentation_version *version, char mark,
                               struct arena *arena) {
  int hundredths = version->hundredths, part = hundredths % HUNDREDTHS;
  if (hundredths < 0) {
    return version->text;
  }
  if (part == 0) {
    return arena_printf(arena, "%d", hundredths / HUNDREDTHS);
  }
  return part % 10 == 0 ? arena_printf(arena, "%d%c%d", hundredths / HUNDREDTHS, mark, part / 10)
                        : arena_printf(arena, "%d%c%02d", hundredths / HUNDREDTHS, mark, part);
}

/* Parts that the model does not know stand after all others. */
static size_t place_of(const struct documentation_model *model,
                       const struct documentation_part *part) {
  bool known = part >= model->parts && part < model->parts + model->count;
  return known ? (size_t)(part - model->parts) : model->count;
}

static int compare(const void *a, const void *b, void *context) {
  const struct documentation_version *one = a, *other = b;
  size_t place = place_of(context, one->part), other_place = place_of(context, other->part);
  if (one->municipality != other->municipality) {
    return one->municipality < other->municipality ? -1 : 1;
  }
  if (place != other_place) {
    return place < other_place ? -1 : 1;
  }
  int parts = strcmp(one->part->id, other->part->id);
  return parts != 0 ? parts : one->number - other->number;
}

void documentation_sort(const struct documentation_model *model,
                        struct documentation_version *versions, size_t count) {
  qsort_r(versions, count, sizeof *versions, compare, (void *)model);
}

bool documentation_published(const struct documentation_version *versions, size_t count,
                             struct arena *arena, const struct documentation_version **published,
                             size_t *published_count) {
  struct documentation_version *list = arena_array(arena, count + 1, sizeof *list);
  *published_count = 0;
  for (size_t i = 0; list != NULL && i < count; i++) {
    const struct documentation_version *version = &versions[i];
    bool says = version->text[0] != '\0' || version->hundredths >= 0;
    if (version->valid_to == NULL && says && version->part->kind != DOCUMENTATION_REFLECTION) {
      list[*published_count] = *version;
      list[*published_count].why = "";
      list[(*published_count)++].written_at = NULL;
    }
  }
  *published = list;
  return list != NULL;
}

/* ---- writing */

/* Digits, and after a comma or a point so many at most. */
static bool read_number(const char *text, int decimals, int *hundredths) {
  size_t whole = strspn(text, "0123456789");
  if (whole == 0 || whole > DIGITS_MAX) {
    return false;
  }
  *hundredths = (int)strtol(text, NULL, 10) * HUNDREDTHS;
  if (text[whole] == '\0') {
    return true;
  }
  const char *rest = text + whole + 1;
  size_t digits = strspn(rest, "0123456789");
  if ((text[whole] != ',' && text[whole] != '.') || digits == 0 || rest[digits] != '\0' ||
      digits > (size_t)decimals) {
    return false;
  }
  int part = (int)strtol(rest, NULL, 10);
  *hundredths += digits == 1 ? part * 10 : part;
  return true;
}

static enum documentation_fault check_number(const struct documentation_part *part,
                                             const char *typed, int *hundredths) {
  if (!read_number(typed, part->decimals, hundredths)) {
    return DOCUMENTATION_NO_NUMBER;
  }
  bool within = *hundredths >= part->least * HUNDREDTHS && *hundredths <= part->most * HUNDREDTHS;
  return within ? DOCUMENTATION_GOOD : DOCUMENTATION_RANGE;
}

static enum documentation_fault check_text(const struct documentation_part *part,
                                           const struct documentation_typed *typed, bool changes,
                                           struct documentation_entry *entry) {
  if (typed->text_length == 0) {
    return changes ? DOCUMENTATION_GOOD : DOCUMENTATION_EMPTY;
  }
  if (part->kind == DOCUMENTATION_NUMBER) {
    return check_number(part, typed->text, &entry->hundredths);
  }
  entry->text = typed->text;
  return typed->text_length > DOCUMENTATION_TEXT_MAX ? DOCUMENTATION_LONG : DOCUMENTATION_GOOD;
}

static enum documentation_fault check_day(const char *typed, int today, int *day) {
  if (!course_date_parse(typed, day)) {
    return DOCUMENTATION_NO_DAY;
  }
  return *day > today ? DOCUMENTATION_LATER : DOCUMENTATION_GOOD;
}

static enum documentation_fault check_why(const struct documentation_part *part,
                                          const struct documentation_typed *typed, bool changes) {
  if (typed->why_length > DOCUMENTATION_WHY_MAX) {
    return DOCUMENTATION_WHY_LONG;
  }
  bool wanted = changes && part->kind != DOCUMENTATION_REFLECTION;
  return wanted && typed->why_length == 0 ? DOCUMENTATION_WHY : DOCUMENTATION_GOOD;
}

bool documentation_check(const struct documentation_part *part,
                         const struct documentation_typed *typed, bool changes, int today,
                         struct documentation_entry *entry, struct documentation_faults *faults) {
  int day = today;
  *entry = (struct documentation_entry){.text = "", .why = typed->why, .hundredths = -1};
  *faults = (struct documentation_faults){.text = check_text(part, typed, changes, entry),
                                          .valid_from = check_day(typed->valid_from, today, &day),
                                          .why = check_why(part, typed, changes)};
  calendar_write(day, entry->valid_from);
  return faults->text == DOCUMENTATION_GOOD && faults->valid_from == DOCUMENTATION_GOOD &&
         faults->why == DOCUMENTATION_GOOD;
}

bool documentation_same(const struct documentation_version *version,
                        const struct documentation_entry *entry) {
  return !version->erased && version->hundredths == entry->hundredths &&
         strcmp(version->text, entry->text) == 0 &&
         (entry->why[0] == '\0' || strcmp(version->why, entry->why) == 0) &&
         strcmp(version->valid_from, entry->valid_from) == 0;
}

static unsigned kinds_in(const struct personal_finder *finder, const char *text) {
  unsigned kinds = 0;
  size_t start = 0, length = 0;
  enum personal_kind kind = personal_find(finder, text, &start, &length);
  while (kind != PERSONAL_NONE) {
    kinds |= 1U << kind;
    kind = kind == PERSONAL_FAULT ? PERSONAL_NONE
                                  : personal_next(finder, text, start + length, &start, &length);
  }
  return kinds;
}

unsigned documentation_personal(const struct personal_finder *finder,
                                const struct documentation_entry *entry) {
  return kinds_in(finder, entry->text) | kinds_in(finder, entry->why);
}
