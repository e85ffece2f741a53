#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "database.h"
#include "share_dir.h"
#include "store/migration_file.h"
#include "store/pg.h"

static struct database database;
static struct arena *arena;
static const char *message, *sql;
static int applied;

static void begin(void) {
  database_init_empty(&database);
  arena = arena_new(0);
  message = "";
  sql = "";
}

static void end(void) {
  arena_free(arena);
  database_clear(&database);
}

TestSuite(migrate, .init = begin, .fini = end, .timeout = 120);

static enum store_result migrate_from(const char *share_dir, const struct crypto_keys *keys) {
  struct store *store = database_open(&database, STORE_AS_LOGIN);
  enum store_result result = store_migrate(store, share_dir, keys, arena, &applied, &sql, &message);
  store_close(store);
  return result;
}

static enum store_result migrate(void) {
  return migrate_from(database_share_dir(), database_keys());
}

static enum store_result check_with(const char *share_dir, const struct crypto_keys *keys) {
  struct store *store = database_open(&database, STORE_AS_WRITER);
  enum store_result result = store_check(store, share_dir, keys, arena, &message);
  store_close(store);
  return result;
}

static const char *value(const char *query) {
  return database_value(&database, arena, query);
}

/* The name of a migration that comes after those in the folder. */
static const char *next_migration(const char *folder) {
  struct migration_list list;
  cr_assert_null(migration_list_load(&list, folder, arena));
  return arena_printf(arena, "migrations/%04zu_next.sql", list.count + 1);
}

Test(migrate, makes_an_empty_database_ready_and_then_does_nothing) {
  cr_assert_eq(check_with(database_share_dir(), database_keys()), STORE_NONE, "%s", message);
  cr_assert_eq(migrate(), STORE_OK, "%s", message);
  cr_expect_geq(applied, 1);
  cr_expect_eq(check_with(database_share_dir(), database_keys()), STORE_OK, "%s", message);
  cr_expect_eq(migrate(), STORE_OK, "%s", message);
  cr_expect_eq(applied, 0);
}

Test(migrate, loads_the_98_municipalities_and_corrects_their_names) {
  cr_assert_eq(migrate(), STORE_OK, "%s", message);
  cr_expect_str_eq(value("SELECT count(*) FROM municipality"), "98");
  cr_expect_str_eq(value("SELECT string_agg(name, ',' ORDER BY code) FROM municipality"
                         " WHERE code IN (101, 183, 217, 330, 340, 479, 492, 787, 851)"),
                   "København,Ishøj,Helsingør,Slagelse,Sorø,Svendborg,Ærø,Thisted,Aalborg");
  database_run(&database, "UPDATE municipality SET name = 'Kobenhavn', phone = '12 34 56 78'"
                          " WHERE code = 101");
  cr_expect_eq(migrate(), STORE_OK, "%s", message);
  cr_expect_str_eq(value("SELECT name || phone FROM municipality WHERE code = 101"),
                   "København12 34 56 78");
}

Test(migrate, refuses_another_secret) {
  struct crypto_keys other = *database_keys();
  other.master[0][0] ^= 1;
  cr_assert_eq(migrate(), STORE_OK, "%s", message);
  cr_expect_eq(migrate_from(database_share_dir(), &other), STORE_CONFLICT);
  cr_expect_not_null(strstr(message, "secret"), "%s", message);
  cr_expect_eq(check_with(database_share_dir(), &other), STORE_CONFLICT);
  cr_expect_eq(check_with(database_share_dir(), database_keys()), STORE_OK, "%s", message);
}

Test(migrate, takes_over_a_new_secret_when_it_is_given_the_previous_one) {
  struct crypto_keys rotated = *database_keys();
  memcpy(rotated.master[1], rotated.master[0], sizeof(rotated.master[1]));
  rotated.master[0][0] ^= 1;
  rotated.generations = 2;
  struct crypto_keys next = rotated;
  next.generations = 1;
  cr_assert_eq(migrate(), STORE_OK, "%s", message);
  cr_expect_eq(check_with(database_share_dir(), &rotated), STORE_OK, "%s", message);
  cr_expect_eq(check_with(database_share_dir(), &next), STORE_CONFLICT);
  cr_assert_eq(migrate_from(database_share_dir(), &rotated), STORE_OK, "%s", message);
  cr_expect_eq(check_with(database_share_dir(), &next), STORE_OK, "%s", message);
}

Test(migrate, refuses_a_migration_that_was_edited_after_it_was_applied) {
  const char *folder = share_dir_copy(arena);
  cr_assert_eq(migrate(), STORE_OK, "%s", message);
  share_dir_add(folder, "migrations/0001_foundation.sql", "-- one word more\n");
  cr_expect_eq(migrate_from(folder, database_keys()), STORE_CONFLICT);
  cr_expect_not_null(strstr(message, "0001_foundation"), "%s", message);
  cr_expect_eq(check_with(folder, database_keys()), STORE_CONFLICT);
  share_dir_add(folder, next_migration(folder), "CREATE TABLE more ();\n");
  cr_expect_eq(migrate_from(folder, database_keys()), STORE_CONFLICT);
  cr_expect_eq(applied, 0, "nothing is built on it");
  share_dir_remove(folder);
}

