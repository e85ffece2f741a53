#include "survey/linkage_inside.h"

#include <stdlib.h>

/* Far below what is listed: those add to what is learnt of repeats. */
static const double candidate_least = 0.001;

enum { FOLLOWING = 8 };

/* ---- pairs */

static bool keep_pair(struct linkage *linkage, uint32_t a, uint32_t b) {
  struct linkage_sum sum = {.parts = NULL};
  uint32_t first = a < b ? a : b, second = a < b ? b : a;
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

struct entry {
  uint64_t key; /* 0: not in any block */
  uint32_t answer;
};

struct blocking {
  struct linkage *linkage;
  struct entry *entries;
  size_t count;
};

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
      if (!keep_pair(blocking->linkage, entries[i].answer, entries[j].answer)) {
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
  bool done = true;
  if (linkage->count <= linkage->options.all_pairs_max) {
    done = compare_every_pair(linkage);
  } else {
    struct blocking blocking = {.linkage = linkage, .count = linkage->count};
    blocking.entries = calloc(linkage->count, sizeof *blocking.entries);
    done = blocking.entries != NULL && compare_blocks(&blocking);
    free(blocking.entries);
  }
  return done;
}
