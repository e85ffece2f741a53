/* linkage_inside: what the files of linkage share. Private to survey/.
 *
 * linkage_plan: which values are compared. linkage_words: texts as hashes.
 * linkage_count: frequencies. linkage_weigh, linkage_opinion, linkage_traces: the
 * weights of a pair. linkage_block: which pairs to compare. linkage_cluster: who belongs
 * together. linkage_reason: why. */
#ifndef HJEMSVAR_SURVEY_LINKAGE_INSIDE_H
#define HJEMSVAR_SURVEY_LINKAGE_INSIDE_H

#include "survey/linkage.h"

enum {
  LINKAGE_PARTS_MAX = 640, /* a question each, each child, and a few more */
  LINKAGE_CODES = 101,     /* a code is 0-99; kept as code + 1, 0 for none */
  LINKAGE_MOODS = 5,       /* from all at the most positive end to negative */
  LINKAGE_MOOD_NONE = 5,   /* no opinion given */
  LINKAGE_WORDS_MAX = 4,   /* free texts compared */
  LINKAGE_SKETCH = 64,     /* trigrams kept of a text */
  LINKAGE_BANDS = 16,      /* keys of a text for finding near ones */
  LINKAGE_DISTANCES = 5    /* compared answers that differ: none, 1, 2, 3, more */
};

/* ---- linkage_prior: how often one person, or one household, agrees */

struct linkage_agreement {
  double same, household;
};

/* Documented in docs/duplicates.md, "What is assumed". */
struct linkage_constants {
  struct linkage_agreement respondent; /* the same code */
  struct linkage_agreement fact;       /* a fact of the household, the same; each child's */
  struct linkage_agreement opinion_same, opinion_near, opinion_far;
  double household_mood; /* share of couples that see it alike as a whole */
  double household_copy; /* … and then give the same code for that reason */
  struct linkage_agreement words_same, words_near, words_other;
  struct linkage_agreement language;
  struct linkage_agreement tags_both, tags_network, tags_device, tags_neither;
  struct linkage_agreement network, device; /* where the other tag is not known */
  struct linkage_agreement gap[6];          /* LINKAGE_MINUTES … LINKAGE_LONGER */
  double siblings;                          /* prior share of siblings judged alike … */
  double siblings_weight;                   /* … and as how many answers it counts */
  double mood_weight, value_weight, class_weight, fact_weight, language_weight;
  double own_weight; /* of the one of the pair who is known to have given the value */
  double network_weight, device_weight, within_network_weight, words_weight, gap_weight;
  double gap_crowding;                          /* so much nearer than evenly spread */
  double household_answers;                     /* so many others a home may send itself */
  double distance_own[LINKAGE_DISTANCES];       /* of a crowd on a tag: how many compared answers
                                                   differ where both are one parent's */
  double distance_elsewhere[LINKAGE_DISTANCES]; /* … and from others', before any is seen */
  double distance_weight;                       /* as how many answers that counts */
  double crowd_weight;                          /* foreign ones that count as seen in a crowd */
  double crowd_counted;                         /* of one's own there, so many are counted */
  double estimate_weight;   /* answers that what is assumed of repeats counts as */
  double capped_one;        /* one tag alone brings the probability to this at most */
  double capped_both;       /* both: to this share of the threshold's odds */
  double telling_bits;      /* both tags: with fewer, content speaks alone */
  double class_uniform;     /* share of answers that follow no mood */
  double words_near_unseen; /* of a near text that no other is near to */
  double words_bits;        /* most bits of a text */
  double near_jaccard;      /* texts that share so much are near */
};
extern const struct linkage_constants linkage_constants;

/* ---- linkage_plan */

/* One compared question. Its codes stand in a record's codes from `from`, child
 * by child. */
