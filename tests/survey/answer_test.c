#include "survey/answer.h"

#include <criterion/criterion.h>
#include <string.h>

#include "support.h"
#include "survey/routing.h"

static struct arena *arena;
static const struct questionnaire *bilag8;

static void setup(void) {
  arena = arena_new(0);
  cr_assert_not_null(arena);
  bilag8 = support_load(arena, BILAG8);
}

static void teardown(void) {
  arena_free(arena);
}

TestSuite(answer, .init = setup, .fini = teardown);

static enum answer_fault set(struct answer *answer, const char *name, const char *value) {
  return answer_set(answer, support_field(answer->questionnaire, name), value, strlen(value));
}

Test(answer, takes_the_codes_of_a_question_and_no_other_spelling) {
  static const struct {
    const char *field;
    const char *value;
    enum answer_fault fault;
    int code;
  } cases[] = {
      {"q1", "1", ANSWER_OK, 1},
      {"q1", "3", ANSWER_OK, 3},
      {"q1", "", ANSWER_OK, ANSWER_NONE},
      {"q1", " \r\n", ANSWER_OK, ANSWER_NONE},
      {"q1", "0", ANSWER_INVALID, ANSWER_NONE},
      {"q1", "4", ANSWER_INVALID, ANSWER_NONE},
      {"q1", "9", ANSWER_INVALID, ANSWER_NONE},
      {"q1", "01", ANSWER_INVALID, ANSWER_NONE},
      {"q1", "+1", ANSWER_INVALID, ANSWER_NONE},
      {"q1", "-1", ANSWER_INVALID, ANSWER_NONE},
      {"q1", "1.0", ANSWER_INVALID, ANSWER_NONE},
      {"q1", "1 ", ANSWER_INVALID, ANSWER_NONE},
      {"q1", "far", ANSWER_INVALID, ANSWER_NONE},
      {"q1", "4294967297", ANSWER_INVALID, ANSWER_NONE},
      {"q1", "18446744073709551617", ANSWER_INVALID, ANSWER_NONE},
      {"q3", "1", ANSWER_OK, 1},
      {"q3", "6", ANSWER_OK, 6},
      {"q3", "0", ANSWER_INVALID, ANSWER_NONE},
      {"q3", "7", ANSWER_INVALID, ANSWER_NONE},
      {"q5_6", "8", ANSWER_OK, 8},
      {"q5_6", "6", ANSWER_INVALID, ANSWER_NONE},
      {"q9", "10", ANSWER_OK, 10},
      {"q9", "11", ANSWER_INVALID, ANSWER_NONE},
      {"q9", "0", ANSWER_INVALID, ANSWER_NONE},
      {"q9", "99", ANSWER_INVALID, ANSWER_NONE},
      {"q9_first", "10", ANSWER_OK, 10},
      {"q9_first", "11", ANSWER_INVALID, ANSWER_NONE},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    struct answer *answer = answer_new(bilag8, arena);
    int field = support_field(bilag8, cases[i].field);
    cr_expect_eq(set(answer, cases[i].field, cases[i].value), cases[i].fault, "%s=%s",
                 cases[i].field, cases[i].value);
    cr_expect_eq(answer->codes[field], cases[i].code, "%s=%s", cases[i].field, cases[i].value);
  }
}

Test(answer, a_nul_inside_a_number_is_no_number) {
  struct answer *answer = answer_new(bilag8, arena);
  cr_expect_eq(answer_set(answer, support_field(bilag8, "q9"), "1\0", 2), ANSWER_INVALID);
  cr_expect_eq(answer_set(answer, support_field(bilag8, "q9"), "\0", 1), ANSWER_INVALID);
}

Test(answer, knows_no_field_out_of_range) {
  struct answer *answer = answer_new(bilag8, arena);
  cr_expect_eq(answer_set(answer, -1, "1", 1), ANSWER_UNKNOWN);
  cr_expect_eq(answer_set(answer, (int)bilag8->fields_count, "1", 1), ANSWER_UNKNOWN);
}

Test(answer, an_empty_or_wrong_value_takes_the_old_one_away) {
  struct answer *answer = support_answer(bilag8, arena, "q1=3 q1_text=bedstemor q9=4");
  cr_expect_eq(set(answer, "q1", "x"), ANSWER_INVALID);
  cr_expect_eq(set(answer, "q1_text", " \n "), ANSWER_OK);
  cr_expect_eq(set(answer, "q9", ""), ANSWER_OK);
  cr_expect_str_eq(answer_json(answer), "{}");
}

