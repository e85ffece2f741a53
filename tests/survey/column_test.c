#include "survey/column.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "support.h"

static struct arena *arena;
static const struct questionnaire *bilag8;
static struct column_list columns;

static void setup(void) {
  arena = arena_new(0);
  cr_assert_not_null(arena);
  bilag8 = support_load(arena, BILAG8);
  columns = column_list_new(bilag8, arena);
  cr_assert_not_null(columns.items);
}

static void teardown(void) {
  arena_free(arena);
}

TestSuite(column, .init = setup, .fini = teardown);

static size_t column_index(const char *name) {
  for (size_t i = 0; i < columns.count; i++) {
    if (strcmp(columns.items[i].name, name) == 0) {
      return i;
    }
  }
  cr_assert(false, "no column %s", name);
  return 0;
}

/* What a cell holds, as it stands in a file. */
static const char *cell_text(struct arena *to, const struct answer *answer,
                             const struct column *column) {
  struct cell cell = column_cell(answer, column);
  if (cell.has_number) {
    return arena_printf(to, "%d", cell.number);
  }
  return cell.text == NULL ? "" : cell.text;
}

/* "NAME=CELL " for every cell that is not empty. */
static const char *row_text(const struct answer *answer) {
  const char *row = "";
  for (size_t i = 0; i < columns.count; i++) {
    const char *cell = cell_text(arena, answer, &columns.items[i]);
    if (*cell != '\0') {
      row = arena_printf(arena, "%s%s=%s ", row, columns.items[i].name, cell);
      cr_assert_not_null(row);
    }
  }
  return row;
}

Test(column, bilag_8_has_the_columns_of_the_design) {
  static const char *const names[] = {
      "q1",   "q1_text", "q2",   "q3",       "q4_1",     "q4_2", "q4_3", "q4_4", "q4_5",
      "q4_6", "q5_1",    "q5_2", "q5_3",     "q5_4",     "q5_5", "q5_6", "q6_1", "q6_2",
      "q6_3", "q6_4",    "q6_5", "q6_6",     "q7",       "q8_1", "q8_2", "q8_3", "q8_4",
      "q8_5", "q8_6",    "q9",   "q9_first", "q9_check", "q10"};
  cr_assert_eq(columns.count, array_length(names));
  for (size_t i = 0; i < array_length(names); i++) {
    cr_expect_str_eq(columns.items[i].name, names[i]);
  }
}

Test(column, each_answer_fills_exactly_what_was_asked) {
  static const struct {
    const char *given;
    const char *row;
  } cases[] = {
      {"q3=1", "q1=9 q2=9 q3=1 q4_1=9 q5_1=9 q6_1=9 q7=9 q9=99 q9_first=99 q9_check=0 "},
      {"q1=3 q3=1", "q1=3 q2=9 q3=1 q4_1=9 q5_1=9 q6_1=9 q7=9 q9=99 q9_first=99 q9_check=0 "},
      {"q1=3 q1_text=moster q2=2 q3=3 q4_1=1 q4_2=2 q4_3=1 q5_1=8 q5_2=1 q6_3=5 q7=8 q8_1=8 "
       "q9=9 q10=tak",
       "q1=3 q1_text=moster q2=2 q3=3 q4_1=1 q4_2=2 q4_3=1 q5_1=8 q5_2=1 q5_3=9 q6_1=9 q6_2=9 "
       "q6_3=5 q7=8 q8_1=8 q8_3=9 q9=9 q9_first=9 q9_check=0 q10=tak "},
      {"q1=1 q2=1 q3=1 q4_1=2 q5_1=1 q6_1=1 q7=1 q9=1 q9_first=1",
       "q1=1 q2=1 q3=1 q4_1=2 q5_1=1 q6_1=1 q7=1 q9=1 q9_first=1 q9_check=1 "},
      {"q1=1 q2=1 q3=1 q4_1=2 q5_1=1 q6_1=1 q7=1 q9=10 q9_first=1",
       "q1=1 q2=1 q3=1 q4_1=2 q5_1=1 q6_1=1 q7=1 q9=10 q9_first=1 q9_check=2 "},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    const char *row = row_text(support_answer(bilag8, arena, cases[i].given));
    cr_expect_str_eq(row, cases[i].row, "%s", row);
  }
}

