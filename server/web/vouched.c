#include "web/vouched.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

enum { EMAIL_MOST = 254 };

struct entry {
  char email[EMAIL_MOST + 1]; /* in lower case */
  char token[TOKEN_CHARACTERS + 1];
  UT_hash_handle hh;
};

struct vouched {
  pthread_mutex_t mutex;
  struct entry *entries;
};

struct vouched *vouched_new(void) {
  struct vouched *vouched = calloc(1, sizeof *vouched);
  if (vouched != NULL && pthread_mutex_init(&vouched->mutex, NULL) != 0) {
    free(vouched);
    vouched = NULL;
  }
  return vouched;
}

void vouched_free(struct vouched *vouched) {
  struct entry *entry, *next;
  if (vouched == NULL) {
    return;
  }
  HASH_ITER(hh, vouched->entries, entry, next) {
    HASH_DEL(vouched->entries, entry);
    sodium_memzero(entry, sizeof *entry);
    free(entry);
  }
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
  char key[EMAIL_MOST + 1];
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
  char key[EMAIL_MOST + 1];
  struct entry *entry = NULL;
  if (!lower(email, key)) {
    return;
  }
  pthread_mutex_lock(&vouched->mutex);
  HASH_FIND_STR(vouched->entries, key, entry);
  if (entry == NULL) {
    entry = calloc(1, sizeof *entry);
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
