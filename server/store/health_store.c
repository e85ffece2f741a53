#include "store/health_store.h"

#include <stdlib.h>

#include "store/pg.h"

enum { DECIMAL = 10 };

enum store_result health_find(struct store *store, struct health *health) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_HEALTH_FIND, 0);
  if (result == STORE_OK) {
    *health = (struct health){.version = pg_number(rows, 0, 0),
                              .fsync = pg_true(rows, 0, 1),
                              .full_page_writes = pg_true(rows, 0, 2),
                              .synchronous_commit = pg_true(rows, 0, 3),
                              .utf8 = pg_true(rows, 0, 4),
                              .copenhagen = pg_true(rows, 0, 5),
                              .now_ms = strtoll(PQgetvalue(rows, 0, 6), NULL, DECIMAL),
                              .superuser = pg_true(rows, 0, 7),
                              .read_only = pg_true(rows, 0, 8)};
  }
  PQclear(rows);
  return result;
}

enum store_result health_grants(struct store *store, struct arena *arena,
                                struct health_grant **list, size_t *count) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_HEALTH_GRANTS, 0);
  if (result != STORE_OK) {
    return result;
  }
  *count = (size_t)PQntuples(rows);
  *list = arena_array(arena, *count + 1, sizeof **list);
  bool good = *list != NULL;
  for (int i = 0; i < PQntuples(rows) && good; i++) {
    (*list)[i] = (struct health_grant){.role = pg_text(rows, i, 0, arena, &good),
                                       .relation = pg_text(rows, i, 1, arena, &good),
                                       .privilege = pg_text(rows, i, 2, arena, &good),
                                       .lacking = pg_true(rows, i, 3)};
  }
  PQclear(rows);
  return good ? STORE_OK : pg_no_memory(store);
}

enum store_result health_drafts(struct store *store, struct arena *arena,
                                struct health_draft **list, size_t *count) {
  PGresult *rows = NULL;
  enum store_result result = pg_query(store, &rows, STATEMENT_HEALTH_DRAFTS, 0);
  if (result != STORE_OK) {
    return result;
  }
  *count = (size_t)PQntuples(rows);
  *list = arena_array(arena, *count + 1, sizeof **list);
  bool good = *list != NULL;
  for (int i = 0; i < PQntuples(rows) && good; i++) {
    (*list)[i] = (struct health_draft){.round = pg_number(rows, i, 0),
                                       .language = pg_text(rows, i, 1, arena, &good),
                                       .questionnaire = pg_text(rows, i, 2, arena, &good),
                                       .version = pg_number(rows, i, 3)};
  }
  PQclear(rows);
  return good ? STORE_OK : pg_no_memory(store);
}
