#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/export_file.h"

bool export_write(struct export_out *out, const char *bytes, size_t size) {
  out->failed = out->failed || (size > 0 && !out->sink(out->context, bytes, size));
  return !out->failed;
}

bool export_to_file(void *file, const char *bytes, size_t size) {
  return fwrite(bytes, 1, size, file) == size;
}

/* Where the file system knows no file without a name, it loses its name at once. */
static int open_nameless(const char *folder) {
  char path[4096];
#ifdef O_TMPFILE
  int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0) {
    return fd;
  }
#endif
  if (snprintf(path, sizeof path, "%s/hjemsvar-XXXXXX", folder) >= (int)sizeof path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  int named = mkostemp(path, O_CLOEXEC);
  if (named >= 0) {
    (void)unlink(path);
  }
  return named;
}

FILE *export_scratch(const char *folder) {
  int fd = open_nameless(folder);
  FILE *file = fd < 0 ? NULL : fdopen(fd, "w+");
  if (file == NULL && fd >= 0) {
    (void)close(fd);
  }
  return file;
}

bool export_wanted(const struct export_options *options) {
  return options == NULL || options->go_on == NULL || options->go_on(options->go_on_context);
}

/* ---- sums */

static void add(struct export_sum *sum, const void *bytes, size_t size) {
  if (sum->used + size > sizeof sum->buffer) {
    crypto_sha256_add(&sum->hash, sum->buffer, sum->used);
    sum->used = 0;
  }
  if (size > sizeof sum->buffer) {
    crypto_sha256_add(&sum->hash, bytes, size);
    return;
  }
  memcpy(sum->buffer + sum->used, bytes, size);
  sum->used += size;
}

void export_sum_begin(struct export_sum *sum) {
  sum->used = 0;
  sum->rows = 0;
  crypto_sha256_begin(&sum->hash);
}

void export_sum_number(struct export_sum *sum, double number) {
  char cell[1 + sizeof number] = {'n'};
  double plain = number + 0.0; /* -0 is 0 */
  memcpy(cell + 1, &plain, sizeof plain);
  add(sum, cell, sizeof cell);
}

void export_sum_text(struct export_sum *sum, const char *text, size_t size) {
  char head[1 + sizeof size] = {'t'};
  memcpy(head + 1, &size, sizeof size);
  add(sum, head, sizeof head);
  add(sum, text, size);
}

void export_sum_missing(struct export_sum *sum, char tag) {
  const char cell[2] = {'m', tag};
  add(sum, cell, sizeof cell);
}

void export_sum_row(struct export_sum *sum) {
  sum->rows++;
  add(sum, "r", 1);
}

bool export_sum_equal(struct export_sum *sum, struct export_sum *other) {
  unsigned char hashes[2][CRYPTO_SHA256_BYTES];
  struct export_sum *both[] = {sum, other};
  for (size_t i = 0; i < array_length(both); i++) {
    crypto_sha256_add(&both[i]->hash, both[i]->buffer, both[i]->used);
    crypto_sha256_end(&both[i]->hash, hashes[i]);
  }
  return sum->rows == other->rows && memcmp(hashes[0], hashes[1], sizeof hashes[0]) == 0;
}
