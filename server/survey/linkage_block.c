#include "survey/linkage_inside.h"

#include <stdlib.h>

/* Far below what is listed: those add to what is learnt of repeats. */
static const double candidate_least = 0.001;

enum { FOLLOWING = 8 };

/* ---- pairs */

struct entry {
  uint64_t key; /* 0: not in any block */
  uint32_t answer;
};

/* Answers that share one thing mostly share others: a pair is met twenty times and
 * weighed once, as long as it is remembered. Each place remembers the last of the
 * pairs that fall on it, 0 for none. */
struct blocking {
  struct linkage *linkage;
  struct entry *entries;
  size_t count;
  uint64_t *met;
  int met_bits;
};

enum { MET_PER_ANSWER = 32, MET_BITS_LEAST = 12, MET_BITS_MOST = 22 };

static bool was_met(struct blocking *blocking, uint32_t first, uint32_t second) {
  uint64_t pair = (uint64_t)first << 32 | second; /* never 0: second is above first */
  uint64_t *met =
      &blocking->met[linkage_key(LINKAGE_KEY_PAIR, pair, 0, 0) >> (64 - blocking->met_bits)];
  bool again = *met == pair;
  *met = pair;
  return again;
}

static bool keep_pair(struct linkage *linkage, uint32_t first, uint32_t second) {
  struct linkage_sum sum = {.parts = NULL};
  linkage_weigh(linkage, first, second, &sum);
  linkage->work.compared++;
  if (linkage_probability(linkage, &sum) < candidate_least) {
    return true;
  }
  if (linkage->candidates_count == linkage->candidates_capacity) {
    size_t capacity = linkage->candidates_capacity == 0 ? 256 : linkage->candidates_capacity * 2;
    struct linkage_candidate *grown = realloc(linkage->candidates, capacity * sizeof *grown);
    if (grown == NULL) {
      return false;
    }
    linkage->candidates = grown;
    linkage->candidates_capacity = capacity;
  }
  linkage->candidates[linkage->candidates_count++] = (struct linkage_candidate){
      .a = first, .b = second, .bits = sum.bits, .bits_household = sum.bits_household};
  return true;
}

/* ---- what answers share */

/* A key of an answer; `number` tells apart the keys of one kind. */
typedef uint64_t key_function(const struct linkage *linkage, uint32_t answer, size_t number);

static int by_key(const void *a, const void *b) {
  const struct entry *left = a;
  const struct entry *right = b;
  if (left->key != right->key) {
    return left->key < right->key ? -1 : 1;
  }
  return (left->answer > right->answer) - (left->answer < right->answer);
}

/* Each with at most `next` that follow. */
static bool compare_block(struct blocking *blocking, const struct entry *entries, size_t count,
                          size_t next) {
  for (size_t i = 0; i < count; i++) {
    for (size_t j = i + 1; j < count && j <= i + next; j++) {
      uint32_t first = entries[i].answer, second = entries[j].answer; /* in order within a key */
      if (!was_met(blocking, first, second) && !keep_pair(blocking->linkage, first, second)) {
        return false;
      }
    }
  }
  return true;
}

/* Compares within the groups that have the first key in common; a group that is
 * too large is split by the next one, and in the end compared one by one with the
 * few that follow: twenty or two hundred of one parent still hang together. */
static bool split(struct blocking *blocking, struct entry *entries, size_t count,
                  key_function *const *keys, size_t number) {
  for (size_t i = 0; i < count; i++) {
    entries[i].key = keys[0](blocking->linkage, entries[i].answer, number);
  }
  qsort(entries, count, sizeof *entries, by_key);
  size_t from = 0;
  for (size_t to = 1; to <= count; to++) {
    if (to < count && entries[to].key == entries[from].key) {
      continue;
    }
    size_t size = to - from;
    uint64_t key = entries[from].key;
    bool done = true;
    if (key != 0 && size <= blocking->linkage->options.block_max) {
      done = compare_block(blocking, entries + from, size, size);
    } else if (key != 0 && keys[1] != NULL) {
      done = split(blocking, entries + from, size, keys + 1, number);
    } else if (key != 0) {
      blocking->linkage->work.blocks_left++;
      done = compare_block(blocking, entries + from, size, FOLLOWING);
    }
    if (!done) {
      return false;
    }
    from = to;
  }
  return true;
}

static bool block(struct blocking *blocking, key_function *const *keys, size_t number) {
  for (uint32_t i = 0; i < blocking->count; i++) {
    blocking->entries[i].answer = i;
  }
  return split(blocking, blocking->entries, blocking->count, keys, number);
}

