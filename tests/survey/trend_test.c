#include "survey/trend.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report_scene.h"

#define EXAMPLE "docs/examples/course.json"

enum { SCENES_MAX = 4, ANSWERS = 40 };

static struct arena *arena;
static struct report_scene *scenes[SCENES_MAX];
static const struct report *reports[SCENES_MAX];
static size_t scenes_count;
static struct trend trend;

static void setup(void) {
  arena = arena_new(0);
  scenes_count = 0;
}

static void teardown(void) {
  for (size_t i = 0; i < scenes_count; i++) {
    report_scene_free(scenes[i]);
  }
  arena_free(arena);
}

TestSuite(trend, .init = setup, .fini = teardown);

/* ---- rounds of versions */

static const char *put(const char *json, const char *from, const char *to) {
  const char *at = strstr(json, from);
  cr_assert_not_null(at, "%s is not in it", from);
  return arena_printf(arena, "%.*s%s%s", (int)(at - json), json, to, at + strlen(from));
}

static const struct questionnaire *load(const char *json) {
  struct complaints complaints = {.count = 0};
  const struct questionnaire *questionnaire = questionnaire_load(json, arena, &complaints);
  cr_assert_not_null(questionnaire, "%s", support_complaints(arena, &complaints));
  return questionnaire;
}

static const struct questionnaire *example(void) {
  return load(support_read(arena, EXAMPLE));
}

/* The example's next version, with one text put in another's place. */
static const struct questionnaire *changed(const char *from, const char *to) {
  return load(put(put(support_read(arena, EXAMPLE), "\"version\": 1", "\"version\": 2"), from, to));
}

/* One more round, open for answers. */
static struct report_scene *add_round(const struct questionnaire *questionnaire,
                                      enum report_profile profile) {
  struct report_scene *scene = report_scene_of(questionnaire, profile, 5);
  scenes[scenes_count++] = scene;
  return scene;
}

static void close_round(struct report_scene *scene) {
  int number = 3 + 4 * (int)(scenes_count - 1);
  cr_assert_eq(report_finish(scene->making, &scene->report), REPORT_OK);
  scene->report.all_municipalities = true;
  scene->report.round = number;
  scene->report.round_title = arena_printf(arena, "Runde %d", number);
  scene->report.round_state = "closed";
  reports[scenes_count - 1] = &scene->report;
}

/* A round that all answered alike in every version. */
static void add(const struct questionnaire *questionnaire) {
  struct report_scene *scene = add_round(questionnaire, REPORT_INTERNAL);
  for (int i = 0; i < ANSWERS; i++) {
    struct answer *answer = answer_new(questionnaire, scene->arena);
    const char *const values[] = {"who",   i % 2 == 0 ? "1" : "2", "alone", "1",
                                  "after", i % 4 == 0 ? "2" : "6"};
    for (size_t j = 0; j < array_length(values); j += 2) {
      support_set(answer, values[j], values[j + 1]);
    }
    if (questionnaire_field(questionnaire, "before") >= 0) {
      support_set(answer, "before", "5");
    }
    if (questionnaire_field(questionnaire, "ideas") >= 0) {
      support_set(answer, "ideas", i % 8 == 0 ? "3" : "1");
    }
    report_scene_add(scene, 101, "da", answer);
  }
  close_round(scene);
}

static void compare(void) {
  cr_assert_eq(trend_make(reports, scenes_count, arena, &trend), TREND_OK);
}

static const struct trend_figure *find(const char *id, const char *member) {
  for (size_t i = 0; i < trend.figures_count; i++) {
    const struct trend_figure *figure = &trend.figures[i];
    const struct questionnaire *questionnaire = trend.rounds[figure->reference]->questionnaire;
    if (strcmp(questionnaire->questions[figure->like->question].id, id) == 0 &&
        (member == NULL || strcmp(figure->member, member) == 0)) {
      return figure;
    }
  }
  cr_assert_fail("no figure %s", id);
  return NULL;
}

