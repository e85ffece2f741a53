#include "base/password.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <utf8proc.h>

_Static_assert(PASSWORD_HASH_BYTES == crypto_pwhash_STRBYTES, "the text that is stored");

enum { TYPED_MOST = 4 * PASSWORD_MOST_BYTES }; /* NFKC shortens, but not that much */

struct password_desk {
  struct password_cost cost;
  int patience_ms;
  char decoy[PASSWORD_HASH_BYTES];
  pthread_mutex_t mutex; /* of what follows */
  pthread_cond_t freed;
  int places;
  int waiting[2]; /* of either kind: who came from outside, and who is inside */
  bool last;      /* the kind that took a place last */
  unsigned long used;
};

/* ---- places */

static bool lock_init(struct password_desk *desk) {
  pthread_condattr_t attributes;
  if (pthread_condattr_init(&attributes) != 0) {
    return false;
  }
  bool good = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
              pthread_cond_init(&desk->freed, &attributes) == 0;
  (void)pthread_condattr_destroy(&attributes);
  return good && pthread_mutex_init(&desk->mutex, NULL) == 0;
}

static struct timespec time_after(int milliseconds) {
  struct timespec time;
  (void)clock_gettime(CLOCK_MONOTONIC, &time);
  time.tv_sec += milliseconds / 1000;
  time.tv_nsec += (long)(milliseconds % 1000) * 1000000;
  if (time.tv_nsec >= 1000000000) {
    time.tv_sec++;
    time.tv_nsec -= 1000000000;
  }
  return time;
}

/* In turn while both kinds wait: else those who flood one would take every place that is freed
 * before the other is awake. */
static bool is_turn(const struct password_desk *desk, bool inside) {
  return desk->places > 0 && (desk->waiting[!inside] == 0 || desk->last != inside);
}

static bool take_place(struct password_desk *desk, bool inside) {
  struct timespec end = time_after(desk->patience_ms);
  (void)pthread_mutex_lock(&desk->mutex);
  int waited = 0;
  desk->waiting[inside]++;
  while (!is_turn(desk, inside) && waited != ETIMEDOUT) {
    waited = pthread_cond_timedwait(&desk->freed, &desk->mutex, &end);
  }
  desk->waiting[inside]--;
  bool taken = desk->places > 0;
  if (taken) {
    desk->places--;
    desk->last = inside;
    desk->used++;
  }
  /* With one fewer who waits it may be another's turn. */
  (void)pthread_cond_broadcast(&desk->freed);
  (void)pthread_mutex_unlock(&desk->mutex);
  return taken;
}

static void leave_place(struct password_desk *desk) {
  (void)pthread_mutex_lock(&desk->mutex);
  desk->places++;
  (void)pthread_cond_broadcast(&desk->freed);
  (void)pthread_mutex_unlock(&desk->mutex);
}

unsigned long password_desk_used(struct password_desk *desk) {
  (void)pthread_mutex_lock(&desk->mutex);
  unsigned long used = desk->used;
  (void)pthread_mutex_unlock(&desk->mutex);
  return used;
}

struct password_desk *password_desk_open(const struct password_cost *cost, int places,
                                         int patience_ms) {
  struct password_desk *desk = calloc(1, sizeof *desk);
  if (desk == NULL || !lock_init(desk)) {
    free(desk);
    return NULL;
  }
  desk->cost = *cost;
  desk->places = places;
  desk->patience_ms = patience_ms;
  unsigned char nobody[32];
  randombytes_buf(nobody, sizeof nobody);
  int failed = crypto_pwhash_str(desk->decoy, (const char *)nobody, sizeof nobody, cost->passes,
                                 cost->memory_bytes);
  if (failed != 0) {
    password_desk_close(desk);
    return NULL;
  }
  return desk;
}

void password_desk_close(struct password_desk *desk) {
  if (desk != NULL) {
    (void)pthread_cond_destroy(&desk->freed);
    (void)pthread_mutex_destroy(&desk->mutex);
    free(desk);
  }
}

/* ---- hashing */

/* The password in NFKC, to be freed by drop; NULL when it is no UTF-8, too long, or memory
 * is out. */
static char *normalise(const char *password) {
  utf8proc_uint8_t *text = NULL;
  size_t length = strnlen(password, TYPED_MOST);
  if (length == TYPED_MOST) {
    return NULL;
  }
  utf8proc_ssize_t size = utf8proc_map((const utf8proc_uint8_t *)password, (utf8proc_ssize_t)length,
                                       &text, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
  if (size > PASSWORD_MOST_BYTES) {
    sodium_memzero(text, (size_t)size);
    free(text);
    return NULL;
  }
  return size < 0 ? NULL : (char *)text;
}

static void drop(char *text) {
  if (text != NULL) {
    sodium_memzero(text, strlen(text));
    free(text);
  }
}

enum password_result password_hash(struct password_desk *desk, const char *password,
                                   char hash[PASSWORD_HASH_BYTES]) {
  char *text = normalise(password);
  if (text == NULL) {
    return PASSWORD_MEMORY;
  }
  enum password_result result = PASSWORD_BUSY;
  if (take_place(desk, true)) {
    int failed =
        crypto_pwhash_str(hash, text, strlen(text), desk->cost.passes, desk->cost.memory_bytes);
    leave_place(desk);
    result = failed == 0 ? PASSWORD_OK : PASSWORD_MEMORY;
  }
  drop(text);
  return result;
}

/* Verifies, and at the same place hashes a new one, unless new is NULL, when it was right. */
static enum password_result visit(struct password_desk *desk, bool inside, const char *password,
                                  const char *hash, const char *new,
                                  char new_hash[PASSWORD_HASH_BYTES]) {
  char *text = normalise(password);
  bool real = text != NULL && hash != NULL;
  const char *against = real ? hash : desk->decoy;
  const char *typed = text == NULL ? "" : text;
  enum password_result result = PASSWORD_BUSY;
  if (take_place(desk, inside)) {
    int failed = crypto_pwhash_str_verify(against, typed, strlen(typed));
    result = failed == 0 && real ? PASSWORD_OK : PASSWORD_WRONG;
    if (result == PASSWORD_OK && new != NULL) {
      failed =
          crypto_pwhash_str(new_hash, new, strlen(new), desk->cost.passes, desk->cost.memory_bytes);
      result = failed == 0 ? PASSWORD_OK : PASSWORD_MEMORY;
    }
    leave_place(desk);
  }
  drop(text);
  return result;
}

enum password_result password_verify(struct password_desk *desk, const char *password,
                                     const char *hash) {
  return visit(desk, false, password, hash, NULL, NULL);
}

enum password_result password_own(struct password_desk *desk, const char *password,
                                  const char *hash, const char *new,
                                  char new_hash[PASSWORD_HASH_BYTES]) {
  char *text = new == NULL ? NULL : normalise(new);
  if (new != NULL && text == NULL) {
    return PASSWORD_MEMORY;
  }
  enum password_result result = visit(desk, true, password, hash, text, new_hash);
  drop(text);
  return result;
}
