#include "survey/linkage_inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct linkage_options linkage_defaults(void) {
  return (struct linkage_options){.threshold = 0.6,
                                  .repeats = 0.15,
                                  .couples = 0.25,
                                  .estimate = true,
                                  .all_pairs_max = 1500,
                                  .block_max = 64};
}

struct linkage *linkage_new(const struct questionnaire *questionnaire) {
  struct linkage *linkage = calloc(1, sizeof *linkage);
  if (linkage != NULL && !linkage_plan_init(&linkage->plan, questionnaire)) {
    free(linkage);
    return NULL;
  }
  return linkage;
}

static bool grow(struct linkage *linkage) {
  size_t capacity = linkage->capacity == 0 ? 64 : linkage->capacity + linkage->capacity / 2;
  struct linkage_record *records = realloc(linkage->records, capacity * sizeof *linkage->records);
  if (records != NULL) {
    linkage->records = records;
  }
  unsigned char *codes = realloc(linkage->codes, capacity * linkage->plan.codes_count + 1);
  if (codes != NULL) {
    linkage->codes = codes;
  }
  struct linkage_words *words =
      realloc(linkage->words, (capacity * linkage->plan.words_count + 1) * sizeof *words);
  if (words != NULL) {
    linkage->words = words;
  }
  if (records == NULL || codes == NULL || words == NULL) {
    return false;
  }
  linkage->capacity = capacity;
  return true;
}

/* The index of a language, added when it is new; -1 when it is not known, -2 when
 * memory is out. */
static int32_t find_language(struct linkage *linkage, const char *language) {
  if (language == NULL) {
    return -1;
  }
  for (size_t i = 0; i < linkage->languages_count; i++) {
    if (strcmp(linkage->languages[i], language) == 0) {
      return (int32_t)i;
    }
  }
  char **grown =
      realloc(linkage->languages, (linkage->languages_count + 1) * sizeof *linkage->languages);
  if (grown == NULL) {
    return -2;
  }
  linkage->languages = grown;
  grown[linkage->languages_count] = strdup(language);
  return grown[linkage->languages_count] == NULL ? -2 : (int32_t)linkage->languages_count++;
}

static void keep_codes(const struct linkage_plan *plan, const struct answer *answer,
                       unsigned char *codes) {
  for (size_t i = 0; i < plan->slots_count; i++) {
    const struct linkage_slot *slot = &plan->slots[i];
    for (size_t j = 0; j < slot->repetitions; j++) {
      size_t field = questionnaire_value(plan->questionnaire, slot->question, (int)j + 1);
      int code = answer->codes[field];
      codes[slot->from + j] = code == ANSWER_NONE ? 0 : (unsigned char)(code + 1);
    }
  }
}

bool linkage_add(struct linkage *linkage, const struct answer *answer,
                 const struct linkage_evidence *evidence) {
  if (linkage->count >= LINKAGE_ANSWERS_MAX ||
      (linkage->count == linkage->capacity && !grow(linkage))) {
    return false;
  }
  struct linkage_record *record = &linkage->records[linkage->count];
  bool known = evidence->minute >= 0 && evidence->minute < LINKAGE_MINUTES_MAX;
  *record = (struct linkage_record){.minute = known ? evidence->minute : -1,
                                    .network = evidence->network,
                                    .device = evidence->device,
                                    .language = find_language(linkage, evidence->language)};
  keep_codes(&linkage->plan, answer, linkage->codes + linkage->count * linkage->plan.codes_count);
  for (size_t i = 0; i < linkage->plan.words_count; i++) {
    if (!linkage_words_add(linkage, answer->texts[linkage->plan.words[i]],
                           &linkage->words[linkage->count * linkage->plan.words_count + i])) {
      return false;
    }
  }
  linkage->count += record->language != -2;
  return record->language != -2;
}

/* Of all pairs of n answers, so many per answer: 2 r / (n - 1). With a handful of
 * answers that would be more than the pairs there are. */
double linkage_share_of_pairs(double per_answer, size_t answers) {
  double share = answers < 2 ? 0 : 2 * per_answer / ((double)answers - 1);
  return share > 0.25 ? 0.25 : share;
}