Test(answer, brings_texts_into_one_form) {
  static const struct {
    const char *typed;
    const char *kept;
  } cases[] = {
      {"  Farmor\t", "Farmor"},
      {"a\r\nb\rc", "a\nb\nc"},
      {"e\u0301t", "ét"},
      {"a\x01z\x7F", "az"},
      {"12", "12"},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    struct answer *answer = answer_new(bilag8, arena);
    cr_expect_eq(set(answer, "q10", cases[i].typed), ANSWER_OK);
    cr_expect_str_eq(answer->texts[support_field(bilag8, "q10")], cases[i].kept);
  }
}

Test(answer, refuses_bytes_that_are_no_utf_8) {
  struct answer *answer = support_answer(bilag8, arena, "q10=tak");
  cr_expect_eq(set(answer, "q10", "bl\xE5"), ANSWER_BYTES);
  cr_expect_str_eq(answer_json(answer), "{}");
  cr_expect_eq(answer_set(answer, support_field(bilag8, "q10"), "a\0b", 3), ANSWER_BYTES);
}

/* count times a piece. */
static const char *times(const char *piece, int count) {
  struct text text;
  text_init(&text);
  for (int i = 0; i < count; i++) {
    text_add(&text, piece);
  }
  const char *all = arena_copy(arena, text.data, text.length);
  text_clear(&text);
  cr_assert_not_null(all);
  return all;
}

Test(answer, counts_the_limit_in_code_points_of_the_normal_form) {
  static const struct {
    const char *field;
    const char *piece;
    int count;
    int over;
  } cases[] = {
      {"q1_text", "a", 200, 0},
      {"q1_text", "a", 201, 1},
      {"q1_text", "å", 200, 0},
      {"q1_text", "👶", 200, 0},
      {"q1_text", "👶", 203, 3},
      {"q1_text", "a\u030A", 200, 0},
      {"q1_text", "x\u0325\u0325", 67, 1},
      {"q10", "ع", 4000, 0},
      {"q10", "ع", 4001, 1},
      {"q10", "a\r\n", 2000, 0},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    struct answer *answer = support_answer(bilag8, arena, "q1=3 q3=1");
    struct answer_problem problem = {.field = -1};
    const char *typed = times(cases[i].piece, cases[i].count);
    int field = support_field(bilag8, cases[i].field);
    cr_expect_eq(set(answer, cases[i].field, typed), cases[i].over > 0 ? ANSWER_LONG : ANSWER_OK,
                 "case %zu", i);
    cr_expect_not_null(answer->texts[field], "a text that is too long is given back, not cut");
    cr_expect_eq(answer_over(answer, field), cases[i].over, "case %zu", i);
    cr_expect_eq(answer_check(answer, &problem, 1), cases[i].over > 0 ? 1 : 0, "case %zu", i);
    if (cases[i].over > 0) {
      cr_expect_eq(problem.field, field);
      cr_expect_eq(problem.fault, ANSWER_LONG);
      cr_expect_eq(problem.over, cases[i].over, "case %zu", i);
    }
  }
}

Test(answer, keeps_a_case_number_as_it_is_compared_and_none_that_names_somebody) {
  static const struct {
    const char *typed;
    enum answer_fault fault;
    const char *kept;
  } cases[] = {{" a-17 ", ANSWER_OK, "A-17"},
               {"", ANSWER_OK, NULL},
               {"010203-1234", ANSWER_CPR, NULL},
               {"Emma1", ANSWER_CASE, NULL},
               {"123456789012345678901", ANSWER_LONG, "123456789012345678901"}};
  const struct questionnaire *personal = support_load(arena, PERSONAL);
  struct answer *answer = answer_new(personal, arena);
  int field = support_field(personal, "sag");
  for (size_t i = 0; i < array_length(cases); i++) {
    cr_expect_eq(set(answer, "sag", cases[i].typed), cases[i].fault, "%s", cases[i].typed);
    const char *kept = answer->texts[field];
    cr_expect_str_eq(kept == NULL ? "" : kept, cases[i].kept == NULL ? "" : cases[i].kept);
  }
  cr_expect_null(answer_from_json(personal, arena, "{\"sag\":\"010203-1234\"}"));
}

