#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "crew.h"
#include "scene.h"
#include "store/draft_store.h"

static struct database database;
static struct store *operator_store, *store;
static struct arena *arena;
static struct staff_session own, colleague, admin, confined, coordinator;

static void begin(void) {
  scene_init(&database);
  const int rounds[] = {scene_round(&database)};
  arena = arena_new(0);
  operator_store = database_open(&database, STORE_AS_CONSOLE);
  store = database_open(&database, STORE_AS_STAFF);
  (void)crew_add(operator_store, "own@x.dk", STAFF_EVALUATOR, 0, NULL, 0);
  (void)crew_add(operator_store, "colleague@x.dk", STAFF_EVALUATOR, 0, NULL, 0);
  (void)crew_add(operator_store, "admin@x.dk", STAFF_ADMIN, 0, NULL, 0);
  (void)crew_add(operator_store, "confined@x.dk", STAFF_EVALUATOR, 0, rounds, 1);
  (void)crew_add(operator_store, "coordinator@x.dk", STAFF_MUNICIPALITY, 217, NULL, 0);
  own = crew_session(store, "own@x.dk", arena);
  colleague = crew_session(store, "colleague@x.dk", arena);
  admin = crew_session(store, "admin@x.dk", arena);
  confined = crew_session(store, "confined@x.dk", arena);
  coordinator = crew_session(store, "coordinator@x.dk", arena);
}

static void end(void) {
  store_close(store);
  store_close(operator_store);
  arena_free(arena);
  database_clear(&database);
}

TestSuite(draft, .init = begin, .fini = end, .timeout = 120);

static enum store_result keep_work(struct store *on, void *context) {
  return draft_keep(on, arena, context);
}

static enum store_result keep(const struct staff_session *session, const char *questionnaire,
                              struct draft *draft) {
  *draft = (struct draft){.questionnaire = questionnaire,
                          .version = 2,
                          .title = "Et skema",
                          .file = "skema.json",
                          .definition = "{ \"id\": 1 }",
                          .translations = "{}",
                          .remarks = "[]"};
  return store_as(store, session, keep_work, draft);
}

static enum store_result find_work(struct store *on, void *context) {
  struct draft *draft = context;
  return draft_find(on, draft->id, arena, draft);
}

static enum store_result find(const struct staff_session *session, const char *id,
                              struct draft *draft) {
  *draft = (struct draft){.id = id};
  return store_as(store, session, find_work, draft);
}

Test(draft, is_of_the_account_that_uploaded_it_and_of_nobody_else) {
  struct draft kept, found;
  cr_assert_eq(keep(&own, "visit", &kept), STORE_OK, "%s", store_message(store));
  cr_expect_eq(find(&own, kept.id, &found), STORE_OK);
  cr_expect_str_eq(found.definition, "{ \"id\": 1 }", "the text is as it was uploaded");
  cr_expect_eq(found.version, 2);
  cr_expect_eq(find(&colleague, kept.id, &found), STORE_NONE);
  cr_expect_eq(find(&admin, kept.id, &found), STORE_NONE);
  cr_expect_eq(keep(&colleague, "visit", &found), STORE_OK, "both may have one");
  cr_expect_eq(find(&own, kept.id, &found), STORE_OK);
  static const char *const wrong[] = {"", "x", "1x", "-1", "99999999999999999999"};
  for (size_t i = 0; i < array_length(wrong); i++) {
    cr_expect_eq(find(&own, wrong[i], &found), STORE_NONE, "%s", wrong[i]);
  }
}

Test(draft, has_a_new_number_when_the_questionnaire_is_uploaded_again) {
  struct draft first, second, found;
  cr_assert_eq(keep(&own, "visit", &first), STORE_OK);
  cr_assert_eq(keep(&own, "visit", &second), STORE_OK);
  cr_expect_str_neq(first.id, second.id);
  cr_expect_eq(find(&own, first.id, &found), STORE_NONE);
  cr_expect_eq(find(&own, second.id, &found), STORE_OK);
}

Test(draft, is_refused_to_whoever_may_make_no_rounds) {
  struct draft kept;
  cr_expect_eq(keep(&confined, "visit", &kept), STORE_DENIED);
  cr_expect_eq(keep(&coordinator, "visit", &kept), STORE_DENIED);
}

