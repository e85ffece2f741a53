#include "survey/documentation.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct arena *arena;
static const struct documentation_model *model;

static const char parts[] =
    "{\"parts\": ["
    "{\"id\": \"who\", \"kind\": \"text\", \"title\": {\"en\": \"Who\", \"da\": \"Hvem\"},"
    " \"hint\": {\"da\": \"Kort\"}},"
    "{\"id\": \"hours\", \"kind\": \"number\", \"least\": 1, \"most\": 200, \"decimals\": 1,"
    " \"title\": {\"da\": \"Timer\"}},"
    "{\"id\": \"people\", \"kind\": \"number\", \"least\": 0, \"most\": 500, \"decimals\": 0,"
    " \"title\": {\"da\": \"Antal\"}},"
    "{\"id\": \"thought\", \"kind\": \"reflection\", \"title\": {\"da\": \"Hvad nu?\"}}]}";

static const struct documentation_model *read(const char *text, const char **message) {
  json_t *json = json_loads(text, 0, NULL);
  const struct documentation_model *found = documentation_model_read(json, arena, message);
  json_decref(json);
  return found;
}

static void begin(void) {
  const char *message = NULL;
  arena = arena_new(0);
  model = read(parts, &message);
  cr_assert_not_null(model, "%s", message);
}

static void end(void) {
  arena_free(arena);
}

TestSuite(documentation, .init = begin, .fini = end);

/* ---- the file */

Test(documentation, has_the_four_texts_and_two_numbers_of_the_model_and_some_questions) {
  static const char *const ids[] = {"target_group", "recruitment",       "core_elements",
                                    "organisation", "coordinator_hours", "home_educators"};
  const char *message = NULL, *share = getenv("HJEMSVAR_SHARE_DIR");
  json_t *json = json_load_file(
      arena_printf(arena, "%s/templates/documentation/parts.json", share != NULL ? share : "."), 0,
      NULL);
  const struct documentation_model *shipped = documentation_model_read(json, arena, &message);
  cr_assert_not_null(shipped, "%s", message);
  for (size_t i = 0; i < array_length(ids); i++) {
    const struct documentation_part *part = documentation_part_find(shipped, ids[i]);
    cr_assert_not_null(part, "%s", ids[i]);
    cr_expect_eq(part->kind, i < 4 ? DOCUMENTATION_TEXT : DOCUMENTATION_NUMBER);
    cr_expect_str_neq(documentation_word(part->title, "en"), documentation_word(part->title, "da"));
  }
  cr_expect_eq(shipped->parts[shipped->count - 1].kind, DOCUMENTATION_REFLECTION);
  json_decref(json);
}

Test(documentation, speaks_danish_where_a_language_has_no_words) {
  cr_expect_str_eq(documentation_word(model->parts[0].title, "en"), "Who");
  cr_expect_str_eq(documentation_word(model->parts[0].title, "ar"), "Hvem");
  cr_expect_str_eq(documentation_word(model->parts[1].hint, "da"), "");
}

Test(documentation, says_which_part_of_a_file_is_wrong) {
  static const struct {
    const char *text, *message;
  } cases[] = {
      {"{}", "\"parts\" has to be a list of 1 to 40"},
      {"{\"parts\": [{\"id\": \"Who\", \"kind\": \"text\", \"title\": {\"da\": \"x\"}}]}",
       "part 1: \"id\" has to be small letters"},
      {"{\"parts\": [{\"id\": \"a\", \"kind\": \"essay\", \"title\": {\"da\": \"x\"}}]}",
       "part 1: \"kind\" has to be text, number or reflection"},
      {"{\"parts\": [{\"id\": \"a\", \"kind\": \"text\", \"title\": {\"en\": \"x\"}}]}",
       "part 1: \"title\" has to say it in \"da\""},
      {"{\"parts\": [{\"id\": \"a\", \"kind\": \"text\", \"title\": \"x\"}]}", "part 1: \"title\""},
      {"{\"parts\": [{\"id\": \"a\", \"kind\": \"text\", \"title\": {\"da\": \"x\"}, \"hint\": 1}]}",
       "part 1: \"hint\""},
      {"{\"parts\": [{\"id\": \"a\", \"kind\": \"number\", \"title\": {\"da\": \"x\"}}]}",
       "part 1: \"least\", \"most\" and \"decimals\""},
      {"{\"parts\": [{\"id\": \"a\", \"kind\": \"text\", \"title\": {\"da\": \"x\"}},"
       " {\"id\": \"a\", \"kind\": \"text\", \"title\": {\"da\": \"y\"}}]}",
       "part 2: \"id\" stands there twice"},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    const char *message = "";
    cr_expect_null(read(cases[i].text, &message), "%s", cases[i].text);
    cr_expect_eq(strncmp(message, cases[i].message, strlen(cases[i].message)), 0, "%s: %s",
                 cases[i].text, message);
  }
}

/* ---- writing */

