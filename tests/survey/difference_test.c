#include "survey/difference.h"

#include <criterion/criterion.h>
#include <string.h>

#include "support.h"

#define EXAMPLE "docs/examples/course.json"

static struct arena *arena;

static void setup(void) {
  arena = arena_new(0);
  cr_assert_not_null(arena);
}

static void teardown(void) {
  arena_free(arena);
}

TestSuite(difference, .init = setup, .fini = teardown);

/* The example with one text put in another's place. */
static const struct questionnaire *changed(const char *from, const char *to) {
  struct complaints complaints = {.count = 0};
  const char *json = support_read(arena, EXAMPLE);
  const char *at = strstr(json, from);
  cr_assert_not_null(at, "%s is not in it", from);
  const char *other =
      arena_printf(arena, "%.*s%s%s", (int)(at - json), json, to, at + strlen(from));
  const struct questionnaire *questionnaire = questionnaire_load(other, arena, &complaints);
  cr_assert_not_null(questionnaire, "%s", support_complaints(arena, &complaints));
  return questionnaire;
}

/* "text! after" for a change of a question that breaks, without the mark for one that does not;
 * the note on the version is left out. */
static const char *told(const struct questionnaire *old, const struct questionnaire *fresh) {
  struct difference_list list = {0};
  const char *all = "";
  cr_assert(difference_find(old, fresh, arena, &list));
  for (size_t i = 0; i < list.count; i++) {
    const struct difference *change = &list.items[i];
    if (change->kind != DIFFERENCE_VERSION) {
      all = arena_printf(arena, "%s%s%s%s %s", all, all[0] == '\0' ? "" : ", ",
                         difference_kind_name(change->kind),
                         difference_breaks(change->kind) ? "!" : "",
                         change->question == NULL ? "-" : change->question);
    }
  }
  return all;
}

Test(difference, tells_of_each_change_whether_it_breaks_comparability) {
  static const struct {
    const char *from, *to, *expected;
  } cases[] = {
      {"Hvor meget fylder det nu?", "Hvor meget fylder det i dag?", "text! after"},
      {"Tænk på de seneste to uger.", "Tænk på de seneste 2 uger.", "hint ideas"},
      {"{\"code\": 1, \"text\": {\"source\": \"enig\"}}",
       "{\"code\": 1, \"text\": {\"source\": \"helt enig\"}}", "code_meaning! ideas"},
      {"{\"code\": 3, \"text\": {\"source\": \"uenig\"}},",
       "{\"code\": 3, \"text\": {\"source\": \"uenig\"}}, {\"code\": 4, \"text\": {\"source\": "
       "\"meget uenig\"}},",
       "choice_added! ideas"},
      {"{\"code\": 2, \"text\": {\"source\": \"mor\"}},\n            {\"code\": 3, \"text\": "
       "{\"source\": \"en anden voksen\"}}",
       "{\"code\": 2, \"text\": {\"source\": \"mor\"}}", "choice_removed! who"},
      {"{\"code\": 1, \"text\": {\"source\": \"far\"}},\n            {\"code\": 2, \"text\": "
       "{\"source\": \"mor\"}}",
       "{\"code\": 2, \"text\": {\"source\": \"mor\"}}, {\"code\": 1, \"text\": {\"source\": "
       "\"far\"}}",
       "choice_order! who"},
      {"\"ved ikke\"}, \"kind\": \"dont_know\"}", "\"ved ikke\"}}", "dont_know! ideas"},
      {"\"is\": [2, 3]", "\"is\": [2, 3, 8]", "filter! missing"},
      {"\"min\": 1,\n          \"max\": 10", "\"min\": 0,\n          \"max\": 10", "range! before"},
      {"\"low\": {\"source\": \"ingenting\"}", "\"low\": {\"source\": \"lidt\"}", "end! before"},
      {"\"id\": \"before\"", "\"id\": \"earlier\"", "question_renamed! earlier"},
      {"\"max\": 1000", "\"max\": 2000", "length missing"},
      {"\"notice\": false,", "", "notice missing"},
      {"Tak for hjælpen.", "Tak!", "around -"},
      {"Først om dig.", "Om dig.", "around -"},
      {"\"identifying\": [\"who\", \"alone\"]", "\"identifying\": [\"who\"]", "identifying alone"},
      {"\"different\": [1, 2]", "\"different\": [1, 3]", "compare who"},
      {"\"is\": [1]}", "\"is\": [2]}", "invite -"},
      {"\"identifying\": [", "\"unit\": \"child\", \"identifying\": [", "unit! -"},
      {"\"identifying\": [", "\"count_unanswered\": true, \"identifying\": [", "report -"},
      {"\"id\": \"after\",",
       "\"id\": \"after\", \"report\": {\"before\": \"before\", \"bands\": [[1, 5], [6, 10]]},",
       "report before, report after"},
      {"\"language\": \"da\"", "\"language\": \"sv\"", "language! -"},
  };
  const struct questionnaire *old = support_load(arena, EXAMPLE);
  for (size_t i = 0; i < array_length(cases); i++) {
    const char *changes = told(old, changed(cases[i].from, cases[i].to));
    cr_expect_str_eq(changes, cases[i].expected, "%s: %s", cases[i].from, changes);
  }
}

