/* archive: the package of a whole round that is handed to an archive: files in folders, with a list
 * of their checksums, in one .zip.
 *
 * Pure: files in, one file out. Memory does not grow with them. Each entry is read back from the
 * finished .zip and compared with its SHA-256. */
#ifndef HJEMSVAR_OUTPUT_ARCHIVE_H
#define HJEMSVAR_OUTPUT_ARCHIVE_H

#include <stdio.h>

#include "base/text.h"
#include "output/export.h"

enum { ARCHIVE_FILES_MAX = 1000, ARCHIVE_NAME_MAX = 39, ARCHIVE_SUM_CHARACTERS = 64 };

struct archive;

/* scratch: the folder that unpacked files are put in, without a name; borrowed. NULL when memory is
 * out. */
must_check struct archive *archive_new(const char *scratch);
void archive_free(struct archive *archive);

/* Adds a file under a name such as "releases/1.csv", at most ARCHIVE_NAME_MAX bytes long; the
 * archive closes it. What goes wrong, here and below, ends the archive and is told by
 * archive_finish. */
void archive_add(struct archive *archive, const char *name, FILE *file);

/* A file without a name to write something into that is added then; NULL when none can be had. */
must_check FILE *archive_scratch(const struct archive *archive);

/* Adds a text, which is cleared. */
void archive_add_text(struct archive *archive, const char *name, struct text *text);

/* Adds the entries of a .zip of ours under a folder: "answers/" and their names. */
void archive_add_zip(struct archive *archive, const char *folder, FILE *zip);

struct archive_sum {
  char sha256[ARCHIVE_SUM_CHARACTERS + 1]; /* of the whole, hexadecimal */
  long long bytes;
};

/* Adds SHA256SUMS, packs, reads back. day: what the entries say as theirs (calendar.h). EXPORT_OK
 * with a file without a name, rewound, that the caller closes; EXPORT_LARGE: more files than
 * ARCHIVE_FILES_MAX; EXPORT_SCRATCH, EXPORT_DAMAGED, EXPORT_MEMORY as in export.h. */
must_check enum export_result archive_finish(struct archive *archive, int day, FILE **zip,
                                             struct archive_sum *sum);

#endif
