#include <criterion/criterion.h>
#include <string.h>

#include "database.h"
#include "store/questionnaire_store.h"

static struct database database;
static struct arena *arena;
static struct store *store;

static void begin(void) {
  database_init(&database);
  arena = arena_new(0);
  store = database_open(&database, STORE_AS_CONSOLE);
}

static void end(void) {
  store_close(store);
  arena_free(arena);
  database_clear(&database);
}

TestSuite(questionnaire, .init = begin, .fini = end, .timeout = 120);
TestSuite(translation, .init = begin, .fini = end, .timeout = 120);

/* What the store looks at; the definition itself is survey's. */
static struct questionnaire made(int version, unsigned char hash) {
  struct questionnaire questionnaire = {
      .id = "test", .version = version, .language = "da", .title = {.id = "t", .text = "Prøve"}};
  memset(questionnaire.hash, hash, sizeof(questionnaire.hash));
  return questionnaire;
}

static enum store_result insert(int version, unsigned char hash, const char *json) {
  struct questionnaire questionnaire = made(version, hash);
  return questionnaire_insert(store, &questionnaire, json);
}

static enum store_result translate(unsigned char hash, const char *json) {
  struct translation translation = {.questionnaire = "test", .language = "en", .name = "English"};
  memset(translation.hash, hash, sizeof(translation.hash));
  return translation_insert(store, "test", 1, &translation, json);
}

static void use(void) {
  database_run(&database, "INSERT INTO round (questionnaire, version, title, languages)"
                          " VALUES ('test', 1, 'A round', '{da}')");
}

static bool approved(void) {
  struct translation_row *rows;
  size_t count;
  cr_assert_eq(translation_list(store, "test", 1, arena, &rows, &count), STORE_OK);
  cr_assert_eq(count, 1);
  cr_expect_str_eq(rows[0].language, "en");
  cr_expect_str_eq(rows[0].name, "English");
  return rows[0].approved;
}

Test(questionnaire, is_replaced_while_unused_and_kept_once_a_round_uses_it) {
  struct questionnaire_row row;
  cr_expect_eq(insert(1, 1, "{\"n\": 1}"), STORE_OK, "%s", store_message(store));
  cr_expect_eq(insert(1, 1, "{\"n\": 1}"), STORE_DUPLICATE);
  cr_expect_eq(insert(1, 2, "{\"n\": 2}"), STORE_OK);
  cr_assert_eq(questionnaire_find(store, "test", 1, arena, &row), STORE_OK);
  cr_expect_str_eq(row.definition, "{\"n\": 2}");
  cr_expect_not(row.used);

  use();
  cr_expect_eq(insert(1, 2, "{\"n\": 2}"), STORE_DUPLICATE);
  cr_expect_eq(insert(1, 3, "{\"n\": 3}"), STORE_CONFLICT);
  cr_expect_not_null(strstr(store_message(store), "raise \"version\""), "%s", store_message(store));
  cr_expect_eq(insert(2, 3, "{\"n\": 3}"), STORE_OK);
  cr_assert_eq(questionnaire_find(store, "test", 1, arena, &row), STORE_OK);
  cr_expect_str_eq(row.definition, "{\"n\": 2}");
  cr_expect(row.used);
}

Test(questionnaire, in_use_takes_what_no_respondent_reads_and_keeps_its_approvals) {
  cr_assert_eq(insert(1, 1, "{\"n\": 1}"), STORE_OK);
  cr_assert_eq(translate(1, "{}"), STORE_OK);
  cr_assert_eq(translation_approve(store, "test", 1, "en", NULL), STORE_OK);
  use();
  cr_expect_eq(insert(1, 1, "{\"compare\": 2, \"n\": 1}"), STORE_OK, "%s", store_message(store));
  struct questionnaire_row row;
  cr_assert_eq(questionnaire_find(store, "test", 1, arena, &row), STORE_OK);
  cr_expect_not_null(strstr(row.definition, "compare"), "%s", row.definition);
  cr_expect(approved());
}

Test(questionnaire, that_a_round_uses_is_kept_by_the_database_itself) {
  cr_assert_eq(insert(1, 1, "{}"), STORE_OK);
  use();
  PGresult *result = PQexec(database.admin, "UPDATE questionnaire SET hash = sha256('other')");
  cr_expect_eq(PQresultStatus(result), PGRES_FATAL_ERROR);
  PQclear(result);
}

Test(questionnaire, is_found_by_version_or_as_the_newest) {
  struct questionnaire_row row, *rows;
  size_t count;
  cr_assert_eq(insert(1, 1, "{\"n\": 1}"), STORE_OK);
  cr_assert_eq(insert(10, 10, "{\"n\": 10}"), STORE_OK);
  cr_assert_eq(insert(9, 9, "{\"n\": 9}"), STORE_OK);
  cr_assert_eq(questionnaire_find(store, "test", 0, arena, &row), STORE_OK);
  cr_expect_eq(row.version, 10);
  cr_assert_eq(questionnaire_find(store, "test", 9, arena, &row), STORE_OK);
  cr_expect_str_eq(row.definition, "{\"n\": 9}");
  cr_expect_eq(questionnaire_find(store, "test", 2, arena, &row), STORE_NONE);
  cr_expect_eq(questionnaire_find(store, "other", 0, arena, &row), STORE_NONE);
  cr_assert_eq(questionnaire_list(store, arena, &rows, &count), STORE_OK);
  cr_assert_eq(count, 3);
  cr_expect_eq(rows[2].version, 10);
  cr_expect_null(rows[2].definition);
}

Test(translation, keeps_its_approval_until_its_texts_change) {
  cr_expect_eq(translate(1, "{\"texts\": {}}"), STORE_NONE);
  cr_assert_eq(insert(1, 1, "{}"), STORE_OK);
  cr_expect_eq(translate(1, "{\"texts\": {}}"), STORE_OK, "%s", store_message(store));
  cr_expect_not(approved());
  cr_expect_eq(translation_approve(store, "test", 1, "en", "00"), STORE_NONE, "of other texts");
  cr_expect_not(approved());
  cr_expect_eq(translation_approve(store, "test", 1, "en", NULL), STORE_OK);
  cr_expect(approved());
  cr_expect_eq(translate(1, "{\"texts\": {}}"), STORE_DUPLICATE);
  cr_expect(approved());
  cr_expect_eq(translate(2, "{\"texts\": {\"a\": \"b\"}}"), STORE_OK);
  cr_expect_not(approved());
  cr_expect_eq(translation_approve(store, "test", 1, "uk", NULL), STORE_NONE);
  cr_expect_eq(translation_approve(store, "test", 2, "en", NULL), STORE_NONE);
}

Test(translation, is_a_draft_again_when_what_it_translates_changes) {
  cr_assert_eq(insert(1, 1, "{}"), STORE_OK);
  cr_assert_eq(translate(1, "{\"texts\": {}}"), STORE_OK);
  cr_assert_eq(translation_approve(store, "test", 1, "en", NULL), STORE_OK);
  cr_assert_eq(insert(1, 2, "{}"), STORE_OK);
  cr_expect_not(approved());
}

Test(questionnaire, refuses_what_is_no_json_object) {
  cr_expect_eq(insert(1, 1, "{"), STORE_REFUSED);
  cr_expect_eq(insert(1, 1, "[]"), STORE_REFUSED);
}
