#include "survey/routing.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "support.h"

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

TestSuite(routing, .init = setup, .fini = teardown);

/* The names of all asked questions' fields, or of asked sections, with a space
 * after each. */
static const char *asked_fields(const struct answer *answer) {
  const char *names = "";
  for (size_t i = 0; i < answer->questionnaire->fields_count; i++) {
    const struct field *field = &answer->questionnaire->fields[i];
    if (field->kind == FIELD_VALUE && routing_asked(answer, (int)i)) {
      names = arena_printf(arena, "%s%s ", names, field->name);
      cr_assert_not_null(names);
    }
  }
  return names;
}

static const char *asked_sections(const struct answer *answer) {
  const char *names = "";
  int last = -1;
  for (int i = routing_next(answer, -1); i < (int)answer->questionnaire->sections_count;
       i = routing_next(answer, i)) {
    cr_expect(routing_section_asked(answer, i));
    cr_expect_eq(routing_back(answer, i), last, "back from section %d", i);
    names = arena_printf(arena, "%s%s ", names, answer->questionnaire->sections[i].id);
    cr_assert_not_null(names);
    last = i;
  }
  cr_expect_eq(routing_back(answer, (int)answer->questionnaire->sections_count), last);
  return names;
}

enum daycare { UNANSWERED, YES, NO, DAYCARE_ANSWERS };

static void add_names(struct text *text, const char *id, int children) {
  for (int child = 1; child <= children; child++) {
    text_addf(text, "%s_%d ", id, child);
  }
}

/* What Bilag 8 asks, said once more in another way. */
static void expect_path(const struct answer *answer, int children, const enum daycare *daycare) {
  struct text fields;
  text_init(&fields);
  text_add(&fields, "q1 q2 q3 ");
  add_names(&fields, "q4", children);
  add_names(&fields, "q5", children);
  add_names(&fields, "q6", children);
  text_add(&fields, "q7 ");
  bool cooperation = false;
  for (int child = 1; child <= children; child++) {
    if (daycare[child - 1] == YES) {
      text_addf(&fields, "q8_%d ", child);
      cooperation = true;
    }
  }
  text_add(&fields, "q9 q10 ");
  cr_expect_str_eq(asked_fields(answer), fields.data);
  cr_expect_str_eq(asked_sections(answer),
                   cooperation ? "family daycare development relation surroundings cooperation "
                                 "overall comment "
                               : "family daycare development relation surroundings overall "
                                 "comment ");
  text_clear(&fields);
}

static struct answer *answer_of(int children, const enum daycare *daycare) {
  static const char *const codes[] = {[UNANSWERED] = "", [YES] = "1", [NO] = "2"};
  struct answer *answer = answer_new(bilag8, arena);
  cr_assert_not_null(answer);
  char name[16];
  char count[16];
  snprintf(count, sizeof(count), "%d", children);
  support_set(answer, "q3", count);
  for (int child = 1; child <= children; child++) {
    snprintf(name, sizeof(name), "q4_%d", child);
    support_set(answer, name, codes[daycare[child - 1]]);
  }
  return answer;
}

/* Counts through all combinations; false after the last. */
static bool next_daycare(enum daycare *daycare, int children) {
  for (int i = 0; i < children; i++) {
    if (++daycare[i] < DAYCARE_ANSWERS) {
      return true;
    }
    daycare[i] = UNANSWERED;
  }
  return false;
}

Test(routing, asks_every_path_of_bilag_8_as_it_says) {
  int paths = 0;
  for (int children = 1; children <= 6; children++) {
    enum daycare daycare[6] = {UNANSWERED};
    do {
      expect_path(answer_of(children, daycare), children, daycare);
      paths++;
    } while (next_daycare(daycare, children));
  }
  cr_assert_eq(paths, 3 + 9 + 27 + 81 + 243 + 729);
}

Test(routing, asks_no_child_before_the_number_of_children_is_known) {
  struct answer *answer = answer_new(bilag8, arena);
  cr_expect_str_eq(asked_fields(answer), "q1 q2 q3 q7 q9 q10 ");
  cr_expect_str_eq(asked_sections(answer), "family surroundings overall comment ");
  cr_expect_eq(routing_children(answer, questionnaire_question(bilag8, "q3")), 0);
}

Test(routing, a_forged_answer_opens_no_question) {
  static const struct {
    const char *given;
    const char *field;
  } cases[] = {
      {"q3=2 q4_3=1", "q4_3"},               /* a third child of two */
      {"q3=2 q4_3=1", "q8_3"},               /* … that was in daycare */
      {"q4_1=1", "q8_1"},                    /* no number of children */
      {"q3=2 q4_1=2", "q8_1"},               /* not in daycare */
      {"q3=2 q4_1=1", "q8_2"},               /* another child was */
      {"q1=2 q1_text=bedstemor", "q1_text"}, /* a mother describes nothing */
      {"q1_text=bedstemor", "q1_text"},      /* nothing chosen */
      {"q9_first=1", "q9_first"},            /* nothing to confirm */
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    struct answer *answer = support_answer(bilag8, arena, cases[i].given);
    cr_expect_not(routing_asked(answer, support_field(bilag8, cases[i].field)), "%s: %s",
                  cases[i].given, cases[i].field);
  }
}

