/* again: a form that could not be stored just now, in the page that says so: what was typed is in
 * it, and a button sends it again.
 *
 * For routes that say so (route.h): nothing secret is written into a page, and what is sent twice
 * is stored once. Parents and staff have it alike (reply.h, console.h). */
#ifndef HJEMSVAR_WEB_AGAIN_H
#define HJEMSVAR_WEB_AGAIN_H

#include <jansson.h>

#include "web/form.h"
#include "web/route.h"

/* {"path", "action", "fields":[{"name", "value"}]}; action, the button that was pressed, may be
 * null. NULL when there is none: the status is neither 503 nor 500, the route (which may be NULL)
 * is no such route, or another site's page has sent the form, as fetch_site (the header, or NULL)
 * tells; and when memory is out. */
must_check json_t *again_json(const struct route *route, unsigned status, const char *fetch_site,
                              const char *path, const struct form *form);

#endif
