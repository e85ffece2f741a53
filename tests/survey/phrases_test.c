#include "base/phrases.h"

#include <criterion/criterion.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"
#include "survey/translation.h"

static struct arena *arena;
static json_t *phrases;

static void setup(void) {
  const char *message;
  arena = arena_new(0);
  cr_assert_not_null(arena);
  phrases = phrases_load("templates/check_words/da.json", arena, &message);
  cr_assert_not_null(phrases, "%s", message);
}

static void teardown(void) {
  json_decref(phrases);
  arena_free(arena);
}

TestSuite(phrases, .init = setup, .fini = teardown);

static void expect_said(const char *english, const char *text, const char *hint) {
  struct phrase phrase = phrases_split(phrases, arena, english);
  cr_expect_str_eq(phrase.text, text);
  if (hint == NULL) {
    cr_expect_null(phrase.hint);
  } else {
    cr_expect_str_eq(phrase.hint, hint);
  }
}

Test(phrases, say_what_is_wrong_and_apart_from_it_how_to_mend_it) {
  expect_said("the text is empty", "Teksten er tom", NULL);
  expect_said("code 7 stands twice in this list; hint: each choice has its own code",
              "Koden 7 står to gange i listen", "Hver svarmulighed har sin egen kode");
  expect_said("unknown key \"neded\" in a question of kind count; hint: did you mean \"needed\"?",
              "\"neded\" kendes ikke i et spørgsmål af typen count", "Mente du \"needed\"?");
}

Test(phrases, leave_a_word_in_quotation_marks_as_its_author_wrote_it) {
  expect_said("\"title\" is missing", "\"title\" mangler", NULL);
  expect_said("there is no unit \"child of <x>\"", "Der er ikke en enhed \"child of <x>\"", NULL);
}

Test(phrases, stay_english_where_nobody_has_said_them) {
  expect_said("the moon is full; hint: wait", "the moon is full", "wait");
  cr_expect_str_eq(phrases_say(NULL, arena, "the text is empty"), "the text is empty");
}

Test(phrases, of_a_file_with_a_hole_that_nothing_fills_are_refused) {
  const char *message, *path = arena_printf(arena, "%s/phrases.json", getenv("TMPDIR"));
  FILE *file = fopen(path, "we");
  cr_assert_not_null(file);
  (void)fputs("{\"code <n> is there\": \"koden <m> er der\"}", file);
  (void)fclose(file);
  cr_expect_null(phrases_load(path, arena, &message));
  cr_expect_not_null(strstr(message, "code <n> is there"));
  cr_expect_null(phrases_load("/nowhere.json", arena, &message));
  cr_expect_not_null(strstr(message, "/nowhere.json"));
}

/* Both parts of every complaint. */
static void expect_danish(const char *path, const struct complaints *complaints) {
  for (size_t i = 0; i < complaints->count; i++) {
    const char *message = complaints->items[i].message;
    struct phrase english = phrases_split(NULL, arena, message);
    struct phrase danish = phrases_split(phrases, arena, message);
    cr_expect_str_neq(danish.text, english.text, "%s: %s", path, message);
    if (english.hint != NULL && strchr("{[", english.hint[0]) == NULL) {
      cr_expect_str_neq(danish.hint, english.hint, "%s: %s", path, message);
    }
  }
}

Test(phrases, say_in_danish_what_is_wrong_with_every_bad_definition_and_translation) {
  const struct questionnaire *small = support_load(arena, SMALL);
  glob_t files;
  cr_assert_eq(glob("tests/fixtures/questionnaires/bad/*.json", 0, NULL, &files), 0);
  cr_expect_gt(files.gl_pathc, 100);
  for (size_t i = 0; i < files.gl_pathc; i++) {
    struct complaints complaints = {0};
    const char *json = support_read(arena, files.gl_pathv[i]);
    if (strstr(files.gl_pathv[i], "/translation_") != NULL) {
      cr_expect_null(translation_load(small, json, arena, &complaints));
    } else {
      cr_expect_null(questionnaire_load(json, arena, &complaints));
    }
    expect_danish(files.gl_pathv[i], &complaints);
  }
  globfree(&files);
}
