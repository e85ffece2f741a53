#include "survey/questionnaire.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"
#include "survey/translation.h"

#define BAD "tests/fixtures/questionnaires/bad"

static struct arena *arena;

static void setup(void) {
  arena = arena_new(0);
  cr_assert_not_null(arena);
}

static void teardown(void) {
  arena_free(arena);
}

TestSuite(questionnaire, .init = setup, .fini = teardown);

static const char *const good[] = {BILAG8, ISHOEJ,        PERSONAL, SCALES, SCORES,
                                   SDQ,    SDQ_SUBSCALES, SIBLINGS, SMALL};

/* The first complaint of a bad file, as "LINE PATH: MESSAGE\n". */
static const char *first_complaint(const char *name) {
  struct complaints complaints = {.count = 0};
  char *json = support_read(arena, arena_printf(arena, "%s/%s.json", BAD, name));
  if (strncmp(name, "translation_", strlen("translation_")) == 0) {
    cr_expect_null(translation_load(support_load(arena, SMALL), json, arena, &complaints),
                   "%s was accepted", name);
  } else {
    cr_expect_null(questionnaire_load(json, arena, &complaints), "%s was accepted", name);
  }
  cr_assert_gt(complaints.count, 0, "%s: refused without a complaint", name);
  complaints.count = 1;
  return support_complaints(arena, &complaints);
}

Test(questionnaire, every_bad_file_is_refused_with_the_expected_complaint) {
  size_t tried = 0;
  DIR *folder = opendir(BAD);
  cr_assert_not_null(folder);
  for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
    char *name = arena_string(arena, entry->d_name);
    char *ending = strstr(name, ".json");
    if (ending == NULL) {
      continue;
    }
    *ending = '\0';
    const char *expected = support_read(arena, arena_printf(arena, "%s/%s.expected", BAD, name));
    const char *complaint = first_complaint(name);
    cr_expect_str_eq(complaint, expected, "%s\n%s%s", name, complaint, expected);
    tried++;
  }
  closedir(folder);
  cr_assert_geq(tried, 70);
}

Test(questionnaire, several_faults_are_found_in_one_go_in_order_of_lines) {
  struct complaints complaints = {.count = 0};
  static const char json[] = "{\"id\": \"Small\",\n"
                             "\"version\": 0,\n"
                             "\"language\": \"da\",\n"
                             "\"titel\": {\"ours\": \"x\"},\n"
                             "\"sections\": [{\"id\": \"a\", \"questions\": [\n"
                             "{\"id\": \"q1\", \"kind\": \"text\", \"max\": 5},\n"
                             "{\"id\": \"q1\", \"kind\": \"text\", \"text\": {\"ours\": \"\"},\n"
                             "\"max\": 0}]}]}\n";
  cr_assert_null(questionnaire_load(json, arena, &complaints));
  static const struct {
    int line;
    const char *path;
  } expected[] = {{1, "$.id"},
                  {1, "$.title"},
                  {2, "$.version"},
                  {4, "$.titel"},
                  {6, "$.sections[0].questions[0].text"},
                  {7, "$.sections[0].questions[1].id"},
                  {7, "$.sections[0].questions[1].text.ours"},
                  {8, "$.sections[0].questions[1].max"}};
  cr_assert_eq(complaints.count, array_length(expected), "%s",
               support_complaints(arena, &complaints));
  for (size_t i = 0; i < array_length(expected); i++) {
    cr_expect_eq(complaints.items[i].line, expected[i].line, "complaint %zu", i);
    cr_expect_str_eq(complaints.items[i].path, expected[i].path);
  }
}

Test(questionnaire, complaints_of_an_earlier_file_stay_first_and_do_not_count) {
  struct complaints complaints = {.count = 0};
  complaints_add(&complaints, arena, 99, "$", "of a file before");
  cr_assert_null(questionnaire_load("[", arena, &complaints));
  cr_assert_gt(complaints.count, 1);
  cr_assert_eq(complaints.items[0].line, 99);
  cr_assert_not_null(questionnaire_load(support_read(arena, SMALL), arena, &complaints));
}

