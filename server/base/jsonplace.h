/* jsonplace: where in a JSON file a value stands.
 *
 * Jansson keeps no lines; a message about a definition wants one. */
#ifndef HJEMSVAR_BASE_JSONPLACE_H
#define HJEMSVAR_BASE_JSONPLACE_H

#include "base/base.h"

/* The line (from 1) at which the value at a JSON path begins in source, which
 * is JSON that Jansson has accepted. A path reads $.sections[2].questions[0].id
 * (RFC 9535, dot form only). When the path leads nowhere, the line of its
 * longest prefix that leads somewhere. */
int jsonplace_line(const char *source, const char *path);

#endif