Test(routing, asks_what_hangs_on_an_answer) {
  static const struct {
    const char *given;
    const char *field;
  } cases[] = {{"q1=3", "q1_text"}, {"q9=7", "q9_first"}, {"q3=6 q4_6=1", "q8_6"}};
  for (size_t i = 0; i < array_length(cases); i++) {
    struct answer *answer = support_answer(bilag8, arena, cases[i].given);
    cr_expect(routing_asked(answer, support_field(bilag8, cases[i].field)), "%s: %s",
              cases[i].given, cases[i].field);
  }
}

Test(routing, follows_filters_on_filters_and_counts_behind_filters) {
  static const struct {
    const char *given;
    const char *asked;
    const char *sections;
  } cases[] = {
      {"parent=2 children=3 helper_1=7", "parent ", "family "},
      {"children=3", "parent ", "family "},
      {"parent=1", "parent children ", "family children "},
      {"parent=1 children=0", "parent children ", "family children "},
      {"parent=1 children=1", "parent children helper_1 mood_1 ", "family children each_child "},
      {"parent=1 children=2 helper_2=10 helper_3=7",
       "parent children helper_1 helper_2 mood_1 mood_2 name_2 ",
       "family children each_child more "},
      {"parent=1 children=3 helper_1=9",
       "parent children helper_1 helper_2 helper_3 mood_1 mood_2 mood_3 many ",
       "family children each_child more "},
  };
  const struct questionnaire *siblings = support_load(arena, SIBLINGS);
  for (size_t i = 0; i < array_length(cases); i++) {
    struct answer *answer = support_answer(siblings, arena, cases[i].given);
    cr_expect_str_eq(asked_fields(answer), cases[i].asked, "%s: %s", cases[i].given,
                     asked_fields(answer));
    cr_expect_str_eq(asked_sections(answer), cases[i].sections, "%s", cases[i].given);
  }
}

Test(routing, ishoej_asks_everyone_everything_and_details_only_where_chosen) {
  const struct questionnaire *ishoej = support_load(arena, ISHOEJ);
  struct answer *answer = support_answer(ishoej, arena, "wellbeing=2 inspired=2 worry=1");
  cr_expect_str_eq(asked_fields(answer),
                   "wellbeing topic before after inspired worry interplay comment ");
  cr_expect_str_eq(asked_sections(answer), "wellbeing topic outcome ");
  static const struct {
    const char *field;
    bool asked;
  } cases[] = {{"wellbeing_text", false},
               {"inspired_text", false},
               {"inspired_why_not", true},
               {"worry_text", true},
               {"interplay_text", false}};
  for (size_t i = 0; i < array_length(cases); i++) {
    cr_expect_eq(routing_asked(answer, support_field(ishoej, cases[i].field)), cases[i].asked, "%s",
                 cases[i].field);
  }
}

/* All paths of up to four children with their asked fields. */
struct path {
  const char *asked;
  uint32_t signature;
};

Test(routing, the_signature_changes_exactly_when_other_questions_are_asked) {
  struct path paths[3 + 9 + 27 + 81];
  size_t count = 0;
  for (int children = 1; children <= 4; children++) {
    enum daycare daycare[6] = {UNANSWERED};
    do {
      struct answer *answer = answer_of(children, daycare);
      paths[count++] =
          (struct path){.asked = asked_fields(answer), .signature = routing_signature(answer)};
      support_set(answer, "q1", "3");
      support_set(answer, "q1_text", "bedstemor");
      support_set(answer, "q5_1", "8");
      support_set(answer, "q9", "1");
      cr_expect_eq(routing_signature(answer), paths[count - 1].signature);
    } while (next_daycare(daycare, children));
  }
  for (size_t i = 0; i < count; i++) {
    for (size_t j = 0; j < i; j++) {
      cr_expect_eq(paths[i].signature == paths[j].signature,
                   strcmp(paths[i].asked, paths[j].asked) == 0, "%s and %s", paths[i].asked,
                   paths[j].asked);
    }
  }
}

Test(routing, a_parent_who_lives_alone_is_shown_no_invitation) {
  static const struct {
    const char *path;
    const char *values;
    bool may;
  } cases[] = {
      {BILAG8, "", true},      {BILAG8, "q2=2", true},
      {BILAG8, "q2=1", false}, {BILAG8, "q1=1 q2=1 q3=2", false},
      {BILAG8, "q1=1", true},  {SMALL, "q2=1", true},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    const struct questionnaire *questionnaire = support_load(arena, cases[i].path);
    cr_expect_eq(routing_may_invite(support_answer(questionnaire, arena, cases[i].values)),
                 cases[i].may, "%s", cases[i].values);
  }
}

Test(routing, stays_at_the_check_page_when_a_form_asks_for_what_comes_after_it) {
  struct answer *answer = support_answer(bilag8, arena, "q3=1");
  int check = (int)bilag8->sections_count;
  cr_expect_eq(routing_next(answer, check - 1), check);
  cr_expect_eq(routing_next(answer, check), check);
}
