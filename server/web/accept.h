/* accept: the lists of preferences that a client sends (RFC 9110, section 12.5). */
#ifndef HJEMSVAR_WEB_ACCEPT_H
#define HJEMSVAR_WEB_ACCEPT_H

#include "base/base.h"

/* Whether an Accept-Encoding (NULL: none was sent) names a coding, in any case, with a weight
 * above zero. */
bool accept_coding(const char *list, const char *coding);

/* The weight that an Accept-Language (NULL: none was sent) gives a language, in thousandths:
 * that of the first range that is the language or one of its regions and scripts ("ar-SY" is
 * "ar"); 0 when none is. */
int accept_language(const char *list, const char *language);

/* Whether an Accept (NULL: none was sent) names a media type, its kind ("application" of
 * "application/json") or all with a weight above zero. One that is given no weight takes nothing
 * away from a wider one that has. */
bool accept_media(const char *list, const char *kind, const char *subtype);

#endif