Test(questionnaire, thousands_of_faults_end_in_a_hundred_complaints) {
  struct complaints complaints = {.count = 0};
  struct text json;
  text_init(&json);
  text_add(&json, "{");
  for (int i = 0; i < 5000; i++) {
    text_addf(&json, "\"k%d\":1,\n", i);
  }
  text_add(&json, "\"id\": \"x\"}");
  cr_assert_null(questionnaire_load(json.data, arena, &complaints));
  text_clear(&json);
  cr_assert_eq(complaints.count, 100);
}

Test(questionnaire, a_byte_order_mark_is_read_over) {
  struct complaints complaints = {.count = 0};
  const char *json = arena_printf(arena, "\xEF\xBB\xBF%s", support_read(arena, SMALL));
  cr_assert_not_null(questionnaire_load(json, arena, &complaints));
}

Test(questionnaire, bilag_8_has_the_fields_of_the_form_in_order) {
  const struct questionnaire *questionnaire = support_load(arena, BILAG8);
  static const char *const names[] = {
      "q1",   "q1_text", "q2",   "q3",   "q4_1", "q4_2", "q4_3", "q4_4", "q4_5",     "q4_6", "q5_1",
      "q5_2", "q5_3",    "q5_4", "q5_5", "q5_6", "q6_1", "q6_2", "q6_3", "q6_4",     "q6_5", "q6_6",
      "q7",   "q8_1",    "q8_2", "q8_3", "q8_4", "q8_5", "q8_6", "q9",   "q9_first", "q10"};
  cr_assert_eq(questionnaire->fields_count, array_length(names));
  for (size_t i = 0; i < array_length(names); i++) {
    cr_expect_str_eq(questionnaire->fields[i].name, names[i]);
    cr_expect_eq(questionnaire_field(questionnaire, names[i]), (int)i);
  }
  static const char *const unknown[] = {"", "q", "q0", "q4", "q4_0", "q4_7", "q9_check", "zzz"};
  for (size_t i = 0; i < array_length(unknown); i++) {
    cr_expect_eq(questionnaire_field(questionnaire, unknown[i]), -1, "%s", unknown[i]);
  }
}

Test(questionnaire, bilag_8_has_the_codes_and_rules_of_the_design) {
  const struct questionnaire *questionnaire = support_load(arena, BILAG8);
  static const char *const sections[] = {"family",       "daycare",     "development", "relation",
                                         "surroundings", "cooperation", "overall",     "comment"};
  cr_assert_eq(questionnaire->sections_count, array_length(sections));
  for (size_t i = 0; i < array_length(sections); i++) {
    cr_expect_str_eq(questionnaire->sections[i].id, sections[i]);
  }
  static const int agreement[] = {1, 2, 3, 4, 5, 8};
  const struct question *asked = &questionnaire->questions[4];
  cr_assert_eq(asked->choices_count, array_length(agreement));
  for (size_t i = 0; i < array_length(agreement); i++) {
    cr_expect_eq(asked->choices[i].code, agreement[i]);
    cr_expect_eq(asked->choices[i].dont_know, agreement[i] == 8);
  }
  for (size_t i = 0; i < questionnaire->questions_count; i++) {
    asked = &questionnaire->questions[i];
    cr_expect_eq(asked->needed, i == 2, "only question 3 is needed");
    cr_expect_eq(asked->notice, i != 9, "question 10 may be left without a notice");
    cr_expect_eq(asked->confirm_against_count, i == 8 ? 4 : 0);
  }
  cr_expect_str_eq(questionnaire->questions[8].low.text, "mindst positivt");
  cr_expect(questionnaire->questions[8].low.ours);
  cr_expect_eq(questionnaire->questions[9].max_length, 4000);
  cr_expect_eq(questionnaire->questions[0].choices[2].describe_max, 200);
}

Test(questionnaire, bilag_8_names_what_others_may_know_of_a_parent) {
  static const bool identifying[] = {true,  true,  true,  true,  false,
                                     false, false, false, false, false};
  const struct questionnaire *questionnaire = support_load(arena, BILAG8);
  cr_assert_eq(questionnaire->questions_count, array_length(identifying));
  cr_expect_arr_eq(questionnaire->identifying, identifying, sizeof identifying);
  cr_expect_not(support_load(arena, SMALL)->identifying[1]);
}

