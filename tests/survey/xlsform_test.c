#include "survey/xlsform.h"

#include <criterion/criterion.h>
#include <string.h>

#include "support.h"

static struct arena *arena;
static struct xlsform form;

static void setup(void) {
  arena = arena_new(0);
  cr_assert_not_null(arena);
}

static void teardown(void) {
  xlsform_clear(&form);
  arena_free(arena);
}

TestSuite(xlsform, .init = setup, .fini = teardown);

/* Rows end with ";", cells with "|". */
static struct sheet_lines sheet(const char *text) {
  struct sheet_line *rows = arena_array(arena, 64, sizeof *rows);
  struct sheet_lines out = {.rows = rows};
  cr_assert_not_null(rows);
  while (*text != '\0') {
    const char **cells = arena_array(arena, 32, sizeof *cells);
    struct sheet_line *row = &rows[out.count++];
    *row = (struct sheet_line){.number = (long)out.count, .cells = cells};
    for (bool more = true; more;) {
      size_t length = strcspn(text, "|;");
      cells[row->count++] = arena_copy(arena, text, length);
      more = text[length] == '|';
      text += length + (text[length] == '\0' ? 0 : 1);
    }
  }
  return out;
}

#define CHOICES  "list_name|name|label;yes_no|yes|Ja;yes_no|no|Nej;grade|1|Godt;grade|2|Skidt"
#define SETTINGS "form_title|form_id|default_language;Et skema|skema|Dansk (da)"

static void read_form(const char *survey, const char *choices, const char *settings) {
  const struct sheet_lines sheets[XLSFORM_PARTS] = {sheet(survey), sheet(choices), sheet(settings)};
  cr_assert(xlsform_read(sheets, NULL, NULL, arena, &form));
}

/* What was refused, as "SHEET ROW HEADING: MESSAGE". */
static const char *refused(void) {
  const char *all = "";
  for (size_t i = 0; i < form.remarks_count; i++) {
    const struct xlsform_remark *remark = &form.remarks[i];
    if (remark->refused) {
      cr_expect_not_null(strstr(remark->message, "hint: "), "%s", remark->message);
      all = arena_printf(arena, "%s%s%s %ld %s: %s", all, all[0] == '\0' ? "" : "\n",
                         xlsform_part_name(remark->part), remark->row, remark->heading,
                         remark->message);
    }
  }
  return all;
}

/* Reads a form that is taken, and loads its definition. */
static const struct questionnaire *taken(const char *survey) {
  struct complaints complaints = {.count = 0};
  read_form(survey, CHOICES, SETTINGS);
  cr_assert_not_null(form.definition, "%s", refused());
  char *json = json_dumps(form.definition, 0);
  const struct questionnaire *questionnaire = questionnaire_load(json, arena, &complaints);
  free(json);
  cr_assert_not_null(questionnaire, "%s", support_complaints(arena, &complaints));
  return questionnaire;
}

static bool was_told(const char *message) {
  bool told = false;
  for (size_t i = 0; i < form.remarks_count; i++) {
    told = told || strcmp(form.remarks[i].message, message) == 0;
  }
  return told;
}

#define HEAD "type|name|label|relevant|constraint|required|repeat_count|parameters|hint;"

Test(xlsform, takes_each_kind_of_question_with_its_limits) {
  const struct questionnaire *questionnaire =
      taken(HEAD "note|hello|Velkommen;"
                 "select_one yes_no|happy|Glad?|||yes||||;"
                 "integer|age|Alder?||(. >= 0) and (. < 19)||||I år;"
                 "range|mood|Humør?|||||start=0 end=5 step=1;"
                 "text|more|Mere?||string-length(.) <= 300;"
                 "note|bye|Tak");
  const struct question *questions = questionnaire->questions;
  cr_assert_eq(questionnaire->questions_count, 4);
  cr_expect_eq(questions[0].kind, QUESTION_CHOICE);
  cr_expect_eq(questions[0].choices[1].code, 2);
  cr_expect_str_eq(questions[0].choices[1].words.text, "Nej");
  cr_expect(questions[0].needed);
  cr_expect_eq(questions[1].kind, QUESTION_SCALE);
  cr_expect_eq(questions[1].max, 18);
  cr_expect_str_eq(questions[1].hint.text, "I år");
  cr_expect_eq(questions[2].max, 5);
  cr_expect_eq(questions[3].max_length, 300);
  cr_expect_str_eq(questionnaire->intro[0].text, "Velkommen");
  cr_expect_str_eq(questionnaire->thanks[0].text, "Tak");
  cr_expect_str_eq(questionnaire->language_name, "Dansk");
}

