#include "store/migration_file.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "store/pg.h"
#include "survey/questionnaire.h"

enum { NUMBER_DIGITS = 4 };

static const char no_memory[] = "out of memory";

/* The number of a file called NNNN_name.sql, or 0. */
static int file_number(const char *name) {
  size_t length = strlen(name);
  if (length < NUMBER_DIGITS + 6 || strspn(name, "0123456789") != NUMBER_DIGITS ||
      name[NUMBER_DIGITS] != '_' || strcmp(name + length - 4, ".sql") != 0) {
    return 0;
  }
  return (int)strtol(name, NULL, 10);
}

static const char *load_file(struct migration_file *file, const char *folder, const char *name,
                             struct arena *arena) {
  const char *path = arena_printf(arena, "%s/%s", folder, name);
  file->name = arena_copy(arena, name, strlen(name) - strlen(".sql"));
  if (path == NULL || file->name == NULL) {
    return no_memory;
  }
  file->sql = questionnaire_read(path, arena);
  if (file->sql == NULL) {
    const char *message = arena_printf(arena, "cannot read %s: %s", path, strerror(errno));
    return message == NULL ? no_memory : message;
  }
  unsigned char checksum[MIGRATION_CHECKSUM_BYTES];
  (void)crypto_generichash(checksum, sizeof(checksum), (const unsigned char *)file->sql,
                           strlen(file->sql), NULL, 0);
  pg_hex(checksum, sizeof(checksum), file->checksum);
  return NULL;
}

static int by_number(const void *a, const void *b) {
  return ((const struct migration_file *)a)->number - ((const struct migration_file *)b)->number;
}

static const char *check_numbers(const struct migration_list *list, const char *folder,
                                 struct arena *arena) {
  for (size_t i = 0; i < list->count; i++) {
    if (list->items[i].number != (int)i + 1) {
      const char *message =
          arena_printf(arena, "%s: migration %04zu is missing or there twice", folder, i + 1);
      return message == NULL ? no_memory : message;
    }
  }
  if (list->count == 0) {
    const char *message = arena_printf(arena, "%s holds no migrations", folder);
    return message == NULL ? no_memory : message;
  }
  return NULL;
}

static const char *load_folder(struct migration_list *list, size_t most, DIR *entries,
                               const char *folder, struct arena *arena) {
  const struct dirent *entry;
  while (list->count < most && (entry = readdir(entries)) != NULL) {
    int number = file_number(entry->d_name);
    if (number == 0) {
      continue;
    }
    struct migration_file *file = &list->items[list->count++];
    file->number = number;
    const char *message = load_file(file, folder, entry->d_name, arena);
    if (message != NULL) {
      return message;
    }
  }
  qsort(list->items, list->count, sizeof(list->items[0]), by_number);
  return check_numbers(list, folder, arena);
}

static size_t count_entries(DIR *entries) {
  size_t count = 0;
  while (readdir(entries) != NULL) {
    count++;
  }
  rewinddir(entries);
  return count;
}

const char *migration_list_load(struct migration_list *list, const char *share_dir,
                                struct arena *arena) {
  *list = (struct migration_list){0};
  const char *folder = arena_printf(arena, "%s/migrations", share_dir);
  if (folder == NULL) {
    return no_memory;
  }
  DIR *entries = opendir(folder);
  if (entries == NULL) {
    const char *message =
        arena_printf(arena, "cannot open %s: %s; hint: HJEMSVAR_SHARE_DIR names the folder above",
                     folder, strerror(errno));
    return message == NULL ? no_memory : message;
  }
  const char *message = no_memory;
  size_t most = count_entries(entries);
  list->items = arena_array(arena, most, sizeof(list->items[0]));
  if (list->items != NULL) {
    message = load_folder(list, most, entries, folder, arena);
  }
  (void)closedir(entries);
  return message;
}
