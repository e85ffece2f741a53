#include "survey/person.h"

#include <stdlib.h>

/* Disjoint sets with path halving; the smallest number of a set is its root. */
static uint32_t root_of(uint32_t *person, uint32_t answer) {
  while (person[answer] != answer) {
    person[answer] = person[person[answer]];
    answer = person[answer];
  }
  return answer;
}

bool persons_tie(uint32_t *person, uint32_t a, uint32_t b) {
  uint32_t one = root_of(person, a), other = root_of(person, b);
  if (one < other) {
    person[other] = one;
  } else {
    person[one] = other;
  }
  return one != other;
}

/* Decisions are made by hand, so there are few. */
static bool kept_apart(uint32_t *person, uint32_t one, uint32_t other,
                       const struct person_decision *decisions, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (decisions[i].verdict != PERSON_DIFFERENT) {
      continue;
    }
    uint32_t a = root_of(person, decisions[i].a), b = root_of(person, decisions[i].b);
    if ((a == one && b == other) || (a == other && b == one)) {
      return true;
    }
  }
  return false;
}

static void join(uint32_t *person, uint32_t a, uint32_t b, const struct person_decision *decisions,
                 size_t count) {
  uint32_t one = root_of(person, a), other = root_of(person, b);
  if (one != other && !kept_apart(person, one, other, decisions, count)) {
    (void)persons_tie(person, one, other);
  }
}

bool persons_find(size_t count, const struct person_decision *decisions, size_t decisions_count,
                  const struct person_pair *likely, size_t likely_count, uint32_t *person) {
  if (count > UINT32_MAX) {
    return false;
  }
  for (uint32_t i = 0; i < count; i++) {
    person[i] = i;
  }
  for (size_t i = 0; i < decisions_count; i++) {
    if (decisions[i].verdict == PERSON_SAME) {
      join(person, decisions[i].a, decisions[i].b, decisions, decisions_count);
    }
  }
  for (size_t i = 0; i < likely_count; i++) {
    join(person, likely[i].a, likely[i].b, decisions, decisions_count);
  }
  for (uint32_t i = 0; i < count; i++) {
    person[i] = root_of(person, i);
  }
  return true;
}

/* Whether a decision within the group says that another of it counts instead. */
static void put_aside(const uint32_t *person, const struct person_decision *decisions, size_t count,
                      bool *aside) {
  for (size_t i = 0; i < count; i++) {
    const struct person_decision *decision = &decisions[i];
    if (decision->verdict != PERSON_SAME || decision->counts == PERSON_BOTH ||
        person[decision->a] != person[decision->b]) {
      continue;
    }
    aside[decision->counts == decision->a ? decision->b : decision->a] = true;
  }
}

bool persons_weigh(size_t count, const uint32_t *person, const struct person_decision *decisions,
                   size_t decisions_count, double *weight) {
  uint32_t *all = calloc(count + 1, sizeof *all), *counted = calloc(count + 1, sizeof *counted);
  bool *aside = calloc(count + 1, sizeof *aside);
  bool good = all != NULL && counted != NULL && aside != NULL;
  if (good) {
    put_aside(person, decisions, decisions_count, aside);
    for (size_t i = 0; i < count; i++) {
      all[person[i]]++;
      counted[person[i]] += !aside[i];
    }
    for (size_t i = 0; i < count; i++) {
      uint32_t shares = counted[person[i]];
      weight[i] = shares == 0 ? 1.0 / all[person[i]] : aside[i] ? 0 : 1.0 / shares;
    }
  }
  free(all);
  free(counted);
  free(aside);
  return good;
}
