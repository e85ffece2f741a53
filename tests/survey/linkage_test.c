#include "survey/linkage.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "linkage_support.h"
#include "support.h"

enum { CROWD = 80, HOUR = 60, DAY = 1440 };

static struct arena *arena;
static const struct questionnaire *bilag8;
static struct linkage *linkage;

static void setup(void) {
  arena = arena_new(0);
  cr_assert_not_null(arena);
  bilag8 = support_load(arena, BILAG8);
  linkage = linkage_new(bilag8);
  cr_assert_not_null(linkage);
}

static void teardown(void) {
  linkage_free(linkage);
  arena_free(arena);
}

TestSuite(linkage, .init = setup, .fini = teardown);

/* Of a home and a phone that nobody else has. */
static struct linkage_evidence from(int network, int device, int64_t minute) {
  return (struct linkage_evidence){
      .language = "da", .network = network, .device = device, .minute = LINKAGE_START + minute};
}

static const struct linkage_evidence untraced = {"da", -1, -1, -1};

static void add(const char *values, struct linkage_evidence evidence) {
  linkage_support_add(linkage, bilag8, values, evidence);
}

static void crowd(size_t count) {
  linkage_support_crowd(linkage, bilag8, count, 7);
}

static double probability(uint32_t a, uint32_t b) {
  return linkage_judge(linkage, a, b).probability;
}

/* Answers from `first` on must all be in one cluster, or none in any. */
static void expect_one_person(uint32_t first, uint32_t count) {
  for (uint32_t i = 1; i < count; i++) {
    cr_expect_neq(linkage_support_cluster(linkage, first), 0);
    cr_expect_eq(linkage_support_cluster(linkage, first),
                 linkage_support_cluster(linkage, first + i), "%u: %f", i,
                 probability(first, first + i));
  }
}

static void expect_nobody(uint32_t first, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    cr_expect_eq(linkage_support_cluster(linkage, first + i), 0, "answer %u", i);
  }
}

#define MOTHER "q1=2 q2=2 q3=1 q4_1=1 q5_1=2 q6_1=1 q7=2 q8_1=3 q9=8"
#define FATHER "q1=1 q2=2 q3=1 q4_1=1 q5_1=2 q6_1=1 q7=2 q8_1=3 q9=8"

/* ---- who must be found, and who must not */

Test(linkage, a_parent_who_answers_three_times_is_found) {
  crowd(CROWD);
  add(MOTHER, from(1, 3, 5000));
  add("q1=2 q2=2 q3=1 q4_1=1 q5_1=2 q6_1=2 q7=2 q8_1=3 q9=8", from(1, 3, 5010));
  add("q1=2 q2=2 q3=1 q4_1=1 q5_1=2 q6_1=1 q7=2 q8_1=3 q9=9", from(1, 3, 9000));
  linkage_support_run(linkage);
  expect_one_person(CROWD, 3);
  expect_nobody(0, CROWD);
}

/* Repeats come within weeks, strangers at any time of a year and more. */
Test(linkage, three_weeks_later_is_nearer_than_a_year_later) {
  crowd(CROWD);
  add(MOTHER, from(1, 3, 5000));
  add(MOTHER, from(1, 3, 5000 + 21 * DAY));
  add(MOTHER, from(1, 3, 5000 + 400 * DAY));
  linkage_support_run(linkage);
  struct linkage_pair weeks = linkage_judge(linkage, CROWD, CROWD + 1);
  struct linkage_pair year = linkage_judge(linkage, CROWD, CROWD + 2);
  cr_expect_gt(weeks.weight_bits, year.weight_bits + 1, "%f, %f", weeks.weight_bits,
               year.weight_bits);
}

Test(linkage, a_mother_and_a_father_on_one_phone_are_two) {
  crowd(CROWD);
  add(MOTHER, from(1, 2, 5000));
  add(FATHER, from(1, 2, 5004));
  linkage_support_run(linkage);
  expect_nobody(0, CROWD + 2);
  cr_expect_eq(probability(CROWD, CROWD + 1), 0);
  for (size_t i = 0; i < linkage_pairs_count(linkage); i++) {
    const struct linkage_pair *pair = linkage_pair(linkage, i);
    cr_expect(pair->a != CROWD || pair->b != CROWD + 1);
  }
}

