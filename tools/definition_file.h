/* definition_file: questionnaires and translations as files.
 *
 * What `migrate`, `questionnaire check` and `questionnaire add` have in common:
 * find the files, load them, tell of every fault as FILE:LINE: $.path: what. */
#ifndef HJEMSVAR_TOOLS_DEFINITION_FILE_H
#define HJEMSVAR_TOOLS_DEFINITION_FILE_H

#include "cli.h"
#include "survey/translation.h"

/* A list of file names. */
struct file_list {
  const char **paths;
  size_t count;
};

/* The *.json files of a folder whose names begin with prefix, by name. An
 * empty list when there is no such folder; paths is NULL when memory is out. */
must_check struct file_list definition_file_list(struct arena *arena, const char *folder,
                                                 const char *prefix);

/* The translations that belong to the definition at path: those beside the folder
 * "questionnaires" it lies in, in "translations". */
must_check struct file_list definition_file_translations(struct arena *arena, const char *path,
                                                         const char *id);

/* Reads a file. 0 or an exit code. */
must_check int definition_file_read(const struct cli *cli, const char *path, const char **json);

/* Tells whether the text is a translation rather than a definition; then
 * *questionnaire is the id it names, "" when it names none. */
must_check bool definition_file_is_translation(const struct cli *cli, const char *json,
                                               const char **questionnaire);

/* Tells what is wrong with a file. EXIT_CODE_DATA, or that memory is out where nothing is. */
must_check int definition_file_tell(const char *path, const struct complaints *complaints);

/* Loads and checks a definition; every fault is told. 0 or an exit code. */
must_check int definition_file_load(const struct cli *cli, const char *path, const char *json,
                                    const struct questionnaire **questionnaire);

/* The same for a translation of a questionnaire. */
must_check int definition_file_load_translation(const struct cli *cli, const char *path,
                                                const char *json,
                                                const struct questionnaire *questionnaire,
                                                const struct translation **translation);

/* The definition that a translation at path belongs to: ID.json beside its
 * folder or in the share dir. 0 or an exit code. */
must_check int definition_file_find(const struct cli *cli, const char *path, const char *id,
                                    const struct questionnaire **questionnaire);

#endif
