#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crew.h"
#include "store/form_store.h"
#include "store/pg.h"
#include "store/round_store.h"

/* Rounds of known children: what PostgreSQL itself keeps to, whatever a page forgets. */

static struct database database;
static struct arena *arena;
static struct store *operator_store, *store;

enum who { ADMIN, EVALUATOR, OF_101, OF_217, STAFF_101, STAFF_217, WHO_COUNT };
static const char *const emails[WHO_COUNT] = {
    [ADMIN] = "admin@x.dk",   [EVALUATOR] = "evaluator@x.dk", [OF_101] = "of-101@x.dk",
    [OF_217] = "of-217@x.dk", [STAFF_101] = "101@x.dk",       [STAFF_217] = "217@x.dk"};
static struct staff_session sessions[WHO_COUNT];

#define NOTICE                                                                                     \
  "INSERT INTO setting (key, municipality, value)"                                                 \
  " SELECT key, 101, 'x' FROM setting_key WHERE personal"
#define DEFINITION                                                                                 \
  "'{\"kind\": \"personal\", \"pairs\": {\"case\": \"c\", \"occasion\": \"o\","                    \
  " \"informant\": \"i\"}, \"sections\": [{\"questions\": [{\"id\": \"c\", \"max\": 6}]}]}'"

/* Round 1 is anonymous, of 101 and 217; round 2 is personal, of 101. */
static void begin(void) {
  static const enum staff_role roles[WHO_COUNT] = {[ADMIN] = STAFF_ADMIN,
                                                   [EVALUATOR] = STAFF_EVALUATOR,
                                                   [OF_101] = STAFF_EVALUATOR,
                                                   [OF_217] = STAFF_EVALUATOR,
                                                   [STAFF_101] = STAFF_MUNICIPALITY,
                                                   [STAFF_217] = STAFF_MUNICIPALITY};
  static const int municipalities[WHO_COUNT] = {
      [OF_101] = 101, [OF_217] = 217, [STAFF_101] = 101, [STAFF_217] = 217};
  database_init(&database);
  database_fill_settings(&database);
  arena = arena_new(0);
  operator_store = database_open(&database, STORE_AS_CONSOLE);
  store = database_open(&database, STORE_AS_STAFF);
  cr_assert_eq(database_add_round(&database, "101,217"), 1);
  database_run(&database, "INSERT INTO questionnaire (id, version, language, title, definition,"
                          " hash) VALUES ('before', 1, 'da', 'Before', " DEFINITION
                          ", sha256('before')); " NOTICE
                          "; INSERT INTO round (questionnaire, version, title, languages,"
                          " personal_of, traces) VALUES ('before', 1, 'Children', '{da}', 101,"
                          " true); INSERT INTO link (round, municipality, code)"
                          " VALUES (2, 101, '7KQ4M2V')");
  for (enum who who = 0; who < WHO_COUNT; who++) {
    (void)crew_add(operator_store, emails[who], roles[who], municipalities[who], NULL, 0);
    sessions[who] = crew_session(store, emails[who], arena);
  }
}

static void end(void) {
  store_close(store);
  store_close(operator_store);
  arena_free(arena);
  database_clear(&database);
}

TestSuite(personal_round, .init = begin, .fini = end, .timeout = 120);

/* For each kind of session the value that is seen; "DENIED" when PostgreSQL refuses, "REFUSED" when
 * it finds the data wrong. */
static void expect(struct store *as, const char *sql, const char *const expected[WHO_COUNT]) {
  for (enum who who = 0; who < WHO_COUNT; who++) {
    char value[256];
    enum store_result result = crew_sql(as, &sessions[who], sql, value, sizeof value);
    const char *seen = result == STORE_OK        ? value
                       : result == STORE_DENIED  ? "DENIED"
                       : result == STORE_REFUSED ? "REFUSED"
                                                 : "FAILED";
    cr_expect_str_eq(seen, expected[who], "%s as %s: %s (%s), not %s", sql, emails[who], seen,
                     store_message(as), expected[who]);
  }
}

static struct form_entry entry_of(unsigned char number, const char *answers) {
  static const unsigned char hash[QUESTIONNAIRE_HASH_BYTES];
  struct form_entry entry = {.round = 2, .language = "da", .translation = hash, .answers = answers};
  memset(entry.id, number, sizeof entry.id);
  memset(entry.number, number, sizeof entry.number);
  memset(entry.digest, (int)strlen(answers), sizeof entry.digest);
  return entry;
}