enum { TODAY_YEAR = 2026, TODAY_MONTH = 11, TODAY = 22 };

static const char *long_text(size_t length) {
  char *text = arena_alloc(arena, length + 1);
  memset(text, 'a', length);
  return text;
}

Test(documentation, tells_what_is_wrong_with_each_field) {
  const char *full = long_text(DOCUMENTATION_TEXT_MAX),
             *over = long_text(DOCUMENTATION_TEXT_MAX + 1);
  const char *why = long_text(DOCUMENTATION_WHY_MAX + 1);
  const struct {
    const char *part, *text, *day, *why;
    bool changes;
    enum documentation_fault faults[3]; /* text, valid_from, why */
    int hundredths;
  } cases[] = {
      {"who", "Alle", "22-11-2026", "", false, {0, 0, 0}, -1},
      {"who", "Alle", "2026-01-31", "Flere", true, {0, 0, 0}, -1},
      {"who", "Alle", "22-11-2026", "", true, {0, 0, DOCUMENTATION_WHY}, -1},
      {"who", "", "22-11-2026", "", false, {DOCUMENTATION_EMPTY, 0, 0}, -1},
      {"who", "", "22-11-2026", "Væk", true, {0, 0, 0}, -1},
      {"who", full, "22-11-2026", "", false, {0, 0, 0}, -1},
      {"who", over, "22-11-2026", "", false, {DOCUMENTATION_LONG, 0, 0}, -1},
      {"who", "Alle", "23-11-2026", "", false, {0, DOCUMENTATION_LATER, 0}, -1},
      {"who", "Alle", "31-02-2026", "", false, {0, DOCUMENTATION_NO_DAY, 0}, -1},
      {"who", "Alle", "i går", why, true, {0, DOCUMENTATION_NO_DAY, DOCUMENTATION_WHY_LONG}, -1},
      {"thought", "Ja", "22-11-2026", "", true, {0, 0, 0}, -1},
      {"hours", "12,5", "22-11-2026", "", false, {0, 0, 0}, 1250},
      {"hours", "12.5", "22-11-2026", "", false, {0, 0, 0}, 1250},
      {"hours", "200", "22-11-2026", "", false, {0, 0, 0}, 20000},
      {"hours", "200,1", "22-11-2026", "", false, {DOCUMENTATION_RANGE, 0, 0}, 20010},
      {"hours", "0,9", "22-11-2026", "", false, {DOCUMENTATION_RANGE, 0, 0}, 90},
      {"hours", "12,55", "22-11-2026", "", false, {DOCUMENTATION_NO_NUMBER, 0, 0}, 1200},
      {"hours", "-1", "22-11-2026", "", false, {DOCUMENTATION_NO_NUMBER, 0, 0}, -1},
      {"hours", "tolv", "22-11-2026", "", false, {DOCUMENTATION_NO_NUMBER, 0, 0}, -1},
      {"hours", "99999999", "22-11-2026", "", false, {DOCUMENTATION_NO_NUMBER, 0, 0}, -1},
      {"people", "4", "22-11-2026", "", false, {0, 0, 0}, 400},
      {"people", "4,5", "22-11-2026", "", false, {DOCUMENTATION_NO_NUMBER, 0, 0}, 400},
      {"people", "", "22-11-2026", "Lukket", true, {0, 0, 0}, -1},
  };
  int today = calendar_day(TODAY_YEAR, TODAY_MONTH, TODAY);
  for (size_t i = 0; i < array_length(cases); i++) {
    const struct documentation_typed typed = {.text = cases[i].text,
                                              .text_length = strlen(cases[i].text),
                                              .valid_from = cases[i].day,
                                              .why = cases[i].why,
                                              .why_length = strlen(cases[i].why)};
    const enum documentation_fault *wanted = cases[i].faults;
    struct documentation_faults faults;
    struct documentation_entry entry;
    bool good = documentation_check(documentation_part_find(model, cases[i].part), &typed,
                                    cases[i].changes, today, &entry, &faults);
    cr_expect_eq(good, (wanted[0] | wanted[1] | wanted[2]) == 0, "case %zu", i);
    cr_expect_eq(faults.text, wanted[0], "text of case %zu", i);
    cr_expect_eq(faults.valid_from, wanted[1], "day of case %zu", i);
    cr_expect_eq(faults.why, wanted[2], "why of case %zu", i);
    if (good) {
      cr_expect_eq(entry.hundredths, cases[i].hundredths, "case %zu", i);
    }
  }
}

Test(documentation, warns_of_what_looks_like_a_number_of_a_person_in_text_and_reason) {
  struct personal_finder *finder = personal_new();
  const struct documentation_entry entry = {.text = "Ring 22 33 44 55 eller 22 33 44 56",
                                            .why = "efter 010199-1234"};
  const struct documentation_entry plain = {.text = "Fra 2021-2022", .why = ""};
  cr_expect_eq(documentation_personal(finder, &entry), 1U << PERSONAL_CPR | 1U << PERSONAL_PHONE);
  cr_expect_eq(documentation_personal(finder, &plain), 0U);
  personal_free(finder);
}