Test(linkage, two_mothers_on_one_network_with_answers_of_their_own_are_two) {
  crowd(CROWD);
  add("q1=2 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=1 q7=1 q8_1=2 q9=10", from(1, 2, 5000));
  add("q1=2 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=2 q7=1 q8_1=1 q9=9", from(1, 9, 5060));
  linkage_support_run(linkage);
  expect_nobody(0, CROWD + 2);
}

Test(linkage, two_mothers_who_think_alike_are_two_unless_they_share_the_phone_too) {
  crowd(CROWD);
  add("q1=2 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=1 q7=1 q8_1=1 q9=10", from(1, 2, 5000));
  add("q1=2 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=1 q7=1 q8_1=1 q9=10", from(1, 57, 5060));
  linkage_support_run(linkage);
  expect_nobody(0, CROWD + 2);
  struct linkage_reason reasons[LINKAGE_REASONS_MAX];
  struct linkage_pair pair = linkage_judge(linkage, CROWD, CROWD + 1);
  size_t count = linkage_reasons(linkage, &pair, reasons, LINKAGE_REASONS_MAX);
  bool household = false;
  for (size_t i = 0; i < count; i++) {
    household = household || reasons[i].kind == LINKAGE_REASON_HOUSEHOLD;
  }
  cr_expect(household);
}

Test(linkage, seven_families_who_are_alike_in_rare_ways_are_seven) {
  crowd(33);
  for (int i = 0; i < 7; i++) {
    add("q1=2 q2=1 q3=2 q4_1=1 q4_2=2 q5_1=2 q5_2=2 q6_1=2 q6_2=2 q7=3 q8_1=2 q9=7",
        from(300 + i, 30 + i, 15000 * (int64_t)i));
  }
  linkage_support_run(linkage);
  expect_nobody(33, 7);
  cr_expect_lt(probability(33, 34), 0.01);
}

Test(linkage, ten_families_on_the_tablet_of_a_daycare_are_ten) {
  static const char *const families[] = {
      MOTHER,
      "q1=2 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=1 q7=1 q8_1=1 q9=10",
      "q1=2 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=1 q7=1 q8_1=1 q9=10",
      "q1=2 q2=1 q3=1 q4_1=1 q5_1=1 q6_1=2 q7=1 q8_1=1 q9=9",
      "q1=2 q2=2 q3=2 q4_1=1 q4_2=1 q5_1=1 q5_2=1 q6_1=1 q6_2=1 q7=1 q8_1=1 q8_2=1 q9=10",
      "q1=1 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=1 q7=2 q8_1=1 q9=9",
      "q1=2 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=1 q7=1 q8_1=2 q9=10",
      "q1=2 q2=2 q3=1 q4_1=1 q5_1=2 q6_1=2 q7=2 q8_1=2 q9=8",
      "q1=2 q2=1 q3=1 q4_1=1 q5_1=3 q6_1=2 q7=2 q8_1=1 q9=7",
      "q1=1 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=1 q7=1 q8_1=1 q9=10",
  };
  crowd(CROWD);
  for (size_t i = 0; i < array_length(families); i++) {
    add(families[i], from(77, 50, 8000 + (int64_t)i * 9));
  }
  linkage_support_run(linkage);
  expect_nobody(0, CROWD + array_length(families));
}

Test(linkage, the_same_common_answers_alone_prove_nothing) {
  for (int i = 0; i < CROWD; i++) {
    add("q1=2 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=1 q7=1 q8_1=1 q9=10",
        from(20000 + i, 1 + i % 7, i * 1500));
  }
  linkage_support_run(linkage);
  cr_expect_eq(linkage_clusters_count(linkage), 0);
  cr_expect_lt(probability(0, 1), 0.01);
}

Test(linkage, a_tag_alone_never_flags) {
  static const struct { int network, device; } cases[] = {{1, 9}, {9, 1}, {1, 1}};
  crowd(CROWD);
  for (size_t i = 0; i < array_length(cases); i++) {
    /* Nothing but the number of children, which most have, is answered. */
    int base = 100 + 10 * (int)i;
    add("q3=1", from(base + 1, base + 1, 3000 + 20000 * (int64_t)i));
    add("q3=1", from(base + cases[i].network, base + cases[i].device, 13000 + 20000 * (int64_t)i));
  }
  linkage_support_run(linkage);
  expect_nobody(CROWD, 6);
}

