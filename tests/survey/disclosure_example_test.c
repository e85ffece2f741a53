/* The rules of docs/disclosure.md on a round of four municipalities, each by itself, as
 * tests/fixtures/disclosure/published.txt has them; a whole report: report_example_test.c. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"
#include "survey/breakdown.h"
#include "survey/spread.h"

enum { COLUMNS_MAX = 32, GROUPS = 4, CATEGORIES_MAX = 16, VALUES_MAX = 128 };

static const struct {
  int code;
  const char *name;
} municipalities[GROUPS] = {
    {101, "København"}, {787, "Thisted"}, {217, "Helsingør"}, {479, "Svendborg"}};

static const char *const relations[] = {"far", "mor", "anden relation"};

struct example {
  struct arena *arena;
  const struct questionnaire *questionnaire;
  struct answer *answers[VALUES_MAX];
  int municipality[VALUES_MAX];
  size_t count;
  struct text out;
};

static int group_of(int code) {
  for (int i = 0; i < GROUPS; i++) {
    if (municipalities[i].code == code) {
      return i;
    }
  }
  cr_assert_fail("%d", code);
  return 0;
}

static void read_row(struct example *example, char *line, char **names) {
  struct answer *answer = answer_new(example->questionnaire, example->arena);
  for (int i = 0; line != NULL; i++) {
    const char *cell = strsep(&line, ",");
    if (i == 0) {
      example->municipality[example->count] = group_of((int)strtol(cell, NULL, 10));
    } else if (i > 1 && cell[0] != '\0') {
      support_set(answer, names[i], cell);
    }
  }
  example->answers[example->count++] = answer;
}

static void begin(struct example *example) {
  memset(example, 0, sizeof *example);
  example->arena = arena_new(0);
  example->questionnaire = support_load(example->arena, BILAG8);
  char *text = support_read(example->arena, "tests/fixtures/disclosure/answers.csv");
  char *header = strsep(&text, "\n"), *names[COLUMNS_MAX];
  for (int i = 0; header != NULL; i++) {
    names[i] = strsep(&header, ",");
  }
  while (text != NULL && text[0] != '\0') {
    read_row(example, strsep(&text, "\n"), names);
  }
  text_init(&example->out);
}

static int index_of(const struct question *question, int code) {
  for (size_t i = 0; i < question->choices_count; i++) {
    if (question->choices[i].code == code) {
      return (int)i;
    }
  }
  return -1;
}

static void count_answers(const struct example *example, struct breakdown *breakdown,
                          const struct question *question, bool by_relation) {
  int relation = support_field(example->questionnaire, "q1");
  for (size_t i = 0; i < example->count; i++) {
    const struct answer *answer = example->answers[i];
    int categories[QUESTIONNAIRE_CHILDREN_MAX];
    size_t count = 0;
    for (size_t j = 0; j < question->fields_count; j += question->fields_each) {
      int code = answer->codes[question->first_field + j];
      if (code != ANSWER_NONE) {
        categories[count++] = index_of(question, code);
      }
    }
    int group = by_relation ? answer->codes[relation] - 1 : example->municipality[i];
    breakdown_add(breakdown, group, categories, count);
  }
}

static void add_row(struct text *out, const char *name, const struct suppression_table *table,
                    int row) {
  text_addf(out, "%s:", name);
  for (int column = 0; column <= table->columns; column++) {
    const struct suppression_cell *cell = suppression_cell(table, row, column);
    text_add(out, column == table->columns ? " | N" : "");
    if (cell->hidden) {
      text_add(out, " ·");
    } else {
      text_addf(out, " %d", cell->count);
    }
  }
  text_add_char(out, '\n');
}

static const char *name_of(struct arena *arena, const int *pool_of, int pool, bool by_relation) {
  const char *name = NULL;
  int groups = by_relation ? (int)array_length(relations) : GROUPS;
  for (int i = 0; i < groups; i++) {
    const char *own = by_relation ? relations[i] : municipalities[i].name;
    if (pool_of[i] == pool) {
      name = name == NULL ? own : arena_printf(arena, "%s + %s", name, own);
    }
  }
  return name;
}

static void publish(struct example *example, const char *id, bool by_relation) {
  const struct questionnaire *questionnaire = example->questionnaire;
  const struct question *question =
      &questionnaire->questions[questionnaire_question(questionnaire, id)];
  int merged[CATEGORIES_MAX];
  struct breakdown_rules rules = {.floor = SUPPRESSION_FLOOR,
                                  .categories = (int)question->choices_count,
                                  .merged = merged,
                                  .merged_count = breakdown_merge(question, merged),
                                  .groups = by_relation ? (int)array_length(relations) : GROUPS};
  struct breakdown *breakdown = breakdown_new(example->arena, &rules);
  struct breakdown_published published;
  count_answers(example, breakdown, question, by_relation);
  cr_assert_eq(breakdown_publish(breakdown, &published), SUPPRESSION_OK);
  text_addf(&example->out, "%s by %s, %d respondents\n", id,
            by_relation ? "relation" : "municipality", published.respondents);
  add_row(&example->out, "in full", &published.whole, 0);
  add_row(&example->out, "merged", &published.table, 0);
  for (int pool = 0; pool < published.pools; pool++) {
    add_row(&example->out, name_of(example->arena, published.pool_of, pool, by_relation),
            &published.table, pool + 1);
  }
  text_add_char(&example->out, '\n');
}

static void add_spread(struct example *example, const char *title,
                       const struct spread_value *values, size_t count, int least) {
  struct spread spread;
  cr_assert(spread_publish(example->arena, values, count, GROUPS, least, &spread));
  text_addf(&example->out, "%s\n", title);
  for (int pool = -1; pool < spread.pools; pool++) {
    const struct spread_row *row = pool < 0 ? &spread.whole : &spread.rows[pool];
    const char *name = pool < 0 ? "all" : name_of(example->arena, spread.pool_of, pool, false);
    text_addf(&example->out, "%s: N %d, mean %.1f", name, row->n, row->mean);
    if (row->extremes) {
      text_addf(&example->out, ", %g to %g", row->least, row->most);
    }
    text_add_char(&example->out, '\n');
  }
  text_add_char(&example->out, '\n');
}

static void publish_rating(struct example *example) {
  struct spread_value values[VALUES_MAX];
  int field = support_field(example->questionnaire, "q9");
  for (size_t i = 0; i < example->count; i++) {
    values[i] = (struct spread_value){example->municipality[i], example->answers[i]->codes[field]};
  }
  add_spread(example, "q9, mean by municipality", values, example->count, SPREAD_MEAN);
}

static void publish_courses(struct example *example) {
  struct spread_value values[VALUES_MAX];
  size_t count = 0;
  char *text = support_read(example->arena, "tests/fixtures/disclosure/courses.csv");
  (void)strsep(&text, "\n");
  while (text != NULL && text[0] != '\0') {
    char *line = strsep(&text, "\n"), *code = strsep(&line, ",");
    values[count++] = (struct spread_value){group_of((int)strtol(code, NULL, 10)),
                                            (double)strtol(line, NULL, 10)};
  }
  add_spread(example, "days per course by municipality", values, count, SPREAD_EXTREMES);
}

Test(disclosure_example, is_published_as_the_manual_shows) {
  struct example example;
  begin(&example);
  cr_assert_eq(example.count, 71);
  publish(&example, "q5", false);
  publish(&example, "q7", false);
  publish(&example, "q7", true);
  publish(&example, "q8", false);
  publish_rating(&example);
  publish_courses(&example);
  const char *expected = support_read(example.arena, "tests/fixtures/disclosure/published.txt");
  cr_expect_str_eq(example.out.data, expected, "%s", example.out.data);
  text_clear(&example.out);
  arena_free(example.arena);
}
