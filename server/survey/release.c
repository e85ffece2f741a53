#include "survey/release.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

/* Steps that the search for a rest may take: some seconds at most. */
enum { STEPS_MAX = 2000000 };

bool release_text_read(struct arena *arena, const char *typed, size_t most, const char **text) {
  char *normal = NULL;
  size_t points = 0;
  enum utf8_result result = utf8_normalise(arena, typed, strlen(typed), &normal, &points);
  *text = result == UTF8_OK && points > 0 && points <= most ? normal : NULL;
  return result == UTF8_OK && points <= most;
}

/* ---- scopes */

static const struct release_filter *filter_of(const struct release_scope *scope,
                                              const char *dimension) {
  for (size_t i = 0; i < scope->filters_count; i++) {
    if (strcmp(scope->filters[i].dimension, dimension) == 0) {
      return &scope->filters[i];
    }
  }
  return NULL;
}

static bool has_value(const struct release_filter *filter, const char *value) {
  for (size_t i = 0; i < filter->values_count; i++) {
    if (strcmp(filter->values[i], value) == 0) {
      return true;
    }
  }
  return false;
}

static size_t shared(const struct release_filter *a, const struct release_filter *b) {
  size_t count = 0;
  for (size_t i = 0; i < a->values_count; i++) {
    count += has_value(b, a->values[i]);
  }
  return count;
}

static bool is_within(const struct release_scope *inner, const struct release_scope *outer) {
  if (inner->from_week < outer->from_week || inner->to_week > outer->to_week) {
    return false;
  }
  for (size_t i = 0; i < outer->filters_count; i++) {
    const struct release_filter *filter = filter_of(inner, outer->filters[i].dimension);
    if (filter == NULL || shared(filter, &outer->filters[i]) < filter->values_count) {
      return false;
    }
  }
  return true;
}

static bool is_apart(const struct release_scope *a, const struct release_scope *b) {
  if (a->to_week < b->from_week || b->to_week < a->from_week) {
    return true;
  }
  for (size_t i = 0; i < a->filters_count; i++) {
    const struct release_filter *filter = filter_of(b, a->filters[i].dimension);
    if (filter != NULL && shared(&a->filters[i], filter) == 0) {
      return true;
    }
  }
  return false;
}

/* ---- two margins */

static bool is_few(int difference, int floor) {
  return difference != 0 && abs(difference) < floor;
}

static enum release_reason compare_two(const struct release_margin *a,
                                       const struct release_margin *b, int floor, int *difference) {
  bool inside = is_within(&a->scope, &b->scope), around = is_within(&b->scope, &a->scope);
  if (strcmp(a->what, b->what) != 0 || (!inside && !around)) {
    return RELEASE_ALLOWED;
  }
  int units = a->count - b->count, people = a->respondents - b->respondents;
  if (!is_few(units, floor) && !is_few(people, floor)) {
    return RELEASE_ALLOWED;
  }
  *difference = abs(is_few(people, floor) ? people : units);
  return inside && around ? RELEASE_CHANGED : RELEASE_SUBSET;
}

static bool compare_with(const struct release *release, const struct release *other, int floor,
                         struct release_verdict *verdict) {
  bool rows = release->kind == RELEASE_ROWS && other->kind == RELEASE_ROWS;
  for (size_t i = 0; i < release->margins_count; i++) {
    for (size_t j = 0; j < other->margins_count; j++) {
      const struct release_margin *a = &release->margins[i], *b = &other->margins[j];
      int difference = 0;
      enum release_reason reason = rows && !is_apart(&a->scope, &b->scope)
                                       ? RELEASE_AGAIN
                                       : compare_two(a, b, floor, &difference);
      if (reason != RELEASE_ALLOWED) {
        *verdict = (struct release_verdict){.reason = reason,
                                            .earlier = other->number,
                                            .margin = a,
                                            .other = b,
                                            .difference = difference};
        return false;
      }
    }
  }
  return true;
}

/* ---- what several leave of one */

struct rest {
  const struct release_margin **margins; /* the new ones first */
  const int *numbers;                    /* of the releases they stand in */
  size_t count, fresh;
  int floor;
  size_t whole;
  const size_t *parts; /* that are within the whole */
  size_t parts_count;
  size_t *taken;
  size_t taken_count;
  long steps;
};

static bool is_mixed(const struct rest *rest) {
  bool fresh = rest->whole < rest->fresh, old = !fresh;
  for (size_t i = 0; i < rest->taken_count; i++) {
    fresh = fresh || rest->taken[i] < rest->fresh;
    old = old || rest->taken[i] >= rest->fresh;
  }
  return fresh && old;
}

static bool fits(const struct rest *rest, size_t part) {
  for (size_t i = 0; i < rest->taken_count; i++) {
    if (!is_apart(&rest->margins[rest->taken[i]]->scope, &rest->margins[part]->scope)) {
      return false;
    }
  }
  return true;
}

/* The most that parts from i on can take away. */
static int within_reach(const struct rest *rest, size_t i) {
  int reach = 0;
  for (; i < rest->parts_count; i++) {
    reach += fits(rest, rest->parts[i]) ? rest->margins[rest->parts[i]]->respondents : 0;
  }
  return reach;
}

/* Takes parts from i on away from what is left; true when few are left, or time is up. */
static bool leaves_few(struct rest *rest, size_t i, int left) {
  if (rest->taken_count > 1 && is_few(left, rest->floor) && is_mixed(rest)) {
    return true;
  }
  for (; i < rest->parts_count; i++) {
    size_t part = rest->parts[i];
    int count = rest->margins[part]->respondents;
    if (++rest->steps > STEPS_MAX) {
      return true;
    }
    if (left - within_reach(rest, i) >= rest->floor) {
      return false;
    }
    if (count == 0 || count > left || !fits(rest, part)) {
      continue;
    }
    rest->taken[rest->taken_count++] = part;
    if (leaves_few(rest, i + 1, left - count)) {
      return true;
    }
    rest->taken_count--;
  }
  return false;
}

