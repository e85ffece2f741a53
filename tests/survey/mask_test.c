#include "survey/mask.h"

#include <criterion/criterion.h>
#include <string.h>

#include "support.h"

static const struct mask_words in_place = {.cpr = "[cpr]", .phone = "[tlf]", .email = "[mail]"};

static const struct {
  const char *text, *masked;
  int findings;
} cases[] = {
    {"Tak for hjælpen", "Tak for hjælpen", 0},
    {"", "", 0},
    {"Ring 22 33 44 55", "Ring [tlf]", 1},
    {"22334455 og 33445566", "[tlf] og [tlf]", 2},
    {"Barnet: 010190-1234, mor@example.dk.", "Barnet: [cpr], [mail].", 2},
    {"a@b.dk", "[mail]", 1},
    {"i 2021-2022 æøå شكرا", "i 2021-2022 æøå شكرا", 0},
};

Test(mask, puts_a_word_in_the_place_of_each_number_and_address) {
  struct personal_finder *finder = personal_new();
  struct arena *arena = arena_new(0);
  for (size_t i = 0; i < array_length(cases); i++) {
    long long findings = 0;
    const char *masked = mask_text(finder, &in_place, arena, cases[i].text, &findings);
    cr_expect_str_eq(masked, cases[i].masked);
    cr_expect_eq(findings, cases[i].findings, "%s: %lld", cases[i].text, findings);
  }
  arena_free(arena);
  personal_free(finder);
}

Test(mask, reaches_every_text_of_an_answer_and_no_code) {
  struct personal_finder *finder = personal_new();
  struct arena *arena = arena_new(0);
  const struct questionnaire *bilag8 = support_load(arena, BILAG8);
  struct answer *answer = support_answer(bilag8, arena, "q1=3 q1_text=22334455 q10=a@b.dk q3=1");
  long long findings = 0;
  cr_assert(mask_answer(finder, &in_place, answer, &findings));
  cr_expect_str_eq(answer->texts[support_field(bilag8, "q1_text")], "[tlf]");
  cr_expect_str_eq(answer->texts[support_field(bilag8, "q10")], "[mail]");
  cr_expect_eq(answer->codes[support_field(bilag8, "q3")], 1);
  cr_expect_eq(findings, 2);
  arena_free(arena);
  personal_free(finder);
}

Test(mask, leaves_a_case_number_as_it_pairs_answers) {
  struct personal_finder *finder = personal_new();
  struct arena *arena = arena_new(0);
  const struct questionnaire *personal = support_load(arena, PERSONAL);
  struct answer *answer = support_answer(personal, arena, "sag=22334455");
  long long findings = 0;
  cr_assert(mask_answer(finder, &in_place, answer, &findings));
  cr_expect_str_eq(answer->texts[support_field(personal, "sag")], "22334455");
  cr_expect_eq(findings, 0);
  arena_free(arena);
  personal_free(finder);
}