/* "text! ..." */
static const char *told(const struct trend_note *notes, size_t count) {
  const char *all = "";
  for (size_t i = 0; i < count; i++) {
    all = arena_printf(arena, "%s%s%zu %s", all, i == 0 ? "" : ", ", notes[i].round, notes[i].why);
  }
  return all;
}

/* ---- which rounds */

Test(trend, refuses_what_cannot_stand_beside_each_other) {
  static const struct {
    int rounds[9];
    size_t count;
    const char *last;
    enum trend_result expected;
    size_t wrong;
  } cases[] = {{{3}, 1, "a", TREND_FEW, 0},
               {{3, 7}, 2, "a", TREND_OK, 0},
               {{3, 7, 3}, 3, "a", TREND_TWICE, 2},
               {{3, 7}, 2, "b", TREND_FOREIGN, 1},
               {{1, 2, 3, 4, 5, 6, 7, 8, 9}, 9, "a", TREND_MANY, 8}};
  for (size_t i = 0; i < array_length(cases); i++) {
    const char *names[9] = {"a", "a", "a", "a", "a", "a", "a", "a", "a"};
    size_t wrong;
    names[cases[i].count - 1] = cases[i].last;
    cr_expect_eq(trend_check(cases[i].rounds, names, cases[i].count, &wrong), cases[i].expected,
                 "case %zu", i);
    cr_expect(cases[i].expected == TREND_OK || wrong == cases[i].wrong, "case %zu", i);
  }
}

/* ---- a question in several rounds */

Test(trend, puts_the_answers_of_rounds_in_one_table) {
  add(example());
  add(example());
  compare();
  const struct trend_figure *figure = find("ideas", NULL);
  cr_assert_eq(figure->table.rows_count, 2);
  cr_assert_eq(figure->table.columns_count, 4);
  for (size_t i = 0; i < 2; i++) {
    const struct report_row *row = &figure->table.rows[i];
    cr_expect_eq(row->n.count, ANSWERS);
    cr_expect_eq(row->cells[0].count, 35);
    cr_expect_eq(row->cells[2].count, 5);
    cr_expect_float_eq(report_percent(row, 0), 87.5, 1e-9);
  }
  cr_expect_str_eq(figure->table.rows[1].who.labels[0].name, "Runde 7");
  cr_expect_eq(figure->changed_count + figure->left_out_count, 0);
  figure = find("after", NULL);
  cr_expect_float_eq(figure->ratings[0].mean, 5, 1e-9);
  cr_expect_float_eq(figure->ratings[1].mean, 5, 1e-9);
}

Test(trend, tells_rounds_of_one_title_apart) {
  add(example());
  add(example());
  scenes[0]->report.round_title = scenes[1]->report.round_title;
  compare();
  cr_expect_str_eq(trend.names[0].labels[0].name, "Runde 7 (3)");
  cr_expect_str_eq(trend.names[1].labels[0].name, "Runde 7 (7)");
}

Test(trend, keeps_both_wordings_of_words_that_changed) {
  static const struct {
    const char *from, *to, *question, *why, *what;
  } cases[] = {
      {"Hvor meget fylder det nu?", "Hvor meget fylder det i dag?", "after", "text", NULL},
      {"Tænk på de seneste to uger.", "Tænk på i går.", "ideas", "hint", NULL},
      {"\"hverken enig eller uenig\"", "\"hverken eller\"", "ideas", "code_meaning", "choice 2"},
      {"\"low\": {\"source\": \"ingenting\"}", "\"low\": {\"source\": \"intet\"}", "before", "end",
       "low"},
      {", \"kind\": \"dont_know\"", "", "ideas", "dont_know", "choice 8"}};
  const struct questionnaire *old = example();
  for (size_t i = 0; i < array_length(cases); i++) {
    scenes_count = 0;
    add(old);
    add(changed(cases[i].from, cases[i].to));
    compare();
    const struct trend_figure *figure = find(cases[i].question, NULL);
    cr_assert_eq(figure->changed_count, 1, "%s", cases[i].why);
    const struct trend_note *note = &figure->changed[0];
    cr_expect_str_eq(note->why, cases[i].why);
    cr_expect_eq(note->round, 0);
    cr_expect(cases[i].what == NULL ? note->what == NULL : strcmp(note->what, cases[i].what) == 0);
    cr_expect_neq(note->theirs, note->ours, "both stand there");
    cr_expect_eq(figure->table.rows_count, 2, "and they are compared: %s", cases[i].why);
    cr_expect_eq(figure->left_out_count, 0);
    report_scene_free(scenes[0]);
    report_scene_free(scenes[1]);
  }
  scenes_count = 0;
}