/* ---- versions */

static struct documentation_version version(int municipality, const char *part, int number,
                                            const char *from, const char *to) {
  return (struct documentation_version){.municipality = municipality,
                                        .name = municipality == 101 ? "København" : "Helsingør",
                                        .part = documentation_part_find(model, part),
                                        .number = number,
                                        .valid_from = from,
                                        .valid_to = to,
                                        .text = "æøå",
                                        .hundredths = -1,
                                        .why = "fordi",
                                        .written_at = "2026-11-22T10:00:00+01:00"};
}

Test(documentation, knows_a_version_that_never_came_to_hold) {
  const struct documentation_version held = version(101, "who", 1, "2026-01-01", "2026-05-01");
  const struct documentation_version not = version(101, "who", 2, "2026-06-01", "2026-05-01");
  const struct documentation_version same = version(101, "who", 3, "2026-06-01", "2026-06-01");
  const struct documentation_version holds = version(101, "who", 4, "2026-06-01", NULL);
  cr_expect_not(documentation_corrected(&held));
  cr_expect(documentation_corrected(&not ));
  cr_expect(documentation_corrected(&same));
  cr_expect_not(documentation_corrected(&holds));
}

Test(documentation, writes_a_number_as_the_reader_does) {
  static const struct {
    int hundredths;
    char mark;
    const char *said;
  } cases[] = {{1250, ',', "12,5"}, {1200, ',', "12"}, {1225, '.', "12.25"}, {5, '.', "0.05"}};
  for (size_t i = 0; i < array_length(cases); i++) {
    struct documentation_version one = version(101, "hours", 1, "2026-01-01", NULL);
    one.hundredths = cases[i].hundredths;
    cr_expect_str_eq(documentation_said(&one, cases[i].mark, arena), cases[i].said);
  }
}

Test(documentation, stands_by_municipality_and_in_the_order_of_the_file) {
  struct documentation_version list[] = {version(217, "who", 1, "2026-01-01", NULL),
                                         version(101, "hours", 2, "2026-02-01", NULL),
                                         version(101, "hours", 1, "2026-01-01", "2026-02-01"),
                                         version(101, "who", 1, "2026-01-01", NULL)};
  static const char *const wanted[] = {"101 who 1", "101 hours 1", "101 hours 2", "217 who 1"};
  documentation_sort(model, list, array_length(list));
  for (size_t i = 0; i < array_length(list); i++) {
    cr_expect_str_eq(
        arena_printf(arena, "%d %s %d", list[i].municipality, list[i].part->id, list[i].number),
        wanted[i]);
  }
}

Test(documentation, is_the_same_after_a_release_has_kept_it) {
  struct documentation_version list[] = {version(101, "who", 1, "2026-01-01", "2026-02-01"),
                                         version(101, "hours", 1, "2026-01-01", NULL)};
  const struct documentation_version *again = NULL;
  size_t count = 0;
  list[1].text = "";
  list[1].hundredths = 1250;
  json_t *json = documentation_json(list, array_length(list));
  cr_assert(documentation_parse(json, arena, &again, &count));
  cr_assert_eq(count, 2);
  json_t *twice = documentation_json(again, count);
  cr_expect(json_equal(json, twice));
  cr_expect_eq(json_real_value(json_object_get(json_array_get(json, 1), "number")), 12.5);
  cr_expect_eq(again[1].hundredths, 1250);
  cr_expect_str_eq(documentation_word(again[0].part->title, "en"), "Who");
  json_decref(twice);
  json_decref(json);
}

Test(documentation, refuses_a_kept_list_that_lacks_something) {
  const struct documentation_version *list = NULL;
  size_t count = 0;
  json_t *json = json_loads("[{\"municipality\": 101, \"name\": \"København\"}]", 0, NULL);
  cr_expect_not(documentation_parse(json, arena, &list, &count));
  cr_expect(documentation_parse(NULL, arena, &list, &count), "an older release has none");
  cr_expect_eq(count, 0);
  json_decref(json);
}

Test(documentation, gives_everybody_what_holds_without_reasons_and_reflections) {
  struct documentation_version list[] = {version(101, "who", 1, "2026-01-01", "2026-02-01"),
                                         version(101, "who", 2, "2026-02-01", NULL),
                                         version(101, "people", 1, "2026-01-01", NULL),
                                         version(101, "thought", 1, "2026-01-01", NULL)};
  const struct documentation_version *published = NULL;
  size_t count = 0;
  list[2].text = ""; /* emptied */
  cr_assert(documentation_published(list, array_length(list), arena, &published, &count));
  cr_assert_eq(count, 1);
  cr_expect_eq(published[0].number, 2);
  cr_expect_str_eq(published[0].why, "");
  cr_expect_null(published[0].written_at);
}
