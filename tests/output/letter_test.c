#include "output/letter.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/words.h"
#include "output/sheet.h"

static struct arena *arena;
static struct words_set *words;
static struct letter_options options;
static struct text out;

static void setup(void) {
  const char *message = NULL;
  arena = arena_new(0);
  words = words_set_load("templates/letters", arena, &message);
  cr_assert_not_null(words, "%s", message);
  text_init(&out);
  options = (struct letter_options){.in = {"da", words_of(words, "da"), false},
                                    .sender = "Helsingør Kommune",
                                    .contact = "Anne Holm",
                                    .phone = "49 28 28 28",
                                    .email = "",
                                    .controller = "VIVE",
                                    .own_words = "",
                                    .window_x = 20,
                                    .window_y = 45,
                                    .window_width = 85,
                                    .window_height = 30,
                                    .fold_marks = true,
                                    .today = "2026-11-22T10:00:00+01:00",
                                    .public_url = "https://svar.example"};
}

static void teardown(void) {
  text_clear(&out);
  words_set_free(words);
  arena_free(arena);
}

TestSuite(letter, .init = setup, .fini = teardown);

static bool keep(void *context, const char *bytes, size_t size) {
  text_add_bytes(context, bytes, size);
  return true;
}

static bool refuse(void *context, const char *bytes, size_t size) {
  (void)context;
  (void)bytes;
  (void)size;
  return false;
}

static enum letter_result check(struct letter_trouble *trouble) {
  *trouble = (struct letter_trouble){.lines = 0};
  return letter_check(&options, trouble);
}

/* As a reader of PDF counts them: how the bytes are packed differs between versions of Cairo. */
static int pages_of(const struct text *pdf) {
  char path[] = "/tmp/letter_XXXXXX", command[64], line[256];
  int pages = -1;
  FILE *file = fdopen(mkstemp(path), "w");
  cr_assert_eq(fwrite(pdf->data, 1, pdf->length, file), pdf->length);
  cr_assert_eq(fclose(file), 0);
  (void)snprintf(command, sizeof command, "pdfinfo %s", path);
  FILE *info = popen(command, "r");
  while (fgets(line, sizeof line, info) != NULL) {
    (void)sscanf(line, "Pages: %d", &pages);
  }
  (void)pclose(info);
  (void)remove(path);
  return pages;
}

Test(letter, is_a_page_for_each_code) {
  struct letter_file *file;
  cr_assert_eq(letter_begin(&options, keep, &out, &file, NULL), LETTER_OK);
  cr_expect_eq(letter_add(file, "7KQ4M2V"), LETTER_OK);
  cr_expect_eq(letter_add(file, "01234567890"), LETTER_OK);
  cr_expect_eq(letter_add(file, "ABCDEFGHJKM"), LETTER_OK);
  cr_expect_eq(letter_end(file), LETTER_OK);
  cr_expect(out.length > 8 && memcmp(out.data, "%PDF-1.", 7) == 0);
  cr_expect_eq(pages_of(&out), 3);
}

Test(letter, keeps_the_qr_code_off_every_fold) {
  for (double y = 0; y < 250; y += 0.5) {
    for (double size = 20; size <= 40; size += 1) {
      double quiet = size * 4 / 25, placed = sheet_below_folds(y, size, quiet);
      cr_assert_geq(placed, y);
      for (double fold = 99; fold < 297; fold += 99) {
        cr_assert(placed - quiet >= fold || placed + size + quiet <= fold, "%g mm at %g", size, y);
      }
    }
  }
}

Test(letter, that_lacks_a_contact_or_a_phone_is_none) {
  struct letter_trouble trouble;
  options.contact = " ";
  cr_expect_eq(check(&trouble), LETTER_INCOMPLETE);
  cr_expect_str_eq(trouble.what, "contact");
  options.contact = "Anne Holm";
  options.phone = "";
  cr_expect_eq(check(&trouble), LETTER_INCOMPLETE);
  cr_expect_str_eq(trouble.what, "phone");
}

