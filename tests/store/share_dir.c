#define _XOPEN_SOURCE 700
#include "share_dir.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "database.h"
#include "store/migration_file.h"
#include "survey/questionnaire.h"

enum { PATH_BYTES = 512, OPEN_FOLDERS = 8 };

static void make_folder(const char *folder, const char *name) {
  char path[PATH_BYTES];
  (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
  cr_assert_eq(mkdir(path, 0700), 0);
}

const char *share_dir_copy(struct arena *arena) {
  char *folder = arena_string(arena, "/tmp/hjemsvar-share.XXXXXX");
  struct migration_list list;
  cr_assert(folder != NULL && mkdtemp(folder) != NULL);
  make_folder(folder, "migrations");
  make_folder(folder, "templates");
  cr_assert_null(migration_list_load(&list, database_share_dir(), arena));
  for (size_t i = 0; i < list.count; i++) {
    const char *name = arena_printf(arena, "migrations/%s.sql", list.items[i].name);
    share_dir_add(folder, name, list.items[i].sql);
  }
  const char *municipalities = questionnaire_read(
      arena_printf(arena, "%s/templates/municipalities.csv", database_share_dir()), arena);
  cr_assert_not_null(municipalities);
  share_dir_add(folder, "templates/municipalities.csv", municipalities);
  return folder;
}

void share_dir_add(const char *folder, const char *name, const char *text) {
  char path[PATH_BYTES];
  (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
  FILE *file = fopen(path, "ae");
  cr_assert_not_null(file);
  cr_assert(fputs(text, file) >= 0);
  cr_assert_eq(fclose(file), 0);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place) {
  (void)status;
  (void)kind;
  (void)place;
  return remove(path);
}

void share_dir_remove(const char *folder) {
  cr_assert_eq(nftw(folder, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS), 0);
}
