/* regulars: who was signed in on the console lately, as the loop may know it without asking.
 *
 * A file that comes in takes one of a few places, and is given it before its body is there; to ask
 * the database first whose it is would keep the body waiting. So the sessions and tokens that the
 * workers have found good are remembered here, by their hash, for half an hour since they were last
 * used. That opens nothing: whoever sends is asked again once the file is in. The loop's own. */
#ifndef HJEMSVAR_WEB_REGULARS_H
#define HJEMSVAR_WEB_REGULARS_H

#include "web/request.h"

struct regulars;

/* NULL when memory is out. */
must_check struct regulars *regulars_new(void);
void regulars_free(struct regulars *regulars); /* NULL is allowed */

/* A worker is done with a request of the console's: remembers who is signed in completely. */
void regulars_note(const struct request *request);

/* Whether a request, of which there are only the headers yet, comes from somebody remembered, or
 * whom a trusted proxy has signed in. */
must_check bool regulars_know(const struct request *request);

#endif
