#include "survey/intern.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 64 };

void intern_init(struct intern *intern, size_t size) {
  *intern = (struct intern){.size = size};
}

void intern_clear(struct intern *intern) {
  free(intern->keys);
  free(intern->slots);
  intern_init(intern, intern->size);
}

void intern_reset(struct intern *intern) {
  intern->count = 0;
  if (intern->slots != NULL) {
    memset(intern->slots, 0, intern->slots_count * sizeof *intern->slots);
  }
}

/* FNV-1a (Fowler, Noll & Vo). Keys are compared whole, so a collision costs time only. */
static size_t hash(const unsigned char *key, size_t size) {
  uint64_t value = 14695981039346656037U;
  for (size_t i = 0; i < size; i++) {
    value = (value ^ key[i]) * 1099511628211U;
  }
  return (size_t)(value ^ (value >> 32));
}

static uint32_t *slot_of(const struct intern *intern, const unsigned char *key) {
  size_t at = hash(key, intern->size) & (intern->slots_count - 1);
  while (intern->slots[at] != 0 &&
         memcmp(&intern->keys[(intern->slots[at] - 1) * intern->size], key, intern->size) != 0) {
    at = (at + 1) & (intern->slots_count - 1);
  }
  return &intern->slots[at];
}

static bool grow(struct intern *intern) {
  size_t slots = intern->slots_count == 0 ? SLOTS_FIRST : 2 * intern->slots_count;
  unsigned char *keys = realloc(intern->keys, slots / 2 * intern->size);
  if (keys == NULL) {
    return false;
  }
  intern->keys = keys;
  uint32_t *fresh = calloc(slots, sizeof *fresh);
  if (fresh == NULL) {
    return false;
  }
  free(intern->slots);
  intern->slots = fresh;
  intern->slots_count = slots;
  intern->room = slots / 2;
  for (size_t i = 0; i < intern->count; i++) {
    *slot_of(intern, &intern->keys[i * intern->size]) = (uint32_t)i + 1;
  }
  return true;
}

int64_t intern_add(struct intern *intern, const void *key) {
  if (intern->count == intern->room && !grow(intern)) {
    return INTERN_FAILED;
  }
  uint32_t *slot = slot_of(intern, key);
  if (*slot == 0) {
    memcpy(&intern->keys[intern->count * intern->size], key, intern->size);
    *slot = (uint32_t)++intern->count;
  }
  return (int64_t)*slot - 1;
}