/* "1,2" for a filter of question b on question a. */
static const char *filter_of(const char *type, const char *constraint, const char *relevant) {
  const struct questionnaire *questionnaire =
      taken(arena_printf(arena, "%s%s|a|A?||%s;text|b|B?|%s", HEAD, type, constraint, relevant));
  const struct filter *filter = &questionnaire->questions[1].filter;
  const char *codes = "";
  cr_expect_eq(questionnaire->sections_count, filter->question < 0 ? 1 : 2);
  for (size_t i = 0; i < filter->codes_count; i++) {
    codes = arena_printf(arena, "%s%s%d", codes, i == 0 ? "" : ",", filter->codes[i]);
  }
  xlsform_clear(&form);
  return codes;
}

Test(xlsform, a_filter_lets_the_same_answers_through_and_begins_a_page) {
  static const struct {
    const char *type, *constraint, *relevant, *codes;
  } cases[] = {
      {"select_one grade", "", "${a} = '1' or ${a} = '2'", "1,2"},
      {"select_one grade", "", "selected( ${a} , \"1\" ) or ${a}='2'", "1,2"},
      {"select_one grade", "", "(${a} = 1 or (${a} = 2))", "1,2"},
      {"integer", ". >= 0 and . <= 4", "${a} > 2", "3,4"},
      {"integer", ". >= 0 and . <= 4", "${a} <= 1", "0,1"},
      {"integer", ". > 0 and . < 4", "${a} >= 3 or ${a} < 2", "1,3"},
      {"integer", ". >= 0 and . <= 4", "", ""},
      {"integer", ". >= 0 and . <= 4", "${a} >= 1 and ${a} < 4", "1,2,3"},
      {"integer", ". >= 0 and . <= 4", "${a} = 0 or ${a} > 1 and ${a} < 4", "0,2,3"},
      {"integer", ". <= 2", "${a} != ''", "0,1,2"},
      {"select_one grade", "", "${a} != ''", "1,2"},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    const char *codes = filter_of(cases[i].type, cases[i].constraint, cases[i].relevant);
    cr_expect_str_eq(codes, cases[i].codes, "%s: %s", cases[i].relevant, codes);
  }
}

Test(xlsform, all_but_one_answer_is_a_filter_where_nobody_can_have_left_it_open) {
  static const struct {
    const char *relevant, *codes;
  } cases[] = {{"${a} != '1'", "2"}, {"not(${a} = '1')", "2"}, {"not(${a} != '1')", "1"}};
  for (size_t i = 0; i < array_length(cases); i++) {
    const struct questionnaire *questionnaire = taken(
        arena_printf(arena, "%sselect_one grade|a|A?|||yes;begin_group|g;text|b|B?|%s;end_group",
                     HEAD, cases[i].relevant));
    const struct filter *filter = &questionnaire->questions[1].filter;
    cr_assert_eq(filter->codes_count, 1, "%s", cases[i].relevant);
    cr_expect_eq(filter->codes[0], atol(cases[i].codes), "%s", cases[i].relevant);
    xlsform_clear(&form);
  }
  read_form(HEAD
            "select_one grade|a|A?;select_one grade|b|B?|${a} = '1'||yes;text|c|C?|${b} != '2'",
            CHOICES, SETTINGS);
  cr_expect_not_null(strstr(refused(), "survey 4 relevant: != would also"), "%s", refused());
}

/* Whoever was asked the inner question has given the outer answer already. */
Test(xlsform, a_condition_inside_a_group_takes_the_groups_with_it) {
  const struct questionnaire *questionnaire =
      taken(HEAD "select_one yes_no|consent|OK?|||yes;"
                 "begin_group|all||${consent} = 'yes';"
                 "select_one grade|a|A?|||yes;"
                 "begin_group|inner||${a} != '1';text|b|B?;"
                 "text|c|C?|${consent} = 'yes' and ${a} = '2';end_group;end_group");
  cr_assert_eq(questionnaire->questions_count, 4);
  cr_expect_eq(questionnaire->questions[1].filter.question, 0);
  for (size_t i = 2; i < 4; i++) {
    cr_expect_eq(questionnaire->questions[i].filter.question, 1);
    cr_expect_eq(questionnaire->questions[i].filter.codes_count, 1);
  }
  xlsform_clear(&form);
  read_form(HEAD "select_one yes_no|x|X?;select_one grade|a|A?;"
                 "begin_group|all||${x} = 'yes';text|b|B?|${a} = '1';end_group",
            CHOICES, SETTINGS);
  cr_expect_not_null(strstr(refused(), "survey 5 relevant: it looks at two"), "%s", refused());
}

