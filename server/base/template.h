/* template: pages with holes, a subset of Mustache (mustache(5)).
 *
 * {{name}} escapes; {{a.b}} looks into an object; {{#name}}…{{/name}} repeats
 * for each element of an array, once for a true value or an object, not for
 * null, false or an empty array or string; {{^name}}…{{/name}} is its
 * opposite; {{>partial}} inserts another template; {{!comment}} nothing;
 * {{.}} the element itself. {{{html_trusted_name}}} does not escape and is
 * allowed only for names that begin with html_trusted_. A line that holds
 * nothing but a section tag or comment leaves no empty line behind. Data are
 * Jansson values; integers print as decimal. */
#ifndef HJEMSVAR_BASE_TEMPLATE_H
#define HJEMSVAR_BASE_TEMPLATE_H

#include <jansson.h>

#include "base/arena.h"
#include "base/text.h"

struct template;     /* one compiled template */
struct template_set; /* a folder of them, by file name without ending */

/* Loads every NAME.html of a folder. Returns NULL and a message "file:line:
 * what" of the arena (never freed by the set) when a tag is broken, a partial
 * is missing or partials form a circle. The caller frees the set. */
must_check struct template_set *template_set_load(const char *folder, struct arena *arena,
                                                  const char **message);
void template_set_free(struct template_set *set);

/* Finds one by name, or NULL. It lives as long as the set. */
const struct template *template_find(const struct template_set *set, const char *name);

/* Checks that a template (with its partials) uses only the names that sample
 * holds, at the place where sample holds them, and uses each name of sample's
 * outermost object at least once. sample has one element in every array, and
 * null where a value may be anything. Returns NULL or "file:line: what". */
must_check const char *template_check(const struct template *template, const json_t *sample,
                                      struct arena *arena);

/* Renders into text. A name that data lack prints nothing; template_check is
 * what keeps such names out. */
void template_render(const struct template *template, const json_t *data, struct text *text);

#endif
