#include "survey/linkage_inside.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* A text is read to here at most: 4,000 characters are a long comment, and two
 * that agree so far are the same. */
enum { ROWS = 2, POINTS_MAX = 4096, NEAR_ALL_MAX = 1500, BAND_BLOCK_MAX = 40 };

static uint64_t mix(uint64_t value) {
  /* Finaliser of SplitMix64 (Steele, Lea & Flood 2014). */
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31);
}

uint64_t linkage_key(enum linkage_key what, uint64_t a, uint64_t b, uint64_t c) {
  uint64_t key = mix((uint64_t)what + 0x9E3779B97F4A7C15U);
  key = mix(key ^ a);
  key = mix(key + b);
  key = mix(key ^ (c + 0x632BE59BD9B4E019U));
  return key == 0 ? 1 : key;
}

static bool is_kept(utf8proc_int32_t point) {
  utf8proc_category_t category = utf8proc_category(point);
  return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO) ||
         category == UTF8PROC_CATEGORY_SO;
}

/* Letters, digits and pictures, case folded, words one blank apart. */
static size_t fold(const char *text, utf8proc_int32_t points[POINTS_MAX]) {
  const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
  size_t count = 0;
  while (*at != '\0' && count < POINTS_MAX) {
    utf8proc_int32_t point;
    utf8proc_ssize_t size = utf8proc_iterate(at, -1, &point);
    if (size <= 0) {
      break;
    }
    at += size;
    if (is_kept(point)) {
      points[count++] = utf8proc_tolower(point);
    } else if (count > 0 && points[count - 1] != ' ') {
      points[count++] = ' ';
    }
  }
  return count > 0 && points[count - 1] == ' ' ? count - 1 : count;
}

static int compare_hashes(const void *a, const void *b) {
  uint32_t left = *(const uint32_t *)a;
  uint32_t right = *(const uint32_t *)b;
  return (left > right) - (left < right);
}

/* Trigrams with a blank at both ends, hashed, ascending, each once. */
static size_t trigrams(const utf8proc_int32_t *points, size_t count, uint32_t out[POINTS_MAX + 2]) {
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    uint64_t before = i == 0 ? ' ' : (uint64_t)points[i - 1];
    uint64_t after = i + 1 == count ? ' ' : (uint64_t)points[i + 1];
    out[found++] = (uint32_t)mix((before << 42) ^ ((uint64_t)points[i] << 21) ^ after);
  }
  qsort(out, found, sizeof *out, compare_hashes);
  size_t kept = 0;
  for (size_t i = 0; i < found; i++) {
    if (kept == 0 || out[kept - 1] != out[i]) {
      out[kept++] = out[i];
    }
  }
  return kept;
}

static bool keep_sketch(struct linkage *linkage, const uint32_t *hashes, size_t count,
                        struct linkage_words *words) {
  count = count < LINKAGE_SKETCH ? count : LINKAGE_SKETCH;
  if (linkage->sketches_count + count > linkage->sketches_capacity) {
    size_t capacity = (linkage->sketches_capacity + count) * 2 + LINKAGE_SKETCH;
    uint32_t *grown = realloc(linkage->sketches, capacity * sizeof *grown);
    if (grown == NULL) {
      return false;
    }
    linkage->sketches = grown;
    linkage->sketches_capacity = capacity;
  }
  words->sketch = (uint32_t)linkage->sketches_count;
  words->sketch_size = (uint16_t)count;
  memcpy(linkage->sketches + linkage->sketches_count, hashes, count * sizeof *hashes);
  linkage->sketches_count += count;
  return true;
}

bool linkage_words_add(struct linkage *linkage, const char *text, struct linkage_words *words) {
  *words = (struct linkage_words){.hash = 0};
  if (text == NULL) {
    return true;
  }
  utf8proc_int32_t points[POINTS_MAX];
  uint32_t hashes[POINTS_MAX + 2];
  size_t count = fold(text, points);
  if (count == 0) {
    return true;
  }
  uint64_t hash = count;
  for (size_t i = 0; i < count; i++) {
    hash = mix(hash + (uint64_t)points[i]);
  }
  words->hash = hash == 0 ? 1 : hash;
  words->length = (uint16_t)count;
  return keep_sketch(linkage, hashes, trigrams(points, count, hashes), words);
}