Test(xlsform, what_looks_at_a_refused_question_says_so) {
  read_form(HEAD "select_multiple grade|a|A?;text|b|B?|selected(${a}, '1')", CHOICES, SETTINGS);
  cr_expect_not_null(strstr(refused(), "survey 3 relevant: it looks at a question that is refused"),
                     "%s", refused());
}

Test(xlsform, rows_that_ask_nobody_are_left_out_and_told) {
  static const char *const types[] = {"start", "end",       "today",  "deviceid",  "username",
                                      "audit", "calculate", "hidden", "start time"};
  for (size_t i = 0; i < array_length(types); i++) {
    read_form(arena_printf(arena,
                           "type|name|label|calculation;%s|m||1+1;select_one yes_no|a|A?|;"
                           "%s|n||1+1;text|why|Why?",
                           types[i], types[i]),
              CHOICES, SETTINGS);
    cr_assert_not_null(form.definition, "%s: %s", types[i], refused());
    size_t told = 0;
    for (size_t j = 0; j < form.remarks_count; j++) {
      told += strncmp(form.remarks[j].message, "the row is left out: ", 21) == 0;
    }
    cr_expect_eq(told, 2, "%s", types[i]);
    xlsform_clear(&form);
  }
}

/* As pyxform's older examples have them. */
Test(xlsform, takes_the_spellings_of_old_forms) {
  read_form("Type|Name|label:english|bind:relevant|bind:required;"
            "begin  group|g|About you;"
            "select one from yes_no|a|Are you?||true();"
            "string|b|Why?|${a} != 'no';"
            "int|c|How many?;add note prompt|n|Thanks;END GROUP;start|s",
            "list name|name|label:english;yes_no|yes|Yes;;yes_no|no|No", "title|id_string;A|a-b");
  cr_expect_not_null(strstr(refused(), "survey 5 : it is not said which"), "%s", refused());
  xlsform_clear(&form);
  read_form("Type|Name|label:english|bind:relevant|bind:required;"
            "begin  group|g|About you;"
            "Select one from yes_no|a|Are you?||true();"
            "string|b|Why?|${a} != 'no';END GROUP",
            "list name|name|label:english;yes_no|yes|Yes;;yes_no|no|No", "title|id_string;A|a-b");
  cr_assert_not_null(form.definition, "%s", refused());
  cr_expect_str_eq(json_string_value(json_object_get(form.definition, "id")), "a-b");
  cr_expect_str_eq(json_string_value(json_object_get(form.definition, "language")), "en");
  const json_t *page = json_array_get(json_object_get(form.definition, "sections"), 0);
  cr_expect_eq(json_array_size(json_object_get(page, "questions")), 1, "yes opens the text");
}

/* The sheets of a workbook that are no part of a form, a line each. */
static const char *told_of_sheets(const char *others) {
  struct sheet_lines sheets[XLSFORM_PARTS] = {sheet(HEAD "select_one yes_no|a|A?"), sheet(CHOICES),
                                              sheet(SETTINGS)};
  const char *all = "";
  sheets[XLSFORM_SURVEY].others = others;
  cr_assert(xlsform_read(sheets, NULL, NULL, arena, &form));
  cr_assert_not_null(form.definition, "%s", refused());
  for (size_t i = 0; i < form.remarks_count; i++) {
    const char *found = strstr(form.remarks[i].message, "the sheet");
    all = found == NULL ? all : arena_printf(arena, "%s%s", all, found);
  }
  xlsform_clear(&form);
  return all;
}

Test(xlsform, tells_once_of_sheets_that_are_left_out) {
  cr_expect_str_eq(told_of_sheets("Choices\nsettings\n"), "");
  cr_expect_str_eq(told_of_sheets("choices\nentities\n"),
                   "the sheet \"entities\" is no part of a form and is left out");
  cr_expect_str_eq(told_of_sheets("Noter\nsettings\nArk 2\nArk 3\n"),
                   "the sheet \"Noter\" and 2 more are no part of a form and are left out");
}

