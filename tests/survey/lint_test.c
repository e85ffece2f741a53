#include "survey/lint.h"

#include <criterion/criterion.h>
#include <string.h>

#include "support.h"

static struct arena *arena;

static void setup(void) {
  arena = arena_new(0);
  cr_assert_not_null(arena);
}

static void teardown(void) {
  arena_free(arena);
}

TestSuite(lint, .init = setup, .fini = teardown);

#define YES_NO                                                                                     \
  "\"choices\":[{\"code\":1,\"text\":{\"ours\":\"ja\"}},{\"code\":2,\"text\":{\"ours\":\"nej\"}}]"

/* A first page with a count from 0, and pages behind it, each with one question. */
static const char *definition(const char *const *questions) {
  const char *json =
      "{\"id\":\"x\",\"version\":1,\"language\":\"da\",\"title\":{\"ours\":\"X\"},"
      "\"child\":{\"ours\":\"Barn {n}\"},\"sections\":[{\"id\":\"a\",\"questions\":["
      "{\"id\":\"children\",\"kind\":\"count\",\"text\":{\"ours\":\"?\"},\"min\":0,"
      "\"max\":3},{\"id\":\"help\",\"kind\":\"choice\",\"text\":{\"ours\":\"?\"}," YES_NO "}]}";
  for (size_t i = 0; questions[i] != NULL; i++) {
    json = arena_printf(arena, "%s,\n{\"id\":\"s%zu\",\"questions\":[%s]}", json, i, questions[i]);
  }
  return arena_printf(arena, "%s]}", json);
}

static const struct questionnaire *load(const char *json) {
  struct complaints complaints = {.count = 0};
  const struct questionnaire *questionnaire = questionnaire_load(json, arena, &complaints);
  cr_assert_not_null(questionnaire, "%s", support_complaints(arena, &complaints));
  return questionnaire;
}

/* What is said, as "LINE KIND PATH". */
static const char *said(const struct lint *lint) {
  const char *all = "";
  for (size_t i = 0; i < lint->count; i++) {
    const struct lint_warning *item = &lint->items[i];
    all = arena_printf(arena, "%s%s%d %s %s", all, i == 0 ? "" : "\n", item->line,
                       lint_kind_name(item->kind), item->path);
    cr_expect_not_null(strstr(item->message, "hint: "), "%s", item->message);
  }
  cr_assert_not(lint->failed);
  return all;
}

static const char *lint_questions(const char *const *questions) {
  struct lint lint = {0};
  const char *json = definition(questions);
  lint_definition(&lint, load(json), json, arena);
  return said(&lint);
}

#define EACH "\"each\":\"children\","

Test(lint, says_which_questions_nobody_is_asked_and_which_filters_never_hold) {
  static const struct {
    const char *what;
    const char *questions[4];
    const char *expected;
  } cases[] = {
      {"a filter that can hold",
       {"{\"id\":\"b\",\"kind\":\"text\",\"text\":{\"ours\":\"?\"},\"max\":9," EACH
        "\"only_if\":{\"question\":\"help\",\"is\":[1]}}"},
       ""},
      {"for each child, only without children",
       {"{\"id\":\"b\",\"kind\":\"text\",\"text\":{\"ours\":\"?\"},\"max\":9," EACH
        "\"only_if\":{\"question\":\"children\",\"is\":[0]}}"},
       "2 unreachable $.sections[1].questions[0]"},
      {"one code of two",
       {"{\"id\":\"b\",\"kind\":\"text\",\"text\":{\"ours\":\"?\"},\"max\":9," EACH
        "\"only_if\":{\"question\":\"children\",\"is\":[0,2]}}"},
       "2 filter_never $.sections[1].questions[0].only_if.is[0]"},
      {"behind a question of those without children",
       {"{\"id\":\"b\",\"kind\":\"choice\",\"text\":{\"ours\":\"?\"}," YES_NO
        ",\"only_if\":{\"question\":\"children\",\"is\":[0]}}",
        "{\"id\":\"c\",\"kind\":\"text\",\"text\":{\"ours\":\"?\"},\"max\":9," EACH
        "\"only_if\":{\"question\":\"b\",\"is\":[1]}}"},
       "3 unreachable $.sections[2].questions[0]"},
      {"two filters of one count",
       {"{\"id\":\"b\",\"kind\":\"choice\",\"text\":{\"ours\":\"?\"}," YES_NO
        ",\"only_if\":{\"question\":\"children\",\"is\":[1]}}",
        "{\"id\":\"c\",\"kind\":\"choice\",\"text\":{\"ours\":\"?\"}," YES_NO
        ",\"only_if\":{\"question\":\"b\",\"is\":[1]}}",
        "{\"id\":\"d\",\"kind\":\"text\",\"text\":{\"ours\":\"?\"},\"max\":9,"
        "\"only_if\":{\"question\":\"c\",\"is\":[2]}}"},
       ""},
      {"every answer leads on",
       {"{\"id\":\"b\",\"kind\":\"text\",\"text\":{\"ours\":\"?\"},\"max\":9,"
        "\"only_if\":{\"question\":\"help\",\"is\":[1,2]}}"},
       "2 filter_always $.sections[1].questions[0].only_if"},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    const char *warnings = lint_questions(cases[i].questions);
    cr_expect_str_eq(warnings, cases[i].expected, "%s: %s", cases[i].what, warnings);
  }
}