Test(migrate, tells_a_database_that_is_behind_from_one_that_is_ahead) {
  const char *folder = share_dir_copy(arena);
  cr_assert_eq(migrate(), STORE_OK, "%s", message);
  share_dir_add(folder, next_migration(folder),
                "CREATE TABLE more (); COMMENT ON TABLE more IS 'More.';\n");
  cr_expect_eq(check_with(folder, database_keys()), STORE_NONE);
  cr_expect_eq(migrate_from(folder, database_keys()), STORE_OK, "%s", message);
  cr_expect_eq(applied, 1);
  cr_expect_eq(check_with(folder, database_keys()), STORE_OK, "%s", message);
  cr_expect_eq(check_with(database_share_dir(), database_keys()), STORE_CONFLICT);
  cr_expect_not_null(strstr(message, "newer"), "%s", message);
  cr_expect_eq(migrate(), STORE_CONFLICT);
  share_dir_remove(folder);
}

/* Migrations that fail, and what is said. */
static const struct {
  const char *text;
  const char *said;
} broken[] = {
    {"CREATE TABLE more (); SELECT nothing;\n", "nothing"},
    {"CREATE TABLE more (); COMMIT;\n", "ends the transaction"},
};

Test(migrate, names_a_migration_that_fails_and_leaves_it_out) {
  for (size_t i = 0; i < array_length(broken); i++) {
    const char *folder = share_dir_copy(arena);
    share_dir_add(folder, next_migration(folder), broken[i].text);
    cr_expect_eq(migrate_from(folder, database_keys()), STORE_FAULT);
    cr_expect_not_null(strstr(message, "_next"), "%s", message);
    cr_expect_not_null(strstr(message, broken[i].said), "%s", message);
    cr_expect_str_eq(value("SELECT count(*) FROM schema_migration WHERE name LIKE '%next'"), "0");
    share_dir_remove(folder);
  }
}

/* Files that are wrong, and what is said before the database is touched. */
static const struct {
  const char *file;
  const char *text;
  const char *said;
} wrong[] = {
    {"migrations/9999_gap.sql", "SELECT 1;\n", "missing"},
    {"migrations/0001_twice.sql", "SELECT 1;\n", "twice"},
    {"templates/municipalities.csv", "1,Nowhere\n", "municipalities.csv:100"},
    {"templates/municipalities.csv", "999,\n", "municipalities.csv:100"},
    {"templates/municipalities.csv", "999,Somewhere,101,more\n", "municipalities.csv:100"},
    {"templates/municipalities.csv", "999,Somewhere,x\n", "municipalities.csv:100"},
};

Test(migrate, says_which_of_its_files_is_wrong) {
  for (size_t i = 0; i < array_length(wrong); i++) {
    const char *folder = share_dir_copy(arena);
    share_dir_add(folder, wrong[i].file, wrong[i].text);
    cr_expect_eq(migrate_from(folder, database_keys()), STORE_FAULT, "%s", wrong[i].text);
    cr_expect_not_null(strstr(message, wrong[i].said), "%s", message);
    cr_expect_str_eq(value("SELECT count(*) FROM pg_class WHERE relname = 'schema_migration'"),
                     "0");
    share_dir_remove(folder);
  }
}

Test(migrate, knows_municipalities_that_became_part_of_another) {
  const char *folder = share_dir_copy(arena);
  share_dir_add(folder, "templates/municipalities.csv", "999,Lilleø,492\r\n");
  cr_expect_eq(migrate_from(folder, database_keys()), STORE_OK, "%s", message);
  cr_expect_str_eq(value("SELECT name || merged_into FROM municipality WHERE code = 999"),
                   "Lilleø492");
  share_dir_remove(folder);
}

struct racer {
  pthread_t thread;
  struct arena *arena;
  enum store_result result;
  int applied;
};

static void *race(void *argument) {
  struct racer *racer = argument;
  struct store *store;
  const char *why, *statements;
  racer->result =
      store_open(&store, database.url, STORE_AS_LOGIN, clock_now_ms() + 30000, racer->arena, &why);
  if (racer->result == STORE_OK) {
    racer->result = store_migrate(store, database_share_dir(), database_keys(), racer->arena,
                                  &racer->applied, &statements, &why);
  }
  store_close(store);
  return NULL;
}