Test(xlsform, or_other_adds_a_choice_that_opens_a_field) {
  const struct questionnaire *questionnaire =
      taken(HEAD "select one from yes_no or specify other|a|A?;"
                 "select_one yes_no|b|B?;text|c|C?|${a} = 'other'");
  const struct question *question = &questionnaire->questions[0];
  cr_assert_eq(question->choices_count, 3);
  cr_expect_eq(question->choices[2].code, 3);
  cr_expect_str_eq(question->choices[2].words.text, "Other");
  cr_expect_str_eq(question->choices[2].describe_field, "a_other");
  cr_expect_eq(questionnaire->questions[1].choices_count, 2, "the list itself stays as it was");
  cr_expect_eq(questionnaire->questions[2].filter.codes[0], 3);
  xlsform_clear(&form);
  read_form("type|name|label;select_one x or_other|a|A?",
            "list_name|name|label;x|8|Otte;x|other|Andet", SETTINGS);
  cr_assert_not_null(form.definition, "%s", refused());
  const json_t *sections = json_object_get(form.definition, "sections");
  const json_t *asked =
      json_array_get(json_object_get(json_array_get(sections, 0), "questions"), 0);
  cr_expect_eq(json_array_size(json_object_get(asked, "choices")), 2, "its own is taken");
}

Test(xlsform, names_become_names_of_columns_and_are_told) {
  static const struct {
    const char *name, *column;
  } cases[] = {{"1a", "q_1a"},
               {"_b", "q_b"},
               {"weight", "q_weight"},
               {"Børn i alt", "b_rn_i_alt"},
               {"Nogle_gange_er_et_navn_en_hel_lang_saetning", "nogle_gange_er_et_navn_e"}};
  for (size_t i = 0; i < array_length(cases); i++) {
    const char *row =
        arena_printf(arena, HEAD "text|%s|A?;text|%s_x|B?", cases[i].name, cases[i].name);
    const struct questionnaire *questionnaire = taken(row);
    cr_expect_str_eq(questionnaire->questions[0].id, cases[i].column);
    cr_expect_str_neq(questionnaire->questions[1].id, cases[i].column);
    cr_expect(was_told(arena_printf(arena, "its column is called \"%s\"", cases[i].column)));
    xlsform_clear(&form);
  }
}

Test(xlsform, labels_with_numbers_of_their_own_are_told_once) {
  read_form("type|name|label;text|a|1. A?;text|b|2) B?", CHOICES, SETTINGS);
  cr_expect_eq(form.remarks_count, 2, "one is of the list");
  cr_expect_eq(form.remarks[1].row, 2);
  cr_expect_not_null(strstr(form.remarks[1].message, "labels begin with numbers"));
}

Test(xlsform, a_list_that_is_called_as_a_question_stands_in_each_that_has_it) {
  const struct questionnaire *questionnaire =
      taken(HEAD "select_one grade|mood|A?;select_one grade|grade|B?;select_one yes_no|c|C?");
  cr_expect_eq(questionnaire->questions_count, 3);
  cr_expect_eq(questionnaire->questions[0].choices_count, 2);
  cr_expect_null(json_object_get(json_object_get(form.definition, "choices"), "grade"));
}

Test(xlsform, a_form_without_settings_is_called_as_its_file) {
  const struct sheet_lines sheets[XLSFORM_PARTS] = {sheet("type|name|label::English;text|a|A?")};
  cr_assert(xlsform_read(sheets, NULL, "forms/Home visit.v2.xlsx", arena, &form));
  cr_assert_not_null(form.definition, "%s", refused());
  cr_expect_str_eq(json_string_value(json_object_get(form.definition, "id")), "home_visit_v2");
  const json_t *title = json_object_get(form.definition, "title");
  cr_expect_str_eq(json_string_value(json_object_get(title, "source")), "Home visit.v2");
  cr_expect_eq(form.remarks_count, 2, "both are told");
}

Test(xlsform, well_known_languages_need_no_code) {
  read_form("type|name|label::Dansk|label::english|label::Arabic (AR)|label::EN;text|a|A?|B?|C?|B?",
            CHOICES, "form_title|form_id|default_language;Et skema|skema|dansk");
  cr_assert_not_null(form.definition, "%s", refused());
  cr_expect_str_eq(json_string_value(json_object_get(form.definition, "language")), "da");
  cr_assert_eq(form.translations_count, 2);
  cr_expect_str_eq(form.translations[0].language, "en");
  cr_expect_str_eq(form.translations[1].language, "ar");
}

