#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "web/registration_page.h"

static struct arena *arena;
static struct words_set *set;
static json_t *words;

static void begin(void) {
  const char *message = NULL;
  const char *share = getenv("HJEMSVAR_SHARE_DIR");
  arena = arena_new(0);
  set =
      words_set_load(arena_printf(arena, "%s/templates/registration", share != NULL ? share : "."),
                     arena, &message);
  cr_assert_not_null(set, "%s", message);
  words = json_deep_copy(words_of(set, "da"));
}

static void end(void) {
  json_decref(words);
  words_set_free(set);
  arena_free(arena);
}

TestSuite(registration_words, .init = begin, .fini = end);

Test(registration_words, ask_for_every_column_and_choice) {
  cr_expect_null(registration_words_check(words, arena));
}

Test(registration_words, name_choices_as_the_sheet_does) {
  for (enum course_column column = 0; column < COURSE_COLUMNS; column++) {
    size_t count;
    const struct course_choice *choices = course_choices(column, &count);
    for (size_t i = 0; i < count; i++) {
      const char *key =
          arena_printf(arena, "choice_%s_%s", course_column_name(column), choices[i].code);
      cr_expect_str_eq(words_get(words, key), choices[i].label);
    }
  }
}

/* A form has no headings, no rows and no municipality that could be wrong. */
static bool is_of_a_file(enum course_fault fault) {
  return fault < COURSE_EMPTY || fault == COURSE_NOT_IN_ROUND || fault == COURSE_NOT_YOURS ||
         fault == COURSE_ID_TWICE || fault == COURSE_COLUMN_MISSING ||
         fault == COURSE_COLUMN_PERSONAL;
}

Test(registration_words, say_every_fault_of_a_form) {
  for (enum course_fault fault = 0; fault < COURSE_FAULTS; fault++) {
    const char *key = arena_printf(arena, "fault_%s", course_fault_name(fault));
    cr_expect_eq(words_get(words, key)[0] == '\0', is_of_a_file(fault), "%s", key);
  }
}

Test(registration_words, are_refused_when_a_column_is_missing_twice_or_unknown) {
  static const struct {
    const char *key, *value, *message;
  } cases[] = {
      {"order", "course_id", "\"referred_by\" is missing in \"order\""},
      {"order", "course_id course_id", "names what is no column, or one twice"},
      {"order", "course_id municipality_code", "names what is no column, or one twice"},
      {"order", "", "\"course_id\" is missing"},
      {"text_visits", "", "\"visits\" or a choice of it has no words"},
      {"choice_outcome_completed", "", "\"outcome\" or a choice of it has no words"},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    json_t *broken = json_deep_copy(words);
    json_object_set_new(broken, cases[i].key, json_string(cases[i].value));
    const char *message = registration_words_check(broken, arena);
    cr_assert_not_null(message, "case %zu", i);
    cr_expect_not_null(strstr(message, cases[i].message), "%s", message);
    json_decref(broken);
  }
}