Test(migrate, may_be_run_by_several_at_once) {
  struct racer racers[4] = {0};
  int sum = 0;
  for (size_t i = 0; i < array_length(racers); i++) {
    racers[i].arena = arena_new(0);
    cr_assert_eq(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
  }
  for (size_t i = 0; i < array_length(racers); i++) {
    cr_assert_eq(pthread_join(racers[i].thread, NULL), 0);
    cr_expect_eq(racers[i].result, STORE_OK);
    sum += racers[i].applied;
    arena_free(racers[i].arena);
  }
  cr_expect_str_eq(value("SELECT count(*) FROM schema_migration"), arena_printf(arena, "%d", sum));
  cr_expect_str_eq(value("SELECT count(*) FROM municipality"), "98");
}

/* A login without any right; it is dropped by drop_login. */
static const char *make_login(void) {
  const char *login = arena_printf(arena, "login_%s", database.name);
  database_run(&database, arena_printf(arena, "CREATE ROLE %s LOGIN", login));
  return login;
}

static void drop_login(const char *login) {
  database_run(&database, arena_printf(arena, "DROP OWNED BY %s; DROP ROLE %s", login, login));
}

static enum store_result migrate_as(const char *login) {
  struct store *store;
  enum store_result result = store_open(&store, database_url_as(&database, login, arena),
                                        STORE_AS_LOGIN, clock_now_ms() + 30000, arena, &message);
  cr_assert_eq(result, STORE_OK, "%s", message);
  result =
      store_migrate(store, database_share_dir(), database_keys(), arena, &applied, &sql, &message);
  store_close(store);
  return result;
}

/* Roles belong to the cluster: other tests make them at the same moment. */
static void make_roles(void) {
  database_run(&database,
               "DO $$ DECLARE role text; BEGIN"
               " FOREACH role IN ARRAY ARRAY['owner', 'writer', 'console', 'export', 'review'] LOOP"
               "  BEGIN EXECUTE format('CREATE ROLE hjemsvar_%s NOLOGIN', role);"
               "  EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;"
               " END LOOP; END $$");
}

Test(migrate, gives_an_administrator_the_statements_that_a_plain_login_may_not_run) {
  make_roles();
  const char *login = make_login();
  cr_expect_eq(migrate_as(login), STORE_DENIED, "%s", message);
  cr_expect_not_null(strstr(message, "hint:"), "%s", message);
  cr_expect_not_null(strstr(sql, arena_printf(arena, "GRANT hjemsvar_owner TO %s;", login)), "%s",
                     sql);
  cr_expect_not_null(strstr(sql, "GRANT CREATE ON SCHEMA public TO hjemsvar_owner;"), "%s", sql);
  cr_expect_str_eq(value("SELECT count(*) FROM pg_class WHERE relname = 'schema_migration'"), "0");

  database_run(&database, sql);
  cr_expect_eq(migrate_as(login), STORE_OK, "%s", message);
  struct store *store;
  cr_expect_eq(store_open(&store, database_url_as(&database, login, arena), STORE_AS_WRITER,
                          clock_now_ms() + 30000, arena, &message),
               STORE_OK, "%s", message);
  cr_expect_eq(store_check(store, database_share_dir(), database_keys(), arena, &message), STORE_OK,
               "%s", message);
  store_close(store);
  drop_login(login);
}

/* From PostgreSQL 16 on whoever makes a role may give it away, but is not in it, and may give away
 * no other's: as if the login had made those that are there. */
static void give_roles_as_if_made_by(const char *login) {
  const char *grants = arena_printf(
      arena,
      "DO $$ BEGIN IF current_setting('server_version_num')::int >= 160000 THEN"
      " EXECUTE 'GRANT hjemsvar_owner, hjemsvar_writer, hjemsvar_console, hjemsvar_export, hjemsvar_review"
      "  TO %s WITH ADMIN TRUE, INHERIT FALSE, SET FALSE'; END IF; END $$",
      login);
  database_run(&database, grants);
}

Test(migrate, lets_a_login_that_owns_its_database_and_may_make_roles_do_it_all) {
  const char *login = make_login();
  make_roles();
  give_roles_as_if_made_by(login);
  database_run(&database,
               arena_printf(arena, "ALTER ROLE %s CREATEROLE; ALTER DATABASE %s OWNER TO %s", login,
                            database.name, login));
  cr_expect_eq(migrate_as(login), STORE_OK, "%s\n%s", message, sql);
  database_run(&database,
               arena_printf(arena, "ALTER DATABASE %s OWNER TO CURRENT_USER", database.name));
  drop_login(login);
}

Test(migrate, keeps_a_login_out_that_is_no_member_of_the_role) {
  cr_assert_eq(migrate(), STORE_OK, "%s", message);
  const char *login = make_login();
  struct store *store;
  cr_expect_eq(store_open(&store, database_url_as(&database, login, arena), STORE_AS_WRITER,
                          clock_now_ms() + 30000, arena, &message),
               STORE_DENIED);
  cr_expect_null(store);
  cr_expect_not_null(strstr(message, "hjemsvar_writer"), "%s", message);
  drop_login(login);
}
