#include "store/schema.h"

#include <string.h>

#include "store/pg.h"

/* Compares what is registered with the files, both by number without a gap. */
static enum store_result compare_schema(struct store *store, const PGresult *registered,
                                        const struct migration_list *list) {
  int count = PQntuples(registered);
  if (count > (int)list->count) {
    pg_say(store,
           "the database is newer than this program: migration %s is unknown here; "
           "hint: install the newer version",
           PQgetvalue(registered, (int)list->count, 1));
    return STORE_CONFLICT;
  }
  for (int i = 0; i < count; i++) {
    if (strcmp(PQgetvalue(registered, i, 2), list->items[i].checksum) != 0) {
      pg_say(store, "migration %s was edited after it was applied; hint: restore the file",
             list->items[i].name);
      return STORE_CONFLICT;
    }
  }
  if (count < (int)list->count) {
    pg_say(store, "the database lacks migration %s; hint: run hjemsvar migrate",
           list->items[count].name);
    return STORE_NONE;
  }
  return STORE_OK;
}

enum store_result schema_compare(struct store *store, const struct migration_list *list) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_SCHEMA_EXISTS, 0);
  if (result == STORE_OK && !pg_true(rows, 0, 0)) {
    pg_say(store, "the database is empty; hint: run hjemsvar migrate");
    result = STORE_NONE;
  }
  PQclear(rows);
  if (result != STORE_OK) {
    return result;
  }
  result = pg_query(store, &rows, STATEMENT_SCHEMA_LIST, 0);
  if (result == STORE_OK) {
    result = compare_schema(store, rows, list);
  }
  PQclear(rows);
  return result;
}