Test(answer, refuses_question_8_for_a_child_not_in_daycare) {
  struct answer *answer = support_answer(
      bilag8, arena, "q3=3 q4_1=1 q4_2=2 q5_1=1 q8_1=2 q8_2=2 q8_3=2 q5_4=1 q8_4=1 q4_4=1");
  answer_prune(answer);
  cr_expect_str_eq(answer_json(answer), "{\"q3\":3,\"q4_1\":1,\"q4_2\":2,\"q5_1\":1,\"q8_1\":2}");
}

Test(answer, a_change_on_the_way_back_takes_away_what_no_longer_applies) {
  static const char full[] = "q1=3 q1_text=moster q2=1 q3=3 q4_1=1 q4_2=1 q4_3=2 q5_1=1 q5_2=2 "
                             "q5_3=8 q6_1=1 q6_2=2 q6_3=3 q7=4 q8_1=5 q8_2=8 q9=10 q9_first=1";
  static const struct {
    const char *field;
    const char *value;
    const char *gone;
  } cases[] = {
      {"q3", "2", "q4_3 q5_3 q6_3 "},
      {"q3", "1", "q4_2 q4_3 q5_2 q5_3 q6_2 q6_3 q8_2 "},
      {"q3", "4", ""},
      {"q3", "", "q3 q4_1 q4_2 q4_3 q5_1 q5_2 q5_3 q6_1 q6_2 q6_3 q8_1 q8_2 "},
      {"q4_1", "2", "q8_1 "},
      {"q4_2", "", "q4_2 q8_2 "},
      {"q4_3", "1", ""},
      {"q1", "2", "q1_text "},
      {"q1", "", "q1 q1_text "},
      {"q9", "", "q9 q9_first "},
      {"q9", "9", ""},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    struct answer *answer = support_answer(bilag8, arena, full);
    const char *gone = "";
    struct answer *before = support_answer(bilag8, arena, full);
    cr_assert_eq(set(answer, cases[i].field, cases[i].value), ANSWER_OK);
    answer_prune(answer);
    for (size_t j = 0; j < bilag8->fields_count; j++) {
      bool was = before->codes[j] != ANSWER_NONE || before->texts[j] != NULL;
      bool is = answer->codes[j] != ANSWER_NONE || answer->texts[j] != NULL;
      cr_expect(was || !is);
      if (was && !is) {
        gone = arena_printf(arena, "%s%s ", gone, bilag8->fields[j].name);
      }
    }
    cr_expect_str_eq(gone, cases[i].gone, "%s=%s: %s", cases[i].field, cases[i].value, gone);
  }
}

Test(answer, only_question_3_is_needed) {
  struct answer *answer = answer_new(bilag8, arena);
  struct answer_problem problems[4];
  cr_assert_eq(answer_check(answer, problems, 4), 1);
  cr_expect_eq(problems[0].field, support_field(bilag8, "q3"));
  cr_expect_eq(problems[0].fault, ANSWER_MISSING);
  support_set(answer, "q3", "6");
  cr_expect_eq(answer_check(answer, problems, 4), 0);
}

Test(answer, a_needed_question_is_needed_only_where_it_is_asked) {
  const struct questionnaire *siblings = support_load(arena, SIBLINGS);
  struct answer *answer =
      support_answer(siblings, arena, "parent=1 children=3 helper_1=7 helper_3=10 name_3=Bo");
  struct answer_problem problems[4];
  cr_assert_eq(answer_check(answer, problems, 4), 1);
  cr_expect_str_eq(siblings->fields[problems[0].field].name, "name_1");
}

Test(answer, more_problems_than_room_are_counted_not_written) {
  const struct questionnaire *siblings = support_load(arena, SIBLINGS);
  struct answer *answer =
      support_answer(siblings, arena, "parent=1 children=3 helper_1=7 helper_2=7 helper_3=7");
  struct answer_problem problems[2] = {{.field = -1}, {.field = -1}};
  cr_expect_eq(answer_check(answer, problems, 1), 3);
  cr_expect_str_eq(siblings->fields[problems[0].field].name, "name_1");
  cr_expect_eq(problems[1].field, -1);
  cr_expect_eq(answer_check(answer, NULL, 0), 3);
}

