#include <criterion/criterion.h>

#include "database.h"
#include "store/pg.h"

static struct database database;
static struct arena *arena;

static void begin(void) {
  database_init(&database);
  database_fill_settings(&database);
  (void)database_add_round(&database, "101,217");
  arena = arena_new(0);
}

static void end(void) {
  arena_free(arena);
  database_clear(&database);
}

TestSuite(schema, .init = begin, .fini = end, .timeout = 120);

static void expect_value(const char *sql, const char *expected) {
  const char *value = database_value(&database, arena, sql);
  cr_expect_str_eq(value, expected, "%s: %s", sql, value);
}

Test(schema, comments_every_table_and_column) {
  expect_value("SELECT string_agg(c.relname, ', ') FROM pg_class c"
               " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
               " AND obj_description(c.oid, 'pg_class') IS NULL",
               "");
  expect_value("SELECT string_agg(c.relname || '.' || a.attname, ', ') FROM pg_class c"
               " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT attisdropped"
               " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
               " AND col_description(c.oid, a.attnum) IS NULL",
               "");
}

Test(schema, belongs_to_the_owner_role) {
  expect_value("SELECT string_agg(relname, ', ') FROM pg_class"
               " WHERE relnamespace = 'public'::regnamespace"
               " AND relowner <> 'hjemsvar_owner'::regrole",
               "");
}

Test(schema, grants_nothing_on_partitions_and_nothing_to_everybody) {
  expect_value("SELECT count(*) FROM pg_class WHERE relispartition AND relkind = 'r'", "6");
  expect_value("SELECT string_agg(relname, ', ') FROM pg_class c, aclexplode(c.relacl) a"
               " WHERE c.relispartition AND a.grantee <> c.relowner",
               "");
  expect_value("SELECT string_agg(relname, ', ') FROM pg_class c, aclexplode(c.relacl) a"
               " WHERE c.relnamespace = 'public'::regnamespace AND a.grantee = 0",
               "");
  expect_value("SELECT string_agg(p.proname, ', ') FROM pg_proc p,"
               " aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a"
               " WHERE p.pronamespace = 'public'::regnamespace AND a.grantee = 0",
               "");
}

