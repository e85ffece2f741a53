/* letter_kit: the words and the page of letters (templates/letters), loaded and checked once
 * with the console. Read-only afterwards. */
#ifndef HJEMSVAR_WEB_LETTER_KIT_H
#define HJEMSVAR_WEB_LETTER_KIT_H

#include "base/template.h"
#include "base/words.h"

struct letter_kit {
  struct words_set *words;
  struct template_set *templates;
  const struct template *page; /* letter_html's */
};

/* NULL, or a message of the arena. letter_kit_clear in any case. */
must_check const char *letter_kit_load(struct letter_kit *kit, const char *share_dir,
                                       struct arena *arena);
void letter_kit_clear(struct letter_kit *kit);

#endif
