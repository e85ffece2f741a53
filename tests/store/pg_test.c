#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "database.h"
#include "store/pg.h"

static struct database database;
static struct arena *arena;

static void begin(void) {
  database_init(&database);
  arena = arena_new(0);
}

static void end(void) {
  arena_free(arena);
  database_clear(&database);
}

TestSuite(pg, .init = begin, .fini = end, .timeout = 120);

Test(pg, gives_up_a_question_that_is_not_answered_in_time) {
  struct store *store = database_open(&database, STORE_AS_CONSOLE);
  database_run(&database, "BEGIN; LOCK TABLE setting IN ACCESS EXCLUSIVE MODE");
  store_set_patience(store, 200);
  PGresult *rows;
  cr_expect_eq(pg_query(store, &rows, STATEMENT_SETTING_LIST, 1, NULL), STORE_DOWN);
  cr_expect_null(rows);
  cr_expect_null(store->connection);
  cr_expect_str_eq(store_message(store), "no answer from the database in time");
  cr_expect_eq(pg_query(store, &rows, STATEMENT_SETTING_LIST, 1, NULL), STORE_DOWN,
               "a lost connection must stay unusable");
  store_close(store);
  database_run(&database, "ROLLBACK");
}

Test(pg, says_that_the_database_is_gone_when_its_backend_is) {
  struct store *store = database_open(&database, STORE_AS_CONSOLE);
  PGresult *rows;
  cr_assert_eq(pg_query(store, &rows, STATEMENT_SETTING_LIST, 1, NULL), STORE_OK);
  PQclear(rows);
  char sql[128];
  (void)snprintf(sql, sizeof(sql), "SELECT pg_terminate_backend(%d, 10000)",
                 PQbackendPID(store->connection));
  database_run(&database, sql);
  cr_expect_eq(pg_query(store, &rows, STATEMENT_SETTING_LIST, 1, NULL), STORE_DOWN);
  cr_expect_neq(store_message(store)[0], '\0');
  store_close(store);
}

Test(pg, translates_what_the_server_says) {
  static const struct {
    const char *sql;
    enum store_result expected;
  } cases[] = {
      {"SELECT 1", STORE_OK},
      {"SELECT 1/0", STORE_REFUSED},
      {"SELECT 'x'::integer", STORE_REFUSED},
      {"INSERT INTO link (round, municipality) VALUES (99, 101)", STORE_REFUSED},
      {"CREATE TABLE t ()", STORE_DENIED},
      {"SELECT nothing", STORE_FAULT},
      {"SELEKT", STORE_FAULT},
      {"DO $$BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END$$", STORE_BUSY},
      {"DO $$BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40P01'; END$$", STORE_BUSY},
      {"DO $$BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '55P03'; END$$", STORE_BUSY},
      {"DO $$BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '25006'; END$$", STORE_DOWN},
      {"DO $$BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '53100'; END$$", STORE_DOWN},
      {"SELECT 1; SELECT 1/0; SELECT 2", STORE_REFUSED},
  };
  for (size_t i = 0; i < array_length(cases); i++) {
    struct store *store = database_open(&database, STORE_AS_CONSOLE);
    cr_expect_eq(pg_command(store, cases[i].sql), cases[i].expected, "%s: %s", cases[i].sql,
                 store_message(store));
    store_close(store);
  }
}

Test(pg, quotes_no_value_in_its_message) {
  struct store *store = database_open(&database, STORE_AS_CONSOLE);
  cr_expect_eq(pg_command(store, "SELECT 'a parent wrote this'::integer"), STORE_REFUSED);
  cr_expect_null(strstr(store_message(store), "parent"), "%s", store_message(store));
  cr_expect_eq(pg_command(store, "INSERT INTO setting (key, value) VALUES ('secret thing', '')"),
               STORE_REFUSED);
  cr_expect_null(strstr(store_message(store), "secret"), "%s", store_message(store));
  store_close(store);
}

struct busy {
  int runs;
  int fail_first; /* so many runs fail with a serialization failure */
};

static enum store_result work_busily(struct store *store, void *context) {
  struct busy *busy = context;
  busy->runs++;
  if (busy->runs <= busy->fail_first) {
    return pg_command(store, "DO $$BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END$$");
  }
  return pg_command(store, "INSERT INTO setting (key, value) VALUES ('purpose', 'done')");
}

Test(pg, tries_a_transaction_again_after_a_serialization_failure) {
  struct store *store = database_open(&database, STORE_AS_CONSOLE);
  struct busy twice = {.fail_first = 2};
  cr_expect_eq(pg_transaction(store, "BEGIN", work_busily, &twice), STORE_OK);
  cr_expect_eq(twice.runs, 3);
  struct busy always = {.fail_first = 100};
  cr_expect_eq(pg_transaction(store, "BEGIN", work_busily, &always), STORE_BUSY);
  cr_expect_eq(always.runs, 5);
  cr_expect_str_eq(database_value(&database, arena, "SELECT count(*) FROM setting"), "1");
  store_close(store);
}

static enum store_result work_then_regret(struct store *store, void *context) {
  (void)context;
  enum store_result result =
      pg_command(store, "INSERT INTO setting (key, value) VALUES ('purpose', 'regretted')");
  return result == STORE_OK ? STORE_CONFLICT : result;
}

