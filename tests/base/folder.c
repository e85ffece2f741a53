#include "folder.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void folder_init(struct folder *folder) {
  const char *parent = getenv("TMPDIR");
  int length = snprintf(folder->path, sizeof folder->path, "%s/hjemsvar-base.XXXXXX",
                        parent == NULL ? "/tmp" : parent);
  cr_assert(length > 0 && (size_t)length < sizeof folder->path);
  cr_assert_not_null(mkdtemp(folder->path));
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place) {
  (void)status;
  (void)kind;
  (void)place;
  return remove(path);
}

void folder_clear(struct folder *folder) {
  cr_assert_eq(nftw(folder->path, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

void folder_path(const struct folder *folder, const char *name, char path[FOLDER_PATH_BYTES]) {
  int length = snprintf(path, FOLDER_PATH_BYTES, "%s/%s", folder->path, name);
  cr_assert(length > 0 && length < FOLDER_PATH_BYTES);
}

void folder_write(const struct folder *folder, const char *name, const void *bytes, size_t size,
                  mode_t mode, char path[FOLDER_PATH_BYTES]) {
  folder_path(folder, name, path);
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  cr_assert(fd >= 0);
  cr_assert_eq(write(fd, bytes, size), (ssize_t)size);
  cr_assert_eq(fchmod(fd, mode), 0);
  cr_assert_eq(close(fd), 0);
}
