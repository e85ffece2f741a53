/* report_kit: the words and templates of reports (templates/report_words, templates/report), loaded
 * and checked once with the console and read-only afterwards. */
#ifndef HJEMSVAR_WEB_REPORT_KIT_H
#define HJEMSVAR_WEB_REPORT_KIT_H

#include "base/template.h"
#include "base/text.h"
#include "base/words.h"
#include "survey/norms.h"

struct report_kit {
  struct words_set *words;
  struct template_set *templates;
  const struct template *page; /* a report as a file */
  const struct template *body; /* the same within a page that has a frame */
  char *share_dir;             /* where norms are (survey/norms.h) */
};

/* NULL, or a message of the arena. report_kit_clear in any case. */
must_check const char *report_kit_load(struct report_kit *kit, const char *share_dir,
                                       struct arena *arena);
void report_kit_clear(struct report_kit *kit);

/* All norms of the installation that fit a questionnaire, by name; of the arena. NULL: memory is
 * out. */
must_check const struct norms *report_kit_norms_list(const struct report_kit *kit,
                                                     const struct questionnaire *questionnaire,
                                                     struct arena *arena, size_t *count);

/* The norms that a questionnaire names, of the arena; NULL: none, or none that can be read. */
const struct norms *report_kit_norms(const struct report_kit *kit,
                                     const struct questionnaire *questionnaire,
                                     struct arena *arena);

/* Adds the style sheet that a page with the body needs. */
void report_kit_style(const struct report_kit *kit, struct text *out);

#endif
