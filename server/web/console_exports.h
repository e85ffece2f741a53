/* console_exports: the page where a round's answers leave: a form for files of the evaluator's own,
 * and, for who sees the whole round, one for rows to give away, with those that were. */
#ifndef HJEMSVAR_WEB_CONSOLE_EXPORTS_H
#define HJEMSVAR_WEB_CONSOLE_EXPORTS_H

#include "store/release_store.h"
#include "web/console.h"

/* Replies with the page; its forms hold what was sent. problem may be NULL. */
void exports_page(struct work *work, unsigned status, const struct console_problem *problem);

/* console_releases.c: the certificate of a release as a page of its own, in the session's language.
 * False when it cannot be made. */
must_check bool releases_paper(struct work *work, const struct round_row *round,
                               const struct release_record *record, struct text *out);

#endif
