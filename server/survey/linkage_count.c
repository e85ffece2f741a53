#include "survey/linkage_inside.h"

#include <stdlib.h>
#include <string.h>

/* ---- counter: open addressing, at most two thirds full */

static size_t place(const struct linkage_counter *counter, uint64_t key) {
  size_t at = (size_t)key & (counter->capacity - 1);
  while (counter->keys[at] != 0 && counter->keys[at] != key) {
    at = (at + 1) & (counter->capacity - 1);
  }
  return at;
}

static bool grow(struct linkage_counter *counter) {
  size_t capacity = counter->capacity == 0 ? 1024 : counter->capacity * 2;
  struct linkage_counter grown = {.keys = calloc(capacity, sizeof *grown.keys),
                                  .counts = calloc(capacity, sizeof *grown.counts),
                                  .capacity = capacity,
                                  .used = counter->used};
  if (grown.keys == NULL || grown.counts == NULL) {
    linkage_counter_clear(&grown);
    return false;
  }
  for (size_t i = 0; i < counter->capacity; i++) {
    if (counter->keys[i] != 0) {
      size_t at = place(&grown, counter->keys[i]);
      grown.keys[at] = counter->keys[i];
      grown.counts[at] = counter->counts[i];
    }
  }
  linkage_counter_clear(counter);
  *counter = grown;
  return true;
}

bool linkage_counter_add(struct linkage_counter *counter, uint64_t key) {
  if (3 * (counter->used + 1) > 2 * counter->capacity && !grow(counter)) {
    return false;
  }
  size_t at = place(counter, key);
  counter->used += counter->keys[at] == 0;
  counter->keys[at] = key;
  counter->counts[at]++;
  return true;
}

uint32_t linkage_counter_find(const struct linkage_counter *counter, uint64_t key) {
  return counter->capacity == 0 ? 0 : counter->counts[place(counter, key)];
}

void linkage_counter_clear(struct linkage_counter *counter) {
  free(counter->keys);
  free(counter->counts);
  *counter = (struct linkage_counter){.keys = NULL};
}

/* ---- patterns */

uint64_t linkage_multiset(const unsigned char *codes, size_t count) {
  unsigned char sorted[QUESTIONNAIRE_CHILDREN_MAX];
  for (size_t i = 0; i < count; i++) {
    size_t to = i;
    if (codes[i] == 0) {
      return 0;
    }
    for (; to > 0 && sorted[to - 1] > codes[i]; to--) {
      sorted[to] = sorted[to - 1];
    }
    sorted[to] = codes[i];
  }
  uint64_t hash = count + 1;
  for (size_t i = 0; i < count; i++) {
    hash = linkage_key(LINKAGE_KEY_BROOD, hash, sorted[i], i);
  }
  return hash;
}

static uint64_t household_pattern(const struct linkage *linkage, uint32_t index) {
  const unsigned char *codes = linkage_codes(linkage, index);
  uint64_t hash = 1;
  for (size_t i = 0; i < linkage->plan.slots_count; i++) {
    const struct linkage_slot *slot = &linkage->plan.slots[i];
    if (slot->compare != COMPARE_HOUSEHOLD) {
      continue;
    }
    size_t count = slot->brood < 0 ? 1 : linkage_children(linkage, codes, (size_t)slot->brood);
    hash = linkage_key(LINKAGE_KEY_PATTERN, hash, i, linkage_multiset(codes + slot->from, count));
  }
  return hash;
}

static bool is_of_child(const struct linkage_slot *slot, size_t brood) {
  return slot->brood == (int)brood && slot->compare != COMPARE_NONE;
}

/* Without regard to the order of the children: the sum of their hashes. */
static uint64_t brood_hash(const struct linkage *linkage, const unsigned char *codes, size_t brood,
                           size_t left_out) {
  size_t children = linkage_children(linkage, codes, brood);
  uint64_t sum = 0;
  for (size_t child = 0; child < children; child++) {
    uint64_t hash = 1;
    for (size_t i = 0; i < linkage->plan.slots_count; i++) {
      const struct linkage_slot *slot = &linkage->plan.slots[i];
      if (i != left_out && is_of_child(slot, brood)) {
        hash = linkage_key(LINKAGE_KEY_PROFILE, hash, i, codes[slot->from + child]);
      }
    }
    sum += hash;
  }
  return sum;
}

