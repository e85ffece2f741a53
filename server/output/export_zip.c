#include "output/export_zip.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "base/calendar.h"

enum {
  PIECE_BYTES = 64 * 1024,
  DEFLATE_LEVEL = 3 /* 6 doubles the time of a package for a tenth fewer bytes */
};

#define PROGRESS_STEP 0.01

/* ---- where libzip writes to */

struct target {
  FILE *file;
  zip_error_t error;
  zip_uint64_t written; /* end of what is written */
};

static zip_int64_t fail(struct target *target) {
  zip_error_set(&target->error, ZIP_ER_WRITE, errno);
  return -1;
}

static zip_int64_t write_piece(struct target *target, const void *data, zip_uint64_t size) {
  if (fwrite(data, 1, size, target->file) != size) {
    return fail(target);
  }
  off_t place = ftello(target->file);
  target->written = place > (off_t)target->written ? (zip_uint64_t)place : target->written;
  return (zip_int64_t)size;
}

static zip_int64_t seek(struct target *target, void *data, zip_uint64_t size) {
  off_t now = ftello(target->file);
  zip_int64_t place = zip_source_seek_compute_offset((zip_uint64_t)now, target->written, data, size,
                                                     &target->error);
  return place < 0 || fseeko(target->file, (off_t)place, SEEK_SET) != 0 ? -1 : 0;
}

/* An archive that is not there yet: nothing is ever read through it. */
static zip_int64_t serve(void *context, void *data, zip_uint64_t size, zip_source_cmd_t command) {
  struct target *target = context;
  switch ((int)command) {
  case ZIP_SOURCE_SUPPORTS:
    return zip_source_make_command_bitmap(
        ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR,
        ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_BEGIN_WRITE,
        ZIP_SOURCE_COMMIT_WRITE, ZIP_SOURCE_ROLLBACK_WRITE, ZIP_SOURCE_SEEK_WRITE,
        ZIP_SOURCE_TELL_WRITE, ZIP_SOURCE_WRITE, ZIP_SOURCE_REMOVE, -1);
  case ZIP_SOURCE_STAT:
    zip_stat_init(data);
    zip_error_set(&target->error, ZIP_ER_READ, ENOENT);
    return -1;
  case ZIP_SOURCE_ERROR:
    return zip_error_to_data(&target->error, data, size);
  case ZIP_SOURCE_WRITE:
    return write_piece(target, data, size);
  case ZIP_SOURCE_SEEK_WRITE:
    return seek(target, data, size);
  case ZIP_SOURCE_TELL_WRITE:
    return ftello(target->file);
  case ZIP_SOURCE_COMMIT_WRITE:
    return fflush(target->file) == 0 ? 0 : fail(target);
  case ZIP_SOURCE_BEGIN_WRITE:
  case ZIP_SOURCE_ROLLBACK_WRITE:
  case ZIP_SOURCE_REMOVE:
  case ZIP_SOURCE_FREE:
    return 0;
  default:
    zip_error_set(&target->error, ZIP_ER_OPNOTSUPP, 0);
    return -1;
  }
}

/* ---- entries */

/* MS-DOS: seven bits of the year from 1980, four of the month, five of the day. */
static zip_uint16_t dos_day(int day) {
  char date[CALENDAR_DATE_BYTES];
  calendar_write(day, date);
  long year = strtol(date, NULL, 10), month = strtol(date + 5, NULL, 10);
  return (zip_uint16_t)((year - 1980) << 9 | month << 5 | strtol(date + 8, NULL, 10));
}

/* libzip closes what it is given; ours stays. It reads from where the file stands. */
static zip_source_t *source_of(zip_t *zip, FILE *file) {
  int own = dup(fileno(file));
  FILE *copy = own < 0 || lseek(own, 0, SEEK_SET) != 0 ? NULL : fdopen(own, "r");
  if (copy == NULL && own >= 0) {
    (void)close(own);
  }
  zip_source_t *source = copy == NULL ? NULL : zip_source_filep(zip, copy, 0, -1);
  if (source == NULL && copy != NULL) {
    (void)fclose(copy);
  }
  return source;
}

