#include "survey/release.h"

#include <criterion/criterion.h>
#include <string.h>

enum { MARGINS_MAX = 8 };

static const char *const all_four[] = {"101", "217", "479", "787"};
static const char *const three[] = {"101", "479", "787"};
static const char *const kobenhavn[] = {"101"}, *const thisted[] = {"787"};
static const char *const helsingor[] = {"217"}, *const svendborg[] = {"479"};
static const char *const small[] = {"479", "217"};

static const struct release_filter municipalities[] = {
    {"municipality", all_four, 4}, {"municipality", three, 3},     {"municipality", kobenhavn, 1},
    {"municipality", thisted, 1},  {"municipality", helsingor, 1}, {"municipality", svendborg, 1},
    {"municipality", small, 2},
};
enum { ALL_FOUR, THREE, KOBENHAVN, THISTED, HELSINGOR, SVENDBORG, SMALL };

struct published {
  struct release release;
  struct release_margin margins[MARGINS_MAX];
};

static void begin(struct published *published, int number, enum release_kind kind) {
  memset(published, 0, sizeof *published);
  published->release = (struct release){
      .number = number, .round = 1, .kind = kind, .floor = 5, .margins = published->margins};
}

static struct release_margin *add(struct published *published, int where, const char *what,
                                  int count) {
  struct release_margin *margin = &published->margins[published->release.margins_count++];
  *margin = (struct release_margin){.scope = {202601, 202653, &municipalities[where], 1},
                                    .what = what,
                                    .count = count,
                                    .respondents = count};
  return margin;
}

static struct release_verdict compare(const struct published *fresh, const struct published *old) {
  const struct release *earlier[] = {&old->release};
  return release_compare(&fresh->release, earlier, 1);
}

Test(release, is_allowed_as_the_first_and_again_with_the_same_numbers) {
  struct published first, second;
  begin(&first, 1, RELEASE_TABLES);
  add(&first, ALL_FOUR, "", 71);
  add(&first, ALL_FOUR, "q7=1", 40);
  begin(&second, 0, RELEASE_TABLES);
  add(&second, ALL_FOUR, "q7=1", 40);
  cr_expect_eq(release_compare(&first.release, NULL, 0).reason, RELEASE_ALLOWED);
  cr_expect_eq(compare(&second, &first).reason, RELEASE_ALLOWED);
}

Test(release, is_refused_when_two_answers_have_come_since) {
  struct published first, second;
  begin(&first, 1, RELEASE_TABLES);
  add(&first, ALL_FOUR, "q7=4", 20);
  begin(&second, 0, RELEASE_TABLES);
  add(&second, ALL_FOUR, "q7=4", 22);
  struct release_verdict verdict = compare(&second, &first);
  cr_expect_eq(verdict.reason, RELEASE_CHANGED);
  cr_expect_eq(verdict.difference, 2);
  cr_expect_eq(verdict.earlier, 1);
  cr_expect_not(release_may(&verdict));
  second.margins[0].count = second.margins[0].respondents = 25;
  cr_expect_eq(compare(&second, &first).reason, RELEASE_ALLOWED);
}

Test(release, is_refused_when_an_answer_was_withdrawn_since) {
  struct published first, second;
  begin(&first, 1, RELEASE_TABLES);
  add(&first, ALL_FOUR, "", 71);
  begin(&second, 0, RELEASE_TABLES);
  add(&second, ALL_FOUR, "", 70);
  cr_expect_eq(compare(&second, &first).reason, RELEASE_CHANGED);
}

Test(release, is_refused_when_a_small_municipality_is_left_out) {
  struct published first, second;
  begin(&first, 1, RELEASE_TABLES);
  add(&first, ALL_FOUR, "q7=1", 40);
  begin(&second, 0, RELEASE_TABLES);
  add(&second, THREE, "q7=1", 37);
  struct release_verdict verdict = compare(&second, &first);
  cr_expect_eq(verdict.reason, RELEASE_SUBSET);
  cr_expect_eq(verdict.difference, 3);
  second.margins[0].count = second.margins[0].respondents = 33;
  cr_expect_eq(compare(&second, &first).reason, RELEASE_ALLOWED);
}

Test(release, is_refused_when_the_period_is_a_few_answers_shorter) {
  struct published first, second;
  begin(&first, 1, RELEASE_TABLES);
  add(&first, ALL_FOUR, "", 71);
  begin(&second, 0, RELEASE_TABLES);
  add(&second, ALL_FOUR, "", 69)->scope.to_week = 202640;
  cr_expect_eq(compare(&second, &first).reason, RELEASE_SUBSET);
}

/* Of 71, published before with Thisted's 25, København's 36 leaves 10; with Svendborg's 6 it
 * leaves Helsingør's 4. */
Test(release, is_refused_when_several_counts_leave_a_few_of_a_larger_one) {
  struct published first, second;
  begin(&first, 1, RELEASE_TABLES);
  add(&first, ALL_FOUR, "", 71);
  add(&first, THISTED, "", 25);
  begin(&second, 0, RELEASE_TABLES);
  add(&second, KOBENHAVN, "", 36);
  cr_expect_eq(compare(&second, &first).reason, RELEASE_ALLOWED);
  add(&second, SVENDBORG, "", 6);
  struct release_verdict verdict = compare(&second, &first);
  cr_expect_eq(verdict.reason, RELEASE_REST);
  cr_expect_eq(verdict.difference, 4);
  cr_expect_eq(verdict.earlier, 1);
  cr_expect_str_eq(verdict.margin->what, "");
}

