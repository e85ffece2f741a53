#include "database.h"

#include <criterion/criterion.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "store/migration_file.h"
#include "store/pg.h"
#include "store/quality_store.h"

enum { OPEN_MS = 30000 };

const char *database_share_dir(void) {
  const char *folder = getenv("HJEMSVAR_SHARE_DIR");
  return folder == NULL ? "." : folder;
}

const struct crypto_keys *database_keys(void) {
  static struct crypto_keys keys = {.generations = 1};
  cr_assert(crypto_init());
  memset(keys.master[0], 1, sizeof(keys.master[0]));
  return &keys;
}

const char *database_cluster_url(void) {
  const char *url = getenv("TEST_CLUSTER_URL");
  cr_assert_not_null(url, "TEST_CLUSTER_URL is not set; hint: make test");
  return url;
}

/* The cluster's connection string with another database (and login), to be freed. */
static char *url_with(const char *dbname, const char *login) {
  PQconninfoOption *options = PQconninfoParse(database_cluster_url(), NULL);
  cr_assert_not_null(options, "TEST_CLUSTER_URL cannot be read");
  struct text url;
  text_init(&url);
  for (PQconninfoOption *option = options; option->keyword != NULL; option++) {
    bool other = strcmp(option->keyword, "dbname") == 0 ||
                 (login != NULL && strcmp(option->keyword, "user") == 0);
    if (option->val != NULL && !other) {
      text_addf(&url, "%s='%s' ", option->keyword, option->val);
    }
  }
  PQconninfoFree(options);
  text_addf(&url, "dbname='%s'", dbname);
  if (login != NULL) {
    text_addf(&url, " user='%s'", login);
  }
  char *taken = text_take(&url);
  cr_assert_not_null(taken);
  return taken;
}

static void drop_notice(void *context, const PGresult *result) {
  (void)context;
  (void)result;
}

static PGconn *connect_to(const char *url) {
  PGconn *connection = PQconnectdb(url);
  cr_assert_eq(PQstatus(connection), CONNECTION_OK, "%s", PQerrorMessage(connection));
  (void)PQsetNoticeReceiver(connection, drop_notice, NULL);
  return connection;
}

static void run_on(PGconn *connection, const char *sql) {
  PGresult *result = PQexec(connection, sql);
  ExecStatusType status = PQresultStatus(result);
  cr_assert(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, "%s: %s", sql,
            PQerrorMessage(connection));
  PQclear(result);
}

/* A copy of the template's files costs half of what writing it to the WAL does. */
static void create_database(PGconn *cluster, const char *name, const char *template) {
  char sql[256];
  (void)snprintf(sql, sizeof(sql), "CREATE DATABASE \"%s\" TEMPLATE \"%s\" STRATEGY FILE_COPY",
                 name, template);
  run_on(cluster, sql);
}

/* Named after all that goes into it, so that a cluster that lives on keeps no stale one. */
static void template_name(char *name, size_t size) {
  struct arena *arena = arena_new(0);
  struct migration_list list;
  crypto_generichash_state state;
  cr_assert_not_null(arena);
  const char *wrong = migration_list_load(&list, database_share_dir(), arena);
  cr_assert_null(wrong, "%s", wrong);
  (void)crypto_generichash_init(&state, NULL, 0, 16);
  for (size_t i = 0; i < list.count; i++) {
    (void)crypto_generichash_update(&state, (const unsigned char *)list.items[i].checksum,
                                    strlen(list.items[i].checksum));
  }
  unsigned char hash[16];
  char hex[2 * sizeof(hash) + 1];
  (void)crypto_generichash_final(&state, hash, sizeof(hash));
  pg_hex(hash, sizeof(hash), hex);
  (void)snprintf(name, size, "hv_d_template_%s", hex);
  arena_free(arena);
}

static void migrate_database(const char *name) {
  struct arena *arena = arena_new(0);
  char *url = url_with(name, NULL);
  struct store *store;
  const char *message = "", *sql = "";
  int applied;
  enum store_result result =
      store_open(&store, url, STORE_AS_LOGIN, clock_now_ms() + OPEN_MS, arena, &message);
  cr_assert_eq(result, STORE_OK, "%s", message);
  result =
      store_migrate(store, database_share_dir(), database_keys(), arena, &applied, &sql, &message);
  cr_assert_eq(result, STORE_OK, "%s\n%s", message, sql);
  store_close(store);
  free(url);
  arena_free(arena);
}

static bool exists(PGconn *connection, const char *name) {
  const char *values[] = {name};
  PGresult *result = PQexecParams(connection, "SELECT FROM pg_database WHERE datname = $1", 1, NULL,
                                  values, NULL, NULL, 0);
  bool found = PQntuples(result) == 1;
  PQclear(result);
  return found;
}

/* Tests run side by side: one makes the template, the others wait for it. */
static void make_template(PGconn *cluster, const char *name) {
  char making[80], sql[256];
  run_on(cluster, "SELECT pg_advisory_lock(4711)");
  if (!exists(cluster, name)) {
    (void)snprintf(making, sizeof(making), "%s_making", name);
    (void)snprintf(sql, sizeof(sql), "DROP DATABASE IF EXISTS \"%s\" WITH (FORCE)", making);
    run_on(cluster, sql);
    create_database(cluster, making, "template1");
    migrate_database(making);
    (void)snprintf(sql, sizeof(sql), "ALTER DATABASE \"%s\" RENAME TO \"%s\"", making, name);
    run_on(cluster, sql);
  }
  run_on(cluster, "SELECT pg_advisory_unlock(4711)");
}

