#include "web/export_kit.h"

#include "web/console.h"
#include "web/console_gate.h"

enum { AGAIN_S = 30 };

const char *export_kit_load(struct export_kit *kit, const char *share_dir, struct arena *arena) {
  const char *message = NULL;
  const char *folder = arena_printf(arena, "%s/templates/export", share_dir);
  const char *words = arena_printf(arena, "%s/templates/export/words", share_dir);
  *kit = (struct export_kit){.mutex = PTHREAD_MUTEX_INITIALIZER};
  if (folder == NULL || words == NULL) {
    return "out of memory";
  }
  kit->words = words_set_load(words, arena, &message);
  if (kit->words != NULL) {
    kit->templates = template_set_load(folder, arena, &message);
  }
  if (kit->templates == NULL) {
    return message;
  }
  kit->codebook = template_find(kit->templates, "codebook");
  return kit->codebook == NULL ? "templates/export/codebook.html is missing" : NULL;
}

void export_kit_clear(struct export_kit *kit) {
  template_set_free(kit->templates);
  words_set_free(kit->words);
  kit->words = NULL;
  kit->templates = NULL;
}

/* Replaces one number by another; false when it does not stand there. */
static bool replace(struct export_kit *kit, int number, int by) {
  for (size_t i = 0; i < EXPORT_KIT_PLACES; i++) {
    if (kit->makers[i] == number) {
      kit->makers[i] = by;
      return true;
    }
  }
  return false;
}

/* A token is not the account that made it: its programs run while people work. */
static int maker_of(const struct work *work) {
  const struct staff_session *session = console_staff(work);
  return session->token != 0 ? session->token : -session->staff;
}

bool export_kit_enter(struct work *work) {
  struct export_kit *kit = console_exports(work);
  int maker = maker_of(work);
  pthread_mutex_lock(&kit->mutex);
  bool there = replace(kit, maker, maker);
  bool entered = !there && replace(kit, 0, maker);
  pthread_mutex_unlock(&kit->mutex);
  if (!entered) {
    console_message(work, MHD_HTTP_TOO_MANY_REQUESTS, "making", "too_many_exports");
    work->reply.retry_after_s = AGAIN_S;
  }
  return entered;
}

void export_kit_leave(const struct work *work) {
  struct export_kit *kit = console_exports(work);
  pthread_mutex_lock(&kit->mutex);
  (void)replace(kit, maker_of(work), 0);
  pthread_mutex_unlock(&kit->mutex);
}
