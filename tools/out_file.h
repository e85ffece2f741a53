/* out_file: a file that is whole or not there.
 *
 * What is written has no name, or a temporary one beside the file's, until
 * out_file_finish brings it to the disk and gives it its own. "-" is stdout; what
 * is no regular file (a device, a pipe) is written to directly. */
#ifndef HJEMSVAR_TOOLS_OUT_FILE_H
#define HJEMSVAR_TOOLS_OUT_FILE_H

#include <stdio.h>
#include <sys/types.h>

#include "base/text.h"
#include "cli.h"

struct out_file {
  int fd;
  const char *path;      /* as given, for messages */
  const char *target;    /* what the name leads to; NULL: written to directly */
  const char *temporary; /* its name until then; NULL while it has none */
  mode_t mode;
  bool failed; /* a write failed; told already */
};

/* Opens; mode as open(2). 0, or an exit code after having told why. */
must_check int out_file_open(struct out_file *file, const struct cli *cli, const char *path,
                             mode_t mode);

/* Writes all of it. False when that failed: told once. */
must_check bool out_file_write(struct out_file *file, const char *bytes, size_t size);

/* Writes all of another file, from its beginning. 0 or an exit code. */
must_check int out_file_copy(struct out_file *file, FILE *from);

/* Gives the file its name when nothing failed, else throws it away. 0 or an exit
 * code. Call once after a successful open. */
must_check int out_file_finish(struct out_file *file, const struct cli *cli);

/* Throws away what was written. */
void out_file_abandon(struct out_file *file);

/* A text as such a file, from opening to finishing. 0, or an exit code after having told why. */
must_check int out_file_text(const struct cli *cli, const char *path, mode_t mode,
                             const struct text *text);

#endif
