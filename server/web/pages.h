/* pages: the templates and words that pages are made of, loaded and checked once,
 * at start; and the frame that every page shares. Read-only afterwards, so that
 * threads may share it. */
#ifndef HJEMSVAR_WEB_PAGES_H
#define HJEMSVAR_WEB_PAGES_H

#include <jansson.h>

#include "base/template.h"
#include "base/text.h"
#include "web/words.h"

enum page {
  PAGE_INTRO,
  PAGE_SECTION,
  PAGE_CHECK,
  PAGE_THANKS,
  PAGE_MESSAGE,
  PAGE_WITHDRAW,
  PAGE_START,
  PAGE_PRIVACY,
  PAGE_REGISTRATION,
  PAGE_REGISTRATION_CHECK,
  PAGE_REGISTRATION_DONE,
  PAGE_COUNT
};

struct pages {
  struct template_set *templates;
  const struct template *pages[PAGE_COUNT];
  struct words_set *words;
  struct words_set *registration; /* the sheet on a phone: its order and words */
  char *style;                    /* the style sheet, inline in every page */
  char *script;                   /* the questionnaire's script, inline in its first page */
  bool preview;                   /* every page says that nothing is stored */
  const char *back; /* of a preview on the console: where its pages lead back to; they lead nowhere
                       else. NULL otherwise */
  char policy[512]; /* content security policy of HTML pages: these two and nothing else */
};

/* Loads share_dir/templates/pages, …/words and …/registration and checks every template against
 * what the code gives it (exit 78 when not). NULL, or a message of the arena. */
must_check const char *pages_load(struct pages *pages, const char *share_dir, struct arena *arena);
void pages_clear(struct pages *pages);

/* What every page has: language, direction, title, header, words, style; languages
 * (links to other languages; may be NULL) and whether this one is a draft. A new
 * object; NULL when memory is out. */
struct page_frame {
  json_t *words;
  const char *language;
  bool right_to_left;
  bool draft;
  const char *header; /* who is asking, at the top */
  bool staff;         /* a home educator's page: what parents are told is not about them */
  const char *notice; /* number of the personal round whose own notice is linked to, or NULL */
};
must_check json_t *pages_frame(const struct pages *pages, const struct page_frame *frame,
                               const char *title);

/* Renders a page from its data, which it takes over (also NULL: out of memory). False
 * when memory is out. */
must_check bool pages_render(const struct pages *pages, enum page page, json_t *data,
                             struct text *out);

#endif
