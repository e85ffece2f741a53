/* Templates: up to three files (a, b and c, with a NUL between), rendered with values that want to
 * be HTML. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/template.h"
#include "base/utf8.h"
#include "fuzz.h"

/* Bytes that stand in no template here, so that a value is known when it is seen. */
#define EVIL    "\x02<\x02>\x02\"\x02'\x02&\x02 "
#define TRUSTED "<b>\x03</b>"

enum { FILES = 3, FOLDER_BYTES = 64 };

static char folder[FOLDER_BYTES];
static json_t *values;

static void file_path(int file, char path[FOLDER_BYTES + 8]) {
  (void)snprintf(path, FOLDER_BYTES + 8, "%s/%c.html", folder, 'a' + file);
}

static void write_files(struct fuzz_piece rest) {
  for (int i = 0; i < FILES; i++) {
    struct fuzz_piece piece = {0};
    char path[FOLDER_BYTES + 8];
    (void)fuzz_next(&rest, '\0', &piece);
    file_path(i, path);
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
      fuzz_require(fuzz_starved());
      return;
    }
    (void)fwrite(piece.data == NULL ? (const uint8_t *)"" : piece.data, 1, piece.size, file);
    (void)fclose(file);
  }
}

/* No sign of a value reaches the page as it is. */
static void check_escaped(const struct text *page) {
  static const char *const bare[] = {"\x02<", "\x02>", "\x02\"", "\x02'", "\x02&\x02"};
  for (size_t i = 0; page->data != NULL && i < array_length(bare); i++) {
    fuzz_require(strstr(page->data, bare[i]) == NULL);
  }
}

static void render(const struct template *template, struct arena *arena) {
  struct text page, again;
  text_init(&page);
  text_init(&again);
  template_render(template, values, &page);
  template_render(template, values, &again);
  if (!page.failed && !again.failed) {
    check_escaped(&page);
    fuzz_require(page.length == again.length);
    fuzz_require(page.length == 0 || memcmp(page.data, again.data, page.length) == 0);
  } else {
    fuzz_require(fuzz_starved());
  }
  text_clear(&page);
  text_clear(&again);
  const char *message = template_check(template, values, arena);
  fuzz_require(message == NULL || strchr(message, ':') != NULL);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  const char *place = getenv("TMPDIR");
  int length = snprintf(folder, sizeof folder, "%s/fuzz-XXXXXX", place != NULL ? place : "/tmp");
  fuzz_require(length > 0 && (size_t)length < sizeof folder && mkdtemp(folder) != NULL);
  values =
      json_pack("{s:s, s:i, s:b, s:n, s:s, s:{s:s, s:{s:s}}, s:[{s:s, s:b}, {s:b}], s:[]}", "name",
                EVIL, "number", 7, "yes", 1, "nothing", "html_trusted_page", TRUSTED, "a", "b",
                EVIL, "c", "d", EVIL, "list", "name", EVIL, "list", 0, "list", 0, "none");
  fuzz_require(values != NULL);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *message = NULL;
  struct arena *arena = arena_new(0);
  if (arena == NULL || (size > 0 && memchr(data, 2, size) != NULL)) {
    arena_free(arena);
    return 0;
  }
  write_files((struct fuzz_piece){data, size});
  struct template_set *set = template_set_load(folder, arena, &message);
  fuzz_require(set != NULL || message != NULL);
  for (int i = 0; set != NULL && i < FILES; i++) {
    const char name[] = {(char)('a' + i), '\0'};
    const struct template *template = template_find(set, name);
    fuzz_require(template != NULL || fuzz_starved());
    if (template != NULL) {
      render(template, arena);
    }
  }
  template_set_free(set);
  arena_free(arena);
  return 0;
}
