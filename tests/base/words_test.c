#include "base/words.h"

#include <criterion/criterion.h>

static struct arena *arena;

static void setup(void) {
  arena = arena_new(0);
}

static void teardown(void) {
  arena_free(arena);
}

TestSuite(words, .init = setup, .fini = teardown);

Test(words, fills_placeholders_and_leaves_the_unknown_ones) {
  static const struct {
    const char *pattern, *filled;
  } cases[] = {
      {"Barn {n}", "Barn 2"},
      {"{n} af {n}", "2 af 2"},
      {"{name}: {n}", "x: 2"},
      {"{other} {n}", "{other} 2"},
      {"{n", "{n"},
      {"{}", "{}"},
      {"", ""},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    cr_expect_str_eq(words_fill(arena, cases[i].pattern, "n", "2", "name", "x", NULL),
                     cases[i].filled);
  }
}

Test(words, does_not_fill_what_was_filled_in) {
  cr_expect_str_eq(words_fill(arena, "{a}", "a", "{b}", "b", "no", NULL), "{b}");
}

Test(words, have_the_same_keys_in_every_language_of_the_house) {
  const char *message;
  struct words_set *set = words_set_load("templates/words", arena, &message);
  cr_assert_not_null(set, "%s", message);
  cr_expect(words_has(set, "en"));
  cr_expect_not(words_has(set, "xx"));
  cr_expect_str_eq(words_get(words_of(set, "xx"), "next"), "Næste", "Danish stands in");
  words_set_free(set);
}
