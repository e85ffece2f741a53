/* share_dir: a share dir of a test's own, whose files it may change. */
#ifndef HJEMSVAR_TESTS_STORE_SHARE_DIR_H
#define HJEMSVAR_TESTS_STORE_SHARE_DIR_H

#include "base/arena.h"

/* A new folder with copies of the migrations and of municipalities.csv; its path is a
 * string of the arena. */
const char *share_dir_copy(struct arena *arena);

/* Adds text to the end of a file in it, which is made if it is not there. */
void share_dir_add(const char *folder, const char *name, const char *text);

/* Deletes it and all that is in it. */
void share_dir_remove(const char *folder);

#endif