Test(letter, that_is_too_long_says_by_how_many_lines) {
  struct letter_trouble trouble;
  struct text own;
  text_init(&own);
  int fitting = 4;
  text_add(&own, "En linje.\nEn linje.\nEn linje.\nEn linje.\n");
  for (int lines = fitting + 1; lines <= 15; lines++) { /* each starts a program */
    text_add(&own, "En linje.\n");
    options.own_words = own.data;
    enum letter_result result = check(&trouble);
    cr_assert(result == LETTER_OK || result == LETTER_LONG);
    if (result == LETTER_OK) {
      cr_assert_eq(fitting, lines - 1);
      fitting = lines;
    } else {
      cr_expect_eq(trouble.lines, lines - fitting, "%d lines", lines);
    }
  }
  cr_expect(fitting >= 5 && fitting < 15, "%d lines fit", fitting);
  text_clear(&own);
}

/* A window that leaves room for the sender beside it, above the fold. */
static const struct {
  int x, y, width, height;
  enum letter_result expected;
} windows[] = {
    {20, 45, 85, 30, LETTER_OK},      {110, 45, 85, 30, LETTER_OK},
    {0, 35, 100, 60, LETTER_OK},      {20, 34, 85, 30, LETTER_WINDOW},
    {20, 70, 85, 30, LETTER_WINDOW},  {60, 45, 85, 30, LETTER_WINDOW},
    {180, 45, 85, 30, LETTER_WINDOW}, {20, 45, 0, 30, LETTER_WINDOW},
};

Test(letter, needs_a_window_that_leaves_room_for_the_sender) {
  struct letter_trouble trouble;
  for (size_t i = 0; i < array_length(windows); i++) {
    options.window_x = windows[i].x;
    options.window_y = windows[i].y;
    options.window_width = windows[i].width;
    options.window_height = windows[i].height;
    cr_expect_eq(check(&trouble), windows[i].expected, "window %zu", i);
  }
}

Test(letter, with_a_character_that_no_font_has_is_refused) {
  struct letter_trouble trouble;
  options.own_words = "\xF3\xB0\x80\x80"; /* a private character */
  cr_expect_eq(check(&trouble), LETTER_GLYPH);
}

Test(letter, fits_in_every_language_with_all_the_others) {
  static const char *const languages[] = {"da", "en", "ar", "uk"};
  struct letter_trouble trouble;
  for (size_t i = 0; i < array_length(languages); i++) {
    struct letter_language offered[array_length(languages)];
    size_t count = 0;
    for (size_t k = 0; k < array_length(languages); k++) {
      if (k != i) {
        offered[count++] =
            (struct letter_language){languages[k], words_of(words, languages[k]), true};
      }
    }
    options.in = (struct letter_language){languages[i], words_of(words, languages[i]), true};
    options.offered = offered;
    options.offered_count = count;
    options.uses = (int)i;
    cr_expect_eq(check(&trouble), LETTER_OK, "%s: %d lines", languages[i], trouble.lines);
    options.per_child = true;
    cr_expect_eq(check(&trouble), LETTER_OK, "%s, for each child: %d lines", languages[i],
                 trouble.lines);
    options.per_child = false;
    for (enum poster_paper paper = POSTER_A4; paper <= POSTER_A5; paper++) {
      cr_expect_eq(poster_render(&options, paper, "7KQ4M2V", keep, &out, &trouble), LETTER_OK,
                   "%s: poster: %d lines", languages[i], trouble.lines);
    }
    cr_expect_eq(letter_test_print(&options, keep, &out, &trouble), LETTER_OK);
  }
}

Test(letter, speaks_of_each_child_where_an_answer_is_of_a_child) {
  struct letter_trouble trouble;
  options.in = (struct letter_language){"da", words_of(words, "da"), false};
  for (options.uses = 0; options.uses < 4; options.uses++) {
    for (int child = 0; child < 2; child++) {
      options.per_child = child == 1;
      text_reset(&out);
      cr_assert_eq(letter_text(&options, "7KQ4M2V", &out, &trouble), LETTER_OK);
      bool parents = strstr(out.data, "to forældre") != NULL;
      bool children = strstr(out.data, "ét skema for hvert barn") != NULL;
      cr_expect_eq(parents, child == 0 && options.uses % 2 == 0, "%d uses", options.uses);
      cr_expect_eq(children, child == 1, "%d uses", options.uses);
    }
  }
}

