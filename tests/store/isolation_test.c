#include <criterion/criterion.h>
#include <string.h>

#include "crew.h"
#include "store/pg.h"

/* What PostgreSQL itself shows to each kind of session, whatever a handler forgets. */

static struct database database;
static struct arena *arena;
static struct store *operator_store, *store;

enum who { ADMIN, EVALUATOR, OF_ROUND, OF_217, HELSINGOER, KOEBENHAVN, WHO_COUNT };
static const char *const emails[WHO_COUNT] = {
    [ADMIN] = "admin@x.dk",   [EVALUATOR] = "evaluator@x.dk", [OF_ROUND] = "of-round@x.dk",
    [OF_217] = "of-217@x.dk", [HELSINGOER] = "217@x.dk",      [KOEBENHAVN] = "101@x.dk"};
static struct staff_session sessions[WHO_COUNT];

/* Round 1 is Helsingør's (217) and København's (101), round 2 Thisted's (787) and København's. */
static void begin(void) {
  static const int second[] = {2};
  database_init(&database);
  database_fill_settings(&database);
  arena = arena_new(0);
  operator_store = database_open(&database, STORE_AS_CONSOLE);
  store = database_open(&database, STORE_AS_STAFF);
  cr_assert_eq(database_add_round(&database, "217,101"), 1);
  cr_assert_eq(database_add_round(&database, "787,101"), 2);
  (void)crew_add(operator_store, emails[ADMIN], STAFF_ADMIN, 0, NULL, 0);
  (void)crew_add(operator_store, emails[EVALUATOR], STAFF_EVALUATOR, 0, NULL, 0);
  (void)crew_add(operator_store, emails[OF_ROUND], STAFF_EVALUATOR, 0, second, 1);
  (void)crew_add(operator_store, emails[OF_217], STAFF_EVALUATOR, 217, NULL, 0);
  (void)crew_add(operator_store, emails[HELSINGOER], STAFF_MUNICIPALITY, 217, NULL, 0);
  (void)crew_add(operator_store, emails[KOEBENHAVN], STAFF_MUNICIPALITY, 101, NULL, 0);
  (void)crew_add(operator_store, "217b@x.dk", STAFF_MUNICIPALITY, 217, NULL, 0);
  for (enum who who = 0; who < WHO_COUNT; who++) {
    sessions[who] = crew_session(store, emails[who], arena);
  }
}

static void end(void) {
  store_close(store);
  store_close(operator_store);
  arena_free(arena);
  database_clear(&database);
}

TestSuite(isolation, .init = begin, .fini = end, .timeout = 120);

/* For each kind of session the value that is seen; "DENIED" when PostgreSQL refuses. */
static void expect(const char *sql, const char *const expected[WHO_COUNT]) {
  for (enum who who = 0; who < WHO_COUNT; who++) {
    char value[256];
    enum store_result result = crew_sql(store, &sessions[who], sql, value, sizeof(value));
    const char *seen = result == STORE_OK ? value : result == STORE_DENIED ? "DENIED" : "FAILED";
    cr_expect_str_eq(seen, expected[who], "%s as %s: %s (%s), not %s", sql, emails[who], seen,
                     store_message(store), expected[who]);
  }
}

static void expect_same(const char *sql, const char *expected) {
  const char *const all[WHO_COUNT] = {expected, expected, expected, expected, expected, expected};
  expect(sql, all);
}

Test(isolation, tells_what_an_account_has_to_itself_and_to_who_manages_it) {
  static const char *const expected[WHO_COUNT] = {
      [ADMIN] = "7",  [EVALUATOR] = "4",  [OF_ROUND] = "2",
      [OF_217] = "3", [HELSINGOER] = "1", [KOEBENHAVN] = "1"};
  expect("SELECT count(*) FILTER (WHERE h.password) FROM generate_series(1, 7) n, staff_has(n) h",
         expected);
}

Test(isolation, shows_no_answer_to_anybody) {
  static const char *const questions[] = {
      "SELECT answers FROM submission",
      "SELECT count(*) FROM submission",
      "SELECT municipality FROM submission",
      "SELECT FROM submission",
      "SELECT * FROM submission_1",
      "SELECT count(*) FROM submission_1",
      "SELECT * FROM submission_2",
      "SELECT * FROM submission_trace",
      "SELECT * FROM submission_trace_1",
      "DELETE FROM submission",
      "UPDATE submission SET answers = NULL",
      "COPY submission TO STDOUT",
      "TRUNCATE submission",
      "LOCK TABLE submission",
  };
  for (size_t i = 0; i < array_length(questions); i++) {
    expect_same(questions[i], "DENIED");
  }
  static const char *const roles[] = {"", "door", "operator", "admin", "evaluator", "municipality"};
  for (size_t i = 0; i < array_length(roles); i++) {
    char value[64];
    const char *sql =
        arena_printf(arena, "SET LOCAL app.role = '%s'; SELECT 1 FROM submission", roles[i]);
    cr_expect_eq(crew_sql(store, &sessions[ADMIN], sql, value, sizeof(value)), STORE_DENIED, "%s",
                 sql);
  }
}

