/* migration_file: the migrations as files, share_dir/migrations/NNNN_name.sql.
 *
 * Private to store/. Numbers run from 1 without a gap; a file that has landed is
 * never edited, which its checksum (BLAKE2b) tells. */
#ifndef HJEMSVAR_STORE_MIGRATION_FILE_H
#define HJEMSVAR_STORE_MIGRATION_FILE_H

#include "base/arena.h"

enum { MIGRATION_CHECKSUM_BYTES = 32 };

struct migration_file {
  int number;
  const char *name; /* the file's, without ".sql" */
  const char *sql;
  char checksum[2 * MIGRATION_CHECKSUM_BYTES + 1]; /* hexadecimal */
};

struct migration_list {
  struct migration_file *items; /* by number */
  size_t count;                 /* at least 1 */
};

/* Reads them all into the arena. NULL, or what is wrong and how to mend it. */
must_check const char *migration_list_load(struct migration_list *list, const char *share_dir,
                                           struct arena *arena);

#endif