struct entering {
  struct form_entry entry;
  enum form_outcome outcome;
};

static enum store_result enter_one(struct store *as, void *context) {
  struct entering *entering = context;
  return form_enter(as, &entering->entry, &entering->outcome);
}

static enum store_result enter(enum who who, const struct form_entry *entry,
                               enum form_outcome *outcome) {
  struct entering entering = {.entry = *entry};
  enum store_result result = store_as(store, &sessions[who], enter_one, &entering);
  *outcome = entering.outcome;
  return result;
}

static void expect_entered(const struct form_entry *entry, enum form_outcome expected) {
  enum form_outcome outcome = FORM_STORED;
  cr_assert_eq(enter(STAFF_101, entry, &outcome), STORE_OK, "%s", store_message(store));
  cr_expect_eq(outcome, expected, "%d, not %d", (int)outcome, (int)expected);
}

#define START "{\"c\": \"A-17\", \"o\": 1, \"i\": 1, \"t\": 2}"
#define CLOSE "{\"c\": \"A-17\", \"o\": 2, \"i\": 1, \"t\": 0}"

static void enter_pair(void) {
  struct form_entry start = entry_of(1, START), close = entry_of(2, CLOSE);
  expect_entered(&start, FORM_STORED);
  expect_entered(&close, FORM_STORED);
}

/* ---- who sees it */

Test(personal_round, is_seen_by_the_municipality_s_own_accounts_alone) {
  expect(store, "SELECT string_agg(title, ' ' ORDER BY id) FROM round",
         (const char *const[]){"A round", "A round", "A round Children", "A round",
                               "A round Children", "A round"});
  expect(store,
         "SELECT string_agg(round || ':' || municipality, ' ' ORDER BY round, municipality)"
         " FROM link",
         (const char *const[]){"1:101 1:217", "1:101 1:217", "1:101 2:101", "1:217", "1:101 2:101",
                               "1:217"});
  expect(store, "SELECT count(*) FROM answer_counts(2)",
         (const char *const[]){"0", "0", "1", "0", "1", "0"});
  expect(store, "SELECT session_runs(2) || ' ' || session_runs(1)",
         (const char *const[]){"false true", "false true", "true false", "false false",
                               "false false", "false false"});
}

Test(personal_round, gives_its_answers_to_the_municipality_s_evaluator_alone) {
  static const enum store_role roles[] = {STORE_AS_REVIEWER, STORE_AS_EXPORTER};
  enter_pair();
  for (size_t i = 0; i < array_length(roles); i++) {
    struct store *reader = database_open(&database, roles[i]);
    expect(reader, "SELECT count(*) FROM submission",
           (const char *const[]){"0", "0", "2", "0", "0", "0"});
    store_close(reader);
  }
  static const struct {
    enum store_role role;
    const char *count;
  } operators[] = {{STORE_AS_REVIEW, "2"}, {STORE_AS_EXPORT, "2"}};
  for (size_t i = 0; i < array_length(operators); i++) {
    struct store *reader = database_open(&database, operators[i].role);
    cr_expect_eq(pg_command(reader, "SELECT 1 / (count(*) = 2)::integer FROM submission"), STORE_OK,
                 "the operator's %s", store_message(reader));
    store_close(reader);
  }
  expect(store, "SELECT count(*) FROM submission",
         (const char *const[]){"DENIED", "DENIED", "DENIED", "DENIED", "DENIED", "DENIED"});
}

Test(personal_round, is_in_the_log_of_who_sees_it_and_of_an_admin) {
  database_run(&database, "ALTER TABLE audit DISABLE TRIGGER USER; DELETE FROM audit;"
                          "ALTER TABLE audit ENABLE TRIGGER USER;"
                          "SET app.role = 'operator';"
                          "SELECT audit_append('a.round', '', 1, NULL, NULL);"
                          "SELECT audit_append('b.form', '', 2, 101::smallint, NULL);"
                          "SELECT audit_append('c.taken_out', '', 2, NULL, NULL);"
                          "SELECT audit_append('setting.set', 'personal_basis', NULL,"
                          " 101::smallint, NULL);"
                          "RESET app.role");
  expect(store, "SELECT string_agg(left(action, 1), '' ORDER BY id) FROM audit",
         (const char *const[]){"abcs", "a", "bcs", "", "bs", ""});
}