Test(letter, tells_when_nobody_takes_its_bytes) {
  struct letter_file *file;
  enum letter_result result = letter_begin(&options, refuse, NULL, &file, NULL);
  for (int i = 0; i < 100 && result == LETTER_OK; i++) {
    result = letter_add(file, "7KQ4M2V");
  }
  cr_expect_eq(letter_end(file), LETTER_STOPPED);
}

Test(letter, with_an_address_that_no_qr_code_holds_is_refused) {
  static char url[4000] = "https://";
  struct letter_file *file;
  memset(url + 8, 'a', sizeof url - 9);
  options.public_url = url;
  cr_assert_eq(letter_begin(&options, keep, &out, &file, NULL), LETTER_OK);
  cr_expect_eq(letter_add(file, "7KQ4M2V"), LETTER_LINK);
  cr_expect_eq(letter_end(file), LETTER_LINK);
}

Test(letter, words_have_another_hash_when_a_word_changes) {
  unsigned char a[LETTER_WORDS_HASH_BYTES], b[LETTER_WORDS_HASH_BYTES];
  json_t *copy = json_deep_copy(words_of(words, "da"));
  cr_assert(letter_words_hash(words_of(words, "da"), a));
  cr_assert(letter_words_hash(copy, b));
  cr_expect_arr_eq(a, b, sizeof a);
  (void)json_object_set_new(copy, "greeting", json_string("Hej"));
  cr_assert(letter_words_hash(copy, b));
  cr_expect_arr_neq(a, b, sizeof a);
  json_decref(copy);
}

static const struct {
  const char *bytes;
  size_t size;
  enum letter_result expected;
} logos[] = {
    {"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>", 0, LETTER_OK},
    {"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 3\"/>", 0, LETTER_OK},
    {"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"0\" height=\"0\"/>", 0, LETTER_OK},
    {"<svg xmlns=\"http://www.w3.org/2000/svg\"><style>.a{fill:url(#g)}</style><g class=\"a\">"
     "<path d=\"M0 0h9\" clip-path=\"url(#c)\"/></g></svg>",
     0, LETTER_OK},
    {"<svg xmlns=\"http://www.w3.org/2000/svg\"><g id=\"a\"/><use href=\"#a\"/></svg>", 0,
     LETTER_LOGO},
    {"<svg xmlns=\"http://www.w3.org/2000/svg\"><filter id=\"f\"/></svg>", 0, LETTER_LOGO},
    {"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>", 0, LETTER_LOGO},
    {"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"a()\"/>", 0, LETTER_LOGO},
    {"<svg xmlns=\"http://www.w3.org/2000/svg\"><a href=\"https://example.org\"/></svg>", 0,
     LETTER_LOGO},
    {"<svg xmlns=\"http://www.w3.org/2000/svg\"><style>@import 'a.css'</style></svg>", 0,
     LETTER_LOGO},
    {"<svg xmlns=\"http://www.w3.org/2000/svg\"><path style=\"fill:url(a.svg#b)\"/></svg>", 0,
     LETTER_LOGO},
    {"<svg xmlns=\"http://www.w3.org/2000/svg\"><path stroke-dasharray=\"0.001\"/></svg>", 0,
     LETTER_LOGO},
    {"<svg", 0, LETTER_LOGO},
    {"text", 0, LETTER_LOGO},
    {"\x89PNG\r\n\x1A\n", 8, LETTER_LOGO},
    {"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\1\0\0\0\1\0\0", 24, LETTER_LOGO}, /* 65,536 wide */
};

Test(letter, takes_only_a_logo_that_can_be_printed) {
  for (size_t i = 0; i < array_length(logos); i++) {
    const char *type;
    struct letter_trouble trouble = {.lines = 0};
    size_t size = logos[i].size != 0 ? logos[i].size : strlen(logos[i].bytes);
    cr_expect_eq(letter_logo_check((const unsigned char *)logos[i].bytes, size, &type, &trouble),
                 logos[i].expected, "logo %zu: %s", i, trouble.what);
  }
}