static const char *const opinions_of_two[] = {
    "{\"code\": 1, \"text\": {\"source\": \"enig\"}},\n"
    "      {\"code\": 2, \"text\": {\"source\": \"hverken enig eller uenig\"}},\n"
    "      {\"code\": 3, \"text\": {\"source\": \"uenig\"}},",
    "{\"code\": 1, \"text\": {\"source\": \"uenig\"}},\n"
    "      {\"code\": 2, \"text\": {\"source\": \"hverken enig eller uenig\"}},\n"
    "      {\"code\": 3, \"text\": {\"source\": \"enig\"}},"};

Test(trend, leaves_a_round_out_whose_question_is_another_one) {
  const struct {
    const char *from, *to, *question, *why;
  } cases[] = {
      {"\"max\": 10", "\"max\": 7", "before", "range"},
      {"{\"code\": 8,", "{\"code\": 4, \"text\": {\"source\": \"meget uenig\"}}, {\"code\": 8,",
       "ideas", "choice_added"},
      {"\"id\": \"ideas\",",
       "\"id\": \"ideas\", \"only_if\": {\"question\": \"alone\", \"is\": [1]},", "ideas",
       "filter"},
      {opinions_of_two[0], opinions_of_two[1], "ideas", "code_meaning"},
      {"\"low\": {\"source\": \"ingenting\"},\n          \"high\": {\"source\": \"det hele\"}",
       "\"low\": {\"source\": \"det hele\"},\n          \"high\": {\"source\": \"ingenting\"}",
       "before", "end"},
      {"\"invite_unless\": {\"question\": \"alone\", \"is\": [1]}", "\"unit\": \"child\"", "after",
       "unit"},
      {"\"invite_unless\": {\"question\": \"alone\", \"is\": [1]}", "\"count_unanswered\": true",
       "after", "unanswered"},
      {"\"language\": \"da\"", "\"language\": \"en\"", "after", "language"},
      {"\"id\": \"before\"", "\"id\": \"earlier\"", "earlier", "question_renamed"}};
  const struct questionnaire *old = example();
  for (size_t i = 0; i < array_length(cases); i++) {
    scenes_count = 0;
    add(old);
    add(changed(cases[i].from, cases[i].to));
    compare();
    const struct trend_figure *figure = find(cases[i].question, NULL);
    const char *expected = arena_printf(arena, "0 %s", cases[i].why);
    cr_expect_str_eq(told(figure->left_out, figure->left_out_count), expected);
    cr_expect_eq(figure->rounds_count, 1);
    cr_expect_eq(figure->table.rows_count, 0, "nothing of it is compared: %s", cases[i].why);
    report_scene_free(scenes[0]);
    report_scene_free(scenes[1]);
  }
  scenes_count = 0;
}

Test(trend, compares_the_rounds_that_ask_the_same_and_says_which_does_not) {
  const struct questionnaire *old = example();
  add(old);
  add(changed("\"max\": 10", "\"max\": 7"));
  add(old);
  compare();
  const struct trend_figure *figure = find("before", NULL);
  cr_expect_eq(figure->reference, 2);
  cr_assert_eq(figure->rounds_count, 2);
  cr_expect_eq(figure->rounds[0], 0);
  cr_expect_eq(figure->rounds[1], 2);
  cr_expect_str_eq(told(figure->left_out, figure->left_out_count), "1 range");
}

