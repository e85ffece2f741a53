#include "simulate_given.h"

#include <stdio.h>
#include <string.h>

enum { DONT_KNOW = 8, SCALE_MIN = 1, SCALE_MAX = 10, YES = 1, NO = 2, AGREEMENTS = 5 };

static const double unanswered = 0.012;
static const double upside_down = 0.04;
static const double turns_when_asked = 0.5;

/* ---- what parents say, as shares */

struct opinion {
  double below[AGREEMENTS - 1]; /* normal quantiles of the cumulated shares */
  double dont_know;
};
/* Question 5: 52, 33, 10, 3.5 and 1.5 % of those who have an opinion. */
static const struct opinion on_development = {{0.0502, 1.0364, 1.6449, 2.1701}, 0.03};
/* Question 6: 45, 34, 15, 4, 2 %. */
static const struct opinion on_bond = {{-0.1257, 0.8064, 1.5548, 2.0537}, 0.03};
/* Question 7: 42, 36, 16, 4, 2 %. */
static const struct opinion on_surroundings = {{-0.2019, 0.7722, 1.5548, 2.0537}, 0.02};
/* Question 8: 30, 30, 28, 8, 4 %. */
static const struct opinion on_cooperation = {{-0.5244, 0.2533, 1.1750, 1.7507}, 0.10};
/* Question 9, from 10 down: 46, 22, 16, 7.5, 3.5, 2.5, 1, 0.7, 0.4, 0.4 %. */
static const double overall_below[] = {-0.1004, 0.4677, 0.9945, 1.3722, 1.6449,
                                       1.9600,  2.1701, 2.4089, 2.6521};
/* One to six children under three. */
static const double children_shares[] = {0.80, 0.16, 0.03, 0.008, 0.0015, 0.0005};
static const double eldest_in_daycare = 0.68, younger_in_daycare = 0.45;

/* How the variance of an opinion divides; discontent is half the household's. */
static const double of_parent = 0.67, of_child = 0.32, of_question = 0.67;
static const double of_household = 0.70710678118654752;

static const char *const others[] = {"bedstemor", "plejemor", "bonusmor",
                                     "farmor",    "bonusfar", "plejeforælder"};

static double mixed(double weight, double a, double rest, double b) {
  return weight * a + rest * b;
}

static int step(const double *below, size_t count, double at) {
  size_t i = 0;
  while (i < count && at >= below[i]) {
    i++;
  }
  return (int)i;
}

static signed char draw_opinion(struct chance *chance, const struct opinion *opinion, double mind) {
  if (chance_hit(chance, unanswered)) {
    return 0;
  }
  if (chance_hit(chance, opinion->dont_know)) {
    return DONT_KNOW;
  }
  return (signed char)(1 + step(opinion->below, array_length(opinion->below), mind));
}

static int draw_children(struct chance *chance) {
  return 1 + (int)chance_pick(chance, children_shares, array_length(children_shares));
}

static signed char draw_daycare(struct chance *chance, int child) {
  return chance_hit(chance, child == 0 ? eldest_in_daycare : younger_in_daycare) ? YES : NO;
}

/* ---- the household */

struct family family_new(struct chance *chance, bool two_parents) {
  struct family family = {.together = two_parents, .children = draw_children(chance)};
  for (int i = 0; i < family.children; i++) {
    family.daycare[i] = draw_daycare(chance, i);
  }
  family.discontent = chance_normal(chance);
  return family;
}

/* Parents of one household mostly tell the same facts, sometimes in another order. */
static void tell_facts(struct chance *chance, const struct family *family, struct given *given) {
  bool lives_alone = !family->together && chance_hit(chance, 0.85);
  lives_alone = lives_alone != chance_hit(chance, 0.01);
  given->alone = chance_hit(chance, unanswered) ? 0 : lives_alone ? YES : NO;
  given->children =
      (signed char)(chance_hit(chance, 0.02) ? draw_children(chance) : family->children);
  for (int i = 0; i < given->children; i++) {
    bool known = i < family->children && !chance_hit(chance, 0.02);
    given->daycare[i] = known ? family->daycare[i] : draw_daycare(chance, i);
  }
  if (given->children > 1 && chance_hit(chance, 0.05)) {
    signed char first = given->daycare[0];
    given->daycare[0] = given->daycare[1];
    given->daycare[1] = first;
  }
}

