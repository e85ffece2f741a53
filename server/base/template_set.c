#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/template_node.h"
#include "base/utf8.h"

enum { FILE_MAX_BYTES = 1024 * 1024, TEMPLATES_MAX = 256 };

static const char ending[] = ".html";
static const char out_of_memory[] = "templates: memory is out";

struct template_set {
  struct arena *arena;
  struct template *templates; /* by name */
  size_t count;
};

static int compare_names(const void *left, const void *right) {
  const struct template *a = left, *b = right;
  return strcmp(a->name, b->name);
}

static int compare_name(const void *name, const void *right) {
  const struct template *template = right;
  return strcmp(name, template->name);
}

static struct template *find_in(const struct template_set *set, const char *name) {
  return bsearch(name, set->templates, set->count, sizeof *set->templates, compare_name);
}

const struct template *template_find(const struct template_set *set, const char *name) {
  return bsearch(name, set->templates, set->count, sizeof *set->templates, compare_name);
}

void template_set_free(struct template_set *set) {
  if (set != NULL) {
    struct arena *arena = set->arena; /* the set lives in it */
    arena_free(arena);
  }
}

static const char *message_file(struct arena *arena, const char *file, const char *what) {
  const char *message = arena_printf(arena, "%s:1: %s", file, what);
  return message == NULL ? out_of_memory : message;
}

static bool add_file(struct template_set *set, const char *folder, const char *file) {
  struct template *template = &set->templates[set->count];
  template->name = arena_copy(set->arena, file, strlen(file) - (sizeof ending - 1));
  template->file = arena_printf(set->arena, "%s/%s", folder, file);
  set->count++;
  return template->name != NULL && template->file != NULL;
}

static bool is_template(const char *file) {
  size_t length = strlen(file);
  return length > sizeof ending - 1 && file[0] != '.' &&
         strcmp(file + length - (sizeof ending - 1), ending) == 0;
}

static const char *list_files(struct template_set *set, const char *folder,
                              struct arena *messages) {
  const char *message = NULL;
  DIR *dir = opendir(folder);
  if (dir == NULL) {
    return message_file(messages, folder, "the folder of templates cannot be opened");
  }
  for (const struct dirent *entry; message == NULL && (entry = readdir(dir)) != NULL;) {
    if (!is_template(entry->d_name)) {
      continue;
    }
    if (set->count == TEMPLATES_MAX) {
      message = message_file(messages, folder, "the folder holds more than 256 templates");
    } else if (!add_file(set, folder, entry->d_name)) {
      message = out_of_memory;
    }
  }
  (void)closedir(dir);
  qsort(set->templates, set->count, sizeof *set->templates, compare_names);
  return message;
}

/* Reads a whole file; false when it cannot be read or is too large. */
static bool read_file(const char *path, struct text *content) {
  char piece[4096];
  size_t length;
  FILE *file = fopen(path, "re");
  if (file == NULL) {
    return false;
  }
  do {
    length = fread(piece, 1, sizeof piece, file);
    text_add_bytes(content, piece, length);
  } while (length == sizeof piece && content->length <= FILE_MAX_BYTES);
  bool whole = ferror(file) == 0 && content->length <= FILE_MAX_BYTES && !content->failed;
  (void)fclose(file);
  return whole;
}

static const char *compile_file(struct template_set *set, struct template *template,
                                struct arena *messages) {
  const char *message;
  struct text content;
  text_init(&content);
  if (!read_file(template->file, &content)) {
    message = message_file(messages, template->file, "the file cannot be read or is above 1 MiB");
  } else if (!utf8_valid(content.data, content.length)) {
    message = message_file(messages, template->file, "the file is not UTF-8");
  } else {
    const char *source = arena_copy(set->arena, content.data, content.length);
    message = source == NULL
                  ? out_of_memory
                  : template_compile(template, source, content.length, set->arena, messages);
  }
  text_clear(&content);
  return message;
}

static const char *link_partials(const struct template_set *set, struct template *template,
                                 struct arena *messages) {
  for (size_t i = 0; i < template->nodes_count; i++) {
    struct node *node = &template->nodes[i];
    if (node->kind != NODE_PARTIAL) {
      continue;
    }
    node->partial = find_in(set, node->text);
    if (node->partial == NULL) {
      return template_message(messages, template, node->line, "there is no partial", node->text);
    }
  }
  return NULL;
}

/* Depth first; a template met again while its own partials are being visited is
 * part of a circle. */
static const char *find_circle(const struct template_set *set, struct template *template,
                               struct arena *messages) {
  const char *message = NULL;
  template->visiting = true;
  for (size_t i = 0; message == NULL && i < template->nodes_count; i++) {
    const struct node *node = &template->nodes[i];
    if (node->kind != NODE_PARTIAL) {
      continue;
    }
    struct template *partial = find_in(set, node->text);
    if (partial->visiting) {
      message = template_message(messages, template, node->line, "partials form a circle through",
                                 node->text);
    } else if (!partial->visited) {
      message = find_circle(set, partial, messages);
    }
  }
  template->visiting = false;
  template->visited = true;
  return message;
}

static const char *load(struct template_set *set, const char *folder, struct arena *messages) {
  const char *message = list_files(set, folder, messages);
  for (size_t i = 0; message == NULL && i < set->count; i++) {
    message = compile_file(set, &set->templates[i], messages);
  }
  for (size_t i = 0; message == NULL && i < set->count; i++) {
    message = link_partials(set, &set->templates[i], messages);
  }
  for (size_t i = 0; message == NULL && i < set->count; i++) {
    if (!set->templates[i].visited) {
      message = find_circle(set, &set->templates[i], messages);
    }
  }
  return message;
}

struct template_set *template_set_load(const char *folder, struct arena *arena,
                                       const char **message) {
  struct arena *own = arena_new(0);
  struct template_set *set = own == NULL ? NULL : arena_alloc(own, sizeof *set);
  if (set != NULL) {
    set->arena = own;
    set->templates = arena_array(own, TEMPLATES_MAX, sizeof *set->templates);
  }
  if (set == NULL || set->templates == NULL) {
    arena_free(own);
    *message = out_of_memory;
    return NULL;
  }
  *message = load(set, folder, arena);
  if (*message != NULL) {
    template_set_free(set);
    return NULL;
  }
  return set;
}