Test(questionnaire, bilag_8_invites_nobody_who_lives_alone) {
  const struct questionnaire *questionnaire = support_load(arena, BILAG8);
  cr_assert_eq(questionnaire->invite_unless.question, 1);
  cr_assert_eq(questionnaire->invite_unless.codes_count, 1);
  cr_expect_eq(questionnaire->invite_unless.codes[0], 1);
  cr_expect_eq(support_load(arena, SMALL)->invite_unless.question, -1);
}

Test(questionnaire, a_repeated_question_has_its_fields_child_by_child) {
  const struct questionnaire *questionnaire = support_load(arena, SIBLINGS);
  static const char *const names[] = {"parent",
                                      "children",
                                      "helper_1",
                                      "helper_friend_1",
                                      "helper_neighbour_1",
                                      "helper_2",
                                      "helper_friend_2",
                                      "helper_neighbour_2",
                                      "helper_3",
                                      "helper_friend_3",
                                      "helper_neighbour_3",
                                      "mood_1",
                                      "mood_first_1",
                                      "mood_2",
                                      "mood_first_2",
                                      "mood_3",
                                      "mood_first_3",
                                      "name_1",
                                      "name_2",
                                      "name_3",
                                      "many"};
  cr_assert_eq(questionnaire->fields_count, array_length(names));
  for (size_t i = 0; i < array_length(names); i++) {
    const struct field *field = &questionnaire->fields[i];
    cr_expect_str_eq(field->name, names[i]);
    size_t value = questionnaire_value(questionnaire, field->question, field->child);
    cr_expect_eq(questionnaire->fields[value].child, field->child, "%s", names[i]);
    cr_expect_eq(questionnaire->fields[value].kind, FIELD_VALUE, "%s", names[i]);
  }
}

Test(questionnaire, each_word_stands_once_in_page_order) {
  for (size_t i = 0; i < array_length(good); i++) {
    const struct questionnaire *questionnaire = support_load(arena, good[i]);
    for (size_t j = 0; j < questionnaire->words_count; j++) {
      cr_expect_eq(questionnaire->words[j]->index, (int)j);
      for (size_t k = 0; k < j; k++) {
        cr_expect_str_neq(questionnaire->words[j]->id, questionnaire->words[k]->id);
      }
    }
  }
  static const char *const first[] = {
      "title",   "intro.1", "intro.2", "intro.3", "intro.4", "child",   "section.family.intro.1",
      "q1.text", "q1.1",    "q1.2",    "q1.3",    "q2.text", "yes_no.1"};
  const struct questionnaire *questionnaire = support_load(arena, BILAG8);
  for (size_t i = 0; i < array_length(first); i++) {
    cr_expect_str_eq(questionnaire->words[i]->id, first[i]);
  }
  cr_expect_str_eq(questionnaire->words[questionnaire->words_count - 1]->id, "thanks.1");
}

/* As PostgreSQL's JSONB gives a definition back: keys in another order, no
 * layout. */
static const char *as_jsonb(const char *json) {
  json_t *root = json_loads(json, 0, NULL);
  char *sorted = json_dumps(root, JSON_SORT_KEYS | JSON_COMPACT);
  cr_assert_not_null(sorted);
  const char *copy = arena_string(arena, sorted);
  cr_assert_not_null(copy);
  free(sorted);
  json_decref(root);
  return copy;
}

Test(questionnaire, the_hash_outlives_jsonb) {
  for (size_t i = 0; i < array_length(good); i++) {
    struct complaints complaints = {.count = 0};
    const struct questionnaire *before = support_load(arena, good[i]);
    const struct questionnaire *after =
        questionnaire_load(as_jsonb(support_read(arena, good[i])), arena, &complaints);
    cr_assert_not_null(after, "%s", support_complaints(arena, &complaints));
    cr_expect_arr_eq(before->hash, after->hash, QUESTIONNAIRE_HASH_BYTES, "%s", good[i]);
    for (size_t j = 0; j < before->words_count; j++) {
      cr_expect_str_eq(before->words[j]->id, after->words[j]->id);
    }
  }
}

