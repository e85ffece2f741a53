#include "survey/breakdown.h"

#include <criterion/criterion.h>

#include "support.h"

enum { AGREE, NEITHER, DISAGREE, CATEGORIES, GROUPS = 4 };

struct counted {
  struct arena *arena;
  struct breakdown_rules rules;
  struct breakdown *breakdown;
  struct breakdown_published published;
};

static void begin(struct counted *counted, int groups) {
  counted->arena = arena_new(0);
  counted->rules = (struct breakdown_rules){
      .floor = SUPPRESSION_FLOOR, .categories = CATEGORIES, .groups = groups};
  counted->breakdown = breakdown_new(counted->arena, &counted->rules);
  cr_assert_not_null(counted->breakdown);
}

static void add(struct counted *counted, int group, int category, int respondents) {
  for (int i = 0; i < respondents; i++) {
    breakdown_add(counted->breakdown, group, &category, 1);
  }
}

static const struct breakdown_published *publish(struct counted *counted) {
  cr_assert_eq(breakdown_publish(counted->breakdown, &counted->published), SUPPRESSION_OK);
  return &counted->published;
}

Test(breakdown, shows_more_the_more_have_answered) {
  static const struct {
    int agree, disagree;
    enum breakdown_level level;
    int breakdowns;
  } cases[] = {
      {4, 0, BREAKDOWN_NOTHING, 0},  {3, 2, BREAKDOWN_MEAN, 0},
      {5, 4, BREAKDOWN_MEAN, 0},     {5, 5, BREAKDOWN_MERGED, 1},
      {28, 1, BREAKDOWN_MERGED, 1},  {30, 0, BREAKDOWN_ONE_CATEGORY, 0},
      {29, 1, BREAKDOWN_IN_FULL, 2},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    struct counted counted;
    begin(&counted, 0);
    add(&counted, 0, AGREE, cases[i].agree);
    add(&counted, 0, DISAGREE, cases[i].disagree);
    const struct breakdown_published *published = publish(&counted);
    cr_expect_eq(published->level, cases[i].level, "case %zu", i);
    cr_expect(breakdown_most(published->level) >= cases[i].breakdowns);
    arena_free(counted.arena);
  }
}

Test(breakdown, shows_the_distribution_of_a_round_in_full_with_its_one_dissenter) {
  struct counted counted;
  begin(&counted, 0);
  add(&counted, 0, AGREE, 60);
  add(&counted, 0, DISAGREE, 1);
  const struct breakdown_published *published = publish(&counted);
  for (int column = 0; column < CATEGORIES; column++) {
    cr_expect_not(suppression_cell(&published->whole, 0, column)->hidden);
  }
  cr_expect_eq(suppression_cell(&published->whole, 0, DISAGREE)->count, 1);
  arena_free(counted.arena);
}

Test(breakdown, hides_small_cells_of_a_round_with_few_answers) {
  struct counted counted;
  begin(&counted, 0);
  add(&counted, 0, AGREE, 14);
  add(&counted, 0, NEITHER, 7);
  add(&counted, 0, DISAGREE, 2);
  const struct breakdown_published *published = publish(&counted);
  cr_expect_not(suppression_cell(&published->whole, 0, AGREE)->hidden);
  cr_expect(suppression_cell(&published->whole, 0, NEITHER)->hidden, "the total would tell");
  cr_expect(suppression_cell(&published->whole, 0, DISAGREE)->hidden);
  arena_free(counted.arena);
}

/* København 30, Thisted 25, Helsingør 7, Svendborg 6. */
Test(breakdown, pools_municipalities_that_are_too_small) {
  static const int sizes[GROUPS][2] = {{20, 10}, {15, 10}, {4, 3}, {5, 1}};
  struct counted counted;
  begin(&counted, GROUPS);
  for (int group = 0; group < GROUPS; group++) {
    add(&counted, group, AGREE, sizes[group][0]);
    add(&counted, group, NEITHER, sizes[group][1]);
  }
  const struct breakdown_published *published = publish(&counted);
  static const int pool_of[GROUPS] = {0, 1, 2, 2};
  cr_assert_eq(published->pools, 3);
  cr_expect_arr_eq(published->pool_of, pool_of, sizeof pool_of);
  cr_expect_eq(suppression_cell(&published->table, 3, CATEGORIES)->count, 13);
  cr_expect(suppression_cell(&published->table, 3, NEITHER)->hidden);
  cr_expect_not(suppression_cell(&published->table, 0, NEITHER)->hidden);
  arena_free(counted.arena);
}

/* By three categories all of København would be hidden with its one who disagrees. */
Test(breakdown, puts_all_but_the_largest_category_together_where_more_is_seen_so) {
  struct counted counted;
  begin(&counted, 2);
  add(&counted, 0, AGREE, 30);
  add(&counted, 0, NEITHER, 4);
  add(&counted, 0, DISAGREE, 2);
  add(&counted, 1, AGREE, 20);
  add(&counted, 1, NEITHER, 4);
  add(&counted, 1, DISAGREE, 3);
  const struct breakdown_published *published = publish(&counted);
  static const int column_of[CATEGORIES] = {0, 1, 1};
  cr_assert_eq(published->table.columns, 2);
  cr_expect_arr_eq(published->column_of, column_of, sizeof column_of);
  cr_expect_eq(suppression_cell(&published->table, 1, 1)->count, 6);
  cr_expect_not(suppression_cell(&published->table, 1, 1)->hidden);
  cr_expect_eq(published->whole.columns, CATEGORIES, "the whole is shown in full");
  arena_free(counted.arena);
}