Test(answer, equal_answers_have_one_canonical_form) {
  struct answer *one = support_answer(bilag8, arena, "q9=7 q1=3 q3=1 q4_1=2");
  struct answer *other = support_answer(bilag8, arena, "q4_1=1 q3=1 q4_1=2 q1=3 q2=1 q2= q9=7");
  cr_assert_eq(set(one, "q1_text", "M\u00E9 \"\\\n\t\u2028x"), ANSWER_OK);
  cr_assert_eq(set(other, "q1_text", " Me\u0301 \"\\\r\n\t\u2028x"), ANSWER_OK);
  cr_expect_str_eq(answer_json(one), answer_json(other));
  cr_expect_str_eq(
      answer_json(one),
      "{\"q1\":3,\"q1_text\":\"M\u00E9 \\\"\\\\\\n\\u0009\u2028x\",\"q3\":1,\"q4_1\":2,\"q9\":7}",
      "%s", answer_json(one));
}

Test(answer, reads_back_what_it_wrote_and_what_jsonb_made_of_it) {
  static const char *const same[] = {
      "{\"q1\":3,\"q1_text\":\"a\\nb\",\"q9\":7}",
      "{\"q9\": 7, \"q1_text\": \"a\\u000ab\", \"q1\": 3}",
  };
  for (size_t i = 0; i < array_length(same); i++) {
    struct answer *answer = answer_from_json(bilag8, arena, same[i]);
    cr_assert_not_null(answer);
    cr_expect_str_eq(answer_json(answer), same[0]);
  }
  cr_expect_str_eq(answer_json(answer_from_json(bilag8, arena, "{}")), "{}");
}

Test(answer, refuses_json_that_does_not_fit) {
  static const char *const refused[] = {
      "",
      "{",
      "[]",
      "null",
      "7",
      "{\"q1\":1}x",
      "{\"q11\":1}",
      "{\"Q1\":1}",
      "{\"q1\":\"1\"}",
      "{\"q1\":1.0}",
      "{\"q1\":true}",
      "{\"q1\":null}",
      "{\"q1\":[1]}",
      "{\"q1\":0}",
      "{\"q1\":-1}",
      "{\"q1\":4}",
      "{\"q1\":4294967297}",
      "{\"q1\":1,\"q1\":2}",
      "{\"q9\":11}",
      "{\"q10\":1}",
      "{\"q10\":\"\"}",
      "{\"q10\":\" \"}",
      "{\"q10\":null}",
      "{\"q9_check\":1}",
  };
  for (size_t i = 0; i < array_length(refused); i++) {
    cr_expect_null(answer_from_json(bilag8, arena, refused[i]), "%s", refused[i]);
  }
  const char *too_long = arena_printf(arena, "{\"q1_text\":\"%s\"}", times("a", 201));
  cr_expect_null(answer_from_json(bilag8, arena, too_long));
}

Test(answer, random_answers_survive_the_canonical_form) {
  static const char *const paths[] = {BILAG8, ISHOEJ, SIBLINGS, SMALL};
  uint64_t seed = 8;
  for (size_t i = 0; i < array_length(paths); i++) {
    const struct questionnaire *questionnaire = support_load(arena, paths[i]);
    for (int j = 0; j < 750; j++) {
      struct arena *small = arena_new(0);
      struct answer *answer = support_random_answer(questionnaire, small, &seed);
      const char *json = answer_json(answer);
      struct answer *again = answer_from_json(questionnaire, small, json);
      cr_assert_not_null(again, "%s", json);
      cr_expect_str_eq(answer_json(again), json);
      answer_prune(again);
      cr_expect_str_eq(answer_json(again), json, "pruning took an asked value away");
      cr_expect_eq(answer_check(again, NULL, 0), 0, "%s", json);
      arena_free(small);
    }
  }
}

Test(answer, memory_that_runs_out_is_said) {
  struct arena *small = arena_new(2000);
  struct answer *answer = answer_new(bilag8, small);
  cr_assert_not_null(answer);
  cr_expect_eq(set(answer, "q10", times("a", 3000)), ANSWER_MEMORY);
  int made = 0;
  while (answer_new(bilag8, small) != NULL) {
    cr_assert_lt(++made, 100);
  }
  arena_free(small);
}