/* A file with the first place of one string replaced by another. */
static const char *replaced(const char *json, const char *from, const char *to) {
  const char *at = strstr(json, from);
  cr_assert_not_null(at, "%s is not there", from);
  const char *result =
      arena_printf(arena, "%.*s%s%s", (int)(at - json), json, to, at + strlen(from));
  cr_assert_not_null(result);
  return result;
}

Test(questionnaire, the_hash_changes_with_all_that_counts_and_nothing_else) {
  static const struct {
    const char *from;
    const char *to;
    bool counts;
  } cases[] = {
      {"\"id\": \"small\"", "\"id\": \"smaller\"", true},
      {"\"version\": 1", "\"version\": 2", true},
      {"\"language\": \"da\"", "\"language\": \"nb\"", true},
      {"Et lille skema", "Et lille Skema", true},
      {"{\"ours\": \"Tak.\"}", "{\"source\": \"Tak.\"}", true},
      {"Barn {n}", "{n}. barn", true},
      {"{\"code\": 2,", "{\"code\": 3,", true},
      {"{\"ours\": \"nej\"}", "{\"ours\": \"nej\"}, \"kind\": \"dont_know\"", true},
      {"{\"ours\": \"nej\"}", "{\"ours\": \"nej\"}, \"describe\": {\"field\": \"w\", \"max\": 5}",
       true},
      {"\"id\": \"end\"", "\"id\": \"last\"", true},
      {"\"max\": 3", "\"max\": 4", true},
      {"\"max\": 100", "\"max\": 101", true},
      {", \"needed\": true", "", true},
      {"\"max\": 100", "\"max\": 100, \"notice\": false", true},
      {"\"is\": [1]", "\"is\": [2]", true},
      {"\"is\": [1]", "\"is\": [1, 2]", true},
      {", \"only_if\": {\"question\": \"q3\", \"is\": [1]}", "", true},
      {"\"against\": [\"q3\"]", "\"against\": [\"q2\"]", true},
      {"\"id\": \"q2\"", "\"id\": \"q2b\"", true},
      {"\"max\": 10,", "\"max\": 10, \"low\": {\"ours\": \"skidt\"},", true},
      {"\"max\": 10,", "\"max\": 10, \"high\": {\"ours\": \"skidt\"},", true},
      {"\"max\": 10,", "\"max\": 10, \"hint\": {\"ours\": \"skidt\"},", true},
      {"\"version\": 1", "\"version\": 1, \"source\": \"os\"", false},
      {"\"version\": 1", "\"version\": 1, \"language_name\": \"Dansk\"", false},
      {"\"version\": 1", "\"version\": 1, \"invite_unless\": {\"question\": \"q2\", \"is\": [1]}",
       false},
      {"\"max\": 100", "\"max\": 100, \"compare\": {\"as\": \"words\"}", false},
      {"\"version\": 1", "\"version\": 1, \"identifying\": [\"q2\"]", false},
      {"\"version\": 1", "\"version\": 1, \"unit\": \"child\"", false},
      {"\"version\": 1", "\"version\": 1, \"count_unanswered\": true", false},
      {"\"max\": 10,", "\"max\": 10, \"report\": {\"bands\": [[1, 5], [6, 10]]},", false},
      {"\"version\": 1", "\"version\":\n\n1", false},
      {"\"max\": 100", "\"max\": 100, \"notice\": true, \"needed\": false", false},
      {"Bor I sammen?", "Bor I \\u0073ammen?", false},
  };
  const char *json = support_read(arena, SMALL);
  const struct questionnaire *before = support_load(arena, SMALL);
  for (size_t i = 0; i < array_length(cases); i++) {
    struct complaints complaints = {.count = 0};
    const struct questionnaire *after =
        questionnaire_load(replaced(json, cases[i].from, cases[i].to), arena, &complaints);
    cr_assert_not_null(after, "%s: %s", cases[i].to, support_complaints(arena, &complaints));
    cr_expect_eq(memcmp(before->hash, after->hash, QUESTIONNAIRE_HASH_BYTES) != 0, cases[i].counts,
                 "%s", cases[i].to);
  }
}