Test(breakdown, takes_a_large_group_into_the_pool_when_the_small_ones_are_too_few) {
  struct counted counted;
  begin(&counted, 3);
  add(&counted, 0, AGREE, 20);
  add(&counted, 1, NEITHER, 15);
  add(&counted, 2, AGREE, 3);
  const struct breakdown_published *published = publish(&counted);
  static const int pool_of[] = {0, 1, 1};
  cr_assert_eq(published->pools, 2);
  cr_expect_arr_eq(published->pool_of, pool_of, sizeof pool_of);
  arena_free(counted.arena);
}

Test(breakdown, shows_no_breakdown_when_all_groups_have_to_be_pooled) {
  struct counted counted;
  begin(&counted, 2);
  add(&counted, 0, AGREE, 25);
  add(&counted, 0, NEITHER, 10);
  add(&counted, 1, AGREE, 3);
  cr_expect_eq(publish(&counted)->pools, 0);
  arena_free(counted.arena);
}

/* With fewer than 30 the margin is hidden together with the cells. */
Test(breakdown, hides_in_the_whole_what_would_give_a_group_away) {
  struct counted counted;
  begin(&counted, 2);
  add(&counted, 0, AGREE, 8);
  add(&counted, 0, NEITHER, 6);
  add(&counted, 1, AGREE, 10);
  add(&counted, 1, DISAGREE, 1);
  const struct breakdown_published *published = publish(&counted);
  cr_assert_eq(published->pools, 2);
  for (int column = 0; column <= CATEGORIES; column++) {
    cr_expect_eq(suppression_cell(&published->whole, 0, column)->hidden,
                 suppression_cell(&published->table, 0, column)->hidden);
  }
  cr_expect(suppression_cell(&published->whole, 0, DISAGREE)->hidden);
  arena_free(counted.arena);
}

/* 12 children of 4 families: twelve would do, four do not. */
Test(breakdown, applies_the_floor_to_parents_where_children_are_counted) {
  static const int three[] = {DISAGREE, DISAGREE, DISAGREE}, mixed[] = {AGREE, AGREE};
  struct counted counted;
  begin(&counted, 0);
  for (int i = 0; i < 20; i++) {
    breakdown_add(counted.breakdown, 0, mixed, 2);
  }
  for (int i = 0; i < 4; i++) {
    breakdown_add(counted.breakdown, 0, three, 3);
  }
  breakdown_add(counted.breakdown, 0, NULL, 0);
  const struct breakdown_published *published = publish(&counted);
  cr_expect_eq(published->respondents, 24);
  cr_expect_eq(published->units, 52);
  const struct suppression_cell *cell = suppression_cell(&published->whole, 0, DISAGREE);
  cr_expect_eq(cell->count, 12);
  cr_expect_eq(cell->respondents, 4);
  cr_expect(cell->hidden);
  arena_free(counted.arena);
}

Test(breakdown, counts_a_parent_of_two_once_in_a_merged_category) {
  static const int merged[] = {0, 1, 1}, children[] = {NEITHER, DISAGREE};
  struct counted counted;
  begin(&counted, 0);
  counted.rules.merged = merged;
  counted.rules.merged_count = 2;
  counted.breakdown = breakdown_new(counted.arena, &counted.rules);
  add(&counted, 0, AGREE, 8);
  for (int i = 0; i < 4; i++) {
    breakdown_add(counted.breakdown, 0, children, 2);
  }
  const struct breakdown_published *published = publish(&counted);
  cr_expect_eq(suppression_cell(&published->whole, 0, 1)->count, 8);
  cr_expect_eq(suppression_cell(&published->whole, 0, 1)->respondents, 4);
  cr_expect(suppression_cell(&published->whole, 0, 1)->hidden);
  arena_free(counted.arena);
}

Test(breakdown, merges_the_halves_of_an_agreement_scale) {
  struct arena *arena = arena_new(0);
  const struct questionnaire *questionnaire = support_load(arena, BILAG8);
  int merged[QUESTIONNAIRE_FIELDS_MAX];
  static const int agreement[] = {0, 0, 1, 2, 2, 3}, yes_no[] = {0, 1}, relation[] = {0, 1, 2};
  cr_expect_eq(breakdown_merge(
                   &questionnaire->questions[questionnaire_question(questionnaire, "q7")], merged),
               4);
  cr_expect_arr_eq(merged, agreement, sizeof agreement);
  cr_expect_eq(breakdown_merge(
                   &questionnaire->questions[questionnaire_question(questionnaire, "q2")], merged),
               2);
  cr_expect_arr_eq(merged, yes_no, sizeof yes_no);
  cr_expect_eq(breakdown_merge(
                   &questionnaire->questions[questionnaire_question(questionnaire, "q1")], merged),
               3);
  cr_expect_arr_eq(merged, relation, sizeof relation);
  arena_free(arena);
}
