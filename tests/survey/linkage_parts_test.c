#include "survey/linkage.h"

#include <criterion/criterion.h>
#include <math.h>

#include "linkage_support.h"
#include "support.h"

static struct linkage_town town;

static void setup(void) {
  linkage_support_open(&town);
}

static void teardown(void) {
  linkage_support_close(&town);
}

TestSuite(linkage_parts, .init = setup, .fini = teardown);

/* ---- single comparisons */

/* The level of a comparison of two answers, and its bits. */
static enum linkage_level level_of(uint32_t a, uint32_t b, enum linkage_comparison comparison,
                                   double *bits) {
  struct linkage_part parts[64];
  size_t count = linkage_parts(town.linkage, a, b, parts, array_length(parts));
  for (size_t i = 0; i < count; i++) {
    if (parts[i].comparison == comparison) {
      *bits = parts[i].bits;
      return parts[i].level;
    }
  }
  *bits = 0;
  return LINKAGE_UNKNOWN;
}

Test(linkage_parts, an_empty_comment_says_nothing) {
  static const char *const comments[][2] = {
      {"", ""}, {"", " q10=Tak"}, {" q10=...", " q10=!!!"}, {"", " q10=👍"}};
  for (size_t i = 0; i < array_length(comments); i++) {
    for (int j = 0; j < 2; j++) {
      linkage_support_give(&town, arena_printf(town.arena, "q1=2 q3=1%s", comments[i][j]),
                           linkage_support_untraced);
    }
  }
  linkage_support_run(town.linkage);
  for (uint32_t i = 0; i < array_length(comments); i++) {
    double bits;
    cr_expect_eq(level_of(2 * i, 2 * i + 1, LINKAGE_WORDS, &bits), LINKAGE_UNKNOWN, "%u", i);
    cr_expect_eq(bits, 0);
  }
}

Test(linkage_parts, a_comment_is_the_same_whatever_its_case_blanks_and_points) {
  static const char *const same[][2] = {{"Tak,for-hjælpen!", "tak.FOR/HJÆLPEN"},
                                        {"Ærø", "ærø..."},
                                        {"СПАСИБО", "спасибо"},
                                        {"شكرا", "شكرا!"}};
  for (size_t i = 0; i < array_length(same); i++) {
    for (int j = 0; j < 2; j++) {
      linkage_support_give(&town, arena_printf(town.arena, "q1=2 q3=1 q10=%s", same[i][j]),
                           linkage_support_untraced);
    }
  }
  linkage_support_run(town.linkage);
  for (uint32_t i = 0; i < array_length(same); i++) {
    double bits;
    cr_expect_eq(level_of(2 * i, 2 * i + 1, LINKAGE_WORDS, &bits), LINKAGE_SAME, "%u", i);
    cr_expect_eq(level_of(0, 2 * i + 1, LINKAGE_WORDS, &bits),
                 i == 0 ? LINKAGE_SAME : LINKAGE_DIFFERENT);
  }
}

Test(linkage_parts, a_comment_in_slightly_other_words_is_near) {
  static const char *const words[] = {
      "Det_har_været_en_stor_hjælp_at_få_besøg_hver_uge",
      "Det_har_været_en_meget_stor_hjælp_at_få_besøg_hver_uge.",
      "Vi_savnede_lidt_mere_tid_til_at_tale_om_søvn",
  };
  linkage_support_fill(&town, CROWD);
  for (size_t i = 0; i < array_length(words); i++) {
    linkage_support_give(&town, arena_printf(town.arena, "q1=2 q3=1 q10=%s", words[i]),
                         linkage_support_untraced);
  }
  linkage_support_run(town.linkage);
  double bits, other;
  cr_expect_eq(level_of(CROWD, CROWD + 1, LINKAGE_WORDS, &bits), LINKAGE_NEAR);
  cr_expect_gt(bits, 4);
  cr_expect_eq(level_of(CROWD, CROWD + 2, LINKAGE_WORDS, &other), LINKAGE_DIFFERENT);
  cr_expect_lt(other, 0);
}

