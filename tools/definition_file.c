#include "definition_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool ends_with(const char *name, const char *ending) {
  size_t length = strlen(name), tail = strlen(ending);
  return length >= tail && strcmp(name + length - tail, ending) == 0;
}

static int compare_paths(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Adds a path, growing the list by doubling; false when memory is out. */
static bool add_path(struct arena *arena, struct file_list *list, const char *path) {
  if ((list->count & (list->count - 1)) == 0) {
    const char **more = arena_array(arena, list->count == 0 ? 1 : list->count * 2, sizeof *more);
    if (more == NULL) {
      return false;
    }
    if (list->count > 0) {
      memcpy(more, list->paths, list->count * sizeof *more);
    }
    list->paths = more;
  }
  list->paths[list->count++] = path;
  return path != NULL;
}

struct file_list definition_file_list(struct arena *arena, const char *folder, const char *prefix) {
  struct file_list list = {.paths = arena_array(arena, 1, sizeof *list.paths)};
  DIR *directory = list.paths == NULL ? NULL : opendir(folder);
  if (directory == NULL) {
    return list;
  }
  bool done = true;
  for (struct dirent *entry; done && (entry = readdir(directory)) != NULL;) {
    const char *name = entry->d_name;
    if (name[0] != '.' && strncmp(name, prefix, strlen(prefix)) == 0 && ends_with(name, ".json")) {
      done = add_path(arena, &list, arena_printf(arena, "%s/%s", folder, name));
    }
  }
  (void)closedir(directory);
  if (!done) {
    return (struct file_list){0};
  }
  qsort(list.paths, list.count, sizeof *list.paths, compare_paths);
  return list;
}

/* The folder a file lies in. NULL when memory is out. */
static const char *folder_of(struct arena *arena, const char *path) {
  const char *slash = strrchr(path, '/');
  if (slash == NULL) {
    return ".";
  }
  return slash == path ? "/" : arena_copy(arena, path, (size_t)(slash - path));
}

/* The real name of the folder of path if its last part is name, else NULL. */
static const char *folder_named(struct arena *arena, const char *path, const char *name) {
  const char *folder = folder_of(arena, path);
  char *real = folder == NULL ? NULL : realpath(folder, NULL);
  const char *found = NULL;
  if (real != NULL && ends_with(real, name)) {
    found = arena_copy(arena, real, strlen(real) - strlen(name));
  }
  free(real);
  return found;
}

struct file_list definition_file_translations(struct arena *arena, const char *path,
                                              const char *id) {
  const char *above = folder_named(arena, path, "/questionnaires");
  const char *folder = above == NULL ? "" : arena_printf(arena, "%s/translations", above);
  const char *prefix = arena_printf(arena, "%s.", id);
  if (folder == NULL || prefix == NULL) {
    return (struct file_list){0};
  }
  return definition_file_list(arena, folder, prefix);
}

int definition_file_read(const struct cli *cli, const char *path, const char **json) {
  errno = 0;
  *json = questionnaire_read(path, cli->arena);
  if (*json == NULL && errno == EILSEQ) {
    return cli_fail(EXIT_CODE_DATA, "%s is not UTF-8 text; hint: is it the right file?", path);
  }
  if (*json == NULL) {
    return errno == EFBIG ? cli_fail(EXIT_CODE_DATA,
                                     "%s is larger than 1 MiB; hint: is it the "
                                     "right file?",
                                     path)
                          : cli_fail(EXIT_CODE_IO,
                                     "%s cannot be read: %s; hint: see that the "
                                     "file is there and readable",
                                     path, strerror(errno));
  }
  return 0;
}

bool definition_file_is_translation(const struct cli *cli, const char *json,
                                    const char **questionnaire) {
  json_t *object = json_loads(json, 0, NULL);
  const json_t *id = json_object_get(object, "questionnaire");
  bool is = id != NULL || json_object_get(object, "texts") != NULL;
  const char *copy = json_is_string(id) ? arena_string(cli->arena, json_string_value(id)) : NULL;
  *questionnaire = copy == NULL ? "" : copy;
  json_decref(object);
  return is;
}

int definition_file_tell(const char *path, const struct complaints *complaints) {
  for (size_t i = 0; i < complaints->count; i++) {
    const struct complaint *complaint = &complaints->items[i];
    (void)fprintf(stderr, "%s:", path);
    if (complaint->line > 0) {
      (void)fprintf(stderr, "%d:", complaint->line);
    }
    (void)fprintf(stderr, " %s: %s\n", complaint->path, complaint->message);
  }
  return complaints->count > 0 ? EXIT_CODE_DATA : cli_fail_memory();
}

int definition_file_load(const struct cli *cli, const char *path, const char *json,
                         const struct questionnaire **questionnaire) {
  struct complaints complaints = {0};
  *questionnaire = questionnaire_load(json, cli->arena, &complaints);
  return *questionnaire == NULL ? definition_file_tell(path, &complaints) : 0;
}

int definition_file_load_translation(const struct cli *cli, const char *path, const char *json,
                                     const struct questionnaire *questionnaire,
                                     const struct translation **translation) {
  struct complaints complaints = {0};
  *translation = translation_load(questionnaire, json, cli->arena, &complaints);
  return *translation == NULL ? definition_file_tell(path, &complaints) : 0;
}

/* An id goes into a path only when it is one. */
static bool is_id(const char *id) {
  return id[0] != '\0' && id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_-")] == '\0';
}

int definition_file_find(const struct cli *cli, const char *path, const char *id,
                         const struct questionnaire **questionnaire) {
  if (!is_id(id)) {
    return cli_fail(EXIT_CODE_DATA,
                    "%s does not say which questionnaire it translates; hint: \"questionnaire\": "
                    "\"bilag8\"",
                    path);
  }
  const char *above = folder_named(cli->arena, path, "/translations");
  const char *file =
      above == NULL ? NULL : arena_printf(cli->arena, "%s/questionnaires/%s.json", above, id);
  if (file == NULL || access(file, R_OK) != 0) {
    file =
        arena_printf(cli->arena, "%s/templates/questionnaires/%s.json", cli->config.share_dir, id);
  }
  const char *json;
  if (file == NULL) {
    return cli_fail_memory();
  }
  int failed = definition_file_read(cli, file, &json);
  return failed != 0 ? failed : definition_file_load(cli, file, json, questionnaire);
}
