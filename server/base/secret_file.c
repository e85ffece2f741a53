#include "base/secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECRET_MIN_BYTES = 32, SECRET_MAX_BYTES = 64 * 1024, PIECE_BYTES = 4096 };

/* Opens a regular file that only its owner may read. O_NONBLOCK: a FIFO must
 * not hold the program up. */
static enum crypto_result open_secret(const char *path, int *fd) {
  struct stat status;
  *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (*fd < 0) {
    return errno == ENOENT || errno == ENOTDIR ? CRYPTO_MISSING : CRYPTO_IO;
  }
  enum crypto_result result = CRYPTO_OK;
  if (fstat(*fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    result = CRYPTO_IO;
  } else if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    result = CRYPTO_EXPOSED;
  }
  if (result != CRYPTO_OK) {
    (void)close(*fd);
    *fd = -1;
  }
  return result;
}

/* Reads until size bytes or the end of the file; -1 on failure. */
static ssize_t read_full(int fd, unsigned char *bytes, size_t size) {
  size_t done = 0;
  while (done < size) {
    ssize_t got = read(fd, bytes + done, size - done);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return -1;
    }
    if (got == 0) {
      break;
    }
    done += (size_t)got;
  }
  return (ssize_t)done;
}

static enum crypto_result hash_file(int fd, unsigned char out[CRYPTO_KEY_BYTES]) {
  crypto_generichash_state state;
  unsigned char piece[PIECE_BYTES];
  size_t total = 0;
  ssize_t got;
  (void)crypto_generichash_init(&state, NULL, 0, CRYPTO_KEY_BYTES);
  do {
    got = read_full(fd, piece, sizeof piece);
    if (got > 0) {
      (void)crypto_generichash_update(&state, piece, (size_t)got);
      total += (size_t)got;
    }
  } while (got == (ssize_t)sizeof piece && total <= SECRET_MAX_BYTES);
  (void)crypto_generichash_final(&state, out, CRYPTO_KEY_BYTES);
  sodium_memzero(piece, sizeof piece);
  sodium_memzero(&state, sizeof state);
  if (got < 0 || total > SECRET_MAX_BYTES) {
    return CRYPTO_IO;
  }
  return total < SECRET_MIN_BYTES ? CRYPTO_SHORT : CRYPTO_OK;
}

enum crypto_result secret_file_hash(const char *path, unsigned char out[CRYPTO_KEY_BYTES]) {
  int fd;
  enum crypto_result result = open_secret(path, &fd);
  if (result == CRYPTO_OK) {
    result = hash_file(fd, out);
    (void)close(fd);
  }
  return result;
}

enum crypto_result secret_file_read_key(const char *path, unsigned char key[CRYPTO_KEY_BYTES]) {
  int fd;
  unsigned char bytes[CRYPTO_KEY_BYTES + 1];
  enum crypto_result result = open_secret(path, &fd);
  if (result != CRYPTO_OK) {
    return result;
  }
  ssize_t got = read_full(fd, bytes, sizeof bytes);
  (void)close(fd);
  if (got == CRYPTO_KEY_BYTES) {
    for (size_t i = 0; i < CRYPTO_KEY_BYTES; i++) {
      key[i] = bytes[i];
    }
  }
  sodium_memzero(bytes, sizeof bytes);
  if (got == CRYPTO_KEY_BYTES) {
    return CRYPTO_OK;
  }
  return got >= 0 && got < CRYPTO_KEY_BYTES ? CRYPTO_SHORT : CRYPTO_IO;
}

bool secret_file_write(int fd, const unsigned char *bytes, size_t size) {
  while (size > 0) {
    ssize_t put = write(fd, bytes, size);
    if (put < 0 && errno == EINTR) {
      continue;
    }
    if (put <= 0) {
      return false;
    }
    bytes += put;
    size -= (size_t)put;
  }
  return fsync(fd) == 0;
}