/* ---- who lets others in */

#define MADE(role, municipality)                                                                   \
  "WITH made AS (INSERT INTO staff (email, role, municipality) VALUES ('new' || random() ||"       \
  " '@x.dk', '" role "', " municipality ") RETURNING id) SELECT count(*) FROM made"
#define CHANGED(set, email)                                                                        \
  "WITH changed AS (UPDATE staff SET " set " WHERE email = '" email "' RETURNING id)"              \
  " SELECT count(*) FROM changed"

Test(personal_round, has_accounts_made_by_its_own_evaluator_alone) {
  static const char *const own[] = {"DENIED", "DENIED", "1", "DENIED", "DENIED", "DENIED"};
  expect(store, MADE("municipality", "101"), own);
  expect(store, MADE("evaluator", "101"), own);
  expect(store, MADE("municipality", "217"),
         (const char *const[]){"1", "1", "DENIED", "1", "DENIED", "DENIED"});
  expect(store, MADE("evaluator", "217"),
         (const char *const[]){"1", "DENIED", "DENIED", "DENIED", "DENIED", "DENIED"});
  sessions[OF_101].scope.rounds = (const int[]){1};
  sessions[OF_101].scope.rounds_count = 1;
  expect(store, MADE("municipality", "101"),
         (const char *const[]){"DENIED", "DENIED", "DENIED", "DENIED", "DENIED", "DENIED"});
  database_run(&database, "INSERT INTO round_purge (round, answers, courses, why)"
                          " VALUES (2, 0, 0, 'over')");
  expect(store, MADE("evaluator", "101"),
         (const char *const[]){"1", "DENIED", "DENIED", "DENIED", "DENIED", "DENIED"});
}

Test(personal_round, has_accounts_invited_and_widened_by_its_own_evaluator_alone) {
  expect(store,
         "WITH made AS (INSERT INTO invitation (hash, staff) SELECT sha256(random()::text::bytea),"
         " id FROM staff WHERE email = '101@x.dk' RETURNING staff) SELECT count(*) FROM made",
         (const char *const[]){"DENIED", "DENIED", "1", "0", "DENIED", "0"});
  expect(store, CHANGED("municipality = 101", "217@x.dk"),
         (const char *const[]){"DENIED", "DENIED", "0", "DENIED", "0", "0"});
  expect(store, CHANGED("disabled_at = now()", "of-101@x.dk"),
         (const char *const[]){"1", "0", "1", "0", "0", "0"});
  expect(store, CHANGED("disabled_at = NULL", "of-101@x.dk"),
         (const char *const[]){"DENIED", "0", "1", "0", "0", "0"});
}

Test(personal_round, is_read_by_tokens_of_its_municipality_alone) {
  static const struct {
    const char *email, *seen;
  } makers[] = {{"admin@x.dk", "1"}, {"evaluator@x.dk", "1"}, {"of-101@x.dk", "1 2"}, {"", "1 2"}};
  database_run(&database, "INSERT INTO api_token (hash, name, role, municipality, made_by)"
                          " SELECT sha256(email::bytea), email, 'evaluator', 101, id FROM staff;"
                          "INSERT INTO api_token (hash, name, role, municipality)"
                          " VALUES (sha256('o'), 'operator', 'evaluator', 101)");
  for (size_t i = 0; i < array_length(makers); i++) {
    char sql[256], seen[16];
    (void)snprintf(sql, sizeof sql,
                   "SELECT t.id FROM api_token t LEFT JOIN staff s ON s.id = t.made_by"
                   " WHERE coalesce(s.email, '') = '%s'",
                   makers[i].email);
    struct staff_session token = sessions[OF_101];
    token.staff = 0;
    token.token = atoi(database_value(&database, arena, sql));
    cr_assert_eq(crew_sql(store, &token, "SELECT string_agg(id::text, ' ' ORDER BY id) FROM round",
                          seen, sizeof seen),
                 STORE_OK);
    cr_expect_str_eq(seen, makers[i].seen, "made by %s: %s", makers[i].email, seen);
  }
}