Test(release, counts_parents_where_children_are_shown) {
  struct published first, second;
  begin(&first, 1, RELEASE_TABLES);
  add(&first, ALL_FOUR, "q5=4", 20)->respondents = 14;
  begin(&second, 0, RELEASE_TABLES);
  add(&second, ALL_FOUR, "q5=4", 26)->respondents = 17;
  cr_expect_eq(compare(&second, &first).reason, RELEASE_CHANGED, "six children of three");
}

Test(release, of_rows_is_refused_when_rows_of_the_same_people_are_out) {
  struct published first, second;
  begin(&first, 1, RELEASE_ROWS);
  add(&first, ALL_FOUR, "", 71);
  begin(&second, 0, RELEASE_ROWS);
  add(&second, KOBENHAVN, "", 36);
  cr_expect_eq(compare(&second, &first).reason, RELEASE_AGAIN);
  second.margins[0].scope.from_week = 202701;
  second.margins[0].scope.to_week = 202710;
  cr_expect_eq(compare(&second, &first).reason, RELEASE_ALLOWED);
}

Test(release, may_be_overridden_by_a_name_with_a_reason_only) {
  struct published first, second;
  begin(&first, 1, RELEASE_TABLES);
  add(&first, ALL_FOUR, "", 71);
  begin(&second, 0, RELEASE_TABLES);
  add(&second, ALL_FOUR, "", 70);
  second.release.override = (struct release_override){"Bo Lind", ""};
  struct release_verdict verdict = compare(&second, &first);
  cr_expect_not(release_may(&verdict));
  second.release.override.why = "one answer was a test of ours";
  verdict = compare(&second, &first);
  cr_expect(release_may(&verdict));
  cr_expect(verdict.overridden);
  cr_expect_eq(verdict.reason, RELEASE_CHANGED, "the reason stays");
}

Test(release, is_the_same_after_storing) {
  struct arena *arena = arena_new(0);
  struct published first;
  begin(&first, 3, RELEASE_ROWS);
  add(&first, SMALL, "q7=1", 12)->respondents = 9;
  first.release.override = (struct release_override){"Bo Lind", "aftalt"};
  json_t *json = release_json(&first.release);
  cr_assert_not_null(json);
  struct release back;
  cr_assert(release_parse(json, arena, &back));
  json_t *again = release_json(&back);
  cr_expect(json_equal(json, again));
  cr_expect_eq(back.number, 3);
  cr_expect_eq(back.margins[0].respondents, 9);
  cr_expect_str_eq(back.margins[0].scope.filters[0].values[1], "217");
  json_object_del(json, "floor");
  cr_expect_not(release_parse(json, arena, &back));
  json_decref(json);
  json_decref(again);
  arena_free(arena);
}

/* ---- many municipalities */

enum { MUNICIPALITIES = 98, ANSWERS_OF_EACH = 12 };

struct country {
  struct release release;
  struct release_margin margins[MUNICIPALITIES + 1];
  struct release_filter filters[MUNICIPALITIES];
  const char *codes[MUNICIPALITIES];
  char names[MUNICIPALITIES][4];
};

/* A table by municipality with its sum. */
static void fill(struct country *country, int number) {
  int total = 0;
  memset(country, 0, sizeof *country);
  for (int i = 0; i < MUNICIPALITIES; i++) {
    int count = ANSWERS_OF_EACH + i % 7;
    (void)snprintf(country->names[i], sizeof country->names[i], "%d", 100 + i);
    country->codes[i] = country->names[i];
    country->filters[i] = (struct release_filter){"municipality", &country->codes[i], 1};
    country->margins[i] = (struct release_margin){.scope = {0, 999999, &country->filters[i], 1},
                                                  .what = "",
                                                  .count = count,
                                                  .respondents = count};
    total += count;
  }
  country->margins[MUNICIPALITIES] = (struct release_margin){
      .scope = {0, 999999, NULL, 0}, .what = "", .count = total, .respondents = total};
  country->release = (struct release){.number = number,
                                      .round = 1,
                                      .kind = RELEASE_TABLES,
                                      .floor = 5,
                                      .margins = country->margins,
                                      .margins_count = MUNICIPALITIES + 1};
}

Test(release, by_municipality_of_a_whole_country_may_follow_its_sum) {
  static struct country sum, table;
  const struct release *earlier[] = {&sum.release};
  fill(&sum, 1);
  sum.release.margins = &sum.margins[MUNICIPALITIES];
  sum.release.margins_count = 1;
  fill(&table, 0);
  cr_expect_eq(release_compare(&table.release, earlier, 1).reason, RELEASE_ALLOWED);
  table.margins[0].respondents = table.margins[0].count = 9; /* and three that are not shown */
  struct release_verdict verdict = release_compare(&table.release, earlier, 1);
  cr_expect_eq(verdict.reason, RELEASE_REST);
  cr_expect_eq(verdict.difference, 3);
}