struct linkage_slot {
  int question;
  enum question_compare compare; /* COMPARE_NONE: a count that others repeat over */
  int brood;                     /* index, or -1: asked once */
  size_t from;
  size_t repetitions;
  int options;                       /* how many codes there are */
  short rank[LINKAGE_CODES];         /* of a kept code, 0 the most positive; -1: none */
  unsigned char code[LINKAGE_CODES]; /* of a rank */
  int ranks;
  double guess[LINKAGE_MOODS][LINKAGE_CODES]; /* share of a code in a mood before any is counted */
};

/* Children of one count question, and the slots that repeat over it. */
struct linkage_brood {
  int question;
  size_t count_slot;
};

struct linkage_plan {
  const struct questionnaire *questionnaire;
  struct linkage_slot *slots;
  size_t slots_count;
  struct linkage_brood broods[QUESTIONNAIRE_FIELDS_MAX / 2];
  size_t broods_count;
  size_t codes_count; /* bytes of codes in a record */
  int words[LINKAGE_WORDS_MAX];
  size_t words_count;
};

must_check bool linkage_plan_init(struct linkage_plan *plan,
                                  const struct questionnaire *questionnaire);
void linkage_plan_clear(struct linkage_plan *plan);

/* ---- records */

#define LINKAGE_MINUTES_MAX ((int64_t)1 << 39) /* later is not known: room for a tag above */

struct linkage_words {
  uint64_t hash;        /* of the normalised text; 0: empty */
  uint32_t sketch;      /* where its trigrams begin */
  uint16_t sketch_size; /* how many are kept, ascending */
  uint16_t length;      /* code points, at most 65,535 */
  uint32_t near;        /* other texts that are the same or near */
};

struct linkage_record {
  int64_t minute;
  uint64_t pattern; /* hash of the household's facts */
  uint64_t profile; /* hash of all that was answered in codes */
  int32_t network, device;
  int32_t language; /* -1: not known */
  unsigned char mood;
  bool uncounted; /* one of very many of one parent: not in the frequencies */
};

/* Counts 64-bit keys. */
struct linkage_counter {
  uint64_t *keys;
  uint32_t *counts;
  size_t capacity, used;
};
must_check bool linkage_counter_add(struct linkage_counter *counter, uint64_t key);
uint32_t linkage_counter_find(const struct linkage_counter *counter, uint64_t key);
void linkage_counter_clear(struct linkage_counter *counter);

/* A key of up to three values; `what` tells kinds of keys apart. */
enum linkage_key {
  LINKAGE_KEY_NETWORK = 1,
  LINKAGE_KEY_DEVICE,
  LINKAGE_KEY_BOTH,
  LINKAGE_KEY_NETWORK_PATTERN,
  LINKAGE_KEY_BOTH_PATTERN,
  LINKAGE_KEY_PATTERN,
  LINKAGE_KEY_BROOD,
  LINKAGE_KEY_PROFILE,
  LINKAGE_KEY_WORDS,
  LINKAGE_KEY_SHINGLE,
  LINKAGE_KEY_LEFT_OUT,
  LINKAGE_KEY_ORDER,
  LINKAGE_KEY_REFUSED,
  LINKAGE_KEY_PAIR
};
uint64_t linkage_key(enum linkage_key what, uint64_t a, uint64_t b, uint64_t c);

/* Frequencies of one slot; only of the first child where it repeats. */
struct linkage_shares {
  uint32_t count[LINKAGE_MOODS + 1][LINKAGE_CODES];
  uint32_t given[LINKAGE_MOODS + 1];
  uint32_t all[LINKAGE_CODES];
  uint32_t all_given;
};

/* A pair that may be listed. */
struct linkage_candidate {
  uint32_t a, b;
  double bits, bits_household;
};

/* Many answers on one network, or on one network and device, as one of them sees it:
 * the others that are foreign, and the probability of being so by distance. */
struct linkage_crowd {
  float foreign;
  float foreign_at[LINKAGE_DISTANCES];
  bool known; /* false: there are but few */
};

