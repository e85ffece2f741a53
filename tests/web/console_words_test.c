#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/words.h"
#include "survey/course.h"
#include "survey/reason.h"
#include "web/route.h"

/* Words that the console puts together from a stem and a name: none may be missing. */

static struct arena *arena;
static struct words_set *words;

static void begin(void) {
  const char *message = NULL;
  const char *share = getenv("HJEMSVAR_SHARE_DIR");
  arena = arena_new(0);
  words =
      words_set_load(arena_printf(arena, "%s/templates/console_words", share != NULL ? share : "."),
                     arena, &message);
  cr_assert_not_null(words, "%s", message);
}

static void end(void) {
  words_set_free(words);
  arena_free(arena);
}

TestSuite(console_words, .init = begin, .fini = end);

static const char *word(const char *language, const char *stem, const char *name) {
  return words_get(words_of(words, language), arena_printf(arena, "%s%s", stem, name));
}

static void expect_words(const char *stem, const char *name) {
  cr_expect_str_not_empty(word("da", stem, name), "%s%s in Danish", stem, name);
  cr_expect_str_not_empty(word("en", stem, name), "%s%s in English", stem, name);
}

Test(console_words, say_every_fault_of_a_registration_sheet) {
  for (enum course_fault fault = 0; fault < COURSE_FAULTS; fault++) {
    expect_words("fault_", course_fault_name(fault));
  }
}

Test(console_words, say_why_any_file_cannot_be_read) {
  for (enum sheet_result result = SHEET_IO; result <= SHEET_NO_SHEET; result++) {
    expect_words("sheet_", sheet_result_name(result));
  }
}

Test(console_words, name_every_column_and_choice_as_the_sheet_does) {
  for (enum course_column column = 0; column < COURSE_COLUMNS; column++) {
    const char *name = course_column_name(column);
    size_t count;
    const struct course_choice *choices = course_choices(column, &count);
    expect_words("column_", name);
    cr_expect_str_eq(word("da", "column_", name), course_column_heading(column));
    for (size_t i = 0; i < count; i++) {
      const char *stem = arena_printf(arena, "choice_%s_", name);
      expect_words(stem, choices[i].code);
      cr_expect_str_eq(word("da", stem, choices[i].code), choices[i].label);
    }
  }
}

Test(console_words, say_every_reason_why_two_answers_look_alike) {
  static const char *const counted[] = {"network",  "device", "shared",   "gap",
                                        "children", "words",  "language", "identical"};
  for (enum linkage_reason_kind kind = LINKAGE_REASON_NETWORK; kind <= LINKAGE_REASON_HOUSEHOLD;
       kind++) {
    const char *name = reason_name(kind);
    bool counts = false;
    for (size_t i = 0; i < array_length(counted); i++) {
      counts = counts || strcmp(counted[i], name) == 0;
    }
    const char *stem = arena_printf(arena, "reason_%s", name);
    if (!counts) {
      expect_words(stem, "");
      continue;
    }
    expect_words(stem, "_0");
    expect_words(stem, "_1");
    expect_words(stem, "_many");
  }
}

/* The key's part for a path: its words with "_" between them. */
static const char *key_of(const char *pattern) {
  struct text key;
  text_init(&key);
  for (const char *at = pattern; *at != '\0'; at++) {
    bool plain = strchr("/{}.-", *at) == NULL;
    if (plain && at > pattern && strchr("/{}.-", at[-1]) != NULL && key.length > 0) {
      text_add(&key, "_");
    }
    text_add_bytes(&key, at, plain ? 1 : 0);
  }
  const char *copy = arena_printf(arena, "%.*s", (int)key.length, key.data);
  text_clear(&key);
  return copy;
}

Test(console_words, name_every_page_that_somebody_may_be_refused_at) {
  json_t *list = route_list();
  size_t i;
  json_t *row;
  json_array_foreach(list, i, row) {
    const char *pattern = json_string_value(json_object_get(row, "pattern"));
    bool console = strcmp(json_string_value(json_object_get(row, "listener")), "console") == 0;
    if (console && strcmp(pattern, "/") != 0) {
      expect_words("audit_of_access_", key_of(pattern));
    }
  }
  json_decref(list);
}
