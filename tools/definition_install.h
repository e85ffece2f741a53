/* definition_install: questionnaires and translations from files into the
 * database, for `migrate` and `questionnaire add`.
 *
 * Each appends to report, a JSON array, one object a file that was looked at:
 * {"questionnaire":"bilag8","version":1,"language":"en","result":"added"}; result
 * is "added" or "unchanged". The connection is open as STORE_AS_CONSOLE. They give
 * 0 or an exit code after having told why. */
#ifndef HJEMSVAR_TOOLS_DEFINITION_INSTALL_H
#define HJEMSVAR_TOOLS_DEFINITION_INSTALL_H

#include "cli.h"

/* A definition and the translations beside it. A fault in a translation leaves
 * the others and the definition stored. */
must_check int definition_install(const struct cli *cli, const char *path, json_t *report);

/* A definition alone or a translation, which goes to the newest stored version of
 * its questionnaire. */
must_check int definition_install_any(const struct cli *cli, const char *path, json_t *report);

/* Prints the report for people. */
void definition_install_print(const json_t *report);

#endif