struct linkage {
  struct linkage_plan plan;
  size_t count, capacity;
  struct linkage_record *records;
  unsigned char *codes;        /* plan.codes_count each */
  struct linkage_words *words; /* plan.words_count each */
  uint32_t *sketches;
  size_t sketches_count, sketches_capacity;
  char **languages;
  size_t languages_count;

  /* after linkage_run */
  struct linkage_options options;
  struct linkage_prior assumed; /* before anything is learnt: the cap goes by it */
  struct linkage_prior prior;
  size_t counted;                                     /* answers that the frequencies are of */
  struct linkage_crowd *network_crowds, *both_crowds; /* parallel to records */
  struct linkage_counter counter;
  struct linkage_shares *shares; /* parallel to plan.slots */
  uint32_t moods[LINKAGE_MOODS + 1];
  uint32_t *language_counts;
  uint32_t siblings_alike, siblings_pairs;
  uint32_t words_given[LINKAGE_WORDS_MAX];
  uint32_t with_network, with_device, with_minute;
  size_t with_both;                     /* network and minute */
  int64_t *minutes_by_network;          /* sorted: network in the bits above 40, minute */
  int64_t *minutes;                     /* sorted, of those in the frequencies */
  struct linkage_candidate *candidates; /* while linkage_run runs */
  size_t candidates_count, candidates_capacity;
  struct linkage_pair *pairs;
  size_t pairs_count;
  uint32_t *members; /* of clusters, one after another */
  size_t *clusters;  /* where each begins; one more at the end */
  size_t clusters_count;
  uint32_t *cluster_of; /* by answer: cluster index + 1, 0: none */
  struct linkage_work work;
};

static inline const unsigned char *linkage_codes(const struct linkage *linkage, uint32_t index) {
  return linkage->codes + (size_t)index * linkage->plan.codes_count;
}

/* Children of a brood, from the count's own answer; 0 when it has none. */
static inline size_t linkage_children(const struct linkage *linkage, const unsigned char *codes,
                                      size_t brood) {
  unsigned char kept = codes[linkage->plan.slots[linkage->plan.broods[brood].count_slot].from];
  return kept == 0 ? 0 : (size_t)kept - 1;
}

/* ---- linkage_words */

/* Hash and sketch of a text as it is compared: case folded, without what is
 * neither letter nor digit. False when memory is out. */
must_check bool linkage_words_add(struct linkage *linkage, const char *text,
                                  struct linkage_words *words);

/* How much of their trigrams two texts share, 0-1 (Jaccard 1901), from the
 * smallest hashes of both (Broder 1997): exact up to LINKAGE_SKETCH trigrams. */
double linkage_words_alike(const struct linkage *linkage, const struct linkage_words *a,
                           const struct linkage_words *b);

/* The key of one band of a text: near texts have most likely one of
 * LINKAGE_BANDS in common (locality-sensitive hashing, Indyk & Motwani 1998). */
uint64_t linkage_words_band(const struct linkage *linkage, const struct linkage_words *words,
                            int number);

/* Counts for each text how many others are near it. */
must_check bool linkage_words_count(struct linkage *linkage);

/* ---- linkage_count */

must_check bool linkage_count(struct linkage *linkage);

/* The hash of all codes without regard to the order of the children, but for those
 * of the slot left_out (SIZE_MAX: none). */
uint64_t linkage_profile(const struct linkage *linkage, const unsigned char *codes,
                         size_t left_out);

/* The hash of the multiset of a slot's codes over a brood; 0 when one of the
 * children has none. */
uint64_t linkage_multiset(const unsigned char *codes, size_t count);

/* ---- linkage_crowd */

/* Looks at all tags of which more than a home's answers came: how many are foreign,
 * and which need not be counted again. Before linkage_count. */
must_check bool linkage_crowds(struct linkage *linkage);

/* Others on the pair's network (both: network and device) that are foreign by what
 * they say; INFINITY where too few are there to ask. */
