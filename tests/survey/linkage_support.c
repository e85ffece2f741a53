#include "linkage_support.h"

#include <criterion/criterion.h>

#include "support.h"

void linkage_support_add(struct linkage *linkage, const struct questionnaire *questionnaire,
                         const char *values, struct linkage_evidence evidence) {
  struct arena *arena = arena_new(0);
  cr_assert_not_null(arena);
  struct answer *answer = support_answer(questionnaire, arena, values);
  answer_prune(answer);
  cr_assert(linkage_add(linkage, answer, &evidence));
  arena_free(arena);
}

/* 1 for 60 in 100, 2 for 25, 3 for 10, 4 for 5. */
static int opinion(uint64_t *seed, unsigned discontent) {
  unsigned share = support_draw(seed, 100) + discontent;
  return share < 60 ? 1 : share < 85 ? 2 : share < 110 ? 3 : 4;
}

static const char *crowd_answer(struct arena *arena, uint64_t *seed) {
  unsigned discontent = support_draw(seed, 3) * 25;
  unsigned daycare = support_draw(seed, 100) < 60 ? 1 : 2;
  unsigned overall = 10 - discontent / 25 * 2 - support_draw(seed, 2);
  const char *text = arena_printf(
      arena, "q1=%u q2=%u q3=1 q4_1=%u q5_1=%d q6_1=%d q7=%d q9=%u",
      support_draw(seed, 100) < 30 ? 1 : 2, support_draw(seed, 100) < 15 ? 1 : 2, daycare,
      opinion(seed, discontent), opinion(seed, discontent), opinion(seed, discontent), overall);
  return daycare == 1 ? arena_printf(arena, "%s q8_1=%d", text, opinion(seed, discontent)) : text;
}

void linkage_support_crowd(struct linkage *linkage, const struct questionnaire *questionnaire,
                           size_t count, uint64_t seed) {
  struct arena *arena = arena_new(0);
  cr_assert_not_null(arena);
  for (size_t i = 0; i < count; i++) {
    unsigned device = support_draw(&seed, 60);
    struct linkage_evidence evidence = {.language = "da",
                                        .network = 20000 + (int)i,
                                        .device = 1 + (int)(device * device / 60),
                                        .minute =
                                            LINKAGE_START + support_draw(&seed, LINKAGE_SPREAD)};
    linkage_support_add(linkage, questionnaire, crowd_answer(arena, &seed), evidence);
  }
  arena_free(arena);
}

void linkage_support_run(struct linkage *linkage) {
  cr_assert_eq(linkage_run(linkage, NULL), LINKAGE_OK);
}

size_t linkage_support_cluster(const struct linkage *linkage, uint32_t answer) {
  for (size_t i = 0; i < linkage_clusters_count(linkage); i++) {
    size_t count;
    const uint32_t *members = linkage_cluster(linkage, i, &count);
    for (size_t j = 0; j < count; j++) {
      if (members[j] == answer) {
        return i + 1;
      }
    }
  }
  return 0;
}

/* ---- a town */

const struct linkage_evidence linkage_support_untraced = {"da", -1, -1, -1};

void linkage_support_open(struct linkage_town *town) {
  town->arena = arena_new(0);
  cr_assert_not_null(town->arena);
  town->bilag8 = support_load(town->arena, BILAG8);
  town->linkage = linkage_new(town->bilag8);
  cr_assert_not_null(town->linkage);
}

void linkage_support_close(struct linkage_town *town) {
  linkage_free(town->linkage);
  arena_free(town->arena);
}

struct linkage_evidence linkage_support_from(int network, int device, int64_t minute) {
  return (struct linkage_evidence){
      .language = "da", .network = network, .device = device, .minute = LINKAGE_START + minute};
}

void linkage_support_give(struct linkage_town *town, const char *values,
                          struct linkage_evidence evidence) {
  linkage_support_add(town->linkage, town->bilag8, values, evidence);
}

void linkage_support_fill(struct linkage_town *town, size_t count) {
  linkage_support_crowd(town->linkage, town->bilag8, count, 7);
}

void linkage_support_tablet(struct linkage_town *town, size_t count, uint64_t seed, int network,
                            int device) {
  for (size_t i = 0; i < count; i++) {
    linkage_support_give(town, crowd_answer(town->arena, &seed),
                         linkage_support_from(network, device, 8000 + support_draw(&seed, 90)));
  }
}

double linkage_support_probability(const struct linkage_town *town, uint32_t a, uint32_t b) {
  return linkage_judge(town->linkage, a, b).probability;
}

void linkage_support_expect_one_person(const struct linkage_town *town, uint32_t first,
                                       uint32_t count) {
  size_t cluster = linkage_support_cluster(town->linkage, first);
  cr_expect_neq(cluster, 0);
  for (uint32_t i = 1; i < count; i++) {
    cr_expect_eq(cluster, linkage_support_cluster(town->linkage, first + i), "%u: %f", i,
                 linkage_support_probability(town, first, first + i));
  }
}

void linkage_support_expect_nobody(const struct linkage_town *town, uint32_t first,
                                   uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    cr_expect_eq(linkage_support_cluster(town->linkage, first + i), 0, "answer %u", i);
  }
}
