/* stored: what several commands look up in the database first.
 *
 * Each gives 0 or an exit code after having told why. */
#ifndef HJEMSVAR_TOOLS_STORED_H
#define HJEMSVAR_TOOLS_STORED_H

#include "cli.h"
#include "store/questionnaire_store.h"
#include "store/round_store.h"

/* A definition by id and version (0: the newest), as stored and loaded. */
must_check int stored_questionnaire(const struct cli *cli, const char *id, int version,
                                    struct questionnaire_row *row,
                                    const struct questionnaire **questionnaire);

/* A round by what the command line says. */
must_check int stored_round(const struct cli *cli, const char *text, struct round_row *row);

/* Refuses a round whose answers and courses were purged. */
must_check int stored_kept(const struct round_row *row);

/* A municipality's code by what the command line says (its existence is not
 * looked up). */
must_check int stored_municipality_code(const char *text, int *code);

/* Fails a command for what the store said of a batch of codes, whose message is meant for people;
 * doing is for what is nobody's fault. Gives the exit code. */
must_check int stored_batch_failed(const struct cli *cli, enum store_result result,
                                   const char *doing);

#endif
