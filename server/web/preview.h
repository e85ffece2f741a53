/* preview: a questionnaire as parents will see it, from its files.
 *
 * The real pages over one open round that nobody keeps: no database, nothing stored, every page
 * says so. The command line runs it as hjemsvar-server --preview; the console shows a draft so
 * (console_preview.c). */
#ifndef HJEMSVAR_WEB_PREVIEW_H
#define HJEMSVAR_WEB_PREVIEW_H

#include "base/config.h"
#include "base/crypto.h"
#include "store/catalogue.h"
#include "survey/code.h"
#include "survey/questionnaire.h"

/* One round with one link, whose code no letter has. */
struct preview {
  struct catalogue_round round;
  struct catalogue_link link;
  struct catalogue catalogue;
  char code[CODE_MAX + 1];
};

/* Fills it from a questionnaire, its definition as JSON text and translations of it that load. All
 * is borrowed; the lists are of the arena. False when memory is out. */
must_check bool preview_fill(struct preview *preview, const struct questionnaire *questionnaire,
                             const char *definition, const struct catalogue_text *texts,
                             size_t count, struct arena *arena);

/* Serves the definition in files[0] and its translations in the others on config->listen until a
 * signal ends it (server_preview). Faults of the files are told on stderr. Returns an exit code;
 * message (of the arena) says why when it is not 0. */
must_check int preview_run(const struct config *config, const struct crypto_keys *keys,
                           const char *const *files, size_t count, struct arena *arena,
                           const char **message);

#endif