Test(column, not_answered_is_9_unless_9_is_an_answer) {
  const struct questionnaire *siblings = support_load(arena, SIBLINGS);
  static const struct {
    const char *field;
    int unanswered;
  } cases[] = {{"parent", 9}, {"children", 9}, {"helper_2", 99}, {"mood_1", 9}};
  for (size_t i = 0; i < array_length(cases); i++) {
    cr_expect_eq(column_unanswered(siblings, support_field(siblings, cases[i].field)),
                 cases[i].unanswered, "%s", cases[i].field);
  }
  cr_expect_eq(column_unanswered(bilag8, support_field(bilag8, "q9")), 99);
  cr_expect_eq(column_unanswered(bilag8, support_field(bilag8, "q9_first")), 99);
  cr_expect_eq(column_unanswered(bilag8, support_field(bilag8, "q5_1")), 9);
}

/* Reads "q3=1 q4_1=9 …" as a row; the problems as "NAME:FAULT ". */
static const char *read_row(const char *given, struct answer **read) {
  static const char *const faults[] = {
      [ANSWER_OK] = "ok",           [ANSWER_UNKNOWN] = "unknown", [ANSWER_INVALID] = "invalid",
      [ANSWER_LONG] = "long",       [ANSWER_BYTES] = "bytes",     [ANSWER_MISSING] = "missing",
      [ANSWER_UNASKED] = "unasked", [ANSWER_CASE] = "case",       [ANSWER_CPR] = "cpr",
      [ANSWER_MEMORY] = "memory"};
  const char **cells = arena_array(arena, columns.count, sizeof(*cells));
  cr_assert_not_null(cells);
  while (*given != '\0') {
    size_t length = strcspn(given, " ");
    size_t name = strcspn(given, "=");
    size_t index = column_index(arena_copy(arena, given, name));
    cells[index] = arena_copy(arena, given + name + 1, length - name - 1);
    given += length + strspn(given + length, " ");
  }
  struct answer_problem problems[8];
  *read = answer_new(bilag8, arena);
  cr_assert_not_null(*read);
  size_t count = column_read(*read, &columns, cells, problems, array_length(problems));
  cr_assert_leq(count, array_length(problems));
  const char *text = "";
  for (size_t i = 0; i < count; i++) {
    text = arena_printf(arena, "%s%s:%s ", text, columns.items[problems[i].field].name,
                        faults[problems[i].fault]);
  }
  return text;
}

Test(column, reads_rows_as_the_export_writes_them) {
  static const struct {
    const char *row;
    const char *json;
  } cases[] = {
      {"q1=9 q2=9 q3=1 q4_1=9 q5_1=9 q6_1=9 q7=9 q9=99 q9_first=99 q9_check=0", "{\"q3\":1}"},
      {"q3=1", "{\"q3\":1}"},
      {"q3=2 q4_1=1 q8_1=8", "{\"q3\":2,\"q4_1\":1,\"q8_1\":8}"},
      {"q3=1 q9=9 q9_first=9 q9_check=0", "{\"q3\":1,\"q9\":9}"},
      {"q3=1 q9=9", "{\"q3\":1,\"q9\":9}"},
      {"q3=1 q9=9 q9_first=9", "{\"q3\":1,\"q9\":9}"},
      {"q3=1 q9=9 q9_check=0", "{\"q3\":1,\"q9\":9}"},
      {"q3=1 q9=9 q9_first=9 q9_check=1", "{\"q3\":1,\"q9\":9,\"q9_first\":9}"},
      {"q3=1 q9=10 q9_first=1 q9_check=2", "{\"q3\":1,\"q9\":10,\"q9_first\":1}"},
      {"q3=1 q1=3 q1_text=9", "{\"q1\":3,\"q1_text\":\"9\",\"q3\":1}"},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    struct answer *answer = NULL;
    cr_expect_str_eq(read_row(cases[i].row, &answer), "", "%s", cases[i].row);
    cr_expect_str_eq(answer_json(answer), cases[i].json, "%s: %s", cases[i].row,
                     answer_json(answer));
  }
}

