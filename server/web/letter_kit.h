/* letter_kit: the words and the page of letters (templates/letters), loaded and checked once
 * with the console and read-only afterwards; and how many batches are printed now. */
#ifndef HJEMSVAR_WEB_LETTER_KIT_H
#define HJEMSVAR_WEB_LETTER_KIT_H

#include <stdatomic.h>

#include "base/template.h"
#include "base/words.h"

/* Batches printed at a time: the other workers stay free for those who wait for a page. */
enum { LETTER_KIT_PRINTS_MAX = 2 };

struct letter_kit {
  struct words_set *words;
  struct template_set *templates;
  const struct template *page; /* letter_html's */
  atomic_int prints;
};

/* NULL, or a message of the arena. letter_kit_clear in any case. */
must_check const char *letter_kit_load(struct letter_kit *kit, const char *share_dir,
                                       struct arena *arena);
void letter_kit_clear(struct letter_kit *kit);

/* Takes a place to print a batch; false when all are taken. Given back by _leave. */
must_check bool letter_kit_enter(struct letter_kit *kit);
void letter_kit_leave(struct letter_kit *kit);

#endif
