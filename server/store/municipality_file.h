/* municipality_file: templates/municipalities.csv, `code,name[,merged_into]`.
 *
 * Private to store/. Names hold no comma, so nothing is quoted. */
#ifndef HJEMSVAR_STORE_MUNICIPALITY_FILE_H
#define HJEMSVAR_STORE_MUNICIPALITY_FILE_H

#include "base/arena.h"

/* Reads the file as a JSON array of {"code", "name", "merged_into"}, a string of the
 * arena. NULL, or what is wrong with its line. */
must_check const char *municipality_file_load(const char **json, const char *share_dir,
                                              struct arena *arena);

#endif
