#include "survey/comment.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct mask_words in_place = {
    .cpr = "[cpr]", .phone = "[tlf]", .email = "[mail]", .marked = "[udeladt]"};

static struct personal_finder *finder;
static struct arena *arena;

static void begin(void) {
  finder = personal_new();
  arena = arena_new(0);
}

static void end(void) {
  arena_free(arena);
  personal_free(finder);
}

TestSuite(comment, .init = begin, .fini = end);

/* The words, "|" between them; what was found as its mask. */
static const char *words_of(const struct comment *comment) {
  const char *all = "";
  for (size_t i = 0; i < comment->count; i++) {
    const struct comment_piece *piece = &comment->pieces[i];
    if (piece->kind == COMMENT_WORD) {
      all = arena_printf(arena, "%s%s%.*s", all, all[0] == '\0' ? "" : "|", (int)piece->length,
                         comment->text + piece->start);
    } else if (piece->kind == COMMENT_FOUND) {
      all = arena_printf(arena, "%s%s%s", all, all[0] == '\0' ? "" : "|",
                         mask_word(&in_place, piece->found));
    }
  }
  return all;
}

static const struct {
  const char *text, *words;
} splits[] = {
    {"", ""},
    {"Tak for alt", "Tak|for|alt"},
    {"  \"Mette\", (Bo) …  ", "Mette|Bo"},
    {"Anne-Mette/Bo's søn", "Anne-Mette/Bo's|søn"},
    {"linje\nto\ttre", "linje|to|tre"},
    {"شكرا، أمي!", "شكرا|أمي"},
    {"Ring til Mette:22334455,tak", "Ring|til|Mette|[tlf]|tak"},
    {"😀 - ...", ""},
    {"e\xCC\x81n to", "e\xCC\x81n|to"},
};

Test(comment, is_words_and_what_stands_between_them) {
  for (size_t i = 0; i < array_length(splits); i++) {
    struct comment comment;
    cr_assert(comment_split(finder, arena, splits[i].text, &comment));
    cr_expect_str_eq(words_of(&comment), splits[i].words, "%s: %s", splits[i].text,
                     words_of(&comment));
    size_t bytes = 0;
    for (size_t j = 0; j < comment.count; j++) {
      cr_expect_eq(comment.pieces[j].start, bytes, "pieces join");
      bytes += comment.pieces[j].length;
    }
    cr_expect_eq(bytes, strlen(splits[i].text), "pieces are the whole comment");
  }
}

static const struct {
  const char *text;
  size_t marked[4];
  const char *marks, *shown;
} cases[] = {
    {"Tak for alt", {0}, "[]", "Tak for alt"},
    {"Mette var god", {1}, "[[0,5]]", "[udeladt] var god"},
    {"Tak, Mette  Holm!", {2, 3}, "[[5,5],[12,4]]", "Tak, [udeladt]!"},
    {"Mette, Bo og Åse", {1, 2, 4}, "[[0,5],[7,2],[13,4]]", "[udeladt], [udeladt] og [udeladt]"},
    {"Mette 22334455 Mette", {1}, "[[0,5]]", "[udeladt] [tlf] Mette"},
    {"Mette 22334455 Bo", {1, 2}, "[[0,5],[15,2]]", "[udeladt] [tlf] [udeladt]"},
    {"Ring 22 33 44 55", {0}, "[]", "Ring [tlf]"},
};

Test(comment, is_shown_without_what_was_found_and_the_words_that_were_marked) {
  for (size_t i = 0; i < array_length(cases); i++) {
    struct comment comment, again;
    cr_assert(comment_split(finder, arena, cases[i].text, &comment));
    for (size_t j = 0; j < 4 && cases[i].marked[j] > 0; j++) {
      cr_expect(comment_mark_word(&comment, cases[i].marked[j]));
    }
    const char *marks = comment_marks(&comment, arena);
    cr_expect_str_eq(marks, cases[i].marks, "%s: %s", cases[i].text, marks);
    const char *shown = comment_shown(&comment, &in_place, arena);
    cr_expect_str_eq(shown, cases[i].shown, "%s: %s", cases[i].text, shown);
    cr_assert(comment_split(finder, arena, cases[i].text, &again));
    cr_expect(comment_mark(&again, marks));
    cr_expect_str_eq(comment_shown(&again, &in_place, arena), cases[i].shown);
  }
}

Test(comment, has_no_word_beyond_its_last) {
  struct comment comment;
  cr_assert(comment_split(finder, arena, "to ord", &comment));
  cr_expect_not(comment_mark_word(&comment, 0));
  cr_expect_not(comment_mark_word(&comment, 3));
  cr_expect_str_eq(comment_marks(&comment, arena), "[]");
}

Test(comment, masks_a_whole_word_of_which_a_letter_was_marked) {
  struct comment comment;
  cr_assert(comment_split(finder, arena, "hos Anne-Mette", &comment));
  cr_expect(comment_mark(&comment, "[[9,2]]"));
  cr_expect_str_eq(comment_shown(&comment, &in_place, arena), "hos [udeladt]");
}

static const char *const unreadable[] = {"",        "{}",        "[1]",         "[[0]]",
                                         "[[0,0]]", "[[-1,2]]",  "[[0,7]]",     "[[6,1]]",
                                         "[[0,1",   "[[0,1.5]]", "[[\"0\",1]]", "null"};

Test(comment, says_when_marks_cannot_be_read_so_that_nothing_is_shown) {
  for (size_t i = 0; i < array_length(unreadable); i++) {
    struct comment comment;
    cr_assert(comment_split(finder, arena, "to ord", &comment));
    cr_expect_not(comment_mark(&comment, unreadable[i]), "%s", unreadable[i]);
  }
}
