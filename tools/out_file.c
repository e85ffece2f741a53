#include "out_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE_BYTES = 64 * 1024 };

static int create_failed(const char *path) {
  return cli_fail(EXIT_CODE_CREATE,
                  "%s cannot be written: %s; hint: name a file in a folder this user may write to",
                  path, strerror(errno));
}

static int write_failed(struct out_file *file) {
  if (!file->failed) {
    cli_warn("writing %s failed: %s; hint: %s",
             strcmp(file->path, "-") == 0 ? "stdout" : file->path, strerror(errno),
             errno == EPIPE ? "the reader left before the end" : "see whether the disk is full");
  }
  file->failed = true;
  return EXIT_CODE_IO;
}

/* The folder that the target lies in. */
static const char *target_folder(const struct out_file *file, struct arena *arena) {
  const char *slash = strrchr(file->target, '/');
  if (slash == NULL) {
    return ".";
  }
  return arena_copy(arena, file->target, (size_t)(slash - file->target) + 1);
}

/* A name beside the target that nobody will guess or have. */
static const char *temporary_name(const struct out_file *file, struct arena *arena) {
  unsigned char random[8];
  crypto_random(random, sizeof random);
  unsigned long long number = 0;
  for (size_t i = 0; i < sizeof random; i++) {
    number = number << 8 | random[i];
  }
  return arena_printf(arena, "%s.%016llx.part", file->target, number);
}

/* A file without a name leaves nothing behind whatever happens; where the file
 * system knows no such thing it gets a temporary name at once. */
static int open_temporary(struct out_file *file, struct arena *arena) {
  const char *folder = target_folder(file, arena);
  if (folder == NULL) {
    return cli_fail_memory();
  }
#ifdef O_TMPFILE
  file->fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, file->mode);
#endif
  if (file->fd >= 0) {
    return 0;
  }
  file->temporary = temporary_name(file, arena);
  if (file->temporary == NULL) {
    return cli_fail_memory();
  }
  file->fd = open(file->temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, file->mode);
  return file->fd < 0 ? create_failed(file->path) : 0;
}

/* What to replace: the file itself behind a symbolic link. */
static const char *resolve(struct arena *arena, const char *path) {
  char *real = realpath(path, NULL);
  const char *target = arena_string(arena, real == NULL ? path : real);
  free(real);
  return target;
}

int out_file_open(struct out_file *file, const struct cli *cli, const char *path, mode_t mode) {
  *file = (struct out_file){.fd = -1, .path = path, .mode = mode};
  if (strcmp(path, "-") == 0) {
    file->fd = STDOUT_FILENO;
    return 0;
  }
  struct stat status;
  if (stat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) {
    file->fd = open(path, O_WRONLY | O_CLOEXEC);
    return file->fd < 0 ? create_failed(path) : 0;
  }
  if (path[0] == '\0' || path[strlen(path) - 1] == '/' ||
      (stat(path, &status) == 0 && S_ISDIR(status.st_mode))) {
    errno = path[0] == '\0' ? ENOENT : EISDIR;
    return create_failed(path);
  }
  file->target = resolve(cli->arena, path);
  return file->target == NULL ? cli_fail_memory() : open_temporary(file, cli->arena);
}

bool out_file_write(struct out_file *file, const char *bytes, size_t size) {
  while (size > 0 && !file->failed) {
    ssize_t written = write(file->fd, bytes, size);
    if (written >= 0) {
      bytes += written;
      size -= (size_t)written;
    } else if (errno != EINTR) {
      (void)write_failed(file);
    }
  }
  return !file->failed;
}

/* A file without a name cannot replace another: it first gets one beside it. */
static bool give_temporary_name(struct out_file *file, struct arena *arena) {
  char source[64];
  if (file->temporary != NULL) {
    return true;
  }
  (void)snprintf(source, sizeof source, "/proc/self/fd/%d", file->fd);
  const char *name = temporary_name(file, arena);
  if (name == NULL || linkat(AT_FDCWD, source, AT_FDCWD, name, AT_SYMLINK_FOLLOW) != 0) {
    return false;
  }
  file->temporary = name;
  return true;
}

/* The name is on the disk only when the folder is. */
static void sync_folder(const struct out_file *file, struct arena *arena) {
  const char *folder = target_folder(file, arena);
  int fd = folder == NULL ? -1 : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) {
    (void)fsync(fd);
    (void)close(fd);
  }
}

int out_file_copy(struct out_file *file, FILE *from) {
  static const size_t piece_bytes = PIECE_BYTES;
  char *piece = malloc(piece_bytes);
  off_t place = 0;
  ssize_t got = piece == NULL ? 0 : pread(fileno(from), piece, piece_bytes, 0);
  while (got > 0 && out_file_write(file, piece, (size_t)got)) {
    place += got;
    got = pread(fileno(from), piece, piece_bytes, place);
  }
  int failed = piece == NULL ? cli_fail_memory() : file->failed || got < 0 ? EXIT_CODE_IO : 0;
  free(piece);
  return failed;
}

int out_file_finish(struct out_file *file, const struct cli *cli) {
  if (file->failed) {
    out_file_abandon(file);
    return EXIT_CODE_IO;
  }
  if (file->target == NULL) {
    int closed = file->fd == STDOUT_FILENO ? 0 : close(file->fd);
    return closed == 0 ? 0 : write_failed(file);
  }
  if (fsync(file->fd) != 0 || !give_temporary_name(file, cli->arena) ||
      rename(file->temporary, file->target) != 0) {
    int code = write_failed(file);
    out_file_abandon(file);
    return code;
  }
  (void)close(file->fd);
  file->fd = -1;
  sync_folder(file, cli->arena);
  return 0;
}

void out_file_abandon(struct out_file *file) {
  if (file->temporary != NULL) {
    (void)unlink(file->temporary);
  }
  if (file->fd >= 0 && file->fd != STDOUT_FILENO) {
    (void)close(file->fd);
  }
  file->fd = -1;
}

int out_file_text(const struct cli *cli, const char *path, mode_t mode, const struct text *text) {
  struct out_file file;
  int failed = out_file_open(&file, cli, path, mode);
  if (failed != 0) {
    return failed;
  }
  if (!out_file_write(&file, text->data, text->length)) {
    out_file_abandon(&file);
    return EXIT_CODE_IO;
  }
  return out_file_finish(&file, cli);
}