static const char *long_comment(size_t words, unsigned seed) {
  struct text text;
  text_init(&text);
  uint64_t state = seed;
  for (size_t i = 0; i < words; i++) {
    text_add(&text, i == 0 ? "" : "-");
    for (size_t j = 0; j < 7; j++) {
      text_addf(&text, "%c", (int)('a' + support_draw(&state, 26)));
    }
  }
  const char *copy = arena_printf(town.arena, "q1=2 q3=1 q10=%s", text.data);
  text_clear(&text);
  return copy;
}

Test(linkage_parts, long_comments_are_compared_too) {
  const char *comment = long_comment(420, 1);
  linkage_support_give(&town, comment, linkage_support_untraced);
  linkage_support_give(&town, arena_printf(town.arena, "%s-PS", comment), linkage_support_untraced);
  linkage_support_give(&town, long_comment(420, 2), linkage_support_untraced);
  linkage_support_run(town.linkage);
  double bits;
  cr_expect_eq(level_of(0, 1, LINKAGE_WORDS, &bits), LINKAGE_NEAR);
  cr_expect_eq(level_of(0, 2, LINKAGE_WORDS, &bits), LINKAGE_DIFFERENT);
}

Test(linkage_parts, children_are_compared_whatever_their_order) {
  linkage_support_fill(&town, CROWD);
  linkage_support_give(&town,
                       "q1=2 q2=2 q3=2 q4_1=1 q4_2=2 q5_1=1 q5_2=4 q6_1=2 q6_2=5 q7=2 q8_1=3 q9=7",
                       linkage_support_untraced);
  linkage_support_give(&town,
                       "q1=2 q2=2 q3=2 q4_1=2 q4_2=1 q5_1=4 q5_2=1 q6_1=5 q6_2=2 q7=2 q8_2=3 q9=7",
                       linkage_support_untraced);
  linkage_support_give(&town, "q1=2 q2=2 q3=2 q4_1=2 q4_2=2 q5_1=4 q5_2=1 q6_1=5 q6_2=2 q7=2 q9=7",
                       linkage_support_untraced);
  linkage_support_run(town.linkage);
  double bits, order;
  cr_expect_eq(level_of(CROWD, CROWD + 1, LINKAGE_CHILDREN, &bits), LINKAGE_SAME);
  cr_expect_gt(bits, 0);
  cr_expect_eq(level_of(CROWD, CROWD + 1, LINKAGE_ORDER, &order), LINKAGE_DIFFERENT);
  cr_expect_float_eq(order, -1, 1e-9);
  cr_expect_eq(level_of(CROWD, CROWD + 2, LINKAGE_CHILDREN, &bits), LINKAGE_DIFFERENT);
  double turned = linkage_judge(town.linkage, CROWD, CROWD + 1).weight_bits;
  cr_expect_gt(turned, 10);
  cr_expect_gt(turned, linkage_judge(town.linkage, CROWD, CROWD + 2).weight_bits);
}

Test(linkage_parts, a_shared_tablet_and_a_large_network_say_little) {
  linkage_support_fill(&town, CROWD);
  linkage_support_tablet(&town, 12, 5, 500, 500);
  linkage_support_give(&town, MOTHER, linkage_support_from(600, 600, 3));
  linkage_support_give(&town, MOTHER, linkage_support_from(600, 600, 93000));
  linkage_support_run(town.linkage);
  double tablet, home;
  cr_expect_eq(level_of(CROWD, CROWD + 2, LINKAGE_TAGS, &tablet), LINKAGE_SAME);
  cr_expect_eq(level_of(CROWD + 12, CROWD + 13, LINKAGE_TAGS, &home), LINKAGE_SAME);
  cr_expect_lt(tablet, 4);
  cr_expect_gt(home, 10);
}