Test(trend, compares_older_rounds_among_themselves_when_the_last_asks_otherwise) {
  const struct questionnaire *old = example();
  add(old);
  add(old);
  add(changed("\"max\": 10", "\"max\": 7"));
  compare();
  const struct trend_figure *figure = find("before", NULL);
  cr_expect_eq(figure->reference, 1);
  cr_expect_eq(figure->table.rows_count, 2);
  cr_expect_eq(figure->table.columns_count, 10);
  cr_expect_str_eq(told(figure->left_out, figure->left_out_count), "2 range");
}

Test(trend, compares_a_question_that_is_no_longer_asked_among_the_rounds_that_asked_it) {
  const struct questionnaire *old = example();
  add(old);
  add(old);
  add(changed(
      "\"id\": \"before\",\n          \"kind\": \"scale\",\n          \"text\": {\"source\": "
      "\"Hvor meget fyldte det før forløbet?\"}",
      "\"id\": \"sleep\",\n          \"kind\": \"scale\",\n          \"text\": {\"source\": "
      "\"Hvor godt sov I?\"}"));
  compare();
  const struct trend_figure *figure = find("before", NULL);
  cr_expect_eq(figure->reference, 1);
  cr_expect_eq(figure->table.rows_count, 2);
  cr_expect_str_eq(told(figure->left_out, figure->left_out_count), "2 question_removed");
  figure = find("sleep", NULL);
  cr_expect_str_eq(told(figure->left_out, figure->left_out_count),
                   "0 question_added, 1 question_added");
}

Test(trend, puts_changes_of_rounds_in_one_table) {
  const char *json =
      put(support_read(arena, EXAMPLE), "\"text\": {\"source\": \"Hvor meget fylder det nu?\"},",
          "\"text\": {\"source\": \"Hvor meget fylder det nu?\"}, \"report\": "
          "{\"before\": \"before\"},");
  const struct questionnaire *both = load(json);
  add(both);
  add(both);
  compare();
  const struct trend_figure *figure = find("after", "changes");
  cr_assert_eq(figure->table.rows_count, 2);
  cr_assert_eq(figure->table.columns_count, 3);
  cr_expect_eq(figure->table.rows[0].cells[0].count, 10, "less");
  cr_expect_eq(figure->table.rows[0].cells[2].count, 30, "more");
}

/* ---- what is hidden */

enum { CATEGORIES = 6 };

/* A release as somebody may have made it: categories put together anyhow, any cell hidden. */
struct drawn {
  struct report report;
  struct report_figure figure;
  struct report_row row;
  struct report_set columns[CATEGORIES];
  struct report_label labels[CATEGORIES][CATEGORIES];
  struct report_cell cells[CATEGORIES];
};

static void draw_columns(struct drawn *drawn, const struct question *question, uint64_t *seed) {
  size_t count = 1 + support_draw(seed, CATEGORIES);
  size_t at[CATEGORIES];
  for (size_t i = 0; i < CATEGORIES; i++) {
    at[i] = i < count ? i : support_draw(seed, (unsigned)count);
  }
  for (size_t i = 0; i < CATEGORIES; i++) {
    struct report_set *set = &drawn->columns[at[i]];
    const struct choice *choice = &question->choices[i];
    const char *code = arena_printf(arena, "%d", choice->code);
    drawn->labels[at[i]][set->labels_count++] =
        (struct report_label){.code = code, .words = &choice->words};
    set->labels = drawn->labels[at[i]];
    set->code = set->code == NULL ? code : arena_printf(arena, "%s+%s", set->code, code);
  }
  drawn->figure.whole.columns_count = count;
}

