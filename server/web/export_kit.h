/* export_kit: the words and the codebook's page of exports (templates/export) and the certificate's
 * (templates/certificate), loaded once with the console and read-only afterwards; and who has an
 * export made now. */
#ifndef HJEMSVAR_WEB_EXPORT_KIT_H
#define HJEMSVAR_WEB_EXPORT_KIT_H

#include <pthread.h>

#include "base/template.h"
#include "base/words.h"

enum { EXPORT_KIT_PLACES = 8 }; /* more than there are workers for exports */

struct export_kit {
  struct words_set *words;
  struct template_set *templates;
  const struct template *codebook;
  const struct template *documentation;
  struct words_set *certificate_words;
  struct template_set *certificate_templates;
  const struct template *certificate;
  pthread_mutex_t mutex;
  int makers[EXPORT_KIT_PLACES]; /* a token's number, minus an account's, or 0: free */
};

/* NULL, or a message of the arena. export_kit_clear in any case. */
must_check const char *export_kit_load(struct export_kit *kit, const char *share_dir,
                                       struct arena *arena);
void export_kit_clear(struct export_kit *kit);

struct work;

/* Notes that who asks, an account or a token, has a file made, so that one who asks again and again
 * leaves a worker to others. False when they have one made already: the work is answered then.
 * Given back by _leave. Thread-safe. */
must_check bool export_kit_enter(struct work *work);
void export_kit_leave(const struct work *work);

#endif
