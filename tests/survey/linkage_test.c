#include "survey/linkage.h"

#include <criterion/criterion.h>

#include "linkage_support.h"
#include "support.h"

static struct linkage_town town;

static void setup(void) {
  linkage_support_open(&town);
}

static void teardown(void) {
  linkage_support_close(&town);
}

TestSuite(linkage, .init = setup, .fini = teardown);

/* What is told of a kind; number -1: nothing. */
static struct linkage_reason reason_of(uint32_t a, uint32_t b, enum linkage_reason_kind kind) {
  struct linkage_reason reasons[LINKAGE_REASONS_MAX];
  struct linkage_pair pair = linkage_judge(town.linkage, a, b);
  size_t count = linkage_reasons(town.linkage, &pair, reasons, LINKAGE_REASONS_MAX);
  for (size_t i = 0; i < count; i++) {
    if (reasons[i].kind == kind) {
      return reasons[i];
    }
  }
  return (struct linkage_reason){.kind = kind, .number = -1};
}

/* ---- who must be found, and who must not */

Test(linkage, a_parent_who_answers_three_times_is_found) {
  linkage_support_fill(&town, CROWD);
  linkage_support_give(&town, MOTHER, linkage_support_from(1, 3, 5000));
  linkage_support_give(&town, "q1=2 q2=2 q3=1 q4_1=1 q5_1=2 q6_1=2 q7=2 q8_1=3 q9=8",
                       linkage_support_from(1, 3, 5010));
  linkage_support_give(&town, "q1=2 q2=2 q3=1 q4_1=1 q5_1=2 q6_1=1 q7=2 q8_1=3 q9=9",
                       linkage_support_from(1, 3, 9000));
  linkage_support_run(town.linkage);
  linkage_support_expect_one_person(&town, CROWD, 3);
  linkage_support_expect_nobody(&town, 0, CROWD);
}

/* Repeats come within weeks, strangers at any time of a year and more. */
Test(linkage, three_weeks_later_is_nearer_than_a_year_later) {
  linkage_support_fill(&town, CROWD);
  linkage_support_give(&town, MOTHER, linkage_support_from(1, 3, 5000));
  linkage_support_give(&town, MOTHER, linkage_support_from(1, 3, 5000 + 21 * DAY));
  linkage_support_give(&town, MOTHER, linkage_support_from(1, 3, 5000 + 400 * DAY));
  linkage_support_run(town.linkage);
  struct linkage_pair weeks = linkage_judge(town.linkage, CROWD, CROWD + 1);
  struct linkage_pair year = linkage_judge(town.linkage, CROWD, CROWD + 2);
  cr_expect_gt(weeks.weight_bits, year.weight_bits + 1, "%f, %f", weeks.weight_bits,
               year.weight_bits);
}

Test(linkage, a_mother_and_a_father_on_one_phone_are_two) {
  linkage_support_fill(&town, CROWD);
  linkage_support_give(&town, MOTHER, linkage_support_from(1, 2, 5000));
  linkage_support_give(&town, FATHER, linkage_support_from(1, 2, 5004));
  linkage_support_run(town.linkage);
  linkage_support_expect_nobody(&town, 0, CROWD + 2);
  cr_expect_eq(linkage_support_probability(&town, CROWD, CROWD + 1), 0);
  for (size_t i = 0; i < linkage_pairs_count(town.linkage); i++) {
    const struct linkage_pair *pair = linkage_pair(town.linkage, i);
    cr_expect(pair->a != CROWD || pair->b != CROWD + 1);
  }
}

Test(linkage, two_mothers_on_one_network_with_answers_of_their_own_are_two) {
  linkage_support_fill(&town, CROWD);
  linkage_support_give(&town, "q1=2 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=1 q7=1 q8_1=2 q9=10",
                       linkage_support_from(1, 2, 5000));
  linkage_support_give(&town, "q1=2 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=2 q7=1 q8_1=1 q9=9",
                       linkage_support_from(1, 9, 5060));
  linkage_support_run(town.linkage);
  linkage_support_expect_nobody(&town, 0, CROWD + 2);
}