Test(linkage, a_grandmother_and_a_grandfather_are_not_vetoed_but_a_change_of_relation_counts) {
  crowd(CROWD);
  add("q1=3 q1_text=mormor q2=2 q3=1 q4_1=1 q5_1=2 q6_1=1 q7=2 q8_1=3 q9=8", from(1, 50, 5000));
  add(MOTHER, from(1, 50, 5010));
  linkage_support_run(linkage);
  cr_expect_gt(probability(CROWD, CROWD + 1), 0);
  struct linkage_part part;
  cr_assert_gt(linkage_parts(linkage, CROWD, CROWD + 1, &part, 1), 1);
  cr_expect_eq(part.comparison, LINKAGE_RESPONDENT);
  cr_expect_eq(part.level, LINKAGE_DIFFERENT);
  cr_expect_lt(part.bits, -1);
}

/* ---- clusters */

Test(linkage, a_chain_does_not_join_a_mother_with_a_father) {
  /* The one in the middle did not say who they are, and is like both. */
  crowd(CROWD);
  add(MOTHER " q10=godtoglangtforløbmedenrarhjælper", from(1, 50, 5000));
  add("q2=2 q3=1 q4_1=1 q5_1=2 q6_1=1 q7=2 q8_1=3 q9=8 q10=godtoglangtforløbmedenrarhjælper",
      from(1, 50, 5020));
  add(FATHER " q10=godtoglangtforløbmedenrarhjælper", from(1, 50, 5040));
  linkage_support_run(linkage);
  size_t mother = linkage_support_cluster(linkage, CROWD);
  size_t father = linkage_support_cluster(linkage, CROWD + 2);
  size_t unnamed = linkage_support_cluster(linkage, CROWD + 1);
  cr_expect_neq(unnamed, 0);
  cr_expect(mother == 0 || father == 0 || mother != father);
  cr_expect(unnamed == mother || unnamed == father);
  for (size_t i = 0; i < linkage_pairs_count(linkage); i++) {
    const struct linkage_pair *pair = linkage_pair(linkage, i);
    size_t a = linkage_support_cluster(linkage, pair->a);
    cr_expect_eq(pair->flagged, a != 0 && a == linkage_support_cluster(linkage, pair->b));
  }
}

/* ---- single comparisons */

/* The level of a comparison of two answers, and its bits. */
static enum linkage_level level_of(uint32_t a, uint32_t b, enum linkage_comparison comparison,
                                   double *bits) {
  struct linkage_part parts[64];
  size_t count = linkage_parts(linkage, a, b, parts, array_length(parts));
  for (size_t i = 0; i < count; i++) {
    if (parts[i].comparison == comparison) {
      *bits = parts[i].bits;
      return parts[i].level;
    }
  }
  *bits = 0;
  return LINKAGE_UNKNOWN;
}

Test(linkage, an_empty_comment_says_nothing) {
  static const char *const comments[][2] = {
      {"", ""}, {"", " q10=Tak"}, {" q10=...", " q10=!!!"}, {"", " q10=👍"}};
  for (size_t i = 0; i < array_length(comments); i++) {
    for (int j = 0; j < 2; j++) {
      add(arena_printf(arena, "q1=2 q3=1%s", comments[i][j]), untraced);
    }
  }
  linkage_support_run(linkage);
  for (uint32_t i = 0; i < array_length(comments); i++) {
    double bits;
    cr_expect_eq(level_of(2 * i, 2 * i + 1, LINKAGE_WORDS, &bits), LINKAGE_UNKNOWN, "%u", i);
    cr_expect_eq(bits, 0);
  }
}

Test(linkage, a_comment_is_the_same_whatever_its_case_blanks_and_points) {
  static const char *const same[][2] = {{"Tak,for-hjælpen!", "tak.FOR/HJÆLPEN"},
                                        {"Ærø", "ærø..."},
                                        {"СПАСИБО", "спасибо"},
                                        {"شكرا", "شكرا!"}};
  for (size_t i = 0; i < array_length(same); i++) {
    for (int j = 0; j < 2; j++) {
      add(arena_printf(arena, "q1=2 q3=1 q10=%s", same[i][j]), untraced);
    }
  }
  linkage_support_run(linkage);
  for (uint32_t i = 0; i < array_length(same); i++) {
    double bits;
    cr_expect_eq(level_of(2 * i, 2 * i + 1, LINKAGE_WORDS, &bits), LINKAGE_SAME, "%u", i);
    cr_expect_eq(level_of(0, 2 * i + 1, LINKAGE_WORDS, &bits),
                 i == 0 ? LINKAGE_SAME : LINKAGE_DIFFERENT);
  }
}