Test(linkage_parts, a_third_answer_is_not_excused_by_the_second) {
  linkage_support_fill(&town, CROWD);
  for (int i = 0; i < 3; i++) {
    linkage_support_give(&town, MOTHER, linkage_support_from(1, 50, 5000 + i * 4000));
  }
  linkage_support_run(town.linkage);
  double bits;
  cr_expect_eq(level_of(CROWD, CROWD + 1, LINKAGE_TAGS, &bits), LINKAGE_SAME);
  cr_expect_gt(bits, 10);
}

/* ---- frequencies, by hand */

Test(linkage_parts, frequencies_leave_the_pair_out) {
  /* Six say mor, two far, of eight; for the pair of two mothers: four of six,
   * half an answer more for each of the three codes, and one of the two themselves. */
  static const int relations[] = {2, 2, 2, 2, 2, 2, 1, 1};
  for (size_t i = 0; i < array_length(relations); i++) {
    linkage_support_give(&town,
                         arena_printf(town.arena, "q1=%d q2=%d q3=1", relations[i], i < 2 ? 1 : 2),
                         linkage_support_untraced);
  }
  linkage_support_run(town.linkage);
  struct linkage_part parts[8];
  cr_assert_geq(linkage_parts(town.linkage, 0, 1, parts, array_length(parts)), 3);
  cr_expect_eq(parts[0].comparison, LINKAGE_RESPONDENT);
  cr_expect_float_eq(parts[0].strangers, (4 + 0.5 + 1) / (6 + 1.5 + 1), 1e-12);
  cr_expect_float_eq(parts[0].bits, log2(parts[0].same / parts[0].strangers), 1e-12);
  /* Only these two live alone: none of six others, half of one, and one. */
  cr_expect_eq(parts[1].comparison, LINKAGE_HOUSEHOLD);
  cr_expect_float_eq(parts[1].strangers, (0.5 + 1) / (6 + 1 + 1), 1e-12);
  /* Of a disagreement, by both values: three of six others (five mothers, one of
   * the pair) … for a mother and a father it is a veto. */
  cr_assert_geq(linkage_parts(town.linkage, 5, 6, parts, array_length(parts)), 3);
  cr_expect_eq(parts[0].level, LINKAGE_VETO);
  cr_assert_geq(linkage_parts(town.linkage, 1, 2, parts, array_length(parts)), 3);
  cr_expect_eq(parts[1].level, LINKAGE_DIFFERENT);
  cr_expect_float_eq(parts[1].strangers, 1 - sqrt((1 + 0.5) / 7 * (5 + 0.5) / 7), 1e-12);
}

Test(linkage_parts, the_parts_add_up_to_the_weight_and_give_the_probability) {
  linkage_support_fill(&town, CROWD);
  linkage_support_give(&town, MOTHER " q10=Tak", linkage_support_from(1, 50, 5000));
  linkage_support_give(&town, MOTHER " q10=tak", linkage_support_from(1, 50, 5010));
  linkage_support_run(town.linkage);
  struct linkage_prior prior = linkage_prior(town.linkage);
  for (uint32_t a = 0; a < CROWD; a += 9) {
    struct linkage_part parts[64];
    struct linkage_pair pair = linkage_judge(town.linkage, a + 1, CROWD + 1);
    size_t count = linkage_parts(town.linkage, CROWD + 1, a + 1, parts, array_length(parts));
    double same = 0, household = 0;
    for (size_t i = 0; i < count; i++) {
      same += parts[i].bits;
      household += parts[i].bits_household;
    }
    if (pair.probability > 0) {
      double expected = prior.same * exp2(same);
      expected /= expected + prior.household * exp2(household) + 1 - prior.same - prior.household;
      cr_expect_float_eq(pair.probability, expected, 1e-9);
      cr_expect_float_eq(pair.weight_bits, same, 1e-9);
    }
  }
}