Test(xlsform, refuses_what_has_no_counterpart_with_its_place_and_a_way_out) {
  static const struct {
    const char *survey;
    const char *expected; /* the first refusal begins so */
  } cases[] = {
      {HEAD "select_multiple yes_no|a|A?", "survey 2 type: several answers at once"},
      {HEAD "date|a|A?", "survey 2 type: dates tell too much"},
      {HEAD "phone number|a|A?", "survey 2 type: answers are anonymous"},
      {HEAD "select all that apply from yes_no|a|A?", "survey 2 type: several answers at once"},
      {HEAD "colour|a|A?", "survey 2 type: there is no type \"colour\""},
      {HEAD "select_one colours|a|A?", "survey 2 type: there is no list \"colours\""},
      {HEAD "select_one yes_no minimal|a|A?", "survey 2 type: \"minimal\" has no"},
      {HEAD "select_one yes_no|a|A?||. != 'no'",
       "survey 2 constraint: a choice needs no constraint"},
      {HEAD "integer|a|A?||. >= 1", "survey 2 constraint: it is not said which numbers"},
      {HEAD "range|a|A?||. < 5||||", "survey 2 constraint: a range has its limits"},
      {HEAD "text|a|A?||string-length(.) > 2", "survey 2 constraint: a text may be as short"},
      {HEAD "integer|a|A?", "survey 2 constraint: it is not said which numbers"},
      {HEAD "integer|a|A?||regex(., '[0-9]')", "survey 2 constraint: this constraint"},
      {HEAD "range|a|A?|||||start=1 end=10 step=2", "survey 2 parameters: a scale goes by ones"},
      {HEAD "range|a|A?|||||start=0 end=1 step=0.5", "survey 2 parameters: a scale has whole"},
      {HEAD "text|a|", "survey 2 label: it has no words"},
      {HEAD "text|a|Dit navn er ${b}?", "survey 2 label: an earlier answer"},
      {HEAD "text||A?", "survey 2 name: it has no name"},
      {HEAD "text|a|A?;text|a|B?", "survey 3 name: the name \"a\" stands further up"},
      {HEAD "text|a|A?|||maybe", "survey 2 required: a question is always needed"},
      {HEAD "text|b|B?|${a} = 1", "survey 2 relevant: it names a question that does not stand"},
      {HEAD "text|a|A?;text|b|B?|${a} = 'x'", "survey 3 relevant: it looks at a free text"},
      {HEAD "select_one grade|a|A?;text|b|B?|${a} != '1'", "survey 3 relevant: != would also"},
      {HEAD "select_one grade|a|A?;text|b|B?|not(${a} = '1')", "survey 3 relevant: not(…)"},
      {HEAD "select_one grade|a|A?;text|b|B?|${a} = '7'", "survey 3 relevant: that question has"},
      {HEAD "select_one grade|a|A?;text|b|B?|${a} = '1' and ${a} = '2'",
       "survey 3 relevant: no answer leads here"},
      {HEAD "select_one grade|a|A?;select_one grade|c|C?;text|b|B?|${a} = '1' and ${c} = '2'",
       "survey 4 relevant: it looks at two questions"},
      {HEAD "date|a|A?;text|b|B?|${a} = '1'", "survey 2 type: dates tell"},
      {HEAD "select_one grade|a|A?;select_one grade|c|C?;text|b|B?|${a} = '1' or ${c} = '2'",
       "survey 4 relevant: it looks at two questions"},
      {HEAD "begin_group|g|;text|a|A?", "survey 2 type: it is never ended"},
      {HEAD "text|a|A?;end_group", "survey 3 type: nothing of this kind is open"},
      {HEAD "begin_repeat|r|Barn;text|a|A?;end_repeat", "survey 2 repeat_count: how often"},
      {HEAD "text|a|A?;note|n|Hej|${a} = 1;text|b|B?",
       "survey 3 relevant: a note with a condition"},
      {"type|name|label|calculation;text|a|A?|1+1", "survey 2 calculation: nothing is computed"},
      {"type|name|label::Dansk (da)|label::English (en);text|a|A?|",
       "survey 2 label::Dansk (da): it has no words in English"},
      {"type|name|label|label::Volapyk;text|a|A?|A?", "survey 1 label::Volapyk: the language has"},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    read_form(cases[i].survey, CHOICES, SETTINGS);
    const char *all = refused();
    cr_expect_null(form.definition, "%s was taken", cases[i].survey);
    cr_expect_eq(strncmp(all, cases[i].expected, strlen(cases[i].expected)), 0, "%s\n%s",
                 cases[i].expected, all);
    xlsform_clear(&form);
  }
}