Test(draft, is_refused_when_there_are_twenty_others) {
  struct draft kept;
  for (int i = 0; i < DRAFT_MOST; i++) {
    cr_assert_eq(keep(&own, arena_printf(arena, "q%d", i), &kept), STORE_OK);
  }
  cr_expect_eq(keep(&own, "one_more", &kept), STORE_REFUSED);
  cr_expect_eq(keep(&own, "q3", &kept), STORE_OK, "it takes the place of one");
}

static enum store_result translate_work(struct store *on, void *context) {
  const struct draft *draft = context;
  enum store_result result = draft_translate(on, draft->id, "en", "{\"name\": \"English\"}");
  return result == STORE_OK ? draft_translate(on, draft->id, "en", "{\"name\": \"Anglais\"}")
                            : result;
}

Test(draft, holds_one_translation_of_each_language) {
  struct draft kept, found;
  cr_assert_eq(keep(&own, "visit", &kept), STORE_OK);
  cr_expect_eq(store_as(store, &colleague, translate_work, &kept), STORE_NONE);
  cr_expect_eq(store_as(store, &own, translate_work, &kept), STORE_OK, "%s", store_message(store));
  cr_expect_eq(find(&own, kept.id, &found), STORE_OK);
  cr_expect_str_eq(found.translations, "{\"en\": {\"name\": \"Anglais\"}}");
}

Test(draft, ends_after_a_week_and_is_swept_by_the_operator_alone) {
  struct draft old, fresh, found;
  int count = 0;
  cr_assert_eq(keep(&own, "visit", &old), STORE_OK);
  cr_assert_eq(keep(&colleague, "visit", &fresh), STORE_OK);
  scene_run(&database,
            "UPDATE questionnaire_draft SET made_at = now() - interval '169 hours' WHERE id = %s",
            old.id);
  cr_expect_eq(find(&own, old.id, &found), STORE_NONE);
  cr_expect_eq(draft_sweep(store, false, &count), STORE_DENIED);
  cr_expect_eq(draft_sweep(operator_store, true, &count), STORE_OK);
  cr_expect_eq(count, 1);
  cr_expect_eq(draft_sweep(operator_store, false, &count), STORE_OK);
  cr_expect_eq(scene_number(&database, "SELECT count(*) FROM questionnaire_draft"), 1);
}

/* The database's own guard, behind the routes. */
Test(draft, leaves_questionnaires_and_translations_to_who_may_make_rounds) {
  static const char *const writing[] = {
      "UPDATE questionnaire SET title = 'x' WHERE id = 'visit' RETURNING id",
      "UPDATE translation SET name = 'x' WHERE questionnaire = 'visit' RETURNING language"};
  char out[64];
  scene_run(&database, "INSERT INTO questionnaire (id, version, language, title, definition, hash)"
                       " VALUES ('visit', 1, 'da', 'Et skema', '{}', sha256('x'))");
  scene_run(&database,
            "INSERT INTO translation (questionnaire, version, language, name, texts, hash)"
            " VALUES ('visit', 1, 'en', 'English', '{}', sha256('x'))");
  for (size_t i = 0; i < array_length(writing); i++) {
    cr_expect_eq(crew_sql(store, &coordinator, writing[i], out, sizeof out), STORE_OK);
    cr_expect_str_eq(out, "", "a coordinator: %s", writing[i]);
    cr_expect_eq(crew_sql(store, &confined, writing[i], out, sizeof out), STORE_OK);
    cr_expect_str_eq(out, "", "a confined evaluator: %s", writing[i]);
    cr_expect_eq(crew_sql(store, &own, writing[i], out, sizeof out), STORE_OK);
    cr_expect_str_not_empty(out, "an evaluator of all: %s", writing[i]);
  }
  cr_expect_eq(crew_sql(store, &coordinator,
                        "INSERT INTO questionnaire (id, version, language, title, definition, hash)"
                        " SELECT 'other', version, language, title, definition, hash"
                        " FROM questionnaire RETURNING id",
                        out, sizeof out),
               STORE_DENIED);
}
