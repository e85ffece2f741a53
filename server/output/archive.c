#include "output/archive.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "output/export_zip.h"

_Static_assert(ARCHIVE_NAME_MAX + 1 == PACKAGE_NAME_BYTES, "a name fits");
_Static_assert(ARCHIVE_SUM_CHARACTERS + 1 == PACKAGE_SUM_BYTES, "a checksum fits");

struct archive {
  const char *scratch;
  char *piece; /* of PACKAGE_PIECE_BYTES */
  struct package_file files[ARCHIVE_FILES_MAX];
  size_t count;
  enum export_result result; /* the first that went wrong */
};

static void keep(struct archive *archive, enum export_result result) {
  archive->result = archive->result == EXPORT_OK ? result : archive->result;
}

struct archive *archive_new(const char *scratch) {
  static const size_t piece_bytes = PACKAGE_PIECE_BYTES;
  struct archive *archive = calloc(1, sizeof *archive);
  if (archive != NULL) {
    archive->scratch = scratch;
    archive->piece = malloc(piece_bytes);
  }
  if (archive != NULL && archive->piece == NULL) {
    free(archive);
    return NULL;
  }
  return archive;
}

void archive_free(struct archive *archive) {
  if (archive == NULL) {
    return;
  }
  for (size_t i = 0; i < archive->count; i++) {
    (void)fclose(archive->files[i].file);
  }
  free(archive->piece);
  free(archive);
}

/* ---- files */

static bool ends_packed(const char *name) {
  static const char *const endings[] = {".xlsx", ".pdf"};
  for (size_t i = 0; i < array_length(endings); i++) {
    size_t length = strlen(name), tail = strlen(endings[i]);
    if (length > tail && strcmp(name + length - tail, endings[i]) == 0) {
      return true;
    }
  }
  return false;
}

void archive_add(struct archive *archive, const char *name, FILE *file) {
  if (file == NULL) {
    keep(archive, EXPORT_SCRATCH);
    return;
  }
  if (archive->count == ARCHIVE_FILES_MAX || strlen(name) > ARCHIVE_NAME_MAX) {
    keep(archive, EXPORT_LARGE);
    (void)fclose(file);
    return;
  }
  struct package_file *added = &archive->files[archive->count++];
  *added =
      (struct package_file){.about = "", .file = file, .rows = -1, .packed = ends_packed(name)};
  (void)snprintf(added->name, sizeof added->name, "%s", name);
  if (!package_file_sum(added, archive->piece, NULL)) {
    keep(archive, EXPORT_SCRATCH);
  }
}

FILE *archive_scratch(const struct archive *archive) {
  return export_scratch(archive->scratch);
}

void archive_add_text(struct archive *archive, const char *name, struct text *text) {
  FILE *file = text->failed ? NULL : export_scratch(archive->scratch);
  if (text->failed) {
    keep(archive, EXPORT_MEMORY);
  } else if (file == NULL || !export_to_file(file, text->data, text->length) || fflush(file) != 0) {
    keep(archive, EXPORT_SCRATCH);
  }
  if (file != NULL) {
    archive_add(archive, name, file);
  }
  text_clear(text);
}

/* ---- files of another package */

static FILE *unpack(struct archive *archive, zip_file_t *entry) {
  FILE *file = export_scratch(archive->scratch);
  zip_int64_t got = file == NULL ? -1 : 1;
  while (got > 0) {
    got = zip_fread(entry, archive->piece, PACKAGE_PIECE_BYTES);
    if (got > 0 && !export_to_file(file, archive->piece, (size_t)got)) {
      got = -1;
    }
  }
  if (file != NULL && (got < 0 || fflush(file) != 0)) {
    (void)fclose(file);
    file = NULL;
  }
  return file;
}

static void add_entry(struct archive *archive, const char *folder, zip_t *zip, zip_uint64_t index) {
  char name[2 * PACKAGE_NAME_BYTES];
  zip_file_t *entry = zip_fopen_index(zip, index, 0);
  if (entry == NULL) {
    keep(archive, EXPORT_DAMAGED);
    return;
  }
  (void)snprintf(name, sizeof name, "%s%s", folder, zip_get_name(zip, index, 0));
  archive_add(archive, name, unpack(archive, entry));
  (void)zip_fclose(entry);
}

void archive_add_zip(struct archive *archive, const char *folder, FILE *file) {
  int code = 0, own = dup(fileno(file));
  zip_t *zip = own < 0 ? NULL : zip_fdopen(own, ZIP_CHECKCONS, &code);
  if (zip == NULL) {
    keep(archive, EXPORT_DAMAGED);
    if (own >= 0) {
      (void)close(own);
    }
    return;
  }
  zip_int64_t count = zip_get_num_entries(zip, 0);
  for (zip_int64_t i = 0; i < count && archive->result == EXPORT_OK; i++) {
    add_entry(archive, folder, zip, (zip_uint64_t)i);
  }
  zip_discard(zip);
}

/* ---- the whole */

static void add_sums(struct archive *archive) {
  struct text text;
  text_init(&text);
  for (size_t i = 0; i < archive->count; i++) {
    text_addf(&text, "%s  %s\n", archive->files[i].sha256, archive->files[i].name);
  }
  archive_add_text(archive, "SHA256SUMS", &text);
}

static void sum_whole(struct archive *archive, FILE *zip, struct archive_sum *sum) {
  struct package_file whole = {.file = zip};
  if (!package_file_sum(&whole, archive->piece, NULL)) {
    keep(archive, EXPORT_SCRATCH);
  }
  (void)snprintf(sum->sha256, sizeof sum->sha256, "%s", whole.sha256);
  sum->bytes = whole.bytes;
  rewind(zip);
}

enum export_result archive_finish(struct archive *archive, int day, FILE **zip,
                                  struct archive_sum *sum) {
  const struct export dated = {.day = day}; /* what export_zip asks of one */
  *zip = NULL;
  add_sums(archive);
  FILE *file = archive->result == EXPORT_OK ? export_scratch(archive->scratch) : NULL;
  if (file == NULL) {
    keep(archive, EXPORT_SCRATCH);
    return archive->result;
  }
  keep(archive, export_zip(&dated, file, archive->files, archive->count));
  if (archive->result == EXPORT_OK) {
    keep(archive, export_zip_check(&dated, file, archive->files, archive->count));
  }
  if (archive->result == EXPORT_OK) {
    sum_whole(archive, file, sum);
  }
  if (archive->result != EXPORT_OK) {
    (void)fclose(file);
    return archive->result;
  }
  *zip = file;
  return EXPORT_OK;
}