static struct drawn *draw_release(const struct questionnaire *questionnaire, int number,
                                  uint64_t *seed) {
  struct drawn *drawn = arena_alloc(arena, sizeof *drawn);
  int question = questionnaire_question(questionnaire, "q7"), n = 0;
  drawn->report = (struct report){.profile = REPORT_PUBLISHED,
                                  .round = number,
                                  .round_title = arena_printf(arena, "%d", number),
                                  .questionnaire = questionnaire,
                                  .figures = &drawn->figure,
                                  .figures_count = 1};
  drawn->figure = (struct report_figure){.question = question, .before = -1};
  draw_columns(drawn, &questionnaire->questions[question], seed);
  for (size_t i = 0; i < drawn->figure.whole.columns_count; i++) {
    int count = (int)support_draw(seed, 5);
    bool shown = support_draw(seed, 3) > 0;
    n += count;
    drawn->cells[i] = (struct report_cell){shown, shown ? count : 0};
  }
  drawn->row = (struct report_row){.who = {.code = "all"}, .n = {true, n}, .cells = drawn->cells};
  drawn->figure.n = drawn->figure.respondents = n;
  drawn->figure.level = REPORT_MERGED;
  drawn->figure.whole.columns = drawn->columns;
  drawn->figure.whole.rows = &drawn->row;
  drawn->figure.whole.rows_count = n > 0;
  return drawn;
}

static bool holds(const struct report_set *set, const char *code) {
  bool holds = false;
  for (size_t i = 0; i < set->labels_count; i++) {
    holds = holds || strcmp(set->labels[i].code, code) == 0;
  }
  return holds;
}

/* Whether a table of whole numbers that agrees with the release agrees with the comparison. */
static void expect_agreement(const struct drawn *drawn, const int *counts,
                             const struct report_table *table, const struct report_row *row,
                             size_t *sums) {
  for (size_t i = 0; i < table->columns_count; i++) {
    int sum = 0;
    for (size_t j = 0; j < drawn->figure.whole.columns_count; j++) {
      sum += holds(&table->columns[i], drawn->columns[j].labels[0].code) ? counts[j] : 0;
    }
    cr_assert(!row->cells[i].shown || row->cells[i].count == sum,
              "\"%s\" is told to be %d, and by the release it may be %d", table->columns[i].code,
              row->cells[i].count, sum);
    *sums += row->cells[i].shown;
  }
}

/* Every table of whole numbers that agrees with what the release shows. */
static void try_all(const struct drawn *drawn, size_t column, int left, int *counts,
                    const struct report_table *table, const struct report_row *row, size_t *sums) {
  if (column == drawn->figure.whole.columns_count) {
    if (left == 0) {
      expect_agreement(drawn, counts, table, row, sums);
    }
    return;
  }
  const struct report_cell *cell = &drawn->cells[column];
  for (int count = cell->shown ? cell->count : 0; count <= (cell->shown ? cell->count : left);
       count++) {
    if (count <= left) {
      counts[column] = count;
      try_all(drawn, column + 1, left - count, counts, table, row, sums);
    }
  }
}

Test(trend, tells_nothing_of_a_round_that_its_release_does_not_tell) {
  const struct questionnaire *questionnaire = support_load(arena, BILAG8);
  uint64_t seed = 20261122;
  size_t coarser = 0, sums = 0, hidden = 0;
  for (int times = 0; times < 300; times++) {
    const struct drawn *one = draw_release(questionnaire, 3, &seed);
    const struct drawn *other = draw_release(questionnaire, 7, &seed);
    const struct report *const both[] = {&one->report, &other->report};
    const struct drawn *const drawn[] = {one, other};
    cr_assert_eq(trend_make(both, 2, arena, &trend), TREND_OK);
    const struct trend_figure *figure = find("q7", NULL);
    coarser += figure->coarser && !figure->merged_away;
    for (size_t i = 0; i < figure->table.rows_count; i++) {
      int counts[CATEGORIES];
      const struct report_row *row = &figure->table.rows[i];
      if (drawn[i]->figure.whole.rows_count > 0) {
        try_all(drawn[i], 0, drawn[i]->row.n.count, counts, &figure->table, row, &sums);
      }
      for (size_t j = 0; j < figure->table.columns_count; j++) {
        hidden += !row->cells[j].shown;
      }
    }
  }
  cr_expect_gt(coarser, 50, "columns were put together in %zu", coarser);
  cr_expect_gt(sums, 1000, "%zu sums were tried", sums);
  cr_expect_gt(hidden, 100, "%zu sums are hidden", hidden);
}