enum linkage_result linkage_run(struct linkage *linkage, const struct linkage_options *options) {
  linkage->options = options == NULL ? linkage_defaults() : *options;
  linkage->work.answers = linkage->count;
  linkage->assumed = (struct linkage_prior){
      .same = linkage_share_of_pairs(linkage->options.repeats, linkage->count),
      .household = linkage_share_of_pairs(linkage->options.couples, linkage->count)};
  linkage->prior = linkage->assumed;
  return linkage_crowds(linkage) && linkage_count(linkage) && linkage_compare_all(linkage) &&
                 linkage_list_pairs(linkage) && linkage_cluster_pairs(linkage)
             ? LINKAGE_OK
             : LINKAGE_MEMORY;
}

void linkage_free(struct linkage *linkage) {
  if (linkage == NULL) {
    return;
  }
  linkage_plan_clear(&linkage->plan);
  linkage_counter_clear(&linkage->counter);
  for (size_t i = 0; i < linkage->languages_count; i++) {
    free(linkage->languages[i]);
  }
  free(linkage->languages);
  free(linkage->language_counts);
  free(linkage->records);
  free(linkage->codes);
  free(linkage->words);
  free(linkage->sketches);
  free(linkage->shares);
  free(linkage->network_crowds);
  free(linkage->both_crowds);
  free(linkage->minutes);
  free(linkage->minutes_by_network);
  free(linkage->candidates);
  free(linkage->pairs);
  free(linkage->members);
  free(linkage->clusters);
  free(linkage->cluster_of);
  free(linkage);
}

size_t linkage_pairs_count(const struct linkage *linkage) {
  return linkage->pairs_count;
}

const struct linkage_pair *linkage_pair(const struct linkage *linkage, size_t index) {
  return &linkage->pairs[index];
}

struct linkage_prior linkage_prior(const struct linkage *linkage) {
  return linkage->prior;
}

struct linkage_work linkage_work(const struct linkage *linkage) {
  return linkage->work;
}

size_t linkage_clusters_count(const struct linkage *linkage) {
  return linkage->clusters_count;
}

const uint32_t *linkage_cluster(const struct linkage *linkage, size_t index, size_t *count) {
  *count = linkage->clusters[index + 1] - linkage->clusters[index];
  return linkage->members + linkage->clusters[index];
}

struct linkage_prior linkage_prior_of(const struct linkage *linkage,
                                      const struct linkage_sum *sum) {
  return sum->crowd ? linkage->assumed : linkage->prior;
}

double linkage_probability(const struct linkage *linkage, const struct linkage_sum *sum) {
  if (sum->veto) {
    return 0;
  }
  struct linkage_prior prior = linkage_prior_of(linkage, sum);
  double same = prior.same * exp2(sum->bits);
  double household = prior.household * exp2(sum->bits_household);
  return same / (same + household + 1 - prior.same - prior.household);
}

struct linkage_pair linkage_judge(const struct linkage *linkage, uint32_t a, uint32_t b) {
  struct linkage_sum sum = {.parts = NULL};
  uint32_t first = a < b ? a : b, second = a < b ? b : a;
  linkage_weigh(linkage, first, second, &sum);
  double answers = (double)linkage->count;
  struct linkage_pair pair = {.a = first,
                              .b = second,
                              .weight_bits = sum.bits,
                              .probability = linkage_probability(linkage, &sum),
                              .certain_words_only = linkage->count < LINKAGE_WORDS_ONLY_BELOW};
  /* P(W >= w | strangers) <= 2^-w, whatever the weights (Markov's inequality). */
  pair.chance = answers * (answers - 1) / 2 * exp2(sum.bits > 0 ? -sum.bits : 0);
  pair.flagged = linkage->cluster_of != NULL && linkage->cluster_of[first] != 0 &&
                 linkage->cluster_of[first] == linkage->cluster_of[second];
  return pair;
}

size_t linkage_parts(const struct linkage *linkage, uint32_t a, uint32_t b,
                     struct linkage_part *parts, size_t most) {
  struct linkage_sum sum = {.parts = parts, .most = most};
  linkage_weigh(linkage, a < b ? a : b, a < b ? b : a, &sum);
  return sum.count;
}