uint64_t linkage_profile(const struct linkage *linkage, const unsigned char *codes,
                         size_t left_out) {
  uint64_t hash = linkage_key(LINKAGE_KEY_LEFT_OUT, left_out, 0, 0);
  for (size_t i = 0; i < linkage->plan.slots_count; i++) {
    const struct linkage_slot *slot = &linkage->plan.slots[i];
    if (i != left_out && slot->brood < 0 && slot->compare != COMPARE_NONE) {
      hash = linkage_key(LINKAGE_KEY_PROFILE, hash, i, codes[slot->from]);
    }
  }
  for (size_t i = 0; i < linkage->plan.broods_count; i++) {
    hash = linkage_key(LINKAGE_KEY_BROOD, hash, i, brood_hash(linkage, codes, i, left_out));
  }
  return hash;
}

/* ---- mood */

/* The most an average may be away from the most positive end, in the classes
 * after the one where all are there. */
static const double mood_limits[] = {0.125, 0.25, 0.5};

static unsigned char mood(const struct linkage *linkage, const unsigned char *codes) {
  double sum = 0;
  int count = 0;
  for (size_t i = 0; i < linkage->plan.slots_count; i++) {
    const struct linkage_slot *slot = &linkage->plan.slots[i];
    for (size_t j = 0; slot->compare == COMPARE_OPINION && j < slot->repetitions; j++) {
      int rank = slot->rank[codes[slot->from + j]];
      if (rank >= 0 && slot->ranks > 1) {
        sum += (double)rank / (slot->ranks - 1);
        count++;
      }
    }
  }
  if (count == 0) {
    return LINKAGE_MOOD_NONE;
  }
  if (sum <= 0) {
    return 0;
  }
  unsigned char class = 1;
  while (class < LINKAGE_MOODS - 1 && sum / count > mood_limits[class - 1]) {
    class ++;
  }
  return class;
}

/* ---- all of it */

static void count_code(struct linkage_shares *shares, unsigned char mood_class,
                       unsigned char code) {
  if (code != 0) {
    shares->count[mood_class][code]++;
    shares->given[mood_class]++;
    shares->all[code]++;
    shares->all_given++;
  }
}

/* Whether siblings are judged alike: each against the first. */
static void count_siblings(struct linkage *linkage, const struct linkage_slot *slot,
                           const unsigned char *codes) {
  size_t children = slot->brood < 0 ? 1 : linkage_children(linkage, codes, (size_t)slot->brood);
  const unsigned char *at = codes + slot->from;
  for (size_t i = 1; i < children && at[0] != 0; i++) {
    linkage->siblings_pairs += at[i] != 0;
    linkage->siblings_alike += at[i] == at[0];
  }
}

static bool count_codes(struct linkage *linkage, uint32_t index) {
  const unsigned char *codes = linkage_codes(linkage, index);
  for (size_t i = 0; i < linkage->plan.slots_count; i++) {
    const struct linkage_slot *slot = &linkage->plan.slots[i];
    count_code(&linkage->shares[i], linkage->records[index].mood, codes[slot->from]);
    if (slot->compare == COMPARE_OPINION) {
      count_siblings(linkage, slot, codes);
    } else if (slot->compare == COMPARE_HOUSEHOLD && slot->brood >= 0) {
      size_t children = linkage_children(linkage, codes, (size_t)slot->brood);
      uint64_t hash = linkage_multiset(codes + slot->from, children);
      if (hash != 0 && (!linkage_counter_add(&linkage->counter,
                                             linkage_key(LINKAGE_KEY_BROOD, i, children, hash)) ||
                        !linkage_counter_add(&linkage->counter,
                                             linkage_key(LINKAGE_KEY_BROOD, i, children, 0)))) {
        return false;
      }
    }
  }
  return true;
}

