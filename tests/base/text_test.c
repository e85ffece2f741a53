#include "base/text.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct text text;

static void setup(void) {
  text_init(&text);
}

static void teardown(void) {
  text_clear(&text);
}

TestSuite(text, .init = setup, .fini = teardown);

Test(text, grows_with_every_kind_of_addition) {
  for (int i = 0; i < 1000; i++) {
    text_add(&text, "ab");
    text_add_bytes(&text, "cdX", 2);
    text_add_char(&text, 'e');
    text_addf(&text, "%03d", i);
  }
  cr_assert_not(text.failed);
  cr_expect_eq(text.length, 8000);
  cr_expect_eq(strlen(text.data), 8000);
  cr_expect_eq(strncmp(text.data, "abcde000abcde001", 16), 0);
  cr_expect_str_eq(text.data + 7992, "abcde999");
}

Test(text, prints_exactly_to_the_end_of_its_memory) {
  for (int width = 50; width < 300; width++) {
    text_addf(&text, "%*d", width, 1);
    cr_assert_eq(strlen(text.data), (size_t)width);
    text_clear(&text);
  }
}

Test(text, escapes_the_five_characters_of_html) {
  static const struct {
    const char *plain, *escaped;
  } cases[] = {
      {"", ""},
      {"Thisted", "Thisted"},
      {"<b>", "&lt;b&gt;"},
      {"a & b", "a &amp; b"},
      {"\"'", "&quot;&#39;"},
      {"&amp;", "&amp;amp;"},
      {"æ<ø>å", "æ&lt;ø&gt;å"},
      {"&", "&amp;"},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    text_reset(&text);
    text_add(&text, "|");
    text_add_escaped(&text, cases[i].plain);
    cr_expect_str_eq(text.data + 1, cases[i].escaped);
  }
}

Test(text, keeps_its_memory_when_reset) {
  text_add(&text, "something");
  size_t capacity = text.capacity;
  text_reset(&text);
  cr_expect_eq(text.length, 0);
  cr_expect_eq(text.capacity, capacity);
  cr_expect_str_eq(text.data, "");
}

Test(text, gives_an_empty_string_when_nothing_was_added) {
  char *taken = text_take(&text);
  cr_assert_not_null(taken);
  cr_expect_str_eq(taken, "");
  free(taken);
}

Test(text, is_empty_after_its_string_was_taken) {
  text_add(&text, "one");
  char *taken = text_take(&text);
  text_add(&text, "two");
  cr_expect_str_eq(taken, "one");
  cr_expect_str_eq(text.data, "two");
  free(taken);
}

Test(text, stays_failed_until_the_end) {
  text_add(&text, "kept");
  text_add_bytes(&text, "x", SIZE_MAX - 4);
  cr_expect(text.failed);
  text_add(&text, "more");
  text_addf(&text, "%d", 1);
  cr_expect_str_eq(text.data, "kept");
  cr_expect_null(text_take(&text));
  cr_expect_null(text.data);
}
