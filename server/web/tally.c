#include "web/tally.h"

#include <stdlib.h>

#include "survey/trace.h"

enum { NETWORKS = 65536 };

/* As of a second. */
struct entry {
  uint32_t count;
  uint32_t at_s;
};

struct tally {
  unsigned char key[CRYPTO_KEY_BYTES];
  uint32_t forgive_s;
  struct entry entries[NETWORKS];
};

struct tally *tally_new(uint32_t forgive_s) {
  struct tally *tally = calloc(1, sizeof *tally);
  if (tally != NULL) {
    tally->forgive_s = forgive_s;
    crypto_random(tally->key, sizeof tally->key);
  }
  return tally;
}

void tally_free(struct tally *tally) {
  free(tally);
}

uint16_t tally_tag(const struct tally *tally, const char *address) {
  return trace_network_tag(tally->key, address != NULL ? address : "");
}

static struct entry *entry_at(struct tally *tally, uint16_t tag, uint32_t now_s) {
  struct entry *entry = &tally->entries[tag];
  uint32_t forgiven = (now_s - entry->at_s) / tally->forgive_s;
  if (forgiven > 0) {
    entry->count = entry->count > forgiven ? entry->count - forgiven : 0;
    entry->at_s += forgiven * tally->forgive_s;
  }
  return entry;
}

uint32_t tally_count(struct tally *tally, uint16_t tag, uint32_t now_s) {
  return entry_at(tally, tag, now_s)->count;
}

void tally_add(struct tally *tally, uint16_t tag, uint32_t now_s) {
  struct entry *entry = entry_at(tally, tag, now_s);
  if (entry->count == 0) {
    entry->at_s = now_s;
  }
  entry->count++;
}

void tally_take_back(struct tally *tally, uint16_t tag, uint32_t now_s) {
  struct entry *entry = entry_at(tally, tag, now_s);
  entry->count -= entry->count > 0;
}

int tally_wait_s(struct tally *tally, uint16_t tag, uint32_t now_s) {
  const struct entry *entry = entry_at(tally, tag, now_s);
  return (int)(tally->forgive_s - (now_s - entry->at_s));
}
