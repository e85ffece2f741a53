/* linkage: which answers of one round and municipality may be one person's.
 *
 * Probabilistic record linkage after Fellegi & Sunter (1969, JASA 64, 1183-1210,
 * doi 10.1080/01621459.1969.10501049), with three kinds of pairs instead of two:
 * the same person again, two people of one household, and strangers. How often
 * strangers agree on a value is counted in the answers themselves, without the
 * pair (term frequencies, as in Splink); how often a person agrees with
 * themselves is a documented prior. The method, its limits and an example to
 * check by hand: docs/duplicates.md.
 *
 * What is compared follows from the definition ("compare"). An answer that is
 * flagged is for people to look at: nothing here removes one.
 *
 * Pure and deterministic: the same answers in the same order give the same
 * bytes, on every run. One linkage belongs to one thread. */
#ifndef HJEMSVAR_SURVEY_LINKAGE_H
#define HJEMSVAR_SURVEY_LINKAGE_H

#include "survey/answer.h"

/* From this many answers on, a probability is shown to people; below, the
 * frequencies rest on too few and reasons are shown alone. */
enum { LINKAGE_WORDS_ONLY_BELOW = 30 };

struct linkage;

enum linkage_result { LINKAGE_OK, LINKAGE_MEMORY };

/* What is known beside the answers. */
struct linkage_evidence {
  const char *language; /* borrowed during the call; NULL: not known */
  int network, device;  /* 16-bit tags (trace.h); -1: none */
  int64_t minute;       /* of arrival, minutes since 1970; -1 (or from 2^39 on): not known */
};

struct linkage_options {
  double threshold;     /* pairs of at least this probability are joined and flagged, 0-1;
                           where no tag can be compared, or two that so many
                           share that they say little, of a quarter of the doubt */
  double repeats;       /* pairs of one person to expect per answer, above 0 */
  double couples;       /* pairs of one household to expect per answer, above 0 */
  bool estimate;        /* expect fewer repeats where the answers show fewer */
  size_t all_pairs_max; /* up to this many answers every pair is compared; above,
                           those that share something rare enough */
  size_t block_max;     /* at least 2: more answers than this that share one thing are
                           compared only where they share more */
};

/* The defaults, which docs/duplicates.md documents. */
struct linkage_options linkage_defaults(void);

/* An empty linkage; the questionnaire is borrowed for its life. NULL when memory
 * is out. */
must_check struct linkage *linkage_new(const struct questionnaire *questionnaire);

/* Adds a pruned answer (answer_prune), before linkage_run. It gets the next index, from 0. What is
 * compared is copied, nothing is borrowed; of texts only hashes are kept. False
 * when memory is out or there are more than LINKAGE_ANSWERS_MAX. */
enum { LINKAGE_ANSWERS_MAX = 4000000 };
must_check bool linkage_add(struct linkage *linkage, const struct answer *answer,
                            const struct linkage_evidence *evidence);

/* Compares, judges and clusters. Once only; options NULL: the defaults.
 * LINKAGE_MEMORY: memory is out, nothing but linkage_free may follow. */
must_check enum linkage_result linkage_run(struct linkage *linkage,
                                           const struct linkage_options *options);

/* Frees it. NULL is allowed. */
void linkage_free(struct linkage *linkage);

/* Two answers, a below b. */
struct linkage_pair {
  uint32_t a, b;
  double weight_bits;      /* log2 of how much more often one person gives such two answers than two
                              strangers do */
  double probability;      /* that they are one person's, against a household's two and strangers */
  double chance;           /* at most this many pairs of strangers as alike are to be expected among
                              all pairs of the municipality */
  bool flagged;            /* at the threshold or above, and in one cluster */
  bool certain_words_only; /* fewer than LINKAGE_WORDS_ONLY_BELOW answers: show reasons,
                              neither probability nor chance */
};

/* All pairs above probability 0.01, the most probable first, then by index. A
 * pair that cannot be one person (a mother and a father) is never among them. */
size_t linkage_pairs_count(const struct linkage *linkage);
const struct linkage_pair *linkage_pair(const struct linkage *linkage, size_t index);

/* What was compared, and how far it agreed. */
enum linkage_comparison {
  LINKAGE_RESPONDENT, /* who in the family answers */
  LINKAGE_HOUSEHOLD,  /* a fact of the household that is asked once */
  LINKAGE_CHILDREN,   /* such a fact asked for each child, without regard to order */
  LINKAGE_MOOD,       /* how positive the opinions are, taken together */
  LINKAGE_OPINION,    /* one opinion, given the mood */
  LINKAGE_ORDER,      /* the children had to be put in another order */
  LINKAGE_TOGETHER,   /* facts, or all that was answered, agree whole, and the whole is more
                         common than its parts make believe: strangers is how many times */
  LINKAGE_WORDS,      /* a free text */
  LINKAGE_LANGUAGE,
  LINKAGE_TAGS, /* network and device, together */
  LINKAGE_GAP,  /* minutes between the two */
  LINKAGE_CAP   /* what is taken off, so that tags alone never reach the threshold */
};
enum linkage_level {
  LINKAGE_UNKNOWN, /* one of the two says nothing: 0 bits */
  LINKAGE_SAME,
  LINKAGE_NEAR,      /* one step on a scale; a text in other words */
  LINKAGE_DIFFERENT, /* neither; tags: neither of them */
  LINKAGE_VETO,      /* two different people by their own words */
  LINKAGE_NETWORK,   /* tags: the network alone */
  LINKAGE_DEVICE,    /* tags: the device alone */
  LINKAGE_MINUTES,   /* gap: at most 10 minutes */
  LINKAGE_HOURS,     /* … 3 hours */
  LINKAGE_DAY,       /* … 24 hours */
  LINKAGE_WEEK,      /* … 7 days */
  LINKAGE_WEEKS,     /* … 56 days */
  LINKAGE_LONGER
};

