#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "linkage_support.h"
#include "support.h"

/* The example of docs/duplicates.md: what is printed there is what the code
 * computes. When it differs, the test prints what should stand there. */

#define DOCUMENT "docs/duplicates.md"

static struct arena *arena;
static const struct questionnaire *bilag8;
static struct linkage *linkage;

/* Thirty-seven others in three kinds, each on a network of its own, at midnight
 * of every second day; and the three. */
static void add_example(void) {
  static const struct {
    int count;
    const char *values;
  } others[] = {
      {18, "q1=2 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=1 q7=1 q8_1=1 q9=10"},
      {12, "q1=1 q2=2 q3=1 q4_1=2 q5_1=1 q6_1=2 q7=1 q9=9"},
      {7, "q1=2 q2=1 q3=2 q4_1=1 q4_2=2 q5_1=2 q5_2=2 q6_1=2 q6_2=2 q7=3 q8_1=2 q9=7"},
  };
  int added = 0;
  for (size_t i = 0; i < array_length(others); i++) {
    for (int j = 0; j < others[i].count; j++, added++) {
      struct linkage_evidence evidence = {.language = "da",
                                          .network = 1000 + added,
                                          .device = added % 4 == 0 ? 7 : 100 + added % 9,
                                          .minute = LINKAGE_START + 2880 * added};
      linkage_support_add(linkage, bilag8, others[i].values, evidence);
    }
  }
  struct linkage_evidence at_home = {
      .language = "da", .network = 5, .device = 7, .minute = LINKAGE_START + 30120};
  linkage_support_add(linkage, bilag8, "q1=2 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=2 q7=1 q8_1=2 q9=9",
                      at_home);
  at_home.minute += 6;
  linkage_support_add(linkage, bilag8, "q1=2 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=2 q7=1 q8_1=1 q9=9",
                      at_home);
  at_home.minute += 1500;
  at_home.device = 103;
  linkage_support_add(linkage, bilag8, "q1=2 q2=2 q3=1 q4_1=1 q5_1=1 q6_1=1 q7=2 q8_1=2 q9=8",
                      at_home);
}

static void setup(void) {
  arena = arena_new(0);
  cr_assert_not_null(arena);
  bilag8 = support_load(arena, BILAG8);
  linkage = linkage_new(bilag8);
  cr_assert_not_null(linkage);
  add_example();
  linkage_support_run(linkage);
}

static void teardown(void) {
  linkage_free(linkage);
  arena_free(arena);
}

TestSuite(linkage_example, .init = setup, .fini = teardown);

static const char *const comparisons[] = {[LINKAGE_RESPONDENT] = "who answers",
                                          [LINKAGE_HOUSEHOLD] = "household",
                                          [LINKAGE_CHILDREN] = "children",
                                          [LINKAGE_MOOD] = "mood",
                                          [LINKAGE_OPINION] = "opinion",
                                          [LINKAGE_ORDER] = "order",
                                          [LINKAGE_TOGETHER] = "together",
                                          [LINKAGE_WORDS] = "words",
                                          [LINKAGE_LANGUAGE] = "language",
                                          [LINKAGE_TAGS] = "tags",
                                          [LINKAGE_GAP] = "gap",
                                          [LINKAGE_CAP] = "cap"};
static const char *const levels[] = {
    [LINKAGE_UNKNOWN] = "unknown", [LINKAGE_SAME] = "same",          [LINKAGE_NEAR] = "near",
    [LINKAGE_DIFFERENT] = "other", [LINKAGE_VETO] = "veto",          [LINKAGE_NETWORK] = "network",
    [LINKAGE_DEVICE] = "device",   [LINKAGE_MINUTES] = "10 minutes", [LINKAGE_HOURS] = "3 hours",
    [LINKAGE_DAY] = "24 hours",    [LINKAGE_WEEK] = "7 days",        [LINKAGE_WEEKS] = "56 days",
    [LINKAGE_LONGER] = "longer"};

static void add_row(struct text *text, const struct linkage_part *part) {
  const char *question = part->question < 0 ? "" : bilag8->questions[part->question].id;
  text_addf(text, "| %s%s%s | %s | %.4f | %.4f | %.4f | %+.2f | %+.2f |\n",
            comparisons[part->comparison], *question == '\0' ? "" : " ", question,
            levels[part->level], part->same, part->household, part->strangers, part->bits,
            part->bits_household);
}

/* The table of a pair, as it must stand in the document. */
static const char *table(uint32_t a, uint32_t b) {
  struct linkage_part parts[64];
  size_t count = linkage_parts(linkage, a, b, parts, array_length(parts));
  struct text text;
  text_init(&text);
  double household = 0;
  for (size_t i = 0; i < count; i++) {
    add_row(&text, &parts[i]);
    household += parts[i].bits_household;
  }
  struct linkage_pair pair = linkage_judge(linkage, a, b);
  text_addf(&text, "| sum | | | | | %+.2f | %+.2f |\n", pair.weight_bits, household);
  text_addf(&text, "\nProbability %.3f; by chance at most %.3f pairs.\n", pair.probability,
            pair.chance);
  const char *copy = arena_copy(arena, text.data, text.length);
  text_clear(&text);
  return copy;
}