Test(pg, rolls_back_what_the_callback_regrets) {
  struct store *store = database_open(&database, STORE_AS_CONSOLE);
  cr_expect_eq(pg_transaction(store, "BEGIN", work_then_regret, NULL), STORE_CONFLICT);
  cr_expect_eq(PQtransactionStatus(store->connection), PQTRANS_IDLE);
  cr_expect_str_eq(database_value(&database, arena, "SELECT count(*) FROM setting"), "0");
  store_close(store);
}

static enum store_result work_on_after_an_error(struct store *store, void *context) {
  (void)context;
  enum store_result ignored = pg_command(store, "SELECT 1/0");
  return ignored == STORE_REFUSED ? STORE_OK : STORE_FAULT;
}

Test(pg, does_not_call_an_aborted_transaction_committed) {
  struct store *store = database_open(&database, STORE_AS_CONSOLE);
  cr_expect_eq(pg_transaction(store, "BEGIN", work_on_after_an_error, NULL), STORE_FAULT);
  store_close(store);
}

Test(pg, settles_what_statements_rely_on_whatever_the_database_says) {
  char sql[1024];
  (void)snprintf(sql, sizeof(sql),
                 "ALTER DATABASE %s SET TimeZone = 'Asia/Tokyo';"
                 "ALTER DATABASE %s SET search_path = pg_catalog;"
                 "ALTER DATABASE %s SET DateStyle = 'German';"
                 "ALTER DATABASE %s SET statement_timeout = '5s';"
                 "ALTER DATABASE %s SET default_transaction_isolation = 'serializable'",
                 database.name, database.name, database.name, database.name, database.name);
  database_run(&database, sql);
  struct store *store = database_open(&database, STORE_AS_EXPORT);
  PGresult *result = PQexec(store->connection,
                            "SELECT '2026-07-01 12:00'::timestamptz || ' ' || current_user || ' '"
                            " || current_schema || ' ' || current_setting('client_encoding')"
                            " || ' ' || current_setting('statement_timeout') || ' '"
                            " || current_setting('transaction_isolation')");
  cr_expect_str_eq(PQgetvalue(result, 0, 0),
                   "2026-07-01 12:00:00+02 hjemsvar_export public UTF8 0 read committed");
  PQclear(result);
  store_close(store);
}

Test(pg, refuses_a_url_that_cannot_be_read_without_quoting_it) {
  struct store *store;
  const char *message = NULL;
  cr_expect_eq(store_open(&store, "postgres://me:hunter2@[::1/db", STORE_AS_LOGIN,
                          clock_now_ms() + 1000, arena, &message),
               STORE_REFUSED);
  cr_expect_null(store);
  cr_assert_not_null(message);
  cr_expect_null(strstr(message, "hunter2"), "%s", message);
}

/* A server that takes connections and never says a word. */
static int hang(const char *folder, const char *port) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s/.s.PGSQL.%s", folder, port);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  cr_assert(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
            listen(fd, 8) == 0);
  return fd;
}

static const char *option(const char *url, const char *keyword) {
  PQconninfoOption *options = PQconninfoParse(url, NULL);
  const char *value = "";
  for (PQconninfoOption *each = options; each->keyword != NULL; each++) {
    if (strcmp(each->keyword, keyword) == 0 && each->val != NULL) {
      value = arena_string(arena, each->val);
    }
  }
  PQconninfoFree(options);
  return value;
}

Test(pg, finds_the_host_behind_one_that_hangs) {
  char folder[] = "/tmp/hjemsvar-hang.XXXXXX";
  cr_assert_not_null(mkdtemp(folder));
  const char *port = option(database.url, "port");
  int fd = hang(folder, port[0] == '\0' ? "5432" : port);
  const char *url = arena_printf(arena,
                                 "host='%s,%s' user='%s' dbname='%s' port='%s'"
                                 " target_session_attrs=read-write",
                                 folder, option(database.url, "host"), option(database.url, "user"),
                                 database.name, port);
  struct store *store;
  const char *message = "";
  cr_expect_eq(store_open(&store, url, STORE_AS_WRITER, clock_now_ms() + 2000, arena, &message),
               STORE_OK, "%s", message);
  store_close(store);
  (void)close(fd);
  (void)unlink(arena_printf(arena, "%s/.s.PGSQL.%s", folder, port[0] == '\0' ? "5432" : port));
  (void)rmdir(folder);
}

Test(pg, does_not_wait_longer_than_told_for_a_server_that_hangs) {
  char folder[] = "/tmp/hjemsvar-hang.XXXXXX";
  cr_assert_not_null(mkdtemp(folder));
  int fd = hang(folder, "5432");
  struct store *store;
  const char *message = NULL;
  cr_expect_eq(store_open(&store, arena_printf(arena, "host=%s port=5432", folder), STORE_AS_WRITER,
                          clock_now_ms() + 200, arena, &message),
               STORE_DOWN);
  cr_expect_str_eq(message, "the database did not answer in time");
  (void)close(fd);
  (void)unlink(arena_printf(arena, "%s/.s.PGSQL.5432", folder));
  (void)rmdir(folder);
}
