#include "survey/norms.h"

#include <criterion/criterion.h>
#include <string.h>

#include "support.h"

#define SDQ_GB "templates/norms/sdq-gb.json"

static struct arena *arena;

static void setup(void) {
  arena = arena_new(0);
}

static void teardown(void) {
  arena_free(arena);
}

TestSuite(norms, .init = setup, .fini = teardown);

static const struct norms *load(void) {
  struct complaints complaints = {0};
  const struct norms *norms = norms_load(support_read(arena, SDQ_GB), arena, &complaints);
  cr_assert_not_null(norms, "%s", support_complaints(arena, &complaints));
  return norms;
}

/* The first number of each band, as the scoring instructions of sdqinfo.org print them (newer
 * four-band categorisation); those of teachers also in table 1 of doi 10.1007/s11136-015-1218-x.
 * Where more is better, the last number of each. */
static const struct limits {
  const char *informant;
  int age;
  const char *score;
  int last[3]; /* the last number of the first three bands; of prosocial the first */
} limits[] = {
    {"parent", 4, "total", {13, 16, 19}},       {"parent", 17, "emotional", {3, 4, 6}},
    {"parent", 5, "conduct", {2, 3, 5}},        {"parent", 5, "hyperactivity", {5, 7, 8}},
    {"parent", 5, "peer", {2, 3, 4}},           {"parent", 5, "prosocial", {8, 7, 6}},
    {"parent", 5, "impact", {0, 1, 2}},         {"teacher", 4, "total", {11, 15, 18}},
    {"teacher", 5, "emotional", {3, 4, 5}},     {"teacher", 5, "conduct", {2, 3, 4}},
    {"teacher", 5, "hyperactivity", {5, 7, 8}}, {"teacher", 5, "peer", {2, 4, 5}},
    {"teacher", 5, "prosocial", {6, 5, 4}},     {"teacher", 5, "impact", {0, 1, 2}},
    {"parent", 2, "total", {12, 15, 18}},       {"parent", 3, "emotional", {2, 3, 4}},
    {"parent", 3, "conduct", {3, 4, 5}},        {"parent", 3, "hyperactivity", {5, 6, 7}},
    {"parent", 3, "peer", {2, 3, 4}},           {"parent", 3, "prosocial", {7, 6, 5}},
};

Test(norms, bands_begin_and_end_where_they_were_published) {
  const struct norms *norms = load();
  cr_assert_eq(norms->bands_count, 4);
  for (size_t i = 0; i < array_length(limits); i++) {
    const struct limits *one = &limits[i];
    const struct norms_table *table = norms_table(norms, one->informant, one->age);
    cr_assert_not_null(table, "%s %d", one->informant, one->age);
    bool down = strcmp(one->score, "prosocial") == 0;
    for (int band = 0; band < 3; band++) {
      int last = one->last[band], beyond = down ? last - 1 : last + 1;
      cr_expect_eq(norms_band(norms, table, one->score, last), band, "%s of a %s: %d", one->score,
                   one->informant, last);
      cr_expect_eq(norms_band(norms, table, one->score, beyond), band + 1, "%s of a %s: %d",
                   one->score, one->informant, beyond);
    }
  }
}

Test(norms, there_is_no_band_for_an_age_or_informant_that_nobody_published) {
  const struct norms *norms = load();
  cr_expect_null(norms_table(norms, "teacher", 3));
  cr_expect_null(norms_table(norms, "parent", 1));
  cr_expect_null(norms_table(norms, "parent", 18));
  cr_expect_null(norms_table(norms, "parent", -1), "nobody said how old");
  cr_expect_null(norms_table(norms, NULL, 5), "nobody said who");
  const struct norms_table *table = norms_table(norms, "teacher", 5);
  cr_expect_eq(norms_band(norms, table, "impact", 7), NORMS_NONE, "a daycare's goes to six");
  cr_expect_eq(norms_band(norms, table, "elsewhere", 1), NORMS_NONE);
}