/* ---- one parent */

static void tell_of_child(struct chance *chance, struct given *given, int child,
                          double discontent) {
  double mind = mixed(of_parent, discontent, of_child, chance_normal(chance));
  double by[3];
  for (size_t i = 0; i < array_length(by); i++) {
    by[i] = mixed(1, mind, of_question, chance_normal(chance));
  }
  given->development[child] = draw_opinion(chance, &on_development, by[0]);
  given->bond[child] = draw_opinion(chance, &on_bond, by[1]);
  given->cooperation[child] =
      given->daycare[child] == YES ? draw_opinion(chance, &on_cooperation, by[2]) : 0;
}

static signed char draw_overall(double mind) {
  return (signed char)(SCALE_MAX - step(overall_below, array_length(overall_below), mind));
}

/* Tells whether all agreement answers are positive, and one at least is given: then
 * the lowest overall ratings are asked back. */
static bool all_positive(const struct given *given) {
  int seen = 0;
  for (int i = 0; i < given->children; i++) {
    const signed char codes[] = {given->development[i], given->bond[i], given->cooperation[i]};
    for (size_t j = 0; j < array_length(codes); j++) {
      if (codes[j] > 2 && codes[j] != DONT_KNOW) {
        return false;
      }
      seen += codes[j] == 1 || codes[j] == 2;
    }
  }
  seen += given->surroundings == 1 || given->surroundings == 2;
  return seen > 0 && (given->surroundings <= 2 || given->surroundings == DONT_KNOW);
}

static void tell_overall(struct chance *chance, struct given *given, double mind) {
  if (chance_hit(chance, unanswered)) {
    return;
  }
  signed char meant = draw_overall(mind);
  bool turned = meant >= 8 && chance_hit(chance, upside_down);
  given->overall = (signed char)(turned ? SCALE_MAX + SCALE_MIN - meant : meant);
  if (given->overall <= 2 && all_positive(given)) {
    given->overall_first = given->overall;
    given->overall = turned && chance_hit(chance, turns_when_asked) ? meant : given->overall;
  }
}

struct given given_new(struct chance *chance, const struct family *family, enum relation relation) {
  struct given given = {.relation = (signed char)relation};
  double discontent = mixed(of_household, family->discontent, of_household, chance_normal(chance));
  given.relation_text =
      relation == RELATION_OTHER ? others[chance_zipf(chance, array_length(others))] : NULL;
  tell_facts(chance, family, &given);
  for (int i = 0; i < given.children; i++) {
    tell_of_child(chance, &given, i, discontent);
  }
  double of_self = mixed(of_parent, discontent, 0.0, 0.0);
  given.surroundings =
      draw_opinion(chance, &on_surroundings, mixed(1, of_self, 0.7424, chance_normal(chance)));
  tell_overall(chance, &given, mixed(1, of_self, 0.7424, chance_normal(chance)));
  return given;
}

/* ---- the same parent again */

struct again {
  struct chance *chance;
  double change;
};

static bool changes(const struct again *again, int before) {
  return before != 0 && chance_hit(again->chance, again->change);
}

static void change_opinion(const struct again *again, const struct opinion *opinion,
                           signed char *code) {
  signed char before = *code;
  if (changes(again, before)) {
    while (*code == before || *code == 0) {
      *code = draw_opinion(again->chance, opinion, chance_normal(again->chance));
    }
  }
}

static void change_relation(const struct again *again, struct given *given) {
  static const double shares[] = {0.28, 0.70, 0.02};
  signed char before = given->relation;
  if (!changes(again, before)) {
    return;
  }
  while (given->relation == before) {
    given->relation = (signed char)(1 + chance_pick(again->chance, shares, array_length(shares)));
  }
  given->relation_text = given->relation == RELATION_OTHER ? others[0] : NULL;
}

static void change_children(const struct again *again, struct given *given) {
  signed char before = given->children;
  if (!changes(again, before)) {
    return;
  }
  while (given->children == before) {
    given->children = (signed char)draw_children(again->chance);
  }
  for (int i = (unsigned char)before; i < given->children; i++) {
    given->daycare[i] = draw_daycare(again->chance, i);
    given->development[i] = given->development[0];
    given->bond[i] = given->bond[0];
    given->cooperation[i] = 0;
  }
}

