#include "municipality_letter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "letters_gather.h"

enum { FILE_MAX_BYTES = LETTER_LOGO_MAX_BYTES };

/* ---- files */

static int too_large(const char *path) {
  return cli_fail(EXIT_CODE_DATA, "%s is larger than 256 KiB; hint: take a smaller file", path);
}

/* Reads a whole file of at most FILE_MAX_BYTES, with a NUL after it. */
static int read_whole(const struct cli *cli, const char *path, char **bytes, size_t *size) {
  int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  *bytes = arena_alloc(cli->arena, FILE_MAX_BYTES + 2);
  *size = 0;
  ssize_t got = 1;
  while (fd >= 0 && *bytes != NULL && got > 0 && *size <= FILE_MAX_BYTES) {
    got = read(fd, *bytes + *size, FILE_MAX_BYTES + 1 - *size);
    *size += got > 0 ? (size_t)got : 0;
  }
  int error = errno;
  if (fd > STDIN_FILENO) {
    (void)close(fd);
  }
  if (*bytes == NULL) {
    return cli_fail_memory();
  }
  if (fd < 0 || got < 0) {
    return cli_fail(EXIT_CODE_IO,
                    "%s cannot be read: %s; hint: name a file that this user may read", path,
                    strerror(error));
  }
  return *size > FILE_MAX_BYTES ? too_large(path) : 0;
}

static int read_own_words(const struct cli *cli, struct municipality_letter *letter) {
  const char *path = cli_value(cli, "own-words");
  char *bytes, *words;
  size_t size, points;
  int failed = path == NULL ? 0 : read_whole(cli, path, &bytes, &size);
  if (path == NULL || failed != 0) {
    return failed;
  }
  enum utf8_result result = utf8_normalise(cli->arena, bytes, size, &words, &points);
  if (result == UTF8_MEMORY) {
    return cli_fail_memory();
  }
  if (result != UTF8_OK || points > LETTER_OWN_WORDS_MAX) {
    return cli_fail(EXIT_CODE_DATA,
                    "%s cannot be printed in a letter; hint: plain text in UTF-8, at most %d "
                    "characters",
                    path, LETTER_OWN_WORDS_MAX);
  }
  letter->change.own_words = words;
  letter->given = true;
  return 0;
}

static int read_logo(const struct cli *cli, struct municipality_letter *letter) {
  const char *path = cli_value(cli, "logo"), *type = NULL;
  struct letter_trouble trouble = {.lines = 0};
  char *bytes;
  size_t size;
  int failed = path == NULL ? 0 : read_whole(cli, path, &bytes, &size);
  if (path == NULL || failed != 0) {
    return failed;
  }
  enum letter_result result =
      size == 0 ? LETTER_OK
                : letter_logo_check((const unsigned char *)bytes, size, &type, &trouble);
  if (result == LETTER_PROGRAM) {
    return cli_fail_press(trouble.what);
  }
  if (result != LETTER_OK) {
    return cli_fail(EXIT_CODE_DATA,
                    "%s is no logo that can be printed: %s; hint: a PNG or SVG of at most 256 KiB",
                    path, trouble.what);
  }
  letter->logo =
      (struct letter_logo_change){.type = type, .bytes = (unsigned char *)bytes, .size = size};
  letter->change.logo = &letter->logo;
  letter->given = true;
  return 0;
}

/* ---- measures */

static int read_window(const struct cli *cli, struct municipality_letter *letter) {
  const char *value = cli_value(cli, "window");
  if (value == NULL) {
    return 0;
  }
  size_t count = 0;
  const char *const *items = cli_split(cli, value, &count);
  if (items == NULL) {
    return cli_fail_memory();
  }
  int *const members[] = {&letter->window.x, &letter->window.y, &letter->window.width,
                          &letter->window.height};
  bool good = count == array_length(members);
  for (size_t i = 0; good && i < count; i++) {
    good = cli_number(items[i], 0, 210, members[i]);
  }
  if (!good) {
    return cli_fail(EXIT_CODE_USAGE,
                    "--window is \"%s\"; hint: whole millimetres from the left and the top, width "
                    "and height, such as 20,45,85,30",
                    value);
  }
  letter->change.window = &letter->window;
  letter->given = true;
  return 0;
}