Test(norms, those_that_are_shipped_fit_the_questionnaires_that_name_them) {
  const struct norms *norms = load();
  struct complaints complaints = {0};
  cr_expect(norms_fit(norms, support_load(arena, SDQ), arena, &complaints));
  cr_expect(norms_fit(norms, support_load(arena, SDQ_SUBSCALES), arena, &complaints));
  cr_expect_not(norms_fit(norms, support_load(arena, SCORES), arena, &complaints));
  cr_expect_not_null(strstr(support_complaints(arena, &complaints), "no score \"emotional\""), "%s",
                     support_complaints(arena, &complaints));
}

/* The text with every occurrence of a piece put another way. */
static const char *with(const char *text, const char *piece, const char *other) {
  const char *found, *done = "";
  for (; (found = strstr(text, piece)) != NULL; text = found + strlen(piece)) {
    done = arena_printf(arena, "%s%.*s%s", done, (int)(found - text), text, other);
  }
  return arena_printf(arena, "%s%s", done, text);
}

static bool fit(const char *norms, const char *questionnaire, struct complaints *complaints) {
  const struct norms *read = norms_load(norms, arena, complaints);
  cr_assert_not_null(read, "%s", support_complaints(arena, complaints));
  const struct questionnaire *loaded = questionnaire_load(questionnaire, arena, complaints);
  cr_assert_not_null(loaded, "%s", support_complaints(arena, complaints));
  return norms_fit(read, loaded, arena, complaints);
}

Test(norms, slips_of_whoever_types_limits_from_an_article_are_refused) {
  static const struct {
    const char *piece, *typed, *expected;
  } slips[] = {
      {"[[6, 10], [5, 5], [4, 4], [0, 3]]", "[[0, 3], [4, 4], [5, 5], [6, 10]]",
       "of score \"prosocial\" more is better"},
      {"[[0, 13], [14, 16], [17, 19], [20, 40]]", "[[20, 40], [17, 19], [14, 16], [0, 13]]",
       "of score \"total\" less is better"},
      {"[20, 40]", "[20, 30]", "goes to 40, its limits of \"parent\" to 30"},
      {"[20, 40]", "[20, 50]", "goes to 40, its limits of \"parent\" to 50"},
      {"[3, 6]]", "[3, 10]]", "goes to 6, its limits of \"teacher\" to 10"},
      {"\"informant\": \"parent\"", "\"informant\": \"parents\"", NULL}, /* daycare has its own */
  };
  const char *norms = support_read(arena, SDQ_GB), *sdq = support_read(arena, SDQ);
  for (size_t i = 0; i < array_length(slips); i++) {
    struct complaints complaints = {0};
    const char *typed = with(norms, slips[i].piece, slips[i].typed);
    cr_assert_str_neq(typed, norms, "%s", slips[i].piece);
    cr_expect_eq(fit(typed, sdq, &complaints), slips[i].expected == NULL, "%s", slips[i].typed);
    const char *told = support_complaints(arena, &complaints);
    cr_expect(slips[i].expected == NULL || strstr(told, slips[i].expected) != NULL, "%s: %s",
              slips[i].typed, told);
  }
}

Test(norms, a_total_that_is_entered_has_limits_to_its_end_as_well) {
  struct complaints complaints = {0};
  const char *norms = with(support_read(arena, SDQ_GB), "[19, 40]", "[19, 30]");
  cr_expect_not(fit(norms, support_read(arena, SDQ_SUBSCALES), &complaints));
}