Test(linkage_example, every_weight_of_the_document_is_the_code_s) {
  const char *document = support_read(arena, DOCUMENT);
  static const uint32_t pairs[][2] = {{37, 38}, {37, 39}, {38, 39}};
  for (size_t i = 0; i < array_length(pairs); i++) {
    const char *expected = table(pairs[i][0], pairs[i][1]);
    cr_expect_not_null(strstr(document, expected), "%s\nshould be in " DOCUMENT, expected);
  }
  struct linkage_prior prior = linkage_prior(linkage);
  const char *expected = arena_printf(arena, "s = %.6f, h = %.6f", prior.same, prior.household);
  cr_expect_not_null(strstr(document, expected), "%s\nshould be in " DOCUMENT, expected);
}

/* ---- how s was learnt */

enum { EXAMPLE_ANSWERS = 40, EXAMPLE_PAIRS = EXAMPLE_ANSWERS * (EXAMPLE_ANSWERS - 1) / 2 };
static const double assumed = 0.3 / (EXAMPLE_ANSWERS - 1);
static const double learning_least = 0.001;

struct learnt {
  char pair[32];
  double same, household; /* bits */
};

static const char *who(uint32_t answer) {
  return answer < 18   ? "first kind"
         : answer < 30 ? "second kind"
         : answer < 37 ? "third kind"
         : answer < 38 ? "A"
         : answer < 39 ? "B"
                       : "C";
}

static double probability_of(const struct learnt *learnt, double s) {
  double h = linkage_prior(linkage).household, same = s * exp2(learnt->same);
  return same / (same + h * exp2(learnt->household) + 1 - s - h);
}

/* What the table has in one row is alike to two digits of its bits. */
static int by_bits(const void *a, const void *b) {
  const struct learnt *left = a, *right = b;
  double apart = round(100 * right->same) - round(100 * left->same);
  return apart > 0 ? 1 : apart < 0 ? -1 : strcmp(left->pair, right->pair);
}

static size_t learn_from(struct learnt *learnt) {
  size_t count = 0;
  for (uint32_t a = 0; a < EXAMPLE_ANSWERS; a++) {
    for (uint32_t b = a + 1; b < EXAMPLE_ANSWERS; b++) {
      struct linkage_part parts[64];
      size_t parts_count = linkage_parts(linkage, a, b, parts, array_length(parts));
      struct learnt one = {.same = 0};
      bool veto = false;
      for (size_t i = 0; i < parts_count; i++) {
        one.same += parts[i].bits;
        one.household += parts[i].bits_household;
        veto = veto || parts[i].level == LINKAGE_VETO;
      }
      if (!veto && probability_of(&one, assumed) >= learning_least) {
        (void)snprintf(one.pair, sizeof one.pair, a < 37 && b < 37 ? "two of the %s" : "%s and %s",
                       who(a), who(b));
        learnt[count++] = one;
      }
    }
  }
  qsort(learnt, count, sizeof *learnt, by_bits);
  return count;
}

Test(linkage_example, the_share_of_repeats_is_what_the_pairs_of_the_document_make_it) {
  struct learnt learnt[EXAMPLE_PAIRS];
  size_t count = learn_from(learnt);
  double s = linkage_prior(linkage).same, sum = 0;
  struct text text;
  text_init(&text);
  for (size_t i = 0, many = 0; i < count; i++) {
    sum += probability_of(&learnt[i], s);
    many++;
    if (i + 1 == count || by_bits(&learnt[i], &learnt[i + 1]) != 0) {
      text_addf(&text, "| %s | %zu | %+.2f | %+.2f | %.4f |\n", learnt[i].pair, many,
                learnt[i].same, learnt[i].household, probability_of(&learnt[i], s));
      many = 0;
    }
  }
  double repeats = (sum + 15) / (EXAMPLE_ANSWERS + 100);
  text_addf(&text, "\nE = %.4f, r = (E + 15) / 140 = %.6f, s = 2 r / 39 = %.6f.\n", sum, repeats,
            2 * repeats / (EXAMPLE_ANSWERS - 1));
  cr_expect_float_eq(2 * repeats / (EXAMPLE_ANSWERS - 1), s, 5e-7);
  cr_expect_not_null(strstr(support_read(arena, DOCUMENT), text.data), "%s\nshould be in " DOCUMENT,
                     text.data);
  text_clear(&text);
}

Test(linkage_example, the_two_of_one_mother_are_flagged_and_the_other_is_not) {
  cr_expect_eq(linkage_clusters_count(linkage), 1);
  cr_expect_neq(linkage_support_cluster(linkage, 37), 0);
  cr_expect_eq(linkage_support_cluster(linkage, 37), linkage_support_cluster(linkage, 38));
  cr_expect_eq(linkage_support_cluster(linkage, 39), 0);
}
