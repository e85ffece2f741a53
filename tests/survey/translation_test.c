#include "survey/translation.h"

#include <criterion/criterion.h>
#include <string.h>

#include "support.h"

#define ENGLISH       "templates/translations/bilag8.en.json"
#define SMALL_ENGLISH "tests/fixtures/questionnaires/good/translation_small.en.json"

static struct arena *arena;

static void setup(void) {
  arena = arena_new(0);
  cr_assert_not_null(arena);
}

static void teardown(void) {
  arena_free(arena);
}

TestSuite(translation, .init = setup, .fini = teardown);

static const struct translation *load(const struct questionnaire *questionnaire, const char *json) {
  struct complaints complaints = {.count = 0};
  const struct translation *translation = translation_load(questionnaire, json, arena, &complaints);
  cr_assert_not_null(translation, "%s", support_complaints(arena, &complaints));
  return translation;
}

Test(translation, english_bilag_8_is_complete) {
  const struct questionnaire *questionnaire = support_load(arena, BILAG8);
  const struct translation *english = load(questionnaire, support_read(arena, ENGLISH));
  cr_expect_str_eq(english->language, "en");
  cr_expect_str_eq(english->name, "English");
  cr_expect_not(english->right_to_left);
  for (size_t i = 0; i < questionnaire->words_count; i++) {
    cr_expect_str_eq(translation_text(questionnaire, english, questionnaire->words[i]),
                     english->texts[i]);
    cr_expect_str_neq(english->texts[i], questionnaire->words[i]->text, "left in Danish: %s",
                      questionnaire->words[i]->id);
  }
}

Test(translation, each_draft_of_bilag_8_is_complete_and_keeps_the_danish_word) {
  static const struct {
    const char *path;
    const char *language;
    const char *name;
    bool right_to_left;
  } drafts[] = {
      {"templates/translations/bilag8.ar.json", "ar", "العربية", true},
      {"templates/translations/bilag8.uk.json", "uk", "Українська", false},
  };
  const struct questionnaire *questionnaire = support_load(arena, BILAG8);
  for (size_t i = 0; i < array_length(drafts); i++) {
    const struct translation *draft = load(questionnaire, support_read(arena, drafts[i].path));
    cr_expect_str_eq(draft->language, drafts[i].language);
    cr_expect_str_eq(draft->name, drafts[i].name);
    cr_expect_eq(draft->right_to_left, drafts[i].right_to_left);
    for (size_t j = 0; j < questionnaire->words_count; j++) {
      cr_expect_str_neq(draft->texts[j], questionnaire->words[j]->text, "left in Danish: %s",
                        questionnaire->words[j]->id);
    }
    const char *intro = translation_text(questionnaire, draft, &questionnaire->intro[1]);
    cr_expect_not_null(strstr(intro, "(hjemmepædagog)"), "%s", intro);
  }
}

Test(translation, words_that_are_not_there_have_no_text_in_any_language) {
  const struct questionnaire *questionnaire = support_load(arena, BILAG8);
  const struct translation *english = load(questionnaire, support_read(arena, ENGLISH));
  const struct question *without_hint = &questionnaire->questions[0];
  cr_expect_null(translation_text(questionnaire, english, &without_hint->hint));
  cr_expect_null(translation_text(questionnaire, english, &without_hint->low));
}

Test(translation, a_shared_list_of_choices_is_translated_once_for_all_questions) {
  const struct questionnaire *questionnaire = support_load(arena, BILAG8);
  const struct translation *english = load(questionnaire, support_read(arena, ENGLISH));
  for (size_t i = 4; i < 8; i++) {
    const struct words *words = &questionnaire->questions[i].choices[0].words;
    cr_expect_str_eq(words->id, "agreement.1");
    cr_expect_str_eq(translation_text(questionnaire, english, words), "strongly agree");
  }
}

Test(translation, the_source_is_a_translation_too) {
  const struct questionnaire *questionnaire = support_load(arena, BILAG8);
  const struct translation *source = translation_source(questionnaire, arena);
  cr_assert_not_null(source);
  cr_expect_str_eq(source->language, "da");
  cr_expect_str_eq(source->name, "Dansk");
  cr_expect_str_eq(translation_text(questionnaire, source, &questionnaire->questions[0].words),
                   "Er du?");
}

Test(translation, right_to_left_is_read) {
  const struct questionnaire *questionnaire = support_load(arena, SMALL);
  char *json = support_read(arena, SMALL_ENGLISH);
  memcpy(strstr(json, "ltr"), "rtl", 3);
  cr_expect(load(questionnaire, json)->right_to_left);
}

Test(translation, the_hash_follows_the_texts_and_nothing_else) {
  const struct questionnaire *questionnaire = support_load(arena, SMALL);
  const char *json = support_read(arena, SMALL_ENGLISH);
  const struct translation *before = load(questionnaire, json);
  char *other = arena_string(arena, json);
  memcpy(strstr(other, "English"), "engelsk", 7);
  cr_expect_arr_eq(load(questionnaire, other)->hash, before->hash, QUESTIONNAIRE_HASH_BYTES);
  memcpy(strstr(other, "Which?"), "Where?", 6);
  cr_expect_arr_neq(load(questionnaire, other)->hash, before->hash, QUESTIONNAIRE_HASH_BYTES);
}

Test(translation, all_faults_of_a_file_are_named) {
  const struct questionnaire *questionnaire = support_load(arena, SMALL);
  struct complaints complaints = {.count = 0};
  cr_expect_null(translation_load(questionnaire,
                                  "{\"questionnaire\": \"small\", \"language\": \"en\",\n"
                                  "\"name\": \"\", \"direction\": 1, \"texts\": {\n"
                                  "\"title\": \"\",\n"
                                  "\"child\": \"{child}\"}}",
                                  arena, &complaints));
  /* name, direction, title, two for the child, nine texts that are missing */
  cr_expect_eq(complaints.count, 5 + 9, "%s", support_complaints(arena, &complaints));
}

Test(translation, when_memory_runs_out_nothing_half_made_comes_back) {
  const struct questionnaire *questionnaire = support_load(arena, SMALL);
  const char *json = support_read(arena, SMALL_ENGLISH);
  const struct translation *loaded = NULL;
  for (size_t limit = 16; loaded == NULL; limit += 32) {
    struct arena *small = arena_new(limit);
    struct complaints complaints = {.count = 0};
    loaded = translation_load(questionnaire, json, small, &complaints);
    if (loaded != NULL) {
      cr_expect_str_eq(loaded->texts[0], "A small questionnaire");
    }
    arena_free(small);
    cr_assert_lt(limit, 100000);
  }
}