Test(questionnaire, the_hash_changes_with_a_text_field_of_a_choice) {
  static const char *const cases[][2] = {
      {"\"helper_friend\"", "\"helper_mate\""},
      {"\"max\": 20}", "\"max\": 21}"},
      {"\"max\": 20}", "\"max\": 20, \"text\": {\"ours\": \"?\"}}"},
      {", \"kind\": \"dont_know\"", ""}};
  const char *json = support_read(arena, SIBLINGS);
  const struct questionnaire *before = support_load(arena, SIBLINGS);
  for (size_t i = 0; i < array_length(cases); i++) {
    struct complaints complaints = {.count = 0};
    const struct questionnaire *after =
        questionnaire_load(replaced(json, cases[i][0], cases[i][1]), arena, &complaints);
    cr_assert_not_null(after, "%s", support_complaints(arena, &complaints));
    cr_expect_arr_neq(before->hash, after->hash, QUESTIONNAIRE_HASH_BYTES, "%s", cases[i][1]);
  }
}

Test(questionnaire, a_personal_one_says_how_its_answers_are_paired) {
  const struct questionnaire *questionnaire = support_load(arena, PERSONAL);
  cr_expect(questionnaire->personal);
  cr_expect(questionnaire->per_child, "an answer is of a child");
  cr_expect_eq(questionnaire->pairs.case_question, 0);
  cr_expect_eq(questionnaire->pairs.occasion, 1);
  cr_expect_eq(questionnaire->pairs.informant, 2);
  questionnaire = support_load(arena, BILAG8);
  cr_expect_not(questionnaire->personal);
  cr_expect_eq(questionnaire->pairs.case_question, -1);
  cr_expect_eq(questionnaire->pairs.occasion, -1);
  cr_expect_eq(questionnaire->pairs.informant, -1);
}

Test(questionnaire, the_hash_changes_with_how_answers_are_paired) {
  struct complaints complaints = {.count = 0};
  const char *json = support_read(arena, PERSONAL);
  const struct questionnaire *before = support_load(arena, PERSONAL);
  const struct questionnaire *after = questionnaire_load(
      replaced(json, "\"informant\": \"udfylder\"", "\"informant\": \"t1\""), arena, &complaints);
  cr_assert_null(after, "an informant that need not be given was accepted");
  json = replaced(json, "\"Punkt 1\"}", "\"Punkt 1\"}, \"needed\": true");
  const char *other = replaced(json, "\"informant\": \"udfylder\"", "\"informant\": \"t1\"");
  before = questionnaire_load(json, arena, &complaints);
  after = questionnaire_load(other, arena, &complaints);
  cr_assert_not_null(before);
  cr_assert_not_null(after);
  cr_expect_arr_neq(before->hash, after->hash, QUESTIONNAIRE_HASH_BYTES);
}

Test(questionnaire, no_broken_file_breaks_the_loader) {
  const char *json = support_read(arena, SIBLINGS);
  size_t length = strlen(json);
  static const char *const values[] = {"null", "[]", "{}", "-1", "\"\"", "1e9", "true", "[[{}]]"};
  uint64_t seed = 20230501;
  for (int i = 0; i < 1500; i++) {
    struct arena *small = arena_new(0);
    struct complaints complaints = {.count = 0};
    size_t from = support_draw(&seed, (unsigned)length);
    size_t to = from + 1 + support_draw(&seed, 12);
    const char *value = values[support_draw(&seed, array_length(values))];
    char *broken =
        arena_printf(small, "%.*s%s%s", (int)from, json, value, json + (to > length ? length : to));
    cr_assert_not_null(broken);
    const struct questionnaire *questionnaire = questionnaire_load(broken, small, &complaints);
    cr_expect_eq(questionnaire == NULL, complaints.count > 0, "%s", broken);
    arena_free(small);
  }
}