double linkage_crowd_foreign(const struct linkage *linkage, bool both, uint32_t a, uint32_t b);

/* ---- linkage_weigh */

/* Adds up the comparisons of a pair, and writes them down when asked. */
struct linkage_sum {
  double bits, bits_household;
  double strangers_bits; /* log2 of the product of all strangers */
  bool veto;
  bool crowd;                 /* linkage_is_crowd */
  struct linkage_part *parts; /* NULL: only the sum */
  size_t most, count;
};
void linkage_sum_add(struct linkage_sum *sum, const struct linkage_part *part);

/* Two answers and what is the same for all their comparisons. */
struct linkage_weighing {
  const struct linkage *linkage;
  const unsigned char *a, *b; /* codes */
  unsigned char mood_a, mood_b;
  double counts_a, counts_b; /* 1: in the frequencies, and to be left out of them */
  struct linkage_sum *sum;
};

/* The code of a slot that excludes another person's (a mother's, a father's); 0 when it
 * holds none. Two answers with different ones are vetoed. */
unsigned char linkage_excluding(const struct linkage *linkage, size_t slot,
                                const unsigned char *codes);

/* linkage_opinion: mood, opinions, and which child is which. */
void linkage_guess_shares(struct linkage_slot *slot);
void linkage_weigh_opinions(struct linkage_weighing *weighing);

void linkage_weigh(const struct linkage *linkage, uint32_t a, uint32_t b, struct linkage_sum *sum);

/* The part of it that does not look at the answers: language, tags, gap. */
void linkage_weigh_traces(const struct linkage *linkage, uint32_t a, uint32_t b,
                          struct linkage_sum *sum);

/* What the tags of a pair weigh, the cap too. */
double linkage_tag_bits(const struct linkage *linkage, uint32_t a, uint32_t b);

/* What is expected of a pair before it is compared: as learnt, and of a crowd as assumed. */
struct linkage_prior linkage_prior_of(const struct linkage *linkage, const struct linkage_sum *sum);

/* The posterior of a sum. */
double linkage_probability(const struct linkage *linkage, const struct linkage_sum *sum);

/* Of a share counted without the pair, smoothed towards prior as if that had been
 * seen `weight` times. */
static inline double linkage_share(double seen, double of, double prior, double weight) {
  return ((seen < 0 ? 0 : seen) + prior * weight) / ((of < 0 ? 0 : of) + weight);
}

/* Others on the tag or tags that cannot be explained by the pair's own home. */
double linkage_others(const struct linkage *linkage, uint32_t a, uint32_t b, enum linkage_key what,
                      enum linkage_key with_pattern, uint64_t first, uint64_t second);

/* 1 for an answer that is in the frequencies, 0 for one that is not; and both of a
 * pair, to be left out of them. */
static inline double linkage_counts(const struct linkage *linkage, uint32_t index) {
  return linkage->records[index].uncounted ? 0 : 1;
}
static inline double linkage_pair_counts(const struct linkage *linkage, uint32_t a, uint32_t b) {
  return linkage_counts(linkage, a) + linkage_counts(linkage, b);
}

/* Whether one of the two is one of very many of one parent: such pairs say nothing of how
 * many repeats there are otherwise, and that says nothing of them. */
static inline bool linkage_is_crowd(const struct linkage *linkage, uint32_t a, uint32_t b) {
  return linkage->records[a].uncounted || linkage->records[b].uncounted;
}

/* The share of pairs that so many per answer are. */
double linkage_share_of_pairs(double per_answer, size_t answers);

/* ---- linkage_block, linkage_list, linkage_cluster */

/* Weighs the pairs that may be one person's, and keeps those as candidates. */
must_check bool linkage_compare_all(struct linkage *linkage);

/* Makes pairs of the candidates, after learning how many repeats there are. */
must_check bool linkage_list_pairs(struct linkage *linkage);

must_check bool linkage_cluster_pairs(struct linkage *linkage);

#endif