double linkage_words_alike(const struct linkage *linkage, const struct linkage_words *a,
                           const struct linkage_words *b) {
  const uint32_t *left = linkage->sketches + a->sketch;
  const uint32_t *right = linkage->sketches + b->sketch;
  size_t i = 0, j = 0, both = 0, all = 0;
  while (all < LINKAGE_SKETCH && (i < a->sketch_size || j < b->sketch_size)) {
    bool take_left = j == b->sketch_size || (i < a->sketch_size && left[i] <= right[j]);
    bool take_right = i == a->sketch_size || (j < b->sketch_size && right[j] <= left[i]);
    both += take_left && take_right;
    i += take_left;
    j += take_right;
    all++;
  }
  return all == 0 ? 0 : (double)both / (double)all;
}

/* ---- how many are near each */

struct text_at {
  uint64_t key;
  uint32_t answer;
};

static int compare_texts(const void *a, const void *b) {
  const struct text_at *left = a;
  const struct text_at *right = b;
  if (left->key != right->key) {
    return left->key < right->key ? -1 : 1;
  }
  return (left->answer > right->answer) - (left->answer < right->answer);
}

static struct linkage_words *words_of(struct linkage *linkage, uint32_t answer, size_t slot) {
  return &linkage->words[(size_t)answer * linkage->plan.words_count + slot];
}

static bool is_near(const struct linkage *linkage, const struct linkage_words *a,
                    const struct linkage_words *b) {
  return a->hash == b->hash || linkage_words_alike(linkage, a, b) >= linkage_constants.near_jaccard;
}

static void count_block(struct linkage *linkage, size_t slot, const struct text_at *texts,
                        size_t count) {
  for (size_t i = 0; i < count; i++) {
    for (size_t j = i + 1; j < count; j++) {
      struct linkage_words *a = words_of(linkage, texts[i].answer, slot);
      struct linkage_words *b = words_of(linkage, texts[j].answer, slot);
      if (is_near(linkage, a, b)) {
        a->near++;
        b->near++;
      }
    }
  }
}

/* Two of the smallest hashes, each under a permutation of its own. */
uint64_t linkage_words_band(const struct linkage *linkage, const struct linkage_words *words,
                            int number) {
  uint64_t key = (uint64_t)number;
  for (int row = 0; row < ROWS; row++) {
    uint64_t salt = mix((uint64_t)number * ROWS + (uint64_t)row + 1);
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i < words->sketch_size; i++) {
      uint64_t hash = mix(linkage->sketches[words->sketch + i] ^ salt);
      least = hash < least ? hash : least;
    }
    key = mix(key + least);
  }
  return key;
}

/* A large block says that many are near: its size, without looking at each. */
static void count_band(struct linkage *linkage, size_t slot, const struct text_at *texts,
                       size_t count) {
  size_t from = 0;
  for (size_t to = 1; to <= count; to++) {
    if (to < count && texts[to].key == texts[from].key) {
      continue;
    }
    for (size_t i = from; i < to; i++) {
      struct linkage_words *words = words_of(linkage, texts[i].answer, slot);
      uint32_t near = 0;
      if (to - from > BAND_BLOCK_MAX) {
        near = (uint32_t)(to - from - 1);
      } else {
        for (size_t j = from; j < to; j++) {
          near += j != i && is_near(linkage, words, words_of(linkage, texts[j].answer, slot));
        }
      }
      words->near = near > words->near ? near : words->near;
    }
    from = to;
  }
}

static bool count_slot(struct linkage *linkage, size_t slot) {
  struct text_at *texts = calloc(linkage->count + 1, sizeof *texts);
  size_t count = 0;
  if (texts == NULL) {
    return false;
  }
  for (uint32_t i = 0; i < linkage->count; i++) {
    if (words_of(linkage, i, slot)->hash != 0) {
      texts[count++].answer = i;
    }
  }
  linkage->words_given[slot] = (uint32_t)count;
  if (count <= NEAR_ALL_MAX) {
    count_block(linkage, slot, texts, count);
  } else {
    for (int number = 0; number < LINKAGE_BANDS; number++) {
      for (size_t i = 0; i < count; i++) {
        texts[i].key =
            linkage_words_band(linkage, words_of(linkage, texts[i].answer, slot), number);
      }
      qsort(texts, count, sizeof *texts, compare_texts);
      count_band(linkage, slot, texts, count);
    }
  }
  free(texts);
  return true;
}

bool linkage_words_count(struct linkage *linkage) {
  for (size_t slot = 0; slot < linkage->plan.words_count; slot++) {
    if (!count_slot(linkage, slot)) {
      return false;
    }
  }
  return true;
}