Test(linkage, a_comment_in_slightly_other_words_is_near) {
  static const char *const words[] = {
      "Det_har_været_en_stor_hjælp_at_få_besøg_hver_uge",
      "Det_har_været_en_meget_stor_hjælp_at_få_besøg_hver_uge.",
      "Vi_savnede_lidt_mere_tid_til_at_tale_om_søvn",
  };
  crowd(CROWD);
  for (size_t i = 0; i < array_length(words); i++) {
    add(arena_printf(arena, "q1=2 q3=1 q10=%s", words[i]), untraced);
  }
  linkage_support_run(linkage);
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
  const char *copy = arena_printf(arena, "q1=2 q3=1 q10=%s", text.data);
  text_clear(&text);
  return copy;
}

Test(linkage, long_comments_are_compared_too) {
  const char *comment = long_comment(420, 1);
  add(comment, untraced);
  add(arena_printf(arena, "%s-PS", comment), untraced);
  add(long_comment(420, 2), untraced);
  linkage_support_run(linkage);
  double bits;
  cr_expect_eq(level_of(0, 1, LINKAGE_WORDS, &bits), LINKAGE_NEAR);
  cr_expect_eq(level_of(0, 2, LINKAGE_WORDS, &bits), LINKAGE_DIFFERENT);
}

Test(linkage, children_are_compared_whatever_their_order) {
  crowd(CROWD);
  add("q1=2 q2=2 q3=2 q4_1=1 q4_2=2 q5_1=1 q5_2=4 q6_1=2 q6_2=5 q7=2 q8_1=3 q9=7", untraced);
  add("q1=2 q2=2 q3=2 q4_1=2 q4_2=1 q5_1=4 q5_2=1 q6_1=5 q6_2=2 q7=2 q8_2=3 q9=7", untraced);
  add("q1=2 q2=2 q3=2 q4_1=2 q4_2=2 q5_1=4 q5_2=1 q6_1=5 q6_2=2 q7=2 q9=7", untraced);
  linkage_support_run(linkage);
  double bits, order;
  cr_expect_eq(level_of(CROWD, CROWD + 1, LINKAGE_CHILDREN, &bits), LINKAGE_SAME);
  cr_expect_gt(bits, 0);
  cr_expect_eq(level_of(CROWD, CROWD + 1, LINKAGE_ORDER, &order), LINKAGE_DIFFERENT);
  cr_expect_float_eq(order, -1, 1e-9);
  cr_expect_eq(level_of(CROWD, CROWD + 2, LINKAGE_CHILDREN, &bits), LINKAGE_DIFFERENT);
  double turned = linkage_judge(linkage, CROWD, CROWD + 1).weight_bits;
  cr_expect_gt(turned, 10);
  cr_expect_gt(turned, linkage_judge(linkage, CROWD, CROWD + 2).weight_bits);
}

Test(linkage, a_shared_tablet_and_a_large_network_say_little) {
  crowd(CROWD);
  for (int i = 0; i < 12; i++) {
    add(i % 2 == 0 ? "q1=2 q2=2 q3=1 q4_1=1 q5_1=1 q7=1 q9=10"
                   : "q1=2 q2=1 q3=2 q4_1=1 q4_2=1 q5_1=1 q7=1 q9=10",
        from(500, 500, i * 9000));
  }
  add(MOTHER, from(600, 600, 3));
  add(MOTHER, from(600, 600, 93000));
  linkage_support_run(linkage);
  double tablet, home;
  cr_expect_eq(level_of(CROWD, CROWD + 2, LINKAGE_TAGS, &tablet), LINKAGE_SAME);
  cr_expect_eq(level_of(CROWD + 12, CROWD + 13, LINKAGE_TAGS, &home), LINKAGE_SAME);
  cr_expect_lt(tablet, 4);
  cr_expect_gt(home, 10);
}

Test(linkage, a_third_answer_is_not_excused_by_the_second) {
  crowd(CROWD);
  for (int i = 0; i < 3; i++) {
    add(MOTHER, from(1, 50, 5000 + i * 4000));
  }
  linkage_support_run(linkage);
  double bits;
  cr_expect_eq(level_of(CROWD, CROWD + 1, LINKAGE_TAGS, &bits), LINKAGE_SAME);
  cr_expect_gt(bits, 10);
}

/* ---- frequencies, by hand */