Test(linkage, two_mothers_who_think_alike_are_two_unless_they_share_the_phone_too) {
  linkage_support_fill(&town, CROWD);
  linkage_support_give(&town, "q1=2 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=1 q7=1 q8_1=1 q9=10",
                       linkage_support_from(1, 2, 5000));
  linkage_support_give(&town, "q1=2 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=1 q7=1 q8_1=1 q9=10",
                       linkage_support_from(1, 57, 5060));
  linkage_support_run(town.linkage);
  linkage_support_expect_nobody(&town, 0, CROWD + 2);
  cr_expect_geq(reason_of(CROWD, CROWD + 1, LINKAGE_REASON_HOUSEHOLD).number, 5);
}

Test(linkage, identical_answers_are_told_with_how_many_others_are_just_so) {
  static const char family[] = "q1=2 q2=2 q3=2 q4_1=1 q4_2=2 q5_1=5 q5_2=4 q6_1=1 q7=2 q8_1=3 q9=3";
  static const char turned[] = "q1=2 q2=2 q3=2 q4_1=2 q4_2=1 q5_1=4 q5_2=5 q6_2=1 q7=2 q8_2=3 q9=3";
  linkage_support_fill(&town, CROWD);
  linkage_support_give(&town, family, linkage_support_from(1, 3, 5000));
  linkage_support_give(&town, family, linkage_support_from(1, 3, 5010));
  linkage_support_give(&town, turned, linkage_support_from(2, 4, 90000));
  linkage_support_give(&town, "q1=2 q2=2 q3=2 q4_1=1 q4_2=2 q5_1=5 q5_2=4 q6_1=1 q7=2 q8_1=3 q9=4",
                       linkage_support_from(1, 3, 5020));
  linkage_support_run(town.linkage);
  for (uint32_t other = CROWD + 1; other <= CROWD + 2; other++) {
    cr_expect_eq(reason_of(CROWD, other, LINKAGE_REASON_IDENTICAL).number, 1);
    cr_expect_eq(reason_of(CROWD, other, LINKAGE_REASON_OPINIONS).number, -1);
  }
  struct linkage_reason some = reason_of(CROWD, CROWD + 3, LINKAGE_REASON_OPINIONS);
  cr_expect_eq(some.number, 5);
  cr_expect_eq(some.of, 6);
  cr_expect_eq(reason_of(CROWD, CROWD + 3, LINKAGE_REASON_IDENTICAL).number, -1);
}

Test(linkage, seven_families_who_are_alike_in_rare_ways_are_seven) {
  linkage_support_fill(&town, 33);
  for (int i = 0; i < 7; i++) {
    linkage_support_give(
        &town, "q1=2 q2=1 q3=2 q4_1=1 q4_2=2 q5_1=2 q5_2=2 q6_1=2 q6_2=2 q7=3 q8_1=2 q9=7",
        linkage_support_from(300 + i, 30 + i, 15000 * (int64_t)i));
  }
  linkage_support_run(town.linkage);
  linkage_support_expect_nobody(&town, 33, 7);
  cr_expect_lt(linkage_support_probability(&town, 33, 34), 0.01);
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
  linkage_support_fill(&town, CROWD);
  for (size_t i = 0; i < array_length(families); i++) {
    linkage_support_give(&town, families[i], linkage_support_from(77, 50, 8000 + (int64_t)i * 9));
  }
  linkage_support_run(town.linkage);
  linkage_support_expect_nobody(&town, 0, CROWD + array_length(families));
}

Test(linkage, the_same_common_answers_alone_prove_nothing) {
  for (int i = 0; i < CROWD; i++) {
    linkage_support_give(&town, "q1=2 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=1 q7=1 q8_1=1 q9=10",
                         linkage_support_from(20000 + i, 1 + i % 7, i * 1500));
  }
  linkage_support_run(town.linkage);
  cr_expect_eq(linkage_clusters_count(town.linkage), 0);
  cr_expect_lt(linkage_support_probability(&town, 0, 1), 0.01);
}

Test(linkage, a_tag_alone_never_flags) {
  static const struct { int network, device; } cases[] = {{1, 9}, {9, 1}, {1, 1}};
  linkage_support_fill(&town, CROWD);
  for (size_t i = 0; i < array_length(cases); i++) {
    /* Nothing but the number of children, which most have, is answered. */
    int base = 100 + 10 * (int)i;
    linkage_support_give(&town, "q3=1",
                         linkage_support_from(base + 1, base + 1, 3000 + 20000 * (int64_t)i));
    linkage_support_give(&town, "q3=1",
                         linkage_support_from(base + cases[i].network, base + cases[i].device,
                                              13000 + 20000 * (int64_t)i));
  }
  linkage_support_run(town.linkage);
  linkage_support_expect_nobody(&town, CROWD, 6);
}