Test(personal_round, is_made_and_run_by_the_municipality_s_evaluator) {
  expect(store,
         "WITH made AS (INSERT INTO round (questionnaire, version, title, languages, personal_of)"
         " VALUES ('before', 1, 'Mine', '{da}', 101) RETURNING id) SELECT count(*) FROM made",
         (const char *const[]){"DENIED", "DENIED", "1", "DENIED", "DENIED", "DENIED"});
  expect(store,
         "WITH changed AS (UPDATE round SET title = 'Other' WHERE id = 2 RETURNING id)"
         " SELECT count(*) FROM changed",
         (const char *const[]){"0", "0", "1", "0", "0", "0"});
  expect(store, "SELECT round_finalise(2)", (const char *const[]){"f", "f", "f", "f", "f", "f"});
  database_run(&database, "UPDATE round SET closed_at = now() WHERE id = 2");
  database_settle_flags(&database, 2);
  expect(store, "SELECT round_finalise(2)",
         (const char *const[]){"DENIED", "DENIED", "t", "f", "f", "f"});
}

/* ---- its kind */

static void expect_refused(const char *sql) {
  cr_expect_eq(pg_command(operator_store, sql), STORE_REFUSED, "%s: %s", sql,
               store_message(operator_store));
}

Test(personal_round, keeps_its_kind_and_its_municipality) {
  expect_refused("INSERT INTO round (questionnaire, version, title, languages)"
                 " VALUES ('before', 1, 'No', '{da}')");
  expect_refused("INSERT INTO round (questionnaire, version, title, languages, personal_of)"
                 " VALUES ('test', 1, 'No', '{da}', 101)");
  expect_refused("INSERT INTO link (round, municipality) VALUES (2, 217)");
  expect_refused("INSERT INTO questionnaire (id, version, language, title, definition, hash)"
                 " VALUES ('before', 2, 'da', 'Before', '{}', sha256('x'))");
  expect_refused("UPDATE questionnaire SET definition = '{}' WHERE id = 'before'");
  cr_expect_eq(pg_command(operator_store, "UPDATE round SET personal_of = 217 WHERE id = 2"),
               STORE_DENIED);
  cr_expect_str_eq(
      database_value(&database, arena, "SELECT traces || ' ' || invite FROM round WHERE id = 2"),
      "false false", "traces were asked for");
}

Test(personal_round, takes_no_registered_courses) {
  expect_refused("INSERT INTO course (round, municipality, course_id) VALUES (2, 101, 'A-17')");
  expect_refused("INSERT INTO sheet_link (round, municipality, hash, name, ends_on)"
                 " VALUES (2, 101, decode(repeat('00', 16), 'hex'), 'x', current_date)");
}

Test(personal_round, is_created_for_one_municipality) {
  static const int both[] = {101, 217};
  static const char *const languages[] = {"da"};
  struct round_new wanted = {.questionnaire = "before",
                             .title = "New",
                             .municipalities = both,
                             .municipalities_count = 2,
                             .languages = languages,
                             .languages_count = 1,
                             .traces = true,
                             .invite = true};
  struct round_row row;
  const char *message = NULL;
  int id = 0;
  cr_expect_eq(round_create(operator_store, &wanted, arena, &id, &message), STORE_REFUSED);
  cr_expect_not_null(strstr(message, "of one municipality"), "%s", message);
  wanted.municipalities_count = 1;
  cr_assert_eq(round_create(operator_store, &wanted, arena, &id, &message), STORE_OK, "%s",
               message);
  cr_assert_eq(round_find(operator_store, id, arena, &row), STORE_OK);
  cr_expect_eq(row.personal_of, 101);
  cr_expect_not(row.traces);
  cr_expect_not(row.invite);
  cr_expect_eq(row.state, ROUND_OPEN);
}

/* ---- its notice */