Test(difference, a_question_that_has_gone_and_one_that_has_come_are_told_from_both_sides) {
  const struct questionnaire *all = support_load(arena, EXAMPLE);
  const struct questionnaire *fewer = changed(
      ",\n    {\n      \"id\": \"more\",\n      \"questions\": [\n        {\n          \"id\": "
      "\"missing\",\n          \"kind\": \"text\",\n          \"text\": {\"source\": \"Hvad manglede "
      "I?\"},\n          \"max\": 1000,\n          \"notice\": false,\n          \"only_if\": "
      "{\"question\": \"ideas\", \"is\": [2, 3]},\n          \"compare\": {\"as\": \"words\"}\n        "
      "}\n      ]\n    }",
      "");
  cr_expect_str_eq(told(all, fewer), "question_removed! missing");
  cr_expect_str_eq(told(fewer, all), "question_added missing");
}

Test(difference, another_kind_of_question_is_told_without_its_limits) {
  const struct questionnaire *old = support_load(arena, EXAMPLE);
  const struct questionnaire *fresh = changed(
      "\"max\": 1000,\n          \"notice\": false,\n          \"only_if\": {\"question\": "
      "\"ideas\", \"is\": [2, 3]},\n          \"compare\": {\"as\": \"words\"}",
      "\"max\": 1000, \"notice\": false, \"only_if\": {\"question\": \"ideas\", \"is\": [2, 3]}");
  cr_expect_str_eq(told(old, fresh), "compare missing");
  fresh = changed("\"kind\": \"text\",\n          \"text\": {\"source\": \"Hvad manglede I?\"},\n"
                  "          \"max\": 1000,\n          \"notice\": false,\n          \"only_if\": "
                  "{\"question\": \"ideas\", \"is\": [2, 3]},\n          \"compare\": {\"as\": "
                  "\"words\"}",
                  "\"kind\": \"scale\", \"min\": 0, \"max\": 3, \"text\": {\"source\": \"Hvad "
                  "manglede I?\"}, \"notice\": false, \"only_if\": {\"question\": \"ideas\", "
                  "\"is\": [2, 3]}");
  cr_expect_str_eq(told(old, fresh), "kind! missing, compare missing");
}

Test(difference, two_files_that_say_the_same_have_none) {
  cr_expect_str_eq(told(support_load(arena, EXAMPLE), changed("\"version\": 1", "\"version\": 2")),
                   "");
}

Test(difference, what_changed_without_a_new_version_is_told) {
  struct difference_list list = {0};
  cr_assert(
      difference_find(support_load(arena, EXAMPLE), changed("det nu?", "det?"), arena, &list));
  cr_assert_eq(list.count, 2);
  cr_expect_eq(list.items[1].kind, DIFFERENCE_VERSION);
}

Test(difference, tells_that_answers_are_paired_otherwise) {
  struct complaints complaints = {.count = 0};
  const struct questionnaire *old = support_load(arena, PERSONAL);
  const char *json = support_read(arena, PERSONAL), *from = "\"tid\", \"informant\": \"udfylder\"";
  const char *at = strstr(json, from);
  cr_assert_not_null(at);
  const struct questionnaire *fresh =
      questionnaire_load(arena_printf(arena, "%.*s\"udfylder\", \"informant\": \"tid\"%s",
                                      (int)(at - json), json, at + strlen(from)),
                         arena, &complaints);
  cr_assert_not_null(fresh, "%s", support_complaints(arena, &complaints));
  cr_expect_str_eq(told(old, fresh), "pairs! -");
  cr_expect_str_eq(told(old, old), "");
}