static enum letter_result logo_of_clips(int clips, int shapes) {
  struct text svg;
  struct letter_trouble trouble = {.lines = 0};
  const char *type;
  text_init(&svg);
  text_add(&svg, "<svg xmlns=\"http://www.w3.org/2000/svg\"><clipPath id=\"c\">");
  for (int i = 0; i < clips; i++) {
    text_add(&svg, "<path d=\"M0 0h9v9\"/>");
  }
  text_add(&svg, "</clipPath>");
  for (int i = 0; i < shapes; i++) {
    text_add(&svg, "<path d=\"M0 0h9v9\" clip-path=\"url(#c)\"/>");
  }
  text_add(&svg, "</svg>");
  enum letter_result result =
      letter_logo_check((const unsigned char *)svg.data, svg.length, &type, &trouble);
  cr_expect(result == LETTER_OK || strstr(trouble.what, "clips") != NULL, "%s", trouble.what);
  text_clear(&svg);
  return result;
}

/* Each shape costs as much as all that cuts it. */
Test(letter, takes_no_logo_whose_clips_take_longer_than_a_page_may) {
  cr_expect_eq(logo_of_clips(20, 1000), LETTER_OK);
  cr_expect_eq(logo_of_clips(1000, 1000), LETTER_LOGO);
}

/* ---- the program that sets it */

/* The only one that this one has started. */
static pid_t press_at_work(void) {
  int process = 0;
  FILE *children = fopen("/proc/thread-self/children", "r");
  cr_assert_not_null(children);
  cr_assert_eq(fscanf(children, "%d", &process), 1);
  (void)fclose(children);
  return process;
}

static const char *place_of(pid_t press, const char *name) {
  return arena_printf(arena, "/proc/%d/%s", (int)press, name);
}

static bool press_has_open(pid_t press, const char *path) {
  char target[PATH_MAX];
  bool found = false;
  DIR *files = opendir(place_of(press, "fd"));
  cr_assert_not_null(files);
  for (const struct dirent *file = readdir(files); file != NULL; file = readdir(files)) {
    const char *name = arena_printf(arena, "%s/%s", place_of(press, "fd"), file->d_name);
    ssize_t length = readlink(name, target, sizeof target - 1);
    target[length > 0 ? length : 0] = '\0';
    found = found || strcmp(target, path) == 0;
  }
  (void)closedir(files);
  return found;
}

Test(letter, is_set_by_a_program_that_has_neither_our_files_nor_our_settings) {
  struct letter_file *file;
  char path[PATH_MAX], environment[65536];
  cr_assert_not_null(realpath("templates/letters/da.json", path));
  int ours = open(path, O_RDONLY); // NOLINT(android-cloexec-open): as a library might
  cr_assert_eq(setenv("HJEMSVAR_DATABASE_URL", "postgresql:///secret", 1), 0);
  cr_assert_eq(letter_begin(&options, keep, &out, &file, NULL), LETTER_OK);
  pid_t press = press_at_work();
  FILE *seen = fopen(place_of(press, "environ"), "r");
  size_t length = fread(environment, 1, sizeof environment, seen);
  cr_expect_null(memmem(environment, length, "HJEMSVAR_", 9));
  cr_expect(press_has_open(press, "/dev/null"));
  cr_expect_not(press_has_open(press, path));
  (void)fclose(seen);
  cr_expect_eq(letter_end(file), LETTER_OK);
  cr_expect_eq(kill(press, 0), -1, "the program has ended with the letter");
  (void)close(ours);
}

Test(letter, is_none_when_the_program_that_sets_it_is_killed) {
  struct letter_file *file;
  cr_assert_eq(letter_begin(&options, keep, &out, &file, NULL), LETTER_OK);
  cr_expect_eq(letter_add(file, "7KQ4M2V"), LETTER_OK);
  cr_assert_eq(kill(press_at_work(), SIGKILL), 0);
  (void)!letter_add(file, "7KQ4M2V"); /* may only be noticed at the end */
  cr_expect_eq(letter_end(file), LETTER_PROGRAM);
}

Test(letter, is_none_when_the_program_that_sets_it_hangs_and_the_program_ends, .timeout = 60) {
  struct letter_file *file;
  cr_assert_eq(letter_begin(&options, keep, &out, &file, NULL), LETTER_OK);
  pid_t press = press_at_work();
  cr_assert_eq(kill(press, SIGSTOP), 0);
  (void)!letter_add(file, "7KQ4M2V");
  cr_expect_eq(letter_end(file), LETTER_PROGRAM);
  cr_expect_eq(kill(press, 0), -1, "it is not left behind");
}
