/* console_documentation: what the pages of a municipality's own texts share: a version in words,
 * and the text that somebody typed in any form of theirs. */
#ifndef HJEMSVAR_WEB_CONSOLE_DOCUMENTATION_H
#define HJEMSVAR_WEB_CONSOLE_DOCUMENTATION_H

#include "store/documentation_store.h"
#include "web/work.h"

/* The field that holds the text: console_message shows it again when nothing else does. */
#define DOCUMENTATION_FIELD "own_text"

/* "/rounds/1/municipalities/217/documentation" and what comes after it. */
const char *console_documentation_path(const struct work *work, const char *rest);

/* A part's title or hint in the reader's language. */
const char *console_documentation_word(const struct work *work,
                                       const struct documentation_words *words);

/* {"period", "why" or null, "words", "empty"} of a version. NULL when memory is out. */
must_check json_t *console_documentation_version(const struct work *work,
                                                 const struct documentation_version *version);

/* The earlier versions among count of one part, the newest first, and what opens them; NULL when
 * there is none, or memory is out. */
must_check json_t *console_documentation_earlier(const struct work *work,
                                                 const struct documentation_version *versions,
                                                 size_t count);

#endif