Test(isolation, shows_the_accounts_that_are_ones_own_to_see) {
  expect("SELECT string_agg(email, ' ' ORDER BY email) FROM staff",
         (const char *const[]){
             "101@x.dk 217@x.dk 217b@x.dk admin@x.dk evaluator@x.dk of-217@x.dk of-round@x.dk",
             "101@x.dk 217@x.dk 217b@x.dk evaluator@x.dk",
             "101@x.dk of-round@x.dk",
             "217@x.dk 217b@x.dk of-217@x.dk",
             "217@x.dk",
             "101@x.dk",
         });
}

Test(isolation, shows_no_secret_and_no_session_of_anybody) {
  static const char *const tables[] = {"staff_secret", "recovery_code", "sign_in_attempt",
                                       "staff_session"};
  for (size_t i = 0; i < array_length(tables); i++) {
    expect_same(arena_printf(arena, "SELECT count(*) FROM %s", tables[i]), "0");
    expect_same(arena_printf(arena,
                             "WITH gone AS (UPDATE %s SET %s RETURNING 1)"
                             " SELECT count(*) FROM gone",
                             tables[i],
                             i == 0   ? "password_hash = '$argon2id$x'"
                             : i == 1 ? "used_at = NULL"
                             : i == 2 ? "failures = 1"
                                      : "complete = true"),
                "0");
  }
  static const int own[] = {1, 2, 3, 4, 5, 6};
  for (enum who who = 0; who < WHO_COUNT; who++) {
    char value[16];
    const char *sql = arena_printf(arena,
                                   "INSERT INTO staff_session (hash, staff, complete)"
                                   " VALUES (sha256('x'), %d, true)",
                                   own[who]);
    cr_expect_eq(crew_sql(store, &sessions[who], sql, value, sizeof(value)), STORE_DENIED);
  }
}

Test(isolation, lets_an_evaluator_manage_municipalities_and_a_municipality_nobody) {
  static const char changed[] = "WITH done AS (UPDATE staff SET name = 'x' RETURNING email)"
                                " SELECT coalesce(string_agg(email, ' ' ORDER BY email), '')"
                                " FROM done";
  expect(changed, (const char *const[]){
                      "101@x.dk 217@x.dk 217b@x.dk admin@x.dk evaluator@x.dk of-217@x.dk"
                      " of-round@x.dk",
                      "101@x.dk 217@x.dk 217b@x.dk", "101@x.dk", "217@x.dk 217b@x.dk", "", ""});
  expect("INSERT INTO staff (email, role, municipality) VALUES ('n' || session_staff() || '@x.dk',"
         " 'municipality', 217)",
         (const char *const[]){"", "", "DENIED", "", "DENIED", "DENIED"});
  expect("INSERT INTO staff (email, role) VALUES ('o' || session_staff() || '@x.dk', 'evaluator')",
         (const char *const[]){"", "DENIED", "DENIED", "DENIED", "DENIED", "DENIED"});
  expect("UPDATE staff SET role = 'admin', municipality = NULL"
         " WHERE role = 'municipality' AND session_role() <> 'admin'",
         (const char *const[]){"", "DENIED", "DENIED", "DENIED", "", ""});
  expect("SELECT staff_shut_out(1, true)",
         (const char *const[]){"", "DENIED", "DENIED", "DENIED", "DENIED", "DENIED"});
  expect("SELECT staff_forget_totp(6)",
         (const char *const[]){"", "", "", "DENIED", "DENIED", "DENIED"});
  expect_same("SELECT session_sweep(true)", "DENIED");
}

Test(isolation, shows_links_settings_and_counts_of_ones_own) {
  expect("SELECT string_agg(round || ':' || municipality, ' ' ORDER BY round, municipality)"
         " FROM link",
         (const char *const[]){"1:101 1:217 2:101 2:787", "1:101 1:217 2:101 2:787", "2:101 2:787",
                               "1:217", "1:217", "1:101 2:101"});
  expect("SELECT string_agg(municipality::text, ' ' ORDER BY municipality) FROM answer_counts(1)",
         (const char *const[]){"101 217", "101 217", "", "217", "217", "101"});
  expect("INSERT INTO setting (key, value) VALUES ('service_name', session_staff()::text)"
         " ON CONFLICT DO NOTHING",
         (const char *const[]){"", "DENIED", "DENIED", "DENIED", "DENIED", "DENIED"});
}