static int read_fold_marks(const struct cli *cli, struct municipality_letter *letter) {
  const char *value = cli_value(cli, "fold-marks");
  if (value == NULL) {
    return 0;
  }
  if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0) {
    return cli_fail(EXIT_CODE_USAGE, "--fold-marks is \"%s\"; hint: on or off", value);
  }
  letter->fold_marks = strcmp(value, "on") == 0;
  letter->change.fold_marks = &letter->fold_marks;
  letter->given = true;
  return 0;
}

int municipality_letter_read(const struct cli *cli, struct municipality_letter *letter) {
  *letter = (struct municipality_letter){0};
  int failed = read_own_words(cli, letter);
  failed = failed != 0 ? failed : read_logo(cli, letter);
  failed = failed != 0 ? failed : read_window(cli, letter);
  return failed != 0 ? failed : read_fold_marks(cli, letter);
}

/* ---- storing */

/* The letter as it will be, with a stand-in for whom it names: that may come later. */
static void apply(const struct municipality_letter *letter, const struct letter_settings *settings,
                  struct letter_options *options) {
  const struct letter_window *window =
      letter->change.window != NULL ? letter->change.window : &settings->window;
  *options = (struct letter_options){
      .in = options->in,
      .sender = settings->sender,
      .contact = settings->contact[0] != '\0' ? settings->contact : "x",
      .phone = settings->phone[0] != '\0' ? settings->phone : "x",
      .email = settings->email,
      .controller = settings->sender, /* about as long as whoever carries it out */
      .own_words =
          letter->change.own_words != NULL ? letter->change.own_words : settings->own_words,
      .window_x = window->x,
      .window_y = window->y,
      .window_width = window->width,
      .window_height = window->height,
      .today = settings->today,
      .public_url = "https://svar.example"};
}

static int check_fit(const struct cli *cli, int municipality,
                     const struct municipality_letter *letter) {
  struct letters_facts facts = {.municipality = municipality};
  struct letter_trouble trouble = {.lines = 0};
  struct letter_settings settings;
  int failed = letters_words_load(cli, &facts.words);
  if (failed != 0) {
    return failed;
  }
  enum store_result result = letter_settings_find(cli->store, municipality, cli->arena, &settings);
  if (result != STORE_OK) {
    failed = cli_store_failed(cli, result, "finding the settings of the letter");
  } else {
    facts.options.in =
        (struct letter_language){.language = "da", .words = words_of(facts.words, "da")};
    apply(letter, &settings, &facts.options);
    failed = letters_failed(&facts, letter_check(&facts.options, &trouble), &trouble);
  }
  letters_clear(&facts);
  return failed;
}

int municipality_letter_set(const struct cli *cli, int municipality,
                            const struct municipality_letter *letter) {
  int failed = letter->given ? check_fit(cli, municipality, letter) : 0;
  if (!letter->given || failed != 0) {
    return failed;
  }
  enum store_result result = letter_settings_set(cli->store, municipality, &letter->change);
  return result == STORE_OK ? 0
                            : cli_store_failed(cli, result, "storing the settings of the letter");
}

/* ---- showing */

int municipality_letter_show(const struct cli *cli, int municipality, json_t *object) {
  struct letter_settings settings;
  enum store_result result = letter_settings_find(cli->store, municipality, cli->arena, &settings);
  if (result != STORE_OK) {
    return cli_store_failed(cli, result, "finding the settings of the letter");
  }
  const struct letter_window *window = &settings.window;
  int added = json_object_set_new(object, "own_words", json_string(settings.own_words));
  added |= json_object_set_new(
      object, "window",
      json_pack("[i, i, i, i]", window->x, window->y, window->width, window->height));
  added |= json_object_set_new(object, "fold_marks", json_boolean(settings.fold_marks));
  added |= json_object_set_new(object, "logo", cli_json_string(settings.logo_type));
  return added == 0 ? 0 : cli_fail_memory();
}

static int measure(const json_t *object, size_t index) {
  return (int)json_integer_value(json_array_get(json_object_get(object, "window"), index));
}

void municipality_letter_print(const json_t *object) {
  const char *logo = json_string_value(json_object_get(object, "logo"));
  (void)printf("window   %d,%d,%d,%d mm\nmarks    %s\nlogo     %s\nwords    %s\n",
               measure(object, 0), measure(object, 1), measure(object, 2), measure(object, 3),
               json_is_true(json_object_get(object, "fold_marks")) ? "on" : "off",
               logo != NULL ? logo : "", json_string_value(json_object_get(object, "own_words")));
}
