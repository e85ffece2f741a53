#include "survey/linkage.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "linkage_support.h"
#include "support.h"

static struct linkage_town town;

static void setup(void) {
  linkage_support_open(&town);
}

static void teardown(void) {
  linkage_support_close(&town);
}

TestSuite(linkage_strange, .init = setup, .fini = teardown);

/* ---- small and strange input */

Test(linkage_strange, no_answer_and_one_answer_are_no_pair) {
  linkage_support_run(town.linkage);
  cr_expect_eq(linkage_pairs_count(town.linkage), 0);
  cr_expect_eq(linkage_clusters_count(town.linkage), 0);
  linkage_free(town.linkage);
  town.linkage = linkage_new(town.bilag8);
  linkage_support_give(&town, MOTHER, linkage_support_from(1, 1, 0));
  linkage_support_run(town.linkage);
  cr_expect_eq(linkage_pairs_count(town.linkage), 0);
  cr_expect_eq(linkage_clusters_count(town.linkage), 0);
}

Test(linkage_strange, two_answers_are_judged_without_a_number_that_is_none) {
  linkage_support_give(&town, MOTHER, linkage_support_from(1, 1, 0));
  linkage_support_give(&town, MOTHER, linkage_support_from(1, 1, 5));
  linkage_support_run(town.linkage);
  struct linkage_pair pair = linkage_judge(town.linkage, 0, 1);
  cr_expect(isfinite(pair.weight_bits) && isfinite(pair.chance));
  cr_expect(pair.probability >= 0 && pair.probability <= 1);
}

Test(linkage_strange, under_thirty_answers_there_are_reasons_alone) {
  linkage_support_fill(&town, 27);
  linkage_support_give(&town, MOTHER, linkage_support_from(1, 50, 5000));
  linkage_support_give(&town, MOTHER, linkage_support_from(1, 50, 5010));
  linkage_support_run(town.linkage);
  cr_assert_gt(linkage_pairs_count(town.linkage), 0);
  const struct linkage_pair *pair = linkage_pair(town.linkage, 0);
  cr_expect(pair->certain_words_only);
  cr_expect_eq(pair->a, 27);
  struct linkage_reason reasons[LINKAGE_REASONS_MAX];
  size_t count = linkage_reasons(town.linkage, pair, reasons, LINKAGE_REASONS_MAX);
  cr_assert_geq(count, 4);
  bool network = false, gap = false;
  for (size_t i = 0; i < count; i++) {
    network = network || (reasons[i].kind == LINKAGE_REASON_NETWORK && reasons[i].number == 0);
    gap = gap || (reasons[i].kind == LINKAGE_REASON_GAP && reasons[i].number == 10);
  }
  cr_expect(network && gap);
}

Test(linkage_strange, without_traces_only_rare_content_speaks) {
  static const char unusual[] =
      "q1=2 q2=1 q3=3 q4_1=1 q4_2=2 q4_3=2 q5_1=4 q5_2=3 q5_3=5 q6_1=4 q6_2=5 q6_3=3 q7=4 "
      "q8_1=5 q9=3 q10=Hun_kom_for_sent_hver_eneste_gang_og_vi_fik_aldrig_en_forklaring";
  for (int i = 0; i < CROWD; i++) {
    linkage_support_give(&town, "q1=2 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=1 q7=1 q8_1=1 q9=10",
                         linkage_support_untraced);
  }
  linkage_support_give(&town, unusual, linkage_support_untraced);
  linkage_support_give(&town, unusual, linkage_support_untraced);
  linkage_support_run(town.linkage);
  cr_assert_eq(linkage_clusters_count(town.linkage), 1);
  linkage_support_expect_one_person(&town, CROWD, 2);
  struct linkage_reason reasons[LINKAGE_REASONS_MAX];
  size_t count =
      linkage_reasons(town.linkage, linkage_pair(town.linkage, 0), reasons, LINKAGE_REASONS_MAX);
  bool said = false;
  for (size_t i = 0; i < count; i++) {
    said = said || reasons[i].kind == LINKAGE_REASON_NO_TAGS;
  }
  cr_expect(said);
}

Test(linkage_strange, the_same_answers_give_the_same_result) {
  struct linkage *again = linkage_new(town.bilag8);
  cr_assert_not_null(again);
  linkage_support_fill(&town, 300);
  linkage_support_crowd(again, town.bilag8, 300, 7);
  linkage_support_run(town.linkage);
  linkage_support_run(again);
  cr_assert_eq(linkage_pairs_count(town.linkage), linkage_pairs_count(again));
  for (size_t i = 0; i < linkage_pairs_count(town.linkage); i++) {
    const struct linkage_pair *one = linkage_pair(town.linkage, i), *two = linkage_pair(again, i);
    cr_expect_eq(one->a, two->a);
    cr_expect_eq(one->b, two->b);
    cr_expect_eq(memcmp(&one->probability, &two->probability, sizeof one->probability), 0);
  }
  linkage_free(again);
}

/* Adds the same crowd and families that repeat, a bit apart each. */
static void add_many(struct linkage *to, size_t count) {
  linkage_support_crowd(to, town.bilag8, count, 11);
  for (int i = 0; i < 40; i++) {
    int overall = 4 + i % 7;
    for (int j = 0; j < 2 + i % 2; j++) {
      const char *values = arena_printf(
          town.arena, "q1=2 q2=%d q3=1 q4_1=1 q5_1=%d q6_1=%d q7=%d q8_1=%d q9=%d", 1 + i % 2,
          1 + i % 4, 1 + i % 3, 1 + (i + (i % 5 == 0 ? j : 0)) % 4, 1 + i % 5, overall);
      linkage_support_add(to, town.bilag8, values,
                          linkage_support_from(i % 4 == 3 ? 2000 + 10 * i + j : 1000 + i, 200 + i,
                                               3000 * i + 7 * j));
    }
  }
}

Test(linkage_strange, what_is_not_compared_could_not_have_been_flagged) {
  struct linkage *blocked = linkage_new(town.bilag8);
  struct linkage_options options = linkage_defaults();
  cr_assert_not_null(blocked);
  add_many(town.linkage, 700);
  add_many(blocked, 700);
  linkage_support_run(town.linkage);
  options.all_pairs_max = 0;
  cr_assert_eq(linkage_run(blocked, &options), LINKAGE_OK);
  cr_expect_lt(linkage_work(blocked).compared, linkage_work(town.linkage).compared / 3);
  cr_assert_eq(linkage_clusters_count(town.linkage), linkage_clusters_count(blocked));
  cr_expect_gt(linkage_clusters_count(town.linkage), 25);
  for (uint32_t i = 0; i < 780; i++) {
    cr_expect_eq(linkage_support_cluster(town.linkage, i), linkage_support_cluster(blocked, i));
  }
  linkage_free(blocked);
}

Test(linkage_strange, another_questionnaire_is_compared_by_its_own_definition) {
  const struct questionnaire *small = support_load(town.arena, SMALL);
  struct linkage *other = linkage_new(small);
  cr_assert_not_null(other);
  for (int i = 0; i < 40; i++) {
    linkage_support_add(other, small, i < 2 ? "q1=2 q2=1" : "q1=1 q2=1",
                        linkage_support_from(i / 2, 1, 0));
  }
  linkage_support_run(other);
  /* It says of no question how to compare it, so that tags are all there is. */
  cr_expect_eq(linkage_clusters_count(other), 0);
  linkage_free(other);
}
