#include "meanwhile.h"

#include <criterion/criterion.h>
#include <stdlib.h>

void meanwhile_open(struct meanwhile *meanwhile, const struct database *database) {
  meanwhile->database = database;
  meanwhile->connection = PQconnectdb(database->url);
  cr_assert_eq(PQstatus(meanwhile->connection), CONNECTION_OK, "%s",
               PQerrorMessage(meanwhile->connection));
  meanwhile_run(meanwhile, "SET app.role = 'operator'");
}

void meanwhile_close(struct meanwhile *meanwhile) {
  PQfinish(meanwhile->connection);
}

void meanwhile_run(struct meanwhile *meanwhile, const char *sql) {
  PGresult *result = PQexec(meanwhile->connection, sql);
  ExecStatusType status = PQresultStatus(result);
  cr_assert(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, "%s: %s", sql,
            PQresultErrorMessage(result));
  PQclear(result);
}

static bool is_waiting(const struct meanwhile *meanwhile) {
  struct arena *arena = arena_new(0);
  const char *waiting = database_value(
      meanwhile->database, arena,
      arena_printf(arena, "SELECT count(*) FROM pg_locks WHERE pid = %d AND NOT granted",
                   PQbackendPID(meanwhile->connection)));
  bool is = strtol(waiting, NULL, 10) > 0;
  arena_free(arena);
  return is;
}

bool meanwhile_waits(struct meanwhile *meanwhile, const char *sql) {
  PGconn *connection = meanwhile->connection;
  cr_assert(PQsendQuery(connection, sql), "%s", PQerrorMessage(connection));
  for (;;) {
    cr_assert(PQconsumeInput(connection), "%s", PQerrorMessage(connection));
    if (!PQisBusy(connection)) {
      return false;
    }
    if (is_waiting(meanwhile)) {
      return true;
    }
  }
}

const char *meanwhile_end(struct meanwhile *meanwhile, struct arena *arena) {
  const char *value = "";
  for (PGresult *result = PQgetResult(meanwhile->connection); result != NULL;
       result = PQgetResult(meanwhile->connection)) {
    value = arena_string(arena, PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) > 0
                                    ? PQgetvalue(result, 0, 0)
                                    : PQresultErrorMessage(result));
    PQclear(result);
  }
  return value;
}
