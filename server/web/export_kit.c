#include "web/export_kit.h"

#include "output/certificate.h"
#include "output/codebook.h"
#include "output/documentation_file.h"
#include "web/console.h"
#include "web/console_gate.h"

enum { AGAIN_S = 30 };

/* Whether a page uses only what its sample, which is freed, has. NULL, or a message. */
static const char *check(const struct template *page, json_t *sample, struct arena *arena) {
  const char *message = sample == NULL ? "out of memory" : template_check(page, sample, arena);
  json_decref(sample);
  return message;
}

/* The words and the page NAME of templates/FOLDER. NULL, or a message of the arena. */
static const char *load(const char *share_dir, const char *folder, const char *name,
                        struct arena *arena, struct words_set **words,
                        struct template_set **templates, const struct template **page) {
  const char *message = NULL;
  const char *path = arena_printf(arena, "%s/templates/%s", share_dir, folder);
  const char *words_path = arena_printf(arena, "%s/templates/%s/words", share_dir, folder);
  if (path == NULL || words_path == NULL) {
    return "out of memory";
  }
  *words = words_set_load(words_path, arena, &message);
  *templates = *words == NULL ? NULL : template_set_load(path, arena, &message);
  if (*templates == NULL) {
    return message == NULL ? "out of memory" : message;
  }
  *page = template_find(*templates, name);
  return *page != NULL ? NULL : arena_printf(arena, "%s/%s.html is missing", path, name);
}

/* The codebook, and the page of what municipalities say of their work beside it. */
static const char *load_export(struct export_kit *kit, const char *share_dir, struct arena *arena) {
  const char *message =
      load(share_dir, "export", "codebook", arena, &kit->words, &kit->templates, &kit->codebook);
  if (message != NULL) {
    return message;
  }
  kit->documentation = template_find(kit->templates, "documentation");
  if (kit->documentation == NULL) {
    return arena_printf(arena, "%s/templates/export/documentation.html is missing", share_dir);
  }
  const json_t *words = words_of(kit->words, "da");
  message = check(kit->codebook, codebook_template_sample(words), arena);
  return message != NULL ? message
                         : check(kit->documentation, documentation_page_sample(words), arena);
}

static const char *load_certificate(struct export_kit *kit, const char *share_dir,
                                    struct arena *arena) {
  const char *message =
      load(share_dir, "certificate", "certificate", arena, &kit->certificate_words,
           &kit->certificate_templates, &kit->certificate);
  return message != NULL
             ? message
             : check(kit->certificate,
                     certificate_template_sample(words_of(kit->certificate_words, "da")), arena);
}

const char *export_kit_load(struct export_kit *kit, const char *share_dir, struct arena *arena) {
  *kit = (struct export_kit){.mutex = PTHREAD_MUTEX_INITIALIZER};
  const char *message = load_export(kit, share_dir, arena);
  return message != NULL ? message : load_certificate(kit, share_dir, arena);
}

void export_kit_clear(struct export_kit *kit) {
  template_set_free(kit->templates);
  words_set_free(kit->words);
  template_set_free(kit->certificate_templates);
  words_set_free(kit->certificate_words);
  kit->words = kit->certificate_words = NULL;
  kit->templates = kit->certificate_templates = NULL;
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