Test(trend, shows_the_finest_columns_that_all_rounds_can_be_told_in) {
  const struct questionnaire *questionnaire = support_load(arena, BILAG8);
  const struct question *question =
      &questionnaire->questions[questionnaire_question(questionnaire, "q7")];
  static const int groups[2][CATEGORIES] = {{0, 0, 1, 2, 2, 3}, {0, 1, 2, 2, 2, 3}};
  struct drawn *drawn[2];
  const struct report *both[2];
  for (size_t i = 0; i < 2; i++) {
    drawn[i] = arena_alloc(arena, sizeof *drawn[i]);
    struct drawn *one = drawn[i];
    for (size_t j = 0; j < CATEGORIES; j++) {
      struct report_set *set = &one->columns[groups[i][j]];
      one->labels[groups[i][j]][set->labels_count++] =
          (struct report_label){.code = arena_printf(arena, "%d", question->choices[j].code)};
      set->labels = one->labels[groups[i][j]];
      one->cells[groups[i][j]].shown = i == 0 || groups[i][j] != 2;
      one->cells[groups[i][j]].count += one->cells[groups[i][j]].shown ? 5 : 0;
    }
    one->row = (struct report_row){.n = {true, 30}, .cells = one->cells};
    one->figure = (struct report_figure){
        .question = (int)(question - questionnaire->questions),
        .before = -1,
        .n = 30,
        .whole = {.columns = one->columns, .columns_count = 4, .rows = &one->row, .rows_count = 1}};
    one->report = (struct report){.profile = REPORT_PUBLISHED,
                                  .round = (int)i + 1,
                                  .round_title = i == 0 ? "a" : "b",
                                  .questionnaire = questionnaire,
                                  .figures = &one->figure,
                                  .figures_count = 1};
    both[i] = &one->report;
  }
  cr_assert_eq(trend_make(both, 2, arena, &trend), TREND_OK);
  const struct trend_figure *figure = find("q7", NULL);
  cr_assert(figure->coarser);
  cr_assert_eq(figure->table.columns_count, 3);
  cr_expect_str_eq(figure->table.columns[0].code, "1+2");
  cr_expect_str_eq(figure->table.columns[1].code, "3+4+5");
  cr_expect_str_eq(figure->table.columns[2].code, "8");
  cr_expect_eq(figure->table.rows[0].cells[1].count, 15);
  cr_expect_not(figure->table.rows[1].cells[1].shown, "a sum with a hidden part is hidden");
}

Test(trend, is_the_same_numbers_as_the_reports_it_is_made_of) {
  const struct questionnaire *questionnaire = support_load(arena, BILAG8);
  for (int i = 0; i < 2; i++) {
    struct report_scene *scene = add_round(questionnaire, REPORT_PUBLISHED);
    for (int j = 0; j < (i == 0 ? 71 : 22); j++) {
      report_scene_answer(scene, j % 2 == 0 ? 101 : 787, "da",
                          j % 5 == 0 ? "q3=1 q5_1=2 q7=4 q9=8" : "q3=1 q5_1=1 q7=1 q9=9");
    }
    close_round(scene);
  }
  compare();
  json_t *json = trend_json(&trend), *own[2] = {report_json(reports[0]), report_json(reports[1])};
  cr_assert_not_null(json);
  const json_t *rounds =
      json_object_get(json_object_get(json_object_get(json, "figures"), "q9"), "rounds");
  cr_assert_eq(json_array_size(rounds), 2);
  for (size_t i = 0; i < 2; i++) {
    const json_t *figure = json_object_get(json_object_get(own[i], "figures"), "q9");
    const json_t *round = json_array_get(rounds, i);
    static const char *const names[] = {"n", "mean", "level", "respondents"};
    for (size_t j = 0; j < array_length(names); j++) {
      cr_expect(json_equal(json_object_get(round, names[j]), json_object_get(figure, names[j])),
                "%s of round %zu", names[j], i);
    }
    json_decref(own[i]);
  }
  cr_expect(
      json_is_null(json_object_get(json_object_get(json_array_get(rounds, 1), "counts"), "1")),
      "22 answers show no distribution of a scale");
  json_decref(json);
}