Test(isolation, shows_the_audit_log_of_what_is_seen) {
  database_run(&database,
               "ALTER TABLE audit DISABLE TRIGGER USER; DELETE FROM audit;"
               "ALTER TABLE audit ENABLE TRIGGER USER;"
               "SET app.role = 'operator';"
               "SELECT audit_append('a.installation', '', NULL, NULL, NULL);"
               "SELECT audit_append('b.round', '', 1, NULL, NULL);"
               "SELECT audit_append('c.letters', 'batch 1', 1, 217::smallint, NULL);"
               "SELECT audit_append('d.letters', 'batch 2', 2, 101::smallint, NULL);"
               "SELECT audit_append('e.own_account', 'staff 5', NULL, 217::smallint, NULL);"
               "SELECT audit_append('f.colleague', 'staff 7', NULL, 217::smallint, NULL);"
               "SELECT audit_append('g.evaluator', 'staff 2', NULL, NULL, NULL);"
               "SELECT audit_append('access.refuse', 'x', 1, 217::smallint, NULL);"
               "RESET app.role");
  expect("SELECT string_agg(left(action, 1), '' ORDER BY id) FROM audit",
         (const char *const[]){"abcdefga", "bcdefa", "d", "cefa", "ce", "d"});
  char value[16];
  cr_assert_eq(crew_sql(store, &sessions[HELSINGOER],
                        "SELECT audit_append('h.own', '', NULL, NULL, NULL)", value, sizeof(value)),
               STORE_OK);
  expect("SELECT string_agg(left(action, 1), '' ORDER BY id) FROM audit",
         (const char *const[]){"abcdefgah", "bcdefa", "d", "cefa", "ceh", "d"});
}

Test(isolation, shows_nobody_where_the_steps_of_a_count_begin) {
  static const char *const questions[] = {
      "SELECT secret FROM count_secret",
      "SELECT answer_count_edge('round 1 municipality 217', 1)",
      "SELECT answer_count_shown('round 1 municipality 217', 7)",
      "SELECT * FROM letter_batch_week",
      "UPDATE count_secret SET secret = secret",
      "DELETE FROM letter_batch_week",
  };
  for (size_t i = 0; i < array_length(questions); i++) {
    expect_same(questions[i], "DENIED");
  }
  static const enum store_role roles[] = {STORE_AS_WRITER, STORE_AS_EXPORT, STORE_AS_CONSOLE};
  for (size_t i = 0; i < array_length(roles); i++) {
    struct store *program = database_open(&database, roles[i]);
    for (size_t k = 0; k < array_length(questions); k++) {
      cr_expect_eq(pg_command(program, questions[k]), STORE_DENIED, "%zu: %s", i, questions[k]);
    }
    store_close(program);
  }
}

Test(isolation, lets_each_role_tell_the_audit_log_its_own_thing_alone) {
  expect_same("SELECT audit_export(1, 'csv', 'internal', NULL)", "DENIED");
  expect_same("SELECT audit_import(1, 1, 1)", "DENIED");
  expect_same("SELECT audit_sign_in_refuse(1)", "DENIED");
  expect_same("SELECT audit_sign_in_untold()", "DENIED");
  expect_same("SELECT audit_sign_in_unknown(1)", "DENIED");
  expect_same("SELECT audit_write(NULL)", "DENIED");
  expect_same("SELECT * FROM sign_in_unknown", "DENIED");
  struct store *writer = database_open(&database, STORE_AS_WRITER);
  struct store *exporter = database_open(&database, STORE_AS_EXPORT);
  static const char append[] = "SELECT audit_append('a.b', '', NULL, NULL, NULL)";
  cr_expect_eq(pg_command(writer, append), STORE_DENIED);
  cr_expect_eq(pg_command(exporter, append), STORE_DENIED);
  cr_expect_eq(pg_command(writer, "SELECT audit_export(1, 'csv', 'x', NULL)"), STORE_DENIED);
  cr_expect_eq(pg_command(exporter, "SELECT audit_import(1, 1, 1)"), STORE_DENIED);
  cr_expect_eq(pg_command(exporter, "SELECT audit_export(99, 'csv', 'x', NULL)"), STORE_REFUSED);
  cr_expect_eq(pg_command(exporter, "SELECT audit_export(1, 'csv', 'any words', NULL)"),
               STORE_REFUSED);
  cr_expect_eq(pg_command(exporter, "SELECT audit_export(1, 'csv', 'x', 4)"), STORE_OK);
  store_close(exporter);
  store_close(writer);
}

Test(isolation, ends_with_the_transaction) {
  char value[64];
  cr_assert_eq(
      crew_sql(store, &sessions[ADMIN], "SELECT count(*) > 0 FROM staff", value, sizeof(value)),
      STORE_OK);
  cr_expect_str_eq(value, "t");
  struct staff_row *rows;
  struct arena *own = arena_new(0);
  size_t count;
  cr_assert_eq(staff_list(store, own, &rows, &count), STORE_OK);
  cr_expect_eq(count, 0, "outside a transaction of store_as nothing is seen");
  arena_free(own);
}
