/* import_read: a row of a file becomes a row of the database.
 *
 * Everything that is wrong with a row is told, not only the first thing. */
#ifndef HJEMSVAR_TOOLS_IMPORT_READ_H
#define HJEMSVAR_TOOLS_IMPORT_READ_H

#include "import_layout.h"
#include "store/import_store.h"

enum { IMPORT_SECONDS_MAX = 86400 * 30, IMPORT_EXTERNAL_ID_MAX = 200 };

/* What rows are checked against. */
struct import_rules {
  const struct questionnaire *questionnaire;
  const struct import_layout *layout;
  const struct crypto_keys *keys;
  const int *municipalities; /* of the round */
  size_t municipalities_count;
  const char *const *languages; /* the first is the authoritative one */
  size_t languages_count;
  const char *latest;             /* no time is later than this one */
  bool traces;                    /* seconds and tags are kept */
  const unsigned char *trace_key; /* NULL: no tags */
};

enum import_read_result {
  IMPORT_READ_OK,
  IMPORT_READ_EMPTY, /* a row of empty cells only */
  IMPORT_READ_BAD,   /* told to report */
  IMPORT_READ_MEMORY
};

/* Reads a row; strings of out live in the arena or the file's row. */
must_check enum import_read_result import_read(const struct import_rules *rules,
                                               const struct csv_reader_row *row,
                                               struct arena *arena, struct import_report *report,
                                               struct import_row *out);

#endif
