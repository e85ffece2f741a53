/* words: what the pages say in our own words, per language: base/words.h.
 *
 * The room web/ is the door: HTTP in, HTML and JSON out; the only room that
 * includes <microhttpd.h>. */
#ifndef HJEMSVAR_WEB_WORDS_H
#define HJEMSVAR_WEB_WORDS_H

#include "base/words.h"

/* Text of somebody else's, set apart from the writing around it (Unicode Bidirectional
 * Algorithm, isolates), so that a phone number keeps its order in a line that runs from right to
 * left. A string of the arena; the value itself elsewhere, and when memory is out. */
const char *words_isolated(struct arena *arena, bool right_to_left, const char *value);

#endif
