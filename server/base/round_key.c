/* The trace keys of rounds: the part of crypto.h that makes and destroys files. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/secret_file.h"

static bool print_path(char path[PATH_MAX], const char *key_dir, int round, const char *ending) {
  int length = snprintf(path, PATH_MAX, "%s/round-%d.%s", key_dir, round, ending);
  return length > 0 && length < PATH_MAX;
}

/* A name in a folder is on the disk only when the folder is. */
static bool sync_folder(const char *folder) {
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    return false;
  }
  bool synced = fsync(fd) == 0;
  (void)close(fd);
  return synced;
}

static bool make_folders(const char *folder) {
  char path[PATH_MAX];
  size_t length = strlen(folder);
  if (length == 0 || length >= sizeof path) {
    return false;
  }
  memcpy(path, folder, length + 1);
  for (size_t i = 1; i <= length; i++) {
    if (path[i] != '/' && path[i] != '\0') {
      continue;
    }
    char end = path[i];
    path[i] = '\0';
    if (mkdir(path, S_IRWXU) != 0 && errno != EEXIST) {
      return false;
    }
    path[i] = end;
  }
  return true;
}

enum crypto_result crypto_round_key_load(const char *key_dir, int round,
                                         unsigned char key[CRYPTO_KEY_BYTES]) {
  char path[PATH_MAX];
  if (!print_path(path, key_dir, round, "key")) {
    return CRYPTO_IO;
  }
  return secret_file_read_key(path, key);
}

/* A link, not a rename, gives the key its name: of two programs that make one
 * at the same moment, the second must keep the key of the first. */
static enum crypto_result write_key(const char *key_dir, const char *path, char *temporary) {
  unsigned char key[CRYPTO_KEY_BYTES];
  int fd = mkstemp(temporary); /* mode 0600 */
  if (fd < 0) {
    return CRYPTO_IO;
  }
  crypto_random(key, sizeof key);
  bool written = secret_file_write(fd, key, sizeof key);
  sodium_memzero(key, sizeof key);
  written = close(fd) == 0 && written;
  bool linked = written && (link(temporary, path) == 0 || errno == EEXIST);
  (void)unlink(temporary);
  return linked && sync_folder(key_dir) ? CRYPTO_OK : CRYPTO_IO;
}

enum crypto_result crypto_round_key_create(const char *key_dir, int round) {
  char path[PATH_MAX], temporary[PATH_MAX];
  unsigned char existing[CRYPTO_KEY_BYTES];
  if (!print_path(path, key_dir, round, "key") ||
      !print_path(temporary, key_dir, round, "XXXXXX")) {
    return CRYPTO_IO;
  }
  enum crypto_result result = secret_file_read_key(path, existing);
  sodium_memzero(existing, sizeof existing);
  if (result != CRYPTO_MISSING) {
    return result;
  }
  if (!make_folders(key_dir)) {
    return CRYPTO_IO;
  }
  return write_key(key_dir, path, temporary);
}

enum crypto_result crypto_round_key_delete(const char *key_dir, int round) {
  static const unsigned char zeros[CRYPTO_KEY_BYTES];
  char path[PATH_MAX];
  if (!print_path(path, key_dir, round, "key")) {
    return CRYPTO_IO;
  }
  int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) {
    return errno == ENOENT || errno == ENOTDIR ? CRYPTO_OK : CRYPTO_IO;
  }
  bool overwritten = secret_file_write(fd, zeros, sizeof zeros);
  (void)close(fd);
  /* Another program may have deleted it meanwhile. */
  bool deleted = (unlink(path) == 0 || errno == ENOENT) && sync_folder(key_dir);
  return overwritten && deleted ? CRYPTO_OK : CRYPTO_IO;
}