static uint64_t network_key(const struct linkage *linkage, uint32_t answer, size_t number) {
  (void)number;
  return (uint64_t)linkage->records[answer].network + 1;
}

static uint64_t device_key(const struct linkage *linkage, uint32_t answer, size_t number) {
  (void)number;
  return (uint64_t)linkage->records[answer].device + 1;
}

static uint64_t household_key(const struct linkage *linkage, uint32_t answer, size_t number) {
  (void)number;
  const struct linkage_record *record = &linkage->records[answer];
  return linkage_key(LINKAGE_KEY_PATTERN, record->pattern, (uint64_t)record->language + 1, 0);
}

/* The same household within three hours: in windows of six, each begun twice. */
static uint64_t time_key(const struct linkage *linkage, uint32_t answer, size_t number) {
  enum { WINDOW_MINUTES = 360 };
  const struct linkage_record *record = &linkage->records[answer];
  if (record->minute < 0) {
    return 0;
  }
  uint64_t window = ((uint64_t)record->minute + number * WINDOW_MINUTES / 2) / WINDOW_MINUTES;
  return linkage_key(LINKAGE_KEY_PATTERN, record->pattern, window + 1, number + 1);
}

static uint64_t words_key(const struct linkage *linkage, uint32_t answer, size_t number) {
  return linkage->words[(size_t)answer * linkage->plan.words_count + number].hash;
}

static uint64_t band_key(const struct linkage *linkage, uint32_t answer, size_t number) {
  size_t slot = number / LINKAGE_BANDS;
  const struct linkage_words *words =
      &linkage->words[(size_t)answer * linkage->plan.words_count + slot];
  return words->hash == 0 ? 0 : linkage_words_band(linkage, words, (int)(number % LINKAGE_BANDS));
}

static uint64_t left_out_key(const struct linkage *linkage, uint32_t answer, size_t left_out) {
  return linkage_profile(linkage, linkage_codes(linkage, answer), left_out);
}

static uint64_t profile_key(const struct linkage *linkage, uint32_t answer, size_t number) {
  (void)number;
  return linkage->records[answer].profile;
}

/* ---- all of it */

static bool compare_every_pair(struct linkage *linkage) {
  for (uint32_t a = 0; a < linkage->count; a++) {
    for (uint32_t b = a + 1; b < linkage->count; b++) {
      if (!keep_pair(linkage, a, b)) {
        return false;
      }
    }
  }
  return true;
}

static bool compare_words(struct blocking *blocking) {
  static key_function *const same[] = {words_key, household_key, profile_key, NULL};
  static key_function *const near[] = {band_key, household_key, NULL};
  for (size_t i = 0; i < blocking->linkage->plan.words_count; i++) {
    if (!block(blocking, same, i)) {
      return false;
    }
    for (size_t j = 0; j < LINKAGE_BANDS; j++) {
      if (!block(blocking, near, i * LINKAGE_BANDS + j)) {
        return false;
      }
    }
  }
  return true;
}

static bool compare_blocks(struct blocking *blocking) {
  static key_function *const networks[] = {network_key, device_key, profile_key, NULL};
  static key_function *const devices[] = {device_key, household_key, profile_key, NULL};
  static key_function *const profiles[] = {profile_key, device_key, NULL};
  static key_function *const left_out[] = {left_out_key, device_key, NULL};
  static key_function *const times[] = {time_key, profile_key, NULL};
  if (!block(blocking, networks, 0) || !block(blocking, devices, 0) ||
      !block(blocking, profiles, 0) || !block(blocking, times, 0) || !block(blocking, times, 1)) {
    return false;
  }
  for (size_t i = 0; i < blocking->linkage->plan.slots_count; i++) {
    bool compared = blocking->linkage->plan.slots[i].compare != COMPARE_NONE;
    if (compared && !block(blocking, left_out, i)) {
      return false;
    }
  }
  return compare_words(blocking);
}

bool linkage_compare_all(struct linkage *linkage) {
  if (linkage->count <= linkage->options.all_pairs_max) {
    return compare_every_pair(linkage);
  }
  struct blocking blocking = {
      .linkage = linkage, .count = linkage->count, .met_bits = MET_BITS_LEAST};
  while (blocking.met_bits < MET_BITS_MOST &&
         linkage->count * MET_PER_ANSWER >> blocking.met_bits > 0) {
    blocking.met_bits++;
  }
  blocking.entries = calloc(linkage->count, sizeof *blocking.entries);
  blocking.met = calloc((size_t)1 << blocking.met_bits, sizeof *blocking.met);
  bool done = blocking.entries != NULL && blocking.met != NULL && compare_blocks(&blocking);
  free(blocking.entries);
  free(blocking.met);
  return done;
}
