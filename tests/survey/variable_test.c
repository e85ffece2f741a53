#include "survey/variable.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/words.h"
#include "support.h"

static struct arena *arena;
static struct words_set *words;
static const struct questionnaire *bilag8;
static const struct variable_municipality municipalities[] = {{101, "København"},
                                                              {217, "Helsingør"}};

static void setup(void) {
  const char *message = NULL;
  arena = arena_new(0);
  words = words_set_load("templates/export/words", arena, &message);
  cr_assert_not_null(words, "%s", message);
  bilag8 = support_load(arena, BILAG8);
}

static void teardown(void) {
  words_set_free(words);
  arena_free(arena);
}

TestSuite(variable, .init = setup, .fini = teardown);

static struct variable_list list_of(const struct questionnaire *questionnaire,
                                    enum variable_shape shape, bool no_free_text) {
  const struct variable_options options = {.questionnaire = questionnaire,
                                           .words = words_of(words, "da"),
                                           .municipalities = municipalities,
                                           .municipalities_count = 2,
                                           .no_free_text = no_free_text};
  struct variable_list list = variable_list_new(&options, shape, arena);
  cr_assert_not_null(list.items);
  return list;
}

static const struct variable *find(const struct variable_list *list, const char *name) {
  for (size_t i = 0; i < list->count; i++) {
    if (strcmp(list->items[i].name, name) == 0) {
      return &list->items[i];
    }
  }
  return NULL;
}

static const char *names_of(const struct variable_list *list) {
  const char *names = "";
  for (size_t i = 0; i < list->count; i++) {
    names = arena_printf(arena, "%s%s%s", names, i == 0 ? "" : " ", list->items[i].name);
  }
  return names;
}

Test(variable, names_a_row_for_each_child_by_the_questions_alone) {
  struct variable_list list = list_of(bilag8, VARIABLE_LONG, false);
  cr_expect_str_eq(names_of(&list),
                   "response_id child municipality_code municipality language received_week q1 "
                   "q1_text q2 q3 q4 q5 q6 q7 q8 q9 q9_first q9_check q10 flag_duplicate "
                   "flag_scale flag_speed flag_straightline flag_empty flag_burst weight "
                   "external_id");
}

Test(variable, leaves_out_what_parents_wrote_when_asked_to) {
  struct variable_list list = list_of(bilag8, VARIABLE_WIDE, true);
  cr_expect_null(find(&list, "q10"));
  cr_expect_null(find(&list, "q1_text"));
  cr_expect_not_null(find(&list, "external_id"));
}

Test(variable, carries_the_question_its_child_and_whom_it_is_asked) {
  struct variable_list list = list_of(bilag8, VARIABLE_WIDE, false);
  const struct variable *q8 = find(&list, "q8_2");
  cr_assert_not_null(q8);
  cr_expect_eq(strncmp(q8->label, "Barn 2: Hvor enig er du i", 24), 0, "%s", q8->label);
  cr_expect_str_eq(q8->universe, "q3 er mindst 2; q4_2 er 1 (ja)");
  cr_expect(q8->may_be_unasked);
  cr_expect_null(find(&list, "q7")->universe);
}

static const struct variable_code *code_of(const struct variable *variable, int code) {
  for (size_t i = 0; i < variable->codes_count; i++) {
    if (variable->codes[i].code == code) {
      return &variable->codes[i];
    }
  }
  return NULL;
}

Test(variable, keeps_ved_ikke_a_valid_answer_and_not_answered_none) {
  struct variable_list list = list_of(bilag8, VARIABLE_WIDE, false);
  const struct variable *q5 = find(&list, "q5_1"), *q9 = find(&list, "q9");
  cr_expect_str_eq(code_of(q5, 8)->label, "ved ikke");
  cr_expect(code_of(q5, 8)->valid);
  cr_expect_str_eq(code_of(q5, 9)->label, "Ikke besvaret");
  cr_expect_not(code_of(q5, 9)->valid);
  cr_expect(code_of(q9, 9)->valid);
  cr_expect_not(code_of(q9, 99)->valid);
  cr_expect_str_eq(code_of(q9, 1)->label, "1 - mindst positivt");
}

static struct value value_of(const struct variable_list *list, const char *name,
                             const char *answers, int child) {
  const struct response response = {.id = "id",
                                    .municipality = 217,
                                    .municipality_name = "Helsingør",
                                    .language = "da",
                                    .week = "2026-W47",
                                    .answer = support_answer(bilag8, arena, answers),
                                    .flags = {1, -1, 0, 0, 0, 0},
                                    .weight = 1.0 / 3};
  return variable_value(find(list, name), &response, child);
}

