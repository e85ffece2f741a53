/* console_round: what the pages of one round have in common. Addresses and words of a round. */
#ifndef HJEMSVAR_WEB_CONSOLE_ROUND_H
#define HJEMSVAR_WEB_CONSOLE_ROUND_H

#include "store/round_store.h"
#include "survey/questionnaire.h"
#include "web/work.h"

/* "/rounds/3" with the tail behind it, of the round in the path. A string of the arena. */
const char *console_round_path(const struct work *work, const char *tail);

/* The round of the path. False when the work is answered. */
must_check bool console_round_find(struct work *work, struct round_row *row);

/* The same inside a question to the database, with its questionnaire. Both live in the work's
 * arena. STORE_NONE: no such round; STORE_FAULT: its definition cannot be read. */
must_check enum store_result console_round_load(struct store *store, const struct work *work,
                                                struct round_row *row,
                                                const struct questionnaire **questionnaire);

/* Whether somebody typed the round's title or its number: before what cannot be undone. */
bool console_round_named(const struct work *work, const struct round_row *row, const char *typed);

/* "åben til 31.12.2026", "planlagt": the state with the day that it ends. */
const char *console_round_state(const struct work *work, const struct round_row *row);

/* "Dansk"; a language that we have no name for by its code. */
const char *console_round_language(const struct work *work, const char *language);

/* A number as text of the arena. */
const char *console_round_number(const struct work *work, long long number);

/* A word of ours about a round: of a personal one WORD_personal, where there is such a word. */
const char *console_round_word(const struct work *work, const struct round_row *row,
                               const char *word);

/* Who sees a personal round of the session's municipality. */
const char *console_round_who(const struct work *work);

/* What keeps a round from opening, for the box of that name: {"keys":[…],"own":{"href":…} of what
 * the reader writes as the municipality,"where":bool,"ask":…}; NULL when nothing is missing. */
must_check json_t *console_round_missing(const struct work *work, const struct round_row *row);

/* The trace key of a round, in the folder that all servers share: made, or deleted. False when the
 * folder does not let it; the log has why. */
must_check bool console_round_key_make(const struct work *work, int round);
must_check bool console_round_key_delete(const struct work *work, int round);

#endif
