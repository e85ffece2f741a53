#include "survey/person.h"

#include <criterion/criterion.h>

enum { MOST = 6 };

struct scene {
  const char *what;
  struct person_pair likely[4];
  size_t likely_count;
  struct person_decision decisions[4];
  size_t decisions_count;
  uint32_t person[MOST];
  double weight[MOST];
};

#define SAME(a, b)                                                                                 \
  { a, b, PERSON_SAME, PERSON_BOTH }
#define COUNTS(a, b, one)                                                                          \
  { a, b, PERSON_SAME, one }
#define DIFFERENT(a, b)                                                                            \
  { a, b, PERSON_DIFFERENT, PERSON_BOTH }
#define UNDECIDED(a, b)                                                                            \
  { a, b, PERSON_UNDECIDED, PERSON_BOTH }

static const double third = 1.0 / 3;

Test(person, counts_each_person_once_as_far_as_is_known) {
  const struct scene scenes[] = {
      {"nobody repeats", {{0}}, 0, {{0}}, 0, {0, 1, 2, 3, 4, 5}, {1, 1, 1, 1, 1, 1}},
      {"a pair", {{1, 4}}, 1, {{0}}, 0, {0, 1, 2, 3, 1, 5}, {1, 0.5, 1, 1, 0.5, 1}},
      {"three answers",
       {{4, 5}, {1, 4}},
       2,
       {{0}},
       0,
       {0, 1, 2, 3, 1, 1},
       {1, third, 1, 1, third, third}},
      {"a reviewer joins what nobody suspected",
       {{0}},
       0,
       {SAME(0, 5)},
       1,
       {0, 1, 2, 3, 4, 0},
       {0.5, 1, 1, 1, 1, 0.5}},
      {"a reviewer parts a pair",
       {{1, 4}},
       1,
       {DIFFERENT(1, 4)},
       1,
       {0, 1, 2, 3, 4, 5},
       {1, 1, 1, 1, 1, 1}},
      {"undecided changes nothing",
       {{1, 4}},
       1,
       {UNDECIDED(1, 4)},
       1,
       {0, 1, 2, 3, 1, 5},
       {1, 0.5, 1, 1, 0.5, 1}},
      {"who was parted is not joined by way of a third",
       {{1, 2}, {2, 3}},
       2,
       {DIFFERENT(1, 3)},
       1,
       {0, 1, 1, 3, 4, 5},
       {1, 0.5, 0.5, 1, 1, 1}},
      {"nor by decisions on others",
       {{0}},
       0,
       {SAME(1, 2), SAME(2, 3), DIFFERENT(1, 3)},
       3,
       {0, 1, 1, 3, 4, 5},
       {1, 0.5, 0.5, 1, 1, 1}},
      {"one of two counts",
       {{1, 4}},
       1,
       {COUNTS(1, 4, 4)},
       1,
       {0, 1, 2, 3, 1, 5},
       {1, 0, 1, 1, 1, 1}},
      {"one of three does not count",
       {{1, 4}, {1, 5}},
       2,
       {COUNTS(1, 4, 1)},
       1,
       {0, 1, 2, 3, 1, 1},
       {1, 0.5, 1, 1, 0, 0.5}},
      {"decisions in a circle count all",
       {{0}},
       0,
       {COUNTS(1, 2, 1), COUNTS(2, 3, 2), COUNTS(1, 3, 3)},
       3,
       {0, 1, 1, 1, 4, 5},
       {1, third, third, third, 1, 1}},
  };
  for (size_t i = 0; i < array_length(scenes); i++) {
    const struct scene *scene = &scenes[i];
    uint32_t person[MOST];
    double weight[MOST];
    cr_assert(persons_find(MOST, scene->decisions, scene->decisions_count, scene->likely,
                           scene->likely_count, person));
    cr_assert(persons_weigh(MOST, person, scene->decisions, scene->decisions_count, weight));
    for (size_t j = 0; j < MOST; j++) {
      cr_expect_eq(person[j], scene->person[j], "%s: answer %zu in %u", scene->what, j, person[j]);
      cr_expect_float_eq(weight[j], scene->weight[j], 1e-12, "%s: answer %zu weighs %g",
                         scene->what, j, weight[j]);
    }
  }
}

Test(person, is_found_among_no_answers) {
  uint32_t person[1];
  double weight[1];
  cr_expect(persons_find(0, NULL, 0, NULL, 0, person));
  cr_expect(persons_weigh(0, person, NULL, 0, weight));
}