Test(personal_round, stays_shut_while_the_notice_lacks_something) {
  struct round_row row;
  database_run(&database, "DELETE FROM setting WHERE key = 'personal_basis'");
  cr_assert_eq(round_find(operator_store, 2, arena, &row), STORE_OK);
  cr_expect_eq(row.state, ROUND_SCHEDULED);
  cr_assert_eq(row.missing_settings_count, 1);
  cr_expect_str_eq(row.missing_settings[0], "personal_basis");
  cr_assert_eq(round_find(operator_store, 1, arena, &row), STORE_OK);
  cr_expect_eq(row.state, ROUND_OPEN, "an anonymous round does not mind");
  enum form_outcome outcome = FORM_STORED;
  struct form_entry start = entry_of(1, START);
  cr_assert_eq(enter(STAFF_101, &start, &outcome), STORE_OK);
  cr_expect_eq(outcome, FORM_NOT_OPEN);
  cr_assert_eq(notice_set(operator_store, 101, "personal_basis", "Article 6 and 9"), STORE_OK);
  cr_assert_eq(round_find(operator_store, 2, arena, &row), STORE_OK);
  cr_expect_eq(row.state, ROUND_OPEN);
}

Test(personal_round, has_a_notice_that_is_changed_and_never_emptied) {
  expect(store, "UPDATE setting SET value = 'y' WHERE key = 'personal_basis'",
         (const char *const[]){"", "", "", "", "", ""});
  cr_expect_str_eq(
      database_value(&database, arena,
                     "SELECT string_agg(subject, ' ') FROM audit WHERE action = 'setting.set'"),
      "personal_basis", "one of six could change it");
  expect(store,
         "WITH done AS (INSERT INTO setting (key, municipality, value)"
         " VALUES ('personal_basis', 217, 'z') RETURNING 1) SELECT count(*) FROM done",
         (const char *const[]){"DENIED", "DENIED", "DENIED", "1", "DENIED", "DENIED"});
  cr_expect_eq(notice_set(operator_store, 101, "personal_basis", " "), STORE_CLOSED);
  cr_expect_eq(notice_set(operator_store, 101, "purpose", "x"), STORE_NONE, "no part of it");
  cr_expect_eq(setting_set(operator_store, "personal_basis", "x"), STORE_NONE, "not everybody's");
}

Test(personal_round, has_the_municipality_as_controller_in_what_is_made_of_it) {
  struct setting_row *rows;
  size_t count, seen = 0;
  cr_assert_eq(setting_list_for(operator_store, 101, arena, &rows, &count), STORE_OK);
  for (size_t i = 0; i < count; i++) {
    const char *expected = strcmp(rows[i].key, "controller") == 0    ? "København Kommune"
                           : strcmp(rows[i].key, "legal_basis") == 0 ? "x"
                                                                     : NULL;
    if (expected != NULL) {
      cr_expect_str_eq(rows[i].value, expected, "%s", rows[i].key);
      seen++;
    }
  }
  cr_expect_eq(seen, 2);
  cr_assert_eq(setting_list_for(operator_store, 0, arena, &rows, &count), STORE_OK);
  for (size_t i = 0; i < count; i++) {
    cr_expect_str_neq(rows[i].value, "x", "%s", rows[i].key);
  }
}

/* ---- its forms */

Test(personal_round, takes_a_form_from_the_municipality_s_own_accounts) {
  struct form_entry start = entry_of(1, START);
  for (enum who who = 0; who < WHO_COUNT; who++) {
    enum form_outcome outcome = FORM_STORED;
    bool own = who == OF_101 || who == STAFF_101;
    memset(start.number, 10 + (int)who, sizeof start.number);
    memset(start.id, 10 + (int)who, sizeof start.id);
    start.again = true;
    cr_expect_eq(enter(who, &start, &outcome), own ? STORE_OK : STORE_NONE, "%s", emails[who]);
  }
  cr_expect_str_eq(database_value(&database, arena, "SELECT count(*) FROM submission"), "2");
  cr_expect_str_eq(database_value(&database, arena,
                                  "SELECT count(*) || ' ' || count(*) FILTER (WHERE details = '{}'"
                                  " AND subject = '' AND round = 2 AND municipality = 101)"
                                  " FROM audit WHERE action = 'form.enter'"),
                   "2 2");
}

Test(personal_round, stores_a_form_once) {
  struct form_entry start = entry_of(1, START);
  expect_entered(&start, FORM_STORED);
  memset(start.id, 9, sizeof start.id);
  expect_entered(&start, FORM_REPEAT);
  struct form_entry other = entry_of(1, CLOSE " ");
  expect_entered(&other, FORM_DIFFERENT);
  struct form_entry same = entry_of(3, START);
  expect_entered(&same, FORM_THERE);
  same.again = true;
  expect_entered(&same, FORM_STORED);
  struct form_entry close = entry_of(4, CLOSE);
  expect_entered(&close, FORM_STORED);
}