Test(linkage, frequencies_leave_the_pair_out) {
  /* Six say mor, two far, of eight; for the pair of two mothers: four of six,
   * half an answer more for each of the three codes, and one of the two themselves. */
  static const int relations[] = {2, 2, 2, 2, 2, 2, 1, 1};
  for (size_t i = 0; i < array_length(relations); i++) {
    add(arena_printf(arena, "q1=%d q2=%d q3=1", relations[i], i < 2 ? 1 : 2), untraced);
  }
  linkage_support_run(linkage);
  struct linkage_part parts[8];
  cr_assert_geq(linkage_parts(linkage, 0, 1, parts, array_length(parts)), 3);
  cr_expect_eq(parts[0].comparison, LINKAGE_RESPONDENT);
  cr_expect_float_eq(parts[0].strangers, (4 + 0.5 + 1) / (6 + 1.5 + 1), 1e-12);
  cr_expect_float_eq(parts[0].bits, log2(parts[0].same / parts[0].strangers), 1e-12);
  /* Only these two live alone: none of six others, half of one, and one. */
  cr_expect_eq(parts[1].comparison, LINKAGE_HOUSEHOLD);
  cr_expect_float_eq(parts[1].strangers, (0.5 + 1) / (6 + 1 + 1), 1e-12);
  /* Of a disagreement, by both values: three of six others (five mothers, one of
   * the pair) … for a mother and a father it is a veto. */
  cr_assert_geq(linkage_parts(linkage, 5, 6, parts, array_length(parts)), 3);
  cr_expect_eq(parts[0].level, LINKAGE_VETO);
  cr_assert_geq(linkage_parts(linkage, 1, 2, parts, array_length(parts)), 3);
  cr_expect_eq(parts[1].level, LINKAGE_DIFFERENT);
  cr_expect_float_eq(parts[1].strangers, 1 - sqrt((1 + 0.5) / 7 * (5 + 0.5) / 7), 1e-12);
}