/* One comparison: two answers agree so with probability `same` if they are one
 * person's, `household` if they are two people's of one household, `strangers`
 * if they have nothing to do with each other. bits = log2(same / strangers),
 * bits_household = log2(household / strangers). */
struct linkage_part {
  enum linkage_comparison comparison;
  enum linkage_level level;
  int question; /* index in the questionnaire, or -1 */
  int child;    /* of the first answer, from 1; 0: none */
  double same, household, strangers;
  double bits, bits_household;
};

/* Writes at most `most` comparisons of two answers (a, b below the number of
 * answers, different) and returns how many there are. After linkage_run; any
 * two answers, also a pair that is not listed. The weight of a pair is the sum
 * of its bits; its probability is
 *   s 2^S / (s 2^S + h 2^H + 1 - s - h)
 * with S and H the sums of both kinds of bits and s, h of linkage_prior; where one of the
 * two is one of very many of one parent, s as it was before anything was learnt. */
size_t linkage_parts(const struct linkage *linkage, uint32_t a, uint32_t b,
                     struct linkage_part *parts, size_t most);

/* The probability of two answers drawn at random being one person's, or two
 * people's of one household, with what was learnt. */
struct linkage_prior {
  double same, household;
};
struct linkage_prior linkage_prior(const struct linkage *linkage);

/* Judges any two answers as linkage_run did. A vetoed pair has probability 0. */
struct linkage_pair linkage_judge(const struct linkage *linkage, uint32_t a, uint32_t b);

/* Why two answers look alike, or do not, in words that templates make. Of very many
 * answers that are one parent's by what they say, from one network and device, "others"
 * counts three, but for those from the network. */
enum linkage_reason_kind {
  LINKAGE_REASON_NETWORK,        /* the same network; number: other answers from it */
  LINKAGE_REASON_DEVICE,         /* the same kind of device; number: other answers from it */
  LINKAGE_REASON_SHARED,         /* against: network and device are shared by number others */
  LINKAGE_REASON_GAP,            /* number: minutes apart */
  LINKAGE_REASON_RESPONDENT,     /* the same person of the family; question */
  LINKAGE_REASON_CHILDREN,       /* the same household and children; number: other answers with
                                    the same */
  LINKAGE_REASON_OPINIONS,       /* number of `of` opinions are the same */
  LINKAGE_REASON_IDENTICAL,      /* instead: all that was answered in codes is the same, and number
                                    others answered just that */
  LINKAGE_REASON_WORDS,          /* the same text, number others wrote it; question */
  LINKAGE_REASON_WORDS_NEAR,     /* nearly the same text; question */
  LINKAGE_REASON_LANGUAGE,       /* the same language; number: other answers in it */
  LINKAGE_REASON_NO_TAGS,        /* against: nothing is known of network or device */
  LINKAGE_REASON_OTHER_DEVICE,   /* against: the same network, another device */
  LINKAGE_REASON_OTHER_CHILDREN, /* against: household or children differ */
  LINKAGE_REASON_HOUSEHOLD       /* against: two of one household is likely too; number: percent */
};
struct linkage_reason {
  enum linkage_reason_kind kind;
  int question; /* index, or -1 */
  int64_t number;
  int64_t of;
};

/* Writes at most `most` reasons, the strongest first and what speaks against it
 * last; returns how many there are (LINKAGE_REASONS_MAX at most). */
enum { LINKAGE_REASONS_MAX = 32 };
size_t linkage_reasons(const struct linkage *linkage, const struct linkage_pair *pair,
                       struct linkage_reason *reasons, size_t most);

/* The clusters of flagged pairs: at least two answers each, indices ascending,
 * clusters by their first. No two answers of a cluster are vetoed, and a cluster
 * grows only while its answers are on average more likely one person's than
 * not. The indices live as long as the linkage. */
size_t linkage_clusters_count(const struct linkage *linkage);
const uint32_t *linkage_cluster(const struct linkage *linkage, size_t index, size_t *count);

/* What the run did, for benchmarks and for saying what was not looked at. */
struct linkage_work {
  size_t answers;
  size_t compared;    /* pairs, some of them more than once */
  size_t blocks_left; /* groups too large even where they share more: each answer of them was
                         compared with a few of the others only */
};
struct linkage_work linkage_work(const struct linkage *linkage);

#endif