static void change_facts(const struct again *again, struct given *given) {
  change_relation(again, given);
  if (changes(again, given->alone)) {
    given->alone = given->alone == YES ? NO : YES;
  }
  int before = (unsigned char)given->children;
  change_children(again, given);
  for (int i = 0; i < given->children && i < before; i++) {
    if (changes(again, given->daycare[i])) {
      given->daycare[i] = given->daycare[i] == YES ? NO : YES;
    }
  }
}

static bool was_in_daycare(const struct given *before, int child) {
  return child < before->children && before->daycare[child] == YES;
}

/* Question 8 follows what is now told of daycare. */
static void settle_children(const struct again *again, const struct given *before,
                            struct given *given) {
  for (int i = 0; i < GIVEN_CHILDREN_MAX; i++) {
    if (i >= given->children) {
      given->daycare[i] = given->development[i] = given->bond[i] = 0;
    }
    if (i >= given->children || given->daycare[i] != YES) {
      given->cooperation[i] = 0;
    } else if (!was_in_daycare(before, i)) {
      given->cooperation[i] =
          draw_opinion(again->chance, &on_cooperation, chance_normal(again->chance));
    }
  }
}

static void change_overall(const struct again *again, struct given *given) {
  signed char before = given->overall;
  if (changes(again, before)) {
    while (given->overall == before) {
      given->overall = draw_overall(chance_normal(again->chance));
    }
    given->overall_first = 0;
  }
}

struct given given_again(struct chance *chance, const struct given *before, double change,
                         enum given_change what) {
  const struct again again = {.chance = chance, .change = change};
  struct given given = *before;
  if (what == GIVEN_CHANGE_ALL) {
    change_facts(&again, &given);
    settle_children(&again, before, &given);
  }
  for (int i = 0; i < given.children; i++) {
    change_opinion(&again, &on_development, &given.development[i]);
    change_opinion(&again, &on_bond, &given.bond[i]);
    change_opinion(&again, &on_cooperation, &given.cooperation[i]);
  }
  change_opinion(&again, &on_surroundings, &given.surroundings);
  change_overall(&again, &given);
  return given;
}

/* ---- as an answer */

struct filling {
  struct answer *answer;
  bool failed;
};

static void fill_text(struct filling *filling, const char *field, const char *text) {
  int index = questionnaire_field(filling->answer->questionnaire, field);
  if (index < 0 ||
      (text != NULL && answer_set(filling->answer, index, text, strlen(text)) != ANSWER_OK)) {
    filling->failed = true;
  }
}

static void fill(struct filling *filling, const char *field, int code) {
  char number[16];
  (void)snprintf(number, sizeof number, "%d", code);
  fill_text(filling, field, code == 0 ? NULL : number);
}

static void fill_child(struct filling *filling, const char *question, int child, int code) {
  char field[16];
  (void)snprintf(field, sizeof field, "%s_%d", question, child + 1);
  fill(filling, field, code);
}

static void fill_all(struct filling *filling, const struct given *given) {
  fill(filling, "q1", given->relation);
  fill_text(filling, "q1_text", given->relation_text);
  fill(filling, "q2", given->alone);
  fill(filling, "q3", given->children);
  for (int i = 0; i < given->children; i++) {
    fill_child(filling, "q4", i, given->daycare[i]);
    fill_child(filling, "q5", i, given->development[i]);
    fill_child(filling, "q6", i, given->bond[i]);
    fill_child(filling, "q8", i, given->cooperation[i]);
  }
  fill(filling, "q7", given->surroundings);
  fill(filling, "q9", given->overall);
  fill(filling, "q9_first", given->overall == 0 ? 0 : given->overall_first);
  fill_text(filling, "q10", given->comment);
}

struct answer *given_answer(const struct given *given, const struct questionnaire *questionnaire,
                            struct arena *arena) {
  struct answer_problem problem;
  struct filling filling = {.answer = answer_new(questionnaire, arena)};
  if (filling.answer == NULL) {
    return NULL;
  }
  fill_all(&filling, given);
  answer_prune(filling.answer);
  return filling.failed || answer_check(filling.answer, &problem, 1) > 0 ? NULL : filling.answer;
}