Test(norms, who_fills_a_form_in_and_has_no_limits_is_told) {
  static const char called[] = "{\"1\": \"parent\", \"2\": \"teacher\"}";
  const char *sdq = support_read(arena, SDQ), *norms = support_read(arena, SDQ_GB);
  struct complaints complaints = {0};
  const char *misspelt = with(sdq, called, "{\"1\": \"parents\"}");
  cr_assert_str_neq(misspelt, sdq);
  cr_expect_not(fit(norms, misspelt, &complaints));
  cr_expect_not_null(strstr(support_complaints(arena, &complaints), "the same names"));
  complaints = (struct complaints){0};
  const struct questionnaire *half = questionnaire_load(
      with(sdq, called, "{\"1\": \"parents\", \"2\": \"teacher\"}"), arena, &complaints);
  cr_assert_not_null(half);
  cr_expect(norms_untold(load(), half, arena, &complaints));
  cr_expect_not_null(strstr(support_complaints(arena, &complaints), "no table of \"parents\""));
  complaints = (struct complaints){0};
  cr_expect_not(
      norms_untold(load(), questionnaire_load(misspelt, arena, &complaints), arena, &complaints));
  cr_expect_not_null(strstr(support_complaints(arena, &complaints), "call answer 2 of question"));
}

#define HEAD                                                                                       \
  "{\"norms\": \"x\", \"title\": \"X\", \"country\": \"DK\", \"source\": \"Kilde\", "              \
  "\"bands\": [\"average\", \"high\"], \"tables\": ["
#define TABLE(age, scores) "{\"informant\": \"parent\", \"age\": " age ", \"scores\": " scores "}"
#define GOOD               "{\"total\": [[0, 4], [5, 9]]}"

Test(norms, what_is_wrong_with_a_file_is_told_with_its_place) {
  static const struct {
    const char *json, *expected;
  } cases[] = {
      {HEAD "]}", "$.tables: "},
      {HEAD TABLE("[4, 17]", "{\"total\": [[0, 4], [6, 9]]}") "]}", "leave out a number"},
      {HEAD TABLE("[4, 17]", "{\"total\": [[0, 4], [4, 9]]}") "]}", "or repeat one"},
      {HEAD TABLE("[4, 17]", "{\"total\": [[1, 4], [5, 9]]}") "]}", "from 0 on"},
      {HEAD TABLE("[4, 17]", "{\"total\": [[0, 9]]}") "]}", "limits of 1 bands"},
      {HEAD TABLE("[4, 17]", "{\"total\": [[0, 4], [9, 5]]}") "]}", "must not be below"},
      {HEAD TABLE("[4, 17]", "{}") "]}", "an object of scores"},
      {HEAD TABLE("[17, 4]", GOOD) "]}", "must not be below"},
      {HEAD TABLE("4", GOOD) "]}", "$.tables[0].age"},
      {HEAD TABLE("[4, 17]", GOOD) ", " TABLE("[10, 12]", GOOD) "]}", "at the age of 10"},
      {"{\"norms\": \"x\", \"title\": \"X\", \"country\": \"Danmark\", \"source\": \"K\", "
       "\"bands\": [\"average\", \"hihg\"], \"tables\": [" TABLE("[4, 17]", GOOD) "]}",
       "did you mean"},
      {"{\"norms\": \"x\", \"title\": \"X\", \"country\": \"Danmark\", \"source\": \"K\", "
       "\"bands\": [\"high\", \"high\"], \"tables\": [" TABLE("[4, 17]", GOOD) "]}",
       "stands twice"},
      {"{\"norms\": \"x\", \"title\": \"X\", \"country\": \"Danmark\", "
       "\"bands\": [\"average\", \"high\"], \"tables\": [" TABLE("[4, 17]", GOOD) "]}",
       "$.source"},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    struct complaints complaints = {0};
    cr_expect_null(norms_load(cases[i].json, arena, &complaints), "case %zu", i);
    const char *told = support_complaints(arena, &complaints);
    cr_expect_not_null(strstr(told, cases[i].expected), "case %zu: %s", i, told);
  }
  struct complaints complaints = {0};
  cr_expect_not_null(
      norms_load(HEAD TABLE("[4, 9]", GOOD) ", " TABLE("[10, 12]", GOOD) "]}", arena, &complaints));
}

Test(norms, a_file_that_is_not_there_is_told_with_where_it_should_be) {
  struct complaints complaints = {0};
  cr_expect_null(norms_find(".", "sdq-dk", arena, &complaints));
  cr_expect_not_null(
      strstr(support_complaints(arena, &complaints), "./templates/norms/sdq-dk.json"));
}