Test(linkage, the_parts_add_up_to_the_weight_and_give_the_probability) {
  crowd(CROWD);
  add(MOTHER " q10=Tak", from(1, 50, 5000));
  add(MOTHER " q10=tak", from(1, 50, 5010));
  linkage_support_run(linkage);
  struct linkage_prior prior = linkage_prior(linkage);
  for (uint32_t a = 0; a < CROWD; a += 9) {
    struct linkage_part parts[64];
    struct linkage_pair pair = linkage_judge(linkage, a + 1, CROWD + 1);
    size_t count = linkage_parts(linkage, CROWD + 1, a + 1, parts, array_length(parts));
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

/* ---- small and strange input */

Test(linkage, no_answer_and_one_answer_are_no_pair) {
  linkage_support_run(linkage);
  cr_expect_eq(linkage_pairs_count(linkage), 0);
  cr_expect_eq(linkage_clusters_count(linkage), 0);
  linkage_free(linkage);
  linkage = linkage_new(bilag8);
  add(MOTHER, from(1, 1, 0));
  linkage_support_run(linkage);
  cr_expect_eq(linkage_pairs_count(linkage), 0);
  cr_expect_eq(linkage_clusters_count(linkage), 0);
}

Test(linkage, two_answers_are_judged_without_a_number_that_is_none) {
  add(MOTHER, from(1, 1, 0));
  add(MOTHER, from(1, 1, 5));
  linkage_support_run(linkage);
  struct linkage_pair pair = linkage_judge(linkage, 0, 1);
  cr_expect(isfinite(pair.weight_bits) && isfinite(pair.chance));
  cr_expect(pair.probability >= 0 && pair.probability <= 1);
}

Test(linkage, under_thirty_answers_there_are_reasons_alone) {
  crowd(27);
  add(MOTHER, from(1, 50, 5000));
  add(MOTHER, from(1, 50, 5010));
  linkage_support_run(linkage);
  cr_assert_gt(linkage_pairs_count(linkage), 0);
  const struct linkage_pair *pair = linkage_pair(linkage, 0);
  cr_expect(pair->certain_words_only);
  cr_expect_eq(pair->a, 27);
  struct linkage_reason reasons[LINKAGE_REASONS_MAX];
  size_t count = linkage_reasons(linkage, pair, reasons, LINKAGE_REASONS_MAX);
  cr_assert_geq(count, 4);
  bool network = false, gap = false;
  for (size_t i = 0; i < count; i++) {
    network = network || (reasons[i].kind == LINKAGE_REASON_NETWORK && reasons[i].number == 0);
    gap = gap || (reasons[i].kind == LINKAGE_REASON_GAP && reasons[i].number == 10);
  }
  cr_expect(network && gap);
}

Test(linkage, without_traces_only_rare_content_speaks) {
  static const char unusual[] =
      "q1=2 q2=1 q3=3 q4_1=1 q4_2=2 q4_3=2 q5_1=4 q5_2=3 q5_3=5 q6_1=4 q6_2=5 q6_3=3 q7=4 "
      "q8_1=5 q9=3 q10=Hun_kom_for_sent_hver_eneste_gang_og_vi_fik_aldrig_en_forklaring";
  for (int i = 0; i < CROWD; i++) {
    add("q1=2 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=1 q7=1 q8_1=1 q9=10", untraced);
  }
  add(unusual, untraced);
  add(unusual, untraced);
  linkage_support_run(linkage);
  cr_assert_eq(linkage_clusters_count(linkage), 1);
  expect_one_person(CROWD, 2);
  struct linkage_reason reasons[LINKAGE_REASONS_MAX];
  size_t count = linkage_reasons(linkage, linkage_pair(linkage, 0), reasons, LINKAGE_REASONS_MAX);
  bool said = false;
  for (size_t i = 0; i < count; i++) {
    said = said || reasons[i].kind == LINKAGE_REASON_NO_TAGS;
  }
  cr_expect(said);
}

Test(linkage, the_same_answers_give_the_same_result) {
  struct linkage *again = linkage_new(bilag8);
  cr_assert_not_null(again);
  crowd(300);
  linkage_support_crowd(again, bilag8, 300, 7);
  linkage_support_run(linkage);
  linkage_support_run(again);
  cr_assert_eq(linkage_pairs_count(linkage), linkage_pairs_count(again));
  for (size_t i = 0; i < linkage_pairs_count(linkage); i++) {
    const struct linkage_pair *one = linkage_pair(linkage, i), *two = linkage_pair(again, i);
    cr_expect_eq(one->a, two->a);
    cr_expect_eq(one->b, two->b);
    cr_expect_eq(memcmp(&one->probability, &two->probability, sizeof one->probability), 0);
  }
  linkage_free(again);
}

/* Adds the same crowd and families that repeat, a bit apart each. */
static void add_many(struct linkage *to, size_t count) {
  linkage_support_crowd(to, bilag8, count, 11);
  for (int i = 0; i < 40; i++) {
    int overall = 4 + i % 7;
    for (int j = 0; j < 2 + i % 2; j++) {
      const char *values = arena_printf(
          arena, "q1=2 q2=%d q3=1 q4_1=1 q5_1=%d q6_1=%d q7=%d q8_1=%d q9=%d", 1 + i % 2, 1 + i % 4,
          1 + i % 3, 1 + (i + (i % 5 == 0 ? j : 0)) % 4, 1 + i % 5, overall);
      linkage_support_add(
          to, bilag8, values,
          from(i % 4 == 3 ? 2000 + 10 * i + j : 1000 + i, 200 + i, 3000 * i + 7 * j));
    }
  }
}

Test(linkage, what_is_not_compared_could_not_have_been_flagged) {
  struct linkage *blocked = linkage_new(bilag8);
  struct linkage_options options = linkage_defaults();
  cr_assert_not_null(blocked);
  add_many(linkage, 700);
  add_many(blocked, 700);
  linkage_support_run(linkage);
  options.all_pairs_max = 0;
  cr_assert_eq(linkage_run(blocked, &options), LINKAGE_OK);
  cr_expect_lt(linkage_work(blocked).compared, linkage_work(linkage).compared / 3);
  cr_assert_eq(linkage_clusters_count(linkage), linkage_clusters_count(blocked));
  cr_expect_gt(linkage_clusters_count(linkage), 25);
  for (uint32_t i = 0; i < 780; i++) {
    cr_expect_eq(linkage_support_cluster(linkage, i), linkage_support_cluster(blocked, i));
  }
  linkage_free(blocked);
}

Test(linkage, another_questionnaire_is_compared_by_its_own_definition) {
  const struct questionnaire *small = support_load(arena, SMALL);
  struct linkage *other = linkage_new(small);
  cr_assert_not_null(other);
  for (int i = 0; i < 40; i++) {
    linkage_support_add(other, small, i < 2 ? "q1=2 q2=1" : "q1=1 q2=1", from(i / 2, 1, 0));
  }
  linkage_support_run(other);
  /* It says of no question how to compare it, so that tags are all there is. */
  cr_expect_eq(linkage_clusters_count(other), 0);
  linkage_free(other);
}