Test(linkage, a_grandmother_and_a_grandfather_are_not_vetoed_but_a_change_of_relation_counts) {
  linkage_support_fill(&town, CROWD);
  linkage_support_give(&town, "q1=3 q1_text=mormor q2=2 q3=1 q4_1=1 q5_1=2 q6_1=1 q7=2 q8_1=3 q9=8",
                       linkage_support_from(1, 50, 5000));
  linkage_support_give(&town, MOTHER, linkage_support_from(1, 50, 5010));
  linkage_support_run(town.linkage);
  cr_expect_gt(linkage_support_probability(&town, CROWD, CROWD + 1), 0);
  struct linkage_part part;
  cr_assert_gt(linkage_parts(town.linkage, CROWD, CROWD + 1, &part, 1), 1);
  cr_expect_eq(part.comparison, LINKAGE_RESPONDENT);
  cr_expect_eq(part.level, LINKAGE_DIFFERENT);
  cr_expect_lt(part.bits, -1);
}

/* ---- clusters */

Test(linkage, a_chain_does_not_join_a_mother_with_a_father) {
  /* The one in the middle did not say who they are, and is like both. */
  linkage_support_fill(&town, CROWD);
  linkage_support_give(&town, MOTHER " q10=godtoglangtforløbmedenrarhjælper",
                       linkage_support_from(1, 50, 5000));
  linkage_support_give(
      &town, "q2=2 q3=1 q4_1=1 q5_1=2 q6_1=1 q7=2 q8_1=3 q9=8 q10=godtoglangtforløbmedenrarhjælper",
      linkage_support_from(1, 50, 5020));
  linkage_support_give(&town, FATHER " q10=godtoglangtforløbmedenrarhjælper",
                       linkage_support_from(1, 50, 5040));
  linkage_support_run(town.linkage);
  size_t mother = linkage_support_cluster(town.linkage, CROWD);
  size_t father = linkage_support_cluster(town.linkage, CROWD + 2);
  size_t unnamed = linkage_support_cluster(town.linkage, CROWD + 1);
  cr_expect_neq(unnamed, 0);
  cr_expect(mother == 0 || father == 0 || mother != father);
  cr_expect(unnamed == mother || unnamed == father);
  for (size_t i = 0; i < linkage_pairs_count(town.linkage); i++) {
    const struct linkage_pair *pair = linkage_pair(town.linkage, i);
    size_t a = linkage_support_cluster(town.linkage, pair->a);
    cr_expect_eq(pair->flagged, a != 0 && a == linkage_support_cluster(town.linkage, pair->b));
  }
}

/* The second is like the first, and like the third; the first and the third are not alike. */
Test(linkage, a_chain_does_not_join_two_strangers_by_way_of_one_who_is_like_both) {
  static const char words[] = " q10=En_helt_særlig_bemærkning_om_aftenerne_og_søvnen";
  linkage_support_fill(&town, CROWD);
  linkage_support_give(&town, "q1=2 q2=2 q3=1 q4_1=1 q5_1=2 q6_1=2 q7=2 q8_1=3 q9=7",
                       linkage_support_from(1, 3, 5000));
  linkage_support_give(&town, arena_printf(town.arena, MOTHER "%s", words),
                       linkage_support_from(1, 3, 9000));
  linkage_support_give(&town, arena_printf(town.arena, MOTHER "%s", words),
                       linkage_support_from(2, 4, 60000));
  linkage_support_run(town.linkage);
  double first = linkage_support_probability(&town, CROWD, CROWD + 1);
  double third = linkage_support_probability(&town, CROWD + 1, CROWD + 2);
  double far = linkage_support_probability(&town, CROWD, CROWD + 2);
  cr_expect(first > 0.6 && third > 0.6 && first + far < 1 && third + far < 1, "%f, %f, %f", first,
            third, far);
  cr_expect_neq(linkage_support_cluster(town.linkage, CROWD + 1), 0);
  cr_expect_neq(linkage_support_cluster(town.linkage, CROWD),
                linkage_support_cluster(town.linkage, CROWD + 2));
}
