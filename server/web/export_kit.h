/* export_kit: the words and the codebook's page of exports (templates/export), loaded once with
 * the console and read-only afterwards. */
#ifndef HJEMSVAR_WEB_EXPORT_KIT_H
#define HJEMSVAR_WEB_EXPORT_KIT_H

#include "base/template.h"
#include "base/words.h"

struct export_kit {
  struct words_set *words;
  struct template_set *templates;
  const struct template *codebook;
};

/* NULL, or a message of the arena. export_kit_clear in any case. */
must_check const char *export_kit_load(struct export_kit *kit, const char *share_dir,
                                       struct arena *arena);
void export_kit_clear(struct export_kit *kit);

#endif
