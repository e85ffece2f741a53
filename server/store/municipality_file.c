#include "store/municipality_file.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "survey/questionnaire.h"

enum { CODE_DIGITS = 3, CELLS_MAX = 3 };

static const char no_memory[] = "out of memory";

struct cell_span {
  const char *bytes;
  size_t length;
};

/* Cuts a line at its commas. False when it has too many. */
static bool cut(const char *line, size_t length, struct cell_span cells[CELLS_MAX]) {
  size_t count = 0;
  for (size_t start = 0; start <= length; count++) {
    size_t end = start;
    while (end < length && line[end] != ',') {
      end++;
    }
    if (count == CELLS_MAX) {
      return false;
    }
    cells[count] = (struct cell_span){line + start, end - start};
    start = end + 1;
  }
  return true;
}

/* A municipality's official code, or 0. */
static int read_code(struct cell_span cell) {
  if (cell.length != CODE_DIGITS || cell.bytes[0] == '0' ||
      strspn(cell.bytes, "0123456789") < CODE_DIGITS) {
    return 0;
  }
  return (int)strtol(cell.bytes, NULL, 10);
}

static bool add_line(json_t *list, const char *line, size_t length) {
  struct cell_span cells[CELLS_MAX] = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
  if (!cut(line, length, cells)) {
    return false;
  }
  int code = read_code(cells[0]);
  int merged_into = cells[2].length == 0 ? 0 : read_code(cells[2]);
  if (code == 0 || cells[1].length == 0 || (cells[2].length > 0 && merged_into == 0)) {
    return false;
  }
  json_t *municipality =
      json_pack("{s:i, s:s%}", "code", code, "name", cells[1].bytes, cells[1].length);
  if (merged_into != 0 &&
      json_object_set_new(municipality, "merged_into", json_integer(merged_into)) != 0) {
    json_decref(municipality);
    return false;
  }
  return json_array_append_new(list, municipality) == 0;
}

static const char *read_lines(json_t *list, const char *file, struct arena *arena) {
  int number = 1;
  for (const char *line = file; *line != '\0'; number++) {
    size_t length = strcspn(line, "\r\n");
    /* The first line names the columns. */
    if (number > 1 && length > 0 && !add_line(list, line, length)) {
      const char *message = arena_printf(
          arena, "municipalities.csv:%d: not a line of code,name[,merged_into]", number);
      return message == NULL ? no_memory : message;
    }
    line += length;
    line += strspn(line, "\r");
    line += *line == '\n';
  }
  return NULL;
}

const char *municipality_file_load(const char **json, const char *share_dir, struct arena *arena) {
  *json = NULL;
  const char *path = arena_printf(arena, "%s/templates/municipalities.csv", share_dir);
  const char *file = path == NULL ? NULL : questionnaire_read(path, arena);
  if (file == NULL) {
    const char *message = arena_printf(arena, "cannot read %s: %s",
                                       path == NULL ? "municipalities.csv" : path, strerror(errno));
    return message == NULL ? no_memory : message;
  }
  json_t *list = json_array();
  const char *message = read_lines(list, file, arena);
  char *text = message == NULL ? json_dumps(list, JSON_COMPACT) : NULL;
  if (message == NULL) {
    *json = text == NULL ? NULL : arena_string(arena, text);
    message = *json == NULL ? no_memory : NULL;
  }
  free(text);
  json_decref(list);
  return message;
}
