#include "survey/linkage.h"

#include <criterion/criterion.h>

#include "linkage_support.h"
#include "support.h"

/* Many answers from one place: a parent's, or many families'. */

/* Of the same family, without who answers. */
#define UNSAID "q2=2 q3=1 q4_1=1 q5_1=2 q6_1=1 q7=2 q8_1=3 q9=8"

static struct linkage_town town;

static void setup(void) {
  linkage_support_open(&town);
}

static void teardown(void) {
  linkage_support_close(&town);
}

TestSuite(linkage_crowd, .init = setup, .fini = teardown);

/* Answers of one phone, every twelve hours. */
static void send(size_t count, const char *values) {
  for (size_t i = 0; i < count; i++) {
    linkage_support_give(&town, values, linkage_support_from(1, 3, 5000 + (int64_t)i * 12 * HOUR));
  }
}

Test(linkage_crowd, a_parent_who_answers_three_five_eight_or_twenty_times_is_found) {
  static const uint32_t times[] = {3, 5, 6, 7, 8, 12, 20, 40};
  for (size_t i = 0; i < array_length(times); i++) {
    linkage_support_close(&town);
    linkage_support_open(&town);
    linkage_support_fill(&town, CROWD);
    send(times[i], MOTHER);
    linkage_support_run(town.linkage);
    linkage_support_expect_one_person(&town, CROWD, times[i]);
    linkage_support_expect_nobody(&town, 0, CROWD);
  }
}

Test(linkage_crowd, twenty_answers_that_most_would_give_are_one_parent_s_when_one_phone_sends_all) {
  linkage_support_fill(&town, CROWD);
  send(20, CONTENT);
  linkage_support_run(town.linkage);
  linkage_support_expect_one_person(&town, CROWD, 20);
  linkage_support_expect_nobody(&town, 0, CROWD);
}

Test(linkage_crowd, twenty_answers_that_differ_a_little_are_one_parent_s) {
  linkage_support_fill(&town, CROWD);
  for (int i = 0; i < 20; i++) {
    const char *values =
        arena_printf(town.arena, "q1=2 q2=2 q3=1 q4_1=1 q5_1=%d q6_1=1 q7=%d q8_1=3 q9=%d",
                     i % 5 == 1 ? 1 : 2, i % 5 == 2 ? 3 : 2, i % 5 == 3 ? 9 : 8);
    linkage_support_give(&town, values, linkage_support_from(1, 3, 5000 + i * 12 * HOUR));
  }
  linkage_support_run(town.linkage);
  linkage_support_expect_one_person(&town, CROWD, 20);
  linkage_support_expect_nobody(&town, 0, CROWD);
}

/* Two of three answers are hers: she is not what the others are measured by. */
Test(linkage_crowd, a_parent_who_sends_most_of_the_answers_does_not_make_her_own_common) {
  linkage_support_fill(&town, 10);
  send(20, MOTHER);
  linkage_support_run(town.linkage);
  linkage_support_expect_one_person(&town, 10, 20);
  linkage_support_expect_nobody(&town, 0, 10);
}

Test(linkage_crowd, families_on_the_tablet_of_a_daycare_are_as_many_as_they_are) {
  static const size_t families[] = {10, 10, 10, 10, 20, 40};
  for (size_t i = 0; i < array_length(families); i++) {
    linkage_support_close(&town);
    linkage_support_open(&town);
    linkage_support_fill(&town, CROWD);
    linkage_support_tablet(&town, families[i], i, 77, 50);
    linkage_support_run(town.linkage);
    linkage_support_expect_nobody(&town, 0, CROWD + (uint32_t)families[i]);
  }
}

/* Among few answers a tag says more than it should: these, of two families alike each, were
 * taken for one parent's before content had to speak alone there. */
Test(linkage_crowd, two_families_alike_on_the_tablet_of_five_are_two_among_thirty_answers) {
  static const uint64_t seeds[] = {21, 41, 54, 63, 70};
  for (size_t i = 0; i < array_length(seeds); i++) {
    linkage_support_close(&town);
    linkage_support_open(&town);
    linkage_support_fill(&town, 25);
    linkage_support_tablet(&town, 5, seeds[i], 77, 50);
    linkage_support_run(town.linkage);
    linkage_support_expect_nobody(&town, 25, 5);
  }
}