static enum store_result list_forms(struct store *as, void *context) {
  struct form_row *rows;
  return form_list(as, 2, arena, &rows, context);
}

Test(personal_round, lists_its_forms_without_what_was_answered) {
  static const size_t expected[WHO_COUNT] = {[OF_101] = 2, [STAFF_101] = 2};
  enter_pair();
  for (enum who who = 0; who < WHO_COUNT; who++) {
    size_t count = 99;
    cr_expect_eq(store_as(store, &sessions[who], list_forms, &count), STORE_OK);
    cr_expect_eq(count, expected[who], "%zu as %s", count, emails[who]);
  }
  expect(store, "SELECT count(*) FROM form_list(1)",
         (const char *const[]){"0", "0", "0", "0", "0", "0"});
}

Test(personal_round, corrects_a_case_number_and_tells_the_log_neither) {
  enter_pair();
  expect(store, "SELECT form_correct(2, '01010101-0101-0101-0101-010101010101', 'B-18', false)",
         (const char *const[]){"none", "none", "corrected", "none", "corrected", "none"});
  cr_expect_str_eq(database_value(&database, arena,
                                  "SELECT string_agg(answers::text, ' ' ORDER BY id)"
                                  " FROM submission"),
                   "{\"c\": \"B-18\", \"i\": 1, \"o\": 1, \"t\": 2} "
                   "{\"c\": \"A-17\", \"i\": 1, \"o\": 2, \"t\": 0}");
  cr_expect_str_eq(
      database_value(&database, arena, "SELECT count(*) FROM audit WHERE action = 'form.correct'"),
      "2");
  cr_expect_str_eq(
      database_value(&database, arena, "SELECT count(*) FROM audit a WHERE a::text ~ '[AB]-1[78]'"),
      "0");
}

Test(personal_round, takes_no_corrected_number_that_the_questionnaire_does_not) {
  static const char *const wrong[] = {"2026-04", "", "a-1", "A 1"};
  enter_pair();
  for (size_t i = 0; i < array_length(wrong); i++) {
    char sql[128];
    (void)snprintf(sql, sizeof sql,
                   "SELECT form_correct(2, '01010101-0101-0101-0101-010101010101', '%s', true)",
                   wrong[i]);
    expect(store, sql, (const char *const[]){"none", "none", "REFUSED", "none", "REFUSED", "none"});
  }
}

Test(personal_round, asks_before_a_corrected_number_meets_another_form) {
  struct form_entry other = entry_of(3, "{\"c\": \"B-2\", \"o\": 1, \"i\": 1}");
  enter_pair();
  expect_entered(&other, FORM_STORED);
  expect(store, "SELECT form_correct(2, '03030303-0303-0303-0303-030303030303', 'A-17', false)",
         (const char *const[]){"none", "none", "there", "none", "there", "none"});
  expect(store, "SELECT form_correct(2, '03030303-0303-0303-0303-030303030303', 'B-2', false)",
         (const char *const[]){"none", "none", "corrected", "none", "corrected", "none"});
  expect(store, "SELECT form_correct(2, '03030303-0303-0303-0303-030303030303', 'A-17', true)",
         (const char *const[]){"none", "none", "corrected", "none", "corrected", "none"});
}

Test(personal_round, is_corrected_by_a_server_of_the_version_before_as_well) {
  enter_pair();
  expect(store, "SELECT form_correct(2, '01010101-0101-0101-0101-010101010101', 'B-18')",
         (const char *const[]){"none", "none", "corrected", "none", "corrected", "none"});
  expect(store, "SELECT form_correct(2, '01010101-0101-0101-0101-010101010101', '2026-04')",
         (const char *const[]){"none", "none", "REFUSED", "none", "REFUSED", "none"});
}

Test(personal_round, empties_a_form_for_its_evaluator) {
  enter_pair();
  expect(store, "SELECT form_withdraw(2, '01010101-0101-0101-0101-010101010101')",
         (const char *const[]){"none", "none", "withdrawn", "none", "none", "none"});
  cr_expect_str_eq(
      database_value(&database, arena, "SELECT count(*) || ' ' || count(answers) FROM submission"),
      "2 1");
}