static bool count_tags(struct linkage *linkage, const struct linkage_record *record) {
  struct linkage_counter *counter = &linkage->counter;
  uint64_t network = (uint64_t)record->network, device = (uint64_t)record->device;
  bool done = true;
  if (record->network >= 0) {
    linkage->with_network++;
    done = linkage_counter_add(counter, linkage_key(LINKAGE_KEY_NETWORK, network, 0, 0)) &&
           linkage_counter_add(
               counter, linkage_key(LINKAGE_KEY_NETWORK_PATTERN, network, 0, record->pattern));
  }
  if (record->device >= 0 && !record->uncounted) {
    linkage->with_device++;
    done = done && linkage_counter_add(counter, linkage_key(LINKAGE_KEY_DEVICE, device, 0, 0));
  }
  if (record->network >= 0 && record->device >= 0) {
    done = done &&
           linkage_counter_add(counter, linkage_key(LINKAGE_KEY_BOTH, network, device, 0)) &&
           linkage_counter_add(
               counter, linkage_key(LINKAGE_KEY_BOTH_PATTERN, network, device, record->pattern));
  }
  return done;
}

static bool count_words(struct linkage *linkage, uint32_t index) {
  for (size_t i = 0; i < linkage->plan.words_count; i++) {
    uint64_t hash = linkage->words[(size_t)index * linkage->plan.words_count + i].hash;
    if (hash != 0 &&
        !linkage_counter_add(&linkage->counter, linkage_key(LINKAGE_KEY_WORDS, i, hash, 0))) {
      return false;
    }
  }
  return true;
}

static int compare_numbers(const void *a, const void *b) {
  int64_t left = *(const int64_t *)a;
  int64_t right = *(const int64_t *)b;
  return (left > right) - (left < right);
}

static bool sort_minutes(struct linkage *linkage) {
  linkage->minutes = calloc(linkage->count + 1, sizeof *linkage->minutes);
  linkage->minutes_by_network = calloc(linkage->count + 1, sizeof *linkage->minutes_by_network);
  if (linkage->minutes == NULL || linkage->minutes_by_network == NULL) {
    return false;
  }
  size_t minutes = 0, both = 0;
  for (size_t i = 0; i < linkage->count; i++) {
    const struct linkage_record *record = &linkage->records[i];
    if (record->minute < 0) {
      continue;
    }
    if (!record->uncounted) {
      linkage->minutes[minutes++] = record->minute;
    }
    if (record->network >= 0) {
      linkage->minutes_by_network[both++] = ((int64_t)record->network << 40) | record->minute;
    }
  }
  linkage->with_minute = (uint32_t)minutes;
  linkage->with_both = both;
  qsort(linkage->minutes, minutes, sizeof *linkage->minutes, compare_numbers);
  qsort(linkage->minutes_by_network, both, sizeof *linkage->minutes_by_network, compare_numbers);
  return true;
}

static bool count_contents(struct linkage *linkage, uint32_t index) {
  const struct linkage_record *record = &linkage->records[index];
  linkage->counted++;
  linkage->moods[record->mood]++;
  if (record->language >= 0) {
    linkage->language_counts[record->language]++;
  }
  return count_codes(linkage, index) && count_words(linkage, index) &&
         linkage_counter_add(&linkage->counter,
                             linkage_key(LINKAGE_KEY_PATTERN, record->pattern, 0, 0)) &&
         linkage_counter_add(&linkage->counter,
                             linkage_key(LINKAGE_KEY_PROFILE, record->profile, 0, 0));
}

bool linkage_count(struct linkage *linkage) {
  linkage->shares = calloc(linkage->plan.slots_count + 1, sizeof *linkage->shares);
  linkage->language_counts = calloc(linkage->languages_count + 1, sizeof *linkage->language_counts);
  if (linkage->shares == NULL || linkage->language_counts == NULL) {
    return false;
  }
  for (uint32_t i = 0; i < linkage->count; i++) {
    struct linkage_record *record = &linkage->records[i];
    record->pattern = household_pattern(linkage, i);
    record->profile = linkage_profile(linkage, linkage_codes(linkage, i), SIZE_MAX);
    record->mood = mood(linkage, linkage_codes(linkage, i));
    if (!count_tags(linkage, record) || (!record->uncounted && !count_contents(linkage, i))) {
      return false;
    }
  }
  return sort_minutes(linkage) && linkage_words_count(linkage);
}