static void find_parts(struct rest *rest, size_t *parts) {
  const struct release_margin *whole = rest->margins[rest->whole];
  rest->parts = parts;
  rest->parts_count = rest->taken_count = 0;
  for (size_t i = 0; i < rest->count; i++) {
    const struct release_margin *part = rest->margins[i];
    if (strcmp(part->what, whole->what) == 0 && is_within(&part->scope, &whole->scope) &&
        !is_within(&whole->scope, &part->scope)) {
      parts[rest->parts_count++] = i;
    }
  }
}

/* Otherwise nothing in it is new. */
static bool has_fresh(const struct rest *rest) {
  bool fresh = rest->whole < rest->fresh;
  for (size_t i = 0; i < rest->parts_count && !fresh; i++) {
    fresh = rest->parts[i] < rest->fresh;
  }
  return fresh;
}

static bool search_rests(struct rest *rest, size_t *parts, struct release_verdict *verdict) {
  for (rest->whole = 0; rest->whole < rest->count; rest->whole++) {
    find_parts(rest, parts);
    const struct release_margin *whole = rest->margins[rest->whole];
    if (!has_fresh(rest) || !leaves_few(rest, 0, whole->respondents)) {
      continue;
    }
    int left = whole->respondents, earlier = rest->numbers[rest->whole];
    for (size_t i = 0; i < rest->taken_count; i++) {
      left -= rest->margins[rest->taken[i]]->respondents;
      earlier = earlier > 0 ? earlier : rest->numbers[rest->taken[i]];
    }
    bool many = rest->steps > STEPS_MAX;
    *verdict = (struct release_verdict){.reason = many ? RELEASE_MANY : RELEASE_REST,
                                        .earlier = earlier,
                                        .margin = whole,
                                        .difference = many ? 0 : left};
    return false;
  }
  return true;
}

static bool is_same(const struct release_margin *a, const struct release_margin *b) {
  return a->count == b->count && a->respondents == b->respondents &&
         strcmp(a->what, b->what) == 0 && is_within(&a->scope, &b->scope) &&
         is_within(&b->scope, &a->scope);
}

static bool is_known(const struct release_margin *margin, const struct release *const *earlier,
                     size_t count) {
  for (size_t i = 0; i < count; i++) {
    for (size_t j = 0; j < earlier[i]->margins_count; j++) {
      if (is_same(margin, &earlier[i]->margins[j])) {
        return true;
      }
    }
  }
  return false;
}

/* Margins that were published before, with the same numbers, leave no rest that could not be had
 * before. */
static void gather(const struct release *release, const struct release *const *earlier,
                   size_t earlier_count, struct rest *rest, int *numbers, int number) {
  for (size_t i = 0; i < release->margins_count; i++) {
    if (!is_known(&release->margins[i], earlier, earlier_count)) {
      numbers[rest->count] = number;
      rest->margins[rest->count++] = &release->margins[i];
    }
  }
}

static void compare_rests(const struct release *release, const struct release *const *earlier,
                          size_t count, int floor, struct release_verdict *verdict) {
  size_t most = release->margins_count + 1;
  for (size_t i = 0; i < count; i++) {
    most += earlier[i]->margins_count;
  }
  struct rest rest = {.floor = floor};
  int *numbers = calloc(most, sizeof *numbers);
  size_t *parts = calloc(most, sizeof *parts);
  rest.margins = calloc(most, sizeof(void *));
  rest.taken = calloc(most, sizeof *rest.taken);
  if (numbers == NULL || parts == NULL || rest.margins == NULL || rest.taken == NULL) {
    *verdict = (struct release_verdict){.reason = RELEASE_MANY};
  } else {
    gather(release, earlier, count, &rest, numbers, 0);
    rest.fresh = rest.count;
    for (size_t i = 0; i < count && rest.fresh > 0; i++) {
      gather(earlier[i], earlier, i, &rest, numbers, earlier[i]->number);
    }
    rest.numbers = numbers;
    (void)search_rests(&rest, parts, verdict);
  }
  free(numbers);
  free(parts);
  free(rest.margins);
  free(rest.taken);
}

/* ---- the whole */

struct release_verdict release_compare(const struct release *release,
                                       const struct release *const *earlier, size_t count) {
  struct release_verdict verdict = {.reason = RELEASE_ALLOWED};
  int floor = release->floor;
  for (size_t i = 0; i < count; i++) {
    floor = earlier[i]->floor > floor ? earlier[i]->floor : floor;
  }
  bool good = true;
  for (size_t i = 0; i < count && good; i++) {
    good = compare_with(release, earlier[i], floor, &verdict);
  }
  if (good && count > 0) {
    compare_rests(release, earlier, count, floor, &verdict);
  }
  const struct release_override *override = &release->override;
  verdict.overridden = verdict.reason != RELEASE_ALLOWED && override->by != NULL &&
                       override->why != NULL && override->by[0] != '\0' && override->why[0] != '\0';
  return verdict;
}

bool release_may(const struct release_verdict *verdict) {
  return verdict->reason == RELEASE_ALLOWED || verdict->overridden;
}

const char *release_reason_name(enum release_reason reason) {
  switch (reason) {
  case RELEASE_ALLOWED:
    return "allowed";
  case RELEASE_CHANGED:
    return "changed";
  case RELEASE_SUBSET:
    return "subset";
  case RELEASE_REST:
    return "rest";
  case RELEASE_AGAIN:
    return "again";
  case RELEASE_MANY:
    return "many";
  }
  return "";
}
