#include "web/vouched.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1 /* uthash would end the program */
#include <uthash.h>

#include "base/arena.h"

enum { EMAIL_MOST = 254 };

struct entry {
  char email[EMAIL_MOST + 1]; /* in lower case */
  char token[TOKEN_CHARACTERS + 1];
  UT_hash_handle hh;
};

struct vouched {
  pthread_mutex_t mutex;
  struct arena *arena; /* of the entries */
  struct entry *entries;
};

struct vouched *vouched_new(void) {
  struct vouched *vouched = calloc(1, sizeof *vouched);
  struct arena *arena = arena_new(0);
  if (vouched == NULL || arena == NULL || pthread_mutex_init(&vouched->mutex, NULL) != 0) {
    arena_free(arena);
    free(vouched);
    return NULL;
  }
  vouched->arena = arena;
  return vouched;
}

void vouched_free(struct vouched *vouched) {
  if (vouched == NULL) {
    return;
  }
  HASH_CLEAR(hh, vouched->entries);
  arena_free(vouched->arena);
  pthread_mutex_destroy(&vouched->mutex);
  free(vouched);
}

/* False for what is too long to be an address. */
static bool lower(const char *email, char out[EMAIL_MOST + 1]) {
  size_t length = strnlen(email, EMAIL_MOST + 1);
  if (length > EMAIL_MOST) {
    return false;
  }
  for (size_t i = 0; i <= length; i++) {
    out[i] = (char)(email[i] >= 'A' && email[i] <= 'Z' ? email[i] - 'A' + 'a' : email[i]);
  }
  return true;
}

bool vouched_find(struct vouched *vouched, const char *email, char token[TOKEN_CHARACTERS + 1]) {
  char key[EMAIL_MOST + 1] = {0};
  struct entry *entry = NULL;
  if (!lower(email, key)) {
    return false;
  }
  pthread_mutex_lock(&vouched->mutex);
  HASH_FIND_STR(vouched->entries, key, entry);
  if (entry != NULL) {
    memcpy(token, entry->token, sizeof entry->token);
  }
  pthread_mutex_unlock(&vouched->mutex);
  return entry != NULL;
}

void vouched_keep(struct vouched *vouched, const char *email,
                  const char token[TOKEN_CHARACTERS + 1]) {
  char key[EMAIL_MOST + 1] = {0};
  struct entry *entry = NULL;
  if (!lower(email, key)) {
    return;
  }
  pthread_mutex_lock(&vouched->mutex);
  HASH_FIND_STR(vouched->entries, key, entry);
  if (entry == NULL) {
    entry = arena_alloc(vouched->arena, sizeof *entry);
    if (entry != NULL) {
      memcpy(entry->email, key, sizeof key);
      HASH_ADD_STR(vouched->entries, email, entry);
    }
  }
  if (entry != NULL) {
    memcpy(entry->token, token, sizeof entry->token);
  }
  pthread_mutex_unlock(&vouched->mutex);
}
