/* words: what the pages say in our own words, per language: base/words.h.
 *
 * The room web/ is the door: HTTP in, HTML and JSON out; the only room that
 * includes <microhttpd.h>. */
#ifndef HJEMSVAR_WEB_WORDS_H
#define HJEMSVAR_WEB_WORDS_H

#include "base/words.h"

#endif