Test(xlsform, refuses_settings_and_lists_that_do_not_say_enough) {
  static const struct {
    const char *choices, *settings, *expected;
  } cases[] = {
      {CHOICES, "form_title;Et skema", "settings 0 : it is not said which language"},
      {CHOICES, "form_title|default_language;Et skema|da", "settings 2 : the form has no name"},
      {CHOICES, "default_language;da", "settings 2 : the form has no name"},
      {"list_name|name|label;|1|Ja", SETTINGS, "choices 2 list_name: it is not said to which"},
      {"list_name|name|label;yes_no||Ja", SETTINGS, "choices 2 name: the choice has no name"},
      {"list_name|name|label;yes_no|1|Ja;yes_no|1|Nej", SETTINGS, "choices 3 name: \"1\" stands"},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    read_form("type|name|label;text|a|A?", cases[i].choices, cases[i].settings);
    const char *all = refused();
    cr_expect_null(form.definition);
    cr_expect_eq(strncmp(all, cases[i].expected, strlen(cases[i].expected)), 0, "%s\n%s",
                 cases[i].expected, all);
    xlsform_clear(&form);
  }
}

Test(xlsform, every_fault_is_told_in_one_go) {
  read_form(HEAD "date|a|A?;image|b|B?;text|c|", CHOICES, SETTINGS);
  size_t count = 0;
  for (size_t i = 0; i < form.remarks_count; i++) {
    count += form.remarks[i].refused;
  }
  cr_expect_geq(count, 3, "%s", refused());
}

Test(xlsform, a_repeat_asks_for_each_child_that_was_counted) {
  const struct questionnaire *questionnaire =
      taken(HEAD "integer|children|Hvor mange?||. >= 1 and . <= 4;"
                 "begin repeat|each|Barn||||${children};"
                 "select_one yes_no|daycare|I dagtilbud?;"
                 "text|which|Hvilket?|${daycare} = 'yes';"
                 "select_one yes_no|glad|Glad for det?|${daycare} = 'no';"
                 "end repeat");
  cr_assert_eq(questionnaire->questions_count, 3, "the text stands below the choice");
  cr_expect_eq(questionnaire->questions[0].kind, QUESTION_COUNT);
  cr_expect_eq(questionnaire->questions[1].each, 0);
  cr_expect_str_eq(questionnaire->questions[1].choices[0].describe_field, "which");
  cr_expect_str_eq(questionnaire->questions[1].choices[0].describe.text, "Hvilket?");
  cr_expect_eq(questionnaire->questions[2].filter.question, 1);
  cr_expect_str_eq(questionnaire->child.text, "Barn {n}");
  cr_expect_eq(questionnaire->sections_count, 3);
}

Test(xlsform, a_group_is_a_page_and_gives_its_questions_its_condition) {
  const struct questionnaire *questionnaire =
      taken(HEAD "begin_group|first|Om jer;select_one grade|a|A?;end_group;"
                 "begin_group|second||${a} = '2';text|b|B?;text|c|C?;end_group");
  cr_assert_eq(questionnaire->sections_count, 2);
  cr_expect_str_eq(questionnaire->sections[0].id, "first");
  cr_expect_str_eq(questionnaire->sections[0].intro[0].text, "Om jer");
  cr_expect_eq(questionnaire->questions[1].filter.codes[0], 2);
  cr_expect_eq(questionnaire->questions[2].filter.question, 0);
}

Test(xlsform, a_form_with_one_title_has_it_in_every_language) {
  read_form("type|name|label::Dansk (da)|label::English (en);text|a|A?|B?", CHOICES, SETTINGS);
  cr_assert_not_null(form.definition, "%s", refused());
  cr_assert_eq(form.translations_count, 1);
  const json_t *texts = json_object_get(form.translations[0].json, "texts");
  cr_expect_str_eq(json_string_value(json_object_get(texts, "title")), "Et skema");
  cr_expect_str_eq(json_string_value(json_object_get(texts, "a.text")), "B?");
}

Test(xlsform, what_is_taken_otherwise_than_it_stands_is_told) {
  static const char *const expected[] = {"this column is left out",
                                         "the choices of yes_no have the codes yes 1, no 2",
                                         "its column is called \"question_1\""};
  read_form("type|name|label|appearance;text|Question-1|A?|multiline", CHOICES, SETTINGS);
  cr_assert_not_null(form.definition, "%s", refused());
  cr_assert_eq(form.remarks_count, array_length(expected));
  for (size_t i = 0; i < array_length(expected); i++) {
    cr_expect_str_eq(form.remarks[i].message, expected[i]);
  }
}
