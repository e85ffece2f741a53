/* preview: a questionnaire as parents will see it, from its files.
 *
 * The real pages over one open round that nobody keeps: no database, nothing stored, every page
 * says so. The command line runs it as hjemsvar-server --preview. */
#ifndef HJEMSVAR_WEB_PREVIEW_H
#define HJEMSVAR_WEB_PREVIEW_H

#include "base/config.h"
#include "base/crypto.h"

/* Serves the definition in files[0] and its translations in the others on config->listen until a
 * signal ends it (server_preview). Faults of the files are told on stderr. Returns an exit code;
 * message (of the arena) says why when it is not 0. */
must_check int preview_run(const struct config *config, const struct crypto_keys *keys,
                           const char *const *files, size_t count, struct arena *arena,
                           const char **message);

#endif
