/* norms_file: norms as files, of templates/norms or anywhere. */
#ifndef HJEMSVAR_TOOLS_NORMS_FILE_H
#define HJEMSVAR_TOOLS_NORMS_FILE_H

#include "cli.h"
#include "survey/norms.h"

/* Whether the text is norms rather than a questionnaire or a translation. */
must_check bool norms_file_is(const char *json);

/* Loads and checks a file, beside a questionnaire or alone (NULL); every fault is told. 0 or an
 * exit code, as all here. */
must_check int norms_file_load(const struct cli *cli, const char *path,
                               const struct questionnaire *questionnaire,
                               const struct norms **norms);

/* Checks the norms that a questionnaire at path names: those in "norms" beside its folder, or in
 * the share dir. Where there are none, or none for who fills a form in, that is told, and no
 * failure. */
must_check int norms_file_check(const struct cli *cli, const char *path,
                                const struct questionnaire *questionnaire);

/* Those of --norms NAME or FILE.json, else those that the questionnaire names; NULL: none, or
 * --norms none. */
must_check int norms_file_choose(const struct cli *cli, const struct questionnaire *questionnaire,
                                 const struct norms **norms);

#endif
