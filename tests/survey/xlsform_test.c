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
  cr_assert(xlsform_read(sheets, NULL, arena, &form));
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
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    const char *codes = filter_of(cases[i].type, cases[i].constraint, cases[i].relevant);
    cr_expect_str_eq(codes, cases[i].codes, "%s: %s", cases[i].relevant, codes);
  }
}

Test(xlsform, refuses_what_has_no_counterpart_with_its_place_and_a_way_out) {
  static const struct {
    const char *survey;
    const char *expected; /* the first refusal begins so */
  } cases[] = {
      {HEAD "select_multiple yes_no|a|A?", "survey 2 type: several answers at once"},
      {HEAD "date|a|A?", "survey 2 type: dates tell too much"},
      {HEAD "deviceid|a|", "survey 2 type: nothing of the device"},
      {HEAD "colour|a|A?", "survey 2 type: there is no type \"colour\""},
      {HEAD "select_one colours|a|A?", "survey 2 type: there is no list \"colours\""},
      {HEAD "select_one yes_no or_other|a|A?", "survey 2 type: \"or_other\""},
      {HEAD "integer|a|A?", "survey 2 constraint: it is not said which numbers"},
      {HEAD "integer|a|A?||regex(., '[0-9]')", "survey 2 constraint: this constraint"},
      {HEAD "range|a|A?|||||start=1 end=10 step=2", "survey 2 parameters: a scale goes by ones"},
      {HEAD "range|a|A?|||||start=0 end=1 step=0.5", "survey 2 parameters: a scale has whole"},
      {HEAD "text|a|", "survey 2 label: it has no words"},
      {HEAD "text|a|Dit navn er ${b}?", "survey 2 label: an earlier answer"},
      {HEAD "text|1a|A?", "survey 2 name: \"1a\" cannot be a name"},
      {HEAD "text|weight|A?", "survey 2 name: the name \"weight\" is taken"},
      {HEAD "text|a|A?;text|a|B?", "survey 3 name: the name \"a\" stands further up"},
      {HEAD "text|a|A?|||maybe", "survey 2 required: a question is always needed"},
      {HEAD "text|b|B?|${a} = 1", "survey 2 relevant: it names a question that does not stand"},
      {HEAD "text|a|A?;text|b|B?|${a} = 'x'", "survey 3 relevant: it looks at a free text"},
      {HEAD "select_one grade|a|A?;text|b|B?|${a} != '1'", "survey 3 relevant: != would also"},
      {HEAD "select_one grade|a|A?;text|b|B?|not(${a} = '1')", "survey 3 relevant: not(…)"},
      {HEAD "select_one grade|a|A?;text|b|B?|${a} = '7'", "survey 3 relevant: that question has"},
      {HEAD "select_one grade|a|A?;text|b|B?|${a} = '1' and ${a} = '2'",
       "survey 3 relevant: two conditions"},
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
      {"type|name|label|label::English;text|a|A?|A?", "survey 1 label::English: the language has"},
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
      {CHOICES, "form_id|default_language;x|da", "settings 2 : the form has no title"},
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
  static const char *const expected[] = {"this column is left out", "\"yes\" is the code 1",
                                         "\"no\" is the code 2",
                                         "its column is called \"question_1\""};
  read_form("type|name|label|appearance;text|Question-1|A?|multiline", CHOICES, SETTINGS);
  cr_assert_not_null(form.definition, "%s", refused());
  cr_assert_eq(form.remarks_count, array_length(expected));
  for (size_t i = 0; i < array_length(expected); i++) {
    cr_expect_str_eq(form.remarks[i].message, expected[i]);
  }
}
