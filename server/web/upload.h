/* upload: the file of a multipart form, in a private temporary file.
 *
 * The file has no name in any folder, so that nothing is left of it whatever happens. One
 * file a form; its name and type are what the client says. Filled by form_take on the loop,
 * read by the handler. */
#ifndef HJEMSVAR_WEB_UPLOAD_H
#define HJEMSVAR_WEB_UPLOAD_H

#include "base/base.h"

enum { UPLOAD_MAX_BYTES = 16 * 1024 * 1024, UPLOAD_NAME_MAX = 255 };

struct upload {
  int fd;                         /* -1: none came; else at its beginning once complete */
  uint64_t bytes;                 /* 0 with a descriptor: an empty file was sent */
  char field[65];                 /* of the form */
  char name[UPLOAD_NAME_MAX + 1]; /* without folders; UTF-8, cut at its limit */
  bool too_large;                 /* more than UPLOAD_MAX_BYTES: cut off, not to be used */
  bool failed;                    /* a second file, or the disk is full */
};

void upload_init(struct upload *upload);
void upload_clear(struct upload *upload);

/* Begins with a file's first piece; adds one. False when it has failed. */
must_check bool upload_begin(struct upload *upload, const char *field, const char *name);
must_check bool upload_add(struct upload *upload, const char *bytes, size_t size);

/* Goes back to the beginning. */
void upload_end(struct upload *upload);

/* A private file without a name, in TMPDIR or /tmp, or in a folder; or -1. */
must_check int upload_temporary(void);
must_check int upload_temporary_in(const char *folder);

#endif
