#include "web/upload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"

void upload_init(struct upload *upload) {
  *upload = (struct upload){.fd = -1};
}

void upload_clear(struct upload *upload) {
  if (upload->fd >= 0) {
    close(upload->fd);
  }
  upload_init(upload);
}

int upload_temporary(void) {
  const char *folder = getenv("TMPDIR");
  return upload_temporary_in(folder != NULL && folder[0] == '/' ? folder : "/tmp");
}

/* Not every file system knows O_TMPFILE. */
int upload_temporary_in(const char *folder) {
  char path[4096];
  int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0) {
    return fd;
  }
  int length = snprintf(path, sizeof path, "%s/hjemsvar-XXXXXX", folder);
  if (length < 0 || (size_t)length >= sizeof path) {
    return -1;
  }
  fd = mkostemp(path, O_CLOEXEC);
  if (fd >= 0) {
    unlink(path);
  }
  return fd;
}

/* Some browsers send the whole path; a name that is no UTF-8 is none. */
static void keep_name(struct upload *upload, const char *name) {
  for (const char *at = name; *at != '\0'; at++) {
    if (*at == '/' || *at == '\\') {
      name = at + 1;
    }
  }
  size_t length = strlen(name);
  while (length > UPLOAD_NAME_MAX || (length > 0 && !utf8_valid(name, length))) {
    length--;
  }
  memcpy(upload->name, name, length);
  upload->name[length] = '\0';
}

bool upload_begin(struct upload *upload, const char *field, const char *name) {
  if (upload->fd >= 0 || strlen(field) >= sizeof upload->field) {
    upload->failed = true;
    return false;
  }
  upload->fd = upload_temporary();
  upload->failed = upload->fd < 0;
  memcpy(upload->field, field, strlen(field) + 1);
  keep_name(upload, name);
  return !upload->failed;
}

bool upload_add(struct upload *upload, const char *bytes, size_t size) {
  if (upload->bytes + size > UPLOAD_MAX_BYTES) {
    upload->too_large = true;
    return true;
  }
  while (size > 0 && !upload->too_large) {
    ssize_t written = write(upload->fd, bytes, size);
    if (written < 0 && errno != EINTR) {
      upload->failed = true;
      return false;
    }
    if (written > 0) {
      bytes += written;
      size -= (size_t)written;
      upload->bytes += (uint64_t)written;
    }
  }
  return true;
}

void upload_end(struct upload *upload) {
  if (upload->fd >= 0 && lseek(upload->fd, 0, SEEK_SET) != 0) {
    upload->failed = true;
  }
}
