#include <criterion/criterion.h>

#include "database.h"
#include "store/pg.h"

static struct database database;

static void begin(void) {
  database_init(&database);
}

static void end(void) {
  database_clear(&database);
}

TestSuite(statement, .init = begin, .fini = end, .timeout = 120);

static void expect_prepared(struct store *store, enum statement statement) {
  const struct statement_entry *entry = statement_find(statement);
  cr_assert_not_null(entry->text, "statement %d has no text", statement);
  PGresult *result = PQprepare(store->connection, entry->name, entry->text, 0, NULL);
  cr_expect_eq(PQresultStatus(result), PGRES_COMMAND_OK, "%s: %s", entry->name,
               PQresultErrorMessage(result));
  PQclear(result);
  result = PQdescribePrepared(store->connection, entry->name);
  cr_expect_eq(PQnparams(result), entry->parameters, "%s has %d parameters", entry->name,
               PQnparams(result));
  PQclear(result);
}

Test(statement, prepares_on_a_fresh_database_as_the_role_that_asks_it) {
  for (enum store_role role = STORE_AS_LOGIN; role <= STORE_AS_EXPORT; role++) {
    struct store *store = database_open(&database, role);
    for (enum statement statement = 0; statement < STATEMENT_COUNT; statement++) {
      if (statement_find(statement)->role != role) {
        continue;
      }
      expect_prepared(store, statement);
      if (statement == STATEMENT_IMPORT_TABLE || statement == STATEMENT_COURSE_TABLE) {
        /* lives as long as a transaction */
        cr_assert_eq(pg_command(store, "BEGIN"), STORE_OK);
        cr_assert_eq(pg_command(store, statement_find(statement)->text), STORE_OK, "%s",
                     store_message(store));
      }
    }
    store_close(store);
  }
}

Test(statement, has_a_name_of_its_own) {
  for (enum statement a = 0; a < STATEMENT_COUNT; a++) {
    for (enum statement b = 0; b < a; b++) {
      cr_expect_str_neq(statement_find(a)->name, statement_find(b)->name);
    }
  }
}