static void create(struct database *database, bool migrated) {
  unsigned char random[8];
  char hex[2 * sizeof(random) + 1], template[64];
  cr_assert(crypto_init());
  crypto_random(random, sizeof(random));
  pg_hex(random, sizeof(random), hex);
  (void)snprintf(database->name, sizeof(database->name), "hv_d_%s", hex);
  PGconn *cluster = connect_to(database_cluster_url());
  if (migrated) {
    template_name(template, sizeof(template));
    make_template(cluster, template);
  }
  create_database(cluster, database->name, migrated ? template : "template1");
  PQfinish(cluster);
  database->url = url_with(database->name, NULL);
  database->admin = connect_to(database->url);
}

void database_init(struct database *database) {
  create(database, true);
}

void database_init_empty(struct database *database) {
  create(database, false);
}

void database_clear(struct database *database) {
  char sql[128];
  PGconn *cluster = connect_to(database_cluster_url());
  (void)snprintf(sql, sizeof(sql), "DROP DATABASE \"%s\" WITH (FORCE)", database->name);
  PQfinish(database->admin);
  run_on(cluster, sql);
  PQfinish(cluster);
  free(database->url);
}

const char *database_url_as(const struct database *database, const char *login,
                            struct arena *arena) {
  char *url = url_with(database->name, login);
  const char *kept = arena_string(arena, url);
  free(url);
  cr_assert_not_null(kept);
  return kept;
}

struct store *database_open(const struct database *database, enum store_role role) {
  struct arena *arena = arena_new(0);
  struct store *store;
  const char *message = "";
  enum store_result result =
      store_open(&store, database->url, role, clock_now_ms() + OPEN_MS, arena, &message);
  cr_assert_eq(result, STORE_OK, "%s", message);
  arena_free(arena);
  return store;
}

void database_run(const struct database *database, const char *sql) {
  run_on(database->admin, sql);
}

const char *database_value(const struct database *database, struct arena *arena, const char *sql) {
  PGresult *result = PQexec(database->admin, sql);
  cr_assert_eq(PQresultStatus(result), PGRES_TUPLES_OK, "%s: %s", sql,
               PQerrorMessage(database->admin));
  const char *value = arena_string(arena, PQntuples(result) == 0 ? "" : PQgetvalue(result, 0, 0));
  cr_assert_not_null(value);
  PQclear(result);
  return value;
}

void database_fill_settings(const struct database *database) {
  database_run(database, "INSERT INTO setting (key, value)"
                         " SELECT key, 'filled in' FROM setting_key WHERE required AND NOT personal"
                         " ON CONFLICT (key, round, municipality)"
                         " DO UPDATE SET value = excluded.value");
}

void database_add_questionnaire(const struct database *database, int version) {
  char sql[1024];
  (void)snprintf(sql, sizeof(sql),
                 "INSERT INTO questionnaire (id, version, language, title, definition, hash)"
                 " VALUES ('test', %d, 'da', 'Prøve', '{\"id\": \"test\"}', sha256('%d'))"
                 " ON CONFLICT DO NOTHING;"
                 "INSERT INTO translation (questionnaire, version, language, name, texts, hash)"
                 " VALUES ('test', %d, 'en', 'English', '{\"texts\": {}}', sha256('en'))"
                 " ON CONFLICT DO NOTHING",
                 version, version, version);
  database_run(database, sql);
}

int database_add_round(const struct database *database, const char *municipalities) {
  char sql[1024];
  struct arena *arena = arena_new(0);
  database_add_questionnaire(database, 1);
  (void)snprintf(sql, sizeof(sql),
                 "WITH made AS (INSERT INTO round (questionnaire, version, title, languages)"
                 "  VALUES ('test', 1, 'A round', '{da}') RETURNING id)"
                 " SELECT id FROM made");
  int round = (int)strtol(database_value(database, arena, sql), NULL, 10);
  (void)snprintf(
      sql, sizeof(sql),
      "INSERT INTO link (round, municipality, code)"
      " SELECT %d, code::smallint, translate(lpad(upper(to_hex(%d * 1000 + code::integer)),"
      "  7, '0'), 'ILOU', '1100') FROM unnest('{%s}'::text[]) AS wanted (code)",
      round, round, municipalities);
  database_run(database, sql);
  arena_free(arena);
  return round;
}

void database_settle_flags(const struct database *database, int round) {
  char sql[512];
  (void)snprintf(sql, sizeof(sql),
                 "INSERT INTO quality_run (round, method, answers, traced, fingerprint)"
                 " VALUES (%d, %d, 0, 0, quality_fingerprint(%d))"
                 " ON CONFLICT (round) DO UPDATE SET fingerprint = excluded.fingerprint",
                 round, QUALITY_METHOD, round);
  database_run(database, sql);
}

void database_finalise(const struct database *database, int round) {
  char sql[256];
  (void)snprintf(sql, sizeof(sql),
                 "BEGIN; SELECT set_config('app.role', 'operator', true);"
                 " SELECT round_finalise(%d); COMMIT",
                 round);
  database_run(database, sql);
}