Test(column, every_fault_of_a_row_is_one_problem_at_its_column) {
  static const struct {
    const char *row;
    const char *problems;
  } cases[] = {
      {"", "q3:missing "},
      {"q3=9", "q3:missing "},
      {"q3=7", "q3:invalid "},
      {"q1=4 q3=1", "q1:invalid "},
      {"q1=x q3=1 q7=6 q9=11", "q1:invalid q7:invalid q9:invalid "},
      {"q3=1 q4_2=1", "q4_2:unasked "},
      {"q3=1 q4_2=9", "q4_2:unasked "},
      {"q3=1 q4_2=x", "q4_2:unasked "},
      {"q3=2 q4_1=2 q8_1=1 q8_2=1", "q8_1:unasked q8_2:unasked "},
      {"q1=2 q1_text=moster q3=1", "q1_text:unasked "},
      {"q3=1 q10=bl\xE5", "q10:bytes "},
      /* what hangs on a faulty value is not judged */
      {"q3=x q4_1=1 q5_6=1 q8_1=1", "q3:invalid "},
      {"q4_1=1 q5_6=1 q8_1=1", "q3:missing "},
      {"q3=1 q4_1=x q8_1=1", "q4_1:invalid "},
      {"q1=x q1_text=moster q3=1", "q1:invalid "},
      {"q3=1 q9=11 q9_first=1 q9_check=2", "q9:invalid "},
      /* first, check and scale contradict each other */
      {"q3=1 q9=5 q9_first=5 q9_check=2", "q9_check:invalid "},
      {"q3=1 q9=5 q9_first=4 q9_check=1", "q9_check:invalid "},
      {"q3=1 q9=5 q9_first=4 q9_check=0", "q9_check:invalid "},
      {"q3=1 q9=5 q9_first=4", "q9_check:invalid "},
      {"q3=1 q9=5 q9_check=1", "q9_check:invalid "},
      {"q3=1 q9=5 q9_check=2", "q9_check:invalid "},
      {"q3=1 q9=5 q9_first=5 q9_check=3", "q9_check:invalid "},
      {"q3=1 q9=5 q9_first=5 q9_check=01", "q9_check:invalid "},
      {"q3=1 q9=5 q9_first=99 q9_check=0", "q9_first:invalid "},
      {"q3=1 q9=5 q9_first=x q9_check=0", "q9_first:invalid "},
      {"q3=1 q9=99 q9_first=5", "q9_first:invalid "},
      {"q3=1 q9_first=5 q9_check=2", "q9_first:invalid "},
      {"q3=1 q9=99 q9_first=99 q9_check=1", "q9_check:invalid "},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    struct answer *answer = NULL;
    const char *problems = read_row(cases[i].row, &answer);
    cr_expect_str_eq(problems, cases[i].problems, "%s: %s", cases[i].row, problems);
  }
}

Test(column, a_text_that_is_too_long_says_by_how_much) {
  const char *cells[64] = {NULL};
  char text[200 + 4];
  memset(text, 'x', sizeof(text) - 1);
  text[sizeof(text) - 1] = '\0';
  cells[column_index("q1")] = "3";
  cells[column_index("q1_text")] = text;
  cells[column_index("q3")] = "1";
  struct answer_problem problem = {.field = -1};
  cr_assert_eq(column_read(answer_new(bilag8, arena), &columns, cells, &problem, 1), 1);
  cr_expect_eq(problem.field, (int)column_index("q1_text"));
  cr_expect_eq(problem.fault, ANSWER_LONG);
  cr_expect_eq(problem.over, 3);
}

Test(column, random_answers_survive_a_round_trip_through_cells) {
  static const char *const paths[] = {BILAG8, ISHOEJ, SIBLINGS, SMALL};
  uint64_t seed = 2022;
  for (size_t i = 0; i < array_length(paths); i++) {
    const struct questionnaire *questionnaire = support_load(arena, paths[i]);
    struct column_list list = column_list_new(questionnaire, arena);
    const char **cells = arena_array(arena, list.count, sizeof(*cells));
    for (int j = 0; j < 1200; j++) {
      struct arena *small = arena_new(0);
      struct answer *answer = support_random_answer(questionnaire, small, &seed);
      for (size_t k = 0; k < list.count; k++) {
        cells[k] = cell_text(small, answer, &list.items[k]);
      }
      struct answer *again = answer_new(questionnaire, small);
      struct answer_problem problem = {.field = 0};
      size_t problems = column_read(again, &list, cells, &problem, 1);
      cr_assert_eq(problems, 0, "%s: %s, fault %d", answer_json(answer),
                   list.items[problem.field].name, (int)problem.fault);
      cr_assert_str_eq(answer_json(again), answer_json(answer));
      arena_free(small);
    }
  }
}

Test(column, a_repeated_confirmed_scale_has_its_check_for_each_child) {
  const struct questionnaire *siblings = support_load(arena, SIBLINGS);
  struct column_list list = column_list_new(siblings, arena);
  static const char *const names[] = {"mood_1", "mood_first_1", "mood_check_1",
                                      "mood_2", "mood_first_2", "mood_check_2"};
  int first = support_field(siblings, "mood_1");
  size_t at = 0;
  while (list.items[at].field != first) {
    at++;
  }
  for (size_t i = 0; i < array_length(names); i++) {
    cr_expect_str_eq(list.items[at + i].name, names[i]);
  }
}