Test(variable, tells_not_asked_from_not_answered_in_both_shapes) {
  struct variable_list wide = list_of(bilag8, VARIABLE_WIDE, false);
  struct variable_list rows = list_of(bilag8, VARIABLE_LONG, false);
  const char *answers = "q3=2 q4_1=1 q4_2=2 q5_2=4";
  cr_expect_eq(value_of(&wide, "q8_1", answers, 1).kind, VALUE_NOT_ANSWERED);
  cr_expect_eq(value_of(&wide, "q8_2", answers, 1).kind, VALUE_NOT_ASKED);
  cr_expect_eq(value_of(&wide, "q5_3", answers, 1).kind, VALUE_NOT_ASKED);
  cr_expect_eq(value_of(&rows, "q8", answers, 1).kind, VALUE_NOT_ANSWERED);
  cr_expect_eq(value_of(&rows, "q8", answers, 2).kind, VALUE_NOT_ASKED);
  cr_expect_eq(value_of(&rows, "q5", answers, 1).kind, VALUE_NOT_ANSWERED);
  cr_expect_eq(value_of(&rows, "q5", answers, 2).number, 4);
}

Test(variable, says_unknown_where_nobody_has_looked_and_rounds_the_weight) {
  struct variable_list wide = list_of(bilag8, VARIABLE_WIDE, false);
  cr_expect_eq(value_of(&wide, "flag_scale", "q3=1", 1).kind, VALUE_NONE);
  cr_expect_eq(value_of(&wide, "flag_duplicate", "q3=1", 1).number, 1);
  cr_expect_float_eq(value_of(&wide, "weight", "q3=1", 1).number, 0.333333, 1e-12);
  cr_expect_eq(value_of(&wide, "municipality_code", "q3=1", 1).number, 217);
}

Test(variable, says_unknown_of_a_weight_that_nobody_has_computed) {
  struct variable_list wide = list_of(bilag8, VARIABLE_WIDE, false);
  struct response response = {.answer = support_answer(bilag8, arena, "q3=1"), .weight = -1};
  cr_expect_eq(variable_value(find(&wide, "weight"), &response, 1).kind, VALUE_NONE);
  response.weight = 0;
  cr_expect_eq(variable_value(find(&wide, "weight"), &response, 1).kind, VALUE_NUMBER);
}

Test(variable, gives_each_child_of_any_count_a_row) {
  const struct questionnaire *siblings = support_load(arena, SIBLINGS);
  cr_expect_eq(variable_rows(support_answer(bilag8, arena, "q3=4")), 4);
  cr_expect_eq(variable_rows(support_answer(bilag8, arena, "q1=1")), 0);
  cr_expect(variable_has_long(siblings));
  struct variable_list list = list_of(siblings, VARIABLE_LONG, false);
  for (size_t i = 0; i < list.count; i++) {
    for (size_t j = i + 1; j < list.count; j++) {
      cr_expect_str_neq(list.items[i].name, list.items[j].name);
    }
  }
}

Test(variable, scores_stand_behind_the_answers_they_are_worked_out_of) {
  const struct questionnaire *sdq = support_load(arena, SDQ_SUBSCALES);
  struct variable_list list = list_of(sdq, VARIABLE_WIDE, false);
  cr_expect_not_null(strstr(names_of(&list),
                            " d_total score_prosocial score_emotional score_conduct "
                            "score_hyperactivity score_peer score_total score_impact "
                            "flag_duplicate "),
                     "%s", names_of(&list));
  const struct variable *total = find(&list, "score_total");
  cr_expect_str_eq(total->label, "Vanskeligheder i alt, regnet ud af svarene");
  struct response response = {
      .answer = support_answer(sdq, arena,
                               "sag=A1 tid=1 udfylder=1 d_emotional=1 d_conduct=2 "
                               "d_hyperactivity=3 d_peer=4")};
  struct value value = variable_value(total, &response, 0);
  cr_expect_eq(value.kind, VALUE_NUMBER);
  cr_expect_eq((int)value.number, 10);
  value = variable_value(find(&list, "score_impact"), &response, 0);
  cr_expect_eq(value.kind, VALUE_NONE, "nobody answered that");
}

Test(variable, rows_that_may_be_given_away_have_no_scores) {
  const struct questionnaire *scored = support_load(arena, SCORES);
  const struct anonymise_certificate certificate = {.quasis_count = 0};
  const struct variable_options options = {.questionnaire = scored,
                                           .words = words_of(words, "da"),
                                           .municipalities = municipalities,
                                           .municipalities_count = 2,
                                           .no_free_text = true,
                                           .anonymised = &certificate};
  struct variable_list list = variable_list_new(&options, VARIABLE_WIDE, arena);
  cr_assert_not_null(list.items);
  cr_expect_not_null(find(&list, "p1"));
  cr_expect_null(find(&list, "score_total"));
}