/* What each role may and may not do with answers. */
static const struct {
  enum store_role role;
  const char *sql;
  enum store_result expected;
} access[] = {
    {STORE_AS_WRITER, "SELECT answers FROM submission", STORE_DENIED},
    {STORE_AS_WRITER, "SELECT language FROM submission", STORE_DENIED},
    {STORE_AS_WRITER, "SELECT received_on FROM submission", STORE_DENIED},
    {STORE_AS_WRITER, "SELECT * FROM submission_1", STORE_DENIED},
    {STORE_AS_WRITER, "SELECT network FROM submission_trace", STORE_DENIED},
    {STORE_AS_WRITER, "DELETE FROM submission", STORE_DENIED},
    {STORE_AS_WRITER, "TRUNCATE submission", STORE_DENIED},
    {STORE_AS_WRITER, "SELECT round_finalise(1)", STORE_DENIED},
    {STORE_AS_WRITER, "UPDATE round SET closed_at = now()", STORE_DENIED},
    {STORE_AS_WRITER, "SELECT round, number, digest, receipt, withdrawn FROM submission", STORE_OK},
    {STORE_AS_CONSOLE, "SELECT round FROM submission", STORE_DENIED},
    {STORE_AS_CONSOLE, "SELECT answers FROM submission", STORE_DENIED},
    {STORE_AS_CONSOLE, "SELECT * FROM submission_1", STORE_DENIED},
    {STORE_AS_CONSOLE, "SELECT * FROM submission_trace", STORE_DENIED},
    {STORE_AS_CONSOLE, "UPDATE submission SET withdrawn = true", STORE_DENIED},
    {STORE_AS_CONSOLE, "INSERT INTO submission DEFAULT VALUES", STORE_DENIED},
    {STORE_AS_CONSOLE, "UPDATE round SET finalised_at = NULL", STORE_DENIED},
    {STORE_AS_CONSOLE, "INSERT INTO round (finalised_at) VALUES (now())", STORE_DENIED},
    {STORE_AS_CONSOLE, "INSERT INTO round (created_at) VALUES (now())", STORE_DENIED},
    {STORE_AS_CONSOLE, "UPDATE link SET code = NULL", STORE_DENIED},
    {STORE_AS_CONSOLE, "DELETE FROM round", STORE_DENIED},
    {STORE_AS_CONSOLE, "DELETE FROM municipality", STORE_DENIED},
    {STORE_AS_CONSOLE, "UPDATE installation SET fingerprint = NULL", STORE_DENIED},
    {STORE_AS_CONSOLE, "UPDATE schema_migration SET name = ''", STORE_DENIED},
    {STORE_AS_CONSOLE, "SELECT * FROM flag", STORE_DENIED},
    {STORE_AS_CONSOLE, "SELECT * FROM pair", STORE_DENIED},
    {STORE_AS_CONSOLE, "SELECT * FROM review", STORE_DENIED},
    {STORE_AS_CONSOLE, "SELECT * FROM quality_run", STORE_DENIED},
    {STORE_AS_CONSOLE, "SELECT * FROM quality_figure", STORE_DENIED},
    {STORE_AS_CONSOLE, "SELECT quality_fingerprint(1)", STORE_DENIED},
    {STORE_AS_CONSOLE, "SELECT review_undo(1, gen_random_uuid(), gen_random_uuid(), NULL)",
     STORE_DENIED},
    {STORE_AS_WRITER, "SELECT * FROM flag", STORE_DENIED},
    {STORE_AS_WRITER, "SELECT * FROM pair", STORE_DENIED},
    {STORE_AS_WRITER, "SELECT * FROM review", STORE_DENIED},
    {STORE_AS_REVIEW, "SELECT answers FROM submission", STORE_OK},
    {STORE_AS_REVIEW, "SELECT * FROM submission", STORE_DENIED},
    {STORE_AS_REVIEW, "SELECT number FROM submission", STORE_DENIED},
    {STORE_AS_REVIEW, "SELECT receipt FROM submission", STORE_DENIED},
    {STORE_AS_REVIEW, "SELECT external_id FROM submission", STORE_DENIED},
    {STORE_AS_REVIEW, "SELECT * FROM submission_1", STORE_DENIED},
    {STORE_AS_REVIEW, "SELECT * FROM flag_1", STORE_DENIED},
    {STORE_AS_REVIEW, "SELECT * FROM code", STORE_DENIED},
    {STORE_AS_REVIEW, "SELECT * FROM staff", STORE_DENIED},
    {STORE_AS_REVIEW, "SELECT * FROM audit", STORE_DENIED},
    {STORE_AS_REVIEW, "UPDATE submission SET withdrawn = true", STORE_DENIED},
    {STORE_AS_REVIEW, "DELETE FROM submission", STORE_DENIED},
    {STORE_AS_REVIEW, "DELETE FROM submission_trace", STORE_DENIED},
    {STORE_AS_REVIEW, "DELETE FROM review", STORE_DENIED},
    {STORE_AS_REVIEW, "UPDATE review SET decision = 'same'", STORE_DENIED},
    {STORE_AS_REVIEW, "INSERT INTO review DEFAULT VALUES", STORE_DENIED},
    {STORE_AS_REVIEW, "UPDATE round SET closed_at = now()", STORE_DENIED},
    {STORE_AS_REVIEW, "SELECT round_finalise(1)", STORE_DENIED},
    {STORE_AS_EXPORT, "SELECT answers FROM submission", STORE_OK},
    {STORE_AS_EXPORT, "SELECT * FROM flag", STORE_OK},
    {STORE_AS_EXPORT, "DELETE FROM flag", STORE_DENIED},
    {STORE_AS_EXPORT, "SELECT * FROM pair", STORE_DENIED},
    {STORE_AS_EXPORT, "SELECT * FROM review", STORE_DENIED},
    {STORE_AS_EXPORT, "SELECT * FROM submission_trace", STORE_DENIED},
    {STORE_AS_EXPORT, "SELECT * FROM submission_1", STORE_DENIED},
    {STORE_AS_EXPORT, "UPDATE submission SET withdrawn = true", STORE_DENIED},
    {STORE_AS_EXPORT, "SELECT round_finalise(1)", STORE_DENIED},
};

Test(schema, gives_each_role_what_it_needs_and_no_more) {
  for (size_t i = 0; i < array_length(access); i++) {
    struct store *store = database_open(&database, access[i].role);
    cr_expect_eq(pg_command(store, access[i].sql), access[i].expected, "%s as role %d: %s",
                 access[i].sql, access[i].role, store_message(store));
    store_close(store);
  }
}

/* What the database itself keeps out of an answer's row. */
static const struct {
  const char *values; /* municipality, answers, language, withdrawn */
  enum store_result expected;
} rows[] = {
    {"101, '{}', 'da', false", STORE_OK},
    {"101, '[]', 'da', false", STORE_REFUSED},
    {"101, NULL, 'da', false", STORE_REFUSED},
    {"101, '{}', NULL, false", STORE_REFUSED},
    {"101, '{}', 'da', true", STORE_REFUSED},
    {"101, NULL, NULL, true", STORE_OK},
    {"101, NULL, 'da', true", STORE_REFUSED},
    {"151, '{}', 'da', false", STORE_REFUSED}, /* not in the round */
};

Test(schema, refuses_rows_that_cannot_be_true) {
  struct store *store = database_open(&database, STORE_AS_WRITER);
  for (size_t i = 0; i < array_length(rows); i++) {
    char sql[512];
    (void)snprintf(sql, sizeof(sql),
                   "INSERT INTO submission (round, id, received_on, municipality, answers,"
                   " language, withdrawn) VALUES (1, gen_random_uuid(), current_date, %s)",
                   rows[i].values);
    cr_expect_eq(pg_command(store, sql), rows[i].expected, "%s: %s", rows[i].values,
                 store_message(store));
  }
  store_close(store);
}