/* Calls act for every object and list below value, with the value to change. */
static size_t change_values(json_t *root, json_t *value, const char *otherwise) {
  size_t tried = 0;
  json_t *other = json_loads(otherwise, JSON_DECODE_ANY, NULL);
  size_t count = json_is_array(value) ? json_array_size(value) : json_object_size(value);
  void *at = json_object_iter(value);
  for (size_t i = 0; i < count; i++) {
    json_t *kept = json_is_array(value) ? json_array_get(value, i) : json_object_iter_value(at);
    json_incref(kept);
    if (json_is_array(value)) {
      json_array_set(value, i, other);
    } else {
      json_object_iter_set(value, at, other);
    }
    struct arena *small = arena_new(0);
    struct complaints complaints = {.count = 0};
    char *json = json_dumps(root, 0);
    const struct questionnaire *loaded = questionnaire_load(json, small, &complaints);
    cr_expect_eq(loaded == NULL, complaints.count > 0, "%s", json);
    free(json);
    arena_free(small);
    tried++;
    if (json_is_array(value)) {
      json_array_set_new(value, i, kept);
    } else {
      json_object_iter_set_new(value, at, kept);
      at = json_object_iter_next(value, at);
    }
    if (json_is_array(kept) || json_is_object(kept)) {
      tried += change_values(root, kept, otherwise);
    }
  }
  json_decref(other);
  return tried;
}

Test(questionnaire, a_wrong_type_anywhere_is_refused_with_a_complaint_or_harmless) {
  static const char *const values[] = {"null",   "[]",   "{}",   "7",
                                       "\"q2\"", "true", "[{}]", "{\"a\":0}"};
  json_t *root = json_loads(support_read(arena, SIBLINGS), 0, NULL);
  cr_assert_not_null(root);
  for (size_t i = 0; i < array_length(values); i++) {
    cr_assert_gt(change_values(root, root, values[i]), 100);
  }
  json_decref(root);
}

Test(questionnaire, when_memory_runs_out_nothing_half_made_comes_back) {
  const char *json = support_read(arena, SMALL);
  const struct questionnaire *loaded = NULL;
  for (size_t limit = 16; loaded == NULL; limit += 48) {
    struct arena *small = arena_new(limit);
    cr_assert_not_null(small);
    struct complaints complaints = {.count = 0};
    loaded = questionnaire_load(json, small, &complaints);
    if (loaded != NULL) {
      cr_expect_eq(loaded->words_count, 11);
      cr_expect_eq(loaded->fields_count, 10);
    }
    arena_free(small);
    cr_assert_lt(limit, 100000);
  }
}

Test(questionnaire, reading_a_file_says_what_is_wrong) {
  errno = 0;
  cr_expect_null(questionnaire_read("tests/fixtures/no_such.json", arena));
  cr_expect_eq(errno, ENOENT);
  cr_expect_null(questionnaire_read("tests/fixtures", arena));
  cr_expect_eq(errno, EISDIR);
  cr_expect_null(questionnaire_read("/dev/zero", arena));
  cr_expect_eq(errno, EILSEQ);
  cr_expect_str_eq(questionnaire_read("/dev/null", arena), "");
}

/* The text between the next "```json" at or after *at and its end. */
static const char *next_example(const char **at) {
  static const char begin[] = "```json\n";
  const char *from = strstr(*at, begin);
  const char *to = from == NULL ? NULL : strstr(from, "\n```\n");
  cr_assert_not_null(to, "an example is missing");
  from += sizeof(begin) - 1;
  *at = to;
  return arena_copy(arena, from, (size_t)(to - from));
}

Test(questionnaire, the_examples_of_the_manual_are_valid) {
  const char *at = support_read(arena, "docs/questionnaires.md");
  struct complaints complaints = {.count = 0};
  const struct questionnaire *visit = questionnaire_load(next_example(&at), arena, &complaints);
  cr_assert_not_null(visit, "%s", support_complaints(arena, &complaints));
  cr_expect_not_null(translation_load(visit, next_example(&at), arena, &complaints), "%s",
                     support_complaints(arena, &complaints));
}
