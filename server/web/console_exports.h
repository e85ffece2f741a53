/* console_exports: the page where a round's answers leave: a form for files of the evaluator's own,
 * and, for who sees the whole round, one for rows to give away, with those that were. */
#ifndef HJEMSVAR_WEB_CONSOLE_EXPORTS_H
#define HJEMSVAR_WEB_CONSOLE_EXPORTS_H

#include "web/console.h"

/* Replies with the page; its forms hold what was sent. problem may be NULL. */
void exports_page(struct work *work, unsigned status, const struct console_problem *problem);

#endif