/* Above 1,500 answers pairs are looked for in groups of at most 64. */
Test(linkage_crowd, two_hundred_answers_of_one_phone_are_found_among_thousands) {
  linkage_support_fill(&town, 1600);
  send(200, MOTHER);
  linkage_support_run(town.linkage);
  cr_expect_geq(linkage_work(town.linkage).blocks_left, 1);
  linkage_support_expect_one_person(&town, 1600, 200);
}

/* Nobody else repeats, so that few repeats are expected of the others; of her, as many as ever. */
Test(linkage_crowd, most_of_twenty_answers_of_one_phone_are_found_where_nobody_else_repeats) {
  linkage_support_fill(&town, 300);
  for (int i = 0; i < 20; i++) {
    const char *values =
        arena_printf(town.arena, "q1=2 q2=2 q3=1 q4_1=1 q5_1=%d q6_1=1 q7=%d q8_1=1 q9=%d",
                     i % 4 == 1 ? 2 : 1, i % 4 == 2 ? 2 : 1, i % 4 == 3 ? 9 : 10);
    linkage_support_give(&town, values, linkage_support_from(1, 3, 5000 + i * 12 * HOUR));
  }
  linkage_support_run(town.linkage);
  size_t hers = linkage_support_cluster(town.linkage, 300), count;
  cr_assert_neq(hers, 0);
  cr_expect_geq(linkage_cluster(town.linkage, hers - 1, &count)[0], 300);
  cr_expect_geq(count, 15);
}

/* More than speak for their cluster, so that one who is excluded may not be among them. */
Test(linkage_crowd, a_mother_s_and_a_father_s_hundreds_of_answers_on_one_phone_are_two_people_s) {
  linkage_support_fill(&town, CROWD);
  for (int64_t i = 0; i < 300; i++) {
    const char *values = i % 3 == 0 ? MOTHER : i % 3 == 1 ? FATHER : UNSAID;
    linkage_support_give(&town, values, linkage_support_from(1, 3, 5000 + i * HOUR));
  }
  linkage_support_run(town.linkage);
  size_t mothers = linkage_support_cluster(town.linkage, CROWD);
  size_t fathers = linkage_support_cluster(town.linkage, CROWD + 1);
  cr_assert(mothers != 0 && fathers != 0 && mothers != fathers);
  for (uint32_t i = 0; i < 300; i += 3) {
    cr_expect_eq(linkage_support_cluster(town.linkage, CROWD + i), mothers, "%u", i);
    cr_expect_eq(linkage_support_cluster(town.linkage, CROWD + i + 1), fathers, "%u", i + 1);
  }
}

/* There is nobody else to compare with. */
Test(linkage_crowd, a_municipality_of_identical_answers_from_one_phone_is_flagged) {
  send(40, CONTENT);
  linkage_support_run(town.linkage);
  cr_assert_geq(linkage_clusters_count(town.linkage), 1);
  size_t count;
  (void)linkage_cluster(town.linkage, 0, &count);
  cr_expect_geq(count, 30);
}

Test(linkage_crowd, answers_all_identical_without_traces_prove_nothing) {
  for (int i = 0; i < 40; i++) {
    linkage_support_give(&town, CONTENT, linkage_support_untraced);
  }
  linkage_support_run(town.linkage);
  cr_expect_eq(linkage_clusters_count(town.linkage), 0);
  cr_expect_lt(linkage_support_probability(&town, 0, 1), 0.05);
}

Test(linkage_crowd, of_very_many_of_one_parent_three_count_among_the_others) {
  linkage_support_fill(&town, CROWD);
  send(20, MOTHER " q10=Tak_for_de_gode_besøg_i_vores_hjem");
  linkage_support_run(town.linkage);
  struct linkage_reason reasons[LINKAGE_REASONS_MAX];
  struct linkage_pair pair = linkage_judge(town.linkage, CROWD, CROWD + 19);
  size_t count = linkage_reasons(town.linkage, &pair, reasons, LINKAGE_REASONS_MAX);
  int64_t network = -1, words = -1;
  for (size_t i = 0; i < count; i++) {
    network = reasons[i].kind == LINKAGE_REASON_NETWORK ? reasons[i].number : network;
    words = reasons[i].kind == LINKAGE_REASON_WORDS ? reasons[i].number : words;
    cr_expect_neq(reasons[i].kind, LINKAGE_REASON_SHARED);
  }
  cr_expect_eq(network, 18);
  cr_expect_eq(words, 2);
}
