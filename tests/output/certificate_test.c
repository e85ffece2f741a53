#include "output/certificate.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/words.h"

static struct arena *arena;
static struct words_set *words;
static struct template_set *templates;

static void begin(void) {
  const char *message = NULL;
  arena = arena_new(0);
  words = words_set_load("templates/certificate/words", arena, &message);
  cr_assert_not_null(words, "%s", message);
  templates = template_set_load("templates/certificate", arena, &message);
  cr_assert_not_null(templates, "%s", message);
}

static void end(void) {
  words_set_free(words);
  template_set_free(templates);
  arena_free(arena);
}

TestSuite(certificate, .init = begin, .fini = end);

static const struct anonymise_opinion opinions[] = {
    {.name = "q7", .kept = 71, .diversity = 2, .uniform = 0},
    {.name = "q8", .kept = 50, .lost = 11, .diversity = 1, .uniform = 6},
};
static const struct anonymise_certificate anonymised = {
    .rows = 71,
    .k_asked = 5,
    .k_reached = 6,
    .classes = 7,
    .uniques_before = 12,
    .below_before = 30,
    .touched = 4,
    .combinations = 432,
    .loss = 0.254,
    .quasis_count = 3,
    .quasis = {{"municipality", ANONYMISE_POOLED, 0, "Helsingør, <Svendborg>", 4, 0.2},
               {"q3", ANONYMISE_CAPPED, 3, "", 0, 0.1},
               {"q1", ANONYMISE_NONE, 0, "", 0, 1}},
    .opinions_count = array_length(opinions),
    .opinions = opinions};

static struct certificate certificate_of(void) {
  return (struct certificate){.anonymised = &anonymised,
                              .release = 3,
                              .round = 1,
                              .round_title = "Forældre 2026",
                              .questionnaire = "bilag8 1",
                              .made_at = "2026-11-22T05:00:00+01:00",
                              .checksum = "00ff",
                              .program = "Hjemsvar"};
}

Test(certificate, has_a_page_whose_template_names_only_what_there_is) {
  json_t *sample = certificate_template_sample(words_of(words, "da"));
  const char *complaint = template_check(template_find(templates, "certificate"), sample, arena);
  cr_expect_null(complaint, "%s", complaint);
  json_decref(sample);
}

Test(certificate, says_on_its_page_what_was_coarsened_and_lost) {
  static const char *const expected[] = {
      "<html lang=\"da\">",          "lagt sammen (-2): Helsingør, &lt;Svendborg&gt;",
      "3 betyder 3 eller flere",     "udeladt i alle rækker",
      "alle 432 kombinationer",      "25\u00a0%",
      "<td class=\"count\">11</td>",
  };
  struct certificate certificate = certificate_of();
  struct text out;
  text_init(&out);
  cr_assert(certificate_html(&certificate, words_of(words, "da"),
                             template_find(templates, "certificate"), &out));
  for (size_t i = 0; i < array_length(expected); i++) {
    cr_expect_not_null(strstr(out.data, expected[i]), "%s", expected[i]);
  }
  cr_expect_null(strstr(out.data, "trods"), "nobody overrode anything");
  text_clear(&out);
}

Test(certificate, says_the_same_as_text_in_english_and_who_overrode) {
  static const char *const expected[] = {
      "k reached (the smallest group): 6",
      "municipality: put together (-2): Helsingør, <Svendborg>; Withheld in rows 4;",
      "q8: Answers in the file 50; Withheld 11;",
      "Bo Lind: agreed with the DPO",
  };
  struct certificate certificate = certificate_of();
  certificate.override_by = "Bo Lind";
  certificate.override_why = "agreed with the DPO";
  struct text out;
  text_init(&out);
  cr_assert(certificate_text(&certificate, words_of(words, "en"), &out));
  for (size_t i = 0; i < array_length(expected); i++) {
    cr_expect_not_null(strstr(out.data, expected[i]), "%s", expected[i]);
  }
  text_clear(&out);
}

Test(certificate, gives_machines_the_same_numbers) {
  json_t *json = certificate_json(&anonymised);
  cr_expect_eq(json_integer_value(json_object_get(json, "k_reached")), 6);
  const json_t *columns = json_object_get(json, "columns");
  cr_expect_str_eq(json_string_value(json_object_get(json_array_get(columns, 0), "level")),
                   "pooled");
  cr_expect_eq(json_integer_value(json_object_get(json_array_get(columns, 1), "limit")), 3);
  const json_t *questions = json_object_get(json, "questions");
  cr_expect_eq(json_integer_value(json_object_get(json_array_get(questions, 1), "uniform")), 6);
  json_decref(json);
}

/* What was stored gives the same paper again. */
Test(certificate, comes_back_as_it_was_stored) {
  struct anonymise_certificate read;
  json_t *stored = certificate_json(&anonymised);
  cr_assert(certificate_parse(stored, arena, &read));
  json_t *again = certificate_json(&read);
  cr_expect(json_equal(stored, again));
  cr_expect_str_eq(read.quasis[0].pooled, "Helsingør, <Svendborg>");
  cr_expect_eq(read.quasis[1].limit, 3);
  json_object_del(again, "k_reached");
  cr_expect_not(certificate_parse(again, arena, &read));
  json_decref(again);
  json_decref(stored);
}