Test(lint, tells_of_a_question_behind_one_that_nobody_is_asked_which_one_that_is) {
  static const char *const questions[] = {
      "{\"id\":\"b\",\"kind\":\"choice\",\"text\":{\"ours\":\"?\"}," EACH YES_NO
      ",\"only_if\":{\"question\":\"children\",\"is\":[0]}}",
      "{\"id\":\"c\",\"kind\":\"text\",\"text\":{\"ours\":\"?\"},\"max\":9," EACH
      "\"only_if\":{\"question\":\"b\",\"is\":[1]}}",
      NULL};
  struct lint lint = {0};
  const char *json = definition(questions);
  lint_definition(&lint, load(json), json, arena);
  cr_assert_eq(lint.count, 2, "%zu", lint.count);
  cr_expect_not_null(strstr(lint.items[1].message, "question \"b\", which leads to it"), "%s",
                     lint.items[1].message);
}

Test(lint, says_which_end_of_a_scale_has_no_words) {
  static const struct {
    const char *ends;
    const char *expected;
  } cases[] = {{"", "its ends"},
               {",\"low\":{\"ours\":\"lidt\"}", "its largest number"},
               {",\"high\":{\"ours\":\"meget\"}", "its smallest number"}};
  for (size_t i = 0; i < array_length(cases); i++) {
    const char *questions[] = {
        arena_printf(arena,
                     "{\"id\":\"b\",\"kind\":\"scale\",\"text\":{\"ours\":\"?\"},\"min\":1,"
                     "\"max\":5%s}",
                     cases[i].ends),
        NULL};
    struct lint lint = {0};
    const char *json = definition(questions);
    lint_definition(&lint, load(json), json, arena);
    cr_assert_eq(lint.count, 1, "%zu", lint.count);
    cr_expect_eq(lint.items[0].kind, LINT_NO_END);
    cr_expect_not_null(strstr(lint.items[0].message, cases[i].expected), "%s",
                       lint.items[0].message);
  }
}

/* A text of so many letters of two bytes. */
static const char *letters(int count) {
  const char *text = "";
  for (int i = 0; i < count; i++) {
    text = arena_printf(arena, "%s\xC3\xA6", text);
  }
  return text;
}

Test(lint, counts_characters_of_long_texts_and_not_bytes) {
  for (int more = 0; more <= 1; more++) {
    const char *questions[] = {
        arena_printf(arena,
                     "{\"id\":\"b\",\"kind\":\"choice\",\"text\":{\"ours\":\"%s\"},\"choices\":"
                     "[{\"code\":1,\"text\":{\"ours\":\"%s\"}}]}",
                     letters(LINT_QUESTION + more), letters(LINT_CHOICE + more)),
        NULL};
    const char *warnings = lint_questions(questions);
    cr_expect_str_eq(warnings,
                     more == 0 ? ""
                               : "2 long_text $.sections[1].questions[0].text\n"
                                 "2 long_text $.sections[1].questions[0].choices[0]",
                     "%s", warnings);
  }
}

Test(lint, has_nothing_to_say_of_bilag_8_in_danish) {
  struct lint lint = {0};
  lint_definition(&lint, support_load(arena, BILAG8), support_read(arena, BILAG8), arena);
  cr_expect_str_eq(said(&lint), "");
}

Test(lint, compares_the_languages_of_questionnaire_and_pages) {
  static const char *const own[] = {"da", "pl"}, *const pages[] = {"ar", "da"};
  struct lint lint = {0};
  lint_languages(&lint, own, 2, pages, 2, arena);
  cr_expect_str_eq(said(&lint), "0 not_translated $\n0 pages_not_translated $");
  cr_expect_not_null(strstr(lint.items[0].message, "\"ar\""));
  cr_expect_not_null(strstr(lint.items[1].message, "\"pl\""));
}

Test(lint, a_family_with_more_children_reads_more_and_slow_readers_longer) {
  static const char *const questions[] = {
      "{\"id\":\"b\",\"kind\":\"choice\",\"text\":{\"ours\":\"tre ord her\"}," EACH YES_NO "}",
      NULL};
  const struct questionnaire *questionnaire = load(definition(questions));
  /* X, ?, ?, ja, nej; then tre ord her, ja, nej, Barn {n} */
  struct lint_reading one = lint_reading(questionnaire, false);
  struct lint_reading most = lint_reading(questionnaire, true);
  cr_expect_eq(one.words, 5 + 7, "%d", one.words);
  cr_expect_eq(most.words, 5 + 3 * 7, "%d", most.words);
  cr_expect_eq(one.seconds, 4, "12 words at 238 a minute: %d", one.seconds);
  cr_expect_eq(most.slow, 9, "26 words at 175 a minute: %d", most.slow);
}