static bool add(zip_t *zip, const struct package_file *file, zip_uint16_t day) {
  zip_source_t *source = fflush(file->file) != 0 ? NULL : source_of(zip, file->file);
  zip_int64_t index = source == NULL ? -1 : zip_file_add(zip, file->name, source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    return false;
  }
  return zip_set_file_compression(zip, (zip_uint64_t)index,
                                  file->packed ? ZIP_CM_STORE : ZIP_CM_DEFLATE,
                                  DEFLATE_LEVEL) == 0 &&
         zip_file_set_dostime(zip, (zip_uint64_t)index, 0, day, 0) == 0;
}

static void tell(zip_t *zip, double part, void *export) {
  (void)zip;
  export_tell(export, EXPORT_CHECK_SHARE + EXPORT_PACK_SHARE * part);
}

static int cancel(zip_t *zip, void *export) {
  const struct export *of = export;
  (void)zip;
  return export_wanted(&of->options) ? 0 : 1;
}

static bool close_zip(zip_t *zip, const struct export *export) {
  void *state = (void *)(uintptr_t) export;
  return zip_register_progress_callback_with_state(zip, PROGRESS_STEP, tell, NULL, state) == 0 &&
         zip_register_cancel_callback_with_state(zip, cancel, NULL, state) == 0 &&
         zip_close(zip) == 0;
}

enum export_result export_zip(const struct export *export, FILE *archive,
                              const struct package_file *files, size_t count) {
  struct target target = {.file = archive};
  zip_error_t error;
  zip_error_init(&error);
  zip_error_init(&target.error);
  zip_source_t *source = zip_source_function_create(serve, &target, &error);
  zip_t *zip =
      source == NULL ? NULL : zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &error);
  bool good = zip != NULL;
  if (source != NULL && zip == NULL) {
    zip_source_free(source);
  }
  for (size_t i = 0; i < count && good; i++) {
    good = add(zip, &files[i], dos_day(export->day));
  }
  good = good && close_zip(zip, export);
  if (!good && zip != NULL) {
    zip_discard(zip);
  }
  zip_error_fini(&error);
  zip_error_fini(&target.error);
  return good ? EXPORT_OK : export_wanted(&export->options) ? EXPORT_SCRATCH : EXPORT_STOPPED;
}

/* ---- read back */

static bool same(const struct export *export, zip_t *zip, const struct package_file *file,
                 zip_uint64_t index, char *piece) {
  char hex[PACKAGE_SUM_BYTES];
  unsigned char sum[CRYPTO_SHA256_BYTES];
  struct crypto_sha256 hash;
  const char *name = zip_get_name(zip, index, 0);
  zip_file_t *entry =
      name == NULL || strcmp(name, file->name) != 0 ? NULL : zip_fopen_index(zip, index, 0);
  zip_int64_t got = entry == NULL ? -1 : zip_fread(entry, piece, PIECE_BYTES);
  crypto_sha256_begin(&hash);
  for (; got > 0; got = zip_fread(entry, piece, PIECE_BYTES)) {
    crypto_sha256_add(&hash, piece, (size_t)got);
    if (!export_wanted(&export->options)) {
      break;
    }
  }
  crypto_sha256_end(&hash, sum);
  if (entry != NULL) {
    (void)zip_fclose(entry);
  }
  for (size_t i = 0; i < sizeof sum; i++) {
    (void)snprintf(hex + 2 * i, 3, "%02x", sum[i]);
  }
  return got == 0 && strcmp(hex, file->sha256) == 0;
}

enum export_result export_zip_check(const struct export *export, FILE *archive,
                                    const struct package_file *files, size_t count) {
  static const size_t piece_bytes = PIECE_BYTES;
  int code = 0, own = dup(fileno(archive));
  zip_t *zip = own < 0 ? NULL : zip_fdopen(own, ZIP_CHECKCONS, &code);
  char *piece = malloc(piece_bytes);
  if (zip == NULL && own >= 0) {
    (void)close(own);
  }
  bool good = zip != NULL && piece != NULL && zip_get_num_entries(zip, 0) == (zip_int64_t)count;
  for (size_t i = 0; i < count && good; i++) {
    good = same(export, zip, &files[i], i, piece);
  }
  if (zip != NULL) {
    zip_discard(zip);
  }
  enum export_result result = piece == NULL                     ? EXPORT_MEMORY
                              : good                            ? EXPORT_OK
                              : export_wanted(&export->options) ? EXPORT_DAMAGED
                                                                : EXPORT_STOPPED;
  free(piece);
  return result;
}
