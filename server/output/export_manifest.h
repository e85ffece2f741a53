/* export_manifest: what a package was made of. Private to output/. */
#ifndef HJEMSVAR_OUTPUT_EXPORT_MANIFEST_H
#define HJEMSVAR_OUTPUT_EXPORT_MANIFEST_H

#include "output/export_package.h"

enum {
  PACKAGE_NAME_BYTES = 40,
  PACKAGE_SUM_BYTES = 2 * CRYPTO_SHA256_BYTES + 1,
  PACKAGE_PIECE_BYTES = 64 * 1024
};

struct package_file {
  char name[PACKAGE_NAME_BYTES];
  const char *about; /* key of the words that say what it is */
  FILE *file;        /* owned by the package, unless it is an export_file's */
  bool borrowed;
  bool packed;    /* compressed already */
  long long rows; /* of data, without a heading; -1: none */
  long long bytes;
  char sha256[PACKAGE_SUM_BYTES];
};

/* The manifest: questionnaire with its hash, round, period, filters, counts, what the flags
 * mean, missing codes, program version, and each file with its checksum. The caller owns
 * it; NULL when memory is out. */
must_check json_t *export_manifest(const struct export *export, const struct package_file *files,
                                   size_t count);

/* Fills bytes and sha256 from the file; piece has room for PACKAGE_PIECE_BYTES. False when it
 * cannot be read, or is not wanted any more by options (NULL: it is). */
must_check bool package_file_sum(struct package_file *file, char *piece,
                                 const struct export_options *options);

#endif
